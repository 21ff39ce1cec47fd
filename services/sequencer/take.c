/* A row of the history as an event: the same row gives the same bytes whenever it is read, and nothing the row says is lost. What does
 * not fit the event's fields stands in its payload, canonical JSON (RFC 8785); who acted stands there only as the event's pseudonym. */
#include "take.h"

#include "base/clock.h"
#include "base/hex.h"
#include "map.h"
#include "q_sequencer.h"
#include "seal/digest.h"

struct json {
    char p[PAYLOAD_TEXT_MAX];
    size_t n;
    bool is_full;
};

static void put(struct json *to, const char *text, size_t n)
{
    if (to->is_full || n > sizeof to->p - to->n) {
        to->is_full = true;
        return;
    }
    memcpy(to->p + to->n, text, n);
    to->n += n;
}

/* RFC 8785 §3.2.2.2: the short escapes where there are any, lower-case \u for other control characters, all else as it is. */
static void put_string(struct json *to, struct span text)
{
    static const char SHORT[] = "\b\f\n\r\t\"\\", AS[] = "bfnrt\"\\", HEX[] = "0123456789abcdef";

    put(to, "\"", 1);
    for (size_t i = 0; i < text.n; i++) {
        char c = (char)text.p[i];
        const char *at = c ? strchr(SHORT, c) : NULL;
        if (at)
            put(to, (const char[]){'\\', AS[at - SHORT]}, 2);
        else if (text.p[i] < 0x20)
            put(to, (const char[]){'\\', 'u', '0', '0', HEX[text.p[i] >> 4], HEX[text.p[i] & 15]}, 6);
        else
            put(to, &c, 1);
    }
    put(to, "\"", 1);
}

static void put_name(struct json *to, const char *name)
{
    put(to, to->n == 0 ? "{" : ",", 1);
    put_string(to, span_str(name));
    put(to, ":", 1);
}

static void put_text(struct json *to, const char *name, struct span text)
{
    if (!text.n)
        return;
    put_name(to, name);
    put_string(to, text);
}

static void put_number(struct json *to, struct scope *s, const char *name, int64_t value)
{
    const char *text = scope_print(s, "%lld", (long long)value);

    put_name(to, name);
    put(to, text, strlen(text));
}

/* A text, or the digest that stands for it where it is too long to be carried. */
static void put_long(struct json *to, const char *name, struct span text, bool is_digest)
{
    uint8_t digest[DIGEST32_LEN];
    char hex[DIGEST_HEX_MAX];

    if (!is_digest || text.n <= DIGEST_HEX_MAX) {
        put_text(to, name, text);
        return;
    }
    sha256_of(text, digest);
    put_name(to, name);
    put(to, "{\"sha256\":", 10);
    put_string(to, span_str(digest_hex(span_of(digest, sizeof digest), hex)));
    put(to, "}", 1);
}

/* Names in the order of their bytes. */
static void put_row(struct json *to, struct scope *s, const struct q_rows_new_row *row, bool is_short)
{
    char about[UUID_TEXT_MAX];

    if (row->has_about)
        put_text(to, "about", span_str(uuid_print(row->about, about)));
    put_long(to, "agency", row->agency, is_short);
    put_number(to, s, "at_us", row->at);
    put_long(to, "counterpart", row->counterpart, is_short);
    put_long(to, "detail", row->detail, is_short);
    if (row->has_due)
        put_number(to, s, "due_us", row->due);
    put_long(to, "happened", row->happened, is_short);
    put_long(to, "reason", row->reason, is_short);
    put_number(to, s, "row", row->id);
    put_long(to, "source", row->source, is_short);
    put_long(to, "trace", row->trace, is_short);
    put(to, "}", 1);
}

/* With digests for what is long it always fits: seven of them, an id and three numbers. */
static enum status payload_of(struct scope *s, const struct q_rows_new_row *row, struct span *ret_json)
{
    struct json to = {.n = 0};

    put_row(&to, s, row, false);
    if (to.is_full) {
        to.n = 0;
        to.is_full = false;
        put_row(&to, s, row, true);
    }
    if (to.is_full)
        return fail(s, INTERNAL, "履歴の行が大きすぎます", "a row of the history does not fit its event");
    return scope_copy(s, span_of(to.p, to.n), ret_json);
}

/* A name that is none of an agency's or a user's is left to the payload. */
static bool is_user(struct span text)
{
    return text.n > 0 && text.n <= 64 && span_is_utf8(text);
}

enum status take_row(struct scope *s, const struct q_rows_new_row *row, struct event_wanted *ret_event)
{
    int what = words_find(words_happening(), row->happened);
    struct event_wanted e = {.id = row_event_id(row->id), .case_id = row->case_id, .type = happening_type(what, row->detail),
                             .at_ms = row->at > 0 ? row->at / US_PER_MS : 0, .reason = happening_reason(what, row->reason)};

    e.has_agency = agency_parse(row->agency, &e.agency) == OK;
    e.has_counterpart = agency_parse(row->counterpart, &e.counterpart) == OK;
    e.has_reason = e.reason != 0;
    e.has_actor = is_user(row->actor);
    e.actor = row->actor;
    if (row->has_request) {
        e.has_flags = e.has_record = true;
        e.flags = EVENT_HOST_REQUEST;
        TRY(hex_print(s, row->request, &e.record));
    }
    TRY(payload_of(s, row, &e.payload));
    *ret_event = e;
    return OK;
}
