/* Help is printed from the tables that the program runs on, so it can neither lack a command nor promise one. */
#include <stdio.h>

#include "ctl.h"
#include "print.h"
#include "wire/message.h"
#include "wire/words.h"

static const char OPTIONS[] =
    "オプション / options:\n"
    "  --as 利用者@機関:役割    サーバーの操作者が誰として行うか。既定は KASHIMARU_AS、なければサインインした本人\n"
    "                           as whom an operator of the server asks; else whoever signed in\n"
    "  --user, --role, --agency, --token  サインイン・登録・招待で / when signing in, enrolling, inviting\n"
    "  --password-file FILE|-, --code  端末で尋ねずに読む / instead of asking on the terminal\n"
    "  --file FILE|-            要求を JSON で読む / the request as JSON\n"
    "  --id UUID                やり直しても一度しか行われない要求の番号 / idempotency id\n"
    "  --json                   応答をそのまま JSON で出す / the answer as it came\n"
    "  --csv                    応答の一覧を最後の行まで CSV で出す / the whole list as CSV\n"
    "  --host DIR               機関システムとして要求する（host.key と server.pub のあるフォルダ）\n"
    "                           ask as the agency's own system of that folder\n"
    "  --config FILE            設定ファイル。既定は環境変数 KASHIMARU_CONFIG / settings file\n"
    "  --set キー=値            設定を一つ変える / one setting\n"
    "  --help, --version\n"
    "項目=@FILE はファイルの中身、リストは a,b,c / field=@FILE is a file's contents, a list is a,b,c\n"
    "くわしくは kashimaru(1) / see kashimaru(1)\n";

static void put_line(const char *left, size_t width, const char *ja, const char *en)
{
    size_t have = print_width(span_str(left));

    printf("  %s%*s%s / %s\n", left, have < width ? (int)(width - have + 2) : 2, "", ja, en);
}

enum { LEFT_WIDTH = 34 };

int run_help(struct ctl *c)
{
    const struct api *row;
    const struct command *cmd;
    const char *noun = "";

    printf("かしまる: つなぎと会議のしくみを動かし、使うためのコマンド / runs and speaks to the Kashimaru services\n"
           "使い方 / usage: kashimaru 名詞 動詞 [ID] [項目=値 …] [オプション]\n");
    for (size_t i = 0; (row = api_at(i)); i++) {
        if (!row->service) /* asked of all services at once: among the commands below */
            continue;
        if (strcmp(noun, row->noun) != 0)
            printf("\n%s\n", row->noun);
        noun = row->noun;
        put_line(scope_print(c->s, "%s %s", row->noun, row->verb), LEFT_WIDTH, row->ja, row->en);
        if (strcmp(row->noun, "referral") == 0 && strcmp(row->verb, "act") == 0) {
            const char *verbs = "";
            const struct words *events = words_referral_event();
            for (size_t k = 0; k < events->n; k++)
                if (!api_find("referral", events->v[k].word))
                    verbs = scope_print(c->s, "%s%s%s", verbs, *verbs ? "|" : "", events->v[k].word);
            printf("  referral %s\n%*s上と同じことを短く書く / short for the above\n", verbs, LEFT_WIDTH + 4, "");
        }
    }
    printf("\n運用 / operation\n");
    for (size_t i = 0; (cmd = command_at(i)); i++)
        put_line(cmd->usage, LEFT_WIDTH, cmd->ja, cmd->en);
    printf("\n%s", OPTIONS);
    return fflush(stdout) == 0 ? EXIT_GOOD : EXIT_SOME_BAD;
}

/* What a field takes, in a word or two. */
static const char *takes(struct scope *s, const struct field *f)
{
    const char *text = "";
    const struct words *words = f->words ? f->words() : NULL;

    for (size_t i = 0; words && i < words->n; i++)
        text = scope_print(s, "%s%s%s", text, i ? "|" : "", words->v[i].word);
    if (f->kind == K_TIME)
        text = "RFC 3339 (2026-12-01T13:00:00+09:00), 2026-12-01";
    else if (f->kind == K_BOOL)
        text = "true|false";
    else if (f->kind == K_RECORD)
        text = scope_print(s, "%s: --file", f->shape()->name);
    else if (!words)
        text = kind_word(f->kind);
    return f->is_list ? scope_print(s, "[%s], ≤ %zu", text, f->most) : text;
}

static void put_fields(struct ctl *c, const struct shape *shape, const char *prefix)
{
    for (size_t i = 0; i < shape->n; i++) {
        const struct field *f = &shape->field[i];
        const char *name = scope_print(c->s, "%s%s%s", prefix, f->name, f->is_optional ? "" : " *");
        if (f->is_sealed) {
            put_fields(c, f->shape(), scope_print(c->s, "%s.", f->name));
            continue;
        }
        put_line(name, 24, label_of(f->name), f->prose);
        printf("%28s%s\n", "", takes(c->s, f));
    }
}

void help_request(struct ctl *c, const struct api *row, const char *event)
{
    printf("kashimaru %s %s: %s / %s\n%s %s (%s)\n\n項目 (* 必須) / fields (* required)\n", row->noun, event ? event : row->verb, row->ja,
           row->en, row->method, row->path, row->service ? row->service : "service=…");
    put_fields(c, row->request(), "");
    printf("\n役割 / roles:");
    for (size_t i = 0; i < words_role()->n; i++)
        if (row->roles & 1u << i)
            printf(" %s", words_role()->v[i].word);
    printf("\n\n%s", OPTIONS);
}

void help_command(const struct command *cmd)
{
    printf("使い方 / usage: kashimaru %s\n%s / %s\n\n%s", cmd->usage, cmd->ja, cmd->en, OPTIONS);
}
