/* Nodes of a compiled plan. Internal to the plan compiler, the kernels and the ledger.
 *
 * Compiling turns every expression, in the context it stands in, into a node; equal nodes are one. A node is
 * computed for all rows of its level in its stratum, batch by batch; one that another stratum reads, or that
 * is a root, is kept for the whole table. */
#ifndef AS_SCORE_PLAN_NODE_H
#define AS_SCORE_PLAN_NODE_H

#include "base/bits.h"
#include "data/facts/dataset.h"
#include "score/statistics/decay.h"
#include "score/tree/operator.h"
#include "score/tree/pack.h"

enum as_node_kind {
    AS_NODE_FACT,      /* a column, or one step through a reference */
    AS_NODE_MONEY,     /* a money column converted into a currency */
    AS_NODE_DOMAIN,    /* text → its registrable domain */
    AS_NODE_SEGMENT,   /* the account's region */
    AS_NODE_PREDICATE, /* a text or choice → three-valued, by a table over its dictionary */
    AS_NODE_RANGE,     /* lo <= x <= hi */
    AS_NODE_SINCE,     /* days from a date to today */
    AS_NODE_VOICE,     /* a side of an answer: stated, inferred, given by somebody */
    AS_NODE_KNOWN,
    AS_NODE_NOT,
    AS_NODE_AND,
    AS_NODE_OR,
    AS_NODE_AT_LEAST_OF,
    AS_NODE_FIRST_KNOWN,
    AS_NODE_EVENTS, /* a feature of an event program */
    AS_NODE_FUNCTION,
    AS_NODE_BROADCAST, /* an account's value for each of its leads */
    AS_NODE_EVERY,
    AS_NODE_SOME,
    AS_NODE_COVERS,
    AS_NODE_COVERAGE,
    AS_NODE_SIZE,
    AS_NODE_SCORE,
};

/* How a node's values are held, beside its validity. */
enum as_rep { AS_REP_BITS, AS_REP_I64, AS_REP_F64, AS_REP_CODE, AS_REP_SCORE };

enum as_side { AS_SIDE_STATED, AS_SIDE_INFERRED, AS_SIDE_VOICE };

#define AS_NO_NODE UINT32_MAX

struct as_node {
    enum as_node_kind kind;
    enum as_rep rep;
    enum as_level level;
    uint16_t stratum; /* even: over accounts, odd: over leads */
    bool keep;        /* held for the whole table */
    bool open;        /* may be unmeasurable */
    bool for_scores;  /* a score hangs on it */
    bool timed;       /* time alone may change it */
    bool root;        /* a decision hangs on it: not only looked up by whoever writes an effect */
    bool asked;       /* timed, and until when it holds matters to a root or a band (plan_asked.c) */
    bool handed;      /* that is read in another stratum than its own */
    uint32_t query;   /* asked: index into its program's queries, AS_NO_INDEX none */
    uint32_t *in;
    uint32_t in_count;

    uint32_t field, via; /* FACT, MONEY, VOICE: schema indexes */
    int64_t lo, hi;      /* RANGE over integers */
    double flo, fhi;     /* RANGE over numbers */
    bool relative;       /* RANGE over dates: lo and hi are days from today */
    uint32_t count; /* AT_LEAST_OF: how many; VOICE: enum as_side; EVENTS: enum as_kernel of the feature */
    uint32_t mask;  /* VOICE: set of enum as_voice */
    uint32_t program, feature; /* EVENTS; PREDICATE: index of its predicate */
    const struct as_expr
        *expr; /* PREDICATE, COVERS, FUNCTION: arguments; MONEY: currency; else the first that led here */
    const struct as_score *score;
    const struct as_template *template_; /* COVERAGE */
};

/* From when on a lead's events count. */
enum as_origin_kind { AS_ORIGIN_BEGINNING, AS_ORIGIN_RECYCLED, AS_ORIGIN_ENTERED, AS_ORIGIN_CAME };
struct as_origin {
    enum as_origin_kind kind;
    uint32_t of; /* index of the model; CAME: of the programme */
};

/* What an expression is asked in: the same words can mean another node elsewhere. */
struct as_context {
    enum as_level level;
    struct as_origin origin;
    const struct as_template *template_;
};

enum as_feature_kind {
    AS_FEATURE_COUNT,
    AS_FEATURE_SEEN,
    AS_FEATURE_SUM,
    AS_FEATURE_FIRST,
    AS_FEATURE_LAST,
    AS_FEATURE_DAYS,
    AS_FEATURE_POINTS,
};
struct as_feature {
    enum as_feature_kind kind;
    uint64_t *kinds;   /* bit per event kind that counts */
    bool buyers;       /* all of them are buyers' */
    bool marked;       /* SEEN: a bit of a word, so that its slot has a bit a row */
    uint32_t days;     /* window, 0 none */
    uint32_t property; /* SUM */
    const struct as_literal *where;
    uint32_t where_kind;        /* kind whose properties `where` names */
    const struct as_rule *rule; /* POINTS */
};

/* What an event of a kind does to most features is one row of a table, found by kind and age
 * (plan_program.c): words of 64 bits. In the first ones counts and points stand side by side, each a field as
 * wide as the sum over AS_LANE_RUN events may get, so that one addition adds them all; those behind are
 * or'ed, for `seen` and for days. A row is half a line of the cache or so many whole ones. */
enum { AS_ROW_HALF = 4, AS_ROW_LINE = 8 };

/* The rows of a kind, by age. */
struct as_kind_row {
    uint32_t limit; /* events of this kind a day that count; UINT32_MAX without limit */
    uint32_t over;  /* words from the kind's rows to those of its events beyond the limit */
    uint32_t note;  /* where the last event of the kind is noted */
};
/* Features that are sums. A field may be negative: read after adding `below` to it, it cannot. */
struct as_sum_field {
    uint32_t slot, word, shift, bits;
    int64_t below;
};
/* Features that are bits of a word: whether there was an event, or on which of the last days. */
struct as_mark {
    uint32_t slot, word, shift, bits;
};
/* A feature that is the time of the last event of some kinds. */
struct as_latest {
    uint32_t slot;
    const uint64_t *kinds;
    AS_LIST(uint32_t) notes; /* those of the kinds */
};
/* What takes more: conditions on properties, sums, first times, limits over several days, weights or ages
 * beyond the lanes. */
struct as_special {
    uint32_t slot;
    struct as_decay_table table; /* POINTS; else 1 within the window */
    uint32_t limit, limit_days;  /* POINTS; limit 0: none; days 0: for ever */
    uint32_t ring;               /* POINTS: first entry of its ring in the scratch */
    uint32_t state;              /* own state word in the scratch */
};
struct as_specials {
    AS_LIST(struct as_special) list;
};
/* What is asked of a row's events when a run says until when decisions hold: the day of the so-manieth latest
 * of them, or of the oldest in the window. */
struct as_query {
    uint32_t node;   /* whose day is the day the event leaves the window */
    uint32_t source; /* the EVENTS node it reads: itself, or what it compares */
    uint32_t days;   /* the window */
};

/* All event features of one level and origin, computed in one pass over each row's events. */
struct as_program {
    enum as_level level;
    struct as_origin origin;
    AS_LIST(struct as_feature) features; /* the slot of a feature is its index */
    uint32_t kind_count;
    uint64_t about;            /* bit k % 64 for each kind k of a feature */
    struct as_kind_row *kinds; /* by schema kind; one more for kinds that came after the plan */
    uint32_t *first, *oldest;  /* by kind, too: the first word of its rows; the age of the last row, which
                                  is for all above */
    uint64_t *rows;            /* on a cache line */
    uint32_t stride;           /* words of a row, and what they begin with: */
    uint32_t sums, words;      /* those of fields, those with marks, too */
    uint64_t *below;           /* by word of sums: of all its fields */
    uint64_t *marked;          /* by word: all bits of those with marks */
    uint32_t least_limit;      /* the least limit a day of a kind, 0 when there is none */
    AS_LIST(struct as_sum_field) fields;
    AS_LIST(struct as_mark) marks;
    AS_LIST(struct as_latest) latest;
    uint32_t notes;
    struct as_specials *specials;    /* by schema kind; NULL when there are none */
    AS_LIST(uint32_t) special_slots; /* the slots that they fill */
    uint32_t rings, states;          /* words of scratch */
    AS_LIST(struct as_query) queries;
    uint64_t *query_kinds; /* by 64 queries and kind: which of them are about the kind */
};

/* A predicate on one text or choice. */
struct as_pattern;
struct as_matcher;
struct as_predicate {
    enum as_kernel kernel;
    struct as_str *words; /* folded */
    uint32_t word_count;
    const struct as_intern *list;
    struct as_pattern *pattern;
    uint32_t rank, ranks; /* order of choices: the literal's place, how many there are */
    uint32_t first_rank;  /* code of the lowest */
};

struct as_part {
    const struct as_rule *rule;
    uint32_t when;     /* node, AS_NO_NODE: always */
    uint32_t points;   /* node of EVENTS and FUNCTION rules, else AS_NO_NODE */
    int64_t amount;    /* CONDITION: milli-points within the rule's cap */
    int64_t cap;       /* bounds |sum| of points; AS_OPEN_POINTS when there is none */
    int64_t low, high; /* what an unknown sum may be; low <= 0 <= high */
    uint32_t group;    /* index into the score's groups, AS_NO_INDEX none */
};
struct as_score_plan {
    const struct as_score *score;
    uint32_t node; /* AS_NO_NODE while it is being compiled */
    bool compiling;
    AS_LIST(struct as_part) parts;
    AS_LIST(int64_t) borders; /* ascending: where something decided changes as a value reaches it */
    bool graded;              /* some of them are an axis's */
};

/* Where a condition or value stands in the pack. */
struct as_site {
    const struct as_expr *expr;
    struct as_context context;
    uint32_t node;
};

/* A bit of an account that leads ask for: one of the three of a BROADCAST node. */
struct as_card_plane {
    uint32_t node;
    enum { AS_CARD_KNOWN, AS_CARD_TRUTH, AS_CARD_OPEN } part;
};
struct as_stratum {
    AS_LIST(uint32_t) nodes;   /* in order of computation */
    AS_LIST(uint32_t) imports; /* kept nodes of earlier strata that this one reads at its own level */
    AS_LIST(uint32_t) asked;   /* of the nodes, in the same order */
    AS_LIST(struct as_card_plane) planes; /* of all BROADCAST nodes of bits */
};

struct as_plan {
    struct as_arena arena;
    const struct as_pack *pack;
    const struct as_schema *schema;
    AS_LIST(struct as_node) nodes;
    AS_LIST(struct as_program) programs;
    AS_LIST(struct as_predicate) predicates; /* a PREDICATE node's `feature` is its index */
    struct as_suffixes *suffixes;            /* when something asks for domains */
    AS_LIST(struct as_score_plan) scores;
    AS_LIST(struct as_site) sites; /* every expression in every context it was compiled in */
    uint32_t *first_site;          /* by expression: 1 + first index into sites, 0 none */
    uint32_t *next_site;           /* by site, the same way */
    uint32_t next_room;
    AS_LIST(struct as_stratum) strata;
    uint32_t *buckets; /* hash of nodes: 1 + index, open addressing */
    uint32_t bucket_count;
    bool groups;            /* something asks about the members of an account */
    bool score_groups;      /* a score does */
    uint16_t score_stratum; /* highest stratum of a score */
    uint32_t acts;          /* node: some event of the lead moves it; AS_NO_NODE when no kind does */
};

/* --- building --- */

/* The node of an expression in a context. */
enum as_status as_plan_compile(uint32_t *node, struct as_plan *plan, const struct as_expr *expr,
                               struct as_context context, struct as_error *error);
/* Notes that an expression is this node in a context. */
enum as_status as_plan_site(struct as_plan *plan, const struct as_expr *expr, struct as_context context,
                            uint32_t node, struct as_error *error);
/* Parts of the above, one each for the operators of plan_fact.c. `expr` is the call. */
enum as_status as_plan_segment(uint32_t *node, struct as_plan *plan, const struct as_expr *expr,
                               struct as_context context, struct as_error *error);
enum as_status as_plan_currency(uint32_t *node, struct as_plan *plan, const struct as_expr *money,
                                const struct as_expr *call, struct as_context context,
                                struct as_error *error);
enum as_status as_plan_side(uint32_t *node, struct as_plan *plan, const struct as_expr *expr,
                            struct as_context context, struct as_error *error);
enum as_status as_plan_acknowledged(uint32_t *node, struct as_plan *plan, const struct as_expr *expr,
                                    struct as_context context, struct as_error *error);
enum as_status as_plan_group(uint32_t *node, struct as_plan *plan, const struct as_expr *expr,
                             struct as_context context, struct as_error *error);
enum as_status as_plan_reference(uint32_t *node, struct as_plan *plan, const struct as_expr *expr,
                                 struct as_context context, struct as_error *error);
/* A node of a kind with nothing else set. */
struct as_node as_node_like(enum as_node_kind kind, enum as_rep rep, enum as_level level,
                            const struct as_expr *expr);
/* The node of a function as a value of a kind: points, an owner's name. */
enum as_status as_plan_function(uint32_t *node, struct as_plan *plan, const struct as_expr *function,
                                enum as_rep rep, uint32_t when, struct as_error *error);
/* Adds a node, or finds the equal one; `in` is copied. Computes stratum and openness. */
enum as_status as_plan_add(uint32_t *index, struct as_plan *plan, const struct as_node *node,
                           const uint32_t *in, uint32_t in_count, struct as_error *error);
enum as_status as_plan_add_unary(uint32_t *index, struct as_plan *plan, enum as_node_kind kind,
                                 enum as_rep rep, enum as_level level, const struct as_expr *expr,
                                 uint32_t in, struct as_error *error);
/* A feature of events: finds or adds its program and slot, and its node. */
enum as_status as_plan_feature(uint32_t *node, struct as_plan *plan, const struct as_expr *call,
                               struct as_context context, struct as_error *error);
enum as_status as_plan_rule_events(uint32_t *node, struct as_plan *plan, const struct as_rule *rule,
                                   struct as_origin origin, struct as_error *error);
/* The node that says whether an event of a kind that moves leads was there; AS_NO_NODE when no kind does. */
enum as_status as_plan_acts(uint32_t *node, struct as_plan *plan, struct as_error *error);
/* Fills the programs' actions by kind when all features are known. */
enum as_status as_plan_seal_programs(struct as_plan *plan, struct as_error *error);
/* Marks what must be known to say until when decisions hold; when the strata are built. */
enum as_status as_plan_asked(struct as_plan *plan, struct as_error *error);
/* Makes predicates ready when all nodes are known. */
enum as_status as_plan_predicates(struct as_plan *plan, struct as_error *error);
/* What a predicate answers: bit 0 truth, bit 1 known. */
enum { AS_ANSWER_OPEN = 0, AS_ANSWER_NO = 2, AS_ANSWER_YES = 3 };
/* Whether a predicate looks at the folded text alone, and what it says to it. */
bool as_predicate_folds(const struct as_predicate *predicate);
uint8_t as_predicate_of_folded(const struct as_predicate *predicate, struct as_str folded);
/* The answer for a text with its code. */
enum as_status as_predicate_decide(uint8_t *out, const struct as_predicate *predicate, struct as_str text,
                                   uint32_t code, struct as_matcher *matcher, struct as_buf *scratch,
                                   struct as_error *error);
enum as_status as_plan_score(uint32_t *node, struct as_plan *plan, const struct as_score *score,
                             struct as_error *error);
struct as_score_plan *as_plan_score_of(const struct as_plan *plan, const struct as_score *score);

/* Deep equality; both may be NULL. */
bool as_literal_same(const struct as_literal *a, const struct as_literal *b);

/* The node of an expression compiled in a context like this, AS_NO_NODE when there is none. */
uint32_t as_plan_find(const struct as_plan *plan, const struct as_expr *expr,
                      const struct as_context *context);
/* The same at a level, whatever else the context: events from the beginning are preferred. */
uint32_t as_plan_find_at(const struct as_plan *plan, const struct as_expr *expr, enum as_level level);

static inline bool as_origin_same(struct as_origin a, struct as_origin b)
{
    return a.kind == b.kind && (a.kind == AS_ORIGIN_BEGINNING || a.of == b.of);
}

#endif
