/* All subcommands, one line each. */
#include "cmd/commands.h"

const struct as_command *const *as_commands(void)
{
    static const struct as_command *const commands[] = {
        &as_command_init,      &as_command_import,   &as_command_export,  &as_command_record,
        &as_command_match,     &as_command_merge,    &as_command_enrich,  &as_command_run,
        &as_command_follow,    &as_command_deliver,  &as_command_digest,  &as_command_explain,
        &as_command_next,      &as_command_handoff,  &as_command_plan,    &as_command_report,
        &as_command_learn,     &as_command_annotate, &as_command_check,   &as_command_test,
        &as_command_repl,      &as_command_diff,     &as_command_bench,   &as_command_sign,
        &as_command_sample,    &as_command_replay,   &as_command_promote, &as_command_rollback,
        &as_command_programme, &as_command_db,       &as_command_manual,  NULL,
    };
    return commands;
}
