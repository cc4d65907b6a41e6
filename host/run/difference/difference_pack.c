/* What two packs declare beside their models: lists, contact policy, destinations, agreement. Compared as
 * declarations, for a cap or a signature matters even on a day when it changes nobody. */
#include "run/difference/comparing.h"

#include "base/intern.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- lists --- */

static const struct as_named_list *list_of(const struct as_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->lists.n; i++)
        if (pack->lists.at[i].path != NULL && strcmp(pack->lists.at[i].name, name) == 0)
            return &pack->lists.at[i];
    return NULL;
}

struct values {
    const char *at[AS_DIFFERENCE_EXAMPLES];
    uint32_t shown, n;
};

/* The values of one list that the other lacks: how many, and the first by alphabet. */
static void lacking(struct values *out, const struct as_named_list *has, const struct as_named_list *other)
{
    *out = (struct values){.n = 0};
    uint32_t n = has == NULL || has->values == NULL ? 0 : as_intern_count(has->values);
    for (uint32_t code = 0; code < n; code++) {
        struct as_str text = as_intern_text(has->values, code);
        if (other != NULL && other->values != NULL && as_intern_find(other->values, text) != AS_INTERN_NONE)
            continue;
        out->n++;
        uint32_t place = out->shown;
        while (place > 0 && strcmp(out->at[place - 1], text.p) > 0)
            place--;
        if (place == AS_DIFFERENCE_EXAMPLES)
            continue;
        if (out->shown < AS_DIFFERENCE_EXAMPLES)
            out->shown++;
        for (uint32_t last = out->shown - 1; last > place; last--)
            out->at[last] = out->at[last - 1];
        out->at[place] = text.p;
    }
}

static enum as_status compare_list(struct as_comparing *c, const char *name, struct as_error *error)
{
    struct as_arena *arena = &c->out->arena;
    const struct as_named_list *lists[AS_SIDES];
    for (int side = 0; side < AS_SIDES; side++)
        lists[side] = list_of(c->request->packs[side].pack, name);
    struct values added, removed;
    lacking(&added, lists[AS_AFTER], lists[AS_BEFORE]);
    lacking(&removed, lists[AS_BEFORE], lists[AS_AFTER]);
    bool both = lists[AS_BEFORE] != NULL && lists[AS_AFTER] != NULL;
    if (both && added.n == 0 && removed.n == 0)
        return AS_OK;
    struct as_difference_list line = {.name = name,
                                      .in = {lists[AS_BEFORE] != NULL, lists[AS_AFTER] != NULL},
                                      .added = added.n,
                                      .removed = removed.n};
    bool kept = true;
    for (uint32_t i = 0; i < added.shown && kept; i++)
        kept = as_list_push(arena, &line.added_values, added.at[i]);
    for (uint32_t i = 0; i < removed.shown && kept; i++)
        kept = as_list_push(arena, &line.removed_values, removed.at[i]);
    return kept && as_list_push(arena, &c->out->lists, line) ? AS_OK : as_error_memory(error);
}

static enum as_status compare_lists(struct as_comparing *c, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int side = AS_AFTER; side >= AS_BEFORE; side--) {
        const struct as_pack *pack = c->request->packs[side].pack;
        for (uint32_t i = 0; i < pack->lists.n && status == AS_OK; i++) {
            if (pack->lists.at[i].path == NULL ||
                (side == AS_BEFORE && list_of(c->request->packs[AS_AFTER].pack, pack->lists.at[i].name)))
                continue;
            status = compare_list(c, pack->lists.at[i].name, error);
        }
    }
    return status;
}

/* --- lines --- */

struct lines {
    AS_LIST(struct as_difference_line) list;
};

/* Texts that a pack does not state are empty. */
static enum as_status compare_line(struct lines *lines, struct as_arena *arena, const char *what,
                                   const struct as_buf texts[AS_SIDES], struct as_error *error)
{
    if (texts[AS_BEFORE].failed || texts[AS_AFTER].failed)
        return as_error_memory(error);
    if (strcmp(as_buf_c(&texts[AS_BEFORE]), as_buf_c(&texts[AS_AFTER])) == 0)
        return AS_OK;
    const char *kept[AS_SIDES] = {NULL, NULL};
    for (int side = 0; side < AS_SIDES; side++)
        if (texts[side].n > 0 && (kept[side] = as_arena_printf(arena, "%s", as_buf_c(&texts[side]))) == NULL)
            return as_error_memory(error);
    const char *name = as_arena_printf(arena, "%s", what);
    struct as_difference_line line = {name, kept[AS_BEFORE], kept[AS_AFTER]};
    return name != NULL && as_list_push(arena, &lines->list, line) ? AS_OK : as_error_memory(error);
}

static void put_rate(struct as_buf *out, struct as_rate rate)
{
    if (rate.span.length == 0) {
        as_buf_printf(out, "%u in all", rate.count);
        return;
    }
    as_buf_printf(out, "%u per ", rate.count);
    if (rate.span.unit == AS_SPAN_BUSINESS_DAYS)
        as_buf_printf(out, "%" PRId64 " business days", rate.span.length);
    else
        as_span_say(out, rate.span.length);
    if (rate.span.unit == AS_SPAN_BUSINESS_SECONDS)
        as_buf_text(out, " of business");
}

static void put_condition(struct as_buf *out, const struct as_expr *when, const struct as_schema *schema)
{
    if (when != NULL)
        as_expr_say(out, when, schema);
}

/* --- contact policy --- */

/* What of the policy one line is about; `detail` names a channel, an ask or a country. */
enum contact_part {
    CONTACT_CAP,
    CONTACT_GAP,
    CONTACT_FIRST_DOWNLOAD,
    CONTACT_PRESSURE,
    CONTACT_QUIET,
    CONTACT_BLACKOUT,
    CONTACT_LADDER,
    CONTACT_NEED,
    CONTACT_QUESTIONS,
    CONTACT_NEVER,
    CONTACT_CONSENT,
};

static void put_ladder(struct as_buf *out, const struct as_contact_policy *policy)
{
    for (uint32_t i = 0; i < policy->ladder.n; i++)
        as_buf_printf(out, "%s%s", i > 0 ? ", " : "", policy->ladder.at[i]);
}

static void put_quiet(struct as_buf *out, const struct as_contact_policy *policy,
                      const struct as_schema *schema)
{
    if (!policy->has_quiet)
        return;
    as_buf_printf(out, "%02d:%02d to %02d:%02d", policy->quiet_from / 60, policy->quiet_from % 60,
                  policy->quiet_to / 60, policy->quiet_to % 60);
    if (policy->quiet_zone != NULL) {
        as_buf_text(out, ", ");
        put_condition(out, policy->quiet_zone, schema);
    }
}

static void put_blackout(struct as_buf *out, const struct as_blackout *blackout,
                         const struct as_schema *schema)
{
    if (!blackout->declared)
        return;
    as_buf_printf(out, "%s", blackout->weekends ? "weekends" : "");
    if (blackout->dates != NULL)
        as_buf_printf(out, "%s%u days of %s", out->n > 0 ? ", " : "", blackout->days.list.n, blackout->dates);
    if (blackout->by != NULL) {
        as_buf_text(out, " by ");
        put_condition(out, blackout->by, schema);
    }
    as_buf_text(out, blackout->spares_hand_raise ? ", except a raised hand" : "");
}

static void put_named(struct as_buf *out, const struct as_contact_policy *policy, enum contact_part part,
                      const char *detail, const struct as_schema *schema)
{
    static const char *const bases[] = {[AS_CONSENT_NEEDS_OPT_OUT] = "opt_out",
                                        [AS_CONSENT_NEEDS_OPT_IN] = "opt_in",
                                        [AS_CONSENT_NEEDS_DOUBLE_OPT_IN] = "double_opt_in"};
    for (uint32_t i = 0; part == CONTACT_CAP && i < policy->caps.n; i++)
        if (strcmp(policy->caps.at[i].channel, detail) == 0)
            put_rate(out, policy->caps.at[i].most);
    if (part == CONTACT_NEED) {
        uint8_t rung = as_policy_rung(policy, as_str_of(detail));
        as_buf_text(out, rung > 0 && rung <= policy->ladder.n ? policy->ladder.at[rung - 1] : "nothing");
    }
    for (uint32_t i = 0; part == CONTACT_QUESTIONS && i < policy->questions.n; i++)
        if (strcmp(policy->ladder.at[policy->questions.at[i].rung - 1], detail) == 0)
            as_buf_printf(out, "%u", policy->questions.at[i].most);
    for (uint32_t i = 0; part == CONTACT_NEVER && i < policy->never.n; i++)
        if (strcmp(policy->never.at[i].channel, detail) == 0) {
            as_buf_text(out, out->n > 0 ? " | " : "");
            put_condition(out, policy->never.at[i].when, schema);
        }
    for (uint32_t i = 0; part == CONTACT_CONSENT && i < policy->consents.n; i++) {
        const char *country = policy->consents.at[i].country;
        if (strcmp(country != NULL ? country : "elsewhere", detail) == 0)
            as_buf_text(out, bases[policy->consents.at[i].basis]);
    }
}

static void put_contact(struct as_buf *out, const struct as_contact_policy *policy, enum contact_part part,
                        const char *detail, const struct as_schema *schema)
{
    switch (part) {
    case CONTACT_GAP:
        if (policy->gap > 0)
            as_span_say(out, policy->gap);
        break;
    case CONTACT_FIRST_DOWNLOAD:
        if (policy->after_first_download > 0)
            as_span_say(out, policy->after_first_download);
        break;
    case CONTACT_PRESSURE:
        if (policy->pressure_half_life > 0) {
            as_buf_printf(out, "budget %g a rung, half-life ", policy->pressure_budget);
            as_span_say(out, policy->pressure_half_life);
        }
        break;
    case CONTACT_QUIET:
        put_quiet(out, policy, schema);
        break;
    case CONTACT_BLACKOUT:
        put_blackout(out, &policy->blackout, schema);
        break;
    case CONTACT_LADDER:
        put_ladder(out, policy);
        break;
    case CONTACT_CAP:
    case CONTACT_NEED:
    case CONTACT_QUESTIONS:
    case CONTACT_NEVER:
    case CONTACT_CONSENT:
        put_named(out, policy, part, detail, schema);
        break;
    }
}

static enum as_status compare_contact_line(struct lines *lines, struct as_comparing *c,
                                           enum contact_part part, const char *title, const char *detail,
                                           struct as_error *error)
{
    struct as_buf texts[AS_SIDES] = {{.p = NULL}, {.p = NULL}}, what = {.p = NULL};
    for (int side = 0; side < AS_SIDES; side++)
        put_contact(&texts[side], &c->request->packs[side].pack->policy, part, detail, c->request->schema);
    as_buf_printf(&what, "%s%s%s", title, detail != NULL ? " " : "", detail != NULL ? detail : "");
    enum as_status status = compare_line(lines, &c->out->arena, as_buf_c(&what), texts, error);
    for (int side = 0; side < AS_SIDES; side++)
        as_buf_free(&texts[side]);
    as_buf_free(&what);
    return status;
}

/* Whether this name has had its line: both packs may have it, and one pack more than once. */
static bool told(const struct lines *lines, const char *title, const char *detail)
{
    size_t n = strlen(title);
    for (uint32_t i = 0; i < lines->list.n; i++)
        if (strncmp(lines->list.at[i].what, title, n) == 0 && lines->list.at[i].what[n] == ' ' &&
            strcmp(lines->list.at[i].what + n + 1, detail) == 0)
            return true;
    return false;
}

static enum as_status compare_named(struct lines *lines, struct as_comparing *c, enum contact_part part,
                                    const char *title, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int side = AS_AFTER; side >= AS_BEFORE; side--) {
        const struct as_contact_policy *policy = &c->request->packs[side].pack->policy;
        uint32_t n = part == CONTACT_CAP         ? policy->caps.n
                     : part == CONTACT_NEED      ? policy->needs.n
                     : part == CONTACT_QUESTIONS ? policy->questions.n
                     : part == CONTACT_NEVER     ? policy->never.n
                                                 : policy->consents.n;
        for (uint32_t i = 0; i < n && status == AS_OK; i++) {
            const char *detail = part == CONTACT_CAP    ? policy->caps.at[i].channel
                                 : part == CONTACT_NEED ? policy->needs.at[i].ask
                                 : part == CONTACT_QUESTIONS
                                     ? policy->ladder.at[policy->questions.at[i].rung - 1]
                                 : part == CONTACT_NEVER ? policy->never.at[i].channel
                                                         : policy->consents.at[i].country;
            detail = detail != NULL ? detail : "elsewhere";
            if (!told(lines, title, detail))
                status = compare_contact_line(lines, c, part, title, detail, error);
        }
    }
    return status;
}

static enum as_status compare_contact(struct as_comparing *c, struct as_error *error)
{
    static const struct {
        enum contact_part part;
        const char *title;
        bool named;
    } parts[] = {{CONTACT_CAP, "at most by", true},
                 {CONTACT_GAP, "gap between contacts", false},
                 {CONTACT_FIRST_DOWNLOAD, "wait after the first download", false},
                 {CONTACT_PRESSURE, "contact pressure", false},
                 {CONTACT_QUIET, "quiet hours", false},
                 {CONTACT_BLACKOUT, "days off", false},
                 {CONTACT_LADDER, "ladder", false},
                 {CONTACT_NEED, "permission for", true},
                 {CONTACT_QUESTIONS, "questions with permission for", true},
                 {CONTACT_NEVER, "never by", true},
                 {CONTACT_CONSENT, "consent in", true}};
    struct lines lines = {.list = {.at = NULL}};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == AS_OK; i++)
        status = parts[i].named ? compare_named(&lines, c, parts[i].part, parts[i].title, error)
                                : compare_contact_line(&lines, c, parts[i].part, parts[i].title, NULL, error);
    c->out->contact.at = lines.list.at;
    c->out->contact.n = lines.list.n;
    return status;
}

/* --- what is told to other systems --- */

static void put_destination(struct as_buf *out, const struct as_pack *pack, const char *name)
{
    for (uint32_t i = 0; i < pack->destinations.n; i++) {
        const struct as_destination *destination = &pack->destinations.at[i];
        bool first = true;
        if (strcmp(destination->name, name) != 0)
            continue;
        if (destination->url != NULL)
            as_buf_text(out, destination->url);
        else
            as_buf_printf(out, "the address in secret %s", destination->url_secret);
        for (int kind = 0; kind < AS_EFFECT_KINDS; kind++)
            if ((destination->takes & 1u << kind) != 0) {
                as_buf_printf(out, "%s%s", first ? ", takes " : " ",
                              as_effect_kind_name((enum as_effect_kind)kind));
                first = false;
            }
    }
}

/* Everything that entering a stage asks for, in whichever model. */
static void put_reactions(struct as_buf *out, const struct as_pack *pack, enum as_stage stage)
{
    for (uint32_t r = 0; r < pack->reactions.n; r++) {
        const struct as_reaction *reaction = &pack->reactions.at[r];
        for (uint32_t e = 0; reaction->stage == stage && e < reaction->effects.n; e++) {
            const struct as_effect_rule *effect = reaction->effects.at[e];
            as_buf_printf(out, "%s%s \"%s\"", out->n > 0 ? ", " : "", as_effect_kind_name(effect->kind),
                          effect->name);
            if (effect->to != NULL)
                as_buf_printf(out, " to %s", effect->to);
            if (reaction->model != NULL)
                as_buf_printf(out, " in model %s", reaction->model);
        }
    }
}

static enum as_status compare_destination(struct lines *lines, struct as_comparing *c, const char *name,
                                          struct as_error *error)
{
    char title[AS_MAX_NAME * 2];
    struct as_buf texts[AS_SIDES] = {{.p = NULL}, {.p = NULL}};
    snprintf(title, sizeof title, "destination %s", name);
    for (int side = 0; side < AS_SIDES; side++)
        put_destination(&texts[side], c->request->packs[side].pack, name);
    enum as_status status = compare_line(lines, &c->out->arena, title, texts, error);
    for (int side = 0; side < AS_SIDES; side++)
        as_buf_free(&texts[side]);
    return status;
}

static enum as_status compare_entering(struct lines *lines, struct as_comparing *c, enum as_stage stage,
                                       struct as_error *error)
{
    char title[AS_MAX_NAME];
    struct as_buf texts[AS_SIDES] = {{.p = NULL}, {.p = NULL}};
    snprintf(title, sizeof title, "on entering %s", as_stage_name(stage));
    for (int side = 0; side < AS_SIDES; side++)
        put_reactions(&texts[side], c->request->packs[side].pack, stage);
    enum as_status status = compare_line(lines, &c->out->arena, title, texts, error);
    for (int side = 0; side < AS_SIDES; side++)
        as_buf_free(&texts[side]);
    return status;
}

static enum as_status compare_effects(struct as_comparing *c, struct as_error *error)
{
    struct lines lines = {.list = {.at = NULL}};
    enum as_status status = AS_OK;
    for (int side = AS_AFTER; side >= AS_BEFORE; side--) {
        const struct as_pack *pack = c->request->packs[side].pack;
        for (uint32_t i = 0; i < pack->destinations.n && status == AS_OK; i++) {
            if (!told(&lines, "destination", pack->destinations.at[i].name))
                status = compare_destination(&lines, c, pack->destinations.at[i].name, error);
        }
    }
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT && status == AS_OK; stage++)
        status = compare_entering(&lines, c, (enum as_stage)stage, error);
    c->out->effects.at = lines.list.at;
    c->out->effects.n = lines.list.n;
    return status;
}

/* --- agreement --- */

enum agreement_part {
    AGREEMENT_MARKETING,
    AGREEMENT_SALES,
    AGREEMENT_REVIEW,
    AGREEMENT_COMMITS,
    AGREEMENT_EXPECTS,
    AGREEMENT_SIGNED_MARKETING,
    AGREEMENT_SIGNED_SALES
};

static void put_signature(struct as_buf *out, const struct as_agreed_party *party)
{
    char day[AS_TIME_TEXT];
    if (party->signing == AS_SIGNING_GOOD)
        as_buf_printf(out, "%s, %s", as_day_format(day, party->day), party->name);
    else
        as_buf_printf(out, "%s%s%s", as_signing_name(party->signing), party->changed != NULL ? ": " : "",
                      party->changed != NULL ? party->changed : "");
}

static void put_agreement(struct as_buf *out, const struct as_agreement *agreement,
                          const struct as_agreed *agreed, enum agreement_part part)
{
    char day[AS_TIME_TEXT];
    double share = part == AGREEMENT_COMMITS ? agreement->marketing_commits : agreement->sales_expects;
    if (!agreement->declared)
        return;
    if (part == AGREEMENT_MARKETING)
        as_buf_text(out, agreement->signers[AS_MARKETING]);
    else if (part == AGREEMENT_SALES)
        as_buf_text(out, agreement->signers[AS_SALES]);
    else if (part == AGREEMENT_REVIEW)
        as_buf_text(out, agreement->review_by != 0 ? as_day_format(day, agreement->review_by) : "");
    else if (part == AGREEMENT_SIGNED_MARKETING)
        put_signature(out, &agreed->parties[AS_MARKETING]);
    else if (part == AGREEMENT_SIGNED_SALES)
        put_signature(out, &agreed->parties[AS_SALES]);
    else if (share > 0)
        as_buf_printf(out, "%g%%", share * 100);
}

static enum as_status compare_agreement(struct as_comparing *c, struct as_error *error)
{
    static const char *const titles[] = {[AGREEMENT_MARKETING] = "signed for marketing by",
                                         [AGREEMENT_SALES] = "signed for sales by",
                                         [AGREEMENT_REVIEW] = "review by",
                                         [AGREEMENT_COMMITS] = "pipeline marketing commits to",
                                         [AGREEMENT_EXPECTS] = "pipeline sales expects",
                                         [AGREEMENT_SIGNED_MARKETING] = "marketing's signature",
                                         [AGREEMENT_SIGNED_SALES] = "sales' signature"};
    struct lines lines = {.list = {.at = NULL}};
    enum as_status status = AS_OK;
    for (int side = 0; side < AS_SIDES && status == AS_OK; side++)
        status = as_agreed_of(&c->out->agreed[side], &c->out->arena, c->request->packs[side].pack,
                              c->request->at, error);
    for (int part = AGREEMENT_MARKETING; part <= AGREEMENT_SIGNED_SALES && status == AS_OK; part++) {
        struct as_buf texts[AS_SIDES] = {{.p = NULL}, {.p = NULL}};
        for (int side = 0; side < AS_SIDES; side++)
            put_agreement(&texts[side], &c->request->packs[side].pack->agreement, &c->out->agreed[side],
                          (enum agreement_part)part);
        status = compare_line(&lines, &c->out->arena, titles[part], texts, error);
        for (int side = 0; side < AS_SIDES; side++)
            as_buf_free(&texts[side]);
    }
    c->out->agreement.at = lines.list.at;
    c->out->agreement.n = lines.list.n;
    return status;
}

enum as_status as_compare_packs(struct as_comparing *c, struct as_error *error)
{
    enum as_status status = compare_lists(c, error);
    if (status == AS_OK)
        status = compare_contact(c, error);
    if (status == AS_OK)
        status = compare_effects(c, error);
    return status == AS_OK ? compare_agreement(c, error) : status;
}
