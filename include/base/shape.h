#ifndef KM_BASE_SHAPE_H
#define KM_BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "base/uuid.h"

/* One table describes every struct that crosses a border (wire, SQL row, JSON, settings); short generic readers walk it.
 *
 * A field F of kind K lives in its struct as     `bool has_F; T F;`     with T:
 *   K_UUID struct uuid · K_AGENCY struct agency_id · K_TEXT, K_BYTES struct span · K_I64, K_TIME, K_ENUM int64_t · K_BOOL bool
 *   K_RECORD struct X (inline)      and when is_list: struct { const T *v; size_t n; }
 * has_F is always set by decoders; encoders look at it only when the field is optional. */

enum kind { K_UUID, K_AGENCY, K_TEXT, K_BYTES, K_I64, K_TIME, K_ENUM, K_BOOL, K_RECORD, KIND_N };

/* The words of a code list, in the order of the C enum; `label_ja` is what people read. */
struct word {
    const char *word;
    const char *label_ja;
};
struct words {
    const char *name;
    const struct word *v;
    size_t n;
};

struct shape;

struct field {
    const char *name;
    enum kind kind;
    bool is_optional;
    bool is_list;
    bool is_sealed; /* only ever leaves the process inside a sealed body; printers show ‹sealed› */
    size_t offset, has_offset;
    int64_t limit;  /* K_TEXT, K_BYTES: most bytes; K_I64: greatest value (least is 0) */
    size_t most;    /* is_list: most items */
    const struct words *(*words)(void);       /* K_ENUM */
    const struct shape *(*shape)(void);       /* K_RECORD */
    const char *prose;
};

struct shape {
    const char *name;
    const char *prose;
    size_t size;
    const struct field *field;
    size_t n;
};

/* The memory of a list field, whatever its item type. */
struct list {
    const void *v;
    size_t n;
};

static inline const void *field_at(const void *base, const struct field *f)
{
    return (const uint8_t *)base + f->offset;
}

static inline void *field_mut(void *base, const struct field *f)
{
    return (uint8_t *)base + f->offset;
}

static inline bool field_present(const void *base, const struct field *f)
{
    return !f->is_optional || *(const bool *)((const uint8_t *)base + f->has_offset);
}

/* kind_size: bytes of one item of a field's type (shape size for K_RECORD). kind_word: its name in schema output. */
size_t field_item_size(const struct field *f);
const char *kind_word(enum kind k);

/* shape_field: by name, NULL when there is none. words_find: index of a word, −1 when unknown. */
const struct field *shape_field(const struct shape *s, struct span name);
int words_find(const struct words *w, struct span word);

/* words_at: the word of a value, "?" outside the list. */
const char *words_at(const struct words *w, int64_t value);

#endif
