/* The module assay.score: its parts in the order they are documented. */
#include "bind/module/score_module.h"

static const struct as_module_part *const parts[] = {&as_score_time_part, &as_score_number_part,
                                                     &as_score_odds_part, &as_score_rate_part,
                                                     &as_score_benchmark_part, &as_score_name_part};

const struct as_module as_score_module = {
    .name = "assay.score",
    .local = "score",
    .text = "Primitives of scoring: decay, windows, scales, odds, rates, money, names and lists. Each takes "
            "plain values, many also a whole array; an item `false` of an array is unknown and stays false.",
    .parts = parts,
    .part_count = sizeof parts / sizeof parts[0],
};

void as_score_module_push(lua_State *L, const struct as_pack **pack)
{
    as_module_push(L, &as_score_module, (void *)pack);
}
