/* The values at which the rules of a pack turn, and their neighbours: bounds, windows, words, members of
 * lists. */
#include "bind/trial/trial_domain_parts.h"

#include "base/limits.h"
#include "score/tree/operator.h"
#include "score/tree/range.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>

/* Of a list only so many values are worth trying. */
enum { LIST_VALUES = 4 };

/* --- events --- */

/* Calls `each` with the table on top of every event that a selection may mean. */
static void for_events(struct as_domain *d, const struct as_expr *selection,
                       void (*each)(struct as_domain *d, const void *context), const void *context)
{
    while (selection->kind == AS_EXPR_CALL)
        selection = selection->args[0].expr;
    if (selection->kind != AS_EXPR_EVENTS)
        return;
    for (uint32_t kind = 0; kind < d->schema->kinds.n; kind++) {
        bool any = selection->kind_first == AS_NO_INDEX;
        const struct as_event_kind *of = d->schema->kinds.at[kind];
        if (any ? of->by != AS_ACTOR_BUYER || of->position.file == NULL : kind != selection->kind_first)
            continue;
        as_domain_push_event(d, kind);
        if (selection->level == AS_LEVEL_ACCOUNT)
            as_domain_set_flag(d->L, "account", true);
        each(d, context);
        lua_pop(d->L, 1);
    }
}

static void nothing(struct as_domain *d, const void *context)
{
    (void)d;
    (void)context;
}

static void add_age(struct as_domain *d, const void *days)
{
    lua_pushinteger(d->L, *(const int64_t *)days);
    as_domain_append(d->L, "ages");
}

static void add_ages(struct as_domain *d, const struct as_expr *selection, int64_t from, int64_t to)
{
    for (int64_t age = from < 0 ? 0 : from; age <= to; age++)
        for_events(d, selection, add_age, &age);
}

/* --- values --- */

/* How a compared value comes from its fact. */
struct path {
    const struct as_expr *fact; /* FIELD or ANSWER; NULL: the comparison is of events, a score, a group … */
    const struct as_expr *feature; /* of events: the CALL */
    const struct as_literal *currency;
    bool domain, age;
};

static struct path path_of(const struct as_expr *expr)
{
    struct path path = {.fact = expr};
    while (path.fact->kind == AS_EXPR_CALL) {
        switch ((enum as_kernel)path.fact->op->kernel) {
        case AS_KERNEL_IN_CURRENCY:
            path.currency = &path.fact->args[1];
            break;
        case AS_KERNEL_DOMAIN:
            path.domain = true;
            break;
        case AS_KERNEL_DAYS_SINCE:
            path.age = true;
            break;
        default:
            path.feature = path.fact;
        }
        path.fact = path.fact->args[0].expr;
    }
    if (path.fact->kind != AS_EXPR_FIELD && path.fact->kind != AS_EXPR_ANSWER)
        path.fact = NULL;
    return path;
}

/* A bound and what lies beside it, for the fact whose table is on top. */
static void add_bound(struct as_domain *d, const struct path *path, double bound)
{
    lua_State *L = d->L;
    enum as_type type = d->schema->fields.at[path->fact->field]->type;
    double step = type == AS_TYPE_MONEY ? 0.01 : 1;
    for (int i = -1; i <= 1; i++) {
        double value = bound + i * step;
        if (path->currency != NULL) {
            char text[64];
            snprintf(text, sizeof text, "%.2f %.*s", value, (int)path->currency->text.n,
                     path->currency->text.p);
            lua_pushstring(L, text);
        } else if (path->age) {
            if (value < 0)
                continue;
            lua_pushfstring(L, "%dd ago", (int)value);
        } else if (type == AS_TYPE_INTEGER) {
            lua_pushinteger(L, (lua_Integer)value);
        } else {
            lua_pushnumber(L, value);
        }
        as_domain_append(L, "values");
    }
    if (type == AS_TYPE_NUMBER && bound != floor(bound)) {
        lua_pushnumber(L, bound + 0.01);
        as_domain_append(L, "values");
        lua_pushnumber(L, bound - 0.01);
        as_domain_append(L, "values");
    }
}

struct property_bound {
    struct as_str name;
    double bound;
};

static void add_property(struct as_domain *d, const void *context)
{
    const struct property_bound *of = context;
    lua_State *L = d->L;
    lua_getfield(L, -1, "kind");
    uint32_t kind = as_schema_kind(d->schema, as_str_of(lua_tostring(L, -1)));
    lua_pop(L, 1);
    if (as_schema_property(d->schema, kind, of->name) == AS_NO_INDEX)
        return;
    for (int i = -1; i <= 1; i++) {
        lua_createtable(L, 0, 2);
        lua_pushlstring(L, of->name.p, of->name.n);
        lua_setfield(L, -2, "name");
        lua_pushnumber(L, of->bound + i);
        lua_setfield(L, -2, "value");
        as_domain_append(L, "properties");
    }
}

static void read_comparison(struct as_domain *d, const struct as_expr *expr)
{
    struct path path = path_of(expr->args[0].expr);
    for (uint32_t i = 1; i < expr->arg_count; i++) {
        double bound = as_literal_number(&expr->args[i]);
        if (path.fact != NULL && path.feature == NULL) {
            as_domain_push_fact(d, path.fact->field,
                                path.fact->kind == AS_EXPR_FIELD ? path.fact->via : AS_NO_INDEX);
            add_bound(d, &path, bound);
            lua_pop(d->L, 1);
        } else if (path.feature != NULL && path.feature->op->kernel == AS_KERNEL_SINCE_LAST) {
            add_ages(d, path.feature, (int64_t)bound - 1, (int64_t)bound + 1);
        } else if (path.feature != NULL && path.feature->op->kernel == AS_KERNEL_SUM) {
            struct property_bound of = {path.feature->args[1].text, bound};
            for_events(d, path.feature, add_property, &of);
        }
    }
}

/* Texts that a condition names, put so that the fact would be one of them. */
static void add_text(struct as_domain *d, const struct path *path, struct as_str text)
{
    if (path->domain)
        lua_pushfstring(d->L, "ada@%s%s", text.n > 0 && text.p[0] == '.' ? "place" : "", text.p);
    else
        lua_pushlstring(d->L, text.p, text.n);
    as_domain_append(d->L, "values");
}

static void add_texts(struct as_domain *d, const struct path *path, const struct as_literal *literal)
{
    if (literal->kind == AS_LITERAL_TEXT)
        add_text(d, path, literal->text);
    for (uint32_t i = 0; literal->kind == AS_LITERAL_LIST && i < literal->n; i++)
        add_texts(d, path, &literal->items[i]);
}

static void add_listed(struct as_domain *d, const struct path *path, struct as_str name)
{
    for (uint32_t i = 0; i < d->pack->lists.n; i++) {
        const struct as_named_list *list = &d->pack->lists.at[i];
        for (uint32_t k = 0; as_str_is(name, list->name) && k < as_intern_count(list->values); k++)
            if (k < LIST_VALUES)
                add_text(d, path, as_intern_text(list->values, k));
    }
}

/* Days around a date that a condition names, or around now. */
static void add_days(struct as_domain *d, const struct as_expr *expr)
{
    lua_State *L = d->L;
    int64_t at = 0, days = 0;
    struct as_error ignored = AS_ERROR_INIT;
    bool next = expr->op->kernel == AS_KERNEL_IN_NEXT;
    if (next || expr->op->kernel == AS_KERNEL_IN_LAST) {
        if (as_days_parse(&days, expr->args[1].text, &ignored) != AS_OK)
            return;
        for (int64_t i = days - 1; i <= days; i++) {
            lua_pushfstring(L, next ? "in %dd" : "%dd ago", (int)i);
            as_domain_append(L, "values");
        }
        lua_pushstring(L, next ? "1d ago" : "in 1d");
        as_domain_append(L, "values");
    } else if (as_time_parse(&at, NULL, expr->args[1].text)) {
        for (int i = -1; i <= 1; i++) {
            char text[AS_TIME_TEXT];
            as_time_format(text, at + i * AS_DAY_SECONDS);
            lua_pushlstring(L, text, sizeof "2026-03-01" - 1);
            as_domain_append(L, "values");
        }
    }
}

/* What a call on a fact compares it with; the fact's table is on top. */
static void read_values(struct as_domain *d, const struct as_expr *expr, const struct path *path)
{
    lua_State *L = d->L;
    switch ((enum as_kernel)expr->op->kernel) {
    case AS_KERNEL_IS:
    case AS_KERNEL_ONE_OF:
    case AS_KERNEL_HAS_WORD:
    case AS_KERNEL_STARTS_WITH:
    case AS_KERNEL_ENDS_WITH:
    case AS_KERNEL_CONTAINS:
    case AS_KERNEL_INCLUDES:
    case AS_KERNEL_EXCLUDES:
        add_texts(d, path, &expr->args[1]);
        break;
    case AS_KERNEL_IN_LIST:
        add_listed(d, path, expr->args[1].text);
        break;
    case AS_KERNEL_MATCHES:
        as_domain_append_text(L, "patterns", expr->args[1].text);
        break;
    case AS_KERNEL_IS_FREEMAIL:
    case AS_KERNEL_IS_DISPOSABLE:
        as_domain_append_text(L, "values", AS_STR("ada@gmail.com"));
        as_domain_append_text(L, "values", AS_STR("ada@acme.example"));
        break;
    case AS_KERNEL_ON:
    case AS_KERNEL_BEFORE:
    case AS_KERNEL_AFTER:
    case AS_KERNEL_IN_NEXT:
    case AS_KERNEL_IN_LAST:
        add_days(d, expr);
        break;
    default:
        break;
    }
}

static void read_windows(struct as_domain *d, const struct as_expr *expr)
{
    for (uint32_t i = 1; i < expr->arg_count && i <= AS_OPERATOR_ARGS; i++) {
        int64_t days = 0;
        struct as_error ignored = AS_ERROR_INIT;
        enum as_argument kind = expr->op->args[i - 1];
        if ((kind == AS_ARG_WINDOW || kind == AS_ARG_OPTIONAL_WINDOW) &&
            expr->args[i].kind == AS_LITERAL_TEXT &&
            as_days_parse(&days, expr->args[i].text, &ignored) == AS_OK)
            add_ages(d, expr->args[0].expr, days - 1, days);
    }
}

static void read_call(struct as_domain *d, const struct as_expr *expr)
{
    struct path path = path_of(expr->args[0].expr);
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (kernel >= AS_KERNEL_EQUAL && kernel <= AS_KERNEL_BETWEEN) {
        read_comparison(d, expr);
    } else if (path.fact != NULL && path.feature == NULL) {
        as_domain_push_fact(d, path.fact->field,
                            path.fact->kind == AS_EXPR_FIELD ? path.fact->via : AS_NO_INDEX);
        read_values(d, expr, &path);
        lua_pop(d->L, 1);
    } else {
        read_windows(d, expr);
    }
}

void as_domain_read_node(struct as_domain *d, const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_FIELD || expr->kind == AS_EXPR_ANSWER) {
        as_domain_push_fact(d, expr->field, expr->kind == AS_EXPR_FIELD ? expr->via : AS_NO_INDEX);
        lua_pop(d->L, 1);
    } else if (expr->kind == AS_EXPR_EVENTS) {
        for_events(d, expr, nothing, NULL);
    } else if (expr->kind == AS_EXPR_GROUP) {
        as_domain_push_fact(d, as_schema_field(d->schema, AS_LEVEL_LEAD, AS_STR("group_role")), AS_NO_INDEX);
        lua_pop(d->L, 1);
    } else if (expr->kind == AS_EXPR_CALL) {
        read_call(d, expr);
    }
}
