/* Names that questions about many leads take: stages, models, rules, grades, owners. An empty list of a name
 * that nobody has would look like an answer. */
#include "bind/session/repl_parts.h"

#include "bind/sandbox/scratch.h"
#include "score/model/grade.h"
#include "store/work/people.h"

#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

enum as_stage as_repl_stage(lua_State *L, const struct as_repl *repl, const char *name)
{
    const char *names[2 * AS_STAGE_COUNT];
    size_t n = 0;
    enum as_stage stage;
    if (as_stage_parse(&stage, as_str_of(name)))
        return stage;
    for (int i = 1; i < AS_STAGE_COUNT; i++) {
        const char *label = as_pack_label(pack_of(repl), (enum as_stage)i);
        if (strcmp(label, name) == 0)
            return (enum as_stage)i;
        names[n++] = as_stage_name((enum as_stage)i);
        names[n++] = label;
    }
    as_repl_refuse_name(L, name, names, n, "help \"find\" shows how stages are asked for",
                        "there is no stage \"%s\"", name);
}

void as_repl_require_model(lua_State *L, const struct as_repl *repl, const char *name)
{
    const struct as_pack *pack = pack_of(repl);
    struct as_arena *arena = as_scratch_arena(L);
    AS_LIST(const char *) names = {0};
    for (uint32_t m = 0; m < pack->models.n; m++) {
        if (strcmp(pack->models.at[m]->name, name) == 0)
            return;
        as_list_push(arena, &names, pack->models.at[m]->name);
    }
    as_repl_refuse_name(L, name, names.at, names.n, NULL, "pack %s has no model \"%s\"", pack->name, name);
}

void as_repl_require_rule(lua_State *L, const struct as_repl *repl, const char *name)
{
    const struct as_pack *pack = pack_of(repl);
    struct as_arena *arena = as_scratch_arena(L);
    AS_LIST(const char *) names = {0};
    for (uint32_t m = 0; m < pack->models.n; m++)
        for (uint32_t s = 0; s < pack->models.at[m]->scores.n; s++) {
            const struct as_score *score = pack->models.at[m]->scores.at[s];
            for (uint32_t r = 0; r < score->rules.n; r++) {
                if (strcmp(score->rules.at[r]->name, name) == 0)
                    return;
                as_list_push(arena, &names, score->rules.at[r]->name);
            }
        }
    as_repl_refuse_name(L, name, names.at, names.n, NULL, "pack %s has no rule \"%s\"", pack->name, name);
}

/* Every grade that a model can give, and each letter alone. */
void as_repl_require_grade(lua_State *L, const struct as_repl *repl, const char *grade)
{
    const struct as_pack *pack = pack_of(repl);
    struct as_arena *arena = as_scratch_arena(L);
    AS_LIST(const char *) names = {0};
    for (uint32_t m = 0; m < pack->models.n; m++) {
        const struct as_model *model = pack->models.at[m];
        for (uint16_t letter = 0; model->axes.n > 0 && letter <= model->axes.at[0].bands.n; letter++)
            for (uint16_t number = 0; number <= (model->axes.n > 1 ? model->axes.at[1].bands.n : 0);
                 number++) {
                char name[AS_GRADE_TEXT];
                as_grade_show(name, model, (uint16_t)(1 + letter * AS_GRADE_BANDS + number));
                if (grade[0] != '\0' && strncmp(name, grade, strlen(grade)) == 0)
                    return;
                const char *copy = as_arena_copy(arena, name, strlen(name));
                if (copy != NULL)
                    as_list_push(arena, &names, copy);
            }
    }
    as_repl_refuse_name(L, grade, names.at, names.n, NULL, "pack %s gives no grade \"%s\"", pack->name,
                        grade);
}

struct owning {
    struct as_arena *arena;
    const char *owner;
    bool known;
    AS_LIST(const char *) names;
};

static enum as_status take_owner(void *context, const struct as_user_row *user, struct as_error *error)
{
    struct owning *owning = context;
    const char *name = as_arena_copy(owning->arena, user->name, strlen(user->name));
    owning->known |= strcmp(user->name, owning->owner) == 0;
    return name != NULL && as_list_push(owning->arena, &owning->names, name) ? AS_OK : as_error_memory(error);
}

void as_repl_require_owner(lua_State *L, const struct as_repl *repl, const char *owner)
{
    struct owning owning = {.arena = as_scratch_arena(L), .owner = owner};
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, as_store_users(repl->options.store, take_owner, &owning, &error), &error);
    if (!owning.known)
        as_repl_refuse_name(L, owner, owning.names.at, owning.names.n,
                            "owners are the users that `assay import users` brought, and whom the CRM names",
                            "nobody of the name \"%s\" is known", owner);
}
