/* Processor time of an installation: its supervisor and every process below it, the database's sessions among them, this program not. On
 * a machine that others use too it tells more than rates do. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

enum { PROCESSES_MOST = 1 << 15 };

struct process {
    int pid, parent;
    int64_t ticks;
    bool is_ours;
};

/* The second field stands in parentheses and may hold anything, so what follows is counted from the last of them. */
static bool read_stat(int pid, struct process *to)
{
    char path[32], text[1024];
    long user, sys;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = '\0';
    const char *at = strrchr(text, ')');
    *to = (struct process){.pid = pid};
    if (!at || sscanf(at, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &to->parent, &user, &sys) != 3)
        return false;
    to->ticks = user + sys;
    return true;
}

static size_t read_all(struct process *list)
{
    DIR *d = opendir("/proc");
    size_t n = 0;

    for (struct dirent *e = d ? readdir(d) : NULL; e && n < PROCESSES_MOST; e = readdir(d)) {
        int pid = (int)strtol(e->d_name, NULL, 10);
        n += pid > 0 && read_stat(pid, &list[n]);
    }
    if (d)
        closedir(d);
    return n;
}

static int supervisor_of(const struct bench *b)
{
    char path[PATH_MAX], text[16] = "";

    snprintf(path, sizeof path, "%s/run/kashimaru.pid", b->cfg.state);
    FILE *f = fopen(path, "re");
    if (!f || !fgets(text, sizeof text, f))
        stop("cpu", "the installation has no supervisor");
    fclose(f);
    return (int)strtol(text, NULL, 10);
}

int64_t cpu_us(const struct bench *b)
{
    struct process *list = calloc(PROCESSES_MOST, sizeof *list);
    size_t n = list ? read_all(list) : 0, found = 0, before;
    int root = supervisor_of(b);
    int64_t ticks = 0;

    do {
        before = found;
        for (size_t i = 0; i < n; i++) {
            bool is_below = list[i].pid == root;
            for (size_t k = 0; k < n && !is_below; k++)
                is_below = list[k].is_ours && list[k].pid == list[i].parent;
            if (is_below && !list[i].is_ours) {
                list[i].is_ours = true;
                ticks += list[i].ticks;
                found++;
            }
        }
    } while (found != before);
    free(list);
    return ticks * (int64_t)US_PER_S / sysconf(_SC_CLK_TCK);
}
