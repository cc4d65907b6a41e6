/* Evidence of one buyer: permission reached and phase of buying. What may be done with it is contact.c's and
 * track.c's. */
#include "score/model/buyer.h"

#include "score/plan/plan.h"

#include "score/statistics/window.h"

#include <stdlib.h>

static struct as_buyer_answer find_answer(const struct as_dataset *dataset, const char *name)
{
    struct as_buyer_answer answer = {NULL, NULL};
    uint32_t index = as_schema_answer(dataset->schema, as_str_of(name));
    if (index != AS_NO_INDEX && dataset->answer != NULL && dataset->answer[index].value != NULL) {
        answer.column = &dataset->answer[index];
        answer.field = dataset->schema->fields.at[index];
    }
    return answer;
}

/* The first choice that says the need is seen. A list of its own words begins with the word for no need. */
static uint32_t least_acknowledged(const struct as_buyer_answer *need)
{
    if (need->field == NULL)
        return 0;
    for (uint32_t i = 0; i < need->field->choice_count; i++)
        if (as_str_is_nocase(as_str_of(need->field->choices[i]), "acknowledged"))
            return i;
    return 1;
}

uint8_t as_buyer_signs_of(const struct as_event_kind *kind)
{
    if (kind->by != AS_ACTOR_BUYER)
        return 0;
    struct as_str intent = as_str_of(kind->intent), name = as_str_of(kind->name);
    if (as_str_is(name, "unsubscribe") || as_str_is(name, "spam_report"))
        return AS_SIGN_LEAVES;
    return as_str_is(intent, "content")      ? AS_SIGN_CONTENT
           : as_str_is(intent, "product")    ? AS_SIGN_PRODUCT
           : as_str_is(intent, "hand_raise") ? AS_SIGN_HAND_RAISE
                                             : 0;
}

enum as_status as_buyer_open(struct as_buyer *buyer, const struct as_dataset *dataset, struct as_error *error)
{
    const struct as_schema *schema = dataset->schema;
    *buyer = (struct as_buyer){.dataset = dataset};
    buyer->kinds = calloc((size_t)schema->kinds.n + 1, sizeof *buyer->kinds);
    if (buyer->kinds == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < schema->kinds.n; i++)
        buyer->kinds[i] = as_buyer_signs_of(schema->kinds.at[i]);
    buyer->need = find_answer(dataset, "need");
    buyer->evaluating = find_answer(dataset, "evaluating");
    buyer->decision_by = find_answer(dataset, "decision_by");
    buyer->funds_access = find_answer(dataset, "funds_access");
    buyer->funds_commit = find_answer(dataset, "funds_commit");
    buyer->phase = find_answer(dataset, "buying_phase");
    if (buyer->phase.column == NULL)
        buyer->phase = find_answer(dataset, "phase");
    buyer->acknowledged = least_acknowledged(&buyer->need);
    return AS_OK;
}

void as_buyer_close(struct as_buyer *buyer)
{
    free(buyer->kinds);
    buyer->kinds = NULL;
}

struct as_buyer_events as_buyer_events_of(const struct as_buyer *buyer, uint32_t lead_row, int64_t at)
{
    struct as_buyer_events found = {AS_TIME_NONE, AS_TIME_NONE, AS_TIME_NONE, AS_TIME_NONE};
    const struct as_event_log *log = &buyer->dataset->lead_events;
    if (log->start == NULL)
        return found;
    for (uint32_t i = log->start[lead_row]; i < log->end[lead_row] && log->time[i] <= at; i++) {
        uint8_t signs = buyer->kinds[log->kind[i]];
        if ((signs & AS_SIGN_CONTENT) && found.first_content == AS_TIME_NONE)
            found.first_content = log->time[i];
        if (signs & AS_SIGN_PRODUCT)
            found.last_product = log->time[i];
        if (signs & AS_SIGN_HAND_RAISE)
            found.last_hand_raise = log->time[i];
        if (signs & AS_SIGN_LEAVES)
            found.last_leave = log->time[i];
    }
    return found;
}

/* The row of a stated answer given after `since`; AS_NO_INDEX when it says nothing. */
static uint32_t stated_row(const struct as_buyer *buyer, const struct as_buyer_answer *answer,
                           uint32_t lead_row, int64_t since, int64_t at)
{
    if (answer->column == NULL)
        return AS_NO_INDEX;
    uint32_t row = answer->field->level == AS_LEVEL_LEAD ? lead_row : buyer->dataset->lead_account[lead_row];
    if (row == AS_NO_INDEX || !as_bit(answer->column->value->known, row))
        return AS_NO_INDEX;
    if (answer->column->stated != NULL && !as_bit(answer->column->stated, row))
        return AS_NO_INDEX;
    if (answer->column->time != NULL &&
        (answer->column->time[row] > at || answer->column->time[row] <= since))
        return AS_NO_INDEX;
    return row;
}

static int64_t answer_time(const struct as_buyer_answer *answer, uint32_t row)
{
    return answer->column->time != NULL ? answer->column->time[row] : AS_TIME_NONE;
}

static bool is_true(const struct as_buyer_answer *answer, uint32_t row)
{
    const struct as_column *value = answer->column->value;
    return value->type == AS_TYPE_BOOLEAN && as_bit(value->truth, row);
}

static bool acknowledges(const struct as_buyer *buyer, uint32_t row)
{
    const struct as_column *value = buyer->need.column->value;
    switch (value->type) {
    case AS_TYPE_BOOLEAN:
        return as_bit(value->truth, row);
    case AS_TYPE_CHOICE:
        return value->code[row] >= buyer->acknowledged;
    case AS_TYPE_TEXT: {
        struct as_str text = as_str_trim(as_intern_text(value->dict, value->code[row]));
        return text.n > 0 && !as_str_is_nocase(text, "none") && !as_str_is_nocase(text, "no");
    }
    default:
        return false;
    }
}

uint8_t as_buyer_rung(const struct as_buyer *buyer, uint32_t lead_row, int64_t at,
                      const struct as_buyer_events *events)
{
    int64_t since = events->last_leave;
    if (events->last_hand_raise > since)
        return 4;
    uint32_t row = stated_row(buyer, &buyer->evaluating, lead_row, since, at);
    if (events->last_product > since || (row != AS_NO_INDEX && is_true(&buyer->evaluating, row)))
        return 3;
    row = stated_row(buyer, &buyer->need, lead_row, since, at);
    return row != AS_NO_INDEX && acknowledges(buyer, row) ? 2 : 1;
}

const char *as_phase_name(enum as_phase phase)
{
    static const char *const names[] = {"discovery", "consideration", "decision"};
    return names[phase];
}

const char *as_buying_step_name(uint32_t step)
{
    static const char *const names[AS_BUYING_STEPS] = {
        "loosening of the status quo", "committing to change",    "exploring possible solutions",
        "committing to a solution",    "justifying the decision", "making the selection"};
    return step < AS_BUYING_STEPS ? names[step] : NULL;
}

enum as_phase as_phase_of_step(uint32_t step)
{
    return step < 2 ? AS_PHASE_DISCOVERY : step < 4 ? AS_PHASE_CONSIDERATION : AS_PHASE_DECISION;
}

const char *as_buying_stage_name(uint32_t stage)
{
    static const char *const names[AS_BUYING_STAGES] = {"awareness", "consideration", "evaluation",
                                                        "purchase"};
    return stage < AS_BUYING_STAGES ? names[stage] : NULL;
}

enum as_phase as_phase_of_stage(uint32_t stage)
{
    return stage < 1 ? AS_PHASE_DISCOVERY : stage < 3 ? AS_PHASE_CONSIDERATION : AS_PHASE_DECISION;
}

bool as_phase_parse(enum as_phase *phase, struct as_str text)
{
    for (uint32_t i = AS_PHASE_DISCOVERY; i <= AS_PHASE_DECISION; i++)
        if (as_str_is_nocase(text, as_phase_name((enum as_phase)i))) {
            *phase = (enum as_phase)i;
            return true;
        }
    for (uint32_t i = 0; i < AS_BUYING_STEPS; i++)
        if (as_str_is_nocase(text, as_buying_step_name(i))) {
            *phase = as_phase_of_step(i);
            return true;
        }
    for (uint32_t i = 0; i < AS_BUYING_STAGES; i++)
        if (as_str_is_nocase(text, as_buying_stage_name(i))) {
            *phase = as_phase_of_stage(i);
            return true;
        }
    return false;
}

static bool decides(const struct as_buyer *buyer, uint32_t lead_row, int64_t at)
{
    uint32_t row = stated_row(buyer, &buyer->decision_by, lead_row, AS_TIME_NONE, at);
    if (row != AS_NO_INDEX && buyer->decision_by.column->value->type == AS_TYPE_DATE &&
        buyer->decision_by.column->value->i64[row] >= as_day_of(at))
        return true;
    const struct as_buyer_answer *const funds[] = {&buyer->funds_access, &buyer->funds_commit};
    for (int i = 0; i < 2; i++) {
        row = stated_row(buyer, funds[i], lead_row, AS_TIME_NONE, at);
        if (row != AS_NO_INDEX && is_true(funds[i], row))
            return true;
    }
    return false;
}

enum as_phase as_buyer_phase(const struct as_buyer *buyer, uint32_t lead_row, int64_t at)
{
    uint32_t row = stated_row(buyer, &buyer->phase, lead_row, AS_TIME_NONE, at);
    enum as_phase phase;
    if (row != AS_NO_INDEX) {
        const struct as_column *value = buyer->phase.column->value;
        if (value->dict != NULL &&
            as_phase_parse(&phase, as_str_trim(as_intern_text(value->dict, value->code[row]))))
            return phase;
    }
    if (decides(buyer, lead_row, at))
        return AS_PHASE_DECISION;

    int64_t since = AS_TIME_NONE;
    row = stated_row(buyer, &buyer->evaluating, lead_row, AS_TIME_NONE, at);
    if (row != AS_NO_INDEX) {
        if (is_true(&buyer->evaluating, row))
            return AS_PHASE_CONSIDERATION;
        since = answer_time(&buyer->evaluating, row);
    }
    struct as_buyer_events events = as_buyer_events_of(buyer, lead_row, at);
    int64_t last =
        events.last_product > events.last_hand_raise ? events.last_product : events.last_hand_raise;
    if (last > since && as_age_within(as_age_days(at, last), AS_PHASE_DAYS))
        return AS_PHASE_CONSIDERATION;
    return AS_PHASE_DISCOVERY;
}

static int32_t sooner(int32_t day, int64_t other, int64_t today)
{
    return other > today && other < day ? (int32_t)other : day;
}

int32_t as_buyer_phase_until(const struct as_buyer *buyer, uint32_t lead_row, int64_t at)
{
    int32_t day = AS_DAY_NEVER;
    int64_t today = as_day_of(at);
    uint32_t row = stated_row(buyer, &buyer->decision_by, lead_row, AS_TIME_NONE, at);
    if (row != AS_NO_INDEX && buyer->decision_by.column->value->type == AS_TYPE_DATE)
        day = sooner(day, buyer->decision_by.column->value->i64[row] + 1, today);
    struct as_buyer_events events = as_buyer_events_of(buyer, lead_row, at);
    int64_t last =
        events.last_product > events.last_hand_raise ? events.last_product : events.last_hand_raise;
    return last == AS_TIME_NONE ? day : sooner(day, as_day_of(last) + AS_PHASE_DAYS, today);
}
