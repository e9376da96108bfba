"""Sending a message: by e-mail, or as JSON to a webhook. Says why it could not, never by what secret.

What libraries say of a failure may hold the address or what a server gave back, and so a token: no text of theirs is
passed on, only what kind of failure it was. Imported only where something is to be sent.
"""

import json
import os
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid
from typing import Any

from schemas.alerts import Email, Webhook

TIMEOUT_SECONDS = 10.0
_TAKEN = (0, 200)
"""What robots answer as `errcode` (DingTalk, WeCom) or `code` (Feishu) when they took it; HTTP says 200 anyway."""


class NotSent(Exception):
    """A message that was not sent, and what kind of failure it was."""


def send(to: Email | Webhook, title: str, text: str) -> None:
    """Sends one message.

    Raises:
        NotSent: it did not go out, or nobody knows that it did.
    """
    try:
        if isinstance(to, Email):
            _mail(to, title, text)
        else:
            _post(to, title, text)
    except NotSent:
        raise
    except Exception as error:  # whatever a library makes of a setting or an answer
        raise NotSent(_kind_of(error)) from None


def _secret(variable: str) -> str:
    found = os.environ.get(variable)
    if not found:
        raise NotSent(f"环境变量 {variable} 未设置 the environment variable {variable} is not set")
    return found


def _mail(to: Email, title: str, text: str) -> None:
    password = _secret(to.password_env) if to.password_env else None
    message = EmailMessage(SMTP)
    message["Subject"] = title
    message["From"] = to.sender
    message["To"] = ", ".join(to.to)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=to.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="base64")
    secure = ssl.create_default_context()
    with (
        smtplib.SMTP_SSL(to.host, to.port, socket.gethostname(), timeout=TIMEOUT_SECONDS, context=secure)
        if to.security == "tls"
        else smtplib.SMTP(to.host, to.port, socket.gethostname(), timeout=TIMEOUT_SECONDS)
    ) as server:
        if to.security == "starttls":
            server.starttls(context=secure)
        if to.user is not None and password is not None:
            server.login(to.user, password)
        refused = server.send_message(message)
    if refused:
        raise NotSent(f"{len(refused)} of {len(to.to)} addresses refused")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would become a GET elsewhere: it is a failure."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(to: Webhook, title: str, text: str) -> None:
    url = _secret(to.url_env)
    if not url.startswith(("http://", "https://")):
        raise NotSent(f"{to.url_env} 不是 http(s) 地址 holds no http(s) address")
    body = json.dumps(to.filled(title, shortened(text, to.longest)), ensure_ascii=False).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json; charset=utf-8"})
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as answer:
            said = answer.read(10_000)
    except urllib.error.HTTPError as refused:
        with refused:
            raise NotSent(f"HTTP {refused.code}") from None
    try:
        given = json.loads(said)
    except ValueError:
        return  # HTTP said that it was taken; not every receiver answers in JSON
    for key in ("errcode", "code"):
        if isinstance(given, dict) and isinstance(given.get(key), int) and given[key] not in _TAKEN:
            raise NotSent(f"the robot refused it: {key} {given[key]}")


def shortened(text: str, longest: int) -> str:
    """The lines that fit into so many bytes of UTF-8; the last one then says how many are left out."""
    if len(text.encode()) <= longest:
        return text
    lines = text.splitlines()
    room = longest - len("… 还有 99999 行 99999 more lines: ./yuexin status".encode())
    kept = 0
    while kept < len(lines) and (room := room - len(lines[kept].encode()) - 1) >= 0:
        kept += 1
    left = len(lines) - kept
    return "\n".join([*lines[:kept], f"… 还有 {left} 行 {left} more lines: ./yuexin status"])


def _kind_of(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        reason = error.__context__  # what smtplib hides: that nothing came in time
    said = type(reason).__name__
    if isinstance(reason, smtplib.SMTPResponseException):
        said = f"{said}: SMTP {reason.smtp_code}"
    elif isinstance(reason, ssl.SSLCertVerificationError):
        said = "the server's certificate is not trusted"
    elif isinstance(reason, TimeoutError):
        said = f"no answer within {TIMEOUT_SECONDS:.0f} s"
    elif isinstance(reason, socket.gaierror):
        said = "no such host"
    elif isinstance(reason, OSError) and reason.errno is not None:
        said = f"{said}: {os.strerror(reason.errno)}"
    return said
