/* Packs written inside a test: loads them and keeps what came of it. */
#ifndef ASSAY_TEST_PACK_TEXT_H
#define ASSAY_TEST_PACK_TEXT_H

#include "bind/script/host.h"

struct pack_text {
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script;
    struct as_error error;
};

/* What most tests declare: two rule files would hide which line is meant, so that there is one. */
static const char common_pack[] =
    "return require 'assay.pack' 'trial' {\n"
    "  owner = 'ops@trial.example',\n"
    "  fields = { lead = { score_date = 'date', tags = 'choices', seats = 'integer' },\n"
    "             account = { tier_name = { values = { 'low', 'mid', 'high' } } } },\n"
    "  answers = { need = { ask = 'What hurts?', values = { 'none', 'acknowledged', 'confirmed' } },\n"
    "              evaluating = { ask = 'Comparing?', type = 'boolean' },\n"
    "              plan = { ask = 'By when?', type = 'date', scope = 'account' } },\n"
    "  events = { survey = { by = 'buyer', properties = { grade = 'number' } }, nudge = { by = 'seller' } "
    "},\n"
    "  lists = { rivals = 'lists/rivals.txt' },\n"
    "  rules = { 'rules' },\n"
    "}\n";

/* Loads pack.lua and rules.lua; pack NULL: the common one. Result in t->error. */
static void load_pack_text(struct pack_text *t, const char *pack, const char *rules,
                           const struct as_script_limits *limits)
{
    *t = (struct pack_text){.error = AS_ERROR_INIT};
    as_source_init(&t->source);
    if (as_schema_new(&t->schema, &t->error) == AS_OK &&
        as_source_add(&t->source, "pack.lua", as_str_of(pack != NULL ? pack : common_pack), &t->error) ==
            AS_OK &&
        as_source_add(&t->source, "rules.lua", as_str_of(rules), &t->error) == AS_OK &&
        as_source_add(&t->source, "lists/rivals.txt", AS_STR("rival.example\n# none\n Other.Example \n"),
                      &t->error) == AS_OK &&
        as_source_add(
            &t->source, "lists/rates.csv",
            AS_STR("currency,rate,date\nUSD,0.90,2026-01-01\nEUR,1,2026-01-01\nUSD,0.95,2026-02-01\n"),
            &t->error) == AS_OK &&
        as_source_add(&t->source, "lists/holidays.csv",
                      AS_STR("date,country\n2026-12-25,DE\n2026-01-01,\n2026-07-04,US\n"),
                      &t->error) == AS_OK &&
        as_source_seal(&t->source, &t->error) == AS_OK)
        as_script_load(&t->script, &t->source, t->schema, limits, &t->error);
}

static void free_pack_text(struct pack_text *t)
{
    as_script_free(t->script);
    as_source_free(&t->source);
    as_schema_free(t->schema);
}

#endif
