/* Modules: the lists of what scripts can call. What the functions do is left to the modules. */
#include "bind/script/modules.h"

#include "bind/language/declare.h"
#include "bind/module/http_module.h"
#include "bind/module/score_module.h"
#include "bind/module/store_module.h"
#include "bind/script/event_view.h"
#include "bind/script/lead_view.h"

const struct as_module *const *as_modules(size_t *n)
{
    static const struct as_module *const all[] = {&as_score_module, &as_store_module, &as_http_module};
    *n = sizeof all / sizeof all[0];
    return all;
}

const struct as_module *const *as_classes(size_t *n)
{
    static const struct as_module *const all[] = {&as_model_class, &as_score_class, &as_lead_view_class,
                                                  &as_event_view_class};
    *n = sizeof all / sizeof all[0];
    return all;
}

static void push_module(lua_State *L, void *context)
{
    const struct as_module *module = context;
    as_module_push(L, module, NULL);
}

enum as_status as_modules_state(struct as_state **out, const struct as_script_limits *limits,
                                struct as_watchdog *watchdog, const struct as_source *source,
                                struct as_error *error)
{
    size_t n;
    const struct as_module *const *modules = as_modules(&n);
    enum as_status status = as_state_new(out, limits, watchdog, source, error);
    if (status != AS_OK)
        return status;
    for (size_t i = 0; i < n && status == AS_OK; i++)
        status = as_state_offer(*out, modules[i]->name, push_module, (void *)(uintptr_t)modules[i], error);
    if (status == AS_OK)
        status = as_state_offer(*out, "assay.declare", as_declare_push, NULL, error);
    if (status != AS_OK) {
        as_state_free(*out);
        *out = NULL;
    }
    return status;
}
