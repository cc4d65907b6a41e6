/* Names: lists without values or readers, fields and answers that no rule reads, and names that functions
 * read although nobody declares them. */
#include "score/check/check_parts.h"

#include "base/intern.h"
#include "base/suggest.h"
#include "data/facts/standard.h"
#include "score/tree/operator.h"

#include <stdio.h>
#include <string.h>

static bool access_to(const struct as_checking *c, enum as_access_kind kind, const char *name)
{
    for (uint32_t i = 0; i < c->input->access_count; i++)
        if (c->input->accesses[i].kind == kind && strcmp(c->input->accesses[i].name, name) == 0)
            return true;
    return false;
}

/* --- lists --- */

static bool asks_for_list(const struct as_expr *expr, const char *name)
{
    if (expr->kind != AS_EXPR_CALL)
        return false;
    if (expr->op->kernel == AS_KERNEL_IN_LIST)
        return as_str_is(expr->args[1].text, name);
    return (expr->op->kernel == AS_KERNEL_IS_FREEMAIL && strcmp(name, "freemail") == 0) ||
           (expr->op->kernel == AS_KERNEL_IS_DISPOSABLE && strcmp(name, "disposable") == 0);
}

static void check_list(struct as_checking *c, const struct as_named_list *list)
{
    const struct as_rules *rules = &c->pack->rules;
    bool read = access_to(c, AS_ACCESS_LIST, list->name);
    if (list->path == NULL)
        return;
    if (as_intern_count(list->values) == 0)
        as_findings_add(c->out, AS_FINDING_LIST_EMPTY, (struct as_position){list->path, 1}, NULL,
                        "list \"%s\" has no values", list->name);
    for (uint32_t i = 0; i < rules->nodes.n && !read; i++)
        read = asks_for_list(rules->nodes.at[i], list->name);
    if (!read)
        as_findings_add(c->out, AS_FINDING_LIST_UNUSED, c->pack->position, NULL,
                        "no rule reads list \"%s\" (%s)", list->name, list->path);
}

/* --- fields and answers --- */

bool as_own_position(struct as_position *position, const struct as_pack *pack)
{
    size_t n = strlen(pack->name);
    if (position->file == NULL || strncmp(position->file, pack->name, n) != 0 || position->file[n] != '/')
        return false;
    position->file += n + 1;
    return true;
}

/* In the bank of questions, whose answers go into the hand-off. */
static bool is_asked(const struct as_pack *pack, uint32_t answer)
{
    for (uint32_t s = 0; s < pack->questions.n; s++)
        for (uint32_t a = 0; a < pack->questions.at[s].asks.n; a++)
            if (pack->questions.at[s].asks.at[a] == answer)
                return true;
    return false;
}

static bool is_read(const struct as_checking *c, uint32_t index)
{
    const struct as_rules *rules = &c->pack->rules;
    const struct as_field *field = rules->schema->fields.at[index];
    for (uint32_t i = 0; i < rules->nodes.n; i++) {
        const struct as_expr *node = rules->nodes.at[i];
        if (node->field == index || node->via == index)
            return true;
        if (node->kind == AS_EXPR_GROUP && field->level == AS_LEVEL_LEAD &&
            strcmp(field->name, "group_role") == 0)
            return true;
    }
    return access_to(c, field->ask != NULL ? AS_ACCESS_ANSWER : AS_ACCESS_FIELD, field->name);
}

/* Standard fields mean something to the host itself: the country to consent, the owner to routing. */
static bool is_standard(const struct as_field *field)
{
    uint32_t n;
    const struct as_field *fields = as_standard_fields(&n);
    for (uint32_t i = 0; i < n; i++)
        if (field->ask == NULL && fields[i].level == field->level && strcmp(fields[i].name, field->name) == 0)
            return true;
    return false;
}

static void check_fields(struct as_checking *c)
{
    const struct as_schema *schema = c->pack->rules.schema;
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        struct as_position position = field->position;
        if (!as_own_position(&position, c->pack) || is_standard(field) || is_read(c, i) ||
            is_asked(c->pack, i))
            continue;
        if (field->ask != NULL)
            as_findings_add(c->out, AS_FINDING_ANSWER_UNUSED, position, NULL,
                            "no rule and no question bank has answer \"%s\"", field->name);
        else
            as_findings_add(c->out, AS_FINDING_FIELD_UNUSED, position, NULL, "no rule reads field %s.%s",
                            as_level_name(field->level), field->name);
    }
}

/* --- functions --- */

static void check_access(struct as_checking *c, const struct as_access *access)
{
    static const char *const kinds[] = {"field", "answer", "event", "method", "list"};
    if (access->exists)
        return;
    as_findings_add(c->out, AS_FINDING_FUNCTION_UNKNOWN_NAME, access->position, NULL,
                    "there is no %s \"%s\"%s, which the function of \"%s\" reads%s", kinds[access->kind],
                    access->name,
                    access->kind != AS_ACCESS_FIELD  ? ""
                    : access->level == AS_LEVEL_LEAD ? " of the lead"
                                                     : " of the account",
                    access->function, as_meant(": ", access->near, "").text);
}

void as_check_unused(struct as_checking *checking)
{
    for (uint32_t i = 0; i < checking->pack->lists.n; i++)
        check_list(checking, &checking->pack->lists.at[i]);
    check_fields(checking);
    for (uint32_t i = 0; i < checking->input->access_count; i++)
        check_access(checking, &checking->input->accesses[i]);
}
