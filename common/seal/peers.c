/* The text of peers.pub: one line a peer, read strictly, so that nobody is let in, and nobody's dates are stretched, by a line that was
 * only half understood. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "internal.h"
#include "seal/host.h"
#include "statefile.h"

static const char PEERS_FILE[] = "peers.pub";
static const char PEERS_HEAD[] =
    "# name, CURVE public key, kx public key, status (active|revoked), of an agency's system agency, sign, from, until; "
    "rewritten by kashimaru\n";
static const char HOST_PREFIX[] = "host-";
static const char *const STATUS_WORD[] = {[PEER_ACTIVE] = "active", [PEER_REVOKED] = "revoked"};

enum { HEX_LEN = 2 * KEY_LEN };

bool peer_is_host(const struct peer *p)
{
    return p->agency.code[0] != '\0';
}

bool peer_counts(const struct peer *p, int64_t now_us)
{
    return p->status == PEER_ACTIVE && (!peer_is_host(p) || (p->from_us <= now_us && now_us < p->until_us));
}

bool peer_is_usable(const struct peer *p)
{
    static const uint8_t ANY[KEY_LEN] = {9};
    uint8_t probe[KEY_LEN];

    return crypto_scalarmult(probe, ANY, p->curve_public) == 0 && crypto_scalarmult(probe, ANY, p->kx_public) == 0;
}

bool host_name_is_good(struct span name, struct agency_id agency)
{
    char head[sizeof HOST_PREFIX + AGENCY_CODE_MAX + 1];
    size_t n = (size_t)snprintf(head, sizeof head, "%s%s-", HOST_PREFIX, agency.code);

    return peer_name_is_good(name) && name.n < HOST_ID_MAX && name.n > n && memcmp(name.p, head, n) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct peer *)a)->name, ((const struct peer *)b)->name);
}

void peers_sort(struct peer *v, size_t n)
{
    qsort(v, n, sizeof *v, by_name);
}

static int name_to_peer(const void *name, const void *peer)
{
    return strcmp(name, ((const struct peer *)peer)->name);
}

struct peer *peers_find(struct peer *v, size_t n, const char *name)
{
    return n > 0 ? bsearch(name, v, n, sizeof *v, name_to_peer) : NULL;
}

/* The value of the next word if it is "<name>=<value>", else nothing. */
static struct span value_cut(struct span *rest, const char *name)
{
    struct span word = word_cut(rest);
    size_t n = strlen(name);

    if (word.n <= n || memcmp(word.p, name, n) != 0 || word.p[n] != '=')
        return (struct span){0};
    return span_of(word.p + n + 1, word.n - n - 1);
}

static bool attributes_parse(struct span rest, struct peer *p)
{
    bool is_whole = rest.n > 0 && rest.p[rest.n - 1] != ' ';

    return is_whole && agency_parse(value_cut(&rest, "agency"), &p->agency) == OK &&
           hex_bytes(value_cut(&rest, "sign"), p->sign_public, KEY_LEN) &&
           time_parse(value_cut(&rest, "from"), &p->from_us) == OK && time_parse(value_cut(&rest, "until"), &p->until_us) == OK &&
           rest.n == 0;
}

static enum status peer_parse(struct scope *s, const struct lines *l, struct peer *ret_peer)
{
    struct peer p = {.line = l->number};
    struct span rest = l->line;
    struct span name = word_cut(&rest);
    if (!peer_name_is_good(name))
        return line_fail(s, l, "名前が使えません", "not a usable name");
    memcpy(p.name, name.p, name.n);
    if (!hex_bytes(word_cut(&rest), p.curve_public, KEY_LEN) || !hex_bytes(word_cut(&rest), p.kx_public, KEY_LEN))
        return line_fail(s, l, "16 進 64 桁の公開鍵が 2 つありません",
                         "not two public keys of 64 hex digits");
    bool has_more = rest.n > 0 && memchr(rest.p, ' ', rest.n);
    struct span status = word_cut(&rest);
    if (span_is(status, STATUS_WORD[PEER_REVOKED]))
        p.status = PEER_REVOKED;
    else if (!span_is(status, STATUS_WORD[PEER_ACTIVE]))
        return line_fail(s, l, "状態は active か revoked です", "the status is active or revoked");
    bool is_named_host = strncmp(p.name, HOST_PREFIX, sizeof HOST_PREFIX - 1) == 0;
    if (is_named_host != has_more || (has_more && (!attributes_parse(rest, &p) || !host_name_is_good(name, p.agency))))
        return line_fail(s, l, "機関システムの行は host-機関-… agency= sign= from= until= です",
                         "a host's line, and no other, is host-<agency>-… with agency= sign= from= until=");
    *ret_peer = p;
    return OK;
}

/* One name, one identity; one CURVE key, one identity, because a connection is known by its key alone. */
static enum status check_unique(struct scope *s, const struct lines *l, const struct peer *v,
                                size_t n, const struct peer *p)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, p->name) == 0 ||
            memcmp(v[i].curve_public, p->curve_public, KEY_LEN) == 0)
            return line_fail(s, l, "名前か鍵が前の行と重なっています",
                             "name or key of an earlier line again");
    return OK;
}

enum status peers_parse(struct scope *s, struct lines *l, struct peer *v, size_t *n)
{
    while (lines_next(l)) {
        if (l->line.n == 0 || l->line.p[0] == '#')
            continue;
        if (*n == PEERS_MAX)
            return line_fail(s, l, "登録が多すぎます", "too many identities");
        TRY(peer_parse(s, l, &v[*n]));
        TRY(check_unique(s, l, v, *n, &v[*n]));
        ++*n;
    }
    return OK;
}

static void text_free(uint8_t **text)
{
    free(*text);
}
#define AUTO_TEXT __attribute__((cleanup(text_free))) uint8_t *

enum status peers_read(struct scope *s, const char *dir, struct peer **ret_v, size_t *ret_n)
{
    char path[STATE_PATH_MAX];
    size_t bytes = 0;
    size_t n = 0;
    TRY(statefile_path(s, dir, PEERS_FILE, path));
    AUTO_TEXT text = malloc(PEERS_FILE_MAX); /* not in the scope: long, and of no use once it is parsed */
    struct peer *v = scope_alloc(s, PEERS_MAX * sizeof *v);
    if (!text || !v)
        return fail(s, TOO_LARGE, "作業領域が足りません",
                    "no room in the scope for the list of peers");
    TRY(statefile_read(s, path, false, text, PEERS_FILE_MAX, &bytes));
    struct lines l = {.path = path, .rest = span_of(text, bytes)};
    TRY(peers_parse(s, &l, v, &n));
    peers_sort(v, n);
    *ret_v = v;
    *ret_n = n;
    return OK;
}

size_t peer_print(const struct peer *p, char to[PEER_LINE_MAX])
{
    char hex[3][HEX_LEN + 1], from[TIME_TEXT_MAX], until[TIME_TEXT_MAX];

    sodium_bin2hex(hex[0], sizeof hex[0], p->curve_public, KEY_LEN);
    sodium_bin2hex(hex[1], sizeof hex[1], p->kx_public, KEY_LEN);
    sodium_bin2hex(hex[2], sizeof hex[2], p->sign_public, KEY_LEN);
    int n = snprintf(to, PEER_LINE_MAX, "%s %s %s %s", p->name, hex[0], hex[1], STATUS_WORD[p->status]);
    if (peer_is_host(p))
        n += snprintf(to + n, PEER_LINE_MAX - (size_t)n, " agency=%s sign=%s from=%s until=%s", p->agency.code, hex[2],
                      time_print(p->from_us, from), time_print(p->until_us, until));
    n += snprintf(to + n, PEER_LINE_MAX - (size_t)n, "\n");
    return (size_t)n;
}

_Static_assert(PEER_LINE_MAX > PEER_NAME_MAX + 3 * HEX_LEN + AGENCY_CODE_MAX + 2 * TIME_TEXT_MAX + 50, "every line fits");
_Static_assert(PEERS_FILE_MAX > PEERS_MAX * PEER_LINE_MAX + (int)sizeof PEERS_HEAD, "a full list can be read back");

enum status peers_write(struct scope *s, const char *dir, const struct peer *v, size_t n)
{
    size_t cap = sizeof PEERS_HEAD + n * PEER_LINE_MAX;
    char *text = scope_alloc(s, cap);
    if (!text)
        return fail(s, TOO_LARGE, "作業領域が足りません",
                    "no room in the scope for the list of peers");
    size_t at = (size_t)snprintf(text, cap, "%s", PEERS_HEAD);
    for (size_t i = 0; i < n; i++)
        at += peer_print(&v[i], text + at);
    return statefile_write(s, dir, PEERS_FILE, 0644, false, span_of(text, at));
}
