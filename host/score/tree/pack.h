/* A pack as data: everything its rule files declare. Built by host/bind, read by everyone.
 *
 * Strings, arrays and nodes live in pack->rules.arena. Order is order of declaration.
 */
#ifndef AS_SCORE_PACK_H
#define AS_SCORE_PACK_H

#include "base/business.h"
#include "data/pack/signatures.h"
#include "score/statistics/decay.h"
#include "score/tree/contact_policy.h"
#include "score/tree/expr.h"
#include "score/tree/role.h"
#include "score/tree/stages.h"
#include "score/tree/tried.h"

/* Points a kind of event earns. */
struct as_event_points {
    uint32_t kind;          /* schema index */
    int64_t points;         /* milli-points per event */
    struct as_rate at_most; /* count 0: no limit. Counts the earliest first, by UTC days */
};

enum as_rule_kind {
    AS_RULE_CONDITION, /* points when `when` holds */
    AS_RULE_EVENTS,    /* per_event points, faded */
    AS_RULE_FUNCTION,  /* a function that returns points and a note */
};
struct as_rule {
    const char *name;
    struct as_position position;
    const char *reason; /* why the rule exists; may be NULL */
    const char *group;  /* group whose cap binds it; NULL none */
    enum as_rule_kind kind;
    uint32_t index;             /* within its score */
    const struct as_expr *when; /* condition (also restricts EVENTS and FUNCTION rules); may be NULL there */
    int64_t points;             /* milli-points */
    AS_LIST(struct as_event_points) per_event;
    enum as_fading fading;
    int64_t fading_days; /* half-life, days to nothing (linear), or window */
    bool has_cap;
    int64_t cap; /* milli-points: bounds |sum| of the rule in the direction of its sign */
    const struct as_expr *function;
};

struct as_rule_group {
    const char *name;
    int64_t cap; /* milli-points */
    struct as_position position;
};

struct as_score {
    const char *name;
    struct as_model *model;
    struct as_position position;
    uint32_t index; /* within its model */
    bool has_floor, has_cap, restart_on_recycle;
    int64_t floor, cap; /* milli-points */
    AS_LIST(struct as_rule *) rules;
    AS_LIST(struct as_rule_group) groups;
};

/* What a lead has that the refinery gives out: it knows the kind of product, is interested in what ours is
 * worth, and begins to want it. */
enum as_promise { AS_PROMISE_AWARENESS, AS_PROMISE_INTEREST, AS_PROMISE_DESIRE };
enum { AS_PROMISES = AS_PROMISE_DESIRE + 1 };
const char *as_promise_name(enum as_promise part); /* "awareness" … */

struct as_criterion {
    const char *name;
    const struct as_expr *when;
};
struct as_gate {
    const char *name;
    enum as_stage stage; /* the stage of its name */
    enum as_level level;
    uint32_t index; /* within its model */
    struct as_position position;
    AS_LIST(struct as_criterion) criteria; /* sorted by name */
    bool has_contract;
    AS_LIST(uint32_t) delivers[AS_PROMISES]; /* criteria that show each; by place in `criteria` */
};

struct as_disqualifier {
    const char *name;
    struct as_position position;
    const struct as_expr *when;
    const char *to; /* model or track the lead goes to instead; NULL none */
};

/* A band of a graded axis: the score at or above `from` (milli-points) earns the label. */
struct as_band {
    const char *label;
    int64_t from;
};
struct as_grade_axis {
    const struct as_score *score;
    const char *lowest;            /* label below every band: "D", "4" */
    AS_LIST(struct as_band) bands; /* highest first */
};

struct as_recycle {
    enum as_stage from, to;
    const struct as_expr *when;
    int64_t cool_off; /* seconds, 0 none */
    struct as_position position;
};

/* What a rejected hand-off does, by reason. */
struct as_reject_reason {
    const char *reason;
    enum { AS_REJECT_FIX, AS_REJECT_NURTURE, AS_REJECT_DISQUALIFY } does;
    int64_t after; /* seconds before nurturing begins again */
};

struct as_model {
    const char *name;
    const char *product;        /* product line, NULL none */
    const struct as_expr *when; /* which leads it is about; NULL all */
    struct as_position position;
    uint32_t index; /* within its pack */
    AS_LIST(struct as_score *) scores;
    AS_LIST(struct as_disqualifier) disqualifiers;
    AS_LIST(struct as_gate *) gates;    /* in stage order */
    AS_LIST(struct as_grade_axis) axes; /* letter axis first, then number axis; 0, 1 or 2 */
    AS_LIST(struct as_recycle) recycles;
    AS_LIST(struct as_reject_reason) reject_reasons;
};

/* --- effects --- */

/* What is wanted of the outside. The first four and reminders the host makes by itself; tasks, hand-offs and
 * the others are what rules ask for. */
enum as_effect_kind {
    AS_EFFECT_SEND,     /* content for a person, of a track's step */
    AS_EFFECT_TASK,     /* a person does something */
    AS_EFFECT_ASSIGN,   /* a lead has got an owner */
    AS_EFFECT_HANDOFF,  /* a lead is handed to sales */
    AS_EFFECT_WEBHOOK,  /* a message to another system */
    AS_EFFECT_LIST,     /* the lead joins or leaves a list of another system */
    AS_EFFECT_UPDATE,   /* fields of the CRM's record change */
    AS_EFFECT_DIGEST,   /* a team's day in a few lines; about nobody alone */
    AS_EFFECT_REMINDER, /* a service level is at risk, or was not kept; the host makes it by itself */
};
enum { AS_EFFECT_KINDS = AS_EFFECT_REMINDER + 1 };
const char *as_effect_kind_name(enum as_effect_kind kind); /* "send" … */
bool as_effect_kind_parse(enum as_effect_kind *kind, struct as_str name);

/* Where effects go: one entry of `destinations` of pack.lua. Its address lies within permits.http, its
 * secrets are named in permits.secrets. */
enum as_destination_format { AS_FORMAT_CLOUD_EVENT, AS_FORMAT_CHAT };
struct as_destination {
    const char *name;
    const char *url; /* NULL: url_secret names the secret that holds it */
    const char *url_secret;
    const char *secret; /* that signs; NULL: unsigned */
    enum as_destination_format format;
    uint32_t takes; /* set of 1 << enum as_effect_kind: what the host makes by itself and goes there too */
};

/* One value of an effect's data: a literal, a fact of the lead or account, or a function of the lead. */
struct as_effect_value {
    const char *key;
    struct as_literal literal;  /* kind AS_LITERAL_NONE: expr */
    const struct as_expr *expr; /* a FUNCTION is called for the lead alone, when the effect is made */
};
/* The key of a task's own text among its values; no other is called so. */
#define AS_TASK_TEXT "task text"
/* An effect as rules ask for it. */
struct as_effect_rule {
    const char *name;
    struct as_position position;
    enum as_effect_kind kind;
    const char *to;                         /* destination; NULL: a task that stays here */
    const struct as_expr *when;             /* NULL always */
    const char *role;                       /* TASK: who does it; may be NULL */
    int64_t due;                            /* TASK: seconds, 0 none */
    const char *list;                       /* LIST: its name there */
    bool leaves;                            /* LIST: the lead leaves it */
    AS_LIST(struct as_effect_value) values; /* by key */
};
/* `on.enter "sales_ready" { … }`: what entering a stage asks for. */
struct as_reaction {
    enum as_stage stage;
    const char *model; /* NULL any */
    struct as_position position;
    AS_LIST(const struct as_effect_rule *) effects;
};

/* --- nurturing --- */

struct as_persona {
    const char *name;
    const struct as_expr *when;
    struct as_position position;
};

struct as_step {
    const char *name;
    struct as_position position;
    const char *content; /* content key; NULL for tasks and for effects alone */
    const char *task;    /* text of a human task; NULL for content and for effects alone */
    const char *role;    /* who does it: "ldr" …; may be NULL */
    const char *ask;     /* what the touch asks for, an entry of `needs`; NULL: educate */
    const char *channel; /* "email" unless said otherwise; "call" for tasks */
    uint32_t questions;  /* how many the touch asks */
    int64_t wait;        /* seconds after the step before it */
    const struct as_expr
        *done_when; /* NULL: done when touched; a step of effects alone is done once it is due */
    AS_LIST(const struct as_effect_rule *) effects;
};
struct as_track {
    const char *name;
    struct as_position position;
    const char *persona;        /* NULL any */
    const char *phase;          /* buying phase: "discovery", "consideration", "decision"; NULL any */
    const struct as_expr *when; /* NULL all */
    int64_t once;               /* seconds before the same lead may enter again, 0 no limit */
    AS_LIST(struct as_step) steps;
};

/* A phrase that texts are looked through for: of the lexicon, or to be called for. */
struct as_phrase {
    const char *text;    /* as declared */
    const char *folded;  /* data/identity/fold.h */
    const char *instead; /* a word of ours: what buyers say; NULL: buyers say it so */
    struct as_position position;
};

/* What buyers of a persona ask themselves in a phase, in the order in which it is asked. */
struct as_question_set {
    const char *phase;   /* buying phase, as in struct as_track */
    const char *persona; /* NULL every one */
    const char *product; /* what they are about; NULL: no product */
    struct as_position position;
    AS_LIST(uint32_t) asks; /* schema indexes of answers */
};

/* --- routing --- */

enum as_route_to { AS_ROUTE_EXPR, AS_ROUTE_USER, AS_ROUTE_ROUND_ROBIN, AS_ROUTE_WEIGHTED };
struct as_route_target {
    const char *name; /* user, or team for round robin */
    uint32_t weight;
};
struct as_route {
    const char *name;
    struct as_position position;
    int64_t order;
    const struct as_expr *when; /* NULL all */
    enum as_route_to to;
    const struct as_expr *to_expr; /* a user-typed fact */
    AS_LIST(struct as_route_target) targets;
    struct as_rate at_most; /* per target; count 0 none */
    bool skip_absent;
    bool nurture; /* false: the lead leaves nurturing to its owner */
};

/* --- service levels --- */

/* A promise: the clock begins with an offer to sales, or with an event that `starts` selects, and stops with
 * the first event of a kind named. Giving the lead back, and what ends its path, always stops it. */
struct as_service_level {
    const char *name;
    struct as_position position;
    AS_LIST(const struct as_expr *) starts; /* selections of the lead's events; none: offers */
    AS_LIST(uint32_t) stops;                /* schema indexes of kinds of events */
    struct as_span within;
    uint32_t warn;               /* percent of it after which somebody should look; 0 never */
    bool reassign;               /* when time is over the lead goes to somebody else, by the routes */
    const char *notify, *reject; /* who gets a task, "manager" or a role; why it is given back; NULL: not */
};

/* --- accounts --- */

struct as_segment {
    bool declared;
    struct as_position position;
    const struct as_expr *value, *diversity;
    int64_t very_high_value, low_value; /* hundredths */
    double homogeneous;
};
/* What is called account-based marketing (SiriusDecisions' four varieties). Only the first is it in the first
 * meaning of the word: a programme for each account. */
enum as_variety {
    AS_VARIETY_NONE, /* not said */
    AS_VARIETY_LARGE_ACCOUNT,
    AS_VARIETY_NAMED_ACCOUNT,
    AS_VARIETY_INDUSTRY_ACCOUNT,
    AS_VARIETY_CUSTOMER,
};
enum { AS_VARIETIES = AS_VARIETY_CUSTOMER + 1 };
const char *as_variety_name(enum as_variety variety); /* "large_account" …; NULL of none */
/* How alike what two accounts are given is, 0 to 1, when both are given `shared` pieces of content that
 * anybody gets and `own` that are made for each alone: the common ones of all (Jaccard). Nothing is like
 * nothing. */
double as_plan_likeness(uint32_t shared, uint32_t own);
/* Above it a programme is targeted marketing, whatever it is called. */
#define AS_PLANS_ALIKE 0.5

struct as_group_need {
    const char *role;
    uint32_t count;
};
struct as_play {
    const char *name;
    struct as_position position;
    const struct as_expr *when; /* NULL always */
    const char *task;           /* human task */
    const char *content;        /* content key */
    bool unique;                /* content made for this account alone */
    const char *role;
    int64_t due; /* seconds after the play opens, 0 none */
};
struct as_template {
    const char *name;
    struct as_position position;
    const struct as_expr *when;
    const struct as_expr *marketing_owner, *sales_owner; /* user facts; may be NULL */
    enum as_variety variety;
    AS_LIST(struct as_group_need) group;
    double budget_share; /* 0 none */
    const struct as_expr *budget_of;
    AS_LIST(struct as_play) plays;
};
struct as_tier {
    const char *name;
    struct as_position position;
    const struct as_expr *when;
    uint32_t at_most; /* 0 no limit */
};

/* --- the pack --- */

struct as_named_list {
    const char *name;
    const char *path;         /* inside the pack; NULL for built-in lists ("freemail", "disposable") */
    struct as_intern *values; /* folded: lower case, NFKC; owned by the pack */
};
struct as_currency_rate {
    const char *currency;
    double per_unit; /* value of one unit in the table's base */
};
struct as_agreement {
    bool declared;
    const char *signers[AS_PARTIES]; /* who signs; NULL when nothing is declared */
    const unsigned char
        *keys[AS_PARTIES]; /* public keys of AS_PUBLIC_KEY bytes; NULL: a signature needs none */
    int64_t review_by;     /* day */
    double marketing_commits, sales_expects; /* shares; 0 when not stated */
    struct as_position position;
};
/* What a team has to know of its buyers before rules about them mean anything. */
enum as_buyer_question { AS_BUYERS_WHY, AS_BUYERS_WHO, AS_BUYERS_HOW, AS_BUYERS_WHAT };
enum { AS_BUYER_QUESTIONS = AS_BUYERS_WHAT + 1 };
const char *as_buyer_question_name(enum as_buyer_question question); /* "why" … */
struct as_buyers {
    bool declared;
    const char *answers[AS_BUYER_QUESTIONS]; /* NULL not answered */
};
/* What people can do for leads that come to a stage. */
struct as_capacity {
    enum as_stage stage;
    int64_t work;        /* seconds that one lead takes, 0 not stated */
    struct as_rate most; /* leads that can be taken; count 0 not stated */
};
struct as_pack;
const struct as_capacity *as_capacity_of(const struct as_pack *pack, enum as_stage stage); /* NULL: none */
struct as_label {
    enum as_stage stage;
    const char *label;
};

/* What is asked of a provider about leads or accounts, before anything is decided. */
struct as_enrichment {
    const char *name;
    struct as_position position;
    enum as_level level;
    int64_t every;              /* seconds after which an answer is too old */
    const struct as_expr *when; /* about whom; never NULL */
    AS_LIST(uint32_t) fills;    /* schema indexes of the fields it may fill */
};

/* --- learning --- */

/* Two classes of customers that `assay learn` tells apart; runs do not read it. */
struct as_contrast {
    const char *name;
    struct as_position position;
    enum as_level level; /* leads or accounts */
    const struct as_expr *best;
    const struct as_expr *worst;          /* NULL: who is known not to be one of the best */
    uint32_t since;                       /* schema index of the date it began on; AS_NO_INDEX: not said */
    uint64_t at_least;                    /* subjects that a value must have before it counts */
    AS_LIST(const struct as_expr *) from; /* characteristics: facts, conditions on them */
};

struct as_pack {
    const char *name, *owner;
    struct as_position position;
    struct as_rules rules; /* arena, nodes and schema */
    const char *change;    /* what this version changes, for whoever reviews it; NULL not stated */
    struct as_agreement agreement;
    struct as_buyers buyers;
    AS_LIST(struct as_capacity) capacities;
    AS_LIST(struct as_label) labels;
    AS_LIST(struct as_named_list) lists;
    AS_LIST(struct as_currency_rate) rates;
    int64_t rates_day;
    AS_LIST(const char *) permitted_origins;
    AS_LIST(const char *) permitted_secrets;
    AS_LIST(struct as_destination) destinations; /* by name */
    AS_LIST(struct as_role) roles;               /* by name */
    AS_LIST(struct as_reaction) reactions;
    AS_LIST(struct as_model *) models;
    AS_LIST(struct as_persona) personas;
    struct as_contact_policy policy;
    AS_LIST(struct as_track *) tracks;
    AS_LIST(struct as_programme *) programmes;
    AS_LIST(struct as_question_set) questions;
    AS_LIST(const char *) trust; /* as_pack_trust */
    AS_LIST(struct as_phrase) lexicon;
    AS_LIST(uint32_t)
    taken_by; /* kinds of events by which an offer is taken; none: whatever is done with it */
    AS_LIST(struct as_phrase) watched;
    AS_LIST(const struct as_effect_rule *) on_post; /* for each post with a watched word: tasks, webhooks */
    AS_LIST(struct as_route) routes;                /* sorted by order, then declaration */
    AS_LIST(struct as_service_level) service_levels;
    struct as_business business; /* hours that service levels count; its zone is the pack's own */
    struct as_zone *zone;        /* NULL: UTC */
    const char *business_dates, *business_country; /* where its days off are from, and whose; NULL: none */
    struct as_position business_position;          /* file NULL: nothing is said, 09:00 to 17:00 UTC */
    struct as_segment segment;
    AS_LIST(struct as_template *) templates;
    AS_LIST(struct as_tier) tiers;
    AS_LIST(struct as_enrichment *)
    enrichments; /* their functions stand in this order, from 1, in the host's state */
    AS_LIST(struct as_contrast *) contrasts;
    uint32_t functions;                   /* rule functions are numbered 0 … functions-1 */
    char hash[AS_HASH_TEXT];              /* the version (data/pack/source.h) */
    AS_LIST(struct as_source_file) files; /* what decides: names and digests */
    struct as_signatures signatures;      /* of agreement.sig */
};

/* The model's gate into a stage; NULL: it has none. */
const struct as_gate *as_gate_into(const struct as_model *model, enum as_stage stage);
/* The team's word for a stage, else the stage's own name. */
const char *as_pack_label(const struct as_pack *pack, enum as_stage stage);

/* Kinds of sources, those that buyers trust most first: the pack's, else association, industry group, case
 * study, analyst, independent review, vendor. */
const char *const *as_pack_trust(const struct as_pack *pack, uint32_t *n);
/* The place of a kind of source in that order, 0 the most trusted; n when it is not in it or unknown. Case
 * and
 * "_" for a blank make no difference. */
uint32_t as_pack_trust_rank(const struct as_pack *pack, struct as_str source_type);

/* An empty pack over a schema, which must outlive it. AS_ERR_MEMORY. */
enum as_status as_pack_new(struct as_pack **out, struct as_schema *schema, struct as_error *error);
void as_pack_free(struct as_pack *pack); /* not the schema */

#endif
