/* Ledgers as they are stored: the points behind decisions, in a text that is short because it lies in each
 * decision's row, and JSON because plain SQL adds it up. Its form is told in stored_ledgers.h. */
#include "store/decisions/decisions.h"

#include "store/decisions/words.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Numbers of the names that a model's ledgers say, looked up once for a run. */
struct score_words {
    const struct as_score *score;
    int64_t name, *rule, *group; /* rules and groups in the order of the score */
};
struct as_ledger_words {
    uint32_t n;
    struct score_words *score; /* by name */
};

void as_ledger_words_free(struct as_ledger_words *words)
{
    if (words == NULL)
        return;
    for (uint32_t i = 0; words->score != NULL && i < words->n; i++) {
        free(words->score[i].rule);
        free(words->score[i].group);
    }
    free(words->score);
    free(words);
}

static enum as_status number_score(struct score_words *words, struct as_store *store, struct as_error *error)
{
    const struct as_score *score = words->score;
    words->rule = calloc(score->rules.n + (size_t)1, sizeof *words->rule);
    words->group = calloc(score->groups.n + (size_t)1, sizeof *words->group);
    if (words->rule == NULL || words->group == NULL)
        return as_error_memory(error);
    enum as_status status = as_word_number(&words->name, store, score->name, error);
    for (uint32_t i = 0; i < score->rules.n && status == AS_OK; i++)
        status = as_word_number(&words->rule[i], store, score->rules.at[i]->name, error);
    for (uint32_t i = 0; i < score->groups.n && status == AS_OK; i++)
        status = as_word_number(&words->group[i], store, score->groups.at[i].name, error);
    return status;
}

enum as_status as_ledger_words_new(struct as_ledger_words **out, struct as_store *store,
                                   const struct as_model *model, struct as_error *error)
{
    struct as_ledger_words *words = *out = calloc(1, sizeof *words);
    enum as_status status = AS_OK;
    if (words != NULL)
        words->score = calloc(model->scores.n + (size_t)1, sizeof *words->score);
    if (words == NULL || words->score == NULL)
        status = as_error_memory(error);
    for (uint32_t i = 0; status == AS_OK && i < model->scores.n; i++, words->n++) {
        uint32_t place = i;
        for (; place > 0 && strcmp(words->score[place - 1].score->name, model->scores.at[i]->name) > 0;
             place--)
            words->score[place] = words->score[place - 1];
        words->score[place] = (struct score_words){.score = model->scores.at[i]};
    }
    for (uint32_t i = 0; status == AS_OK && i < words->n; i++)
        status = number_score(&words->score[i], store, error);
    if (status != AS_OK) {
        as_ledger_words_free(words);
        *out = NULL;
    }
    return status;
}

/* --- parts --- */

/* Digits at `to`, which has room for 20; returns behind them. */
static char *put_number(char *to, int64_t number)
{
    char digits[20];
    size_t n = 0;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number < 0)
        *to++ = '-';
    do
        digits[n++] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

static char *put_text(char *to, const char *text)
{
    size_t n = strlen(text);
    memcpy(to, text, n);
    return to + n;
}

static char *put_word(char *to, int64_t word)
{
    return word == 0 ? put_text(to, "null") : put_number(to, word);
}

static int64_t word_of(const struct score_words *words, const struct as_entry *entry)
{
    const struct as_score *score = words->score;
    if (entry->rule != NULL)
        return words->rule[entry->rule->index];
    for (uint32_t g = 0; entry->group != NULL && g < score->groups.n; g++)
        if (strcmp(score->groups.at[g].name, entry->group) == 0)
            return words->group[g];
    return 0;
}

enum { PART = 96 }; /* bytes of a part without its note: four numbers and a word */

static void put_entry(struct as_buf *out, const struct score_words *words, const struct as_entry *entry)
{
    static const char *const kinds[] = {[AS_ENTRY_RULE_CAP] = ",\"rule_cap\"",
                                        [AS_ENTRY_GROUP_CAP] = ",\"group_cap\"",
                                        [AS_ENTRY_CAP] = ",\"cap\"",
                                        [AS_ENTRY_FLOOR] = ",\"floor\""};
    char part[PART], *to = part;
    *to++ = '[';
    to = put_number(to, entry->points);
    int64_t word = word_of(words, entry);
    bool noted = entry->kind == AS_ENTRY_RULE && entry->note != NULL;
    if (entry->kind != AS_ENTRY_RULE || word != 0 || noted) {
        *to++ = ',';
        to = put_word(to, word);
    }
    if (entry->kind == AS_ENTRY_EVENTS) {
        *to++ = ',';
        to = put_number(to, entry->events);
    } else if (entry->kind != AS_ENTRY_RULE) {
        to = put_text(to, kinds[entry->kind]);
    }
    if (noted) {
        to = put_text(to, ",\"rule\",");
        as_buf_bytes(out, part, (size_t)(to - part));
        as_buf_json(out, as_str_of(entry->note));
        to = part;
    }
    *to++ = ']';
    as_buf_bytes(out, part, (size_t)(to - part));
}

static void put_open(struct as_buf *out, const struct score_words *words, const struct as_open_rule *open)
{
    char part[PART], *to = part;
    *to++ = '[';
    to = put_word(to, open->rule == NULL ? 0 : words->rule[open->rule->index]);
    *to++ = ',';
    to = put_number(to, open->low);
    *to++ = ',';
    to = put_number(to, open->high);
    if (open->state == AS_UNMEASURABLE)
        to = put_text(to, ",\"unmeasurable\"");
    *to++ = ']';
    as_buf_bytes(out, part, (size_t)(to - part));
}

/* --- the whole --- */

static void put_ledger(struct as_buf *out, const struct score_words *words, const struct as_ledger *ledger)
{
    char part[PART], *to = part;
    *to++ = '[';
    const int64_t numbers[] = {words->name, ledger->value, ledger->value - ledger->low,
                               ledger->high - ledger->value};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        to = put_number(to, numbers[i]);
        *to++ = ',';
    }
    *to++ = '[';
    as_buf_bytes(out, part, (size_t)(to - part));
    for (uint32_t i = 0; i < ledger->entries.n; i++) {
        if (i > 0)
            as_buf_char(out, ',');
        put_entry(out, words, &ledger->entries.at[i]);
    }
    for (uint32_t i = 0; i < ledger->open.n; i++) {
        as_buf_text(out, i == 0 ? "],[" : ",");
        put_open(out, words, &ledger->open.at[i]);
    }
    as_buf_text(out, "]]");
}

static enum as_status balances(const struct as_ledger *ledger, int64_t lead_id, struct as_error *error)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < ledger->entries.n; i++)
        sum += ledger->entries.at[i].points;
    return sum == ledger->value
               ? AS_OK
               : as_error_set(
                     error, AS_ERR_BUG, "score \"%s\" of lead #%lld is %lld but its entries sum to %lld",
                     ledger->score->name, (long long)lead_id, (long long)ledger->value, (long long)sum);
}

static const struct as_ledger *ledger_of(const struct as_ledger *ledgers, const struct as_score *score)
{
    while (ledgers->score != score)
        ledgers++;
    return ledgers;
}

enum as_status as_ledgers_put(struct as_buf *out, const struct as_ledger_words *words,
                              const struct as_ledger *ledgers, int64_t lead_id, struct as_error *error)
{
    for (uint32_t i = 0; i < words->n; i++) {
        enum as_status status = balances(&ledgers[i], lead_id, error);
        if (status != AS_OK)
            return status;
    }
    for (uint32_t i = 0; i < words->n; i++) {
        as_buf_char(out, i == 0 ? '[' : ',');
        put_ledger(out, &words->score[i], ledger_of(ledgers, words->score[i].score));
    }
    as_buf_char(out, ']');
    return out->failed ? as_error_memory(error) : AS_OK;
}
