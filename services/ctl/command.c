/* The commands that are no requests, and what all of them that need an installation share: its settings and keys. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ctl.h"
#include "seal/host.h"
#include "seal/secret.h"
#include "verify.h"

static const struct command COMMANDS[] = {
    {"sign-in", NULL, run_sign_in, true, "sign-in [--user NAME] [--role ROLE]", "サインインする（パスワードとコードを尋ねる）",
     "sign in; asks for password and code"},
    {"sign-out", NULL, run_sign_out, true, "sign-out", "サインアウトする", "sign out"},
    {"whoami", NULL, run_whoami, true, "whoami", "いまの利用者・機関・役割", "user, agency and role of the session"},
    {"enrol", NULL, run_enrol, true, "enrol [--token TOKEN] [--qr FILE.svg]", "招待を受けて登録する", "take up an invitation"},
    {"session", "open", run_session_open, true, "session open --as USER@AGENCY:ROLE", "試用: パスワードなしのセッション（demo = 1）",
     "for trying out: a session without password (demo = 1)"},
    {"account", "first", run_account_first, true, "account first --user NAME [--agency A001]", "最初の管理者を招待する",
     "invite the first administrator"},
    {"directory", "load", run_load, true, "directory load FOLDER", "台帳（機関・制度・課題・条件・指標）を読み込む",
     "load the catalogue of agencies and programmes"},
    {"match", NULL, run_match, false, "match --csv FILE [--out FILE]", "CSV の中の同じ人を探す（正解の列があれば精度も）",
     "find the same people in a CSV file, and score it"},
    {"queue", "status", run_queue, true, "queue status", "全サービスの送信待ち", "the queues of all services"},
    {"queue", "parked", run_queue, true, "queue parked", "全サービスの止まっているメッセージ", "parked messages of all services"},
    {"queue", "retry", run_queue, true, "queue retry SERVICE ID", "止まっているメッセージを再送する", "send a parked message again"},
    {"queue", "skip", run_queue, true, "queue skip SERVICE ID reason=…", "理由を記録して飛ばす", "skip it for a recorded reason"},
    {"rules", NULL, run_rules, true, "rules", "つなぎの状態遷移表", "the transition table of referrals"},
    {"schema", NULL, run_schema, false, "schema [NAME] [--frozen]", "メッセージの JSON Schema", "JSON Schema of the messages"},
    {"settings", NULL, run_settings, true, "settings", "いま有効な設定", "the settings in force"},
    {"setup", NULL, run_setup, true, "setup", "状態フォルダと鍵を作る", "make state folder and keys"},
    {"keys", "init", run_keys_init, true, "keys init", "マスター鍵とチケット鍵を作る（上書きしない）", "make master key and ticket key; replaces nothing"},
    {"keys", "passphrase", run_keys_passphrase, true, "keys passphrase --file FILE", "マスター鍵のパスフレーズを変える",
     "seal the master key under another passphrase"},
    {"keys", "escrow", run_escrow, false, "keys escrow make|drill|open …", "市の預託鍵を作る・試す・使う（サーバーから離れて）",
     "make, try or use the city's escrow key, away from any server"},
    {"host", "new", run_host_new, false, "host new --agency A059 --out DIR", "機関システムの鍵と登録ファイルを作る（機関側で）",
     "keys and enrolment of an agency's own system, made at the agency"},
    {"host", "accept", run_host_accept, true, "host accept FILE --fingerprint TEXT", "機関システムを登録する（電話で聞いた指紋が要る）",
     "take an agency's system on, with the fingerprint told by telephone"},
    {"host", "revoke", run_host_revoke, true, "host revoke NAME", "機関システムの鍵を失効させる", "revoke an agency's system"},
    {"host", "server-file", run_host_server_file, true, "host server-file --out FILE", "機関システムが接続に使うファイルを作る",
     "write what an agency's system needs to connect"},
    {"db", "migrate", run_db_migrate, true, "db migrate [--wait SECONDS]", "データベースを最新の版にする", "bring the databases up to date"},
    {"db", "status", run_db_status, true, "db status", "データベースの版", "versions of the databases"},
    {"audit", "head", run_audit_head, true, "audit head", "ログの署名の状態（最後に署名した先頭、閉じた記録）", "what the signer of the log signed last"},
    {"audit", "reshard", run_audit_reshard, true, "audit reshard --origin-year YEAR --reason TEXT",
     "ログを閉じて次を開く（データベースを戻したときなど）", "close the log for good and open another"},
    {"audit", "bundle", run_audit_bundle, true, "audit bundle CASE --out FILE", "ケースの履歴の束を作る（verify case で確かめられる）",
     "write the history of a case, for verify case"},
    {"audit", "proof", run_audit_proof, true, "audit proof CASE SEQ --out FILE", "出来事1件の証明を作る（verify proof で確かめられる）",
     "write the proof of one event, for verify proof"},
    {"doctor", NULL, run_doctor, true, "doctor", "動く条件がそろっているか点検する", "check what the services need"},
    {"up", NULL, run_up, true, "up", "全プロセスを起動し見守る", "start and supervise all processes"},
    {"status", NULL, run_status, true, "status", "動いているプロセス", "which processes run"},
    {"verify", "proof", run_verify_proof, false, "verify proof FILE --policy FILE|--key VKEY", "出来事がログにある証明を確かめる（オフライン）",
     "check offline that an event is in the log"},
    {"verify", "log", run_verify_log, false, "verify log DIR --policy FILE|--key VKEY", "ログ全体を確かめる（オフライン）",
     "check a whole log offline"},
    {"verify", "heads", run_verify_heads, false, "verify heads OLD NEW DIR --policy …", "古い先頭と新しい先頭が一貫しているか確かめる",
     "check offline that a head follows from an older one"},
    {"verify", "case", run_verify_case, false, "verify case BUNDLE --policy FILE|--key VKEY", "ケースの履歴の束を確かめる（オフライン）",
     "check the history of a case offline"},
    {"help", NULL, run_help, false, "help", "この一覧", "this list"},
};

const struct command *command_at(size_t i)
{
    return i < COUNT(COMMANDS) ? &COMMANDS[i] : NULL;
}

/* Where an installation is when nobody says so: as services/up chooses it. */
static const char *default_state(struct scope *s)
{
    const char *state = getenv("KASHIMARU_STATE"), *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");

    if (state && *state)
        return state;
    if (geteuid() == 0 || !home || !*home)
        return "/var/lib/kashimaru";
    return xdg && *xdg ? scope_print(s, "%s/kashimaru", xdg) : scope_print(s, "%s/.local/state/kashimaru", home);
}

enum status ctl_settings(struct ctl *c)
{
    const char *path = c->args.config ? c->args.config : getenv("KASHIMARU_CONFIG");
    const char *sets[SETS_MAX + 2], *state = default_state(c->s);
    size_t n = 0;

    if (!path || !*path) {
        path = scope_print(c->s, "%s/kashimaru.conf", state);
        if (access(path, F_OK) != 0) {
            path = NULL;
            sets[n++] = scope_print(c->s, "state=%s", state);
        }
    }
    for (size_t i = 0; i < c->args.set_n; i++)
        sets[n++] = c->args.set[i];
    sets[n] = NULL;
    c->config = path;
    return settings_load(c->s, path, sets, &c->cfg);
}

enum status ctl_confine(struct ctl *c)
{
    struct rlimit none = {0, 0};

    /* narratives and keys pass through here: no core file, no debugger of the same user */
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail(c->s, UNAVAILABLE, "プロセスを保護できません", "the process cannot be protected");
    if (seal_init() != OK)
        return fail(c->s, UNAVAILABLE, "メモリをロックできません（ulimit -l）", "memory cannot be locked (ulimit -l)");
    return OK;
}

enum status ctl_keys(struct ctl *c)
{
    TRY(ctl_confine(c));
    if (c->args.host)
        return keyring_open_host(c->s, c->args.host, &c->ring, &c->cfg.relay_endpoint);
    return keyring_open(c->s, c->cfg.keys_dir, "ctl", &c->ring);
}

enum status ctl_program(struct scope *s, const struct settings *cfg, const char *name, const char **ret_path)
{
    char self[4096];
    const char *path = scope_print(s, "%s/%s", cfg->bin_dir, name);

    if (access(path, X_OK) == 0) {
        *ret_path = path;
        return OK;
    }
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    while (n > 0 && self[n - 1] != '/')
        n--;
    path = scope_print(s, "%.*s%s", n > 0 ? (int)n : 0, self, name);
    if (n <= 0 || access(path, X_OK) != 0)
        return fail(s, NOT_FOUND, "%s が %s にありません（設定 bin.dir）", "%s is not in %s (setting bin.dir)", name, cfg->bin_dir);
    *ret_path = path;
    return OK;
}
