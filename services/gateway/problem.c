/* The one form in which a refusal leaves the gateway. It is written from a shape like every message, so the published schema and
 * what is sent cannot differ. */
#include "problem.h"

#include "wire/codec.h"

enum { EVENT_MAX = 24, EVENTS_MAX = 16, URN_MAX = 80 };

struct problem {
    bool has_type, has_title, has_title_en, has_status, has_detail, has_detail_en, has_instance, has_state, has_accepts;
    struct span type, title, title_en;
    int64_t status;
    struct span detail, detail_en, instance, state;
    struct {
        const struct span *v;
        size_t n;
    } accepts;
};

#define AT_(f) .name = #f, .offset = offsetof(struct problem, f), .has_offset = offsetof(struct problem, has_##f)

const struct shape *shape_problem(void)
{
    static const struct field FIELDS[] = {
        {AT_(type), .kind = K_TEXT, .limit = URN_MAX, .prose = "urn:kashimaru:problem:<status word>"},
        {AT_(title), .kind = K_TEXT, .limit = 200, .prose = "何が起きたか"},
        {AT_(title_en), .kind = K_TEXT, .limit = 200, .prose = "what happened"},
        {AT_(status), .kind = K_I64, .limit = 599, .prose = "HTTP status code"},
        {AT_(detail), .kind = K_TEXT, .limit = WHY_MAX, .prose = "理由"},
        {AT_(detail_en), .kind = K_TEXT, .limit = WHY_MAX, .prose = "reason"},
        {AT_(instance), .kind = K_TEXT, .limit = URN_MAX, .prose = "id of the request, urn:uuid"},
        {AT_(state), .kind = K_TEXT, .is_optional = true, .limit = EVENT_MAX,
         .prose = "refused transition: state the thing is in"},
        {AT_(accepts), .kind = K_TEXT, .is_optional = true, .is_list = true, .limit = EVENT_MAX, .most = EVENTS_MAX,
         .prose = "refused transition: events that state accepts"},
    };
    static const struct shape PROBLEM = {"problem", "RFC 9457 problem details", sizeof(struct problem), FIELDS, COUNT(FIELDS)};

    return &PROBLEM;
}

/* "accept,decline" or "accept, decline" */
static size_t events_of(const char *text, struct span events[EVENTS_MAX])
{
    size_t n = 0;

    while (*text && n < EVENTS_MAX) {
        text += strspn(text, ", ");
        size_t len = strcspn(text, ", ");
        if (len && len <= EVENT_MAX)
            events[n++] = span_of(text, len);
        text += len;
    }
    return n;
}

enum status problem_print(struct scope *s, enum status st, unsigned http, const struct why *why, struct uuid id,
                          struct span *ret_json)
{
    const struct status_trait *trait = status_trait(st);
    struct span events[EVENTS_MAX];
    char text[UUID_TEXT_MAX];
    struct problem p = {.type = span_str(scope_print(s, "urn:kashimaru:problem:%s", trait->word)),
                        .title = span_str(trait->title_ja), .title_en = span_str(trait->title_en), .status = http,
                        .detail = span_str(why->ja), .detail_en = span_str(why->en),
                        .instance = span_str(scope_print(s, "urn:uuid:%s", uuid_print(id, text)))};

    p.has_state = p.has_accepts = why->state[0] != '\0';
    p.state = span_str(why->state);
    p.accepts.v = events;
    p.accepts.n = events_of(why->accepts, events);
    return codec_encode(s, shape_problem(), &p, ret_json);
}
