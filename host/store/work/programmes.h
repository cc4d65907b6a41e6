/* Programmes that try tracks: when each began and under which terms, who came in which arm, who looked at it
 * when, and how it ended. Rows are added; of a programme only its end is written later. */
#ifndef AS_STORE_PROGRAMMES_H
#define AS_STORE_PROGRAMMES_H

#include "base/limits.h"
#include "data/pack/source.h"
#include "store/decisions/decisions.h"

/* One series of a programme under one set of terms: what ended never goes on. Strings of rows live during the
 * call. */
struct as_programme_row {
    int64_t id, began;
    int64_t ended; /* AS_TIME_NONE: it goes on */
    const char *pack;
    struct as_programme plan; /* as declared then; tracks, position and `when` are not kept */
    const char *how;          /* "ran its course", "stopped", "changed"; NULL while it goes on */
    const char *by, *note;    /* of the end; NULL where nobody said so */
    bool early;               /* it ended before its least exposure, because somebody said so */
};
typedef enum as_status (*as_programme_row_fn)(void *context, const struct as_programme_row *row,
                                              struct as_error *error);
/* In the order in which they began, those that began by `at`; pack NULL: of all. An end after `at` is not
 * seen. */
enum as_status as_store_programmes(struct as_store *store, const char *pack, int64_t at,
                                   as_programme_row_fn each, void *context, struct as_error *error);

/* Begins what the pack declares and no row has under these very terms, ended or not. */
enum as_status as_store_begin_programmes(struct as_store *store, const struct as_pack *pack, int64_t at,
                                         struct as_error *error);
/* Ends one that goes on; changes nothing where it has ended. */
struct as_programme_end {
    int64_t id, at;
    const char *how, *by, *note; /* by, note may be NULL */
    bool early;
};
enum as_status as_store_end_programme(struct as_store *store, const struct as_programme_end *end,
                                      struct as_error *error);

/* Somebody came to the programme that goes on under these terms. */
enum as_status as_store_come(struct as_store *store, const struct as_run_record *run,
                             const struct as_programme *programme, int64_t lead_id, enum as_arm arm,
                             const char *track, int64_t until, struct as_error *error);
/* Those who came to it by `at`, in order of coming. lead is who it is now: the survivor of merges. */
struct as_come_row {
    int64_t lead, as; /* as: under which id */
    int64_t came, until;
    enum as_arm arm;
};
typedef enum as_status (*as_come_row_fn)(void *context, const struct as_come_row *row,
                                         struct as_error *error);
enum as_status as_store_came(struct as_store *store, int64_t programme, int64_t at, as_come_row_fn each,
                             void *context, struct as_error *error);
/* The hash of a version of the pack that declares it: of the run in which somebody first came; "": nobody
 * did. */
enum as_status as_store_programme_version(char hash[AS_HASH_TEXT], struct as_store *store, int64_t programme,
                                          struct as_error *error);
/* The programme of the pack that holds the lead out at that time, and until when; name "": none does. */
enum as_status as_store_held_out(char name[AS_MAX_NAME + 1], int64_t *until, struct as_store *store,
                                 const char *pack, int64_t lead_id, int64_t at, struct as_error *error);
/* How many leads came to a programme's tracks of late, whether or not it was there yet: without those who
 * were there on the first day that anybody was, since they had gathered before; and who are in it already. */
enum { AS_PACE_DAYS = 90 };
enum as_status as_store_programme_pace(struct as_programme_pace *out, struct as_store *store,
                                       const char *pack, const struct as_programme *programme, int64_t at,
                                       struct as_error *error);
/* How many have come and how many of these have had their whole time by `at`, by arm. */
struct as_programme_count {
    uint64_t came[AS_ARM_HELD_OUT + 1], over[AS_ARM_HELD_OUT + 1];
};
enum as_status as_store_count_came(struct as_programme_count *out, struct as_store *store, int64_t programme,
                                   int64_t at, struct as_error *error);
/* When the nth (from 1) comes, came or will have had its whole time, of those who have come by `at`;
 * AS_TIME_NONE: fewer have come. */
enum as_status as_store_nth_over(int64_t *until, struct as_store *store, int64_t programme, uint64_t n,
                                 int64_t at, struct as_error *error);

/* A look at a programme: what was seen, and what it cost. */
struct as_look_row {
    int64_t programme, number, at, recorded; /* number from 1; at: as of */
    const char *by;                          /* may be NULL */
    uint64_t n[AS_ARM_HELD_OUT + 1],
        hits[AS_ARM_HELD_OUT + 1]; /* by arm: seen through, of these with the outcome */
    double time;                   /* share of the plan that was done, 0 to 1 */
    double information;            /* 1 / (1/n + 1/n) */
    double spent;                  /* of alpha, with this look */
    double bound, z;
    const char *verdict; /* "works", "harms", "go on", "no difference" */
};
typedef enum as_status (*as_look_row_fn)(void *context, const struct as_look_row *row,
                                         struct as_error *error);
/* The next look. AS_ERR_CONFLICT when that number is there already. */
enum as_status as_store_add_look(struct as_store *store, const struct as_look_row *look,
                                 struct as_error *error);
/* By number; those taken as of `at` or earlier. */
enum as_status as_store_looks(struct as_store *store, int64_t programme, int64_t at, as_look_row_fn each,
                              void *context, struct as_error *error);

#endif
