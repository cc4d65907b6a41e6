/* Facts for the Lua language server: one class for each shape with the operators that work on it, and the
 * fields of lead, account, event and answer as a schema has them. */
#include "bind/manual/annotation_parts.h"

#include "score/tree/operator.h"

#include <string.h>

static const struct {
    uint32_t shape;
    const char *name, *text;
} shapes[] = {
    {AS_SHAPE_BOOLEAN, "Condition", "A condition, or a fact that is yes or no."},
    {AS_SHAPE_INTEGER, "Integer", "A whole number."},
    {AS_SHAPE_NUMBER, "Number", "A number."},
    {AS_SHAPE_MONEY, "Money", "An amount of money, in units."},
    {AS_SHAPE_DATE, "Day", "A UTC day."},
    {AS_SHAPE_TEXT, "Text", "A text."},
    {AS_SHAPE_CHOICE, "Choice", "One of an ordered list of values."},
    {AS_SHAPE_CHOICES, "Choices", "A set of values."},
    {AS_SHAPE_USER, "User", "One of our own people."},
    {AS_SHAPE_REFERENCE, "Reference", "Another lead or account; its own facts are one step away."},
    {AS_SHAPE_ANSWER, "Answer", "What an answer has beside its value: who says so."},
    {AS_SHAPE_EVENTS, "EventKind", "A selection of events."},
    {AS_SHAPE_SCORE, "ScoreValue", "A score of a model, in conditions."},
    {AS_SHAPE_GROUP, "Group", "The buying group of an account."},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

static const char *class_of_shape(uint32_t shape)
{
    for (size_t i = 0; i < SHAPES; i++)
        if ((shapes[i].shape & shape) != 0)
            return shapes[i].name;
    return "Fact";
}

static const char *class_of_type(enum as_type type)
{
    static const char *const names[] = {"Condition", "Integer", "Number",  "Money", "Day",
                                        "Text",      "Choice",  "Choices", "User",  "Reference"};
    return names[type];
}

/* What a function sees of a value of this type. */
static const char *lua_type_of(enum as_type type)
{
    static const char *const names[] = {"boolean", "integer", "number",   "number", "string",
                                        "string",  "string",  "string[]", "string", "assay.LeadView"};
    return names[type];
}

/* Name and type of an argument; the name gets a number where an operator has two of a kind. */
static void put_argument(struct as_buf *out, enum as_argument argument, bool typed)
{
    static const struct {
        const char *name, *type;
    } rows[] = {
        [AS_ARG_VALUE] = {"value", "string"},
        [AS_ARG_VALUES] = {"values", "string[]"},
        [AS_ARG_NUMBER] = {"number", "number"},
        [AS_ARG_TEXT] = {"text", "string"},
        [AS_ARG_TEXTS] = {"texts", "string|string[]"},
        [AS_ARG_PATTERN] = {"pattern", "string"},
        [AS_ARG_LIST_NAME] = {"list", "string"},
        [AS_ARG_WINDOW] = {"window", "assay.Days"},
        [AS_ARG_OPTIONAL_WINDOW] = {"window", "assay.Days"},
        [AS_ARG_DATE] = {"date", "assay.Date"},
        [AS_ARG_CURRENCY] = {"currency", "string"},
        [AS_ARG_PROPERTY] = {"property", "string"},
        [AS_ARG_PROPERTIES] = {"properties", "table<string, string|number|boolean>"},
        [AS_ARG_CONDITION] = {"condition", "assay.When"},
        [AS_ARG_ROLES] = {"roles", "string[]"},
        [AS_ARG_VOICE] = {"voice", "\"buyer\"|\"sales\"|\"marketing\""},
        [AS_ARG_COUNT] = {"count", "integer"},
    };
    if (typed)
        as_buf_printf(out, "---@param %s%s %s\n", rows[argument].name,
                      argument == AS_ARG_OPTIONAL_WINDOW ? "?" : "", rows[argument].type);
    else
        as_buf_text(out, rows[argument].name);
}

/* What is written as a sign or as a function of the module is no method. */
static bool is_method(const struct as_operator *row)
{
    for (int i = 0; i < AS_OPERATOR_ARGS; i++)
        if (row->args[i] == AS_ARG_CONDITIONS || row->args[i] == AS_ARG_EXPRS)
            return false;
    return row->kernel != AS_KERNEL_NOT;
}

static void put_operator(struct as_buf *out, const struct as_operator *row, uint32_t shape)
{
    bool range = row->args[1] != AS_ARG_END && row->args[0] == row->args[1];
    as_buf_char(out, '\n');
    as_annotate_text(out, row->text);
    as_annotate_example(out, row->example);
    if (range) {
        as_buf_text(out, "---@param least number\n---@param most number\n");
    } else {
        for (int i = 0; i < AS_OPERATOR_ARGS && row->args[i] != AS_ARG_END; i++)
            put_argument(out, row->args[i], true);
    }
    as_buf_printf(out, "---@return assay.%s\nfunction class:%s(",
                  class_of_shape(row->result != 0 ? row->result : shape), row->name);
    if (range)
        as_buf_text(out, "least, most");
    for (int i = 0; !range && i < AS_OPERATOR_ARGS && row->args[i] != AS_ARG_END; i++) {
        as_buf_text(out, i > 0 ? ", " : "");
        put_argument(out, row->args[i], false);
    }
    as_buf_text(out, ") end\n");
}

static void put_shapes(struct as_buf *out)
{
    uint32_t n;
    const struct as_operator *rows = as_operators(&n);
    as_buf_text(out, "\n---A value of the rule tree.\n---@class assay.Fact\n"
                     "\n---Where a condition belongs: an expression, or a function of one lead.\n"
                     "---@alias assay.When assay.Condition|fun(l: assay.LeadView): boolean?, string?\n");
    for (size_t i = 0; i < SHAPES; i++) {
        as_buf_printf(out, "\ndo\n---%s\n---@class assay.%s : assay.Fact\n", shapes[i].text, shapes[i].name);
        if (shapes[i].shape == AS_SHAPE_BOOLEAN)
            as_buf_text(out, "---@operator band(assay.When): assay.Condition\n"
                             "---@operator bor(assay.When): assay.Condition\n"
                             "---@operator bnot: assay.Condition\n");
        as_buf_text(out, "local class = {}\n");
        for (uint32_t r = 0; r < n; r++)
            if ((rows[r].on & shapes[i].shape) != 0 && is_method(&rows[r]))
                put_operator(out, &rows[r], shapes[i].shape);
        as_buf_text(out, "end\n");
    }
    for (int type = 0; type < AS_TYPE_COUNT; type++)
        as_buf_printf(out, "\n---@class assay.%sAnswer : assay.%s, assay.Answer\n",
                      class_of_type((enum as_type)type), class_of_type((enum as_type)type));
}

/* A text of a pack, NULL for none; what a ---@field says ends with its line. */
static void put_in_line(struct as_buf *out, const char *text)
{
    for (; text != NULL && *text != '\0'; text++)
        as_buf_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
}

static void put_meaning(struct as_buf *out, const struct as_field *field)
{
    const char *text = field->ask != NULL ? field->ask : field->text;
    as_buf_text(out, text != NULL || field->choice_count > 0 ? " " : "");
    put_in_line(out, text);
    for (uint32_t i = 0; i < field->choice_count; i++)
        as_buf_printf(out, "%s%s", i > 0 ? ", " : text != NULL ? " One of " : "one of ", field->choices[i]);
    as_buf_char(out, '\n');
}

static void put_fields(struct as_buf *out, const struct as_schema *schema, enum as_level level)
{
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (field->level != level || field->ask != NULL)
            continue;
        as_buf_printf(out, "---@field %s assay.%s", field->name, class_of_type(field->type));
        if (field->type == AS_TYPE_REFERENCE)
            as_buf_text(out, field->target == AS_LEVEL_LEAD ? "|assay.Lead" : "|assay.Account");
        put_meaning(out, field);
    }
}

static void put_views(struct as_buf *out, const struct as_schema *schema)
{
    as_buf_text(out,
                "\n---@class assay.LeadView\n---@field account assay.LeadView the same of its account\n");
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (field->ask != NULL)
            continue;
        as_buf_printf(out, "---@field %s %s?", field->name, lua_type_of(field->type));
        put_meaning(out, field);
    }
}

void as_annotate_facts(struct as_buf *out, const struct as_schema *schema)
{
    put_shapes(out);
    as_buf_text(out, "\n---@class assay.Lead\n");
    put_fields(out, schema, AS_LEVEL_LEAD);
    as_buf_text(out, "\n---@class assay.Account\n"
                     "---@field group assay.Group the people that we know of it\n"
                     "---@field segment assay.Choice its region: mass, targeted or abm\n"
                     "---@field event assay.Events what anybody of it did\n");
    put_fields(out, schema, AS_LEVEL_ACCOUNT);
    as_buf_text(out, "\n---@class assay.Events\n---@field any assay.EventKind whatever buyers do\n");
    for (uint32_t i = 0; i < schema->kinds.n; i++) {
        const struct as_event_kind *kind = schema->kinds.at[i];
        as_buf_printf(out, "---@field %s assay.EventKind by %s%s", kind->name, as_actor_name(kind->by),
                      kind->text != NULL ? ": " : "");
        put_in_line(out, kind->text);
        as_buf_char(out, '\n');
    }
    as_buf_text(out, "\n---@class assay.Answers\n");
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (field->ask == NULL)
            continue;
        as_buf_printf(out, "---@field %s assay.%sAnswer", field->name, class_of_type(field->type));
        put_meaning(out, field);
    }
    put_views(out, schema);
}
