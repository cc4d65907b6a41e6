/* Origins, told by single words; of several, the first of the table below that is said. */
#include "run/report/origin.h"

#include <string.h>

const char *as_origin_name(enum as_origin origin)
{
    static const char *const names[AS_ORIGINS] = {
        [AS_ORIGIN_MARKETING] = "marketing",
        [AS_ORIGIN_SALES] = "sales",
        [AS_ORIGIN_RELATIONSHIP] = "relationship",
        [AS_ORIGIN_REFERRAL] = "referral",
        [AS_ORIGIN_FORMER_CLIENT] = "former client in a new role",
        [AS_ORIGIN_PARTNER] = "partner",
        [AS_ORIGIN_UNKNOWN] = "not known",
    };
    return names[origin];
}

bool as_origin_is_sales(enum as_origin origin)
{
    return origin == AS_ORIGIN_SALES || origin == AS_ORIGIN_RELATIONSHIP || origin == AS_ORIGIN_REFERRAL ||
           origin == AS_ORIGIN_FORMER_CLIENT;
}

/* Words between blanks; one that ends in "*" is the beginning of a word. */
static const struct {
    enum as_origin origin;
    const char *words;
} table[] = {
    {AS_ORIGIN_FORMER_CLIENT, "former past prior previous alumni alumnus"},
    {AS_ORIGIN_REFERRAL, "referral* referred refer recommend* mouth"},
    {AS_ORIGIN_RELATIONSHIP, "relation* personal network networking acquaintance friend friends existing"},
    {AS_ORIGIN_PARTNER, "partner* reseller* alliance* distributor*"},
    {AS_ORIGIN_SALES, "sales outbound cold prospecting rep reps sdr bdr ldr ae self salesperson"},
    {AS_ORIGIN_MARKETING,
     "marketing search seo sem ppc paid organic ad ads advert* display retargeting social email mail mailing "
     "newsletter webinar* event events fair* trade tradeshow show conference* content download* ebook* "
     "whitepaper* web website site direct inbound campaign* form forms blog community public* press pr "
     "google bing facebook instagram linkedin twitter youtube affiliate* chat podcast* video* landing demo"},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

static bool says(const char *words, struct as_str word)
{
    struct as_str rest = as_str_of(words);
    while (rest.p != NULL) {
        struct as_str known = as_str_cut(&rest, ' ');
        bool begins = known.n > 0 && known.p[known.n - 1] == '*';
        struct as_str said = word;
        if (begins)
            said.n = said.n < --known.n ? said.n : known.n;
        char bare[24];
        if (known.n == 0 || known.n >= sizeof bare)
            continue;
        memcpy(bare, known.p, known.n);
        bare[known.n] = '\0';
        if (as_str_is_nocase(said, bare))
            return true;
    }
    return false;
}

enum as_origin as_origin_of(struct as_str words)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (size_t at = 0; at < words.n;) {
            size_t from = at;
            while (at < words.n && is_letter(words.p[at]))
                at++;
            if (at > from && says(table[i].words, (struct as_str){words.p + from, at - from}))
                return table[i].origin;
            at++;
        }
    return AS_ORIGIN_UNKNOWN;
}
