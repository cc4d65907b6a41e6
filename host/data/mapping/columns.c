/* The columns of each kind of import, and the names under which the world's exports carry them. Values are
 * convert.c's business. */
#include "data/mapping/columns.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

const char *const as_import_kinds[AS_IMPORT_KIND_COUNT + 1] = {
    "leads",    "accounts", "events",  "answers", "opportunities", "users",      "campaigns", "content",
    "products", "touches",  "consent", "costs",   "surveys",       "activities", "posts",     NULL};

const char *as_import_kind_name(enum as_import_kind kind)
{
    return as_import_kinds[kind];
}

bool as_import_kind_parse(enum as_import_kind *kind, struct as_str name)
{
    for (int i = 0; i < AS_IMPORT_KIND_COUNT; i++)
        if (as_str_is(name, as_import_kinds[i])) {
            *kind = (enum as_import_kind)i;
            return true;
        }
    return false;
}

static const char *const manners[] = {"stated", "inferred", NULL};
static const char *const voices[] = {"buyer", "sales", "marketing", "system", NULL};
static const char *const outcomes[] = {"open", "won", "lost", "no_decision", NULL};
static const char *const appeals[] = {"rational", "emotional", "both", NULL};
static const char *const moments[] = {"information", "buying", "client", NULL};
static const char *const states[] = {"granted", "double_opt_in", "denied", "objected", NULL};

/* One list a kind, read twice: as rows with forms and as bare names. */
/* clang-format off */
#define LEADS(C) \
    C("id", TEXT, NULL) C("email", EMAILS, NULL) C("account_id", TEXT, NULL) \
    C("company", TEXT, NULL) C("website", TEXT, NULL) C("merged_ids", IDS, NULL)
#define ACCOUNTS(C) \
    C("id", TEXT, NULL) C("name", TEXT, NULL) C("domain", TEXT, NULL) \
    C("website", TEXT, NULL) C("parent_id", TEXT, NULL) C("parent", TEXT, NULL) \
    C("merged_ids", IDS, NULL)
#define EVENTS(C) \
    C("id", TEXT, NULL) C("at", PAST, NULL) C("kind", KIND, NULL) \
    C("lead_id", TEXT, NULL) C("email", EMAIL, NULL) C("account_id", TEXT, NULL) \
    C("domain", TEXT, NULL) C("content", TEXT, NULL) C("campaign", TEXT, NULL)
#define ANSWERS(C) \
    C("lead_id", TEXT, NULL) C("email", EMAIL, NULL) C("account_id", TEXT, NULL) \
    C("question", TEXT, NULL) C("value", TEXT, NULL) C("manner", WORD, manners) \
    C("by", WORD, voices) C("at", PAST, NULL) C("user", TEXT, NULL)
#define OPPORTUNITIES(C) \
    C("id", TEXT, NULL) C("name", TEXT, NULL) C("account_id", TEXT, NULL) \
    C("account", TEXT, NULL) C("lead_id", TEXT, NULL) C("email", EMAIL, NULL) \
    C("stage", TEXT, NULL) C("outcome", WORD, outcomes) C("amount", AMOUNT, NULL) \
    C("currency", TEXT, NULL) C("created", INSTANT, NULL) C("closed", INSTANT, NULL) \
    C("owner", TEXT, NULL) C("product", TEXT, NULL) C("source", TEXT, NULL) \
    C("reason", TEXT, NULL) C("competitor", TEXT, NULL)
#define USERS(C) \
    C("id", TEXT, NULL) C("name", TEXT, NULL) C("email", EMAIL, NULL) \
    C("team", TEXT, NULL) C("role", TEXT, NULL) C("manager", TEXT, NULL) \
    C("absent_from", INSTANT, NULL) C("absent_to", INSTANT, NULL) C("capacity", INTEGER, NULL)
#define CAMPAIGNS(C) \
    C("id", TEXT, NULL) C("name", TEXT, NULL) C("channel", TEXT, NULL) \
    C("started", INSTANT, NULL) C("ended", INSTANT, NULL) C("cost", AMOUNT, NULL) \
    C("currency", TEXT, NULL)
#define CONTENT(C) \
    C("key", TEXT, NULL) C("title", TEXT, NULL) C("kind", TEXT, NULL) \
    C("persona", TEXT, NULL) C("phase", TEXT, NULL) C("need", TEXT, NULL) \
    C("url", TEXT, NULL) C("source_type", TEXT, NULL) C("evidence", TEXT, NULL) \
    C("brand_visible", BOOLEAN, NULL) C("answers", TEXT, NULL) C("appeal", WORD, appeals) \
    C("story", BOOLEAN, NULL) C("text", TEXT, NULL)
#define PRODUCTS(C) \
    C("id", TEXT, NULL) C("name", TEXT, NULL) C("line", TEXT, NULL) \
    C("price", AMOUNT, NULL) C("currency", TEXT, NULL)
#define TOUCHES(C) \
    C("id", TEXT, NULL) C("at", PAST, NULL) C("lead_id", TEXT, NULL) \
    C("email", EMAIL, NULL) C("channel", CHANNEL, NULL) C("ask", TEXT, NULL) \
    C("content", TEXT, NULL) C("user", TEXT, NULL) C("outcome", TEXT, NULL) \
    C("summary", TEXT, NULL) C("text", TEXT, NULL)
#define CONSENT(C) \
    C("lead_id", TEXT, NULL) C("email", EMAIL, NULL) C("channel", CHANNEL, NULL) \
    C("purpose", TEXT, NULL) C("basis", TEXT, NULL) C("state", WORD, states) \
    C("source", TEXT, NULL) C("at", PAST, NULL) C("evidence", TEXT, NULL)
#define COSTS(C) \
    C("campaign", TEXT, NULL) C("content", TEXT, NULL) C("activity", TEXT, NULL) \
    C("account_id", TEXT, NULL) C("account", TEXT, NULL) \
    C("amount", AMOUNT, NULL) C("currency", TEXT, NULL) C("at", INSTANT, NULL)
#define SURVEYS(C) \
    C("survey", TEXT, NULL) C("at", PAST, NULL) C("respondent", TEXT, NULL) \
    C("group", TEXT, NULL) C("stage", WORD, moments) C("item", TEXT, NULL) \
    C("axis", TEXT, NULL) C("answer", TEXT, NULL) C("times", INTEGER, NULL)
#define ACTIVITIES(C) \
    C("name", TEXT, NULL) C("roi_applicable", BOOLEAN, NULL) C("measured_by", TEXT, NULL) \
    C("automated", BOOLEAN, NULL)
#define POSTS(C) \
    C("id", TEXT, NULL) C("at", PAST, NULL) C("member", TEXT, NULL) \
    C("email", EMAIL, NULL) C("community", TEXT, NULL) C("tags", TEXT, NULL) C("text", TEXT, NULL)
/* clang-format on */

#define KINDS(K)                                                                                             \
    K(LEADS)                                                                                                 \
    K(ACCOUNTS)                                                                                              \
    K(EVENTS)                                                                                                \
    K(ANSWERS)                                                                                               \
    K(OPPORTUNITIES)                                                                                         \
    K(USERS)                                                                                                 \
    K(CAMPAIGNS) K(CONTENT) K(PRODUCTS) K(TOUCHES) K(CONSENT) K(COSTS) K(SURVEYS) K(ACTIVITIES) K(POSTS)

#define ROW(column_name, column_form, column_words)                                                          \
    {.name = column_name, .form = AS_FORM_##column_form, .words = column_words},
#define TABLE(KIND)                                                                                          \
    static const struct as_import_column KIND##_rows[] = {KIND(ROW){NULL, AS_FORM_TEXT, NULL}};
KINDS(TABLE)

const struct as_import_column *as_import_columns(enum as_import_kind kind)
{
#define TABLE_ROWS(KIND) KIND##_rows,
    static const struct as_import_column *const tables[] = {KINDS(TABLE_ROWS)};
    return tables[kind];
}

const struct as_import_needs *as_import_needs(enum as_import_kind kind)
{
    static const struct as_import_needs needs[AS_IMPORT_KIND_COUNT] = {
        [AS_IMPORT_LEADS] = {{{"id", "email"}}},
        [AS_IMPORT_ACCOUNTS] = {{{"id", "domain", "name", "website"}}},
        [AS_IMPORT_EVENTS] = {{{"at"}, {"kind"}, {"lead_id", "email", "account_id", "domain"}}},
        [AS_IMPORT_ANSWERS] = {{{"question"}, {"value"}, {"lead_id", "email", "account_id"}}},
        [AS_IMPORT_OPPORTUNITIES] = {{{"id", "name"}}},
        [AS_IMPORT_USERS] = {{{"name", "email", "id"}}},
        [AS_IMPORT_CAMPAIGNS] = {{{"id", "name"}}},
        [AS_IMPORT_CONTENT] = {{{"key"}}},
        [AS_IMPORT_PRODUCTS] = {{{"id", "name"}}},
        [AS_IMPORT_TOUCHES] = {{{"at"}, {"channel"}, {"lead_id", "email"}}},
        [AS_IMPORT_CONSENT] = {{{"state"}, {"lead_id", "email"}}},
        [AS_IMPORT_COSTS] = {{{"amount"},
                              {"at"},
                              {"campaign", "content", "activity", "account_id", "account"}}},
        [AS_IMPORT_SURVEYS] = {{{"survey"}, {"at"}, {"item"}, {"answer"}}},
        [AS_IMPORT_ACTIVITIES] = {{{"name"}}},
        [AS_IMPORT_POSTS] = {{{"at"}, {"member", "email"}, {"text", "tags"}}},
    };
    return &needs[kind];
}

/* Names in exports of CRM and marketing systems, without case, blanks and punctuation. A synonym that means
 * another column in another kind names the kinds it is for. */
#define ALL      0xffffu
#define OF(kind) (1u << AS_IMPORT_##kind)
#define PERSON   (OF(EVENTS) | OF(ANSWERS) | OF(TOUCHES) | OF(CONSENT) | OF(OPPORTUNITIES))
static const struct {
    const char *ours;
    uint32_t kinds;
    const char *theirs; /* separated by blanks */
} synonyms[] = {
    {"id", OF(LEADS),
     "leadid contactid recordid mqlid personid prospectid leadnumber hubspotid salesforceid customerid vid"},
    {"id", OF(ACCOUNTS), "accountid companyid recordid organizationid organisationid"},
    {"id", OF(EVENTS), "eventid activityid"},
    {"id", OF(OPPORTUNITIES), "opportunityid dealid recordid"},
    {"id", OF(USERS), "userid ownerid"},
    {"id", OF(CAMPAIGNS), "campaignid"},
    {"id", OF(PRODUCTS), "productid sku productcode"},
    {"id", OF(TOUCHES), "touchid taskid callid"},
    {"id", OF(POSTS), "postid messageid"},
    {"key", OF(CONTENT), "id contentid contentkey slug"},
    {"email", OF(LEADS) | OF(USERS) | OF(POSTS) | PERSON,
     "emailaddress mail emailaddresses workemail businessemail primaryemail emailid contactemail leademail "
     "recipient"},
    {"account_id", OF(LEADS) | PERSON,
     "companyid associatedcompanyid organizationid organisationid primarycompanyid"},
    {"company", OF(LEADS),
     "companyname account accountname organization organisation organizationname employer firm"},
    {"account", OF(OPPORTUNITIES), "accountname company companyname organization organisation customer"},
    {"lead_id", PERSON, "lead contactid prospectid personid contact mqlid"},
    {"website", OF(LEADS) | OF(ACCOUNTS), "url web homepage websiteurl companywebsite site"},
    {"domain", OF(ACCOUNTS), "companydomainname companydomain webdomain domainname emaildomain"},
    {"domain", OF(EVENTS), "companydomain visitordomain"},
    {"parent_id", OF(ACCOUNTS), "parentaccountid parentcompanyid"},
    {"parent", OF(ACCOUNTS), "parentaccount parentcompany subsidiaryof"},
    {"merged_ids", OF(LEADS) | OF(ACCOUNTS),
     "mergedobjectids mergedcontactids mergedrecordids hsmergedobjectids"},
    {"first_name", OF(LEADS), "firstname givenname forename"},
    {"last_name", OF(LEADS), "lastname surname familyname"},
    {"name", OF(LEADS), "fullname contactname leadname"},
    {"name", OF(ACCOUNTS),
     "accountname companyname company account organization organisation organizationname"},
    {"name", OF(OPPORTUNITIES), "opportunityname dealname"},
    {"name", OF(USERS), "fullname username salesagent salesrep agent"},
    {"name", OF(CAMPAIGNS), "campaignname campaign"},
    {"name", OF(PRODUCTS), "productname product"},
    {"title", OF(LEADS), "jobtitle position role jobposition"},
    {"title", OF(CONTENT), "name headline"},
    {"job_level", OF(LEADS), "seniority level jobseniority managementlevel"},
    {"department", OF(LEADS), "jobfunction function division"},
    {"group_role", OF(LEADS), "buyingrole buyinggrouprole"},
    {"phone", OF(LEADS) | OF(ACCOUNTS), "phonenumber telephone tel businessphone workphone"},
    {"mobile", OF(LEADS), "mobilephone mobilephonenumber cell cellphone mobilenumber"},
    {"linkedin", OF(LEADS), "linkedinurl linkedinprofile linkedinprofileurl"},
    {"street", OF(LEADS) | OF(ACCOUNTS), "address streetaddress mailingstreet billingstreet address1"},
    {"city", OF(LEADS) | OF(ACCOUNTS), "town mailingcity billingcity"},
    {"state", OF(LEADS) | OF(ACCOUNTS), "stateregion province stateprovince mailingstate billingstate"},
    {"postal_code", OF(LEADS) | OF(ACCOUNTS), "zip zipcode postcode mailingzip billingzip"},
    {"country", OF(LEADS) | OF(ACCOUNTS), "countryregion mailingcountry billingcountry officelocation"},
    {"timezone", OF(LEADS) | OF(ACCOUNTS), "tz"},
    {"language", OF(LEADS), "preferredlanguage"},
    {"source", OF(LEADS) | OF(ACCOUNTS) | OF(OPPORTUNITIES),
     "leadsource originalsource accountsource origin dealsource"},
    {"campaign", OF(LEADS) | OF(EVENTS) | OF(COSTS), "campaignname leadcampaign"},
    {"status", OF(LEADS), "leadstatus contactstatus"},
    {"created", OF(LEADS) | OF(ACCOUNTS) | OF(OPPORTUNITIES),
     "createdate createddate createdat createdon datecreated creationdate firstcontactdate engagedate"},
    {"last_activity", OF(LEADS), "lastactivitydate"},
    {"owner", OF(LEADS) | OF(ACCOUNTS) | OF(OPPORTUNITIES),
     "ownername leadowner contactowner accountowner companyowner dealowner opportunityowner salesagent "
     "assignedto"},
    {"product_interest", OF(LEADS), "productofinterest interestedin productsofinterest"},
    {"industry", OF(ACCOUNTS), "sector branch vertical"},
    {"employees", OF(ACCOUNTS), "numberofemployees employeecount companysize headcount noofemployees"},
    {"revenue", OF(ACCOUNTS), "annualrevenue yearlyrevenue turnover"},
    {"founded", OF(ACCOUNTS), "yearfounded foundedyear yearestablished"},
    {"type", OF(ACCOUNTS), "accounttype companytype customertype"},
    {"region", OF(ACCOUNTS), "territory salesregion"},
    {"survey", OF(SURVEYS), "surveyname questionnaire"},
    {"respondent", OF(SURVEYS), "respondentid participant email emailaddress person"},
    {"group", OF(SURVEYS), "role team side source"},
    {"item", OF(SURVEYS), "question activity factor statement"},
    {"axis", OF(SURVEYS), "dimension scale"},
    {"answer", OF(SURVEYS), "value rating score response"},
    {"times", OF(SURVEYS), "count respondents n"},
    {"name", OF(ACTIVITIES), "activity activityname"},
    {"member", OF(POSTS), "memberid user userid username author authorid handle nickname"},
    {"community", OF(POSTS), "forum board category channel"},
    {"tags", OF(POSTS), "tag labels topics hashtags"},
    {"text", OF(POSTS), "body content message post raw"},
    {"text", OF(CONTENT), "body summary description abstract"},
    {"text", OF(TOUCHES), "subject body message"},
    {"roi_applicable", OF(ACTIVITIES), "roi"},
    {"measured_by", OF(ACTIVITIES), "metric measure kpi"},
    {"at", OF(EVENTS) | OF(ANSWERS) | OF(TOUCHES) | OF(CONSENT) | OF(COSTS) | OF(SURVEYS) | OF(POSTS),
     "timestamp time date datetime occurredat createdat eventdate eventtime activitydate created posted "
     "postedat"},
    {"kind", OF(EVENTS), "event eventtype type activity activitytype eventname"},
    {"kind", OF(CONTENT), "type contenttype format"},
    {"content", OF(EVENTS) | OF(TOUCHES) | OF(COSTS), "asset contentkey resource"},
    {"question", OF(ANSWERS), "key name field"},
    {"value", OF(ANSWERS), "answer response"},
    {"by", OF(ANSWERS), "voice saidby"},
    {"user", OF(ANSWERS) | OF(TOUCHES), "owner rep agent"},
    {"stage", OF(OPPORTUNITIES), "dealstage salesstage stagename opportunitystage"},
    {"outcome", OF(OPPORTUNITIES), "result status"},
    {"amount", OF(OPPORTUNITIES) | OF(COSTS), "value dealvalue closevalue dealamount cost spend"},
    {"cost", OF(CAMPAIGNS), "actualcost budgetedcost spend amount"},
    {"price", OF(PRODUCTS), "salesprice unitprice listprice"},
    {"line", OF(PRODUCTS), "series family productline productfamily"},
    {"currency", ALL, "currencycode currencyisocode"},
    {"closed", OF(OPPORTUNITIES), "closedate closeddate wondate closingdate"},
    {"product", OF(OPPORTUNITIES), "productname"},
    {"reason", OF(OPPORTUNITIES), "closedlostreason lostreason closedwonreason winreason reasonlost"},
    {"competitor", OF(OPPORTUNITIES),
     "competitors competitorname maincompetitor maincompetitors primarycompetitor lostto losttocompetitor"},
    {"team", OF(USERS), "teamname salesteam regionaloffice"},
    {"manager", OF(USERS), "managername reportsto"},
    {"role", OF(USERS), "jobtitle profile userrole"},
    {"channel", OF(TOUCHES) | OF(CAMPAIGNS) | OF(CONSENT), "medium type"},
    {"started", OF(CAMPAIGNS), "startdate start"},
    {"ended", OF(CAMPAIGNS), "enddate end"},
    {"state", OF(CONSENT), "status optin consent"},
};

enum { KEY_TEXT = 192 };

/* Small letters, digits and bytes beyond ASCII; "" when it is longer than any name that could match. */
static void compact(char out[KEY_TEXT], struct as_str name)
{
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c >= 'A' && c <= 'Z')
            c = (unsigned char)(c + 32);
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80))
            continue;
        if (n + 1 == KEY_TEXT) {
            n = 0;
            break;
        }
        out[n++] = (char)c;
    }
    out[n] = '\0';
}

bool as_same_word(struct as_str a, struct as_str b)
{
    char x[KEY_TEXT], y[KEY_TEXT];
    compact(x, a);
    compact(y, b);
    return x[0] != '\0' && strcmp(x, y) == 0;
}

static bool level_of(enum as_level *level, enum as_import_kind kind)
{
    *level = kind == AS_IMPORT_ACCOUNTS ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD;
    return kind == AS_IMPORT_LEADS || kind == AS_IMPORT_ACCOUNTS;
}

static void target_column(struct as_target *out, const struct as_import_column *column)
{
    *out = (struct as_target){.name = column->name, .form = column->form, .words = column->words};
}

static void target_field(struct as_target *out, const struct as_field *field)
{
    *out = (struct as_target){.name = field->name, .form = AS_FORM_FIELD, .field = field};
}

static void target_property(struct as_target *out, const struct as_property *property)
{
    *out = (struct as_target){.name = property->name, .form = AS_FORM_PROPERTY, .property = property->name};
}

bool as_target_named(struct as_target *out, enum as_import_kind kind, const struct as_schema *schema,
                     struct as_str name)
{
    enum as_level level;
    for (const struct as_import_column *column = as_import_columns(kind); column->name != NULL; column++)
        if (as_str_is(name, column->name)) {
            target_column(out, column);
            return true;
        }
    if (level_of(&level, kind)) {
        uint32_t field = as_schema_field(schema, level, name);
        if (field == AS_NO_INDEX)
            return false;
        target_field(out, schema->fields.at[field]);
        return true;
    }
    if (kind != AS_IMPORT_EVENTS || !as_str_starts(name, AS_STR("property.")))
        return false;
    struct as_str bare = {name.p + strlen("property."), name.n - strlen("property.")};
    for (uint32_t i = 0; i < schema->properties.n; i++)
        if (as_str_is(bare, schema->properties.at[i].name)) {
            target_property(out, &schema->properties.at[i]);
            return true;
        }
    return false;
}

static bool has_word(const char *words, const char *key)
{
    struct as_str rest = as_str_of(words);
    while (rest.p != NULL)
        if (as_str_is(as_str_cut(&rest, ' '), key))
            return true;
    return false;
}

static bool is_compact(const char *name, const char *key)
{
    char own[KEY_TEXT];
    compact(own, as_str_of(name));
    return strcmp(own, key) == 0;
}

bool as_target_meant(struct as_target *out, enum as_import_kind kind, const struct as_schema *schema,
                     struct as_str theirs)
{
    char key[KEY_TEXT];
    compact(key, theirs);
    if (key[0] == '\0')
        return false;
    if (as_target_named(out, kind, schema, theirs))
        return true;
    for (const struct as_import_column *column = as_import_columns(kind); column->name != NULL; column++)
        if (is_compact(column->name, key)) {
            target_column(out, column);
            return true;
        }
    enum as_level level;
    if (level_of(&level, kind))
        for (uint32_t i = 0; i < schema->fields.n; i++) {
            const struct as_field *field = schema->fields.at[i];
            if (field->ask == NULL && field->level == level && is_compact(field->name, key)) {
                target_field(out, field);
                return true;
            }
        }
    for (size_t i = 0; i < COUNT(synonyms); i++)
        if ((synonyms[i].kinds >> kind & 1) != 0 && has_word(synonyms[i].theirs, key) &&
            as_target_named(out, kind, schema, as_str_of(synonyms[i].ours)))
            return true;
    if (kind == AS_IMPORT_EVENTS)
        for (uint32_t i = 0; i < schema->properties.n; i++) {
            char with_prefix[KEY_TEXT + sizeof "property"];
            snprintf(with_prefix, sizeof with_prefix, "property%s", schema->properties.at[i].name);
            if (is_compact(schema->properties.at[i].name, key) || is_compact(with_prefix, key)) {
                target_property(out, &schema->properties.at[i]);
                return true;
            }
        }
    return false;
}

const char *as_target_suggest(enum as_import_kind kind, const struct as_schema *schema, struct as_str name)
{
    const char *names[AS_MAX_FIELDS + 32];
    size_t n = 0;
    enum as_level level;
    char key[KEY_TEXT];
    for (const struct as_import_column *column = as_import_columns(kind); column->name != NULL; column++)
        names[n++] = column->name;
    if (level_of(&level, kind)) {
        for (uint32_t i = 0; i < schema->fields.n; i++)
            if (schema->fields.at[i]->ask == NULL && schema->fields.at[i]->level == level)
                names[n++] = schema->fields.at[i]->name;
    } else if (kind == AS_IMPORT_EVENTS) {
        for (uint32_t i = 0; i < schema->properties.n && n < COUNT(names); i++)
            names[n++] = schema->properties.at[i].name;
    }
    const char *near = as_suggest(name, names, n);
    if (near != NULL)
        return near;
    compact(key, name);
    return as_suggest(as_str_of(key), names, n);
}
