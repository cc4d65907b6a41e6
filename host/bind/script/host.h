/* Host: what the commands ask of Lua. A pack is loaded from its source into a sandboxed state of its own;
 * loading only declares. The functions of a loaded pack run on worker threads, one Lua state a thread.
 */
#ifndef AS_BIND_HOST_H
#define AS_BIND_HOST_H

#include "bind/sandbox/script_limits.h"
#include "data/pack/source.h"
#include "score/plan/plan.h"
#include "score/tree/pack.h"

/* Reads a pack's folder through LuaFileSystem: *.lua, lists/, and whatever pack.lua names; no hidden files,
 * no symbolic links. AS_ERR_MISSING when there is no pack.lua. */
enum as_status as_source_read(struct as_source *out, const char *folder, struct as_error *error);

struct as_script; /* a loaded pack */

/* Loads a pack; the schema grows by what it declares and must outlive the script. limits NULL: defaults. */
enum as_status as_script_load(struct as_script **out, const struct as_source *source,
                              struct as_schema *schema, const struct as_script_limits *limits,
                              struct as_error *error);
void as_script_free(struct as_script *script);
const struct as_pack *as_script_pack(const struct as_script *script);

/* Callbacks for as_run_options, good for worker numbers 0 … threads-1: the pack is loaded again for each of
 * them here, before any thread runs. Valid as long as the script, which no thread may be running when it is
 * freed. */
enum as_status as_script_functions(const struct as_functions **out, struct as_script *script,
                                   unsigned threads, struct as_error *error);

#endif
