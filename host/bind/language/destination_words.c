/* Destinations of effects: `destinations` of pack.lua. Where they may lie is bounded by `permits`; whether
 * the machine lets a program reach them at all is the host's policy, asked when something is sent. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"
#include "net/origin.h"

#include <lauxlib.h>
#include <string.h>

static const struct as_form_option destination_options[] = {
    {"url", AS_TAKES_TEXT, false, "Where effects are posted: https, within permits.http."},
    {"url_secret", AS_TAKES_TEXT, false,
     "Name of the secret that holds the address, where the address itself is secret: a chat's webhook."},
    {"secret", AS_TAKES_TEXT, false,
     "Name of the secret that signs, of permits.secrets: whsec_… by the Standard Webhooks scheme."},
    {"format", AS_TAKES_TEXT, false,
     "\"cloudevent\" (when left out) or \"chat\": one line of text, as Slack and its kin take it."},
    {"takes", AS_TAKES_TABLE, false,
     "What the host makes by itself and goes there too: { \"handoff\", \"reminder\", \"assign\", \"task\", "
     "\"send\" }."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_destination = {
    "destination", NULL, "Another system that is told what rules ask for.",
    "crm = { url = \"https://crm.example/hooks/assay\", secret = \"CRM_HOOK\", takes = { \"handoff\" } }",
    destination_options};

static void check_url(const struct as_options *o, const char *url)
{
    struct as_pack *pack = o->loading->pack;
    struct as_error error = AS_ERROR_INIT;
    struct as_origin origin, permitted;
    if (as_origin_of_url(&origin, &pack->rules.arena, url, &error) != AS_OK)
        as_option_refuse(o, "url", error.advice, "is no address: %s", error.what);
    for (uint32_t i = 0; i < pack->permitted_origins.n; i++)
        if (as_origin_parse(&permitted, &pack->rules.arena, pack->permitted_origins.at[i], NULL) == AS_OK &&
            as_origin_covers(&permitted, &origin))
            return;
    as_option_refuse(o, "url", "add its origin: permits = { http = { \"https://…/\" } }",
                     "is \"%.120s\", which permits.http does not cover", url);
}

static const char *read_secret(const struct as_options *o, const char *option)
{
    const struct as_pack *pack = o->loading->pack;
    const char *name = as_option_text(o, option);
    for (uint32_t i = 0; name != NULL && i < pack->permitted_secrets.n; i++)
        if (strcmp(pack->permitted_secrets.at[i], name) == 0)
            return name;
    if (name != NULL)
        as_option_refuse(o, option, "add its name: permits = { secrets = { \"CRM_HOOK\" } }",
                         "is \"%.80s\", which permits.secrets does not name", name);
    return NULL;
}

static uint32_t read_takes(const struct as_options *o)
{
    static const char *const kinds[] = {"send", "task", "assign", "handoff", "reminder"};
    lua_State *L = o->L;
    uint32_t takes = 0;
    if (!as_option_push(o, "takes"))
        return 0;
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, -1); i++) {
        enum as_effect_kind kind = AS_EFFECT_SEND;
        if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
            as_option_refuse(o, "takes", "write takes = { \"handoff\" }", "is a list of texts");
        struct as_str name = as_str_of(lua_tostring(L, -1));
        if (!as_effect_kind_parse(&kind, name) || (kind > AS_EFFECT_HANDOFF && kind != AS_EFFECT_REMINDER))
            as_raise_unknown(
                L, o->position, as_suggest(name, kinds, sizeof kinds / sizeof *kinds),
                "the host makes send, task, assign, handoff and reminder; rules address the rest themselves",
                "destination \"%s\" takes \"%s\", which is not made by itself", o->name, name.p);
        takes |= 1u << kind;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return takes;
}

static void read_destination(const struct as_options *pack, const char *name)
{
    static const char *const formats[] = {"cloudevent", "chat", NULL};
    struct as_options o;
    struct as_pack *to = pack->loading->pack;
    if (lua_type(pack->L, -1) != LUA_TTABLE)
        as_option_refuse(pack, "destinations", "write crm = { url = \"https://…\" }",
                         "gives \"%s\" no table of options", name);
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_destination, name, pack->position);
    struct as_destination made = {.name = name, .url = as_option_text(&o, "url")};
    made.url_secret = read_secret(&o, "url_secret");
    if ((made.url == NULL) == (made.url_secret == NULL))
        as_option_refuse(&o, "url", "give the address, or the name of the secret that holds it",
                         made.url == NULL ? "is missing" : "is given twice, by url_secret too");
    if (made.url != NULL)
        check_url(&o, made.url);
    made.secret = read_secret(&o, "secret");
    made.format = (enum as_destination_format)as_option_one_of(&o, "format", formats, 0);
    made.takes = read_takes(&o);
    if (to->destinations.n >= AS_MAX_DESTINATIONS)
        as_option_refuse(pack, "destinations", NULL, "are more than %d", AS_MAX_DESTINATIONS);
    as_loading_push(o.L, o.loading, &to->destinations, made);
}

void as_read_destinations(const struct as_options *pack)
{
    lua_State *L = pack->L;
    if (!as_option_push(pack, "destinations"))
        return;
    uint32_t n;
    const char **names = as_literal_keys(&n, L, pack->loading, -1, as_option_what(pack, "destinations"));
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, -1, names[i]);
        read_destination(pack, names[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}
