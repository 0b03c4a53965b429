"""The API's skeleton: health, readiness and what it is. Standard library only, so that it builds without an index."""

import json
import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NEEDED = ("APP_ENV", "AWS_REGION", "DOCUMENTS_BUCKET", "OPENAI_API_KEY")


def answer(path):
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if path == "/":
        return 200, {"service": "rag-api", "environment": os.environ.get("APP_ENV")}
    if path == "/health":
        return 200, {"status": "ok"}
    if path == "/health/live":
        return 200, {"status": "alive"}
    if path == "/health/ready":
        return (503, {"status": "unready", "missing": missing}) if missing else (200, {"status": "ready"})
    return 404, {"error": "not found"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = answer(self.path)
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def stop(*_):
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, stop)
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
