/* The accounts file as it stands on disk: looked at once a second, taken over whole or not at all. A list once read is never lost
 * to a broken edit. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accounts.h"
#include "base/log.h"

struct account_book {
    char *file;
    struct accounts *list;
    struct timespec changed; /* of the version last looked at */
    off_t size;
    ino_t inode;
    enum status said; /* of the last look */
};

static bool is_same(const struct account_book *b, const struct stat *st)
{
    return b->changed.tv_sec == st->st_mtim.tv_sec && b->changed.tv_nsec == st->st_mtim.tv_nsec && b->size == st->st_size &&
           b->inode == st->st_ino;
}

static enum status read_all(struct scope *s, const char *file, int fd, struct span *ret_text)
{
    uint8_t *text = scope_alloc(s, ACCOUNTS_FILE_MAX + 1);
    size_t n = 0;
    ssize_t got = 1;

    if (!text)
        return fail(s, TOO_LARGE, "作業領域が足りません", "the scope is full");
    while (got > 0 && n <= ACCOUNTS_FILE_MAX) {
        got = read(fd, text + n, ACCOUNTS_FILE_MAX + 1 - n);
        if (got < 0 && errno != EINTR)
            return fail(s, UNAVAILABLE, "%s を読めません（errno %d）", "cannot read %s (errno %d)", file, errno);
        n += got > 0 ? (size_t)got : 0;
    }
    *ret_text = span_of(text, n);
    return OK;
}

/* ret: list is NULL when nothing changed. */
static enum status look(struct scope *s, struct account_book *b, struct accounts **ret_list)
{
    struct stat st;
    struct span text;
    enum status said = OK;
    int fd = open(b->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return fail(s, errno == ENOENT ? NOT_FOUND : UNAVAILABLE, "%s を開けません（errno %d）", "cannot open %s (errno %d)",
                    b->file, errno);
    if (fstat(fd, &st) != 0)
        said = fail(s, UNAVAILABLE, "%s を調べられません", "cannot stat %s", b->file);
    else if (!is_same(b, &st)) {
        b->changed = st.st_mtim;
        b->size = st.st_size;
        b->inode = st.st_ino;
        said = read_all(s, b->file, fd, &text);
        if (said == OK)
            said = accounts_parse(s, b->file, text, ret_list);
    }
    close(fd);
    return said;
}

enum status account_book_open(struct scope *s, const char *file, struct account_book **ret_book)
{
    AUTO(account_book) b = calloc(1, sizeof *b);

    if (!b || !(b->file = strdup(file)))
        return fail(s, UNAVAILABLE, "メモリがありません", "no memory");
    enum status st = b->said = look(s, b, &b->list);
    if (st == NOT_FOUND) {
        LOG(LOG_WARN, "accounts_missing");
        TRY(accounts_parse(s, file, (struct span){0}, &b->list));
    } else if (st != OK) {
        return st;
    }
    *ret_book = take(&b);
    return OK;
}

void account_book_free(struct account_book *b)
{
    if (!b)
        return;
    accounts_free(b->list);
    free(b->file);
    free(b);
}

void account_book_refresh(struct scope *s, struct account_book *b)
{
    struct accounts *fresh = NULL;
    enum status st = look(s, b, &fresh);

    if (st != OK && (st == INVALID || st != b->said))
        LOG(LOG_ERROR, "accounts_kept", LOG_WORD("status", status_trait(st)->word), LOG_WORD("why", s->why.en));
    b->said = st;
    if (!fresh)
        return;
    accounts_free(b->list);
    b->list = fresh;
    LOG(LOG_NOTICE, "accounts_loaded", LOG_NUM("accounts", accounts_count(fresh)));
}

const struct accounts *account_book_list(const struct account_book *b)
{
    return b->list;
}
