/* The words about words: how buyers speak of what we do, words of ours that they do not use, and words to be
 * called for when somebody in a community writes them. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"
#include "data/identity/fold.h"

#include "base/limits.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option lexicon_options[] = {
    {"buyers", AS_TAKES_TABLE, false,
     "Words and phrases of buyers, whose response is told: { \"cost of waiting\", \"wrong order\" }."},
    {"ours", AS_TAKES_TABLE, false,
     "Words of ours that buyers do not use, each with what they say: { [\"demand sensing\"] = \"seeing "
     "orders early\" }."},
    {"taken_by", AS_TAKES_TABLE, false,
     "The events by which an offer is taken: { \"email_click\", \"demo_request\" }; whatever buyers do with "
     "the "
     "content that was offered when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_lexicon = {
    "lexicon", NULL, "The language of buyers: what resonates is measured, what is jargon is found in texts.",
    "n.lexicon { buyers = { \"cost of waiting\" }, ours = { synergies = \"savings\" } }", lexicon_options};

static const struct as_form_option watch_options[] = {
    {"words", AS_TAKES_TABLE, true, "Words and phrases: { \"cancel\", \"alternative to\" }."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_watch = {
    "watch", "effects",
    "Words that call for a look at whatever post of the community has them, and the effects, tasks and "
    "webhooks, that each such post asks for once.",
    "n.watch { words = { \"cancel\", \"alternative to\" } }", watch_options};

/* Appends a phrase, folded, so that "E-Mail" and "e-mail" are one. */
static void add_phrase(const struct as_options *o, const char *option, const char *text, const char *instead)
{
    struct as_pack *pack = o->loading->pack;
    struct as_phrase made = {.text = text, .instead = instead, .position = o->position};
    struct as_buf folded = {0};
    struct as_error error = AS_ERROR_INIT;
    bool fits = as_fold(&folded, as_str_of(text), &error) == AS_OK && folded.n <= AS_MAX_NAME;
    bool empty = folded.n == 0, watched = o->form == &as_form_watch;
    made.folded = as_arena_copy(&pack->rules.arena, as_buf_c(&folded), folded.n);
    as_buf_free(&folded);
    if (empty || !fits)
        as_option_refuse(o, option, "write words as buyers write them", "has a phrase of %s",
                         empty ? "no letters" : "too many letters");
    if (made.folded == NULL)
        as_loading_out_of_memory(o->L);
    for (uint32_t i = 0; i < (watched ? pack->watched.n : pack->lexicon.n); i++)
        if (strcmp((watched ? pack->watched.at : pack->lexicon.at)[i].folded, made.folded) == 0)
            as_option_refuse(o, option, "leave one of them out", "has \"%s\", which stands there already",
                             text);
    if (watched)
        as_loading_push(o->L, o->loading, &pack->watched, made);
    else
        as_loading_push(o->L, o->loading, &pack->lexicon, made);
}

static _Noreturn void refuse_second(lua_State *L, struct as_position here, const char *word,
                                    struct as_position first)
{
    as_raise_rule(L, here, "give all words in one table", "%s is declared twice: first at %s:%d", word,
                  first.file, first.line);
}

static uint32_t add_phrases(const struct as_options *o, const char *option)
{
    uint32_t n;
    if (!as_option_push(o, option))
        return 0;
    const char **texts = as_option_texts(&n, o, option);
    lua_pop(o->L, 1);
    for (uint32_t i = 0; i < n; i++)
        add_phrase(o, option, texts[i], NULL);
    return n;
}

/* Buyers take offers: an event that no buyer makes is none by which they could. */
static uint32_t kind_of(const struct as_options *o, const char *name)
{
    enum { MOST = 512 };
    const struct as_schema *schema = o->loading->pack->rules.schema;
    const char *names[MOST];
    size_t n = 0;
    for (uint32_t i = 0; i < schema->kinds.n; i++) {
        if (schema->kinds.at[i]->by != AS_ACTOR_BUYER)
            continue;
        if (strcmp(schema->kinds.at[i]->name, name) == 0)
            return i;
        if (n < MOST)
            names[n++] = schema->kinds.at[i]->name;
    }
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(name), names, n), "name events of buyers",
                     "option \"taken_by\" of lexicon has \"%s\", which no buyer does", name);
}

static void read_taken_by(const struct as_options *o)
{
    uint32_t n;
    if (!as_option_push(o, "taken_by"))
        return;
    const char **names = as_option_texts(&n, o, "taken_by");
    lua_pop(o->L, 1);
    for (uint32_t i = 0; i < n; i++)
        as_loading_push(o->L, o->loading, &o->loading->pack->taken_by, kind_of(o, names[i]));
}

int as_word_lexicon(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    const struct as_pack *pack = loading->pack;
    struct as_options o;
    uint32_t n = 0;
    if (pack->lexicon.n > 0)
        refuse_second(L, here, "lexicon", pack->lexicon.at[0].position);
    as_options_open(&o, L, loading, 1, &as_form_lexicon, NULL, here);
    uint32_t all = add_phrases(&o, "buyers");
    read_taken_by(&o);
    if (as_option_push(&o, "ours")) {
        const char **words = as_literal_keys(&n, L, loading, -1, as_option_what(&o, "ours"));
        for (uint32_t i = 0; i < n; i++) {
            size_t size = 0;
            lua_getfield(L, -1, words[i]);
            const char *instead = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
            if (size == 0)
                as_option_refuse(&o, "ours", "write { [\"demand sensing\"] = \"seeing orders early\" }",
                                 "of \"%s\" does not say what buyers say instead", words[i]);
            instead = as_loading_copy(L, loading, instead, size);
            lua_pop(L, 1);
            add_phrase(&o, "ours", words[i], instead);
        }
        lua_pop(L, 1);
    }
    if (all + n == 0)
        as_raise_rule(L, here, "write n.lexicon { buyers = { \"cost of waiting\" } }",
                      "the lexicon is empty");
    return 0;
}

/* A post may be of nobody who is known here: nothing of a lead can be asked or told. */
static void take_effects(lua_State *L, struct as_loading *loading, struct as_position here)
{
    for (lua_Integer i = 1, n = (lua_Integer)lua_rawlen(L, 1); i <= n; i++) {
        lua_rawgeti(L, 1, i);
        const struct as_effect_rule *effect = as_effect_value_at(L, -1, here, "watch", (int)i);
        if (effect->kind != AS_EFFECT_TASK && effect->kind != AS_EFFECT_WEBHOOK)
            as_raise_rule(L, effect->position, "write effect.task or effect.webhook",
                          "%s \"%s\" is about a lead, and a post need not be one's",
                          as_effect_kind_name(effect->kind), effect->name);
        bool asks = effect->when != NULL;
        for (uint32_t v = 0; v < effect->values.n; v++)
            asks |= effect->values.at[v].expr != NULL;
        if (asks)
            as_raise_rule(L, effect->position, "write texts and numbers, and no when",
                          "%s \"%s\" asks facts of a lead, and a post need not be one's",
                          as_effect_kind_name(effect->kind), effect->name);
        as_loading_push(L, loading, &loading->pack->on_post, effect);
        lua_pop(L, 1);
    }
}

int as_word_watch(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    struct as_options o;
    if (loading->pack->watched.n > 0)
        refuse_second(L, here, "watch", loading->pack->watched.at[0].position);
    as_options_open(&o, L, loading, 1, &as_form_watch, NULL, here);
    if (add_phrases(&o, "words") == 0)
        as_option_refuse(&o, "words", "name at least one word", "is empty");
    take_effects(L, loading, here);
    return 0;
}
