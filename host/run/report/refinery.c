/* The refinery: what those who qualify leads do with them, what appointments come of it, and how good these
 * are [A8.17]. Money is no part of it [A8.8]. */
#include "run/report/reporting.h"

#include "store/report/appointments.h"
#include "store/report/refinery.h"
#include "store/work/people.h"

#include <string.h>

/* What is counted of a person, a track, or of all. */
struct counted {
    const char *name;
    struct as_refinery_row did;
    uint64_t appointments, over, held;
    struct as_moments quality;
};
struct everyone {
    AS_LIST(struct counted) list;
};
struct somebody {
    const char *name, *role;
};
struct refining {
    struct as_reporting *r;
    struct as_report_section *section;
    struct everyone people, tracks;
    AS_LIST(struct somebody) users; /* with a role */
    struct counted all;
    uint64_t no_shows, moved, by_rules, by_word;
};

static const char *role_of(const struct refining *f, const char *name)
{
    for (uint32_t i = 0; i < f->users.n; i++)
        if (strcmp(f->users.at[i].name, name) == 0)
            return f->users.at[i].role;
    return NULL;
}

/* Who has another role is left out; who has none may be one of them. */
static bool is_counted(const struct refining *f, const char *name)
{
    const char *role = role_of(f, name);
    return role == NULL || as_role_qualifies(f->r->report->pack, role);
}

static enum as_status take_user(void *context, const struct as_user_row *row, struct as_error *error)
{
    struct refining *f = context;
    if (row->role == NULL)
        return AS_OK;
    struct somebody one = {as_report_text(f->r, "%s", row->name), as_report_text(f->r, "%s", row->role)};
    return as_list_push(&f->r->report->arena, &f->users, one) ? AS_OK : as_error_memory(error);
}

static enum as_status take_all(void *context, const struct as_refinery_row *row, struct as_error *error)
{
    struct refining *f = context;
    (void)error;
    f->all.did = *row;
    return AS_OK;
}

static enum as_status take_person(void *context, const struct as_refinery_row *row, struct as_error *error)
{
    struct refining *f = context;
    if (!is_counted(f, row->user))
        return AS_OK;
    struct counted one = {.name = as_report_text(f->r, "%s", row->user), .did = *row};
    return as_list_push(&f->r->report->arena, &f->people.list, one) ? AS_OK : as_error_memory(error);
}

static void add(struct counted *to, const struct as_appointment *one, int64_t at)
{
    bool over = one->state == AS_APPOINTMENT_HELD || one->state == AS_APPOINTMENT_NO_SHOW ||
                (one->state == AS_APPOINTMENT_OPEN && one->starts != AS_TIME_NONE && one->starts <= at);
    to->appointments++;
    to->over += over;
    to->held += one->state == AS_APPOINTMENT_HELD;
    if (one->state == AS_APPOINTMENT_HELD && one->rating > 0)
        as_moments_add(&to->quality, one->rating, 1);
}

/* The one of that name, made when there is none; NULL without memory. */
static struct counted *find(struct refining *f, struct everyone *among, const char *name)
{
    for (uint32_t i = 0; i < among->list.n; i++)
        if (strcmp(among->list.at[i].name, name) == 0)
            return &among->list.at[i];
    struct counted fresh = {.name = as_report_text(f->r, "%s", name)};
    return as_list_push(&f->r->report->arena, &among->list, fresh) ? &among->list.at[among->list.n - 1]
                                                                   : NULL;
}

static enum as_status take_appointment(void *context, const struct as_appointment *one,
                                       struct as_error *error)
{
    struct refining *f = context;
    const struct as_report *report = f->r->report;
    if ((report->since != AS_TIME_NONE && one->booked < report->since) || one->booked > report->until)
        return AS_OK;
    add(&f->all, one, report->at);
    f->no_shows += one->no_shows;
    f->moved += one->moved;
    bool theirs = one->by != NULL && is_counted(f, one->by);
    struct counted *person = theirs ? find(f, &f->people, one->by) : NULL;
    struct counted *track = find(f, &f->tracks, one->track != NULL ? one->track : "");
    if (track == NULL || (theirs && person == NULL))
        return as_error_memory(error);
    add(track, one, report->at);
    if (theirs)
        add(person, one, report->at);
    return AS_OK;
}

static struct as_figure quality(const struct counted *of)
{
    return as_figure_mean(&of->quality, "none was rated");
}

static struct as_figure held(const struct counted *of)
{
    return of->over > 0 ? as_figure_share(of->held, of->over) : as_figure_none("none is over");
}

static void add_person(struct refining *f, const struct counted *one)
{
    static const struct as_report_column columns[] = {{"who", "Who"},
                                                      {"contacted", "Contacted"},
                                                      {"asked", "Asked"},
                                                      {"placed", "Placed"},
                                                      {"documented", "Documented"},
                                                      {"probed", "Probed"},
                                                      {"stimulated", "Stimulated"},
                                                      {"appointments", "Appointments"},
                                                      {"held", "Held"},
                                                      {"quality", "Quality"}};
    struct as_report_table *table = as_section_table(
        f->r, f->section, "people", "By who qualifies: leads, conversations, appointments", columns, 10);
    const struct as_role *role = as_role_of(f->r->report->pack, role_of(f, one->name));
    const struct as_refinery_row *did = &one->did;
    const struct as_figure cells[AS_MEASURES] = {
        [AS_MEASURE_CONTACTED] = as_figure_count(did->contacted),
        [AS_MEASURE_ASKED] = as_figure_count(did->asked),
        [AS_MEASURE_PLACED] = as_figure_count(did->placed),
        [AS_MEASURE_DOCUMENTED] = as_figure_count(did->documented),
        [AS_MEASURE_PROBED] = as_figure_count(did->probed),
        [AS_MEASURE_STIMULATED] = as_figure_count(did->stimulated),
        [AS_MEASURE_APPOINTMENTS] = as_figure_count(one->appointments),
        [AS_MEASURE_HELD] = held(one),
        [AS_MEASURE_QUALITY] = quality(one),
    };
    as_table_cell(f->r, table, as_figure_text(one->name));
    for (int m = 0; m < AS_MEASURES; m++)
        as_table_cell(f->r, table,
                      role == NULL || (role->measures >> m & 1) != 0
                          ? cells[m]
                          : as_figure_none("the role is not measured by it"));
}

static void add_track(struct refining *f, const struct counted *one)
{
    static const struct as_report_column columns[] = {
        {"track", "Track"}, {"appointments", "Appointments"}, {"held", "Held"}, {"quality", "Quality"}};
    struct as_report_table *table =
        as_section_table(f->r, f->section, "tracks", "Appointments by the track before them", columns, 4);
    as_table_cell(f->r, table, one->name[0] != '\0' ? as_figure_text(one->name) : as_figure_none("in none"));
    as_table_cell(f->r, table, as_figure_count(one->appointments));
    as_table_cell(f->r, table, held(one));
    as_table_cell(f->r, table, quality(one));
}

static enum as_status take_placed(void *context, const struct as_placed_row *row, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"by_rules", "The rules had"}, {"placed", "A person chose"}, {"leads", "Leads"}};
    struct refining *f = context;
    (void)error;
    *(row->by_word ? &f->by_word : &f->by_rules) += row->leads;
    if (!row->by_word)
        return AS_OK;
    struct as_report_table *table =
        as_section_table(f->r, f->section, "overrides", "Tracks that people chose", columns, 3);
    as_table_cell(f->r, table,
                  row->instead[0] != '\0' ? as_figure_text(as_report_text(f->r, "%s", row->instead))
                                          : as_figure_none("none"));
    as_table_cell(f->r, table, as_figure_text(as_report_text(f->r, "%s", row->track)));
    as_table_cell(f->r, table, as_figure_count(row->leads));
    return AS_OK;
}

static void add_figures(struct refining *f)
{
    struct as_reporting *r = f->r;
    const struct counted *all = &f->all;
    const struct as_refinery_row *did = &all->did;
    const struct {
        const char *key, *label;
        uint64_t n;
    } leads[] = {{"contacted", "leads contacted by a person", did->contacted},
                 {"asked", "leads that answered a person's questions", did->asked},
                 {"placed", "leads placed in a track by a person", did->placed},
                 {"conversations", "conversations", did->conversations}};
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
        as_section_figure(r, f->section, leads[i].key, leads[i].label, as_figure_count(leads[i].n), NULL);
    const struct {
        const char *key, *label;
        uint64_t hits;
    } shares[] = {{"documented", "of these with an outcome or a summary", did->documented},
                  {"probed", "of these probed the interest", did->probed},
                  {"stimulated", "of these stimulated demand", did->stimulated}};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        as_section_figure(r, f->section, shares[i].key, shares[i].label,
                          did->conversations > 0 ? as_figure_share(shares[i].hits, did->conversations)
                                                 : as_figure_none("nobody spoke with a lead"),
                          NULL);
    as_section_figure(r, f->section, "appointments", "appointments arranged",
                      as_figure_count(all->appointments), NULL);
    as_section_figure(r, f->section, "held", "held, of those whose time has come", held(all),
                      f->no_shows + f->moved > 0
                          ? as_report_text(r, "missed %llu times, put off %llu times",
                                           (unsigned long long)f->no_shows, (unsigned long long)f->moved)
                          : NULL);
    as_section_figure(r, f->section, "quality", "quality of those held, 1 to 5, as sales rated them",
                      quality(all), NULL);
}

enum as_status as_report_refinery(struct as_reporting *r, struct as_error *error)
{
    struct refining f = {.r = r};
    int64_t since = r->report->since,
            until = r->report->until < r->report->at ? r->report->until : r->report->at;
    struct as_appointment_query query = {0, r->report->pack != NULL ? r->report->pack->name : NULL,
                                         r->report->at, r->report->at};
    enum as_status status = as_store_users(r->store, take_user, &f, error);
    if (status == AS_OK)
        status = as_store_refinery(r->store, since, until, true, take_all, &f, error);
    if (status == AS_OK)
        status = as_store_refinery(r->store, since, until, false, take_person, &f, error);
    if (status == AS_OK)
        status = as_store_appointments(r->store, &query, take_appointment, &f, error);
    bool any = f.all.did.conversations + f.all.did.placed + f.all.appointments > 0;
    if (status != AS_OK || (!any && !as_reporting_only(r, AS_REPORT_REFINERY)))
        return status;
    f.section = as_section_new(r, "refinery", "The refinery");
    if (!any) {
        as_section_note(r, f.section, "nobody recorded a conversation, a placement or an appointment");
        return AS_OK;
    }
    add_figures(&f);
    for (uint32_t i = 0; i < f.people.list.n; i++)
        add_person(&f, &f.people.list.at[i]);
    for (uint32_t i = 0; i < f.tracks.list.n; i++)
        add_track(&f, &f.tracks.list.at[i]);
    if (r->report->pack != NULL)
        status = as_store_placed(r->store, r->report->pack->name, since, until, take_placed, &f, error);
    if (f.by_word > 0)
        as_section_figure(r, f.section, "by_word", "stays in tracks that a person began, of all",
                          as_figure_share(f.by_word, f.by_word + f.by_rules), NULL);
    as_section_note(r, f.section, "money is no part of this: who qualifies leads is measured by good ones");
    return status;
}
