/* Metrics and readiness: the text is what Prometheus parses, the histogram adds up, and a service is up only while it answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <regex.h>
#include <stdlib.h>

#include "gateway/metrics.h"
#include "wire/codec.h"

#include <cmocka.h> /* last: its fail() is a macro, ours a function that the headers declare */

static const int64_t NOW_US = 100 * (int64_t)US_PER_S;

static const struct {
    const char *method;
    unsigned code;
    int64_t us;
} COUNTED[] = {{"GET", 200, 1},       {"GET", 200, 5000},   {"GET", 404, 5001},     {"POST", 201, 300000},
               {"POST", 201, 250000}, {"PUT", 200, 900000}, {"DELETE", 405, 10},    {"HEAD", 200, 4999999},
               {"GET", 504, 5000001}, {"BREW", 405, 20},    {"GET", 200, 86400000}, {"GET", 999, 1}};

static const char *const WANTED[] = {
    "kashimaru_http_requests_total{method=\"GET\",code=\"200\"} 3\n",
    "kashimaru_http_requests_total{method=\"OTHER\",code=\"405\"} 2\n",
    "kashimaru_http_requests_total{method=\"POST\",code=\"201\"} 2\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"0.005\"} 5\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"0.01\"} 6\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"0.25\"} 7\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"0.5\"} 8\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"1\"} 9\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"5\"} 10\n",
    "kashimaru_http_request_duration_seconds_bucket{le=\"+Inf\"} 12\n",
    "kashimaru_http_request_duration_seconds_count 12\n",
    "kashimaru_outbox_waiting{service=\"intake\",to=\"referral\"} 7\n",
    "kashimaru_outbox_parked{service=\"intake\",to=\"referral\"} 2\n",
    "kashimaru_outbox_oldest_seconds{service=\"intake\",to=\"referral\"} 61.005\n",
    "kashimaru_up{service=\"intake\"} 1\n",
    "kashimaru_up{service=\"referral\"} 0\n",
    "kashimaru_up{service=\"relay\"} 1\n",
    "kashimaru_http_connections 3\n",
    "process_resident_memory_bytes 4096\n",
    "kashimaru_build_info{version=\"" KM_VERSION "\"} 1\n",
};

static struct answered queue_answer(struct uuid re, const char *payload)
{
    return (struct answered){.re = re, .type = SPAN_LIT("queue_state"), .payload = span_str(payload)};
}

static void test_text(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct metrics *m = calloc(1, sizeof *m);
    struct health h = {.service[0].asked = {{1}}};
    struct gauges gauges = {.resident_bytes = 4096, .connections = 3};
    struct answered a = queue_answer(h.service[0].asked, "{\"lines\":[{\"oldest_ms\":61005,\"parked\":2,\"to\":\"referral\","
                                                         "\"waiting\":7},{\"oldest_ms\":0,\"parked\":0,\"to\":\"bad\\\"} 1\","
                                                         "\"waiting\":0}],\"service\":\"intake\"}");
    struct span text;
    regex_t line;

    (void)state;
    assert_non_null(m);
    for (size_t i = 0; i < COUNT(COUNTED); i++)
        metrics_count(m, COUNTED[i].method, COUNTED[i].code, COUNTED[i].us);
    assert_true(health_take(&h, s, &a, NOW_US));
    assert_int_equal(metrics_print(s, m, &h, &gauges, NOW_US, &text), OK);
    const char *body = scope_print(s, "%.*s", (int)text.n, (const char *)text.p);
    for (size_t i = 0; i < COUNT(WANTED); i++)
        if (!strstr(body, WANTED[i]))
            fail_msg("missing: %s", WANTED[i]);
    assert_int_equal(regcomp(&line, "^(# (HELP|TYPE) [a-z_]+ [^\n]+|[a-z_]+(\\{[a-z]+=\"[^\"\n]*\"(,[a-z]+=\"[^\"\n]*\")*\\})? "
                                    "[0-9]+(\\.[0-9]+)?)$", REG_EXTENDED | REG_NOSUB), 0);
    assert_int_equal(body[text.n - 1], '\n');
    while (*body) {
        size_t n = strcspn(body, "\n");
        const char *one = scope_print(s, "%.*s", (int)n, body);
        if (regexec(&line, one, 0, NULL, 0) != 0)
            fail_msg("not a line of the format: %s", one);
        body += n + 1;
    }
    regfree(&line);
    free(m);
}

static const struct {
    const char *payload, *type;
    enum status refused;
    bool is_up;
} ANSWERS[] = {
    {"{\"lines\":[],\"service\":\"intake\"}", "queue_state", OK, true},
    {"{\"lines\":[],\"service\":\"intake\"}", "done", OK, false},
    {"{}", "queue_state", OK, false},
    {"{\"lines\":[],\"service\":\"intake\"}", "refusal", UNAVAILABLE, false},
};

static void test_up(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());

    (void)state;
    for (size_t i = 0; i < COUNT(ANSWERS); i++) {
        struct health h = {.service[0].asked = {{7}}};
        struct answered a = queue_answer(h.service[0].asked, ANSWERS[i].payload);
        a.type = span_str(ANSWERS[i].type);
        a.refused = ANSWERS[i].refused;
        assert_false(health_is_up(&h, SERVICE_N, NOW_US));
        assert_true(health_take(&h, s, &a, NOW_US));
        assert_int_equal(health_is_up(&h, 0, NOW_US), ANSWERS[i].is_up);
        assert_int_equal(health_is_up(&h, 0, NOW_US + UP_WITHIN_US), ANSWERS[i].is_up);
        assert_false(health_is_up(&h, 0, NOW_US + UP_WITHIN_US + 1));
        assert_true(health_is_up(&h, SERVICE_N, NOW_US));
        a.re = (struct uuid){{8}};
        assert_false(health_take(&h, s, &a, NOW_US));
    }
}

static void test_ready(void **state)
{
    AUTO(scope) s = scope_new(SCOPE_CAP, entropy_system());
    struct health h = {.relay_us = NOW_US};
    struct span json;
    bool is_ready = true;

    (void)state;
    h.service[0].answered_us = h.service[2].answered_us = h.service[4].answered_us = h.service[5].answered_us = NOW_US;
    assert_int_equal(health_print(s, &h, NOW_US, &json, &is_ready), OK);
    assert_false(is_ready);
    assert_true(span_is(json, "{\"missing\":[\"referral\",\"audit\"],\"status\":\"unavailable\"}"));
    h.service[1].answered_us = h.service[3].answered_us = NOW_US;
    assert_int_equal(health_print(s, &h, NOW_US, &json, &is_ready), OK);
    assert_true(is_ready);
    assert_true(span_is(json, "{\"missing\":[],\"status\":\"ok\"}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_up), cmocka_unit_test(test_ready)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
