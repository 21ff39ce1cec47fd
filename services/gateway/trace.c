/* A traceparent goes into every message and every log that follows, so only one that is exactly right is taken from outside. */
#include "trace.h"

enum { TRACE_LEN = 55, TRACE_ID_AT = 3, TRACE_ID_LEN = 32, PARENT_AT = 36, PARENT_LEN = 16, FLAGS_AT = 53, FLAGS_LEN = 2 };

static bool is_hex(const uint8_t *p, size_t n, bool may_be_zero)
{
    bool is_zero = true;

    for (size_t i = 0; i < n; i++) {
        if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f')))
            return false;
        is_zero = is_zero && p[i] == '0';
    }
    return may_be_zero || !is_zero;
}

bool trace_is_valid(struct span text)
{
    return text.n == TRACE_LEN && memcmp(text.p, "00-", TRACE_ID_AT) == 0 && text.p[PARENT_AT - 1] == '-' &&
           text.p[FLAGS_AT - 1] == '-' && is_hex(text.p + TRACE_ID_AT, TRACE_ID_LEN, false) &&
           is_hex(text.p + PARENT_AT, PARENT_LEN, false) && is_hex(text.p + FLAGS_AT, FLAGS_LEN, true);
}

static char *put_hex(char *to, struct uuid random, size_t n)
{
    static const char HEX[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        *to++ = HEX[random.b[i] >> 4];
        *to++ = HEX[random.b[i] & 15];
    }
    return to;
}

/* A version 4 uuid has its version bits set, so neither id can come out zero. */
char *trace_begin(struct scope *s, struct span given, char to[TRACE_MAX])
{
    _Static_assert((int)TRACE_MAX > (int)TRACE_LEN, "a traceparent and its NUL");
    char *at = to;

    if (trace_is_valid(given)) {
        memcpy(to, given.p, given.n);
        to[given.n] = '\0';
        return to;
    }
    memcpy(at, "00-", TRACE_ID_AT);
    at = put_hex(at + TRACE_ID_AT, scope_uuid(s), TRACE_ID_LEN / 2);
    *at++ = '-';
    at = put_hex(at, scope_uuid(s), PARENT_LEN / 2);
    memcpy(at, "-00", sizeof "-00");
    return to;
}
