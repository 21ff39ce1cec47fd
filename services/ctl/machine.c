/* What the doctor can see of the machine and of the files without any service: read only, and never the contents of a key. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include "doctor.h"
#include "seal/secret.h"

enum { DISK_CARE_MB = 2048, DISK_BAD_MB = 256, MEMLOCK_CARE_KB = 1024 };

/* The libraries belong to lower floors, whose headers are not for this one; the loaded programs themselves are asked. */
static void examine_libraries(struct doctor *d)
{
    const char *(*sodium)(void) = NULL;
    void (*zmq)(int *, int *, int *) = NULL;
    int (*pq)(void) = NULL;
    void *at[] = {dlsym(RTLD_DEFAULT, "sodium_version_string"), dlsym(RTLD_DEFAULT, "zmq_version"), dlsym(RTLD_DEFAULT, "PQlibVersion")};
    int major = 0, minor = 0, patch = 0;

    memcpy(&sodium, &at[0], sizeof sodium);
    memcpy(&zmq, &at[1], sizeof zmq);
    memcpy(&pq, &at[2], sizeof pq);
    if (zmq)
        zmq(&major, &minor, &patch);
    bool is_known = sodium && zmq && pq;
    found(d, is_known ? FOUND_GOOD : FOUND_CARE, "ライブラリ / libraries", "libsodium %s, libzmq %d.%d.%d, libpq %d", sodium ? sodium() : "?",
          major, minor, patch, pq ? pq() / 10000 : 0);
}

static void examine_disk(struct doctor *d)
{
    struct statvfs at;
    const char *state = d->c->cfg.state;

    if (statvfs(state, &at) != 0) {
        found(d, FOUND_BAD, "空き容量 / free disk", "%s (%s)", state, strerrorname_np(errno));
        return;
    }
    int64_t mb = (int64_t)(at.f_bavail * (at.f_frsize >> 10) >> 10);
    found(d, mb < DISK_BAD_MB ? FOUND_BAD : mb < DISK_CARE_MB ? FOUND_CARE : FOUND_GOOD, "空き容量 / free disk", "%lld MB", (long long)mb);
}

static void examine_memory(struct doctor *d)
{
    struct rlimit lock;

    if (seal_init() != OK)
        found(d, FOUND_BAD, "鍵のメモリ / locked memory", "メモリをロックできません / memory cannot be locked");
    else if (getrlimit(RLIMIT_MEMLOCK, &lock) == 0 && lock.rlim_cur != RLIM_INFINITY && lock.rlim_cur < MEMLOCK_CARE_KB * 1024u)
        found(d, FOUND_CARE, "鍵のメモリ / locked memory", "上限が %llu kB です（ulimit -l）/ the limit is low",
              (unsigned long long)lock.rlim_cur / 1024);
    else
        found(d, FOUND_GOOD, "鍵のメモリ / locked memory", "ロックできます / can be locked");
}

/* The kernel knows whether some service disciplines its clock. */
static void examine_clock(struct doctor *d)
{
    struct timex t = {0};
    int state = adjtimex(&t);

    if (state < 0)
        found(d, FOUND_CARE, "時刻 / clock", "調べられません（%s）", strerrorname_np(errno));
    else if (state == TIME_ERROR || (t.status & STA_UNSYNC))
        found(d, FOUND_CARE, "時刻 / clock", "時刻同期を確認できません / not known to be synchronised");
    else
        found(d, FOUND_GOOD, "時刻 / clock", "同期しています（誤差 %ld ms 以内）/ synchronised", t.maxerror / 1000);
}

void examine_machine(struct doctor *d)
{
    found(d, FOUND_GOOD, "かしまる / kashimaru", "%s", KM_VERSION);
    examine_libraries(d);
    examine_disk(d);
    examine_memory(d);
    examine_clock(d);
}

/* One file that must be there and closed to others. */
static void examine_file(struct doctor *d, const char *path, unsigned most_mode, bool is_needed, const char *ja)
{
    struct stat at;

    if (stat(path, &at) != 0)
        found(d, is_needed ? FOUND_BAD : FOUND_CARE, ja, "%s (%s)", path, strerrorname_np(errno));
    else if (at.st_mode & 07777u & ~most_mode)
        found(d, FOUND_BAD, ja, "%s のモードが %04o です（%04o まで）", path, (unsigned)at.st_mode & 07777u, most_mode);
    else if (at.st_uid != geteuid() && geteuid() != 0)
        found(d, FOUND_BAD, ja, "%s の持ち主が違います / has another owner", path);
    else
        found(d, FOUND_GOOD, ja, "%s", path);
}

void examine_files(struct doctor *d)
{
    static const char *const NAMES[] = {"relay", "gateway", "ctl", "intake", "referral", "meeting", "audit", "keys", "account",
                                        "sequencer", "signer"};
    static const char *const PROGRAMS[] = {"kashimaru-relay", "kashimaru-keys", "kashimaru-intake", "kashimaru-referral",
                                           "kashimaru-meeting", "kashimaru-audit", "kashimaru-account", "kashimaru-sequencer",
                                           "kashimaru-signer", "kashimaru-gateway"};
    struct scope *s = d->c->s;
    const struct settings *cfg = &d->c->cfg;
    const char *path;

    examine_file(d, cfg->state, 0700, true, "状態フォルダ / state folder");
    examine_file(d, scope_print(s, "%s/run", cfg->state), 0700, true, "ソケット / sockets");
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (*cfg->signer_state || strcmp(NAMES[i], "signer") != 0) /* else it is another account's */
            examine_file(d, scope_print(s, "%s/%s.key", cfg->keys_dir, NAMES[i]), 0600, true, "鍵 / key");
    examine_file(d, scope_print(s, "%s/master.key", cfg->keys_dir), 0600, true, "マスター鍵 / master key");
    examine_file(d, scope_print(s, "%s/tickets.key", cfg->keys_dir), 0600, true, "証票の鍵 / ticket key");
    examine_file(d, cfg->passphrase_file, 0600, false, "パスフレーズ / passphrase");
    for (size_t i = 0; i < COUNT(PROGRAMS); i++)
        if (ctl_program(s, cfg, PROGRAMS[i], &path) != OK)
            found(d, FOUND_BAD, "プログラム / program", "%s", s->why.ja);
}
