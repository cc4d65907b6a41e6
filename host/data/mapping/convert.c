/* Values of other people's files in canonical form. Which column a value comes from and where it goes is the
 * mapping's business; what the store makes of it is the store's. */
#include "data/mapping/convert.h"

#include "base/limits.h"
#include "base/suggest.h"
#include "base/time.h"
#include "data/facts/standard.h"
#include "data/facts/value.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "data/mapping/numeral.h"

#include <stdlib.h>
#include <string.h>

static int shown(struct as_str text)
{
    return text.n < 80 ? (int)text.n : 80;
}

static enum as_status refuse(struct as_str text, const char *what, struct as_error *error)
{
    return as_error_set(error, AS_ERR_DATA, "\"%.*s\" is not %s", shown(text), text.p, what);
}

/* --- time --- */

const char *const as_usual_dates[] = {"D-M-YYYY",
                                      "M-D-YYYY",
                                      "D/M/YYYY",
                                      "M/D/YYYY",
                                      "D.M.YYYY",
                                      "YYYY/M/D",
                                      "D-M-YYYY H:mm",
                                      "M-D-YYYY H:mm",
                                      "D/M/YYYY H:mm",
                                      "M/D/YYYY H:mm",
                                      "D.M.YYYY H:mm",
                                      "YYYY/M/D H:mm",
                                      "D-M-YYYY H:mm:ss",
                                      "M-D-YYYY H:mm:ss",
                                      "D/M/YYYY H:mm:ss",
                                      "M/D/YYYY H:mm:ss",
                                      "D.M.YYYY H:mm:ss",
                                      "M/D/YYYY h:mm AM",
                                      "M/D/YYYY h:mm:ss AM",
                                      "D MMM YYYY",
                                      "D-MMM-YYYY",
                                      "MMM D, YYYY",
                                      "epoch_ms",
                                      "epoch",
                                      NULL};
_Static_assert(sizeof as_usual_dates / sizeof *as_usual_dates == AS_USUAL_DATES + 1,
               "as many as the header says");

const char as_date_form_parts[] = "write it with YYYY MM M MMM DD D HH H h mm ss AM, for example "
                                  "\"DD.MM.YYYY\"; epoch; epoch_ms";

bool as_is_date_form(const char *form)
{
    static const char *const parts[] = {"YYYY", "MMM", "MM", "M",  "DD", "D",  "HH", "H",
                                        "hh",   "h",   "mm", "ss", "AM", "am", "T",  "Z"};
    if (strcmp(form, "epoch") == 0 || strcmp(form, "epoch_ms") == 0)
        return true;
    bool says_any = false;
    for (size_t n; *form != '\0'; form += n) {
        bool letter = (*form >= 'A' && *form <= 'Z') || (*form >= 'a' && *form <= 'z');
        n = strspn(form, (const char[]){*form, '\0'});
        if (strncmp(form, "AM", 2) == 0 || strncmp(form, "am", 2) == 0)
            n = 2;
        bool known = !letter;
        for (size_t i = 0; i < sizeof parts / sizeof *parts && !known; i++)
            known = strlen(parts[i]) == n && strncmp(form, parts[i], n) == 0;
        if (!known)
            return false;
        says_any |= letter;
    }
    return says_any;
}

bool as_is_usual_date(struct as_str text, const char *form)
{
    int64_t seconds;
    /* ten digits are seconds since 1970, thirteen milliseconds; fewer are no date at all */
    if (form[0] == 'e' && (strcmp(form, "epoch") == 0 ? text.n < 9 || text.n > 11 : text.n < 12))
        return false;
    return as_time_parse_form(&seconds, text, form);
}

/* True when the text names its own offset: "…Z", "…+02:00", "…-0500". */
static bool names_zone(struct as_str text)
{
    const char *colon = text.n > 0 ? memchr(text.p, ':', text.n) : NULL;
    if (colon == NULL)
        return false;
    char last = text.p[text.n - 1];
    if (last == 'Z' || last == 'z' || last == 'C' || last == 'T')
        return true;
    struct as_str clock = {colon, (size_t)(text.p + text.n - colon)};
    return memchr(clock.p, '+', clock.n) != NULL || memchr(clock.p, '-', clock.n) != NULL;
}

static enum as_status not_a_time(const struct as_value_form *form, struct as_str text, struct as_error *error)
{
    if (form->dates.n > 0) {
        as_error_set(error, AS_ERR_DATA, "\"%.*s\" is not a date of the form %s", shown(text), text.p,
                     form->dates.at[0]);
        return as_error_advise(error, "\"dates\" of the mapping takes several forms, tried in order");
    }
    refuse(text, "a date of the form YYYY-MM-DD", error);
    for (size_t i = 0; as_usual_dates[i] != NULL; i++)
        if (as_is_usual_date(text, as_usual_dates[i]))
            return as_error_advise(
                error, "say which form this file has in its mapping, for example \"dates\": \"%s\"",
                as_usual_dates[i]);
    return as_error_advise(error,
                           "look whether there is such a day; a mapping names other forms (\"dates\")");
}

static enum as_status read_time(int64_t *seconds, bool *is_day, const struct as_value_form *form,
                                struct as_str text, struct as_error *error)
{
    bool found = false, zoned = false;
    *is_day = false;
    for (uint32_t i = 0; i < form->dates.n && !found; i++) {
        found = as_time_parse_form(seconds, text, form->dates.at[i]);
        *is_day = strpbrk(form->dates.at[i], "Hhe") == NULL;
        zoned = form->dates.at[i][0] == 'e';
    }
    if (!found && form->dates.n == 0) {
        found = as_time_parse(seconds, is_day, text);
        zoned = names_zone(text);
    }
    if (!found && form->dates.n == 0) { /* a spreadsheet has taken the zero off the hour */
        found = as_time_parse_form(seconds, text, "YYYY-MM-DD H:mm:ss") ||
                as_time_parse_form(seconds, text, "YYYY-MM-DD H:mm");
        *is_day = zoned = false;
    }
    if (!found)
        return not_a_time(form, text, error);
    if (form->zone != NULL && !*is_day && !zoned)
        *seconds = as_zone_instant(form->zone, *seconds);
    return AS_OK;
}

/* Event times are kept in 32 bits from 1970 on. */
static enum as_status check_past(int64_t seconds, bool is_day, int64_t now, struct as_error *error)
{
    char when[AS_TIME_TEXT], today[AS_TIME_TEXT];
    bool future = is_day ? as_day_of(seconds) > as_day_of(now) : seconds > now;
    if (seconds >= 0 && !future)
        return AS_OK;
    if (future)
        as_error_set(error, AS_ERR_DATA, "%s is in the future of this import (%s)",
                     as_time_format(when, seconds), as_time_format(today, now));
    else
        as_error_set(error, AS_ERR_DATA, "%s is before 1970", as_time_format(when, seconds));
    return as_error_advise(error, "check the order of day and month, and the time zone");
}

static enum as_status append_time(struct as_buf *out, struct as_convert_context *context,
                                  enum as_form form_of, const struct as_value_form *form, struct as_str text,
                                  struct as_error *error)
{
    int64_t seconds;
    bool is_day;
    char shape[AS_TIME_TEXT];
    enum as_status status = read_time(&seconds, &is_day, form, text, error);
    if (status == AS_OK && form_of == AS_FORM_PAST)
        status = check_past(seconds, is_day, context->now, error);
    if (status != AS_OK)
        return status;
    as_buf_text(out, is_day && form_of != AS_FORM_PAST ? as_day_format(shape, as_day_of(seconds))
                                                       : as_time_format(shape, seconds));
    return AS_OK;
}

/* --- choices --- */

static enum as_status no_such_choice(const char *const *choices, uint32_t n, struct as_str text,
                                     struct as_error *error)
{
    refuse(text, "one of the choices", error);
    as_error_one_of(error, text, choices, n, "; a mapping translates other words (\"values\")");
    return AS_ERR_DATA;
}

static enum as_status append_choice(struct as_buf *out, const char *const *choices, uint32_t n,
                                    struct as_str text, struct as_error *error)
{
    if (n == 0) {
        as_buf_str(out, text);
        return AS_OK;
    }
    for (uint32_t i = 0; i < n; i++)
        if (as_str_is(text, choices[i]) || as_same_word(text, as_str_of(choices[i]))) {
            as_buf_text(out, choices[i]);
            return AS_OK;
        }
    return no_such_choice(choices, n, text, error);
}

/* The next member of a list that is not empty; false at its end. */
static bool next_member(struct as_str *out, struct as_str *rest, char split)
{
    do {
        if (rest->p == NULL)
            return false;
        *out = as_str_trim(as_str_cut(rest, split));
    } while (out->n == 0);
    return true;
}

static enum as_status append_choices(struct as_buf *out, const char *const *choices, uint32_t n, char split,
                                     struct as_str text, struct as_error *error)
{
    struct as_str rest = text, member;
    enum as_status status = AS_OK;
    for (size_t i = 0; status == AS_OK && next_member(&member, &rest, split); i++) {
        if (i > 0)
            as_buf_text(out, "; ");
        status = append_choice(out, choices, n, member, error);
    }
    return status;
}

/* --- words of the file --- */

static bool is_among(const char *const *words, uint32_t n, struct as_str text)
{
    for (uint32_t i = 0; i < n; i++)
        if (as_str_is_nocase(text, words[i]))
            return true;
    return false;
}

/* What the mapping makes of a value before it is read; empty when it says nothing. */
static struct as_str translate(const struct as_value_form *form, struct as_str text)
{
    text = as_str_trim(text);
    if (text.n == 0 || is_among(form->empties.at, form->empties.n, text))
        return (struct as_str){"", 0};
    for (uint32_t i = 0; i < form->from.n; i++)
        if (as_str_is(text, form->from.at[i]))
            return as_str_of(form->to.at[i]);
    for (uint32_t i = 0; i < form->from.n; i++)
        if (as_str_is_nocase(text, form->from.at[i]))
            return as_str_of(form->to.at[i]);
    return form->otherwise != NULL ? as_str_of(form->otherwise) : text;
}

static enum as_status append_boolean(struct as_buf *out, const struct as_value_form *form, struct as_str text,
                                     struct as_error *error)
{
    bool value;
    if (is_among(form->yes.at, form->yes.n, text))
        value = true;
    else if (is_among(form->no.at, form->no.n, text))
        value = false;
    else if (!as_value_boolean(&value, text)) {
        refuse(text, "yes or no", error);
        return as_error_advise(error, "write yes or no; a mapping knows further words (\"yes\", \"no\")");
    }
    as_buf_text(out, value ? "true" : "false");
    return AS_OK;
}

/* --- addresses and lists --- */

static void append_email(struct as_buf *out, struct as_convert_context *context, struct as_str text)
{
    if (as_email_normalise(out, text))
        return;
    context->note = "is not an e-mail address, and is kept as it stands";
    as_buf_str(out, text);
}

static void append_list(struct as_buf *out, struct as_convert_context *context, char split, bool emails,
                        struct as_str text)
{
    struct as_str rest = text, member;
    for (size_t i = 0; next_member(&member, &rest, split); i++) {
        if (i > 0)
            as_buf_char(out, ';');
        if (emails)
            append_email(out, context, member);
        else
            as_buf_str(out, member);
    }
}

static enum as_status append_kind(struct as_buf *out, struct as_convert_context *context, struct as_str text,
                                  struct as_error *error)
{
    const struct as_schema *schema = context->schema;
    uint32_t kind = as_schema_kind(schema, text);
    for (uint32_t i = 0; i < schema->kinds.n && kind == AS_NO_INDEX; i++)
        if (as_same_word(text, as_str_of(schema->kinds.at[i]->name)))
            kind = i;
    context->kind = kind;
    if (kind != AS_NO_INDEX) {
        as_buf_text(out, schema->kinds.at[kind]->name);
        return AS_OK;
    }
    refuse(text, "a kind of event", error);
    as_error_meant(error, as_schema_suggest_kind(schema, text));
    return as_error_advise(error, "declare it in the pack's `events`, or translate it in the mapping");
}

static enum as_status append_channel(struct as_buf *out, const struct as_schema *schema, struct as_str text,
                                     struct as_error *error)
{
    const char *known;
    bool fits = as_standard_channel(&known, schema, text);
    as_buf_str(out, known != NULL ? as_str_of(known) : text);
    if (fits)
        return AS_OK;
    refuse(text, "a channel", error);
    return as_error_meant(error, known);
}

static enum as_status append_typed(struct as_buf *out, struct as_convert_context *context, enum as_type type,
                                   const char *const *choices, uint32_t choice_count,
                                   const struct as_value_form *form, struct as_str text,
                                   struct as_error *error)
{
    int64_t hundredths;
    struct as_str currency;
    enum as_status status;
    bool is_day;
    int64_t seconds;
    char day[AS_TIME_TEXT];
    switch (type) {
    case AS_TYPE_BOOLEAN:
        return append_boolean(out, form, text, error);
    case AS_TYPE_INTEGER:
        return as_numeral_number(out, form, text, true, error);
    case AS_TYPE_NUMBER:
        return as_numeral_number(out, form, text, false, error);
    case AS_TYPE_MONEY:
        if ((status = as_numeral_amount(&hundredths, &currency, form, text, error)) != AS_OK)
            return status;
        as_numeral_hundredths(out, hundredths);
        if (currency.n > 0) {
            as_buf_char(out, ' ');
            as_buf_str(out, currency);
        }
        return AS_OK;
    case AS_TYPE_DATE:
        if ((status = read_time(&seconds, &is_day, form, text, error)) == AS_OK)
            as_buf_text(out, as_day_format(day, as_day_of(seconds)));
        return status;
    case AS_TYPE_CHOICE:
        return append_choice(out, choices, choice_count, text, error);
    case AS_TYPE_CHOICES:
        return append_choices(out, choices, choice_count, form->split != 0 ? form->split : ';', text, error);
    case AS_TYPE_USER:
        if (memchr(text.p, '@', text.n) != NULL)
            append_email(out, context, text);
        else
            as_buf_str(out, text);
        return AS_OK;
    case AS_TYPE_TEXT:
    case AS_TYPE_REFERENCE:
        break;
    }
    as_buf_str(out, text);
    return AS_OK;
}

/* Some days are past by what they mean; a CRM's clock or a mixed-up month shows in them. */
static void note_future(struct as_convert_context *context, const struct as_target *target, struct as_str day)
{
    static const char *const past[] = {"created", "last_activity", "customer_since"};
    int64_t seconds;
    if (target->field->type != AS_TYPE_DATE || context->now == 0 || !as_time_parse(&seconds, NULL, day))
        return;
    for (size_t i = 0; i < sizeof past / sizeof *past; i++)
        if (strcmp(target->name, past[i]) == 0 && seconds > context->now)
            context->note = "lies in the future of this import";
}

/* A choice nobody declared spoils the row unless the mapping says otherwise. */
static enum as_status leave_out(struct as_buf *out, size_t before, struct as_convert_context *context,
                                struct as_error *error)
{
    out->n = before;
    as_error_clear(error);
    context->note = "is not one of the choices, and is left out";
    return AS_OK;
}

static enum as_status append_property(struct as_buf *out, struct as_convert_context *context,
                                      const char *name, const struct as_value_form *form, struct as_str text,
                                      struct as_error *error)
{
    uint32_t property = context->kind == AS_NO_INDEX
                            ? AS_NO_INDEX
                            : as_schema_property(context->schema, context->kind, as_str_of(name));
    if (property == AS_NO_INDEX) {
        context->note = "is no property of this kind of event, and is left out";
        return AS_OK;
    }
    return append_typed(out, context, context->schema->properties.at[property].type, NULL, 0, form, text,
                        error);
}

enum as_status as_convert(struct as_buf *out, struct as_convert_context *context,
                          const struct as_target *target, const struct as_value_form *form,
                          struct as_str text, struct as_error *error)
{
    size_t before = out->n;
    int64_t hundredths;
    enum as_status status = AS_OK;
    text = translate(form, text);
    if (text.n == 0)
        return AS_OK;
    if (text.n > AS_MAX_TEXT) {
        as_error_set(error, AS_ERR_DATA, "a text of %zu bytes is longer than %d", text.n, AS_MAX_TEXT);
        return as_error_advise(error, "shorten it, or leave the column out");
    }
    switch (target->form) {
    case AS_FORM_TEXT:
        as_buf_str(out, text);
        break;
    case AS_FORM_EMAIL:
        append_email(out, context, text);
        break;
    case AS_FORM_EMAILS:
        append_list(out, context,
                    form->split != 0                      ? form->split
                    : memchr(text.p, ';', text.n) != NULL ? ';'
                                                          : ',',
                    true, text);
        break;
    case AS_FORM_IDS:
        append_list(out, context, form->split != 0 ? form->split : ';', false, text);
        break;
    case AS_FORM_PAST:
    case AS_FORM_INSTANT:
        status = append_time(out, context, target->form, form, text, error);
        break;
    case AS_FORM_AMOUNT:
        if ((status = as_numeral_amount(&hundredths, &context->currency, form, text, error)) == AS_OK)
            as_numeral_hundredths(out, hundredths);
        break;
    case AS_FORM_INTEGER:
        status = as_numeral_number(out, form, text, true, error);
        break;
    case AS_FORM_BOOLEAN:
        status = append_boolean(out, form, text, error);
        break;
    case AS_FORM_WORD: {
        uint32_t n = 0;
        while (target->words[n] != NULL)
            n++;
        status = append_choice(out, target->words, n, text, error);
        break;
    }
    case AS_FORM_CHANNEL:
        status = append_channel(out, context->schema, text, error);
        break;
    case AS_FORM_KIND:
        status = append_kind(out, context, text, error);
        break;
    case AS_FORM_FIELD:
        status = append_typed(out, context, target->field->type, target->field->choices,
                              target->field->choice_count, form, text, error);
        if (status == AS_ERR_DATA && form->leave_unlisted && target->field->choice_count > 0)
            status = leave_out(out, before, context, error);
        if (status == AS_OK && out->n > before)
            note_future(context, target, (struct as_str){out->p + before, out->n - before});
        break;
    case AS_FORM_PROPERTY:
        status = append_property(out, context, target->property, form, text, error);
        break;
    }
    if (status != AS_OK)
        out->n = before;
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}

enum as_status as_value_canonical(struct as_buf *out, enum as_type type, const char *const *choices,
                                  uint32_t choice_count, struct as_str text, struct as_error *error)
{
    struct as_value_form form = {0};
    struct as_convert_context context = {.kind = AS_NO_INDEX};
    text = as_str_trim(text);
    if (text.n == 0)
        return AS_OK;
    enum as_status status = append_typed(out, &context, type, choices, choice_count, &form, text, error);
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}
