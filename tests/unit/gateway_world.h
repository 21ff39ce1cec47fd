#ifndef KM_TESTS_GATEWAY_WORLD_H
#define KM_TESTS_GATEWAY_WORLD_H

#include <sys/stat.h>
#include <unistd.h>

#include "gateway_dial.h"
#include "gateway_service.h"
#include "relay/relay.h"

/* A gateway and what stands behind it. Included after cmocka.h. */

static void *run_relay(void *arg)
{
    const struct world *w = arg;
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    AUTO(keyring) ring = ring_of(s, w, "relay");

    if (relay_run(s, w->endpoint, ring, &w->stop[0]) != OK)
        abort();
    return NULL;
}

static void *run_gateway(void *arg)
{
    struct world *w = arg;

    gateway_serve(w->g, w->stop[0]);
    return NULL;
}

static int port_read(const struct world *w)
{
    FILE *f = fopen(scope_print(w->s, "%s/run/gateway.port", w->dir), "r");
    int port = 0;

    assert_non_null(f);
    assert_int_equal(fscanf(f, "%d", &port), 1);
    assert_int_equal(fclose(f), 0);
    return port;
}

static void world_open(struct world *w)
{
    static const char *const NAMES[] = {"relay", "gateway", "intake", "referral", "meeting", "audit", "account"};

    *w = (struct world){.dir = "/tmp/km-gateway-XXXXXX", .s = scope_new(SCOPE_CAP, entropy_system())};
    assert_int_equal(seal_init(), OK);
    assert_non_null(mkdtemp(w->dir));
    assert_int_equal(pipe(w->stop), 0);
    assert_int_equal(mkdir(scope_print(w->s, "%s/run", w->dir), 0700), 0);
    assert_int_equal(keyring_create(w->s, scope_print(w->s, "%s/keys", w->dir), NAMES, COUNT(NAMES)), OK);
    snprintf(w->endpoint, sizeof w->endpoint, "ipc://%s/run/relay.sock", w->dir);
    const char *sets[] = {scope_print(w->s, "state=%s", w->dir), "gateway.port=0", "grace_ms=100", NULL};
    assert_int_equal(settings_load(w->s, NULL, sets, &w->cfg), OK);
    assert_int_equal(pthread_create(&w->relay, NULL, run_relay, w), 0);
    assert_int_equal(pthread_create(&w->intake, NULL, run_intake, w), 0);
    assert_int_equal(pthread_create(&w->account, NULL, run_account, w), 0);
    w->ring = ring_of(w->s, w, "gateway");
    if (gateway_open(w->s, &w->cfg, w->ring, "gateway.0", &w->g) != OK)
        fail_msg("%s", w->s->why.en);
    w->port = port_read(w);
    assert_int_equal(pthread_create(&w->gateway, NULL, run_gateway, w), 0);
}

static void world_close(struct world *w)
{
    pthread_join(w->gateway, NULL);
    pthread_join(w->intake, NULL);
    pthread_join(w->account, NULL);
    pthread_join(w->relay, NULL);
    gateway_free(w->g);
    keyring_free(w->ring);
    close(w->stop[0]);
    close(w->stop[1]);
    const char *rm = scope_print(w->s, "%s", w->dir);
    assert_int_equal(strncmp(rm, "/tmp/km-gateway-", 16), 0);
    static const char *const FILES[] = {"keys/relay.key", "keys/gateway.key", "keys/intake.key", "keys/referral.key",
                                        "keys/meeting.key", "keys/audit.key", "keys/account.key", "keys/peers.pub",
                                        "run/gateway.port", "run/relay.sock"};
    for (size_t i = 0; i < COUNT(FILES); i++)
        (void)unlink(scope_print(w->s, "%s/%s", w->dir, FILES[i]));
    (void)rmdir(scope_print(w->s, "%s/run", w->dir));
    (void)rmdir(scope_print(w->s, "%s/keys", w->dir));
    (void)rmdir(w->dir);
    scope_free(w->s);
}

#define AUTH "Authorization: Bearer " TOKEN("a") "\r\n"
#define ADMIN "Authorization: Bearer " TOKEN("b") "\r\n"
#define COOKIE "Cookie: theme=dark; __Host-kashimaru=" TOKEN("a") "\r\n"
#define SIGN_IN(name) "{\"sealed\":{\"user\":\"" name "\",\"password\":\"a long password, fictional\",\"code\":\"123456\"}}"
#define TYPE "Content-Type: application/json\r\n"
#define CASES "/api/v1/cases"
#define CASE CASES "/00000000-0000-4000-8000-000000000001"
#define JSON AUTH "Content-Type: application/json\r\n"

/* The services are asked once a second: wait until the first answer is in. */
static void wait_for(const struct world *w, const char *line)
{
    for (int i = 0; i < TRIES; i++) {
        char *reply = ask(w->port, "GET", "/metrics", "", NULL);
        bool is_there = strstr(reply, line) != NULL;
        free(reply);
        if (is_there)
            return;
        usleep(TRY_MS * 1000);
    }
    fail_msg("never seen: %s", line);
}

#endif
