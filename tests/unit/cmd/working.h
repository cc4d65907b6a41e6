/* Commands run inside a test, as a person would type them, in a folder of their own. */
#ifndef AS_TESTS_CMD_WORKING_H
#define AS_TESTS_CMD_WORKING_H

#include "cmd/commands.h"
#include "cmd/line/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS = 16, SHOWN = 65536 };

struct working {
    char folder[64], back[1024];
    char out[SHOWN], err[SHOWN];
};

static inline void read_stream(char out[SHOWN], FILE *stream)
{
    rewind(stream);
    size_t n = fread(out, 1, SHOWN - 1, stream);
    out[n] = '\0';
    fclose(stream);
}

/* The words after the program's name, split at blanks; the exit code. */
static inline int type_line(struct working *w, const char *line)
{
    char copy[1024], *words[WORDS] = {NULL};
    int n = 0;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *rest, *word = strtok_r(copy, " ", &rest); word != NULL && n < WORDS - 1;
         word = strtok_r(NULL, " ", &rest))
        words[n++] = word;
    FILE *out = tmpfile(), *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);
    int code = as_command_main(as_commands(), n, words, NULL, out, err);
    read_stream(w->out, out);
    read_stream(w->err, err);
    return code;
}

/* The same, and it has to end with this code. */
static inline void type_ok(struct working *w, int code, const char *line)
{
    int ended = type_line(w, line);
    if (ended != code)
        fail_msg("%s: exit code %d, not %d\n%s%s", line, ended, code, w->out, w->err);
}

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static inline void working_open(struct working *w)
{
    assert_non_null(getcwd(w->back, sizeof w->back));
    snprintf(w->folder, sizeof w->folder, "working-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    assert_int_equal(chdir(w->folder), 0);
}

static inline void working_close(struct working *w)
{
    char line[128];
    assert_int_equal(chdir(w->back), 0);
    snprintf(line, sizeof line, "rm -rf '%s'", w->folder);
    assert_int_equal(system(line), 0);
}

#endif
