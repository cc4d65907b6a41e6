/* The contact policy of the rule language's own example, and asking it, for tests. */
#ifndef AS_TEST_SCORE_POLICY_H
#define AS_TEST_SCORE_POLICY_H

#include "rules.h"

#include "score/model/contact.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const char *ladder[] = {"topic", "problem", "solution", "proof"};
static struct as_ladder_need needs[] = {{"educate", 1}, {"diagnose", 2}, {"demo", 3}, {"proposal", 4}};
static struct as_contact_cap caps[] = {
    {"email", {2, {7 * DAY, AS_SPAN_SECONDS}}},
    {"call", {1, {3 * DAY, AS_SPAN_SECONDS}}},
    {"any", {3, {7 * DAY, AS_SPAN_SECONDS}}},
};

/* The policy of the rule language's own example, but for quiet hours. */
static inline struct as_pack pack_of(const struct people *p)
{
    struct as_pack pack = {.name = "acme", .rules = {.schema = p->schema}};
    pack.policy = (struct as_contact_policy){
        .declared = true,
        .caps = {caps, 3, 3},
        .gap = 24 * HOUR,
        .after_first_download = 7 * DAY,
        .ladder = {ladder, 4, 4},
        .needs = {needs, 4, 4},
    };
    return pack;
}

static inline struct as_contact_answer ask_so_many(const struct as_pack *pack, const struct people *p,
                                                   int64_t at, const char *what, uint32_t questions)
{
    struct as_contact_question question = {at, "email", what, false, questions};
    struct as_contact_answer answer;
    assert_int_equal(as_contact_ask(&answer, pack, NULL, p->set, 0, &question, NULL), AS_OK);
    return answer;
}

static inline struct as_contact_answer ask(const struct as_pack *pack, const struct people *p, uint32_t lead,
                                           int64_t at, const char *channel, const char *what)
{
    struct as_contact_question question = {at, channel, what, false, 0};
    struct as_contact_answer answer;
    struct as_error error = AS_ERROR_INIT;
    if (as_contact_ask(&answer, pack, NULL, p->set, lead, &question, &error) != AS_OK)
        fail_msg("%s", error.what);
    return answer;
}

static inline struct as_contact_answer reply(const struct as_pack *pack, const struct people *p, int64_t at,
                                             const char *channel)
{
    struct as_contact_question question = {at, channel, NULL, true, 0};
    struct as_contact_answer answer;
    assert_int_equal(as_contact_ask(&answer, pack, NULL, p->set, 0, &question, NULL), AS_OK);
    return answer;
}

#define JILL (INT64_C(1772442000)) /* 2026-03-02 09:00 */

#endif
