/* The schema as tables: messages.def expanded a second time, so that what a struct holds and what is said about it cannot differ. */
#include "wire/message.h"

#include <stddef.h>

enum { REQ = 0, OPT = 1 };

/* Every field row starts the same way; self_ is the struct being described. */
#define ROW_(f, k, need, ...)                                                                     \
    {.name = #f, .kind = (k), .is_optional = (need), .offset = offsetof(self_, f),                \
     .has_offset = offsetof(self_, has_##f), __VA_ARGS__},

#define RECORD(nm, what)                                                                          \
    const struct shape *shape_##nm(void)                                                          \
    {                                                                                             \
        typedef struct nm self_;                                                                  \
        static const char prose_[] = what;                                                        \
        static const struct field fields[] = {
#define MESSAGE(nm, what) RECORD(nm, what)
#define UUID(f, need, what) ROW_(f, K_UUID, need, .prose = what)
#define AGENCY(f, need, what) ROW_(f, K_AGENCY, need, .prose = what)
#define TEXT(f, need, max, what) ROW_(f, K_TEXT, need, .limit = max, .prose = what)
#define I64(f, need, max, what) ROW_(f, K_I64, need, .limit = max, .prose = what)
#define TIME(f, need, what) ROW_(f, K_TIME, need, .prose = what)
#define FLAG(f, need, what) ROW_(f, K_BOOL, need, .prose = what)
#define WORDF(f, need, list, what) ROW_(f, K_ENUM, need, .words = words_##list, .prose = what)
#define SEALED(f, need, rec, what) ROW_(f, K_RECORD, need, .is_sealed = true, .shape = shape_##rec, .prose = what)
#define UUIDS(f, need, count, what) ROW_(f, K_UUID, need, .is_list = true, .most = count, .prose = what)
#define AGENCIES(f, need, count, what) ROW_(f, K_AGENCY, need, .is_list = true, .most = count, .prose = what)
#define TEXTS(f, need, count, max, what) ROW_(f, K_TEXT, need, .is_list = true, .most = count, .limit = max, .prose = what)
#define I64S(f, need, count, max, what) ROW_(f, K_I64, need, .is_list = true, .most = count, .limit = max, .prose = what)
#define WORDFS(f, need, count, list, what) ROW_(f, K_ENUM, need, .is_list = true, .most = count, .words = words_##list, .prose = what)
#define RECS(f, need, count, rec, what) ROW_(f, K_RECORD, need, .is_list = true, .most = count, .shape = shape_##rec, .prose = what)
#define END(nm)                                                                                   \
        {.name = NULL}                                                                            \
        };                                                                                        \
        static const struct shape shape = {.name = #nm, .prose = prose_, .size = sizeof(self_),   \
                                           .field = fields, .n = COUNT(fields) - 1};              \
        return &shape;                                                                            \
    }
#include "wire/messages.def"
#include "wire/undef.h"

typedef const struct shape *shape_fn(void);

#define RECORD(name, prose)
#define MESSAGE(name, prose) shape_##name,
#include "wire/skip.h"
static shape_fn *const MESSAGES[] = {
#include "wire/messages.def"
};
#include "wire/undef.h"

#define RECORD(name, prose) shape_##name,
#define MESSAGE(name, prose)
#include "wire/skip.h"
static shape_fn *const RECORDS[] = {
#include "wire/messages.def"
};
#include "wire/undef.h"

const struct shape *message_at(size_t i)
{
    return i < COUNT(MESSAGES) ? MESSAGES[i]() : NULL;
}

const struct shape *record_at(size_t i)
{
    return i < COUNT(RECORDS) ? RECORDS[i]() : NULL;
}

const struct shape *message_shape(struct span name)
{
    for (size_t i = 0; i < COUNT(MESSAGES); i++)
        if (span_is(name, MESSAGES[i]()->name))
            return MESSAGES[i]();
    return NULL;
}

const struct field *shape_sealed(const struct shape *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->field[i].is_sealed)
            return &s->field[i];
    return NULL;
}
