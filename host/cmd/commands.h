/* Commands: the table of all subcommands. */
#ifndef AS_CMD_COMMANDS_H
#define AS_CMD_COMMANDS_H

#include "cmd/line/command.h"

extern const struct as_command as_command_init;
extern const struct as_command as_command_import;
extern const struct as_command as_command_export;
extern const struct as_command as_command_record;
extern const struct as_command as_command_merge;
extern const struct as_command as_command_match;
extern const struct as_command as_command_run;
extern const struct as_command as_command_follow;
extern const struct as_command as_command_deliver;
extern const struct as_command as_command_digest;
extern const struct as_command as_command_enrich;
extern const struct as_command as_command_explain;
extern const struct as_command as_command_plan;
extern const struct as_command as_command_next;
extern const struct as_command as_command_handoff;
extern const struct as_command as_command_report;
extern const struct as_command as_command_learn;
extern const struct as_command as_command_annotate;
extern const struct as_command as_command_check;
extern const struct as_command as_command_test;
extern const struct as_command as_command_repl;
extern const struct as_command as_command_diff;
extern const struct as_command as_command_bench;
extern const struct as_command as_command_sign;
extern const struct as_command as_command_sample;
extern const struct as_command as_command_replay;
extern const struct as_command as_command_promote;
extern const struct as_command as_command_rollback;
extern const struct as_command as_command_programme;
extern const struct as_command as_command_db;
extern const struct as_command as_command_manual;

/* In the order of help; ends with NULL. */
const struct as_command *const *as_commands(void);

#endif
