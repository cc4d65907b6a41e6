/* Language: which words of the pack's lexicon resonate, told by what leads do with content that has them, and
 * which of them buyers use themselves. What was offered with which words nobody drew by lot: the section says
 * so. */
#include "run/report/reporting.h"

#include "base/time.h"
#include "data/identity/fold.h"
#include "store/report/catalogue.h"
#include "store/report/offers.h"

#include <string.h>

/* An offer is taken within so many days, or it is not. */
enum { TAKEN_WITHIN = 14 };
/* Offers on either side below which nothing is said. */
#define LEAST_OFFERS 10
/* Texts of buyers from which on it says something that a phrase is in none of them. */
#define LEAST_TEXTS 30

struct phrase {
    const struct as_phrase *declared;
    uint64_t hits, n; /* offers that were taken, and all, with the phrase */
    uint64_t said;    /* buyers' texts that have it */
    uint32_t pieces;  /* content that has it */
    const char *names;
};
struct language {
    struct as_reporting *r;
    const struct as_pack *pack;
    struct phrase *phrases; /* as in the lexicon */
    uint32_t n;
    uint64_t hits, offers, texts;
    uint64_t wordless; /* offers of which no text is known */
    uint32_t pieces;   /* content with a text */
    struct as_buf text, folded;
    struct as_buf taken_by; /* names of events, a JSON array; empty: whatever is done with what was offered */
};

/* Folds what the texts, where they are, say together; "" where none says anything. */
static enum as_status fold(struct language *l, const char *const *texts, size_t n, struct as_error *error)
{
    as_buf_reset(&l->text);
    as_buf_reset(&l->folded);
    for (size_t i = 0; i < n; i++)
        if (texts[i] != NULL)
            as_buf_printf(&l->text, "%s\n", texts[i]);
    if (l->text.failed)
        return as_error_memory(error);
    return as_fold(&l->folded, (struct as_str){as_buf_c(&l->text), l->text.n}, error);
}

static bool has(const struct language *l, uint32_t phrase)
{
    return as_fold_has_word((struct as_str){as_buf_c(&l->folded), l->folded.n},
                            as_str_of(l->phrases[phrase].declared->folded));
}

static enum as_status take_offer(void *context, const struct as_offer *offer, struct as_error *error)
{
    struct language *l = context;
    const char *const texts[] = {offer->title, offer->text, offer->words};
    enum as_status status = fold(l, texts, 3, error);
    if (l->folded.n == 0) {
        l->wordless++;
        return status;
    }
    l->offers++;
    l->hits += offer->taken;
    for (uint32_t i = 0; i < l->n && status == AS_OK; i++)
        if (has(l, i)) {
            l->phrases[i].n++;
            l->phrases[i].hits += offer->taken;
        }
    return status;
}

static enum as_status take_piece(void *context, const struct as_content_row *row, struct as_error *error)
{
    struct language *l = context;
    const char *const texts[] = {row->title, row->text};
    enum as_status status = fold(l, texts, 2, error);
    l->pieces += l->folded.n > 0;
    for (uint32_t i = 0; i < l->n && status == AS_OK; i++) {
        struct phrase *phrase = &l->phrases[i];
        if (!has(l, i))
            continue;
        if (phrase->pieces++ < 3)
            phrase->names = as_report_text(l->r, "%s%s%s", phrase->names != NULL ? phrase->names : "",
                                           phrase->names != NULL ? ", " : "", row->key);
    }
    return status;
}

static enum as_status take_text(void *context, const struct as_buyer_text *said, struct as_error *error)
{
    struct language *l = context;
    const struct as_schema *schema = l->pack->rules.schema;
    /* What is chosen among our words is not a buyer's own. */
    uint32_t field = said->question != NULL ? as_schema_answer(schema, as_str_of(said->question)) : 0;
    if (said->question != NULL && (field == AS_NO_INDEX || schema->fields.at[field]->type != AS_TYPE_TEXT))
        return AS_OK;
    enum as_status status = fold(l, &said->text, 1, error);
    l->texts += said->times;
    for (uint32_t i = 0; i < l->n && status == AS_OK; i++)
        if (has(l, i))
            l->phrases[i].said += said->times;
    return status;
}

/* --- what is told of them --- */

static enum as_status name_events(struct language *l, struct as_error *error)
{
    for (uint32_t i = 0; i < l->pack->taken_by.n; i++) {
        as_buf_char(&l->taken_by, i == 0 ? '[' : ',');
        as_buf_json(&l->taken_by, as_str_of(l->pack->rules.schema->kinds.at[l->pack->taken_by.at[i]]->name));
    }
    if (l->pack->taken_by.n > 0)
        as_buf_char(&l->taken_by, ']');
    return l->taken_by.failed ? as_error_memory(error) : AS_OK;
}

/* By what an offer is taken: "page_view, demo_request". */
static const char *events_said(const struct language *l)
{
    const char *said = "";
    for (uint32_t i = 0; i < l->pack->taken_by.n; i++)
        said = as_report_text(l->r, "%s%s%s", said, i > 0 ? ", " : "",
                              l->pack->rules.schema->kinds.at[l->pack->taken_by.at[i]]->name);
    return said;
}

static struct as_beside beside_of(const struct language *l, const struct phrase *phrase)
{
    return (struct as_beside){phrase->hits, phrase->n, l->hits - phrase->hits, l->offers - phrase->n};
}

static bool is_few(const struct as_beside *beside)
{
    return beside->n < LEAST_OFFERS || beside->other_n < LEAST_OFFERS;
}

static const char *verdict(const struct as_beside *beside, uint32_t together)
{
    double low, high;
    if (is_few(beside) || !as_share_gap(&low, &high, beside, 1 - (1 - AS_FIGURE_CONFIDENCE) / together))
        return "insufficient";
    return low > 0 ? "resonates" : high < 0 ? "puts off" : "none seen";
}

static void add_response(struct language *l, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"phrase", "Phrase"}, {"with", "Taken with it"}, {"gap", "Points more"}, {"verdict", "Verdict"}};
    uint32_t together = 0;
    for (uint32_t i = 0; i < l->n; i++) {
        struct as_beside beside = beside_of(l, &l->phrases[i]);
        together += !is_few(&beside);
    }
    if (l->offers == 0) {
        as_section_note(l->r, section,
                        "no offer of content whose words are known is %d days old "
                        "(assay import content, with a column text; assay import touches)",
                        TAKEN_WITHIN);
        return;
    }
    as_section_figure(l->r, section, "taken", "offers taken", as_figure_share(l->hits, l->offers), NULL);
    struct as_report_table *table = as_section_table(
        l->r, section, "response", "How many take what is offered with a phrase, and without it", columns, 4);
    for (uint32_t i = 0; i < l->n; i++) {
        const struct phrase *phrase = &l->phrases[i];
        struct as_beside beside = beside_of(l, phrase);
        as_table_cell(l->r, table, as_figure_text(phrase->declared->text));
        as_table_cell(l->r, table, as_figure_share(beside.hits, beside.n));
        as_table_cell(l->r, table, as_figure_gap(&beside));
        as_table_cell(l->r, table, as_figure_text(verdict(&beside, together > 0 ? together : 1)));
    }
    if (l->pack->taken_by.n == 0)
        as_section_note(
            l->r, section,
            "an offer is a touch with content, %d days old or more; it is taken when the lead did "
            "something with that content within %d days, before it was offered again",
            TAKEN_WITHIN, TAKEN_WITHIN);
    else
        as_section_note(l->r, section,
                        "an offer is a touch with content, %d days old or more; it is taken by %s within %d "
                        "days, before it was offered again; an event that names no content takes what was "
                        "offered last before it",
                        TAKEN_WITHIN, events_said(l), TAKEN_WITHIN);
    if (together == 0)
        as_section_note(l->r, section, "no phrase has %d offers with it and %d without it yet", LEAST_OFFERS,
                        LEAST_OFFERS);
    else
        as_section_note(l->r, section,
                        "a verdict is what 95 %% confidence leaves no doubt of in all %u together "
                        "(Bonferroni); who was offered what was not drawn by lot, so that a difference is no "
                        "proof",
                        together);
    if (l->wordless > 0)
        as_section_note(l->r, section, "of %llu further offers neither title nor text is known",
                        (unsigned long long)l->wordless);
}

static void add_use(struct language *l, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {{"phrase", "Phrase"},
                                                      {"whose", "Whose"},
                                                      {"pieces", "Pieces with it"},
                                                      {"said", "Said by buyers"},
                                                      {"instead", "Buyers say"}};
    struct as_report_table *table =
        as_section_table(l->r, section, "use", "Who uses the words of the lexicon", columns, 5);
    for (uint32_t i = 0; i < l->n; i++) {
        const struct phrase *phrase = &l->phrases[i];
        const char *instead = phrase->declared->instead;
        as_table_cell(l->r, table, as_figure_text(phrase->declared->text));
        as_table_cell(l->r, table, as_figure_text(instead != NULL ? "ours" : "buyers"));
        as_table_cell(l->r, table, as_figure_count(phrase->pieces));
        as_table_cell(l->r, table, as_figure_share(phrase->said, l->texts));
        as_table_cell(l->r, table, instead != NULL ? as_figure_text(instead) : as_figure_none("the same"));
        if (instead != NULL && phrase->pieces > 0)
            as_section_alarm(l->r, section, "\"%s\" stands in %u piece%s (%s%s): buyers say \"%s\"",
                             phrase->declared->text, phrase->pieces, phrase->pieces == 1 ? "" : "s",
                             phrase->names, phrase->pieces > 3 ? ", …" : "", instead);
        if (instead == NULL && phrase->said == 0 && l->texts >= LEAST_TEXTS)
            as_section_note(l->r, section, "no buyer says \"%s\" in %llu answers and posts",
                            phrase->declared->text, (unsigned long long)l->texts);
    }
    as_section_note(l->r, section,
                    "%u pieces of content with words, %llu texts of buyers (answers in their own "
                    "words, posts)",
                    l->pieces, (unsigned long long)l->texts);
}

enum as_status as_report_language(struct as_reporting *r, struct as_error *error)
{
    struct language l = {.r = r, .pack = r->report->pack};
    struct as_offer_window window = {r->report->since, r->report->until, r->report->at,
                                     TAKEN_WITHIN * (int64_t)AS_DAY_SECONDS, NULL};
    bool alone = as_reporting_only(r, AS_REPORT_LANGUAGE);
    l.n = l.pack != NULL ? l.pack->lexicon.n : 0;
    if (l.n == 0 && !alone)
        return AS_OK;
    struct as_report_section *section = as_section_new(r, "language", "Language of buyers");
    if (l.n == 0) {
        as_section_note(r, section, "no pack has a lexicon (n.lexicon { buyers = { \"cost of waiting\" } })");
        return AS_OK;
    }
    l.phrases = as_arena_array(&r->report->arena, l.n, sizeof *l.phrases);
    if (l.phrases == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < l.n; i++)
        l.phrases[i].declared = &l.pack->lexicon.at[i];
    enum as_status status = name_events(&l, error);
    window.kinds = l.taken_by.n > 0 ? as_buf_c(&l.taken_by) : NULL;
    if (status == AS_OK)
        status = as_store_content_offers(r->store, &window, take_offer, &l, error);
    if (status == AS_OK)
        status = as_store_contents(r->store, r->report->at, take_piece, &l, error);
    if (status == AS_OK)
        status = as_store_buyer_texts(r->store, &window, take_text, &l, error);
    as_buf_free(&l.text);
    as_buf_free(&l.folded);
    as_buf_free(&l.taken_by);
    if (status == AS_OK) {
        add_response(&l, section);
        add_use(&l, section);
    }
    return status;
}
