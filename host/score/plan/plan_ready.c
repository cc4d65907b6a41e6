/* What nodes need once per run: which column they read, dictionaries, rates, roles, feeds. Predicates over
 * dictionaries are decided by plan_table.c. */
#include "score/plan/kernel.h"

#include "score/plan/region.h"

#include <math.h>
#include <string.h>

uint32_t as_run_texts(const struct as_run *run, uint32_t node)
{
    if (run->plan->nodes.at[node].kind == AS_NODE_SEGMENT)
        return AS_REGION_ABM + 1;
    return run->ready[node].dict == NULL ? 0 : as_intern_count(run->ready[node].dict);
}

struct as_str as_run_text(const struct as_run *run, uint32_t node, uint32_t code)
{
    if (run->plan->nodes.at[node].kind == AS_NODE_SEGMENT)
        return as_str_of(as_region_name((enum as_region)code));
    return as_intern_text(run->ready[node].dict, code);
}

static const struct as_column *column_of(const struct as_dataset *dataset, uint32_t field)
{
    if (field == AS_NO_INDEX)
        return NULL;
    return dataset->schema->fields.at[field]->ask != NULL ? dataset->answer[field].value
                                                          : dataset->field[field];
}

static enum as_status ready_money(struct as_run *run, struct as_ready *ready, const struct as_node *node,
                                  struct as_error *error)
{
    const struct as_pack *pack = run->plan->pack;
    if (ready->column == NULL || ready->column->currencies == NULL)
        return AS_OK;
    double unit = NAN;
    for (uint32_t r = 0; r < pack->rates.n; r++)
        if (as_str_is(node->expr->args[1].text, pack->rates.at[r].currency))
            unit = pack->rates.at[r].per_unit;
    ready->factor_n = as_intern_count(ready->column->currencies);
    ready->factor = as_arena_array(&run->arena, ready->factor_n, sizeof *ready->factor);
    if (ready->factor == NULL)
        return as_error_memory(error);
    for (uint32_t c = 0; c < ready->factor_n; c++) {
        struct as_str name = as_intern_text(ready->column->currencies, c);
        ready->factor[c] = NAN;
        for (uint32_t r = 0; r < pack->rates.n; r++)
            if (as_str_is(name, pack->rates.at[r].currency))
                ready->factor[c] = pack->rates.at[r].per_unit / unit;
        if (as_str_eq(name, node->expr->args[1].text))
            ready->factor[c] = 1; /* exactly, whatever the division says */
    }
    return AS_OK;
}

/* Every e-mail address of a host has the host's domain, so the suffix list is asked once per host. */
static enum as_status ready_domain(struct as_run *run, struct as_ready *ready, uint32_t in,
                                   struct as_error *error)
{
    struct as_buf text = {.max = AS_MAX_TEXT};
    struct as_intern *hosts = as_intern_new();
    AS_LIST(uint32_t) domains = {0};
    enum as_status status = AS_OK;
    ready->own = as_intern_new();
    ready->dict = ready->own;
    if (run->selection) {
        as_intern_free(hosts);
        return ready->own == NULL ? as_error_memory(error) : AS_OK;
    }
    ready->table_n = as_run_texts(run, in);
    ready->map = as_arena_array(&run->arena, 1, sizeof *ready->map);
    if (ready->map != NULL)
        ready->map[0] = as_arena_array(&run->arena, ready->table_n, sizeof **ready->map);
    if (hosts == NULL || ready->own == NULL || ready->map == NULL || ready->map[0] == NULL)
        goto out_of_memory;
    for (uint32_t code = 0; code < ready->table_n; code++) {
        struct as_str value = as_run_text(run, in, code);
        const char *sign = value.n > 0 ? memrchr(value.p, '@', value.n) : NULL;
        struct as_str host =
            sign == NULL ? value : (struct as_str){sign + 1, (size_t)(value.p + value.n - sign - 1)};
        uint32_t place = as_intern_add(hosts, host);
        if (place == AS_INTERN_NONE)
            goto out_of_memory;
        if (place == domains.n) {
            uint32_t domain = AS_INTERN_NONE;
            as_buf_reset(&text);
            if (as_registrable_domain(&text, run->plan->suffixes, host) &&
                (domain = as_intern_add(ready->own, (struct as_str){as_buf_c(&text), text.n})) ==
                    AS_INTERN_NONE)
                goto out_of_memory;
            if (text.failed || !as_list_push(&run->arena, &domains, domain))
                goto out_of_memory;
        }
        ready->map[0][code] = domains.at[place];
    }
    goto done;

out_of_memory:
    status = as_error_memory(error);
done:
    as_buf_free(&text);
    as_intern_free(hosts);
    return status;
}

/* Texts of several columns get one dictionary. Values without one (references) keep their codes. */
static enum as_status ready_first_known(struct as_run *run, struct as_ready *ready,
                                        const struct as_node *node, struct as_error *error)
{
    if (node->rep != AS_REP_CODE)
        return AS_OK;
    for (uint32_t k = 0; k < node->in_count; k++)
        if (run->plan->nodes.at[node->in[k]].kind == AS_NODE_FACT &&
            run->plan->schema->fields.at[run->plan->nodes.at[node->in[k]].field]->type == AS_TYPE_REFERENCE)
            return AS_OK;
    ready->own = as_intern_new();
    ready->dict = ready->own;
    if (!run->selection)
        ready->map = as_arena_array(&run->arena, node->in_count, sizeof *ready->map);
    if (ready->own == NULL || (!run->selection && ready->map == NULL))
        return as_error_memory(error);
    /* Declared choices first and in order, so that they can still be compared. */
    uint32_t field = as_expr_origin(node->expr);
    const struct as_field *origin = field == AS_NO_INDEX ? NULL : run->plan->schema->fields.at[field];
    for (uint32_t c = 0; origin != NULL && c < origin->choice_count; c++)
        if (as_intern_add(ready->own, as_str_of(origin->choices[c])) == AS_INTERN_NONE)
            return as_error_memory(error);
    for (uint32_t k = 0; k < node->in_count && !run->selection; k++) {
        uint32_t n = as_run_texts(run, node->in[k]);
        if ((ready->map[k] = as_arena_array(&run->arena, n, sizeof **ready->map)) == NULL)
            return as_error_memory(error);
        for (uint32_t code = 0; code < n; code++)
            if ((ready->map[k][code] = as_intern_add(ready->own, as_run_text(run, node->in[k], code))) ==
                AS_INTERN_NONE)
                return as_error_memory(error);
    }
    return AS_OK;
}

/* The state of several kinds together: a stale one spoils what depends on it; one that nobody ever supplied
 * is left out, unless there is no other. */
static uint8_t feed_of(const struct as_run *run, const struct as_node *node)
{
    const struct as_program *program = &run->plan->programs.at[node->program];
    const struct as_feature *feature = &program->features.at[node->feature];
    const struct as_dataset *dataset = run->dataset;
    const struct as_event_log *log =
        program->level == AS_LEVEL_LEAD ? &dataset->lead_events : &dataset->account_events;
    if (log->start == NULL)
        return AS_FEED_STALE; /* not loaded: nobody can say that nothing happened */
    if (dataset->kind_state == NULL)
        return AS_FEED_LIVE;
    bool live = false, never = false;
    for (uint32_t k = 0; k < program->kind_count; k++) {
        if (!as_bit(feature->kinds, k))
            continue;
        if (dataset->kind_state[k] == AS_FEED_STALE)
            return AS_FEED_STALE;
        live = live || dataset->kind_state[k] == AS_FEED_LIVE;
        never = never || dataset->kind_state[k] == AS_FEED_NEVER;
    }
    return never && !live ? AS_FEED_NEVER : AS_FEED_LIVE;
}

static enum as_status ready_covers(struct as_run *run, struct as_ready *ready, const struct as_node *node,
                                   struct as_error *error)
{
    const struct as_literal *roles = &node->expr->args[1];
    ready->all_roles = roles->n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << roles->n) - 1;
    if (ready->column == NULL)
        return AS_OK;
    ready->table_n = as_intern_count(ready->column->dict);
    ready->roles = as_arena_array(&run->arena, ready->table_n, sizeof *ready->roles);
    if (ready->roles == NULL)
        return as_error_memory(error);
    for (uint32_t code = 0; code < ready->table_n; code++) {
        /* A person may play several parts: members of a set are separated by U+001F. */
        struct as_str rest = as_intern_text(ready->column->dict, code);
        while (rest.p != NULL) {
            struct as_str role = as_str_cut(&rest, '\x1f');
            for (uint32_t r = 0; r < roles->n; r++)
                if (as_str_eq(role, roles->items[r].text))
                    ready->roles[code] |= UINT64_C(1) << r;
        }
    }
    return AS_OK;
}

static int64_t shift(int64_t day, int64_t today)
{
    return day == INT64_MIN || day == INT64_MAX ? day : day + today;
}

static enum as_status ready_node(struct as_run *run, uint32_t index, struct as_error *error)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_ready *ready = &run->ready[index];
    ready->column = column_of(run->dataset, node->field);
    ready->via = column_of(run->dataset, node->via);
    switch (node->kind) {
    case AS_NODE_FACT:
        ready->dict = ready->column == NULL ? NULL : ready->column->dict;
        return AS_OK;
    case AS_NODE_MONEY:
        return ready_money(run, ready, node, error);
    case AS_NODE_VOICE:
        ready->answer = &run->dataset->answer[node->field];
        return AS_OK;
    case AS_NODE_DOMAIN:
        return ready_domain(run, ready, node->in[0], error);
    case AS_NODE_FIRST_KNOWN:
        return ready_first_known(run, ready, node, error);
    case AS_NODE_BROADCAST:
        ready->dict = run->ready[node->in[0]].dict;
        return AS_OK;
    case AS_NODE_FUNCTION:
        ready->dict = run->texts;
        return AS_OK;
    case AS_NODE_RANGE:
        ready->lo = node->relative ? shift(node->lo, run->today) : node->lo;
        ready->hi = node->relative ? shift(node->hi, run->today) : node->hi;
        return AS_OK;
    case AS_NODE_EVENTS:
        ready->feed = feed_of(run, node);
        return AS_OK;
    case AS_NODE_COVERS:
        return ready_covers(run, ready, node, error);
    default:
        return AS_OK;
    }
}

/* --- conditions on properties of events --- */

enum { DECIDED = 2 };

static enum as_status decide_where(struct as_where *where, const struct as_literal *values, uint32_t code,
                                   struct as_error *error)
{
    bool listed;
    if (code >= where->table_n || where->table[code] != 0)
        return AS_OK;
    enum as_status status =
        as_literal_has_text(&listed, values, as_intern_text(where->column->dict, code), error);
    where->table[code] = (uint8_t)(DECIDED | listed);
    return status;
}

/* Every distinct value; of a selection, those of its rows' events. */
static enum as_status decide_wheres(const struct as_run *run, struct as_where *where,
                                    const struct as_literal *values, const struct as_event_log *log,
                                    enum as_level level, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (!run->selection) {
        for (uint32_t code = 0; code < where->table_n && status == AS_OK; code++)
            status = decide_where(where, values, code, error);
        return status;
    }
    for (uint32_t i = 0; i < run->rows[level] && log->start != NULL; i++) {
        uint32_t row = run->row_of[level][i];
        for (uint32_t e = log->start[row]; e < log->end[row] && status == AS_OK; e++)
            if (as_bit(where->column->known, e))
                status = decide_where(where, values, where->column->code[e], error);
    }
    return status;
}

static enum as_status ready_where(struct as_run *run, struct as_where *where, const struct as_event_log *log,
                                  enum as_level level, uint32_t property, const struct as_literal *value,
                                  struct as_error *error)
{
    where->column = log->property != NULL ? log->property[property] : NULL;
    where->type = run->plan->schema->properties.at[property].type;
    if (value->kind == AS_LITERAL_BOOLEAN)
        where->boolean = value->boolean;
    else if (value->kind == AS_LITERAL_INTEGER || value->kind == AS_LITERAL_NUMBER)
        where->number = value->kind == AS_LITERAL_INTEGER ? (double)value->integer : value->number;
    if (where->type == AS_TYPE_MONEY)
        where->number = round(where->number * 100);
    if (where->column == NULL || where->column->dict == NULL)
        return AS_OK;
    where->table_n = as_intern_count(where->column->dict);
    if ((where->table = as_arena_array(&run->arena, where->table_n, 1)) == NULL)
        return as_error_memory(error);
    return decide_wheres(run, where, value, log, level, error);
}

static enum as_status ready_feature(struct as_run *run, struct as_wheres *wheres,
                                    const struct as_program *program, const struct as_feature *feature,
                                    struct as_error *error)
{
    const struct as_schema *schema = run->plan->schema;
    const struct as_event_log *log =
        program->level == AS_LEVEL_LEAD ? &run->dataset->lead_events : &run->dataset->account_events;
    if (log->property != NULL && feature->property != AS_NO_INDEX)
        wheres->property = log->property[feature->property];
    if (feature->where == NULL)
        return AS_OK;
    wheres->n = feature->where->n;
    if ((wheres->at = as_arena_array(&run->arena, wheres->n, sizeof *wheres->at)) == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < wheres->n; i++) {
        uint32_t index = as_schema_property(schema, feature->where_kind, feature->where->keys[i]);
        enum as_status status =
            ready_where(run, &wheres->at[i], log, program->level, index, &feature->where->items[i], error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

/* What everybody's run made of the texts: of predicates only where it is about the same codes, which what
 * functions say is not. */
static void take_known(struct as_run *run, uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_ready *known = &run->known->ready[index];
    struct as_ready *ready = &run->ready[index];
    if (node->kind == AS_NODE_PREDICATE &&
        run->ready[node->in[0]].dict != run->known->ready[node->in[0]].dict)
        return;
    ready->dict = known->dict;
    ready->map = known->map;
    ready->table = known->table;
    ready->table_n = known->table_n;
}

static bool is_of_text(const struct as_node *node)
{
    return node->kind == AS_NODE_PREDICATE || node->kind == AS_NODE_DOMAIN ||
           (node->kind == AS_NODE_FIRST_KNOWN && node->rep == AS_REP_CODE);
}

bool as_run_by_value(const struct as_run *run, uint32_t node)
{
    return run->selection && is_of_text(&run->plan->nodes.at[node]) && run->ready[node].table == NULL &&
           run->ready[node].map == NULL;
}

enum as_status as_run_ready(struct as_run *run, struct as_error *error)
{
    const struct as_plan *plan = run->plan;
    run->ready = as_arena_array(&run->arena, plan->nodes.n, sizeof *run->ready);
    run->wheres = as_arena_array(&run->arena, plan->programs.n, sizeof *run->wheres);
    if (run->ready == NULL || run->wheres == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        if (run->known != NULL && is_of_text(&plan->nodes.at[i])) {
            take_known(run, i);
            continue;
        }
        enum as_status status = ready_node(run, i, error);
        if (status != AS_OK)
            return status;
    }
    if (run->known != NULL) {
        run->wheres = run->known->wheres;
        return AS_OK;
    }
    for (uint32_t p = 0; p < plan->programs.n; p++) {
        const struct as_program *program = &plan->programs.at[p];
        run->wheres[p] = as_arena_array(&run->arena, program->features.n, sizeof **run->wheres);
        if (run->wheres[p] == NULL)
            return as_error_memory(error);
        for (uint32_t f = 0; f < program->features.n; f++) {
            enum as_status status =
                ready_feature(run, &run->wheres[p][f], program, &program->features.at[f], error);
            if (status != AS_OK)
                return status;
        }
    }
    return run->selection ? AS_OK : as_run_tables(run, error);
}
