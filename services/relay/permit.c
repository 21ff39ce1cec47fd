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
    [NODE_ACCOUNT] = "account",
    [NODE_SEQUENCER] = "sequencer",
    [NODE_SIGNER] = "signer",
    [NODE_HOST] = "host", /* of none in particular */
};

/* types: only these, separated by commas; "" = every type. */
static const struct {
    enum node from, to;
    const char *types;
} ALLOWED[] = {
    {NODE_GATEWAY, NODE_INTAKE, ""},
    {NODE_GATEWAY, NODE_REFERRAL, ""},
    {NODE_GATEWAY, NODE_MEETING, ""},
    {NODE_GATEWAY, NODE_AUDIT, ""},
    {NODE_CTL, NODE_INTAKE, ""},
    {NODE_CTL, NODE_REFERRAL, ""},
    {NODE_CTL, NODE_MEETING, ""},
    {NODE_CTL, NODE_AUDIT, ""},
    {NODE_GATEWAY, NODE_ACCOUNT, ""},
    {NODE_CTL, NODE_ACCOUNT, ""},
    {NODE_GATEWAY, NODE_KEYS, ""},       /* what people ask of it: its routes take no key_release from here */
    {NODE_CTL, NODE_KEYS, ""},
    {NODE_INTAKE, NODE_REFERRAL, ""},    /* case_opened */
    {NODE_INTAKE, NODE_KEYS, ""},        /* key_release, person_known */
    {NODE_INTAKE, NODE_MEETING, ""},     /* case_care */
    {NODE_INTAKE, NODE_AUDIT, ""},       /* notices */
    {NODE_REFERRAL, NODE_INTAKE, ""},    /* case_access */
    {NODE_REFERRAL, NODE_MEETING, ""},   /* meeting_wanted */
    {NODE_REFERRAL, NODE_KEYS, ""},      /* key_share, key_unshare */
    {NODE_REFERRAL, NODE_AUDIT, ""},     /* notices */
    {NODE_MEETING, NODE_REFERRAL, ""},   /* meeting_fixed */
    {NODE_MEETING, NODE_KEYS, ""},       /* key_release */
    {NODE_MEETING, NODE_AUDIT, ""},      /* meeting_told */
    {NODE_KEYS, NODE_INTAKE, ""},        /* case_emergency, duplicate_found */
    {NODE_KEYS, NODE_AUDIT, ""},         /* glass_broken, many_reads, erasure_agreed */
    {NODE_AUDIT, NODE_KEYS, "erasure_ready,events_blank,blanking_done"},
    {NODE_SEQUENCER, NODE_KEYS, ""},     /* events_sign */
    {NODE_SEQUENCER, NODE_SIGNER, ""},   /* head_sign */
    {NODE_CTL, NODE_SIGNER, ""},         /* shard_open, head_show */
    {NODE_HOST, NODE_ACCOUNT, "host_ticket"},
    {NODE_HOST, NODE_REFERRAL,
     "referral_list,referral_show,referral_act,referral_visit,recall_list,recall_ack,agency_find,agency_show,basis_list"},
    {NODE_HOST, NODE_MEETING, "meeting_list,availability"},
};

static bool starts_with(struct span name, const char *prefix)
{
    size_t n = strlen(prefix);

    return name.n >= n && memcmp(name.p, prefix, n) == 0;
}

int node_find(struct span name)
{
    for (int i = 0; i < NODE_N; i++)
        if (span_is(name, NAMES[i]))
            return i;
    return starts_with(name, "host-") ? NODE_HOST : -1;
}

const char *node_name(enum node node)
{
    return NAMES[node];
}

/* Is a type one of the comma-separated ones? An empty list has them all. */
static bool is_listed(struct span type, const char *types)
{
    for (const char *at = types; *at;) {
        size_t n = strcspn(at, ",");
        if (n == type.n && memcmp(at, type.p, n) == 0)
            return true;
        at += n + (at[n] == ',');
    }
    return !*types;
}

bool is_permitted(enum node from, enum node to, enum traffic traffic, struct span type)
{
    bool is_back = traffic == TRAFFIC_ANSWER || traffic == TRAFFIC_RECEIPT;

    if (traffic == TRAFFIC_HELLO)
        return false; /* for the relay only */
    if ((from == NODE_HOST && traffic != TRAFFIC_REQUEST) || (to == NODE_HOST && traffic != TRAFFIC_ANSWER))
        return false;
    for (size_t i = 0; i < COUNT(ALLOWED); i++) {
        if (is_back && ALLOWED[i].from == to && ALLOWED[i].to == from)
            return true;
        if (!is_back && ALLOWED[i].from == from && ALLOWED[i].to == to &&
            is_listed(type, ALLOWED[i].types))
            return true;
    }
    return false;
}
