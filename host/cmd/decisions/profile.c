/* Profiles on the screen and as JSON. What they mean is said in run/run.h and score/plan/profile.h. */
#include "cmd/decisions/profile.h"

enum { SLOWEST = 10 };

static double ms(int64_t ns)
{
    return (double)ns / 1e6;
}

enum as_status as_print_slowest(const struct as_terminal *t, const struct as_profile_part *parts, uint32_t n,
                                uint32_t most, int64_t all_ns, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Slowest", false, true}, {"", false, false},
                                                     {"ms", true, false},      {"Share", true, false},
                                                     {"Calls", true, false},   {"Where", false, true}};
    struct as_table table;
    as_table_open(&table, columns, 6);
    for (uint32_t i = 0; i < n && i < most; i++) {
        const struct as_profile_part *part = &parts[i];
        as_table_row(&table);
        as_table_printf(&table, "%s%s%s", part->of == NULL ? "" : part->of, part->of == NULL ? "" : ": ",
                        part->name);
        as_table_text(&table, part->function ? "function" : part->kind);
        as_table_printf(&table, "%.1f", ms(part->ns));
        as_table_printf(&table, "%.0f%%", all_ns == 0 ? 0 : 100 * (double)part->ns / (double)all_ns);
        if (part->calls > 0)
            as_table_printf(&table, "%llu", (unsigned long long)part->calls);
        else
            as_table_text(&table, "");
        as_table_printf(&table, "%s:%d", part->position.file, part->position.line);
    }
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_phases(const struct as_terminal *t, const struct as_run_profile *p,
                                   int64_t reading_ns, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Phase", false, false}, {"ms", true, false}, {NULL, false, true}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    const struct {
        const char *name;
        int64_t ns;
        const char *note;
    } rows[] = {
        {"reading", reading_ns, "facts into columns, once for all packs"},
        {"priors", p->priors_ns, "where leads stood before"},
        {"rules", p->rules_ns, NULL},
        {"  events", p->phase_ns[AS_PROFILE_EVENTS], "of all threads together"},
        {"  conditions", p->phase_ns[AS_PROFILE_CONDITIONS], NULL},
        {"  functions", p->phase_ns[AS_PROFILE_FUNCTIONS], "calls into Lua"},
        {"  scores", p->phase_ns[AS_PROFILE_SCORES], "adding up points"},
        {"standings", p->standings_ns, "gates, stages, grades"},
        {"moves", p->moves_ns, "causes, placements, counts"},
        {"writing", p->writing_ns, "ledgers of what changed included"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        as_table_row(&table);
        as_table_text(&table, rows[i].name);
        as_table_printf(&table, "%.1f", ms(rows[i].ns));
        as_table_text(&table, rows[i].note);
    }
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    return status;
}

static int64_t rules_ns(const struct as_run_profile *p)
{
    int64_t ns = 0;
    for (int phase = 0; phase < AS_PROFILE_PHASES; phase++)
        ns += p->phase_ns[phase];
    return ns;
}

enum as_status as_print_profiles(const struct as_terminal *t, const struct as_run_result *result,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < result->profiles.n && status == AS_OK; i++) {
        const struct as_run_profile *p = result->profiles.at[i];
        fprintf(t->out, "%s%sTime of %s%s\n", i > 0 ? "\n" : "", as_style(t, AS_BOLD), p->pack->name,
                as_style_end(t));
        status = print_phases(t, p, result->reading_ns, error);
        if (status == AS_OK)
            status = as_print_slowest(t, p->parts, p->part_count, SLOWEST, rules_ns(p), error);
    }
    return status;
}

static void put_ms(struct as_json *json, const char *key, int64_t ns)
{
    as_json_key(json, key);
    as_json_number(json, ms(ns));
}

void as_profile_parts_json(struct as_json *json, const struct as_profile_part *parts, uint32_t n)
{
    as_json_open(json, '[');
    for (uint32_t i = 0; i < n; i++) {
        const struct as_profile_part *part = &parts[i];
        as_json_open(json, '{');
        as_json_put_text(json, "kind", part->kind);
        as_json_put_text(json, "model", part->model);
        as_json_put_text(json, "of", part->of);
        as_json_put_text(json, "name", part->name);
        as_json_put_text(json, "file", part->position.file);
        as_json_put_int(json, "line", part->position.line);
        put_ms(json, "ms", part->ns);
        as_json_put_bool(json, "function", part->function);
        as_json_put_int(json, "calls", (int64_t)part->calls);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

void as_profile_json(struct as_json *json, const struct as_run_result *result)
{
    as_json_key(json, "profile");
    as_json_open(json, '{');
    put_ms(json, "reading_ms", result->reading_ns);
    as_json_key(json, "packs");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < result->profiles.n; i++) {
        const struct as_run_profile *p = result->profiles.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "pack", p->pack->name);
        put_ms(json, "priors_ms", p->priors_ns);
        put_ms(json, "rules_ms", p->rules_ns);
        put_ms(json, "standings_ms", p->standings_ns);
        put_ms(json, "moves_ms", p->moves_ns);
        put_ms(json, "writing_ms", p->writing_ns);
        as_json_key(json, "threads_ms");
        as_json_open(json, '{');
        for (int phase = 0; phase < AS_PROFILE_PHASES; phase++)
            put_ms(json, as_profile_phase_name((enum as_profile_phase)phase), p->phase_ns[phase]);
        as_json_close(json, '}');
        as_json_key(json, "parts");
        as_profile_parts_json(json, p->parts, p->part_count);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_close(json, '}');
}
