#ifndef KM_TEST_SEAL_FILES_H
#define KM_TEST_SEAL_FILES_H

#include "seal_help.h"

#include "lib/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The files in a test's folder. */

static inline size_t files_count(const char *dir)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static inline struct span file_bytes(struct scope *s, const char *path)
{
    enum { MOST = 64 << 10 };
    FILE *f = fopen(path, "rb");
    uint8_t *to = scope_alloc(s, MOST);
    assert_non_null(f);
    assert_non_null(to);
    size_t n = fread(to, 1, MOST - 1, f);
    fclose(f);
    return span_of(to, n);
}

static inline void file_store(const char *path, struct span bytes, mode_t mode)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(bytes.n == 0 || fwrite(bytes.p, 1, bytes.n, f) == bytes.n);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

#endif
