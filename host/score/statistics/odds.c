/* Odds, scorecards and naive Bayes on counts that the caller has gathered. */
#include "score/statistics/odds.h"

#include "score/statistics/scale.h"

#include <math.h>

double as_sigmoid(double x)
{
    if (x >= 0)
        return 1 / (1 + exp(-x));
    double e = exp(x);
    return e / (1 + e);
}

bool as_log_odds(double *out, double p)
{
    if (!(p > 0 && p < 1))
        return false;
    *out = log(p) - log1p(-p);
    return true;
}

bool as_scorecard_of(struct as_scorecard *out, double pdo, double base_score, double base_odds)
{
    if (!(pdo > 0 && base_odds > 0 && isfinite(pdo) && isfinite(base_odds) && isfinite(base_score)))
        return false;
    out->factor = pdo / log(2);
    out->offset = base_score - out->factor * log(base_odds);
    return true;
}

bool as_scorecard_score(double *out, const struct as_scorecard *card, double odds)
{
    if (!(odds > 0 && isfinite(odds)))
        return false;
    *out = card->offset + card->factor * log(odds);
    return true;
}

bool as_weight_of_evidence(double *woe, double *information, bool *smoothed, const double *good,
                           const double *bad, size_t n)
{
    double all_good = 0, all_bad = 0;
    bool empty = false;
    for (size_t i = 0; i < n; i++) {
        if (!(good[i] >= 0 && bad[i] >= 0 && isfinite(good[i]) && isfinite(bad[i])))
            return false;
        all_good += good[i];
        all_bad += bad[i];
        empty |= good[i] == 0 || bad[i] == 0;
    }
    if (all_good == 0 || all_bad == 0)
        return false;
    double extra = empty ? 0.5 : 0;
    all_good += extra * (double)n;
    all_bad += extra * (double)n;
    *information = 0;
    for (size_t i = 0; i < n; i++) {
        double share_good = (good[i] + extra) / all_good, share_bad = (bad[i] + extra) / all_bad;
        woe[i] = log(share_good / share_bad);
        *information += (share_good - share_bad) * woe[i];
    }
    *smoothed = empty;
    return true;
}

const char *as_information_word(double information)
{
    if (isnan(information))
        return NULL;
    if (information > 0.5)
        return "suspicious";
    static const struct as_rung words[] = {{"strong", 0.3}, {"medium", 0.1}, {"weak", 0.02}};
    return as_rung_of(information, words, sizeof words / sizeof *words, "useless");
}

bool as_bayes_of(struct as_bayes_score *out, double *term, double won, double lost,
                 const struct as_bayes_cell *cells, size_t n, const struct as_bayes_options *options)
{
    if (!(won > 0 && lost > 0))
        return false;
    /* Products of hundreds of small shares underflow; their logarithms do not. */
    double prior = log(won) - log(lost), sum = prior;
    for (size_t i = 0; i < n; i++) {
        const struct as_bayes_cell *cell = &cells[i];
        double weight = 0;
        bool ignored = cell->tag && cell->won + cell->lost < options->least_tag;
        if (!ignored) {
            if (!(cell->field_won > 0 && cell->field_lost > 0))
                return false;
            double cell_won = as_bayes_update(cell->won, 0, options);
            double cell_lost = as_bayes_update(cell->lost, 0, options);
            weight = log(cell_won / cell->field_won) - log(cell_lost / cell->field_lost);
        }
        if (term != NULL)
            term[i] = weight;
        sum += weight;
    }
    out->prior = prior;
    out->log_odds = sum;
    out->probability = as_clamp(round(as_sigmoid(sum) * 1e4) / 100, 0.01, 99.99);
    return true;
}

double as_bayes_update(double count, double change, const struct as_bayes_options *options)
{
    double updated = count + change;
    return updated > 0 ? updated : options->smoothing;
}
