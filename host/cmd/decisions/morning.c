/* Printing the summary of one pack's run. Counting was done by host/run; here only words, alignment and
 * colour. */
#include "cmd/decisions/morning.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

#include "base/time.h"

#include <inttypes.h>
#include <string.h>

static void heading(const struct as_terminal *t, const char *text)
{
    fprintf(t->out, "\n  %s%s%s\n", as_style(t, AS_BOLD), text, as_style_end(t));
}

static void print_head(const struct as_terminal *t, const struct as_summary *s)
{
    char at[AS_WORDING], leads[AS_COUNT_TEXT], accounts[AS_COUNT_TEXT];
    fprintf(t->out, "%s%s%s  ", as_style(t, AS_BOLD), s->pack->name, as_style_end(t));
    if (s->dry_run)
        fprintf(t->out, "dry run, nothing is written");
    else
        fprintf(t->out, "run %" PRId64, s->run);
    fprintf(t->out, "  as of %s UTC  %s lead%s, %s account%s  rules %.8s", as_instant_format(at, s->at),
            as_count_format(leads, s->leads), s->leads == 1 ? "" : "s",
            as_count_format(accounts, s->accounts), s->accounts == 1 ? "" : "s", s->pack->hash);
    if (s->first)
        fprintf(t->out, "  first run");
    else if (s->rules_changed)
        fprintf(t->out, "  %schanged since the last run%s", as_style(t, AS_YELLOW), as_style_end(t));
    if (s->baseline)
        fprintf(t->out, "  baseline, no effects");
    fputc('\n', t->out);
}

static void print_decided(const struct as_terminal *t, const struct as_summary *s)
{
    char decided[AS_COUNT_TEXT];
    if (s->whole != NULL)
        return;
    fprintf(t->out,
            "  %s%s decided anew, the others have no news; what holds leads up%s is from run %" PRId64 "%s\n",
            as_style(t, AS_DIM), as_count_format(decided, s->decided),
            s->pack->segment.declared  ? ", regions and pressure"
            : s->pack->policy.declared ? " and pressure"
                                       : "",
            s->looked_at, as_style_end(t));
}

static void print_agreement(const struct as_terminal *t, const struct as_summary *s)
{
    struct as_buf text = {.p = NULL};
    char day[AS_TIME_TEXT];
    if (!s->agreed.declared)
        return;
    heading(t, "Agreement");
    if (s->agreed.holds) {
        as_agreed_say_party(&text, &s->agreed, AS_MARKETING);
        as_buf_text(&text, ", ");
        as_agreed_say_party(&text, &s->agreed, AS_SALES);
        if (s->agreed.review_by != 0)
            as_buf_printf(&text, "; review by %s", as_day_format(day, s->agreed.review_by));
    } else {
        as_buf_text(&text, "does not hold: ");
        as_agreed_say(&text, &s->agreed);
    }
    const struct as_terminal page = as_page(t);
    fprintf(t->out, "    %s", as_style(t, s->agreed.holds ? AS_PLAIN : AS_YELLOW));
    as_wrap_print(&page, 4, 4, as_buf_c(&text));
    fputs(as_style_end(t), t->out);
    as_buf_free(&text);
}

static enum as_status print_feeds(const struct as_terminal *t, const struct as_summary *s,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {NULL, false, false}, {NULL, false, false}, {NULL, false, true}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    for (uint32_t f = 0; f < s->feeds.n; f++) {
        const struct as_feed_age *feed = &s->feeds.at[f];
        char age[AS_WORDING], limit[AS_WORDING];
        as_table_row(&table);
        as_table_text(&table, feed->feed);
        if (feed->state == AS_FEED_NEVER) {
            as_table_style(&table, AS_YELLOW, "never");
            as_table_text(&table, "what it would tell cannot be measured");
            continue;
        }
        as_table_printf(&table, "%s ago", as_age_format(age, s->at - feed->newest));
        if (feed->state == AS_FEED_STALE) {
            char text[160];
            snprintf(text, sizeof text,
                     "silent for longer than %s: what it tells is unknown, demotions are suspended",
                     as_age_format(limit, feed->fresh));
            as_table_style(&table, AS_YELLOW, text);
        }
    }
    heading(t, "Feeds, newest event");
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

/* Causes that moved somebody in this model, for the columns. */
static uint32_t causes_of(const struct as_model_summary *model, bool used[AS_MOVE_CAUSES])
{
    uint32_t n = 0;
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++) {
        used[cause] = false;
        for (int stage = 0; stage < AS_STAGE_COUNT; stage++)
            used[cause] |= model->into[stage][cause] > 0;
        n += used[cause];
    }
    return n;
}

static void count_cell(struct as_table *table, uint64_t n, enum as_style style)
{
    char text[AS_COUNT_TEXT];
    if (n == 0)
        as_table_style(table, AS_DIM, "·");
    else
        as_table_style(table, style, as_count_format(text, n));
}

static void stage_cell(struct as_table *table, const struct as_pack *pack, enum as_stage stage)
{
    const char *name = as_stage_name(stage), *label = as_pack_label(pack, stage);
    if (strcmp(name, label) == 0)
        as_table_text(table, name);
    else
        as_table_printf(table, "%s (%s)", label, name);
}

static enum as_status print_stages(const struct as_terminal *t, const struct as_summary *s,
                                   const struct as_model_summary *model, struct as_error *error)
{
    struct as_table_column columns[3 + AS_MOVE_CAUSES] = {
        {"Stage", false, false}, {"Leads", true, false}, {"Arrived", true, false}};
    bool used[AS_MOVE_CAUSES];
    uint32_t width = 3;
    causes_of(model, used);
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
        if (used[cause])
            columns[width++] =
                (struct as_table_column){as_move_cause_name((enum as_move_cause)cause), true, false};
    struct as_table table;
    as_table_open(&table, columns, width);
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++) {
        uint64_t arrived = 0;
        for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
            arrived += model->into[stage][cause];
        if (model->stages[stage] == 0 && arrived == 0)
            continue;
        as_table_row(&table);
        stage_cell(&table, s->pack, (enum as_stage)stage);
        count_cell(&table, model->stages[stage], AS_PLAIN);
        count_cell(&table, arrived, AS_BOLD);
        for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
            if (used[cause])
                count_cell(&table, model->into[stage][cause], AS_PLAIN);
    }
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

/* One axis: a line. */
static void print_grade_line(const struct as_terminal *t, const struct as_model_summary *model)
{
    char count[AS_COUNT_TEXT];
    fprintf(t->out, "    Grades  ");
    for (uint32_t g = 0; g < model->grades.n; g++)
        fprintf(t->out, "%s%s%s%s %s", g == 0 ? "" : "   ", as_style(t, AS_BOLD), model->grades.at[g].grade,
                as_style_end(t), as_count_format(count, model->grades.at[g].n));
    fputc('\n', t->out);
}

static const char *band_label(const struct as_grade_axis *axis, uint32_t band)
{
    return band < axis->bands.n ? axis->bands.at[band].label : axis->lowest;
}

/* Two axes: letters down, numbers across. */
static enum as_status print_grade_square(const struct as_terminal *t, const struct as_model_summary *model,
                                         struct as_error *error)
{
    const struct as_grade_axis *letters = &model->model->axes.at[0], *numbers = &model->model->axes.at[1];
    struct as_table_column columns[17] = {{"Grade", false, false}};
    uint32_t width = 1;
    for (uint32_t number = 0; number <= numbers->bands.n && width < 17; number++)
        columns[width++] = (struct as_table_column){band_label(numbers, number), true, false};
    struct as_table table;
    as_table_open(&table, columns, width);
    for (uint32_t letter = 0; letter <= letters->bands.n; letter++) {
        as_table_row(&table);
        as_table_style(&table, AS_BOLD, band_label(letters, letter));
        for (uint32_t number = 0; number + 1 < width; number++) {
            uint64_t n = 0;
            for (uint32_t g = 0; g < model->grades.n; g++)
                if (model->grades.at[g].code == 1 + letter * 16 + number)
                    n = model->grades.at[g].n;
            count_cell(&table, n, AS_PLAIN);
        }
    }
    fputc('\n', t->out);
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_grades(const struct as_terminal *t, const struct as_model_summary *model,
                                   struct as_error *error)
{
    if (model->grades.n == 0)
        return AS_OK;
    if (model->model->axes.n == 2)
        return print_grade_square(t, model, error);
    print_grade_line(t, model);
    return AS_OK;
}

static void print_notes(const struct as_terminal *t, const struct as_model_summary *model)
{
    char count[AS_COUNT_TEXT];
    uint64_t regraded = 0;
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
        regraded += model->regraded[cause];
    if (regraded > 0) {
        fprintf(t->out, "    %s got another grade in the same stage:", as_count_format(count, regraded));
        for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
            if (model->regraded[cause] > 0)
                fprintf(t->out, " %s by %s", as_count_format(count, model->regraded[cause]),
                        as_move_cause_name((enum as_move_cause)cause));
        fputc('\n', t->out);
    }
    if (model->stages[AS_STAGE_DISQUALIFIED] > 0) {
        fprintf(t->out, "    Disqualified for");
        bool first = true;
        for (uint32_t d = 0; d < model->model->disqualifiers.n; d++)
            if (model->disqualified[d] > 0) {
                fprintf(t->out, "%s %s %s", first ? "" : ",", model->model->disqualifiers.at[d].name,
                        as_count_format(count, model->disqualified[d]));
                first = false;
            }
        fprintf(t->out, "%s\n", first ? " a recorded reason" : "");
    }
    if (model->attention > 0)
        fprintf(t->out, "    %s%s passed a gate that they no longer pass: look at them%s\n",
                as_style(t, AS_YELLOW), as_count_format(count, model->attention), as_style_end(t));
    if (model->blocked > 0)
        fprintf(t->out, "    %s not handed over while a disqualifier is unknown%s%s\n",
                as_count_format(count, model->blocked), model->blocker > 0 ? ", mostly " : "",
                model->blocker > 0 ? model->model->disqualifiers.at[model->blocker - 1].name : "");
}

static enum as_status print_gates(const struct as_terminal *t, const struct as_model_summary *model,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Next gate", false, false},
                                                     {"Waiting", true, false},
                                                     {"Undecided", true, false},
                                                     {"Lacking", true, false},
                                                     {"the fact", false, true}};
    struct as_table table;
    as_table_open(&table, columns, 5);
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_gate_summary *gate = &model->gates.at[g];
        as_table_row(&table);
        as_table_text(&table, gate->gate->name);
        count_cell(&table, gate->waiting, AS_PLAIN);
        count_cell(&table, gate->undecided, AS_PLAIN);
        if (gate->fact == NULL)
            continue;
        count_cell(&table, gate->blocked, AS_YELLOW);
        as_table_text(&table, gate->fact);
        if (gate->ask == NULL)
            continue;
        as_table_row(&table);
        for (int blank = 0; blank < 4; blank++)
            as_table_text(&table, "");
        as_table_printf(&table, "ask: %s", gate->ask);
    }
    fputc('\n', t->out);
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_model(const struct as_terminal *t, const struct as_summary *s,
                                  const struct as_model_summary *model, struct as_error *error)
{
    char title[AS_MAX_NAME + 64], leads[AS_COUNT_TEXT];
    snprintf(title, sizeof title, "Model %s: %s lead%s", model->model->name,
             as_count_format(leads, model->leads), model->leads == 1 ? "" : "s");
    heading(t, title);
    enum as_status status = print_stages(t, s, model, error);
    if (status != AS_OK)
        return status;
    status = print_grades(t, model, error);
    if (status != AS_OK)
        return status;
    print_notes(t, model);
    return model->gates.n > 0 ? print_gates(t, model, error) : AS_OK;
}

static enum as_status print_moves(const struct as_terminal *t, const struct as_summary *s,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {NULL, false, true}, {NULL, false, false}, {NULL, false, false}, {NULL, false, false}};
    if (s->moves.n == 0)
        return AS_OK;
    uint64_t moved = 0;
    for (uint32_t m = 0; m < s->models.n; m++)
        moved += s->models.at[m].moved;
    struct as_table table;
    as_table_open(&table, columns, 4);
    for (uint32_t m = 0; m < s->moves.n; m++) {
        const struct as_move_line *move = &s->moves.at[m];
        as_table_row(&table);
        as_table_printf(&table, "%s%s%s", move->lead, move->account[0] != '\0' ? ", " : "", move->account);
        as_table_printf(&table, "%s → %s", as_pack_label(s->pack, (enum as_stage)move->from),
                        as_pack_label(s->pack, (enum as_stage)move->to));
        as_table_text(&table, move->because != NULL ? move->because : move->why);
        as_table_text(&table, as_move_cause_name((enum as_move_cause)move->cause));
    }
    char title[96], all[AS_COUNT_TEXT];
    if (moved > s->moves.n)
        snprintf(title, sizeof title, "Who moved (%u of %s; all: assay export moves)", s->moves.n,
                 as_count_format(all, moved));
    else
        snprintf(title, sizeof title, "Who moved");
    heading(t, title);
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static void print_nurturing(const struct as_terminal *t, const struct as_summary *s)
{
    char count[AS_COUNT_TEXT];
    if (s->pack->tracks.n == 0)
        return;
    heading(t, "Nurturing");
    fprintf(t->out, "    %s in a track; a step is due for", as_count_format(count, s->in_track));
    uint64_t due = 0;
    for (int d = 0; d < AS_DENIAL_COUNT; d++)
        due += s->denials[d];
    fprintf(t->out, " %s", as_count_format(count, due));
    if (due > 0)
        fprintf(t->out, ", of whom %s may be contacted today",
                as_count_format(count, s->denials[AS_CONTACT_ALLOWED] + s->denials[AS_DENIED_QUIET]));
    bool first = true;
    for (int d = AS_CONTACT_ALLOWED + 1; d < AS_DENIAL_COUNT; d++)
        if (d != AS_DENIED_QUIET && s->denials[d] > 0) {
            fprintf(t->out, "%s %s %s", first ? "; not:" : ",", as_denial_name((enum as_denial)d),
                    as_count_format(count, s->denials[d]));
            first = false;
        }
    fputc('\n', t->out);
    if (s->pressured > 0)
        fprintf(t->out, "    %s%s touched more than they have permitted: let them be%s\n",
                as_style(t, AS_YELLOW), as_count_format(count, s->pressured), as_style_end(t));
}

static void print_regions(const struct as_terminal *t, const struct as_summary *s)
{
    char count[AS_COUNT_TEXT];
    if (!s->pack->segment.declared)
        return;
    heading(t, "Accounts by region");
    for (int r = AS_REGION_ABM; r >= AS_REGION_INSUFFICIENT; r--)
        fprintf(t->out, "%s%s%s %s", r == AS_REGION_ABM ? "    " : ", ", as_region_name((enum as_region)r),
                r == AS_REGION_INSUFFICIENT ? " (value unknown)" : "", as_count_format(count, s->regions[r]));
    fputc('\n', t->out);
    if (as_regions_askew(s->regions))
        fprintf(t->out, "    %sfewer than half are targeted: look at the borders of the segment%s\n",
                as_style(t, AS_YELLOW), as_style_end(t));
}

static void print_effects(const struct as_terminal *t, const struct as_summary *s)
{
    char assign[AS_COUNT_TEXT], handoff[AS_COUNT_TEXT], task[AS_COUNT_TEXT], send[AS_COUNT_TEXT],
        told[AS_COUNT_TEXT], queued[AS_COUNT_TEXT], held[AS_COUNT_TEXT];
    heading(t, s->dry_run ? "Effects this run would make" : "Effects");
    fprintf(t->out, "    new: %s owner%s, %s hand-off%s, %s task%s, %s message%s",
            as_count_format(assign, s->made.assign), s->made.assign == 1 ? "" : "s",
            as_count_format(handoff, s->made.handoff), s->made.handoff == 1 ? "" : "s",
            as_count_format(task, s->made.task), s->made.task == 1 ? "" : "s",
            as_count_format(send, s->made.send), s->made.send == 1 ? "" : "s");
    if (s->made.told > 0)
        fprintf(t->out, ", %s told to other systems", as_count_format(told, s->made.told));
    fprintf(t->out, "    outbox: %s queued, %s held\n", as_count_format(queued, s->queued),
            as_count_format(held, s->held));
    if (s->made.unowned > 0) {
        char unowned[AS_COUNT_TEXT];
        fprintf(t->out,
                "    %s%s without an owner: whoever the routes lead to is absent, or has as many as they "
                "may%s\n",
                as_style(t, AS_YELLOW), as_count_format(unowned, s->made.unowned), as_style_end(t));
    }
    if (s->made.waiting > 0) {
        char waiting[AS_COUNT_TEXT];
        fprintf(t->out, "    %s%s to be handed over wait%s until sales has room; the best go first%s\n",
                as_style(t, AS_YELLOW), as_count_format(waiting, s->made.waiting),
                s->made.waiting == 1 ? "s" : "", as_style_end(t));
    }
    if (s->hold == AS_HOLD_NONE)
        return;
    fprintf(t->out, "    %sHeld: ", as_style(t, AS_YELLOW));
    if (s->hold == AS_HOLD_MOVES)
        fprintf(t->out, "%.1f %% of the leads moved, more than allowed.", s->moved_share * 100);
    else
        fprintf(t->out, "the first run of a pack moves everybody.");
    fprintf(t->out, " Nothing goes out until: assay run --approve%s\n", as_style_end(t));
}

static enum as_status print_past(const struct as_terminal *t, const struct as_summary *s,
                                 struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Run", true, false},   {"As of", false, false},  {"Leads", true, false}, {"Changed", true, false},
        {"Moved", true, false}, {"Effects", true, false}, {NULL, false, false}};
    if (s->past.n == 0)
        return AS_OK;
    struct as_table table;
    as_table_open(&table, columns, 7);
    for (uint32_t p = 0; p < s->past.n; p++) {
        const struct as_past_run *past = &s->past.at[p];
        char at[AS_WORDING];
        as_table_row(&table);
        as_table_printf(&table, "%" PRId64, past->id);
        as_table_text(&table, as_instant_format(at, past->at));
        count_cell(&table, past->leads, AS_PLAIN);
        count_cell(&table, past->changed, AS_PLAIN);
        count_cell(&table, past->moved, AS_PLAIN);
        count_cell(&table, past->made, AS_PLAIN);
        as_table_text(&table, past->baseline ? "baseline" : past->held ? "held" : "");
    }
    heading(t, "Runs before this one");
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

enum as_status as_print_morning(const struct as_terminal *terminal, const struct as_summary *summary,
                                struct as_error *error)
{
    const struct as_terminal page = as_page(terminal);
    terminal = &page;
    print_head(terminal, summary);
    print_decided(terminal, summary);
    print_agreement(terminal, summary);
    enum as_status status = print_feeds(terminal, summary, error);
    for (uint32_t m = 0; m < summary->models.n && status == AS_OK; m++)
        status = print_model(terminal, summary, &summary->models.at[m], error);
    if (status == AS_OK)
        status = print_moves(terminal, summary, error);
    if (status != AS_OK)
        return status;
    if (summary->owed.n > 0) {
        heading(terminal, "What sales owes");
        status = as_print_owed(terminal, summary, error);
        if (status != AS_OK)
            return status;
    }
    print_nurturing(terminal, summary);
    print_regions(terminal, summary);
    print_effects(terminal, summary);
    return print_past(terminal, summary, error);
}
