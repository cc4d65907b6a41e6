/* Gauss and Jordan's elimination with partial pivots, for systems of up to some hundred unknowns. */
#include "score/statistics/equations.h"

#include <math.h>
#include <stddef.h>

static void swap_rows(double *row, size_t width, uint32_t a, uint32_t b)
{
    for (size_t k = 0; k < width && a != b; k++) {
        double swap = row[a * width + k];
        row[a * width + k] = row[b * width + k];
        row[b * width + k] = swap;
    }
}

bool as_equations_solve(double *row, uint32_t n, uint32_t sides)
{
    size_t width = (size_t)n + sides;
    for (uint32_t c = 0; c < n; c++) {
        uint32_t pivot = c;
        for (uint32_t r = c + 1; r < n; r++)
            if (fabs(row[r * width + c]) > fabs(row[pivot * width + c]))
                pivot = r;
        swap_rows(row, width, c, pivot);
        double first = row[c * width + c];
        if (!(fabs(first) > 0) || !isfinite(first))
            return false;
        for (size_t k = c; k < width; k++)
            row[c * width + k] /= first;
        for (uint32_t r = 0; r < n; r++) {
            double factor = row[r * width + c];
            if (r == c || factor == 0)
                continue;
            for (size_t k = c; k < width; k++)
                row[r * width + k] -= factor * row[c * width + k];
        }
    }
    return true;
}
