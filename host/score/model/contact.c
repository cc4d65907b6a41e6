/* Contact policy: every reason that forbids a touch, and the one that forbids it longest.
 *
 * What a buyer has shown is buyer.c's; looking things up once is nurture.c's; quiet hours and days off are
 * closed_hours.c's; what to send is track.c's. */
#include "score/model/contact.h"

#include "base/suggest.h"
#include "score/model/closed_hours.h"
#include "score/model/nurture.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *as_denial_name(enum as_denial denial)
{
    static const char *const names[AS_DENIAL_COUNT] = {"allowed",  "never",          "consent", "cap",
                                                       "gap",      "first_download", "ladder",  "questions",
                                                       "pressure", "blackout",       "quiet"};
    return names[denial];
}

/* One question being answered. */
struct asking {
    const struct as_nurture *nurture;
    const struct as_contact_policy *policy;
    const struct as_dataset *dataset;
    const struct as_contact_question *question;
    struct as_contact_answer *out;
    uint32_t row;
    uint32_t channel;    /* code, AS_NO_INDEX when nobody was ever touched on it */
    uint32_t first, end; /* the lead's touches up to the question's time */
    uint8_t asks;        /* rung asked for */
    struct as_buyer_events events;
};

__attribute__((format(printf, 4, 5))) static void deny(const struct asking *asking, enum as_denial denial,
                                                       int64_t until, const char *format, ...)
{
    struct as_contact_answer *out = asking->out;
    /* What never ends by itself outlasts every date. */
    bool outlasts = out->denial == AS_CONTACT_ALLOWED ||
                    (out->until != AS_TIME_NONE && (until == AS_TIME_NONE || until > out->until));
    if (!outlasts)
        return;
    out->denial = denial;
    out->until = until;
    va_list args;
    va_start(args, format);
    vsnprintf(out->reason, sizeof out->reason, format, args);
    va_end(args);
}

/* "7 days", "24 hours", "90 seconds": the largest unit that is whole; a single day is told in hours. */
static const char *say_span(char out[32], int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *one, *many;
    } units[] = {
        {86400, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}, {1, "second", "seconds"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        int64_t n = seconds / units[i].seconds;
        if (seconds % units[i].seconds != 0 || n == 0 || (i == 0 && n == 1))
            continue;
        snprintf(out, 32, "%" PRId64 " %s", n, n == 1 ? units[i].one : units[i].many);
        return out;
    }
    snprintf(out, 32, "0 seconds");
    return out;
}

/* How long ago, in the largest unit that fits. */
static const char *say_ago(char out[32], int64_t seconds)
{
    int64_t unit = seconds >= 2 * 86400 ? 86400 : seconds >= 2 * 3600 ? 3600 : seconds >= 120 ? 60 : 1;
    return say_span(out, seconds - seconds % unit);
}

static void ask_never(const struct asking *asking)
{
    if (asking->nurture->outcome == NULL)
        return;
    for (uint32_t i = 0; i < asking->policy->never.n; i++) {
        const char *channel = asking->policy->never.at[i].channel;
        bool ours = strcmp(channel, "any") == 0 || strcmp(channel, asking->question->channel) == 0;
        if (ours && as_verdict_at(asking->nurture->never[i], asking->row) == AS_YES)
            deny(asking, AS_DENIED_NEVER, AS_TIME_NONE, "never to be contacted by %s",
                 strcmp(channel, "any") == 0 ? "any channel" : channel);
    }
}

static uint8_t basis_needed(const struct asking *asking)
{
    const struct as_nurture *nurture = asking->nurture;
    uint32_t account = asking->dataset->lead_account[asking->row];
    if (asking->policy->consents.n == 0)
        return AS_BASIS_NOT_NEEDED;
    if (nurture->lead_country != NULL && as_bit(nurture->lead_country->known, asking->row))
        return nurture->lead_basis[nurture->lead_country->code[asking->row]];
    if (account != AS_NO_INDEX && nurture->account_country != NULL &&
        as_bit(nurture->account_country->known, account))
        return nurture->account_basis[nurture->account_country->code[account]];
    return nurture->other_basis;
}

static void ask_consent(const struct asking *asking)
{
    const struct as_consent_log *log = &asking->dataset->consents;
    uint8_t given = AS_BASIS_NOT_NEEDED, needed = basis_needed(asking);
    for (uint32_t i = log->start == NULL ? 0 : log->start[asking->row];
         log->start != NULL && i < log->start[asking->row + 1]; i++) {
        const struct as_consent *word = &log->at[i];
        bool ours = word->channel == AS_NO_INDEX || word->channel == asking->channel;
        if (!ours || word->time > asking->question->at)
            continue;
        if (word->state == AS_CONSENT_OBJECTED)
            deny(asking, AS_DENIED_CONSENT, AS_TIME_NONE, "the person objected to direct marketing");
        else if (word->state == AS_CONSENT_DENIED)
            deny(asking, AS_DENIED_CONSENT, AS_TIME_NONE, "the person refused consent for %s",
                 word->channel == AS_NO_INDEX ? "every channel" : asking->question->channel);
        else if (word->state == AS_CONSENT_DOUBLE_OPT_IN)
            given = AS_BASIS_DOUBLE_OPT_IN;
        else if (word->state == AS_CONSENT_GRANTED && given < AS_BASIS_OPT_IN)
            given = AS_BASIS_OPT_IN;
    }
    if (given < needed)
        deny(asking, AS_DENIED_CONSENT, AS_TIME_NONE,
             "the person's country needs %s for %s, and none is recorded",
             needed == AS_BASIS_DOUBLE_OPT_IN ? "a confirmed (double) opt-in" : "an opt-in",
             asking->question->channel);
}

static void ask_caps(const struct asking *asking)
{
    const struct as_contact_policy *policy = asking->policy;
    for (uint32_t i = 0; i < policy->caps.n; i++) {
        const struct as_contact_cap *cap = &policy->caps.at[i];
        bool any = strcmp(cap->channel, "any") == 0;
        if (cap->most.count == 0 || (!any && strcmp(cap->channel, asking->question->channel) != 0))
            continue;
        int64_t span = cap->most.span.unit == AS_SPAN_BUSINESS_DAYS ? cap->most.span.length * AS_DAY_SECONDS
                                                                    : cap->most.span.length;
        /* Backwards in time: the touch that fills the cap is the one whose age lets the next one through. */
        uint32_t found = 0;
        int64_t filled_by = AS_TIME_NONE;
        for (uint32_t t = asking->end; t > asking->first; t--) {
            const struct as_touch *touch = &asking->dataset->touches.at[t - 1];
            if (span > 0 && touch->time <= asking->question->at - span)
                break;
            if (!any && touch->channel != asking->nurture->cap_channel[i])
                continue;
            if (++found == cap->most.count)
                filled_by = touch->time;
        }
        if (found < cap->most.count)
            continue;
        char length[32], within[48] = "";
        if (span > 0)
            snprintf(within, sizeof within, " in the last %s", say_span(length, span));
        const char *what = strcmp(cap->channel, "email") == 0  ? (found == 1 ? "e-mail" : "e-mails")
                           : strcmp(cap->channel, "call") == 0 ? (found == 1 ? "call" : "calls")
                                                               : (found == 1 ? "touch" : "touches");
        bool plain = any || strcmp(cap->channel, "email") == 0 || strcmp(cap->channel, "call") == 0;
        deny(asking, AS_DENIED_CAP, span > 0 ? filled_by + span : AS_TIME_NONE, "%u %s%s%s%s (limit %u)",
             found, what, plain ? "" : " by ", plain ? "" : cap->channel, within, cap->most.count);
    }
}

static void ask_gap(const struct asking *asking)
{
    if (asking->policy->gap <= 0 || asking->end == asking->first)
        return;
    int64_t last = asking->dataset->touches.at[asking->end - 1].time, ago = asking->question->at - last;
    char since[32], gap[32];
    if (ago < asking->policy->gap)
        deny(asking, AS_DENIED_GAP, last + asking->policy->gap, "the last touch was %s ago (gap %s)",
             say_ago(since, ago), say_span(gap, asking->policy->gap));
}

static void ask_first_download(const struct asking *asking)
{
    int64_t first = asking->events.first_content, wait = asking->policy->after_first_download;
    bool sales = asking->asks > 1 || strcmp(asking->question->channel, "call") == 0;
    if (wait <= 0 || !sales || first == AS_TIME_NONE || asking->events.last_hand_raise >= first ||
        asking->question->at - first >= wait)
        return;
    char since[32], length[32];
    deny(asking, AS_DENIED_FIRST_DOWNLOAD, first + wait,
         "the first content was read %s ago; a sales request waits %s",
         say_ago(since, asking->question->at - first), say_span(length, wait));
}

static uint8_t bounded(const struct as_contact_policy *policy, uint8_t rung)
{
    return policy->ladder.n > 0 && rung > policy->ladder.n ? (uint8_t)policy->ladder.n : rung;
}

static void ask_ladder(const struct asking *asking, uint8_t permitted)
{
    const struct as_contact_policy *policy = asking->policy;
    if (asking->asks > permitted && asking->asks <= policy->ladder.n)
        deny(asking, AS_DENIED_LADDER, AS_TIME_NONE,
             "\"%s\" needs permission for the %s; the buyer has given it for the %s", asking->question->ask,
             policy->ladder.at[asking->asks - 1], policy->ladder.at[permitted - 1]);
}

static void ask_questions(const struct asking *asking, uint8_t permitted)
{
    const struct as_contact_policy *policy = asking->policy;
    for (uint32_t i = 0; i < policy->questions.n; i++) {
        const struct as_question_cap *cap = &policy->questions.at[i];
        if (cap->rung == permitted && asking->question->questions > cap->most)
            deny(asking, AS_DENIED_QUESTIONS, AS_TIME_NONE,
                 "it asks %u questions; permission for the %s allows %u in one touch",
                 asking->question->questions, policy->ladder.at[permitted - 1], cap->most);
    }
}

/* --- pressure --- */

double as_pressure(const int64_t *time, const double *cost, size_t n, int64_t at, int64_t half_life)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (time[i] <= at)
            sum += cost[i] * exp2(-(double)(at - time[i]) / (double)half_life);
    return sum;
}

static double touch_cost(uint8_t need)
{
    return need > 0 ? need : 1;
}

static double pressure_index(const struct as_nurture *nurture, uint32_t first, uint32_t end, int64_t at)
{
    int64_t half_life = nurture->pack->policy.pressure_half_life;
    double sum = 0;
    for (uint32_t i = first; i < end; i++) {
        double cost = touch_cost(nurture->dataset->touches.at[i].need);
        sum += as_pressure(&nurture->dataset->touches.at[i].time, &cost, 1, at,
                           half_life > 0 ? half_life : AS_PRESSURE_HALF_LIFE);
    }
    return sum;
}

static double pressure_budget(const struct as_contact_policy *policy, uint8_t permitted)
{
    return permitted *
           (policy->pressure_half_life > 0 ? policy->pressure_budget : AS_PRESSURE_BUDGET_PER_RUNG);
}

static void ask_pressure(const struct asking *asking, uint8_t permitted)
{
    const struct as_contact_policy *policy = asking->policy;
    if (policy->pressure_half_life <= 0)
        return;
    double index = pressure_index(asking->nurture, asking->first, asking->end, asking->question->at);
    double cost = touch_cost(asking->asks), budget = pressure_budget(policy, permitted);
    if (index + cost <= budget)
        return;
    /* All touches fade alike, so the sum halves like one of them. */
    double wait = cost < budget ? (double)policy->pressure_half_life * log2(index / (budget - cost)) : NAN;
    deny(asking, AS_DENIED_PRESSURE, isnan(wait) ? AS_TIME_NONE : asking->question->at + (int64_t)ceil(wait),
         "contact pressure would be %.1f (budget %.1f)", index + cost, budget);
}

/* --- closed hours --- */

static void ask_quiet(const struct asking *asking)
{
    char reason[AS_CONTACT_REASON];
    int64_t at = asking->question->at, end = as_quiet_end(reason, asking->nurture, asking->row, at);
    if (end > at)
        deny(asking, AS_DENIED_QUIET, end, "%s", reason);
}

/* Asked after the quiet hours: what they put off to the next morning must not be sent on a day off then. */
static void ask_blackout(const struct asking *asking)
{
    char reason[AS_CONTACT_REASON];
    const struct as_contact_question *question = asking->question;
    int64_t from = asking->out->denial == AS_DENIED_QUIET ? asking->out->until : question->at;
    if (as_day_off_end(reason, asking->nurture, asking->row, question->answers_hand_raise, from) > from)
        deny(asking, AS_DENIED_BLACKOUT,
             as_open_from(&asking->nurture, 1, asking->row, question->answers_hand_raise, from), "%s",
             reason);
}

/* --- asking --- */

static enum as_status rung_asked(uint8_t *rung, const struct as_contact_policy *policy, const char *ask,
                                 struct as_error *error)
{
    *rung = 1;
    if (ask == NULL)
        return AS_OK;
    *rung = as_policy_rung(policy, as_str_of(ask));
    if (*rung != 0)
        return AS_OK;
    as_error_set(error, AS_ERR_MISSING, "the contact policy does not say which permission \"%s\" needs", ask);
    return as_error_advise(error, "name it in `needs` of the contact policy");
}

static uint32_t touches_until(const struct as_dataset *dataset, uint32_t row, int64_t at)
{
    uint32_t end = dataset->touches.start[row + 1];
    while (end > dataset->touches.start[row] && dataset->touches.at[end - 1].time > at)
        end--;
    return end;
}

enum as_status as_nurture_ask(struct as_contact_answer *out, const struct as_nurture *nurture,
                              uint32_t lead_row, const struct as_contact_question *question,
                              struct as_error *error)
{
    const struct as_dataset *dataset = nurture->dataset;
    bool touched = dataset->touches.start != NULL;
    struct asking asking = {
        .nurture = nurture,
        .policy = &nurture->pack->policy,
        .dataset = dataset,
        .question = question,
        .out = out,
        .row = lead_row,
        .channel = as_nurture_channel(nurture, question->channel),
        .first = touched ? dataset->touches.start[lead_row] : 0,
        .end = touched ? touches_until(dataset, lead_row, question->at) : 0,
        .events = as_buyer_events_of(&nurture->buyer, lead_row, question->at),
    };
    *out = (struct as_contact_answer){AS_CONTACT_ALLOWED, question->at, ""};
    enum as_status status = rung_asked(&asking.asks, asking.policy, question->ask, error);
    if (status != AS_OK)
        return status;
    uint8_t permitted =
        bounded(asking.policy, as_buyer_rung(&nurture->buyer, lead_row, question->at, &asking.events));
    ask_never(&asking);
    ask_consent(&asking);
    if (!question->answers_hand_raise) {
        ask_caps(&asking);
        ask_gap(&asking);
        ask_first_download(&asking);
        ask_pressure(&asking, permitted);
    }
    ask_ladder(&asking, permitted);
    ask_questions(&asking, permitted);
    ask_quiet(&asking);
    ask_blackout(&asking);
    return AS_OK;
}

uint8_t as_nurture_rung(const struct as_nurture *nurture, uint32_t lead_row, int64_t at)
{
    struct as_buyer_events events = as_buyer_events_of(&nurture->buyer, lead_row, at);
    return bounded(&nurture->pack->policy, as_buyer_rung(&nurture->buyer, lead_row, at, &events));
}

struct as_contact_pressure as_nurture_pressure(const struct as_nurture *nurture, uint32_t lead_row,
                                               int64_t at)
{
    const struct as_dataset *dataset = nurture->dataset;
    struct as_contact_pressure pressure = {
        0, pressure_budget(&nurture->pack->policy, as_nurture_rung(nurture, lead_row, at)), false};
    if (dataset->touches.start != NULL)
        pressure.index = pressure_index(nurture, dataset->touches.start[lead_row],
                                        touches_until(dataset, lead_row, at), at);
    pressure.alarm = pressure.index > pressure.budget;
    return pressure;
}

enum as_status as_contact_channel(const struct as_schema *schema, const char *channel, struct as_error *error)
{
    uint32_t index = as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("unsubscribed"));
    const struct as_field *field = index != AS_NO_INDEX ? schema->fields.at[index] : NULL;
    if (field == NULL || field->choice_count == 0)
        return AS_OK;
    for (uint32_t i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i], channel) == 0)
            return AS_OK;
    const char *near = as_suggest(as_str_of(channel), field->choices, field->choice_count);
    as_error_set(error, AS_ERR_MISSING, "there is no channel \"%s\"%s", channel,
                 as_meant(": ", near, "").text);
    return as_error_advise(
        error, "channels are the values of lead.unsubscribed; a pack may declare that field with others");
}

enum as_status as_contact_ask(struct as_contact_answer *out, const struct as_pack *pack,
                              const struct as_outcome *outcome, const struct as_dataset *dataset,
                              uint32_t lead_row, const struct as_contact_question *question,
                              struct as_error *error)
{
    struct as_nurture *nurture;
    enum as_status status = as_contact_channel(pack->rules.schema, question->channel, error);
    if (status == AS_OK)
        status = as_nurture_open(&nurture, pack, outcome, dataset, error);
    if (status != AS_OK)
        return status;
    status = as_nurture_ask(out, nurture, lead_row, question, error);
    as_nurture_close(nurture);
    return status;
}
