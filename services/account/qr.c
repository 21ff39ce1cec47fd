/* The picture a telephone scans. The modules come from libqrencode; the SVG is ours: one path of dark runs, nothing a browser would
 * execute or fetch. */
#include <qrencode.h>
#include <stdio.h>

#include "account.h"

enum { MARGIN = 4, RUN_TEXT = 32, HEAD_TEXT = 320, SVG_MOST = 60000 };

/* One row's dark modules, run by run. */
static size_t row_print(char *to, const unsigned char *row, int width, int y)
{
    size_t n = 0;

    for (int x = 0; x < width; x++) {
        int run = 0;
        while (x + run < width && (row[x + run] & 1))
            run++;
        if (run)
            n += (size_t)snprintf(to + n, RUN_TEXT, "M%d %dh%dv1h-%dz", x + MARGIN, y + MARGIN, run, run);
        x += run;
    }
    return n;
}

static enum status print(struct scope *s, const QRcode *code, struct span *ret_svg)
{
    size_t width = (size_t)code->width, cap = HEAD_TEXT + width * (width / 2 + 1) * RUN_TEXT, n;
    int side = code->width + 2 * MARGIN;
    char *to = scope_alloc(s, cap);

    if (!to)
        return fail(s, TOO_LARGE, "処理領域が不足しました", "the message needs too much memory");
    n = (size_t)snprintf(to, HEAD_TEXT,
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
                         "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"", side, side, side, side);
    for (int y = 0; y < code->width; y++)
        n += row_print(to + n, code->data + (size_t)y * width, code->width, y);
    n += (size_t)snprintf(to + n, RUN_TEXT, "\"/></svg>");
    if (n > SVG_MOST)
        return fail(s, TOO_LARGE, "QRコードが大きすぎます", "the QR code is too large");
    *ret_svg = span_of(to, n);
    return OK;
}

enum status qr_svg(struct scope *s, const char *text, struct span *ret_svg)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

    if (!code)
        return fail(s, TOO_LARGE, "QRコードにできません", "it does not fit into a QR code");
    enum status st = print(s, code, ret_svg);
    QRcode_free(code);
    return st;
}
