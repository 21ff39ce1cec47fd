/* A request is kept as its system signed it, or not at all: nothing in it is written anew, and nobody's personal data can be in it. */
#include "ledger/request.h"

#include <string.h>

#include "base/bigendian.h"
#include "seal/envelope.h"

static const char MAGIC[4] = {'K', 'M', 'Q', '1'};
static const char DOMAIN[] = ENVELOPE_SIGN_DOMAIN; /* with its NUL */

enum { AT_KEY = sizeof MAGIC, AT_SIGNATURE = AT_KEY + SIGN_PUBLIC_LEN, AT_PARTS = REQUEST_SIGNED_AT + sizeof DOMAIN, LENGTH_LEN = 8 };
_Static_assert(AT_SIGNATURE + SIGN_LEN == REQUEST_SIGNED_AT, "the signature ends where what it covers begins");

bool request_is_plain(const struct shape *asked)
{
    for (size_t i = 0; i < asked->n; i++) {
        const struct field *f = &asked->field[i];
        if (f->is_sealed || f->kind == K_TEXT || f->kind == K_BYTES)
            return false;
        if (f->kind == K_RECORD && !request_is_plain(f->shape()))
            return false;
    }
    return true;
}

enum status request_make(struct scope *s, const uint8_t public_key[SIGN_PUBLIC_LEN], const struct span part[FRAME_PARTS],
                         struct span *ret_request)
{
    size_t n = AT_PARTS, at = AT_PARTS;

    for (size_t i = 0; i < PART_TAG; i++)
        n += LENGTH_LEN + part[i].n;
    *ret_request = (struct span){0};
    if (n > REQUEST_MAX || part[PART_TAG].n != SIGN_LEN)
        return OK;
    uint8_t *to = scope_alloc(s, n);
    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "no room for the request");
    memcpy(to, MAGIC, sizeof MAGIC);
    memcpy(to + AT_KEY, public_key, SIGN_PUBLIC_LEN);
    memcpy(to + AT_SIGNATURE, part[PART_TAG].p, SIGN_LEN);
    memcpy(to + REQUEST_SIGNED_AT, DOMAIN, sizeof DOMAIN);
    for (size_t i = 0; i < PART_TAG; i++) {
        put_be(to + at, part[i].n, LENGTH_LEN);
        at += LENGTH_LEN;
        if (part[i].n)
            memcpy(to + at, part[i].p, part[i].n);
        at += part[i].n;
    }
    *ret_request = span_of(to, n);
    return OK;
}

static enum status not_laid_out(struct scope *s)
{
    return fail(s, CORRUPT, "機関システムの要求（request）の形ではありません", "the request of the agency's own system is not laid out as one");
}

/* The parts under the signature, and nothing after them. */
static bool cut_parts(struct span rest, struct span part[FRAME_PARTS])
{
    for (size_t i = 0; i < PART_TAG; i++) {
        if (rest.n < LENGTH_LEN)
            return false;
        uint64_t n = get_be(rest.p, LENGTH_LEN);
        rest = span_of(rest.p + LENGTH_LEN, rest.n - LENGTH_LEN);
        if (n > rest.n)
            return false;
        part[i] = span_of(rest.p, n);
        rest = span_of(rest.p + n, rest.n - n);
    }
    return !rest.n;
}

enum status request_read(struct scope *s, struct span bytes, struct request *ret_r)
{
    struct span part[FRAME_PARTS];
    struct request r;

    if (bytes.n < AT_PARTS || bytes.n > REQUEST_MAX || memcmp(bytes.p, MAGIC, sizeof MAGIC) != 0 ||
        memcmp(bytes.p + REQUEST_SIGNED_AT, DOMAIN, sizeof DOMAIN) != 0 ||
        !cut_parts(span_of(bytes.p + AT_PARTS, bytes.n - AT_PARTS), part))
        return not_laid_out(s);
    memcpy(r.public_key, bytes.p + AT_KEY, sizeof r.public_key);
    part[PART_TAG] = span_of(bytes.p + AT_SIGNATURE, SIGN_LEN);
    if (sign_check(s, r.public_key, DOMAIN, span_of(bytes.p + AT_PARTS, bytes.n - AT_PARTS), part[PART_TAG]) != OK)
        return fail(s, CORRUPT, "機関システムの要求（request）の署名が一致しません",
                    "the signature of the request of the agency's own system is false");
    if (frame_parse(s, part, FRAME_PARTS, &r.frame) != OK)
        return not_laid_out(s);
    *ret_r = r;
    return OK;
}
