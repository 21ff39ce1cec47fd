/* Which signatures are enough: every policy of the tables is asked about every set of witnesses, and what no policy can be is refused with
 * its line. */
#include <stdio.h>

#include "ledger_notes.h"

#include "ledger/policy.h"

enum { WITNESSES = 6 }; /* A … F */

/* A log and its witnesses; the key of witness i is w[i]. */
struct world {
    struct note_key log, w[WITNESSES];
    struct secret *log_secret, *secret[WITNESSES];
    struct span log_line, line[WITNESSES];
    char vkey[WITNESSES][VKEY_MAX], log_vkey[VKEY_MAX], again_vkey[VKEY_MAX]; /* again: another key of the same log */
    bool has[POLICY_WITNESSES_MOST];
};

static void key_new(struct scope *s, const char *name, enum note_algorithm algorithm, struct secret **ret_secret, struct note_key *ret_key)
{
    uint8_t public_key[SIGN_PUBLIC_LEN];
    assert_int_equal(sign_keypair(s, ret_secret, public_key), OK);
    assert_int_equal(note_key_make(s, name, algorithm, public_key, ret_key), OK);
}

static struct world world_new(struct scope *s)
{
    struct world w = {0};
    key_new(s, ORIGIN, NOTE_ED25519, &w.log_secret, &w.log);
    assert_int_equal(note_sign(s, &w.log, w.log_secret, SPAN_LIT(HEAD), 0, &w.log_line), OK);
    vkey_write(&w.log, w.log_vkey);
    struct note_key again;
    struct secret *secret;
    key_new(s, ORIGIN, NOTE_ED25519, &secret, &again);
    secret_free(secret);
    vkey_write(&again, w.again_vkey);
    for (int i = 0; i < WITNESSES; i++) {
        key_new(s, scope_print(s, "%c.example", 'a' + i), NOTE_COSIGNATURE, &w.secret[i], &w.w[i]);
        assert_int_equal(note_sign(s, &w.w[i], w.secret[i], SPAN_LIT(HEAD), 1000 + i, &w.line[i]), OK);
        vkey_write(&w.w[i], w.vkey[i]);
    }
    return w;
}

static void world_end(struct world *w)
{
    secret_free(w->log_secret);
    for (int i = 0; i < WITNESSES; i++)
        secret_free(w->secret[i]);
}

/* A policy's text with the keys put in: @L the log's, @M another's, @N another of the log's, @A … @F the witnesses'. */
static struct span with_keys(struct scope *s, const struct world *w, const char *text)
{
    const char *all = "";
    for (const char *at = text; *at; at++)
        if (*at != '@')
            all = scope_print(s, "%s%c", all, *at);
        else
            all = scope_print(s, "%s%s", all, *++at == 'L' ? w->log_vkey : *at == 'M' ? LOG_VKEY : *at == 'N' ? w->again_vkey : w->vkey[*at - 'A']);
    return span_str(all);
}

static struct note note_of(struct scope *s, const struct world *w, bool has_log, unsigned who)
{
    struct span lines[WITNESSES + 2] = {SPAN_LIT(PETER_LINE)}, all;
    struct note note;
    size_t n = 1;
    for (int i = WITNESSES - 1; i >= 0; i--)
        if (who & 1u << i)
            lines[n++] = w->line[i];
    if (has_log)
        lines[n++] = w->log_line;
    assert_int_equal(note_join(s, SPAN_LIT(HEAD), lines, n, &all), OK);
    assert_int_equal(note_read(s, all, &note), OK);
    return note;
}

enum { A = 1, B = 2, C = 4, D = 8, E = 16, F = 32 }; /* one bit of a set each */

static int of(unsigned who, unsigned set)
{
    return __builtin_popcount(who & set);
}

static bool none(unsigned v)
{
    return v < 1u << WITNESSES;
}
static bool only_b(unsigned v)
{
    return of(v, B);
}
static bool two_of_abc(unsigned v)
{
    return of(v, A | B | C) >= 2;
}
static bool ab_or_cd(unsigned v)
{
    return of(v, A | B) == 2 || of(v, C | D) == 2;
}
static bool two_bodies_of_three(unsigned v)
{
    return !!of(v, A | B) + !!of(v, C | D) + of(v, E) >= 2;
}
static bool city(unsigned v)
{
    return two_bodies_of_three(v) && of(v, F);
}
static bool each_of_ab(unsigned v)
{
    return of(v, A | B) == 2;
}

static const struct {
    const char *name, *text;
    bool (*is_enough)(unsigned who);
} POLICIES[] = {
    {"nobody needed", "log @L\nquorum none\n", none},
    {"one witness", "log @L\nwitness A @A\nwitness B @B\nquorum B\n", only_b},
    {"two of three", "log @L https://example.com/log\nwitness A @A\nwitness B @B\nwitness C @C\ngroup g 2 A B C\nquorum g\n", two_of_abc},
    {"log last, blanks, tabs, comments and empty lines",
     "# who\n\n \twitness\tA   @A \nwitness B @B\n  # more\nwitness C @C\ngroup g 2 A B C\n\nquorum g\nlog @L\n", two_of_abc},
    {"all and any, nested",
     "log @L\nwitness A @A\nwitness B @B\nwitness C @C\nwitness D @D\ngroup x all A B\ngroup y all C D\ngroup z any x y\nquorum z\n", ab_or_cd},
    {"two bodies", "log @L\nwitness A @A city\nwitness B @B city\nwitness C @C npo\nwitness D @D npo\nwitness E @E\ngroup g 2 A B C D E\nquorum g\n",
     two_bodies_of_three},
    {"two bodies and the auditor",
     "log @L\nwitness A @A city\nwitness B @B city\nwitness C @C npo\nwitness D @D npo\nwitness E @E ward\nwitness F @F\n"
     "group agencies 2 E D C B A\ngroup both all agencies F\nquorum both\n",
     city},
    {"addresses, with bodies and without, in any order",
     "log @L\nwitness A @A https://a.example city\nwitness B @B city http://b.example/w\nwitness C @C https://c.example npo\n"
     "witness D @D npo\nwitness E @E https://e.example\ngroup g 2 A B C D E\nquorum g\n",
     two_bodies_of_three},
    {"several logs, one of them twice with other keys", "log @M\nlog @L\nlog @N https://example.com\nwitness B @B\nquorum B\n", only_b},
    {"all, though of one body", "log @L\nwitness A @A city\nwitness B @B city\ngroup g all A B\nquorum g\n", each_of_ab},
};

/* The same set by the policy's own numbers. */
static const bool *have(struct world *w, const struct policy *p, unsigned who)
{
    memset(w->has, 0, sizeof w->has);
    for (size_t i = 0; i < policy_witnesses(p); i++)
        for (unsigned k = 0; k < WITNESSES; k++)
            if (memcmp(policy_witness(p, i).key->public_key, w->w[k].public_key, SIGN_PUBLIC_LEN) == 0)
                w->has[i] = who & 1u << k;
    return w->has;
}

static void every_set_of_witnesses_is_judged(void **state)
{
    AUTO(scope) keep = test_scope();
    AUTO(scope) s = test_scope();
    struct world w = world_new(keep);
    (void)state;
    for (size_t i = 0; i < COUNT(POLICIES); i++) {
        struct policy *p;
        scope_reset(s);
        must_be(policy_read(s, with_keys(s, &w, POLICIES[i].text), &p), OK, POLICIES[i].name);
        for (unsigned who = 0; who < 1u << WITNESSES; who++) {
            struct note with = note_of(s, &w, true, who), without = note_of(s, &w, false, who);
            must_be(policy_check(s, p, &with), POLICIES[i].is_enough(who) ? OK : DENIED, scope_print(s, "%s: %x", POLICIES[i].name, who));
            assert_int_equal(policy_reached(p, have(&w, p, who)), POLICIES[i].is_enough(who));
            must_be(policy_check(s, p, &without), DENIED, POLICIES[i].name);
            assert_non_null(strstr(s->why.en, ORIGIN));
        }
    }
    world_end(&w);
}

static void who_is_asked_where_is_told(void **state)
{
    AUTO(scope) s = test_scope();
    struct world w = world_new(s);
    struct policy *p;
    static const struct {
        const char *name, *url, *body;
    } WANT[] = {{"A", "https://a.example/x", ""}, {"B", "", "city"}, {"C", "http://c.example", "npo"}, {"D", "http://d.example", "npo"}, {"E", "", ""}};
    (void)state;
    assert_int_equal(policy_read(s, with_keys(s, &w, "log @L https://log.example\nwitness A @A https://a.example/x\nwitness B @B city\n"
                                                     "group x any A\nlog @M\nwitness C @C npo http://c.example\n"
                                                     "witness D @D http://d.example\tnpo\nwitness E @E\nquorum x\n"), &p), OK);
    assert_int_equal(policy_logs(p), 2);
    assert_string_equal(policy_log(p, 0)->name, ORIGIN);
    assert_int_equal(policy_witnesses(p), COUNT(WANT));
    for (size_t i = 0; i < COUNT(WANT); i++) {
        struct policy_witness is = policy_witness(p, i);
        assert_string_equal(is.name, WANT[i].name);
        assert_string_equal(is.url, WANT[i].url);
        assert_string_equal(is.body, WANT[i].body);
        assert_memory_equal(is.key->public_key, w.w[i].public_key, SIGN_PUBLIC_LEN);
    }
    world_end(&w);
}

/* The example that is shipped: two agencies of different bodies, and the auditor. */
static void the_example_is_a_policy(void **state)
{
    static const struct {
        const char *names;
        bool is_enough;
    } CASES[] = {{"welfare-council support-npo auditor", true},  {"city-west support-npo auditor", true}, {"city-west city-east auditor", false},
                 {"welfare-council support-npo city-west", false}, {"auditor", false}, {"", false}};
    AUTO(scope) s = test_scope();
    char text[8192];
    struct policy *p;
    FILE *f = fopen(KM_SOURCE_DIR "/services/feeder/policy.example", "re");
    (void)state;
    assert_non_null(f);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    assert_int_equal(policy_read(s, span_of(text, n), &p), OK);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        bool has[POLICY_WITNESSES_MOST] = {false};
        for (size_t k = 0; k < policy_witnesses(p); k++) {
            assert_memory_equal(policy_witness(p, k).url, "https://", 8);
            has[k] = strstr(CASES[i].names, policy_witness(p, k).name) != NULL;
        }
        assert_int_equal(policy_reached(p, has), CASES[i].is_enough);
    }
}

static void who_is_missing_is_named(void **state)
{
    AUTO(scope) s = test_scope();
    struct world w = world_new(s);
    struct policy *p;
    (void)state;
    assert_int_equal(policy_read(s, with_keys(s, &w, "log @L\nwitness alpha @A\nwitness beta @B\nwitness gamma @C\nwitness delta @D\n"
                                                     "group g 2 alpha beta gamma\nquorum g\n"), &p), OK);
    struct note note = note_of(s, &w, true, 2);
    assert_int_equal(policy_check(s, p, &note), DENIED);
    assert_non_null(strstr(s->why.en, ": alpha, gamma"));
    assert_non_null(strstr(s->why.ja, "：alpha, gamma"));
    assert_null(strstr(s->why.en, "beta"));  /* has signed */
    assert_null(strstr(s->why.en, "delta")); /* is not asked for */
    world_end(&w);
}

/* Any signature that is false refuses the head, also where the quorum does not need it; and so does another log's name or another text. */
static void a_false_signature_refuses(void **state)
{
    AUTO(scope) s = test_scope();
    struct world w = world_new(s);
    struct policy *p;
    struct span line, all;
    (void)state;
    assert_int_equal(policy_read(s, with_keys(s, &w, "log @L\nwitness A @A\nwitness B @B\nquorum A\n"), &p), OK);
    struct note note = note_of(s, &w, true, 3);
    assert_int_equal(policy_check(s, p, &note), OK);
    for (size_t i = 1; i < note.n; i++) { /* 0 is a stranger's */
        ((uint8_t *)note.v[i].bytes.p)[20] ^= 1;
        assert_int_equal(policy_check(s, p, &note), CORRUPT);
        ((uint8_t *)note.v[i].bytes.p)[20] ^= 1;
    }
    ((uint8_t *)note.v[0].bytes.p)[20] ^= 1;
    assert_int_equal(policy_check(s, p, &note), OK);
    static const char *const TEXTS[] = {
        "example.com/other\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", HEAD "more\n", "no checkpoint\n",
    };
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        assert_int_equal(note_sign(s, &w.log, w.log_secret, span_str(TEXTS[i]), 0, &line), OK);
        assert_int_equal(note_join(s, span_str(TEXTS[i]), &line, 1, &all), OK);
        assert_int_equal(note_read(s, all, &note), OK);
        must_be(policy_check(s, p, &note), CORRUPT, TEXTS[i]);
    }
    world_end(&w);
}

static const struct {
    const char *text;
    int line; /* 0: of none */
} WRONG[] = {
    {"", 0},
    {"log @L\n", 0},
    {"witness A @A\nquorum A\n", 0},
    {"log @L\nquorum none", 2},
    {"log @L\nlog @L\nquorum none\n", 2},
    {"log @A\nquorum none\n", 1},
    {"log @L https://example.com more\nquorum none\n", 1},
    {"log\nquorum none\n", 1},
    {"log @L\nwitness A @L\nquorum A\n", 2},
    {"log @L\nwitness A\nquorum A\n", 2},
    {"log @L\nwitness A @A city more\nquorum A\n", 2},
    {"log @L\nwitness A @A https://a.example https://b.example\nquorum A\n", 2},
    {"log @L\nwitness A @A city https://a.example more\nquorum A\n", 2},
    {"log @L\nwitness A @A https://a.example city\nwitness B @B http://b.example city\ngroup g 2 A B\nquorum g\n", 4},
    {"log @L\x7f\nquorum none\n", 1},
    {"log @L\nwitness none @A\nquorum none\n", 2},
    {"log @L\nwitness A @A\nwitness A @B\nquorum A\n", 3},
    {"log @L\nwitness A @A\nwitness B @A\nquorum A\n", 3},
    {"log @L\nquorum A\nwitness A @A\n", 2},
    {"log @L\nquorum none\nquorum none\n", 3},
    {"log @L\nwitness A @A\nquorum A A\n", 3},
    {"log @L\nquorum\n", 2},
    {"log @L\nwitness A @A\ngroup A 1 A\nquorum A\n", 3},
    {"log @L\nwitness A @A\ngroup g 1 g\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 1\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g A\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 0 A\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 2 A\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 01 A\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g some A\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 1 none\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 1 A A\nquorum g\n", 3},
    {"log @L\nwitness A @A\ngroup g 1 A\ngroup h 1 A\nquorum h\n", 4},
    {"log @L\nwitness A @A city\nwitness B @B city\ngroup g 2 A B\nquorum g\n", 4},
    {"log @L\nwatcher A @A\nquorum A\n", 2},
    {"log @L\r\nquorum none\n", 1},
    {"# \x01\nlog @L\nquorum none\n", 1},
    {"log @L # the log\nquorum none\n", 1},
};

static void what_no_policy_can_be_is_refused_with_its_line(void **state)
{
    AUTO(scope) keep = test_scope();
    AUTO(scope) s = test_scope();
    struct world w = world_new(keep);
    struct policy *p;
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        scope_reset(s);
        must_be(policy_read(s, with_keys(s, &w, WRONG[i].text), &p), INVALID, WRONG[i].text);
        if (WRONG[i].line && !strstr(s->why.en, scope_print(s, "line %d ", WRONG[i].line)))
            must_be(OK, INVALID, scope_print(s, "%s%s", WRONG[i].text, s->why.en));
    }
    assert_int_equal(policy_read(s, span_of("quorum none\0\n", 13), &p), INVALID);
    world_end(&w);
}

/* As many witnesses, and names, as there may be; and one more. */
static void so_many_and_no_more(void **state)
{
    static const struct {
        size_t witnesses, groups;
        enum status want;
    } CASES[] = {
        {POLICY_WITNESSES_MOST, POLICY_NODES_MOST - POLICY_WITNESSES_MOST, OK},
        {POLICY_WITNESSES_MOST + 1, 0, INVALID},
        {POLICY_WITNESSES_MOST, POLICY_NODES_MOST - POLICY_WITNESSES_MOST + 1, INVALID},
    };
    AUTO(scope) s = test_scope();
    struct world w = world_new(s);
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        const char *text = scope_print(s, "log %s\n", w.log_vkey);
        struct policy *p;
        for (size_t k = 0; k < CASES[i].witnesses; k++) {
            uint8_t public_key[SIGN_PUBLIC_LEN] = {(uint8_t)(k + 1)};
            struct note_key key;
            char vkey[VKEY_MAX];
            assert_int_equal(note_key_make(s, "w.example", NOTE_COSIGNATURE, public_key, &key), OK);
            vkey_write(&key, vkey);
            text = scope_print(s, "%switness w%zu %s\n", text, k, vkey);
        }
        for (size_t k = 0; k < CASES[i].groups; k++)
            text = scope_print(s, "%sgroup g%zu any %s%zu\n", text, k, k ? "g" : "w", k ? k - 1 : 0);
        text = scope_print(s, "%squorum %s\n", text, CASES[i].groups ? "g3" : "w3");
        assert_int_equal(policy_read(s, span_str(text), &p), CASES[i].want);
    }
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_of_witnesses_is_judged),
        cmocka_unit_test(who_is_asked_where_is_told),
        cmocka_unit_test(the_example_is_a_policy),
        cmocka_unit_test(who_is_missing_is_named),
        cmocka_unit_test(a_false_signature_refuses),
        cmocka_unit_test(what_no_policy_can_be_is_refused_with_its_line),
        cmocka_unit_test(so_many_and_no_more),
    };
    if (seal_init() != OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
