/* The permission map: a frame passes only between services that are introduced here, and what comes back needs no line of its
 * own. */
#include "router.h"

static const char *const NAMES[NODE_N] = {
    [NODE_GATEWAY] = "gateway",
    [NODE_CTL] = "ctl",
    [NODE_INTAKE] = "intake",
    [NODE_REFERRAL] = "referral",
    [NODE_MEETING] = "meeting",
    [NODE_AUDIT] = "audit",
    [NODE_KEYS] = "keys",
};

/* prefix: only types that start so; "" = every type. */
static const struct {
    enum node from, to;
    const char *prefix;
} ALLOWED[] = {
    {NODE_GATEWAY, NODE_INTAKE, ""},
    {NODE_GATEWAY, NODE_REFERRAL, ""},
    {NODE_GATEWAY, NODE_MEETING, ""},
    {NODE_GATEWAY, NODE_AUDIT, ""},
    {NODE_CTL, NODE_INTAKE, ""},
    {NODE_CTL, NODE_REFERRAL, ""},
    {NODE_CTL, NODE_MEETING, ""},
    {NODE_CTL, NODE_AUDIT, ""},
    {NODE_CTL, NODE_KEYS, "queue_"},     /* an operator sees what waits, never a key */
    {NODE_INTAKE, NODE_REFERRAL, ""},    /* case_opened */
    {NODE_INTAKE, NODE_KEYS, ""},        /* key_release */
    {NODE_REFERRAL, NODE_INTAKE, ""},    /* case_access */
    {NODE_REFERRAL, NODE_MEETING, ""},   /* meeting_wanted */
    {NODE_MEETING, NODE_KEYS, ""},       /* key_release */
};

int node_find(struct span name)
{
    for (int i = 0; i < NODE_N; i++)
        if (span_is(name, NAMES[i]))
            return i;
    return -1;
}

const char *node_name(enum node node)
{
    return NAMES[node];
}

static bool starts_with(struct span type, const char *prefix)
{
    size_t n = strlen(prefix);

    return type.n >= n && memcmp(type.p, prefix, n) == 0;
}

bool is_permitted(enum node from, enum node to, enum traffic traffic, struct span type)
{
    bool is_back = traffic == TRAFFIC_ANSWER || traffic == TRAFFIC_RECEIPT;

    if (traffic == TRAFFIC_HELLO)
        return false; /* for the relay only */
    for (size_t i = 0; i < COUNT(ALLOWED); i++) {
        if (is_back && ALLOWED[i].from == to && ALLOWED[i].to == from)
            return true;
        if (!is_back && ALLOWED[i].from == from && ALLOWED[i].to == to &&
            starts_with(type, ALLOWED[i].prefix))
            return true;
    }
    return false;
}
