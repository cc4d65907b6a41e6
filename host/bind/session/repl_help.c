/* What there is: help for every name of a session, from the tables that the names come from. */
#include "bind/session/repl_parts.h"

#include "bind/language/node.h"
#include "bind/sandbox/scratch.h"
#include "score/tree/operator.h"

#include <stdio.h>
#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

static const struct as_repl_word *find_word(const char *name)
{
    size_t parts;
    const struct as_repl_words *const *all = as_repl_all_words(&parts);
    for (size_t p = 0; p < parts; p++)
        for (size_t i = 0; i < all[p]->n; i++)
            if (strcmp(all[p]->at[i].name, name) == 0)
                return &all[p]->at[i];
    return NULL;
}

/* --- help --- */

static void help_all(struct as_buf *out)
{
    size_t parts;
    const struct as_repl_words *const *all = as_repl_all_words(&parts);
    for (size_t p = 0; p < parts; p++)
        for (size_t i = 0; i < all[p]->n; i++)
            as_buf_printf(out, "%s\n    %s\n", all[p]->at[i].signature, all[p]->at[i].text);
    as_buf_text(out,
                "A list prints as a table; r[1].email is a cell.\nhelp \"lead\", \"account\", \"event\", "
                "\"answer\" and \"score\" list the facts; help \"has_word\" tells of an operator, "
                "help \"inbound\" of a model, help \"senior title\" of a rule.\n");
}

static void help_field(struct as_buf *out, const struct as_field *field)
{
    as_buf_printf(out, "%s.%s: %s", field->ask != NULL ? "answer" : as_level_name(field->level), field->name,
                  as_type_name(field->type));
    for (uint32_t i = 0; i < field->choice_count; i++)
        as_buf_printf(out, "%s%s", i == 0 ? ", one of " : ", ", field->choices[i]);
    if (field->ask != NULL || field->text != NULL)
        as_buf_printf(out, "\n    %s", field->ask != NULL ? field->ask : field->text);
    as_buf_char(out, '\n');
}

static void help_event(struct as_buf *out, const struct as_event_kind *kind)
{
    as_buf_printf(out, "event.%s: what a %s does%s%s\n", kind->name, as_actor_name(kind->by),
                  kind->text != NULL ? "\n    " : "", kind->text != NULL ? kind->text : "");
}

/* The facts of one kind: "lead", "account", "event", "answer", "score". */
static void help_facts(struct as_buf *out, const struct as_repl *repl, const char *which)
{
    const struct as_schema *schema = repl->options.schema;
    const struct as_pack *pack = pack_of(repl);
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (field->ask != NULL ? strcmp(which, "answer") == 0
                               : strcmp(which, as_level_name(field->level)) == 0)
            help_field(out, field);
    }
    for (uint32_t i = 0; strcmp(which, "event") == 0 && i < schema->kinds.n; i++)
        help_event(out, schema->kinds.at[i]);
    for (uint32_t m = 0; strcmp(which, "score") == 0 && m < pack->models.n; m++)
        for (uint32_t s = 0; s < pack->models.at[m]->scores.n; s++)
            as_buf_printf(out, "score.%s of model %s\n", pack->models.at[m]->scores.at[s]->name,
                          pack->models.at[m]->name);
}

static void help_operator(struct as_buf *out, const char *name)
{
    uint32_t n;
    const struct as_operator *operators = as_operators(&n);
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(operators[i].name, name) == 0) {
            as_buf_printf(out, ":%s of ", name);
            as_shape_say(out, operators[i].on);
            as_buf_printf(out, "\n    %s\n    for example %s\n", operators[i].text, operators[i].example);
        }
}

/* What there is in a model; "inbound" is the pack too. */
static void help_model(struct as_buf *out, const struct as_model *model)
{
    as_buf_printf(out, "model \"%s\" (%s:%d)\n", model->name, model->position.file, model->position.line);
    for (uint32_t s = 0; s < model->scores.n; s++) {
        as_buf_printf(out, "    score %s:", model->scores.at[s]->name);
        for (uint32_t r = 0; r < model->scores.at[s]->rules.n; r++)
            as_buf_printf(out, "%s \"%s\"", r > 0 ? "," : "", model->scores.at[s]->rules.at[r]->name);
        as_buf_char(out, '\n');
    }
    for (uint32_t g = 0; g < model->gates.n; g++)
        as_buf_printf(out, "    gate %s\n", model->gates.at[g]->name);
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        as_buf_printf(out, "    disqualifier %s\n", model->disqualifiers.at[i].name);
}

static void help_disqualifiers(struct as_buf *out, const struct as_repl *repl, const struct as_model *model,
                               const char *name)
{
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        if (strcmp(model->disqualifiers.at[i].name, name) == 0) {
            as_buf_printf(out, "disqualifier \"%s\" of model %s\n    when ", name, model->name);
            as_expr_say(out, model->disqualifiers.at[i].when, repl->options.schema);
            as_buf_char(out, '\n');
        }
}

static void help_points(struct as_buf *out, int64_t milli)
{
    as_buf_text(out, "    ");
    as_buf_milli_signed(out, milli);
}

static void help_gate(struct as_buf *out, const struct as_repl *repl, const struct as_model *model,
                      const struct as_gate *gate)
{
    as_buf_printf(out, "gate \"%s\" of model %s (%s:%d)\n", gate->name, model->name, gate->position.file,
                  gate->position.line);
    for (uint32_t c = 0; c < gate->criteria.n; c++) {
        as_buf_printf(out, "    %s: ", gate->criteria.at[c].name);
        as_expr_say(out, gate->criteria.at[c].when, repl->options.schema);
        as_buf_char(out, '\n');
    }
}

static void help_rule(struct as_buf *out, const struct as_repl *repl, const struct as_score *score,
                      const struct as_rule *rule)
{
    const struct as_schema *schema = repl->options.schema;
    as_buf_printf(out, "rule \"%s\" of score %s (%s:%d)\n", rule->name, score->name, rule->position.file,
                  rule->position.line);
    if (rule->kind == AS_RULE_CONDITION)
        help_points(out, rule->points);
    if (rule->when != NULL) {
        as_buf_text(out, rule->kind == AS_RULE_CONDITION ? " when " : "    only when ");
        as_expr_say(out, rule->when, schema);
        as_buf_char(out, '\n');
    }
    for (uint32_t e = 0; e < rule->per_event.n; e++) {
        help_points(out, rule->per_event.at[e].points);
        as_buf_printf(out, " for each %s\n", schema->kinds.at[rule->per_event.at[e].kind]->name);
    }
    if (rule->reason != NULL)
        as_buf_printf(out, "    %s\n", rule->reason);
}

static void help_rules(struct as_buf *out, const struct as_repl *repl, const char *name)
{
    const struct as_pack *pack = pack_of(repl);
    for (uint32_t m = 0; m < pack->models.n; m++) {
        const struct as_model *model = pack->models.at[m];
        if (strcmp(model->name, name) == 0 || strcmp(pack->name, name) == 0)
            help_model(out, model);
        help_disqualifiers(out, repl, model, name);
        for (uint32_t g = 0; g < model->gates.n; g++)
            if (strcmp(model->gates.at[g]->name, name) == 0)
                help_gate(out, repl, model, model->gates.at[g]);
        for (uint32_t s = 0; s < model->scores.n; s++)
            for (uint32_t r = 0; r < model->scores.at[s]->rules.n; r++)
                if (strcmp(model->scores.at[s]->rules.at[r]->name, name) == 0)
                    help_rule(out, repl, model->scores.at[s], model->scores.at[s]->rules.at[r]);
    }
}

static void help_name(struct as_buf *out, const struct as_repl *repl, const char *name)
{
    const struct as_schema *schema = repl->options.schema;
    const struct as_repl_word *word = find_word(name);
    if (word != NULL)
        as_buf_printf(out, "%s\n    %s\n", word->signature, word->text);
    help_facts(out, repl, name);
    for (uint32_t i = 0; i < schema->fields.n; i++)
        if (strcmp(schema->fields.at[i]->name, name) == 0)
            help_field(out, schema->fields.at[i]);
    for (uint32_t i = 0; i < schema->kinds.n; i++)
        if (strcmp(schema->kinds.at[i]->name, name) == 0)
            help_event(out, schema->kinds.at[i]);
    help_operator(out, name);
    help_rules(out, repl, name);
}

/* The name of a function of the scope that was given itself. */
static const char *name_of_value(lua_State *L, int index)
{
    struct as_repl *repl = as_repl_of(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, repl->env);
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1))
        if (lua_rawequal(L, -1, index))
            return lua_tostring(L, -2);
    return NULL;
}

static _Noreturn void refuse_help(lua_State *L, const struct as_repl *repl, const char *name)
{
    static const char otherwise[] = "help() lists the functions";
    const struct as_schema *schema = repl->options.schema;
    struct as_arena *arena = as_scratch_arena(L);
    AS_LIST(const char *) names = {0};
    size_t parts, of_rules;
    if (name == NULL)
        as_repl_refuse(L, otherwise, "there is no help for this value");
    const struct as_repl_words *const *all = as_repl_all_words(&parts);
    const char *const *rules = as_repl_rule_names(repl, arena, &of_rules);
    for (size_t p = 0; p < parts; p++)
        for (size_t i = 0; i < all[p]->n; i++)
            as_list_push(arena, &names, all[p]->at[i].name);
    for (size_t i = 0; i < of_rules; i++)
        as_list_push(arena, &names, rules[i]);
    for (uint32_t i = 0; i < schema->fields.n; i++)
        as_list_push(arena, &names, schema->fields.at[i]->name);
    for (uint32_t i = 0; i < schema->kinds.n; i++)
        as_list_push(arena, &names, schema->kinds.at[i]->name);
    as_repl_refuse_name(L, name, names.at, names.n, otherwise, "there is no help for %s", name);
}

static int word_help(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_buf text = {.p = NULL};
    const char *name = NULL;
    if (lua_type(L, 1) == LUA_TSTRING)
        name = lua_tostring(L, 1);
    else if (as_node_test(L, 1) != NULL && as_node_test(L, 1)->kind == AS_EXPR_EVENTS)
        name = as_node_test(L, 1)->kind_first == AS_NO_INDEX
                   ? "event"
                   : repl->options.schema->kinds.at[as_node_test(L, 1)->kind_first]->name;
    else if (as_node_test(L, 1) != NULL && as_expr_origin(as_node_test(L, 1)) != AS_NO_INDEX)
        name = repl->options.schema->fields.at[as_expr_origin(as_node_test(L, 1))]->name;
    else if (!lua_isnoneornil(L, 1))
        name = name_of_value(L, 1);
    if (lua_isnoneornil(L, 1))
        help_all(&text);
    else if (name != NULL)
        help_name(&text, repl, name);
    bool found = text.n > 0;
    if (found)
        lua_pushlstring(L, text.p, text.n);
    as_buf_free(&text);
    if (!found)
        refuse_help(L, repl, name);
    return 1;
}

static const struct as_repl_word words[] = {
    {"help", word_help, "help(), help \"find\", help(lead.title)",
     "what a function, fact, event, operator, gate or rule is for"},
    {"print", NULL, "print(value)", "prints a value from inside a function, as a line of its own does"},
    {"csv", NULL, "find { grade = \"A\" }:csv \"a.csv\"", "writes a list as a file"},
    {"by", NULL, "find { grade = \"A\" }:by \"stage\"",
     "counts a list by a column, the commonest value first; a list"},
    {"event", NULL, "event.pricing_view:seen \"7d\"", "what buyers and sellers did, for conditions"},
    {"answer", NULL, "answer.need:known()", "what was answered, for conditions"},
    {"score", NULL, "score.fit:at_least(60)", "points by the pack's rules, for conditions"},
    {"all_of", NULL, "all_of(a, b, c)", "holds when all of the conditions do"},
    {"any_of", NULL, "any_of(a, b, c)", "holds when one of the conditions does"},
    {"at_least", NULL, "at_least(2, a, b, c)", "holds when so many of the conditions do"},
    {"first_known", NULL, "first_known { lead.country, account.country }:is \"DE\"",
     "the first of the facts that is known"},
};
const struct as_repl_words as_repl_help_words = {words, sizeof words / sizeof *words};
