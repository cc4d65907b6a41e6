/* Which leads are like one, from bit vectors of verdicts: one pass over each condition. */
#include "score/model/likeness.h"

#include <math.h>
#include <stdlib.h>

enum { STATES = 3 };

/* Not measurable is unknown here: neither says anything about the lead. */
static int state_of(struct as_verdicts verdicts, uint32_t row)
{
    enum as_tri state = as_verdict_at(verdicts, row);
    return state == AS_NO ? 0 : state == AS_YES ? 1 : 2;
}

enum as_status as_likeness(double *out, const struct as_verdicts *conditions, uint32_t n, uint32_t rows,
                           uint32_t row, struct as_error *error)
{
    double *shared = calloc(rows + (size_t)1, sizeof *shared), *all = calloc(rows + (size_t)1, sizeof *all);
    enum as_status status = shared == NULL || all == NULL ? as_error_memory(error) : AS_OK;
    for (uint32_t c = 0; status == AS_OK && c < n; c++) {
        uint32_t count[STATES] = {0};
        double common[STATES] = {0}, both[STATES] = {0};
        int own = state_of(conditions[c], row);
        for (uint32_t r = 0; r < rows; r++)
            count[state_of(conditions[c], r)]++;
        for (int s = 0; s < STATES; s++) {
            if (count[s] == 0)
                continue;
            double p = (double)count[s] / rows, q = (double)count[own] / rows;
            common[s] = 2 * log(s == own ? p : p + q);
            both[s] = log(p) + log(q);
        }
        for (uint32_t r = 0; r < rows; r++) {
            int s = state_of(conditions[c], r);
            shared[r] += common[s];
            all[r] += both[s];
        }
    }
    for (uint32_t r = 0; status == AS_OK && r < rows; r++)
        out[r] = all[r] < 0 ? shared[r] / all[r] : 1;
    free(shared);
    free(all);
    return status;
}
