/* Numbers and amounts of other people's files: their decimal sign, their grouping, their scale. */
#include "data/mapping/numeral.h"

#include "data/facts/value.h"

#include <math.h>
#include <string.h>

enum { NUMBER_TEXT = 96, SHOWN = 80 };

/* The number with "." as its decimal point and nothing between its digits. */
static bool plain_number(char out[NUMBER_TEXT], size_t *n, const struct as_value_form *form,
                         struct as_str text)
{
    char decimal = form->decimal != 0 ? form->decimal : '.';
    char thousands = form->thousands != 0 ? form->thousands : decimal == ',' ? '.' : ',';
    *n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\xc2' && i + 1 < text.n && text.p[i + 1] == '\xa0') { /* no-break space */
            i++;
            continue;
        }
        if (c == '\xe2' && i + 2 < text.n &&
            memcmp(text.p + i, "\xe2\x80\xaf", 3) == 0) { /* the narrow one */
            i += 2;
            continue;
        }
        if (c == '\'' || (c == ' ' && thousands == ' '))
            continue;
        if (*n + 1 >= NUMBER_TEXT)
            return false;
        /* a comma stays, so that value.c sees whether it stands where a group ends */
        out[(*n)++] = c == decimal ? '.' : c == thousands ? ',' : c;
    }
    out[*n] = '\0';
    return true;
}

struct wanted {
    const char *what, *example;
};
static const struct wanted whole_number = {"a whole number", "1200"}, any_number = {"a number", "1200.5"},
                           money = {"an amount of money", "1200.50 EUR"};

static enum as_status not_a_number(const struct as_value_form *form, struct as_str text,
                                   const struct wanted *wanted, struct as_error *error)
{
    as_error_set(error, AS_ERR_DATA, "\"%.*s\" is not %s", (int)(text.n < SHOWN ? text.n : SHOWN), text.p,
                 wanted->what);
    const char *comma = text.n > 0 ? memrchr(text.p, ',', text.n) : NULL;
    if (comma != NULL && form->decimal == 0)
        as_error_advise(error,
                        "if \",\" is the decimal sign of this file, say \"decimal\": \",\" in its mapping");
    return as_error_advise(
        error, "write %s; a mapping says how a file writes it (\"decimal\", \"thousands\")", wanted->example);
}

enum as_status as_numeral_number(struct as_buf *out, const struct as_value_form *form, struct as_str text,
                                 bool whole, struct as_error *error)
{
    char plain[NUMBER_TEXT];
    size_t n;
    double number;
    int64_t integer;
    const struct wanted *wanted = whole ? &whole_number : &any_number;
    if (!plain_number(plain, &n, form, text))
        return not_a_number(form, text, wanted, error);
    struct as_str number_text = {plain, n};
    if (whole && form->times == 0) {
        if (!as_value_integer(&integer, number_text))
            return not_a_number(form, text, wanted, error);
        as_buf_printf(out, "%lld", (long long)integer);
        return AS_OK;
    }
    if (!as_value_number(&number, number_text))
        return not_a_number(form, text, wanted, error);
    if (form->times != 0)
        number *= form->times;
    if (whole && (fabs(number) > 9e15 || number != floor(number)))
        return not_a_number(form, text, wanted, error);
    as_value_show_number(out, number);
    return AS_OK;
}

/* Hundredths and the currency that the text names. */
enum as_status as_numeral_amount(int64_t *hundredths, struct as_str *currency,
                                 const struct as_value_form *form, struct as_str text, struct as_error *error)
{
    char plain[NUMBER_TEXT];
    size_t n;
    struct as_str code;
    if (!plain_number(plain, &n, form, text) || !as_value_money(hundredths, &code, (struct as_str){plain, n}))
        return not_a_number(form, text, &money, error);
    /* code may lie in plain: find it in the text, or take the constant */
    *currency = code;
    if (code.n > 0 && code.p >= plain && code.p < plain + n) {
        const char *own = memmem(text.p, text.n, code.p, code.n);
        *currency = (struct as_str){own, own != NULL ? code.n : 0};
    }
    if (form->times != 0) {
        double scaled = (double)*hundredths * form->times;
        if (fabs(scaled) > 9e17) {
            as_error_set(error, AS_ERR_DATA, "\"%.*s\" is too large an amount",
                         (int)(text.n < SHOWN ? text.n : SHOWN), text.p);
            return as_error_advise(error, "look at \"times\" in the mapping, which multiplies it by %g",
                                   form->times);
        }
        *hundredths = (int64_t)llround(scaled);
    }
    if (currency->n == 0 && form->currency != NULL)
        *currency = as_str_of(form->currency);
    return AS_OK;
}

void as_numeral_hundredths(struct as_buf *out, int64_t hundredths)
{
    uint64_t amount = hundredths < 0 ? UINT64_C(0) - (uint64_t)hundredths : (uint64_t)hundredths;
    as_buf_printf(out, "%s%llu.%02llu", hundredths < 0 ? "-" : "", (unsigned long long)(amount / 100),
                  (unsigned long long)(amount % 100));
}
