/* Identifiers have one text form each: what is printed parses back to the same id, and nothing looser is accepted, so two
 * spellings can never name one thing in a log or an idempotency key. Hex digits may be capital on input (RFC 9562 §4); they
 * never are on output. */
#include "base/uuid.h"

static bool is_dash(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

char *uuid_print(struct uuid id, char *to)
{
    static const char HEX[] = "0123456789abcdef";
    size_t at = 0;

    for (size_t i = 0; i < UUID_LEN; i++) {
        if (is_dash(at))
            to[at++] = '-';
        to[at++] = HEX[id.b[i] >> 4];
        to[at++] = HEX[id.b[i] & 15];
    }
    to[at] = '\0';
    return to;
}

enum status uuid_parse(struct span text, struct uuid *ret_id)
{
    struct uuid id;
    size_t at = 0;

    if (text.n != UUID_TEXT_MAX - 1)
        return INVALID;
    for (size_t i = 0; i < UUID_LEN; i++) {
        if (is_dash(at) && text.p[at++] != '-')
            return INVALID;
        int high = hex_value(text.p[at++]);
        int low = hex_value(text.p[at++]);
        if (high < 0 || low < 0)
            return INVALID;
        id.b[i] = (uint8_t)(high << 4 | low);
    }
    *ret_id = id;
    return OK;
}

enum status agency_parse(struct span text, struct agency_id *ret_id)
{
    /* zero-filled to the end: the struct is also compared and hashed as bytes */
    struct agency_id id = {{0}};

    if (text.n < 4 || text.n > AGENCY_CODE_MAX - 1 || text.p[0] < 'A' || text.p[0] > 'Z')
        return INVALID;
    for (size_t i = 1; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return INVALID;
    memcpy(id.code, text.p, text.n);
    *ret_id = id;
    return OK;
}
