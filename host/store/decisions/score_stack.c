/* Score stack: opens the base and the layers that a row names, or none of them. */
#include "store/decisions/score_stack.h"

#include "base/text.h"

bool as_score_stack_names_same(const struct as_score_stack_name *a, const struct as_score_stack_name *b)
{
    return a->sum == b->sum && as_layer_lists_same(&a->layers, &b->layers);
}

static bool open_beside(struct as_score_file *out, const char *database, uint64_t sum)
{
    struct as_buf path = {0};
    as_buf_printf(&path, "%s" AS_SCORE_FILE_INFIX "%016llx", database, (unsigned long long)sum);
    bool open = !path.failed && as_score_file_open(out, as_buf_c(&path), sum);
    as_buf_free(&path);
    return open;
}

bool as_score_stack_open(struct as_score_stack *out, const char *database,
                         const struct as_score_stack_name *name)
{
    out->name = *name;
    out->files = 0;
    for (unsigned i = 0; i <= name->layers.n; i++) {
        struct as_score_file *file = &out->file[i];
        bool open = open_beside(file, database, i == 0 ? name->sum : name->layers.sum[i - 1]);
        out->files += open;
        if (!open || file->head->base != (i == 0 ? 0 : name->sum)) {
            as_score_stack_close(out);
            return false;
        }
    }
    return true;
}

bool as_score_stack_over(struct as_score_stack *out, const void *bytes, size_t n,
                         const struct as_score_stack_name *name)
{
    out->name = *name;
    out->files =
        bytes != NULL && name->layers.n == 0 && as_score_file_over(&out->file[0], bytes, n, name->sum);
    return out->files == 1;
}

void as_score_stack_close(struct as_score_stack *stack)
{
    while (stack->files > 0)
        as_score_file_close(&stack->file[--stack->files]);
}
