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
    "watch", NULL, "Words that call for a look at whatever post of the community has them.",
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
    return 0;
}
