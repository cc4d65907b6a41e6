/* Command: what a subcommand is. One const table a command drives parsing, usage, help, the manual and
 * completion.
 *
 * A command lives in a file of its own name, defines `const struct as_command as_command_NAME` and has one
 * line in commands.h and commands.c.
 */
#ifndef AS_CMD_COMMAND_H
#define AS_CMD_COMMAND_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "cmd/output/terminal.h"

#include <stdio.h>

struct as_context; /* cmd/line/context.h */
struct as_arguments;

enum as_option_kind {
    AS_OPTION_FLAG,   /* given or not */
    AS_OPTION_TEXT,   /* any text; the last one given counts */
    AS_OPTION_INT,    /* a whole number, least..most (both 0: any) */
    AS_OPTION_CHOICE, /* one of `choices` */
    AS_OPTION_LIST,   /* any text, may be repeated */
};

/* A row of an option table; the table ends with a row whose name is NULL. */
struct as_option {
    const char *name; /* without "--" */
    char letter;      /* "-o"; 0: none */
    enum as_option_kind kind;
    const char *value;          /* what stands for the value in help: "FILE"; NULL for flags */
    const char *text;           /* one sentence without full stop */
    const char *const *choices; /* CHOICE: ends with NULL */
    int64_t least, most;
};

/* A row of the positional table; ends with a row whose name is NULL. */
struct as_positional {
    const char *name; /* in capitals: "FILE" */
    const char *text;
    const char *const *choices; /* ends with NULL; NULL: any text */
    const char *const *usual;   /* words that completion offers where any text goes; NULL: none */
    bool optional;              /* only optional ones may follow */
    bool repeats;               /* the last one only */
};

/* Where `assay --help` lists a command. */
enum as_command_group { AS_GROUP_START, AS_GROUP_DATA, AS_GROUP_DAY, AS_GROUP_RULES, AS_GROUP_HOUSE };
enum { AS_COMMAND_GROUPS = AS_GROUP_HOUSE + 1 };

struct as_command {
    const char *name;
    enum as_command_group group;
    const char *summary; /* one line, starts small, no full stop: "take in a file from the CRM" */
    const char *text;    /* paragraphs for --help, separated by blank lines; may be NULL */
    const struct as_positional *positionals; /* NULL: none */
    const struct as_option *options;         /* NULL: none beside the global ones */
    const char *const *examples; /* whole command lines, each may end in "  # why"; ends with NULL */
    enum as_status (*run)(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error);
};

/* Texts given for an option or positional, in the order given. */
struct as_texts {
    const char *const *at;
    uint32_t n;
};

/* Parses `count` words after the program's name. Global options may stand before and after the command's
 * name; "--" ends the options. Without a command name out->command is NULL, which is an error only when
 * neither --help nor
 * --version is given. Every word that is wrong is AS_ERR_USAGE with "did you mean". *out is always set and
 * freed by as_arguments_free; its texts point into `words`. */
struct as_arguments {
    struct as_arena arena;
    const struct as_command *command;
    const struct as_option *globals;
    struct as_argument *values; /* of the options, then the global ones, then the positionals */
};
enum as_status as_arguments_parse(struct as_arguments *out, const struct as_command *const *commands,
                                  const struct as_option *globals, int count, char *const *words,
                                  struct as_error *error);
void as_arguments_free(struct as_arguments *arguments);

/* What was given, by the name in the table (options without "--"); asking for a name that is in no table is a
 * bug and aborts. */
bool as_given(const struct as_arguments *arguments, const char *name);
const char *as_given_text(const struct as_arguments *arguments, const char *name); /* NULL: not given */
int64_t as_given_int(const struct as_arguments *arguments, const char *name, int64_t otherwise);
struct as_texts as_given_texts(const struct as_arguments *arguments, const char *name);

/* What would be ignored is refused: whoever writes an option means something by it. AS_ERR_USAGE when it was
 * given although it says nothing (idle); `with` is what it goes with: "--stop or --look". */
enum as_status as_refuse_idle(const struct as_arguments *arguments, const char *option, bool idle,
                              const char *with, struct as_error *error);

/* Help, no wider than the terminal. NULL command: the overview of all. */
void as_command_help(const struct as_terminal *terminal, const struct as_command *command,
                     const struct as_command *const *commands, const struct as_option *globals);

#endif
