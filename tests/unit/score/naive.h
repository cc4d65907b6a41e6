/* A second, naive evaluation of rule trees for comparison: one row at a time, straight from the definitions
 * of host/score/README.md, without plans, tables, batches or sharing. */
#ifndef AS_TEST_SCORE_NAIVE_H
#define AS_TEST_SCORE_NAIVE_H

#include "world.h"

#include "score/tree/operator.h"

#include <ctype.h>

/* One value of one row. */
struct naive {
    enum as_tri state; /* of a condition; of a value AS_YES when it is known */
    double number;     /* also days and money in hundredths */
    const char *text;
    uint32_t rank; /* of a choice, in its declared order */
};

struct naive_interval {
    int64_t value, low, high;
    bool open, plain;
};

enum naive_origin { NAIVE_ALL, NAIVE_RECYCLED, NAIVE_ENTERED };

static inline struct naive naive_value(struct world *w, const struct as_expr *e, enum as_level level,
                                       uint32_t row, enum naive_origin origin);
static inline struct naive_interval naive_score(struct world *w, const struct as_score *score, uint32_t row);
/* What the function of a rule gives for a row: false for nothing. */
static inline bool naive_function(double *number, uint32_t function, uint32_t row)
{
    uint32_t h = (function * 2654435761u) ^ (row * 40503u);
    *number = (double)(h % 41) - 20;
    return h % 7 != 0;
}

static inline enum as_tri tri_not(enum as_tri s)
{
    return s == AS_YES ? AS_NO : s == AS_NO ? AS_YES : s;
}

static inline enum as_tri tri_count(const enum as_tri *in, uint32_t n, uint32_t least)
{
    uint32_t yes = 0, open = 0, plain = 0;
    for (uint32_t i = 0; i < n; i++) {
        yes += in[i] == AS_YES;
        open += in[i] == AS_UNKNOWN || in[i] == AS_UNMEASURABLE;
        plain += in[i] == AS_UNKNOWN;
    }
    return yes >= least ? AS_YES : yes + open < least ? AS_NO : plain > 0 ? AS_UNKNOWN : AS_UNMEASURABLE;
}

static inline struct naive unknown(void)
{
    return (struct naive){.state = AS_UNKNOWN};
}

static inline struct naive condition(enum as_tri state)
{
    return (struct naive){.state = state};
}

static inline struct naive truth(bool holds)
{
    return condition(holds ? AS_YES : AS_NO);
}

static inline struct naive naive_fact(struct world *w, const struct as_expr *e, enum as_level level,
                                      uint32_t row)
{
    const struct as_field *field = w->schema->fields.at[e->field];
    if (e->level == AS_LEVEL_ACCOUNT && level == AS_LEVEL_LEAD) {
        row = w->data->lead_account[row];
        if (row == AS_NO_INDEX)
            return unknown();
    }
    if (e->via != AS_NO_INDEX) {
        const struct as_column *via = w->data->field[e->via];
        if (via == NULL || !as_bit(via->known, row) || via->code[row] == AS_NO_INDEX)
            return unknown();
        row = via->code[row];
    }
    const struct as_column *column =
        field->ask != NULL ? w->data->answer[e->field].value : w->data->field[e->field];
    if (column == NULL || !as_bit(column->known, row))
        return unknown();
    switch (field->type) {
    case AS_TYPE_BOOLEAN:
        return truth(as_bit(column->truth, row));
    case AS_TYPE_NUMBER:
        return (struct naive){.state = AS_YES, .number = column->f64[row]};
    case AS_TYPE_INTEGER:
    case AS_TYPE_DATE:
    case AS_TYPE_MONEY:
        return (struct naive){.state = AS_YES, .number = (double)column->i64[row]};
    default:
        break;
    }
    struct naive value = {
        .state = AS_YES, .text = as_intern_text(column->dict, column->code[row]).p, .rank = UINT32_MAX};
    for (uint32_t c = 0; c < field->choice_count; c++)
        if (strcmp(field->choices[c], value.text) == 0)
            value.rank = c;
    return value;
}

/* --- events --- */

static inline bool naive_selected(struct world *w, const struct as_expr *e, uint32_t event)
{
    const struct as_event_log *log = &w->data->lead_events;
    const struct as_event_kind *kind = w->schema->kinds.at[log->kind[event]];
    if (e->kind_first == AS_NO_INDEX ? kind->by != AS_ACTOR_BUYER : log->kind[event] != e->kind_first)
        return false;
    for (uint32_t i = 0; e->where != NULL && i < e->where->n; i++) {
        uint32_t property = as_schema_property(w->schema, e->kind_first, e->where->keys[i]);
        const struct as_column *column = log->property[property];
        if (column == NULL || !as_bit(column->known, event) ||
            column->i64[event] != e->where->items[i].integer)
            return false;
    }
    return true;
}

static inline enum as_tri naive_measured(struct world *w, const bool *kinds, uint32_t row)
{
    bool any_live = false, any_never = false, buyers = true;
    for (uint32_t k = 0; k < w->schema->kinds.n; k++) {
        if (!kinds[k])
            continue;
        buyers = buyers && w->schema->kinds.at[k]->by == AS_ACTOR_BUYER;
        if (w->data->kind_state[k] == AS_FEED_STALE)
            return AS_UNKNOWN;
        any_never = any_never || w->data->kind_state[k] == AS_FEED_NEVER;
        any_live = any_live || w->data->kind_state[k] == AS_FEED_LIVE;
    }
    if (any_never && !any_live)
        return AS_UNMEASURABLE;
    return buyers && w->data->untracked != NULL && as_bit(w->data->untracked, row) ? AS_UNMEASURABLE : AS_YES;
}

static inline int64_t naive_since(struct world *w, enum naive_origin origin, uint32_t row)
{
    if (origin == NAIVE_ALL || w->data->prior == NULL || !w->data->prior[0][row].decided)
        return INT64_MIN;
    return origin == NAIVE_RECYCLED ? w->data->prior[0][row].recycled : w->data->prior[0][row].entered;
}

static inline struct naive naive_events(struct world *w, const struct as_expr *call, uint32_t row,
                                        enum naive_origin origin)
{
    const struct as_expr *e = call->args[0].expr;
    const struct as_event_log *log = &w->data->lead_events;
    const char *op = call->op->name;
    int64_t days = 0, today = as_day_of(w->at), last_day = -1;
    uint32_t window = strcmp(op, "sum") == 0 ? 2 : 1;
    if (call->arg_count > window)
        as_days_parse(&days, call->args[window].text, NULL);
    bool kinds[AS_MAX_EVENT_KINDS] = {0};
    for (uint32_t k = 0; k < w->schema->kinds.n; k++)
        kinds[k] =
            e->kind_first == AS_NO_INDEX ? w->schema->kinds.at[k]->by == AS_ACTOR_BUYER : k == e->kind_first;
    enum as_tri measured = naive_measured(w, kinds, row);
    double count = 0, sum = 0, distinct = 0, first = -1, last = -1;
    for (uint32_t i = log->start[row]; i < log->end[row]; i++) {
        int64_t day = as_day_of(log->time[i]);
        if (log->time[i] > w->at || log->time[i] < naive_since(w, origin, row) || !naive_selected(w, e, i) ||
            (days > 0 && today - day >= days))
            continue;
        count++;
        if (strcmp(op, "sum") == 0) {
            const struct as_column *column =
                log->property[as_schema_property(w->schema, e->kind_first, call->args[1].text)];
            if (column != NULL && as_bit(column->known, i))
                sum += (double)column->i64[i];
        }
        distinct += day != last_day;
        last_day = day;
        if (first < 0)
            first = (double)day;
        last = (double)day;
    }
    if (measured != AS_YES)
        return condition(measured);
    if (strcmp(op, "seen") == 0)
        return truth(count > 0);
    struct naive value = {.state = AS_YES};
    if (strcmp(op, "count") == 0)
        value.number = count;
    else if (strcmp(op, "sum") == 0)
        value.number = sum;
    else if (strcmp(op, "distinct_days") == 0)
        value.number = distinct;
    else if (last < 0)
        return unknown();
    else
        value.number = strcmp(op, "first") == 0  ? first
                       : strcmp(op, "last") == 0 ? last
                                                 : (double)today - last;
    return value;
}

/* --- operators --- */

static inline char *lower(const char *text, char *out, size_t room)
{
    size_t n = 0;
    for (; text[n] != '\0' && n + 1 < room; n++)
        out[n] = (char)tolower((unsigned char)text[n]);
    out[n] = '\0';
    return out;
}

static inline bool whole_word(const char *text, const char *word)
{
    for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word)) {
        char after = p[strlen(word)];
        if ((p == text || !isalnum((unsigned char)p[-1])) && !isalnum((unsigned char)after))
            return true;
    }
    return false;
}

static inline bool text_test(const char *op, const char *text, const struct as_literal *arg)
{
    char a[256], b[256], word[256];
    uint32_t n = arg->kind == AS_LITERAL_LIST ? arg->n : 1;
    for (uint32_t i = 0; i < n; i++) {
        struct as_str s = arg->kind == AS_LITERAL_LIST ? arg->items[i].text : arg->text;
        snprintf(word, sizeof word, "%.*s", (int)s.n, s.p);
        lower(text, a, sizeof a);
        lower(word, b, sizeof b);
        size_t la = strlen(a), lb = strlen(b);
        if ((strcmp(op, "is") == 0 || strcmp(op, "one_of") == 0) && strcmp(a, b) == 0)
            return true;
        if ((strcmp(op, "contains") == 0 || strcmp(op, "matches") == 0) && strstr(a, b) != NULL)
            return true;
        if (strcmp(op, "has_word") == 0 && whole_word(a, b))
            return true;
        if (strcmp(op, "starts_with") == 0 && strncmp(a, b, lb) == 0)
            return true;
        if (strcmp(op, "ends_with") == 0 && la >= lb && strcmp(a + la - lb, b) == 0)
            return true;
    }
    return false;
}

static inline double literal_number(const struct as_literal *arg)
{
    return arg->kind == AS_LITERAL_INTEGER ? (double)arg->integer : arg->number;
}

static inline bool compare(const char *op, double x, double a, double b)
{
    if (strcmp(op, "at_least") == 0)
        return x >= a;
    if (strcmp(op, "at_most") == 0)
        return x <= a;
    if (strcmp(op, "more_than") == 0)
        return x > a;
    if (strcmp(op, "less_than") == 0)
        return x < a;
    if (strcmp(op, "between") == 0)
        return x >= a && x <= b;
    return x == a;
}

static inline struct naive naive_compare_score(struct world *w, const struct as_expr *call, uint32_t row)
{
    struct naive_interval s = naive_score(w, call->args[0].expr->score, row);
    double a = literal_number(&call->args[1]) * 1000;
    double b = call->arg_count > 2 ? literal_number(&call->args[2]) * 1000 : 0;
    /* Scores come in whole milli-points, so trying the ends and the borders tries all that can matter. */
    int64_t tries[] = {s.low,          s.high,         (int64_t)a - 1, (int64_t)a,
                       (int64_t)a + 1, (int64_t)b - 1, (int64_t)b,     (int64_t)b + 1};
    bool yes = false, no = false;
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        if (tries[i] < s.low || tries[i] > s.high)
            continue;
        bool holds = compare(call->op->name, (double)tries[i], a, b);
        yes = yes || holds;
        no = no || !holds;
    }
    if (yes != no)
        return truth(yes);
    return condition(s.plain ? AS_UNKNOWN : AS_UNMEASURABLE);
}

static inline enum as_tri naive_members(struct world *w, const struct as_expr *e, const char *op,
                                        uint32_t account)
{
    enum as_tri in[512];
    uint32_t n = 0;
    for (uint32_t lead = 0; lead < w->data->leads; lead++)
        if (w->data->lead_account[lead] == account) {
            assert_true(n < 512);
            in[n++] = naive_value(w, e, AS_LEVEL_LEAD, lead, NAIVE_ALL).state;
        }
    if (n == 0)
        return AS_UNKNOWN;
    return tri_count(in, n, strcmp(op, "every") == 0 ? n : 1);
}

static inline struct naive naive_group(struct world *w, const struct as_expr *call, uint32_t account)
{
    const char *op = call->op->name;
    if (strcmp(op, "every") == 0 || strcmp(op, "some") == 0)
        return condition(naive_members(w, call->args[1].expr, op, account));
    uint32_t role = as_schema_field(w->schema, AS_LEVEL_LEAD, AS_STR("group_role")), size = 0, filled = 0;
    const struct as_column *column = w->data->field[role];
    for (uint32_t lead = 0; lead < w->data->leads; lead++)
        size += w->data->lead_account[lead] == account;
    if (strcmp(op, "size") == 0)
        return (struct naive){.state = AS_YES, .number = size};
    for (uint32_t r = 0; r < call->args[1].n; r++) {
        bool found = false;
        for (uint32_t lead = 0; lead < w->data->leads; lead++)
            found =
                found ||
                (w->data->lead_account[lead] == account && column != NULL && as_bit(column->known, lead) &&
                 as_str_eq(as_intern_text(column->dict, column->code[lead]), call->args[1].items[r].text));
        filled += found;
    }
    return condition(filled == call->args[1].n ? AS_YES : AS_UNKNOWN);
}

static inline struct naive naive_answer(struct world *w, const struct as_expr *call, enum as_level level,
                                        uint32_t row)
{
    const struct as_expr *e = call->args[0].expr;
    const struct as_answer_column *answer = &w->data->answer[e->field];
    const char *op = call->op->name;
    if (strcmp(op, "confirmed_by") == 0 && level == AS_LEVEL_ACCOUNT)
        return condition(naive_members(w, call, "some", row));
    struct naive value = naive_fact(w, e, level, row);
    if (value.state != AS_YES)
        return unknown();
    bool stated = as_bit(answer->stated, row);
    if (strcmp(op, "stated") == 0)
        return truth(stated);
    if (strcmp(op, "inferred") == 0)
        return truth(!stated);
    if (strcmp(op, "acknowledged") == 0)
        return truth(stated && value.rank >= 1);
    return truth((answer->voices[row] & AS_VOICE_SALES) != 0); /* the tests only ask for sales */
}

static inline struct naive naive_call(struct world *w, const struct as_expr *call, enum as_level level,
                                      uint32_t row, enum naive_origin origin)
{
    const struct as_expr *receiver = call->args[0].expr;
    const char *op = call->op->name;
    if (strcmp(op, "and") == 0 || strcmp(op, "or") == 0 || strcmp(op, "at_least_of") == 0) {
        enum as_tri in[16];
        uint32_t n = 0;
        for (uint32_t i = 0; i < call->arg_count; i++)
            if (call->args[i].kind == AS_LITERAL_EXPR)
                in[n++] = naive_value(w, call->args[i].expr, level, row, origin).state;
        uint32_t least = op[0] == 'o' ? 1 : strcmp(op, "and") == 0 ? n : (uint32_t)call->args[1].integer;
        return condition(tri_count(in, n, least));
    }
    if ((receiver->shape & AS_SHAPE_GROUP) != 0 || (receiver->shape & AS_SHAPE_EVENTS) != 0) {
        if ((receiver->shape & AS_SHAPE_EVENTS) != 0)
            return naive_events(w, call, row, origin);
        uint32_t account = level == AS_LEVEL_LEAD ? w->data->lead_account[row] : row;
        return account == AS_NO_INDEX ? unknown() : naive_group(w, call, account);
    }
    if (receiver->kind == AS_EXPR_SCORE)
        return naive_compare_score(w, call, row);
    if (strcmp(op, "confirmed_by") == 0 || strcmp(op, "stated") == 0 || strcmp(op, "inferred") == 0 ||
        strcmp(op, "acknowledged") == 0)
        return naive_answer(w, call, level, row);
    struct naive x = naive_value(w, receiver, level, row, origin);
    bool known = x.state == AS_YES || x.state == AS_NO;
    if (strcmp(op, "known") == 0 || strcmp(op, "unknown") == 0)
        return truth(known == (op[0] == 'k'));
    if (strcmp(op, "not") == 0 || strcmp(op, "is_false") == 0)
        return condition(tri_not(x.state));
    if (strcmp(op, "is_true") == 0)
        return x;
    if (!known)
        return x;
    if ((receiver->shape & AS_SHAPE_DATE) != 0) {
        int64_t days = 0, today = as_day_of(w->at);
        if (strcmp(op, "days_since") == 0)
            return (struct naive){.state = AS_YES, .number = (double)today - x.number};
        as_days_parse(&days, call->args[1].text, NULL);
        double ahead = x.number - (double)today;
        return truth(strcmp(op, "in_next") == 0 ? ahead >= 0 && ahead < (double)days
                                                : -ahead >= 0 && -ahead < (double)days);
    }
    if ((receiver->shape & AS_SHAPE_CHOICE) != 0 && strncmp(op, "at_", 3) == 0) {
        uint32_t wanted = 0;
        const struct as_field *field = w->schema->fields.at[receiver->field];
        while (!as_str_is(call->args[1].text, field->choices[wanted]))
            wanted++;
        return truth(op[3] == 'l' ? x.rank >= wanted : x.rank <= wanted);
    }
    if (x.text != NULL)
        return truth(text_test(op, x.text, &call->args[1]));
    double scale = (receiver->shape & AS_SHAPE_MONEY) != 0 ? 100 : 1;
    return truth(compare(op, x.number, literal_number(&call->args[1]) * scale,
                         call->arg_count > 2 ? literal_number(&call->args[2]) * scale : 0));
}

static inline struct naive naive_value(struct world *w, const struct as_expr *e, enum as_level level,
                                       uint32_t row, enum naive_origin origin)
{
    if (e->kind == AS_EXPR_CALL)
        return naive_call(w, e, level, row, origin);
    return naive_fact(w, e, level, row);
}

/* --- scores --- */

static inline int64_t naive_fade(const struct as_rule *rule, int64_t points, int64_t age)
{
    double x = (double)points;
    if (rule->fading == AS_FADING_HALF_LIFE)
        x *= pow(2, -(double)age / (double)rule->fading_days);
    else if (rule->fading == AS_FADING_LINEAR)
        x = age >= rule->fading_days ? 0 : x * (double)(rule->fading_days - age) / (double)rule->fading_days;
    else if (rule->fading == AS_FADING_WINDOW && age >= rule->fading_days)
        x = 0;
    return (int64_t)(x < 0 ? -floor(-x + 0.5) : floor(x + 0.5));
}

/* The sum of a rule's events; limits looked up again for every event. */
static inline int64_t naive_event_sum(struct world *w, const struct as_rule *rule, uint32_t row,
                                      int64_t since)
{
    const struct as_event_log *log = &w->data->lead_events;
    int64_t sum = 0, today = as_day_of(w->at);
    for (uint32_t p = 0; p < rule->per_event.n; p++) {
        const struct as_event_points *points = &rule->per_event.at[p];
        bool counted[512] = {false};
        for (uint32_t i = log->start[row]; i < log->end[row]; i++) {
            uint32_t before = 0, k = i - log->start[row];
            int64_t day = as_day_of(log->time[i]), span = points->at_most.span.length / AS_DAY_SECONDS;
            assert_true(k < 512);
            if (log->kind[i] != points->kind || log->time[i] > w->at || log->time[i] < since)
                continue;
            for (uint32_t j = 0; j < k; j++)
                before += counted[j] && (span == 0 || as_day_of(log->time[log->start[row] + j]) > day - span);
            if (points->at_most.count > 0 && before >= points->at_most.count)
                continue;
            counted[k] = true;
            sum += naive_fade(rule, points->points, today - day);
        }
    }
    return sum;
}

static inline int64_t naive_clamp(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* What a rule may give that nobody can compute: between nothing and its bound on either side. */
static inline void naive_possible(int64_t *low, int64_t *high, const struct as_rule *rule, int64_t cap)
{
    *low = *high = 0;
    for (uint32_t p = 0; p < rule->per_event.n; p++) {
        const struct as_event_points *points = &rule->per_event.at[p];
        int64_t most = AS_OPEN_POINTS, span = points->at_most.span.length / AS_DAY_SECONDS;
        if (points->at_most.count > 0 && (span == 0 || rule->fading != AS_FADING_NONE)) {
            most = 0;
            for (int64_t age = 0, one = 1; one != 0 && age < 40000; age += span == 0 ? 40000 : span) {
                one = naive_fade(rule, llabs(points->points), age);
                most += one * points->at_most.count;
            }
        }
        if (points->points > 0)
            *high += most;
        if (points->points < 0)
            *low -= most;
    }
    *low = naive_clamp(*low, -cap, 0);
    *high = naive_clamp(*high, 0, cap);
}

static inline struct naive_interval naive_rule(struct world *w, const struct as_score *score,
                                               const struct as_rule *rule, uint32_t row)
{
    enum naive_origin origin = score->restart_on_recycle ? NAIVE_RECYCLED : NAIVE_ALL;
    enum as_tri when =
        rule->when == NULL ? AS_YES : naive_value(w, rule->when, AS_LEVEL_LEAD, row, origin).state;
    enum as_tri points = AS_YES;
    int64_t cap = rule->has_cap ? llabs(rule->cap) : AS_OPEN_POINTS, given = rule->points, low, high;
    if (when == AS_NO)
        return (struct naive_interval){0};
    if (rule->kind == AS_RULE_EVENTS) {
        bool kinds[AS_MAX_EVENT_KINDS] = {0};
        for (uint32_t p = 0; p < rule->per_event.n; p++)
            kinds[rule->per_event.at[p].kind] = true;
        points = naive_measured(w, kinds, row);
        given = naive_event_sum(w, rule, row, naive_since(w, origin, row));
        naive_possible(&low, &high, rule, cap);
    } else if (rule->kind == AS_RULE_FUNCTION) {
        double number;
        points = naive_function(&number, rule->function->function, row) ? AS_YES : AS_UNKNOWN;
        given = (int64_t)(number * 1000);
        low = -cap;
        high = cap;
    }
    if (points == AS_YES)
        low = high = naive_clamp(given, -cap, cap);
    if (points == AS_YES && when == AS_YES)
        return (struct naive_interval){low, low, high, false, false};
    return (struct naive_interval){0, low < 0 ? low : 0, high > 0 ? high : 0, true,
                                   when == AS_UNKNOWN || points == AS_UNKNOWN};
}

static inline void naive_bound(struct naive_interval *x, int64_t low, int64_t high)
{
    x->value = naive_clamp(x->value, low, high);
    x->low = naive_clamp(x->low, low, high);
    x->high = naive_clamp(x->high, low, high);
}

static inline struct naive_interval naive_score(struct world *w, const struct as_score *score, uint32_t row)
{
    struct naive_interval total = {0}, group[8] = {{0}};
    for (uint32_t r = 0; r < score->rules.n; r++) {
        struct naive_interval x = naive_rule(w, score, score->rules.at[r], row);
        struct naive_interval *sum = &total;
        for (uint32_t g = 0; g < score->groups.n; g++)
            if (score->rules.at[r]->group != NULL &&
                strcmp(score->groups.at[g].name, score->rules.at[r]->group) == 0)
                sum = &group[g];
        sum->value += x.value;
        sum->low += x.low;
        sum->high += x.high;
        total.open = total.open || x.open;
        total.plain = total.plain || x.plain;
    }
    for (uint32_t g = 0; g < score->groups.n; g++) {
        naive_bound(&group[g], -llabs(score->groups.at[g].cap), llabs(score->groups.at[g].cap));
        total.value += group[g].value;
        total.low += group[g].low;
        total.high += group[g].high;
    }
    total.low = naive_clamp(total.low, -AS_OPEN_POINTS, AS_OPEN_POINTS);
    total.high = naive_clamp(total.high, -AS_OPEN_POINTS, AS_OPEN_POINTS);
    if (score->has_cap)
        naive_bound(&total, INT64_MIN, score->cap);
    if (score->has_floor)
        naive_bound(&total, score->floor, INT64_MAX);
    return total;
}

#endif
