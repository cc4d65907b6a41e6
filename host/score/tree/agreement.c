/* How the agreement of a pack stands: the signatures beside the rules, held against the rules. Cryptography
 * is host/data's. */
#include "score/tree/agreement.h"

#include "base/time.h"

#include <string.h>

const char *as_signing_name(enum as_signing signing)
{
    static const char *const names[] = {[AS_SIGNING_GOOD] = "signed",
                                        [AS_SIGNING_NONE] = "not signed",
                                        [AS_SIGNING_LAPSED] = "lapsed",
                                        [AS_SIGNING_STRANGER] = "signed by another",
                                        [AS_SIGNING_BARE] = "signed without key",
                                        [AS_SIGNING_FALSE] = "false"};
    return names[signing];
}

static const struct as_source_file *file_of(const struct as_source_file *files, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    return NULL;
}

static void put_change(struct as_buf *out, const char *name, const char *what)
{
    as_buf_printf(out, "%s%s %s", out->n > 0 ? ", " : "", name, what);
}

/* What differs between the files that were signed and those there are. */
static const char *say_changes(struct as_arena *arena, const struct as_signed_version *then,
                               const struct as_pack *now)
{
    struct as_buf out = {.p = NULL};
    for (uint32_t f = 0; f < now->files.n; f++) {
        const struct as_source_file *file = &now->files.at[f];
        const struct as_source_file *before = file_of(then->files.at, then->files.n, file->name);
        if (before == NULL)
            put_change(&out, file->name, "is new");
        else if (memcmp(before->digest, file->digest, AS_DIGEST) != 0)
            put_change(&out, file->name, "changed");
    }
    for (uint32_t f = 0; f < then->files.n; f++)
        if (file_of(now->files.at, now->files.n, then->files.at[f].name) == NULL)
            put_change(&out, then->files.at[f].name, "is gone");
    const char *said = out.failed ? NULL : as_arena_copy(arena, as_buf_c(&out), out.n);
    as_buf_free(&out);
    return said;
}

static enum as_signing judge(const struct as_pack *pack, const struct as_signature *signature,
                             const struct as_signed_version *version, const char *signer)
{
    const unsigned char *key = pack->agreement.keys[signature->party];
    if (strcmp(version->hash, pack->hash) != 0)
        return AS_SIGNING_LAPSED;
    if (!as_str_is(as_str_trim(as_str_of(signer)), signature->name))
        return AS_SIGNING_STRANGER;
    if (key == NULL)
        return AS_SIGNING_GOOD;
    if (!signature->keyed)
        return AS_SIGNING_BARE;
    return as_signature_holds(signature, pack->name, version->hash, key) ? AS_SIGNING_GOOD : AS_SIGNING_FALSE;
}

enum as_status as_agreed_of(struct as_agreed *out, struct as_arena *arena, const struct as_pack *pack,
                            int64_t at, struct as_error *error)
{
    const struct as_agreement *agreement = &pack->agreement;
    *out = (struct as_agreed){.declared = agreement->declared, .holds = true};
    if (!agreement->declared)
        return AS_OK;
    out->review_by = agreement->review_by;
    out->review_over = agreement->review_by != 0 && agreement->review_by < as_day_of(at);
    out->holds = !out->review_over;
    for (int p = 0; p < AS_PARTIES; p++) {
        struct as_agreed_party *party = &out->parties[p];
        const struct as_signed_version *version;
        const struct as_signature *signature = as_signature_of(&version, &pack->signatures, (enum as_party)p);
        party->signer = agreement->signers[p];
        party->signing = AS_SIGNING_NONE;
        if (signature != NULL) {
            party->name = signature->name;
            party->day = signature->day;
            party->signing = judge(pack, signature, version, party->signer);
        }
        if (party->signing == AS_SIGNING_LAPSED &&
            (party->changed = say_changes(arena, version, pack)) == NULL)
            return as_error_memory(error);
        out->holds &= party->signing == AS_SIGNING_GOOD;
    }
    return AS_OK;
}

void as_agreed_say_party(struct as_buf *out, const struct as_agreed *agreed, enum as_party party)
{
    const struct as_agreed_party *p = &agreed->parties[party];
    const char *word = as_party_name(party);
    char day[AS_TIME_TEXT];
    as_day_format(day, p->day);
    switch (p->signing) {
    case AS_SIGNING_GOOD:
        as_buf_printf(out, "%s signed for %s on %s", p->name, word, day);
        break;
    case AS_SIGNING_NONE:
        as_buf_printf(out, "%s has not signed for %s", p->signer, word);
        break;
    case AS_SIGNING_LAPSED:
        as_buf_printf(out, "%s signed for %s on %s, and since then %s", p->name, word, day, p->changed);
        break;
    case AS_SIGNING_STRANGER:
        as_buf_printf(out, "%s signed for %s, where the agreement names %s", p->name, word, p->signer);
        break;
    case AS_SIGNING_BARE:
        as_buf_printf(out, "%s signed for %s without the key that the agreement names", p->name, word);
        break;
    case AS_SIGNING_FALSE:
        as_buf_printf(out, "the signature of %s for %s does not fit the key that the agreement names",
                      p->name, word);
        break;
    }
}

void as_agreed_say(struct as_buf *out, const struct as_agreed *agreed)
{
    size_t start = out->n;
    char day[AS_TIME_TEXT];
    if (agreed->holds)
        return;
    for (int p = 0; p < AS_PARTIES; p++)
        if (agreed->parties[p].signing != AS_SIGNING_GOOD) {
            as_buf_text(out, out->n > start ? "; " : "");
            as_agreed_say_party(out, agreed, (enum as_party)p);
        }
    if (agreed->review_over)
        as_buf_printf(out, "%sits day of review was %s", out->n > start ? "; " : "",
                      as_day_format(day, agreed->review_by));
}
