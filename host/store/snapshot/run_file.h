/* Run file: the event runs of many leads in one file that is mapped as it is. Internal to host/store.
 *
 * A file is written once, under a name of its own, and never changed. It holds: a head; the leads' row ids,
 * ascending; where each lead's run begins (one entry more than leads); and, by event, its second, its kind
 * and its row id, sorted by (second, id) within a run. Every part begins at a multiple of AS_PAGES_STEP.
 * Numbers are of the machine that wrote them; a machine of another byte order takes the file for none. Texts
 * are never here.
 */
#ifndef AS_STORE_RUN_FILE_H
#define AS_STORE_RUN_FILE_H

#include "base/limits.h"
#include "base/pages.h"
#include "store/head.h"

#include <stdbool.h>

enum as_run_file_part {
    AS_RUN_FILE_LEAD,
    AS_RUN_FILE_START,
    AS_RUN_FILE_TIME,
    AS_RUN_FILE_KIND,
    AS_RUN_FILE_ID,
    AS_RUN_FILE_PARTS
};

struct as_run_file_head {
    struct as_head begin;
    uint64_t key;  /* random: no two files have the same */
    uint64_t base; /* of a delta: the sum of the base it belongs to; 0 a base */
    uint64_t leads, events;
    uint64_t at[AS_RUN_FILE_PARTS]; /* offsets */
    uint64_t sums[AS_RUN_FILE_PARTS];
    uint64_t bytes;                       /* of the file */
    int64_t last_event;                   /* the highest event id that was there, in any run or none */
    int64_t last_change;                  /* the last entry of event_change that was seen */
    int64_t newest_known, newest_time;    /* of the events in it */
    uint32_t kind_id[AS_MAX_EVENT_KINDS]; /* the database's id of each code, 0 none */
    uint64_t sum;                         /* of the head with 0 here */
};

/* The events of one lead. */
struct as_run_of {
    size_t n;
    const uint32_t *time, *id;
    const uint16_t *kind;
};

struct as_run_file {
    int file;
    struct as_pages pages;
    const struct as_run_file_head *head;
    const int64_t *lead;
    const uint32_t *start, *time, *id;
    const uint16_t *kind;
};

/* Whether the index leads nobody out of the events, nor back: to be asked before runs are read, of each run
 * or of all; that all is as it was written as_run_file_whole says. */
static inline bool as_run_file_place_sound(const struct as_run_file *file, size_t place)
{
    return file->start[place] <= file->start[place + 1] && file->start[place + 1] <= file->head->events;
}
bool as_run_file_sound(const struct as_run_file *file);
/* *found false: no such file, or not one that can be trusted; then nothing is to be closed. sum: that of the
 * head. */
enum as_status as_run_file_open(struct as_run_file *out, bool *found, const char *path, uint64_t sum,
                                struct as_error *error);
void as_run_file_close(struct as_run_file *file); /* fine for one that is all zero */
/* True when every part is as it was written; reads the whole file. */
bool as_run_file_whole(const struct as_run_file *file);
struct as_run_of as_run_file_run(const struct as_run_file *file, size_t place);

struct as_run_file_writer;
/* head: what is known beforehand: base, last_event, last_change, kind_id. leads and events: at most so many
 * will come. */
enum as_status as_run_file_begin(struct as_run_file_writer **out, const char *path,
                                 const struct as_run_file_head *head, uint64_t leads, uint64_t events,
                                 struct as_error *error);
/* Leads come in ascending order; one without events may come too. newest_known: of these events. */
enum as_status as_run_file_add(struct as_run_file_writer *writer, int64_t lead, struct as_run_of run,
                               int64_t newest_known, struct as_error *error);
/* The runs of n leads of another file, from a place on, as they lie there; its kinds are the same, and its
 * index is sound. What is newest is taken to be as new as that of all its events. */
enum as_status as_run_file_add_many(struct as_run_file_writer *writer, const struct as_run_file *from,
                                    size_t first, size_t n, struct as_error *error);
/* Completes the file and brings it to the disk; *sum of its head. */
enum as_status as_run_file_end(uint64_t *sum, struct as_run_file_writer *writer, struct as_error *error);
void as_run_file_writer_free(struct as_run_file_writer *writer); /* NULL is fine; the file stays */

#endif
