/* The ledger's side of a meeting with Go's sumdb packages, in files of one folder: `write` makes a log there for the other side to check,
 * `check` judges what the other side made, and every change of one byte of it must be refused. Says what it counted.
 *
 *   keys                  the verifier keys of log and witness, a line each
 *   tile/...              the log as tlog-tiles has it
 *   checkpoint.<size>     signed by the log, cosigned by the witness
 *   consistency.<old>.<size>  the hashes of the proof, a line of base 64 each
 *   proof.<size>.<index>  tlog-proof; its extra is the leaf's own number in ten digits */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "interop.h"
#include "seal/secret.h"

bool folder_of(const char *path)
{
    char part[PATH_MOST];

    for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(at - path), path);
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

void file_write(const char *dir, const char *name, struct span bytes)
{
    char path[PATH_MOST];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = folder_of(path) ? fopen(path, "wb") : NULL;
    must(f != NULL && fwrite(bytes.p, 1, bytes.n, f) == bytes.n && fclose(f) == 0, path);
}

struct span file_read(struct scope *s, const char *dir, const char *name)
{
    char path[PATH_MOST];
    uint8_t *to = scope_alloc(s, FILE_MOST);

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    must(f != NULL && to != NULL, path);
    size_t n = fread(to, 1, FILE_MOST, f);
    must(n < FILE_MOST && !ferror(f) && fclose(f) == 0, path);
    return span_of(to, n);
}

void must(bool claim, const char *what)
{
    if (claim)
        return;
    fprintf(stderr, "interop: %s\n", what);
    exit(1);
}

int main(int argc, char **argv)
{
    must(argc == 3 && seal_init() == OK, "driver write|check folder");
    AUTO(scope) s = scope_new(SCOPE_MOST, entropy_system());
    must(s != NULL, "no memory");
    if (strcmp(argv[1], "write") == 0)
        log_make(s, argv[2]);
    else
        log_judge(s, argv[2]);
    return 0;
}
