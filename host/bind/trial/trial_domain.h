/* Domain: the facts, events and thresholds that a pack's rules read, as a table from which the test library
 * generates leads (stdlib/assay/test/sample.lua). */
#ifndef AS_BIND_TRIAL_DOMAIN_H
#define AS_BIND_TRIAL_DOMAIN_H

#include "bind/trial/trial.h"

/* Pushes one table:
 *
 *   facts    { { name, of = "lead" | "account" | "answer", scope = "lead" | "account", type, via, choices,
 *              values = { what the rules compare with, and its neighbours }, patterns, bant, computed }, … };
 * computed: a function reads it events   { { kind, by, act, account, ages = { days }, properties = { { name,
 * type, values }, … } }, … } models   { { name, scores = { { name, floor, cap, rules = { { name, asks }, … }
 * }, … }, gates = { { name, level, asks }, … } }, … }; asks: whether something is known decides it others
 * kinds of events that sellers and systems do and that are no act feeds, channels, needs, teams   names
 *   words, numbers   literals of the files whose functions read facts
 *   group    whether a rule reads the buying group
 *
 * Facts and events come in the order in which the rules first read them, so that the same pack gives the same
 * table. */
void as_domain_push(lua_State *L, const struct as_bench *bench);

#endif
