/* assay next: whom to contact today, with what, and why not the others. */
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"
#include "run/queue/queue.h"
#include "store/work/people.h"

#include "base/suggest.h"
#include "base/thread.h"
#include "base/time.h"

#include <string.h>
#include <strings.h>

/* Rows printed when nothing else is said: a morning's work for one person. */
enum { DEFAULT_LIMIT = 20 };
/* "100  " before each item. */
enum { INDENT = 5 };

/* "Jane Roe, Head of Operations, Acme" */
static void say_who(struct as_buf *out, const struct as_queue_item *item)
{
    as_buf_text(out, item->lead);
    if (item->title != NULL)
        as_buf_printf(out, ", %s", item->title);
    if (item->account != NULL)
        as_buf_printf(out, ", %s", item->account);
}

/* "answer the demo_request (call); raised 2 hours ago; from 08:00 UTC on; ask: …" */
static void say_what(struct as_buf *out, const struct as_queue_item *item, int64_t at)
{
    char age[AS_WORDING];
    as_buf_printf(out, "%s (%s)", item->what, item->channel);
    if (item->hand_raised)
        as_buf_printf(out, "; raised %s ago", as_age_format(age, at - item->hand_raised_at));
    if (item->due != AS_TIME_NONE)
        as_buf_printf(out, "; due %s", as_ago_format(age, item->due, at));
    if (item->owed != NULL) {
        as_buf_text(out, "; ");
        as_owed_say(out, item->owed);
    }
    if (item->contact.denial == AS_DENIED_QUIET) {
        struct as_civil until = as_civil_of(item->contact.until);
        as_buf_printf(out, "; from %02d:%02d UTC on", until.hour, until.minute);
    } else if (item->contact.denial != AS_CONTACT_ALLOWED) {
        as_buf_printf(out, "; %s: %s", as_denial_name(item->contact.denial), item->contact.reason);
        if (item->contact.until != AS_TIME_NONE)
            as_buf_printf(out, "; from %s on", as_instant_format(age, item->contact.until));
    }
    if (item->next_question != NULL)
        as_buf_printf(out, "; ask: %s", item->next_question);
}

/* Columns of the first line of an item; the words that say what to do take the whole page below it. */
struct layout {
    int who, stage, grade, interest, owner;
};

static int wider(int width, const char *text)
{
    int own = text == NULL ? 0 : as_display_width(as_str_of(text));
    return own > width ? own : width;
}

static struct layout lay_out(const struct as_terminal *t, const char *title,
                             const struct as_queue_item *items, uint32_t n)
{
    struct layout layout = {as_display_width(as_str_of(title)), 5, 5, 8, 5};
    for (uint32_t i = 0; i < n; i++) {
        struct as_buf who = {.p = NULL};
        say_who(&who, &items[i]);
        layout.who = wider(layout.who, as_buf_c(&who));
        layout.stage = wider(layout.stage, items[i].label);
        layout.owner = wider(layout.owner, items[i].owner);
        as_buf_free(&who);
    }
    int room = t->width - INDENT - layout.stage - layout.grade - layout.interest - layout.owner - 8;
    if (layout.who > room)
        layout.who = room < 30 ? 30 : room;
    return layout;
}

static void put_line(const struct as_terminal *t, const struct layout *layout, enum as_style style,
                     const char *const cells[5])
{
    as_cell_print(t, style, cells[0], layout->who, false);
    fputs("  ", t->out);
    as_cell_print(t, AS_PLAIN, cells[1], layout->stage, false);
    fputs("  ", t->out);
    as_cell_print(t, AS_PLAIN, cells[2], layout->grade, false);
    fputs("  ", t->out);
    as_cell_print(t, AS_PLAIN, cells[3], layout->interest, true);
    if (cells[4] != NULL) {
        fputs("  ", t->out);
        as_cell_print(t, AS_PLAIN, cells[4], as_display_width(as_str_of(cells[4])), false);
    }
    fputc('\n', t->out);
}

static void print_item(const struct as_terminal *t, const struct layout *layout,
                       const struct as_queue_item *item, uint32_t number, int64_t at)
{
    char points[AS_WORDING];
    struct as_buf who = {.p = NULL}, what = {.p = NULL};
    say_who(&who, item);
    say_what(&what, item, at);
    as_points_format(points, item->interest - item->interest % 100, false);
    const char *const cells[5] = {as_buf_c(&who), item->label, item->grade, points, item->owner};
    fprintf(t->out, "%*u  ", INDENT - 2, number);
    put_line(t, layout, AS_BOLD, cells);
    fprintf(t->out, "%*s", INDENT, "");
    as_wrap_print(t, INDENT, INDENT + 2, as_buf_c(&what));
    as_buf_free(&who);
    as_buf_free(&what);
}

static void print_items(const struct as_terminal *terminal, const char *title,
                        const struct as_queue_item *items, uint32_t n, int64_t at)
{
    const struct as_terminal page = as_page(terminal), *t = &page;
    const struct layout layout = lay_out(t, title, items, n);
    const char *const titles[5] = {title, "Stage", "Grade", "Interest", "Owner"};
    fprintf(t->out, "%*s", INDENT, "");
    put_line(t, &layout, AS_DIM, titles);
    for (uint32_t i = 0; i < n; i++)
        print_item(t, &layout, &items[i], i + 1, at);
}

/* "Ada, Acme; for Kim (manager); due yesterday; task 12" */
static void say_task(struct as_buf *out, const struct as_queue_task *task, int64_t at)
{
    char age[AS_WORDING];
    if (task->lead != NULL || task->account != NULL)
        as_buf_printf(out, "%s%s%s; ", task->lead != NULL ? task->lead : "",
                      task->lead != NULL && task->account != NULL ? ", " : "",
                      task->account != NULL ? task->account : "");
    if (task->owner != NULL && task->role != NULL)
        as_buf_printf(out, "for %s (%s); ", task->owner, task->role);
    else if (task->owner != NULL || task->role != NULL)
        as_buf_printf(out, "for %s; ", task->owner != NULL ? task->owner : task->role);
    if (task->due != AS_TIME_NONE)
        as_buf_printf(out, "due %s; ", as_ago_format(age, task->due, at));
    as_buf_printf(out, "task %lld", (long long)task->id);
}

static void print_tasks(const struct as_terminal *terminal, const struct as_queue *queue)
{
    const struct as_terminal page = as_page(terminal), *t = &page;
    fprintf(t->out, "%*s%sTasks%s\n", INDENT, "", as_style(t, AS_DIM), as_style_end(t));
    for (uint32_t i = 0; i < queue->tasks.n; i++) {
        struct as_buf about = {.p = NULL};
        say_task(&about, &queue->tasks.at[i], queue->at);
        fprintf(t->out, "%*u  ", INDENT - 2, i + 1);
        as_wrap_print(t, INDENT, INDENT + 2, queue->tasks.at[i].text);
        fprintf(t->out, "%*s", INDENT, "");
        as_wrap_print(t, INDENT, INDENT + 2, as_buf_c(&about));
        as_buf_free(&about);
    }
}

static void print_counts(const struct as_terminal *t, const struct as_queue *queue)
{
    char shown[AS_COUNT_TEXT], all[AS_COUNT_TEXT], at[AS_WORDING];
    uint64_t denied = 0;
    for (int d = AS_CONTACT_ALLOWED + 1; d < AS_DENIAL_COUNT; d++)
        denied += d == AS_DENIED_QUIET ? 0 : queue->denials[d];
    if (queue->items.n + queue->denied.n + queue->tasks.n > 0)
        fputc('\n', t->out);
    if (queue->allowed == 0)
        fprintf(t->out, "Nobody to contact as of %s UTC", as_instant_format(at, queue->at));
    else
        fprintf(t->out, "%s of %s to contact as of %s UTC", as_count_format(shown, queue->items.n),
                as_count_format(all, queue->allowed), as_instant_format(at, queue->at));
    if (denied > 0) {
        fprintf(t->out, "; not today %s:", as_count_format(all, denied));
        bool first = true;
        for (int d = AS_CONTACT_ALLOWED + 1; d < AS_DENIAL_COUNT; d++)
            if (d != AS_DENIED_QUIET && queue->denials[d] > 0) {
                fprintf(t->out, "%s %s %s", first ? "" : ",", as_denial_name((enum as_denial)d),
                        as_count_format(all, queue->denials[d]));
                first = false;
            }
        if (queue->denied.n == 0)
            fprintf(t->out, " (see --denied)");
    }
    if (queue->open_tasks > 0)
        fprintf(t->out, "; %s open task%s", as_count_format(all, queue->open_tasks),
                queue->open_tasks == 1 ? "" : "s");
    fputc('\n', t->out);
}

static enum as_status print(struct as_context *context, const struct as_queue *queue, struct as_error *error)
{
    if (context->json) {
        struct as_buf text = {.p = NULL};
        struct as_json json = {.out = &text};
        as_queue_json(&json, queue);
        enum as_status status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
        return status;
    }
    const struct as_terminal *t = &context->terminal;
    if (queue->items.n > 0)
        print_items(t, "Contact today", queue->items.at, queue->items.n, queue->at);
    if (queue->denied.n > 0) {
        if (queue->items.n > 0)
            fputc('\n', t->out);
        print_items(t, "Not today", queue->denied.at, queue->denied.n, queue->at);
    }
    if (queue->tasks.n > 0) {
        if (queue->items.n + queue->denied.n > 0)
            fputc('\n', t->out);
        print_tasks(t, queue);
    }
    if (!context->quiet)
        print_counts(t, queue);
    return AS_OK;
}

/* --pack must name one of the packs that decide. */
static enum as_status check_pack(const char *named, const struct as_run_pack *packs, uint32_t n,
                                 struct as_error *error)
{
    const char *names[AS_MAX_MODELS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (named == NULL || strcmp(named, packs[i].pack->name) == 0)
            return AS_OK;
        if (count < AS_MAX_MODELS)
            names[count++] = packs[i].pack->name;
    }
    const char *near = as_suggest(as_str_of(named), names, count);
    as_error_set(error, AS_ERR_MISSING, "pack \"%s\" has never run on this database", named);
    as_error_meant(error, near);
    return as_error_advise(error, "%s has", names[0]);
}

/* The user, or the manager of users, that --owner means: by name, or by how it begins where that fits one. */
struct owning {
    struct as_context *context;
    const char *words, *found, *names[256];
    size_t n;
    bool exact, several;
};

static enum as_status take_name(struct owning *owning, const char *said, struct as_error *error)
{
    const char *name = as_arena_copy(&owning->context->arena, said, strlen(said));
    if (name == NULL)
        return as_error_memory(error);
    if (owning->found != NULL && strcmp(owning->found, name) == 0)
        return AS_OK;
    bool exact = strcmp(name, owning->words) == 0;
    if (owning->n < sizeof owning->names / sizeof *owning->names)
        owning->names[owning->n++] = name;
    if (owning->exact || (!exact && strncasecmp(name, owning->words, strlen(owning->words)) != 0))
        return AS_OK;
    owning->several = !exact && owning->found != NULL;
    owning->found = name;
    owning->exact = exact;
    return AS_OK;
}

static enum as_status take_user(void *into, const struct as_user_row *user, struct as_error *error)
{
    struct owning *owning = into;
    enum as_status status = user->name != NULL ? take_name(owning, user->name, error) : AS_OK;
    return status == AS_OK && user->manager != NULL ? take_name(owning, user->manager, error) : status;
}

/* Who is no user may own leads all the same, by the CRM's word: only when nothing is theirs it was a slip. */
static enum as_status refuse_owner(const struct owning *owning, struct as_error *error)
{
    const char *near = as_suggest(as_str_of(owning->words), owning->names, owning->n);
    as_error_set(error, AS_ERR_MISSING,
                 owning->several ? "\"%.100s\" fits several users" : "there is no user \"%.100s\"",
                 owning->words);
    as_error_meant(error, near);
    return as_error_advise(error, "name one as `assay import users` does");
}

/* The roles that somebody has, that packs declare, or that their steps name. */
struct roles {
    struct as_context *context;
    const char *words, *names[256];
    size_t n;
    bool known;
};

static void add_role(struct roles *roles, const char *name)
{
    if (name == NULL)
        return;
    roles->known |= as_str_is_nocase(as_str_of(name), roles->words);
    if (roles->n < sizeof roles->names / sizeof *roles->names)
        roles->names[roles->n++] = name;
}

static enum as_status take_role(void *into, const struct as_user_row *user, struct as_error *error)
{
    struct roles *roles = into;
    const char *role = user->role;
    if (role != NULL && (role = as_arena_copy(&roles->context->arena, role, strlen(role))) == NULL)
        return as_error_memory(error);
    add_role(roles, role);
    return AS_OK;
}

/* A role that nobody has and no rule knows has no queue because it was a slip. */
static enum as_status refuse_role(struct as_context *context, const struct as_queue_request *request,
                                  struct as_error *error)
{
    struct roles roles = {.context = context, .words = request->role};
    enum as_status status = as_store_users(context->store, take_role, &roles, error);
    for (uint32_t p = 0; p < request->pack_count && status == AS_OK; p++) {
        const struct as_pack *pack = request->packs[p].pack;
        roles.known |= as_role_qualifies(pack, request->role);
        for (uint32_t i = 0; i < pack->roles.n; i++)
            add_role(&roles, pack->roles.at[i].name);
        for (uint32_t t = 0; t < pack->tracks.n; t++)
            for (uint32_t i = 0; i < pack->tracks.at[t]->steps.n; i++)
                add_role(&roles, pack->tracks.at[t]->steps.at[i].role);
    }
    if (status != AS_OK || roles.known)
        return status;
    const char *near = as_suggest(as_str_of(roles.words), roles.names, roles.n);
    as_error_set(error, AS_ERR_MISSING, "nobody has the role \"%.100s\", and no step is for it", roles.words);
    as_error_meant(error, near);
    return as_error_advise(error, "it is ldr, sdr, bdr, adr, isr, mdr, a role that `assay import users` "
                                  "gave, or one that a pack names");
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    unsigned threads = (unsigned)as_given_int(arguments, "jobs", as_processors());
    struct as_run_pack *packs = NULL;
    uint32_t limit = (uint32_t)as_given_int(arguments, "limit", DEFAULT_LIMIT);
    struct as_queue_request request = {
        .at = context->at,
        .threads = threads,
        .most = limit,
        .most_denied = as_given(arguments, "denied") ? limit : 0,
        .owner = as_given_text(arguments, "owner"),
        .role = as_given_text(arguments, "role"),
        .people_only = as_given(arguments, "people"),
    };
    enum as_status status = as_known_at(&request.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = as_choose_packs(&packs, &request.pack_count, NULL, context, (struct as_texts){NULL, 0},
                                 threads, error);
    request.pack = as_given_text(arguments, "pack");
    if (status == AS_OK)
        status = check_pack(request.pack, packs, request.pack_count, error);
    if (status != AS_OK)
        return status;
    request.schema = context->schema;
    request.packs = packs;
    struct as_queue queue;
    struct owning owning = {.context = context, .words = request.owner};
    if (request.owner != NULL)
        status = as_store_users(context->store, take_user, &owning, error);
    if (owning.found != NULL && !owning.several)
        request.owner = owning.found;
    if (status == AS_OK)
        status = as_queue_of(&queue, context->store, &request, error);
    if (status != AS_OK)
        return status;
    uint64_t all = queue.allowed + queue.open_tasks;
    for (int denial = 0; denial < AS_DENIAL_COUNT; denial++)
        all += queue.denials[denial];
    bool slip = owning.n > 0 && (owning.found == NULL || owning.several) && all == 0;
    if (slip)
        status = refuse_owner(&owning, error);
    else if (request.role != NULL && all == 0)
        status = refuse_role(context, &request, error);
    if (status == AS_OK)
        status = print(context, &queue, error);
    as_queue_free(&queue);
    return status;
}

const struct as_command as_command_next = {
    .name = "next",
    .group = AS_GROUP_DAY,
    .summary = "whom to contact today, with what, and why not the others",
    .text =
        "The leads that stand where a person calls, that raised a hand nobody answered, or whose next "
        "step in a track is due: furthest stage first, then an open hand-raise (where a service level runs, "
        "what is due first; then the newest), then interest. The contact policies of all packs that have run "
        "must allow the touch today; --denied "
        "lists those they deny, with the reason and from when on it would be allowed.\n\n"
        "Below stand the open tasks, but those of a track's step that is due, which are told with the lead: "
        "a manager's of a hand-off that nobody answered, those of a watch on words, of a stage or of an "
        "account plan. `assay record LEAD done NUMBER` ends one.\n\n"
        "--role ldr (or sdr, bdr, adr, isr, mdr, and what pack.lua says does qualification) is a queue of "
        "qualification work only: whom to call and ask, whom to arrange an appointment with, the role's own "
        "tasks; nobody whom sales has taken, and nothing that others do or the outbox sends.",
    .options =
        (const struct as_option[]){
            {.name = "pack",
             .kind = AS_OPTION_TEXT,
             .value = "PACK",
             .text = "only what this pack wants; all policies bind"},
            {.name = "limit",
             .letter = 'n',
             .kind = AS_OPTION_INT,
             .value = "N",
             .text = "so many leads, and so many tasks; else 20",
             .least = 1,
             .most = 1000000},
            {.name = "owner",
             .kind = AS_OPTION_TEXT,
             .value = "USER",
             .text = "only leads and tasks of this owner: a name, or how it begins"},
            {.name = "role",
             .kind = AS_OPTION_TEXT,
             .value = "ROLE",
             .text = "only this role's work: qualification for an ldr, else its tasks"},
            {.name = "people",
             .kind = AS_OPTION_FLAG,
             .text = "leave out messages that a track sends by itself"},
            {.name = "denied",
             .kind = AS_OPTION_FLAG,
             .text = "also list whom not to contact today, and why"},
            AS_OPTION_JOBS,
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples = (const char *const[]){"assay next --owner sam --limit 10",
                                      "assay next --denied  # why is nobody calling Jane?",
                                      "assay next --json", NULL},
    .run = run,
};
