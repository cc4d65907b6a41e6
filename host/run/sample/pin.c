/* Writes the description of a lead in Lua, and what is expected of it. */
#include "run/sample/pin.h"

#include "data/facts/value.h"
#include "run/decision/own_events.h"
#include "score/model/grade.h"

#include <stdlib.h>
#include <string.h>

struct pinning {
    struct as_buf *out;
    const struct as_pin_request *request;
    const struct as_dataset *set;
    bool group, group_events; /* the pack has conditions on colleagues, on what they did */
    int indent;
};

/* --- what the pack reads --- */

static bool contains(const struct as_expr *expr, uint32_t kinds)
{
    if ((kinds >> expr->kind & 1) != 0)
        return true;
    for (uint32_t i = 0; expr->kind == AS_EXPR_CALL && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && contains(expr->args[i].expr, kinds))
            return true;
    return false;
}

static void look_for_group(struct pinning *p)
{
    const uint32_t done = 1u << AS_EXPR_EVENTS | 1u << AS_EXPR_SCORE | 1u << AS_EXPR_FUNCTION;
    const struct as_pack *pack = p->request->decided->pack;
    for (uint32_t i = 0; i < pack->rules.nodes.n; i++) {
        const struct as_expr *node = pack->rules.nodes.at[i];
        bool events = node->kind == AS_EXPR_EVENTS && node->level == AS_LEVEL_ACCOUNT;
        bool group = node->kind == AS_EXPR_CALL && node->arg_count > 0 &&
                     node->args[0].kind == AS_LITERAL_EXPR && node->args[0].expr->kind == AS_EXPR_GROUP;
        p->group = p->group || events || group || node->lifts;
        p->group_events = p->group_events || events || (group && contains(node, done));
    }
}

/* Whether conditions follow a reference or ask for it. */
static bool follows(const struct pinning *p, uint32_t field)
{
    const struct as_pack *pack = p->request->decided->pack;
    for (uint32_t i = 0; i < pack->rules.nodes.n; i++) {
        const struct as_expr *node = pack->rules.nodes.at[i];
        if (node->kind == AS_EXPR_FIELD && (node->via == field || node->field == field))
            return true;
    }
    return false;
}

/* --- Lua --- */

static void put_text(struct as_buf *out, struct as_str text)
{
    as_buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '"' || c == '\\')
            as_buf_printf(out, "\\%c", c);
        else if (c < ' ' || c == 0x7f)
            as_buf_printf(out, "\\%03u", c);
        else
            as_buf_char(out, (char)c);
    }
    as_buf_char(out, '"');
}

/* A name of ours stands bare, anything else as ["…"]. */
static void put_key(struct as_buf *out, const char *name)
{
    static const char *const words[] = {
        "and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
        "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while"};
    bool bare =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(name) &&
        !(name[0] >= '0' && name[0] <= '9');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        bare = bare && strcmp(words[i], name) != 0;
    if (bare) {
        as_buf_printf(out, "%s = ", name);
        return;
    }
    as_buf_char(out, '[');
    put_text(out, as_str_of(name));
    as_buf_text(out, "] = ");
}

static void new_line(struct pinning *p)
{
    as_buf_printf(p->out, "\n%*s", p->indent, "");
}

static void put_time(struct pinning *p, int64_t time)
{
    char text[AS_TIME_TEXT];
    as_buf_printf(p->out, "\"%s\"", as_time_format(text, time));
}

/* What buyers did has a day; the time of day decides nothing. */
static void put_age(struct pinning *p, int64_t time)
{
    as_buf_printf(p->out, "\"%lldd ago\"", (long long)(as_day_of(p->set->at) - as_day_of(time)));
}

/* --- facts --- */

static void put_list(struct pinning *p, struct as_str members)
{
    as_buf_char(p->out, '{');
    for (const char *sign = " "; members.p != NULL; sign = ", ") {
        as_buf_text(p->out, sign);
        put_text(p->out, as_str_cut(&members, '\x1f'));
    }
    as_buf_text(p->out, " }");
}

static void put_row(struct pinning *p, enum as_level level, uint32_t row, int depth);

static void put_value(struct pinning *p, const struct as_column *column, size_t row, enum as_level target,
                      int depth)
{
    char text[AS_TIME_TEXT];
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        as_buf_text(p->out, as_bit(column->truth, row) ? "true" : "false");
        break;
    case AS_TYPE_INTEGER:
        as_buf_printf(p->out, "%lld", (long long)column->i64[row]);
        break;
    case AS_TYPE_NUMBER:
        as_value_show_number(p->out, column->f64[row]);
        break;
    case AS_TYPE_MONEY:
        as_buf_printf(p->out, "\"%.2f", (double)column->i64[row] / 100);
        if (column->currency != NULL && column->currency[row] < as_intern_count(column->currencies))
            as_buf_printf(p->out, " %s", as_intern_text(column->currencies, column->currency[row]).p);
        as_buf_char(p->out, '"');
        break;
    case AS_TYPE_DATE:
        as_buf_printf(p->out, "\"%s\"", as_day_format(text, column->i64[row]));
        break;
    case AS_TYPE_CHOICES:
        put_list(p, as_intern_text(column->dict, column->code[row]));
        break;
    case AS_TYPE_REFERENCE:
        put_row(p, target, column->code[row], depth + 1);
        break;
    default:
        put_text(p->out, as_intern_text(column->dict, column->code[row]));
    }
}

/* The known fields of a row; of what it refers to those fields that refer to nothing. */
static void put_row(struct pinning *p, enum as_level level, uint32_t row, int depth)
{
    const char *sign = " ";
    as_buf_char(p->out, '{');
    for (uint32_t f = 0; f < p->set->schema->fields.n; f++) {
        const struct as_field *field = p->set->schema->fields.at[f];
        const struct as_column *column = p->set->field[f];
        if (field->ask != NULL || field->level != level || column == NULL || !as_bit(column->known, row) ||
            (field->type == AS_TYPE_REFERENCE &&
             (depth > 0 || column->code[row] == AS_NO_INDEX || !follows(p, f))))
            continue;
        as_buf_text(p->out, sign);
        put_key(p->out, field->name);
        put_value(p, column, row, field->target, depth);
        sign = ", ";
    }
    as_buf_text(p->out, " }");
}

/* --- answers and events --- */

static void put_voices(struct pinning *p, uint8_t voices)
{
    static const char *const names[] = {"buyer", "sales", "marketing", "system"};
    bool several = (voices & (voices - 1)) != 0;
    const char *sign = several ? "{ " : "";
    for (int v = 0; v < 4; v++)
        if ((voices >> v & 1) != 0) {
            as_buf_printf(p->out, "%s\"%s\"", sign, names[v]);
            sign = ", ";
        }
    as_buf_text(p->out, several ? " }" : "");
}

static void put_answers(struct pinning *p, uint32_t lead, uint32_t account)
{
    bool any = false;
    for (uint32_t f = 0; f < p->set->schema->fields.n; f++) {
        const struct as_field *field = p->set->schema->fields.at[f];
        const struct as_answer_column *answer = &p->set->answer[f];
        uint32_t row = field->level == AS_LEVEL_LEAD ? lead : account;
        if (field->ask == NULL || answer->value == NULL || row == AS_NO_INDEX ||
            !as_bit(answer->value->known, row))
            continue;
        if (!any) {
            new_line(p);
            as_buf_text(p->out, "answers = {");
        }
        as_buf_text(p->out, any ? ", " : " ");
        put_key(p->out, field->name);
        as_buf_text(p->out, "{ value = ");
        put_value(p, answer->value, row, field->target, 1);
        if (answer->voices[row] != 0) {
            as_buf_text(p->out, ", by = ");
            put_voices(p, answer->voices[row]);
        }
        as_buf_printf(p->out,
                      ", manner = \"%s\", at = ", as_bit(answer->stated, row) ? "stated" : "inferred");
        put_age(p, answer->time[row]);
        as_buf_text(p->out, " }");
        any = true;
    }
    as_buf_text(p->out, any ? " }," : "");
}

static void put_event(struct pinning *p, const struct as_event_log *log, size_t e)
{
    const struct as_schema *schema = p->set->schema;
    const struct as_event_kind *kind = schema->kinds.at[log->kind[e]];
    as_buf_text(p->out, "{ ");
    put_text(p->out, as_str_of(kind->name));
    as_buf_text(p->out, ", ");
    if (kind->by == AS_ACTOR_BUYER)
        put_age(p, log->time[e]);
    else
        put_time(p, log->time[e]); /* stages begin at the second */
    for (uint32_t i = 0; log->property != NULL && i < schema->properties.n; i++)
        if (log->property[i] != NULL && schema->properties.at[i].kind == log->kind[e] &&
            as_bit(log->property[i]->known, e)) {
            as_buf_text(p->out, ", ");
            put_key(p->out, schema->properties.at[i].name);
            put_value(p, log->property[i], e, AS_LEVEL_LEAD, 1);
        }
    as_buf_text(p->out, " }");
}

static void put_events(struct pinning *p, const char *key, const struct as_event_log *log, uint32_t row,
                       const uint64_t *only)
{
    enum { A_LINE = 4 };
    size_t n = 0;
    for (size_t e = log->start != NULL ? log->start[row] : 0; log->start != NULL && e < log->end[row]; e++) {
        if (log->time[e] > p->set->at || !as_bit(p->request->needs->kinds, log->kind[e]) ||
            (only != NULL && !as_bit(only, e)))
            continue;
        if (n == 0) {
            new_line(p);
            as_buf_printf(p->out, "%s = {", key);
        }
        as_buf_char(p->out, n > 0 ? ',' : ' ');
        if (n > 0 && n % A_LINE == 0)
            as_buf_printf(p->out, "\n%*s", p->indent + (int)strlen(key) + 4, "");
        else if (n > 0)
            as_buf_char(p->out, ' ');
        put_event(p, log, e);
        n++;
    }
    as_buf_text(p->out, n > 0 ? " }," : "");
}

/* --- the past --- */

static void put_prior(struct pinning *p, const struct as_model *model, const struct as_prior *prior)
{
    char grade[AS_GRADE_TEXT];
    as_buf_printf(p->out, "{ stage = \"%s\", furthest = \"%s\", entered = ",
                  as_stage_name((enum as_stage)prior->stage), as_stage_name((enum as_stage)prior->furthest));
    put_time(p, prior->entered);
    if (prior->grade != 0)
        as_buf_printf(p->out, ", grade = \"%s\"", as_grade_show(grade, model, prior->grade));
    if (prior->recycled != AS_TIME_NONE && prior->recycled != 0) {
        as_buf_text(p->out, ", recycled = ");
        put_time(p, prior->recycled);
    }
    if (prior->cool_off != AS_TIME_NONE && prior->cool_off != 0) {
        as_buf_text(p->out, ", cool_off = ");
        put_time(p, prior->cool_off);
    }
    if (prior->recycles > 0)
        as_buf_printf(p->out, ", recycles = %u", prior->recycles);
    as_buf_text(p->out, " }");
}

static void put_past(struct pinning *p, uint32_t row)
{
    const struct as_pack *pack = p->request->decided->pack;
    bool any = false;
    for (uint32_t m = 0; p->set->prior != NULL && m < p->set->prior_models && m < pack->models.n; m++) {
        if (p->set->prior[m] == NULL || !as_prior_at(p->set, m, row)->decided ||
            as_prior_at(p->set, m, row)->stage == AS_STAGE_NONE)
            continue;
        if (!any) {
            new_line(p);
            as_buf_text(p->out, "prior = {");
        }
        as_buf_text(p->out, any ? ", " : " ");
        put_key(p->out, pack->models.at[m]->name);
        put_prior(p, pack->models.at[m], as_prior_at(p->set, m, row));
        any = true;
    }
    as_buf_text(p->out, any ? " }," : "");
    const struct as_override_log *log = &p->set->overrides;
    if (log->start != NULL && log->start[row + 1] > log->start[row]) {
        const struct as_override *newest = &log->at[log->start[row + 1] - 1];
        new_line(p);
        as_buf_printf(p->out,
                      "override = { stage = \"%s\", at = ", as_stage_name((enum as_stage)newest->stage));
        put_time(p, newest->time);
        if (newest->model != AS_NO_INDEX) {
            as_buf_text(p->out, ", model = ");
            put_text(p->out, as_str_of(pack->models.at[newest->model]->name));
        }
        as_buf_text(p->out, " },");
    }
}

static void put_feeds(struct pinning *p)
{
    static const char *const states[] = {"live", "stale", "never"};
    bool any = false;
    for (uint32_t k = 0; k < p->set->schema->kinds.n; k++) {
        if (p->set->kind_state[k] == AS_FEED_LIVE || !as_bit(p->request->needs->kinds, k))
            continue;
        if (!any) {
            new_line(p);
            as_buf_text(p->out, "feeds = {");
        }
        as_buf_text(p->out, any ? ", " : " ");
        put_key(p->out, p->set->schema->kinds.at[k]->name);
        as_buf_printf(p->out, "\"%s\"", states[p->set->kind_state[k]]);
        any = true;
    }
    as_buf_text(p->out, any ? " }," : "");
}

/* --- the whole --- */

static void put_subject(struct pinning *p, uint32_t row, uint32_t account)
{
    new_line(p);
    as_buf_text(p->out, "lead = ");
    put_row(p, AS_LEVEL_LEAD, row, 0);
    as_buf_char(p->out, ',');
    put_answers(p, row, account);
    if (row == p->request->row || p->group_events)
        put_events(p, "events", &p->set->lead_events, row, NULL);
    if (p->set->untracked != NULL && as_bit(p->set->untracked, row)) {
        new_line(p);
        as_buf_text(p->out, "tracked = false,");
    }
    if (p->request->past)
        put_past(p, row);
}

static void put_group(struct pinning *p, uint32_t account)
{
    const struct as_dataset *set = p->set;
    if (!p->group || set->member_start[account + 1] - set->member_start[account] < 2)
        return;
    new_line(p);
    as_buf_text(p->out, "group = {");
    p->indent += 2;
    for (uint32_t m = set->member_start[account]; m < set->member_start[account + 1]; m++) {
        if (set->member[m] == p->request->row)
            continue;
        new_line(p);
        as_buf_char(p->out, '{');
        p->indent += 2;
        put_subject(p, set->member[m], AS_NO_INDEX);
        p->indent -= 2;
        new_line(p);
        as_buf_text(p->out, "},");
    }
    p->indent -= 2;
    new_line(p);
    as_buf_text(p->out, "},");
}

static void put_expectations(struct pinning *p, const struct as_model *model, const char *of)
{
    const struct as_decision *decided = p->request->decided;
    const struct as_standing *standing = as_standing_at(decided, model->index, p->request->row);
    char grade[AS_GRADE_TEXT];
    new_line(p);
    if (standing->outside) {
        as_buf_printf(p->out, "expect(%s.outside):is(true)", of);
        return;
    }
    as_buf_printf(p->out, "expect(%s.stage):is \"%s\"", of, as_stage_name((enum as_stage)standing->stage));
    if (standing->grade != 0) {
        new_line(p);
        as_buf_printf(p->out, "expect(%s.grade):is \"%s\"", of, as_grade_show(grade, model, standing->grade));
    }
    if (standing->disqualifier != 0) {
        new_line(p);
        as_buf_printf(p->out, "expect(%s.disqualified):is ", of);
        put_text(p->out, as_str_of(model->disqualifiers.at[standing->disqualifier - 1].name));
    }
    for (uint32_t g = 0; g < model->gates.n; g++) {
        enum as_gate_verdict verdict = as_verdict_of(standing->verdicts, g);
        if (verdict == AS_GATE_NONE)
            continue;
        new_line(p);
        as_buf_printf(p->out, "expect(%s:verdict \"%s\"):is \"%s\"", of, model->gates.at[g]->name,
                      as_gate_verdict_name(verdict));
    }
    for (uint32_t s = 0; s < model->scores.n; s++) {
        const struct as_points_column *points = as_outcome_score(decided->outcome, model->scores.at[s]);
        if (points == NULL)
            continue;
        new_line(p);
        as_buf_printf(p->out, "expect(%s:score ", of);
        put_text(p->out, as_str_of(model->scores.at[s]->name));
        as_buf_text(p->out, "):is(");
        as_value_show_number(p->out, (double)as_points_at(points, p->request->row).value / 1000);
        as_buf_char(p->out, ')');
    }
}

enum as_status as_pin_say(struct as_buf *out, const struct as_pin_request *request, struct as_error *error)
{
    const struct as_dataset *set = request->dataset;
    const struct as_pack *pack = request->decided->pack;
    uint32_t account = set->lead_account[request->row];
    uint64_t *own;
    enum as_status status = as_own_events(&own, set, error);
    if (status != AS_OK)
        return status;
    struct pinning p = {.out = out, .request = request, .set = set, .indent = 4};
    look_for_group(&p);
    as_buf_text(out, "it(");
    put_text(out, as_str_of(request->name));
    as_buf_text(out, ", function()\n  local d = decide {\n    at = ");
    put_time(&p, set->at);
    as_buf_char(out, ',');
    put_subject(&p, request->row, account);
    if (account != AS_NO_INDEX) {
        new_line(&p);
        as_buf_text(out, "account = ");
        put_row(&p, AS_LEVEL_ACCOUNT, account, 0);
        as_buf_char(out, ',');
        put_events(&p, "account_events", &set->account_events, account, own);
        put_group(&p, account);
    }
    put_feeds(&p);
    as_buf_text(out, "\n  }");
    p.indent = 2;
    for (uint32_t m = 0; m < pack->models.n; m++) {
        struct as_buf of = {.p = NULL};
        as_buf_text(&of, "d");
        if (pack->models.n > 1) {
            as_buf_text(&of, ":model(");
            put_text(&of, as_str_of(pack->models.at[m]->name));
            as_buf_char(&of, ')');
        }
        put_expectations(&p, pack->models.at[m], as_buf_c(&of));
        as_buf_free(&of);
    }
    as_buf_text(out, "\nend)\n");
    free(own);
    return out->failed ? as_error_memory(error) : AS_OK;
}
