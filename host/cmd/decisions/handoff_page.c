/* A package laid out for the person who takes the lead over: first what to do, then who and why, then
 * everything that happened. The same words in each form of a document. */
#include "cmd/decisions/handoff_page.h"

#include "base/time.h"
#include "cmd/decisions/explain_text.h"
#include "cmd/output/wording.h"

#include <inttypes.h>
#include <string.h>

/* Rows of a long list that a person reads; the JSON has all. */
enum { ROWS_SHOWN = 40 };

struct page {
    struct as_document *document;
    const struct as_package *package;
};

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "·";
}

static const char *title_of(const struct as_resource *resource, const char *otherwise)
{
    return resource != NULL && resource->title != NULL ? resource->title
           : resource != NULL                          ? resource->key
                                                       : otherwise;
}

static enum as_status print_table(struct page *page, struct as_table *table, enum as_status status,
                                  struct as_error *error)
{
    if (status == AS_OK)
        status = as_document_table(page->document, table, error);
    as_table_close(table);
    return status;
}

static void instant_cell(struct as_table *table, int64_t time)
{
    char text[AS_WORDING];
    as_table_text(table, time == AS_TIME_NONE ? "·" : as_instant_format(text, time));
}

static void say_left_out(struct page *page, uint32_t n)
{
    if (n > ROWS_SHOWN)
        as_document_printf(page->document, "and %u before these: --json has them all", n - ROWS_SHOWN);
}

/* --- the beginning --- */

static void print_head(struct page *page)
{
    struct as_document *d = page->document;
    const struct as_package *package = page->package;
    const struct as_explanation *e = &package->explanation;
    const struct as_explained_model *model = package->model;
    char when[AS_WORDING], since[AS_WORDING], who[512];
    snprintf(who, sizeof who, "%s%s%s%s%s", e->lead, e->title != NULL ? ", " : "",
             e->title != NULL ? e->title : "", e->account.name != NULL ? ", " : "",
             e->account.name != NULL ? e->account.name : "");
    as_document_begin(d, who);
    as_document_heading(d, 1, who);
    const char *stage = as_stage_name((enum as_stage)model->standing.stage);
    bool labelled = strcmp(stage, model->label) != 0;
    as_document_printf(
        d, "%s%s%s%s since %s%s%s, as of %s UTC", model->label, labelled ? " (" : "", labelled ? stage : "",
        labelled ? ")" : "", as_instant_format(since, model->standing.entered),
        model->grade[0] != '\0' ? ", grade " : "", model->grade, as_instant_format(when, e->at));
    as_document_printf(d, "%s%slead #%" PRId64 ", pack %s, model %s", e->email != NULL ? e->email : "",
                       e->email != NULL ? ", " : "", e->lead_id, e->pack->name, model->model->name);
    as_document_printf(d, "Owner: %s%s%s%s", e->owner != NULL ? e->owner : "nobody",
                       e->owner_why != NULL ? " (" : "", e->owner_why != NULL ? e->owner_why : "",
                       e->owner_why != NULL ? ")" : "");
    as_print_offers(d, package);
    for (uint32_t i = 0; i < package->meetings.n; i++)
        as_document_line(d, AS_PLAIN, package->meetings.at[i].said);
    for (uint32_t i = 0; i < package->warnings.n; i++) {
        char text[640];
        snprintf(text, sizeof text, "Look: %s", package->warnings.at[i].what);
        as_document_line(d, AS_YELLOW, text);
    }
}

static void print_next(struct page *page)
{
    struct as_document *d = page->document;
    const struct as_package *package = page->package;
    const struct as_explained_contact *contact = &package->explanation.contact;
    as_document_heading(d, 2, "What happened, what comes next");
    as_document_line(d, AS_PLAIN, package->happened);
    as_document_printf(d, "Persona %s, buying phase %s", or_dash(contact->persona),
                       as_phase_name(package->phase));
    as_document_printf(d, "Next question: %s",
                       package->next_ask != NULL ? package->next_ask : "none of the bank is open");
    if (package->insight != NULL)
        as_document_printf(d, "Bring: %s%s%s, which answers it%s%s", title_of(package->insight, ""),
                           package->insight->url != NULL ? ", " : "",
                           package->insight->url != NULL ? package->insight->url : "",
                           package->insight->source_type != NULL ? "; source: " : "",
                           package->insight->source_type != NULL ? package->insight->source_type : "");
    if (contact->answer.denial == AS_CONTACT_ALLOWED)
        as_document_printf(d, "May be contacted by %s today", contact->channel);
    else
        as_document_printf(d, "Not to be contacted by %s today: %s", contact->channel,
                           contact->answer.reason[0] != '\0' ? contact->answer.reason
                                                             : as_denial_name(contact->answer.denial));
    as_document_printf(d, "Proof points taken: %u", package->proof.n);
}

static enum as_status print_questions(struct page *page, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Phase", false, false},
                                                     {"Question", false, false},
                                                     {"Answer", false, true},
                                                     {"Content that answers it", false, true}};
    const struct as_package *package = page->package;
    struct as_table table;
    if (package->questions.n == 0)
        return AS_OK;
    as_document_heading(page->document, 2, "Questions of the buyer");
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < package->questions.n; i++) {
        const struct as_package_question *one = &package->questions.at[i];
        const char *value = one->answer != NULL ? one->answer->value : NULL;
        as_table_row(&table);
        as_table_text(&table, one->phase);
        as_table_style(&table, one == package->next ? AS_BOLD : AS_PLAIN, one->ask);
        if (value == NULL)
            as_table_style(&table, AS_YELLOW, "open");
        else
            as_table_printf(&table, "%s, %s", value, one->answer->source != NULL ? one->answer->source : "");
        if (value == NULL && one->resource == NULL && one->taken != NULL)
            as_table_printf(&table, "taken: %s", title_of(one->taken, ""));
        else
            as_table_text(&table, value != NULL ? "·" : title_of(one->resource, "nothing"));
    }
    return print_table(page, &table, AS_OK, error);
}

/* --- the gate and the score --- */

static enum as_status print_gate(struct page *page, const struct as_explained_gate *gate,
                                 struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Holds", false, false}, {"Criterion", false, false}, {"When", false, true}, {"Known", false, true}};
    struct as_table table;
    char title[160];
    snprintf(title, sizeof title, "Gate %s (%s)", gate->gate->name,
             as_pack_label(page->package->explanation.pack, gate->gate->stage));
    as_document_heading(page->document, 3, title);
    as_table_open(&table, columns, 4);
    for (uint32_t c = 0; c < gate->criteria.n; c++) {
        const struct as_explained_condition *one = &gate->criteria.at[c];
        struct as_buf known = {.p = NULL};
        for (uint32_t v = 0; v < one->values.list.n; v++) {
            const struct as_explained_value *value = &one->values.list.at[v];
            as_buf_printf(&known, "%s%s %s", v > 0 ? "; " : "", value->fact,
                          value->value != NULL              ? value->value
                          : value->manner == AS_MANNER_READ ? ""
                                                            : "unknown");
        }
        as_table_row(&table);
        as_table_style(&table, one->state == AS_YES ? AS_GREEN : AS_YELLOW, as_tri_say(one->state));
        as_table_text(&table, one->name);
        as_table_text(&table, one->said);
        as_table_text(&table, as_buf_c(&known));
        as_buf_free(&known);
    }
    enum as_status status = print_table(page, &table, AS_OK, error);
    if (status == AS_OK && gate->gate->has_contract) {
        struct as_buf text = {.p = NULL};
        as_explained_promises_say(&text, gate);
        as_document_printf(page->document, "Promised: %s", as_buf_c(&text));
        as_buf_free(&text);
    }
    return status;
}

static enum as_status print_gates(struct page *page, struct as_error *error)
{
    const struct as_package *package = page->package;
    enum as_status status = AS_OK;
    as_document_heading(page->document, 2, "What holds and what is unknown");
    if (package->gate != NULL)
        status = print_gate(page, package->gate, error);
    for (uint32_t g = 0; g < package->model->gates.n && status == AS_OK; g++)
        if (package->model->next != NULL && package->model->gates.at[g].gate == package->model->next)
            status = print_gate(page, &package->model->gates.at[g], error);
    return status;
}

static const char *entry_name(const struct as_entry *entry)
{
    switch (entry->kind) {
    case AS_ENTRY_RULE_CAP:
        return "cap of the rule";
    case AS_ENTRY_GROUP_CAP:
        return "cap of the group";
    case AS_ENTRY_CAP:
        return "cap of the score";
    case AS_ENTRY_FLOOR:
        return "floor of the score";
    default:
        return entry->rule->name;
    }
}

static enum as_status print_score(struct page *page, const struct as_explained_score *score,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Points", true, false}, {"For", false, false}, {"Because", false, true}};
    char points[AS_WORDING], title[160];
    struct as_table table;
    snprintf(title, sizeof title, "Score %s: %s", score->ledger.score->name,
             as_points_format(points, score->ledger.value, false));
    as_document_heading(page->document, 3, title);
    as_table_open(&table, columns, 3);
    for (uint32_t i = 0; i < score->entries.n; i++) {
        const struct as_explained_entry *one = &score->entries.at[i];
        struct as_buf why = {.p = NULL};
        if (one->counted != NULL)
            as_buf_text(&why, one->counted);
        for (uint32_t v = 0; v < one->values.list.n; v++)
            as_buf_printf(&why, "%s%s %s", why.n > 0 ? "; " : "", one->values.list.at[v].fact,
                          or_dash(one->values.list.at[v].value));
        if (one->entry->note != NULL)
            as_buf_printf(&why, "%s%s", why.n > 0 ? "; " : "", one->entry->note);
        as_table_row(&table);
        as_table_text(&table, as_points_format(points, one->entry->points, true));
        as_table_text(&table, entry_name(one->entry));
        as_table_text(&table, as_buf_c(&why));
        as_buf_free(&why);
    }
    return print_table(page, &table, AS_OK, error);
}

/* --- who --- */

static enum as_status print_people(struct page *page, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Person", false, true},
                                                     {"Title", false, true},
                                                     {"Role", false, false},
                                                     {"Stands at", false, false},
                                                     {"Last seen", false, false}};
    const struct as_explanation *e = &page->package->explanation;
    struct as_table table;
    as_document_heading(page->document, 2, "The buying group");
    if (e->account.id == 0) {
        as_document_line(page->document, AS_PLAIN, "No account is known.");
        return AS_OK;
    }
    as_document_printf(page->document, "%s, matched by %s, %u known %s", or_dash(e->account.name),
                       or_dash(e->account.matched_by), e->account.members,
                       e->account.members == 1 ? "person" : "people");
    for (uint32_t r = 0; r < e->account.roles.n; r++)
        if (e->account.roles.at[r].filled < e->account.roles.at[r].needed)
            as_document_printf(page->document, "missing: %s (%u of %u)", e->account.roles.at[r].role,
                               e->account.roles.at[r].filled, e->account.roles.at[r].needed);
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < e->people.n; i++) {
        const struct as_explained_person *person = &e->people.at[i];
        as_table_row(&table);
        as_table_text(&table, person->name);
        as_table_text(&table, or_dash(person->title));
        as_table_text(&table, or_dash(person->role));
        as_table_text(&table, or_dash(person->label));
        instant_cell(&table, person->last_seen);
    }
    return print_table(page, &table, AS_OK, error);
}

/* --- content --- */

static enum as_status print_plan(struct page *page, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Step", false, true}, {"What", false, true}, {"State", false, false}, {"Offered", false, false}};
    const struct as_package *package = page->package;
    enum as_status status = AS_OK;
    as_document_heading(page->document, 2, "Content plan");
    for (uint32_t t = 0; t < package->plan.n && status == AS_OK; t++) {
        const struct as_package_track *track = &package->plan.at[t];
        struct as_table table;
        char title[320];
        snprintf(
            title, sizeof title, "%s%s%s%s%s", track->track->name, track->track->phase != NULL ? ", " : "",
            track->track->phase != NULL ? track->track->phase : "", track->track->persona != NULL ? ", " : "",
            track->track->persona != NULL ? track->track->persona : "");
        as_document_heading(page->document, 3, title);
        as_table_open(&table, columns, 4);
        for (uint32_t s = 0; s < track->steps.n; s++) {
            const struct as_package_step *step = &track->steps.at[s];
            const char *what = step->step->task != NULL ? step->step->task : or_dash(step->step->content);
            as_table_row(&table);
            as_table_text(&table, step->step->name);
            as_table_text(&table, title_of(step->resource, what));
            as_table_style(&table, step->state == AS_STEP_NEXT ? AS_BOLD : AS_PLAIN,
                           as_step_state_name(step->state));
            instant_cell(&table, step->offered);
        }
        status = print_table(page, &table, AS_OK, error);
    }
    return status;
}

static enum as_status print_resources(struct page *page, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Resource", false, true},
                                                     {"Kind", false, false},
                                                     {"Phase", false, false},
                                                     {"Source", false, false},
                                                     {"Where", false, true}};
    const struct as_package *package = page->package;
    struct as_table table;
    as_document_heading(page->document, 2, "Content for the persona");
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < package->resources.n && i < ROWS_SHOWN; i++) {
        const struct as_resource *one = package->resources.at[i];
        as_table_row(&table);
        as_table_text(&table, title_of(one, ""));
        as_table_text(&table, or_dash(one->kind));
        as_table_text(&table, one->phase != NULL ? one->phase : "every");
        as_table_text(&table, or_dash(one->source_type));
        as_table_text(&table, one->url != NULL ? one->url : one->key);
    }
    return print_table(page, &table, AS_OK, error);
}

/* --- the history --- */

static enum as_status print_touches(struct page *page, bool by_person, bool answered, const char *title,
                                    const char *nothing, struct as_error *error)
{
    static const struct as_table_column offer_columns[] = {{"When", false, false},
                                                           {"By", false, false},
                                                           {"What", false, true},
                                                           {"Asks for", false, false},
                                                           {"Taken", false, false}};
    static const struct as_table_column talk_columns[] = {{"When", false, false},
                                                          {"By", false, false},
                                                          {"Who", false, false},
                                                          {"Outcome", false, true},
                                                          {"Summary", false, true}};
    const struct as_package *package = page->package;
    struct as_table table;
    uint32_t n = 0;
    as_document_heading(page->document, 3, title);
    as_table_open(&table, by_person ? talk_columns : offer_columns, 5);
    for (uint32_t i = 0; i < package->touches.n; i++) {
        const struct as_package_touch *touch = &package->touches.at[i];
        if (touch->by_person != by_person || (answered && touch->responded == AS_TIME_NONE))
            continue;
        n++;
        as_table_row(&table);
        instant_cell(&table, touch->time);
        as_table_text(&table, or_dash(touch->channel));
        if (by_person) {
            as_table_text(&table, or_dash(touch->user));
            as_table_text(&table, or_dash(touch->outcome));
            as_table_text(&table, or_dash(touch->summary != NULL ? touch->summary : touch->content));
        } else {
            as_table_text(&table, title_of(touch->resource, or_dash(touch->content)));
            as_table_text(&table, or_dash(touch->ask));
            instant_cell(&table, touch->responded);
        }
    }
    if (n == 0)
        as_document_line(page->document, AS_DIM, nothing);
    return print_table(page, &table, AS_OK, error);
}

static enum as_status print_events(struct page *page, bool pages, const char *title, const char *nothing,
                                   struct as_error *error)
{
    static const struct as_table_column columns[] = {{"When", false, false},
                                                     {"Activity", false, false},
                                                     {"What", false, true},
                                                     {"Catalogue", false, true}};
    const struct as_package *package = page->package;
    struct as_table table;
    uint32_t n = 0, all = 0;
    for (uint32_t i = 0; i < package->events.n; i++)
        all += pages ? package->events.at[i].page : package->events.at[i].consumed;
    as_document_heading(page->document, 3, title);
    as_table_open(&table, columns, pages ? 3 : 4);
    for (uint32_t i = 0; i < package->events.n; i++) {
        const struct as_package_event *event = &package->events.at[i];
        if (!(pages ? event->page : event->consumed) || n++ + ROWS_SHOWN < all)
            continue;
        as_table_row(&table);
        instant_cell(&table, event->time);
        as_table_text(&table, event->kind);
        as_table_text(&table, pages && event->url != NULL ? event->url
                              : event->title != NULL      ? event->title
                              : event->content != NULL    ? event->content
                                                          : or_dash(event->detail)); /* its campaign, say */
        if (!pages)
            as_table_style(&table, event->resource != NULL ? AS_PLAIN : AS_YELLOW,
                           title_of(event->resource, "not in the catalogue"));
    }
    if (all == 0)
        as_document_line(page->document, AS_DIM, nothing);
    say_left_out(page, all);
    return print_table(page, &table, AS_OK, error);
}

static enum as_status print_answers(struct page *page, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"When", false, false}, {"Question", false, true}, {"Answer", false, true}, {"By", false, false}};
    const struct as_package *package = page->package;
    struct as_table table;
    as_document_heading(page->document, 3, "What was answered");
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < package->answers.n; i++) {
        const struct as_package_answer *answer = &package->answers.at[i];
        char by[256];
        snprintf(by, sizeof by, "%s, %s%s%s", answer->voice, answer->manner, answer->user != NULL ? ", " : "",
                 answer->user != NULL ? answer->user : "");
        as_table_row(&table);
        instant_cell(&table, answer->time);
        as_table_text(&table, answer->ask != NULL ? answer->ask : answer->question);
        as_table_text(&table, answer->value != NULL ? answer->value : "taken back");
        as_table_text(&table, by);
    }
    if (package->answers.n == 0)
        as_document_line(page->document, AS_DIM, "Nothing was answered yet.");
    return print_table(page, &table, AS_OK, error);
}

static enum as_status print_history(struct page *page, struct as_error *error)
{
    as_document_heading(page->document, 2, "History");
    enum as_status status = print_touches(page, false, false, "Offers sent", "Nothing was offered.", error);
    if (status == AS_OK)
        status = print_touches(page, false, true, "Offers that the lead took", "None was taken.", error);
    if (status == AS_OK)
        status = print_events(page, true, "Pages viewed", "No page is on record.", error);
    if (status == AS_OK)
        status = print_events(page, false, "Content accessed", "No content was accessed.", error);
    if (status == AS_OK)
        status = print_touches(page, true, false, "Conversations", "Nobody of ours has talked to the lead.",
                               error);
    return status == AS_OK ? print_answers(page, error) : status;
}

enum as_status as_print_package(struct as_document *document, const struct as_package *package,
                                struct as_error *error)
{
    struct page page = {document, package};
    print_head(&page);
    print_next(&page);
    enum as_status status = print_questions(&page, error);
    if (status == AS_OK)
        status = print_people(&page, error);
    if (status == AS_OK)
        status = print_gates(&page, error);
    if (status == AS_OK)
        as_document_heading(document, 2, "Score");
    for (uint32_t s = 0; s < package->model->scores.n && status == AS_OK; s++)
        status = print_score(&page, &package->model->scores.at[s], error);
    if (status == AS_OK)
        status = print_plan(&page, error);
    if (status == AS_OK)
        status = print_resources(&page, error);
    if (status == AS_OK)
        status = print_history(&page, error);
    as_document_end(document);
    return status;
}
