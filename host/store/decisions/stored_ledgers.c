/* Stored ledgers, read from the left to the right without making anything of them in between. */
#include "store/decisions/stored_ledgers.h"

struct cursor {
    const char *p, *end;
    bool wrong; /* the text is not of the form; nothing is read any more */
};

static bool is_next(const struct cursor *cursor, char c)
{
    return !cursor->wrong && cursor->p < cursor->end && *cursor->p == c;
}

static bool take(struct cursor *cursor, char c)
{
    bool there = is_next(cursor, c);
    cursor->p += there;
    return there;
}

static void expect(struct cursor *cursor, char c)
{
    cursor->wrong |= !take(cursor, c);
}

static bool take_word(struct cursor *cursor, struct as_str word)
{
    struct as_str left = {cursor->p, (size_t)(cursor->end - cursor->p)};
    bool there = !cursor->wrong && as_str_starts(left, word);
    cursor->p += there ? word.n : 0;
    return there;
}

static int64_t take_number(struct cursor *cursor)
{
    const char *first = cursor->p;
    int64_t number = 0;
    if (cursor->wrong)
        return 0;
    while (cursor->p < cursor->end && (*cursor->p == '-' || (*cursor->p >= '0' && *cursor->p <= '9')))
        cursor->p++;
    cursor->wrong = !as_parse_int(&number, (struct as_str){first, (size_t)(cursor->p - first)});
    return number;
}

/* A text with its quotes. */
static struct as_str take_text(struct cursor *cursor)
{
    const char *first = cursor->p;
    expect(cursor, '"');
    while (!cursor->wrong && cursor->p < cursor->end && *cursor->p != '"')
        cursor->p += *cursor->p == '\\' && cursor->p + 1 < cursor->end ? 2 : 1;
    expect(cursor, '"');
    return (struct as_str){first, cursor->wrong ? 0 : (size_t)(cursor->p - first)};
}

struct reading {
    struct as_store *store;
    const struct as_ledgers_reader *reader;
    struct cursor at;
};

/* A number is looked up only where somebody wants the part. */
static enum as_status name_of(struct as_word *out, struct reading *r, bool wanted, struct as_error *error)
{
    *out = (struct as_word){NULL, NULL};
    if (take_word(&r->at, AS_STR("null")))
        return AS_OK;
    int64_t number = take_number(&r->at);
    return wanted && !r->at.wrong ? as_word_find(out, r->store, number, error) : AS_OK;
}

static void take_kind(struct as_stored_entry *entry, struct cursor *at)
{
    static const char *const kinds[] = {"rule", "rule_cap", "group_cap", "cap", "floor"};
    if (!is_next(at, '"')) {
        entry->kind = "events";
        entry->events = take_number(at);
        return;
    }
    struct as_str kind = take_text(at);
    entry->kind = NULL;
    for (size_t i = 0; kind.n > 2 && i < sizeof kinds / sizeof *kinds; i++)
        if (as_str_is((struct as_str){kind.p + 1, kind.n - 2}, kinds[i]))
            entry->kind = kinds[i];
    at->wrong |= entry->kind == NULL;
}

static enum as_status read_entry(struct reading *r, struct as_error *error)
{
    struct as_stored_entry entry = {.kind = "rule"};
    enum as_status status = AS_OK;
    expect(&r->at, '[');
    entry.points = take_number(&r->at);
    if (take(&r->at, ','))
        status = name_of(&entry.name, r, r->reader->entry != NULL, error);
    if (take(&r->at, ','))
        take_kind(&entry, &r->at);
    if (take(&r->at, ','))
        entry.note = take_text(&r->at);
    expect(&r->at, ']');
    return status != AS_OK || r->at.wrong || r->reader->entry == NULL
               ? status
               : r->reader->entry(r->reader->context, &entry, error);
}

static enum as_status read_open(struct reading *r, struct as_error *error)
{
    struct as_stored_open open = {.low = 0};
    expect(&r->at, '[');
    enum as_status status = name_of(&open.name, r, r->reader->open != NULL, error);
    expect(&r->at, ',');
    open.low = take_number(&r->at);
    expect(&r->at, ',');
    open.high = take_number(&r->at);
    open.unmeasurable = take_word(&r->at, AS_STR(",\"unmeasurable\""));
    expect(&r->at, ']');
    return status != AS_OK || r->at.wrong || r->reader->open == NULL
               ? status
               : r->reader->open(r->reader->context, &open, error);
}

typedef enum as_status (*read_fn)(struct reading *r, struct as_error *error);

static enum as_status read_list(struct reading *r, read_fn item, struct as_error *error)
{
    enum as_status status = AS_OK;
    expect(&r->at, '[');
    if (take(&r->at, ']'))
        return AS_OK;
    do
        status = item(r, error);
    while (status == AS_OK && take(&r->at, ','));
    if (status == AS_OK)
        expect(&r->at, ']');
    return status;
}

/* Whatever the text says. */
static int64_t apart(int64_t value, int64_t sign, int64_t distance)
{
    return (int64_t)((uint64_t)value + (uint64_t)sign * (uint64_t)distance);
}

static enum as_status read_score(struct reading *r, struct as_error *error)
{
    struct as_stored_score score;
    expect(&r->at, '[');
    enum as_status status = name_of(&score.name, r, r->reader->score != NULL, error);
    expect(&r->at, ',');
    score.value = take_number(&r->at);
    expect(&r->at, ',');
    score.low = apart(score.value, -1, take_number(&r->at));
    expect(&r->at, ',');
    score.high = apart(score.value, 1, take_number(&r->at));
    expect(&r->at, ',');
    if (status == AS_OK && !r->at.wrong && r->reader->score != NULL)
        status = r->reader->score(r->reader->context, &score, error);
    if (status == AS_OK)
        status = read_list(r, read_entry, error);
    if (status == AS_OK && take(&r->at, ','))
        status = read_list(r, read_open, error);
    if (status == AS_OK)
        expect(&r->at, ']');
    return status;
}

enum as_status as_ledgers_read(struct as_store *store, struct as_str ledgers,
                               const struct as_ledgers_reader *reader, struct as_error *error)
{
    struct reading reading = {store, reader, {ledgers.p, ledgers.p + ledgers.n, false}};
    if (ledgers.n == 0)
        return AS_OK;
    enum as_status status = read_list(&reading, read_score, error);
    if (status != AS_OK || (!reading.at.wrong && reading.at.p == reading.at.end))
        return status;
    as_error_set(error, AS_ERR_DATA, "%s: a decision has ledgers that cannot be read: %.*s", store->path,
                 ledgers.n > 80 ? 80 : (int)ledgers.n, ledgers.p);
    return as_error_advise(error, "restore the last backup; `assay db check` says what is left");
}

/* --- in words --- */

struct expanding {
    struct as_buf *out;
    uint32_t scores, entries, open; /* so far; the last two of the score under way */
};

static void put(struct as_buf *out, const char *key, int64_t number)
{
    as_buf_text(out, key);
    as_buf_int(out, number);
}

static void put_name(struct as_buf *out, const char *key, const struct as_word *name)
{
    if (name->json == NULL)
        return;
    as_buf_text(out, key);
    as_buf_text(out, name->json);
}

static void end_score(struct expanding *e)
{
    as_buf_text(e->out, e->open == 0 ? "],\"open\":[]}" : "]}");
}

static enum as_status expand_score(void *context, const struct as_stored_score *score, struct as_error *error)
{
    struct expanding *e = context;
    if (score->name.json == NULL)
        return as_error_set(error, AS_ERR_DATA, "a decision has a ledger of a score without a name");
    if (e->scores > 0)
        end_score(e);
    put_name(e->out, e->scores == 0 ? "{" : ",", &score->name);
    put(e->out, ":{\"value\":", score->value);
    put(e->out, ",\"low\":", score->low);
    put(e->out, ",\"high\":", score->high);
    as_buf_text(e->out, ",\"entries\":[");
    e->scores++;
    e->entries = e->open = 0;
    return AS_OK;
}

static enum as_status expand_entry(void *context, const struct as_stored_entry *entry, struct as_error *error)
{
    struct expanding *e = context;
    (void)error;
    as_buf_text(e->out, e->entries++ == 0 ? "{\"kind\":\"" : ",{\"kind\":\"");
    as_buf_text(e->out, entry->kind);
    put(e->out, "\",\"points\":", entry->points);
    put_name(e->out, strcmp(entry->kind, "group_cap") == 0 ? ",\"group\":" : ",\"name\":", &entry->name);
    if (strcmp(entry->kind, "events") == 0)
        put(e->out, ",\"events\":", entry->events);
    if (entry->note.n > 0) {
        as_buf_text(e->out, ",\"note\":");
        as_buf_str(e->out, entry->note);
    }
    as_buf_char(e->out, '}');
    return AS_OK;
}

static enum as_status expand_open(void *context, const struct as_stored_open *open, struct as_error *error)
{
    struct expanding *e = context;
    (void)error;
    as_buf_text(e->out, e->open++ == 0 ? "],\"open\":[" : ",");
    as_buf_text(e->out, open->unmeasurable ? "{\"state\":\"unmeasurable\"" : "{\"state\":\"unknown\"");
    put(e->out, ",\"low\":", open->low);
    put(e->out, ",\"high\":", open->high);
    put_name(e->out, ",\"name\":", &open->name);
    as_buf_char(e->out, '}');
    return AS_OK;
}

enum as_status as_ledgers_expand(struct as_buf *out, struct as_store *store, struct as_str ledgers,
                                 struct as_error *error)
{
    struct expanding expanding = {.out = out};
    const struct as_ledgers_reader reader = {&expanding, expand_score, expand_entry, expand_open};
    enum as_status status = as_ledgers_read(store, ledgers, &reader, error);
    if (status == AS_OK && expanding.scores > 0) {
        end_score(&expanding);
        as_buf_char(out, '}');
    }
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}
