/* Predicates on text and choices: made ready once per plan, decided value by value. Which values are asked
 * about is decided by the run: each distinct one of a dictionary, or only those of a selection. */
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "score/plan/plan_node.h"
#include "score/tree/expr_argument.h"
#include "score/tree/pattern.h"

#include <string.h>

static bool starts_or_ends(const struct as_predicate *p, struct as_str text)
{
    for (uint32_t i = 0; i < p->word_count; i++)
        if (p->kernel == AS_KERNEL_STARTS_WITH ? as_str_starts(text, p->words[i])
                                               : as_str_ends(text, p->words[i]))
            return true;
    return false;
}

static bool holds_word(const struct as_predicate *p, struct as_str text)
{
    for (uint32_t i = 0; i < p->word_count; i++) {
        struct as_str word = p->words[i];
        bool found;
        if (p->kernel == AS_KERNEL_HAS_WORD)
            found = as_fold_has_word(text, word);
        else if (p->kernel == AS_KERNEL_CONTAINS)
            found = word.n == 0 || memmem(text.p, text.n, word.p, word.n) != NULL;
        else
            found = as_str_eq(text, word);
        if (found)
            return true;
    }
    return false;
}

static uint8_t answer(bool truth)
{
    return truth ? AS_ANSWER_YES : AS_ANSWER_NO;
}

static uint8_t provider(const struct as_predicate *p, struct as_buf *buf, struct as_str text)
{
    const char *sign = text.n > 0 ? memrchr(text.p, '@', text.n) : NULL;
    struct as_str host =
        sign == NULL ? text : (struct as_str){sign + 1, (size_t)(text.p + text.n - sign - 1)};
    as_buf_reset(buf);
    if (!as_host_of(buf, host))
        return AS_ANSWER_OPEN;
    host = (struct as_str){as_buf_c(buf), buf->n};
    if (p->list != NULL && as_intern_find(p->list, host) != AS_INTERN_NONE)
        return AS_ANSWER_YES;
    return answer(p->kernel == AS_KERNEL_IS_FREEMAIL ? as_is_freemail(host) : as_is_disposable(host));
}

static uint8_t rank(const struct as_predicate *p, uint32_t code)
{
    uint32_t place = code - p->first_rank;
    if (code < p->first_rank || place >= p->ranks)
        return AS_ANSWER_OPEN; /* a value that nobody declared has no place in the order */
    return answer(p->kernel == AS_KERNEL_CHOICE_AT_MOST ? place <= p->rank : place >= p->rank);
}

bool as_predicate_folds(const struct as_predicate *p)
{
    switch (p->kernel) {
    case AS_KERNEL_CHOICE_AT_LEAST:
    case AS_KERNEL_CHOICE_AT_MOST:
    case AS_KERNEL_ACKNOWLEDGED:
    case AS_KERNEL_MATCHES:
    case AS_KERNEL_IS_FREEMAIL:
    case AS_KERNEL_IS_DISPOSABLE:
    case AS_KERNEL_INCLUDES:
    case AS_KERNEL_EXCLUDES:
        return false;
    default:
        return true;
    }
}

uint8_t as_predicate_of_folded(const struct as_predicate *p, struct as_str text)
{
    if (p->kernel == AS_KERNEL_IN_LIST)
        return answer(as_intern_find(p->list, text) != AS_INTERN_NONE);
    if (p->kernel == AS_KERNEL_STARTS_WITH || p->kernel == AS_KERNEL_ENDS_WITH)
        return answer(starts_or_ends(p, text));
    return answer(holds_word(p, text));
}

enum as_status as_predicate_decide(uint8_t *out, const struct as_predicate *p, struct as_str text,
                                   uint32_t code, struct as_matcher *matcher, struct as_buf *buf,
                                   struct as_error *error)
{
    enum as_status status;
    bool found;
    switch (p->kernel) {
    case AS_KERNEL_CHOICE_AT_LEAST:
    case AS_KERNEL_CHOICE_AT_MOST:
    case AS_KERNEL_ACKNOWLEDGED:
        *out = rank(p, code);
        return AS_OK;
    case AS_KERNEL_MATCHES:
        status = as_pattern_find(&found, p->pattern, matcher, text, error);
        *out = answer(found);
        return status;
    case AS_KERNEL_IS_FREEMAIL:
    case AS_KERNEL_IS_DISPOSABLE:
        *out = provider(p, buf, text);
        return AS_OK;
    default:
        break;
    }
    as_buf_reset(buf);
    if (p->kernel == AS_KERNEL_INCLUDES || p->kernel == AS_KERNEL_EXCLUDES) {
        /* Folding drops U+001F, so members are folded one by one. */
        struct as_str set = text;
        found = false;
        while (set.p != NULL && !found) {
            as_buf_reset(buf);
            if ((status = as_fold(buf, as_str_cut(&set, '\x1f'), error)) != AS_OK)
                return status;
            found = holds_word(p, (struct as_str){as_buf_c(buf), buf->n});
        }
        *out = answer(found == (p->kernel == AS_KERNEL_INCLUDES));
        return AS_OK;
    }
    if ((status = as_fold(buf, text, error)) != AS_OK)
        return status;
    *out = as_predicate_of_folded(p, (struct as_str){as_buf_c(buf), buf->n});
    return AS_OK;
}

static enum as_status add_word(struct as_predicate *p, struct as_plan *plan, struct as_str word,
                               struct as_error *error)
{
    struct as_buf folded = {.max = AS_MAX_TEXT};
    enum as_status status = as_fold(&folded, word, error);
    char *copy = status == AS_OK ? as_arena_copy(&plan->arena, as_buf_c(&folded), folded.n) : NULL;
    if (status == AS_OK && copy == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        p->words[p->word_count++] = (struct as_str){copy, folded.n};
    as_buf_free(&folded);
    return status;
}

static enum as_status add_words(struct as_predicate *p, struct as_plan *plan, const struct as_literal *arg,
                                struct as_error *error)
{
    uint32_t n = arg->kind == AS_LITERAL_LIST ? arg->n : 1;
    if ((p->words = as_arena_array(&plan->arena, n, sizeof *p->words)) == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++) {
        enum as_status status =
            add_word(p, plan, arg->kind == AS_LITERAL_LIST ? arg->items[i].text : arg->text, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static const struct as_intern *list_of(const struct as_pack *pack, struct as_str name)
{
    for (uint32_t i = 0; i < pack->lists.n; i++)
        if (as_str_is(name, pack->lists.at[i].name))
            return pack->lists.at[i].values;
    return NULL;
}

static void set_rank(struct as_predicate *p, const struct as_plan *plan, const struct as_expr *expr)
{
    const struct as_expr *receiver = expr->args[0].expr;
    const char *const *choices = as_expr_choices(&p->ranks, plan->schema, receiver);
    struct as_str level = p->kernel == AS_KERNEL_ACKNOWLEDGED ? AS_STR("acknowledged") : expr->args[1].text;
    p->first_rank = receiver->kind == AS_EXPR_SEGMENT; /* code 0 of a segment is "insufficient" */
    for (uint32_t i = 0; i < p->ranks; i++)
        if (as_str_is(level, choices[i]))
            p->rank = i;
}

static enum as_status prepare(struct as_predicate *p, struct as_plan *plan, uint32_t node,
                              struct as_error *error)
{
    const struct as_expr *expr = plan->nodes.at[node].expr;
    *p = (struct as_predicate){.kernel = (enum as_kernel)expr->op->kernel};
    switch (p->kernel) {
    case AS_KERNEL_CHOICE_AT_LEAST:
    case AS_KERNEL_CHOICE_AT_MOST:
    case AS_KERNEL_ACKNOWLEDGED:
        set_rank(p, plan, expr);
        return AS_OK;
    case AS_KERNEL_MATCHES: {
        enum as_status status = as_pattern_new(&p->pattern, expr->args[1].text, error);
        return status == AS_OK ? status : as_error_at(error, expr->position.file, expr->position.line);
    }
    case AS_KERNEL_IN_LIST:
        p->list = list_of(plan->pack, expr->args[1].text);
        if (p->list == NULL) {
            as_error_set(error, AS_ERR_RULE, "the list \"%.*s\" was not read", (int)expr->args[1].text.n,
                         expr->args[1].text.p);
            return as_error_at(error, expr->position.file, expr->position.line);
        }
        return AS_OK;
    case AS_KERNEL_IS_FREEMAIL:
    case AS_KERNEL_IS_DISPOSABLE:
        p->list =
            list_of(plan->pack, as_str_of(p->kernel == AS_KERNEL_IS_FREEMAIL ? "freemail" : "disposable"));
        return AS_OK;
    default:
        return add_words(p, plan, &expr->args[1], error);
    }
}

enum as_status as_plan_predicates(struct as_plan *plan, struct as_error *error)
{
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        struct as_predicate predicate;
        if (plan->nodes.at[i].kind == AS_NODE_DOMAIN && plan->suffixes == NULL) {
            enum as_status status = as_suffixes_open(&plan->suffixes, error);
            if (status != AS_OK)
                return status;
        }
        if (plan->nodes.at[i].kind != AS_NODE_PREDICATE)
            continue;
        enum as_status status = prepare(&predicate, plan, i, error);
        if (status == AS_OK && !as_list_push(&plan->arena, &plan->predicates, predicate))
            status = as_error_memory(error);
        if (status != AS_OK) {
            as_pattern_free(predicate.pattern);
            return status;
        }
        plan->nodes.at[i].feature = plan->predicates.n - 1;
    }
    return AS_OK;
}
