/* The words of the question bank: what buyers have to answer for themselves in each phase, and whose word
 * weighs most in what they read. */
#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option questions_options[] = {
    {"phase", AS_TAKES_TEXT, true, "The buying phase: \"discovery\", \"consideration\" or \"decision\"."},
    {"ask", AS_TAKES_TABLE, true,
     "Answers that pack.lua declares, in the order in which they are asked: { \"urgency\", \"need\" }."},
    {"persona", AS_TAKES_TEXT, false, "For which persona; for all when left out."},
    {"product", AS_TAKES_TEXT, false, "The product or service that they are about; none when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_questions = {
    "questions", NULL, "What buyers need to answer to feel comfortable with a decision, in one phase.",
    "n.questions { phase = \"discovery\", ask = { \"urgency\" } }", questions_options};

static void add_question(const struct as_options *o, struct as_question_set *set, const char *name)
{
    const struct as_schema *schema = o->loading->schema;
    uint32_t field = as_schema_answer(schema, as_str_of(name));
    if (field == AS_NO_INDEX)
        as_raise_unknown(o->L, o->position, as_schema_suggest_answer(schema, as_str_of(name)),
                         "declare it under answers in pack.lua, with the question as people ask it",
                         "questions name \"%s\", which is no answer of this pack", name);
    for (uint32_t i = 0; i < set->asks.n; i++)
        if (set->asks.at[i] == field)
            as_option_refuse(o, "ask", "leave one of them out", "has \"%s\" twice", name);
    as_loading_push(o->L, o->loading, &set->asks, field);
}

int as_word_questions(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_question_set set = {.position = as_loading_here(L, loading)};
    static const char *const phases[] = {"discovery", "consideration", "decision", NULL};
    struct as_options o;
    as_options_open(&o, L, loading, 1, &as_form_questions, NULL, set.position);
    set.phase = phases[as_option_one_of(&o, "phase", phases, 0)];
    set.persona = as_option_text(&o, "persona");
    set.product = as_option_text(&o, "product");
    uint32_t n;
    as_option_push(&o, "ask");
    const char **names = as_option_texts(&n, &o, "ask");
    lua_pop(L, 1);
    if (n == 0)
        as_option_refuse(&o, "ask", "name at least one answer of pack.lua", "is empty");
    for (uint32_t i = 0; i < n; i++)
        add_question(&o, &set, names[i]);
    as_loading_push(L, loading, &loading->pack->questions, set);
    return 0;
}

static const struct as_form_option trust_options[] = {
    {"most_first", AS_TAKES_TABLE, true,
     "Kinds of sources as the catalogue names them: { \"association\", \"case study\", \"vendor\" }."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_trust = {
    "trust", NULL,
    "Whose word buyers trust most. When left out: association, industry group, case study, analyst, "
    "independent review, vendor.",
    "n.trust { most_first = { \"analyst\", \"case study\", \"vendor\" } }", trust_options};

int as_word_trust(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    struct as_pack *pack = loading->pack;
    if (pack->trust.n > 0)
        as_raise_rule(L, here, "give the whole order in one table", "trust is declared twice");
    struct as_options o;
    as_options_open(&o, L, loading, 1, &as_form_trust, NULL, here);
    uint32_t n;
    as_option_push(&o, "most_first");
    const char **names = as_option_texts(&n, &o, "most_first");
    lua_pop(L, 1);
    if (n == 0)
        as_option_refuse(&o, "most_first", "name at least one kind of source", "is empty");
    for (uint32_t i = 0; i < n; i++)
        as_loading_push(L, loading, &pack->trust, names[i]);
    return 0;
}

/* Personas may be declared after the questions for them. */
void as_questions_check(lua_State *L, const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->questions.n; i++) {
        const struct as_question_set *set = &pack->questions.at[i];
        const char *names[256];
        size_t n = 0;
        bool known = set->persona == NULL;
        for (uint32_t p = 0; p < pack->personas.n && !known; p++) {
            known = strcmp(pack->personas.at[p].name, set->persona) == 0;
            if (n < sizeof names / sizeof *names)
                names[n++] = pack->personas.at[p].name;
        }
        if (!known)
            as_raise_unknown(L, set->position, as_suggest(as_str_of(set->persona), names, n),
                             "declare it with n.persona",
                             "questions are for a persona \"%s\" that nobody declares", set->persona);
    }
}
