/* Said columns: keeping the files of what was said, and reading them with what came in since. */
#include "store/snapshot/said_columns.h"

#include "base/intern.h"
#include "store/companion.h"
#include "store/snapshot/loading.h"
#include "store/snapshot/projection.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file is made when more than this share of it, and so many rows, came in since: fewer are read from the
 * table before a file would be synced. */
enum { REMAKE_SHARE = 8, REMAKE_ROWS = 1000 };
/* Of a few leads the rows are found by their index as fast as so many rows a lead go by in the file. */
enum { ROWS_A_LEAD = 500 };
/* Without a file: a table's rows go by as fast as an index is asked for as many leads. */
enum { TABLE_ROWS_A_LEAD = 4 };

/* What stands before the words in a row of each statement. */
enum { ROW_ID, ROW_KNOWN, ROW_SUBJECT, ROW_TIME, ROW_WORD };

static const struct table {
    const char *name; /* of the table, and of the part of the projection */
    const char *last, *rows, *of_leads;
    uint32_t words;
} tables[AS_SAIDS] = {
    [AS_SAID_ANSWERS] = {"answer", "SELECT coalesce(max(id), 0) FROM answer",
                         "SELECT id, known_at, coalesce(lead_id, -account_id), time, question, value, manner,"
                         " voice FROM answer",
                         "lead_id IN (SELECT value FROM json_each(?1))"
                         " OR account_id IN (SELECT value FROM json_each(?2))",
                         4},
    [AS_SAID_TOUCHES] = {"touch", "SELECT coalesce(max(id), 0) FROM touch",
                         "SELECT id, known_at, lead_id, time, channel, ask FROM touch",
                         "lead_id IN (SELECT value FROM json_each(?1)) AND ?2 = ?2", 2},
    [AS_SAID_CONSENTS] = {"consent", "SELECT coalesce(max(id), 0) FROM consent",
                          "SELECT id, known_at, lead_id, time, channel, purpose, state FROM consent",
                          "lead_id IN (SELECT value FROM json_each(?1)) AND ?2 = ?2", 3},
};

/* --- opening --- */

enum as_status as_said_confirm(struct as_load *load, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int said = 0; said < AS_SAIDS && status == AS_OK; said++) {
        struct as_fact_file *file = &load->said[said];
        int64_t sum;
        bool found;
        if (file->head == NULL)
            continue;
        status = as_projection_part(&sum, &found, load->store, tables[said].name, error);
        if (status == AS_OK && (!found || (uint64_t)sum != file->head->sum))
            as_fact_file_close(file);
    }
    return status;
}

void as_said_let_go(struct as_load *load)
{
    for (int said = 0; said < AS_SAIDS; said++)
        as_fact_file_close(&load->said[said]);
}

/* --- making --- */

static enum as_status write_rows(struct as_fact_writer *writer, struct as_store *store,
                                 const struct table *table, int64_t last, struct as_error *error)
{
    enum as_status status;
    struct as_buf sql = {0};
    as_buf_printf(&sql, "%s WHERE id <= ? ORDER BY id", table->rows);
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "i", last);
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_cell cells[1 + AS_SAID_WORDS] = {
            {.type = AS_TYPE_INTEGER, .known = true, .integer = sqlite3_column_int64(stmt, ROW_TIME)}};
        for (uint32_t i = 0; i < table->words; i++) {
            struct as_str text = as_sql_str(stmt, ROW_WORD + (int)i);
            cells[1 + i] = (struct as_cell){.type = AS_TYPE_TEXT, .known = text.p != NULL, .text = text};
        }
        status = as_fact_writer_add(writer, sqlite3_column_int64(stmt, ROW_ID),
                                    sqlite3_column_int64(stmt, ROW_KNOWN),
                                    sqlite3_column_int64(stmt, ROW_SUBJECT), cells, error);
        if (status != AS_OK)
            break;
    }
    as_sql_end(store, stmt);
    return status;
}

static enum as_status publish(struct as_store *store, const struct table *table, const char *path,
                              uint64_t sum, struct as_error *error)
{
    enum as_status status = as_companion_settle(store, path, AS_COMPANION_FACTS, sum, error);
    if (status != AS_OK)
        return status;
    status = as_projection_name(store, table->name, sum, error);
    return status == AS_OK ? as_companion_sweep(store, error) : status;
}

static enum as_status make(struct as_store *store, const struct table *table, int64_t last,
                           struct as_error *error)
{
    struct as_fact_writer *writer = NULL;
    struct as_buf path = {0};
    uint64_t sum;
    struct as_fact_head *head = calloc(1, sizeof *head);
    as_companion_temporary(&path, store, AS_COMPANION_FACTS);
    if (head == NULL || path.failed) {
        free(head);
        as_buf_free(&path);
        return as_error_memory(error);
    }
    head->last_id = last;
    head->columns = 1 + table->words;
    for (uint32_t i = 0; i < head->columns; i++) {
        head->column[i].field_id = i;
        head->column[i].type = i == 0 ? AS_TYPE_INTEGER : AS_TYPE_TEXT;
    }
    enum as_status status = as_fact_writer_new(&writer, as_buf_c(&path), head, (uint64_t)last, error);
    if (status == AS_OK)
        status = write_rows(writer, store, table, last, error);
    if (status == AS_OK)
        status = as_fact_writer_end(&sum, writer, error);
    if (status == AS_OK)
        status = publish(store, table, as_buf_c(&path), sum, error);
    if (writer != NULL)
        unlink(as_buf_c(&path)); /* there only when it did not become the file */
    as_fact_writer_free(writer);
    as_buf_free(&path);
    free(head);
    return status;
}

enum as_status as_said_open(struct as_load *load, struct as_error *error)
{
    struct as_store *store = load->store;
    bool may_make = store->lock_fd >= 0 && store->mode != AS_STORE_READ && store->depth == 0 && !load->part &&
                    sqlite3_get_autocommit(store->db) != 0;
    enum as_status status = AS_OK;
    for (int said = 0; said < AS_SAIDS && status == AS_OK; said++) {
        const struct table *table = &tables[said];
        struct as_fact_file *file = &load->said[said];
        int64_t last = 0;
        status = as_facts_open_part(file, store, table->name, error);
        if (status == AS_OK && may_make)
            status = as_sql_get(&last, NULL, store, error, table->last, "");
        int64_t held = file->head == NULL ? 0 : file->head->last_id;
        if (status != AS_OK || last - held <= held / REMAKE_SHARE + REMAKE_ROWS)
            continue;
        as_fact_file_close(file);
        status = make(store, table, last, error);
        if (status == AS_OK)
            status = as_facts_open_part(file, store, table->name, error);
    }
    return status;
}

enum as_status as_said_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int said = 0; said < AS_SAIDS && status == AS_OK; said++) {
        struct as_fact_file file;
        status = as_facts_open_part(&file, store, tables[said].name, error);
        if (status == AS_OK && file.head != NULL && !as_fact_file_whole(&file))
            status = as_companion_spoilt(found, store, AS_COMPANION_FACTS, file.head->sum, error);
        as_fact_file_close(&file);
    }
    return status;
}

/* --- reading --- */

/* A word's texts: those of the file by their codes, behind them those of rows that it does not have. */
struct words {
    const uint64_t *known;
    const uint32_t *code;
    struct as_str *text;
    uint32_t texts;
    struct as_intern *fresh;
    uint32_t *memo; /* code in another table, AS_NO_INDEX not asked yet */
    uint32_t memo_n;
};

struct as_said_reader {
    struct as_store *store;
    int64_t at, known_at;
    const struct table *table;
    const struct as_fact_file *file; /* NULL: everything comes from the table */
    size_t next;
    const int64_t *time;
    struct words word[AS_SAID_WORDS];
    struct as_buf leads, accounts; /* ids, for as long as the statement has them */
    sqlite3_stmt *stmt;
};

static enum as_status begin_file(struct as_said_reader *reader, struct as_error *error)
{
    const struct as_fact_file *file = reader->file;
    reader->time = as_fact_file_at(file, file->head->column[0].value);
    for (uint32_t i = 0; i < reader->table->words; i++) {
        const struct as_fact_column *column = &file->head->column[1 + i];
        struct words *word = &reader->word[i];
        word->known = as_fact_file_at(file, column->known);
        word->code = as_fact_file_at(file, column->value);
        word->texts = column->texts;
        const char *text = as_fact_file_at(file, column->text);
        word->text = as_fact_texts(text, column->texts, text + column->text_bytes);
        if (word->text == NULL)
            return as_error_memory(error);
    }
    return AS_OK;
}

/* Whether all rows that no file has are read, or those of the part's leads. */
static enum as_status reads_all(bool *all, const struct as_said_reader *reader, const struct as_load *load,
                                struct as_error *error)
{
    int64_t last;
    *all = reader->file != NULL || !load->part;
    if (*all)
        return AS_OK;
    enum as_status status = as_sql_get(&last, NULL, load->store, error, reader->table->last, "");
    *all = status == AS_OK && last / TABLE_ROWS_A_LEAD <= load->dataset->leads;
    return status;
}

static sqlite3_stmt *open_rows(struct as_said_reader *reader, const struct as_load *load,
                               struct as_error *error)
{
    struct as_buf sql = {0};
    bool all;
    if (reads_all(&all, reader, load, error) != AS_OK)
        return NULL;
    as_buf_text(&sql, reader->table->rows);
    if (all) {
        as_buf_text(&sql, " WHERE id > ? ORDER BY id");
        return as_sql_made(reader->store, error, &sql, "i",
                           reader->file == NULL ? INT64_C(0) : reader->file->head->last_id);
    }
    as_load_ids(&reader->leads, load, AS_LEVEL_LEAD);
    as_load_ids(&reader->accounts, load, AS_LEVEL_ACCOUNT);
    as_buf_printf(&sql, " WHERE %s", reader->table->of_leads);
    return as_sql_made(reader->store, error, &sql, "tt", as_buf_c(&reader->leads),
                       as_buf_c(&reader->accounts));
}

enum as_status as_said_reader_new(struct as_said_reader **out, struct as_load *load, enum as_said said,
                                  struct as_error *error)
{
    const struct as_fact_file *file = &load->said[said];
    struct as_said_reader *reader = *out = calloc(1, sizeof *reader);
    if (reader == NULL)
        return as_error_memory(error);
    reader->store = load->store;
    reader->at = load->request->at;
    reader->known_at = load->request->known_at;
    reader->table = &tables[said];
    if (file->head != NULL && (!load->part || file->head->rows / ROWS_A_LEAD <= load->dataset->leads))
        reader->file = file;
    enum as_status status = reader->file != NULL ? begin_file(reader, error) : AS_OK;
    for (uint32_t i = 0; i < AS_SAID_WORDS && status == AS_OK; i++)
        if ((reader->word[i].fresh = as_intern_new()) == NULL)
            status = as_error_memory(error);
    if (status == AS_OK && (reader->stmt = open_rows(reader, load, error)) == NULL)
        status = as_sql_failed(load->store, error);
    if (status != AS_OK) {
        as_said_reader_free(reader);
        *out = NULL;
    }
    return status;
}

void as_said_reader_free(struct as_said_reader *reader)
{
    if (reader == NULL)
        return;
    for (uint32_t i = 0; i < AS_SAID_WORDS; i++) {
        free(reader->word[i].text);
        free(reader->word[i].memo);
        as_intern_free(reader->word[i].fresh);
    }
    as_sql_end(reader->store, reader->stmt);
    as_buf_free(&reader->leads);
    as_buf_free(&reader->accounts);
    free(reader);
}

static bool next_of_file(struct as_said_row *out, struct as_said_reader *reader)
{
    const struct as_fact_file *file = reader->file;
    while (file != NULL && reader->next < file->head->rows) {
        size_t at = reader->next++;
        if (reader->time[at] > reader->at || file->first_known[at] > reader->known_at)
            continue;
        *out = (struct as_said_row){.id = file->id[at], .subject = file->other[at], .time = reader->time[at]};
        for (uint32_t i = 0; i < reader->table->words; i++) {
            const struct words *word = &reader->word[i];
            out->word[i] =
                as_bit(word->known, at) && word->code[at] < word->texts ? word->code[at] : AS_NO_INDEX;
        }
        return true;
    }
    return false;
}

bool as_said_next(struct as_said_row *out, struct as_said_reader *reader, enum as_status *status,
                  struct as_error *error)
{
    sqlite3_stmt *stmt = reader->stmt;
    *status = AS_OK;
    if (next_of_file(out, reader))
        return true;
    while (as_sql_row(status, reader->store, stmt, error)) {
        *out = (struct as_said_row){.id = sqlite3_column_int64(stmt, ROW_ID),
                                    .subject = sqlite3_column_int64(stmt, ROW_SUBJECT),
                                    .time = sqlite3_column_int64(stmt, ROW_TIME)};
        if (out->time > reader->at || sqlite3_column_int64(stmt, ROW_KNOWN) > reader->known_at)
            continue;
        for (uint32_t i = 0; i < reader->table->words; i++) {
            struct words *word = &reader->word[i];
            struct as_str text = as_sql_str(stmt, ROW_WORD + (int)i);
            uint32_t code = text.p == NULL ? AS_NO_INDEX : as_intern_add(word->fresh, text);
            if (text.p != NULL && code == AS_INTERN_NONE) {
                *status = as_error_memory(error);
                return false;
            }
            out->word[i] = text.p == NULL ? AS_NO_INDEX : word->texts + code;
        }
        return true;
    }
    return false;
}

struct as_str as_said_text(const struct as_said_reader *reader, uint32_t word, uint32_t code)
{
    const struct words *words = &reader->word[word];
    if (code == AS_NO_INDEX)
        return (struct as_str){NULL, 0};
    return code < words->texts ? words->text[code] : as_intern_text(words->fresh, code - words->texts);
}

uint32_t as_said_code(struct as_said_reader *reader, uint32_t word, uint32_t code, struct as_intern *to)
{
    struct words *words = &reader->word[word];
    if (code == AS_NO_INDEX) /* a damaged file does not know a word that each row has */
        return as_intern_add(to, AS_STR(""));
    if (code >= words->memo_n) {
        uint32_t all = words->texts + as_intern_count(words->fresh), room = all + all / 2;
        uint32_t *grown = realloc(words->memo, room * sizeof *grown);
        if (grown == NULL)
            return AS_INTERN_NONE;
        memset(grown + words->memo_n, 0xff, (room - words->memo_n) * sizeof *grown); /* AS_NO_INDEX */
        words->memo = grown;
        words->memo_n = room;
    }
    if (words->memo[code] == AS_NO_INDEX)
        words->memo[code] = as_intern_add(to, as_said_text(reader, word, code));
    return words->memo[code];
}
