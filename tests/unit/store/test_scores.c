/* Scores beside the database: what is written is read, by the table in SQL here and by the module that other
 * programs load; a file that is damaged or gone has no rows. */
#include "fixture.h"

#include "store/decisions/lead_scores.h"
#include "store/decisions/score_layers.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

enum { ROWS = 500, SCORES = 3 };

struct shelf {
    char folder[64], path[96], file[160];
    int64_t lead[ROWS], points[SCORES][3][ROWS];
    uint32_t row[ROWS];
    struct as_points_batch batch[SCORES]; /* ROWS are fewer than a batch has */
    struct as_score_source source;
    struct as_score_file_head head;
    struct world w;
};

static uint64_t seed = 88172645463325252;

static uint64_t pick(uint64_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % n;
}

/* Score 0 is known exactly, 1 has intervals, 2 has points beyond 32 bits. */
static void fill(struct shelf *s)
{
    s->source = (struct as_score_source){.row = s->row, .lead_id = s->lead, .scores = SCORES};
    for (uint32_t i = 0; i < ROWS; i++) {
        s->lead[i] = (i == 0 ? 0 : s->lead[i - 1]) + 1 + (int64_t)pick(3);
        if (pick(8) != 0)
            s->row[s->source.leads++] = i;
        for (int score = 0; score < SCORES; score++) {
            int64_t value = (int64_t)pick(200001) - 100000;
            s->points[score][0][i] = value;
            s->points[score][1][i] = score == 0 ? value : value - (int64_t)pick(5000);
            s->points[score][2][i] =
                score == 2 ? INT64_C(1) << (30 + pick(20)) : s->points[score][1][i] + 9999;
            if (score == 0)
                s->points[score][2][i] = value;
        }
    }
    for (int score = 0; score < SCORES; score++) {
        struct as_points_column points = {.batch = &s->batch[score], .batches = 1};
        as_points_lay(&points, 0, s->points[score][0], s->points[score][1], s->points[score][2]);
        s->source.column[score] = (struct as_score_source_column){score + 1, points};
    }
}

/* before: the file of which may be left out what is the same. */
static void write_over(struct shelf *s, const char *database, const struct as_score_file *before)
{
    struct as_error error = AS_ERROR_INIT;
    char path[160];
    snprintf(path, sizeof path, "%s-new", database);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    assert_true(file >= 0);
    struct as_score_layout layout;
    as_score_lay_out(&layout, &s->source, before);
    assert_int_equal(as_score_write(&layout, file, NULL, &s->source, &error), AS_OK);
    assert_int_equal(close(file), 0);
    s->head = layout.head;
    snprintf(s->file, sizeof s->file, "%s-scores-%016llx", database, (unsigned long long)s->head.sum);
    assert_int_equal(rename(path, s->file), 0);
}

static void write_file(struct shelf *s, const char *database)
{
    write_over(s, database, NULL);
}

static int open_shelf(void **state)
{
    struct shelf *s = calloc(1, sizeof *s);
    assert_non_null(s);
    snprintf(s->folder, sizeof s->folder, "scores-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/a.db", s->folder);
    world_open_at(&s->w, s->path);
    fill(s);
    write_file(s, s->path);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(s->path, &db), SQLITE_OK);
    char *sql = sqlite3_mprintf(
        "INSERT INTO model(id, pack, name) VALUES(7, 'p', 'm');"
        "INSERT INTO score(id, model_id, name) VALUES(1, 7, 'fit'), (2, 7, 'interest'), (3, 7, 'wide');"
        "INSERT INTO run(id, pack, pack_hash, at, known_at, started, baseline, held) VALUES(1, 'p', 'h', "
        "%lld, 0, 0, 0, 0);"
        "INSERT INTO score_file(model_id, run_id, at, sum) VALUES(7, 1, %lld, %lld)",
        (long long)T0, (long long)T0, (long long)s->head.sum);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(db);
    *state = s;
    return 0;
}

static int close_shelf(void **state)
{
    struct shelf *s = *state;
    world_close(&s->w);
    remove_folder(s->folder);
    free(s);
    return 0;
}

/* Whether an open file has what the shelf says. */
static void reads_back(const struct shelf *s, const struct as_score_file *file)
{
    size_t found = 0;
    assert_true(as_score_file_whole(file));
    for (uint32_t i = 0; i < ROWS; i++) {
        int64_t place = as_score_file_place(file, s->lead[i]);
        bool kept = found < s->source.leads && s->row[found] == i;
        found += kept;
        assert_int_equal(place >= 0, kept);
        for (int score = 0; score < SCORES && kept; score++) {
            struct as_points points =
                as_score_file_points(file, as_score_file_column(file, score + 1), place);
            assert_true(points.value == s->points[score][0][i] && points.low == s->points[score][1][i] &&
                        points.high == s->points[score][2][i]);
        }
    }
    assert_int_equal(as_score_file_place(file, 0), -1);
}

static void what_is_written_is_read(void **state)
{
    struct shelf *s = *state;
    struct as_score_file file;
    assert_false(as_score_file_open(&file, s->file, s->head.sum + 1));
    assert_true(as_score_file_open(&file, s->file, s->head.sum));
    assert_int_equal(as_score_file_column(&file, 4), -1);
    reads_back(s, &file);
    /* Exact scores are one column of 32 bits, which is what keeps a million leads in tens of megabytes. */
    assert_int_equal(file.head->column[0].low, file.head->column[0].value);
    assert_int_equal(file.head->column[0].wide, 0);
    assert_int_equal(file.head->column[2].wide, 1);
    as_score_file_close(&file);
}

static void count_files(void *context, const char *text)
{
    *(int *)context += strstr(text, "-scores-") != NULL;
}

static int damaged_files(struct shelf *s)
{
    int files = 0;
    uint32_t findings;
    ok(&s->w, as_store_check(s->w.store, count_files, &files, &findings, &s->w.error));
    return files;
}

static void flip(const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    fputc(byte ^ 1, file);
    assert_int_equal(fclose(file), 0);
}

static void a_byte_that_fell_over_is_found(void **state)
{
    struct shelf *s = *state;
    assert_int_equal(damaged_files(s), 0);
    flip(s->file, (long)s->head.column[1].high);
    assert_int_equal(damaged_files(s), 1);
    flip(s->file, 0);
    struct as_score_file damaged;
    assert_false(as_score_file_open(&damaged, s->file, s->head.sum));
}

/* Sums that tell whether each row is where it belongs. */
static const char *const questions[] = {
    "SELECT count(*) || ' ' || sum(value * (lead_id % 97)) || ' ' || sum(low) || ' ' || sum(high % 1000003) "
    "FROM score_value",
    "SELECT group_concat(lead_id || ':' || value || ',' || low || ',' || high) FROM (SELECT * FROM "
    "score_value"
    " WHERE score_id = 2 AND lead_id BETWEEN 100 AND 110)",
    "SELECT sum(v.value) FROM score s JOIN score_value v ON v.score_id = s.id AND v.lead_id % 7 = 3 WHERE "
    "s.name = 'wide'",
    "SELECT sum(a.value - b.value) FROM score_value a JOIN score_value b ON b.lead_id = a.lead_id AND "
    "b.score_id = 2"
    " WHERE a.score_id = 1",
    "SELECT count(*) || coalesce(max(day), '') FROM lead_score WHERE score = 'fit'",
    "SELECT count(*) FROM score_value WHERE score_id = NULL OR lead_id = 0 OR score_id = 4",
};

static void expect(struct shelf *s, char (*out)[4096])
{
    int64_t n = 0, value = 0, low = 0, high = 0, wide = 0, differences = 0;
    char *at = out[1];
    out[1][0] = '\0';
    for (size_t i = 0; i < s->source.leads; i++) {
        uint32_t row = s->row[i];
        for (int score = 0; score < SCORES; score++) {
            n++;
            value += s->points[score][0][row] * (s->lead[row] % 97);
            low += s->points[score][1][row];
            high += s->points[score][2][row] % 1000003;
        }
        if (s->lead[row] >= 100 && s->lead[row] <= 110)
            at += snprintf(at, 100, "%s%lld:%lld,%lld,%lld", at == out[1] ? "" : ",", (long long)s->lead[row],
                           (long long)s->points[1][0][row], (long long)s->points[1][1][row],
                           (long long)s->points[1][2][row]);
        wide += s->lead[row] % 7 == 3 ? s->points[2][0][row] : 0;
        differences += s->points[0][0][row] - s->points[1][0][row];
    }
    snprintf(out[0], sizeof *out, "%lld %lld %lld %lld", (long long)n, (long long)value, (long long)low,
             (long long)high);
    snprintf(out[2], sizeof *out, "%lld", (long long)wide);
    snprintf(out[3], sizeof *out, "%lld", (long long)differences);
    snprintf(out[4], sizeof *out, "%lu2026-03-01", (unsigned long)s->source.leads);
    snprintf(out[5], sizeof *out, "0");
}

static enum as_status keep(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    snprintf(context, 4096, "%s", row->texts[0] == NULL ? "NULL" : row->texts[0]);
    return AS_OK;
}

static void the_table_of_sql_is_the_files(void **state)
{
    struct shelf *s = *state;
    char expected[6][4096], got[4096];
    expect(s, expected);
    for (size_t i = 0; i < 6; i++) {
        ok(&s->w, as_store_query(s->w.store, questions[i], keep, got, &s->w.error));
        assert_string_equal(got, expected[i]);
    }
    /* Without its file a model has no rows, until it is there again. */
    assert_int_equal(unlink(s->file), 0);
    world_close(&s->w);
    world_open_at(&s->w, s->path);
    assert_cell(&s->w, "SELECT count(*) FROM score_value", "0");
    assert_int_equal(damaged_files(s), 1);
    write_file(s, s->path);
    ok(&s->w, as_store_query(s->w.store, questions[0], keep, got, &s->w.error));
    assert_string_equal(got, expected[0]);
}

static void other_programs_load_a_module_and_see_the_same(void **state)
{
    struct shelf *s = *state;
    char expected[6][4096];
    sqlite3 *db;
    expect(s, expected);
    assert_int_equal(sqlite3_open(s->path, &db), SQLITE_OK);
    sqlite3_enable_load_extension(db, 1);
    assert_int_equal(sqlite3_exec(db, questions[0], NULL, NULL, NULL), SQLITE_ERROR);
    char *why = NULL;
    if (sqlite3_load_extension(db, "../assay_scores", NULL, &why) != SQLITE_OK)
        fail_msg("%s", why);
    for (size_t i = 0; i < 6; i++) {
        sqlite3_stmt *stmt;
        assert_int_equal(sqlite3_prepare_v2(db, questions[i], -1, &stmt, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        assert_string_equal(sqlite3_column_text(stmt, 0), expected[i]);
        sqlite3_finalize(stmt);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_backup_has_the_scores(void **state)
{
    struct shelf *s = *state;
    char path[128], expected[6][4096], got[4096];
    struct world copy;
    expect(s, expected);
    snprintf(path, sizeof path, "%s/b.db", s->folder);
    ok(&s->w, as_store_backup(s->w.store, path, &s->w.error));
    world_open_at(&copy, path);
    ok(&copy, as_store_query(copy.store, questions[0], keep, got, &copy.error));
    assert_string_equal(got, expected[0]);
    world_close(&copy);
}

/* As those of two models that are about nobody: a backup has it once. */
static void files_that_hold_the_same_are_one(void **state)
{
    struct shelf *s = *state;
    char path[128], sql[400];
    sqlite3 *db;
    struct world copy;
    assert_int_equal(sqlite3_open(s->path, &db), SQLITE_OK);
    snprintf(sql, sizeof sql,
             "INSERT INTO model(id, pack, name) VALUES(8, 'p', 'other');"
             "INSERT INTO score_file(model_id, run_id, at, sum) SELECT 8, run_id, at, sum FROM score_file");
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    snprintf(path, sizeof path, "%s/b.db", s->folder);
    ok(&s->w, as_store_backup(s->w.store, path, &s->w.error));
    world_open_at(&copy, path);
    assert_cell(&copy, "SELECT count(*) FROM score_value WHERE score_id = 1",
                cell(&s->w, "SELECT count(*) FROM score_value WHERE score_id = 1"));
    world_close(&copy);
}

/* --- bases on a ground --- */

/* Other points of a score for one of the leads. */
static void move_one(struct shelf *s, int score)
{
    uint32_t row = s->row[pick(s->source.leads)];
    for (int part = 0; part < 3; part++)
        s->points[score][part][row] += 7;
}

/* Names the file that was written last, with its ground, as a run does. */
static void name_base(struct shelf *s)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(s->path, &db), SQLITE_OK);
    char *sql = sqlite3_mprintf("UPDATE score_file SET sum = %lld, ground = nullif(%lld, 0)",
                                (long long)s->head.sum, (long long)s->head.ground);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(db);
}

/* Writes what the shelf says over a file, which is then the new one; looks which scores were left out. */
static void write_next(struct shelf *s, struct as_score_file *file, uint64_t ground, const bool *left_out)
{
    write_over(s, s->path, file);
    assert_true(s->head.ground == ground && s->head.lead_grounded == (ground != 0));
    for (int score = 0; score < SCORES; score++)
        assert_int_equal(s->head.column[score].grounded, left_out[score]);
    as_score_file_close(file);
    assert_true(as_score_file_open(file, s->file, s->head.sum));
    reads_back(s, file);
}

static void what_stays_as_it_is_stays_in_the_ground(void **state)
{
    struct shelf *s = *state;
    struct as_score_file file;
    struct as_score_layout layout;
    const uint64_t first = s->head.sum;
    assert_true(as_score_file_open(&file, s->file, first));
    as_score_lay_out(&layout, &s->source, &file);
    assert_true(layout.same);
    move_one(s, 0);
    write_next(s, &file, first, (const bool[]){false, true, true});
    as_score_lay_out(&layout, &s->source, &file);
    assert_true(layout.same);
    /* What the ground has not is written again, though it did not change. */
    move_one(s, 2);
    write_next(s, &file, first, (const bool[]){false, true, false});
    move_one(s, 2);
    write_next(s, &file, first, (const bool[]){false, true, false});
    /* Points that need more room, an interval where there was none, and back. */
    s->points[1][2][s->row[0]] += INT64_C(1) << 40;
    write_next(s, &file, first, (const bool[]){false, false, false});
    s->points[1][2][s->row[0]] -= INT64_C(1) << 40;
    s->points[0][1][s->row[1]] -= 5;
    write_next(s, &file, first, (const bool[]){false, false, false});
    s->points[0][1][s->row[1]] += 5;
    write_next(s, &file, first, (const bool[]){false, false, false});
    as_score_file_close(&file);
}

static void a_base_on_a_ground_is_read_kept_and_looked_at_with_it(void **state)
{
    struct shelf *s = *state;
    struct as_score_file file;
    char ground[160], path[128], got[4096], expected[6][4096];
    snprintf(ground, sizeof ground, "%s", s->file);
    assert_true(as_score_file_open(&file, s->file, s->head.sum));
    move_one(s, 0);
    write_next(s, &file, s->head.sum, (const bool[]){false, true, true});
    as_score_file_close(&file);
    name_base(s);
    expect(s, expected);
    for (size_t i = 0; i < 6; i++) {
        ok(&s->w, as_store_query(s->w.store, questions[i], keep, got, &s->w.error));
        assert_string_equal(got, expected[i]);
    }
    assert_int_equal(damaged_files(s), 0);
    struct world copy;
    snprintf(path, sizeof path, "%s/b.db", s->folder);
    ok(&s->w, as_store_backup(s->w.store, path, &s->w.error));
    world_open_at(&copy, path);
    ok(&copy, as_store_query(copy.store, questions[0], keep, got, &copy.error));
    assert_string_equal(got, expected[0]);
    world_close(&copy);
    flip(ground, (long)s->head.lead_at);
    assert_int_equal(damaged_files(s), 1);
    flip(ground, (long)s->head.lead_at);
    assert_int_equal(damaged_files(s), 0);
    flip(ground, 0);
    assert_false(as_score_file_open(&file, s->file, s->head.sum));
    assert_int_equal(unlink(ground), 0);
    assert_false(as_score_file_open(&file, s->file, s->head.sum));
    assert_int_equal(damaged_files(s), 1);
}

static void other_leads_have_no_ground(void **state)
{
    struct shelf *s = *state;
    struct as_score_file file;
    assert_true(as_score_file_open(&file, s->file, s->head.sum));
    /* One less: no place is as it was. */
    s->source.leads--;
    write_next(s, &file, 0, (const bool[]){false, false, false});
    /* As many, one of them another: its scores may be the same. */
    s->lead[s->row[s->source.leads - 1]]++;
    write_over(s, s->path, &file);
    assert_true(s->head.ground == 0);
    as_score_file_close(&file);
    assert_true(as_score_file_open(&file, s->file, s->head.sum));
    assert_int_equal(file.lead[s->source.leads - 1], s->lead[s->row[s->source.leads - 1]]);
    as_score_file_close(&file);
}

/* More leads than a piece has, in batches as a run keeps them. */
static void many_leads_are_written_in_pieces(void **state)
{
    enum { LEADS = 1200000, NEAR = LEADS / 2 + 5 };
    struct shelf *s = *state;
    int64_t *lead = malloc(LEADS * sizeof *lead), value[AS_BATCH], low[AS_BATCH];
    struct as_score_source base = s->source, many = {.leads = LEADS, .lead_id = lead, .scores = 2};
    struct as_score_file file;
    assert_non_null(lead);
    for (int score = 0; score < 2; score++) {
        struct as_points_column *points = &many.column[score].points;
        many.column[score].score_id = score + 1;
        ok(&s->w, as_points_new(points, LEADS, &s->w.error));
        for (size_t from = 0; from < LEADS; from += AS_BATCH) {
            size_t n = LEADS - from < AS_BATCH ? LEADS - from : AS_BATCH;
            for (size_t i = 0; i < n; i++) {
                lead[from + i] = (int64_t)(from + i) * 3 + 1;
                value[i] = (int64_t)((from + i) * 7919 % 100003);
                low[i] = value[i] - (score == 1 && (from + i) % 5000 == 17);
            }
            ok(&s->w, as_points_keep(points, from / AS_BATCH, value, low, value, n, &s->w.error));
        }
    }
    s->source = many;
    write_file(s, s->path);
    assert_true(as_score_file_open(&file, s->file, s->head.sum));
    assert_true(as_score_file_whole(&file));
    for (size_t i = 0; i < LEADS; i += 1 + pick(40)) {
        assert_int_equal(as_score_file_place(&file, (int64_t)i * 3 + 1), i);
        struct as_points points = as_score_file_points(&file, 1, (int64_t)i);
        assert_int_equal(points.value, i * 7919 % 100003);
        assert_int_equal(points.low, points.value - (i % 5000 == 17));
        assert_int_equal(points.high, points.value);
    }
    struct as_score_layout layout;
    as_score_lay_out(&layout, &many, &file);
    assert_true(layout.same);
    /* One lead's points among all. */
    struct as_points_batch *near = &many.column[0].points.batch[NEAR / AS_BATCH];
    int32_t other[AS_BATCH];
    memcpy(other, near->value, sizeof other);
    other[NEAR % AS_BATCH]++;
    near->value = near->low = near->high = other;
    as_score_lay_out(&layout, &many, &file);
    assert_true(!layout.same && layout.head.ground == s->head.sum && layout.head.column[0].grounded == 0 &&
                layout.head.column[1].grounded == 1);
    as_score_file_close(&file);
    flip(s->file, (long)(s->head.column[1].low + (LEADS - 1) * sizeof(int32_t)));
    assert_true(as_score_file_open(&file, s->file, s->head.sum));
    assert_false(as_score_file_whole(&file));
    as_score_file_close(&file);
    for (int score = 0; score < 2; score++)
        as_points_free(&many.column[score].points);
    free(lead);
    s->source = base;
}

/* --- layers --- */

enum { DAY_OF_BASE = 20513, TODAY = 20520, MOST_ID = 3 * ROWS + 50, ROUNDS = 12 };

/* What each lead's scores are to be, by id. */
struct told {
    bool there;
    int32_t day;
    int64_t points[SCORES][3];
};

static void tell(struct told *told, const struct shelf *s)
{
    for (size_t i = 0; i < s->source.leads; i++) {
        uint32_t row = s->row[i];
        struct told *lead = &told[s->lead[row]];
        lead->there = true;
        lead->day = DAY_OF_BASE;
        for (int score = 0; score < SCORES; score++)
            for (int part = 0; part < 3; part++)
                lead->points[score][part] = s->points[score][part][row];
    }
}

/* Some leads anew, new ones, and some that are gone; told becomes what then holds. */
static void change(struct told *told, struct as_score_source *source, struct shelf *s, int32_t *days,
                   int32_t day)
{
    size_t n = 0;
    for (int64_t id = 1 + (int64_t)pick(30); id < MOST_ID; id += 1 + (int64_t)pick(60), n++) {
        s->lead[n] = id;
        s->row[n] = (uint32_t)n;
        days[n] = pick(5) == 0 ? AS_SCORE_GONE : day;
        told[id].there = days[n] != AS_SCORE_GONE;
        told[id].day = day;
        for (int score = 0; score < SCORES; score++)
            for (int part = 0; part < 3; part++)
                told[id].points[score][part] = s->points[score][part][n] = (int64_t)pick(1000) - 500;
    }
    *source = s->source;
    source->leads = n;
    source->day = days;
}

static void the_table_tells(struct shelf *s, const struct told *told)
{
    char question[200], got[4096], expected[200];
    int64_t n = 0;
    for (int64_t id = 0; id < MOST_ID; id++) {
        n += told[id].there;
        int score = (int)pick(SCORES);
        snprintf(question, sizeof question,
                 "SELECT coalesce(max(value || ' ' || low || ' ' || high || ' ' || day), '') FROM score_value"
                 " WHERE score_id = %d AND lead_id = %lld",
                 score + 1, (long long)id);
        const int64_t *points = told[id].points[score];
        snprintf(expected, sizeof expected, "%lld %lld %lld %d", (long long)points[0], (long long)points[1],
                 (long long)points[2], told[id].day);
        ok(&s->w, as_store_query(s->w.store, question, keep, got, &s->w.error));
        assert_string_equal(got, told[id].there ? expected : "");
    }
    /* All of them in order, each once. */
    snprintf(expected, sizeof expected, "%lld %lld", (long long)n, (long long)n);
    ok(&s->w,
       as_store_query(s->w.store,
                      "SELECT count(*) || ' ' || count(DISTINCT lead_id) FROM score_value WHERE score_id = 2",
                      keep, got, &s->w.error));
    assert_string_equal(got, expected);
}

/* Rows of the database that say what a run says. */
static void write_rows(sqlite3 *db, const struct as_score_source *run)
{
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO recent_score VALUES(?, ?, ?, ?, ?, ?)",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < run->leads; i++)
        for (uint32_t column = 0; column < run->scores; column++) {
            struct as_points points = as_points_at(&run->column[column].points, i);
            sqlite3_bind_int64(stmt, 1, run->column[column].score_id);
            sqlite3_bind_int64(stmt, 2, run->lead_id[i]);
            sqlite3_bind_int64(stmt, 3, run->day[i]);
            sqlite3_bind_int64(stmt, 4, points.value);
            sqlite3_bind_int64(stmt, 5, points.low);
            sqlite3_bind_int64(stmt, 6, points.high);
            assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
            sqlite3_reset(stmt);
        }
    sqlite3_finalize(stmt);
}

/* Single leads, in order and in none, have what the table tells. */
static void leads_have(struct shelf *s, const struct told *told)
{
    struct as_lead_scores *scores;
    struct as_score_now now[AS_MAX_SCORES];
    ok(&s->w, as_lead_scores_open(&scores, s->w.store, 7, &s->w.error));
    for (int64_t i = 0; i < 2 * MOST_ID; i++) {
        int64_t id = i < MOST_ID ? i : (int64_t)pick(MOST_ID);
        uint32_t n = as_lead_scores_read(now, scores, id);
        assert_int_equal(n, told[id].there ? SCORES : 0);
        for (uint32_t score = 0; score < n; score++)
            assert_int_equal(now[score].value, told[id].points[score][0]);
    }
    as_lead_scores_close(scores);
}

/* Layers and rows over the base; rows may be NULL. */
static void name_files(struct shelf *s, uint64_t base, const struct as_score_file *layer, unsigned n,
                       const struct as_score_source *rows)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    uint64_t sums[ROUNDS];
    for (unsigned i = 0; i < n; i++)
        sums[i] = layer[i].head->sum;
    assert_int_equal(sqlite3_open(s->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM recent_score", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "UPDATE score_file SET sum = ?, layers = ?, recent = ?", -1, &stmt, NULL),
        SQLITE_OK);
    sqlite3_bind_int64(stmt, 1, (int64_t)base);
    sqlite3_bind_blob(stmt, 2, sums, (int)(n * sizeof *sums), SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 3, rows == NULL ? 0 : (int64_t)rows->leads);
    if (rows != NULL)
        write_rows(db, rows);
    assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
}

static void write_laid(struct shelf *s, struct as_score_laid *laid)
{
    struct as_score_source base = s->source;
    s->source = laid->source;
    write_file(s, s->path);
    s->source = base;
}

/* The files from `first` on with the run's leads over them. */
static void lay(struct as_score_laid *laid, struct shelf *s, const struct as_score_file *base,
                const struct as_score_file *layer, unsigned first, unsigned n,
                const struct as_score_source *fresh)
{
    struct as_score_layer layers[ROUNDS + 2];
    uint32_t all = 0;
    if (base != NULL)
        layers[all++] = (struct as_score_layer){.file = base, .day = DAY_OF_BASE};
    for (unsigned i = first; i < n; i++)
        layers[all++] = (struct as_score_layer){.file = &layer[i]};
    layers[all++] = (struct as_score_layer){.source = fresh};
    ok(&s->w, as_score_lay(laid, layers, all, fresh, base == NULL, &s->w.error));
}

static void rows_lie_over_layers_and_these_over_their_base(void **state)
{
    struct shelf *s = *state;
    struct told *told = calloc(MOST_ID, sizeof *told);
    int32_t days[ROWS];
    struct as_score_file base, layer[ROUNDS];
    struct as_score_source fresh;
    struct as_score_laid laid;
    unsigned n = 0, most = 0;
    tell(told, s);
    the_table_tells(s, told);
    assert_true(as_score_file_open(&base, s->file, s->head.sum));
    for (int32_t round = 0; round < ROUNDS; round++) {
        change(told, &fresh, s, days, TODAY + round);
        name_files(s, base.head->sum, layer, n, &fresh);
        the_table_tells(s, told);
        leads_have(s, told);
        /* As a layer of their own, or one with some of those before. */
        const unsigned first = pick(2) == 0 ? n : (unsigned)pick(n + 1);
        lay(&laid, s, NULL, layer, first, n, &fresh);
        laid.source.base = base.head->sum;
        write_laid(s, &laid);
        as_score_laid_free(&laid);
        while (n > first)
            as_score_file_close(&layer[--n]);
        assert_true(as_score_file_open(&layer[n++], s->file, s->head.sum));
        most = n > most ? n : most;
        name_files(s, base.head->sum, layer, n, NULL);
        the_table_tells(s, told);
        leads_have(s, told);
        assert_int_equal(damaged_files(s), 0);
    }
    assert_true(most > 2);
    /* All brought together say the same. */
    fresh.leads = 0;
    lay(&laid, s, &base, layer, 0, n, &fresh);
    write_laid(s, &laid);
    as_score_laid_free(&laid);
    name_files(s, s->head.sum, NULL, 0, NULL);
    the_table_tells(s, told);
    leads_have(s, told);
    /* A layer of another base is none, and its model has no rows. */
    name_files(s, s->head.sum, layer, 1, NULL);
    assert_cell(&s->w, "SELECT count(*) FROM score_value", "0");
    as_score_file_close(&base);
    while (n > 0)
        as_score_file_close(&layer[--n]);
    free(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(a_byte_that_fell_over_is_found, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(the_table_of_sql_is_the_files, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(other_programs_load_a_module_and_see_the_same, open_shelf,
                                        close_shelf),
        cmocka_unit_test_setup_teardown(a_backup_has_the_scores, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(files_that_hold_the_same_are_one, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(what_stays_as_it_is_stays_in_the_ground, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(a_base_on_a_ground_is_read_kept_and_looked_at_with_it, open_shelf,
                                        close_shelf),
        cmocka_unit_test_setup_teardown(other_leads_have_no_ground, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(many_leads_are_written_in_pieces, open_shelf, close_shelf),
        cmocka_unit_test_setup_teardown(rows_lie_over_layers_and_these_over_their_base, open_shelf,
                                        close_shelf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
