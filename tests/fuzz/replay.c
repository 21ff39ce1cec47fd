/* Every input of a corpus goes through its fuzz target once, in name order, so that whatever broke it before is tried again on every
 * ordinary build. The empty input always runs; a folder that is not there is an empty corpus, one that cannot be read a failure. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { INPUT_MAX = 4 << 20 };

/* A copy of exactly the input's size, so that AddressSanitizer sees one byte too far. */
static bool replay_one(const char *folder, const char *name)
{
    char path[4096];
    struct stat st;
    bool is_done = false;

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path || stat(path, &st) != 0)
        return false;
    if (!S_ISREG(st.st_mode))
        return true;
    if (st.st_size > INPUT_MAX)
        return false;
    size_t n = (size_t)st.st_size;
    uint8_t *data = malloc(n ? n : 1);
    FILE *f = fopen(path, "rb");
    if (data && f && fread(data, 1, n, f) == n) {
        (void)LLVMFuzzerTestOneInput(data, n);
        is_done = true;
    }
    if (f)
        fclose(f);
    free(data);
    return is_done;
}

int main(int argc, char **argv)
{
    struct dirent **entry;
    int bad = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s corpus-folder\n", argv[0]);
        return 64;
    }
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    int n = scandir(argv[1], &entry, NULL, alphasort);
    if (n < 0)
        return errno == ENOENT ? 0 : 1;
    for (int i = 0; i < n; i++) {
        if (entry[i]->d_name[0] != '.' && !replay_one(argv[1], entry[i]->d_name)) {
            fprintf(stderr, "cannot replay %s/%s\n", argv[1], entry[i]->d_name);
            bad++;
        }
        free(entry[i]);
    }
    free(entry);
    printf("%d inputs, %d unreadable\n", n - 2, bad);
    return bad ? 1 : 0;
}
