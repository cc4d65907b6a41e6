/* Kernels: what computes a plan's nodes over a batch of rows. Internal to score/.
 *
 * A batch is either contiguous, its base a multiple of AS_BATCH, so that columns are read where they lie, or
 * a selection, whose facts are gathered first. Kernels see dense vectors in both cases. */
#ifndef AS_SCORE_KERNEL_H
#define AS_SCORE_KERNEL_H

#include "data/identity/identity.h"
#include "score/plan/plan.h"
#include "score/plan/plan_node.h"

#include <pthread.h>

/* The values of a node for a batch, or for a whole table. Bits beyond the last row are unspecified in a
 * batch. */
struct as_vec {
    uint64_t *truth, *known, *open; /* open: unmeasurable; a shared vector of zeros when the node cannot be */
    union {
        int64_t *i64; /* a score's value */
        double *f64;
        uint32_t *code;
    };
    int64_t *low, *high;            /* scores */
    struct as_points_column points; /* a score of everybody, in place of i64, low and high */
};

/* What a node needs beside its inputs, worked out once per run from the dataset's columns. */
struct as_ready {
    const struct as_column *column, *via;
    bool direct; /* FACT: the column itself serves as the table */
    const struct as_answer_column *answer;
    const struct as_intern *dict; /* of CODE nodes; NULL for references, segments and absent columns */
    struct as_intern *own;        /* a dictionary made for the run */
    uint32_t **map;               /* DOMAIN (one), FIRST_KNOWN (one an input): code → code of `own` */
    uint8_t *table;               /* PREDICATE: by code, bit 0 truth, bit 1 known */
    struct as_masks *masks;       /* PREDICATE: decided together with others on its column; NULL: alone */
    uint32_t table_n;
    double *factor; /* MONEY: by currency, NaN without rate */
    uint32_t factor_n;
    int64_t lo, hi;  /* RANGE, with today added */
    uint8_t feed;    /* EVENTS: enum as_feed_state of its kinds together */
    uint64_t *roles; /* COVERS: by code, the set of roles asked for that it fills */
    uint64_t all_roles;
};

/* Up to eight predicates on one column that are known wherever the column is: a code is looked up once. */
struct as_masks {
    uint32_t nodes[8], n; /* the first one comes first among the plan's nodes */
    uint8_t *truth;       /* by code, a bit each */
};

/* One `property = value` of a selection of events. */
struct as_where {
    const struct as_column *column; /* NULL: no event says, so none is selected */
    enum as_type type;
    uint8_t *table; /* dictionary types: by code, bit 0 listed */
    uint32_t table_n;
    double number; /* numbers; money in hundredths */
    bool boolean;
};
struct as_wheres {
    struct as_where *at;
    uint32_t n;
    const struct as_column *property; /* SUM */
};

struct as_chunk {
    uint32_t base, n, words;
    const uint32_t *rows; /* row of position base + i; NULL: base + i itself */
};
static inline uint32_t as_chunk_row(const struct as_chunk *chunk, uint32_t i)
{
    return chunk->rows == NULL ? chunk->base + i : chunk->rows[i];
}

/* What kernels are compiled for. All versions give the same. */
enum as_machine { AS_MACHINE_ANY, AS_MACHINE_AVX2, AS_MACHINE_AVX512, AS_MACHINES };
/* The widest vectors that the processor has, but none wider than `most` bytes; most 0: any. */
enum as_machine as_machine_of(unsigned most);

/* In front of what is compiled once for each machine: it must be part of its caller. */
#define AS_PART static inline __attribute__((always_inline))
#ifdef __x86_64__
#define AS_FOR_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define AS_FOR_AVX512                                                                                        \
    __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq")))
#else
#define AS_FOR_AVX2
#define AS_FOR_AVX512
#endif
/* Defines the kernel `name` for the machine of the run, out of the AS_PART function `part`, which is told the
 * machine as a constant. */
#define AS_KERNEL_VERSIONS(name, part)                                                                       \
    static void part##_any(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,       \
                           uint32_t index)                                                                   \
    {                                                                                                        \
        part(run, worker, chunk, index, AS_MACHINE_ANY);                                                     \
    }                                                                                                        \
    AS_FOR_AVX2 static void part##_avx2(struct as_run *run, struct as_worker *worker,                        \
                                        const struct as_chunk *chunk, uint32_t index)                        \
    {                                                                                                        \
        part(run, worker, chunk, index, AS_MACHINE_AVX2);                                                    \
    }                                                                                                        \
    AS_FOR_AVX512 static void part##_avx512(struct as_run *run, struct as_worker *worker,                    \
                                            const struct as_chunk *chunk, uint32_t index)                    \
    {                                                                                                        \
        part(run, worker, chunk, index, AS_MACHINE_AVX512);                                                  \
    }                                                                                                        \
    void name(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t index)    \
    {                                                                                                        \
        static void (*const versions[AS_MACHINES])(struct as_run *, struct as_worker *,                      \
                                                   const struct as_chunk *,                                  \
                                                   uint32_t) = {part##_any, part##_avx2, part##_avx512};     \
        versions[run->machine](run, worker, chunk, index);                                                   \
    }

/* Room of a slot: a cache line more than a batch, for slots at equal distances of a power of two would fall
 * into the same lines of the first-level cache. */
enum { AS_SLOT_ROOM = AS_BATCH + 8 };

/* One sweep over the events of a batch, and a worker's room for it. */
struct as_sweep {
    const struct as_program *program;
    const uint32_t *time;
    const uint16_t *kind;
    uint32_t *first; /* by row: the first of its events */
    uint32_t *count; /* by row: how many there are; the sweep leaves out those after last_time */
    uint32_t n, today, last_time;
    int64_t *out;        /* slots, each AS_SLOT_ROOM values; of `seen`, where it is a mark, a bit a row */
    uint64_t *words;     /* of the program's rows added up, by word and row, the same way */
    uint32_t *at, *days; /* by event, AS_SWEEP_EVENTS of them: the place of its row, its day; of days there
                            are AS_SWEEP_SPARE more, which may be anything */
    uint64_t *rows;      /* added up, of AS_SWEEP_ROWS rows; on a cache line */
    uint32_t *counted;   /* by kind: the day and how many of it counted */
    uint32_t *notes;     /* the place of the last event, from 1 */
};
/* Rows and events that are swept together: their room stays within the first-level cache. */
enum { AS_SWEEP_ROWS = 64, AS_SWEEP_EVENTS = 2048, AS_SWEEP_SPARE = 64 };
/* Fills the slots and marks of a batch. */
void as_sweep(const struct as_sweep *sweep, enum as_machine machine);

struct as_worker {
    struct as_vec *vec;     /* by node */
    struct as_vec *scratch; /* by node: where a value goes that is not kept */
    int64_t **slot;         /* by program: AS_BATCH values a slot, slot after slot */
    struct as_sweep sweep;
    int64_t *acc; /* one row's slots, of what the sweep cannot do */
    double *sums;
    uint32_t *rings, *states;
    uint8_t *bytes; /* two times AS_BATCH */
    uint32_t *card; /* AS_BATCH */
    struct as_matcher *matcher;
    struct as_buf fold;
    struct as_plain *plain; /* while tables are made */
    uint32_t *filled;       /* coverage: members by role */
    void *kept;             /* by the functions of the pack (struct as_function_rows) */
    struct as_until *until; /* NULL unless asked for */
    uint32_t number;
};

struct as_run;
/* What a run notes for a profile: nanoseconds by node and program, calls by node, each worker its own. */
struct as_profile {
    const struct as_plan *plan;
    struct as_arena arena;
    struct {
        int64_t *nodes, *programs;
        uint64_t *calls;
    } workers[AS_MAX_THREADS];
};

/* Processor time of this thread when the run has a profile, else 0. */
int64_t as_profile_ticks(const struct as_run *run);
/* Adds what passed since `ticks`, which then is now. */
void as_profile_add(int64_t *ns, int64_t *ticks);

struct as_run {
    struct as_arena arena, scratch; /* scratch: of the workers, until all strata are done */
    const struct as_plan *plan;
    const struct as_dataset *dataset;
    struct as_run_options options;
    int64_t today;
    uint32_t last_time;         /* events after it are invisible */
    bool any_time;              /* false: `at` lies before all events */
    bool selection;             /* rows are listed, and every node is kept */
    bool scores_only;           /* only nodes that scores hang on are computed */
    const struct as_run *known; /* of a selection: whose tables it looks texts up in; NULL: value by value */
    enum as_machine machine;
    uint32_t rows[2];                      /* by level */
    const uint32_t *row_of[2];             /* by level and position; NULL: the position itself */
    const uint32_t *account_of;            /* account position by lead position, AS_NO_INDEX */
    const uint32_t *member_start, *member; /* lead positions by account position */
    struct as_vec *table;                  /* by node; all NULL when not kept */
    struct as_ready *ready;
    struct as_worker *workers;
    uint32_t worker_count;
    uint64_t *zeros;
    struct as_wheres **wheres; /* by program and feature */
    pthread_mutex_t lock;      /* guards `texts` and progress */
    bool locked;               /* the lock exists */
    struct as_intern *texts;   /* what functions said */
    char (**notes)[256];       /* by node and position: notes of functions, selections only */
    int64_t ***parts;          /* by score and part, by position: what each rule gave, selections only */
    int32_t *not_before[2];    /* by level and row, when asked for (until.h) */
    uint64_t *unpromised;      /* bit per lead: its day is to be worked out; NULL: everybody's is */
    int32_t **until;           /* by node: the days of those that another stratum reads */
    uint32_t **cards; /* by stratum, what its leads ask of their accounts: card_words words an account */
    uint32_t *card_words;
    uint64_t done, all;
};

struct as_outcome {
    struct as_run run;
};
struct as_trace {
    struct as_run run;
    struct as_arena rows; /* of the selection */
    uint32_t position[2]; /* of the lead and its account, by level; AS_NO_INDEX for no account */
};

/* Sets up columns, tables and scratch. `rows` NULL: the whole dataset. */
struct as_selection {
    const uint32_t *rows[2]; /* by level */
    uint32_t n[2];
    const uint32_t *account_of, *member_start, *member;
    bool scores_only;
    const struct as_run *known; /* everybody's, of the same plan and dataset, with its tables; NULL: none */
};
enum as_status as_run_open(struct as_run *run, const struct as_plan *plan, const struct as_dataset *dataset,
                           const struct as_run_options *options, const struct as_selection *selection,
                           struct as_error *error);
/* The rows that a decision about some leads (ascending) hangs on: they, their accounts and, with `members`,
 * the other members of those. Lives in the arena. */
enum as_status as_selection_of(struct as_selection *out, struct as_arena *arena,
                               const struct as_dataset *dataset, const uint32_t *lead_rows, uint32_t n,
                               bool members, struct as_error *error);
/* The place of a row in ascending rows, AS_NO_INDEX when it is not there. */
uint32_t as_selection_place(const uint32_t *rows, uint32_t n, uint32_t row);
/* Binds a kept node's vector to the rows of a batch. */
void as_run_bind(const struct as_run *run, struct as_worker *worker, uint32_t node, uint32_t base);
/* Computes all strata. */
enum as_status as_run_strata(struct as_run *run, struct as_error *error);
/* Frees what only computing needs; what is left is what the results are read from: they may be kept long. */
void as_run_release(struct as_run *run);
void as_run_close(struct as_run *run);
static inline bool as_run_wants(const struct as_run *run, const struct as_node *node)
{
    return !run->scores_only || node->for_scores;
}
/* Dictionary tables, rates, roles, feeds: run once by as_run_open; the tables over threads. */
enum as_status as_run_ready(struct as_run *run, struct as_error *error);
enum as_status as_run_tables(struct as_run *run, struct as_error *error);
/* Whether a node of a selection is about texts that no table has. */
bool as_run_by_value(const struct as_run *run, uint32_t node);
/* The text of a code of a CODE node. */
struct as_str as_run_text(const struct as_run *run, uint32_t node, uint32_t code);
uint32_t as_run_texts(const struct as_run *run, uint32_t node);

/* A node's value at a position as a person reads it; false, with nothing appended, when it is unknown. */
bool as_run_show(struct as_buf *out, const struct as_run *run, uint32_t node, uint32_t position);
/* The state of a node at a position of a kept table. */
enum as_tri as_run_state(const struct as_run *run, uint32_t node, uint32_t position);

/* Kernels. The node's vector is bound; they fill it from its inputs' vectors. */
void as_kernel_fact(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t node);
void as_kernel_money(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
void as_kernel_voice(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
void as_kernel_domain(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t node);
void as_kernel_predicate(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                         uint32_t node);
/* All predicates of the node's masks when it is the first of them, each its share of the time; else nothing.
 */
void as_kernel_masks(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
void as_run_masks(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t node,
                  int64_t *ticks);
void as_kernel_range(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
void as_kernel_since(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
void as_kernel_known(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
void as_kernel_not(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t node);
void as_kernel_and(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t node);
void as_kernel_or(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t node);
void as_kernel_at_least(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t node);
void as_kernel_first_known(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                           uint32_t node);
/* Writes the cards of accounts for a stratum of leads, where that pays; then gives a batch of leads the bits
 * of all BROADCAST nodes, and each node its share of the time. */
enum as_status as_run_deal(struct as_run *run, uint32_t stratum, struct as_error *error);
void as_kernel_cards(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t stratum);
void as_run_cards(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                  uint32_t stratum, int64_t *ticks);
void as_kernel_broadcast(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                         uint32_t node);
void as_kernel_members(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t node);
void as_kernel_covers(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t node);
void as_kernel_coverage(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t node);
void as_kernel_size(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t node);
void as_kernel_segment(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t node);
void as_kernel_score(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t node);
enum as_status as_kernel_function(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                                  uint32_t node, struct as_error *error);
/* Predicates, domains and first known texts of a selection. */
enum as_status as_kernel_text(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                              uint32_t node, struct as_error *error);
/* One pass over the rows' events fills all slots of a program; then each EVENTS node takes its own. */
void as_kernel_program(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t program);
void as_kernel_events(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t node);
/* The run of events of a row that are visible and count for a program, and whether conditions on properties
 * take one of them. */
void as_visible_events(size_t *first, size_t *end, const struct as_run *run, const struct as_program *program,
                       uint32_t row);
bool as_event_selected(const struct as_wheres *wheres, size_t event);
static inline const struct as_event_log *as_log_of(const struct as_run *run, const struct as_program *program)
{
    return program->level == AS_LEVEL_LEAD ? &run->dataset->lead_events : &run->dataset->account_events;
}

static inline struct as_vec *as_in(struct as_worker *worker, const struct as_node *node, uint32_t i)
{
    return &worker->vec[node->in[i]];
}

#endif
