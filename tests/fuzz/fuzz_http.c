/* What a stranger can send to the gateway before anyone knows who it is: request targets, query parameters, traceparents,
 * bearer headers, cookies, origins, lists of proxies. The first byte chooses which; what is accepted must keep its promises. */
#include <netinet/in.h>

#include "gateway/attempts.h"
#include "gateway/bearer.h"
#include "gateway/idem.h"
#include "gateway/path.h"
#include "gateway/trace.h"
#include "wire/api.h"

#include "fuzz.h"

static void try_target(struct scope *s, struct span raw)
{
    struct request_target t;
    struct pair vars[VARS_MAX];
    size_t n;

    if (target_parse(s, raw, &t) != OK)
        return;
    must(t.path.n > 0 && t.query_n <= QUERY_MAX);
    for (size_t i = 0; i < t.query_n; i++)
        must(t.query[i].name[0] != '\0' && span_is_utf8(t.query[i].value));
    for (size_t i = 0; api_at(i); i++)
        if (path_match(s, api_at(i)->path, t.path, vars, &n))
            for (size_t k = 0; k < n; k++)
                must(vars[k].value.n > 0 && span_is_utf8(vars[k].value) && !memchr(vars[k].value.p, '/', vars[k].value.n));
}

static void try_header(struct scope *s, struct span text)
{
    char trace[TRACE_MAX];
    struct span token = bearer_header(text);

    trace_begin(s, text, trace);
    must(trace_is_valid(span_str(trace)));
    must(token.n < text.n || text.n == 0);
    (void)idem_key_is_valid(text);
}

static void try_cookie(struct span text)
{
    struct sockaddr here = {0};
    struct span token = bearer_cookie(text);

    must(token.n < text.n || text.n == 0);
    must(!bearer_is_formed(token) || token.n == TOKEN_LEN);
    must(!origin_is(text, text));
    (void)caller_of(&here, text);
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    (void)caller_of((const struct sockaddr *)&loopback, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct span rest = size ? span_of(data + 1, size - 1) : (struct span){0};

    if (!s || !size)
        return 0;
    if (data[0] == 't')
        try_target(s, rest);
    else if (data[0] == 'h')
        try_header(s, rest);
    else
        try_cookie(rest);
    return 0;
}
