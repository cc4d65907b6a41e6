/* Score rows: the files of a stack and what lies over them, walked through side by side. */
#include "store/decisions/score_rows.h"

/* Where a file's rows of one lead, of all without, begin and end. */
static void bound(struct as_score_rows_part *part, const struct as_score_file *file, const int64_t *lead)
{
    const int64_t found = lead == NULL ? 0 : as_score_file_place(file, *lead);
    part->place = found < 0 ? 0 : found;
    part->end = lead == NULL ? (int64_t)file->head->leads : found + 1;
}

static void look(struct as_score_rows *rows, unsigned i)
{
    struct as_score_rows_part *part = &rows->part[i];
    part->lead = part->place == part->end  ? INT64_MAX
                 : i == rows->stack->files ? rows->recent[part->place].lead
                                           : rows->stack->file[i].lead[part->place];
}

static void step(struct as_score_rows *rows, unsigned i)
{
    rows->part[i].place++;
    look(rows, i);
}

static int32_t day_of(const struct as_score_rows *rows)
{
    const struct as_score_rows_part *part = &rows->part[rows->in];
    if (rows->in == rows->stack->files)
        return rows->recent[part->place].day;
    const int32_t *day = rows->stack->file[rows->in].day;
    return day == NULL ? rows->day : day[part->place];
}

/* To the next lead that has a row; false at the end. */
static bool settle(struct as_score_rows *rows)
{
    for (;;) {
        int64_t lead = INT64_MAX;
        for (unsigned i = 0; i <= rows->stack->files; i++)
            if (rows->part[i].lead <= lead) {
                lead = rows->part[i].lead;
                rows->in = i;
            }
        if (lead == INT64_MAX)
            return false;
        for (unsigned i = 0; i < rows->in; i++)
            if (rows->part[i].lead == lead)
                step(rows, i);
        if (day_of(rows) != AS_SCORE_GONE)
            return true;
        step(rows, rows->in);
    }
}

bool as_score_rows_begin(struct as_score_rows *rows, const struct as_score_stack *stack, int64_t day,
                         int64_t score_id, const int64_t *lead, const struct as_score_row *recent, size_t n)
{
    *rows = (struct as_score_rows){.stack = stack, .day = (int32_t)day, .recent = recent};
    for (unsigned i = 0; i < stack->files; i++) {
        rows->part[i].column = as_score_file_column(&stack->file[i], score_id);
        if (rows->part[i].column >= 0)
            bound(&rows->part[i], &stack->file[i], lead);
    }
    rows->part[stack->files].end = (int64_t)n;
    for (unsigned i = 0; i <= stack->files; i++)
        look(rows, i);
    return settle(rows);
}

bool as_score_rows_next(struct as_score_rows *rows)
{
    step(rows, rows->in);
    return settle(rows);
}

struct as_score_row as_score_rows_at(const struct as_score_rows *rows)
{
    const struct as_score_rows_part *part = &rows->part[rows->in];
    if (rows->in == rows->stack->files)
        return rows->recent[part->place];
    const struct as_score_file *file = &rows->stack->file[rows->in];
    const struct as_points points = as_score_file_points(file, part->column, part->place);
    return (struct as_score_row){file->lead[part->place], points.value, points.low, points.high,
                                 day_of(rows)};
}
