/* Effect writing: what the files of this folder share while a pack's effects are made. Internal to
 * them. */
#ifndef AS_RUN_EFFECT_WRITING_H
#define AS_RUN_EFFECT_WRITING_H

#include "run/decision/json.h"
#include "run/effects/effects.h"
#include "store/work/effects.h"
#include "store/work/people.h"
#include "store/work/waiting.h"

struct as_task;

struct as_effect_writing {
    struct as_effects_made *made;
    struct as_store *store;
    struct as_effect_rows *rows; /* NULL: a dry run */
    const struct as_effects_request *request;
    struct as_roster roster;
    struct as_arena arena;
    struct as_buf key, payload;
    struct as_intern *known; /* dry runs: keys of effects that exist */
    bool asked_appointments, any_appointments;
    const char **owner; /* by lead row: who was found to own it in this run, "" nobody; NULL: nobody asked */
    struct as_room *room;                /* how many sales can take; NULL: as many as there are */
    struct as_id_list waiting[AS_WAITS]; /* whom this run could not serve */
};

struct as_effect_about {
    int64_t lead_id, account_id; /* 0 none */
    const char *destination;     /* the one that a rule names; NULL: those that take the kind */
    int64_t not_before;          /* AS_TIME_NONE: at once */
    const char *withdrawn;       /* why it is kept and not sent; NULL: it is sent */
};

/* A literal of an effect's data: a text, a number or a boolean. */
void as_effect_literal(struct as_json *json, const struct as_literal *literal);
/* Starts the payload of an effect in w->payload; the caller adds to it and closes it. model NULL: none. */
struct as_json as_effect_payload(struct as_effect_writing *w, const char *model, int64_t lead_id);
/* Makes the effect of w->key and w->payload: once for itself, and one more for each further destination that
 * takes its kind. *added false: it exists already. */
enum as_status as_effect_put(bool *added, struct as_effect_writing *w, enum as_effect_kind kind,
                             const struct as_effect_about *about, struct as_error *error);

/* The task and, when it is new, the effect that tells of it. */
enum as_status as_effect_put_task(bool *added, struct as_effect_writing *w, const struct as_task *task,
                                  struct as_error *error);

/* Tells whose the lead is from `since` on. */
enum as_status as_effect_put_assign(struct as_effect_writing *w, uint32_t model, uint32_t row,
                                    const struct as_assignment *to, const char *reason, int64_t since,
                                    struct as_error *error);

/* Whom of sales a lead goes to: who has the appointment with it. Texts live in w->arena. */
struct as_offered_to {
    const char *with, *by; /* NULL: there is no appointment; by NULL unknown */
    int64_t starts;        /* AS_TIME_NONE: nobody said */
};
enum as_status as_effect_offered_to(struct as_offered_to *out, struct as_effect_writing *w, uint32_t model,
                                    uint32_t row, struct as_error *error);
/* "owner", "to" (who has the appointment, else the owner) and "appointment" of the object that is open. */
void as_effect_put_offered_to(struct as_json *json, const struct as_offered_to *to, const char *owner);
/* Offers the lead: the message, and the offer that waits for an answer. owner may be NULL. */
enum as_status as_effect_offer(struct as_effect_writing *w, uint32_t model, uint32_t row, const char *owner,
                               struct as_error *error);

/* owners.c: owners of those who come to where people take over, and offers to sales. */
enum as_status as_effects_hand_over(struct as_effect_writing *w, struct as_error *error);
/* Whether a lead that stands so is handed to sales. */
bool as_effect_offers(const struct as_effect_writing *w, const struct as_standing *standing);

/* room.c: with whoever is to be handed over and was not yet: all of them wait until it is given. NULL where
 * the pack sets no limit. On failure what there is is to be closed too. */
enum as_status as_room_open(struct as_room **out, struct as_effect_writing *w, struct as_error *error);
void as_room_close(struct as_room *room);
/* Hands over the best of all that wait, as far as there is room, and notes the others. */
typedef enum as_status (*as_room_fn)(struct as_effect_writing *w, uint32_t model, uint32_t row,
                                     struct as_error *error);
enum as_status as_room_give(struct as_effect_writing *w, as_room_fn hand_over, struct as_error *error);
bool as_room_waits(const struct as_effect_writing *w, uint32_t model, uint32_t row);
/* It waited, and was handed over now. */
bool as_room_late(const struct as_effect_writing *w, uint32_t model, uint32_t row);

/* What leads did that somebody has promised to answer: from now on it is known (promises.c). Nothing in a dry
 * run. */
enum as_status as_effects_note_promises(struct as_effect_writing *w, struct as_error *error);
/* Clocks that run (request->owed): reminders, tasks, leads given to somebody else. */
enum as_status as_effects_of_service_levels(struct as_effect_writing *w, struct as_error *error);
/* Plays of the pack's open account plans. */
enum as_status as_effects_of_plans(struct as_effect_writing *w, struct as_error *error);
/* What the pack's watch asks for, of posts that came in since its last run. */
enum as_status as_effects_of_posts(struct as_effect_writing *w, struct as_error *error);
/* What entering stages asks for, of one model: leads that moved, and leads handed over late because a
 * disqualifier was unknown when they came. */
enum as_status as_effects_react(struct as_effect_writing *w, uint32_t model, struct as_error *error);
/* The effects of a step at `row`, whose own key is `step_key`. */
enum as_status as_effects_of_step(struct as_effect_writing *w, const struct as_step *step,
                                  const char *step_key, uint32_t row, struct as_error *error);

#endif
