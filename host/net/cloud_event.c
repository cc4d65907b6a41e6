/* Cloud events. What an effect holds was decided when it was made (host/run); what is added here is the
 * envelope, and under which id other systems know the lead. */
#include "net/cloud_event.h"

#include "base/time.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum as_status as_event_id(char out[AS_EVENT_ID_SIZE], const char *installation, const char *key,
                           struct as_error *error)
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_BUG, "libsodium cannot be used on this machine");
    crypto_generichash(hash, sizeof hash, (const uint8_t *)key, strlen(key), (const uint8_t *)installation,
                       strlen(installation));
    memcpy(out, "evt_", 4);
    sodium_bin2hex(out + 4, AS_EVENT_ID_SIZE - 4, hash, sizeof hash);
    return AS_OK;
}

static enum as_status read_payload(json_t **out, const struct as_effect_row *effect, struct as_error *error)
{
    *out = json_loads(effect->payload_json, 0, NULL);
    if (json_is_object(*out))
        return AS_OK;
    json_decref(*out);
    *out = NULL;
    return as_error_set(error, AS_ERR_DATA, "effect %lld holds no JSON object", (long long)effect->id);
}

static enum as_status put(struct as_buf *out, json_t *object, bool whole, struct as_error *error)
{
    char *text = whole ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text == NULL)
        return as_error_memory(error);
    as_buf_text(out, text);
    free(text);
    return out->failed ? as_error_memory(error) : AS_OK;
}

/* The names by which the CRM knows the lead and its account. */
static bool add_names(json_t *data, const struct as_who *who)
{
    bool whole = true;
    if (who == NULL)
        return true;
    if (who->external_id != NULL) {
        whole = whole && json_object_set_new(data, "system", json_string(who->system)) == 0;
        whole = whole && json_object_set_new(data, "external_id", json_string(who->external_id)) == 0;
    }
    if (who->account_external_id != NULL)
        whole = whole &&
                json_object_set_new(data, "account_external_id", json_string(who->account_external_id)) == 0;
    return whole;
}

enum as_status as_event_json(struct as_buf *out, const char *id, const char *installation,
                             const struct as_effect_row *effect, const struct as_who *who,
                             struct as_error *error)
{
    char at[AS_TIME_TEXT], type[64], subject[48], source[AS_MAX_NAME + 64];
    json_t *data;
    enum as_status status = read_payload(&data, effect, error);
    if (status != AS_OK)
        return status;
    snprintf(type, sizeof type, "assay.%s", effect->kind);
    snprintf(source, sizeof source, "/assay/%s/%s", installation, effect->pack);
    if (effect->lead_id != 0)
        snprintf(subject, sizeof subject, "lead/%lld", (long long)effect->lead_id);
    else if (effect->account_id == 0)
        snprintf(subject, sizeof subject, "pack");
    else
        snprintf(subject, sizeof subject, "account/%lld", (long long)effect->account_id);
    bool whole = add_names(data, who);
    json_t *event = json_object();
    const char *const members[][2] = {
        {"specversion", "1.0"},
        {"id", id},
        {"source", source},
        {"type", type},
        {"subject", subject},
        {"time", as_time_format(at, effect->at)},
        {"datacontenttype", "application/json"},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        whole = whole && json_object_set_new(event, members[i][0], json_string(members[i][1])) == 0;
    whole = json_object_set_new(event, "data", data) == 0 && whole;
    status = put(out, event, whole, error);
    json_decref(event);
    return status;
}

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static void say_values(struct as_buf *text, const json_t *values)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)values, key, value)
    {
        char *shown = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
        if (!json_is_null(value))
            as_buf_printf(text, ", %s: %s", key, shown != NULL ? shown : json_string_value(value));
        free(shown);
    }
}

enum as_status as_event_chat(struct as_buf *out, const struct as_effect_row *effect, struct as_error *error)
{
    json_t *data;
    struct as_buf text = {0};
    enum as_status status = read_payload(&data, effect, error);
    if (status != AS_OK)
        return status;
    if (member(data, "text")[0] != '\0') { /* a digest says it itself */
        json_t *whole = json_pack("{s:s}", "text", member(data, "text"));
        status = put(out, whole, whole != NULL, error);
        json_decref(whole);
        json_decref(data);
        return status;
    }
    const char *what = effect->kind, *name = member(data, "task");
    if (name[0] == '\0')
        name = member(data, "name");
    if (name[0] == '\0')
        name = member(data, "content");
    as_buf_printf(&text, "%s%s%s: ", what, name[0] != '\0' ? " " : "", name);
    as_buf_printf(&text, effect->lead_id != 0 ? "lead #%lld" : "account #%lld",
                  (long long)(effect->lead_id != 0 ? effect->lead_id : effect->account_id));
    static const char *const shown[] = {"agreement", "state", "stage", "grade", "owner", "to", "list", "due"};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (member(data, shown[i])[0] != '\0' &&
            (strcmp(shown[i], "to") != 0 || strcmp(member(data, "to"), member(data, "owner")) != 0))
            as_buf_printf(&text, ", %s: %s", shown[i], member(data, shown[i]));
    say_values(&text, json_object_get(data, strcmp(effect->kind, "update") == 0 ? "set" : "data"));
    json_t *message = json_pack("{s:s%}", "text", as_buf_c(&text), text.n);
    status = put(out, message, !text.failed && message != NULL, error);
    json_decref(message);
    json_decref(data);
    as_buf_free(&text);
    return status;
}
