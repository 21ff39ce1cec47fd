/* The only place that says which PostgreSQL type a kind is. Parameters are always sent as that type; columns may also be
 * varchar where text is meant, because both travel as the same bytes. */
#include "internal.h"

/* pg_type.dat; these numbers are part of PostgreSQL's on-disk and wire format and never change. */
enum {
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_TEXT = 25,
    OID_VARCHAR = 1043,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950,
    OID_BOOLS = 1000,
    OID_BYTEAS = 1001,
    OID_TEXTS = 1009,
    OID_VARCHARS = 1015,
    OID_INT8S = 1016,
    OID_TIMESTAMPTZS = 1185,
    OID_UUIDS = 2951,
};

static const struct {
    Oid item, list;
} TYPE[KIND_N] = {
    [K_UUID] = {OID_UUID, OID_UUIDS},
    [K_AGENCY] = {OID_TEXT, OID_TEXTS},
    [K_TEXT] = {OID_TEXT, OID_TEXTS},
    [K_BYTES] = {OID_BYTEA, OID_BYTEAS},
    [K_I64] = {OID_INT8, OID_INT8S},
    [K_TIME] = {OID_TIMESTAMPTZ, OID_TIMESTAMPTZS},
    [K_ENUM] = {OID_TEXT, OID_TEXTS},
    [K_BOOL] = {OID_BOOL, OID_BOOLS},
    [K_RECORD] = {0, 0},
};

Oid kind_item_oid(const struct field *f)
{
    return TYPE[f->kind].item;
}

Oid kind_oid(const struct field *f)
{
    return f->is_list ? TYPE[f->kind].list : TYPE[f->kind].item;
}

bool oid_fits(const struct field *f, Oid oid)
{
    Oid want = kind_oid(f);

    if (want == 0)
        return false;
    return oid == want || (want == OID_TEXT && oid == OID_VARCHAR) ||
           (want == OID_TEXTS && oid == OID_VARCHARS);
}
