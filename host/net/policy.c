/* Policy: reading the host's file and asking it about origins. Secrets are policy_secret.c's. */
#include "net/policy.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/suggest.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct as_policy *policy;
    struct as_error *error;
};

typedef enum as_status (*read_fn)(struct reading *r, const json_t *value);
struct key {
    const char *name;
    int type; /* json_type */
    read_fn read;
};

static enum as_status wrong(struct reading *r, const char *key, const char *expected)
{
    return as_error_set(r->error, AS_ERR_DATA, "\"%.100s\" is not %s", key, expected);
}

static const char *keep(struct reading *r, const json_t *text)
{
    return as_arena_copy(&r->policy->arena, json_string_value(text), json_string_length(text));
}

static enum as_status read_origins(struct as_origin **out, uint32_t *n, struct reading *r, const json_t *list)
{
    *n = 0;
    *out = as_arena_array(&r->policy->arena, json_array_size(list), sizeof **out);
    if (*out == NULL)
        return as_error_memory(r->error);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL)
            return wrong(r, "origins", "a list of texts");
        enum as_status status = as_origin_parse(&(*out)[i], &r->policy->arena, text, r->error);
        if (status != AS_OK)
            return status;
        ++*n;
    }
    return AS_OK;
}

static enum as_status on_origins(struct reading *r, const json_t *list)
{
    r->policy->any_origin = false;
    return read_origins(&r->policy->origins, &r->policy->origin_count, r, list);
}

static enum as_status on_addresses(struct reading *r, const json_t *list)
{
    struct as_policy *policy = r->policy;
    policy->networks = as_arena_array(&policy->arena, json_array_size(list), sizeof *policy->networks);
    if (policy->networks == NULL)
        return as_error_memory(r->error);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text == NULL)
            return wrong(r, "addresses", "a list of texts");
        enum as_status status = as_network_parse(&policy->networks[i], as_str_of(text), r->error);
        if (status != AS_OK)
            return status;
        policy->network_count++;
    }
    return AS_OK;
}

static enum as_status on_proxy(struct reading *r, const json_t *text)
{
    struct as_origin origin;
    enum as_status status = as_origin_parse(&origin, &r->policy->arena, json_string_value(text), r->error);
    if (status != AS_OK)
        return status;
    r->policy->proxy = as_origin_text(&r->policy->arena, &origin);
    return r->policy->proxy != NULL ? AS_OK : as_error_memory(r->error);
}

/* Paths in the file are beside it unless they begin at the root. */
static const char *beside(struct reading *r, const json_t *text)
{
    const char *name = json_string_value(text), *end = strrchr(r->policy->path, '/');
    if (*name == '/' || end == NULL)
        return keep(r, text);
    return as_arena_printf(&r->policy->arena, "%.*s/%s", (int)(end - r->policy->path), r->policy->path, name);
}

static enum as_status on_ca(struct reading *r, const json_t *text)
{
    r->policy->ca = beside(r, text);
    return r->policy->ca != NULL ? AS_OK : as_error_memory(r->error);
}

static enum as_status unknown(struct reading *r, const char *key, const char *const *known, size_t n)
{
    const char *near = as_suggest(as_str_of(key), known, n);
    as_error_set(r->error, AS_ERR_DATA, "\"%.100s\" is no key of a policy", key);
    as_error_meant(r->error, near);
    return AS_ERR_DATA;
}

static enum as_status on_secrets(struct reading *r, const json_t *table)
{
    static const char *const known[] = {"file", "origins"};
    struct as_policy *policy = r->policy;
    policy->secrets = as_arena_array(&policy->arena, json_object_size(table), sizeof *policy->secrets);
    if (policy->secrets == NULL)
        return as_error_memory(r->error);
    const char *name, *key;
    json_t *entry, *value;
    json_object_foreach((json_t *)table, name, entry)
    {
        struct as_policy_secret *secret = &policy->secrets[policy->secret_count++];
        secret->name = as_arena_copy(&policy->arena, name, strlen(name));
        if (secret->name == NULL)
            return as_error_memory(r->error);
        if (!json_is_object(entry))
            return wrong(r, name, "an object such as {\"file\": \"token\"}");
        json_object_foreach(entry, key, value)
        {
            enum as_status status = AS_OK;
            if (strcmp(key, "file") == 0 && json_is_string(value))
                status = (secret->file = beside(r, value)) != NULL ? AS_OK : as_error_memory(r->error);
            else if (strcmp(key, "origins") == 0 && json_is_array(value))
                status = read_origins(&secret->origins, &secret->origin_count, r, value);
            else
                status = unknown(r, key, known, sizeof known / sizeof *known);
            if (status != AS_OK)
                return status;
        }
    }
    return AS_OK;
}

static enum as_status on_rates(struct reading *r, const json_t *table)
{
    static const char *const known[] = {"per_second", "at_once"};
    struct as_policy *policy = r->policy;
    policy->rates = as_arena_array(&policy->arena, json_object_size(table), sizeof *policy->rates);
    if (policy->rates == NULL)
        return as_error_memory(r->error);
    const char *origin, *key;
    json_t *entry, *value;
    json_object_foreach((json_t *)table, origin, entry)
    {
        struct as_policy_rate *rate = &policy->rates[policy->rate_count++];
        rate->per_second = AS_HTTP_RATE;
        rate->at_once = AS_HTTP_AT_ONCE;
        enum as_status status = as_origin_parse(&rate->origin, &policy->arena, origin, r->error);
        if (status != AS_OK)
            return status;
        if (!json_is_object(entry))
            return wrong(r, origin, "an object such as {\"per_second\": 5}");
        json_object_foreach(entry, key, value)
        {
            double number = json_number_value(value);
            if (strcmp(key, "per_second") == 0) {
                if (!json_is_number(value) || !(number > 0 && number <= AS_HTTP_MOST_RATE))
                    return wrong(r, key, "a number above 0 and at most 1000");
                rate->per_second = number;
            } else if (strcmp(key, "at_once") == 0) {
                if (!json_is_integer(value) || !(number >= 1 && number <= AS_HTTP_MOST_AT_ONCE))
                    return wrong(r, key, "a whole number from 1 to 64");
                rate->at_once = (uint32_t)number;
            } else {
                return unknown(r, key, known, sizeof known / sizeof *known);
            }
        }
    }
    return AS_OK;
}

static enum as_status read_keys(struct reading *r, const json_t *root)
{
    static const struct key keys[] = {
        {"origins", JSON_ARRAY, on_origins},  {"addresses", JSON_ARRAY, on_addresses},
        {"proxy", JSON_STRING, on_proxy},     {"ca", JSON_STRING, on_ca},
        {"secrets", JSON_OBJECT, on_secrets}, {"rates", JSON_OBJECT, on_rates},
    };
    enum { KEYS = sizeof keys / sizeof *keys };
    static const char *const types[] = {"an object", "a list", "a text"};
    const char *names[KEYS];
    for (size_t i = 0; i < KEYS; i++)
        names[i] = keys[i].name;
    if (!json_is_object(root))
        return as_error_set(r->error, AS_ERR_DATA, "a policy is a JSON object");
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)root, name, value)
    {
        const struct key *key = NULL;
        for (size_t i = 0; i < KEYS && key == NULL; i++)
            if (strcmp(keys[i].name, name) == 0)
                key = &keys[i];
        if (key == NULL)
            return unknown(r, name, names, KEYS);
        if ((int)json_typeof(value) != key->type)
            return wrong(r, name, types[key->type]);
        enum as_status status = key->read(r, value);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static enum as_status read_file(struct as_policy *policy, const char *path, struct as_error *error)
{
    struct reading r = {policy, error};
    struct as_buf text = {.max = 0};
    json_error_t fault = {.line = 0};
    json_t *root = NULL;
    enum as_status status = as_file_read(&text, path, AS_MAX_POLICY, "the policy", error);
    if (status != AS_OK)
        goto done;
    root = json_loadb(as_buf_c(&text), text.n, JSON_REJECT_DUPLICATES, &fault);
    if (root == NULL)
        status = as_error_set(error, AS_ERR_DATA, "the policy is no JSON: %s", fault.text);
    else
        status = read_keys(&r, root);
    if (status != AS_OK) {
        as_error_at(error, path, fault.line > 0 ? fault.line : 1);
        as_error_advise(error, "its keys are origins, addresses, proxy, ca, secrets and rates");
    }
done:
    json_decref(root);
    as_buf_free(&text);
    return status;
}

enum as_status as_policy_read(struct as_policy **out, const char *path, struct as_error *error)
{
    *out = NULL;
    if (path == NULL)
        path = getenv("ASSAY_POLICY");
    struct as_policy *policy = calloc(1, sizeof *policy);
    if (policy == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    policy->any_origin = true;
    if (path != NULL && *path != '\0') {
        policy->path = as_arena_copy(&policy->arena, path, strlen(path));
        status = policy->path != NULL ? read_file(policy, path, error) : as_error_memory(error);
    }
    if (status == AS_OK)
        *out = policy;
    else
        as_policy_free(policy);
    return status;
}

void as_policy_free(struct as_policy *policy)
{
    if (policy == NULL)
        return;
    as_arena_free(&policy->arena);
    free(policy);
}

enum as_status as_policy_origin(const struct as_policy *policy, const struct as_origin *origin,
                                struct as_error *error)
{
    for (uint32_t i = 0; i < policy->origin_count; i++)
        if (as_origin_covers(&policy->origins[i], origin))
            return AS_OK;
    if (policy->any_origin && origin->secure)
        return AS_OK;
    struct as_arena arena = {0};
    const char *text = as_origin_text(&arena, origin);
    if (text == NULL)
        as_error_memory(error);
    else if (origin->secure)
        as_error_set(error, AS_ERR_DATA, "this host's policy does not allow %.200s", text);
    else
        as_error_set(error, AS_ERR_DATA, "%.200s would send facts in the clear", text);
    if (text != NULL)
        as_error_advise(error, "whoever runs this host may add \"%.200s\" to \"origins\" in %s", text,
                        policy->path != NULL ? policy->path : "a policy file (--policy FILE)");
    as_arena_free(&arena);
    return AS_ERR_DATA;
}
