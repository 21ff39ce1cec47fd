/* The console's own files: one page for all its addresses, and what that page loads, whose names carry their digests. Nothing it
 * runs or shows may come from elsewhere, and nothing may be written into it: the policy says so to the browser. */
#include <stdlib.h>
#include <strings.h>

#include "files.h"
#include "inside.h"

enum { HTTP_OK = 200, FILE_MOST = 2 << 20, SEGMENTS_MOST = 2 };

static const char FILES[] = "/console/", PAGES[] = "/c/";
static const char POLICY[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; "
                             "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static bool begins(struct span path, const char *with, size_t n)
{
    return path.n >= n && memcmp(path.p, with, n) == 0;
}

bool console_is_below(struct span path)
{
    return begins(path, FILES, sizeof FILES - 1) || begins(path, PAGES, sizeof PAGES - 1);
}

/* Letters, digits, and between them . - _ in one or two parts: what the build names files. */
static bool is_name(struct span path)
{
    size_t parts = 1;

    for (size_t i = 0; i < path.n; i++) {
        uint8_t c = path.p[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        bool is_between = i > 0 && i + 1 < path.n && path.p[i - 1] != '/' && path.p[i - 1] != '.';
        if (c == '/')
            parts++;
        if (!is_plain && !(is_between && (c == '.' || c == '/')))
            return false;
    }
    return path.n > 0 && parts <= SEGMENTS_MOST;
}

static const char *type_of(struct span path)
{
    static const struct {
        const char *end, *type;
    } TYPES[] = {{".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"}, {".svg", "image/svg+xml"}};

    for (size_t i = 0; i < COUNT(TYPES); i++) {
        size_t n = strlen(TYPES[i].end);
        if (path.n > n && memcmp(path.p + path.n - n, TYPES[i].end, n) == 0)
            return TYPES[i].type;
    }
    return NULL;
}

/* One of the list's words is gzip, and is not given the weight 0. */
static bool takes_gzip(struct span given)
{
    static const char WORD[] = "gzip";
    const char *at = given.n ? (const char *)given.p : ""; /* ends with 0: MHD's own text */

    while (*at) {
        at += strspn(at, " \t,");
        size_t n = strcspn(at, " \t,;"), all = strcspn(at, ",");
        if (n == sizeof WORD - 1 && strncasecmp(at, WORD, n) == 0) {
            const char *weight = memchr(at, '=', all);
            return !weight || strtod(weight + 1, NULL) > 0;
        }
        at += all;
    }
    return false;
}

/* The compressed file lies beside the plain one. */
static enum status read_file(struct request *r, struct span path, struct span *ret_bytes, bool *ret_is_gzip)
{
    const char *folder = r->g->cfg->console_dir;

    *ret_is_gzip = takes_gzip(request_header(r, "Accept-Encoding"));
    if (*ret_is_gzip && file_below(r->s, folder, span_str(scope_print(r->s, "%.*s.gz", (int)path.n, (const char *)path.p)), FILE_MOST, ret_bytes) == OK)
        return OK;
    *ret_is_gzip = false;
    return file_below(r->s, folder, path, FILE_MOST, ret_bytes);
}

static enum status page_or_file(struct request *r, struct span path, bool is_page)
{
    struct reply to = {.code = HTTP_OK, .type = is_page ? "text/html; charset=utf-8" : type_of(path), .cache = "no-cache", .policy = POLICY};

    if (is_page)
        path = SPAN_LIT("index.html");
    else if (begins(path, "assets/", 7))
        to.cache = "public, max-age=31536000, immutable";
    if (!to.type || !is_name(path))
        return fail(r->s, NOT_FOUND, "そのファイルはありません", "there is no such file");
    TRY(read_file(r, path, &to.body, &to.is_gzip));
    r->reply = to;
    return OK;
}

void console_show(struct request *r)
{
    struct span path = r->target.path;
    bool is_page = begins(path, PAGES, sizeof PAGES - 1);
    enum status st = page_or_file(r, is_page ? path : span_of(path.p + sizeof FILES - 1, path.n - (sizeof FILES - 1)), is_page);

    if (st != OK)
        refuse(r, st, 0);
}

/* Where the console was not built there is still something to say. */
void home_show(struct request *r)
{
    if (page_or_file(r, (struct span){0}, true) == OK)
        return;
    r->reply = (struct reply){.code = HTTP_OK, .type = "text/html; charset=utf-8", .body = SPAN_LIT(
        "<!doctype html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>かしまる</title>\n</head>\n<body>\n"
        "<main>\n<h1>かしまる</h1>\n"
        "<p>支援機関のあいだでケースをつなぎ、かしまる会議を調え、だれがいつ担当したかを記録する仕組みです。</p>\n"
        "<p>この画面（コンソール）は作られていません。ここは業務システムから使う HTTP API の入口です。使い方は "
        "<a href=\"/api/v1/openapi.json\">OpenAPI 文書</a> にあります。</p>\n"
        "<p lang=\"en\">The console was not built. This is the HTTP API of Kashimaru, which hands cases from agency to agency. "
        "See the <a href=\"/api/v1/openapi.json\">OpenAPI document</a>.</p>\n"
        "<p>版 " KM_VERSION "</p>\n</main>\n</body>\n</html>\n")};
}
