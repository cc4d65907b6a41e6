/* Scores as text: each entry of the ledger with the values behind it and the line of its rule. */
#include "cmd/decisions/explain_parts.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

#include "base/time.h"

#include <string.h>

enum { NAME_TEXT = AS_MAX_NAME + 24 };

void as_explain_put(const struct as_terminal *terminal, enum as_style style, const char *text)
{
    struct as_buf safe = {.p = NULL};
    as_display_text(&safe, as_str_of(text));
    fprintf(terminal->out, "%s%s%s", as_style(terminal, style), as_buf_c(&safe), as_style_end(terminal));
    as_buf_free(&safe);
}

void as_explain_value(struct as_buf *out, const struct as_explained_value *value, int64_t at)
{
    char ago[AS_WORDING];
    if (value->manner == AS_MANNER_READ) {
        as_buf_text(out, value->fact);
        return;
    }
    if (value->value == NULL) {
        as_buf_printf(out, "%s %s", value->fact,
                      value->manner == AS_MANNER_UNMEASURABLE ? "cannot be measured" : "unknown");
        return;
    }
    as_buf_printf(out, "%s %s", value->fact, value->value);
    bool counted = value->manner == AS_MANNER_COUNTED;
    const char *source = value->source;
    if (source == NULL && (value->manner == AS_MANNER_STATED || value->manner == AS_MANNER_INFERRED))
        source = as_manner_name(value->manner);
    if (value->since == AS_TIME_NONE && source == NULL)
        return;
    as_buf_printf(out, " (%s%s%s)",
                  source != NULL ? source
                  : counted      ? "newest "
                                 : "",
                  source != NULL && value->since != AS_TIME_NONE ? ", " : "",
                  value->since != AS_TIME_NONE ? as_ago_format(ago, value->since, at) : "");
}

static const char *entry_name(char out[NAME_TEXT], const struct as_entry *entry)
{
    switch (entry->kind) {
    case AS_ENTRY_RULE:
    case AS_ENTRY_EVENTS:
        return entry->rule->name;
    case AS_ENTRY_RULE_CAP:
        snprintf(out, NAME_TEXT, "cap of %s", entry->rule->name);
        return out;
    case AS_ENTRY_GROUP_CAP:
        snprintf(out, NAME_TEXT, "cap of group %s", entry->group);
        return out;
    case AS_ENTRY_CAP:
        return "cap";
    case AS_ENTRY_FLOOR:
        return "floor";
    }
    return "";
}

static void place_text(struct as_buf *out, const struct as_rule *rule)
{
    if (rule != NULL && rule->position.file != NULL)
        as_buf_printf(out, "%s:%d", rule->position.file, rule->position.line);
}

static void say_entry(struct as_buf *out, const struct as_explained_entry *explained, int64_t at)
{
    char ago[AS_WORDING];
    if (explained->entry->note != NULL)
        as_buf_text(out, explained->entry->note);
    if (explained->counted != NULL) {
        as_buf_text(out, explained->counted);
        if (explained->newest != AS_TIME_NONE)
            as_buf_printf(out, " (newest %s)", as_ago_format(ago, explained->newest, at));
    }
    for (uint32_t i = 0; i < explained->values.list.n; i++) {
        if (out->n > 0)
            as_buf_text(out, ", ");
        as_explain_value(out, &explained->values.list.at[i], at);
    }
}

/* said is empty for a rule without a condition: its events or its function cannot be told. */
static void say_open(struct as_buf *out, const struct as_open_rule *open, const char *said)
{
    char low[AS_WORDING], high[AS_WORDING];
    as_buf_text(out, as_tri_say(open->state));
    as_buf_printf(out, said[0] != '\0' ? " whether %s; could give " : "%s; could give ", said);
    if (open->low <= -AS_OPEN_POINTS || open->high >= AS_OPEN_POINTS)
        as_buf_text(out, "any points");
    else if (open->low == 0 || open->high == 0)
        as_buf_text(out, as_points_format(high, open->low == 0 ? open->high : open->low, true));
    else
        as_buf_printf(out, "%s to %s", as_points_format(low, open->low, true),
                      as_points_format(high, open->high, true));
}

/* Widths of the columns that are not wrapped. */
static int room_for_values(const struct as_terminal *t, const struct as_explained_score *score)
{
    char name[NAME_TEXT], points[AS_WORDING];
    int point_width = 1, name_width = 0, place_width = 0;
    for (uint32_t i = 0; i < score->entries.n + score->ledger.open.n; i++) {
        bool is_open = i >= score->entries.n;
        const struct as_entry *entry = is_open ? NULL : score->entries.at[i].entry;
        const struct as_rule *rule = is_open ? score->ledger.open.at[i - score->entries.n].rule : entry->rule;
        struct as_buf place = {.p = NULL};
        place_text(&place, rule);
        int own = as_display_width(as_str_of(is_open ? rule->name : entry_name(name, entry)));
        name_width = own > name_width ? own : name_width;
        own = (int)place.n;
        place_width = own > place_width ? own : place_width;
        own = is_open ? 1 : as_display_width(as_str_of(as_points_format(points, entry->points, true)));
        point_width = own > point_width ? own : point_width;
        as_buf_free(&place);
    }
    int room = t->width - 4 - point_width - 2 - name_width - 2 - place_width - 2;
    return room < 24 ? 24 : room;
}

/* The first line of the values stands on the rule's line, the others below it. */
static void rows(struct as_table *table, enum as_style style, const char *points, const char *name,
                 const char *values, const struct as_rule *rule, int room)
{
    struct as_str rest = as_str_of(values), line = {"", 0};
    struct as_buf place = {.p = NULL};
    place_text(&place, rule);
    as_wrap_next(&line, &rest, room);
    as_table_row(table);
    as_table_style(table, style, points);
    as_table_text(table, name);
    as_table_printf(table, "%.*s", (int)line.n, line.p);
    as_table_style(table, AS_DIM, as_buf_c(&place));
    while (as_wrap_next(&line, &rest, room)) {
        as_table_row(table);
        as_table_text(table, "");
        as_table_text(table, "");
        as_table_printf(table, "%.*s", (int)line.n, line.p);
    }
    as_buf_free(&place);
}

static void print_changes(const struct as_terminal *t, const struct as_explained_score *score,
                          int64_t before_at)
{
    char was[AS_WORDING], now[AS_WORDING], since[AS_WORDING];
    struct as_buf text = {.p = NULL};
    if (score->changes.n == 0)
        return;
    as_buf_printf(&text, "since %s, when it was %s:", as_instant_format(since, before_at),
                  as_points_format(was, score->before, false));
    for (uint32_t i = 0; i < score->changes.n; i++) {
        const struct as_explained_change *change = &score->changes.at[i];
        as_buf_printf(&text, "%s %s %s → %s", i == 0 ? "" : ",", change->name,
                      as_points_format(was, change->before, true), as_points_format(now, change->now, true));
    }
    fprintf(t->out, "    %s", as_style(t, AS_DIM));
    as_wrap_print(t, 4, 6, as_buf_c(&text));
    fprintf(t->out, "%s", as_style_end(t));
    as_buf_free(&text);
}

enum as_status as_explain_score_text(const struct as_terminal *terminal,
                                     const struct as_explained_score *score, int64_t at, int64_t before_at,
                                     struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {NULL, true, false}, {NULL, false, false}, {NULL, false, false}, {NULL, false, false}};
    const struct as_terminal *t = terminal;
    const struct as_ledger *ledger = &score->ledger;
    char value[AS_WORDING], low[AS_WORDING], high[AS_WORDING], name[NAME_TEXT];
    int room = room_for_values(t, score);
    struct as_table table;
    fprintf(t->out, "\n  %s%s %s%s", as_style(t, AS_BOLD), ledger->score->name,
            as_points_format(value, ledger->value, false), as_style_end(t));
    if (ledger->low != ledger->high)
        fprintf(t->out, " (%s – %s)", as_points_format(low, ledger->low, false),
                as_points_format(high, ledger->high, false));
    fputc('\n', t->out);
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < score->entries.n; i++) {
        const struct as_entry *entry = score->entries.at[i].entry;
        struct as_buf text = {.p = NULL};
        say_entry(&text, &score->entries.at[i], at);
        rows(&table, entry->points < 0 ? AS_RED : AS_GREEN, as_points_format(value, entry->points, true),
             entry_name(name, entry), as_buf_c(&text), entry->kind == AS_ENTRY_RULE_CAP ? NULL : entry->rule,
             room);
        as_buf_free(&text);
    }
    for (uint32_t i = 0; i < ledger->open.n; i++) {
        const struct as_open_rule *open = &ledger->open.at[i];
        struct as_buf text = {.p = NULL};
        say_open(&text, open, score->open.at[i]);
        rows(&table, AS_YELLOW, "?", open->rule->name, as_buf_c(&text), open->rule, room);
        as_buf_free(&text);
    }
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    if (status == AS_OK)
        print_changes(t, score, before_at);
    return status;
}
