/* Who waits for which answer: everybody leaves exactly once, by the answer or by the clock, and the table never overflows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "gateway/pending.h"

#include <cmocka.h>

/* Requests are only told apart here, never looked into. */
static struct request *request_no(size_t n)
{
    return (struct request *)(uintptr_t)(n + 1);
}

static struct uuid id_of(size_t n)
{
    return (struct uuid){{(uint8_t)(n >> 8), (uint8_t)n}};
}

static void test_fill_and_answer(void **state)
{
    struct pending *p = calloc(1, sizeof *p);

    (void)state;
    assert_non_null(p);
    for (size_t i = 0; i < PENDING_MAX; i++) {
        assert_true(pending_has_room(p));
        pending_add(p, id_of(i), request_no(i), (int64_t)(i + 1));
    }
    assert_false(pending_has_room(p));
    assert_int_equal(pending_due_us(p), 1);
    for (size_t i = 0; i < PENDING_MAX; i += 2) {
        assert_ptr_equal(pending_take(p, id_of(i)), request_no(i));
        assert_null(pending_take(p, id_of(i)));
    }
    assert_int_equal(p->n, PENDING_MAX / 2);
    assert_int_equal(pending_due_us(p), 2);
    assert_null(pending_overdue(p, 1));
    assert_ptr_equal(pending_overdue(p, 2), request_no(1));
    for (size_t i = 1; i < PENDING_MAX / 2; i++)
        assert_non_null(pending_overdue(p, INT64_MAX));
    assert_null(pending_overdue(p, INT64_MAX));
    assert_int_equal(pending_due_us(p), INT64_MAX);
    free(p);
}

static void test_same_id_twice(void **state)
{
    struct pending *p = calloc(1, sizeof *p);

    (void)state;
    assert_non_null(p);
    pending_add(p, id_of(7), request_no(1), 10);
    pending_add(p, id_of(8), request_no(2), 10);
    pending_add(p, id_of(7), request_no(3), 10);
    struct request *one = pending_take(p, id_of(7)), *other = pending_take(p, id_of(7));
    assert_true((one == request_no(1) && other == request_no(3)) || (one == request_no(3) && other == request_no(1)));
    assert_null(pending_take(p, id_of(7)));
    assert_ptr_equal(pending_take(p, id_of(8)), request_no(2));
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fill_and_answer), cmocka_unit_test(test_same_id_twice)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
