"""A tenant that answers as none has been seen to: between it and the provider, JSON bodies are rewritten."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

Rewrite = Callable[[Any], Any]


@contextlib.contextmanager
def rewriting(url: str, rewrite: Rewrite, accept: Rewrite = lambda body: body) -> Iterator[str]:
    """Serve what `url` serves, with `rewrite` applied to every answer and `accept` to every request; yields where."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if sent:
                sent = json.dumps(accept(json.loads(sent))).encode()
            headers = {name: value for name, value in self.headers.items() if name.lower() in KEPT}
            answer = client.request(self.command, url + self.path, content=sent, headers=headers)
            body = json.dumps(rewrite(answer.json())).encode() if answer.is_success else answer.content
            self.send_response(answer.status_code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    with httpx.Client(timeout=30) as client, ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


KEPT = ("authorization", "content-type")


def everywhere(change: Callable[[str, Any], Any], extra: dict[str, Any] | None = None) -> Rewrite:
    """A rewrite of each attribute of each object, at every depth; `extra` is added to each object."""

    def rewrite(answer: Any) -> Any:
        if isinstance(answer, dict):
            return {name: change(name, rewrite(value)) for name, value in answer.items()} | (extra or {})
        return [rewrite(each) for each in answer] if isinstance(answer, list) else answer

    return rewrite
