#ifndef KM_CTL_SHEET_H
#define KM_CTL_SHEET_H

#include "ctl.h"
#include "line.h"
#include "print.h"

/* An answer's lists for a spreadsheet: RFC 4180, the labels of the fields as its first line. */

/* sheet_head: the labels. sheet_rows: a line for each item; times of Asia/Tokyo, the code lists' own words, lists joined by 「、」.
 * Records within records have no column.
 *   pure   yes */
void sheet_head(struct page *to, const struct shape *shape);
void sheet_rows(struct page *to, const struct shape *shape, const struct list *list);

/* sheet_show: the lists of an answered wish on stdout, after a byte order mark: each under its labels, an empty line between them; and, where
 * the request can say after which row of the first it wants to go on, all pages that follow.
 *   in     w      answered; its ask is sent again for each further page
 *   fails  INVALID the answer has no list · as request_decode · as line_ask */
enum status sheet_show(struct ctl *c, struct line *l, const struct api *row, const struct wish *w) MUST_CHECK;

#endif
