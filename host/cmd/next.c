/* assay next: whom to contact today, with what, and why not the others. */
#include "cmd/commands.h"
#include "cmd/pack_choice.h"
#include "cmd/wording.h"
#include "run/queue.h"

#include "base/thread.h"
#include "base/time.h"

#include <string.h>

/* Rows printed when nothing else is said: a morning's work for one person. */
enum { DEFAULT_LIMIT = 20 };

static void name_cells(struct as_table *table, const struct as_queue_item *item)
{
    as_table_text(table, item->lead);
    if (item->title != NULL && item->account != NULL)
        as_table_printf(table, "%s, %s", item->title, item->account);
    else
        as_table_text(table, item->account != NULL ? item->account : item->title);
}

static void stage_cells(struct as_table *table, const struct as_queue_item *item)
{
    char points[AS_WORDING];
    as_table_text(table, item->label);
    as_table_text(table, item->grade);
    as_table_text(table, as_points_format(points, item->interest - item->interest % 100, false));
}

enum { WHY_TEXT = AS_WORDING * 3 };

static const char *why_now(char out[WHY_TEXT], const struct as_queue_item *item, int64_t at)
{
    char age[AS_WORDING], from[AS_WORDING] = "";
    if (item->contact.denial == AS_DENIED_QUIET) {
        struct as_civil until = as_civil_of(item->contact.until);
        snprintf(from, sizeof from, ", from %02d:%02d UTC on", until.hour, until.minute);
    }
    if (item->hand_raised)
        snprintf(out, WHY_TEXT, "%s %s ago%s", item->hand_raise,
                 as_age_format(age, at - item->hand_raised_at), from);
    else if (item->due != AS_TIME_NONE)
        snprintf(out, WHY_TEXT, "due %s%s", as_since_format(age, item->due, at), from);
    else
        snprintf(out, WHY_TEXT, "%s", from[0] != '\0' ? from + 2 : "");
    return out;
}

static enum as_status print_queue(const struct as_terminal *t, const struct as_queue *queue,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"#", true, false},      {"Lead", false, true},     {"Who", false, true}, {"Stage", false, false},
        {"Grade", false, false}, {"Interest", true, false}, {"Do", false, true},  {"Why now", false, true},
        {"Ask", false, true},    {"Owner", false, true}};
    struct as_table table;
    as_table_open(&table, columns, 10);
    for (uint32_t i = 0; i < queue->items.n; i++) {
        const struct as_queue_item *item = &queue->items.at[i];
        char why[WHY_TEXT];
        as_table_row(&table);
        as_table_printf(&table, "%u", i + 1);
        name_cells(&table, item);
        stage_cells(&table, item);
        if (strcmp(item->channel, "call") == 0)
            as_table_style(&table, AS_BOLD, item->what);
        else
            as_table_printf(&table, "%s (%s)", item->what, item->channel);
        as_table_text(&table, why_now(why, item, queue->at));
        as_table_text(&table, item->next_question);
        as_table_text(&table, item->owner);
    }
    enum as_status status = as_table_print(&table, t, 0, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_denied(const struct as_terminal *t, const struct as_queue *queue,
                                   struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Not today", false, true}, {"Who", false, true},
                                                     {"Stage", false, false},    {"Grade", false, false},
                                                     {"Interest", true, false},  {"Wanted", false, true},
                                                     {"Why not", false, true},   {"From", false, false}};
    if (queue->denied.n == 0)
        return AS_OK;
    struct as_table table;
    as_table_open(&table, columns, 8);
    for (uint32_t i = 0; i < queue->denied.n; i++) {
        const struct as_queue_item *item = &queue->denied.at[i];
        char from[AS_WORDING];
        as_table_row(&table);
        name_cells(&table, item);
        stage_cells(&table, item);
        as_table_printf(&table, "%s (%s)", item->what, item->channel);
        as_table_printf(&table, "%s: %s", as_denial_name(item->contact.denial), item->contact.reason);
        as_table_text(&table, item->contact.until == AS_TIME_NONE
                                  ? "never by time"
                                  : as_instant_format(from, item->contact.until));
    }
    fputc('\n', t->out);
    enum as_status status = as_table_print(&table, t, 0, error);
    as_table_close(&table);
    return status;
}

static void print_counts(const struct as_terminal *t, const struct as_queue *queue)
{
    char shown[AS_COUNT_TEXT], all[AS_COUNT_TEXT], at[AS_WORDING];
    uint64_t denied = 0;
    for (int d = AS_CONTACT_ALLOWED + 1; d < AS_DENIAL_COUNT; d++)
        denied += d == AS_DENIED_QUIET ? 0 : queue->denials[d];
    fprintf(t->out, "\n%s of %s to contact as of %s UTC", as_count_format(shown, queue->items.n),
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
    enum as_status status = AS_OK;
    if (queue->items.n > 0)
        status = print_queue(&context->terminal, queue, error);
    if (status == AS_OK)
        status = print_denied(&context->terminal, queue, error);
    if (status == AS_OK && !context->quiet)
        print_counts(&context->terminal, queue);
    return status;
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
    return as_error_advise(error, near != NULL ? "did you mean %s?" : "%s has",
                           near != NULL ? near : names[0]);
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
    status = as_queue_of(&queue, context->store, &request, error);
    if (status != AS_OK)
        return status;
    status = print(context, &queue, error);
    as_queue_free(&queue);
    return status;
}

const struct as_command as_command_next = {
    .name = "next",
    .group = AS_GROUP_DAY,
    .summary = "whom to contact today, with what, and why not the others",
    .text = "The leads that stand where a person calls, that raised a hand nobody answered, or whose next "
            "step in a track is "
            "due: furthest stage first, then an open hand-raise (the one that waits longest first), then "
            "interest. The contact "
            "policies of all packs that have run must allow the touch today; --denied lists those they deny, "
            "with the reason "
            "and from when on it would be allowed.",
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
             .text = "so many leads; else 20",
             .least = 1,
             .most = 1000000},
            {.name = "owner", .kind = AS_OPTION_TEXT, .value = "USER", .text = "only leads of this owner"},
            {.name = "role", .kind = AS_OPTION_TEXT, .value = "ROLE", .text = "only tasks of this role"},
            {.name = "people",
             .kind = AS_OPTION_FLAG,
             .text = "leave out messages that a track sends by itself"},
            {.name = "denied",
             .kind = AS_OPTION_FLAG,
             .text = "also list whom not to contact today, and why"},
            {.name = "jobs",
             .letter = 'j',
             .kind = AS_OPTION_INT,
             .value = "N",
             .text = "threads; else one per processor",
             .least = 1,
             .most = AS_MAX_THREADS},
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples = (const char *const[]){"assay next --owner sam --limit 10",
                                      "assay next --denied  # why is nobody calling Jane?",
                                      "assay next --json", NULL},
    .run = run,
};
