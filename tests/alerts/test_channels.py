"""Sending: what arrives is what was meant; what does not is said by its kind, and no secret with it."""

import datetime as dt
import email
import email.policy
import ipaddress
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipelines import channels
from schemas.alerts import Email, Webhook
from tests.alerts.servers import Hook, Mailbox, closed_port, hook_server, mail_server

CANARY = "canary-7f3a9-secret"
TITLE, TEXT = (
    "粤信：来源迟到 1 · Yuexin: source late 1",
    "【来源迟到】\n位置：data/inbox\n[a source is late]\nWhat to do\n",
)


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_PASSWORD", CANARY)
    monkeypatch.setattr(channels, "TIMEOUT_SECONDS", 0.5)


def mail_to(port: int, **said: Any) -> Email:
    settings = {"name": "office", "channel": "email", "to": ["a@x.org", "b@x.org"], "sender": "yuexin@x.org"}
    return Email(**{**settings, "host": "127.0.0.1", "port": port, "security": "none", **said})


def post_to(**said: Any) -> Webhook:
    return Webhook(**{"name": "robot", "channel": "webhook", "url_env": "THE_URL", **said})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file; whoever trusts the file trusts the server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - dt.timedelta(1), now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_mail_arrives_with_its_chinese_title_and_text() -> None:
    with mail_server(Mailbox()) as box:
        channels.send(mail_to(box.port), TITLE, TEXT)
    (raw,) = box.mails
    assert raw.isascii(), "every mail server takes it"
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == TITLE
    assert mail.get_content().replace("\r\n", "\n") == TEXT
    assert [mail["From"], mail["To"], mail["Auto-Submitted"]] == ["yuexin@x.org", "a@x.org, b@x.org", "auto-generated"]
    assert len(box.to) == 2


def test_a_password_goes_over_starttls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(Mailbox(context=server_context(certificate))) as box:
        to = mail_to(box.port, security="starttls", user="yuexin", password_env="THE_PASSWORD")
        channels.send(to, TITLE, TEXT)
    assert len(box.mails) == len(box.logins) == 1


@pytest.mark.parametrize(
    ("modes", "said", "kind"),
    [
        ({"no_starttls"}, {"security": "starttls"}, "SMTPNotSupportedError"),
        ({"starttls_454"}, {"security": "starttls"}, "SMTPResponseException: SMTP 454"),
        (set(), {"security": "starttls"}, "not trusted"),
        (set(), {"security": "tls"}, "SSLError"),
        ({"silent"}, {}, "no answer within"),
        ({"drop"}, {}, "SMTPServerDisconnected"),
        ({"rcpt_550"}, {}, "SMTPRecipientsRefused"),
        (set(), {"host": "no-such-host.invalid"}, "no such host"),
    ],
)
def test_a_mail_that_does_not_go_out(certificate: Path, modes: set[str], said: dict[str, str], kind: str) -> None:
    context = None if modes else server_context(certificate)
    with mail_server(Mailbox(modes, context)) as box, pytest.raises(channels.NotSent, match=kind):
        channels.send(mail_to(box.port, **said), TITLE, TEXT)
    assert box.mails == []


def test_a_login_that_is_refused_says_nothing_of_the_password(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(Mailbox({"auth_535"}, server_context(certificate))) as box:
        to = mail_to(box.port, security="starttls", user="yuexin", password_env="THE_PASSWORD")
        with pytest.raises(channels.NotSent) as refused:
            channels.send(to, TITLE, TEXT)
    assert box.logins, "the server was told the password and gave it back"
    assert str(refused.value) == "SMTPAuthenticationError: SMTP 535"
    assert refused.value.__cause__ is None


def test_nobody_listens() -> None:
    with pytest.raises(channels.NotSent, match="Connection refused"):
        channels.send(mail_to(closed_port()), TITLE, TEXT)


@pytest.mark.parametrize(
    ("body", "posted"),
    [
        (None, {"title": TITLE, "text": TEXT}),
        ({"msgtype": "text", "text": {"content": "{text}"}}, {"msgtype": "text", "text": {"content": TEXT}}),
        ({"a": ["{title}: {text}", 1, None]}, {"a": [f"{TITLE}: {TEXT}", 1, None]}),
    ],
)
def test_a_post_has_the_body_that_the_settings_give(
    body: dict[str, Any] | None, posted: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook_server(Hook()) as hook:
        monkeypatch.setenv("THE_URL", f"{hook.url}/send?access_token={CANARY}")
        channels.send(post_to(**({"body": body} if body else {})), TITLE, TEXT)
    ((path, content),) = hook.posts
    assert path == f"/send?access_token={CANARY}"
    assert json.loads(content) == posted
    assert TITLE.encode() in content or body, "Chinese stands as it is, not as escapes"


@pytest.mark.parametrize(
    ("hook", "kind"),
    [
        (Hook(status=500), "HTTP 500"),
        (Hook(status=302), "HTTP 302"),
        (Hook(answer=b'{"errcode": 310000, "errmsg": "' + CANARY.encode() + b'"}'), "errcode 310000"),
        (Hook(answer=b'{"code": 19024, "msg": "Key Words Not Found"}'), "code 19024"),
        (Hook(wait=1.5), "no answer within"),
    ],
)
def test_a_post_that_is_not_taken(hook: Hook, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook_server(hook):
        monkeypatch.setenv("THE_URL", f"{hook.url}/send?access_token={CANARY}")
        with pytest.raises(channels.NotSent, match=kind) as refused:
            channels.send(post_to(), TITLE, TEXT)
    assert CANARY not in str(refused.value)
    assert len(hook.posts) == 1


@pytest.mark.parametrize("answer", [b"", b"ok", b"[]", b'{"code": 200}', b'{"StatusCode": 0, "code": 0}'])
def test_what_a_webhook_may_answer_when_it_took_the_message(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with hook_server(Hook(answer=answer)) as hook:
        monkeypatch.setenv("THE_URL", hook.url)
        channels.send(post_to(), TITLE, TEXT)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (None, "THE_URL is not set"),
        (f"ftp://127.0.0.1/{CANARY}", "THE_URL .* holds no http"),
        (CANARY, "THE_URL .* holds no http"),
        (f"http://127.0.0.1/a {CANARY}", "InvalidURL"),
        (f"http://127.0.0.1:{CANARY}/", "InvalidURL"),
        (f"http://{CANARY}.invalid/", "no such host"),
        (f"http://127.0.0.1:1/{CANARY}", "Connection refused"),
    ],
)
def test_an_address_that_cannot_be_used_is_not_shown(
    url: str | None, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("THE_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("THE_URL", url)
    with pytest.raises(channels.NotSent, match=kind) as refused:
        channels.send(post_to(), TITLE, TEXT)
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_long_text_is_cut_at_a_line_and_says_how_much_is_left_out() -> None:
    text = "\n".join(f"第 {n} 行" for n in range(1000))
    short = channels.shortened(text, 2000)
    assert len(short.encode()) <= 2000
    *kept, last = short.splitlines()
    assert text.startswith("\n".join(kept) + "\n")
    assert f"{1000 - len(kept)} more lines" in last
    assert channels.shortened(TEXT, 2000) == TEXT
