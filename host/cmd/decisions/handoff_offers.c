/* What a package says of its offers: to whom, what came of each, and by when an answer is due. */
#include "cmd/decisions/handoff_page.h"
#include "cmd/output/wording.h"

#include <string.h>

static bool has_appointment(const struct as_package *package, const char *user)
{
    const struct as_package_meeting *last =
        package->meetings.n > 0 ? &package->meetings.at[package->meetings.n - 1] : NULL;
    return last != NULL && user != NULL && last->what.state != AS_APPOINTMENT_CANCELLED &&
           strcmp(last->what.with, user) == 0;
}

/* By the team's own agreements; the last offer's clocks alone, since those before are answered, and those
 * that run for what the lead did. */
static void print_clocks(struct as_document *d, const struct as_package *package)
{
    const struct as_owed_list *owed = &package->explanation.owed;
    for (uint32_t i = 0; i < owed->list.n; i++) {
        const struct as_owed *one = &owed->list.at[i];
        struct as_buf text = {.p = NULL};
        bool of_last = one->offer != 0 && strcmp(one->model, package->model->model->name) == 0 &&
                       one->clock.began == package->offers.at[package->offers.n - 1].offered;
        if (!of_last && (one->offer != 0 || one->clock.stopped != AS_TIME_NONE))
            continue;
        as_owed_say(&text, one);
        as_document_line(d,
                         one->clock.state == AS_CLOCK_OVERDUE   ? AS_RED
                         : one->clock.state == AS_CLOCK_AT_RISK ? AS_YELLOW
                                                                : AS_PLAIN,
                         as_buf_c(&text));
        as_buf_free(&text);
    }
}

void as_print_offers(struct as_document *d, const struct as_package *package)
{
    const struct as_explanation *e = &package->explanation;
    char when[AS_WORDING];
    for (uint32_t i = 0; i < package->offers.n; i++) {
        const struct as_package_offer *offer = &package->offers.at[i];
        if (offer->answered == AS_TIME_NONE)
            as_document_printf(d, "Offered to %s%s %s, not answered yet",
                               offer->owner != NULL ? offer->owner : "sales",
                               has_appointment(package, offer->owner) ? ", who has the appointment," : "",
                               as_since_format(when, offer->offered, e->at));
        else
            as_document_printf(d, "%s%s%s on %.10s%s%s",
                               strcmp(offer->state, "accepted") == 0 ? "Accepted" : "Rejected",
                               offer->by != NULL ? " by " : "", offer->by != NULL ? offer->by : "",
                               as_instant_format(when, offer->answered), offer->reason != NULL ? ": " : "",
                               offer->reason != NULL ? offer->reason : "");
    }
    if (package->offers.n > 0)
        print_clocks(d, package);
}
