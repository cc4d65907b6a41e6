/* A sample from end to end: what was written is taken in by the import, decided, and compared with the real
 * decisions. */
#include "run/sample/sample_parts.h"

#include "base/file.h"
#include "base/limits.h"
#include "data/ingest/ingest.h"
#include "run/decision/json.h"
#include "store/facts/facts.h"
#include "store/snapshot/snapshot.h"
#include "store/work/people.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void as_sample_free(struct as_sample *sample)
{
    as_arena_free(&sample->arena);
    *sample = (struct as_sample){.leads = 0};
}

/* --- deciding without a past --- */

struct deciding {
    const struct as_sample_request *request;
    struct as_needs needs;
    struct as_plan **plans; /* by pack */
};

static void deciding_close(struct deciding *d)
{
    for (uint32_t p = 0; d->plans != NULL && p < d->request->pack_count; p++)
        as_plan_free(d->plans[p]);
    free(d->plans);
    as_needs_free(&d->needs);
}

static enum as_status deciding_open(struct deciding *d, const struct as_sample_request *request,
                                    struct as_error *error)
{
    *d = (struct deciding){.request = request,
                           .plans = calloc(request->pack_count + (size_t)1, sizeof(struct as_plan *))};
    enum as_status status = d->plans == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK)
        status = as_needs_new(&d->needs, request->schema, error);
    for (uint32_t p = 0; p < request->pack_count && status == AS_OK; p++) {
        status = as_plan_new(&d->plans[p], request->packs[p].pack, error);
        if (status == AS_OK)
            as_needs_add(&d->needs, d->plans[p]);
    }
    return status;
}

/* ids NULL: everybody of a sample, which is known since its moment. */
static enum as_status load(struct as_dataset **out, const struct deciding *d, struct as_store *store,
                           const struct as_sample *ids, struct as_error *error)
{
    struct as_snapshot_request wanted =
        as_needs_request(&d->needs, d->request->at, ids != NULL ? d->request->known_at : d->request->at);
    wanted.account_events = true;
    wanted.lead_ids = ids != NULL ? ids->chosen.at : NULL;
    wanted.lead_count = ids != NULL ? ids->chosen.n : 0;
    as_request_ladder(&wanted, d->request->packs, d->request->pack_count);
    return as_store_snapshot(out, store, d->request->schema, &wanted, error);
}

static enum as_status decide(struct as_decision *out, const struct deciding *d, uint32_t pack,
                             const struct as_dataset *dataset, struct as_error *error)
{
    struct as_run_options options = {
        .at = d->request->at, .threads = d->request->threads, .functions = d->request->packs[pack].functions};
    return as_decide(out, d->request->packs[pack].pack, d->plans[pack], dataset, &options, error);
}

/* --- comparing --- */

static bool same_standing(const struct as_standing *a, const struct as_standing *b)
{
    return a->stage == b->stage && a->furthest == b->furthest && a->outside == b->outside &&
           a->blocked == b->blocked && a->attention == b->attention && a->verdicts == b->verdicts &&
           a->grade == b->grade && a->disqualifier == b->disqualifier && a->persona == b->persona &&
           a->sent_to == b->sent_to;
}

static bool same_scores(const struct as_decision *a, uint32_t row, const struct as_decision *b,
                        uint32_t other, const struct as_model *model)
{
    for (uint32_t s = 0; s < model->scores.n; s++) {
        const struct as_points_column *one = as_outcome_score(a->outcome, model->scores.at[s]),
                                      *two = as_outcome_score(b->outcome, model->scores.at[s]);
        if (one == NULL || two == NULL)
            continue;
        struct as_points x = as_points_at(one, row), y = as_points_at(two, other);
        if (x.value != y.value || x.low != y.low || x.high != y.high)
            return false;
    }
    return true;
}

/* Leaves out the leads of `real` that are decided otherwise when read back; the others are the rows of `fake`
 * in order. */
static enum as_status compare(uint64_t *left_out, uint32_t *differing, const struct deciding *d,
                              const struct as_decision *real, const struct as_dataset *fake,
                              struct as_error *error)
{
    enum as_status status = AS_OK;
    uint64_t *wrong = calloc(AS_BIT_WORDS(real->dataset->leads) + 1, sizeof *wrong);
    *differing = 0;
    if (wrong == NULL)
        return as_error_memory(error);
    for (uint32_t p = 0; p < d->request->pack_count && status == AS_OK; p++) {
        struct as_decision made = {.pack = NULL};
        if ((status = decide(&made, d, p, fake, error)) != AS_OK)
            break;
        for (uint32_t row = 0, other = 0; row < real->dataset->leads; row++) {
            if (as_bit(left_out, row))
                continue;
            bool same = other < fake->leads;
            for (uint32_t m = 0; same && m < made.pack->models.n; m++)
                same = same_standing(as_standing_at(&real[p], m, row), as_standing_at(&made, m, other)) &&
                       same_scores(&real[p], row, &made, other, made.pack->models.at[m]);
            if (!same)
                as_bit_set(wrong, row);
            other++;
        }
        as_decision_free(&made);
    }
    for (uint32_t row = 0; row < real->dataset->leads; row++)
        if (as_bit(wrong, row)) {
            as_bit_set(left_out, row);
            ++*differing;
        }
    free(wrong);
    return status;
}

/* Whoever is left out takes the colleagues along, since what is decided of a group needs all of it. */
static void leave_groups_out(uint64_t *left_out, const struct as_dataset *set)
{
    for (uint32_t a = 0; a < set->accounts; a++) {
        bool out = false;
        for (uint32_t m = set->member_start[a]; m < set->member_start[a + 1]; m++)
            out = out || as_bit(left_out, set->member[m]);
        for (uint32_t m = set->member_start[a]; out && m < set->member_start[a + 1]; m++)
            as_bit_set(left_out, set->member[m]);
    }
}

/* --- reading --- */

static const enum as_import_kind kinds[] = {AS_IMPORT_USERS,  AS_IMPORT_ACCOUNTS, AS_IMPORT_LEADS,
                                            AS_IMPORT_EVENTS, AS_IMPORT_ANSWERS,  AS_IMPORT_TOUCHES,
                                            AS_IMPORT_CONSENT};
enum { KINDS = sizeof kinds / sizeof *kinds };

static enum as_status read_kind(struct as_store *store, const struct as_schema *schema, const char *path,
                                enum as_import_kind kind, int64_t at, struct as_error *error)
{
    struct stat info;
    if (stat(path, &info) == 0 && info.st_size == 0)
        return AS_OK; /* nobody has any */
    struct as_facts_options options = {
        .system = "sample", .file = path, .precedence = AS_FROM_CRM, .now = at};
    struct as_ingest_options ingest = {.kind = kind, .path = path, .schema = schema, .now = at};
    struct as_ingest_summary read = {.rows = 0};
    struct as_facts_summary kept;
    struct as_facts *facts = NULL;
    enum as_status status = as_facts_open(&facts, store, schema, &options, error);
    if (status == AS_OK) {
        struct as_record_sink sink = as_facts_sink(facts);
        status = as_ingest(&read, &ingest, &sink, error);
    }
    if (status == AS_OK && read.rejected > 0) {
        status = as_error_set(error, AS_ERR_DATA, "%s: %llu rows cannot be taken in: %s", path,
                              (unsigned long long)read.rejected,
                              read.reasons.n > 0 ? read.reasons.at[0].reason : "");
        as_error_advise(error, "the sample is of other packs, or somebody changed it: make it anew");
    }
    if (status == AS_OK)
        status = as_facts_commit(facts, &kept, error);
    as_facts_close(facts);
    as_ingest_summary_free(&read);
    return status;
}

enum as_status as_sample_read(struct as_store *store, const struct as_schema *schema, const char *folder,
                              int64_t at, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int k = 0; k < KINDS && status == AS_OK; k++) {
        struct as_buf path = {.p = NULL};
        as_buf_printf(&path, "%s/%s.ndjson", folder, as_import_kind_name(kinds[k]));
        status = path.failed ? as_error_memory(error)
                             : read_kind(store, schema, as_buf_c(&path), kinds[k], at, error);
        as_buf_free(&path);
    }
    return status;
}

enum as_status as_sample_at(int64_t *at, const char *folder, struct as_error *error)
{
    struct as_buf path = {.p = NULL};
    struct as_reader *reader = NULL;
    struct as_reader_options options = {.name = "sample.json", .format = AS_FORMAT_NDJSON};
    struct as_row row;
    bool more = false, found = false;
    as_buf_printf(&path, "%s/sample.json", folder);
    enum as_status status =
        path.failed ? as_error_memory(error) : as_reader_open(&reader, as_buf_c(&path), &options, error);
    if (status == AS_OK)
        status = as_reader_next(&row, &more, reader, error);
    if (status == AS_OK && more) {
        uint32_t n;
        const struct as_str *columns = as_reader_columns(reader, &n);
        for (uint32_t i = 0; i < n && i < row.n; i++)
            if (as_str_is(columns[i], "at"))
                found = as_time_parse(at, NULL, row.cells[i]);
    }
    if (status == AS_OK && !found)
        status =
            as_error_set(error, AS_ERR_DATA, "%s does not say when the sample was taken", as_buf_c(&path));
    as_reader_close(reader);
    as_buf_free(&path);
    return status;
}

/* --- writing --- */

enum as_status as_sample_write_file(const char *folder, const char *name, const struct as_buf *text,
                                    struct as_error *error)
{
    struct as_buf path = {.p = NULL};
    as_buf_printf(&path, "%s/%s", folder, name);
    if (text->failed || path.failed) {
        as_buf_free(&path);
        return as_error_memory(error);
    }
    enum as_status status =
        as_file_write(as_buf_c(&path), (struct as_str){as_buf_c(text), text->n}, "the sample", error);
    as_buf_free(&path);
    return status;
}

/* Which leads there are, a line for each place where they stand. */
static enum as_status write_strata(const struct as_sample *sample, const struct as_sample_request *request,
                                   struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    for (uint32_t s = 0; s < sample->strata.n; s++) {
        struct as_json json = {.out = &text};
        as_json_open(&json, '{');
        as_json_put_text(&json, "place", sample->strata.at[s].place);
        as_json_put_int(&json, "leads", sample->strata.at[s].leads);
        as_json_put_int(&json, "sampled", sample->strata.at[s].sampled);
        as_json_close(&json, '}');
        as_buf_char(&text, '\n');
    }
    enum as_status status = as_sample_write_file(request->folder, "strata.ndjson", &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status write_about(const struct as_sample *sample, const struct as_sample_request *request,
                                  struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_json_open(&json, '{');
    as_json_put_time(&json, "at", request->at);
    as_json_put_int(&json, "leads", sample->leads);
    as_json_put_int(&json, "accounts", sample->accounts);
    as_json_put_int(&json, "refused", sample->refused);
    as_json_put_open(&json, "packs", '{');
    for (uint32_t p = 0; p < request->pack_count; p++)
        as_json_put_text(&json, request->packs[p].pack->name, request->packs[p].pack->hash);
    as_json_close(&json, '}');
    as_json_close(&json, '}');
    as_buf_char(&text, '\n');
    enum as_status status = as_sample_write_file(request->folder, "sample.json", &text, error);
    as_buf_free(&text);
    return status;
}

struct sampling {
    struct as_sample *sample;
    const struct as_sample_request *request;
    struct as_store *store;
    struct deciding deciding;
    struct as_dataset *real, *fake;
    struct as_decision *decisions; /* of the real one, by pack */
    struct as_roster roster;
    int64_t *newest;
    uint64_t *left_out;
};

/* One round: what is not left out is written, read and decided; *differing leads more are left out then. */
static enum as_status write_and_compare(uint32_t *differing, struct sampling *s, struct as_error *error)
{
    const struct as_sample_request *request = s->request;
    struct as_sample_rows rows = {.dataset = s->fake,
                                  .request = request,
                                  .needs = &s->deciding.needs,
                                  .roster = &s->roster,
                                  .newest = s->newest,
                                  .left_out = s->left_out};
    struct as_store *back = NULL;
    struct as_dataset *read = NULL;
    leave_groups_out(s->left_out, s->real);
    enum as_status status = as_sample_write_rows(&rows, error);
    if (status == AS_OK)
        status = as_store_open(&back, ":memory:", AS_STORE_CREATE, error);
    if (status == AS_OK)
        status = as_store_learn_schema(back, request->schema, error);
    if (status == AS_OK)
        status = as_sample_read(back, request->schema, request->folder, request->at, error);
    if (status == AS_OK)
        status = load(&read, &s->deciding, back, NULL, error);
    if (status == AS_OK)
        status = compare(s->left_out, differing, &s->deciding, s->decisions, read, error);
    as_dataset_free(read);
    as_store_close(back);
    return status;
}

static void count(struct sampling *s)
{
    uint64_t seen_leads = 0;
    for (uint32_t row = 0; row < s->real->leads; row++)
        seen_leads += !as_bit(s->left_out, row);
    s->sample->leads = (uint32_t)seen_leads;
    s->sample->refused = s->real->leads - s->sample->leads;
    for (uint32_t a = 0; a < s->real->accounts; a++) {
        bool in = s->real->member_start[a] == s->real->member_start[a + 1]; /* a parent, nobody's */
        for (uint32_t m = s->real->member_start[a]; m < s->real->member_start[a + 1]; m++)
            in = in || !as_bit(s->left_out, s->real->member[m]);
        s->sample->accounts += in;
    }
}

static enum as_status prepare(struct sampling *s, struct as_error *error)
{
    const struct as_sample_request *request = s->request;
    enum as_status status = as_sample_choose(s->sample, s->store, request, error);
    if (status == AS_OK)
        status = deciding_open(&s->deciding, request, error);
    if (status == AS_OK)
        status = load(&s->real, &s->deciding, s->store, s->sample, error);
    if (status == AS_OK)
        status = load(&s->fake, &s->deciding, s->store, s->sample, error);
    if (status != AS_OK)
        return status;
    s->decisions = calloc(request->pack_count + (size_t)1, sizeof *s->decisions);
    s->left_out = calloc(AS_BIT_WORDS(s->real->leads) + 1, sizeof *s->left_out);
    s->newest = calloc(request->schema->kinds.n + (size_t)1, sizeof *s->newest);
    if (s->decisions == NULL || s->left_out == NULL || s->newest == NULL)
        return as_error_memory(error);
    for (uint32_t p = 0; p < request->pack_count && status == AS_OK; p++)
        status = decide(&s->decisions[p], &s->deciding, p, s->real, error);
    if (status == AS_OK)
        status =
            as_store_last_events(s->newest, s->store, request->schema, request->at, request->known_at, error);
    s->roster.arena = &s->sample->arena;
    if (status == AS_OK)
        status = as_store_roster(&s->roster, s->store, NULL, request->at, error);
    struct as_disguise_request disguise = {request->packs, request->pack_count, request->key};
    return status == AS_OK ? as_disguise(s->fake, s->left_out, &disguise, error) : status;
}

enum as_status as_sample_write(struct as_sample *out, struct as_store *store,
                               const struct as_sample_request *request, struct as_error *error)
{
    struct sampling s = {.sample = out, .request = request, .store = store};
    uint32_t differing = 1;
    *out = (struct as_sample){.leads = 0};
    if (mkdir(request->folder, 0777) != 0 && errno != EEXIST)
        return as_error_set(error, AS_ERR_IO, "%s: %s", request->folder, strerror(errno));
    enum as_status status = prepare(&s, error);
    /* Leaving some out can change others only through what an account owns; each round leaves out more. */
    while (status == AS_OK && differing > 0)
        status = write_and_compare(&differing, &s, error);
    if (status == AS_OK) {
        count(&s);
        status = write_strata(out, request, error);
    }
    if (status == AS_OK)
        status = write_about(out, request, error);
    for (uint32_t p = 0; s.decisions != NULL && p < request->pack_count; p++)
        as_decision_free(&s.decisions[p]);
    free(s.decisions);
    free(s.left_out);
    free(s.newest);
    as_dataset_free(s.real);
    as_dataset_free(s.fake);
    deciding_close(&s.deciding);
    return status;
}
