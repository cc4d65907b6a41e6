/* What a gate promises to those who get its leads: awareness, interest and desire, and whether the criteria
 * that show each hold for this lead. */
#include "run/explain/explain.h"

/* A promise is kept when all of its criteria hold: the least of no < unknown < unmeasurable < yes. */
enum as_tri as_explained_promise(const struct as_explained_gate *gate, enum as_promise part)
{
    static const int order[] = {[AS_NO] = 0, [AS_UNKNOWN] = 1, [AS_UNMEASURABLE] = 2, [AS_YES] = 3};
    enum as_tri least = gate->gate->delivers[part].n > 0 ? AS_YES : AS_UNKNOWN;
    for (uint32_t i = 0; i < gate->gate->delivers[part].n; i++) {
        enum as_tri state = gate->criteria.at[gate->gate->delivers[part].at[i]].state;
        least = order[state] < order[least] ? state : least;
    }
    return least;
}

void as_explained_promises_say(struct as_buf *out, const struct as_explained_gate *gate)
{
    for (int part = 0; part < AS_PROMISES; part++) {
        as_buf_printf(out, "%s%s ", part > 0 ? "; " : "", as_promise_name((enum as_promise)part));
        if (gate->gate->delivers[part].n == 0) {
            as_buf_text(out, "by no criterion");
            continue;
        }
        as_buf_text(out, as_tri_say(as_explained_promise(gate, (enum as_promise)part)));
        for (uint32_t i = 0; i < gate->gate->delivers[part].n; i++)
            as_buf_printf(out, "%s%s", i == 0 ? ", by " : " and ",
                          gate->criteria.at[gate->gate->delivers[part].at[i]].name);
    }
}
