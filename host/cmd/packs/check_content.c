/* A file of content, read as an import would read it; nothing is kept. */
#include "cmd/packs/check_content.h"

#include "data/ingest/ingest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct reading {
    struct as_findings *findings;
    const struct as_pack *pack;
    const char *path;
};

static enum as_status take(void *context, const struct as_record *record, bool *changed,
                           struct as_error *error)
{
    struct reading *reading = context;
    struct as_str key = {"", 0}, texts[2] = {{NULL, 0}, {NULL, 0}};
    char what[AS_MAX_NAME + 24];
    enum as_status status = AS_OK;
    *changed = false;
    for (uint32_t i = 0; i < record->n; i++) {
        const struct as_value_pair *pair = &record->pairs[i];
        if (strcmp(pair->name, "key") == 0)
            key = pair->value;
        else if (strcmp(pair->name, "title") == 0 || strcmp(pair->name, "text") == 0)
            texts[pair->name[1] == 'e'] = pair->value;
    }
    struct as_position position = {reading->path, (int)record->line};
    for (int i = 0; i < 2 && status == AS_OK; i++) {
        snprintf(what, sizeof what, "%s of %.*s", i == 0 ? "the title" : "the text",
                 (int)(key.n < 100 ? key.n : 100), key.p);
        status = as_check_text(reading->findings, reading->pack, what, position, texts[i], error);
    }
    return status;
}

enum as_status as_check_content(struct as_findings *findings, const struct as_pack *pack, const char *path,
                                int64_t now, struct as_error *error)
{
    struct reading reading = {findings, pack, path};
    struct as_ingest_summary summary;
    const struct as_record_sink sink = {.context = &reading, .put = take};
    struct as_ingest_options options = {.kind = AS_IMPORT_CONTENT,
                                        .path = path,
                                        .schema = pack->rules.schema,
                                        .now = now,
                                        .rejects_path = ""};
    if (access(path, R_OK) != 0)
        return as_error_set(error, errno == ENOENT ? AS_ERR_MISSING : AS_ERR_IO, "%s: %s", path,
                            strerror(errno));
    enum as_status status = as_ingest(&summary, &options, &sink, error);
    if (status == AS_OK && summary.rejected > 0)
        status =
            as_error_set(error, AS_ERR_DATA, "%s: line %llu: %s", path,
                         (unsigned long long)summary.reasons.at[0].first_line, summary.reasons.at[0].reason);
    as_findings_sort(findings);
    as_ingest_summary_free(&summary);
    return status;
}
