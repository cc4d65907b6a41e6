/* Pinning: the lead at hand becomes a test of the pack, in disguise. The test is run at once, and taken out
 * again when it does not pass. */
#include "bind/session/repl_base.h"

#include "base/file.h"
#include "run/sample/disguise.h"
#include "run/sample/pin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char head[] =
    "-- Leads as they stood when somebody pinned them in assay repl, in disguise: nobody is called so.\n"
    "local test = require \"assay.test\"\n"
    "local it, expect, decide = test.it, test.expect, test.decide\n";

struct pinning {
    struct as_repl *repl;
    const char *name;
    struct as_base real, fake;
    struct as_decision decided;
    struct as_buf path, before, after;
    bool existed;
};

static void pinning_free(struct pinning *p)
{
    if (p->decided.pack != NULL)
        as_decision_free(&p->decided);
    as_base_free(&p->real);
    as_base_free(&p->fake);
    as_buf_free(&p->path);
    as_buf_free(&p->before);
    as_buf_free(&p->after);
}

/* --- the test --- */

static enum as_status open_lead(struct as_base *base, uint32_t *row, struct as_repl *repl,
                                struct as_error *error)
{
    enum as_status status = as_base_open(base, repl, repl->options.packs[0].pack, repl->lead, error);
    *row = status == AS_OK ? as_dataset_lead_row(base->dataset, repl->lead) : AS_NO_INDEX;
    if (status == AS_OK && *row == AS_NO_INDEX)
        return as_error_set(error, AS_ERR_MISSING, "this lead was not known then");
    return status == AS_OK ? as_overlay_apply(base->dataset, *row, repl->overlay.changes.at,
                                              repl->overlay.changes.n, error)
                           : status;
}

static enum as_status disguise(struct pinning *p, uint32_t row, struct as_error *error)
{
    struct as_pseudonym_key key;
    struct as_buf path = {.p = NULL};
    as_buf_printf(&path, "%s-sample-key", p->repl->options.db);
    enum as_status status =
        path.failed ? as_error_memory(error) : as_pseudonym_key_open(&key, as_buf_c(&path), error);
    as_buf_free(&path);
    uint64_t *unfit = calloc(AS_BIT_WORDS(p->fake.dataset->leads) + 1, sizeof *unfit);
    if (status == AS_OK && unfit == NULL)
        status = as_error_memory(error);
    struct as_disguise_request request = {p->repl->options.packs, 1, &key};
    if (status == AS_OK)
        status = as_disguise(p->fake.dataset, unfit, &request, error);
    if (status == AS_OK && as_bit(unfit, row))
        status = as_error_set(error, AS_ERR_DATA,
                              "no stand-in keeps the outcome of every condition for this lead");
    free(unfit);
    return status;
}

/* Whether the rules decide the lead otherwise without its past. */
static enum as_status ask_past(bool *past, struct pinning *p, uint32_t row, struct as_error *error)
{
    struct as_dataset *set = p->real.dataset;
    struct as_prior **prior = set->prior;
    const struct as_pack *pack = p->repl->options.packs[0].pack;
    struct as_decision fresh;
    *past = (set->overrides.start != NULL && set->overrides.start[row + 1] > set->overrides.start[row]) ||
            as_track_word(set, row) != NULL;
    set->prior = NULL;
    enum as_status status = as_decide(&fresh, pack, p->real.plan, set, &p->real.options, error);
    set->prior = prior;
    if (status != AS_OK)
        return status;
    for (uint32_t m = 0; m < pack->models.n; m++) {
        const struct as_standing *a = as_standing_at(&p->decided, m, row),
                                 *b = as_standing_at(&fresh, m, row);
        *past = *past || a->stage != b->stage || a->grade != b->grade || a->verdicts != b->verdicts;
        for (uint32_t s = 0; s < pack->models.at[m]->scores.n; s++)
            *past = *past ||
                    as_points_at(as_outcome_score(p->decided.outcome, pack->models.at[m]->scores.at[s]), row)
                            .value !=
                        as_points_at(as_outcome_score(fresh.outcome, pack->models.at[m]->scores.at[s]), row)
                            .value;
    }
    as_decision_free(&fresh);
    return AS_OK;
}

static enum as_status write_test(struct pinning *p, struct as_error *error)
{
    uint32_t row, other;
    enum as_status status = open_lead(&p->real, &row, p->repl, error);
    if (status == AS_OK)
        status = open_lead(&p->fake, &other, p->repl, error);
    if (status == AS_OK)
        status = as_decide(&p->decided, p->repl->options.packs[0].pack, p->real.plan, p->real.dataset,
                           &p->real.options, error);
    bool past = false;
    if (status == AS_OK)
        status = ask_past(&past, p, row, error);
    if (status == AS_OK)
        status = disguise(p, row, error);
    struct as_pin_request request = {.name = p->name,
                                     .decided = &p->decided,
                                     .dataset = p->fake.dataset,
                                     .needs = &p->real.needs,
                                     .row = row,
                                     .past = past};
    if (status != AS_OK)
        return status;
    as_buf_str(&p->after, (struct as_str){as_buf_c(&p->before), p->before.n});
    as_buf_text(&p->after, p->existed ? "\n" : head);
    as_buf_text(&p->after, p->existed ? "" : "\n");
    return as_pin_say(&p->after, &request, error);
}

/* --- the file --- */

static enum as_status read_file(struct pinning *p, struct as_error *error)
{
    struct as_error reading = AS_ERROR_INIT;
    enum as_status status =
        as_file_read(&p->before, as_buf_c(&p->path), AS_MAX_PACK_BYTES, "the pinned tests", &reading);
    p->existed = status != AS_ERR_MISSING;
    if (!p->existed)
        return AS_OK;
    *error = reading;
    return status;
}

static enum as_status put_file(const struct pinning *p, const struct as_buf *text, struct as_error *error)
{
    return as_file_write(as_buf_c(&p->path), (struct as_str){as_buf_c(text), text->n}, "the pinned tests",
                         error);
}

static enum as_status check_name(const struct pinning *p, struct as_error *error)
{
    struct as_buf start = {.p = NULL};
    as_buf_printf(&start, "it(\"%s\"", p->name);
    bool there = strstr(as_buf_c(&p->before), as_buf_c(&start)) != NULL;
    as_buf_free(&start);
    if (!there)
        return AS_OK;
    as_error_set(error, AS_ERR_CONFLICT, "\"%s\" is pinned already", p->name);
    return as_error_advise(error, "choose another name, or take the test out of %s", as_buf_c(&p->path));
}

static enum as_status run_test(const struct pinning *p, struct as_error *error)
{
    const struct as_repl_house *house = &p->repl->options.house;
    const char *words[] = {"test", p->repl->options.pack, "--filter", p->name};
    int code = 0;
    enum as_status status = house->command(house->context, &code, words, 4, error);
    if (status != AS_OK || code == 0)
        return status;
    as_error_set(error, AS_ERR_DATA, "in disguise the lead is decided otherwise, so that it was not pinned");
    return as_error_advise(error,
                           "a function or a condition on several facts reads more than a stand-in keeps");
}

static enum as_status pin(struct pinning *p, struct as_error *error)
{
    struct stat info;
    as_buf_printf(&p->path, "%s/pack.lua", p->repl->options.pack);
    if (stat(as_buf_c(&p->path), &info) != 0) {
        as_error_set(error, AS_ERR_USAGE, "pack %s does not come from a folder", p->repl->options.pack);
        return as_error_advise(error, "begin the session with --pack FOLDER, into which the test goes");
    }
    as_buf_reset(&p->path);
    as_buf_printf(&p->path, "%s/pinned_test.lua", p->repl->options.pack);
    enum as_status status = read_file(p, error);
    if (status == AS_OK)
        status = check_name(p, error);
    if (status == AS_OK)
        status = write_test(p, error);
    if (status == AS_OK)
        status = put_file(p, &p->after, error);
    if (status != AS_OK || (status = run_test(p, error)) == AS_OK)
        return status;
    if (p->existed)
        put_file(p, &p->before, NULL);
    else
        unlink(as_buf_c(&p->path));
    return status;
}

static int word_pin(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct pinning p = {.repl = repl, .name = luaL_checkstring(L, 1)};
    struct as_error error = AS_ERROR_INIT;
    as_repl_request(L, repl);
    enum as_status status = pin(&p, &error);
    pinning_free(&p);
    as_repl_check(L, status, &error);
    return 0;
}

static const struct as_repl_word words[] = {
    {"pin", word_pin, "pin \"two visits to the prices\"",
     "writes the lead as it stands, in disguise, as a test into the pack's pinned_test.lua, and runs it"},
};
const struct as_repl_words as_repl_pin_words = {words, sizeof words / sizeof *words};
