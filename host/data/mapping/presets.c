/* Mappings for the exports of CRM systems under their own column names. Which preset of a kind fits is seen
 * by the columns of the file: one system gives the same kind in several shapes. The texts are JSON with ' for
 * ", and go through the same reader as everybody's mappings. */
#include "base/limits.h"
#include "data/mapping/mapping_tree.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define HUBSPOT                                                                                              \
    "'system':'hubspot','optional':true,'others':'match','unlisted':'leave out',"                            \
    "'skip':{'_fivetran_deleted':'true','is_deleted':'true','archived':'true'},"
#define SALESFORCE                                                                                           \
    "'system':'salesforce','optional':true,'others':'match','unlisted':'leave out',"                         \
    "'skip':{'IsDeleted':['true','1']},"
#define TRUE_IS(word) "'values':{'true':'" word "','1':'" word "'},'otherwise':''"
#define HUBSPOT_EMAIL_JOIN                                                                                   \
    "'joins':{'file':['email_event_data.csv','email_event.csv','email_events.csv'],'key':'id','their':'id'," \
    "'prefix':'event '},"                                                                                    \
    "'columns':{'id':'id','event created':'at','event recipient':'email',"                                   \
    "'event email_campaign_id':'property.email_campaign','_fivetran_synced':null"

enum { MARKERS = 3 };

static const struct {
    const char *system;
    enum as_import_kind kind;
    const char *markers[MARKERS]; /* columns, any of whose names tells this shape; none: any file */
    const char *json;
} presets[] = {
    {"hubspot",
     AS_IMPORT_LEADS,
     {NULL},
     "{" HUBSPOT "'columns':{'id':'id','vid':'id','hs_object_id':'id','Record ID':'id',"
     "'property_email':'email','property_work_email':'email','property_hs_additional_emails':'email',"
     "'property_firstname':'first_name','property_lastname':'last_name','property_jobtitle':'title',"
     "'property_company':'company','property_website':'website','property_associatedcompanyid':'account_id',"
     "'property_hs_merged_object_ids':'merged_ids','property_hs_calculated_merged_vids':null,"
     "'property_phone':'phone','property_mobilephone':'mobile','property_hs_linkedin_url':'linkedin',"
     "'property_address':'street','property_city':'city','property_state':'state','property_zip':'postal_"
     "code',"
     "'property_country':'country','property_hs_timezone':'timezone','property_hs_language':'language',"
     "'property_hs_analytics_source':'source','property_hs_lead_status':'status',"
     "'property_createdate':'created','property_created_at':'created','property_notes_last_contacted':'last_"
     "activity',"
     "'property_hubspot_owner_id':'owner','_fivetran_synced':null,"
     "'property_hs_seniority':{'to':'job_level','values':{'vp':'vp','director':'director','executive':'c_"
     "level',"
     "'owner':'c_level','partner':'c_level','senior':'senior','manager':'manager','employee':'individual',"
     "'entry':'individual'}},"
     "'property_hs_buying_role':{'to':'group_role','values':{'BUDGET_HOLDER':'economic','DECISION_MAKER':'"
     "economic',"
     "'EXECUTIVE_SPONSOR':'economic','CHAMPION':'champion','END_USER':'user','INFLUENCER':'influencer',"
     "'LEGAL_AND_COMPLIANCE':'legal','BLOCKER':'gatekeeper','OTHER':''}},"
     "'property_hs_email_optout':{'to':'unsubscribed'," TRUE_IS(
         "email") "},"
                  "'property_hs_email_bad_address':'bounced_hard',"
                  "'property_hs_email_hard_bounce_reason_enum':{'to':'bounced_hard','otherwise':'true'}}}"},
    {"hubspot",
     AS_IMPORT_ACCOUNTS,
     {NULL},
     "{" HUBSPOT "'columns':{'id':'id','hs_object_id':'id','Record ID':'id','companyId':'id',"
     "'property_name':'name','property_domain':'domain','property_website':'website',"
     "'property_industry':'industry','property_numberofemployees':'employees','property_annualrevenue':'"
     "revenue',"
     "'property_founded_year':'founded','property_description':'description','property_phone':'phone',"
     "'property_address':'street','property_city':'city','property_state':'state','property_zip':'postal_"
     "code',"
     "'property_country':'country','property_timezone':'timezone','property_hs_analytics_source':'source',"
     "'property_createdate':'created','property_hubspot_owner_id':'owner',"
     "'property_hs_parent_company_id':'parent_id','property_hs_merged_object_ids':'merged_ids',"
     "'_fivetran_synced':null,'property_address_2':null,"
     "'property_type':{'to':'type','values':{'PROSPECT':'prospect','PARTNER':'partner','RESELLER':'partner',"
     "'VENDOR':'','OTHER':''}}}}"},
    {"hubspot",
     AS_IMPORT_OPPORTUNITIES,
     {"deal_id"},
     "{" HUBSPOT "'joins':[{'file':['deal_pipeline_stage_data.csv','deal_pipeline_stage.csv'],'key':'stage_"
                 "id','their':'deal_pipeline_stage_id','prefix':'stage "
     "','optional':true},{'file':['deal_company_data.csv','deal_company.csv'],'key':'deal_id','their':'deal_"
     "id','prefix':'company "
     "','optional':true},{'file':['deal_contact_data.csv','deal_contact.csv'],'key':'deal_id','their':'deal_"
     "id','prefix':'contact "
     "','optional':true}],'columns':{'deal_id':'id','property_dealname':'name','property_amount':'amount','"
     "property_deal_currency_code':'currency','property_createdate':'created','property_closedate':'closed','"
     "stage "
     "label':'stage','property_dealstage':'stage','deal_pipeline_stage_id':'stage',"
     "'stage closed_won':{'to':'outcome'," TRUE_IS(
         "won") "},"
                "'stage is_closed':{'to':'outcome','values':{'true':'lost','false':'open'},'otherwise':''},"
                "'company company_id':'account_id','contact contact_id':'lead_id','owner_id':'owner',"
                "'property_hs_analytics_source':'source','property_closed_lost_reason':'reason',"
                "'property_closed_won_reason':'reason','_fivetran_synced':null,'portal_id':null,'deal_"
                "pipeline_id':null}}"},
    {"hubspot",
     AS_IMPORT_OPPORTUNITIES,
     {NULL},
     "{" HUBSPOT "'columns':{'id':'id','hs_object_id':'id','Record ID':'id','property_dealname':'name',"
     "'property_amount':'amount','property_deal_currency_code':'currency','property_createdate':'created',"
     "'property_closedate':'closed','property_dealstage':'stage','property_hubspot_owner_id':'owner',"
     "'property_hs_is_closed_won':{'to':'outcome'," TRUE_IS(
         "won") "},"
                "'property_hs_is_closed':{'to':'outcome','values':{'true':'lost','false':'open'},'otherwise':"
                "''},"
                "'property_closed_lost_reason':'reason','property_hs_analytics_source':'source'}}"},
    {"hubspot",
     AS_IMPORT_USERS,
     {NULL},
     "{" HUBSPOT "'columns':{'owner_id':'id','id':'id','email':'email','type':null,'portal_id':null,"
     "'created_at':null,'updated_at':null,'_fivetran_synced':null,'active_user_id':null},"
     "'constants':{'name':'{first_name} {last_name}'}}"},
    {"hubspot",
     AS_IMPORT_EVENTS,
     {"recipient"},
     "{'system':'hubspot','optional':true,"
     "'skip':{'filtered_event':'true','type':['DEFERRED','DROPPED','PROCESSED','PRINT','FORWARD','"
     "STATUSCHANGE',"
     "'SUPPRESSED','MTA_DROPPED','UNBOUNCE']},"
     "'columns':{'id':'id','created':'at','recipient':'email','email_campaign_id':'property.email_campaign',"
     "'type':{'to':'kind','values':{'OPEN':'email_open','CLICK':'email_click','SENT':'email_sent',"
     "'DELIVERED':'email_delivered','BOUNCE':'bounce','SPAMREPORT':'spam_report'}}}}"},
    {"hubspot",
     AS_IMPORT_EVENTS,
     {"duration"},
     "{'system':'hubspot','optional':true,'skip':{'event filtered_event':'true'}," HUBSPOT_EMAIL_JOIN "},"
     "'constants':{'kind':'email_open'}}"},
    {"hubspot",
     AS_IMPORT_EVENTS,
     {"referer"},
     "{'system':'hubspot','optional':true,'skip':{'event filtered_event':'true'}," HUBSPOT_EMAIL_JOIN
     ",'url':'property.url'},'constants':{'kind':'email_click'}}"},
    {"hubspot",
     AS_IMPORT_EVENTS,
     {"form_id"},
     "{'system':'hubspot','optional':true,'columns':{'timestamp':'at','contact_id':'lead_id',"
     "'page_url':'property.url','title':'property.title','form_id':'property.form'},"
     "'constants':{'kind':'form_fill','id':'form-{conversion_id}'}}"},
    {"hubspot",
     AS_IMPORT_TOUCHES,
     {"engagement_id"},
     "{" HUBSPOT
     "'joins':{'file':['engagement_contact_data.csv','engagement_contact.csv'],'key':'engagement_id',"
     "'their':'engagement_id','prefix':'contact ','optional':true},"
     "'columns':{'engagement_id':'id','property_hs_timestamp':'at','contact contact_id':'lead_id',"
     "'property_hubspot_owner_id':'user','property_hs_call_disposition':'outcome',"
     "'type':{'to':'channel','values':{'CALL':'call','EMAIL':'email','MEETING':'meeting','SMS':'sms',"
     "'WHATS_APP':'sms','LINKEDIN_MESSAGE':'social'}}}}"},

    {"salesforce",
     AS_IMPORT_LEADS,
     {NULL},
     "{" SALESFORCE "'columns':{'Id':'id','Email':'email','FirstName':'first_name','LastName':'last_name',"
     "'Name':'name','Title':'title','Department':'department','Company':'company','Website':'website',"
     "'AccountId':'account_id','ConvertedAccountId':'account_id','Account.Name':'company','Phone':'phone',"
     "'MobilePhone':'mobile','Street':'street','MailingStreet':'street','City':'city','MailingCity':'city',"
     "'State':'state','MailingState':'state','PostalCode':'postal_code','MailingPostalCode':'postal_code',"
     "'Country':'country','MailingCountry':'country','LeadSource':'source','Status':'status',"
     "'CreatedDate':'created','LastActivityDate':'last_activity','Owner.Email':'owner','Owner.Name':'owner',"
     "'OwnerId':'owner','MasterRecordId':null,"
     "'HasOptedOutOfEmail':{'to':'unsubscribed'," TRUE_IS(
         "email") "},"
                  "'DoNotCall':{'to':'unsubscribed'," TRUE_IS(
                      "call") "},"
                              "'EmailBouncedDate':{'to':'bounced_hard','otherwise':'true'},'IsEmailBounced':'"
                              "bounced_hard'},"
                              "'records':[{'kind':'accounts','only':{'Company':true,'Industry':true},'skip':{"
                              "'ConvertedAccountId':true},"
                              "'columns':{'Company':'name','Website':'website','Industry':'industry','"
                              "NumberOfEmployees':'employees',"
                              "'AnnualRevenue':'revenue','Country':'country'}}]}"},
    {"salesforce",
     AS_IMPORT_ACCOUNTS,
     {NULL},
     "{" SALESFORCE "'columns':{'Id':'id','Name':'name','Website':'website','Industry':'industry',"
     "'NumberOfEmployees':'employees','AnnualRevenue':'revenue','YearStarted':'founded','Phone':'phone',"
     "'BillingStreet':'street','BillingCity':'city','BillingState':'state','BillingPostalCode':'postal_code',"
     "'BillingCountry':'country','ParentId':'parent_id','Parent.Name':'parent','AccountSource':'source',"
     "'CreatedDate':'created','Description':'description','Owner.Email':'owner','Owner.Name':'owner',"
     "'OwnerId':'owner',"
     "'Type':{'to':'type','values':{'Customer - Direct':'customer','Customer - Channel':'customer',"
     "'Channel Partner / Reseller':'partner','Installation Partner':'partner','Technology Partner':'partner',"
     "'Reseller':'partner','Other':'','Analyst':'','Press':'','Investor':'','Integrator':'partner'}}}}"},
    {"salesforce",
     AS_IMPORT_OPPORTUNITIES,
     {NULL},
     "{" SALESFORCE "'columns':{'Id':'id','Name':'name','AccountId':'account_id','Account.Name':'account',"
     "'ContactId':'lead_id','Amount':'amount','CurrencyIsoCode':'currency','StageName':'stage',"
     "'CreatedDate':'created','CloseDate':'closed','Owner.Email':'owner','Owner.Name':'owner','OwnerId':'"
     "owner',"
     "'LeadSource':'source','Loss_Reason__c':'reason','IsWon':{'to':'outcome'," TRUE_IS(
         "won") "},"
                "'IsClosed':{'to':'outcome','values':{'true':'lost','1':'lost','false':'open','0':'open'},'"
                "otherwise':''}}}"},
    {"salesforce",
     AS_IMPORT_USERS,
     {NULL},
     "{" SALESFORCE "'columns':{'Id':'id','Name':'name','Email':'email','Username':null,'Department':'team',"
     "'UserRole.Name':'role','Manager.Name':'manager'}}"},
    {"salesforce",
     AS_IMPORT_CAMPAIGNS,
     {NULL},
     "{" SALESFORCE
     "'columns':{'Id':'id','Name':'name','Type':'channel','StartDate':'started','EndDate':'ended',"
     "'ActualCost':'cost','BudgetedCost':'cost','CurrencyIsoCode':'currency'}}"},
    {"salesforce",
     AS_IMPORT_PRODUCTS,
     {NULL},
     "{" SALESFORCE "'columns':{'Id':'id','Name':'name','Family':'line','ProductCode':null}}"},
    {"salesforce",
     AS_IMPORT_TOUCHES,
     {NULL},
     "{" SALESFORCE "'columns':{'Id':'id','WhoId':'lead_id','CompletedDateTime':'at','ActivityDateTime':'at',"
     "'ActivityDate':'at','Owner.Email':'user','Owner.Name':'user','OwnerId':'user','Subject':'summary',"
     "'CallDisposition':'outcome','TaskSubtype':{'to':'channel','values':{'Email':'email','Call':'call'}},"
     "'Type':{'to':'channel','values':{'Email':'email','Call':'call','Meeting':'meeting'}}}}"},
    {"salesforce",
     AS_IMPORT_EVENTS,
     {"CampaignId"},
     "{'system':'salesforce','optional':true,'only':{'HasResponded':['true','1']},"
     "'columns':{'Id':'id','LeadId':'lead_id','ContactId':'lead_id','Email':'email','CampaignId':'campaign',"
     "'FirstRespondedDate':'at','CreatedDate':'at'},'constants':{'kind':'form_fill'}}"},
};

const char *const as_mapping_systems[] = {"hubspot", "salesforce", NULL};

static bool has_column(const struct as_str *columns, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (as_str_is(columns[i], name))
            return true;
    return false;
}

static bool fits(size_t preset, const struct as_str *columns, uint32_t n)
{
    bool found = presets[preset].markers[0] == NULL;
    for (int i = 0; i < MARKERS && presets[preset].markers[i] != NULL; i++)
        found |= has_column(columns, n, presets[preset].markers[i]);
    return found;
}

/* HubSpot's connectors put "property_" before the names that HubSpot itself uses. */
static enum as_status add_bare_names(struct as_mapping *mapping, struct as_error *error)
{
    struct as_str prefix = AS_STR("property_");
    for (uint32_t i = 0; i < mapping->records.n; i++) {
        struct as_map_record *record = &mapping->records.at[i];
        uint32_t n = record->columns.n;
        for (uint32_t j = 0; j < n; j++) {
            struct as_map_column bare = record->columns.at[j];
            if (!as_str_starts(as_str_of(bare.theirs), prefix))
                continue;
            bare.theirs += prefix.n;
            if (!as_list_push(&mapping->arena, &record->columns, bare))
                return as_error_memory(error);
        }
    }
    return AS_OK;
}

static enum as_status parse_preset(struct as_mapping **out, size_t preset, struct as_error *error)
{
    struct as_buf json = {0};
    char name[64];
    for (const char *p = presets[preset].json; *p != '\0'; p++)
        as_buf_char(&json, *p == '\'' ? '"' : *p);
    snprintf(name, sizeof name, "preset %s %s", presets[preset].system,
             as_import_kind_name(presets[preset].kind));
    enum as_status status =
        json.failed ? as_error_memory(error)
                    : as_mapping_parse(out, (struct as_str){as_buf_c(&json), json.n}, name, error);
    as_buf_free(&json);
    if (status == AS_OK && (status = add_bare_names(*out, error)) != AS_OK) {
        as_mapping_free(*out);
        *out = NULL;
    }
    return status;
}

enum as_status as_mapping_preset(struct as_mapping **out, const char *system, enum as_import_kind kind,
                                 const struct as_str *columns, uint32_t n, struct as_error *error)
{
    *out = NULL;
    bool known_system = false, known_kind = false;
    for (size_t i = 0; i < COUNT(presets); i++) {
        if (strcmp(presets[i].system, system) != 0)
            continue;
        known_system = true;
        known_kind |= presets[i].kind == kind;
        if (presets[i].kind == kind && fits(i, columns, n))
            return parse_preset(out, i, error);
    }
    if (!known_system) {
        as_error_set(error, AS_ERR_MISSING, "there is no preset \"%.64s\"", system);
        return as_error_advise(error, "there are: hubspot, salesforce");
    }
    if (known_kind) {
        as_error_set(error, AS_ERR_MISSING, "the preset %s knows no file of %s with these columns", system,
                     as_import_kind_name(kind));
        return as_error_advise(error, "write a mapping (--map) for this file");
    }
    as_error_set(error, AS_ERR_MISSING, "the preset %s has no %s", system, as_import_kind_name(kind));
    return as_error_advise(error, "import without a preset, or write a mapping (--map)");
}
