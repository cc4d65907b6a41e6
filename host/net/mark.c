/* Marks: making, replacing and scrubbing. A script handles the mark as any text; its value exists in this
 * folder alone. */
#include "net/mark.h"

#include "base/intern.h"
#include "net/curl.h"

#include <string.h>

enum { LEAST_SECRET = 8 };

static enum as_status read_value(struct as_mark *mark, const struct as_policy *policy, struct as_error *error)
{
    enum as_status status = as_policy_secret_read(&mark->value, policy, mark->name, error);
    if (status != AS_OK)
        return status;
    if (mark->value.n < LEAST_SECRET) {
        as_secret_wipe(&mark->value);
        as_error_set(error, AS_ERR_DATA, "the secret %s is shorter than %d characters", mark->name,
                     LEAST_SECRET);
        as_error_advise(error, "so short a text could not be kept out of logs without garbling them");
        return AS_ERR_DATA;
    }
    const struct as_curl *curl = as_curl_load(error);
    if (curl == NULL)
        return AS_ERR_IO;
    char *encoded = curl->easy_escape(NULL, mark->value.p, (int)mark->value.n);
    if (encoded == NULL)
        return as_error_memory(error);
    as_buf_text(&mark->encoded, encoded);
    explicit_bzero(encoded, strlen(encoded));
    curl->free(encoded);
    return mark->encoded.failed ? as_error_memory(error) : AS_OK;
}

enum as_status as_mark_make(const struct as_mark **out, struct as_marks *marks,
                            const struct as_policy *policy, const char *name, bool read,
                            struct as_error *error)
{
    *out = NULL;
    struct as_mark *mark = NULL;
    for (uint32_t i = 0; i < marks->all.n && mark == NULL; i++)
        if (strcmp(marks->all.at[i]->name, name) == 0)
            mark = marks->all.at[i];
    if (mark == NULL) {
        mark = as_arena_alloc(&marks->arena, sizeof *mark);
        if (mark == NULL)
            return as_error_memory(error);
        mark->name = as_arena_copy(&marks->arena, name, strlen(name));
        mark->word = as_arena_printf(&marks->arena, "assay-secret-%016llx%016llx",
                                     (unsigned long long)as_hash_seed(), (unsigned long long)as_hash_seed());
        for (uint32_t i = 0; i < policy->secret_count; i++)
            if (strcmp(policy->secrets[i].name, name) == 0)
                mark->entry = &policy->secrets[i];
        if (mark->name == NULL || mark->word == NULL || !as_list_push(&marks->arena, &marks->all, mark))
            return as_error_memory(error);
    }
    if (read && mark->value.n == 0) {
        enum as_status status = read_value(mark, policy, error);
        if (status != AS_OK)
            return status;
    }
    *out = mark;
    return AS_OK;
}

void as_marks_free(struct as_marks *marks)
{
    for (uint32_t i = 0; i < marks->all.n; i++) {
        as_secret_wipe(&marks->all.at[i]->value);
        as_secret_wipe(&marks->all.at[i]->encoded);
    }
    as_arena_free(&marks->arena);
    marks->all.n = 0;
}

static const char *find(struct as_str in, const char *word, size_t n)
{
    return n > 0 && in.n >= n ? memmem(in.p, in.n, word, n) : NULL;
}

static enum as_status put_mark(struct as_buf *out, const struct as_mark *mark, enum as_mark_form form,
                               const struct as_origin *origin, struct as_error *error)
{
    if (form == AS_MARK_NAME) {
        as_buf_printf(out, "[secret %s]", mark->name);
        return AS_OK;
    }
    bool kept = origin != NULL && mark->entry != NULL && mark->entry->origin_count > 0;
    for (uint32_t i = 0; kept && i < mark->entry->origin_count; i++)
        kept = !as_origin_covers(&mark->entry->origins[i], origin);
    if (kept) {
        as_error_set(error, AS_ERR_DATA, "the policy keeps the secret %s for other origins", mark->name);
        as_error_advise(error, "see \"secrets\" in the policy file");
        return AS_ERR_DATA;
    }
    if (form != AS_MARK_JSON) {
        as_buf_str(out, form == AS_MARK_URL ? (struct as_str){as_buf_c(&mark->encoded), mark->encoded.n}
                                            : (struct as_str){as_buf_c(&mark->value), mark->value.n});
        return AS_OK;
    }
    for (size_t i = 0; i < mark->value.n; i++) {
        if (mark->value.p[i] == '"' || mark->value.p[i] == '\\')
            as_buf_char(out, '\\');
        as_buf_char(out, mark->value.p[i]);
    }
    return AS_OK;
}

enum as_status as_marks_replace(struct as_buf *out, bool *found, const struct as_marks *marks,
                                struct as_str text, enum as_mark_form form, const struct as_origin *origin,
                                struct as_error *error)
{
    if (found != NULL)
        *found = false;
    while (text.n > 0) {
        const struct as_mark *first = NULL;
        const char *at = text.p + text.n;
        for (uint32_t i = 0; i < marks->all.n; i++) {
            const char *here = find(text, marks->all.at[i]->word, strlen(marks->all.at[i]->word));
            if (here != NULL && here < at) {
                at = here;
                first = marks->all.at[i];
            }
        }
        as_buf_bytes(out, text.p, (size_t)(at - text.p));
        if (first == NULL)
            break;
        if (found != NULL)
            *found = true;
        enum as_status status = put_mark(out, first, form, origin, error);
        if (status != AS_OK)
            return status;
        size_t used = (size_t)(at - text.p) + strlen(first->word);
        text = (struct as_str){text.p + used, text.n - used};
    }
    return out->failed ? as_error_memory(error) : AS_OK;
}

void as_marks_scrub(struct as_buf *out, const struct as_marks *marks, struct as_str text)
{
    while (text.n > 0) {
        const char *at = text.p + text.n;
        const struct as_mark *first = NULL;
        size_t length = 0;
        for (uint32_t i = 0; i < marks->all.n; i++) {
            const struct as_buf *forms[] = {&marks->all.at[i]->value, &marks->all.at[i]->encoded};
            for (size_t f = 0; f < 2; f++) {
                const char *here = find(text, as_buf_c(forms[f]), forms[f]->n);
                if (here != NULL && (here < at || (here == at && forms[f]->n > length))) {
                    at = here;
                    first = marks->all.at[i];
                    length = forms[f]->n;
                }
            }
        }
        as_buf_bytes(out, text.p, (size_t)(at - text.p));
        if (first == NULL)
            return;
        as_buf_printf(out, "[secret %s]", first->name);
        size_t used = (size_t)(at - text.p) + length;
        text = (struct as_str){text.p + used, text.n - used};
    }
}
