/* The standard facts of business-to-business selling: fields of people and companies, kinds of events and
 * the ordered lists of choices. Data only; schema.c gives them their indexes. Answers are not here: which
 * questions are asked is each team's own business. */
#include "data/facts/standard.h"

#include "base/suggest.h"

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static const char *const job_levels[] = {"student", "intern",   "individual", "senior",
                                         "manager", "director", "vp",         "c_level"};
/* By how far a no from them carries. */
static const char *const group_roles[] = {"gatekeeper", "user",        "influencer", "champion",
                                          "legal",      "procurement", "technical",  "economic"};
static const char *const account_types[] = {"prospect", "customer", "former_customer", "partner",
                                            "competitor"};
static const char *const channels[] = {"email", "call", "sms", "post", "social", "any"};

static const struct as_standard_choices choice_lists[] = {
    {"job_level", job_levels, COUNT(job_levels)},
    {"group_role", group_roles, COUNT(group_roles)},
};

const struct as_standard_choices *as_standard_choice_lists(uint32_t *n)
{
    *n = COUNT(choice_lists);
    return choice_lists;
}

#define LEAD(field_name, field_type, meaning)                                                                \
    {                                                                                                        \
        .name = field_name, .level = AS_LEVEL_LEAD, .type = AS_TYPE_##field_type, .text = meaning            \
    }
#define ACCOUNT(field_name, field_type, meaning)                                                             \
    {                                                                                                        \
        .name = field_name, .level = AS_LEVEL_ACCOUNT, .type = AS_TYPE_##field_type, .text = meaning         \
    }
#define TO_ACCOUNT(field_level, field_name, meaning)                                                         \
    {                                                                                                        \
        .name = field_name, .level = AS_LEVEL_##field_level, .type = AS_TYPE_REFERENCE,                      \
        .target = AS_LEVEL_ACCOUNT, .text = meaning                                                          \
    }

static const struct as_field fields[] = {
    LEAD("email", TEXT, "Main e-mail address."),
    LEAD("first_name", TEXT, "Given name."),
    LEAD("last_name", TEXT, "Family name."),
    LEAD("name", TEXT, "Full name."),
    LEAD("title", TEXT, "Job title as the person or the CRM gives it."),
    LEAD("job_level", CHOICE, "Seniority."),
    LEAD("department", TEXT, "Department or function."),
    LEAD("group_role", CHOICE, "Part played in the buying group."),
    LEAD("company", TEXT, "Name of the company as the person or the CRM gives it."),
    LEAD("website", TEXT, "Web site of the company as the person or the CRM gives it."),
    LEAD("phone", TEXT, "Telephone number."),
    LEAD("mobile", TEXT, "Mobile telephone number."),
    LEAD("linkedin", TEXT, "Address of the LinkedIn profile."),
    LEAD("street", TEXT, "Street and number."),
    LEAD("city", TEXT, "City."),
    LEAD("state", TEXT, "State, province or canton."),
    LEAD("postal_code", TEXT, "Postal code."),
    LEAD("country", TEXT, "Country."),
    LEAD("timezone", TEXT, "IANA time zone, for example Europe/Berlin."),
    LEAD("language", TEXT, "Preferred language."),
    LEAD("source", TEXT, "Where the lead came from; `q.lead_source` says which of several counts."),
    LEAD("campaign", TEXT, "Campaign the lead came from."),
    LEAD("status", TEXT, "Status in the CRM."),
    LEAD("created", DATE, "Day the lead was created in its source."),
    LEAD("last_activity", DATE, "Day of the last activity that the CRM knows."),
    LEAD("owner", USER, "Who owns the lead."),
    LEAD("relationship_owner", USER, "Who has the personal relationship."),
    LEAD("partner_manager", USER, "Who manages the partner that brought the lead."),
    TO_ACCOUNT(LEAD, "former_account", "Account the person worked for before."),
    LEAD("product_interest", CHOICES, "Products the person is interested in."),
    {.name = "unsubscribed",
     .level = AS_LEVEL_LEAD,
     .type = AS_TYPE_CHOICES,
     .choices = channels,
     .choice_count = COUNT(channels),
     .text = "Channels the person does not want."},
    LEAD("bounced_hard", BOOLEAN, "E-mail to the main address cannot be delivered."),

    ACCOUNT("name", TEXT, "Name of the company."),
    ACCOUNT("domain", TEXT, "Registrable domain of its web site and e-mail."),
    ACCOUNT("website", TEXT, "Web site."),
    ACCOUNT("industry", TEXT, "Industry."),
    ACCOUNT("employees", INTEGER, "Number of employees."),
    ACCOUNT("revenue", MONEY, "Revenue of a year."),
    ACCOUNT("founded", INTEGER, "Year of foundation."),
    ACCOUNT("phone", TEXT, "Telephone number."),
    ACCOUNT("street", TEXT, "Street and number."),
    ACCOUNT("city", TEXT, "City."),
    ACCOUNT("state", TEXT, "State, province or canton."),
    ACCOUNT("postal_code", TEXT, "Postal code."),
    ACCOUNT("country", TEXT, "Country."),
    ACCOUNT("region", TEXT, "Sales region."),
    ACCOUNT("timezone", TEXT, "IANA time zone, for example Europe/Berlin."),
    ACCOUNT("description", TEXT, "What the company does."),
    {.name = "type",
     .level = AS_LEVEL_ACCOUNT,
     .type = AS_TYPE_CHOICE,
     .choices = account_types,
     .choice_count = COUNT(account_types),
     .text = "What the company is to us."},
    ACCOUNT("source", TEXT, "Where the account came from."),
    ACCOUNT("created", DATE, "Day the account was created in its source."),
    ACCOUNT("customer_since", DATE, "Day of the first purchase."),
    ACCOUNT("renewal", DATE, "Day on which the contract is to be renewed."),
    ACCOUNT("owner", USER, "Who owns the account."),
    ACCOUNT("marketing_owner", USER, "Who is responsible in marketing."),
    ACCOUNT("sales_owner", USER, "Who is responsible in sales."),
    TO_ACCOUNT(ACCOUNT, "parent", "Parent company."),
    TO_ACCOUNT(ACCOUNT, "top_parent", "Highest parent company."),
    ACCOUNT("do_not_contact", BOOLEAN, "Nobody of this company may be contacted."),
    ACCOUNT("products", CHOICES, "Products the company has of us."),
    ACCOUNT("technologies", CHOICES, "Technologies the company uses."),
    ACCOUNT("open_tickets", INTEGER, "Support tickets that are open."),
    ACCOUNT("open_deals", INTEGER,
            "Opportunities of the company that are open: counted once any were imported, unknown before."),
    ACCOUNT("lifetime_value", MONEY, "What the customer is worth over its life."),
    ACCOUNT("potential_value", MONEY, "What the company could be worth."),
    ACCOUNT("need_diversity", NUMBER, "0: needs like everybody's; 1: needs like nobody's."),
    ACCOUNT("cluster", TEXT, "Cluster of accounts with like needs."),
    ACCOUNT("icp", NUMBER, "Likeness to the ideal customer, 0 to 100."),
};

const struct as_field *as_standard_fields(uint32_t *n)
{
    *n = COUNT(fields);
    return fields;
}

#define BUYER(kind_name, kind_intent, meaning)                                                               \
    {                                                                                                        \
        .name = kind_name, .by = AS_ACTOR_BUYER, .intent = kind_intent, .text = meaning                      \
    }
#define SELLER(kind_name, meaning)                                                                           \
    {                                                                                                        \
        .name = kind_name, .by = AS_ACTOR_SELLER, .text = meaning                                            \
    }
#define SYSTEM(kind_name, meaning)                                                                           \
    {                                                                                                        \
        .name = kind_name, .by = AS_ACTOR_SYSTEM, .text = meaning                                            \
    }
#define ACT(kind_name, kind_act, meaning)                                                                    \
    {                                                                                                        \
        .name = kind_name, .by = AS_ACTOR_SELLER, .act = AS_ACT_##kind_act, .text = meaning                  \
    }
#define P(property_name, property_type)                                                                      \
    {                                                                                                        \
        property_name, AS_TYPE_##property_type, false                                                        \
    }
#define NEEDED(property_name, property_type)                                                                 \
    {                                                                                                        \
        property_name, AS_TYPE_##property_type, true                                                         \
    }

static const struct as_standard_kind kinds[] = {
    /* what buyers read and watch */
    {BUYER("page_view", "content", "Looked at a page."),
     {P("url", TEXT), P("title", TEXT), P("seconds", NUMBER)}},
    {BUYER("blog_view", "content", "Read a blog post."), {P("url", TEXT), P("title", TEXT)}},
    {BUYER("whitepaper", "content", "Downloaded a white paper."), {P("title", TEXT), P("topic", TEXT)}},
    {BUYER("ebook", "content", "Downloaded an e-book."), {P("title", TEXT), P("topic", TEXT)}},
    {BUYER("download", "content", "Downloaded something else."), {P("title", TEXT), P("topic", TEXT)}},
    {BUYER("video_view", "content", "Watched a video."), {P("title", TEXT), P("seconds", NUMBER)}},
    {BUYER("webinar", "content", "Attended a webinar."), {P("title", TEXT), P("minutes", NUMBER)}},
    {BUYER("case_study", "content", "Read a case study."), {P("title", TEXT), P("industry", TEXT)}},
    {BUYER("reference", "content", "Spoke with a reference customer."), {P("customer", TEXT)}},
    {BUYER("email_open", "content", "Opened an e-mail."), {P("email_campaign", TEXT)}},
    {BUYER("email_click", "content", "Clicked a link in an e-mail."),
     {P("url", TEXT), P("email_campaign", TEXT)}},
    {BUYER("ad_click", "content", "Clicked an advertisement."), {P("url", TEXT)}},
    {BUYER("registration", "content", "Registered for something."), {P("title", TEXT)}},
    {BUYER("form_fill", "content", "Sent a form."), {P("form", TEXT), P("url", TEXT), P("title", TEXT)}},
    {BUYER("event_attended", "content", "Attended a fair or a conference."), {P("title", TEXT)}},
    {BUYER("subscription", "content", "Subscribed to a newsletter."), {P("title", TEXT)}},
    {BUYER("email_reply", "content", "Answered an e-mail."), {P("subject", TEXT)}},
    {BUYER("chat", "content", "Wrote in the chat."), {P("topic", TEXT)}},
    {BUYER("self_identified", "content", "Chose a topic or a segment as theirs."), {P("topic", TEXT)}},

    /* what buyers say of themselves: a need is the outcome they want, not the feature they ask for */
    {BUYER("challenge", NULL, "Told of a challenge: an outcome that is wanted."),
     {NEEDED("outcome", TEXT), P("area", TEXT), P("feature", TEXT)}},
    {BUYER("insight", "content", "Took an insight of ours: new to them, or known before."),
     {NEEDED("novelty", TEXT), P("topic", TEXT)}},

    /* what buyers do about the product */
    {BUYER("pricing_view", "product", "Looked at prices."), {P("url", TEXT)}},
    {BUYER("product_view", "product", "Looked at a product page."), {P("url", TEXT), P("product", TEXT)}},
    {BUYER("roi_calculator", "product", "Used the return calculator."), {P("result", NUMBER)}},
    {BUYER("trial_start", "product", "Began a trial."), {P("product", TEXT)}},
    {BUYER("product_use", "product", "Used the product or the trial."),
     {P("product", TEXT), P("feature", TEXT)}},
    {BUYER("meeting_booked", "product", "Booked a meeting; one of ours arranged it where it says with whom."),
     {P("title", TEXT), P("starts", TEXT), P("with", TEXT), P("by", TEXT)}},
    {BUYER("meeting_held", "product", "Came to a meeting."),
     {P("title", TEXT), P("minutes", NUMBER), P("by", TEXT)}},
    {BUYER("meeting_no_show", NULL, "Did not come to a meeting."), {P("title", TEXT), P("by", TEXT)}},

    /* hands raised: the clock of the answer runs */
    {BUYER("demo_request", "hand_raise", "Asked for a demonstration."), {P("product", TEXT), P("url", TEXT)}},
    {BUYER("contact_request", "hand_raise", "Asked to be contacted."), {P("url", TEXT), P("topic", TEXT)}},
    {BUYER("pricing_request", "hand_raise", "Asked for prices."), {P("product", TEXT), P("url", TEXT)}},

    /* community */
    {BUYER("community_join", "community", "Joined the community."), {P("place", TEXT)}},
    {BUYER("community_post", "community", "Wrote in the community."), {P("place", TEXT), P("topic", TEXT)}},
    {BUYER("community_reply", "community", "Answered in the community."),
     {P("place", TEXT), P("topic", TEXT)}},
    {BUYER("community_view", "community", "Read in the community."), {P("place", TEXT), P("topic", TEXT)}},
    {BUYER("community_vote", "community", "Rated or recommended something."),
     {P("place", TEXT), P("rating", NUMBER)}},
    {BUYER("referral", "community", "Recommended us to somebody."), {P("to", TEXT)}},
    {BUYER("social_engagement", "community", "Reacted in a social network."), {P("place", TEXT)}},

    /* signs from elsewhere, and leaving */
    {BUYER("intent", "intent", "Researches our subject elsewhere."),
     {P("strength", NUMBER), P("topic", TEXT)}},
    {BUYER("unsubscribe", NULL, "Does not want to hear from us."), {P("channel", TEXT)}},
    {BUYER("spam_report", NULL, "Reported an e-mail as spam."), {{NULL, AS_TYPE_TEXT, false}}},
    {SYSTEM("job_change", "Works somewhere else now."), {P("from", TEXT), P("to", TEXT), P("title", TEXT)}},
    {SYSTEM("bounce", "An e-mail came back."), {P("type", TEXT), P("reason", TEXT)}},

    /* what sellers do is never interest */
    {SELLER("email_sent", "An e-mail was sent."), {P("email_campaign", TEXT), P("subject", TEXT)}},
    {SYSTEM("email_delivered", "An e-mail arrived."), {P("email_campaign", TEXT)}},
    {SELLER("sales_touch", "A person of ours got in touch."), {P("channel", TEXT), P("outcome", TEXT)}},
    {SELLER("call_made", "A person of ours called."), {P("outcome", TEXT), P("minutes", NUMBER)}},
    {SYSTEM("meeting_moved", "A meeting was put off."),
     {NEEDED("starts", TEXT), P("reason", TEXT), P("by", TEXT)}},
    {SYSTEM("meeting_cancelled", "A meeting was called off."), {P("reason", TEXT), P("by", TEXT)}},
    {SELLER("meeting_rated", "Who held a meeting said how good it was, 1 to 5."),
     {NEEDED("rating", NUMBER), P("reason", TEXT), P("by", TEXT)}},
    {SELLER("proposal_sent", "A proposal was sent."), {P("amount", MONEY)}},
    {ACT("handoff", HANDOFF, "Sales was offered the lead."), {P("to", TEXT)}},
    {ACT("handoff_accepted", ACCEPTED, "Sales took the lead."), {P("by", TEXT)}},
    {ACT("handoff_rejected", REJECTED, "Sales gave the lead back."), {P("reason", TEXT), P("by", TEXT)}},
    {SYSTEM("cut_survived", "We stayed on the buyer's list at a point of decision."), {NEEDED("cut", TEXT)}},
    {SYSTEM("cut_missed", "The buyer's list went on without us at a point of decision."),
     {NEEDED("cut", TEXT), P("reason", TEXT)}},
    {ACT("won", WON, "Bought."), {P("amount", MONEY), P("product", TEXT)}},
    {ACT("lost", LOST, "Bought elsewhere."), {P("reason", TEXT), P("competitor", TEXT)}},
    {ACT("no_decision", NO_DECISION, "Bought nothing at all."), {P("reason", TEXT)}},
};

const struct as_standard_kind *as_standard_kinds(uint32_t *n)
{
    *n = COUNT(kinds);
    return kinds;
}

bool as_standard_channel(const char **known, const struct as_schema *schema, struct as_str word)
{
    uint32_t index = as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("unsubscribed"));
    *known = NULL;
    if (index == AS_NO_INDEX)
        return true;
    const struct as_field *field = schema->fields.at[index];
    for (uint32_t i = 0; i < field->choice_count; i++)
        if (as_str_is_nocase(word, field->choices[i])) {
            *known = field->choices[i];
            return true;
        }
    *known = as_suggest(word, field->choices, field->choice_count);
    return *known == NULL;
}

bool as_standard_is_bant(struct as_str name)
{
    static const char *const names[] = {
        "budget",   "funds",      "funds_access", "funds_commit",  "wherewithal", "authority",  "buying_role",
        "process",  "need",       "needs",        "priority",      "urgency",     "timeframe",  "timing",
        "timeline", "evaluating", "decision_by",  "purchase_date", "need_stated", "importance",
    };
    for (uint32_t i = 0; i < COUNT(names); i++)
        if (as_str_is(name, names[i]))
            return true;
    return false;
}
