/* What no text that people send may hold. One walk over a message by its shape, so that a field added tomorrow is checked as well. */
#include "wire/text_check.h"

#include "base/mynumber.h"

static enum status check_item(struct scope *s, const struct field *f, const void *item)
{
    struct span text;

    if (f->kind == K_RECORD)
        return text_check(s, f->shape(), item);
    memcpy(&text, item, sizeof text);
    if (mynumber_in(text))
        return fail(s, INVALID, "個人番号（マイナンバー）は記録できません（項目 %s）",
                    "an individual number (My Number) must not be recorded (field %s)", f->name);
    return OK;
}

enum status text_check(struct scope *s, const struct shape *shape, const void *msg)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        if ((f->kind != K_TEXT && f->kind != K_RECORD) || !*(const bool *)((const uint8_t *)msg + f->has_offset))
            continue;
        if (!f->is_list) {
            TRY(check_item(s, f, field_at(msg, f)));
            continue;
        }
        struct list all;
        memcpy(&all, field_at(msg, f), sizeof all);
        for (size_t k = 0; k < all.n; k++)
            TRY(check_item(s, f, (const uint8_t *)all.v + k * field_item_size(f)));
    }
    return OK;
}
