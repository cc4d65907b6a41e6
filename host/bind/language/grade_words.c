/* The grade: bands of one or two scores, as in B2. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A grade is stored in 16 bits: four for each axis. */
enum { MOST_BANDS = 15 };

static bool all_digits(const char *label)
{
    return label[0] != '\0' && strspn(label, "0123456789") == strlen(label);
}

static const struct as_score *find_score(lua_State *L, struct as_position here, const struct as_model *model,
                                         const char *name)
{
    const char *names[AS_MAX_SCORES];
    for (uint32_t i = 0; i < model->scores.n; i++) {
        names[i] = model->scores.at[i]->name;
        if (strcmp(names[i], name) == 0)
            return model->scores.at[i];
    }
    as_raise_unknown(L, here, as_suggest(as_str_of(name), names, model->scores.n),
                     "declare it with m:score before m:grade",
                     "grade speaks of a score \"%s\" that the model does not have", name);
}

/* What comes below the lowest band when nobody says: the next letter or the next number. */
static const char *next_label(lua_State *L, struct as_loading *loading, struct as_position here,
                              const char *score, const char *label)
{
    char next[32];
    if (all_digits(label) && strlen(label) < 9)
        snprintf(next, sizeof next, "%ld", strtol(label, NULL, 10) + 1);
    else if (strlen(label) == 1 && label[0] >= 'A' && label[0] < 'Z')
        snprintf(next, sizeof next, "%c", label[0] + 1);
    else
        as_raise_rule(L, here, "add lowest = \"…\" beside the bands",
                      "nobody can tell what comes below the band \"%s\" of \"%s\"", label, score);
    return as_loading_copy(L, loading, next, strlen(next));
}

static void read_axis(lua_State *L, struct as_loading *loading, struct as_position here,
                      struct as_grade_axis *axis)
{
    const char *score = axis->score->name;
    uint32_t n;
    if (!lua_istable(L, -1))
        as_raise_rule(L, here, "write fit = { A = 75, B = 50 }", "grade gives \"%s\" no bands", score);
    const char **labels = as_literal_keys(&n, L, loading, -1, "grade");
    for (uint32_t i = 0; i < n; i++) {
        struct as_band band = {.label = labels[i]};
        lua_getfield(L, -1, labels[i]);
        bool lowest = strcmp(labels[i], "lowest") == 0 && lua_type(L, -1) == LUA_TSTRING;
        if (lowest)
            axis->lowest = as_loading_copy(L, loading, lua_tostring(L, -1), lua_rawlen(L, -1));
        else if (!as_points_of(&band.from, L, -1))
            as_raise_rule(L, here, "write A = 75: the points from which the band begins",
                          "band \"%s\" of \"%s\" has no border in points", labels[i], score);
        lua_pop(L, 1);
        if (lowest)
            continue;
        for (uint32_t j = 0; j < axis->bands.n; j++)
            if (axis->bands.at[j].from == band.from)
                as_raise_rule(L, here, NULL, "bands \"%s\" and \"%s\" of \"%s\" begin at the same points",
                              axis->bands.at[j].label, band.label, score);
        as_loading_push(L, loading, &axis->bands, band);
        for (uint32_t j = axis->bands.n - 1; j > 0 && axis->bands.at[j - 1].from < band.from; j--) {
            axis->bands.at[j] = axis->bands.at[j - 1];
            axis->bands.at[j - 1] = band;
        }
    }
    if (axis->bands.n == 0 || axis->bands.n > MOST_BANDS)
        as_raise_rule(L, here, NULL, "\"%s\" has %u bands; a grade has 1 to %d and what is below them", score,
                      axis->bands.n, MOST_BANDS);
    if (axis->lowest == NULL)
        axis->lowest = next_label(L, loading, here, score, axis->bands.at[axis->bands.n - 1].label);
}

void as_read_grade(lua_State *L, struct as_loading *loading, struct as_model *model, int options)
{
    struct as_position here = as_loading_here(L, loading);
    if (!lua_istable(L, options))
        as_raise_rule(L, here, "write m:grade { fit = { A = 75, B = 50 } }", "grade needs a table of scores");
    if (model->axes.n > 0)
        as_raise_rule(L, here, "give both axes in one table", "model \"%s\" is graded twice", model->name);
    uint32_t n;
    const char **scores = as_literal_keys(&n, L, loading, options, "grade");
    if (n == 0 || n > 2)
        as_raise_rule(L, here, "a grade reads like B2: one axis of letters, one of numbers",
                      "grade takes one or two scores, got %u", n);
    for (uint32_t i = 0; i < n; i++) {
        struct as_grade_axis axis = {.score = find_score(L, here, model, scores[i])};
        lua_getfield(L, options, scores[i]);
        read_axis(L, loading, here, &axis);
        lua_pop(L, 1);
        as_loading_push(L, loading, &model->axes, axis);
    }
    /* Letters first, so that the grade reads B2 whatever the scores are called. */
    if (n == 2 && all_digits(model->axes.at[0].lowest) && !all_digits(model->axes.at[1].lowest)) {
        struct as_grade_axis numbers = model->axes.at[0];
        model->axes.at[0] = model->axes.at[1];
        model->axes.at[1] = numbers;
    }
}
