/* Keeping: whether the first word on a fact stays when another comes that weighs as much. */
#include "data/facts/keeping.h"

#include <string.h>

static bool overrides(const struct as_first_word *keeping, struct as_str value)
{
    for (uint32_t i = 0; i < keeping->override_count; i++)
        if (as_str_is_nocase(as_str_trim(value), keeping->override[i]))
            return true;
    return false;
}

bool as_keeps_first(const struct as_first_word *keeping, struct as_str held, struct as_str fresh)
{
    return keeping->first && (overrides(keeping, held) || !overrides(keeping, fresh));
}

static bool same(const struct as_first_word *a, const struct as_first_word *b)
{
    if (a->first != b->first || a->override_count != b->override_count)
        return false;
    for (uint32_t i = 0; i < a->override_count; i++)
        if (strcmp(a->override[i], b->override[i]) != 0)
            return false;
    return true;
}

enum as_status as_schema_keep(struct as_schema *schema, uint32_t field, const struct as_first_word *keeping,
                              struct as_error *error)
{
    struct as_field *declared = schema->fields.at[field];
    struct as_first_word *have = &declared->keeping, copy = *keeping;
    if (have->position.file != NULL && keeping->position.file != NULL && !same(have, keeping)) {
        as_error_set(error, AS_ERR_CONFLICT, "which %s.%s counts is declared otherwise here than at %s:%d",
                     as_level_name(declared->level), declared->name, have->position.file,
                     have->position.line);
        as_error_advise(error, "a fact is one column for all packs: declare it alike, or in one of them");
        return as_error_at(error, keeping->position.file, keeping->position.line);
    }
    if (have->position.file != NULL || (keeping->position.file == NULL && same(have, keeping)))
        return AS_OK;
    const char **values = as_arena_array(&schema->arena, copy.override_count + (size_t)1, sizeof *values);
    bool failed = values == NULL;
    for (uint32_t i = 0; i < copy.override_count && !failed; i++)
        failed =
            (values[i] = as_arena_copy(&schema->arena, copy.override[i], strlen(copy.override[i]))) == NULL;
    const char *file = copy.position.file;
    if (file != NULL)
        failed |= (copy.position.file = as_arena_copy(&schema->arena, file, strlen(file))) == NULL;
    if (failed)
        return as_error_memory(error);
    copy.override = values;
    *have = copy;
    schema->version++;
    return AS_OK;
}
