/* Score files: mapping and reading them. Which one counts is said by the table score_file; score_writing.c
 * makes them. */
#include "store/decisions/score_file.h"

#include "base/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct as_head_kind kind = {"ASSYSCOR", 3};

void as_score_head_seal(struct as_score_file_head *head)
{
    as_head_seal(head, sizeof *head, &kind);
}

static bool is_head(const void *bytes, size_t n, uint64_t sum)
{
    const struct as_score_file_head *head = bytes;
    return n >= sizeof *head && as_head_sound(head, sizeof *head, &kind, sum) && head->bytes == n &&
           head->scores <= AS_MAX_SCORES;
}

/* The leads' items at an offset of the file or of its ground; NULL when they are not all within. */
static const void *items(const struct as_score_file *file, bool grounded, uint64_t at, size_t size)
{
    const struct as_score_file_head *head = grounded ? file->ground : file->head;
    if (head == NULL || at % AS_SCORE_ALIGNMENT != 0 || at > head->bytes ||
        file->head->leads > (head->bytes - at) / size)
        return NULL;
    return (const char *)head + at;
}

/* What a file's head leads to, itself and its ground being there. */
static bool find_items(struct as_score_file *file)
{
    const struct as_score_file_head *head = file->head;
    file->lead = items(file, head->lead_grounded != 0, head->lead_at, sizeof *file->lead);
    file->day = head->day_at == 0 ? NULL : items(file, false, head->day_at, sizeof *file->day);
    bool found = file->lead != NULL && (head->day_at == 0 || file->day != NULL);
    for (uint64_t i = 0; i < head->scores && found; i++) {
        const struct as_score_file_column *column = &head->column[i];
        bool grounded = column->grounded != 0;
        size_t size = as_score_item(column->wide != 0);
        file->column[i] = (struct as_score_items){
            items(file, grounded, column->value, size), items(file, grounded, column->low, size),
            items(file, grounded, column->high, size), column->wide != 0};
        found = file->column[i].value != NULL && file->column[i].low != NULL && file->column[i].high != NULL;
    }
    return found;
}

bool as_score_file_over(struct as_score_file *out, const void *bytes, size_t n, uint64_t sum)
{
    if (!is_head(bytes, n, sum))
        return false;
    *out = (struct as_score_file){.head = bytes};
    return out->head->ground == 0 && find_items(out);
}

static bool map(struct as_pages *out, const char *path, uint64_t sum)
{
    uint64_t bytes;
    int file;
    if (as_pages_open(out, &file, &bytes, path, sizeof(struct as_score_file_head), NULL) != AS_OK || file < 0)
        return false;
    close(file);
    return is_head(out->at, (size_t)bytes, sum);
}

/* A ground leaves nothing out, and its leads are those of the file that lies on it: places are the same. */
static bool open_ground(struct as_score_file *file, const char *path)
{
    enum { DIGITS = 16 };
    size_t n = strlen(path);
    char *ground = n < DIGITS ? NULL : malloc(n + 1);
    if (ground == NULL)
        return false;
    memcpy(ground, path, n - DIGITS);
    snprintf(ground + n - DIGITS, DIGITS + 1, "%016llx", (unsigned long long)file->head->ground);
    bool open = map(&file->ground_pages, ground, file->head->ground);
    free(ground);
    file->ground = (const void *)file->ground_pages.at;
    return open && file->ground->ground == 0 && file->ground->leads == file->head->leads;
}

bool as_score_file_open(struct as_score_file *out, const char *path, uint64_t sum)
{
    *out = (struct as_score_file){.head = NULL};
    bool sound = map(&out->pages, path, sum);
    out->head = (const void *)out->pages.at;
    sound = sound && (out->head->ground == 0 || open_ground(out, path)) && find_items(out);
    if (!sound)
        as_score_file_close(out);
    return sound;
}

void as_score_file_close(struct as_score_file *file)
{
    as_pages_free(&file->pages);
    as_pages_free(&file->ground_pages);
    file->head = file->ground = NULL;
    file->lead = NULL;
    file->day = NULL;
}

int as_score_file_column(const struct as_score_file *file, int64_t score_id)
{
    for (int i = 0; i < (int)file->head->scores; i++)
        if (file->head->column[i].score_id == score_id)
            return i;
    return -1;
}

int64_t as_score_file_place(const struct as_score_file *file, int64_t lead)
{
    size_t place = as_ids_place(file->lead, (size_t)file->head->leads, lead);
    return place == SIZE_MAX ? -1 : (int64_t)place;
}

static int64_t item(const void *from, bool wide, int64_t place)
{
    return wide ? ((const int64_t *)from)[place] : ((const int32_t *)from)[place];
}

struct as_points as_score_file_points(const struct as_score_file *file, int column, int64_t place)
{
    const struct as_score_items *of = &file->column[column];
    return (struct as_points){item(of->value, of->wide, place), item(of->low, of->wide, place),
                              item(of->high, of->wide, place)};
}
