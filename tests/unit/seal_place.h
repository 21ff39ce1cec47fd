#ifndef KM_TEST_SEAL_PLACE_H
#define KM_TEST_SEAL_PLACE_H

#include "seal_files.h"

/* One keys folder and a scope, and the files in it by name. */

struct place {
    char dir[FOLDER_MAX];
    struct scope *s;
};

static inline struct place *place_new(void)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    folder_new(p->dir);
    p->s = test_scope();
    return p;
}

static inline int place_remove(void **state)
{
    struct place *p = *state;
    folder_remove(p->dir);
    scope_free(p->s);
    free(p);
    return 0;
}

static inline const char *path_of(struct place *p, const char *file)
{
    return scope_print(p->s, "%s/%s", p->dir, file);
}

static inline struct span file_read(struct place *p, const char *file)
{
    return file_bytes(p->s, path_of(p, file));
}

static inline void file_write(struct place *p, const char *file, struct span bytes, mode_t mode)
{
    file_store(path_of(p, file), bytes, mode);
}

static inline unsigned file_mode(struct place *p, const char *file)
{
    struct stat st;
    assert_int_equal(stat(path_of(p, file), &st), 0);
    return st.st_mode & 07777u;
}

#endif
