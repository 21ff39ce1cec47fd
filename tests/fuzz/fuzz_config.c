/* Any bytes as the settings file: refused with a reason that names the file, or read, and then what is printed reads back the same. */
#include "svc/settings.h"

#include "fuzz.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* The text as a file that has a name. */
static enum status load(struct scope *s, struct span text, struct settings *ret_cfg)
{
    int fd = memfd_create("settings", MFD_CLOEXEC);

    must(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
    const char *path = scope_print(s, "/proc/self/fd/%d", fd);
    enum status st = settings_load(s, path, NULL, ret_cfg);
    if (st != OK)
        must(st == INVALID && s->why.ja[0] != 0 && strstr(s->why.en, path) == s->why.en);
    close(fd);
    return st;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct settings cfg, again;

    must(s != NULL);
    if (load(s, span_of(data, n), &cfg) != OK)
        return 0;
    must(cfg.gateway_port >= 0 && cfg.gateway_port <= 65535 && cfg.workers_intake >= 1 && cfg.workers_intake <= 64);
    const char *printed = settings_print(s, &cfg);
    if (n > 1000 || strchr(printed, '@')) /* lines may become too long; a value may say @ itself */
        return 0;
    must(load(s, span_str(printed), &again) == OK);
    must(strcmp(settings_print(s, &again), printed) == 0);
    return 0;
}
