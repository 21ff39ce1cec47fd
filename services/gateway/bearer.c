/* Tokens as headers carry them. What is not exactly right is no token: the one who asks is told the same as with a wrong one. */
#include "bearer.h"

#include <strings.h>

static struct span after(struct span text, size_t n)
{
    return span_of(text.p + n, text.n - n);
}

static bool starts(struct span text, const char *with)
{
    size_t n = strlen(with);

    return text.n > n && strncasecmp((const char *)text.p, with, n) == 0;
}

struct span bearer_header(struct span header)
{
    static const char SCHEME[] = "Bearer ";

    if (!starts(header, SCHEME))
        return (struct span){0};
    struct span token = after(header, sizeof SCHEME - 1);
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= 0x20 || token.p[i] >= 0x7f)
            return (struct span){0};
    return token;
}

/* Twice: one of the two was planted by somebody, and nobody can say which. */
struct span bearer_cookie(struct span header)
{
    static const char NAME[] = SESSION_COOKIE "=";
    enum { NAME_LEN = sizeof NAME - 1 };
    struct span found = {0};
    size_t n = 0;

    while (header.n) {
        const uint8_t *end = memchr(header.p, ';', header.n);
        struct span pair = span_of(header.p, end ? (size_t)(end - header.p) : header.n);
        header = end ? after(header, pair.n + 1) : (struct span){0};
        while (pair.n && (pair.p[0] == ' ' || pair.p[0] == '\t'))
            pair = after(pair, 1);
        if (pair.n < NAME_LEN || memcmp(pair.p, NAME, NAME_LEN) != 0)
            continue;
        found = after(pair, NAME_LEN);
        n++;
    }
    return n == 1 ? found : (struct span){0};
}

bool bearer_is_formed(struct span token)
{
    for (size_t i = 0; i < token.n; i++)
        if (!((token.p[i] >= '0' && token.p[i] <= '9') || (token.p[i] >= 'a' && token.p[i] <= 'f')))
            return false;
    return token.n == TOKEN_LEN;
}

/* The scheme is the proxy's matter: it ends TLS in front of us. */
bool origin_is(struct span origin, struct span host)
{
    static const char *const SCHEMES[] = {"https://", "http://"};

    for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++)
        if (starts(origin, SCHEMES[i])) {
            struct span at = after(origin, strlen(SCHEMES[i]));
            return at.n == host.n && strncasecmp((const char *)at.p, (const char *)host.p, at.n) == 0;
        }
    return false;
}
