#ifndef KM_TEST_FOLDER_H
#define KM_TEST_FOLDER_H

/* included after cmocka.h */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A folder for one test, gone afterwards with all that is in it. */

enum { FOLDER_MAX = 128 };

static inline void folder_new(char folder[FOLDER_MAX])
{
    const char *in = getenv("TMPDIR");

    snprintf(folder, FOLDER_MAX, "%.100s/km-test.XXXXXX", in ? in : "/tmp");
    assert_non_null(mkdtemp(folder));
}

static inline int folder_remove_one(const char *path, const struct stat *at, int is, struct FTW *where)
{
    (void)at, (void)is, (void)where;
    return remove(path);
}

static inline void folder_remove(const char *folder)
{
    enum { OPEN_AT_ONCE = 16 };

    assert_non_null(strstr(folder, "/km-test."));
    assert_int_equal(nftw(folder, folder_remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
