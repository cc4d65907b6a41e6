/* Dataset: the facts of one moment in columns; the only input of a decision beside its pack.
 *
 * The store fills it from the database, tests fill it from tables, `assay.store` fills it for the REPL.
 * Filled once, then read by any number of threads. What the pack does not need may be absent: a NULL
 * column reads as unknown everywhere.
 */
#ifndef AS_DATA_DATASET_H
#define AS_DATA_DATASET_H

#include "base/pages.h"
#include "data/facts/column.h"

/* Event runs: the events of row r are start[r] … end[r]-1, sorted by (time, id). A filler that lays the runs
 * side by side allocates start with one entry more and sets end = start + 1. Runs of a store's mapped files
 * may have gaps between them and come in any order: then end is an array of its own, and time and kind lie in
 * `pages` and are only read. */
struct as_event_log {
    size_t n; /* places of time, kind and property, gaps included */
    uint32_t *start, *end;
    uint32_t *time;        /* seconds since 1970, 1970..2106 */
    uint16_t *kind;        /* index into schema->kinds; kinds that nobody asked for may be among them */
    struct as_pages pages; /* at NULL: time and kind are malloc'ed */
    struct as_pages start_pages, end_pages; /* at NULL: start and end are malloc'ed */
    struct as_column **property; /* by schema property index, over all n events; NULL where not loaded */
};

/* Answers beside their value: who said so, when, in which manner. */
enum as_voice { AS_VOICE_BUYER = 1, AS_VOICE_SALES = 2, AS_VOICE_MARKETING = 4, AS_VOICE_SYSTEM = 8 };
struct as_answer_column {
    struct as_column *value;
    uint64_t *stated; /* bit: stated (1) or inferred (0) */
    uint8_t *voices;  /* set of enum as_voice that gave the value held */
    int64_t *time;    /* when the value held was given */
};

/* A contact that was made, or tried. */
struct as_touch {
    int64_t time;
    uint32_t channel; /* code into dataset->channels: "email", "call" … */
    uint8_t need;     /* rung of the contact ladder it asked for, 1-based; 0 unknown */
};
struct as_touch_log {
    uint32_t *start; /* leads + 1; NULL: nobody has any */
    struct as_touch *at;
};

/* The latest word on consent per lead, channel and purpose. */
enum as_consent_state {
    AS_CONSENT_UNKNOWN,
    AS_CONSENT_GRANTED,
    AS_CONSENT_DOUBLE_OPT_IN,
    AS_CONSENT_DENIED,
    AS_CONSENT_OBJECTED
};
struct as_consent {
    uint32_t channel; /* code into dataset->channels; AS_NO_INDEX: every channel */
    uint8_t state;
    int64_t time;
};
struct as_consent_log {
    uint32_t *start;
    struct as_consent *at;
};

/* Where a lead stood in one model before this decision; all zero for a lead never decided. */
struct as_prior {
    uint8_t stage;     /* enum as_stage of host/score */
    uint8_t furthest;  /* furthest stage ever reached */
    uint16_t grade;    /* grade code of the last decision, 0 none */
    uint16_t verdicts; /* gate verdicts of the last decision, as in struct as_standing */
    bool decided;      /* a decision exists */
    bool blocked;      /* an unknown disqualifier kept it from sales */
    int64_t entered;   /* when the stage was entered */
    int64_t recycled;  /* when it last went back to nurturing, AS_TIME_NONE never */
    int64_t cool_off;  /* no recycled lead enters a gate's stage before this, AS_TIME_NONE */
    uint32_t recycles; /* how often it went back */
    uint32_t owner;    /* code into dataset->users of the owner held, AS_NO_INDEX */
    /* What the store compares with, to write only what changed. */
    bool outside, attention;
    uint16_t none;                  /* 0, as `nothing`: priors are written, summed and compared as bytes */
    uint32_t disqualifier, persona; /* codes into dataset->labels, AS_NO_INDEX none */
    uint32_t nothing;
    int64_t decision; /* its row id */
};
_Static_assert(sizeof(struct as_prior) == 64,
               "a prior has no holes: what lies in them is not copied with it");

/* The day kept beside the prior of a lead that no count of those who stand alike has: it was never decided
 * about, or was another's when that was counted. */
#define AS_PRIOR_UNCOUNTED INT32_MIN

/* Priors that hold in place of those that a file has, few beside many: bit a lead row, and where the priors
 * of these rows are, in order. */
struct as_prior_over {
    uint64_t *has;    /* NULL: none */
    uint32_t *before; /* by word of `has`: how many rows before it */
    struct as_prior **at;
    struct as_pages pages; /* where they lie */
};
/* Which of them is a row's, one that `has` has. */
static inline size_t as_prior_over_place(const struct as_prior_over *over, uint32_t lead_row)
{
    const uint64_t earlier = over->has[lead_row / 64] & ((UINT64_C(1) << (lead_row % 64)) - 1);
    return over->before[lead_row / 64] + (size_t)__builtin_popcountll(earlier);
}

/* By lead row: one whose prior is the same but for its decision and owner. Few are named by many, so that who
 * asks for all of them finds these at hand. */
struct as_prior_alike {
    const uint32_t *row; /* NULL: nobody said */
    struct as_pages pages;
};

/* A lead's place in a track. */
struct as_enrolment {
    uint32_t track; /* code into dataset->tracks */
    uint16_t step;  /* next step, 0-based */
    bool ended;
    int64_t entered, step_due;
    int64_t lead; /* id of who entered: the row's, or a lead that was merged into it since; 0: the row's */
    int64_t word; /* id of the person's word that put it there; 0: the rules did */
};
struct as_enrolment_log {
    uint32_t *start; /* leads + 1; NULL: nobody has any */
    struct as_enrolment *at;
};

/* A person's word on the track of a lead, over the rules' [A8.3], recorded with its reason. Holds until the
 * next one, and no longer than the stay in the track that it began. */
enum as_track_says { AS_TRACK_PLACED, AS_TRACK_KEPT_OUT, AS_TRACK_LIFTED };
struct as_track_word {
    int64_t id, time;
    uint32_t track; /* code into dataset->tracks; AS_NO_INDEX unless it is placed */
    uint8_t says;   /* enum as_track_says */
};
struct as_track_word_log {
    uint32_t *start; /* leads + 1; NULL: nobody has any */
    struct as_track_word *at;
};

/* A lead that came to a programme that tries tracks. */
struct as_coming {
    uint32_t programme;  /* code into dataset->programmes */
    uint8_t arm;         /* enum as_arm of host/score */
    int64_t came, until; /* until: its time is over, and with it that it is held out */
};
struct as_coming_log {
    uint32_t *start; /* leads + 1; NULL: nobody came */
    struct as_coming *at;
};

/* A person's decision over the machine's, recorded with its reason. Holds until the next one. */
struct as_override {
    uint32_t model; /* index into prior[]; AS_NO_INDEX: every model */
    uint8_t stage;  /* enum as_stage of host/score */
    int64_t time;
};
struct as_override_log {
    uint32_t *start; /* leads + 1; NULL: nobody has any */
    struct as_override *at;
};

enum as_feed_state { AS_FEED_LIVE, AS_FEED_STALE, AS_FEED_NEVER };

struct as_dataset {
    const struct as_schema *schema;
    int64_t at, known_at;
    bool part; /* a choice of the leads: others exist beside them */
    uint32_t leads, accounts;
    int64_t *lead_id, *account_id; /* the store's row ids; ascending */
    struct as_pages lead_id_pages; /* at NULL: lead_id is malloc'ed */
    struct as_column *
        *field; /* by schema field index; as long as leads or accounts by its level; answers are here NULL */
    struct as_answer_column *answer; /* by schema field index, value NULL where absent */
    uint32_t *lead_account;          /* account row of each lead, AS_NO_INDEX for none */
    uint64_t *elsewhere; /* bit per account: others refer to it, and its members are not here; NULL: none */
    uint32_t *member_start, *member; /* accounts + 1; the lead rows of each account, ascending; NULL where
                                        nobody asks for them */
    uint64_t *kinds; /* bit set: the kinds of events that were asked for; NULL: all. The leads' log may have
                        others too */
    struct as_event_log lead_events;
    struct as_event_log
        account_events;      /* of the account itself and of its leads; absent (start NULL) unless needed */
    uint64_t *untracked;     /* bit per lead: refused tracking; NULL: nobody */
    uint8_t *kind_state;     /* enum as_feed_state by event kind */
    struct as_prior **prior; /* by model, in the order asked for; one row per lead; read by as_prior_at */
    struct as_pages *prior_pages; /* by model: of a store's file, where prior lies in one; NULL: nowhere */
    struct as_prior_over *prior_over;   /* by model; NULL: nowhere */
    struct as_prior_alike *prior_alike; /* by model, of rows that prior_over does not have; NULL: of none */
    int32_t **prior_day; /* by model, NULL where it is not asked for or not kept: by lead row, the day from
                            which the run that decided said that time alone may change it */
    uint32_t prior_models;
    struct as_touch_log touches;
    struct as_consent_log consents;
    struct as_enrolment_log enrolments;
    struct as_override_log overrides;
    struct as_track_word_log track_words;
    struct as_coming_log comings;
    struct as_intern *programmes;      /* names; NULL: none ever began */
    struct as_intern *programmes_over; /* terms of those that have ended; NULL: none */
    const char
        *prior_pack; /* whose standings of now the priors are; NULL: of nobody, or of an earlier moment */
    struct as_intern *channels, *tracks, *users, *labels;
};

/* A dataset for so many rows. Allocated and zeroed: field and answer (for every index of the schema; the
 * columns themselves are absent), lead_id, account_id, kind_state (live); lead_account says none; channels,
 * tracks and users are empty tables. The rest is NULL and zero. Every array is freed with free(), so that a
 * filler allocates with malloc. The schema must outlive it and not grow. */
enum as_status as_dataset_new(struct as_dataset **out, const struct as_schema *schema, uint32_t leads,
                              uint32_t accounts, struct as_error *error);
void as_dataset_free(struct as_dataset *dataset);
/* Where a lead stood before, of a model that there are priors of. */
static inline struct as_prior *as_prior_at(const struct as_dataset *dataset, uint32_t model,
                                           uint32_t lead_row)
{
    const struct as_prior_over *over = dataset->prior_over == NULL ? NULL : &dataset->prior_over[model];
    if (over == NULL || over->has == NULL || !as_bit(over->has, lead_row))
        return &dataset->prior[model][lead_row];
    return over->at[as_prior_over_place(over, lead_row)];
}
/* The lead's coming to the programme of that name, the first where two leads that came are one; NULL: it
 * never came. */
const struct as_coming *as_coming_to(const struct as_dataset *dataset, struct as_str programme,
                                     uint32_t lead_row);
/* Frees what priors there are, and what is loaded with them: overrides, words about tracks, enrolments,
 * programmes and who came to them. */
void as_dataset_drop_priors(struct as_dataset *dataset);

/* The column of a field or answer value, made unknown when absent; an answer gets its other arrays too, and
 * an account's answer is as long as the accounts. */
enum as_status as_dataset_column(struct as_column **out, struct as_dataset *dataset, uint32_t field,
                                 struct as_error *error);
/* The row of a store's id; AS_NO_INDEX when it is not here. */
uint32_t as_dataset_lead_row(const struct as_dataset *dataset, int64_t lead_id);
uint32_t as_dataset_account_row(const struct as_dataset *dataset, int64_t account_id);
/* Builds member_start and member from lead_account, anew each time. */
enum as_status as_dataset_link(struct as_dataset *dataset, struct as_error *error);

#endif
