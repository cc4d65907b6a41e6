/* Programs of events: what each kind of event does to the slots of features, laid out as rows that a kernel
 * adds without asking what they mean. Which features there are is plan_feature.c's, running the programs
 * kernel_events.c's. */
#include "score/plan/plan_node.h"

#include <stdlib.h>
#include <string.h>

/* Points of a rule for one kind of event. */
struct entry {
    uint32_t slot, kind;
    struct as_decay_table table;
    bool limited;
};
/* A program while it is laid out. */
struct layout {
    struct as_plan *plan;
    struct as_program *program;
    AS_LIST(struct entry) entries; /* of fields; a kind has one of a slot */
    uint32_t *field;               /* by slot: 1 + its field, 0 none */
    uint32_t *ages;                /* by kind: rows that differ, the last one for that age and all above */
    uint32_t word_bits;            /* taken of the last word of marks */
    uint64_t *note_of;             /* by kind: which `latest` it belongs to */
    uint32_t note_words;
};

static uint32_t most_ages(const struct as_program *program)
{
    return AS_MAX_EVENT_ROWS / 2 / (program->kind_count + 1);
}

/* Fields are at most 32 bits wide. */
static bool fits_field(const struct as_program *program, const struct as_decay_table *table)
{
    const int64_t most = INT32_MAX / AS_LANE_RUN;
    if (table->n >= most_ages(program) || table->rest > most || table->rest < -most)
        return false;
    for (uint32_t age = 0; age < table->n; age++)
        if (table->points[age] > most || table->points[age] < -most)
            return false;
    return true;
}

static void ask_ages(struct layout *layout, uint32_t kind, uint32_t ages)
{
    if (ages > layout->ages[kind])
        layout->ages[kind] = ages;
}

static enum as_status add_entry(struct layout *layout, uint32_t slot, uint32_t kind,
                                const struct as_decay_table *table, bool limited, struct as_error *error)
{
    struct as_arena *arena = &layout->plan->arena;
    struct as_program *program = layout->program;
    if (layout->field[slot] == 0) {
        if (!as_list_push(arena, &program->fields, (struct as_sum_field){.slot = slot}))
            return as_error_memory(error);
        layout->field[slot] = program->fields.n;
    }
    struct entry entry = {slot, kind, *table, limited};
    ask_ages(layout, kind, table->n + 1);
    return as_list_push(arena, &layout->entries, entry) ? AS_OK : as_error_memory(error);
}

static enum as_status add_special(struct layout *layout, uint32_t kind, const struct as_special *special,
                                  struct as_error *error)
{
    struct as_arena *arena = &layout->plan->arena;
    struct as_program *program = layout->program;
    if (program->specials == NULL &&
        (program->specials = as_arena_array(arena, program->kind_count, sizeof *program->specials)) == NULL)
        return as_error_memory(error);
    if (!as_list_push(arena, &program->specials[kind].list, *special))
        return as_error_memory(error);
    uint32_t n = program->special_slots.n;
    if (n > 0 && program->special_slots.at[n - 1] == special->slot)
        return AS_OK;
    return as_list_push(arena, &program->special_slots, special->slot) ? AS_OK : as_error_memory(error);
}

static enum as_status add_points(struct layout *layout, uint32_t slot, struct as_error *error)
{
    struct as_program *program = layout->program;
    const struct as_rule *rule = program->features.at[slot].rule;
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        const struct as_event_points *event = &rule->per_event.at[i];
        struct as_kind_row *kind = &program->kinds[event->kind];
        struct as_decay_table table;
        enum as_status status = as_decay_table_of(&table, &layout->plan->arena, event->points, rule->fading,
                                                  rule->fading_days, error);
        if (status != AS_OK)
            return status;
        uint32_t limit = event->at_most.count, days = (uint32_t)(event->at_most.span.length / AS_DAY_SECONDS);
        /* A kind counts its day's events once: rules that limit it differently take the long way. */
        bool daily = limit > 0 && days == 1 && (kind->limit == UINT32_MAX || kind->limit == limit);
        if (fits_field(program, &table) && (limit == 0 || daily)) {
            if (daily) {
                kind->limit = limit;
                if (program->least_limit == 0 || limit < program->least_limit)
                    program->least_limit = limit;
            }
            status = add_entry(layout, slot, event->kind, &table, daily, error);
        } else {
            struct as_special special = {slot, table, limit, days, program->rings, program->states++};
            program->rings += limit;
            status = add_special(layout, event->kind, &special, error);
        }
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

/* Bits side by side in one word. */
static enum as_status add_mark(struct layout *layout, uint32_t slot, uint32_t bits, struct as_error *error)
{
    struct as_program *program = layout->program;
    if (program->words == 0 || layout->word_bits + bits > 64) {
        program->words++;
        layout->word_bits = 0;
    }
    struct as_mark mark = {slot, program->words - 1, layout->word_bits, bits};
    layout->word_bits += bits;
    struct as_feature *feature = &program->features.at[slot];
    feature->marked = feature->kind == AS_FEATURE_SEEN;
    for (uint32_t k = 0; k < program->kind_count; k++)
        if (as_bit(feature->kinds, k))
            ask_ages(layout, k, feature->days + 1);
    return as_list_push(&layout->plan->arena, &program->marks, mark) ? AS_OK : as_error_memory(error);
}

static enum as_status add_latest(struct layout *layout, uint32_t slot, struct as_error *error)
{
    struct as_program *program = layout->program;
    for (uint32_t k = 0; k < program->kind_count; k++)
        if (as_bit(program->features.at[slot].kinds, k))
            as_bit_set(layout->note_of + (size_t)k * layout->note_words, program->latest.n);
    struct as_latest latest = {.slot = slot, .kinds = program->features.at[slot].kinds};
    return as_list_push(&layout->plan->arena, &program->latest, latest) ? AS_OK : as_error_memory(error);
}

static enum as_status add_feature(struct layout *layout, uint32_t slot, struct as_error *error)
{
    struct as_program *program = layout->program;
    const struct as_feature *feature = &program->features.at[slot];
    if (feature->kind == AS_FEATURE_POINTS)
        return add_points(layout, slot, error);
    bool plain = feature->where == NULL;
    if (plain && feature->kind == AS_FEATURE_LAST)
        return add_latest(layout, slot, error);
    if (plain && feature->kind == AS_FEATURE_SEEN && feature->days < most_ages(program))
        return add_mark(layout, slot, 1, error);
    if (plain && feature->kind == AS_FEATURE_DAYS && feature->days > 0 && feature->days <= 64)
        return add_mark(layout, slot, feature->days, error);
    struct as_decay_table once;
    enum as_status status =
        as_decay_table_of(&once, &layout->plan->arena, 1,
                          feature->days > 0 ? AS_FADING_WINDOW : AS_FADING_NONE, feature->days, error);
    /* Different days are different whatever the kind: one state for the slot. */
    struct as_special special = {.slot = slot, .table = once, .state = program->states++};
    bool field = plain && feature->kind == AS_FEATURE_COUNT && fits_field(program, &once);
    for (uint32_t k = 0; k < program->kind_count && status == AS_OK; k++)
        if (as_bit(feature->kinds, k))
            status = field ? add_entry(layout, slot, k, &once, false, error)
                           : add_special(layout, k, &special, error);
    return status;
}

/* Kinds that belong to the same features share a note of their last event. */
static enum as_status number_notes(struct layout *layout, struct as_error *error)
{
    struct as_program *program = layout->program;
    size_t bytes = layout->note_words * sizeof(uint64_t);
    for (uint32_t k = 0; k < program->kind_count; k++) {
        uint32_t same = 0;
        while (same < k && memcmp(layout->note_of + (size_t)same * layout->note_words,
                                  layout->note_of + (size_t)k * layout->note_words, bytes) != 0)
            same++;
        program->kinds[k].note = same < k ? program->kinds[same].note : program->notes++;
    }
    program->kinds[program->kind_count].note = program->notes++;
    for (uint32_t i = 0; i < program->latest.n; i++) {
        struct as_latest *latest = &program->latest.at[i];
        for (uint32_t k = 0; k < program->kind_count; k++) {
            uint32_t note = program->kinds[k].note, n = 0;
            while (n < latest->notes.n && latest->notes.at[n] != note)
                n++;
            if (as_bit(layout->note_of + (size_t)k * layout->note_words, i) && n == latest->notes.n &&
                !as_list_push(&layout->plan->arena, &latest->notes, note))
                return as_error_memory(error);
        }
    }
    return AS_OK;
}

/* --- rows --- */

/* The sums that a field may have over AS_LANE_RUN events. */
static void measure_field(struct as_sum_field *field, const struct layout *layout)
{
    int64_t least = 0, most = 0;
    for (uint32_t i = 0; i < layout->entries.n; i++) {
        const struct entry *entry = &layout->entries.at[i];
        for (uint32_t age = 0; age <= entry->table.n && entry->slot == field->slot; age++) {
            int64_t weight = as_decay_look(&entry->table, age);
            least = weight < least ? weight : least;
            most = weight > most ? weight : most;
        }
    }
    least *= AS_LANE_RUN;
    most *= AS_LANE_RUN;
    field->bits = 1;
    while ((most - least) >> field->bits != 0)
        field->bits++;
    field->below = -least;
}

static int widest_first(const void *a, const void *b)
{
    const struct as_sum_field *x = a, *y = b;
    return x->bits != y->bits ? (x->bits < y->bits) - (x->bits > y->bits)
                              : (x->slot > y->slot) - (x->slot < y->slot);
}

/* Each field goes into the first word with room for it. */
static enum as_status pack_fields(struct layout *layout, struct as_error *error)
{
    struct as_program *program = layout->program;
    for (uint32_t i = 0; i < program->fields.n; i++)
        measure_field(&program->fields.at[i], layout);
    if (program->fields.n > 0)
        qsort(program->fields.at, program->fields.n, sizeof *program->fields.at, widest_first);
    uint32_t *taken = as_arena_array(&layout->plan->arena, program->fields.n + (size_t)1, sizeof *taken);
    program->below =
        as_arena_array(&layout->plan->arena, program->fields.n + (size_t)1, sizeof *program->below);
    if (taken == NULL || program->below == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < program->fields.n; i++) {
        struct as_sum_field *field = &program->fields.at[i];
        while (taken[field->word] + field->bits > 64)
            field->word++;
        field->shift = taken[field->word];
        taken[field->word] += field->bits;
        program->below[field->word] += (uint64_t)field->below << field->shift;
        program->sums = field->word >= program->sums ? field->word + 1 : program->sums;
        layout->field[field->slot] = i + 1;
    }
    return AS_OK;
}

/* How many words all rows have. A kind with a limit has its rows twice, again for events beyond it. */
static size_t number_rows(const struct layout *layout)
{
    struct as_program *program = layout->program;
    size_t rows = 0;
    for (uint32_t k = 0; k <= program->kind_count; k++) {
        const bool limited = program->kinds[k].limit != UINT32_MAX;
        program->first[k] = (uint32_t)(rows * program->stride);
        program->oldest[k] = layout->ages[k] - 1;
        program->kinds[k].over = limited ? layout->ages[k] * program->stride : 0;
        rows += (limited ? 2 : 1) * (size_t)layout->ages[k];
    }
    return rows * program->stride;
}

static uint64_t *row_of(const struct as_program *program, uint32_t kind, uint32_t age)
{
    return program->rows + program->first[kind] + (size_t)age * program->stride;
}

static void fill_fields(const struct layout *layout)
{
    const struct as_program *program = layout->program;
    for (uint32_t i = 0; i < layout->entries.n; i++) {
        const struct entry *entry = &layout->entries.at[i];
        const struct as_sum_field *field = &program->fields.at[layout->field[entry->slot] - 1];
        const uint32_t over = program->kinds[entry->kind].over;
        for (uint32_t age = 0; age < layout->ages[entry->kind]; age++) {
            uint64_t weight = (uint64_t)as_decay_look(&entry->table, age) << field->shift;
            uint64_t *word = row_of(program, entry->kind, age) + field->word;
            *word += weight;
            if (over != 0 && !entry->limited)
                word[over] += weight;
        }
    }
}

static void fill_marks(const struct layout *layout)
{
    const struct as_program *program = layout->program;
    for (uint32_t i = 0; i < program->marks.n; i++) {
        struct as_mark *mark = &program->marks.at[i];
        const struct as_feature *feature = &program->features.at[mark->slot];
        mark->word += program->sums; /* behind them */
        for (uint32_t k = 0; k < program->kind_count; k++) {
            const uint32_t ages = feature->days > 0 ? feature->days : layout->ages[k];
            for (uint32_t age = 0; age < ages && as_bit(feature->kinds, k); age++) {
                uint64_t *word = row_of(program, k, age) + mark->word;
                uint64_t bit = UINT64_C(1) << (mark->shift + (feature->kind == AS_FEATURE_DAYS ? age : 0));
                *word |= bit;
                word[program->kinds[k].over] |= bit;
            }
        }
    }
}

static enum as_status make_rows(struct layout *layout, struct as_error *error)
{
    struct as_program *program = layout->program;
    program->words += program->sums;
    program->stride = program->words <= AS_ROW_HALF
                          ? AS_ROW_HALF
                          : (program->words + AS_ROW_LINE - 1) / AS_ROW_LINE * AS_ROW_LINE;
    const size_t line = AS_ROW_LINE * sizeof *program->rows, words = number_rows(layout);
    unsigned char *room = words > UINT32_MAX
                              ? NULL
                              : as_arena_alloc(&layout->plan->arena, words * sizeof *program->rows + line);
    program->marked = as_arena_array(&layout->plan->arena, program->stride, sizeof *program->marked);
    if (room == NULL || program->marked == NULL)
        return as_error_memory(error);
    for (uint32_t w = program->sums; w < program->words; w++)
        program->marked[w] = ~UINT64_C(0);
    program->rows = (uint64_t *)(void *)(room + (line - (uintptr_t)room % line) % line);
    fill_fields(layout);
    fill_marks(layout);
    return AS_OK;
}

static bool open_layout(struct layout *layout)
{
    struct as_program *program = layout->program;
    struct as_arena *arena = &layout->plan->arena;
    const size_t kinds = program->kind_count + (size_t)1;
    layout->note_words = (uint32_t)AS_BIT_WORDS(program->features.n) + 1;
    program->kinds = as_arena_array(arena, kinds, sizeof *program->kinds);
    program->first = as_arena_array(arena, kinds, sizeof *program->first);
    program->oldest = as_arena_array(arena, kinds, sizeof *program->oldest);
    layout->field = as_arena_array(arena, program->features.n, sizeof *layout->field);
    layout->ages = as_arena_array(arena, kinds, sizeof *layout->ages);
    layout->note_of = as_arena_array(arena, kinds * layout->note_words, sizeof(uint64_t));
    if (program->kinds == NULL || program->first == NULL || program->oldest == NULL ||
        layout->field == NULL || layout->ages == NULL || layout->note_of == NULL)
        return false;
    for (uint32_t k = 0; k < kinds; k++) {
        program->kinds[k].limit = UINT32_MAX;
        layout->ages[k] = 1;
    }
    return true;
}

static enum as_status seal_program(struct as_plan *plan, struct as_program *program, struct as_error *error)
{
    struct layout layout = {.plan = plan, .program = program};
    program->kind_count = plan->schema->kinds.n;
    enum as_status status = open_layout(&layout) ? AS_OK : as_error_memory(error);
    for (uint32_t slot = 0; slot < program->features.n && status == AS_OK; slot++)
        status = add_feature(&layout, slot, error);
    for (uint32_t slot = 0; slot < program->features.n; slot++)
        for (uint32_t k = 0; k < program->kind_count; k++)
            program->about |= (uint64_t)as_bit(program->features.at[slot].kinds, k) << k % 64;
    if (status == AS_OK)
        status = number_notes(&layout, error);
    if (status == AS_OK)
        status = pack_fields(&layout, error);
    return status == AS_OK ? make_rows(&layout, error) : status;
}

enum as_status as_plan_seal_programs(struct as_plan *plan, struct as_error *error)
{
    for (uint32_t i = 0; i < plan->programs.n; i++) {
        enum as_status status = seal_program(plan, &plan->programs.at[i], error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}
