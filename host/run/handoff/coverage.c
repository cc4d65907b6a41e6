/* Coverage: counting what fits where, and looking for what a reader would miss. */
#include "run/handoff/coverage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *as_gap_name(enum as_gap gap)
{
    static const char *const names[] = {[AS_GAP_CELL] = "no-content",
                                        [AS_GAP_QUESTION] = "no-answer",
                                        [AS_GAP_STORY] = "no-story",
                                        [AS_GAP_STEP] = "not-in-catalogue",
                                        [AS_GAP_APPEAL] = "one-appeal",
                                        [AS_GAP_EVIDENCE] = "no-evidence",
                                        [AS_GAP_PROMOTIONAL] = "too-promotional",
                                        [AS_GAP_TOOL] = "early-tool",
                                        [AS_GAP_UNKNOWN] = "unknown-name"};
    return names[gap];
}

struct covering {
    struct as_coverage *out;
    bool failed;
};

__attribute__((format(printf, 4, 5))) static void find(struct covering *c, struct as_coverage_gap gap,
                                                       const char *advice, const char *format, ...)
{
    char line[512]; /* a sentence with a few names in it */
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    gap.what = as_arena_printf(&c->out->arena, "%s", line);
    gap.advice = advice;
    c->failed |= gap.what == NULL || !as_list_push(&c->out->arena, &c->out->gaps, gap);
}

/* --- persona by phase --- */

static void count_row(struct covering *c, const char *persona)
{
    struct as_coverage *out = c->out;
    struct as_coverage_row row = {.persona = persona};
    for (uint32_t i = 0; i < out->catalogue.list.n; i++)
        for (int phase = 0; phase < AS_PHASES; phase++)
            row.contents[phase] += as_resource_suits(&out->catalogue.list.at[i], persona) &&
                                   as_resource_in_phase(&out->catalogue.list.at[i], (enum as_phase)phase);
    for (int phase = 0; phase < AS_PHASES; phase++) {
        const char *name = as_phase_name((enum as_phase)phase);
        if (row.contents[phase] == 0)
            find(c, (struct as_coverage_gap){.kind = AS_GAP_CELL, .persona = persona, .phase = name},
                 "make some, and give it that persona and phase", "nothing for %s in the phase %s",
                 persona != NULL ? persona : "anybody", name);
    }
    c->failed |= !as_list_push(&out->arena, &out->rows, row);
}

static void find_stories(struct covering *c)
{
    const struct as_resources *all = &c->out->catalogue;
    for (int phase = 0; phase < AS_PHASES; phase++) {
        bool any = false;
        for (uint32_t i = 0; i < all->list.n; i++)
            any |= all->list.at[i].story && as_resource_in_phase(&all->list.at[i], (enum as_phase)phase);
        if (!any)
            find(c,
                 (struct as_coverage_gap){.kind = AS_GAP_STORY, .phase = as_phase_name((enum as_phase)phase)},
                 "place a reference story there, and mark it: story = yes",
                 "no customer's story in the phase %s", as_phase_name((enum as_phase)phase));
    }
}

/* --- questions --- */

static bool answers_for(const struct as_resource *one, const char *question, const char *persona,
                        enum as_phase phase)
{
    return as_listed(one->answers, question) && as_resource_in_phase(one, phase) &&
           (persona == NULL || as_resource_suits(one, persona));
}

static void find_questions(struct covering *c)
{
    const struct as_pack *pack = c->out->pack;
    for (uint32_t s = 0; s < pack->questions.n; s++) {
        const struct as_question_set *set = &pack->questions.at[s];
        enum as_phase phase;
        if (!as_phase_parse(&phase, as_str_of(set->phase)))
            continue;
        for (uint32_t a = 0; a < set->asks.n; a++) {
            const struct as_field *field = pack->rules.schema->fields.at[set->asks.at[a]];
            bool any = false;
            for (uint32_t i = 0; i < c->out->catalogue.list.n; i++)
                any |= answers_for(&c->out->catalogue.list.at[i], field->name, set->persona, phase);
            if (!any)
                find(c,
                     (struct as_coverage_gap){
                         .kind = AS_GAP_QUESTION, .persona = set->persona, .phase = set->phase},
                     "make content that answers it, and name it in the column answers",
                     "nothing in the phase %s answers %s (%s)", set->phase, field->name, field->ask);
        }
    }
}

/* --- tracks --- */

static void check_track(struct covering *c, const struct as_track *track)
{
    bool reason = false, feeling = false, told = false;
    for (uint32_t s = 0; s < track->steps.n; s++) {
        const char *key = track->steps.at[s].content;
        const struct as_resource *one =
            key == NULL ? NULL : as_resource_find(&c->out->catalogue, key, NULL, NULL);
        if (key != NULL && one == NULL)
            find(c, (struct as_coverage_gap){.kind = AS_GAP_STEP, .content = key},
                 "take it in with `assay import content`",
                 "track \"%s\" offers %s, which is not in the catalogue", track->name, key);
        if (one == NULL || one->appeal == NULL)
            continue;
        told = true;
        reason |= strcmp(one->appeal, "emotional") != 0;
        feeling |= strcmp(one->appeal, "rational") != 0;
    }
    if (told && !(reason && feeling))
        find(
            c,
            (struct as_coverage_gap){.kind = AS_GAP_APPEAL, .persona = track->persona, .phase = track->phase},
            reason ? "add what persuades: a story, an image of the time after"
                   : "add what convinces: figures, a comparison, a case",
            "track \"%s\" speaks to %s alone", track->name, reason ? "reason" : "feeling");
}

/* --- pieces --- */

static bool knows_persona(const struct as_pack *pack, struct as_str name)
{
    for (uint32_t i = 0; i < pack->personas.n; i++)
        if (as_str_is_nocase(name, pack->personas.at[i].name))
            return true;
    return false;
}

static void find_unknown(struct covering *c, const struct as_resource *one)
{
    const struct as_pack *pack = c->out->pack;
    for (struct as_str rest = as_str_of(one->persona); rest.n > 0;) {
        struct as_str name = as_str_trim(as_str_cut(&rest, ';'));
        if (name.n > 0 && !knows_persona(pack, name))
            find(c, (struct as_coverage_gap){.kind = AS_GAP_UNKNOWN, .content = one->key},
                 "write the persona as the pack declares it",
                 "%s is for a persona that %s does not declare: %.*s", one->key, pack->name, (int)name.n,
                 name.p);
    }
    for (struct as_str rest = as_str_of(one->answers); rest.n > 0;) {
        struct as_str name = as_str_trim(as_str_cut(&rest, ';'));
        if (name.n > 0 && as_schema_answer(pack->rules.schema, name) == AS_NO_INDEX)
            find(c, (struct as_coverage_gap){.kind = AS_GAP_UNKNOWN, .content = one->key},
                 "name an answer of pack.lua", "%s answers a question that nobody asks: %.*s", one->key,
                 (int)name.n, name.p);
    }
}

static void check_piece(struct covering *c, const struct as_resource *one)
{
    uint32_t tool = as_sales_tool_of(one->kind);
    find_unknown(c, one);
    if (tool < AS_SALES_TOOLS) {
        bool late =
            as_resource_in_phase(one, AS_PHASE_CONSIDERATION) || as_resource_in_phase(one, AS_PHASE_DECISION);
        c->out->tools[tool] += late;
        if (one->phase == NULL || as_resource_in_phase(one, AS_PHASE_DISCOVERY))
            find(c, (struct as_coverage_gap){.kind = AS_GAP_TOOL, .content = one->key, .phase = one->phase},
                 "give it the phase consideration or decision",
                 "%s is a tool of sales (%s) and not for a late phase", one->key, as_sales_tool_name(tool));
        return;
    }
    if (!as_resource_proves(one) && one->evidence == NULL)
        find(c, (struct as_coverage_gap){.kind = AS_GAP_EVIDENCE, .content = one->key},
             "rest it on a third party's word, and name the source in the column evidence",
             "%s names no evidence and no source but the vendor", one->key);
    if (one->brand_known && one->brand_visible && one->phase != NULL &&
        as_resource_in_phase(one, AS_PHASE_DISCOVERY))
        find(c,
             (struct as_coverage_gap){.kind = AS_GAP_PROMOTIONAL, .content = one->key, .phase = one->phase},
             "early content is about the buyer's problem: take the brand out",
             "%s is too promotional: a reader can tell who prepared it", one->key);
}

enum as_status as_coverage_of(struct as_coverage *out, struct as_store *store, const struct as_pack *pack,
                              int64_t at, struct as_error *error)
{
    *out = (struct as_coverage){.pack = pack, .at = at};
    struct covering c = {out, false};
    enum as_status status = as_resources_read(&out->catalogue, &out->arena, store, pack, at, error);
    if (status == AS_OK) {
        for (uint32_t p = 0; p < pack->personas.n; p++)
            count_row(&c, pack->personas.at[p].name);
        if (pack->personas.n == 0)
            count_row(&c, NULL);
        find_questions(&c);
        find_stories(&c);
        for (uint32_t t = 0; t < pack->tracks.n; t++)
            check_track(&c, pack->tracks.at[t]);
        for (uint32_t i = 0; i < out->catalogue.list.n; i++)
            check_piece(&c, &out->catalogue.list.at[i]);
        if (c.failed)
            status = as_error_memory(error);
    }
    if (status != AS_OK)
        as_coverage_free(out);
    return status;
}

void as_coverage_free(struct as_coverage *coverage)
{
    as_arena_free(&coverage->arena);
    *coverage = (struct as_coverage){.pack = NULL};
}

void as_coverage_json(struct as_json *json, const struct as_coverage *coverage)
{
    uint32_t trusted;
    const char *const *order = as_pack_trust(coverage->pack, &trusted);
    as_json_open(json, '{');
    as_json_put_text(json, "pack", coverage->pack->name);
    as_json_put_time(json, "at", coverage->at);
    as_json_put_open(json, "trust", '[');
    for (uint32_t i = 0; i < trusted; i++)
        as_json_text(json, order[i]);
    as_json_close(json, ']');
    as_json_put_open(json, "matrix", '[');
    for (uint32_t r = 0; r < coverage->rows.n; r++) {
        as_json_open(json, '{');
        as_json_put_text(json, "persona", coverage->rows.at[r].persona);
        for (int phase = 0; phase < AS_PHASES; phase++)
            as_json_put_int(json, as_phase_name((enum as_phase)phase), coverage->rows.at[r].contents[phase]);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "sales_tools", '{');
    for (uint32_t t = 0; t < AS_SALES_TOOLS; t++)
        as_json_put_int(json, as_sales_tool_name(t), coverage->tools[t]);
    as_json_close(json, '}');
    as_json_put_open(json, "contents", '[');
    for (uint32_t i = 0; i < coverage->catalogue.list.n; i++) {
        const struct as_resource *one = &coverage->catalogue.list.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "key", one->key);
        as_json_put_text(json, "title", one->title);
        as_json_put_int(json, "offered", (int64_t)one->offered);
        as_json_put_int(json, "used", (int64_t)one->used);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "gaps", '[');
    for (uint32_t i = 0; i < coverage->gaps.n; i++) {
        const struct as_coverage_gap *gap = &coverage->gaps.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "gap", as_gap_name(gap->kind));
        as_json_put_text(json, "content", gap->content);
        as_json_put_text(json, "persona", gap->persona);
        as_json_put_text(json, "phase", gap->phase);
        as_json_put_text(json, "what", gap->what);
        as_json_put_text(json, "advice", gap->advice);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_close(json, '}');
}
