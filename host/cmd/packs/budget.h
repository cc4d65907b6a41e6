/* Budget: how much a change of rules may move a stage before the change is stopped. */
#ifndef AS_CMD_BUDGET_H
#define AS_CMD_BUDGET_H

#include "score/tree/pack.h"

/* "sales_ready:+10%": at most a tenth more; "-5": at most five fewer; "±3%" or "3%": either way. */
struct as_budget {
    const char *text; /* as given */
    enum as_stage stage;
    int way; /* +1 bounds growth, -1 loss, 0 both */
    double amount;
    bool percent; /* of the leads before; of none, every change is too much */
};

/* The stage by its name or by a label of `pack` (NULL: names only). AS_ERR_USAGE with advice. */
enum as_status as_budget_parse(struct as_budget *out, const char *text, const struct as_pack *pack,
                               struct as_error *error);
bool as_budget_holds(const struct as_budget *budget, uint32_t before, uint32_t after);

#endif
