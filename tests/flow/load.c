/* Clients of the HTTP API that hand cases on, one after the other, and believe nothing but an answer: a step is asked again under the
 * same Idempotency-Key until it is answered, whatever is killed meanwhile. A line in a client's file is a handoff that was acknowledged,
 * so what the lines say must be found afterwards, exactly once.
 *   load PORT-FILE FOLDER CLIENTS OPENER-TOKEN RECEIVER RECEIVER-TOKEN
 * runs until FOLDER/stop is there; writes FOLDER/acked.N (case id, referral id), FOLDER/wrong.N (answers that should not be) and
 * FOLDER/count.N (cases begun, answers waited for in vain). */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS_MAX = 64, ANSWER_MAX = 64 << 10, PATH_BYTES = 512, KEY_BYTES = 80, ID_LEN = 36, WAIT_S = 10, PAUSE_MS = 50,
       PATIENCE_S = 120 };

struct client {
    const char *port_file, *folder, *opener, *receiver, *receiver_token;
    int number;
    FILE *acked, *wrong;
    long begun, retries;
    char run[17]; /* makes this client's keys its own */
};

struct answer {
    int status; /* 0 = none came */
    char body[ANSWER_MAX];
};

/* One request of a handoff. */
struct step {
    const char *token, *path, *key, *body;
    bool may_be_early; /* 404 only means that a message between services has not arrived yet */
};

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static int port_of(const char *file)
{
    FILE *f = fopen(file, "re");
    int port = 0;

    if (f && fscanf(f, "%5d", &port) != 1)
        port = 0;
    if (f)
        fclose(f);
    return port;
}

static int dial(const char *port_file)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port_of(port_file)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval wait = {.tv_sec = WAIT_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (to.sin_port && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool send_all(int fd, const char *text, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* An answer counts only when it came whole. */
static void take(int fd, struct answer *a)
{
    char text[ANSWER_MAX];
    size_t n = 0;
    ssize_t got = 1;

    while (got > 0 && n < sizeof text - 1) {
        got = recv(fd, text + n, sizeof text - 1 - n, 0);
        n += got > 0 ? (size_t)got : 0;
    }
    text[n] = '\0';
    const char *body = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "\r\ncontent-length:");
    if (got < 0 || !body || !length || strncmp(text, "HTTP/1.1 ", 9) != 0)
        return;
    body += 4;
    if (strlen(body) != strtoul(length + 17, NULL, 10))
        return;
    a->status = (int)strtol(text + 9, NULL, 10);
    snprintf(a->body, sizeof a->body, "%s", body);
}

static void ask_once(const struct client *c, const struct step *s, struct answer *a)
{
    char text[4096];
    int fd = dial(c->port_file);

    a->status = 0;
    a->body[0] = '\0';
    if (fd < 0)
        return;
    int n = snprintf(text, sizeof text,
                     "POST /api/v1%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
                     "Idempotency-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     s->path, s->token, s->key, strlen(s->body), s->body);
    if (n > 0 && (size_t)n < sizeof text && send_all(fd, text, (size_t)n))
        take(fd, a);
    close(fd);
}

/* Again and again under the same key; false when it was answered by what should not be, or nobody answered for very long. */
static bool ask(struct client *c, const struct step *s, struct answer *a)
{
    time_t until = time(NULL) + PATIENCE_S;

    for (;;) {
        ask_once(c, s, a);
        if (a->status / 100 == 2)
            return true;
        bool is_final = a->status != 0 && a->status / 100 != 5 && !(a->status == 404 && s->may_be_early);
        if (is_final || time(NULL) > until) {
            fprintf(c->wrong, "%s %s %d %.400s\n", s->key, s->path, a->status, a->body);
            fflush(c->wrong);
            return false;
        }
        c->retries++;
        pause_ms(PAUSE_MS);
    }
}

static bool id_of(const struct answer *a, const char *name, char id[ID_LEN + 1])
{
    char mark[32];

    snprintf(mark, sizeof mark, "\"%s\":\"", name);
    const char *at = strstr(a->body, mark);
    if (!at || strlen(at) < strlen(mark) + ID_LEN)
        return false;
    memcpy(id, at + strlen(mark), ID_LEN);
    id[ID_LEN] = '\0';
    return true;
}

static const char OPEN[] = "{\"channel\":\"phone_self\",\"area\":\"north\",\"age_band\":\"adult\",\"needs\":[\"poverty\"],"
                           "\"urgency\":\"routine\",\"consent\":\"given\",\"sealed\":{\"narrative\":\"架空の相談\",\"name\":\"架空 太郎\"}}";

static void say(char *to, size_t cap, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void say(char *to, size_t cap, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(to, cap, format, args);
    va_end(args);
}

static bool open_case(struct client *c, struct answer *a, char case_id[ID_LEN + 1])
{
    char key[KEY_BYTES];

    say(key, sizeof key, "%s-%ld-open", c->run, c->begun);
    return ask(c, &(struct step){c->opener, "/cases", key, OPEN, false}, a) && id_of(a, "case_id", case_id);
}

static bool offer(struct client *c, struct answer *a, const char *case_id, char ref_id[ID_LEN + 1])
{
    char key[KEY_BYTES], path[PATH_BYTES], body[PATH_BYTES];

    say(key, sizeof key, "%s-%ld-offer", c->run, c->begun);
    say(path, sizeof path, "/cases/%s/referrals", case_id);
    say(body, sizeof body, "{\"kind\":\"transfer\",\"to\":[\"%s\"],\"needs\":[\"poverty\"],\"items\":[\"narrative\"],"
                           "\"basis\":\"consent\",\"send\":true}", c->receiver);
    return ask(c, &(struct step){c->opener, path, key, body, true}, a) && id_of(a, "ref_id", ref_id);
}

static bool accept_it(struct client *c, struct answer *a, const char *ref_id)
{
    char key[KEY_BYTES], path[PATH_BYTES];

    say(key, sizeof key, "%s-%ld-accept", c->run, c->begun);
    say(path, sizeof path, "/referrals/%s/events/accept", ref_id);
    return ask(c, &(struct step){c->receiver_token, path, key, "{}", false}, a);
}

static void hand_on(struct client *c)
{
    struct answer a;
    char case_id[ID_LEN + 1], ref_id[ID_LEN + 1];

    c->begun++;
    if (!open_case(c, &a, case_id) || !offer(c, &a, case_id, ref_id) || !accept_it(c, &a, ref_id))
        return;
    fprintf(c->acked, "%s\t%s\n", case_id, ref_id);
    fflush(c->acked);
}

static bool is_over(const struct client *c)
{
    char path[PATH_BYTES];

    say(path, sizeof path, "%s/stop", c->folder);
    return access(path, F_OK) == 0;
}

static FILE *file_of(const struct client *c, const char *name)
{
    char path[PATH_BYTES];

    say(path, sizeof path, "%s/%s.%d", c->folder, name, c->number);
    return fopen(path, "we");
}

static int run_client(struct client *c)
{
    unsigned char random[8];

    c->acked = file_of(c, "acked");
    c->wrong = file_of(c, "wrong");
    if (!c->acked || !c->wrong || getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return 1;
    for (size_t i = 0; i < sizeof random; i++)
        say(c->run + 2 * i, 3, "%02x", random[i]);
    while (!is_over(c))
        hand_on(c);
    FILE *count = file_of(c, "count");
    if (!count)
        return 1;
    fprintf(count, "%ld %ld\n", c->begun, c->retries);
    return fclose(count) | fclose(c->acked) | fclose(c->wrong);
}

int main(int argc, char **argv)
{
    int clients = argc == 7 ? (int)strtol(argv[3], NULL, 10) : 0, failed = 0, status;

    if (clients < 1 || clients > CLIENTS_MAX) {
        fputs("load PORT-FILE FOLDER CLIENTS OPENER-TOKEN RECEIVER RECEIVER-TOKEN\n", stderr);
        return 64;
    }
    for (int i = 0; i < clients; i++) {
        struct client c = {.port_file = argv[1], .folder = argv[2], .opener = argv[4], .receiver = argv[5],
                           .receiver_token = argv[6], .number = i};
        pid_t pid = fork();
        if (pid == 0)
            _exit(run_client(&c));
        failed += pid < 0;
    }
    while (wait(&status) > 0)
        failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    return failed ? 1 : 0;
}
