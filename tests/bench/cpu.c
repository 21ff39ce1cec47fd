/* Processor time of an installation: its supervisor and every process below it, the database's sessions among them, this program not. On
 * a machine that others use too it tells more than rates do. */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "log.h"

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

/* Marks the supervisor's and all below it. */
static void find_ours(const struct bench *b, struct process *list, size_t n)
{
    int root = supervisor_of(b);
    size_t found = 0, before;

    do {
        before = found;
        for (size_t i = 0; i < n; i++) {
            bool is_below = list[i].pid == root;
            for (size_t k = 0; k < n && !is_below; k++)
                is_below = list[k].is_ours && list[k].pid == list[i].parent;
            if (is_below && !list[i].is_ours) {
                list[i].is_ours = true;
                found++;
            }
        }
    } while (found != before);
}

static int64_t us_of(int64_t ticks)
{
    return ticks * (int64_t)US_PER_S / sysconf(_SC_CLK_TCK);
}

int64_t cpu_us(const struct bench *b)
{
    struct process *list = calloc(PROCESSES_MOST, sizeof *list);
    size_t n = list ? read_all(list) : 0;
    int64_t ticks = 0;

    find_ours(b, list, n);
    for (size_t i = 0; i < n; i++)
        ticks += list[i].is_ours ? list[i].ticks : 0;
    free(list);
    return us_of(ticks);
}

/* ---- by what they are ---- */

/* A session of the database is named by its role, its helpers are one; a program of ours by its file. */
static void name_of(int pid, char name[CPU_NAME_MAX])
{
    static const char SESSION[] = "postgres: km_", DATABASE[] = "postgres";
    char path[32], text[512];
    const char *from = text;

    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f)
        fclose(f);
    text[n] = '\0';
    if (strncmp(text, SESSION, sizeof SESSION - 1) == 0) {
        size_t role = strcspn(text + sizeof SESSION - 4, " ");
        snprintf(name, CPU_NAME_MAX, "session of %.*s", (int)role, text + sizeof SESSION - 4);
        return;
    }
    from = strrchr(text, '/') ? strrchr(text, '/') + 1 : text;
    bool is_database = strncmp(from, DATABASE, sizeof DATABASE - 1) == 0;
    snprintf(name, CPU_NAME_MAX, "%.*s", CPU_NAME_MAX - 1, is_database ? "database, the rest" : from);
}

size_t cpu_parts(const struct bench *b, struct cpu_part parts[CPU_PARTS_MOST])
{
    struct process *list = calloc(PROCESSES_MOST, sizeof *list);
    size_t n = list ? read_all(list) : 0, parts_n = 0;

    find_ours(b, list, n);
    for (size_t i = 0; i < n; i++) {
        char name[CPU_NAME_MAX];
        size_t at = 0;
        if (!list[i].is_ours)
            continue;
        name_of(list[i].pid, name);
        while (at < parts_n && strcmp(parts[at].name, name) != 0)
            at++;
        if (at == CPU_PARTS_MOST)
            stop("cpu", "more kinds of processes than expected");
        if (at == parts_n) {
            memcpy(parts[at].name, name, sizeof name);
            parts[parts_n++].us = 0;
        }
        parts[at].us += us_of(list[i].ticks);
    }
    free(list);
    return parts_n;
}
