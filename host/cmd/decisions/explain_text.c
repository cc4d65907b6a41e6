/* Printing an explanation: from the verdict down to the facts, each line with where it comes from. */
#include "cmd/decisions/explain_text.h"
#include "cmd/decisions/explain_parts.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

#include "base/time.h"

#include <string.h>

static void heading(const struct as_terminal *t, const char *text)
{
    fprintf(t->out, "\n%s%s%s\n", as_style(t, AS_BOLD), text, as_style_end(t));
}

/* --- a model --- */

static void print_standing(const struct as_terminal *t, const struct as_explained_model *model,
                           const struct as_pack *pack)
{
    const struct as_standing *standing = &model->standing;
    const char *stage = as_stage_name((enum as_stage)standing->stage);
    char since[AS_WORDING];
    fprintf(t->out, "  %s%s%s", as_style(t, AS_BOLD), model->label, as_style_end(t));
    if (strcmp(stage, model->label) != 0)
        fprintf(t->out, " (%s)", stage);
    if (model->disqualifier != NULL)
        fprintf(t->out, ": %s", model->disqualifier);
    if (standing->entered != AS_TIME_NONE)
        fprintf(t->out, " since %s", as_instant_format(since, standing->entered));
    if (model->why != NULL &&
        strcmp(model->why, as_cause_name(AS_CAUSE_NONE)) != 0) /* else nothing moved it */
        fprintf(t->out, " by %s", model->why);
    if (model->cause != NULL)
        fprintf(t->out, ", %s", model->cause);
    if (model->grade[0] != '\0')
        fprintf(t->out, "   grade %s%s%s", as_style(t, AS_BOLD), model->grade, as_style_end(t));
    fputc('\n', t->out);
    if (model->before.at != AS_TIME_NONE)
        fprintf(t->out, "  %sBefore, decided %s: %s%s%s%s\n", as_style(t, AS_DIM),
                as_instant_format(since, model->before.at),
                as_pack_label(pack, (enum as_stage)model->before.stage),
                model->before.grade[0] == '\0' ? "" : ", grade ", model->before.grade, as_style_end(t));
    if (model->pending)
        fprintf(t->out, "  %sNot stored yet: the next run would decide so%s\n", as_style(t, AS_YELLOW),
                as_style_end(t));
    if (standing->attention)
        fprintf(t->out, "  %sA gate once passed fails now: look at this lead%s\n", as_style(t, AS_YELLOW),
                as_style_end(t));
    if (standing->blocked)
        fprintf(t->out, "  %sA disqualifier is unknown: no hand-off before it is settled%s\n",
                as_style(t, AS_YELLOW), as_style_end(t));
    if (model->waits)
        fprintf(t->out, "  %sNot handed over yet: waits until sales has room; the best go first%s\n",
                as_style(t, AS_YELLOW), as_style_end(t));
    if (standing->recycles > 0)
        fprintf(t->out, "  Went back to nurturing %u time%s\n", standing->recycles,
                standing->recycles == 1 ? "" : "s");
}

static enum as_status print_model(const struct as_terminal *t, const struct as_explanation *x,
                                  const struct as_explained_model *model, bool whole, struct as_error *error)
{
    char title[AS_MAX_NAME + 16];
    snprintf(title, sizeof title, "Model %s", model->model->name);
    heading(t, title);
    if (model->standing.outside) {
        fprintf(t->out, "  is not about this lead\n");
        return AS_OK;
    }
    print_standing(t, model, x->pack);
    for (uint32_t s = 0; s < model->scores.n; s++) {
        enum as_status status =
            as_explain_score_text(t, &model->scores.at[s], x->at, model->before.at, error);
        if (status != AS_OK)
            return status;
    }
    as_explain_gates_text(t, model, x->pack, x->at, whole);
    return AS_OK;
}

/* --- contact and account --- */

/* "placed there by R. Ito, 2 days ago: asked for numbers; the rules would have the lead in no track" */
static void print_word(const struct as_terminal *t, const struct as_explanation *x)
{
    const struct as_explained_word *word = &x->contact.word;
    struct as_buf line = {.p = NULL};
    char age[AS_WORDING];
    if (!word->said)
        return;
    if (word->kept_out)
        as_buf_text(&line, "kept out of tracks");
    else
        as_buf_printf(&line, "placed in \"%s\"", word->track);
    as_buf_printf(&line, " by %s, %s: %s", word->by != NULL ? word->by : "somebody",
                  as_ago_format(age, word->time, x->at), word->reason);
    if (word->waits)
        as_buf_text(&line, "; that waits until the stage is one that is nurtured");
    else if (word->by_rules != NULL)
        as_buf_printf(&line, "; the rules would have the lead in \"%s\"", word->by_rules);
    else
        as_buf_text(&line, "; the rules would have the lead in no track");
    fputs("  ", t->out);
    as_wrap_print(t, 2, 4, as_buf_c(&line));
    as_buf_free(&line);
}

static void print_contact(const struct as_terminal *t, const struct as_explanation *x)
{
    const struct as_explained_contact *c = &x->contact;
    char until[AS_WORDING];
    bool allowed = c->answer.denial == AS_CONTACT_ALLOWED;
    heading(t, "Contact today");
    struct as_buf why = {.p = NULL};
    as_buf_printf(&why, "by %s%s%s", c->channel, c->ask != NULL ? ", asking for " : "",
                  c->ask != NULL ? c->ask : "");
    if (c->questions > 0)
        as_buf_printf(&why, ", %u question%s", c->questions, c->questions == 1 ? "" : "s");
    as_buf_text(&why, ": ");
    fprintf(t->out, "  %s%s%s%s", as_buf_c(&why), as_style(t, allowed ? AS_GREEN : AS_RED),
            allowed ? "yes" : "no", as_style_end(t));
    int column = 2 + as_display_width(as_str_of(as_buf_c(&why))) + (allowed ? 3 : 2);
    as_buf_reset(&why);
    if (!allowed) {
        as_buf_printf(&why, ", %s: %s", as_denial_name(c->answer.denial), c->answer.reason);
        if (c->answer.until != AS_TIME_NONE)
            as_buf_printf(&why, "; from %s UTC on", as_instant_format(until, c->answer.until));
        if (c->denied_by != NULL && strcmp(c->denied_by, x->pack->name) != 0)
            as_buf_printf(&why, " (policy of pack %s)", c->denied_by);
        as_wrap_print(t, column, 4, as_buf_c(&why));
    } else {
        fputc('\n', t->out);
    }
    as_buf_free(&why);
    if (c->persona != NULL || c->phase != NULL || c->permission != NULL)
        fprintf(t->out, "  persona %s, buying phase %s, permission %s\n",
                c->persona != NULL ? c->persona : "none fits", c->phase != NULL ? c->phase : "unknown",
                c->permission != NULL ? c->permission : "not graded");
    if (c->has_policy && c->pressure.index > 0)
        fprintf(t->out, "  contact pressure %s%.1f%s of %.1f permitted\n",
                as_style(t, c->pressure.alarm ? AS_RED : AS_PLAIN), c->pressure.index, as_style_end(t),
                c->pressure.budget);
    if (c->arm == AS_ARM_HELD_OUT)
        fprintf(t->out,
                "  held out of programme \"%s\" until %s: in no track, so that what it does can be told\n",
                c->programme, as_day_format(until, as_day_of(c->until)));
    else if (c->track == NULL)
        fprintf(t->out, "  in no nurturing track\n");
    print_word(t, x);
    if (c->track == NULL)
        return;
    if (c->programme != NULL)
        fprintf(t->out, "  treated by programme \"%s\", which is on trial\n", c->programme);
    fprintf(t->out, "  track \"%s\", next step \"%s\": %s", c->track, c->step, c->what);
    if (c->due != AS_TIME_NONE)
        fprintf(t->out, ", due %s", as_since_format(until, c->due, x->at));
    fputc('\n', t->out);
}

static void print_account(const struct as_terminal *t, const struct as_explanation *x)
{
    const struct as_explained_account *a = &x->account;
    heading(t, "Account");
    if (a->id == 0) {
        fprintf(t->out, "  none is known; account facts are unknown for this lead\n");
        return;
    }
    fprintf(t->out, "  ");
    as_explain_put(t, AS_PLAIN, a->name != NULL ? a->name : "unnamed");
    if (a->matched_by != NULL) {
        fprintf(t->out, ", matched by ");
        as_explain_put(t, AS_PLAIN, a->matched_by);
    }
    fprintf(t->out, ", %u known %s\n", a->members, a->members == 1 ? "person" : "people");
    if (a->has_region)
        fprintf(t->out, "  region %s\n", as_region_name(a->region));
    if (a->template_ == NULL)
        return;
    fprintf(t->out, "  buying group for \"%s\" covered %.0f %%:", a->template_, a->coverage * 100);
    for (uint32_t r = 0; r < a->roles.n; r++) {
        const struct as_explained_role *role = &a->roles.at[r];
        bool missing = role->filled < role->needed;
        fprintf(t->out, "%s %s%s %u of %u%s", r == 0 ? "" : ",", as_style(t, missing ? AS_YELLOW : AS_PLAIN),
                role->role, role->filled, role->needed, as_style_end(t));
    }
    fputc('\n', t->out);
}

/* What is owed of the lead, and whether it was kept. */
static void print_owed(const struct as_terminal *t, const struct as_explanation *x)
{
    for (uint32_t i = 0; i < x->owed.list.n; i++) {
        const struct as_owed *one = &x->owed.list.at[i];
        char began[AS_WORDING], asked[AS_WORDING];
        struct as_buf text = {.p = NULL};
        as_instant_format(began, one->clock.began);
        if (one->offer != 0)
            as_buf_printf(&text, "Offered to %s %s; ", one->owner != NULL ? one->owner : "sales", began);
        else
            as_buf_printf(&text, "%s for %s since %s%s%s; ",
                          one->clock.stopped == AS_TIME_NONE ? "Waits" : "Waited",
                          one->owner != NULL ? one->owner : "an answer", began,
                          one->asked != one->clock.began ? ", asked " : "",
                          one->asked != one->clock.began ? as_instant_format(asked, one->asked) : "");
        as_owed_say(&text, one);
        as_wrap_print(t, 0, 2, as_buf_c(&text));
        as_buf_free(&text);
    }
}

static void print_head(const struct as_terminal *t, const struct as_explanation *x)
{
    char at[AS_WORDING], known[AS_WORDING];
    as_explain_put(t, AS_BOLD, x->lead);
    if (x->title != NULL) {
        fprintf(t->out, ", ");
        as_explain_put(t, AS_PLAIN, x->title);
    }
    if (x->account.name != NULL) {
        fprintf(t->out, ", ");
        as_explain_put(t, AS_PLAIN, x->account.name);
    }
    fprintf(t->out, "  (#%lld", (long long)x->lead_id);
    if (x->email != NULL) {
        fprintf(t->out, ", ");
        as_explain_put(t, AS_PLAIN, x->email);
    }
    fprintf(t->out, ")\n%sPack %s %.8s, as of %s UTC", as_style(t, AS_DIM), x->pack->name, x->pack->hash,
            as_instant_format(at, x->at));
    if (x->known_at != x->at)
        fprintf(t->out, ", by what was known at %s", as_instant_format(known, x->known_at));
    fprintf(t->out, "%s\n", as_style_end(t));
    fprintf(t->out, "Owner: ");
    as_explain_put(t, AS_PLAIN, x->owner != NULL ? x->owner : "nobody");
    if (x->owner_why != NULL) {
        fprintf(t->out, " (");
        as_explain_put(t, AS_PLAIN, x->owner_why);
        fprintf(t->out, ")");
    }
    fputc('\n', t->out);
    print_owed(t, x);
}

enum as_status as_print_explained_models(const struct as_terminal *terminal,
                                         const struct as_explanation *explanation, bool whole,
                                         struct as_error *error)
{
    const struct as_terminal page = as_page(terminal);
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < explanation->models.n && status == AS_OK; m++)
        status = print_model(&page, explanation, &explanation->models.at[m], whole, error);
    return status;
}

void as_print_explained_contact(const struct as_terminal *terminal, const struct as_explanation *explanation)
{
    const struct as_terminal page = as_page(terminal);
    print_contact(&page, explanation);
}

void as_print_explained_account(const struct as_terminal *terminal, const struct as_explanation *explanation)
{
    const struct as_terminal page = as_page(terminal);
    print_account(&page, explanation);
}

void as_print_explained_card(const struct as_terminal *terminal, const struct as_explanation *explanation)
{
    const struct as_terminal page = as_page(terminal), *t = &page;
    print_head(t, explanation);
    for (uint32_t m = 0; m < explanation->models.n; m++) {
        const struct as_explained_model *model = &explanation->models.at[m];
        char points[AS_WORDING];
        fprintf(t->out, "%s%s%s:%s", as_style(t, AS_BOLD), model->model->name, as_style_end(t),
                model->standing.outside ? " is not about this lead\n" : "");
        if (model->standing.outside)
            continue;
        fprintf(t->out, " %s%s%s", model->label, model->grade[0] != '\0' ? ", grade " : "", model->grade);
        for (uint32_t s = 0; s < model->scores.n; s++)
            fprintf(t->out, ", %s %s", model->scores.at[s].ledger.score->name,
                    as_points_format(points, model->scores.at[s].ledger.value, false));
        if (model->next != NULL)
            fprintf(t->out, "; next gate %s", model->next->name);
        fputc('\n', t->out);
    }
}

enum as_status as_print_explanation(const struct as_terminal *terminal,
                                    const struct as_explanation *explanation, struct as_error *error)
{
    const struct as_terminal page = as_page(terminal);
    print_head(&page, explanation);
    enum as_status status = as_print_explained_models(terminal, explanation, true, error);
    if (status != AS_OK)
        return status;
    print_contact(&page, explanation);
    print_account(&page, explanation);
    return AS_OK;
}
