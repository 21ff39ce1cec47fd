#!/usr/bin/env python3
"""A witness that does everything wrong, in the way the file FOLDER/mode says; each question is noted in FOLDER/asked.

liar.py FOLDER HTTP-PORT HTTPS-PORT CERTIFICATE DOOR-PORT CERTIFICATE WITNESS-PORT: the second port speaks TLS with a certificate that nobody
vouches for; the third is the door to an honest witness, which hears what is said there and answers itself. Each question there is noted, too.
"""
import http.client
import http.server
import os
import ssl
import sys
import threading
import time

FOLDER, PORT, TLS_PORT, CERTIFICATE = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
DOOR_PORT, DOOR_CERTIFICATE, WITNESS_PORT = int(sys.argv[5]), sys.argv[6], int(sys.argv[7])
SIZE = "text/x.tlog.size"


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read().strip()


class Liar(http.server.BaseHTTPRequestHandler):
    def answer(self, code, kind, body, *headers):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        mode = read("mode")
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(os.path.join(FOLDER, "asked"), "a", encoding="utf-8") as file:
            file.write("%s %s %s\n" % (mode, self.path, asked.split("\n", 1)[0]))
        if mode == "false":  # a signature of the right key and form, of something else
            self.answer(200, "text/plain", read("false").encode() + b"\n")
        elif mode == "junk":
            self.answer(200, "text/plain", b"I have seen it.\n")
        elif mode == "sizes":  # always one more than it was told
            self.answer(409, SIZE, b"%d\n" % (int(asked.split("\n", 1)[0].split(" ")[1]) + 1))
        elif mode == "ahead":
            self.answer(409, SIZE, b"9000000000\n")
        elif mode == "fork":
            self.answer(409, "text/plain", b"")
        elif mode == "unknown":
            self.answer(404, "text/plain", b"")
        elif mode == "redirect":
            self.answer(307, "text/plain", b"", ("Location", "http://127.0.0.1:%d/elsewhere" % PORT))
        elif mode == "hang":
            time.sleep(8)
        elif mode == "huge":
            self.answer(200, "text/plain", b"\xe2\x80\x94 x " + b"A" * (1 << 20) + b"\n")
        else:
            self.answer(500, "text/plain", b"")

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError):
            pass


class Door(Liar):
    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        with open(os.path.join(FOLDER, "asked"), "a", encoding="utf-8") as file:
            file.write("door %s\n" % self.path)
        witness = http.client.HTTPConnection("127.0.0.1", WITNESS_PORT, timeout=5)
        witness.request("POST", self.path, asked, {"Content-Type": self.headers["Content-Type"]})
        said = witness.getresponse()
        self.answer(said.status, said.getheader("Content-Type"), said.read())


def serve(port, certificate=None, kind=Liar):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), kind)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()


serve(PORT)
serve(TLS_PORT, CERTIFICATE)
serve(DOOR_PORT, DOOR_CERTIFICATE, Door)
with open(os.path.join(FOLDER, "ready"), "w", encoding="utf-8") as ready:
    ready.write("ready\n")
threading.Event().wait()
