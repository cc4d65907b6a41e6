/* Prints programmes: how far each is, and what looks at it said at what price. */
#include "cmd/decisions/programme.h"

#include "cmd/output/wrap.h"
#include "run/decision/json.h"

#include "base/time.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static double spent(const struct as_programme_story *story)
{
    return story->looks.n > 0 ? story->looks.at[story->looks.n - 1].spent : 0;
}

/* --- text --- */

static void put_rate(struct as_table *table, const struct as_look_row *look, enum as_arm arm)
{
    as_table_printf(table, "%.1f %% of %" PRIu64, 100 * (double)look->hits[arm] / (double)look->n[arm],
                    look->n[arm]);
}

static enum as_status print_looks(const struct as_terminal *t, const struct as_programme_story *story,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Look", true, false},     {"As of", false, false},
                                                     {"Treated", false, false}, {"Held out", false, false},
                                                     {"Uplift", true, false},   {"Interval", false, false},
                                                     {"z", true, false},        {"Bound", true, false},
                                                     {"Spent", true, false},    {"Says", false, false}};
    struct as_table table;
    as_table_open(&table, columns, 10);
    for (uint32_t i = 0; i < story->looks.n; i++) {
        const struct as_look_row *look = &story->looks.at[i];
        char day[AS_TIME_TEXT];
        double uplift, low, high;
        as_table_row(&table);
        as_table_printf(&table, "%" PRId64, look->number);
        as_table_text(&table, as_day_format(day, as_day_of(look->at)));
        put_rate(&table, look, AS_ARM_TREATED);
        put_rate(&table, look, AS_ARM_HELD_OUT);
        bool told = as_look_uplift(&uplift, &low, &high, look);
        as_table_printf(&table, told ? "%+.1f" : "", 100 * (told ? uplift : 0));
        as_table_printf(&table, told ? "%+.1f to %+.1f" : "", 100 * (told ? low : 0),
                        100 * (told ? high : 0));
        as_table_printf(&table, "%.3f", look->z);
        as_table_printf(&table, "%.3f", look->bound);
        as_table_printf(&table, "%.4f", look->spent);
        as_table_text(&table, look->verdict);
    }
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static void print_state(const struct as_terminal *t, const struct as_programme_row *row)
{
    char day[AS_TIME_TEXT];
    fprintf(t->out, "%s\"%s\"%s of %s, since %s: ", as_style(t, AS_BOLD), row->plan.name, as_style_end(t),
            row->pack, as_day_format(day, as_day_of(row->began)));
    if (row->ended == AS_TIME_NONE) {
        fprintf(t->out, "goes on\n");
        return;
    }
    fprintf(t->out, "%s%s %s", row->how, row->early ? " early" : "",
            as_day_format(day, as_day_of(row->ended)));
    if (row->by != NULL)
        fprintf(t->out, " by %s", row->by);
    if (row->note != NULL)
        fprintf(t->out, ": %s", row->note);
    fputc('\n', t->out);
}

static enum as_status print_one(const struct as_terminal *t, const struct as_told_programme *told,
                                struct as_error *error)
{
    const struct as_programme_row *row = &told->story->row;
    const struct as_programme *plan = &row->plan;
    const struct as_programme_count *count = &told->exposure.count;
    const struct as_terminal page = as_page(t);
    struct as_buf text = {.p = NULL};
    char day[AS_TIME_TEXT];
    enum as_status status = AS_OK;
    print_state(t, row);
    as_buf_printf(&text, "%.15g %% are held out; ", 100 * plan->holdout);
    if (plan->model != NULL)
        as_buf_printf(&text, "who comes to %s within %" PRId64 " days counts", plan->counts, plan->within);
    else
        as_buf_printf(&text, "for whom %s holds after %" PRId64 " days counts", plan->counts, plan->within);
    as_wrap_line(&page, &text);
    as_buf_printf(&text, "%" PRIu64 " treated and %" PRIu64 " held out; ", count->came[AS_ARM_TREATED],
                  count->came[AS_ARM_HELD_OUT]);
    as_exposure_say(&text, &told->exposure, plan);
    as_wrap_line(&page, &text);
    as_buf_printf(&text, "%.0f %% of its plan is done, which ends ", 100 * told->exposure.done);
    if (plan->ends_people > 0)
        as_buf_printf(&text, "with %" PRIu64 " people", plan->ends_people);
    else
        as_buf_printf(&text, "on %s", as_day_format(day, plan->ends_on));
    as_buf_printf(&text, "; %u look%s, %.6f of alpha %.15g spent (%s)", told->story->looks.n,
                  told->story->looks.n == 1 ? "" : "s", spent(told->story), plan->alpha,
                  as_spending_name(plan->spending));
    as_wrap_line(&page, &text);
    if (text.failed)
        status = as_error_memory(error);
    as_buf_free(&text);
    return status == AS_OK && told->story->looks.n > 0 ? print_looks(t, told->story, error) : status;
}

/* --- JSON --- */

static void put_arm(struct as_json *json, const struct as_look_row *look, enum as_arm arm)
{
    as_json_key(json, as_arm_name(arm));
    as_json_open(json, '{');
    as_json_put_int(json, "n", (int64_t)look->n[arm]);
    as_json_put_int(json, "hits", (int64_t)look->hits[arm]);
    as_json_close(json, '}');
}

static void put_look(struct as_json *json, const struct as_look_row *look)
{
    double uplift = NAN, low = NAN, high = NAN;
    as_look_uplift(&uplift, &low, &high, look);
    as_json_open(json, '{');
    as_json_put_int(json, "look", look->number);
    as_json_put_time(json, "at", look->at);
    as_json_put_time(json, "recorded", look->recorded);
    as_json_put_text(json, "by", look->by);
    put_arm(json, look, AS_ARM_TREATED);
    put_arm(json, look, AS_ARM_HELD_OUT);
    as_json_put_number(json, "uplift", uplift);
    as_json_key(json, "interval");
    as_json_open(json, '[');
    as_json_number(json, low);
    as_json_number(json, high);
    as_json_close(json, ']');
    as_json_put_number(json, "z", look->z);
    as_json_put_number(json, "bound", look->bound);
    as_json_put_number(json, "done", look->time);
    as_json_put_number(json, "spent", look->spent);
    as_json_put_text(json, "says", look->verdict);
    as_json_close(json, '}');
}

static void put_one(struct as_json *json, const struct as_told_programme *told)
{
    const struct as_programme_row *row = &told->story->row;
    const struct as_programme *plan = &row->plan;
    const struct as_exposure *exposure = &told->exposure;
    char day[AS_TIME_TEXT];
    as_json_open(json, '{');
    as_json_put_text(json, "pack", row->pack);
    as_json_put_text(json, "programme", plan->name);
    as_json_put_time(json, "began", row->began);
    as_json_put_time(json, "ended", row->ended);
    as_json_put_text(json, "how", row->how);
    as_json_put_bool(json, "early", row->early);
    as_json_put_text(json, "by", row->by);
    as_json_put_text(json, "note", row->note);
    as_json_put_text(json, "model", plan->model);
    as_json_put_text(json, "outcome", plan->counts);
    as_json_put_int(json, "within_days", plan->within);
    as_json_put_number(json, "holdout", plan->holdout);
    as_json_put_int(json, "treated", (int64_t)exposure->count.came[AS_ARM_TREATED]);
    as_json_put_int(json, "held_out", (int64_t)exposure->count.came[AS_ARM_HELD_OUT]);
    as_json_put_int(json, "people", (int64_t)exposure->people);
    as_json_put_int(json, "days", exposure->days);
    as_json_put_int(json, "least_people", (int64_t)plan->least_people);
    as_json_put_int(json, "least_days", plan->least_days);
    as_json_put_bool(json, "enough", exposure->enough);
    as_json_put_time(json, "enough_from", exposure->allowed);
    as_json_put_bool(json, "estimated", exposure->estimated);
    as_json_put_text(json, "ends_on", plan->ends_on != 0 ? as_day_format(day, plan->ends_on) : NULL);
    as_json_put_number(json, "ends_with", plan->ends_people > 0 ? (double)plan->ends_people : NAN);
    as_json_put_number(json, "done", exposure->done);
    as_json_put_number(json, "alpha", plan->alpha);
    as_json_put_text(json, "spending", as_spending_name(plan->spending));
    as_json_put_number(json, "spent", spent(told->story));
    as_json_key(json, "looks");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < told->story->looks.n; i++)
        put_look(json, &told->story->looks.at[i]);
    as_json_close(json, ']');
    as_json_close(json, '}');
}

enum as_status as_print_programmes(struct as_context *context, const struct as_told_programme *told,
                                   uint32_t n, const char *pack, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (context->json) {
        struct as_buf out = {.p = NULL};
        struct as_json json = {.out = &out};
        as_json_open(&json, '[');
        for (uint32_t i = 0; i < n; i++)
            put_one(&json, &told[i]);
        as_json_close(&json, ']');
        status = as_context_print_json(context, &out, error);
        as_buf_free(&out);
        return status;
    }
    if (context->quiet)
        return AS_OK;
    if (n == 0)
        fprintf(context->terminal.out,
                "no programme%s%s has begun: n.programme declares one, the first run of its pack begins it\n",
                pack != NULL ? " of " : "", pack != NULL ? pack : "");
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        if (i > 0)
            fputc('\n', context->terminal.out);
        status = print_one(&context->terminal, &told[i], error);
    }
    return status;
}
