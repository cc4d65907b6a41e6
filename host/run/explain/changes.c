/* Two explanations of one lead, line by line. */
#include "run/explain/changes.h"

#include "store/decisions/decisions.h"

#include <stdio.h>
#include <string.h>

static const char *const causes[] = {"facts", "events", "time", "rules"};

const char *as_change_cause_name(enum as_change_cause cause)
{
    return causes[cause];
}

void as_lead_changes_free(struct as_lead_changes *changes)
{
    as_arena_free(&changes->arena);
    *changes = (struct as_lead_changes){.then = 0};
}

/* One line under way: what made it differ. What holds today by the facts of then (`middle`) is the work of
 * time. */
struct comparing {
    struct as_lead_changes *out;
    bool failed;
    enum as_change_cause cause;
    struct as_buf because;
};

static const char *copy(struct comparing *c, const char *text)
{
    const char *out = text != NULL ? as_arena_copy(&c->out->arena, text, strlen(text)) : NULL;
    c->failed |= text != NULL && out == NULL;
    return out;
}

static void add(struct comparing *c, const char *what, const char *name, const char *before,
                const char *after, bool with_cause)
{
    struct as_lead_change change = {.what = what,
                                    .name = copy(c, name),
                                    .before = copy(c, before),
                                    .after = copy(c, after),
                                    .cause = c->cause};
    if (with_cause)
        change.because = copy(c, c->because.n > 0 ? as_buf_c(&c->because) : "time alone");
    c->failed |= c->because.failed || !as_list_push(&c->out->arena, &c->out->list, change);
}

/* --- causes --- */

static void start_cause(struct comparing *c)
{
    c->cause = AS_CHANGED_TIME;
    as_buf_reset(&c->because);
}

static bool same_text(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static const struct as_explained_value *find_value(const struct as_explained_values *values, const char *fact)
{
    for (uint32_t i = 0; i < values->list.n; i++)
        if (strcmp(values->list.at[i].fact, fact) == 0)
            return &values->list.at[i];
    return NULL;
}

static const struct as_explained_values no_values = {.list = {NULL, 0, 0}};

/* What was learnt that the condition reads. */
static enum as_change_cause learnt(const struct as_explained_values *middle,
                                   const struct as_explained_values *after)
{
    for (uint32_t i = 0; i < after->list.n; i++) {
        const struct as_explained_value *now = &after->list.at[i], *then = find_value(middle, now->fact);
        bool counted =
            now->manner == AS_MANNER_COUNTED || (then != NULL && then->manner == AS_MANNER_COUNTED);
        if (!counted && now->manner != AS_MANNER_READ &&
            !same_text(then != NULL ? then->value : NULL, now->value))
            return AS_CHANGED_FACTS;
    }
    return AS_CHANGED_EVENTS;
}

static void say_values(struct comparing *c, const struct as_explained_values *before,
                       const struct as_explained_values *after)
{
    for (uint32_t i = 0; i < after->list.n; i++) {
        const struct as_explained_value *now = &after->list.at[i], *then = find_value(before, now->fact);
        const char *was = then != NULL ? then->value : NULL;
        if (now->manner == AS_MANNER_READ || same_text(was, now->value))
            continue;
        as_buf_printf(&c->because, "%s%s ", c->because.n > 0 ? ", " : "", now->fact);
        if (then != NULL)
            as_buf_printf(&c->because, "%s → ", was != NULL ? was : "unknown");
        as_buf_text(&c->because, now->value != NULL ? now->value : "unknown");
        if (now->source != NULL)
            as_buf_printf(&c->because, " (%s)", now->source);
    }
}

/* --- scores --- */

struct part {
    const char *name;
    int64_t points;
    const struct as_explained_entry *entry; /* of the rule itself, NULL for caps */
    bool open;                              /* the rule could not be decided */
};
struct parts {
    AS_LIST(struct part) list;
};

static struct part *part_of(struct comparing *c, struct parts *parts, const char *name)
{
    for (uint32_t i = 0; i < parts->list.n; i++)
        if (strcmp(parts->list.at[i].name, name) == 0)
            return &parts->list.at[i];
    if (!as_list_push(&c->out->arena, &parts->list, ((struct part){.name = name}))) {
        c->failed = true;
        return NULL;
    }
    return &parts->list.at[parts->list.n - 1];
}

/* What a rule's own cap took counts as the rule's. */
static void gather(struct comparing *c, struct parts *parts, const struct as_explained_score *score)
{
    for (uint32_t i = 0; i < score->entries.n; i++) {
        const struct as_explained_entry *entry = &score->entries.at[i];
        bool of_rule = entry->entry->rule != NULL;
        struct part *part = part_of(c, parts,
                                    of_rule                                ? entry->entry->rule->name
                                    : entry->entry->kind == AS_ENTRY_FLOOR ? "floor"
                                    : entry->entry->group != NULL          ? entry->entry->group
                                                                           : "cap");
        if (part == NULL)
            return;
        part->points += entry->entry->points;
        if (of_rule && entry->entry->kind != AS_ENTRY_RULE_CAP)
            part->entry = entry;
    }
    for (uint32_t i = 0; i < score->ledger.open.n; i++) {
        struct part *part = part_of(c, parts, score->ledger.open.at[i].rule->name);
        if (part != NULL)
            part->open = true;
    }
}

static void put_points(char out[32], int64_t milli)
{
    snprintf(out, 32, "%.10g", (double)milli / 1000);
}

static void put_part(char out[32], const struct part *part)
{
    if (part->open)
        snprintf(out, 32, "unknown");
    else
        put_points(out, part->points);
}

static void say_entry(struct comparing *c, const struct part *then, const struct part *now)
{
    const struct as_explained_entry *before = then->entry, *after = now->entry;
    const char *was = before != NULL ? before->counted : NULL, *is = after != NULL ? after->counted : NULL;
    if (was == NULL && is == NULL)
        say_values(c, before != NULL ? &before->values : &no_values,
                   after != NULL ? &after->values : &no_values);
    else if (!same_text(was, is))
        as_buf_printf(&c->because, "%s → %s",
                      was != NULL  ? was
                      : then->open ? "unknown"
                                   : "nothing",
                      is != NULL  ? is
                      : now->open ? "unknown"
                                  : "nothing");
}

static void compare_score(struct comparing *c, const struct as_explained_score *before,
                          const struct as_explained_score *middle, const struct as_explained_score *after)
{
    struct parts then = {.list = {NULL, 0, 0}}, late = then, now = then;
    char was[32], is[32];
    if (before->ledger.value == after->ledger.value)
        return;
    put_points(was, before->ledger.value);
    put_points(is, after->ledger.value);
    add(c, "score", after->ledger.score->name, was, is, false);
    gather(c, &then, before);
    gather(c, &late, middle);
    gather(c, &now, after);
    for (uint32_t i = 0; i < then.list.n && !c->failed; i++)
        part_of(c, &now, then.list.at[i].name);
    for (uint32_t i = 0; i < now.list.n && !c->failed; i++) {
        const struct part *after_part = &now.list.at[i], *before_part = part_of(c, &then, after_part->name),
                          *late_part = part_of(c, &late, after_part->name);
        if (before_part == NULL || late_part == NULL || before_part->points == after_part->points)
            continue;
        put_part(was, before_part);
        put_part(is, after_part);
        start_cause(c);
        bool rule = after_part->entry != NULL || before_part->entry != NULL || after_part->open;
        if (rule)
            say_entry(c, before_part, after_part);
        if (late_part->points != after_part->points)
            c->cause = learnt(late_part->entry != NULL ? &late_part->entry->values : &no_values,
                              after_part->entry != NULL ? &after_part->entry->values : &no_values);
        add(c, rule ? "rule" : "cap", after_part->name, was, is, rule);
    }
}

/* --- gates and disqualifiers --- */

static void compare_condition(struct comparing *c, const char *what, const char *of,
                              const struct as_explained_condition *before,
                              const struct as_explained_condition *middle,
                              const struct as_explained_condition *after)
{
    enum as_tri was = before != NULL ? before->state : AS_NO, is = after != NULL ? after->state : AS_NO,
                late = middle != NULL ? middle->state : AS_NO;
    const struct as_explained_values *now = after != NULL ? &after->values : &no_values;
    struct as_buf name = {.p = NULL};
    if (was == is)
        return;
    start_cause(c);
    say_values(c, before != NULL ? &before->values : &no_values, now);
    if (late != is)
        c->cause = learnt(middle != NULL ? &middle->values : &no_values, now);
    if (of != NULL)
        as_buf_printf(&name, "%s: ", of);
    as_buf_text(&name, after != NULL ? after->name : before->name);
    add(c, what, as_buf_c(&name), as_tri_say(was), as_tri_say(is), true);
    as_buf_free(&name);
}

static void compare_gate(struct comparing *c, const struct as_explained_gate *before,
                         const struct as_explained_gate *middle, const struct as_explained_gate *after)
{
    if (before->verdict != after->verdict)
        add(c, "gate", after->gate->name, as_gate_verdict_name(before->verdict),
            as_gate_verdict_name(after->verdict), false);
    for (uint32_t i = 0; i < after->criteria.n; i++)
        compare_condition(c, "criterion", after->gate->name, &before->criteria.at[i], &middle->criteria.at[i],
                          &after->criteria.at[i]);
}

static const struct as_explained_condition *find_condition(const struct as_explained_model *model,
                                                           const char *name)
{
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        if (strcmp(model->disqualifiers.at[i].name, name) == 0)
            return &model->disqualifiers.at[i];
    return NULL;
}

/* All three are of one model of one pack, so that their gates, criteria and scores are the same ones in
 * order. */
static void compare_model(struct comparing *c, const struct as_explained_model *before,
                          const struct as_explained_model *middle, const struct as_explained_model *after)
{
    const char *name = after->model->name;
    if (before->standing.stage != after->standing.stage)
        add(c, "stage", name, as_stage_name((enum as_stage)before->standing.stage),
            as_stage_name((enum as_stage)after->standing.stage), false);
    if (strcmp(before->grade, after->grade) != 0)
        add(c, "grade", name, before->grade, after->grade, false);
    for (uint32_t g = 0; g < after->gates.n; g++)
        compare_gate(c, &before->gates.at[g], &middle->gates.at[g], &after->gates.at[g]);
    for (uint32_t i = 0; i < after->model->disqualifiers.n; i++) {
        const char *disqualifier = after->model->disqualifiers.at[i].name;
        compare_condition(c, "disqualifier", NULL, find_condition(before, disqualifier),
                          find_condition(middle, disqualifier), find_condition(after, disqualifier));
    }
    for (uint32_t s = 0; s < after->scores.n; s++)
        compare_score(c, &before->scores.at[s], &middle->scores.at[s], &after->scores.at[s]);
}

/* --- what the rules changed --- */

struct stored {
    bool found;
    int64_t at;
    char hash[9], grade[AS_GRADE_TEXT];
    bool other_rules;
    uint16_t verdicts;
    const char *now_hash;
};

static enum as_status take_stored(void *context, const struct as_decision_row *row, struct as_error *error)
{
    struct stored *s = context;
    (void)error;
    s->found = true;
    s->at = row->at;
    s->verdicts = row->verdicts;
    s->other_rules = strcmp(row->hash, s->now_hash) != 0;
    snprintf(s->hash, sizeof s->hash, "%s", row->hash);
    snprintf(s->grade, sizeof s->grade, "%s", row->grade_text);
    return AS_OK;
}

/* The newest decision stored until then is made again by the rules of today: what differs is their work. */
static enum as_status compare_rules(struct comparing *c, struct as_store *store,
                                    const struct as_explain_request *request, const struct as_model *model,
                                    struct as_error *error)
{
    const struct as_pack *pack = request->packs[0].pack;
    struct stored stored = {.now_hash = pack->hash};
    struct as_explanation again;
    enum as_status status = as_store_decisions_of(store, pack->name, model->name, request->lead_id,
                                                  c->out->then, 1, take_stored, &stored, error);
    if (status != AS_OK || !stored.found || !stored.other_rules)
        return status;
    struct as_explain_request same = *request;
    same.at = same.known_at = stored.at;
    same.overlay = NULL;
    same.model = model->name;
    if ((status = as_explain(&again, store, &same, error)) != AS_OK)
        return status;
    const struct as_explained_model *made = &again.models.at[0];
    as_buf_reset(&c->because);
    as_buf_printf(&c->because, "the rules of then, %s@%s, said so", pack->name, stored.hash);
    c->cause = AS_CHANGED_RULES;
    if (strcmp(stored.grade, made->grade) != 0)
        add(c, "grade", model->name, stored.grade, made->grade, true);
    for (uint32_t g = 0; g < made->gates.n; g++) {
        enum as_gate_verdict was = as_verdict_of(stored.verdicts, g);
        if (was != AS_GATE_NONE && was != made->gates.at[g].verdict)
            add(c, "gate", made->gates.at[g].gate->name, as_gate_verdict_name(was),
                as_gate_verdict_name(made->gates.at[g].verdict), true);
    }
    as_explanation_free(&again);
    return AS_OK;
}

enum as_status as_lead_changes_of(struct as_lead_changes *out, struct as_store *store,
                                  const struct as_explain_request *request, int64_t then,
                                  struct as_error *error)
{
    struct as_explanation at[3] = {{.pack = NULL}};
    struct as_explain_request requests[3] = {*request, *request, *request};
    struct comparing c = {.out = out};
    enum as_status status = AS_OK;
    *out = (struct as_lead_changes){.then = then, .now = request->at};
    if (then >= request->at) {
        as_error_set(error, AS_ERR_USAGE, "the time to compare with is not before the one looked from");
        return as_error_advise(error, "for example: last monday, 7 days ago, 2026-03-01");
    }
    requests[0].at = requests[0].known_at = requests[1].known_at = then;
    requests[0].overlay = requests[1].overlay = NULL;
    for (int i = 0; i < 3 && status == AS_OK; i++)
        status = as_explain(&at[i], store, &requests[i], error);
    for (uint32_t m = 0; status == AS_OK && m < at[2].models.n; m++) {
        status = compare_rules(&c, store, request, at[2].models.at[m].model, error);
        start_cause(&c);
        if (status == AS_OK)
            compare_model(&c, &at[0].models.at[m], &at[1].models.at[m], &at[2].models.at[m]);
    }
    if (status == AS_OK && c.failed)
        status = as_error_memory(error);
    as_buf_free(&c.because);
    for (int i = 0; i < 3; i++)
        as_explanation_free(&at[i]);
    if (status != AS_OK)
        as_lead_changes_free(out);
    return status;
}
