/* Mappings as objects: made of JSON text or of nothing, read from files, released. The JSON keys are
 * mapping.c's business. */
#include "base/file.h"
#include "base/limits.h"
#include "data/mapping/mapping_tree.h"

#include <stdlib.h>
#include <string.h>

static enum as_status new_mapping(struct as_mapping **out, const char *name, struct as_error *error)
{
    *out = NULL;
    struct as_mapping *mapping = calloc(1, sizeof *mapping);
    if (mapping == NULL)
        return as_error_memory(error);
    as_arena_init(&mapping->arena);
    if (name != NULL && (mapping->name = as_arena_copy(&mapping->arena, name, strlen(name))) == NULL) {
        as_mapping_free(mapping);
        return as_error_memory(error);
    }
    *out = mapping;
    return AS_OK;
}

enum as_status as_mapping_parse(struct as_mapping **out, struct as_str json, const char *name,
                                struct as_error *error)
{
    enum as_status status = new_mapping(out, name, error);
    if (status == AS_OK)
        status = as_mapping_fill(*out, json, error);
    if (status == AS_ERR_DATA)
        as_error_advise(error, "`assay manual mapping` shows one, and says what it can hold");
    if (status != AS_OK) {
        as_mapping_free(*out);
        *out = NULL;
    }
    return status;
}

enum as_status as_mapping_by_name(struct as_mapping **out, struct as_error *error)
{
    struct as_map_record record = {0};
    enum as_status status = new_mapping(out, NULL, error);
    if (status != AS_OK)
        return status;
    (*out)->match_others = true;
    if (as_list_push(&(*out)->arena, &(*out)->records, record))
        return AS_OK;
    as_mapping_free(*out);
    *out = NULL;
    return as_error_memory(error);
}

enum as_status as_mapping_read(struct as_mapping **out, const char *path, struct as_error *error)
{
    struct as_buf text = {0};
    *out = NULL;
    enum as_status status = as_file_read(&text, path, AS_MAX_MAPPING, "the mapping", error);
    if (status == AS_OK)
        status = as_mapping_parse(out, (struct as_str){as_buf_c(&text), text.n}, path, error);
    as_buf_free(&text);
    return status;
}

void as_mapping_free(struct as_mapping *mapping)
{
    if (mapping == NULL)
        return;
    as_zone_free(mapping->zone);
    as_arena_free(&mapping->arena);
    free(mapping);
}

const char *as_mapping_system(const struct as_mapping *mapping)
{
    return mapping->system;
}

static void mention_filters(const struct as_map_filters *filters,
                            void (*each)(void *context, struct as_str column), void *context)
{
    for (uint32_t i = 0; i < filters->all.n; i++)
        each(context, as_str_of(filters->all.at[i].column));
}

static void mention_text(const char *text, void (*each)(void *context, struct as_str column), void *context)
{
    const char *open = text;
    while ((open = strchr(open, '{')) != NULL) {
        const char *close = strchr(open, '}');
        if (close == NULL)
            return;
        each(context, (struct as_str){open + 1, (size_t)(close - open - 1)});
        open = close;
    }
}

void as_mapping_mentions(const struct as_mapping *mapping, void (*each)(void *context, struct as_str column),
                         void *context)
{
    mention_filters(&mapping->only, each, context);
    mention_filters(&mapping->skip, each, context);
    for (uint32_t i = 0; i < mapping->joins.n; i++)
        each(context, as_str_of(mapping->joins.at[i].their));
    for (uint32_t i = 0; i < mapping->records.n; i++) {
        const struct as_map_record *record = &mapping->records.at[i];
        for (uint32_t j = 0; j < record->columns.n; j++)
            each(context, as_str_of(record->columns.at[j].theirs));
        for (uint32_t j = 0; j < record->constants.n; j++)
            mention_text(record->constants.at[j].text, each, context);
        mention_filters(&record->only, each, context);
        mention_filters(&record->skip, each, context);
    }
}
