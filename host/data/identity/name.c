/* Company names without what does not tell companies apart: case, accents, punctuation and legal forms. */
#include "data/identity/name.h"

#include "base/limits.h"
#include "data/identity/fold.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Legal forms as they read after folding, where dots of initials are gone and "&" is "and". */
static const char *const legal_forms[] = {
    /* English */
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "and co",
    "and company",
    "ltd",
    "limited",
    "co ltd",
    "pty ltd",
    "pty",
    "pvt ltd",
    "private limited",
    "pte ltd",
    "sdn bhd",
    "llc",
    "llp",
    "lp",
    "lllp",
    "pllc",
    "plc",
    "cic",
    "unlimited",
    "pbc",
    /* German */
    "gmbh",
    "mbh",
    "ggmbh",
    "gmbh and co kg",
    "gmbh co kg",
    "gmbh and co kgaa",
    "ag",
    "ag and co kg",
    "ag and co kgaa",
    "se",
    "se and co kg",
    "se and co kgaa",
    "kg",
    "kgaa",
    "ohg",
    "ug",
    "ug haftungsbeschrankt",
    "ev",
    "eg",
    "ek",
    "gbr",
    "and co kg",
    "partg",
    "partg mbb",
    "gesmbh",
    "ges mbh",
    /* French, Italian, Spanish, Portuguese */
    "sa",
    "sas",
    "sasu",
    "sarl",
    "eurl",
    "snc",
    "sci",
    "scop",
    "spa",
    "srl",
    "sapa",
    "sl",
    "slu",
    "sau",
    "sa de cv",
    "sab de cv",
    "s de rl de cv",
    "s de rl",
    "sapi de cv",
    "ltda",
    "eireli",
    "lda",
    "cia",
    "cia ltda",
    "sca",
    /* Dutch, Nordic */
    "bv",
    "nv",
    "vof",
    "cv",
    "bvba",
    "vzw",
    "ab",
    "aktiebolag",
    "as",
    "a s",
    "aps",
    "ivs",
    "asa",
    "oy",
    "oyj",
    "hf",
    "ehf",
    "ab publ",
    /* Central and eastern Europe */
    "sp z oo",
    "sp zoo",
    "spzoo",
    "spolka z oo",
    "sp k",
    "spk",
    "sro",
    "s r o",
    "doo",
    "d o o",
    "dd",
    "ad",
    "ead",
    "ood",
    "eood",
    "kft",
    "zrt",
    "nyrt",
    "bt",
    "sia",
    "uab",
    "ooo",
    "oao",
    "zao",
    "pao",
    /* Asia, the Middle East */
    "kk",
    "kabushiki kaisha",
    "gk",
    "godo kaisha",
    "co kg",
    "bhd",
    "tbk",
    "pt",
    "wll",
    "fze",
    "fzco",
    "dmcc",
    "jsc",
    "pjsc",
    "ltd sti",
};

/* Letters that carry a stroke rather than a mark, so that decomposition leaves them. */
static const struct {
    uint32_t letter;
    const char *plain;
} strokes[] = {{0xf8, "o"},  {0x142, "l"}, {0x111, "d"}, {0xe6, "ae"}, {0x153, "oe"},
               {0x131, "i"}, {0xf0, "d"},  {0xfe, "th"}, {0x127, "h"}, {0x167, "t"}};

static bool is_letter_or_digit(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static void append_letter(struct as_buf *out, uint32_t c)
{
    for (size_t i = 0; i < COUNT(strokes); i++)
        if (strokes[i].letter == c) {
            as_buf_text(out, strokes[i].plain);
            return;
        }
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)c, bytes);
    as_buf_bytes(out, (const char *)bytes, (size_t)n);
}

static void append_blank(struct as_buf *out, size_t start)
{
    if (out->n > start && out->p[out->n - 1] != ' ')
        as_buf_char(out, ' ');
}

/* Words of letters and digits, one blank between; the dots of initials ("S.A.") join them. */
static void append_words(struct as_buf *out, struct as_str text)
{
    size_t start = out->n;
    uint32_t letters = 0; /* since the last border or dot of initials */
    for (size_t i = 0; i < text.n;) {
        uint32_t c = as_utf8_next(text, &i);
        if (is_letter_or_digit(c)) {
            append_letter(out, c);
            letters++;
            continue;
        }
        if (c == '\'' || c == 0x2019 || c == '`' || c == 0xb4)
            continue;
        if (c == '.' && letters == 1) {
            /* a letter alone; the next one joins it when it is alone too */
            size_t ahead = i;
            uint32_t next = i < text.n ? as_utf8_next(text, &ahead) : ' ';
            size_t behind = ahead;
            uint32_t second = ahead < text.n ? as_utf8_next(text, &behind) : ' ';
            if (is_letter_or_digit(next) && !is_letter_or_digit(second)) {
                letters = 0;
                continue;
            }
        }
        letters = 0;
        append_blank(out, start);
        if (c == '&' || c == '+') {
            as_buf_text(out, "and");
            append_blank(out, start);
        }
    }
    if (out->n > start && out->p[out->n - 1] == ' ')
        out->p[--out->n] = '\0';
}

/* Cuts the longest legal form off the end; what is left must be a word. */
static bool cut_legal_form(struct as_str *key)
{
    size_t longest = 0;
    for (size_t i = 0; i < COUNT(legal_forms); i++) {
        size_t n = strlen(legal_forms[i]);
        if (n > longest && key->n > n + 1 && key->p[key->n - n - 1] == ' ' &&
            memcmp(key->p + key->n - n, legal_forms[i], n) == 0)
            longest = n;
    }
    if (longest == 0)
        return false;
    key->n -= longest + 1;
    return true;
}

enum as_status as_company_key(struct as_buf *out, struct as_str name, struct as_error *error)
{
    struct as_buf folded = {0}, words = {0};
    utf8proc_uint8_t *plain = NULL;
    enum as_status status = as_fold(&folded, name, error);
    if (status != AS_OK)
        goto done;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)as_buf_c(&folded), (utf8proc_ssize_t)folded.n,
                                      &plain, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_STRIPMARK);
    if (n < 0) {
        status = as_error_memory(error);
        goto done;
    }
    append_words(&words, (struct as_str){(const char *)plain, (size_t)n});
    struct as_str key = {as_buf_c(&words), words.n};
    while (cut_legal_form(&key))
        continue;
    if (key.n > 4 && as_str_ends(key, AS_STR(" and")))
        key.n -= 4;
    if (key.n > 4 && as_str_starts(key, AS_STR("the ")))
        key = (struct as_str){key.p + 4, key.n - 4};
    as_buf_str(out, key);
    if (words.failed || out->failed)
        status = as_error_memory(error);

done:
    free(plain);
    as_buf_free(&folded);
    as_buf_free(&words);
    return status;
}
