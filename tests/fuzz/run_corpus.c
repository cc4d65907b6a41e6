/* Feeds files to a fuzz target where there is no fuzzing engine: every file of the folders given, and every
 * proper beginning of each, since a file that was cut is the commonest damage. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { MOST_BYTES = 1024 * 1024, MOST_CUTS = 512 };

/* An exact copy each time, so that a sanitizer sees the byte behind the last. */
static void feed(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n > 0 ? n : 1);
    if (!copy)
        exit(3);
    memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void feed_file(const char *path)
{
    static uint8_t bytes[MOST_BYTES];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(3);
    }
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    feed(bytes, n);
    size_t step = n / MOST_CUTS + 1;
    for (size_t cut = 0; cut < n; cut += step)
        feed(bytes, cut);
}

int main(int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (!folder) {
            perror(argv[i]);
            return 3;
        }
        for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
            char path[4096];
            if (entry->d_name[0] == '.')
                continue;
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            feed_file(path);
            files++;
        }
        closedir(folder);
    }
    printf("%d files\n", files);
    return files == 0;
}
