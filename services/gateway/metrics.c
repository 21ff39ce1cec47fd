/* Every answered request is counted once, in one series and one bucket, so the histogram's count is the sum over codes. */
#include "metrics.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "text.h"

static const char *const METHODS[METHOD_N] = {"GET", "HEAD", "POST", "PUT", "OTHER"};

static const struct {
    int64_t us;
    const char *le;
} BUCKETS[BUCKET_N] = {{5000, "0.005"},   {10000, "0.01"},  {25000, "0.025"}, {50000, "0.05"},  {100000, "0.1"},
                       {250000, "0.25"},  {500000, "0.5"},  {1000000, "1"},   {2500000, "2.5"}, {5000000, "5"}};

void metrics_count(struct metrics *m, const char *method, unsigned code, int64_t us)
{
    size_t i = 0, b = 0;

    while (i < METHOD_N - 1 && strcmp(METHODS[i], method) != 0)
        i++;
    while (b < BUCKET_N && us > BUCKETS[b].us)
        b++;
    m->requests[i][code < CODE_N ? code : 0]++;
    m->bucket[b]++;
    m->duration_us += us > 0 ? us : 0;
}

static void say_type(struct text *t, const char *name, const char *type, const char *help)
{
    text_put(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void print_requests(struct text *t, const struct metrics *m)
{
    int64_t sum = 0;

    say_type(t, "kashimaru_http_requests_total", "counter", "HTTP requests answered.");
    for (size_t i = 0; i < METHOD_N; i++)
        for (size_t code = 0; code < CODE_N; code++)
            if (m->requests[i][code])
                text_put(t, "kashimaru_http_requests_total{method=\"%s\",code=\"%zu\"} %lld\n", METHODS[i], code,
                         (long long)m->requests[i][code]);
    say_type(t, "kashimaru_http_request_duration_seconds", "histogram", "From the request line to the answer.");
    for (size_t b = 0; b < BUCKET_N; b++) {
        sum += m->bucket[b];
        text_put(t, "kashimaru_http_request_duration_seconds_bucket{le=\"%s\"} %lld\n", BUCKETS[b].le, (long long)sum);
    }
    sum += m->bucket[BUCKET_N];
    text_put(t, "kashimaru_http_request_duration_seconds_bucket{le=\"+Inf\"} %lld\n", (long long)sum);
    text_put(t, "kashimaru_http_request_duration_seconds_sum %lld.%06lld\n", (long long)(m->duration_us / US_PER_S),
             (long long)(m->duration_us % US_PER_S));
    text_put(t, "kashimaru_http_request_duration_seconds_count %lld\n", (long long)sum);
}

enum queue_gauge { WAITING, PARKED, OLDEST, QUEUE_GAUGE_N };

static void print_queues(struct text *t, const struct health *h)
{
    static const struct {
        const char *name, *help;
    } GAUGES[QUEUE_GAUGE_N] = {
        [WAITING] = {"kashimaru_outbox_waiting", "Messages not yet acknowledged."},
        [PARKED] = {"kashimaru_outbox_parked", "Of these, parked until an operator decides."},
        [OLDEST] = {"kashimaru_outbox_oldest_seconds", "Age of the oldest message that waits."},
    };

    for (size_t k = 0; k < QUEUE_GAUGE_N; k++) {
        say_type(t, GAUGES[k].name, "gauge", GAUGES[k].help);
        for (size_t i = 0; i < SERVICE_N; i++)
            for (size_t j = 0; j < h->service[i].queue_n; j++) {
                const struct queue_seen *q = &h->service[i].queue[j];
                text_put(t, "%s{service=\"%s\",to=\"%s\"} ", GAUGES[k].name, service_name(i), q->to);
                if (k == OLDEST)
                    text_put(t, "%lld.%03lld\n", (long long)(q->oldest_ms / 1000), (long long)(q->oldest_ms % 1000));
                else
                    text_put(t, "%lld\n", (long long)(k == WAITING ? q->waiting : q->parked));
            }
    }
}

static void print_one(struct text *t, const char *name, const char *type, const char *help, int64_t value)
{
    say_type(t, name, type, help);
    text_put(t, "%s %lld\n", name, (long long)value);
}

enum status metrics_print(struct scope *s, const struct metrics *m, const struct health *h, const struct gauges *now,
                          int64_t now_us, struct span *ret_text)
{
    struct text t = {.s = s};

    print_requests(&t, m);
    print_queues(&t, h);
    say_type(&t, "kashimaru_up", "gauge", "1: answered within the last 10 seconds.");
    for (size_t i = 0; i <= SERVICE_N; i++)
        text_put(&t, "kashimaru_up{service=\"%s\"} %d\n", service_name(i), health_is_up(h, i, now_us));
    print_one(&t, "kashimaru_http_connections", "gauge", "Open HTTP connections.", now->connections);
    print_one(&t, "kashimaru_http_requests_waiting", "gauge", "Requests that wait for a service.", now->waiting);
    print_one(&t, "kashimaru_answers_late_total", "counter", "Answers that came after their request was given up.", m->late);
    print_one(&t, "kashimaru_frames_dropped_total", "counter", "Frames that were no believable answer.", m->dropped);
    print_one(&t, "process_resident_memory_bytes", "gauge", "Resident memory of the gateway.", now->resident_bytes);
    say_type(&t, "kashimaru_build_info", "gauge", "Always 1; the version is a label.");
    text_put(&t, "kashimaru_build_info{version=\"%s\"} 1\n", KM_VERSION);
    return text_done(&t, ret_text);
}

int64_t resident_bytes(void)
{
    char text[128] = "", *pages = text;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return 0;
    (void)strtoll(text, &pages, 10); /* the first number is the virtual size */
    return strtoll(pages, NULL, 10) * sysconf(_SC_PAGESIZE);
}
