/* assay match: how a lead comes to its account, and who is probably here twice; of one lead, or of the base.
 */
#include "cmd/commands.h"
#include "cmd/line/watch.h"
#include "run/decision/json.h"
#include "store/facts/facts.h"
#include "store/report/history.h"
#include "store/report/matching.h"
#include "store/report/search.h"

#include <stdlib.h>
#include <string.h>

/* Pairs shown of a base when nothing else is said, and how sure they are at least: as in `dupes()`. */
enum { DEFAULT_LIMIT = 20 };
static const double likely = 0.5;

/* What is being told: as a table, or as members of a JSON object. */
struct showing {
    struct as_context *context;
    struct as_json json;
    struct as_table table;
    uint32_t n;
};

static const char *or_dash(const char *text)
{
    return text != NULL ? text : "·";
}

static enum as_status end_table(struct showing *s, struct as_error *error)
{
    enum as_status status =
        s->context->json || s->n == 0 ? AS_OK : as_table_print(&s->table, &s->context->terminal, 2, error);
    as_table_close(&s->table);
    return status;
}

/* --- the account --- */

static enum as_status show_held(void *into, int64_t account_id, const char *account, const char *matched_by,
                                double score, const char *note, struct as_error *error)
{
    struct showing *s = into;
    struct as_buf line = {.p = NULL};
    (void)error;
    if (s->context->json) {
        as_json_key(&s->json, "account");
        if (account_id == 0) {
            as_json_text(&s->json, NULL);
            return AS_OK;
        }
        as_json_open(&s->json, '{');
        as_json_put_int(&s->json, "account", account_id);
        as_json_put_text(&s->json, "name", account);
        as_json_put_text(&s->json, "by", matched_by);
        as_json_key(&s->json, "alike");
        as_json_number(&s->json, score);
        as_json_put_text(&s->json, "note", note);
        as_json_close(&s->json, '}');
        return AS_OK;
    }
    if (account_id == 0)
        as_buf_text(&line, "no account");
    else
        as_display_text(&line, as_str_of(or_dash(account)));
    if (note != NULL) {
        as_buf_text(&line, matched_by != NULL && strcmp(matched_by, "name") == 0 ? ", by a name " : ", by ");
        as_display_text(&line, as_str_of(note));
    }
    fprintf(s->context->terminal.out, "  %s\n", as_buf_c(&line));
    as_buf_free(&line);
    return AS_OK;
}

static enum as_status show_step(void *into, const struct as_match_step *step, struct as_error *error)
{
    struct showing *s = into;
    (void)error;
    s->n++;
    if (s->context->json) {
        struct as_json *json = &s->json;
        as_json_open(json, '{');
        as_json_put_text(json, "by", step->by);
        as_json_put_text(json, "value", step->value);
        as_json_key(json, "account");
        if (step->account != 0)
            as_json_int(json, step->account);
        else
            as_json_text(json, NULL);
        as_json_put_text(json, "name", step->account_name);
        as_json_put_number(json, "alike", step->alike);
        as_json_put_bool(json, "holds", step->holds);
        as_json_put_text(json, "note", step->note);
        as_json_close(json, '}');
        return AS_OK;
    }
    as_table_row(&s->table);
    as_table_text(&s->table, step->by);
    as_table_text(&s->table, or_dash(step->value));
    if (step->account == 0)
        as_table_text(&s->table, "·");
    else
        as_table_printf(&s->table, "%s (#%lld)", or_dash(step->account_name), (long long)step->account);
    if (step->account == 0)
        as_table_text(&s->table, "");
    else
        as_table_printf(&s->table, "%.3f", step->alike);
    as_table_text(&s->table, step->holds ? "enough" : or_dash(step->note));
    return AS_OK;
}

static enum as_status show_steps(struct showing *s, int64_t lead, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Looked for by", false, false},
                                                     {"What", false, true},
                                                     {"Account", false, true},
                                                     {"Alike", true, false},
                                                     {NULL, false, true}};
    as_table_open(&s->table, columns, 5);
    s->n = 0;
    as_json_key(&s->json, "steps");
    as_json_open(&s->json, '[');
    enum as_status status = as_store_match_steps(s->context->store, lead, show_step, s, error);
    as_json_close(&s->json, ']');
    enum as_status ended = end_table(s, error);
    return status == AS_OK ? ended : status;
}

/* --- who is here twice --- */

static void put_who(struct as_json *json, const struct as_who *who)
{
    as_json_put_int(json, "lead", who->lead_id);
    as_json_put_text(json, "name", who->name);
    as_json_put_text(json, "email", who->email);
    as_json_put_text(json, "company", who->company);
}

static void put_likeness(struct as_json *json, double probability, double weight, const char *reasons)
{
    as_json_put_number(json, "probability", probability);
    as_json_put_number(json, "weight", weight);
    as_json_put_text(json, "reasons", reasons);
}

static enum as_status show_alike(void *into, const struct as_alike *alike, struct as_error *error)
{
    struct showing *s = into;
    (void)error;
    s->n++;
    if (s->context->json) {
        as_json_open(&s->json, '{');
        put_who(&s->json, &alike->who);
        put_likeness(&s->json, alike->probability, alike->weight, alike->reasons);
        as_json_close(&s->json, '}');
        return AS_OK;
    }
    as_table_row(&s->table);
    as_table_printf(&s->table, "%.1f %%", 100 * alike->probability);
    as_table_printf(&s->table, "%.2f", alike->weight);
    as_table_printf(&s->table, "#%lld", (long long)alike->who.lead_id);
    as_table_text(&s->table, alike->who.name);
    as_table_text(&s->table, or_dash(alike->who.email));
    as_table_text(&s->table, alike->reasons);
    return AS_OK;
}

static enum as_status show_alikes(struct showing *s, int64_t lead, double least, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"One person", true, false}, {"Bits", true, false},
                                                     {NULL, false, false},        {"Lead", false, true},
                                                     {"E-mail", false, true},     {"Why", false, true}};
    as_table_open(&s->table, columns, 6);
    s->n = 0;
    as_json_key(&s->json, "duplicates");
    as_json_open(&s->json, '[');
    if (!s->context->json)
        fputc('\n', s->context->terminal.out);
    enum as_status status = as_store_alike(s->context->store, lead, least, show_alike, s, error);
    as_json_close(&s->json, ']');
    if (status == AS_OK && s->n == 0 && !s->context->json)
        fprintf(s->context->terminal.out, "  nobody else is probably the same person\n");
    enum as_status ended = end_table(s, error);
    return status == AS_OK ? ended : status;
}

static void show_name(struct showing *s, const struct as_who *who)
{
    struct as_buf line = {.p = NULL};
    if (s->context->json) {
        put_who(&s->json, who);
        return;
    }
    as_display_text(&line, as_str_of(who->name));
    fprintf(s->context->terminal.out, "%s (#%lld)\n", as_buf_c(&line), (long long)who->lead_id);
    as_buf_free(&line);
}

static enum as_status match_lead(struct showing *s, const char *words, double least, struct as_error *error)
{
    int64_t lead = 0;
    struct as_who who;
    struct as_store *store = s->context->store;
    enum as_status status = as_store_find_lead(&lead, store, words, error);
    if (status == AS_OK)
        status = as_store_who_kept(&who, &s->context->arena, store, lead, error);
    if (status == AS_OK) {
        show_name(s, &who);
        status = as_store_match(store, lead, show_held, s, error);
    }
    if (status == AS_OK)
        status = show_steps(s, lead, error);
    return status == AS_OK ? show_alikes(s, lead, least, error) : status;
}

/* --- the base --- */

static void show_counts(struct showing *s, const struct as_match_counts *counts)
{
    const struct {
        const char *name, *words;
        uint64_t n;
    } rows[] = {
        {"by_id", "by the CRM's own id", counts->by_id},
        {"by_domain", "by the domain of e-mail or web site", counts->by_domain},
        {"by_name", "by a name alike", counts->by_name},
        {"unknown_account", "none: they name a company that is not here", counts->unknown_account},
        {"nameless", "none: nothing they say leads to a company", counts->nameless},
    };
    char count[AS_COUNT_TEXT];
    as_json_put_int(&s->json, "leads", (int64_t)counts->leads);
    if (!s->context->json)
        fprintf(s->context->terminal.out, "%s leads, and how they came to their accounts\n",
                as_count_format(count, counts->leads));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        as_json_put_int(&s->json, rows[i].name, (int64_t)rows[i].n);
        if (!s->context->json)
            fprintf(s->context->terminal.out, "  %9s  %s\n", as_count_format(count, rows[i].n),
                    rows[i].words);
    }
}

static enum as_status show_pair(void *into, const struct as_duplicate *pair, struct as_error *error)
{
    struct showing *s = into;
    (void)error;
    s->n++;
    if (s->context->json) {
        as_json_open(&s->json, '{');
        as_json_key(&s->json, "a");
        as_json_open(&s->json, '{');
        put_who(&s->json, &pair->a);
        as_json_close(&s->json, '}');
        as_json_key(&s->json, "b");
        as_json_open(&s->json, '{');
        put_who(&s->json, &pair->b);
        as_json_close(&s->json, '}');
        put_likeness(&s->json, pair->probability, pair->weight, pair->reasons);
        as_json_close(&s->json, '}');
        return AS_OK;
    }
    as_table_row(&s->table);
    as_table_printf(&s->table, "%.1f %%", 100 * pair->probability);
    as_table_printf(&s->table, "%.2f", pair->weight);
    as_table_printf(&s->table, "#%lld %s", (long long)pair->a.lead_id, pair->a.name);
    as_table_printf(&s->table, "#%lld %s", (long long)pair->b.lead_id, pair->b.name);
    as_table_text(&s->table, pair->reasons);
    return AS_OK;
}

static enum as_status match_base(struct showing *s, double least, uint32_t limit, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"One person", true, false},
                                                     {"Bits", true, false},
                                                     {"Lead", false, true},
                                                     {"Other", false, true},
                                                     {"Why", false, true}};
    struct as_match_counts counts;
    struct as_duplicates found;
    struct as_watch watch;
    char shown[AS_COUNT_TEXT], all[AS_COUNT_TEXT];
    enum as_status status = as_store_match_counts(&counts, s->context->store, error);
    if (status != AS_OK)
        return status;
    show_counts(s, &counts);
    as_table_open(&s->table, columns, 5);
    as_json_key(&s->json, "duplicates");
    as_json_open(&s->json, '[');
    as_watch_open(&watch, s->context, "comparing", "signs");
    status = as_store_duplicates(&found, s->context->store, least, limit, show_pair, s, error);
    as_watch_close(&watch);
    as_json_close(&s->json, ']');
    as_json_put_int(&s->json, "found", (int64_t)found.found);
    as_json_put_int(&s->json, "compared", (int64_t)found.compared);
    as_json_put_int(&s->json, "left_out", (int64_t)found.left_out);
    if (status == AS_OK && !s->context->json) {
        fprintf(s->context->terminal.out, "\n%s of %s pairs that are probably one person\n",
                as_count_format(shown, s->n), as_count_format(all, found.found));
        if (found.left_out > 0)
            fprintf(s->context->terminal.out, "%s signs that more than %d leads share were not looked at\n",
                    as_count_format(all, found.left_out), AS_MAX_ALIKE_BLOCK);
    }
    enum as_status ended = end_table(s, error);
    return status == AS_OK ? ended : status;
}

static enum as_status read_least(double *least, const char *text, struct as_error *error)
{
    char *end;
    *least = text == NULL ? likely : strtod(text, &end);
    if (text == NULL || (end != text && *end == '\0' && *least >= 0 && *least <= 1))
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "--least cannot be \"%.80s\"", text);
    return as_error_advise(error, "give a probability between 0 and 1, such as 0.9");
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct showing s = {.context = context, .json = {.out = &text}};
    const char *lead = as_given_text(arguments, "LEAD");
    double least;
    enum as_status status = read_least(&least, as_given_text(arguments, "least"), error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status != AS_OK)
        return status;
    as_json_open(&s.json, '{');
    status = lead != NULL
                 ? match_lead(&s, lead, least, error)
                 : match_base(&s, least, (uint32_t)as_given_int(arguments, "limit", DEFAULT_LIMIT), error);
    as_json_close(&s.json, '}');
    if (status == AS_OK && context->json)
        status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

const struct as_command as_command_match = {
    .name = "match",
    .group = AS_GROUP_DATA,
    .summary = "how leads come to their accounts, and who is probably here twice",
    .text =
        "A lead belongs to an account by the CRM's own id first, then by the registrable domain of its "
        "e-mail or web site (never of free mail), then by a name that is at least 0.93 alike (Jaro-Winkler "
        "of names without legal forms). Of one lead each step is shown, with names that come near.\n\n"
        "Who is probably the same person is weighed field by field (Fellegi and Sunter): each that agrees or "
        "differs adds bits, and their sum gives the probability. Nothing is changed: `assay merge` makes one "
        "of two, `assay merge --apart` says that they are two.\n\n"
        "Without LEAD, of the whole base: leads are compared that share the mailbox, the family name with "
        "the first letter of the given one, a telephone number, or the company with how the family name "
        "begins.",
    .positionals =
        (const struct as_positional[]){
            {.name = "LEAD", .text = "e-mail, external id, #12, or beginning of a name", .optional = true},
            {0}},
    .options = (const struct as_option[]){{.name = "least",
                                           .kind = AS_OPTION_TEXT,
                                           .value = "P",
                                           .text = "how probable a duplicate is at least; else 0.5"},
                                          {.name = "limit",
                                           .letter = 'n',
                                           .kind = AS_OPTION_INT,
                                           .value = "N",
                                           .text = "so many pairs of the base; else 20",
                                           .least = 1,
                                           .most = 1000000},
                                          {0}},
    .examples = (const char *const[]){"assay match ada@acme.example", "assay match --least 0.95 --limit 100",
                                      "assay match --json  # to be worked through by somebody else", NULL},
    .run = run,
};
