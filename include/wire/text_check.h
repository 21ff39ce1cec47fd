#ifndef KM_WIRE_TEXT_CHECK_H
#define KM_WIRE_TEXT_CHECK_H

#include "base/scope.h"
#include "base/shape.h"

/* text_check: every text of a decoded message, in its lists, records and sealed part too. Case work is outside what the 番号法 allows a
 * 個人番号 to be used for, so none is ever taken in.
 *   in     msg    struct of the shape, as codec_decode fills it
 *   fails  INVALID a text holds what may be a 個人番号: the why names the field, never a digit
 *   pure   yes                        source  番号法9条, 20条 */
enum status text_check(struct scope *s, const struct shape *shape, const void *msg) MUST_CHECK;

#endif
