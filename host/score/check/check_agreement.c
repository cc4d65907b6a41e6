/* What marketing and sales owe each other: the agreement with its signatures, its day of review and its
 * shares, what both know of their buyers, and templates of account plans that both can own. */
#include "score/check/check_parts.h"
#include "score/tree/agreement.h"

#include "base/time.h"

#include <math.h>

static bool is_blank(const char *text)
{
    return as_str_trim(as_str_of(text)).n == 0;
}

static void check_template(struct as_checking *c, const struct as_template *made)
{
    const char *missing = made->marketing_owner == NULL && made->sales_owner == NULL
                              ? "no owner in marketing and none in sales"
                          : made->marketing_owner == NULL ? "no owner in marketing"
                          : made->sales_owner == NULL     ? "no owner in sales"
                                                          : NULL;
    bool task = false;
    uint32_t own = 0, shared = 0;
    for (uint32_t i = 0; i < made->plays.n; i++) {
        task |= made->plays.at[i].task != NULL;
        own += made->plays.at[i].unique;
        shared += made->plays.at[i].content != NULL && !made->plays.at[i].unique;
    }
    if (missing != NULL)
        as_findings_add(c->out, AS_FINDING_TEMPLATE_OWNERS, made->position, NULL, "template \"%s\" names %s",
                        made->name, missing);
    if (!task)
        as_findings_add(c->out, AS_FINDING_TEMPLATE_TASK, made->position, NULL,
                        "template \"%s\" has no task for a person", made->name);
    if (own == 0)
        as_findings_add(c->out, AS_FINDING_TEMPLATE_CONTENT, made->position, NULL,
                        "template \"%s\" has no content made for one account alone", made->name);
    double alike = as_plan_likeness(shared, own);
    if (made->variety == AS_VARIETY_LARGE_ACCOUNT && alike > AS_PLANS_ALIKE)
        as_findings_add(c->out, AS_FINDING_TEMPLATE_ALIKE, made->position, NULL,
                        "template \"%s\" gives any two accounts %.0f %% the same: targeted, not ABM",
                        made->name, alike * 100);
}

static void check_signers(struct as_checking *c, const struct as_agreement *agreement)
{
    const char *const *signers = agreement->signers;
    for (int p = 0; p < AS_PARTIES; p++)
        if (is_blank(signers[p])) {
            as_findings_add(c->out, AS_FINDING_AGREEMENT_SIGNERS, agreement->position, NULL,
                            "the agreement names nobody who signs for %s", as_party_name((enum as_party)p));
            return;
        }
    if (as_str_is_nocase(as_str_trim(as_str_of(signers[AS_MARKETING])), signers[AS_SALES]))
        as_findings_add(c->out, AS_FINDING_AGREEMENT_SIGNERS, agreement->position, NULL,
                        "%s signs the agreement for both marketing and sales", signers[AS_SALES]);
}

static void check_signatures(struct as_checking *c)
{
    static const enum as_finding_id ids[] = {[AS_SIGNING_NONE] = AS_FINDING_AGREEMENT_UNSIGNED,
                                             [AS_SIGNING_LAPSED] = AS_FINDING_AGREEMENT_LAPSED,
                                             [AS_SIGNING_STRANGER] = AS_FINDING_AGREEMENT_FALSE,
                                             [AS_SIGNING_BARE] = AS_FINDING_AGREEMENT_FALSE,
                                             [AS_SIGNING_FALSE] = AS_FINDING_AGREEMENT_FALSE};
    struct as_agreed agreed;
    struct as_buf text = {.p = NULL};
    if (as_agreed_of(&agreed, &c->out->arena, c->pack, c->input->at, NULL) != AS_OK) {
        c->out->failed = true;
        return;
    }
    for (int p = 0; p < AS_PARTIES; p++) {
        if (agreed.parties[p].signing == AS_SIGNING_GOOD)
            continue;
        as_buf_reset(&text);
        as_agreed_say_party(&text, &agreed, (enum as_party)p);
        as_findings_add(c->out, ids[agreed.parties[p].signing], c->pack->agreement.position, NULL, "%s",
                        as_buf_c(&text));
    }
    as_buf_free(&text);
}

static void check_review(struct as_checking *c, const struct as_agreement *agreement)
{
    char day[AS_TIME_TEXT];
    if (agreement->review_by == 0)
        as_findings_add(c->out, AS_FINDING_AGREEMENT_NO_REVIEW, agreement->position, NULL,
                        "the agreement names no day of review");
    else if (as_day_of(c->input->at) > agreement->review_by)
        as_findings_add(c->out, AS_FINDING_AGREEMENT_OVERDUE, agreement->position, NULL,
                        "the agreement was to be reviewed by %s", as_day_format(day, agreement->review_by));
}

/* Shares are compared in whole hundredths of a point: 0.65 - 0.35 is not exactly 0.3 in binary. */
static void check_shares(struct as_checking *c, const struct as_agreement *agreement)
{
    double points = round(fabs(agreement->marketing_commits - agreement->sales_expects) * 1e4) / 100;
    if (points > 10)
        as_findings_add(c->out,
                        points >= 30 ? AS_FINDING_AGREEMENT_CONTRADICTION : AS_FINDING_AGREEMENT_APART,
                        agreement->position, NULL,
                        "marketing commits to %.10g %% of the pipeline, sales expects %.10g %%: %.10g points "
                        "apart",
                        agreement->marketing_commits * 100, agreement->sales_expects * 100, points);
}

static void check_buyers(struct as_checking *c)
{
    const struct as_buyers *buyers = &c->pack->buyers;
    struct as_buf open = {.max = 100};
    for (int i = 0; i < AS_BUYER_QUESTIONS; i++)
        if (buyers->answers[i] == NULL || is_blank(buyers->answers[i]))
            as_buf_printf(&open, "%s%s", open.n > 0 ? ", " : "",
                          as_buyer_question_name((enum as_buyer_question)i));
    if (!buyers->declared)
        as_findings_add(c->out, AS_FINDING_BUYERS_MISSING, c->pack->position, NULL,
                        "pack \"%s\" does not say what is known of its buyers", c->pack->name);
    else if (open.n > 0)
        as_findings_add(c->out, AS_FINDING_BUYERS_UNANSWERED, c->pack->position, NULL,
                        "pack \"%s\" leaves open about its buyers: %s", c->pack->name, as_buf_c(&open));
    as_buf_free(&open);
}

void as_check_plans(struct as_checking *checking)
{
    const struct as_pack *pack = checking->pack;
    check_buyers(checking);
    for (uint32_t i = 0; i < pack->templates.n; i++)
        check_template(checking, pack->templates.at[i]);
    if (!pack->agreement.declared) {
        as_findings_add(checking->out, AS_FINDING_AGREEMENT_MISSING, pack->position, NULL,
                        "pack \"%s\" states no agreement between marketing and sales", pack->name);
        return;
    }
    check_signers(checking, &pack->agreement);
    check_signatures(checking);
    check_review(checking, &pack->agreement);
    check_shares(checking, &pack->agreement);
}
