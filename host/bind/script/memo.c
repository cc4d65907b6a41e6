/* Memo: a tree for each function, in three arrays. A step of a tree is a field to read; an edge leads from a
 * step by the value read there to the next step or to an answer; edges of all steps are one hash table. */
#include "bind/script/memo.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Where an edge, or the root, leads: to a step, an answer or LOST, which is a call each time. */
enum { NOWHERE = 0, LOST = 1, FIRST = 2, ANSWER = 1 << 30 };

struct step {
    const struct as_column *column;
    const uint32_t *via; /* from row to the column's row; NULL: the row itself */
};

struct edge {
    uint64_t value;
    uint32_t from; /* the step with the known bit below it; 0: free, for steps begin at FIRST */
    uint32_t to;
};

struct answer {
    double number;
    uint32_t text, note; /* where they begin in `texts` */
    uint8_t kind;
    bool boolean;
};

struct tree {
    uint32_t root;
    struct step *steps;
    struct answer *answers;
    struct edge *edges;
    char *texts;
    uint32_t step_n, answer_n, edge_n, text_n;
    uint32_t step_room, answer_room, edge_room, text_room; /* edge_room: a power of two */
    uint32_t asked, found;                                 /* since the last look whether it pays */
    bool grown_up;                                         /* it has been looked at for long enough */
};

struct as_memo {
    const struct as_dataset *dataset;
    size_t bytes;
    uint32_t n;
    struct tree trees[];
};

void as_trail_read(struct as_trail *trail, uint32_t field)
{
    if (trail == NULL || trail->lost)
        return;
    for (uint32_t i = 0; i < trail->n; i++)
        if (trail->field[i] == field)
            return;
    if (trail->n == sizeof trail->field / sizeof *trail->field)
        trail->lost = true;
    else
        trail->field[trail->n++] = field;
}

struct as_memo *as_memo_new(const struct as_dataset *dataset, uint32_t functions)
{
    struct as_memo *memo = calloc(1, sizeof *memo + functions * sizeof *memo->trees);
    if (memo != NULL) {
        memo->dataset = dataset;
        memo->n = functions;
    }
    return memo;
}

/* Nothing is kept any more: the function is called each time. */
static void give_up(struct as_memo *memo, struct tree *tree)
{
    memo->bytes -= tree->step_room * sizeof *tree->steps + tree->answer_room * sizeof *tree->answers +
                   tree->edge_room * sizeof *tree->edges + tree->text_room;
    free(tree->steps);
    free(tree->answers);
    free(tree->edges);
    free(tree->texts);
    *tree = (struct tree){.root = LOST};
}

void as_memo_free(struct as_memo *memo)
{
    if (memo == NULL)
        return;
    for (uint32_t i = 0; i < memo->n; i++)
        give_up(memo, &memo->trees[i]);
    free(memo);
}

/* --- reading --- */

/* The value of a step for a row; false when it is unknown. */
static bool read_step(uint64_t *value, const struct step *step, uint32_t row)
{
    const struct as_column *column = step->column;
    *value = 0;
    if (step->via != NULL)
        row = row != AS_NO_INDEX ? step->via[row] : AS_NO_INDEX;
    if (column == NULL || row >= column->n || !as_bit(column->known, row))
        return false;
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        *value = as_bit(column->truth, row);
        break;
    case AS_TYPE_INTEGER:
    case AS_TYPE_NUMBER:
    case AS_TYPE_MONEY:
    case AS_TYPE_DATE:
        memcpy(value, &column->i64[row], sizeof *value);
        break;
    default:
        *value = column->code[row];
    }
    return true;
}

static uint32_t place_of(const struct tree *tree, uint64_t value, uint32_t from)
{
    uint64_t hash = (value ^ ((uint64_t)from << 40)) * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t mask = tree->edge_room - 1, at = (uint32_t)(hash >> 32) & mask;
    while (tree->edges[at].from != 0 && (tree->edges[at].from != from || tree->edges[at].value != value))
        at = (at + 1) & mask;
    return at;
}

/* Where the row leads from this step: NOWHERE when nobody went there before. */
static uint32_t follow(uint32_t *from, uint64_t *value, const struct tree *tree, uint32_t step, uint32_t row)
{
    bool known = read_step(value, &tree->steps[step - FIRST], row);
    *from = step << 1 | known;
    return tree->edge_room == 0 ? NOWHERE : tree->edges[place_of(tree, *value, *from)].to;
}

static void read_answer(struct as_function_result *out, const struct tree *tree, uint32_t index)
{
    const struct answer *answer = &tree->answers[index];
    out->kind = answer->kind;
    out->boolean = answer->boolean;
    out->number = answer->number;
    out->next_day = AS_TIME_NONE; /* facts alone were read */
    out->text[0] = out->note[0] = '\0';
    if (answer->text != 0)
        memcpy(out->text, tree->texts + answer->text - 1, strlen(tree->texts + answer->text - 1) + 1);
    if (answer->note != 0)
        memcpy(out->note, tree->texts + answer->note - 1, strlen(tree->texts + answer->note - 1) + 1);
}

/* Looks from time to time whether enough is found: to note what a call reads, and what it gives, costs a part
 * of the call. */
static void look_whether_it_pays(struct as_memo *memo, struct tree *tree)
{
    enum { CALLS = 8192, LEAST_FOUND = CALLS / 8 };
    if (tree->asked < CALLS)
        return;
    if (tree->grown_up && tree->found < LEAST_FOUND)
        give_up(memo, tree);
    tree->grown_up = true;
    tree->asked = tree->found = 0;
}

enum as_memo_answer as_memo_find(struct as_function_result *out, struct as_memo *memo, uint32_t function,
                                 uint32_t row)
{
    struct tree *tree = &memo->trees[function];
    uint32_t at = tree->root, from;
    uint64_t value;
    if (at == LOST)
        return AS_MEMO_NEVER;
    tree->asked++;
    while (at >= FIRST && at < ANSWER)
        at = follow(&from, &value, tree, at, row);
    if (at >= ANSWER) {
        tree->found++;
        read_answer(out, tree, at - ANSWER);
        return AS_MEMO_KNOWN;
    }
    look_whether_it_pays(memo, tree);
    return at == LOST || tree->root == LOST || memo->bytes >= AS_MAX_MEMO_BYTES ? AS_MEMO_NEVER : AS_MEMO_NEW;
}

/* --- keeping --- */

static bool grow(struct as_memo *memo, void **array, uint32_t *room, uint32_t need, size_t size)
{
    if (need <= *room)
        return true;
    uint32_t more = *room == 0 ? 16 : *room * 2;
    while (more < need)
        more *= 2;
    void *moved = realloc(*array, more * size);
    if (moved == NULL)
        return false;
    memo->bytes += (more - *room) * size;
    *array = moved;
    *room = more;
    return true;
}

static bool make_room_for_edge(struct as_memo *memo, struct tree *tree)
{
    if (tree->edge_n + 1 <= tree->edge_room / 2)
        return true;
    struct tree bigger = *tree;
    bigger.edge_room = tree->edge_room == 0 ? 64 : tree->edge_room * 2;
    bigger.edges = calloc(bigger.edge_room, sizeof *bigger.edges);
    if (bigger.edges == NULL)
        return false;
    for (uint32_t i = 0; i < tree->edge_room; i++)
        if (tree->edges[i].from != 0)
            bigger.edges[place_of(&bigger, tree->edges[i].value, tree->edges[i].from)] = tree->edges[i];
    memo->bytes += (bigger.edge_room - tree->edge_room) * sizeof *tree->edges;
    free(tree->edges);
    *tree = bigger;
    return true;
}

/* The place of a text among the texts, from 1; 0 for an empty one. */
static bool keep_text(uint32_t *out, struct as_memo *memo, struct tree *tree, const char *text)
{
    *out = 0;
    if (text[0] == '\0')
        return true;
    uint32_t n = (uint32_t)strlen(text) + 1;
    void *texts = tree->texts;
    bool grown = grow(memo, &texts, &tree->text_room, tree->text_n + n, 1);
    tree->texts = texts;
    if (!grown)
        return false;
    memcpy(tree->texts + tree->text_n, text, n);
    *out = tree->text_n + 1;
    tree->text_n += n;
    return true;
}

static bool keep_answer(uint32_t *out, struct as_memo *memo, struct tree *tree,
                        const struct as_function_result *result)
{
    enum { LOOKED_BACK = 8 }; /* most functions have few answers */
    struct answer made = {.number = result->kind == AS_RESULT_NUMBER ? result->number : 0,
                          .kind = (uint8_t)result->kind,
                          .boolean = result->kind == AS_RESULT_BOOLEAN && result->boolean};
    const char *text = result->kind == AS_RESULT_TEXT ? result->text : "";
    for (uint32_t i = tree->answer_n; i-- > 0 && i + LOOKED_BACK >= tree->answer_n;) {
        const struct answer *old = &tree->answers[i];
        if (text[0] == '\0' && result->note[0] == '\0' && old->text == 0 && old->note == 0 &&
            old->kind == made.kind && old->boolean == made.boolean &&
            memcmp(&old->number, &made.number, sizeof made.number) == 0) {
            *out = ANSWER + i;
            return true;
        }
    }
    void *answers = tree->answers;
    bool grown = grow(memo, &answers, &tree->answer_room, tree->answer_n + 1, sizeof made);
    tree->answers = answers;
    if (!grown || !keep_text(&made.text, memo, tree, text) ||
        !keep_text(&made.note, memo, tree, result->note))
        return false;
    tree->answers[tree->answer_n] = made;
    *out = ANSWER + tree->answer_n++;
    return true;
}

static bool keep_step(uint32_t *out, struct as_memo *memo, struct tree *tree, uint32_t index,
                      enum as_level level)
{
    const struct as_dataset *dataset = memo->dataset;
    const struct as_field *field = dataset->schema->fields.at[index];
    const struct as_column *column =
        field->ask != NULL ? dataset->answer[index].value : dataset->field[index];
    /* Another row's facts are no columns of this one; and a text that is nearly always another will not come
     * again. */
    bool other = field->type == AS_TYPE_REFERENCE;
    if (other || (column != NULL && column->dict != NULL && as_intern_count(column->dict) > column->n / 2 &&
                  column->n >= AS_BATCH)) {
        *out = LOST;
        return true;
    }
    void *steps = tree->steps;
    bool grown = grow(memo, &steps, &tree->step_room, tree->step_n + 1, sizeof *tree->steps);
    tree->steps = steps;
    if (!grown)
        return false;
    bool via = field->level == AS_LEVEL_ACCOUNT && level == AS_LEVEL_LEAD;
    tree->steps[tree->step_n] = (struct step){column, via ? dataset->lead_account : NULL};
    *out = FIRST + tree->step_n++;
    return true;
}

static bool keep(struct as_memo *memo, struct tree *tree, enum as_level level, uint32_t row,
                 const struct as_trail *trail, const struct as_function_result *result)
{
    uint32_t at = tree->root, from = 0, to = NOWHERE;
    uint64_t value = 0;
    for (uint32_t i = 0;; i++) { /* i: how many facts were read before this step */
        if (at == NOWHERE) {
            bool end = i == trail->n;
            if (end && trail->lost)
                to = LOST;
            else if (!(end ? keep_answer(&to, memo, tree, result)
                           : keep_step(&to, memo, tree, trail->field[i], level)))
                return false;
            if (i == 0) {
                tree->root = to;
            } else {
                if (!make_room_for_edge(memo, tree))
                    return false;
                tree->edges[place_of(tree, value, from)] = (struct edge){value, from, to};
                tree->edge_n++;
            }
            at = to;
        }
        if (at < FIRST || at >= ANSWER)
            return true;
        at = follow(&from, &value, tree, at, row);
    }
}

void as_memo_keep(struct as_memo *memo, uint32_t function, enum as_level level, uint32_t row,
                  const struct as_trail *trail, const struct as_function_result *result)
{
    if (!keep(memo, &memo->trees[function], level, row, trail, result))
        give_up(memo, &memo->trees[function]);
}
