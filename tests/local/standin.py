"""A program in place of a service: told its environment as a service is, then it answers `/health/…` and gives its environment away."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

told = json.loads(sys.stdin.readline() or "null")
if told is None:
    raise SystemExit


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


ThreadingHTTPServer.allow_reuse_address = True
ThreadingHTTPServer(("127.0.0.1", int(told["TAIZHANG_PORT"])), Answers).serve_forever()
