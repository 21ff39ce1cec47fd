#ifndef KM_WIRE_MESSAGE_H
#define KM_WIRE_MESSAGE_H

#include "base/shape.h"
#include "wire/words.h"

/* messages.def expanded to structs: struct case_open { bool has_case_id; struct uuid case_id; … }; and one shape each. */

enum { SCHEMA_MINOR = 0 };

#define RECORD(name, prose) struct name {
#define MESSAGE(name, prose) RECORD(name, prose)
#define F_(f, T) bool has_##f; T f;
#define L_(f, T) bool has_##f; struct { const T *v; size_t n; } f;
#define UUID(f, need, prose) F_(f, struct uuid)
#define AGENCY(f, need, prose) F_(f, struct agency_id)
#define TEXT(f, need, max, prose) F_(f, struct span)
#define I64(f, need, max, prose) F_(f, int64_t)
#define TIME(f, need, prose) F_(f, int64_t)
#define FLAG(f, need, prose) F_(f, bool)
#define WORDF(f, need, list, prose) F_(f, int64_t)
#define SEALED(f, need, record, prose) F_(f, struct record)
#define UUIDS(f, need, most, prose) L_(f, struct uuid)
#define AGENCIES(f, need, most, prose) L_(f, struct agency_id)
#define TEXTS(f, need, most, max, prose) L_(f, struct span)
#define I64S(f, need, most, max, prose) L_(f, int64_t)
#define WORDFS(f, need, most, list, prose) L_(f, int64_t)
#define RECS(f, need, most, record, prose) L_(f, struct record)
#define END(name) };
#include "wire/messages.def"
#include "wire/undef.h"

#define RECORD(name, prose) const struct shape *shape_##name(void);
#define MESSAGE(name, prose) RECORD(name, prose)
#include "wire/skip.h"
#include "wire/messages.def"
#include "wire/undef.h"

/* message_shape: the shape of a message by its name; NULL for a record or an unknown name. */
const struct shape *message_shape(struct span name);

/* message_at: every message in schema order; NULL past the end. record_at: every record. */
const struct shape *message_at(size_t i);
const struct shape *record_at(size_t i);

/* shape_sealed: the SEALED field of a message, NULL when it has none. */
const struct field *shape_sealed(const struct shape *s);

#endif
