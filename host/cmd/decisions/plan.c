/* assay plan: account plans, listed, shown, and made. */
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/wrap.h"
#include "run/accounts/accounts.h"
#include "store/facts/facts.h"

#include "base/thread.h"
#include "base/time.h"

#include <inttypes.h>
#include <string.h>

enum { DEFAULT_LIMIT = 20 };

/* Columns of the list, without that of the account's name. */
enum { REGION = 8, VALUE = 18, PEOPLE = 6, GROUP = 5, PLAYS = 5, PLAN = 9, GAPS = 12 };

static void put_line(const struct as_terminal *t, enum as_style style, const char *const cells[7])
{
    static const int widths[] = {0, REGION, VALUE, PEOPLE, GROUP, PLAYS};
    int name = t->width - REGION - VALUE - PEOPLE - GROUP - PLAYS - PLAN - GAPS;
    for (int c = 0; c < 7; c++) {
        int width = c == 0   ? (name < 20 ? 20 : name)
                    : c == 6 ? as_display_width(as_str_of(cells[c]))
                             : widths[c];
        fputs(c > 0 ? "  " : "", t->out);
        as_cell_print(t, c == 0 || style == AS_DIM ? style : AS_PLAIN, cells[c], width, c >= 2 && c <= 5);
    }
    fputc('\n', t->out);
}

/* What identifies the account, and whom nobody knows there yet. */
static void say_gaps(struct as_buf *out, const struct as_plan_view *view)
{
    bool first = true;
    as_buf_text(out, view->domain != NULL ? view->domain : "");
    for (uint32_t s = 0; s < view->seats.n; s++) {
        const struct as_seat *seat = &view->seats.at[s];
        if (seat->filled >= seat->needed)
            continue;
        as_buf_printf(out, "%s%s", first ? "; missing " : ", ", seat->role);
        if (seat->filled > 0)
            as_buf_printf(out, " (%u of %u)", seat->filled, seat->needed);
        first = false;
    }
    if (view->has_budget && view->spent > view->budget)
        as_buf_printf(out, "; spent %s of at most %s", view->spent_text, view->budget_text);
    if (view->faults.n > 0)
        as_buf_printf(out, "; %s", view->faults.at[0]);
}

static void print_account(const struct as_terminal *t, const struct as_plan_view *view)
{
    char people[16], group[16] = "", plays[16], plan[32];
    uint32_t open = 0;
    struct as_buf gaps = {.p = NULL};
    for (uint32_t p = 0; p < view->plays.n; p++)
        open += view->plays.at[p].state == AS_YES;
    snprintf(people, sizeof people, "%u", view->members);
    if (view->seats.n > 0)
        snprintf(group, sizeof group, "%.0f %%", view->coverage * 100);
    snprintf(plays, sizeof plays, "%u", open);
    if (view->plan_id != 0)
        snprintf(plan, sizeof plan, "#%" PRId64, view->plan_id);
    else
        snprintf(plan, sizeof plan, "%s", view->faults.n > 0 ? "not ready" : "none yet");
    const char *const cells[7] = {view->account != NULL ? view->account : "unnamed",
                                  as_region_name(view->region),
                                  view->value != NULL ? view->value : "unknown",
                                  people,
                                  group,
                                  plays,
                                  plan};
    put_line(t, AS_BOLD, cells);
    say_gaps(&gaps, view);
    if (gaps.n > 0) {
        fputs("  ", t->out);
        as_wrap_print(t, 2, 4, as_buf_c(&gaps));
    }
    as_buf_free(&gaps);
}

/* Whether account-based marketing is for this base: the first question before any plan. */
static void print_fit(const struct as_terminal *t, const struct as_plans *plans)
{
    char customers[AS_COUNT_TEXT], prospects[AS_COUNT_TEXT];
    uint64_t accounts = 0;
    for (int r = 0; r <= AS_REGION_ABM; r++)
        accounts += plans->regions[r];
    if (accounts == 0)
        return;
    if (plans->abm_customers + plans->abm_prospects == 0)
        fprintf(t->out,
                "account-based marketing does not fit: no customer is too big to lose, no prospect of "
                "exceptional value\n");
    else
        fprintf(
            t->out,
            "account-based marketing fits: %s too big to lose among customers, %s of exceptional value among "
            "prospects\n",
            as_count_format(customers, plans->abm_customers),
            as_count_format(prospects, plans->abm_prospects));
}

static void print_list(const struct as_terminal *terminal, const struct as_plans *plans)
{
    static const char *const titles[7] = {"Account", "Region", "Value", "People", "Group", "Plays", "Plan"};
    const struct as_terminal page = as_page(terminal), *t = &page;
    char shown[AS_COUNT_TEXT], all[AS_COUNT_TEXT];
    if (plans->views.n > 0)
        put_line(t, AS_DIM, titles);
    for (uint32_t i = 0; i < plans->views.n; i++)
        print_account(t, &plans->views.at[i]);
    if (t->quiet)
        return;
    fprintf(t->out, "%s%s of %s accounts with a plan or a template that fits; regions:",
            plans->views.n > 0 ? "\n" : "", as_count_format(shown, plans->views.n),
            as_count_format(all, plans->found));
    for (int r = AS_REGION_ABM; r >= AS_REGION_INSUFFICIENT; r--)
        fprintf(t->out, "%s %s %s", r == AS_REGION_ABM ? "" : ",", as_region_name((enum as_region)r),
                as_count_format(all, plans->regions[r]));
    fputc('\n', t->out);
    print_fit(t, plans);
    if (as_regions_askew(plans->regions))
        fprintf(t->out, "%sfewer than half are targeted: look at the borders of the segment%s\n",
                as_style(t, AS_YELLOW), as_style_end(t));
}

static enum as_status print_seats(const struct as_terminal *t, const struct as_plan_view *view,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {NULL, false, false}, {NULL, true, false}, {NULL, false, true}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    for (uint32_t s = 0; s < view->seats.n; s++) {
        const struct as_seat *seat = &view->seats.at[s];
        struct as_buf people = {.p = NULL};
        char count[32];
        for (uint32_t p = 0; p < seat->people.n && p < AS_MEMBERS_NAMED; p++)
            as_buf_printf(&people, "%s%s", p > 0 ? ", " : "", seat->people.at[p]);
        if (seat->people.n > AS_MEMBERS_NAMED)
            as_buf_printf(&people, " and %u more", seat->people.n - AS_MEMBERS_NAMED);
        as_table_row(&table);
        as_table_text(&table, seat->role);
        snprintf(count, sizeof count, "%u of %u", seat->filled, seat->needed);
        as_table_style(&table, seat->filled < seat->needed ? AS_YELLOW : AS_GREEN, count);
        as_table_text(&table, people.n > 0 ? as_buf_c(&people)
                                           : "nobody yet: ask the people you know for an introduction");
        as_buf_free(&people);
    }
    enum as_status status = as_table_print(&table, t, 4, error);
    as_table_close(&table);
    return status;
}

static void say_play(struct as_buf *out, const struct as_play *play)
{
    if (play->task != NULL)
        as_buf_printf(out, "task: %s", play->task);
    if (play->content != NULL)
        as_buf_printf(out, "%s%s: %s", play->task != NULL ? "; " : "",
                      play->unique ? "content for this account alone" : "content", play->content);
    if (play->role != NULL)
        as_buf_printf(out, ", for %s", play->role);
}

/* State and name, and beside the name what to do and when it is called for. */
static void print_plays(const struct as_terminal *t, const struct as_plan_view *view)
{
    static const char *const words[] = {
        [AS_NO] = "not needed", [AS_YES] = "open", [AS_UNKNOWN] = "unknown", [AS_UNMEASURABLE] = "no data"};
    int width = 0;
    for (uint32_t p = 0; p < view->plays.n; p++) {
        int own = as_display_width(as_str_of(view->plays.at[p].play->name));
        width = own > width ? own : width;
    }
    for (uint32_t p = 0; p < view->plays.n; p++) {
        const struct as_plan_step *step = &view->plays.at[p];
        const char *word = step->task_done ? "done" : words[step->state];
        enum as_style style = step->task_done || step->state == AS_NO ? AS_DIM
                              : step->state == AS_YES                 ? AS_GREEN
                                                                      : AS_YELLOW;
        int column = 4 + 10 + 2 + width + 2;
        char due[AS_TIME_TEXT];
        struct as_buf text = {.p = NULL};
        say_play(&text, step->play);
        if (step->due != AS_TIME_NONE)
            as_buf_printf(&text, ", due %s", as_day_format(due, as_day_of(step->due)));
        fprintf(t->out, "    %s%-10s%s  %s%s%s%*s  ", as_style(t, style), word, as_style_end(t),
                as_style(t, AS_BOLD), step->play->name, as_style_end(t),
                width - as_display_width(as_str_of(step->play->name)), "");
        as_wrap_print(t, column, column + 2, as_buf_c(&text));
        as_buf_reset(&text);
        as_buf_printf(&text, "%s%s", step->said != NULL ? "when " : "always",
                      step->said != NULL ? step->said : "");
        fprintf(t->out, "%*s%s", column, "", as_style(t, AS_DIM));
        as_wrap_print(t, column, column + 2, as_buf_c(&text));
        fprintf(t->out, "%s", as_style_end(t));
        as_buf_free(&text);
    }
}

/* "large account: true ABM, 33 % as others" */
static void print_variety(const struct as_terminal *t, const struct as_plan_view *view)
{
    static const char *const words[AS_VARIETIES] = {"", "large-account marketing", "named-account marketing",
                                                    "industry-account marketing", "customer marketing"};
    bool shared = view->alike > AS_PLANS_ALIKE;
    if (view->variety == AS_VARIETY_NONE)
        return;
    fprintf(t->out, "\n  Programme: %s, %s%s%s; %.0f %% of it is what others get", words[view->variety],
            as_style(t, view->variety == AS_VARIETY_LARGE_ACCOUNT && shared ? AS_YELLOW : AS_PLAIN),
            view->true_abm                                        ? "true ABM"
            : view->variety == AS_VARIETY_LARGE_ACCOUNT && shared ? "targeted, not ABM"
                                                                  : "not ABM in its first meaning",
            as_style_end(t), view->alike * 100);
}

static void print_head(const struct as_terminal *t, const struct as_plan_view *view)
{
    char day[AS_TIME_TEXT];
    struct as_buf name = {.p = NULL};
    as_display_text(&name, as_str_of(view->account != NULL ? view->account : "unnamed account"));
    fprintf(t->out, "%s%s%s", as_style(t, AS_BOLD), as_buf_c(&name), as_style_end(t));
    as_buf_free(&name);
    if (view->domain != NULL)
        fprintf(t->out, "  %s", view->domain);
    if (view->plan_id != 0)
        fprintf(t->out, "  plan #%" PRId64 " of %s, template \"%s\"", view->plan_id,
                as_day_format(day, as_day_of(view->created)), view->template_);
    else if (view->template_ != NULL)
        fprintf(t->out, "  no plan yet, template \"%s\" fits", view->template_);
    else
        fprintf(t->out, "  no plan, and no template fits");
    fprintf(t->out, "\n  Region %s", as_region_name(view->region));
    fprintf(t->out, ": value %s, diversity of needs %s", view->value != NULL ? view->value : "unknown",
            view->diversity != NULL ? view->diversity : "unknown");
    if (view->tier != NULL)
        fprintf(t->out, ", tier %s", view->tier);
    print_variety(t, view);
    fprintf(t->out, "\n  Owners: marketing %s, sales %s",
            view->marketing_owner != NULL ? view->marketing_owner : "nobody",
            view->sales_owner != NULL ? view->sales_owner : "nobody");
    if (view->has_budget)
        fprintf(t->out, "   Budget at most %s", view->budget_text);
    if (view->spent_text != NULL)
        fprintf(t->out, "\n  %sSpent %s%s%s", view->spent > view->budget ? as_style(t, AS_YELLOW) : "",
                view->spent_text, view->spent > view->budget ? ": more than this account may cost" : "",
                view->spent > view->budget ? as_style_end(t) : "");
    fprintf(t->out, "\n  %u known %s", view->members, view->members == 1 ? "person" : "people");
    bool first = true;
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++)
        if (view->stages[stage] > 0) {
            fprintf(t->out, "%s %" PRIu64 " %s", first ? ":" : ",", view->stages[stage],
                    as_stage_name((enum as_stage)stage));
            first = false;
        }
    fputc('\n', t->out);
}

static enum as_status print_one(const struct as_terminal *terminal, const struct as_plan_view *view,
                                struct as_error *error)
{
    const struct as_terminal page = as_page(terminal), *t = &page;
    print_head(t, view);
    enum as_status status = AS_OK;
    if (view->seats.n > 0) {
        fprintf(t->out, "\n  %sBuying group, covered %.0f %%%s\n", as_style(t, AS_BOLD), view->coverage * 100,
                as_style_end(t));
        status = print_seats(t, view, error);
    }
    if (status == AS_OK && view->plays.n > 0) {
        fprintf(t->out, "\n  %sPlays%s\n", as_style(t, AS_BOLD), as_style_end(t));
        print_plays(t, view);
    }
    if (status != AS_OK)
        return status;
    for (uint32_t i = 0; i < view->faults.n; i++)
        fprintf(t->out, "%s  %sNot ready: %s%s\n", i == 0 ? "\n" : "", as_style(t, AS_YELLOW),
                view->faults.at[i], as_style_end(t));
    if (view->plan_id == 0 && view->template_ != NULL && view->faults.n == 0)
        fprintf(t->out, "\n  Make it with: assay plan new %s\n",
                view->domain != NULL ? view->domain : view->account);
    return AS_OK;
}

static enum as_status print(struct as_context *context, const struct as_plans *plans, bool one,
                            struct as_error *error)
{
    if (context->json) {
        struct as_buf text = {.p = NULL};
        struct as_json json = {.out = &text};
        as_plans_json(&json, plans);
        enum as_status status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
        return status;
    }
    if (one)
        return print_one(&context->terminal, &plans->views.at[0], error);
    print_list(&context->terminal, plans);
    return AS_OK;
}

/* The pack named; else the first that has run and has account plans. */
static enum as_status choose(struct as_run_pack *out, struct as_context *context,
                             const struct as_arguments *arguments, unsigned threads, struct as_error *error)
{
    const char *named = as_given_text(arguments, "pack");
    struct as_run_pack *packs;
    uint32_t n;
    enum as_status status =
        as_choose_packs(&packs, &n, NULL, context, (struct as_texts){&named, named != NULL}, threads, error);
    if (status != AS_OK)
        return status;
    for (uint32_t i = 0; i < n; i++)
        if (packs[i].pack->templates.n > 0 || packs[i].pack->segment.declared) {
            *out = packs[i];
            return AS_OK;
        }
    if (named != NULL)
        as_error_set(error, AS_ERR_MISSING, "pack %s declares no account plans", named);
    else
        as_error_set(error, AS_ERR_MISSING, "no pack that has run declares account plans");
    return as_error_advise(error, "declare abm.segment and abm.template in it, or name another with --pack");
}

static enum as_status show(struct as_context *context, const struct as_plans_request *request,
                           struct as_error *error)
{
    struct as_plans plans;
    enum as_status status = as_plans_of(&plans, context->store, request, error);
    if (status != AS_OK)
        return status;
    status = print(context, &plans, request->account_id != 0, error);
    as_plans_free(&plans);
    return status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    unsigned threads = as_processors();
    struct as_texts words = as_given_texts(arguments, "ACCOUNT");
    bool make = words.n > 0 && strcmp(words.at[0], "new") == 0;
    const char *account = words.n > (uint32_t)make ? words.at[make] : NULL;
    if ((make && account == NULL) || words.n > (make ? 2u : 1u)) {
        as_error_set(error, AS_ERR_USAGE,
                     account == NULL ? "plan new needs an ACCOUNT"
                                     : "one account at a time: a plan belongs to one account");
        return as_error_advise(error,
                               "for example: assay plan new acme.example, then assay plan acme.example");
    }
    struct as_run_pack pack;
    struct as_plans_request request = {
        .pack = &pack, .at = context->at, .now = context->now, .threads = threads};
    if (account == NULL)
        request.most = (uint32_t)as_given_int(arguments, "limit", DEFAULT_LIMIT);
    enum as_status status = as_known_at(&request.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, make ? AS_STORE_WRITE : AS_STORE_READ, error);
    if (status == AS_OK)
        status = choose(&pack, context, arguments, threads, error);
    if (status == AS_OK && account != NULL)
        status = as_store_find_account(&request.account_id, context->store, account, error);
    if (status != AS_OK)
        return status;
    request.schema = context->schema;
    int64_t plan_id;
    if (make)
        status = as_plan_create(&plan_id, context->store, &request, error);
    return status == AS_OK ? show(context, &request, error) : status;
}

const struct as_command as_command_plan = {
    .name = "plan",
    .group = AS_GROUP_DAY,
    .summary = "account plans: which accounts, who is missing, which plays are open; make one",
    .text = "Without ACCOUNT: the accounts that have a plan or that a template fits, plans first, then by "
            "region. With ACCOUNT: its region, buying group, plays, tasks and budget. With new ACCOUNT: "
            "makes its plan from the template, with a task for every open play.\n\n"
            "A plan belongs to one account and needs an owner in marketing, one in sales, a task for a "
            "person and content made for this account alone. Tasks of people are done by people: no run ever "
            "closes one.",
    .positionals =
        (const struct as_positional[]){
            {.name = "ACCOUNT",
             .text = "domain, external id, #12, or name; before it new makes the plan",
             .optional = true,
             .repeats = true},
            {0}},
    .options =
        (const struct as_option[]){{.name = "pack",
                                    .kind = AS_OPTION_TEXT,
                                    .value = "PACK",
                                    .text = "a folder with a pack.lua, or the name of a pack that has run"},
                                   {.name = "limit",
                                    .letter = 'n',
                                    .kind = AS_OPTION_INT,
                                    .value = "N",
                                    .text = "list so many accounts; else 20",
                                    .least = 1,
                                    .most = 1000000},
                                   AS_OPTION_KNOWN_AT,
                                   {0}},
    .examples =
        (const char *const[]){"assay plan", "assay plan acme.example", "assay plan new acme.example", NULL},
    .run = run,
};
