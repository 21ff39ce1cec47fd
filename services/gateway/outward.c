/* The one list of what is not for those outside: the answers and the published document are both made from it. */
#include "outward.h"

#include "base/cleanup.h"
#include "wire/message.h"

static const struct {
    const struct shape *(*shape)(void);
    const char *field;
    bool is_dropped; /* else it may be missing */
} CHANGES[] = {
    {shape_ticket_grant, "sealed", true},
    {shape_session_private, "token", false},
};

static const struct shape *changed(struct scope *s, const struct shape *shape, const char *name, bool is_dropped)
{
    struct shape *to = SCOPE_NEW(s, struct shape);
    struct field *fields = scope_alloc(s, (shape->n + 1) * sizeof *fields);

    if (!to || !fields)
        return NULL;
    *to = *shape;
    to->n = 0;
    to->field = fields;
    for (size_t i = 0; i < shape->n; i++) {
        bool is_it = strcmp(shape->field[i].name, name) == 0;
        if (is_it && is_dropped)
            continue;
        fields[to->n] = shape->field[i];
        fields[to->n++].is_optional |= is_it;
    }
    return to;
}

const struct shape *outward_shape(struct scope *s, const struct shape *shape)
{
    for (size_t i = 0; i < COUNT(CHANGES); i++)
        if (CHANGES[i].shape() == shape)
            return changed(s, shape, CHANGES[i].field, CHANGES[i].is_dropped);
    return shape;
}
