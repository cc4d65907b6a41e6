/* Words by number, read once each: there are as many as packs have names of rules. */
#include "store/decisions/words.h"

#include <stdlib.h>

struct as_words {
    struct as_word *at; /* by number; text NULL: not read yet */
    size_t room;
};

void as_words_free(struct as_words *words)
{
    if (words == NULL)
        return;
    for (size_t i = 0; i < words->room; i++) {
        free((char *)words->at[i].text);
        free((char *)words->at[i].json);
    }
    free(words->at);
    free(words);
}

enum as_status as_word_number(int64_t *number, struct as_store *store, const char *text,
                              struct as_error *error)
{
    bool found;
    struct as_buf json = {0};
    enum as_status status =
        as_sql_get(number, &found, store, error, "SELECT id FROM word WHERE text = ?", "t", text);
    if (status != AS_OK || found)
        return status;
    as_buf_json(&json, as_str_of(text));
    status = json.failed ? as_error_memory(error)
                         : as_sql_do(store, error, "INSERT INTO word(text, json) VALUES(?, ?)", "tt", text,
                                     as_buf_c(&json));
    *number = sqlite3_last_insert_rowid(store->db);
    as_buf_free(&json);
    if (status == AS_OK && *number > AS_MAX_WORDS)
        status = as_error_set(error, AS_ERR_LIMIT, "%s has %d names of rules already; \"%s\" is one too many",
                              store->path, AS_MAX_WORDS, text);
    return status;
}

/* NULL when memory is out. */
static struct as_word *place_of(struct as_store *store, size_t number)
{
    if (store->words == NULL)
        store->words = calloc(1, sizeof *store->words);
    struct as_words *words = store->words;
    if (words == NULL)
        return NULL;
    if (number >= words->room) {
        size_t room = (number + 1) * 2;
        struct as_word *at = realloc(words->at, room * sizeof *at);
        if (at == NULL)
            return NULL;
        memset(at + words->room, 0, (room - words->room) * sizeof *at);
        words->at = at;
        words->room = room;
    }
    return &words->at[number];
}

static enum as_status read_word(struct as_store *store, int64_t number, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = number < 0 || number > AS_MAX_WORDS
                             ? NULL
                             : as_sql(store, error, "SELECT text, json FROM word WHERE id = ?", "i", number);
    if (stmt == NULL || !as_sql_row(&status, store, stmt, error))
        return error != NULL && error->status != AS_OK
                   ? error->status
                   : as_error_set(error, AS_ERR_DATA, "a ledger of %s has word %lld, which is not kept",
                                  store->path, (long long)number);
    struct as_word *word = place_of(store, (size_t)number);
    const char *said = as_sql_text(stmt, 0), *quoted = as_sql_text(stmt, 1); /* NULL: memory is out */
    char *text = said == NULL ? NULL : strdup(said), *json = quoted == NULL ? NULL : strdup(quoted);
    sqlite3_reset(stmt);
    if (word == NULL || text == NULL || json == NULL) {
        free(text);
        free(json);
        return as_error_memory(error);
    }
    *word = (struct as_word){text, json};
    return AS_OK;
}

enum as_status as_word_find(struct as_word *out, struct as_store *store, int64_t number,
                            struct as_error *error)
{
    const struct as_words *words = store->words;
    bool known =
        words != NULL && number >= 0 && (size_t)number < words->room && words->at[number].text != NULL;
    enum as_status status = known ? AS_OK : read_word(store, number, error);
    if (status == AS_OK)
        *out = store->words->at[number];
    return status;
}
