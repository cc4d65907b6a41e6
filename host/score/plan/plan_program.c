/* Programs of events: what each kind of event does to the slots of features, laid out as rows that a kernel
 * adds without asking what they mean. Which features there are is plan_feature.c's, running the programs
 * kernel_events.c's. */
#include "score/plan/plan_node.h"

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
    AS_LIST(struct entry) entries; /* of lanes */
    uint32_t *lane;                /* by slot, AS_NO_INDEX none */
    uint32_t word_bits;            /* taken of the last word */
    uint64_t *note_of;             /* by kind: which `latest` it belongs to */
    uint32_t note_words;
};

static uint32_t most_ages(const struct as_program *program)
{
    return AS_MAX_EVENT_ROWS / 2 / (program->kind_count + 1);
}

/* Lanes are sums of 32 bits over up to AS_LANE_RUN events. */
static bool fits_lane(const struct as_program *program, const struct as_decay_table *table)
{
    const int64_t most = INT32_MAX / AS_LANE_RUN;
    if (table->n >= most_ages(program) || table->rest > most || table->rest < -most)
        return false;
    for (uint32_t age = 0; age < table->n; age++)
        if (table->points[age] > most || table->points[age] < -most)
            return false;
    return true;
}

static enum as_status add_entry(struct layout *layout, uint32_t slot, uint32_t kind,
                                const struct as_decay_table *table, bool limited, struct as_error *error)
{
    struct as_arena *arena = &layout->plan->arena;
    struct as_program *program = layout->program;
    if (layout->lane[slot] == AS_NO_INDEX) {
        layout->lane[slot] = program->lanes.n;
        if (!as_list_push(arena, &program->lanes, slot))
            return as_error_memory(error);
    }
    struct entry entry = {slot, kind, *table, limited};
    if (!as_list_push(arena, &layout->entries, entry))
        return as_error_memory(error);
    if (table->n >= program->ages)
        program->ages = table->n + 1;
    return AS_OK;
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
        if (fits_lane(program, &table) && (limit == 0 || daily)) {
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
    if (program->features.at[slot].days >= program->ages)
        program->ages = program->features.at[slot].days + 1;
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
    bool lane = plain && feature->kind == AS_FEATURE_COUNT && fits_lane(program, &once);
    for (uint32_t k = 0; k < program->kind_count && status == AS_OK; k++)
        if (as_bit(feature->kinds, k))
            status = lane ? add_entry(layout, slot, k, &once, false, error)
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

/* How many rows there are. A kind with a limit has its rows twice, again for events beyond it. */
static uint32_t number_rows(struct as_program *program)
{
    uint32_t rows = (program->kind_count + 1) * program->ages;
    for (uint32_t k = 0; k <= program->kind_count; k++)
        if (program->kinds[k].limit != UINT32_MAX) {
            program->kinds[k].over = rows;
            rows += program->ages;
        } else {
            program->kinds[k].over = k * program->ages;
        }
    return rows;
}

static void fill_lanes(const struct layout *layout, uint32_t stride)
{
    const struct as_program *program = layout->program;
    for (uint32_t i = 0; i < layout->entries.n; i++) {
        const struct entry *entry = &layout->entries.at[i];
        const struct as_kind_row *kind = &program->kinds[entry->kind];
        const size_t first = (size_t)entry->kind * program->ages;
        for (uint32_t age = 0; age < program->ages; age++) {
            int32_t weight = (int32_t)as_decay_look(&entry->table, age);
            if (weight == 0) /* most pages of a long table are never touched */
                continue;
            program->rows[(first + age) * stride + layout->lane[entry->slot]] += weight;
            if (kind->over != first && !entry->limited)
                program->rows[((size_t)kind->over + age) * stride + layout->lane[entry->slot]] += weight;
        }
    }
}

static void mark_row(const struct as_program *program, const struct as_mark *mark, size_t row, uint32_t bit)
{
    int32_t *place = program->rows + (row + 1) * program->blocks * AS_BLOCK_LANES -
                     (size_t)(program->words - mark->word) * AS_WORD_LANES;
    uint64_t word;
    memcpy(&word, place, sizeof word);
    word |= UINT64_C(1) << bit;
    memcpy(place, &word, sizeof word);
}

static void fill_marks(const struct as_program *program)
{
    for (uint32_t i = 0; i < program->marks.n; i++) {
        const struct as_mark *mark = &program->marks.at[i];
        const struct as_feature *feature = &program->features.at[mark->slot];
        uint32_t ages = feature->days > 0 ? feature->days : program->ages;
        for (uint32_t k = 0; k < program->kind_count; k++)
            for (uint32_t age = 0; age < ages && as_bit(feature->kinds, k); age++) {
                uint32_t bit = mark->shift + (feature->kind == AS_FEATURE_DAYS ? age : 0);
                mark_row(program, mark, (size_t)k * program->ages + age, bit);
                mark_row(program, mark, (size_t)program->kinds[k].over + age, bit);
            }
    }
}

static enum as_status make_rows(struct layout *layout, struct as_error *error)
{
    struct as_program *program = layout->program;
    uint32_t lanes = program->lanes.n + AS_WORD_LANES * (program->words > 0 ? program->words : 1);
    program->words = program->words > 0 ? program->words : 1;
    program->blocks = (lanes + AS_BLOCK_LANES - 1) / AS_BLOCK_LANES;
    uint32_t stride = program->blocks * AS_BLOCK_LANES, rows = number_rows(program);
    const size_t line = AS_BLOCK_LANES * sizeof *program->rows;
    unsigned char *room = as_arena_alloc(&layout->plan->arena, ((size_t)rows * program->blocks + 1) * line);
    if (room == NULL)
        return as_error_memory(error);
    program->rows = (int32_t *)(void *)(room + (line - (uintptr_t)room % line) % line);
    fill_lanes(layout, stride);
    fill_marks(program);
    return AS_OK;
}

static enum as_status seal_program(struct as_plan *plan, struct as_program *program, struct as_error *error)
{
    struct layout layout = {.plan = plan, .program = program};
    struct as_arena *arena = &plan->arena;
    program->kind_count = plan->schema->kinds.n;
    program->ages = 1;
    layout.note_words = (uint32_t)AS_BIT_WORDS(program->features.n) + 1;
    program->kinds = as_arena_array(arena, program->kind_count + (size_t)1, sizeof *program->kinds);
    layout.lane = as_arena_array(arena, program->features.n, sizeof *layout.lane);
    layout.note_of = as_arena_array(arena, (size_t)program->kind_count * layout.note_words, sizeof(uint64_t));
    if (program->kinds == NULL || layout.lane == NULL || layout.note_of == NULL)
        return as_error_memory(error);
    for (uint32_t k = 0; k <= program->kind_count; k++)
        program->kinds[k].limit = UINT32_MAX;
    for (uint32_t slot = 0; slot < program->features.n; slot++)
        layout.lane[slot] = AS_NO_INDEX;
    enum as_status status = AS_OK;
    for (uint32_t slot = 0; slot < program->features.n && status == AS_OK; slot++)
        status = add_feature(&layout, slot, error);
    for (uint32_t slot = 0; slot < program->features.n; slot++)
        for (uint32_t k = 0; k < program->kind_count; k++)
            program->about |= (uint64_t)as_bit(program->features.at[slot].kinds, k) << k % 64;
    if (status == AS_OK)
        status = number_notes(&layout, error);
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
