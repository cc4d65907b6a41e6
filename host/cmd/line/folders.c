/* Finds the folders of packs. What is in them is read by host/bind. */
#include "cmd/line/folders.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct as_positional as_folder_positionals[] = {
    {.name = "PACK",
     .text = "folder of a pack; without one: this folder, or every pack under rules/",
     .optional = true,
     .repeats = true},
    {.name = NULL},
};

static bool has_pack(const char *folder)
{
    struct as_buf path = {0};
    as_buf_printf(&path, "%s/pack.lua", folder);
    bool there = !path.failed && access(as_buf_c(&path), R_OK) == 0;
    as_buf_free(&path);
    return there;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static enum as_status find_here(struct as_folders *out, struct as_arena *arena, const char *example,
                                struct as_error *error)
{
    if (has_pack("."))
        return as_list_push(arena, &out->list, ".") ? AS_OK : as_error_memory(error);
    struct dirent **entries = NULL;
    int n = scandir("rules", &entries, visible, alphasort);
    enum as_status status = AS_OK;
    for (int i = 0; i < n; i++) {
        const char *folder = as_arena_printf(arena, "rules/%s", entries[i]->d_name);
        if (folder == NULL || (has_pack(folder) && !as_list_push(arena, &out->list, folder)))
            status = as_error_memory(error);
        free(entries[i]);
    }
    free(entries);
    if (status == AS_OK && out->list.n == 0) {
        status = as_error_set(error, AS_ERR_MISSING,
                              "there is no pack here: neither pack.lua nor rules/*/pack.lua");
        as_error_advise(error, "name the folder of a pack: %s", example);
    }
    return status;
}

enum as_status as_folders_find(struct as_folders *out, struct as_arena *arena, struct as_texts named,
                               const char *example, struct as_error *error)
{
    for (uint32_t i = 0; i < named.n; i++) {
        size_t n = strlen(named.at[i]);
        while (n > 1 && named.at[i][n - 1] == '/')
            n--;
        const char *folder = as_arena_copy(arena, named.at[i], n);
        if (folder == NULL || !as_list_push(arena, &out->list, folder))
            return as_error_memory(error);
    }
    return named.n > 0 ? AS_OK : find_here(out, arena, example, error);
}
