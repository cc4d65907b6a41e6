/* All subcommands, one line each. */
#include "cmd/commands.h"

const struct as_command *const *as_commands(void)
{
    static const struct as_command *const commands[] = {
        NULL,
    };
    return commands;
}
