/* Gates: what they may ask when. BANT is budget, authority, need and timing. A criterion counts as BANT when
 * it is named so, or reads only facts that are BANT: by their name (as_standard_is_bant) or because the pack
 * declares them with bant = true. So revenue is a fact of the company, and becomes the budget only under
 * that name. */
#include "score/check/check_parts.h"

#include "data/facts/standard.h"
#include "score/check/sameness.h"
#include "score/tree/operator.h"

/* Scores that read scores are looked into so deep. */
enum { MOST_SCORES = 8 };

enum bant { BUDGET = 1, AUTHORITY = 2, NEED = 4, TIMING = 8 };

/* Which of the four a name speaks of; 0 for one that only the pack calls BANT. */
static unsigned part_of_bant(struct as_str name)
{
    static const struct {
        const char *name;
        enum bant part;
    } names[] = {
        {"budget", BUDGET},
        {"funds", BUDGET},
        {"funds_access", BUDGET},
        {"funds_commit", BUDGET},
        {"wherewithal", BUDGET},
        {"authority", AUTHORITY},
        {"buying_role", AUTHORITY},
        {"process", AUTHORITY},
        {"need", NEED},
        {"needs", NEED},
        {"need_stated", NEED},
        {"importance", NEED},
        {"urgency", TIMING},
        {"priority", TIMING},
        {"timeframe", TIMING},
        {"timing", TIMING},
        {"timeline", TIMING},
        {"evaluating", TIMING},
        {"decision_by", TIMING},
        {"purchase_date", TIMING},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (as_str_is(name, names[i].name))
            return names[i].part;
    return 0;
}

/* What a condition reads. */
struct reading {
    unsigned parts;               /* set of enum bant */
    const struct as_field *bant;  /* the first BANT fact; NULL none */
    const struct as_field *money; /* a fact about money that is there or promised */
    bool other;                   /* something that is not BANT */
    bool of_one;                  /* a BANT fact of a single lead */
};

static void read(struct reading *r, const struct as_schema *schema, const struct as_expr *expr, bool in_group)
{
    if (expr->kind == AS_EXPR_FIELD || expr->kind == AS_EXPR_ANSWER) {
        const struct as_field *field = schema->fields.at[expr->field];
        struct as_str name = as_str_of(field->name);
        if (!field->bant && !as_standard_is_bant(name)) {
            r->other = true;
            return;
        }
        r->bant = r->bant != NULL ? r->bant : field;
        r->parts |= part_of_bant(name);
        r->of_one |= field->level == AS_LEVEL_LEAD && !in_group;
        if (part_of_bant(name) == BUDGET)
            r->money = field;
        return;
    }
    if (expr->kind != AS_EXPR_CALL) {
        r->other |= expr->kind != AS_EXPR_GROUP;
        return;
    }
    in_group |= (expr->op->on & AS_SHAPE_GROUP) != 0;
    r->other |= expr->op->kernel == AS_KERNEL_COVERS || expr->op->kernel == AS_KERNEL_COVERAGE ||
                expr->op->kernel == AS_KERNEL_SIZE;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            read(r, schema, expr->args[i].expr, in_group);
}

static struct reading reading_of(const struct as_checking *c, const struct as_expr *expr)
{
    struct reading r = {0};
    read(&r, c->pack->rules.schema, expr, false);
    return r;
}

static bool is_bant(const struct as_checking *c, const struct as_criterion *criterion)
{
    if (as_standard_is_bant(as_str_of(criterion->name)))
        return true;
    struct reading r = reading_of(c, criterion->when);
    return r.bant != NULL && !r.other;
}

static bool is_all_bant(const struct as_checking *c, const struct as_gate *gate)
{
    for (uint32_t i = 0; i < gate->criteria.n; i++)
        if (!is_bant(c, &gate->criteria.at[i]))
            return false;
    return true;
}

/* The gate of the whole account confirms what earlier gates began to ask: only without one of them that asks
 * for more is it BANT alone. */
static void check_bant_only(struct as_checking *c, const struct as_model *model, const struct as_gate *gate)
{
    if (!is_all_bant(c, gate))
        return;
    for (uint32_t i = 0; gate->level == AS_LEVEL_ACCOUNT && i < gate->index; i++)
        if (!is_all_bant(c, model->gates.at[i]))
            return;
    struct as_buf names = {.max = 400};
    for (uint32_t i = 0; i < gate->criteria.n; i++)
        as_buf_printf(&names, "%s%s", i == 0 ? "" : ", ", gate->criteria.at[i].name);
    as_findings_add(c->out, AS_FINDING_GATE_BANT_ONLY, gate->position, NULL,
                    "gate \"%s\" asks for BANT alone: %s", gate->name, as_buf_c(&names));
    as_buf_free(&names);
}

/* The first BANT fact that an expression reads, also through the rules of scores. */
static const struct as_field *find_bant(const struct as_checking *c, const struct as_expr *expr, int depth,
                                        const struct as_rule **through)
{
    if (expr->kind == AS_EXPR_SCORE && depth < MOST_SCORES)
        for (uint32_t i = 0; i < expr->score->rules.n; i++) {
            const struct as_rule *rule = expr->score->rules.at[i];
            const struct as_field *field =
                rule->when != NULL ? find_bant(c, rule->when, depth + 1, through) : NULL;
            if (field != NULL) {
                *through = rule;
                return field;
            }
        }
    if (expr->kind != AS_EXPR_CALL)
        return reading_of(c, expr).bant;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        const struct as_field *field =
            expr->args[i].kind == AS_LITERAL_EXPR ? find_bant(c, expr->args[i].expr, depth, through) : NULL;
        if (field != NULL)
            return field;
    }
    return NULL;
}

static void check_bant_early(struct as_checking *c, const struct as_gate *gate)
{
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        const struct as_criterion *criterion = &gate->criteria.at[i];
        const struct as_rule *through = NULL;
        const struct as_field *field = find_bant(c, criterion->when, 0, &through);
        if (through != NULL)
            as_findings_add(
                c->out, AS_FINDING_GATE_BANT_EARLY, gate->position, NULL,
                "the first gate, \"%s\", asks for \"%s\": criterion \"%s\" reads a score whose rule "
                "\"%s\" reads it",
                gate->name, field->name, criterion->name, through->name);
        else if (field != NULL)
            as_findings_add(c->out, AS_FINDING_GATE_BANT_EARLY, gate->position, NULL,
                            "the first gate, \"%s\", asks for \"%s\" in criterion \"%s\"", gate->name,
                            field->name, criterion->name);
        else if (as_standard_is_bant(as_str_of(criterion->name)))
            as_findings_add(c->out, AS_FINDING_GATE_BANT_EARLY, gate->position, NULL,
                            "the first gate, \"%s\", has a criterion \"%s\"", gate->name, criterion->name);
    }
}

static bool has_criterion(const struct as_gate *gate, const struct as_expr *when)
{
    for (uint32_t i = 0; i < gate->criteria.n; i++)
        if (as_expr_same(gate->criteria.at[i].when, when))
            return true;
    return false;
}

/* Sales-ready against ready to buy. True when it found the two gates equal. */
static bool check_ready(struct as_checking *c, const struct as_gate *ready, const struct as_gate *opportunity)
{
    unsigned parts = 0;
    const struct as_field *money = NULL;
    bool as_much = opportunity != NULL;
    for (uint32_t i = 0; opportunity != NULL && i < opportunity->criteria.n && as_much; i++)
        as_much = has_criterion(ready, opportunity->criteria.at[i].when);
    if (as_much) {
        as_findings_add(
            c->out, AS_FINDING_GATE_READY_TO_BUY, ready->position, NULL,
            "gate \"%s\" asks everything that gate \"%s\" asks: ready for sales is not ready to buy",
            ready->name, opportunity->name);
        return true;
    }
    for (uint32_t i = 0; i < ready->criteria.n; i++) {
        struct reading r = reading_of(c, ready->criteria.at[i].when);
        parts |= r.parts | part_of_bant(as_str_of(ready->criteria.at[i].name));
        money = money != NULL ? money : r.money;
    }
    if (parts == (BUDGET | AUTHORITY | NEED | TIMING) && money != NULL)
        as_findings_add(
            c->out, AS_FINDING_GATE_READY_TO_BUY, ready->position, NULL,
            "gate \"%s\" asks for need, authority, timing and committed money (\"%s\"): ready for "
            "sales is not ready to buy",
            ready->name, money->name);
    return false;
}

static void check_equal(struct as_checking *c, const struct as_model *model, const struct as_gate *gate)
{
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        bool asked = false;
        for (uint32_t g = 0; g < gate->index && !asked; g++)
            asked = has_criterion(model->gates.at[g], gate->criteria.at[i].when);
        if (!asked)
            return;
    }
    as_findings_add(c->out, AS_FINDING_GATE_EQUAL, gate->position, NULL,
                    "gate \"%s\" asks nothing that the gates before it have not asked", gate->name);
}

static void check_one_person(struct as_checking *c, const struct as_gate *gate)
{
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        struct reading r = reading_of(c, gate->criteria.at[i].when);
        if (!r.of_one)
            continue;
        as_findings_add(c->out, AS_FINDING_GATE_ONE_PERSON, gate->position, NULL,
                        "gate \"%s\" asks one person for \"%s\"", gate->name, r.bant->name);
        return;
    }
}

/* What the gate promises to those who get its leads. */
static void check_contract(struct as_checking *c, const struct as_gate *ready)
{
    if (!ready->has_contract) {
        as_findings_add(c->out, AS_FINDING_CONTRACT_MISSING, ready->position, NULL,
                        "gate \"%s\" does not say which criteria show awareness, interest and desire",
                        ready->name);
        return;
    }
    for (int part = 0; part < AS_PROMISES; part++)
        if (ready->delivers[part].n == 0)
            as_findings_add(c->out, AS_FINDING_CONTRACT_UNMAPPED, ready->position, NULL,
                            "gate \"%s\" promises %s, which none of its criteria shows", ready->name,
                            as_promise_name((enum as_promise)part));
}

void as_check_gates(struct as_checking *checking)
{
    for (uint32_t m = 0; m < checking->pack->models.n; m++) {
        const struct as_model *model = checking->pack->models.at[m];
        const struct as_gate *ready = NULL, *opportunity = NULL;
        for (uint32_t i = 0; i < model->gates.n; i++) {
            const struct as_gate *gate = model->gates.at[i];
            ready = gate->stage == AS_STAGE_SALES_READY ? gate : ready;
            opportunity = gate->stage == AS_STAGE_OPPORTUNITY ? gate : opportunity;
            check_bant_only(checking, model, gate);
            if (gate->stage == AS_STAGE_SALES_READY || gate->has_contract)
                check_contract(checking, gate);
        }
        if (model->gates.n > 0 && model->gates.at[0]->stage < AS_STAGE_SALES_READY)
            check_bant_early(checking, model->gates.at[0]);
        bool equal = ready != NULL && check_ready(checking, ready, opportunity);
        if (opportunity != NULL && opportunity->level == AS_LEVEL_LEAD)
            check_one_person(checking, opportunity);
        for (uint32_t i = 1; i < model->gates.n; i++)
            if (!equal || model->gates.at[i] != opportunity)
                check_equal(checking, model, model->gates.at[i]);
    }
}
