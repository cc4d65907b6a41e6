/* A person's data: `assay db export` gives everything held of one, `assay db erase` leaves a tombstone. */
#include "cmd/facts/person.h"

#include "cmd/line/watch.h"
#include "cmd/output/wording.h"
#include "run/decision/json.h"
#include "store/facts/facts.h"
#include "store/personal.h"
#include "store/report/report.h"

#include <stdlib.h>
#include <string.h>

static bool names_exactly(const char *words, const struct as_who *who)
{
    char own[32];
    snprintf(own, sizeof own, "#%lld", (long long)who->lead_id);
    return strcmp(words, own) == 0 || (who->email != NULL && strcasecmp(words, who->email) == 0) ||
           (who->external_id != NULL && strcmp(words, who->external_id) == 0);
}

/* The beginning of a name is enough to look at somebody, not to erase them. */
static enum as_status find_exactly(int64_t *lead, struct as_context *context, const char *words,
                                   struct as_error *error)
{
    struct as_who who;
    enum as_status status = as_store_find_lead(lead, context->store, words, error);
    if (status == AS_OK)
        status = as_store_who_kept(&who, &context->arena, context->store, *lead, error);
    if (status != AS_OK || names_exactly(words, &who))
        return status;
    as_error_set(error, AS_ERR_USAGE, "\"%.80s\" is the beginning of lead #%lld", words, (long long)*lead);
    return as_error_advise(error, "to erase it write '#%lld', its whole address or its id", (long long)*lead);
}

/* An erasure that was cut short, by a kill or for want of room, is finished by the next one, also of the same
 * lead: `error` says that there is nobody to erase. */
static enum as_status finish_erasing(struct as_context *context, struct as_error *error)
{
    struct as_error own = AS_ERROR_INIT;
    int64_t lead = 0;
    enum as_status status = as_store_erasing(&lead, context->store, &own);
    if (status == AS_OK && lead != 0)
        status = as_store_rewrite(context->store, &own);
    if (status != AS_OK)
        *error = own;
    else if (lead != 0) {
        error->advice[0] = '\0'; /* this matters more */
        as_error_advise(error, "the erasure of lead #%lld was cut short: now the file is written anew",
                        (long long)lead);
    }
    return error->status;
}

enum as_status as_erase_person(struct as_context *context, const char *words, struct as_error *error)
{
    int64_t lead = 0;
    struct as_erased erased;
    struct as_watch watch;
    enum as_status status = find_exactly(&lead, context, words, error);
    as_watch_open(&watch, context, "erasing", "");
    if (status == AS_OK)
        status = as_store_erase(&erased, context->store, lead, context->now, error);
    else if (status == AS_ERR_MISSING)
        status = finish_erasing(context, error);
    if (status == AS_OK && (status = as_store_rewrite(context->store, error)) != AS_OK) {
        error->advice[0] = '\0';
        as_error_advise(error,
                        "lead #%lld is erased, but the file is not written anew: make room for a copy of it, "
                        "end what reads it, and erase the lead once more",
                        (long long)lead);
    }
    as_watch_close(&watch);
    if (status != AS_OK)
        return status;
    if (context->json) {
        struct as_buf text = {0};
        struct as_json json = {.out = &text};
        as_json_open(&json, '{');
        as_json_put_int(&json, "lead", lead);
        as_json_put_time(&json, "erased_at", context->now);
        as_json_put_int(&json, "leads", (int64_t)erased.leads);
        as_json_put_int(&json, "rows", (int64_t)erased.rows);
        as_json_put_int(&json, "space_keys", (int64_t)erased.kept);
        as_json_close(&json, '}');
        status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
        return status;
    }
    if (!context->quiet)
        fprintf(context->terminal.out,
                "lead #%lld is erased: %llu rows, the file is written anew\n"
                "What was made of it before still holds the person: backups, exports, reject files and "
                "recordings.\n",
                (long long)lead, (unsigned long long)erased.rows);
    return AS_OK;
}

struct giving {
    struct as_json json;
    struct as_buf text;
    char table[64]; /* whose rows are being written; "" none */
};

static enum as_status give_row(void *context, const char *table, const struct as_held_cell *cells, uint32_t n,
                               struct as_error *error)
{
    struct giving *giving = context;
    struct as_json *json = &giving->json;
    (void)error;
    if (strcmp(giving->table, table) != 0) {
        if (giving->table[0] != '\0')
            as_json_close(json, ']');
        snprintf(giving->table, sizeof giving->table, "%s", table);
        as_json_key(json, table);
        as_json_open(json, '[');
    }
    as_json_open(json, '{');
    for (uint32_t i = 0; i < n; i++) {
        as_json_key(json, cells[i].column);
        if (cells[i].kind == AS_HELD_INTEGER)
            as_json_int(json, strtoll(cells[i].text, NULL, 10));
        else if (cells[i].kind == AS_HELD_REAL)
            as_json_number(json, strtod(cells[i].text, NULL));
        else
            as_json_text(json, cells[i].kind == AS_HELD_NULL ? NULL : cells[i].text);
    }
    as_json_close(json, '}');
    return AS_OK;
}

/* An erased lead is given by its number alone: what is kept of it has no name. */
static enum as_status find_held(int64_t *lead, struct as_context *context, const char *words,
                                struct as_error *error)
{
    struct as_error why = AS_ERROR_INIT;
    int64_t erased = AS_TIME_NONE;
    enum as_status status = as_store_find_lead(lead, context->store, words, &why);
    if (status == AS_ERR_MISSING && words[0] == '#' && as_parse_int(lead, as_str_of(words + 1)) &&
        as_store_erased_at(&erased, context->store, *lead, NULL) == AS_OK && erased != AS_TIME_NONE)
        return AS_OK;
    if (status != AS_OK)
        *error = why;
    return status;
}

enum as_status as_export_person(struct as_context *context, const char *words, struct as_error *error)
{
    int64_t lead = 0;
    struct giving giving = {.table = ""};
    enum as_status status = find_held(&lead, context, words, error);
    if (status != AS_OK)
        return status;
    giving.json.out = &giving.text;
    as_json_open(&giving.json, '{');
    as_json_put_int(&giving.json, "lead", lead);
    as_json_put_time(&giving.json, "exported_at", context->now);
    as_json_key(&giving.json, "held");
    as_json_open(&giving.json, '{');
    status = as_store_held(context->store, lead, give_row, &giving, error);
    if (giving.table[0] != '\0')
        as_json_close(&giving.json, ']');
    as_json_close(&giving.json, '}');
    as_json_close(&giving.json, '}');
    if (status == AS_OK)
        status = as_context_print_json(context, &giving.text, error);
    as_buf_free(&giving.text);
    return status;
}
