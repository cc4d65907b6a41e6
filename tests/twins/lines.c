/* Lines from files and command lines. */
#include "lines.h"

#include "comparing.h"

#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put(struct as_buf *lines, struct as_str name, struct as_str value)
{
    as_buf_printf(lines, ",\"%.*s\":\"%.*s\"", (int)name.n, name.p, (int)value.n, value.p);
}

/* Cuts what stands before the next `separator` off *rest. */
static struct as_str cut(const char **rest, char separator)
{
    size_t n = strcspn(*rest, (char[]){separator, '\n', '\0'});
    struct as_str cell = {*rest, n};
    *rest += n + ((*rest)[n] == separator);
    return cell;
}

static void add_rows(struct as_buf *lines, const char *folder, const char *kind, const char *path)
{
    char full[256], head[1024], row[4096];
    snprintf(full, sizeof full, "%s/%s/%s", folder, twin_folder(TWIN_SOME), path);
    FILE *file = fopen(full, "r");
    if (file == NULL || fgets(head, sizeof head, file) == NULL)
        give_up(strerror(errno), full);
    while (fgets(row, sizeof row, file) != NULL) {
        const char *names = head, *cells = row;
        as_buf_printf(lines, "{\"import\":\"%s\"", kind);
        while (*names != '\n') {
            struct as_str name = cut(&names, ','), cell = cut(&cells, ',');
            if (cell.n > 0)
                put(lines, name, cell);
        }
        as_buf_text(lines, "}\n");
    }
    fclose(file);
}

/* Details that are said without their names. */
static const char *name_of(const char *act, int detail)
{
    if (strcmp(act, "override") == 0)
        return "stage";
    return detail == 0 ? "channel" : "state";
}

static void add_record(struct as_buf *lines, int64_t at, const char *const *words)
{
    char time[AS_TIME_TEXT];
    bool account = strcmp(words[1], "--account") == 0;
    const char *who = words[1 + account], *act = words[2 + account];
    as_buf_printf(lines, "{\"record\":\"%s\",\"who\":\"%s\",\"at\":\"%s\"%s", act, who,
                  as_time_format(time, at), account ? ",\"account\":true" : "");
    for (int i = 3 + account, detail = 0; words[i] != NULL; i++) {
        const char *said = words[i] + (strncmp(words[i], "--", 2) == 0 ? 2 : 0);
        if (strchr(said, '=') == NULL) {
            put(lines, as_str_of(name_of(act, detail++)), as_str_of(said));
            continue;
        }
        struct as_str name = cut(&said, '=');
        put(lines, name, as_str_of(said));
    }
    as_buf_text(lines, "}\n");
}

bool add_lines(struct as_buf *lines, const char *folder, int64_t at, const char *const *given)
{
    if (strcmp(given[0], "import") == 0)
        add_rows(lines, folder, given[1], given[2]);
    else if (strcmp(given[0], "record") == 0)
        add_record(lines, at, given);
    else
        return false;
    return true;
}
