/* The agreement between marketing and sales, and what both know of their buyers, as pack.lua states them.
 * Whether they hold is host/score's to say. */
#include "bind/language/declare.h"

#include <lua.h>

#define TABLE AS_TAKES_TABLE
#define TEXT  AS_TAKES_TEXT

static const struct as_form_option agreement_options[] = {
    {"marketing", TEXT, true, "Who signs for marketing."},
    {"sales", TEXT, true, "Who signs for sales."},
    {"review_by", AS_TAKES_DATE, false, "The day by which both look at it again; after it, nothing decides."},
    {"keys", TABLE, false, "Public keys of those who sign, as `assay sign --new-key` prints them."},
    {"marketing_sourced_pipeline", TABLE, false, "The shares that marketing commits to and sales expects."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_agreement = {"agreement", NULL, "The agreement between marketing and sales.",
                                          "agreement = { marketing = \"M. Ruiz\", sales = \"S. Okafor\" }",
                                          agreement_options};

static const struct as_form_option key_options[] = {
    {"marketing", TEXT, false,
     "The key of who signs for marketing; without it the signature is a plain line."},
    {"sales", TEXT, false, "The key of who signs for sales."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_keys = {"keys", NULL, "Public keys that signatures must fit.",
                                     "{ sales = \"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\" }",
                                     key_options};

static const struct as_form_option share_options[] = {
    {"marketing_commits", AS_TAKES_NUMBER, true, "Share of the pipeline, 0 to 1."},
    {"sales_expects", AS_TAKES_NUMBER, true, "Share of the pipeline, 0 to 1."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_share = {"marketing_sourced_pipeline", NULL,
                                      "Shares of the pipeline that marketing is to bring.",
                                      "{ marketing_commits = 0.30, sales_expects = 0.30 }", share_options};

static const struct as_form_option buyer_options[] = {
    {"why", TEXT, false, "Why companies and people buy what we sell."},
    {"who", TEXT, false, "Who takes part in the decision."},
    {"how", TEXT, false, "How they come to a decision, and by which steps."},
    {"what", TEXT, false, "What they have to know before they feel comfortable with it."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_buyers = {
    "buyers", NULL,
    "What rules rest on: four answers about those who buy. `assay check` names those that lack.",
    "buyers = { why = \"Plans by hand cost a planner a day a week.\", who = \"Operations, finance and IT.\" "
    "}",
    buyer_options};

static void read_keys(struct as_agreement *agreement, const struct as_options *o)
{
    struct as_options keys;
    if (!as_option_push(o, "keys"))
        return;
    as_options_open(&keys, o->L, o->loading, -1, &as_form_keys, NULL, o->position);
    for (int p = 0; p < AS_PARTIES; p++) {
        const char *party = as_party_name((enum as_party)p), *text = as_option_text(&keys, party);
        unsigned char *key = text != NULL ? as_loading_alloc(o->L, o->loading, AS_PUBLIC_KEY) : NULL;
        if (text != NULL && !as_key_parse(key, as_str_of(text)))
            as_option_refuse(&keys, party, "copy what `assay sign --new-key FILE` prints",
                             "is no public key");
        agreement->keys[p] = key;
    }
    lua_pop(o->L, 1);
}

void as_agreement_read(const struct as_options *pack)
{
    struct as_agreement *agreement = &pack->loading->pack->agreement;
    struct as_options o, shares;
    if (!as_option_push(pack, "agreement"))
        return;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_agreement, NULL, pack->position);
    agreement->declared = true;
    agreement->position = pack->position;
    for (int p = 0; p < AS_PARTIES; p++)
        agreement->signers[p] = as_option_text(&o, as_party_name((enum as_party)p));
    read_keys(agreement, &o);
    as_option_date(&agreement->review_by, &o, "review_by");
    if (as_option_push(&o, "marketing_sourced_pipeline")) {
        as_options_open(&shares, o.L, o.loading, -1, &as_form_share, NULL, o.position);
        as_option_number(&agreement->marketing_commits, &shares, "marketing_commits");
        as_option_number(&agreement->sales_expects, &shares, "sales_expects");
        if (!(agreement->marketing_commits >= 0 && agreement->marketing_commits <= 1))
            as_option_refuse(&shares, "marketing_commits", "write 0.30 for 30 %",
                             "is a share between 0 and 1");
        if (!(agreement->sales_expects >= 0 && agreement->sales_expects <= 1))
            as_option_refuse(&shares, "sales_expects", "write 0.30 for 30 %", "is a share between 0 and 1");
        lua_pop(o.L, 1);
    }
    lua_pop(pack->L, 1);
}

void as_buyers_read(const struct as_options *pack)
{
    struct as_buyers *buyers = &pack->loading->pack->buyers;
    struct as_options o;
    if (!as_option_push(pack, "buyers"))
        return;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_buyers, NULL, pack->position);
    buyers->declared = true;
    for (int i = 0; i < AS_BUYER_QUESTIONS; i++)
        buyers->answers[i] = as_option_text(&o, as_buyer_question_name((enum as_buyer_question)i));
    lua_pop(o.L, 1);
}
