/* Ten thousand rows with the same fault are one line of a summary. */
#include "data/ingest/notes.h"

#include "base/intern.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* A hash of the column and of the reason without quoted words and digits. */
static uint64_t skeleton_of(const char *column, const char *reason)
{
    char bare[AS_ERROR_WHAT];
    size_t n = 0;
    bool quoted = false;
    for (const char *p = reason; *p != '\0' && n + 1 < sizeof bare; p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (!quoted && !(*p >= '0' && *p <= '9'))
            bare[n++] = *p;
    }
    return as_hash_bytes(bare, n, as_hash_bytes(column, strlen(column), 0));
}

_Bool as_notes_add(struct as_notes *notes, struct as_arena *arena, const char *column, const char *reason,
                   uint64_t line)
{
    _Static_assert(sizeof notes->skeleton / sizeof *notes->skeleton == AS_MAX_NOTES, "one skeleton a note");
    uint64_t skeleton = skeleton_of(column, reason);
    for (uint32_t i = 0; i < notes->list.n; i++)
        if (notes->skeleton[i] == skeleton) {
            notes->list.at[i].count++;
            return true;
        }
    if (notes->list.n == AS_MAX_NOTES - 1) {
        column = "";
        reason = "other reasons";
        skeleton = 0;
    } else if (notes->list.n == AS_MAX_NOTES) {
        notes->list.at[AS_MAX_NOTES - 1].count++;
        return true;
    }
    struct as_ingest_note note = {
        .column = as_arena_copy(arena, column, strlen(column)),
        .reason = as_arena_copy(arena, reason, strlen(reason)),
        .count = 1,
        .first_line = line,
    };
    if (note.column == NULL || note.reason == NULL || !as_list_push(arena, &notes->list, note))
        return false;
    notes->skeleton[notes->list.n - 1] = skeleton;
    return true;
}

static int compare_notes(const void *a, const void *b)
{
    const struct as_ingest_note *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->first_line < y->first_line ? -1 : x->first_line > y->first_line;
}

void as_notes_sort(struct as_notes *notes)
{
    if (notes->list.n > 0)
        qsort(notes->list.at, notes->list.n, sizeof *notes->list.at, compare_notes);
}
