/* No text of any message takes a 個人番号: the number is planted in every text of every message in turn, in its lists, records and
 * sealed part too; the refusal names the field and never a digit. What is no text is left alone. */
#include "wire/text_check.h"

#include "wire/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

#include <string.h>

static const struct span NUMBER = {(const uint8_t *)"本人 1234-5678-9018", 21};
static const struct span OTHER = {(const uint8_t *)"本人 1234-5678-9019", 21};

struct planting {
    struct scope *s;
    const struct shape *top;
    void *msg;
    size_t n; /* texts tried */
};

static void check(struct planting *p, const struct field *f, enum status want)
{
    p->s->why = (struct why){0};
    enum status st = text_check(p->s, p->top, p->msg);
    if (st != want)
        fail_msg("%s, field %s: %s", p->top->name, f->name, status_trait(st)->word);
    if (want == OK)
        return;
    assert_non_null(strstr(p->s->why.ja, f->name));
    assert_non_null(strstr(p->s->why.en, f->name));
    assert_non_null(strstr(p->s->why.ja, "個人番号"));
    assert_null(strpbrk(p->s->why.ja, "0123456789"));
}

/* A list of one item, whatever it is a list of. */
static void *item_of(struct planting *p, const struct field *f, void *at)
{
    void *item = scope_alloc(p->s, field_item_size(f));

    assert_non_null(item);
    *(struct list *)at = (struct list){item, 1};
    return item;
}

static void plant(struct planting *p, const struct shape *shape, void *base)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        bool *has = (bool *)((uint8_t *)base + f->has_offset);
        if (f->kind != K_TEXT && f->kind != K_RECORD)
            continue;
        *has = true;
        void *at = f->is_list ? item_of(p, f, field_mut(base, f)) : field_mut(base, f);
        if (f->kind == K_RECORD) {
            plant(p, f->shape(), at);
        } else {
            *(struct span *)at = NUMBER;
            check(p, f, INVALID);
            *(struct span *)at = OTHER;
            check(p, f, OK);
            p->n++;
        }
        *has = false; /* what is not there is not looked at */
        if (f->kind == K_TEXT) {
            *(struct span *)at = NUMBER;
            check(p, f, OK);
        }
        memset(field_mut(base, f), 0, f->is_list ? sizeof(struct list) : field_item_size(f));
    }
}

static void test_every_text(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    size_t n = 0;

    (void)state;
    for (size_t i = 0; message_at(i); i++) {
        struct planting p = {.s = s, .top = message_at(i)};
        scope_reset(s);
        p.msg = scope_alloc(s, p.top->size + 1);
        assert_non_null(p.msg);
        plant(&p, p.top, p.msg);
        n += p.n;
    }
    assert_true(n > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
