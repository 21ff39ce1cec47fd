/* What leaves the gateway of a session: to browsers its token only as a cookie that no script can read, to others only when they ask
 * for it; a ticket to nobody. */
#include "inside.h"
#include "outward.h"
#include "wire/codec.h"
#include "wire/message.h"

static bool wants_token(const struct request *r)
{
    return span_is(request_header(r, "X-Kashimaru-Token"), "body");
}

static enum status granted(struct request *r, const struct answered *a, struct span *ret_sealed)
{
    struct session_private in;
    const struct shape *shape = outward_shape(r->s, shape_session_private());

    TRY(codec_decode(r->s, shape_session_private(), a->sealed, SCHEMA_MINOR, &in));
    if (!shape || !bearer_is_formed(in.token))
        return fail(r->s, CORRUPT, "サービスの応答が正しくありません", "the service's answer is not valid");
    r->reply.cookie = scope_print(r->s, SESSION_COOKIE "=%.*s; Path=/; Secure; HttpOnly; SameSite=Strict", (int)in.token.n,
                                  (const char *)in.token.p);
    in.has_token = wants_token(r);
    return codec_encode(r->s, shape, &in, ret_sealed);
}

enum status session_outward(struct request *r, const struct answered *a, struct span *ret_json)
{
    const struct shape *asked = r->api->request(), *answer = r->api->answer();
    const struct field *f = shape_sealed(answer);
    struct span sealed = a->sealed;

    if (answer == shape_ticket_grant()) {
        TRY(who_keep(r, a));
        sealed = (struct span){0};
    } else if (answer == shape_session_grant()) {
        TRY(granted(r, a, &sealed));
    } else if (asked == shape_sign_out()) {
        who_forget(r);
        r->reply.cookie = SESSION_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0";
    }
    return codec_merge(r->s, a->payload, f ? f->name : "", sealed, ret_json);
}
