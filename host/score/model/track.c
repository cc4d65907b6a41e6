/* Places a lead in its nurturing track and moves it from step to step. Whether a touch may be made is
 * contact.c's. */
#include "score/model/track.h"

#include "score/model/nurture.h"
#include "score/model/programme.h"

#include <string.h>

/* Whether a lead of this standing may be in the pack's track of this index. */
static bool is_nurtured(const struct as_standing *standing, uint32_t track)
{
    if (standing->outside)
        return false;
    if (standing->stage == AS_STAGE_DISQUALIFIED)
        return standing->sent_to == track + 1;
    return standing->stage == AS_STAGE_NURTURE || standing->stage == AS_STAGE_WORTH_A_CALL;
}

/* The pack's track of a code; AS_NO_INDEX when it no longer declares it. */
static uint32_t track_of(const struct as_nurture *nurture, uint32_t code)
{
    for (uint32_t t = 0; code != AS_NO_INDEX && t < nurture->pack->tracks.n; t++)
        if (nurture->track_code[t] == code)
            return t;
    return AS_NO_INDEX;
}

const struct as_track_word *as_track_word(const struct as_dataset *dataset, uint32_t lead_row)
{
    const struct as_track_word_log *words = &dataset->track_words;
    const struct as_enrolment_log *stays = &dataset->enrolments;
    if (words->start == NULL || words->start[lead_row] == words->start[lead_row + 1])
        return NULL;
    const struct as_track_word *last = &words->at[words->start[lead_row + 1] - 1];
    if (last->says == AS_TRACK_LIFTED)
        return NULL;
    for (uint32_t i = stays->start == NULL ? 0 : stays->start[lead_row];
         stays->start != NULL && i < stays->start[lead_row + 1]; i++)
        if (stays->at[i].word == last->id && stays->at[i].ended)
            return NULL;
    return last;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The first touch from instant `since` on the channel, up to `at`; AS_TIME_NONE when there is none. */
static int64_t touch_since(const struct as_nurture *nurture, uint32_t lead_row, uint32_t channel,
                           int64_t since, int64_t at)
{
    const struct as_touch_log *log = &nurture->dataset->touches;
    if (log->start == NULL || channel == AS_NO_INDEX)
        return AS_TIME_NONE;
    for (uint32_t i = log->start[lead_row]; i < log->start[lead_row + 1] && log->at[i].time <= at; i++)
        if (log->at[i].time >= since && log->at[i].channel == channel)
            return log->at[i].time;
    return AS_TIME_NONE;
}

/* Moves over every step that is done. */
static void advance(struct as_placement *place, const struct as_nurture *nurture, uint32_t track,
                    uint32_t lead_row, int64_t at)
{
    const struct as_track *t = nurture->pack->tracks.at[track];
    while (place->step < t->steps.n) {
        uint32_t index = nurture->first_step[track] + place->step;
        int64_t done = AS_TIME_NONE;
        if (t->steps.at[place->step].done_when != NULL &&
            as_verdict_at(nurture->step_done[index], lead_row) == AS_YES)
            done = place->due;
        else if (t->steps.at[place->step].content == NULL && t->steps.at[place->step].task == NULL)
            done = place->due <= at ? place->due : AS_TIME_NONE; /* effects alone: nobody is touched */
        else
            done = touch_since(nurture, lead_row, nurture->step_channel[index], place->due, at);
        if (done == AS_TIME_NONE)
            return;
        place->step++;
        /* At least a second later: one touch does one step. */
        if (place->step < t->steps.n)
            place->due = later(done + t->steps.at[place->step].wait, done + 1);
    }
    place->ended = true;
}

static enum as_status ask_contact(struct as_placement *place, const struct as_nurture *nurture,
                                  uint32_t lead_row, int64_t at, struct as_error *error)
{
    place->contact = (struct as_contact_answer){AS_CONTACT_ALLOWED, later(place->due, at), ""};
    if (place->track == NULL || place->ended || place->due > at)
        return AS_OK;
    const struct as_step *step = &place->track->steps.at[place->step];
    struct as_contact_question question = {at, step->channel, step->ask, false, step->questions};
    return as_nurture_ask(&place->contact, nurture, lead_row, &question, error);
}

/* Whether earlier stays let the lead into the track. undisturbed: stays that a person's word began or cut
 * short do not count. */
static bool may_enter(const struct as_nurture *nurture, uint32_t track, uint32_t lead_row, bool undisturbed,
                      int64_t at)
{
    const struct as_enrolment_log *log = &nurture->dataset->enrolments;
    const struct as_track *t = nurture->pack->tracks.at[track];
    if (log->start == NULL || nurture->track_code[track] == AS_NO_INDEX)
        return true;
    for (uint32_t i = log->start[lead_row]; i < log->start[lead_row + 1]; i++) {
        const struct as_enrolment *before = &log->at[i];
        if (before->track != nurture->track_code[track] ||
            (undisturbed && (before->word != 0 || before->step < t->steps.n)))
            continue;
        if (t->once > 0 ? at - before->entered < t->once : before->step >= t->steps.n)
            return false;
    }
    return true;
}

/* A lead to be placed. */
struct placing {
    const struct as_nurture *nurture;
    const struct as_standing *standing;
    const char *phase; /* NULL: not asked for yet */
    uint32_t row;
    int64_t at;
};

static bool fits(struct placing *p, uint32_t track, bool undisturbed)
{
    const struct as_nurture *nurture = p->nurture;
    const struct as_track *t = nurture->pack->tracks.at[track];
    if (!is_nurtured(p->standing, track))
        return false;
    if (t->persona != NULL && (nurture->track_persona[track] == AS_NO_INDEX ||
                               p->standing->persona != nurture->track_persona[track] + 1))
        return false;
    if (as_verdict_at(nurture->track_when[track], p->row) != AS_YES)
        return false;
    if (t->phase != NULL) {
        if (p->phase == NULL)
            p->phase = as_phase_name(as_buyer_phase(&nurture->buyer, p->row, p->at));
        if (strcmp(t->phase, p->phase) != 0)
            return false;
    }
    return may_enter(nurture, track, p->row, undisturbed, p->at);
}

/* The first track whose rules take the lead in; AS_NO_INDEX none. */
static uint32_t first_that_fits(struct placing *p, bool undisturbed)
{
    for (uint32_t track = 0; track < p->nurture->pack->tracks.n; track++)
        if (fits(p, track, undisturbed))
            return track;
    return AS_NO_INDEX;
}

/* Whether the rules leave the lead in the track that it is in. */
static bool stays(const struct placing *p, uint32_t track)
{
    return is_nurtured(p->standing, track) && as_verdict_at(p->nurture->track_when[track], p->row) != AS_NO;
}

/* The stay that the lead is in, in a track that there is; NULL none. */
static const struct as_enrolment *open_stay(uint32_t *track, const struct placing *p)
{
    const struct as_enrolment_log *log = &p->nurture->dataset->enrolments;
    for (uint32_t i = log->start == NULL ? 0 : log->start[p->row];
         log->start != NULL && i < log->start[p->row + 1]; i++) {
        *track = log->at[i].ended ? AS_NO_INDEX : track_of(p->nurture, log->at[i].track);
        if (*track != AS_NO_INDEX)
            return &log->at[i];
    }
    *track = AS_NO_INDEX;
    return NULL;
}

/* The pack's track that a programme of this name, which is not over, tries; AS_NO_INDEX: there is none. */
static uint32_t tried_by(const struct as_nurture *nurture, uint32_t programme)
{
    const struct as_dataset *dataset = nurture->dataset;
    for (uint32_t t = 0; t < nurture->pack->tracks.n; t++)
        if (nurture->programme[t] != NULL &&
            as_str_is(as_intern_text(dataset->programmes, programme), nurture->programme[t]->name))
            return t;
    return AS_NO_INDEX;
}

/* Of a lead in a track: the programme that it came to by entering it. */
static void note_coming(struct as_placement *out, const struct as_nurture *nurture, uint32_t track,
                        uint32_t lead_row)
{
    const struct as_programme *programme = nurture->programme[track];
    const struct as_coming *coming =
        programme != NULL ? as_coming_to(nurture->dataset, as_str_of(programme->name), lead_row) : NULL;
    if (coming == NULL || coming->came != out->entered)
        return;
    out->programme = programme;
    out->arm = (enum as_arm)coming->arm;
    out->until = coming->until;
}

/* Whether the lead is held out now. */
static bool is_held_out(struct as_placement *out, const struct placing *p)
{
    const struct as_coming_log *log = &p->nurture->dataset->comings;
    for (uint32_t i = log->start == NULL ? 0 : log->start[p->row];
         log->start != NULL && i < log->start[p->row + 1]; i++) {
        uint32_t track = log->at[i].arm == AS_ARM_HELD_OUT && p->at < log->at[i].until
                             ? tried_by(p->nurture, log->at[i].programme)
                             : AS_NO_INDEX;
        if (track == AS_NO_INDEX)
            continue;
        out->programme = p->nurture->programme[track];
        out->arm = AS_ARM_HELD_OUT;
        out->until = log->at[i].until;
        return true;
    }
    return false;
}

/* Who enters a track that is tried comes to the programme. False: to be held out of it. */
static bool come(struct as_placement *out, const struct placing *p, uint32_t track)
{
    const struct as_nurture *nurture = p->nurture;
    const struct as_programme *programme = nurture->programme[track];
    if (programme == NULL || !as_programme_open(programme, p->at) ||
        as_coming_to(nurture->dataset, as_str_of(programme->name), p->row) != NULL)
        return true;
    out->programme = programme;
    out->tried = nurture->pack->tracks.at[track];
    out->arm = as_programme_arm(nurture->pack, programme, nurture->dataset->lead_id[p->row]);
    out->comes = true;
    out->until = p->at + programme->within * AS_DAY_SECONDS;
    return out->arm != AS_ARM_HELD_OUT;
}

static void go_on(struct as_placement *out, const struct placing *p, const struct as_enrolment *held,
                  uint32_t track, bool ends)
{
    out->track = p->nurture->pack->tracks.at[track];
    out->step = held->step;
    out->entered = held->entered;
    out->lead = held->lead;
    out->due = held->step_due;
    out->ended = ends;
    note_coming(out, p->nurture, track, p->row);
    if (!ends)
        advance(out, p->nurture, track, p->row, p->at);
}

static void enter(struct as_placement *out, const struct placing *p, uint32_t track)
{
    out->track = p->nurture->pack->tracks.at[track];
    out->enters = true;
    out->entered = p->at;
    out->due = p->at + (out->track->steps.n > 0 ? out->track->steps.at[0].wait : 0);
    advance(out, p->nurture, track, p->row, p->at);
}

enum as_status as_nurture_place(struct as_placement *out, const struct as_nurture *nurture, uint32_t lead_row,
                                const struct as_standing *standing, int64_t at, struct as_error *error)
{
    struct placing p = {.nurture = nurture, .standing = standing, .row = lead_row, .at = at};
    const struct as_pack *pack = nurture->pack;
    *out = (struct as_placement){.entered = AS_TIME_NONE,
                                 .due = AS_TIME_NONE,
                                 .until = AS_TIME_NONE,
                                 .contact = {AS_CONTACT_ALLOWED, AS_TIME_NONE, ""}};
    uint32_t in, to;
    const struct as_enrolment *held = open_stay(&in, &p);
    const struct as_track_word *said = as_track_word(nurture->dataset, lead_row), *word = said;
    uint32_t wanted = said == NULL ? AS_NO_INDEX : track_of(nurture, said->track);
    if (said != NULL && said->says == AS_TRACK_PLACED &&
        (wanted == AS_NO_INDEX || !is_nurtured(standing, wanted)))
        word = NULL; /* it waits for a stage that is nurtured */
    /* A stay by a word that holds no more is the rules' to end. */
    bool released = held != NULL && held->word != 0 && (said == NULL || said->id != held->word);
    if (word != NULL) {
        bool theirs = held != NULL && held->word == 0 && stays(&p, in);
        uint32_t rules = theirs ? in : first_that_fits(&p, true);
        out->by_rules = rules == AS_NO_INDEX ? NULL : pack->tracks.at[rules];
        out->word = word;
        to = wanted;
    } else if (held != NULL && !released) {
        go_on(out, &p, held, in, !stays(&p, in));
        return ask_contact(out, nurture, lead_row, at, error);
    } else {
        to = is_held_out(out, &p) ? AS_NO_INDEX : first_that_fits(&p, released);
        if (to != AS_NO_INDEX && (held == NULL || to != in) && !come(out, &p, to))
            to = AS_NO_INDEX;
    }
    if (held != NULL && (to == in || to == AS_NO_INDEX)) {
        go_on(out, &p, held, in, to == AS_NO_INDEX);
        out->adopted = to == in && held->word != (word == NULL ? 0 : word->id);
    } else if (to != AS_NO_INDEX) {
        enter(out, &p, to);
        out->displaced = held != NULL;
    }
    return ask_contact(out, nurture, lead_row, at, error);
}

enum as_status as_place(struct as_placement *out, const struct as_pack *pack,
                        const struct as_outcome *outcome, const struct as_dataset *dataset, uint32_t lead_row,
                        const struct as_standing *standing, int64_t at, struct as_error *error)
{
    struct as_nurture *nurture;
    enum as_status status = as_nurture_open(&nurture, pack, outcome, dataset, error);
    if (status != AS_OK)
        return status;
    status = as_nurture_place(out, nurture, lead_row, standing, at, error);
    as_nurture_close(nurture);
    return status;
}

const char *as_buying_phase(const struct as_pack *pack, const struct as_dataset *dataset, uint32_t lead_row,
                            int64_t at)
{
    (void)pack; /* phases are the buyer's, the same for every pack */
    struct as_buyer buyer;
    if (as_buyer_open(&buyer, dataset, NULL) != AS_OK)
        return as_phase_name(AS_PHASE_DISCOVERY);
    enum as_phase phase = as_buyer_phase(&buyer, lead_row, at);
    as_buyer_close(&buyer);
    return as_phase_name(phase);
}
