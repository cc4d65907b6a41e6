/* A mapping meets a file: names become numbers, once, so that rows need no look-ups; what is missing or
 * misspelt is said before the first row is read. */
#include "data/mapping/binding.h"

#include "base/bits.h"
#include "base/limits.h"
#include "base/suggest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum as_status no_target(const struct as_binding *binding, enum as_import_kind kind, const char *ours,
                                struct as_error *error)
{
    const char *near = as_target_suggest(kind, binding->schema, as_str_of(ours));
    as_error_set(error, AS_ERR_DATA, "%s have no \"%.100s\"", as_import_kind_name(kind), ours);
    as_error_meant(error, near);
    if (kind == AS_IMPORT_LEADS || kind == AS_IMPORT_ACCOUNTS)
        as_error_advise(error, "declare the field in a pack and import with --pack");
    return as_error_at(error, binding->mapping->name, 0);
}

/* The slot of a target, made when new. */
static enum as_status slot_of(uint32_t *slot, struct as_binding *binding, struct as_bound_record *record,
                              const struct as_target *target, struct as_error *error)
{
    for (*slot = 0; *slot < record->slots.n; (*slot)++)
        if (strcmp(record->slots.at[*slot].name, target->name) == 0)
            return AS_OK;
    struct as_target copy = *target;
    if (target->form == AS_FORM_PROPERTY) {
        copy.name = as_arena_printf(&binding->arena, "property.%s", target->property);
        for (*slot = 0; copy.name != NULL && *slot < record->slots.n; (*slot)++)
            if (strcmp(record->slots.at[*slot].name, copy.name) == 0)
                return AS_OK;
    }
    if (copy.name == NULL || !as_list_push(&binding->arena, &record->slots, copy))
        return as_error_memory(error);
    return AS_OK;
}

static enum as_status named_slot(uint32_t *slot, struct as_binding *binding, struct as_bound_record *record,
                                 const char *ours, struct as_error *error)
{
    struct as_target target;
    if (!as_target_named(&target, record->kind, binding->schema, as_str_of(ours)))
        return no_target(binding, record->kind, ours, error);
    return slot_of(slot, binding, record, &target, error);
}

static enum as_status open_records(struct as_binding *binding, struct as_error *error)
{
    const struct as_mapping *mapping = binding->mapping;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < mapping->records.n && status == AS_OK; i++) {
        const struct as_map_record *map = &mapping->records.at[i];
        struct as_bound_record record = {.kind = map->has_kind ? map->kind : binding->kind, .map = map};
        uint32_t slot;
        /* every word of ours is checked, whether the file has their column or not */
        for (uint32_t j = 0; j < map->columns.n && status == AS_OK; j++)
            if (map->columns.at[j].ours[0] != '\0')
                status = named_slot(&slot, binding, &record, map->columns.at[j].ours, error);
        for (uint32_t j = 0; j < map->constants.n && status == AS_OK; j++)
            status = named_slot(&slot, binding, &record, map->constants.at[j].ours, error);
        record.slots.n = 0;
        if (status == AS_OK && !as_list_push(&binding->arena, &binding->records, record))
            status = as_error_memory(error);
    }
    return status;
}

enum as_status as_binding_open(struct as_binding *binding, const struct as_mapping *mapping,
                               enum as_import_kind kind, const struct as_schema *schema, const char *folder,
                               struct as_error *error)
{
    *binding = (struct as_binding){.mapping = mapping, .schema = schema, .kind = kind};
    as_arena_init(&binding->arena);
    uint32_t n = mapping->joins.n;
    binding->used = as_arena_array(&binding->arena, AS_BIT_WORDS(AS_MAX_COLUMNS), sizeof *binding->used);
    binding->doubtful =
        as_arena_array(&binding->arena, AS_BIT_WORDS(AS_MAX_COLUMNS), sizeof *binding->doubtful);
    binding->form = as_arena_array(&binding->arena, AS_MAX_COLUMNS, sizeof *binding->form);
    binding->joins = as_arena_array(&binding->arena, n + 1, sizeof(*binding->joins));
    binding->join_keys = as_arena_array(&binding->arena, n + 1, sizeof *binding->join_keys);
    binding->join_bound = as_arena_array(&binding->arena, n + 1, sizeof *binding->join_bound);
    if (binding->used == NULL || binding->doubtful == NULL || binding->form == NULL ||
        binding->joins == NULL || binding->join_keys == NULL || binding->join_bound == NULL)
        return as_error_memory(error);
    enum as_status status = open_records(binding, error);
    for (uint32_t i = 0; i < n && status == AS_OK; i++)
        status = as_join_open(&binding->joins[i], &mapping->joins.at[i], mapping, folder, error);
    return status;
}

void as_binding_close(struct as_binding *binding)
{
    if (binding->joins != NULL)
        for (uint32_t i = 0; i < binding->mapping->joins.n; i++)
            as_join_close(binding->joins[i]);
    as_arena_free(&binding->arena);
    *binding = (struct as_binding){0};
}

static bool find_source(struct as_bound_source *out, const struct as_binding *binding,
                        const struct as_str *columns, uint32_t n, struct as_str name)
{
    *out = (struct as_bound_source){AS_NO_INDEX, 0};
    for (uint32_t i = 0; i < n; i++)
        if (as_str_eq(columns[i], name)) {
            out->column = i;
            return true;
        }
    for (uint32_t i = 0; i < n; i++)
        if (columns[i].n == name.n && strncasecmp(columns[i].p, name.p, name.n) == 0) {
            out->column = i;
            return true;
        }
    for (uint32_t j = 0; j < binding->mapping->joins.n; j++) {
        uint32_t column = as_join_column(binding->joins[j], name);
        if (column != AS_NO_INDEX) {
            *out = (struct as_bound_source){j, column};
            return true;
        }
    }
    return false;
}

static void mark_used(struct as_binding *binding, struct as_bound_source source)
{
    if (source.join == AS_NO_INDEX)
        as_bit_set(binding->used, source.column);
}

static enum as_status no_column(const struct as_binding *binding, const struct as_str *columns, uint32_t n,
                                const char *name, struct as_error *error)
{
    const char *names[AS_MAX_COLUMNS];
    for (uint32_t i = 0; i < n; i++)
        names[i] = columns[i].p;
    const char *near = as_suggest(as_str_of(name), names, n);
    as_error_set(error, AS_ERR_DATA, "the file has no column \"%.200s\" that the mapping asks for", name);
    as_error_meant(error, near);
    as_error_advise(error, "take it out of the mapping, or say \"optional\": true");
    return as_error_at(error, binding->mapping->name, 0);
}

/* A column of an optional join whose file is missing reads as empty. */
static bool may_be_absent(const struct as_binding *binding, const char *name)
{
    for (uint32_t j = 0; j < binding->mapping->joins.n; j++) {
        const struct as_map_join *join = &binding->mapping->joins.at[j];
        if (join->optional && join->prefix[0] != '\0' &&
            as_str_starts(as_str_of(name), as_str_of(join->prefix)))
            return true;
    }
    return false;
}

static enum as_status bind_filters(struct as_bound_filters *out, struct as_binding *binding,
                                   const struct as_map_filters *only, const struct as_map_filters *skip,
                                   const struct as_str *columns, uint32_t n, bool complete,
                                   struct as_error *error)
{
    out->only.n = out->skip.n = 0;
    for (int pass = 0; pass < 2; pass++) {
        const struct as_map_filters *maps = pass == 0 ? only : skip;
        for (uint32_t i = 0; i < maps->all.n; i++) {
            struct as_bound_filter filter = {.map = &maps->all.at[i]};
            filter.bound = find_source(&filter.source, binding, columns, n, as_str_of(filter.map->column));
            if (filter.bound)
                mark_used(binding, filter.source);
            else if (complete && !binding->mapping->optional && !may_be_absent(binding, filter.map->column))
                return no_column(binding, columns, n, filter.map->column, error);
            bool good = pass == 0 ? as_list_push(&binding->arena, &out->only, filter)
                                  : as_list_push(&binding->arena, &out->skip, filter);
            if (!good)
                return as_error_memory(error);
        }
    }
    return AS_OK;
}

static enum as_status bind_constant(struct as_binding *binding, struct as_bound_record *record,
                                    const struct as_map_constant *map, const struct as_str *columns,
                                    uint32_t n, bool complete, struct as_error *error)
{
    struct as_bound_constant constant = {.theirs = map->ours};
    enum as_status status = named_slot(&constant.slot, binding, record, map->ours, error);
    const char *p = map->text;
    while (status == AS_OK && *p != '\0') {
        const char *open = strchr(p, '{'), *close = open != NULL ? strchr(open, '}') : NULL;
        struct as_bound_piece piece = {.text = as_str_of(p)};
        if (close != NULL) {
            struct as_str name = {open + 1, (size_t)(close - open - 1)};
            piece.text.n = (size_t)(open - p);
            piece.has_source = find_source(&piece.source, binding, columns, n, name);
            if (piece.has_source) {
                mark_used(binding, piece.source);
            } else if (complete) {
                char *copy = as_arena_copy(&binding->arena, name.p, name.n);
                if (copy == NULL)
                    return as_error_memory(error);
                if (!map->optional && !may_be_absent(binding, copy))
                    return no_column(binding, columns, n, copy, error);
            }
        }
        if (!as_list_push(&binding->arena, &constant.pieces, piece))
            return as_error_memory(error);
        p = close != NULL ? close + 1 : "";
    }
    if (status == AS_OK && !as_list_push(&binding->arena, &record->constants, constant))
        status = as_error_memory(error);
    return status;
}

static enum as_status bind_record(struct as_binding *binding, struct as_bound_record *record,
                                  const struct as_str *columns, uint32_t n, bool complete,
                                  struct as_error *error)
{
    const struct as_map_record *map = record->map;
    enum as_status status = AS_OK;
    record->slots.n = record->cells.n = record->constants.n = 0;
    for (uint32_t i = 0; i < map->columns.n && status == AS_OK; i++) {
        const struct as_map_column *column = &map->columns.at[i];
        struct as_bound_cell cell = {.form = &column->form, .theirs = column->theirs};
        if (!find_source(&cell.source, binding, columns, n, as_str_of(column->theirs))) {
            if (complete && !column->optional && !may_be_absent(binding, column->theirs))
                return no_column(binding, columns, n, column->theirs, error);
            continue;
        }
        mark_used(binding, cell.source);
        if (column->ours[0] == '\0')
            continue;
        status = named_slot(&cell.slot, binding, record, column->ours, error);
        if (status == AS_OK && !as_list_push(&binding->arena, &record->cells, cell))
            status = as_error_memory(error);
    }
    for (uint32_t i = 0; i < map->constants.n && status == AS_OK; i++)
        status = bind_constant(binding, record, &map->constants.at[i], columns, n, complete, error);
    if (status == AS_OK)
        status = bind_filters(&record->filters, binding, &map->only, &map->skip, columns, n, complete, error);
    return status;
}

static bool has_slot(const struct as_bound_record *record, const char *name)
{
    for (uint32_t i = 0; i < record->slots.n; i++)
        if (strcmp(record->slots.at[i].name, name) == 0)
            return true;
    return false;
}

/* Columns of the reject file, which somebody has mended and imports again. */
static bool is_our_own(struct as_str name)
{
    return as_str_is(name, "rejected line") || as_str_is(name, "rejected column") ||
           as_str_is(name, "rejected reason");
}

/* Columns that the mapping does not mention, by their names. Two passes: a column that has our very name is
 * not displaced by an earlier synonym. */
static enum as_status match_others(struct as_binding *binding, const struct as_str *columns, uint32_t n,
                                   struct as_error *error)
{
    struct as_bound_record *record = &binding->records.at[0];
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < n; i++) {
            struct as_target target;
            if (as_bit(binding->used, i) || as_bit(binding->doubtful, i))
                continue;
            if (is_our_own(columns[i])) {
                as_bit_set(binding->used, i);
                continue;
            }
            bool found = pass == 0 ? as_target_named(&target, record->kind, binding->schema, columns[i])
                                   : as_target_meant(&target, record->kind, binding->schema, columns[i]);
            if (!found || has_slot(record, target.name))
                continue;
            struct as_bound_cell cell = {
                .source = {AS_NO_INDEX, i},
                .form = binding->form[i] != NULL ? binding->form[i] : &binding->mapping->form,
                .guessed = true,
                .certain = pass == 0,
            };
            cell.theirs = as_arena_copy(&binding->arena, columns[i].p, columns[i].n);
            enum as_status status = slot_of(&cell.slot, binding, record, &target, error);
            if (status != AS_OK)
                return status;
            if (cell.theirs == NULL || !as_list_push(&binding->arena, &record->cells, cell))
                return as_error_memory(error);
            as_bit_set(binding->used, i);
        }
    return AS_OK;
}

/* One of several columns can be enough; a record without any cannot be. */
static enum as_status check_needs(const struct as_binding *binding, const struct as_bound_record *record,
                                  struct as_error *error)
{
    const struct as_import_needs *needs = as_import_needs(record->kind);
    for (int i = 0; i < AS_IMPORT_NEEDS && needs->any_of[i][0] != NULL; i++) {
        struct as_buf names = {.max = 256};
        bool found = false;
        for (int j = 0; j < AS_IMPORT_ALTERNATIVES && needs->any_of[i][j] != NULL; j++) {
            found |= has_slot(record, needs->any_of[i][j]);
            as_buf_printf(&names, "%s%s", j > 0 ? ", " : "", needs->any_of[i][j]);
        }
        if (!found) {
            as_error_set(error, AS_ERR_DATA, "%s need %s%s, and no column of the file gives %s",
                         as_import_kind_name(record->kind), needs->any_of[i][1] != NULL ? "one of " : "",
                         as_buf_c(&names), needs->any_of[i][1] != NULL ? "any" : "it");
            as_error_advise(error, "say in a mapping (--map) which of its columns it is");
        }
        as_buf_free(&names);
        if (!found)
            return as_error_at(error, binding->mapping->name, 0);
    }
    return AS_OK;
}

enum as_status as_binding_columns(struct as_binding *binding, const struct as_str *columns, uint32_t n,
                                  bool complete, struct as_error *error)
{
    const struct as_mapping *mapping = binding->mapping;
    enum as_status status = AS_OK;
    memset(binding->used, 0, AS_BIT_WORDS(AS_MAX_COLUMNS) * sizeof *binding->used);
    binding->columns = n;
    for (uint32_t i = 0; i < mapping->joins.n; i++) {
        const char *their = mapping->joins.at[i].their;
        binding->join_bound[i] = find_source(&binding->join_keys[i], binding, columns, n, as_str_of(their));
        if (binding->join_bound[i])
            mark_used(binding, binding->join_keys[i]);
        else if (complete)
            return no_column(binding, columns, n, their, error);
    }
    for (uint32_t i = 0; i < binding->records.n && status == AS_OK; i++)
        status = bind_record(binding, &binding->records.at[i], columns, n, complete, error);
    if (status == AS_OK)
        status = bind_filters(&binding->filters, binding, &mapping->only, &mapping->skip, columns, n,
                              complete, error);
    if (status == AS_OK && mapping->match_others)
        status = match_others(binding, columns, n, error);
    for (uint32_t i = 0; i < binding->records.n && status == AS_OK && complete; i++)
        status = check_needs(binding, &binding->records.at[i], error);
    return status;
}

struct as_str as_binding_text(const struct as_binding *binding, struct as_bound_source source,
                              const struct as_row *row, const uint32_t *join_rows)
{
    if (source.join == AS_NO_INDEX)
        return source.column < row->n ? row->cells[source.column] : (struct as_str){"", 0};
    uint32_t joined = join_rows[source.join];
    return joined == AS_NO_INDEX ? (struct as_str){"", 0}
                                 : as_join_cell(binding->joins[source.join], joined, source.column);
}

static bool holds(const struct as_bound_filter *filter, const struct as_binding *binding,
                  const struct as_row *row, const uint32_t *join_rows)
{
    struct as_str text = {"", 0};
    if (filter->bound)
        text = as_str_trim(as_binding_text(binding, filter->source, row, join_rows));
    if (filter->map->any || filter->map->none)
        return filter->map->any == (text.n > 0);
    for (uint32_t i = 0; i < filter->map->values.n; i++)
        if (as_str_is_nocase(text, filter->map->values.at[i]))
            return true;
    return false;
}

bool as_binding_passes(const struct as_bound_filters *filters, const struct as_binding *binding,
                       const struct as_row *row, const uint32_t *join_rows)
{
    for (uint32_t i = 0; i < filters->only.n; i++)
        if (!holds(&filters->only.at[i], binding, row, join_rows))
            return false;
    for (uint32_t i = 0; i < filters->skip.n; i++)
        if (holds(&filters->skip.at[i], binding, row, join_rows))
            return false;
    return true;
}
