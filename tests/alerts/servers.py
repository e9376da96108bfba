"""Servers on this machine that alerts are sent to: they take them, refuse them, or break in every way."""

import http.server
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Mailbox:
    """A mail server: what it was given, and how it behaves (`modes` as in `_Smtp`)."""

    modes: set[str] = field(default_factory=set)
    context: ssl.SSLContext | None = None
    mails: list[bytes] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    port: int = 0


class _Smtp(socketserver.StreamRequestHandler):
    """The part of SMTP that a client uses to leave a mail.

    Modes: `silent` says nothing; `drop` hangs up; `no_starttls` offers none; `starttls_454` offers and refuses;
    `auth_535` and `rcpt_550` refuse, giving back what they were sent.
    """

    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        if "silent" in box.modes:
            time.sleep(2)
        if box.modes & {"silent", "drop"}:
            return
        self._say("220 here")
        secure = False
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                starttls = [] if secure or "no_starttls" in box.modes else ["250-STARTTLS"]
                self._say("250-here", *starttls, "250 AUTH PLAIN")
            elif word == "STARTTLS" and "starttls_454" not in box.modes and box.context is not None:
                self._say("220 go on")
                self.request = box.context.wrap_socket(self.request, server_side=True)
                self.rfile.close()
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
                secure = True
            elif word == "STARTTLS":
                self._say("454 not now")
            elif word == "AUTH":
                box.logins.append(line)
                self._say(f"535 no such login: {line}" if "auth_535" in box.modes else "235 welcome")
            elif word == "RCPT" and "rcpt_550" in box.modes:
                self._say(f"550 nobody here: {line}")
            elif word == "RCPT":
                box.to.append(line)
                self._say("250 ok")
            elif word == "DATA":
                self._say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                box.mails.append(b"".join(lines))
                self._say("250 taken")
            else:
                self._say("221 bye" if word == "QUIT" else "250 ok")

    def finish(self) -> None:
        super().finish()
        self.request.close()  # after STARTTLS no longer the socket that the server closes

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Quiet(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def mail_server(box: Mailbox) -> Iterator[Mailbox]:
    """A mail server on a free port."""
    with _Quiet(("127.0.0.1", 0), _Smtp) as server:
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield box
        server.shutdown()


@dataclass
class Hook:
    """A webhook: what was posted, and what it answers."""

    status: int = 200
    answer: bytes = b'{"errcode": 0, "errmsg": "ok"}'
    wait: float = 0
    posts: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""


class _Post(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hook: Hook = self.server.hook  # type: ignore[attr-defined]
        hook.posts.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        time.sleep(hook.wait)
        self.send_response(hook.status)
        self.send_header("Location", f"{hook.url}/elsewhere")
        self.end_headers()
        self.wfile.write(hook.answer)

    def log_message(self, *_: object) -> None:
        """The tests' own output stays clean."""


@contextmanager
def hook_server(hook: Hook) -> Iterator[Hook]:
    """A webhook on a free port."""
    with _Quiet(("127.0.0.1", 0), _Post) as server:
        server.hook = hook  # type: ignore[attr-defined]
        hook.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield hook
        server.shutdown()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])
