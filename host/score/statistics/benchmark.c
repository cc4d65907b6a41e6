/* The table of what others published. */
#include "score/statistics/benchmark.h"

const struct as_benchmark as_benchmarks[] = {
    {"budget_last",
     "From … to … of business buyers evaluate solutions and make the business case first, and get the money "
     "approved after that",
     {70, 80},
     2,
     "%",
     NULL,
     0,
     0},
    {"buying_process",
     "… say that their ability to understand the customer's buying process is better than expected",
     {9.6},
     1,
     "%",
     NULL,
     0,
     0},
    {"content_impact",
     "… say that online content has a moderate or major impact on which vendor they prefer",
     {87},
     1,
     "%",
     "CMO Council and NetLine",
     0,
     0},
    {"content_relevance",
     "… of sales reps and … of their managers want content that is more relevant to customers",
     {59, 57},
     2,
     "%",
     NULL,
     0,
     0},
    {"poor_enablement",
     "Of the revenue of a company of a billion, … is wasted in sales and marketing and … is lost in "
     "opportunities where sales is badly enabled",
     {1.4, 10},
     2,
     "% of revenue",
     NULL,
     0,
     0},
    {"preparedness",
     "Of sales reps at their first meeting buyers call … unprepared, … somewhat prepared and … very or "
     "extremely prepared",
     {26, 31, 43},
     3,
     "%",
     "IDC, among buyers of IT",
     2009,
     0},
    {"proof_of_value",
     "… of companies require quantifiable proof, … lack the tools for it, and … expect the vendor to "
     "quantify the value",
     {90, 65, 81},
     3,
     "%",
     NULL,
     0,
     0},
    {"support_per_rep",
     "… are spent on people, activities and processes that support one sales rep",
     {135000},
     1,
     "USD a year",
     NULL,
     0,
     0},
};
const size_t as_benchmark_count = sizeof as_benchmarks / sizeof *as_benchmarks;

const struct as_benchmark *as_benchmark_find(struct as_str key)
{
    for (size_t i = 0; i < as_benchmark_count; i++)
        if (as_str_is(key, as_benchmarks[i].key))
            return &as_benchmarks[i];
    return NULL;
}
