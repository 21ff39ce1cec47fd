#ifndef KM_TEST_ASSERT_OK_H
#define KM_TEST_ASSERT_OK_H

#include "base/scope.h"

/* included after our own headers: cmocka.h makes a macro of the name `fail`, which is a function of ours */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* A test goes on only when this went well, and says why it did not. */
#define assert_ok(s, e) assert_ok_at((s), (e), #e, __FILE__, __LINE__)

static inline void assert_ok_at(const struct scope *s, enum status st, const char *what, const char *file, int line)
{
    if (st == OK)
        return;
    print_error("%s: %s: %s\n", what, status_trait(st)->word, s->why.en);
    _fail(file, line);
}

#endif
