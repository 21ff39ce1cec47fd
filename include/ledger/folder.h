#ifndef KM_LEDGER_FOLDER_H
#define KM_LEDGER_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scope.h"
#include "base/span.h"
#include "base/status.h"
#include "ledger/tile.h"

/* A log as a folder of files, and how a file is published. */

struct log_folder {
    struct scope *s;
    const char *path;
    uint8_t *buffer; /* LOG_FILE_MOST + 1 bytes, of the tile read last */
};

enum { LOG_FILE_MOST = TILE_WIDTH * (2 + 40) }; /* of 256 leaves of 40 bytes; hashes and notes are smaller */

/* log_folder_open: room to read its files one after the other.
 *   fails  TOO_LARGE the scope's cap */
enum status log_folder_open(struct scope *s, const char *path, struct log_folder *ret_folder) MUST_CHECK;

/* log_folder_file: a log_file; own = the folder.  log_folder_read: a file by its name, into LOG_FILE_MOST + 1 bytes of the caller's.
 *   fails  NOT_FOUND naming the file · CORRUPT larger than a tile can be · UNAVAILABLE */
enum status log_folder_file(void *own, const struct tile *t, struct span *ret_bytes) MUST_CHECK;
enum status log_folder_read(const struct log_folder *folder, const char *name, uint8_t *to, struct span *ret_bytes) MUST_CHECK;

/* log_shard_is: "2026", or "2026-2" for the second log of that fiscal year.                     pure yes */
bool log_shard_is(struct span name);

/* file_publish: a file that anyone may read, whole or not at all, and on the disk; the folders above it are made.
 *   in     aside  path of the file it is first written as: of this writer alone, on the same disk; what an interrupted one leaves
 *                 the next one takes
 *   fails  UNAVAILABLE */
enum status file_publish(struct scope *s, const char *aside, const char *path, struct span bytes) MUST_CHECK;

#endif
