#!/usr/bin/env python3
"""Readers that listen to hints and take none of them, as a computer that sleeps does: their sockets fill up, and so must nothing else.

deaf.py PORT TOKEN COUNT FILE: connects so many times and reads nothing. When FILE.read appears it reads what there is, and writes one line a
reader: «cut ID», when the other end had ended the line, or «open ID»; ID is the last place it was told."""

import os
import re
import socket
import sys
import time

SMALLEST = 1  # the kernel makes of it the least there is
ENDED_WITHIN = 5.0


def listen(port, token):
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALLEST)
    line.connect(("127.0.0.1", port))
    line.sendall(f"GET /api/v1/feed HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
    return line


def read(line):
    text, end = b"", time.monotonic() + ENDED_WITHIN
    how = "open"
    while how == "open" and time.monotonic() < end:
        line.settimeout(max(0.01, end - time.monotonic()))
        try:
            part = line.recv(65536)
        except TimeoutError:
            break
        except ConnectionError:
            part = b""
        how = "open" if part else "cut"
        text += part
    places = re.findall(rb"^id: (\d+)$", text, re.M)
    return f"{how} {places[-1].decode() if places else '-'}"


def main():
    port, token, count, path = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    lines = [listen(port, token) for _ in range(count)]
    while not os.path.exists(f"{path}.read"):
        time.sleep(0.1)
    said = [read(line) for line in lines]
    with open(f"{path}.new", "w", encoding="ascii") as out:
        out.write("".join(f"{s}\n" for s in said))
    os.rename(f"{path}.new", path)


main()
