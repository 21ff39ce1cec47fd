/* A guard that lets everybody in looks exactly like one that works, so each hub is tried once with a key nobody knows. Only a
 * plain refusal by our own handler counts; silence is a failure too. */
#include <string.h>

#include "base/clock.h"
#include "internal.h"

enum { KEY_TEXT = 41, REFUSED_CODE = 400 };

static const char MONITOR[] = "inproc://self-test";

struct stranger {
    void *socket, *monitor;
};

static void stranger_close(struct stranger *x)
{
    if (x->socket)
        zmq_socket_monitor(x->socket, NULL, 0);
    socket_close(x->monitor);
    socket_close(x->socket);
}

static enum status stranger_connect(struct scope *s, void *ctx, const char *endpoint, bool is_tcp,
                                    const uint8_t server_key[KEY_LEN], struct stranger *x)
{
    char public_key[KEY_TEXT], secret_key[KEY_TEXT]; /* random and thrown away: nothing to keep secret */
    int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                 ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

    if (zmq_curve_keypair(public_key, secret_key) != 0)
        return fail(s, UNAVAILABLE, "libzmq に CURVE がありません", "libzmq lacks CURVE");
    TRY(socket_open(s, ctx, ZMQ_DEALER, is_tcp, &x->socket));
    TRY(monitor_open(s, ctx, x->socket, MONITOR, events, &x->monitor));
    TRY(socket_int(s, x->socket, ZMQ_LINGER, 0));
    TRY(socket_bytes(s, x->socket, ZMQ_CURVE_SERVERKEY, server_key, KEY_LEN));
    TRY(socket_bytes(s, x->socket, ZMQ_CURVE_PUBLICKEY, public_key, KEY_TEXT));
    TRY(socket_bytes(s, x->socket, ZMQ_CURVE_SECRETKEY, secret_key, KEY_TEXT));
    if (zmq_connect(x->socket, endpoint) != 0)
        return fail(s, UNAVAILABLE, "自分自身に接続できません（errno %d）",
                    "cannot connect to myself (errno %d)", zmq_errno());
    return OK;
}

/* The first thing the server says to the stranger: a monitor event, 0 when the time is over. */
static int verdict_wait(const struct stranger *x, struct zap *z, uint32_t *ret_code)
{
    int64_t until_us = clock_mono_us() + (int64_t)SELF_TEST_MS * US_PER_MS;
    int event = 0;

    while (event == 0) {
        int64_t left_us = until_us - clock_mono_us();
        if (left_us <= 0)
            break;
        zmq_pollitem_t items[2 + WAIT_FDS_MAX] = {{.socket = x->monitor, .events = ZMQ_POLLIN},
                                                  {.socket = z->socket, .events = ZMQ_POLLIN}};
        poll_wait(items, z->socket ? 2 : 1, NULL, 0, left_us / US_PER_MS + 1);
        if (z->socket)
            zap_serve(z);
        event = monitor_next(x->monitor, ret_code);
    }
    return event;
}

static enum status verdict_judge(struct scope *s, int event, uint32_t code)
{
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && code == REFUSED_CODE)
        return OK;
    if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED)
        return fail(s, DENIED, "自己検査: 未登録の鍵で接続できてしまいました。起動しません",
                    "self-test: an unknown key got in; not starting");
    return fail(s, UNAVAILABLE, "自己検査: 未登録の鍵への拒否が確認できません（事象 %d、符号 %u）",
                "self-test: no refusal of an unknown key was seen (event %d, code %u)", event, code);
}

enum status self_test(struct scope *s, void *ctx, const char *endpoint, bool is_tcp,
                      const uint8_t server_key[KEY_LEN], struct zap *z)
{
    struct stranger x = {0};
    uint32_t code = 0;
    int event = 0;
    int64_t refused_before = z->refused;

    enum status st = stranger_connect(s, ctx, endpoint, is_tcp, server_key, &x);
    if (st == OK) {
        event = verdict_wait(&x, z, &code);
        st = verdict_judge(s, event, code);
    }
    stranger_close(&x);
    if (st == OK && z->refused == refused_before)
        st = fail(s, DENIED, "自己検査: 拒否したのは私たちの検査役ではありません",
                  "self-test: it was not our handler that refused");
    z->refused = refused_before; /* the stranger was us */
    return st;
}
