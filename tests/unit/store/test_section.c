/* Sections: parts of a file that are filled side by side and written by a pen are, byte for byte, what was
 * pushed. */
#include "chance.h"
#include "fixture.h"

#include "base/pages.h"
#include "store/section.h"

#include <fcntl.h>

#define NAME "section.part"
enum { SECTIONS = 3, MOST_PUSHED = 300000 };
#define LENGTH (7 * AS_PAGES_HUGE + 12345) /* of each: more pieces than a pen holds, and a bit of one */

static struct as_error error;

static void fill(char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)pick(256);
}

/* All of `bytes`, which are the sections one behind the other, in pieces of any length. */
static void push_all(struct as_section *sections, const char *bytes)
{
    size_t pushed[SECTIONS] = {0};
    for (unsigned left = SECTIONS; left > 0;) {
        const unsigned s = pick(SECTIONS);
        const size_t some = pick(MOST_PUSHED), rest = LENGTH - pushed[s], n = some < rest ? some : rest;
        assert_int_equal(as_section_push(&sections[s], bytes + s * LENGTH + pushed[s], n, &error), AS_OK);
        pushed[s] += n;
        left -= n == rest && rest > 0;
    }
}

static void check_file(int file, const char *bytes, const struct as_section *sections)
{
    char *found = malloc(LENGTH);
    assert_non_null(found);
    for (unsigned s = 0; s < SECTIONS; s++) {
        assert_int_equal(pread(file, found, LENGTH, (off_t)(s * 8 * AS_PAGES_HUGE)), LENGTH);
        assert_memory_equal(found, bytes + s * LENGTH, LENGTH);
        assert_true(sections[s].sum == as_section_sum(bytes + s * LENGTH, LENGTH));
    }
    free(found);
}

static void write_all(struct as_pen **pen)
{
    struct as_section sections[SECTIONS];
    char *bytes = malloc(SECTIONS * LENGTH);
    const int file = open(NAME, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    assert_non_null(bytes);
    assert_true(file >= 0);
    fill(bytes, SECTIONS * LENGTH);
    for (unsigned s = 0; s < SECTIONS; s++)
        assert_int_equal(as_section_open(&sections[s], file, s * 8 * AS_PAGES_HUGE, LENGTH, pen, &error),
                         AS_OK);
    push_all(sections, bytes);
    for (unsigned s = 0; s < SECTIONS; s++)
        assert_int_equal(as_section_end(&sections[s], &error), AS_OK);
    if (pen != NULL)
        assert_int_equal(as_pen_end(pen, &error), AS_OK);
    check_file(file, bytes, sections);
    for (unsigned s = 0; s < SECTIONS; s++)
        as_section_free(&sections[s]);
    close(file);
    unlink(NAME);
    free(bytes);
}

static void what_is_pushed_is_in_the_file(void **state)
{
    (void)state;
    seed = 20261123;
    write_all(NULL);
}

static void a_pen_writes_the_same(void **state)
{
    struct as_pen *pen = NULL;
    (void)state;
    seed = 20261124;
    write_all(&pen);
    assert_null(pen);
    assert_int_equal(as_pen_end(&pen, &error), AS_OK);
}

/* Told by a later push, or at the end. */
static void a_disk_that_takes_nothing_is_told_of(void **state)
{
    struct as_pen *pen = NULL;
    struct as_section section;
    struct as_error own = AS_ERROR_INIT;
    (void)state;
    const int file = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (file < 0)
        skip();
    char *bytes = calloc(1, AS_PAGES_HUGE);
    assert_non_null(bytes);
    assert_int_equal(as_section_open(&section, file, 0, 3 * AS_PAGES_HUGE, &pen, &own), AS_OK);
    enum as_status status = AS_OK;
    for (int i = 0; i < 3 && status == AS_OK; i++)
        status = as_section_push(&section, bytes, AS_PAGES_HUGE, &own);
    const enum as_status end = as_pen_end(&pen, status == AS_OK ? &own : NULL);
    assert_int_equal(end, AS_ERR_IO);
    assert_int_equal(own.status, AS_ERR_IO);
    assert_non_null(strstr(own.what, "cannot write a file beside the database"));
    assert_null(pen);
    as_section_free(&section);
    close(file);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_pushed_is_in_the_file),
        cmocka_unit_test(a_pen_writes_the_same),
        cmocka_unit_test(a_disk_that_takes_nothing_is_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
