/* Answers: which answer holds. A stated answer beats an inferred one; among the last words of each voice the
 * newest holds, and the voices whose last word is the value held are kept beside it. A voice that takes its
 * answer back (no value) has said nothing. */
#include "store/snapshot/loading.h"

#include <stdlib.h>
#include <string.h>

enum { VOICES = 4, MANNERS = 2 };
static const char *const voice_names[VOICES] = {"buyer", "sales", "marketing", "system"};

struct word {
    bool said;
    int64_t time, id;
    struct as_str value; /* the reader's; p NULL: taken back */
};

/* One question of one row while its rows go by in order of time. */
struct tally {
    struct word last[MANNERS][VOICES];
};

static uint8_t voice_of(struct as_str name)
{
    for (uint8_t i = 0; i < VOICES; i++)
        if (as_str_is(name, voice_names[i]))
            return i;
    return VOICES - 1;
}

static const struct word *held_word(const struct tally *tally, int *manner)
{
    for (int m = 0; m < MANNERS; m++) {
        const struct word *newest = NULL;
        for (int v = 0; v < VOICES; v++) {
            const struct word *word = &tally->last[m][v];
            if (word->said && word->value.p != NULL &&
                (newest == NULL || word->time > newest->time ||
                 (word->time == newest->time && word->id > newest->id)))
                newest = word;
        }
        if (newest != NULL) {
            *manner = m;
            return newest;
        }
    }
    return NULL;
}

static enum as_status settle(const struct tally *tally, struct as_load *load, uint32_t index, uint32_t row,
                             struct as_error *error)
{
    struct as_answer_column *answer = &load->dataset->answer[index];
    const struct as_field *field = load->schema->fields.at[index];
    int manner;
    int64_t target;
    const struct word *held = held_word(tally, &manner);
    if (held == NULL)
        return AS_OK;
    if (field->type == AS_TYPE_REFERENCE) {
        uint32_t to = !as_parse_int(&target, held->value) ? AS_NO_INDEX
                      : field->target == AS_LEVEL_LEAD    ? as_lead_row(load, target)
                                                          : as_account_row(load, target);
        if (to != AS_NO_INDEX)
            as_column_set_reference(answer->value, row, to);
    } else if (field->type == AS_TYPE_CHOICE || field->type == AS_TYPE_CHOICES ||
               field->type == AS_TYPE_TEXT || field->type == AS_TYPE_USER) {
        enum as_status status = as_column_set_text(answer->value, row, held->value, error);
        if (status != AS_OK)
            return status;
    } else {
        enum as_status status = as_column_parse(answer->value, row, held->value, error);
        if (status != AS_OK)
            return status;
    }
    as_bit_put(answer->stated, row, manner == 0);
    answer->time[row] = held->time;
    answer->voices[row] = 0;
    for (int v = 0; v < VOICES; v++) {
        const struct word *word = &tally->last[manner][v];
        if (word->said && word->value.p != NULL && as_str_eq(word->value, held->value))
            answer->voices[row] |= (uint8_t)(1 << v);
    }
    return AS_OK;
}

struct statement {
    int64_t time, id;
    uint32_t value; /* code of the word */
    uint8_t manner, voice;
};

static int by_time(const void *a, const void *b)
{
    const struct statement *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* The questions that are asked for, each with what was said to it. */
struct asked {
    struct as_load *load;
    struct as_said_reader *reader;
    struct as_gathered *list; /* by field; size 0: not asked for */
    struct as_intern *questions;
    uint32_t n;         /* those of the questions that are asked for: the first ones */
    uint32_t *field[2]; /* by level and code in `questions`; AS_NO_INDEX: that level has no such question */
};

static enum as_status settle_all(struct asked *asked, uint32_t index, struct as_error *error)
{
    struct as_load *load = asked->load;
    struct as_column *column;
    uint32_t *start = NULL, rows = load->schema->fields.at[index]->level == AS_LEVEL_LEAD
                                       ? load->dataset->leads
                                       : load->dataset->accounts;
    void *items = NULL;
    enum as_status status = as_dataset_column(&column, load->dataset, index, error);
    if (status == AS_OK && asked->list[index].n > 0)
        status = as_gathered_lay(&start, &items, &asked->list[index], rows, error);
    struct statement *all = items;
    for (uint32_t row = 0; start != NULL && row < rows && status == AS_OK; row++) {
        struct tally tally = {0};
        as_sort_unless_sorted(all + start[row], start[row + 1] - start[row], sizeof *all, by_time);
        for (uint32_t i = start[row]; i < start[row + 1]; i++)
            tally.last[all[i].manner][all[i].voice] = (struct word){
                true, all[i].time, all[i].id, as_said_text(asked->reader, AS_ANSWER_VALUE, all[i].value)};
        if (start[row + 1] > start[row])
            status = settle(&tally, load, index, row, error);
    }
    free(start);
    free(items);
    return status;
}

/* Where a statement belongs; false: nowhere. */
static bool find_row(uint32_t *field, uint32_t *row, const struct asked *asked,
                     const struct as_said_row *said)
{
    const struct as_load *load = asked->load;
    bool of_lead = said->subject > 0;
    uint32_t code =
        as_said_code(asked->reader, AS_ANSWER_QUESTION, said->word[AS_ANSWER_QUESTION], asked->questions);
    *field = code < asked->n ? asked->field[of_lead ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT][code] : AS_NO_INDEX;
    *row = of_lead ? as_lead_row(load, said->subject) : as_account_row(load, -said->subject);
    return *field != AS_NO_INDEX && *row != AS_NO_INDEX;
}

static enum as_status gather(struct asked *asked, struct as_error *error)
{
    enum as_status status;
    struct as_said_row said;
    uint32_t field, row;
    while (as_said_next(&said, asked->reader, &status, error)) {
        if (!find_row(&field, &row, asked, &said))
            continue;
        struct as_str manner = as_said_text(asked->reader, AS_ANSWER_MANNER, said.word[AS_ANSWER_MANNER]),
                      voice = as_said_text(asked->reader, AS_ANSWER_VOICE, said.word[AS_ANSWER_VOICE]);
        struct statement one = {.time = said.time,
                                .id = said.id,
                                .value = said.word[AS_ANSWER_VALUE],
                                .manner = as_str_is(manner, "inferred"),
                                .voice = voice_of(voice)};
        if ((status = as_gathered_add(&asked->list[field], row, &one, error)) != AS_OK)
            break;
    }
    return status;
}

static enum as_status ask(struct asked *asked, struct as_error *error)
{
    const struct as_load *load = asked->load;
    const struct as_schema *schema = load->schema;
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (field->ask == NULL || load->map.field[i] == 0 ||
            (load->request->fields != NULL && !as_bit(load->request->fields, i)))
            continue;
        uint32_t code = as_intern_add(asked->questions, as_str_of(field->name));
        if (code == AS_INTERN_NONE)
            return as_error_memory(error);
        asked->field[field->level][code] = i;
        as_gathered_init(&asked->list[i], sizeof(struct statement));
    }
    asked->n = as_intern_count(asked->questions);
    return AS_OK;
}

static enum as_status open_questions(struct asked *asked, uint32_t fields, struct as_error *error)
{
    asked->list = calloc((size_t)fields + 1, sizeof *asked->list);
    asked->questions = as_intern_new();
    for (int level = AS_LEVEL_LEAD; level <= AS_LEVEL_ACCOUNT; level++)
        if ((asked->field[level] = malloc(((size_t)fields + 1) * sizeof *asked->field[level])) != NULL)
            memset(asked->field[level], 0xff, fields * sizeof *asked->field[level]); /* AS_NO_INDEX */
    return asked->list == NULL || asked->questions == NULL || asked->field[AS_LEVEL_LEAD] == NULL ||
                   asked->field[AS_LEVEL_ACCOUNT] == NULL
               ? as_error_memory(error)
               : ask(asked, error);
}

enum as_status as_load_answers(struct as_load *load, struct as_error *error)
{
    struct asked asked = {.load = load};
    uint32_t fields = load->schema->fields.n;
    enum as_status status = open_questions(&asked, fields, error);
    if (status == AS_OK && asked.n > 0)
        status = as_said_reader_new(&asked.reader, load, AS_SAID_ANSWERS, error);
    if (status == AS_OK && asked.n > 0)
        status = gather(&asked, error);
    for (uint32_t i = 0; i < fields && status == AS_OK; i++)
        if (asked.list[i].size > 0)
            status = settle_all(&asked, i, error);
    for (uint32_t i = 0; asked.list != NULL && i < fields; i++)
        as_gathered_free(&asked.list[i]);
    as_said_reader_free(asked.reader);
    as_intern_free(asked.questions);
    free(asked.list);
    free(asked.field[AS_LEVEL_LEAD]);
    free(asked.field[AS_LEVEL_ACCOUNT]);
    return status;
}
