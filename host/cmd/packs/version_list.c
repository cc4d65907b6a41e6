/* The list of versions: read once, then printed as tables or as JSON. */
#include "cmd/packs/version_list.h"
#include "cmd/output/wording.h"
#include "data/pack/signatures.h"
#include "run/decision/json.h"
#include "store/decisions/versions.h"

#include "base/time.h"

#include <inttypes.h>
#include <string.h>

struct version {
    const char *pack, *hash;
    int64_t kept_at, runs, last_run;
    bool decides;
    struct as_signatures signatures;
};
struct promotion {
    const char *pack, *hash, *how, *by, *note;
    int64_t at;
};
struct listing {
    struct as_context *context;
    AS_LIST(struct version) versions;
    AS_LIST(struct promotion) promotions;
    bool failed;
};

static const char *keep(struct listing *listing, const char *text)
{
    const char *copy = text != NULL ? as_arena_copy(&listing->context->arena, text, strlen(text)) : NULL;
    listing->failed |= text != NULL && copy == NULL;
    return copy;
}

static enum as_status keep_version(void *into, const struct as_version_row *row, struct as_error *error)
{
    struct listing *listing = into;
    struct version version = {.pack = keep(listing, row->pack),
                              .hash = keep(listing, row->hash),
                              .kept_at = row->kept_at,
                              .runs = row->runs,
                              .last_run = row->last_run,
                              .decides = row->decides};
    enum as_status status =
        as_signatures_parse(&version.signatures, &listing->context->arena, row->signatures, error);
    if (status != AS_OK)
        return status;
    bool kept = as_list_push(&listing->context->arena, &listing->versions, version);
    return kept && !listing->failed ? AS_OK : as_error_memory(error);
}

/* The party's signature of this very version; NULL: none. */
static const struct as_signature *signature_of(const struct version *version, enum as_party party)
{
    const struct as_signed_version *of;
    const struct as_signature *signature = as_signature_of(&of, &version->signatures, party);
    return signature != NULL && strcmp(of->hash, version->hash) == 0 ? signature : NULL;
}

static enum as_status keep_promotion(void *into, const struct as_promotion_row *row, struct as_error *error)
{
    struct listing *listing = into;
    const struct promotion promotion = {.pack = keep(listing, row->pack),
                                        .hash = keep(listing, row->hash),
                                        .how = keep(listing, row->how),
                                        .by = keep(listing, row->by),
                                        .note = keep(listing, row->note),
                                        .at = row->at};
    bool kept = as_list_push(&listing->context->arena, &listing->promotions, promotion);
    return kept && !listing->failed ? AS_OK : as_error_memory(error);
}

static enum as_status print_versions(const struct listing *listing, const char *pack, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Version", false, false},  {"Kept since", false, false},
                                                     {"Runs", true, false},      {"Last as of", false, false},
                                                     {"Signed by", false, true}, {NULL, false, false}};
    const struct as_terminal *t = &listing->context->terminal;
    struct as_table table;
    as_table_open(&table, columns, 6);
    for (uint32_t i = 0; i < listing->versions.n; i++) {
        const struct version *version = &listing->versions.at[i];
        char text[AS_WORDING];
        if (strcmp(version->pack, pack) != 0)
            continue;
        as_table_row(&table);
        as_table_printf(&table, "%.12s", version->hash);
        as_table_text(&table, as_instant_format(text, version->kept_at));
        as_table_printf(&table, "%" PRId64, version->runs);
        as_table_text(&table, version->runs > 0 ? as_instant_format(text, version->last_run) : "");
        const struct as_signature *marketing = signature_of(version, AS_MARKETING);
        const struct as_signature *sales = signature_of(version, AS_SALES);
        as_table_printf(&table, "%s%s%s", marketing != NULL ? marketing->name : "",
                        marketing != NULL && sales != NULL ? ", " : "", sales != NULL ? sales->name : "");
        as_table_style(&table, AS_GREEN, version->decides ? "decides" : "");
    }
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_promotions(const struct listing *listing, const char *pack,
                                       struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Time", false, false},
                                                     {"What", false, false},
                                                     {"Version", false, false},
                                                     {"By", false, true},
                                                     {"Why", false, true}};
    const struct as_terminal *t = &listing->context->terminal;
    struct as_table table;
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < listing->promotions.n; i++) {
        const struct promotion *promotion = &listing->promotions.at[i];
        char text[AS_WORDING];
        if (strcmp(promotion->pack, pack) != 0)
            continue;
        as_table_row(&table);
        as_table_text(&table, as_instant_format(text, promotion->at));
        as_table_text(&table, promotion->how);
        as_table_printf(&table, "%.12s", promotion->hash);
        as_table_text(&table, promotion->by);
        as_table_text(&table, promotion->note);
    }
    enum as_status status = AS_OK;
    if (table.cells.n > 0) {
        fputc('\n', t->out);
        status = as_table_print(&table, t, 2, error);
    }
    as_table_close(&table);
    return status;
}

static enum as_status print_text(const struct listing *listing, struct as_error *error)
{
    const struct as_terminal *t = &listing->context->terminal;
    const char *pack = "";
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < listing->versions.n && status == AS_OK; i++) {
        if (strcmp(listing->versions.at[i].pack, pack) == 0)
            continue;
        fprintf(t->out, "%s%s%s%s\n", pack[0] != '\0' ? "\n" : "", as_style(t, AS_BOLD),
                listing->versions.at[i].pack, as_style_end(t));
        pack = listing->versions.at[i].pack;
        status = print_versions(listing, pack, error);
        if (status == AS_OK)
            status = print_promotions(listing, pack, error);
    }
    return status;
}

static void put_signed(struct as_json *json, const struct version *version)
{
    char day[AS_TIME_TEXT];
    as_json_key(json, "signed");
    as_json_open(json, '[');
    for (int p = 0; p < AS_PARTIES; p++) {
        const struct as_signature *signature = signature_of(version, (enum as_party)p);
        if (signature == NULL)
            continue;
        as_json_open(json, '{');
        as_json_put_text(json, "party", as_party_name((enum as_party)p));
        as_json_put_text(json, "by", signature->name);
        as_json_put_text(json, "day", as_day_format(day, signature->day));
        as_json_put_bool(json, "keyed", signature->keyed);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static enum as_status print_json(const struct listing *listing, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_json_open(&json, '{');
    as_json_key(&json, "versions");
    as_json_open(&json, '[');
    for (uint32_t i = 0; i < listing->versions.n; i++) {
        const struct version *version = &listing->versions.at[i];
        as_json_open(&json, '{');
        as_json_put_text(&json, "pack", version->pack);
        as_json_put_text(&json, "hash", version->hash);
        as_json_put_bool(&json, "decides", version->decides);
        as_json_put_time(&json, "kept_at", version->kept_at);
        as_json_put_int(&json, "runs", version->runs);
        as_json_put_time(&json, "last_run", version->last_run);
        put_signed(&json, version);
        as_json_close(&json, '}');
    }
    as_json_close(&json, ']');
    as_json_key(&json, "promotions");
    as_json_open(&json, '[');
    for (uint32_t i = 0; i < listing->promotions.n; i++) {
        const struct promotion *promotion = &listing->promotions.at[i];
        as_json_open(&json, '{');
        as_json_put_text(&json, "pack", promotion->pack);
        as_json_put_text(&json, "hash", promotion->hash);
        as_json_put_text(&json, "how", promotion->how);
        as_json_put_text(&json, "by", promotion->by);
        as_json_put_text(&json, "note", promotion->note);
        as_json_put_time(&json, "at", promotion->at);
        as_json_close(&json, '}');
    }
    as_json_close(&json, ']');
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(listing->context, &text, error);
    as_buf_free(&text);
    return status;
}

enum as_status as_version_list(struct as_context *context, const char *pack, struct as_error *error)
{
    struct listing listing = {.context = context};
    enum as_status status = as_store_versions(context->store, pack, keep_version, &listing, error);
    if (status == AS_OK)
        status = as_store_promotions(context->store, pack, keep_promotion, &listing, error);
    if (status == AS_OK && listing.versions.n == 0) {
        as_error_set(error, AS_ERR_MISSING, "no version of %s%s is kept on %s",
                     pack != NULL ? "pack " : "any pack", pack != NULL ? pack : "", context->db);
        return as_error_advise(error, "a version is kept when it runs or is promoted");
    }
    if (status != AS_OK)
        return status;
    return context->json ? print_json(&listing, error) : print_text(&listing, error);
}
