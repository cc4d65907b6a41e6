/* Resources: reading the catalogue once, and the questions everybody asks of a piece of content. */
#include "run/handoff/resources.h"

#include "store/report/catalogue.h"

#include <string.h>

struct reading {
    struct as_resources *out;
    struct as_arena *arena;
    const struct as_pack *pack;
    bool failed;
};

static const char *keep(struct reading *reading, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return NULL;
    const char *copy = as_arena_printf(reading->arena, "%s", text);
    reading->failed |= copy == NULL;
    return copy;
}

static enum as_status take(void *context, const struct as_content_row *row, struct as_error *error)
{
    struct reading *reading = context;
    struct as_resource resource = {
        .key = keep(reading, row->key),
        .title = keep(reading, row->title),
        .kind = keep(reading, row->kind),
        .persona = keep(reading, row->persona),
        .phase = keep(reading, row->phase),
        .url = keep(reading, row->url),
        .answers = keep(reading, row->answers),
        .source_type = keep(reading, row->source_type),
        .evidence = keep(reading, row->evidence),
        .appeal = keep(reading, row->appeal),
        .story = row->story,
        .brand_known = row->brand_known,
        .brand_visible = row->brand_visible,
        .offered = row->offered,
        .used = row->used,
        .trust = as_pack_trust_rank(reading->pack, as_str_of(row->source_type)),
    };
    if (reading->failed || !as_list_push(reading->arena, &reading->out->list, resource))
        return as_error_memory(error);
    return AS_OK;
}

enum as_status as_resources_read(struct as_resources *out, struct as_arena *arena, struct as_store *store,
                                 const struct as_pack *pack, int64_t at, struct as_error *error)
{
    struct reading reading = {out, arena, pack, false};
    *out = (struct as_resources){.list = {0}};
    return as_store_contents(store, at, take, &reading, error);
}

bool as_listed(const char *list, const char *word)
{
    struct as_str rest = as_str_of(list);
    while (rest.n > 0) {
        struct as_str part = as_str_trim(as_str_cut(&rest, ';'));
        if (part.n > 0 && as_str_is_nocase(part, word))
            return true;
    }
    return false;
}

bool as_resource_suits(const struct as_resource *resource, const char *persona)
{
    return resource->persona == NULL || (persona != NULL && as_listed(resource->persona, persona));
}

bool as_resource_in_phase(const struct as_resource *resource, enum as_phase phase)
{
    struct as_str rest = as_str_of(resource->phase);
    if (rest.n == 0)
        return true;
    while (rest.n > 0) {
        enum as_phase named;
        if (as_phase_parse(&named, as_str_trim(as_str_cut(&rest, ';'))) && named == phase)
            return true;
    }
    return false;
}

bool as_resource_proves(const struct as_resource *resource)
{
    return resource->story ||
           (resource->source_type != NULL && !as_str_is_nocase(as_str_of(resource->source_type), "vendor"));
}

const struct as_resource *as_resource_find(const struct as_resources *resources, const char *key,
                                           const char *title, const char *url)
{
    for (int pass = 0; pass < 3; pass++) {
        const char *wanted = pass == 0 ? key : pass == 1 ? title : url;
        for (uint32_t i = 0; wanted != NULL && i < resources->list.n; i++) {
            const struct as_resource *one = &resources->list.at[i];
            const char *has = pass == 0 ? one->key : pass == 1 ? one->title : one->url;
            if (has != NULL && strcmp(has, wanted) == 0)
                return one;
        }
    }
    return NULL;
}

static const struct {
    const char *name, *others; /* others: separated by ";" */
} tools[AS_SALES_TOOLS] = {{"e-mail template", "email template;e-mail templates;email templates"},
                           {"slides with script", "slides;slides and scripts;slides and script;presentation"},
                           {"ROI calculator", "ROI calculators"},
                           {"TCO calculator", "TCO calculators"},
                           {"proposal template", "proposal templates;proposal"}};

const char *as_sales_tool_name(uint32_t tool)
{
    return tools[tool].name;
}

uint32_t as_sales_tool_of(const char *kind)
{
    char plain[64];
    size_t n = 0;
    for (const char *p = kind; p != NULL && *p != '\0' && n + 1 < sizeof plain; p++)
        plain[n++] = *p == '_' ? ' ' : *p;
    plain[n] = '\0';
    for (uint32_t i = 0; i < AS_SALES_TOOLS && n > 0; i++)
        if (as_str_is_nocase(as_str_of(plain), tools[i].name) || as_listed(tools[i].others, plain))
            return i;
    return AS_SALES_TOOLS;
}
