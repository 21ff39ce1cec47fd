#ifndef KM_TESTS_GATEWAY_LINES_H
#define KM_TESTS_GATEWAY_LINES_H

/* What the services say by heart; a request of any other type stays without an answer. */
struct line {
    const char *service, *type, *answer, *payload, *sealed;
    const char *has; /* of the sealed part of the request; NULL = whatever it is */
};

#define REP8(c) c c c c c c c c
#define TOKEN(c) REP8(REP8(c))
#define DENIED_ "{\"status\":\"denied\",\"why_en\":\"no\",\"why_ja\":\"いいえ\"}"
#define GRANT(agency, role) "{\"agency\":\"" agency "\",\"expires\":\"2099-01-01T00:00:00Z\",\"role\":\"" role "\",\"user\":\"kaku\"}"
#define TICKET(last) "{\"csrf\":\"c5\",\"ticket\":\"KMT1|account|" last "\"}"

static const struct line LINES[] = {
    {"account", "session_use", "refusal", DENIED_, "", NULL}, /* when no session is one any more */
    {"intake", "queue_status", "queue_state", "{\"lines\":[],\"service\":\"intake\"}", "", NULL},
    {"intake", "case_open", "case_receipt",
     "{\"case_id\":\"00000000-0000-4000-8000-000000000001\",\"lead\":\"A001\","
     "\"received_at\":\"2026-11-22T12:30:38.000+09:00\"}", "", NULL},
    {"intake", "case_show", "case_view", "{\"area\":\"north\"}", "{\"name\":\"架空 太郎\"}", NULL},
    {"intake", "note_add", "refusal",
     "{\"accepts\":\"resume\",\"state\":\"on_hold\",\"status\":\"conflict\",\"why_en\":\"on hold\",\"why_ja\":\"保留中です\"}", "", NULL},
    {"intake", "queue_parked", "done", "{}", "", NULL},
    {"account", "queue_status", "queue_state", "{\"lines\":[],\"service\":\"account\"}", "", NULL},
    {"account", "session_use", "ticket_grant", GRANT("A001", "worker"), TICKET("1"), TOKEN("a")},
    {"account", "session_use", "ticket_grant", GRANT("A002", "administrator"), TICKET("2"), TOKEN("b")},
    {"account", "session_use", "refusal", "{\"status\":\"unavailable\",\"why_en\":\"busy\",\"why_ja\":\"混雑\"}", "", TOKEN("c")},
    {"account", "session_use", "refusal", DENIED_, "", TOKEN("d")},
    {"account", "session_use", "ticket_grant", GRANT("A001", "service"), TICKET("3"), TOKEN("f")},
    {"account", "session_fresh", "ticket_grant", GRANT("A001", "worker"), "{\"csrf\":\"\",\"ticket\":\"KMT1|account|4\"}", NULL},
    {"account", "sign_out", "done", "{}", "", NULL},
    {"account", "sign_in", "refusal", DENIED_, "", "nobody"},
    {"account", "sign_in", "session_grant",
     "{\"agency\":\"A001\",\"expires\":\"2099-01-01T00:00:00Z\",\"idle_s\":900,\"role\":\"worker\",\"roles\":[\"worker\"],\"user\":\"kaku\"}",
     "{\"csrf\":\"c5\",\"token\":\"" TOKEN("e") "\"}", "taro"},
};

/* The first eight digits of which attempt a request says it is; 0 = it does not. */
static unsigned long long once_of(struct span payload)
{
    static const char FIELD[] = "\"once\":\"";
    const char *at = memmem(payload.p, payload.n, FIELD, strlen(FIELD));
    char digits[9] = "";

    if (at)
        memcpy(digits, at + strlen(FIELD), sizeof digits - 1);
    return strtoull(digits, NULL, 16);
}

#endif
