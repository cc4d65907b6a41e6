/* Prints what was learnt: of whom, whether it holds, and each characteristic with what it stands on. */
#include "cmd/decisions/learn_page.h"

#include "base/time.h"
#include "cmd/output/wrap.h"
#include "score/statistics/odds.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void put_count(struct as_buf *out, uint32_t n, const char *what)
{
    char text[AS_COUNT_TEXT];
    if (n > 0)
        as_buf_printf(out, ", %s %s", as_count_format(text, n), what);
}

static void print_who(const struct as_terminal *t, const struct as_learnt *learnt, struct as_buf *text)
{
    char n[AS_COUNT_TEXT], day[AS_TIME_TEXT];
    const struct as_learn_count *count = &learnt->count;
    const struct as_contrast_result *r = &learnt->result;
    const char *who = learnt->contrast->level == AS_LEVEL_LEAD ? "leads" : "accounts";
    as_buf_printf(text, "%s %s: ", as_count_format(n, count->all), who);
    as_buf_printf(text, "%s best", as_count_format(n, count->best));
    as_buf_printf(text, ", %s worst", as_count_format(n, count->worst));
    put_count(text, count->neither, "neither");
    put_count(text, count->both, "both at once, left out");
    put_count(text, count->undecided, "of whom it is not known, left out");
    put_count(text, count->undated, "without a date, left out");
    as_wrap_line(t, text);
    as_buf_printf(text, "learnt from %s", as_count_format(n, r->learnt.n));
    as_buf_printf(text, " (%s best)", as_count_format(n, r->learnt.best));
    if (learnt->by_time) {
        as_time_format(day, learnt->last_day * AS_DAY_SECONDS);
        as_buf_printf(text, " up to %.10s", day);
    }
    as_buf_printf(text, "; tried on %s", as_count_format(n, r->tried.n));
    as_buf_printf(text, " (%s best)", as_count_format(n, r->tried.best));
    as_buf_text(text, learnt->by_time ? " of later days"
                                      : " chosen by a hash, since the contrast does not say since when");
    as_wrap_line(t, text);
    if (count->untold > 0) {
        as_buf_printf(
            text,
            "%s were recorded only after they became customers: what was known of them before nobody "
            "can tell",
            as_count_format(n, count->untold));
        as_wrap_line(t, text);
    }
}

static void print_trial(const struct as_terminal *t, const struct as_contrast_result *r, struct as_buf *text)
{
    as_buf_printf(text, "AUC %.3f [%.3f, %.3f] on those it did not learn from, %.3f on those it did; ",
                  r->tried.auc, r->low, r->high, r->learnt.auc);
    as_buf_printf(
        text, "average precision %.3f, KS %.3f, Brier %.4f (%.4f by the share alone), log loss %.4f (%.4f)",
        r->average_precision, r->ks, r->brier, r->base_brier, r->log_loss, r->base_log_loss);
    as_wrap_line(t, text);
    if (isnan(r->slope))
        return;
    as_buf_printf(text, "calibration slope %.2f [%.2f, %.2f]: %s", r->slope, r->slope_low, r->slope_high,
                  r->slope_high < 1  ? "it promises too much at both ends"
                  : r->slope_low > 1 ? "it promises too little at both ends"
                                     : "1 lies within");
    as_wrap_line(t, text);
}

static void print_verdict(const struct as_terminal *t, const struct as_learnt *learnt, struct as_buf *text)
{
    const struct as_contrast_result *r = &learnt->result;
    uint64_t least = learnt->contrast->at_least;
    switch (r->verdict) {
    case AS_CONTRAST_HOLDS:
        as_buf_text(text, "It holds.");
        break;
    case AS_CONTRAST_FAILS:
        as_buf_text(text,
                    "It does not hold: it may be no better than chance on those it did not learn from.");
        break;
    case AS_CONTRAST_FEW:
        as_buf_printf(text,
                      "Insufficient: it takes %" PRIu64
                      " of each class to learn from, and there are %u best and %u worst.",
                      least, r->learnt.best, r->learnt.n - r->learnt.best);
        break;
    case AS_CONTRAST_NOTHING:
        as_buf_text(text, "Nothing tells them apart.");
        break;
    case AS_CONTRAST_UNTRIED:
        as_buf_printf(text,
                      "Insufficient: it takes %" PRIu64
                      " of each class to try it on, and there are %u best and %u worst.",
                      least, r->tried.best, r->tried.n - r->tried.best);
        break;
    }
    fputs(as_style(t, r->verdict == AS_CONTRAST_HOLDS ? AS_GREEN : AS_YELLOW), t->out);
    as_wrap_line(t, text);
    fputs(as_style_end(t), t->out);
    if (r->has_trial)
        print_trial(t, r, text);
}

static void put_bin(struct as_table *table, const struct as_learnt_trait *trait,
                    const struct as_weighed *weighed, const struct as_bin *bin)
{
    struct as_buf said = {0}, points = {0};
    uint64_t n = bin->best + bin->worst;
    as_learnt_say(&said, trait, bin);
    as_table_row(table);
    as_table_printf(table, "  %s", as_buf_c(&said));
    as_table_printf(table, "%" PRIu64, n);
    as_table_printf(table, "%" PRIu64, bin->best);
    as_table_printf(table, n > 0 ? "%.1f %% [%.1f, %.1f]" : "·", 100.0 * (double)bin->best / (double)n,
                    100 * bin->low, 100 * bin->high);
    if (bin->enough)
        as_table_printf(table, "%+.2f", bin->weight);
    else
        as_table_text(table, "insufficient");
    as_buf_text(&points, bin->points > 0 ? "+" : "");
    as_buf_milli(&points, bin->points);
    as_table_text(table, weighed->verdict == AS_TRAIT_USED && bin->speaks ? as_buf_c(&points) : "·");
    as_buf_free(&said);
    as_buf_free(&points);
}

static void put_trait(struct as_table *table, const struct as_learnt *learnt, uint32_t t)
{
    static const char *const why[] = {"insufficient", NULL, "left out", "said by others"};
    const struct as_learnt_trait *trait = &learnt->traits.at[t];
    const struct as_weighed *weighed = &learnt->result.traits[t];
    as_table_row(table);
    as_table_style(table, AS_BOLD, trait->source);
    as_table_text(table, "");
    as_table_text(table, "");
    as_table_printf(table, "information %.3f", weighed->information);
    as_table_text(table, as_information_word(weighed->information));
    as_table_text(table, why[weighed->verdict]);
    for (uint32_t b = 0; b < weighed->bins.n; b++)
        put_bin(table, trait, weighed, &weighed->bins.at[b]);
}

static enum as_status print_traits(const struct as_terminal *t, const struct as_learnt *learnt,
                                   struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Characteristic", false, true}, {"Customers", true, false}, {"Best", true, false},
        {"Share of best", false, false}, {"Evidence", true, false},  {"Points", true, false}};
    struct as_table table;
    fputc('\n', t->out);
    as_table_open(&table, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < learnt->traits.n; i++)
        if (learnt->result.traits[i].bins.n > 0)
            put_trait(&table, learnt, i);
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_groups(const struct as_terminal *t, const struct as_contrast_result *r,
                                   struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Tried, by score", false, false},
                                                     {"Customers", true, false},
                                                     {"Promised", true, false},
                                                     {"Best", false, false}};
    struct as_table table;
    if (!r->has_trial)
        return AS_OK;
    fputc('\n', t->out);
    as_table_open(&table, columns, sizeof columns / sizeof *columns);
    for (uint32_t g = 0; g < r->groups.n; g++) {
        const struct as_contrast_group *group = &r->groups.at[g];
        as_table_row(&table);
        as_table_printf(&table, g == 0 ? "lowest" : g + 1 == r->groups.n ? "highest" : "");
        as_table_printf(&table, "%u", group->n);
        as_table_printf(&table, "%.1f %%", 100 * group->promised);
        as_table_printf(&table, "%.1f %% [%.1f, %.1f]", 100.0 * group->best / group->n, 100 * group->low,
                        100 * group->high);
    }
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static void warn(const struct as_terminal *t, struct as_buf *text, bool *first)
{
    fputs(*first ? "\n" : "", t->out);
    *first = false;
    as_wrap_line(t, text);
}

static void print_warnings(const struct as_terminal *t, const struct as_learnt *learnt, struct as_buf *text)
{
    bool first = true;
    for (uint32_t i = 0; i < learnt->traits.n; i++) {
        const struct as_learnt_trait *trait = &learnt->traits.at[i];
        const struct as_weighed *weighed = &learnt->result.traits[i];
        if (weighed->bins.n > 0 && weighed->suspicious) {
            as_buf_printf(text,
                          "%s alone tells them apart suspiciously well (information %.2f, AUC %.2f): has it "
                          "seen the outcome?",
                          trait->source, weighed->information, weighed->auc);
            warn(t, text, &first);
        }
        if (trait->late > 0) {
            as_buf_printf(text,
                          "%s of %u was recorded after they became customers: what was known before counts",
                          trait->source, trait->late);
            warn(t, text, &first);
        }
    }
}

enum as_status as_print_learnt(const struct as_terminal *terminal, const struct as_learnt *learnt,
                               struct as_error *error)
{
    const struct as_terminal page = as_page(terminal), *t = &page;
    struct as_buf text = {0};
    char day[AS_TIME_TEXT];
    as_time_format(day, learnt->at);
    fprintf(t->out, "%s%s%s of %s, as of %.10s\n", as_style(t, AS_BOLD), learnt->contrast->name,
            as_style_end(t), learnt->pack->name, day);
    print_who(t, learnt, &text);
    print_verdict(t, learnt, &text);
    enum as_status status = print_traits(t, learnt, error);
    if (status == AS_OK)
        status = print_groups(t, &learnt->result, error);
    if (status == AS_OK)
        print_warnings(t, learnt, &text);
    as_buf_free(&text);
    return status;
}
