/* Advice: where the buyer stands with the questions of the phase, what to ask and to bring next, what
 * happened in short; and what is missing in a package that somebody would rely on. */
#include "run/handoff/packing.h"

#include "base/time.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- questions --- */

static const struct as_explained_value *answer_to(const struct as_package *package, uint32_t field)
{
    for (uint32_t i = 0; i < package->explanation.answers.n; i++)
        if (package->explanation.answers.at[i].field == field)
            return &package->explanation.answers.at[i].value;
    return NULL;
}

static bool was_taken(const struct as_package *package, const struct as_resource *resource)
{
    for (uint32_t i = 0; i < package->events.n; i++)
        if (package->events.at[i].consumed && package->events.at[i].resource == resource)
            return true;
    return false;
}

static bool was_offered(const struct as_package *package, const struct as_resource *resource)
{
    for (uint32_t i = 0; i < package->touches.n; i++)
        if (package->touches.at[i].resource == resource)
            return true;
    return false;
}

/* Content that answers the question for the persona and that the lead does not have yet: what was not offered
 * first, then by trust, then by key. *taken gets what the lead has of it. */
static const struct as_resource *best_for(const struct as_resource **taken, const struct as_package *package,
                                          const char *question, enum as_phase phase)
{
    const struct as_resource *best = NULL;
    for (uint32_t i = 0; i < package->resources.n; i++) {
        const struct as_resource *one = package->resources.at[i];
        if (!as_listed(one->answers, question) || !as_resource_in_phase(one, phase))
            continue;
        if (was_taken(package, one)) {
            *taken = *taken == NULL ? one : *taken;
            continue;
        }
        if (best == NULL)
            best = one;
        bool offered = was_offered(package, one), best_offered = was_offered(package, best);
        if (offered != best_offered ? !offered : one->trust != best->trust ? one->trust < best->trust : false)
            best = one;
    }
    return best;
}

static bool asks(const struct as_question_set *set, const struct as_package *package, const char *phase)
{
    const char *persona = package->explanation.contact.persona, *product = package->model->model->product;
    return strcmp(set->phase, phase) == 0 &&
           (set->persona == NULL || (persona != NULL && strcmp(set->persona, persona) == 0)) &&
           (set->product == NULL || product == NULL || strcmp(set->product, product) == 0);
}

/* A question that stands in two sets is asked where it comes first. */
static bool is_there(const struct as_package *package, const char *name)
{
    for (uint32_t i = 0; i < package->questions.n; i++)
        if (strcmp(package->questions.at[i].name, name) == 0)
            return true;
    return false;
}

static enum as_status gather_questions(struct as_packing *p, struct as_error *error)
{
    struct as_package *out = p->out;
    const struct as_pack *pack = out->explanation.pack;
    for (int phase = AS_PHASE_DISCOVERY; phase <= AS_PHASE_DECISION; phase++)
        for (uint32_t s = 0; s < pack->questions.n; s++) {
            const struct as_question_set *set = &pack->questions.at[s];
            if (!asks(set, out, as_phase_name((enum as_phase)phase)))
                continue;
            for (uint32_t i = 0; i < set->asks.n; i++) {
                const struct as_field *field = p->request->schema->fields.at[set->asks.at[i]];
                struct as_package_question question = {.name = field->name,
                                                       .ask = field->ask,
                                                       .phase = set->phase,
                                                       .product = set->product,
                                                       .answer = answer_to(out, set->asks.at[i])};
                if (is_there(out, field->name))
                    continue;
                question.resource = best_for(&question.taken, out, field->name, (enum as_phase)phase);
                if (!as_list_push(&out->explanation.arena, &out->questions, question))
                    return as_error_memory(error);
            }
        }
    return AS_OK;
}

static void choose_next(struct as_package *out)
{
    for (int phase = out->phase; phase <= AS_PHASE_DECISION && out->next == NULL; phase++)
        for (uint32_t i = 0; i < out->questions.n && out->next == NULL; i++) {
            const struct as_package_question *one = &out->questions.at[i];
            bool open = one->answer == NULL || one->answer->value == NULL;
            if (open && strcmp(one->phase, as_phase_name((enum as_phase)phase)) == 0)
                out->next = one;
        }
    if (out->next != NULL) {
        out->next_ask = out->next->ask;
        out->insight = out->next->resource;
        return;
    }
    for (uint32_t i = 0; i < out->model->missing.n && out->next_ask == NULL; i++)
        out->next_ask = out->model->missing.at[i].ask;
}

/* --- in short --- */

static void say_day(struct as_buf *text, int64_t time)
{
    char day[AS_TIME_TEXT];
    as_buf_text(text, as_day_format(day, as_day_of(time)));
}

static const char *name_of(const struct as_package_event *event)
{
    return event->resource != NULL && event->resource->title != NULL ? event->resource->title
           : event->title != NULL                                    ? event->title
           : event->content != NULL                                  ? event->content
                                                                     : NULL;
}

static enum as_status say_happened(struct as_packing *p, struct as_error *error)
{
    struct as_package *out = p->out;
    const struct as_package_event *first = NULL, *last = NULL;
    uint32_t seen = 0, days = 0, offers = 0, responses = 0, talks = 0;
    int64_t day = AS_TIME_NONE;
    for (uint32_t i = 0; i < out->events.n; i++) {
        const struct as_package_event *event = &out->events.at[i];
        if (strcmp(event->actor, "buyer") != 0)
            continue;
        first = first == NULL ? event : first;
        last = event;
        seen++;
        days += as_day_of(event->time) != day;
        day = as_day_of(event->time);
    }
    for (uint32_t i = 0; i < out->touches.n; i++) {
        talks += out->touches.at[i].by_person;
        offers += !out->touches.at[i].by_person;
        responses += !out->touches.at[i].by_person && out->touches.at[i].responded != AS_TIME_NONE;
    }
    struct as_buf text = {.p = NULL};
    if (first == NULL) {
        as_buf_text(&text, "Nothing that the buyer did is on record.");
    } else {
        as_buf_printf(&text, "First seen on ");
        say_day(&text, first->time);
        as_buf_printf(&text, " (%s), since then %u %s on %u %s; the last on ", first->kind, seen,
                      seen == 1 ? "activity" : "activities", days, days == 1 ? "day" : "days");
        say_day(&text, last->time);
        as_buf_printf(&text, ": %s%s%s.", last->kind, name_of(last) != NULL ? ", " : "",
                      name_of(last) != NULL ? name_of(last) : "");
    }
    as_buf_printf(&text, " %u %s from marketing, %u answered by taking it; %u %s with people of ours.",
                  offers, offers == 1 ? "offer" : "offers", responses, talks,
                  talks == 1 ? "contact" : "contacts");
    out->happened = as_packing_keep(p, as_buf_c(&text));
    as_buf_free(&text);
    return out->happened == NULL ? as_error_memory(error) : AS_OK;
}

/* --- what is missing --- */

__attribute__((format(printf, 4, 5))) static void find(struct as_packing *p, bool fault, const char *advice,
                                                       const char *format, ...)
{
    char line[512]; /* a sentence with a few names in it */
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    struct as_package_finding finding = {as_packing_keep(p, line), as_packing_keep(p, advice)};
    struct as_arena *arena = &p->out->explanation.arena;
    p->failed |= fault ? !as_list_push(arena, &p->out->faults, finding)
                       : !as_list_push(arena, &p->out->warnings, finding);
}

/* Parts without which nobody can go on where marketing stopped [A2.1]. */
static void find_faults(struct as_packing *p)
{
    const struct as_package *out = p->out;
    const char *persona = out->explanation.contact.persona;
    if (persona == NULL)
        find(p, true,
             out->explanation.pack->personas.n == 0
                 ? "declare the buyers the content is made for: n.persona \"…\" "
                   "{ when = … }"
                 : "give the lead a title, or widen n.persona \"…\" { when = … }",
             "no persona fits the lead");
    if (out->plan.n == 0)
        find(p, true, "declare one: n.track \"…\" { persona = \"…\", n.step … }",
             "there is no content plan%s%s", persona != NULL ? " for persona " : "",
             persona != NULL ? persona : "");
    if (out->resources.n == 0)
        find(p, true, "take in the catalogue: assay import content FILE", "the catalogue has no content%s%s",
             persona != NULL ? " for persona " : "", persona != NULL ? persona : "");
    if (out->model->scores.n == 0)
        find(p, true, "give the model a score: m:score \"…\"", "model %s has no score",
             out->model->model->name);
}

static void find_gaps(struct as_packing *p)
{
    const struct as_package *out = p->out;
    const char *persona = out->explanation.contact.persona;
    bool any = false;
    for (uint32_t i = 0; i < out->resources.n && persona != NULL; i++)
        any |= as_resource_in_phase(out->resources.at[i], out->phase);
    if (!any && persona != NULL && out->resources.n > 0)
        find(p, false, "`assay handoff --content` shows every gap",
             "there is no content for %s in the phase %s", persona, as_phase_name(out->phase));
    if (out->next != NULL && out->insight == NULL)
        find(p, false, "say which content does in the column answers of `assay import content`",
             "nothing that is new to the lead answers: %s", out->next->ask);
    if (out->explanation.pack->questions.n == 0)
        find(p, false, "declare the bank: n.questions { phase = \"discovery\", ask = { … } }",
             "the pack has no bank of questions; the next one is that of the next gate");
}

static void find_unresolved(struct as_packing *p)
{
    const struct as_package *out = p->out;
    uint32_t unknown = 0;
    const char *example = NULL;
    for (uint32_t i = 0; i < out->events.n; i++)
        if (out->events.at[i].consumed && out->events.at[i].resource == NULL) {
            const char *name = name_of(&out->events.at[i]);
            unknown++;
            if (example == NULL || name != NULL)
                example = name != NULL ? name : out->events.at[i].kind;
        }
    if (unknown > 0)
        find(p, false, "events name content by its key in the column content",
             "%u of the resources accessed %s not in the catalogue: %s%s", unknown,
             unknown == 1 ? "is" : "are", example, unknown > 1 ? " …" : "");
    uint32_t silent = 0;
    for (uint32_t i = 0; i < out->touches.n; i++)
        silent += out->touches.at[i].by_person &&
                  (out->touches.at[i].summary == NULL || out->touches.at[i].user == NULL);
    if (silent > 0)
        find(p, false, "assay record LEAD touch call outcome=… summary=\"…\" --user NAME",
             "%u %s with people of ours %s not say who or what was said", silent,
             silent == 1 ? "contact" : "contacts", silent == 1 ? "does" : "do");
}

static void find_standing(struct as_packing *p)
{
    const struct as_package *out = p->out;
    if (out->overridden)
        find(p, false, NULL, "a person's word stands over the rules: %s, %s", out->override.by,
             out->override.reason);
    if (out->model->standing.attention)
        find(p, false, "`assay explain` names the criterion",
             "the lead passed a gate that it no longer passes");
    if (out->model->pending)
        find(p, false, "assay run", "the next run will change where the lead stands");
    if (out->explanation.owner == NULL)
        find(p, false, "declare a route, or give the lead an owner", "nobody owns the lead");
}

enum as_status as_pack_advice(struct as_packing *packing, struct as_error *error)
{
    enum as_status status = gather_questions(packing, error);
    if (status == AS_OK) {
        choose_next(packing->out);
        status = say_happened(packing, error);
    }
    if (status != AS_OK)
        return status;
    find_faults(packing);
    find_gaps(packing);
    find_unresolved(packing);
    find_standing(packing);
    return packing->failed ? as_error_memory(error) : AS_OK;
}
