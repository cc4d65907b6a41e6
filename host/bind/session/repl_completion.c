/* Completion: which names may stand at the cursor, from the tables that they come from and, after `lead`,
 * from the database. */
#include "bind/session/repl_parts.h"

#include "score/tree/operator.h"
#include "store/report/search.h"
#include "store/work/people.h"

#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

struct completing {
    struct as_repl *repl;
    const char **names;
    uint32_t n, most;
    struct as_str prefix;
};

/* A name that may begin otherwise: with capitals. */
static void offer_any(struct completing *c, const char *name)
{
    if (c->n >= c->most)
        return;
    for (uint32_t i = 0; i < c->n; i++)
        if (strcmp(c->names[i], name) == 0)
            return;
    const char *copy = as_arena_copy(&c->repl->names, name, strlen(name));
    if (copy != NULL)
        c->names[c->n++] = copy;
}

static void offer(struct completing *c, const char *name)
{
    if (as_str_starts(as_str_of(name), c->prefix))
        offer_any(c, name);
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void offer_fields(struct completing *c, struct as_str of)
{
    const struct as_schema *schema = c->repl->options.schema;
    const struct as_pack *pack = pack_of(c->repl);
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (as_str_is(of, field->ask != NULL ? "answer" : as_level_name(field->level)))
            offer(c, field->name);
    }
    for (uint32_t i = 0; as_str_is(of, "event") && i < schema->kinds.n; i++)
        offer(c, schema->kinds.at[i]->name);
    for (uint32_t m = 0; as_str_is(of, "score") && m < pack->models.n; m++)
        for (uint32_t s = 0; s < pack->models.at[m]->scores.n; s++)
            offer(c, pack->models.at[m]->scores.at[s]->name);
    if (as_str_is(of, "event"))
        offer(c, "any");
    if (as_str_is(of, "account"))
        offer(c, "group");
}

static void offer_rules(struct completing *c)
{
    const struct as_pack *pack = pack_of(c->repl);
    for (uint32_t m = 0; m < pack->models.n; m++) {
        const struct as_model *model = pack->models.at[m];
        for (uint32_t g = 0; g < model->gates.n; g++)
            offer(c, model->gates.at[g]->name);
        for (uint32_t s = 0; s < model->scores.n; s++)
            for (uint32_t r = 0; r < model->scores.at[s]->rules.n; r++)
                offer(c, model->scores.at[s]->rules.at[r]->name);
    }
}

static enum as_status offer_lead(void *context, const char *name, struct as_error *error)
{
    (void)error;
    offer_any(context, name);
    return AS_OK;
}

static enum as_status offer_user(void *context, const struct as_user_row *row, struct as_error *error)
{
    (void)error;
    offer(context, row->name);
    return AS_OK;
}

static void offer_channels(struct completing *c)
{
    static const char *const channels[] = {"email", "call", "sms", "post", "social"};
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++)
        offer(c, channels[i]);
}

static void offer_models(struct completing *c)
{
    for (uint32_t m = 0; m < pack_of(c->repl)->models.n; m++)
        offer(c, pack_of(c->repl)->models.at[m]->name);
}

static void offer_stages(struct completing *c)
{
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++)
        offer(c, as_stage_name((enum as_stage)stage));
}

/* Inside a text: `word` is what it is given to, by a call (lead "…) or as an option (stage = "…). */
static void offer_texts(struct completing *c, struct as_str word, bool option)
{
    struct as_error ignored = AS_ERROR_INIT;
    if (!option && as_str_is(word, "lead")) {
        if (c->prefix.n > 0)
            as_store_lead_names(c->repl->options.store, c->prefix, c->most, offer_lead, c, &ignored);
        return;
    }
    if (option && as_str_is(word, "owner")) {
        as_store_users(c->repl->options.store, offer_user, c, &ignored);
    } else if (option && as_str_is(word, "model")) {
        offer_models(c);
    } else if (option && (as_str_is(word, "stage") || as_str_is(word, "from") || as_str_is(word, "to"))) {
        offer_stages(c);
    } else if (!option && as_str_is(word, "may")) {
        offer_channels(c);
    } else {
        if (as_str_is(word, "from") || as_str_is(word, "help"))
            for (int i = 0; i < 3; i++)
                offer_fields(c, as_str_of((const char *const[]){"lead", "account", "answer"}[i]));
        if (!as_str_is(word, "from"))
            offer_rules(c);
    }
}

static void offer_words(struct completing *c)
{
    static const char *const more[] = {"function", "return", "local"};
    size_t parts;
    const struct as_repl_words *const *all = as_repl_all_words(&parts);
    for (size_t p = 0; p < parts; p++)
        for (size_t i = 0; i < all[p]->n; i++)
            if (as_str_starts(as_str_of(all[p]->at[i].signature), as_str_of(all[p]->at[i].name)))
                offer(c, all[p]->at[i].name); /* what is asked of a list follows a colon */
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        offer(c, more[i]);
}

uint32_t as_repl_complete(const char **names, uint32_t most, size_t *from, struct as_repl *repl,
                          struct as_str before)
{
    struct completing c = {.repl = repl, .names = names, .most = most};
    size_t quotes = 0, quote = 0, start = before.n;
    as_arena_free(&repl->names);
    as_arena_init(&repl->names);
    for (size_t i = 0; i < before.n; i++)
        if (before.p[i] == '"') {
            quotes++;
            quote = i;
        }
    if (quotes % 2 == 1) {
        bool option = false;
        size_t last = quote;
        while (last > 0 && !is_name(before.p[last - 1]))
            option = before.p[--last] == '=' || option;
        size_t first = last;
        while (first > 0 && is_name(before.p[first - 1]))
            first--;
        c.prefix = (struct as_str){before.p + quote + 1, before.n - quote - 1};
        *from = c.prefix.n;
        offer_texts(&c, (struct as_str){before.p + first, last - first}, option);
        return c.n;
    }
    while (start > 0 && is_name(before.p[start - 1]))
        start--;
    c.prefix = (struct as_str){before.p + start, before.n - start};
    *from = c.prefix.n;
    char sign = start > 0 ? before.p[start - 1] : ' ';
    size_t end = start > 0 ? start - 1 : 0, of = end;
    while (of > 0 && is_name(before.p[of - 1]))
        of--;
    if (sign == '.') {
        offer_fields(&c, (struct as_str){before.p + of, end - of});
    } else if (sign == ':') {
        uint32_t n;
        const struct as_operator *operators = as_operators(&n);
        for (uint32_t i = 0; i < n; i++)
            offer(&c, operators[i].name);
        offer(&c, "csv");
        offer(&c, "by");
    } else {
        offer_words(&c);
    }
    return c.n;
}
