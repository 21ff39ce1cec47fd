/* A policy is read whole or not at all: a name that is not defined above, a voice that would count twice, or a group nobody could ever
 * complete is refused when it is read, not when a head is checked. */
#include "ledger/policy.h"

#include <stdio.h>

#include "policy_parts.h"
#include "text.h"

struct reader {
    struct policy *p;
    size_t line, witness_n;
    bool has_quorum;
};

static enum status bad(struct scope *s, const struct reader *r, const char *ja, const char *en)
{
    return fail(s, INVALID, "方針の %zu 行目が正しくありません：%s%.0s", "line %zu of the policy is malformed: %.0s%s", r->line, ja, en);
}

static int find(const struct policy *p, struct span name)
{
    for (size_t i = 0; i < p->n; i++)
        if (span_is(name, p->node[i].name))
            return (int)i;
    return -1;
}

static bool is_taken(const struct policy *p, const struct note_key *key)
{
    for (size_t i = 0; i < p->log_n; i++)
        if (memcmp(p->log[i].public_key, key->public_key, SIGN_PUBLIC_LEN) == 0)
            return true;
    for (size_t i = 0; i < p->n; i++)
        if (!p->node[i].is_group && memcmp(p->node[i].key.public_key, key->public_key, SIGN_PUBLIC_LEN) == 0)
            return true;
    return false;
}

static enum status key_line(struct scope *s, const struct reader *r, struct span text, enum note_algorithm wanted, struct note_key *ret_key)
{
    if (vkey_read(s, text, ret_key) != OK)
        return bad(s, r, "検証鍵ではありません", "not a verifier key");
    if (ret_key->algorithm != wanted)
        return bad(s, r, "この役に使えない種類の鍵です", "a key of another kind than this role needs");
    if (is_taken(r->p, ret_key))
        return bad(s, r, "同じ鍵がすでにあります", "this key stands there already");
    return OK;
}

static enum status node_new(struct scope *s, const struct reader *r, struct span name, struct policy_node **ret_node)
{
    struct policy_node *node = &r->p->node[r->p->n];

    if (r->p->n == POLICY_NODES_MOST)
        return bad(s, r, "名前が多すぎます", "too many names");
    if (name.n == 0 || name.n >= sizeof node->name || span_is(name, "none") || find(r->p, name) >= 0)
        return bad(s, r, "名前が空か長すぎるか、すでに使われています", "the name is empty, too long, or taken");
    memset(node, 0, sizeof *node);
    memcpy(node->name, name.p, name.n);
    *ret_node = node;
    return OK;
}

static enum status log_line(struct scope *s, struct reader *r, struct span line)
{
    struct note_key key;

    if (r->p->log_n == POLICY_LOGS_MOST)
        return bad(s, r, "記録が多すぎます", "too many logs");
    TRY(key_line(s, r, span_word(&line), NOTE_ED25519, &key));
    span_word(&line); /* its address, for programs that go there */
    if (span_word(&line).n > 0)
        return bad(s, r, "余分な語があります", "a word too many");
    r->p->log[r->p->log_n++] = key;
    return OK;
}

static bool is_url(struct span word)
{
    return word.n > 0 && memmem(word.p, word.n, "://", 3);
}

/* A word of a witness that may stand once. */
static enum status word_once(struct scope *s, const struct reader *r, char *to, size_t most, struct span word)
{
    if (to[0] || word.n >= most)
        return bad(s, r, "URL か法人の語が長すぎるか、二つあります", "a URL or a body's word is too long, or there are two");
    memcpy(to, word.p, word.n);
    return OK;
}

static enum status witness_line(struct scope *s, struct reader *r, struct span line)
{
    struct policy_node *node;
    struct span word;

    if (++r->witness_n > POLICY_WITNESSES_MOST)
        return bad(s, r, "立会人が多すぎます", "too many witnesses");
    TRY(node_new(s, r, span_word(&line), &node));
    TRY(key_line(s, r, span_word(&line), NOTE_COSIGNATURE, &node->key));
    while ((word = span_word(&line)).n > 0)
        TRY(is_url(word) ? word_once(s, r, node->url, sizeof node->url, word) : word_once(s, r, node->body, sizeof node->body, word));
    r->p->n++;
    return OK;
}

/* How many voices the group's witnesses and groups can be: those of one body are one. */
static size_t voices_most(const struct policy *p, const struct policy_node *group)
{
    bool is_met[POLICY_NODES_MOST];

    memset(is_met, true, sizeof is_met);
    return policy_voices(p, group, is_met);
}

static enum status group_line(struct scope *s, struct reader *r, struct span line)
{
    struct policy_node *node;
    struct span word, count;
    uint64_t k = 1;

    TRY(node_new(s, r, span_word(&line), &node));
    node->is_group = true;
    count = span_word(&line);
    node->is_all = span_is(count, "all");
    if (!node->is_all && !span_is(count, "any") && !decimal_read(count, &k))
        return bad(s, r, "必要な数がありません", "no number of members needed");
    while ((word = span_word(&line)).n > 0) {
        int at = find(r->p, word);
        if (at < 0)
            return bad(s, r, "まだ定義されていない名前です", "a name that is not defined above");
        if (r->p->node[at].is_member)
            return bad(s, r, "すでに別の組に入っています", "in a group already");
        r->p->node[at].is_member = true;
        node->member[node->member_n++] = (uint8_t)at;
    }
    if (node->member_n == 0 || k == 0 || k > voices_most(r->p, node))
        return bad(s, r, "この組が満たされることはありません", "this group can never be complete, or always is");
    node->k = (size_t)k;
    r->p->n++;
    return OK;
}

static enum status quorum_line(struct scope *s, struct reader *r, struct span line)
{
    struct span name = span_word(&line);

    if (r->has_quorum || span_word(&line).n > 0)
        return bad(s, r, "定足数は一つだけです", "one quorum only");
    r->p->quorum = find(r->p, name);
    if (r->p->quorum < 0 && !span_is(name, "none"))
        return bad(s, r, "まだ定義されていない名前です", "a name that is not defined above");
    r->has_quorum = true;
    return OK;
}

static enum status line_read(struct scope *s, struct reader *r, struct span line)
{
    struct span word = span_word(&line);

    if (word.n == 0 || word.p[0] == '#')
        return OK;
    if (span_is(word, "log"))
        return log_line(s, r, line);
    if (span_is(word, "witness"))
        return witness_line(s, r, line);
    if (span_is(word, "group"))
        return group_line(s, r, line);
    if (span_is(word, "quorum"))
        return quorum_line(s, r, line);
    return bad(s, r, "知らない語で始まります", "begins with an unknown word");
}

enum status policy_read(struct scope *s, struct span text, struct policy **ret_policy)
{
    struct reader r = {.p = SCOPE_NEW(s, struct policy), .line = 1};
    struct span rest = text, line;

    if (!r.p)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    for (; line_cut(&rest, &line); r.line++) {
        for (size_t i = 0; i < line.n; i++)
            if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f)
                return bad(s, &r, "使えない文字があります", "a character that it may not have");
        TRY(line_read(s, &r, line));
    }
    if (rest.n > 0)
        return bad(s, &r, "改行で終わっていません", "it does not end with a newline");
    if (!r.p->log_n || !r.has_quorum)
        return fail(s, INVALID, "方針に記録の鍵か定足数がありません", "the policy lacks a log's key or the quorum");
    *ret_policy = r.p;
    return OK;
}

size_t policy_logs(const struct policy *p)
{
    return p->log_n;
}

const struct note_key *policy_log(const struct policy *p, size_t i)
{
    return &p->log[i];
}

size_t policy_witnesses(const struct policy *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++)
        n += !p->node[i].is_group;
    return n;
}

struct policy_witness policy_witness(const struct policy *p, size_t i)
{
    const struct policy_node *node = p->node;

    for (;; node++)
        if (!node->is_group && i-- == 0)
            return (struct policy_witness){.name = node->name, .url = node->url, .body = node->body, .key = &node->key};
}
