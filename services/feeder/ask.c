/* All witnesses are asked at once and none can hold the others up: each question has its own time, its answer its own limit, and nobody is
 * followed to another address. */
#include <curl/curl.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "feeder.h"
#include "ledger/folder.h"
#include "ledger/submission.h"

enum { ASK_CAP = 512 << 10, ANSWER_MOST = 64 << 10, ANSWER_TIME_MS = 5000 };

struct ask {
    struct ask *next;
    struct scope *s; /* holds this too */
    struct shard *shard;
    size_t witness;
    uint64_t from, size;
    struct span text, body;
    CURL *easy;
    struct curl_slist *headers;
    uint8_t *got;
    size_t got_n, head_n; /* bytes of the answer's body, and of its head, which is not kept */
};

/* Giving back less than came ends the transfer. */
static size_t take_body(char *bytes, size_t one, size_t n, void *own)
{
    struct ask *a = own;

    if (n * one > ANSWER_MOST - a->got_n)
        return 0;
    memcpy(a->got + a->got_n, bytes, n * one);
    a->got_n += n * one;
    return n * one;
}

static size_t take_head(char *bytes, size_t one, size_t n, void *own)
{
    struct ask *a = own;

    (void)bytes;
    if (n * one > ANSWER_MOST - a->head_n)
        return 0;
    a->head_n += n * one;
    return n * one;
}

static void ask_free(struct ask *a)
{
    if (a->easy)
        curl_easy_cleanup(a->easy);
    curl_slist_free_all(a->headers);
    scope_free(a->s);
}

enum status ask_open(struct feeder *f)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        f->multi = curl_multi_init();
    return f->multi ? OK : fail(f->p.s, UNAVAILABLE, "libcurl が動きません", "libcurl does not start");
}

void ask_close(struct feeder *f)
{
    for (struct ask *a = f->asks, *next; a; a = next) {
        next = a->next;
        curl_multi_remove_handle(f->multi, a->easy);
        ask_free(a);
    }
    f->asks = NULL;
    if (f->multi)
        curl_multi_cleanup(f->multi);
    f->multi = NULL;
    curl_global_cleanup();
}

static enum status body_make(struct feeder *f, struct ask *a)
{
    struct tree_proof *proof = SCOPE_NEW(a->s, struct tree_proof);
    struct log_folder folder;

    if (!proof)
        return fail(a->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(log_folder_open(a->s, shard_path(f, a->shard, a->s, ""), &folder));
    if (a->from > 0 && a->from < a->size)
        TRY(log_consistency(a->s, a->from, a->size, log_folder_file, &folder, proof));
    TRY(scope_copy(a->s, a->shard->text, &a->text));
    return submission_write(a->s, a->from, proof, a->shard->note, &a->body);
}

/* As OpenSSL, curl(1) and others have it: certificates of one's own that vouch, beside the system's. */
static bool trust(CURL *e)
{
    const char *path = getenv("SSL_CERT_FILE");

    return !path || !*path || curl_easy_setopt(e, CURLOPT_CAINFO, path) == CURLE_OK;
}

static bool set_up(struct ask *a, const char *url)
{
    CURL *e = a->easy = curl_easy_init();

    /* else libcurl would name a form's type, and first ask whether it may send so much */
    a->headers = curl_slist_append(NULL, "Content-Type: text/plain; charset=utf-8");
    struct curl_slist *more = a->headers ? curl_slist_append(a->headers, "Expect:") : NULL;
    return e && more && curl_easy_setopt(e, CURLOPT_URL, url) == CURLE_OK && curl_easy_setopt(e, CURLOPT_PRIVATE, a) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK && curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK && curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK && trust(e) &&
           curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)ANSWER_TIME_MS) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_USERAGENT, "kashimaru-feeder/" KM_VERSION) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HTTPHEADER, a->headers) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)a->body.n) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_POSTFIELDS, (const char *)a->body.p) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK && curl_easy_setopt(e, CURLOPT_WRITEDATA, a) == CURLE_OK &&
           curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, take_head) == CURLE_OK && curl_easy_setopt(e, CURLOPT_HEADERDATA, a) == CURLE_OK;
}

static enum status start(struct feeder *f, struct ask *a)
{
    const char *url = policy_witness(f->policy, a->witness).url;
    size_t n = strlen(url);

    a->got = scope_alloc(a->s, ANSWER_MOST);
    if (!a->got)
        return fail(a->s, TOO_LARGE, "作業領域が足りません", "no room in the scope");
    TRY(body_make(f, a));
    while (n > 0 && url[n - 1] == '/')
        n--;
    if (!set_up(a, scope_print(a->s, "%.*s/add-checkpoint", (int)n, url)) || curl_multi_add_handle(f->multi, a->easy) != CURLM_OK)
        return fail(a->s, UNAVAILABLE, "問い合わせを始められません", "cannot begin to ask");
    return OK;
}

enum status ask_start(struct feeder *f, struct shard *sh, size_t i)
{
    struct scope *s = scope_new(ASK_CAP, entropy_system());
    struct ask *a = s ? SCOPE_NEW(s, struct ask) : NULL;

    if (!a) {
        if (s)
            scope_free(s);
        return fail(f->turn, UNAVAILABLE, "メモリがありません", "no memory");
    }
    *a = (struct ask){.s = s, .shard = sh, .witness = i, .from = standing_from(&sh->witness[i], sh->head.size), .size = sh->head.size};
    enum status st = start(f, a);
    if (st != OK) {
        f->turn->why = s->why;
        ask_free(a);
        return st;
    }
    a->next = f->asks;
    f->asks = a;
    sh->witness[i].is_asked = true;
    return OK;
}

static void end(struct feeder *f, struct ask *a, CURLcode result)
{
    struct ask **at = &f->asks;
    const char *type = NULL;
    long code = 0;

    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    if (result == CURLE_OK) {
        curl_easy_getinfo(a->easy, CURLINFO_RESPONSE_CODE, &code);
        curl_easy_getinfo(a->easy, CURLINFO_CONTENT_TYPE, &type);
    }
    struct answer answer = answer_read(code, type, span_of(a->got, a->got_n));
    if (answer.what == ANSWER_NONE)
        LOG(LOG_DEBUG, "witness_answer", LOG_WORD("witness", policy_witness(f->policy, a->witness).name), LOG_NUM("code", code),
            LOG_WORD("why", curl_easy_strerror(result)));
    curl_multi_remove_handle(f->multi, a->easy);
    shard_answer(f, a->shard, a->witness, a->text, a->from, a->size, &answer);
    ask_free(a);
}

void ask_turn(struct feeder *f, int wait_ms)
{
    struct curl_waitfd stop = {.fd = f->p.stop_fd, .events = CURL_WAIT_POLLIN};
    int n;

    curl_multi_perform(f->multi, &n);
    curl_multi_poll(f->multi, &stop, 1, wait_ms, NULL);
    curl_multi_perform(f->multi, &n);
    for (CURLMsg *m = curl_multi_info_read(f->multi, &n); m; m = curl_multi_info_read(f->multi, &n)) {
        struct ask *a = NULL;
        CURLcode result = m->data.result; /* m does not outlive the handle */
        if (m->msg == CURLMSG_DONE && curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &a) == CURLE_OK)
            end(f, a, result);
    }
}
