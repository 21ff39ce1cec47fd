/* What is published already is not written again, and what a full tile has replaced goes. */
#include "sequencer.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_has(const char *path, size_t n)
{
    struct stat at;

    return stat(path, &at) == 0 && S_ISREG(at.st_mode) && (size_t)at.st_size == n;
}

void file_partials(struct scope *s, const char *path)
{
    const char *folder = scope_print(s, "%s.p", path);
    DIR *dir = opendir(folder);

    if (!dir)
        return;
    for (struct dirent *e = readdir(dir); e; e = readdir(dir))
        if (e->d_name[0] != '.')
            (void)unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
    (void)rmdir(folder);
}
