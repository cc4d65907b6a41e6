/* Imports: columns by name, values checked, rejects written, nothing lost. */
#include "importing.h"

static void test_columns_are_taken_by_their_usual_names(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS,
                                 "Record ID,E-mail Address,First Name,LAST_NAME,Job Title,Company name,Lead "
                                 "Source,Favourite colour,titel\n"
                                 "7,Ada@ACME.example,Ada,L.,CEO,Acme,Web,red,x\n",
                                 NULL, NULL),
                   "leads 2: id=7 email=ada@acme.example first_name=Ada last_name=L. title=CEO company=Acme "
                   "source=Web\n");
    assert_int_equal(in->summary.ignored.n, 2);
    assert_string_equal(in->summary.ignored.at[0].name, "Favourite colour");
    assert_null(in->summary.ignored.at[0].suggestion);
    assert_string_equal(in->summary.ignored.at[1].name, "titel");
    assert_string_equal(in->summary.ignored.at[1].suggestion, "title");
    assert_int_equal(in->summary.mapped.n, 7);
}

static void test_our_own_name_wins_over_a_synonym(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_ACCOUNTS,
                                 "Company,name,Annual Revenue\nNot this,Acme,\"1,500.5\"\n", NULL, NULL),
                   "accounts 2: name=Acme revenue=1500.50\n");
}

static void test_every_value_comes_in_its_canonical_form(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(
            in, AS_IMPORT_LEADS,
            "id,email,job_level,group_role,bounced_hard,unsubscribed,product_interest,created,owner\n"
            "1,a@x.example; B@x.example,C-Level,Economic,YES,call;Email,CRM; "
            "ERP,2026-05-31T23:00:00-03:00,Sam@Us.Example\n"
            "2,,VP,,,,,2026-05-31,Sam\n",
            NULL, NULL),
        "leads 2: id=1 email=a@x.example;b@x.example job_level=c_level group_role=economic bounced_hard=true "
        "unsubscribed=call; email product_interest=CRM; ERP created=2026-06-01 owner=sam@us.example\n"
        "leads 3: id=2 job_level=vp created=2026-05-31 owner=Sam\n");
}

static void test_bad_rows_are_written_with_line_column_and_reason(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_ACCOUNTS,
                      "name,employees,type,revenue\nA,12,customer,1\nB,many,customer,1\nC,1,custmer,1\n"
                      "D,1\nE,2,,ten\n,,,\nF,3,partner,2\n",
                      NULL, NULL),
        "accounts 2: name=A employees=12 type=customer revenue=1.00\n"
        "accounts 8: name=F employees=3 type=partner revenue=2.00\n");
    assert_int_equal(in->summary.rows, 7);
    assert_int_equal(in->summary.accepted, 2);
    assert_int_equal(in->summary.rejected, 5);
    char *rejects = importing_read(in->summary.rejects_path);
    assert_string_equal(
        rejects, "\"rejected line\",\"rejected column\",\"rejected "
                 "reason\",\"name\",\"employees\",\"type\",\"revenue\"\n"
                 "\"3\",\"employees\",\"\"\"many\"\" is not a whole number; write 1200; a mapping says how a "
                 "file writes it (\"\"decimal\"\", \"\"thousands\"\")\",\"B\",\"many\",\"customer\",\"1\"\n"
                 "\"4\",\"type\",\"\"\"custmer\"\" is not one of the choices; did you mean "
                 "\"\"customer\"\"?\",\"C\",\"1\",\"custmer\",\"1\"\n"
                 "\"5\",\"\",\"2 cells where the header has 4; a cell that holds the delimiter or a line's "
                 "end stands in quotes\",\"D\",\"1\"\n"
                 "\"6\",\"revenue\",\"\"\"ten\"\" is not an amount of money; write 1200.50 EUR; a mapping "
                 "says how a file writes it (\"\"decimal\"\", \"\"thousands\"\")\",\"E\",\"2\",\"\",\"ten\"\n"
                 "\"7\",\"name\",\"is empty, and so is every other of id, domain, name, "
                 "website\",\"\",\"\",\"\",\"\"\n");
    free(rejects);
}

static void test_mended_rejects_import_as_they_are(void **state)
{
    struct importing *in = *state;
    importing_says(in, importing_run(in, AS_IMPORT_ACCOUNTS, "name,employees\nA,many\nB,2\n", NULL, NULL),
                   "accounts 3: name=B employees=2\n");
    char *rejects = importing_read(in->summary.rejects_path);
    char *many = strstr(rejects, "\"A\",\"many\"");
    memcpy(many, "\"A\",\"1234\"", 10);
    importing_says(in, importing_run(in, AS_IMPORT_ACCOUNTS, rejects, NULL, NULL),
                   "accounts 2: name=A employees=1234\n");
    assert_int_equal(in->summary.ignored.n, 0);
    free(rejects);
    assert_string_equal(in->summary.rejects_path, "");
    assert_int_not_equal(access(importing_path(in, "rejects.csv"), F_OK), 0);
}

static void test_alike_reasons_are_counted_together(void **state)
{
    struct importing *in = *state;
    struct as_buf text = {0};
    as_buf_text(&text, "name,employees,type\n");
    for (int i = 0; i < 300; i++)
        as_buf_printf(&text, "n%d,%s%d,%s\n", i, i % 3 == 0 ? "x" : "", i, i % 5 == 1 ? "wrong" : "customer");
    assert_int_equal(importing_run(in, AS_IMPORT_ACCOUNTS, text.p, NULL, NULL), AS_OK);
    as_buf_free(&text);
    assert_int_equal(in->summary.rejected, 100 + 40);
    assert_int_equal(in->summary.reasons.n, 2);
    assert_string_equal(in->summary.reasons.at[0].column, "employees");
    assert_int_equal(in->summary.reasons.at[0].count, 100);
    assert_int_equal(in->summary.reasons.at[0].first_line, 2);
    assert_int_equal(in->summary.reasons.at[1].count, 40);
}

static void test_the_future_of_the_import_is_rejected(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_EVENTS,
                      "timestamp,event,email,url\n2026-06-01T12:00:00Z,Page View,a@b.example,/x\n"
                      "2026-06-01T12:00:01Z,page_view,a@b.example,/x\n2026-06-01,page_view,a@b.example,\n"
                      "2026-06-02,page_view,a@b.example,\n1969-12-31T23:59:59Z,page_view,a@b.example,\n",
                      NULL, NULL),
        "events 2: email=a@b.example at=2026-06-01T12:00:00Z kind=page_view property.url=/x\n"
        "events 4: email=a@b.example at=2026-06-01T00:00:00Z kind=page_view\n");
    assert_int_equal(in->summary.rejected, 3);
    char *rejects = importing_read(in->summary.rejects_path);
    assert_non_null(
        strstr(rejects, "2026-06-01T12:00:01Z is in the future of this import (2026-06-01T12:00:00Z)"));
    assert_non_null(strstr(rejects, "is before 1970"));
    free(rejects);
}

static void test_kinds_and_properties_of_events_are_known_ones(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_EVENTS,
                                 "at,kind,email,strength,property.url\n2026-01-01,intent,a@b.example,70,"
                                 "\n2026-01-01,intent,a@b.example,strong,\n"
                                 "2026-01-01,webinr,a@b.example,,\n2026-01-02,webinar,a@b.example,5,\n",
                                 NULL, NULL),
                   "events 2: at=2026-01-01T00:00:00Z kind=intent email=a@b.example property.strength=70\n"
                   "events 5: at=2026-01-02T00:00:00Z kind=webinar email=a@b.example\n");
    assert_int_equal(in->summary.rejected, 2);
    assert_int_equal(in->summary.notes.n, 1);
    assert_string_equal(in->summary.notes.at[0].column, "strength");
    char *rejects = importing_read(in->summary.rejects_path);
    assert_non_null(strstr(rejects, "did you mean \"\"webinar\"\"?"));
    free(rejects);
}

static void test_what_a_kind_needs_must_be_there(void **state)
{
    struct importing *in = *state;
    assert_int_equal(importing_run(in, AS_IMPORT_EVENTS, "when it was,kind,email\n1,2,3\n", NULL, NULL),
                     AS_ERR_DATA);
    assert_string_equal(in->error.what, "events need at, and no column of the file gives it");
    assert_int_equal(importing_run(in, AS_IMPORT_LEADS, "colour\nred\n", NULL, NULL), AS_ERR_DATA);
    assert_non_null(strstr(in->error.what, "one of id, email"));
    assert_non_null(strstr(in->error.file, "file.csv"));
    importing_says(in,
                   importing_run(in, AS_IMPORT_CONSENT,
                                 "email,state,channel\n,granted,email\na@b.example,denied,email\n", NULL,
                                 NULL),
                   "consent 3: email=a@b.example state=denied channel=email\n");
    assert_string_equal(in->summary.reasons.at[0].reason,
                        "is empty, and so is every other of lead_id, email");
}

static void test_dates_of_one_possible_form_are_read_as_such(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS, "id,created\n1,13-02-2026\n2,01-02-2026\n", NULL, NULL),
                   "leads 2: id=1 created=2026-02-13\nleads 3: id=2 created=2026-02-01\n");
    assert_non_null(strstr(in->summary.notes.at[0].reason, "D-M-YYYY"));
    /* day and month cannot be told apart: not guessed. What is only like our name is left alone … */
    importing_says(
        in, importing_run(in, AS_IMPORT_LEADS, "id,Create Date\n1,03-02-2026\n2,01-02-2026\n", NULL, NULL),
        "leads 2: id=1\nleads 3: id=2\n");
    assert_non_null(strstr(in->summary.notes.at[0].reason, "not taken as created"));
    assert_int_equal(in->summary.ignored.n, 1);
    /* … what has our very name is ours, and bad */
    importing_says(
        in, importing_run(in, AS_IMPORT_LEADS, "id,created\n1,03-02-2026\n2,01-02-2026\n", NULL, NULL), "");
    assert_int_equal(in->summary.rejected, 2);
    assert_non_null(strstr(in->summary.reasons.at[0].reason, "\"dates\": \"D-M-YYYY\""));
    importing_says(in, importing_run(in, AS_IMPORT_LEADS, "id,created\n1,2027-01-01\n", NULL, NULL),
                   "leads 2: id=1 created=2027-01-01\n");
    assert_string_equal(in->summary.notes.at[0].reason, "lies in the future of this import");
    importing_says(in,
                   importing_run(in, AS_IMPORT_EVENTS,
                                 "id,at,kind,email\n1,13/02/2026 9:05,webinar,a@b.example\n", NULL, NULL),
                   "events 2: id=1 at=2026-02-13T09:05:00Z kind=webinar email=a@b.example\n");
    importing_says(in, importing_run(in, AS_IMPORT_LEADS, "id,created\n1,1779149014\n", NULL, NULL),
                   "leads 2: id=1 created=2026-05-19\n");
    importing_says(in, importing_run(in, AS_IMPORT_LEADS, "id,created\n1,1779149014000\n", NULL, NULL),
                   "leads 2: id=1 created=2026-05-19\n");
}

static void test_a_column_with_our_name_and_other_values_is_left_alone(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS,
                                 "id,Last Activity\n1,Email Opened\n2,Page Visited\n3,2026-01-01\n", NULL,
                                 NULL),
                   "leads 2: id=1\nleads 3: id=2\nleads 4: id=3\n");
    /* most do fit: the one that does not is a bad row */
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS,
                                 "id,Last Activity\n1,2026-01-02\n2,Page Visited\n3,2026-01-01\n", NULL,
                                 NULL),
                   "leads 2: id=1 last_activity=2026-01-02\nleads 4: id=3 last_activity=2026-01-01\n");
    assert_int_equal(in->summary.rejected, 1);
}

static void test_deals_tell_their_outcome_by_their_stage(void **state)
{
    struct importing *in = *state;
    importing_says(
        in,
        importing_run(in, AS_IMPORT_OPPORTUNITIES,
                      "Deal ID,Deal Stage,Amount,Close date\n1,Closed Won,\xe2\x82\xac"
                      "5,2026-01-05\n2,closedlost,6.5 USD,\n3,Engaging,,2027-01-01\n",
                      NULL, NULL),
        "opportunities 2: id=1 stage=Closed Won amount=5.00 closed=2026-01-05 currency=EUR outcome=won\n"
        "opportunities 3: id=2 stage=closedlost amount=6.50 currency=USD outcome=lost\n"
        "opportunities 4: id=3 stage=Engaging closed=2027-01-01 outcome=open\n");
}

static void test_ndjson_learns_its_columns_on_the_way(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS,
                                 "{\"id\":1,\"email\":\"a@b.example\"}\n{\"id\":\n{\"id\":2,\"title\":"
                                 "\"CFO\",\"extra\":{\"deep\":1}}\n",
                                 NULL, NULL),
                   "leads 1: id=1 email=a@b.example\nleads 3: id=2 title=CFO\n");
    assert_int_equal(in->summary.rejected, 1);
    assert_string_equal(in->summary.ignored.at[0].name, "extra.deep");
    char *rejects = importing_read(in->summary.rejects_path);
    assert_non_null(strstr(rejects, "\"{\"\"id\"\":\"\n"));
    free(rejects);
}

static void test_what_the_sink_refuses_is_a_reject(void **state)
{
    struct importing *in = *state;
    in->refuse = "2";
    importing_says(in, importing_run(in, AS_IMPORT_LEADS, "id\n1\n2\n3\n", NULL, NULL),
                   "leads 2: id=1\nleads 4: id=3\n");
    assert_int_equal(in->summary.rejected, 1);
    assert_string_equal(in->summary.reasons.at[0].reason, "the sink does not like it");
    assert_int_equal(in->summary.changed, 2);
}

static void test_what_is_no_address_is_kept_and_noted(void **state)
{
    struct importing *in = *state;
    importing_says(in,
                   importing_run(in, AS_IMPORT_LEADS,
                                 "id,email\n1,6528bb7211b1dc06\n2,\"Ada <ADA@x.example>\"\n", NULL, NULL),
                   "leads 2: id=1 email=6528bb7211b1dc06\nleads 3: id=2 email=ada@x.example\n");
    assert_int_equal(in->summary.notes.at[0].count, 1);
}

static bool stop(void *context, uint64_t done, uint64_t all, uint64_t rows)
{
    (void)done;
    (void)all;
    *(uint64_t *)context = rows;
    return false;
}

static void test_an_interrupted_import_leaves_no_reject_file(void **state)
{
    struct importing *in = *state;
    struct as_buf text = {0};
    char path[200];
    uint64_t rows = 0;
    as_buf_text(&text, "id\n");
    for (int i = 0; i < 5000; i++)
        as_buf_text(&text, "1,bad\n");
    importing_write(in, "file.csv", text.p);
    as_buf_free(&text);
    snprintf(path, sizeof path, "%s/file.csv", in->folder);
    struct as_ingest_options options = {.kind = AS_IMPORT_LEADS,
                                        .path = path,
                                        .schema = in->schema,
                                        .now = IMPORTED,
                                        .progress = stop,
                                        .progress_context = &rows};
    struct as_record_sink sink = {.context = in, .put = importing_put};
    assert_int_equal(as_ingest(&in->summary, &options, &sink, &in->error), AS_ERR_STOPPED);
    assert_in_range(rows, 1, 1024); /* soon */
    assert_int_not_equal(access(importing_path(in, "file.csv.rejects.csv"), F_OK), 0);
    assert_int_not_equal(access(importing_path(in, "file.csv.rejects.csv.tmp"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORTING(test_columns_are_taken_by_their_usual_names),
        IMPORTING(test_our_own_name_wins_over_a_synonym),
        IMPORTING(test_every_value_comes_in_its_canonical_form),
        IMPORTING(test_bad_rows_are_written_with_line_column_and_reason),
        IMPORTING(test_mended_rejects_import_as_they_are),
        IMPORTING(test_alike_reasons_are_counted_together),
        IMPORTING(test_the_future_of_the_import_is_rejected),
        IMPORTING(test_kinds_and_properties_of_events_are_known_ones),
        IMPORTING(test_what_a_kind_needs_must_be_there),
        IMPORTING(test_dates_of_one_possible_form_are_read_as_such),
        IMPORTING(test_a_column_with_our_name_and_other_values_is_left_alone),
        IMPORTING(test_deals_tell_their_outcome_by_their_stage),
        IMPORTING(test_ndjson_learns_its_columns_on_the_way),
        IMPORTING(test_what_the_sink_refuses_is_a_reject),
        IMPORTING(test_what_is_no_address_is_kept_and_noted),
        IMPORTING(test_an_interrupted_import_leaves_no_reject_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
