/* Files are taken in the byte order of their names, the same on every machine and in every locale; what does not look like a
 * migration is refused rather than skipped, because a misspelt file would otherwise never run. */
#include "folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool is_sql(const char *name)
{
    size_t n = strlen(name);

    return name[0] != '.' && n > 4 && strcmp(name + n - 4, ".sql") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct folder_file *)a)->name, ((const struct folder_file *)b)->name);
}

/* A file of that name into the list; the list has FOLDER_MAX places. */
static enum status add(struct scope *s, struct folder_file *v, size_t *n, const char *name)
{
    struct span copy;

    if (*n == FOLDER_MAX || scope_copy(s, span_str(name), &copy) != OK)
        return fail(s, TOO_LARGE, "SQL ファイルが多すぎます", "too many SQL files");
    v[(*n)++] = (struct folder_file){.name = (const char *)copy.p};
    return OK;
}

enum status folder_scripts(struct scope *s, const char *path, struct folder_list *ret_list)
{
    enum status st = OK;
    size_t n = 0;
    struct folder_file *v = scope_alloc(s, FOLDER_MAX * sizeof *v);
    DIR *dir = opendir(path);

    if (!dir)
        return fail(s, NOT_FOUND, "フォルダがありません: %s", "no such folder: %s", path);
    if (!v)
        st = fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    for (struct dirent *e = st == OK ? readdir(dir) : NULL; e && st == OK; e = readdir(dir))
        if (is_sql(e->d_name))
            st = add(s, v, &n, e->d_name);
    closedir(dir);
    if (st != OK)
        return st;
    qsort(v, n, sizeof *v, by_name);
    *ret_list = (struct folder_list){.v = v, .n = n};
    return OK;
}

/* NNNN of NNNN_name.sql, −1 for any other name. */
static int64_t number_of(const char *name)
{
    size_t digits = strspn(name, "0123456789");

    return digits == 4 && name[4] == '_' ? strtol(name, NULL, 10) : -1;
}

enum status folder_numbered(struct scope *s, const char *path, struct folder_list *ret_list)
{
    struct folder_list list;

    TRY(folder_scripts(s, path, &list));
    struct folder_file *v = scope_alloc(s, list.n * sizeof *v);
    if (!v)
        return fail(s, TOO_LARGE, "メモリが足りません", "out of memory");
    for (size_t i = 0; i < list.n; i++) {
        v[i] = (struct folder_file){.number = number_of(list.v[i].name), .name = list.v[i].name};
        if (v[i].number != (int64_t)i + 1)
            return fail(s, CORRUPT, "移行 %04zu があるはずのところに %s があります",
                        "migration %04zu is missing: %s stands in its place", i + 1, v[i].name);
    }
    *ret_list = (struct folder_list){.v = v, .n = list.n};
    return OK;
}

static enum status read_all(struct scope *s, FILE *file, const char *name, const char **ret_sql)
{
    struct stat info;

    if (fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode))
        return fail(s, NOT_FOUND, "読めません: %s", "cannot be read: %s", name);
    size_t n = (size_t)info.st_size;
    char *text = n <= SQL_FILE_MAX ? scope_alloc(s, n + 1) : NULL;
    if (!text)
        return fail(s, TOO_LARGE, "大きすぎます: %s", "too large: %s", name);
    if (fread(text, 1, n, file) != n)
        return fail(s, NOT_FOUND, "読めません: %s", "cannot be read: %s", name);
    if (!span_is_utf8(span_of(text, n)))
        return fail(s, CORRUPT, "UTF-8 ではありません: %s", "not UTF-8: %s", name);
    *ret_sql = text;
    return OK;
}

enum status folder_read(struct scope *s, const char *path, const char *name, const char **ret_sql)
{
    const char *full = scope_print(s, "%s/%s", path, name);
    FILE *file = fopen(full, "re");

    if (!file)
        return fail(s, NOT_FOUND, "ファイルがありません: %s", "no such file: %s", name);
    enum status st = read_all(s, file, name, ret_sql);
    fclose(file);
    return st;
}
