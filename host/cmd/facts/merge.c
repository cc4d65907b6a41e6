/* assay merge: two leads that are one person become one, or are parted again; and two that are two people are
 * kept apart. */
#include "cmd/commands.h"
#include "cmd/facts/merging_page.h"
#include "cmd/line/pack_choice.h"
#include "run/decision/json.h"
#include "store/decisions/versions.h"

#include "base/thread.h"

static enum as_status print_act(struct as_context *context, const char *act, const char *words, int64_t a,
                                int64_t b, const char *by, struct as_error *error)
{
    if (!context->json) {
        if (!context->quiet)
            fprintf(context->terminal.out, "leads #%lld and #%lld %s\n", (long long)a, (long long)b, words);
        return AS_OK;
    }
    struct as_buf out = {.p = NULL};
    struct as_json json = {.out = &out};
    as_json_open(&json, '{');
    as_json_put_text(&json, "act", act);
    as_json_put_int(&json, "a", a);
    as_json_put_int(&json, "b", b);
    as_json_put_text(&json, "by", by);
    as_json_put_time(&json, "at", context->at);
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(context, &out, error);
    as_buf_free(&out);
    return status;
}

static enum as_status find(int64_t *lead, struct as_context *context, const char *words,
                           struct as_error *error)
{
    return as_store_find_own_lead(lead, context->store, words, error);
}

static enum as_status needs_both(const struct as_arguments *arguments, struct as_error *error)
{
    if (as_given_text(arguments, "OTHER") != NULL)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "assay merge needs two leads");
    return as_error_advise(error, "for example: assay merge ada@acme.example a.king@acme.example --dry-run");
}

/* --- taking a merge back --- */

/* The merges around a lead. */
struct parting {
    int64_t lead, other;      /* other 0: whichever */
    int64_t merged, survivor; /* the merge that is meant */
    uint32_t n;               /* merges that may be */
    struct as_buf others;     /* who else was merged into it */
};

static enum as_status weigh_merge(void *into, const struct as_merge_row *row, struct as_error *error)
{
    struct parting *p = into;
    (void)error;
    bool of_both = p->other == 0 || p->other == row->survivor || p->other == row->merged;
    /* Whoever was merged away is meant by itself; else somebody that was merged into it. */
    if (!of_both || (p->merged == p->lead && p->n > 0))
        return AS_OK;
    as_buf_printf(&p->others, "%s#%lld", p->n > 0 ? ", " : "", (long long)row->merged);
    p->merged = row->merged;
    p->survivor = row->survivor;
    p->n++;
    return AS_OK;
}

static enum as_status choose_merge(struct parting *p, struct as_store *store, struct as_error *error)
{
    enum as_status status = as_store_merges(store, p->lead, weigh_merge, p, error);
    if (status != AS_OK || p->n == 1)
        return status;
    if (p->n > 1) {
        as_error_set(error, AS_ERR_CONFLICT, "several were merged into lead #%lld: %s", (long long)p->lead,
                     as_buf_c(&p->others));
        return as_error_advise(error, "name the one that is to be parted from it");
    }
    if (p->other != 0)
        as_error_set(error, AS_ERR_CONFLICT, "leads #%lld and #%lld are not merged into each other",
                     (long long)p->lead, (long long)p->other);
    else
        as_error_set(error, AS_ERR_CONFLICT, "lead #%lld is not merged with any other", (long long)p->lead);
    return as_error_advise(error, "`assay repl -e 'x = lead \"#%lld\"' -e 'timeline()'` shows its merges",
                           (long long)p->lead);
}

static enum as_status undo(struct as_context *context, const struct as_arguments *arguments, const char *by,
                           struct as_error *error)
{
    struct parting parting = {.n = 0};
    const char *other = as_given_text(arguments, "OTHER");
    enum as_status status = find(&parting.lead, context, as_given_text(arguments, "LEAD"), error);
    if (status == AS_OK && other != NULL)
        status = find(&parting.other, context, other, error);
    if (status == AS_OK)
        status = choose_merge(&parting, context->store, error);
    if (status == AS_OK)
        status = as_store_unmerge(context->store, parting.merged, by, context->at, error);
    as_buf_free(&parting.others);
    return status == AS_OK
               ? print_act(context, "undo", "are two again", parting.survivor, parting.merged, by, error)
               : status;
}

/* --- two people --- */

static enum as_status part(struct as_context *context, const struct as_arguments *arguments, const char *by,
                           bool lift, struct as_error *error)
{
    int64_t a = 0, b = 0;
    enum as_status status = needs_both(arguments, error);
    if (status == AS_OK)
        status = as_store_find_lead(&a, context->store, as_given_text(arguments, "LEAD"), error);
    if (status == AS_OK)
        status = as_store_find_lead(&b, context->store, as_given_text(arguments, "OTHER"), error);
    if (status == AS_OK)
        status = lift ? as_store_lift_apart(context->store, a, b, by, context->at, error)
                      : as_store_keep_apart(context->store, a, b, by, as_given_text(arguments, "reason"),
                                            context->at, error);
    return status == AS_OK ? print_act(context, lift ? "lift" : "apart",
                                       lift ? "may be one person" : "are kept apart", a, b, by, error)
                           : status;
}

/* --- merging --- */

static enum as_status count_pack(void *into, const char *name, const char *hash, struct as_error *error)
{
    (void)name, (void)hash, (void)error;
    ++*(uint32_t *)into;
    return AS_OK;
}

static enum as_status print_merging(struct as_context *context, const struct as_merging_request *request,
                                    struct as_error *error)
{
    struct as_merging merging;
    struct as_buf out = {.p = NULL};
    enum as_status status = as_merge(&merging, context->store, request, error);
    if (status != AS_OK)
        return status;
    if (context->json) {
        as_merging_json(&(struct as_json){.out = &out}, &merging);
        status = as_context_print_json(context, &out, error);
    } else if (!context->quiet) {
        status = as_merging_print(&merging, &context->terminal, error);
    }
    as_buf_free(&out);
    as_merging_free(&merging);
    return status;
}

static enum as_status merge(struct as_context *context, const struct as_arguments *arguments, const char *by,
                            struct as_error *error)
{
    int64_t a = 0, b = 0, kept = 0;
    const char *keep = as_given_text(arguments, "keep");
    bool dry = as_given(arguments, "dry-run");
    struct as_run_pack *packs = NULL;
    uint32_t n = 0, broken = 0, ran = 0;
    enum as_status status = needs_both(arguments, error);
    if (status == AS_OK)
        status = find(&a, context, as_given_text(arguments, "LEAD"), error);
    if (status == AS_OK)
        status = find(&b, context, as_given_text(arguments, "OTHER"), error);
    if (status == AS_OK && keep != NULL)
        status = find(&kept, context, keep, error);
    if (status == AS_OK && keep != NULL && kept != a && kept != b) {
        as_error_set(error, AS_ERR_USAGE, "--keep names lead #%lld, which is neither of the two",
                     (long long)kept);
        status = as_error_advise(error, "it is #%lld or #%lld", (long long)a, (long long)b);
    }
    if (status == AS_OK)
        status = as_store_may_merge(context->store, a, b, error);
    if (status == AS_OK)
        status = as_store_packs(context->store, AS_PACKS_RAN, count_pack, &ran, error);
    if (status == AS_OK && ran > 0)
        status =
            as_choose_packs(&packs, &n, &broken, context, (struct as_texts){NULL, 0}, as_processors(), error);
    return status == AS_OK ? print_merging(context,
                                           &(struct as_merging_request){.schema = context->schema,
                                                                        .packs = packs,
                                                                        .pack_count = n,
                                                                        .a = a,
                                                                        .b = b,
                                                                        .keep = kept,
                                                                        .at = context->at,
                                                                        .by = by,
                                                                        .dry = dry},
                                           error)
                           : status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    const char *by = as_context_user(arguments);
    bool parts = as_given(arguments, "apart"), takes_back = as_given(arguments, "undo");
    if (as_given(arguments, "dry-run") && (parts || takes_back)) {
        as_error_set(error, AS_ERR_USAGE, "--dry-run is for merging, not for --undo and --apart");
        return as_error_advise(error, "both can be taken back");
    }
    enum as_status status =
        as_refuse_idle(arguments, "keep", parts || takes_back, "merging, not with --undo and --apart", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "reason", !parts || takes_back, "--apart", error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_WRITE, error);
    if (status == AS_OK)
        status = as_store_lock(context->store, "merge", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status != AS_OK)
        return status;
    return parts        ? part(context, arguments, by, takes_back, error)
           : takes_back ? undo(context, arguments, by, error)
                        : merge(context, arguments, by, error);
}

const struct as_command as_command_merge = {
    .name = "merge",
    .group = AS_GROUP_DATA,
    .summary = "make one of two leads that are one person, or part them again",
    .text =
        "Events, touches and answers of both count as one log, with what both have once; of consents the "
        "strictest holds; ids and addresses of either find the survivor. It takes over what it does not know "
        "itself and what a stronger source says of the other. The other's row stays, so that a merge can be "
        "undone and earlier moments replay.\n\n"
        "Which of the two survives is decided by the first of these in which they differ: furthest stage, "
        "deals, the reason for its account, ids of systems, facts known, events, known longer, lower number. "
        "--keep says it otherwise.\n\n"
        "--undo parts them and gives back what nobody has said otherwise since. --apart is for two who look "
        "alike and are two people: nobody merges them from then on, imports neither; with --undo it is "
        "lifted.",
    .positionals =
        (const struct as_positional[]){
            {.name = "LEAD", .text = "e-mail, external id, #12, or beginning of a name"},
            {.name = "OTHER", .text = "the other; --undo does without", .optional = true},
            {0}},
    .options =
        (const struct as_option[]){
            {.name = "keep", .kind = AS_OPTION_TEXT, .value = "LEAD", .text = "which of the two survives"},
            {.name = "dry-run",
             .letter = 'n',
             .kind = AS_OPTION_FLAG,
             .text = "show what would be, change nothing"},
            {.name = "undo", .kind = AS_OPTION_FLAG, .text = "part them again"},
            {.name = "apart", .kind = AS_OPTION_FLAG, .text = "they are two people: never merge them"},
            {.name = "reason",
             .kind = AS_OPTION_TEXT,
             .value = "TEXT",
             .text = "with --apart: how one knows"},
            {.name = "by",
             .kind = AS_OPTION_TEXT,
             .value = "NAME",
             .text = "who says so; else the user of this computer"},
            {0}},
    .examples = (const char *const[]){"assay merge ada@acme.example a.king@acme.example --dry-run",
                                      "assay merge L12 L77 --by Mia", "assay merge --undo L77",
                                      "assay merge --apart L12 L13 --reason \"father and son\"", NULL},
    .run = run,
};
