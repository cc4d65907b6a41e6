/* Parsing of a command line against option tables. What options mean is the commands'. */
#include "base/suggest.h"
#include "cmd/line/command.h"

#include <stdlib.h>
#include <string.h>

struct as_argument {
    bool given;
    int64_t number;
    AS_LIST(const char *) texts;
};

static uint32_t option_count(const struct as_option *options)
{
    uint32_t n = 0;
    while (options && options[n].name)
        n++;
    return n;
}

static uint32_t positional_count(const struct as_command *command)
{
    uint32_t n = 0;
    while (command && command->positionals && command->positionals[n].name)
        n++;
    return n;
}

/* Values stand in the order global options, command's options, positionals: the global ones are known before
 * the command is. */
static struct as_argument *find_value(const struct as_arguments *arguments, const char *name)
{
    struct as_argument *at = arguments->values;
    for (const struct as_option *o = arguments->globals; o && o->name; o++, at++)
        if (strcmp(o->name, name) == 0)
            return at;
    if (arguments->command) {
        for (const struct as_option *o = arguments->command->options; o && o->name; o++, at++)
            if (strcmp(o->name, name) == 0)
                return at;
        for (const struct as_positional *p = arguments->command->positionals; p && p->name; p++, at++)
            if (strcmp(p->name, name) == 0)
                return at;
    }
    return NULL;
}

static const struct as_argument *must_find(const struct as_arguments *arguments, const char *name)
{
    const struct as_argument *value = find_value(arguments, name);
    if (!value) {
        fprintf(stderr, "assay: a command asks for \"%s\", which is in no option table\n", name);
        abort();
    }
    return value;
}

static const struct as_option *find_option(const struct as_arguments *arguments, struct as_str name,
                                           char letter)
{
    const struct as_option *tables[] = {arguments->globals,
                                        arguments->command ? arguments->command->options : NULL};
    for (size_t t = 0; t < 2; t++)
        for (const struct as_option *o = tables[t]; o && o->name; o++)
            if (letter ? o->letter == letter : as_str_is(name, o->name))
                return o;
    return NULL;
}

static int shown(struct as_str text)
{
    return (int)(text.n < 80 ? text.n : 80);
}

static enum as_status unknown_option(const struct as_arguments *arguments, struct as_str word,
                                     struct as_error *error)
{
    const char *names[256];
    size_t n = 0;
    for (const struct as_option *o = arguments->globals; o && o->name && n < 256; o++)
        names[n++] = o->name;
    if (arguments->command)
        for (const struct as_option *o = arguments->command->options; o && o->name && n < 256; o++)
            names[n++] = o->name;
    struct as_str name = word;
    while (name.n > 0 && name.p[0] == '-') {
        name.p++;
        name.n--;
    }
    const char *near = as_suggest(name, names, n);
    const char *space = arguments->command ? " " : "",
               *command = arguments->command ? arguments->command->name : "";
    as_error_set(error, AS_ERR_USAGE, "assay%s%s has no option %.*s", space, command, shown(word), word.p);
    char option[AS_MAX_NAME + 3];
    snprintf(option, sizeof option, "--%s", near ? near : "");
    as_error_meant(error, near ? option : NULL);
    as_error_advise(error, "assay%s%s --help lists its options", space, command);
    return AS_ERR_USAGE;
}

/* "a, b or c" */
static void list_choices(struct as_buf *out, const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++) {
        if (i > 0)
            as_buf_text(out, choices[i + 1] ? ", " : " or ");
        as_buf_text(out, choices[i]);
    }
}

static enum as_status check_choice(const char *const *choices, const char *what, const char *text,
                                   struct as_error *error)
{
    size_t n = 0;
    for (; choices[n]; n++)
        if (strcmp(choices[n], text) == 0)
            return AS_OK;
    const char *near = as_suggest(as_str_of(text), choices, n);
    struct as_buf list = {.max = AS_ERROR_ADVICE};
    list_choices(&list, choices);
    as_error_set(error, AS_ERR_USAGE, "%s cannot be \"%.80s\"", what, text);
    as_error_advise(error, "%s is one of %s", near ? as_meant("", near, " It").text : "it", as_buf_c(&list));
    as_buf_free(&list);
    return AS_ERR_USAGE;
}

static enum as_status take_option(struct as_arguments *arguments, const struct as_option *option,
                                  const char *text, struct as_error *error)
{
    struct as_argument *value = find_value(arguments, option->name);
    char what[64];
    snprintf(what, sizeof what, "--%s", option->name);
    if (option->kind == AS_OPTION_CHOICE) {
        enum as_status status = check_choice(option->choices, what, text, error);
        if (status != AS_OK)
            return status;
    } else if (option->kind == AS_OPTION_INT) {
        bool bounded = option->least != 0 || option->most != 0;
        if (!as_parse_int(&value->number, as_str_of(text)) ||
            (bounded && (value->number < option->least || value->number > option->most))) {
            as_error_set(error, AS_ERR_USAGE, "%s cannot be \"%.80s\"", what, text);
            if (bounded && option->most == INT64_MAX)
                as_error_advise(error, "give a whole number of at least %lld", (long long)option->least);
            else if (bounded)
                as_error_advise(error, "give a whole number from %lld to %lld", (long long)option->least,
                                (long long)option->most);
            else
                as_error_advise(error, "give a whole number");
            return AS_ERR_USAGE;
        }
    }
    value->given = true;
    if (option->kind == AS_OPTION_FLAG)
        return AS_OK;
    if (option->kind != AS_OPTION_LIST)
        value->texts.n = 0; /* the last one counts */
    return as_list_push(&arguments->arena, &value->texts, text) ? AS_OK : as_error_memory(error);
}

/* "--at": a long option of this command, which nobody means as the value of another one; --reason=--at says
 * so. */
static bool is_option(const struct as_arguments *arguments, const char *word)
{
    struct as_str rest = as_str_of(word);
    if (!as_str_starts(rest, AS_STR("--")) || rest.n == 2)
        return false;
    rest = (struct as_str){word + 2, rest.n - 2};
    return find_option(arguments, as_str_cut(&rest, '='), '\0') != NULL;
}

/* words[*at] is an option; moves *at past the value it takes from the next word. */
static enum as_status parse_option(struct as_arguments *arguments, int count, char *const *words, int *at,
                                   struct as_error *error)
{
    const char *word = words[*at];
    struct as_str name = as_str_of(word), rest;
    const struct as_option *option;
    const char *text = NULL;
    if (word[1] == '-') {
        rest = (struct as_str){name.p + 2, name.n - 2};
        name = as_str_cut(&rest, '=');
        text = rest.p;
        option = find_option(arguments, name, '\0');
        name = (struct as_str){word, name.n + 2};
    } else {
        option = find_option(arguments, name, word[1]);
        if (option && word[2] != '\0') {
            if (option->kind == AS_OPTION_FLAG)
                return unknown_option(arguments, name, error);
            text = word + 2;
        }
    }
    if (!option)
        return unknown_option(arguments, name, error);
    if (option->kind == AS_OPTION_FLAG && text) {
        as_error_set(error, AS_ERR_USAGE, "--%s takes no value", option->name);
        as_error_advise(error, "write --%s alone, or leave it out", option->name);
        return AS_ERR_USAGE;
    }
    if (option->kind != AS_OPTION_FLAG && !text) {
        if (*at + 1 >= count || is_option(arguments, words[*at + 1])) {
            as_error_set(error, AS_ERR_USAGE, "--%s needs a value", option->name);
            as_error_advise(error, "write --%s %s: %s", option->name, option->value, option->text);
            return AS_ERR_USAGE;
        }
        text = words[++*at];
    }
    return take_option(arguments, option, text, error);
}

static enum as_status choose_command(struct as_arguments *arguments, const struct as_command *const *commands,
                                     const char *word, struct as_error *error)
{
    const char *names[128];
    size_t n = 0;
    for (; commands[n] && n < 128; n++) {
        if (strcmp(commands[n]->name, word) == 0) {
            arguments->command = commands[n];
            uint32_t known = option_count(arguments->globals);
            uint32_t all = known + option_count(commands[n]->options) + positional_count(commands[n]);
            struct as_argument *values = as_arena_array(&arguments->arena, all + 1, sizeof *values);
            if (!values)
                return as_error_memory(error);
            memcpy(values, arguments->values, known * sizeof *values);
            arguments->values = values;
            return AS_OK;
        }
        names[n] = commands[n]->name;
    }
    const char *near = as_suggest(as_str_of(word), names, n);
    as_error_set(error, AS_ERR_USAGE, "there is no command \"%.80s\"", word);
    as_error_meant(error, near);
    as_error_advise(error, "assay --help lists the commands");
    return AS_ERR_USAGE;
}

static enum as_status take_positional(struct as_arguments *arguments, uint32_t *taken, const char *word,
                                      struct as_error *error)
{
    const struct as_command *command = arguments->command;
    uint32_t n = positional_count(command);
    if (*taken >= n && !(n > 0 && command->positionals[n - 1].repeats)) {
        as_error_set(error, AS_ERR_USAGE, "assay %s has no use for \"%.80s\"", command->name, word);
        as_error_advise(error, "assay %s --help shows what it takes", command->name);
        return AS_ERR_USAGE;
    }
    const struct as_positional *positional = &command->positionals[*taken < n ? *taken : n - 1];
    if (positional->choices) {
        enum as_status status = check_choice(positional->choices, positional->name, word, error);
        if (status != AS_OK)
            return status;
    }
    struct as_argument *value = find_value(arguments, positional->name);
    value->given = true;
    if (*taken < n)
        ++*taken;
    return as_list_push(&arguments->arena, &value->texts, word) ? AS_OK : as_error_memory(error);
}

static enum as_status check_missing(const struct as_arguments *arguments, uint32_t taken,
                                    struct as_error *error)
{
    const struct as_command *command = arguments->command;
    if (!command) {
        as_error_set(error, AS_ERR_USAGE, "no command is given");
        as_error_advise(error, "assay --help lists the commands");
        return AS_ERR_USAGE;
    }
    const struct as_positional *next = command->positionals ? &command->positionals[taken] : NULL;
    if (!next || !next->name || next->optional)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "assay %s needs %s: %s", command->name, next->name, next->text);
    if (command->examples && command->examples[0])
        as_error_advise(error, "for example: %s", command->examples[0]);
    return AS_ERR_USAGE;
}

/* --json beside a form that is none would be ignored by one of the two. */
static enum as_status check_forms(const struct as_arguments *arguments, struct as_error *error)
{
    static const char *const forms[] = {"json", "ndjson", "sarif", "chat"};
    const struct as_argument *json = find_value(arguments, "json"), *form = find_value(arguments, "format");
    if (json == NULL || !json->given || form == NULL || form->texts.n == 0)
        return AS_OK;
    const char *last = form->texts.at[form->texts.n - 1];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(last, forms[i]) == 0)
            return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "--json and --format %s ask for two forms at once", last);
    return as_error_advise(error, "leave one of them out");
}

enum as_status as_arguments_parse(struct as_arguments *out, const struct as_command *const *commands,
                                  const struct as_option *globals, int count, char *const *words,
                                  struct as_error *error)
{
    *out = (struct as_arguments){.globals = globals};
    out->values = as_arena_array(&out->arena, option_count(globals) + 1, sizeof *out->values);
    if (!out->values)
        return as_error_memory(error);
    bool options = true;
    uint32_t taken = 0;
    for (int i = 0; i < count; i++) {
        enum as_status status;
        if (options && strcmp(words[i], "--") == 0) {
            options = false;
            continue;
        }
        if (options && words[i][0] == '-' && words[i][1] != '\0')
            status = parse_option(out, count, words, &i, error);
        else if (!out->command)
            status = choose_command(out, commands, words[i], error);
        else
            status = take_positional(out, &taken, words[i], error);
        if (status != AS_OK)
            return status;
    }
    static const char *const excuses[] = {"help", "version"};
    for (size_t i = 0; i < 2; i++) {
        const struct as_argument *excuse = find_value(out, excuses[i]);
        if (excuse && excuse->given)
            return AS_OK;
    }
    enum as_status status = check_missing(out, taken, error);
    return status == AS_OK ? check_forms(out, error) : status;
}

void as_arguments_free(struct as_arguments *arguments)
{
    as_arena_free(&arguments->arena);
    *arguments = (struct as_arguments){0};
}

bool as_given(const struct as_arguments *arguments, const char *name)
{
    return must_find(arguments, name)->given;
}

const char *as_given_text(const struct as_arguments *arguments, const char *name)
{
    const struct as_argument *value = must_find(arguments, name);
    return value->texts.n > 0 ? value->texts.at[value->texts.n - 1] : NULL;
}

int64_t as_given_int(const struct as_arguments *arguments, const char *name, int64_t otherwise)
{
    const struct as_argument *value = must_find(arguments, name);
    return value->given ? value->number : otherwise;
}

struct as_texts as_given_texts(const struct as_arguments *arguments, const char *name)
{
    const struct as_argument *value = must_find(arguments, name);
    return (struct as_texts){value->texts.at, value->texts.n};
}

enum as_status as_refuse_idle(const struct as_arguments *arguments, const char *option, bool idle,
                              const char *with, struct as_error *error)
{
    return idle && as_given(arguments, option)
               ? as_error_set(error, AS_ERR_USAGE, "--%s goes with %s", option, with)
               : AS_OK;
}
