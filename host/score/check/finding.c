/* The list of findings that a check makes. What the kinds of findings are and mean is finding_kinds.c; who
 * finds them are the check_*.c. */
#include "score/check/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer messages are cut: they name two conditions and a place. */
enum { MESSAGE = 1024 };

const char *as_severity_name(enum as_severity severity)
{
    static const char *const names[] = {"error", "warning", "info"};
    return names[severity];
}

static bool same_place(const struct as_position *a, const struct as_position *b)
{
    if ((a->file == NULL) != (b->file == NULL) || a->line != b->line)
        return false;
    return a->file == NULL || strcmp(a->file, b->file) == 0;
}

void as_findings_add(struct as_findings *findings, enum as_finding_id id, struct as_position position,
                     const char *advice, const char *format, ...)
{
    char message[MESSAGE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    const struct as_finding_kind *kind = as_finding_kind(id);
    for (uint32_t i = findings->list.n; i-- > 0;) {
        const struct as_finding *other = &findings->list.at[i];
        if (other->kind == kind && same_place(&other->position, &position) &&
            strcmp(other->message, message) == 0)
            return;
    }
    struct as_finding finding = {.kind = kind, .position = position};
    finding.message = as_arena_copy(&findings->arena, message, strlen(message));
    finding.advice = advice == NULL ? kind->advice : as_arena_copy(&findings->arena, advice, strlen(advice));
    if (position.file != NULL)
        finding.position.file = as_arena_copy(&findings->arena, position.file, strlen(position.file));
    if (finding.message == NULL || finding.advice == NULL ||
        (position.file != NULL && finding.position.file == NULL) ||
        !as_list_push(&findings->arena, &findings->list, finding))
        findings->failed = true;
}

static int by_place(const struct as_finding *a, const struct as_finding *b)
{
    const char *file = a->position.file != NULL ? a->position.file : "";
    int order = strcmp(file, b->position.file != NULL ? b->position.file : "");
    if (order != 0)
        return order;
    return a->position.line < b->position.line ? -1 : a->position.line > b->position.line;
}

/* Insertion: stable, and the lists are short. */
void as_findings_sort(struct as_findings *findings)
{
    struct as_finding *at = findings->list.at;
    for (uint32_t i = 1; i < findings->list.n; i++) {
        struct as_finding moved = at[i];
        uint32_t j = i;
        for (; j > 0 && by_place(&at[j - 1], &moved) > 0; j--)
            at[j] = at[j - 1];
        at[j] = moved;
    }
}

void as_findings_free(struct as_findings *findings)
{
    as_arena_free(&findings->arena);
    *findings = (struct as_findings){0};
}
