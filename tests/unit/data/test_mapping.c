/* Mappings: every option does what the manual says (host/cmd/pages/mapping.md), every mistake is named. */
#include "importing.h"

static void test_columns_go_where_they_are_sent(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_LEADS,
                      "No;Mail;First;Last;Secret\n1;a@b.example;Ada;L\xc3\xb6w;x\n2;;;;\n",
                      "{\"columns\":{\"No\":\"id\",\"Mail\":[\"email\",\"status\"],\"Secret\":null},"
                      "\"constants\":{\"country\":\"Germany\",\"name\":\"{First} {Last}\"}}",
                      NULL),
        "leads 2: id=1 email=a@b.example status=a@b.example country=Germany name=Ada L\xc3\xb6w\n"
        "leads 3: id=2 country=Germany\n");
    assert_int_equal(in->summary.ignored.n, 0);
}

static void test_values_are_translated(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_LEADS,
                      "id,a,b,c\n1,Select,technolgy,ja\n2,web,TECHNOLGY,nein\n3,n/a,pharma,yes\n",
                      "{\"empty\":[\"select\",\"n/"
                      "a\"],\"yes\":\"ja\",\"no\":[\"nein\"],\"columns\":{\"id\":\"id\",\"a\":\"source\","
                      "\"b\":{\"to\":\"department\",\"values\":{\"technolgy\":\"technology\"}},\"c\":"
                      "\"bounced_hard\"}}",
                      NULL),
        "leads 2: id=1 department=technology bounced_hard=true\n"
        "leads 3: id=2 source=web department=technology bounced_hard=false\n"
        "leads 4: id=3 department=pharma bounced_hard=true\n");
    importing_says(in,
                   importing_run(in, AS_IMPORT_OPPORTUNITIES, "id,s\n1,Gagn\xc3\xa9\n2,Perdu\n3,New\n4,\n",
                                 "{\"columns\":{\"id\":\"id\",\"s\":{\"to\":\"outcome\",\"values\":{"
                                 "\"Gagn\xc3\xa9\":\"won\",\"Perdu\":\"lost\"},"
                                 "\"otherwise\":\"open\"}}}",
                                 NULL),
                   "opportunities 2: id=1 outcome=won\nopportunities 3: id=2 outcome=lost\nopportunities 4: "
                   "id=3 outcome=open\n"
                   "opportunities 5: id=4\n");
}

static void test_numbers_have_their_own_signs_and_scale(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(
            in, AS_IMPORT_ACCOUNTS, "name;u;m;i\nA;1.234,56;1,5;0,5\nB;12 \xe2\x82\xac;2;1.000\nC;1.5;1;1\n",
            "{\"decimal\":\",\",\"currency\":\"CHF\",\"columns\":{\"name\":\"name\",\"u\":\"revenue\","
            "\"m\":{\"to\":\"employees\",\"times\":1000},\"i\":\"icp\"}}",
            NULL),
        "accounts 2: name=A revenue=1234.56 CHF employees=1500 icp=0.5\n"
        "accounts 3: name=B revenue=12.00 EUR employees=2000 icp=1000\n");
    assert_int_equal(in->summary.rejected, 1); /* "1.5": a point that groups must stand before three digits */
    importing_says(in,
                   importing_run(in, AS_IMPORT_ACCOUNTS, "account,revenue\nAcme,1100.04\n",
                                 "{\"columns\":{\"account\":\"name\",\"revenue\":{\"to\":\"revenue\","
                                 "\"times\":1e6,\"currency\":\"USD\"}}}",
                                 NULL),
                   "accounts 2: name=Acme revenue=1100040000.00 USD\n");
}

static void test_dates_have_their_forms_and_zone(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_EVENTS,
                      "m,t\na@b.example,13.02.2026 09:05\na@b.example,14.2.2026\na@b.example,2026-02-15\n",
                      "{\"timezone\":\"Europe/"
                      "Berlin\",\"columns\":{\"m\":\"email\",\"t\":{\"to\":\"at\",\"dates\":[\"D.M.YYYY "
                      "H:mm\",\"D.M.YYYY\"]}},"
                      "\"constants\":{\"kind\":\"webinar\"}}",
                      NULL),
        "events 2: email=a@b.example at=2026-02-13T08:05:00Z kind=webinar\n"
        "events 3: email=a@b.example at=2026-02-14T00:00:00Z kind=webinar\n");
    assert_string_equal(in->summary.reasons.at[0].reason,
                        "\"2026-02-15\" is not a date of the form D.M.YYYY H:mm; \"dates\" of the mapping "
                        "takes several forms, tried in order");
    /* a time that names its zone keeps it */
    importing_says(
        in,
        importing_run(
            in, AS_IMPORT_EVENTS, "m,t\na@b.example,2026-02-13T09:05:00Z\na@b.example,2026-02-13 09:05\n",
            "{\"timezone\":\"Europe/"
            "Berlin\",\"columns\":{\"m\":\"email\",\"t\":\"at\"},\"constants\":{\"kind\":\"webinar\"}}",
            NULL),
        "events 2: email=a@b.example at=2026-02-13T09:05:00Z kind=webinar\n"
        "events 3: email=a@b.example at=2026-02-13T08:05:00Z kind=webinar\n");
    importing_says(in,
                   importing_run(in, AS_IMPORT_EVENTS, "m,t\na@b.example,1770973500000\n",
                                 "{\"columns\":{\"m\":\"email\",\"t\":{\"to\":\"at\",\"dates\":\"epoch_ms\"}}"
                                 ",\"constants\":{\"kind\":\"webinar\"}}",
                                 NULL),
                   "events 2: email=a@b.example at=2026-02-13T09:05:00Z kind=webinar\n");
}

static void test_rows_and_records_are_filtered_and_counted(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(
            in, AS_IMPORT_LEADS, "id,test,demo,web\n1,no,2026-01-05,\n2,YES,2026-01-05,x\n3,,,2026-01-07\n",
            "{\"skip\":{\"test\":\"yes\"},\"columns\":{\"id\":\"id\"},\"records\":["
            "{\"kind\":\"events\",\"only\":{\"demo\":true},\"columns\":{\"id\":\"lead_id\",\"demo\":\"at\"},"
            "\"constants\":{\"kind\":\"demo_request\",\"id\":\"{id}-demo\"}},"
            "{\"kind\":\"events\",\"only\":{\"web\":true,\"demo\":false},\"columns\":{\"id\":\"lead_id\","
            "\"web\":\"at\"},"
            "\"constants\":{\"kind\":\"webinar\"}}]}",
            NULL),
        "leads 2: id=1\nevents 2: lead_id=1 at=2026-01-05T00:00:00Z kind=demo_request id=1-demo\n"
        "leads 4: id=3\nevents 4: lead_id=3 at=2026-01-07T00:00:00Z kind=webinar\n");
    assert_int_equal(in->summary.rows, 3);
    assert_int_equal(in->summary.accepted, 2);
    assert_int_equal(in->summary.skipped, 1);
    assert_int_equal(in->summary.records, 4);
}

static void test_a_row_with_one_bad_record_gives_none(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS, "id,demo\n1,soon\n",
                                 "{\"columns\":{\"id\":\"id\"},\"records\":[{\"kind\":\"events\",\"columns\":"
                                 "{\"id\":\"lead_id\",\"demo\":\"at\"},"
                                 "\"constants\":{\"kind\":\"demo_request\"}}]}",
                                 NULL),
                   "");
    assert_int_equal(in->summary.rejected, 1);
    assert_string_equal(in->summary.reasons.at[0].column, "demo");
}

static void test_files_are_joined_by_a_key(void **state)
{
    struct importing *in = *state;
    static const char map[] = "{\"joins\":{\"file\":[\"people.tsv\",\"other.csv\"],\"key\":\"no\",\"their\":"
                              "\"person\",\"prefix\":\"p.\"},"
                              "\"columns\":{\"when\":\"at\",\"p.mail\":\"email\"},\"constants\":{\"kind\":"
                              "\"webinar\",\"content\":\"{p.topic}\"}}";
    assert_int_equal(importing_run(in, AS_IMPORT_EVENTS, "person,when\n1,2026-01-01\n", map, NULL),
                     AS_ERR_MISSING);
    assert_non_null(strstr(in->error.what, "people.tsv"));
    importing_write(in, "other.csv",
                    "no,mail,topic,unused\n1,a@b.example,CRM,x\n2,c@d.example,,x\n1,late@b.example,,\n");
    importing_says(in,
                   importing_run(in, AS_IMPORT_EVENTS,
                                 "person,when\n1,2026-01-01\n2,2026-01-02\n3,2026-01-03\n1,2026-01-04\n", map,
                                 NULL),
                   "events 2: at=2026-01-01T00:00:00Z email=a@b.example kind=webinar content=CRM\n"
                   "events 3: at=2026-01-02T00:00:00Z email=c@d.example kind=webinar\n"
                   "events 5: at=2026-01-04T00:00:00Z email=a@b.example kind=webinar content=CRM\n");
    assert_int_equal(in->summary.rejected, 1);
}

static void test_several_columns_fill_one_of_ours(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(
            in, AS_IMPORT_LEADS,
            "id,work,home,mobile,phone,no_mail,no_call\n1,a@w.example,b@h.example,,7,true,1\n2,,c@h.example,"
            "8,9,,true\n",
            "{\"columns\":{\"id\":\"id\",\"work\":\"email\",\"home\":\"email\",\"mobile\":\"phone\","
            "\"phone\":\"phone\","
            "\"no_mail\":{\"to\":\"unsubscribed\",\"values\":{\"true\":\"email\"},\"otherwise\":\"\"},"
            "\"no_call\":{\"to\":\"unsubscribed\",\"values\":{\"true\":\"call\",\"1\":\"call\"},"
            "\"otherwise\":\"\"}}}",
            NULL),
        "leads 2: id=1 email=a@w.example;b@h.example phone=7 unsubscribed=email;call\n"
        "leads 3: id=2 email=c@h.example phone=8 unsubscribed=call\n");
}

static void test_lists_are_split_and_choices_may_be_left_out(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_LEADS, "id,i,l\n1,\"CRM, ERP\",boss\n2,BI,VP\n",
                      "{\"unlisted\":\"leave "
                      "out\",\"columns\":{\"id\":\"id\",\"i\":{\"to\":\"product_interest\",\"split\":\",\"},"
                      "\"l\":\"job_level\"}}",
                      NULL),
        "leads 2: id=1 product_interest=CRM; ERP\nleads 3: id=2 product_interest=BI job_level=vp\n");
    assert_int_equal(in->summary.notes.n, 1);
    assert_string_equal(in->summary.notes.at[0].column, "l");
}

static void test_others_may_be_matched(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS, "nr,Email,Job Title,city\n1,a@b.example,CEO,Bonn\n",
                                 "{\"others\":\"match\",\"columns\":{\"nr\":\"id\",\"city\":null}}", NULL),
                   "leads 2: id=1 email=a@b.example title=CEO\n");
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS, "nr,Email\n1,a@b.example\n",
                                 "{\"columns\":{\"nr\":\"id\"}}", NULL),
                   "leads 2: id=1\n");
    assert_string_equal(in->summary.ignored.at[0].name, "Email");
}

static void test_mistakes_are_named_with_what_was_meant(void **state)
{
    static const struct {
        const char *map, *what, *advice;
    } cases[] = {
        {"{\"columns\":", "not JSON", ""},
        {"[]", "not a JSON object", "`assay manual mapping`"},
        {"{\"dates\":[\"DD.MM.YYYY\",\"3\"]}", "dates.3: is no form of dates", "YYYY"},
        {"{\"currency\":\"euro\"}", "currency: must be three capital letters", ""},
        {"{\"format\":\"xml\"}", "format: must be \"csv\" or \"ndjson\"", ""},
        {"{\"unlisted\":\"keep\"}", "unlisted: must be \"leave out\" or \"reject\"", ""},
        {"{\"colums\":{}}", "there is no \"colums\" here", "did you mean \"columns\"?"},
        {"{\"columns\":{\"id\":{\"to\":\"id\",\"valeus\":{}}}}", "columns.id: there is no \"valeus\" here",
         "\"values\""},
        {"{\"columns\":{\"id\":{\"values\":{}}}}", "columns.id: lacks \"to\"", ""},
        {"{\"columns\":{\"id\":\"titel\"}}", "leads have no \"titel\"", "did you mean \"title\"?"},
        {"{\"columns\":{\"id\":\"id\",\"emial\":\"email\"}}", "no column \"emial\"",
         "did you mean \"email\"?"},
        {"{\"columns\":{\"id\":\"id\"},\"constants\":{\"name\":\"{nmae}\"}}", "no column \"nmae\"", ""},
        {"{\"columns\":{\"id\":\"id\"},\"only\":{\"tset\":true}}", "no column \"tset\"", ""},
        {"{\"timezone\":\"Mars/Base\"}", "Mars/Base", ""},
        {"{\"delimiter\":\"ab\"}", "delimiter: must be one character", ""},
        {"{\"times\":0}", "times: must be a number", ""},
        {"{\"others\":\"maybe\"}", "others: must be", ""},
        {"{\"records\":[{\"kind\":\"lead\"}]}", "records.kind: must be a kind of import", ""},
        {"{\"joins\":{\"file\":\"x.csv\"}}", "joins: needs", ""},
        {"{\"optional\":1}", "optional: must be true or false", ""},
        {"{\"columns\":{\"id\":\"id\"},\"columns\":{}}", "not JSON", ""},
    };
    struct importing *in = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum as_status status =
            importing_run(in, AS_IMPORT_LEADS, "id,email,title,name\n1,,,\n", cases[i].map, NULL);
        if (status == AS_OK || strstr(in->error.what, cases[i].what) == NULL || in->error.advice[0] == '\0' ||
            strstr(in->error.advice, cases[i].advice) == NULL)
            fail_msg("%s gave: %s; %s", cases[i].map, in->error.what, in->error.advice);
        assert_string_equal(in->error.file, "map.json");
    }
}

static void test_the_example_of_the_manual_is_a_mapping(void **state)
{
    (void)state;
    char *manual = importing_read(ASSAY_SOURCE_DIR "/host/cmd/pages/mapping.md");
    assert_non_null(manual);
    char *begin = strstr(manual, "```json\n"), *end = begin != NULL ? strstr(begin + 8, "```") : NULL;
    assert_non_null(end);
    struct as_mapping *mapping;
    struct as_error error = AS_ERROR_INIT;
    struct as_str json = {begin + 8, (size_t)(end - begin - 8)};
    if (as_mapping_parse(&mapping, json, "mapping.md", &error) != AS_OK)
        fail_msg("line %d: %s", error.line, error.what);
    assert_string_equal(as_mapping_system(mapping), "hubspot");
    as_mapping_free(mapping);
    free(manual);
}

static void test_presets_are_chosen_by_columns(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS,
                                 "Id,FirstName,LastName,Email,Company,Title,LeadSource,HasOptedOutOfEmail,"
                                 "DoNotCall,NumberOfEmployees,Industry,CreatedDate,IsDeleted\n"
                                 "00Q1,Ada,L,ada@acme.example,Acme,CEO,Web,true,false,250,Software,2026-01-"
                                 "05T10:00:00.000+0000,false\n"
                                 "00Q2,Bo,M,bo@acme.example,,CFO,,0,1,,,2026-01-05T10:00:00.000+0000,false\n"
                                 "00Q3,Gone,G,g@acme.example,,,,,,,,,true\n",
                                 NULL, "salesforce"),
                   "leads 2: id=00Q1 email=ada@acme.example first_name=Ada last_name=L title=CEO "
                   "company=Acme source=Web created=2026-01-05 unsubscribed=email\n"
                   "accounts 2: name=Acme industry=Software employees=250\n"
                   "leads 3: id=00Q2 email=bo@acme.example first_name=Bo last_name=M title=CFO "
                   "created=2026-01-05 unsubscribed=call\n");
    assert_int_equal(in->summary.skipped, 1);
    assert_string_equal(in->summary.system, "salesforce");
    importing_says(in,
                   importing_run(in, AS_IMPORT_OPPORTUNITIES,
                                 "Id,Name,AccountId,Amount,StageName,CloseDate,IsWon,IsClosed\n"
                                 "006,Big,001,100,Negotiation,2027-01-01,false,false\n007,Lost,001,5,Closed "
                                 "- Other,2026-01-01,false,true\n",
                                 NULL, "salesforce"),
                   "opportunities 2: id=006 name=Big account_id=001 amount=100.00 stage=Negotiation "
                   "closed=2027-01-01 outcome=open\n"
                   "opportunities 3: id=007 name=Lost account_id=001 amount=5.00 stage=Closed - Other "
                   "closed=2026-01-01 outcome=lost\n");
    assert_int_equal(importing_run(in, AS_IMPORT_LEADS, "id\n1\n", NULL, "hubspt"), AS_ERR_MISSING);
    assert_non_null(strstr(in->error.advice, "hubspot, salesforce"));
    assert_int_equal(importing_run(in, AS_IMPORT_EVENTS, "id,x\n1,2\n", NULL, "hubspot"), AS_ERR_MISSING);
    assert_int_equal(importing_run(in, AS_IMPORT_ANSWERS, "id\n1\n", NULL, "hubspot"), AS_ERR_MISSING);
}

static void test_clicks_are_joined_to_their_recipients(void **state)
{
    struct importing *in = *state;
    importing_write(in, "email_event_data.csv",
                    "id,_fivetran_synced,created,email_campaign_id,type,filtered_event,recipient\n"
                    "e1,2020-01-01,2020-03-16 19:03:20.357,2,CLICK,false,Ada@acme.example\n"
                    "e2,2020-01-01,2020-03-16 19:04:00.000,2,CLICK,true,bot@acme.example\n");
    importing_says(
        in,
        importing_run(
            in, AS_IMPORT_EVENTS,
            "id,_fivetran_synced,referer,browser,location,ip_address,url,user_agent\n"
            "e1,2020-01-14,,b,l,,https://us.example/pricing,u\ne2,2020-01-14,,b,l,,https://us.example/,u\n"
            "e3,2020-01-14,,b,l,,https://us.example/,u\n",
            NULL, "hubspot"),
        "events 2: id=e1 at=2020-03-16T19:03:20Z email=ada@acme.example property.email_campaign=2 "
        "property.url=https://us.example/pricing kind=email_click\n");
    assert_int_equal(in->summary.skipped, 1); /* HubSpot's own filter took it for a machine */
    assert_int_equal(in->summary.rejected, 1);
    assert_string_equal(in->summary.reasons.at[0].reason, "the joined file has no row for this one");
}

static void test_every_preset_is_a_good_mapping(void **state)
{
    static const char *const shapes[] = {"id",      "deal_id", "recipient",     "duration",
                                         "referer", "form_id", "engagement_id", "CampaignId"};
    (void)state;
    uint32_t found = 0;
    for (const char *const *system = as_mapping_systems; *system != NULL; system++)
        for (int kind = 0; kind < AS_IMPORT_KIND_COUNT; kind++)
            for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
                struct as_mapping *mapping;
                struct as_error error = AS_ERROR_INIT;
                struct as_str column = as_str_of(shapes[i]);
                enum as_status status =
                    as_mapping_preset(&mapping, *system, (enum as_import_kind)kind, &column, 1, &error);
                if (status != AS_OK && status != AS_ERR_MISSING)
                    fail_msg("%s %s: %s", *system, as_import_kind_name((enum as_import_kind)kind),
                             error.what);
                found += status == AS_OK;
                if (status == AS_OK)
                    assert_string_equal(as_mapping_system(mapping), *system);
                as_mapping_free(status == AS_OK ? mapping : NULL);
            }
    assert_true(found > 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING(test_columns_go_where_they_are_sent),
        IMPORTING(test_values_are_translated),
        IMPORTING(test_numbers_have_their_own_signs_and_scale),
        IMPORTING(test_dates_have_their_forms_and_zone),
        IMPORTING(test_rows_and_records_are_filtered_and_counted),
        IMPORTING(test_a_row_with_one_bad_record_gives_none),
        IMPORTING(test_files_are_joined_by_a_key),
        IMPORTING(test_several_columns_fill_one_of_ours),
        IMPORTING(test_lists_are_split_and_choices_may_be_left_out),
        IMPORTING(test_others_may_be_matched),
        IMPORTING(test_mistakes_are_named_with_what_was_meant),
        IMPORTING(test_presets_are_chosen_by_columns),
        IMPORTING(test_clicks_are_joined_to_their_recipients),
        cmocka_unit_test(test_the_example_of_the_manual_is_a_mapping),
        cmocka_unit_test(test_every_preset_is_a_good_mapping),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
