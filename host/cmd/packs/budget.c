/* Reading and keeping budgets. Whose leads are counted is the command's. */
#include "cmd/packs/budget.h"
#include "base/suggest.h"

#include <string.h>

static bool find_stage(enum as_stage *out, struct as_str name, const struct as_pack *pack)
{
    if (as_stage_parse(out, name) && *out != AS_STAGE_NONE)
        return true;
    for (uint32_t i = 0; pack != NULL && i < pack->labels.n; i++)
        if (as_str_is_nocase(name, pack->labels.at[i].label)) {
            *out = pack->labels.at[i].stage;
            return true;
        }
    return false;
}

/* Takes a prefix off. */
static bool take(struct as_str *text, struct as_str prefix)
{
    if (!as_str_starts(*text, prefix))
        return false;
    text->p += prefix.n;
    text->n -= prefix.n;
    return true;
}

enum as_status as_budget_parse(struct as_budget *out, const char *text, const struct as_pack *pack,
                               struct as_error *error)
{
    struct as_str rest = as_str_of(text), name = as_str_trim(as_str_cut(&rest, ':'));
    *out = (struct as_budget){.text = text};
    if (!find_stage(&out->stage, name, pack)) {
        const char *names[AS_STAGE_COUNT];
        size_t n = 0;
        for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++)
            names[n++] = as_stage_name((enum as_stage)stage);
        const char *near = as_suggest(name, names, n);
        as_error_set(error, AS_ERR_USAGE, "--budget \"%s\": there is no stage \"%.*s\"", text, (int)name.n,
                     name.p != NULL ? name.p : "");
        as_error_meant(error, near);
        return as_error_advise(error, "write for example sales_ready:+10%%");
    }
    rest = as_str_trim(rest);
    if (!take(&rest, AS_STR("±")) && !take(&rest, AS_STR("+-"))) {
        if (take(&rest, AS_STR("+")))
            out->way = 1;
        else if (take(&rest, AS_STR("-")) || take(&rest, AS_STR("−")))
            out->way = -1;
    }
    if (as_str_ends(rest, AS_STR("%"))) {
        out->percent = true;
        rest.n--;
    }
    rest = as_str_trim(rest);
    bool digit = rest.n > 0 && ((rest.p[0] >= '0' && rest.p[0] <= '9') || rest.p[0] == '.');
    if (digit && as_parse_number(&out->amount, rest))
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "--budget \"%s\" does not say how much", text);
    return as_error_advise(error,
                           "write %s:+10%% for at most a tenth more, :-5 for at most five fewer, :±3%% "
                           "for either way",
                           as_stage_name(out->stage));
}

bool as_budget_holds(const struct as_budget *budget, uint32_t before, uint32_t after)
{
    double change = (double)after - (double)before;
    /* Both sides times a hundred: a tenth of ten leads is one lead, whatever binary fractions make of 0.1. */
    double limit = budget->percent ? (double)before * budget->amount : budget->amount * 100;
    if (budget->way >= 0 && change * 100 > limit)
        return false;
    return budget->way > 0 || -change * 100 <= limit;
}
