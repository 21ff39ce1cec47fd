/* The id of the event that a row of the history becomes, told from the row's number alone and without the sequencer: numbers on stdin, one a
 * line, answered by number, tab, id. A test that knows which ids there must be can tell a leaf too many from one too few. */
#include <inttypes.h>
#include <stdio.h>

#include "base/bigendian.h"
#include "base/uuid.h"
#include "seal/digest.h"

int main(void)
{
    int64_t row;

    while (scanf("%" SCNd64, &row) == 1) {
        uint8_t number[sizeof row];
        char text[UUID_TEXT_MAX];
        struct uuid id;
        put_be(number, (uint64_t)row, sizeof number);
        const struct span parts[] = {SPAN_LIT("event"), span_of(number, sizeof number)};
        digest16(parts, COUNT(parts), id.b);
        id.b[6] = (uint8_t)(0x80 | (id.b[6] & 0x0f)); /* version 8 of RFC 9562 */
        id.b[8] = (uint8_t)(0x80 | (id.b[8] & 0x3f));
        printf("%" PRId64 "\t%s\n", row, uuid_print(id, text));
    }
    return ferror(stdin) || fflush(stdout) != 0;
}
