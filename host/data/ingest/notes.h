/* Notes: reasons of an import, alike ones counted together. Internal to host/data. */
#ifndef AS_DATA_NOTES_H
#define AS_DATA_NOTES_H

#include "data/ingest/ingest.h"

/* What two reasons have in common when they are alike apart from what they quote and from their numbers. */
struct as_notes {
    AS_LIST(struct as_ingest_note) list;
    uint64_t skeleton[64];
};

/* Counts one occurrence. Reasons beyond AS_MAX_NOTES different ones are counted as "other reasons". False when memory is out. */
_Bool as_notes_add(struct as_notes *notes, struct as_arena *arena, const char *column, const char *reason, uint64_t line);
/* Commonest first; equal counts by line. */
void as_notes_sort(struct as_notes *notes);

#endif
