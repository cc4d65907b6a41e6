/* Typed columns with validity. Reading of single values is left to value.c. */
#include "data/facts/column.h"

#include "base/limits.h"
#include "base/suggest.h"
#include "base/time.h"
#include "data/facts/value.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBER_SEPARATOR = 0x1f, MOST_MEMBERS = 256 };

static bool has_dictionary(enum as_type type)
{
    return type == AS_TYPE_TEXT || type == AS_TYPE_CHOICE || type == AS_TYPE_CHOICES || type == AS_TYPE_USER;
}

static size_t bytes_for(enum as_type type, size_t n)
{
    switch (type) {
    case AS_TYPE_BOOLEAN:
        return AS_BIT_WORDS(n) * sizeof(uint64_t);
    case AS_TYPE_INTEGER:
    case AS_TYPE_MONEY:
    case AS_TYPE_DATE:
        return n * sizeof(int64_t);
    case AS_TYPE_NUMBER:
        return n * sizeof(double);
    case AS_TYPE_TEXT:
    case AS_TYPE_CHOICE:
    case AS_TYPE_CHOICES:
    case AS_TYPE_USER:
    case AS_TYPE_REFERENCE:
        break;
    }
    return n * sizeof(uint32_t);
}

/* calloc that gives a pointer for nothing too, so that NULL always means that memory is out. */
static void *zeroed(size_t bytes)
{
    return calloc(bytes > 0 ? bytes : 1, 1);
}

enum as_status as_column_new(struct as_column **out, enum as_type type, size_t n, const char *const *choices,
                             uint32_t choice_count, struct as_error *error)
{
    *out = NULL;
    struct as_column *column = calloc(1, sizeof *column);
    if (column == NULL)
        return as_error_memory(error);
    column->type = type;
    column->n = n;
    column->any = zeroed(bytes_for(type, n));
    column->known = zeroed(AS_BIT_WORDS(n) * sizeof(uint64_t));
    if (column->any == NULL || column->known == NULL)
        goto out_of_memory;
    if (has_dictionary(type)) {
        if ((column->dict = as_intern_new()) == NULL)
            goto out_of_memory;
        for (uint32_t i = 0; i < choice_count; i++)
            if (as_intern_add(column->dict, as_str_of(choices[i])) == AS_INTERN_NONE)
                goto out_of_memory;
        column->choice_count = as_intern_count(column->dict);
    }
    if (type == AS_TYPE_MONEY) {
        column->currency = malloc((n > 0 ? n : 1) * sizeof *column->currency);
        column->currencies = as_intern_new();
        if (column->currency == NULL || column->currencies == NULL)
            goto out_of_memory;
        memset(column->currency, 0xff, n * sizeof *column->currency); /* AS_NO_INDEX */
    }
    *out = column;
    return AS_OK;

out_of_memory:
    as_column_free(column);
    return as_error_memory(error);
}

void as_column_free(struct as_column *column)
{
    if (column == NULL)
        return;
    if (column->value_pages.at == NULL)
        free(column->any);
    if (column->known_pages.at == NULL)
        free(column->known);
    as_pages_free(&column->value_pages);
    as_pages_free(&column->known_pages);
    free(column->currency);
    as_intern_free(column->dict);
    as_intern_free(column->currencies);
    free(column);
}

struct member {
    struct as_str text;
    uint32_t order; /* place among the declared choices, AS_NO_INDEX for others */
};

static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return as_str_cmp(x->text, y->text);
}

/* Sorts and joins the members of a choices value, so that equal sets are equal texts. */
static enum as_status join_members(struct as_buf *out, const struct as_column *column, struct as_str text,
                                   struct as_error *error)
{
    struct member members[MOST_MEMBERS];
    size_t n = 0;
    size_t from = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.p[i] != ';' && text.p[i] != MEMBER_SEPARATOR)
            continue;
        struct as_str member = as_str_trim((struct as_str){text.p + from, i - from});
        from = i + 1;
        if (member.n == 0)
            continue;
        if (n == MOST_MEMBERS)
            return as_error_set(error, AS_ERR_LIMIT, "more than %d choices in one value", MOST_MEMBERS);
        uint32_t code = as_intern_find(column->dict, member);
        members[n++] = (struct member){member, code < column->choice_count ? code : AS_NO_INDEX};
    }
    qsort(members, n, sizeof *members, compare_members);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && as_str_eq(members[i].text, members[i - 1].text))
            continue;
        if (out->n > 0)
            as_buf_char(out, MEMBER_SEPARATOR);
        as_buf_str(out, members[i].text);
    }
    return out->failed ? as_error_memory(error) : AS_OK;
}

enum as_status as_column_set_text(struct as_column *column, size_t row, struct as_str text,
                                  struct as_error *error)
{
    struct as_buf joined = {0};
    if (column->type == AS_TYPE_CHOICES) {
        enum as_status status = join_members(&joined, column, text, error);
        if (status != AS_OK) {
            as_buf_free(&joined);
            return status;
        }
        text = (struct as_str){as_buf_c(&joined), joined.n};
    }
    uint32_t code = as_intern_add(column->dict, text);
    as_buf_free(&joined);
    if (code == AS_INTERN_NONE)
        return as_error_memory(error);
    column->code[row] = code;
    as_bit_set(column->known, row);
    return AS_OK;
}

void as_column_set_i64(struct as_column *column, size_t row, int64_t value)
{
    column->i64[row] = value;
    as_bit_set(column->known, row);
}

void as_column_set_f64(struct as_column *column, size_t row, double value)
{
    column->f64[row] = value;
    as_bit_set(column->known, row);
}

void as_column_set_boolean(struct as_column *column, size_t row, bool value)
{
    as_bit_put(column->truth, row, value);
    as_bit_set(column->known, row);
}

void as_column_set_reference(struct as_column *column, size_t row, uint32_t target_row)
{
    column->code[row] = target_row;
    as_bit_put(column->known, row, target_row != AS_NO_INDEX);
}

enum as_status as_column_set_money(struct as_column *column, size_t row, int64_t hundredths,
                                   struct as_str currency, struct as_error *error)
{
    uint32_t code = AS_NO_INDEX;
    if (currency.n > 0) {
        code = as_intern_add(column->currencies, currency);
        if (code == AS_INTERN_NONE)
            return as_error_memory(error);
    }
    column->i64[row] = hundredths;
    column->currency[row] = code;
    as_bit_set(column->known, row);
    return AS_OK;
}

static enum as_status no_such_choice(const struct as_column *column, struct as_str text,
                                     struct as_error *error)
{
    const char *names[AS_MAX_FIELDS];
    size_t n = 0;
    for (; n < column->choice_count && n < AS_MAX_FIELDS; n++)
        names[n] = as_intern_text(column->dict, (uint32_t)n).p;
    as_error_set(error, AS_ERR_DATA, "\"%.*s\" is not one of the choices", (int)(text.n < 80 ? text.n : 80),
                 text.p);
    as_error_one_of(error, text, names, n, "");
    return AS_ERR_DATA;
}

static bool is_declared(const struct as_column *column, struct as_str text)
{
    return column->choice_count == 0 || as_intern_find(column->dict, text) < column->choice_count;
}

static enum as_status parse_choices(struct as_column *column, size_t row, struct as_str text,
                                    struct as_error *error)
{
    struct as_str rest = text;
    while (rest.p != NULL) {
        struct as_str member = as_str_trim(as_str_cut(&rest, ';'));
        if (member.n > 0 && !is_declared(column, member))
            return no_such_choice(column, member, error);
    }
    return as_column_set_text(column, row, text, error);
}

const char *as_type_example(enum as_type type)
{
    static const char *const examples[AS_TYPE_COUNT] = {[AS_TYPE_BOOLEAN] = "yes or no",
                                                        [AS_TYPE_INTEGER] = "1200",
                                                        [AS_TYPE_NUMBER] = "1200.5",
                                                        [AS_TYPE_MONEY] = "1200.50 EUR",
                                                        [AS_TYPE_DATE] = "2026-03-01"};
    return examples[type];
}

static enum as_status not_a(const struct as_column *column, struct as_str text, struct as_error *error)
{
    static const char *const nouns[AS_TYPE_COUNT] = {
        "a boolean", "a whole number",    "a number", "an amount of money", "a date", "a text",
        "a choice",  "a list of choices", "a user",   "a reference"};
    const char *example = as_type_example(column->type);
    as_error_set(error, AS_ERR_DATA, "\"%.*s\" is not %s", (int)(text.n < 80 ? text.n : 80), text.p,
                 nouns[column->type]);
    return example == NULL ? AS_ERR_DATA : as_error_advise(error, "write %s", example);
}

enum as_status as_column_parse(struct as_column *column, size_t row, struct as_str text,
                               struct as_error *error)
{
    struct as_str trimmed = as_str_trim(text);
    struct as_str currency;
    bool truth;
    int64_t whole;
    double number;
    if (trimmed.n == 0) {
        as_bit_clear(column->known, row);
        return AS_OK;
    }
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        if (!as_value_boolean(&truth, trimmed))
            return not_a(column, trimmed, error);
        as_column_set_boolean(column, row, truth);
        return AS_OK;
    case AS_TYPE_INTEGER:
        if (!as_value_integer(&whole, trimmed))
            return not_a(column, trimmed, error);
        as_column_set_i64(column, row, whole);
        return AS_OK;
    case AS_TYPE_NUMBER:
        if (!as_value_number(&number, trimmed))
            return not_a(column, trimmed, error);
        as_column_set_f64(column, row, number);
        return AS_OK;
    case AS_TYPE_MONEY:
        if (!as_value_money(&whole, &currency, trimmed))
            return not_a(column, trimmed, error);
        return as_column_set_money(column, row, whole, currency, error);
    case AS_TYPE_DATE:
        if (!as_time_parse(&whole, NULL, trimmed))
            return not_a(column, trimmed, error);
        as_column_set_i64(column, row, as_day_of(whole));
        return AS_OK;
    case AS_TYPE_CHOICE:
        if (!is_declared(column, trimmed))
            return no_such_choice(column, trimmed, error);
        return as_column_set_text(column, row, trimmed, error);
    case AS_TYPE_CHOICES:
        return parse_choices(column, row, trimmed, error);
    case AS_TYPE_TEXT:
    case AS_TYPE_USER:
        return as_column_set_text(column, row, trimmed, error);
    case AS_TYPE_REFERENCE:
        break;
    }
    return not_a(column, trimmed, error);
}

bool as_column_includes(const struct as_column *column, size_t row, struct as_str text)
{
    if (!as_bit(column->known, row))
        return false;
    struct as_str rest = as_intern_text(column->dict, column->code[row]);
    if (column->type != AS_TYPE_CHOICES)
        return as_str_eq(rest, text);
    while (rest.p != NULL)
        if (as_str_eq(as_str_cut(&rest, MEMBER_SEPARATOR), text))
            return true;
    return false;
}

void as_column_show(struct as_buf *out, const struct as_column *column, size_t row)
{
    if (!as_bit(column->known, row))
        return;
    char day[AS_TIME_TEXT];
    struct as_str text, none = {"", 0};
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        as_buf_text(out, as_bit(column->truth, row) ? "yes" : "no");
        break;
    case AS_TYPE_INTEGER:
        as_value_show_integer(out, column->i64[row]);
        break;
    case AS_TYPE_NUMBER:
        as_value_show_number(out, column->f64[row]);
        break;
    case AS_TYPE_MONEY:
        as_value_show_money(out, column->i64[row],
                            column->currency[row] == AS_NO_INDEX
                                ? none
                                : as_intern_text(column->currencies, column->currency[row]));
        break;
    case AS_TYPE_DATE:
        as_buf_text(out, as_day_format(day, column->i64[row]));
        break;
    case AS_TYPE_CHOICES:
        text = as_intern_text(column->dict, column->code[row]);
        for (size_t i = 0; i < text.n; i++)
            if (text.p[i] == MEMBER_SEPARATOR)
                as_buf_text(out, ", ");
            else
                as_buf_char(out, text.p[i]);
        break;
    case AS_TYPE_TEXT:
    case AS_TYPE_CHOICE:
    case AS_TYPE_USER:
        as_buf_str(out, as_intern_text(column->dict, column->code[row]));
        break;
    case AS_TYPE_REFERENCE:
        as_buf_printf(out, "row %u", column->code[row]);
        break;
    }
}
