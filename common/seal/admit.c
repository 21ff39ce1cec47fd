/* Which agencies' systems the city lets in, kept in peers.pub: each for a year, its predecessors of the same agency for thirty days more,
 * and a name or key that was there once is never taken on again while its line stands. */
#include <stdio.h>

#include "base/clock.h"
#include "enrolment.h"
#include "internal.h"

static const char *const SERVICES[] = {"relay", "account", "meeting", "referral"}; /* whom a host may speak to */

#define US_PER_DAY (86400 * (int64_t)US_PER_S)

/* Lines of hosts that ended over a year ago go, so that the list does not fill up; account keeps them for ever. */
static size_t forget_old(struct peer *v, size_t n, int64_t now_us)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!peer_is_host(&v[i]) || v[i].until_us + HOST_DAYS * US_PER_DAY > now_us)
            v[kept++] = v[i];
    return kept;
}

static enum status check_free(struct scope *s, const struct peer *v, size_t n, const struct peer *p)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, p->name) == 0 || memcmp(v[i].curve_public, p->curve_public, KEY_LEN) == 0 ||
            memcmp(v[i].kx_public, p->kx_public, KEY_LEN) == 0 ||
            (peer_is_host(&v[i]) && memcmp(v[i].sign_public, p->sign_public, KEY_LEN) == 0))
            return fail(s, CONFLICT, "名前か鍵は登録済みです（%s）", "name or key is listed already (%s)", v[i].name);
    return n < PEERS_MAX ? OK : fail(s, CONFLICT, "登録は %d 件までです", "at most %d identities", PEERS_MAX);
}

enum status host_admit(struct scope *s, const char *keys_dir, const struct enrolment *e, bool is_trial,
                       const struct peer **ret_changed, size_t *ret_n)
{
    AUTO_FD lock = -1;
    struct peer *all, p = e->peer, *changed = scope_alloc(s, (PEERS_MAX + 1) * sizeof *changed);
    size_t n, changed_n = 0;

    if (!changed)
        return fail(s, TOO_LARGE, "作業領域が足りません", "no room in the scope for the list of peers");
    TRY(statefile_lock(s, keys_dir, &lock));
    TRY(peers_read(s, keys_dir, &all, &n));
    n = forget_old(all, n, s->now_us);
    TRY(check_free(s, all, n, &p));
    p.status = PEER_ACTIVE;
    p.from_us = s->now_us / US_PER_S * US_PER_S;
    p.until_us = p.from_us + HOST_DAYS * US_PER_DAY;
    changed[changed_n++] = p;
    int64_t overlap_us = p.from_us + HOST_OVERLAP_DAYS * US_PER_DAY;
    for (size_t i = 0; i < n; i++)
        if (agency_eq(all[i].agency, p.agency) && all[i].status == PEER_ACTIVE && all[i].until_us > overlap_us) {
            all[i].until_us = overlap_us;
            changed[changed_n++] = all[i];
        }
    all[n++] = p;
    peers_sort(all, n);
    *ret_changed = changed;
    *ret_n = changed_n;
    return is_trial ? OK : peers_write(s, keys_dir, all, n);
}

enum status host_revoke(struct scope *s, const char *keys_dir, const char *name, struct peer *ret_was)
{
    AUTO_FD lock = -1;
    struct peer *v;
    size_t n;

    TRY(peer_name_check(s, name));
    TRY(statefile_lock(s, keys_dir, &lock));
    TRY(peers_read(s, keys_dir, &v, &n));
    struct peer *p = peers_find(v, n, name);
    if (!p || !peer_is_host(p))
        return fail(s, NOT_FOUND, "%s という機関システムはありません", "there is no agency's system %s", name);
    p->status = PEER_REVOKED;
    if (p->until_us > s->now_us)
        p->until_us = s->now_us / US_PER_S * US_PER_S;
    *ret_was = *p;
    return peers_write(s, keys_dir, v, n);
}

enum status server_print(struct scope *s, const char *keys_dir, const char *endpoint, struct span *ret_text,
                         char ret_fingerprint[FINGERPRINT_MAX])
{
    uint8_t digest[DIGEST32_LEN];
    char line[PEER_LINE_MAX];
    struct peer *v;
    size_t n;

    if (!*endpoint || strpbrk(endpoint, " \t\r\n") || strlen(endpoint) >= HOST_ENDPOINT_MAX)
        return fail(s, INVALID, "接続先（relay.endpoint）が正しくありません", "the endpoint (relay.endpoint) is not valid");
    TRY(peers_read(s, keys_dir, &v, &n));
    const char *text = scope_print(s, "kashimaru-server 1\nendpoint %s\n", endpoint);
    for (size_t i = 0; i < COUNT(SERVICES); i++) {
        const struct peer *p = peers_find(v, n, SERVICES[i]);
        if (!p || p->status != PEER_ACTIVE)
            return fail(s, NOT_FOUND, "peers.pub に %s がありません", "peers.pub has no active %s", SERVICES[i]);
        int used = (int)peer_print(p, line);
        text = scope_print(s, "%s%.*s", text, used, line);
    }
    *ret_text = span_str(text);
    sha256_of(*ret_text, digest);
    fingerprint_print(digest, ret_fingerprint);
    return OK;
}
