"""Who is told what, and how: data/reference/alerts.yaml. Secrets stand in environment variables alone."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, model_validator

from schemas.codes import Code
from schemas.reference import Entry, Identifier

VariableName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", description="name of an environment variable")]
Languages = Literal["zh", "en", "both"]


class AlertKind(Code):
    """What somebody can be told of, the most pressing first: a message that is too long is cut at its end."""

    RUN_FAILED = "run_failed", "运行失败", "a run failed or died"
    ERROR_FOUND = "error_found", "强制性检查不通过", "a finding that stopped the publish"
    VERDICT_CHANGED = "verdict_changed", "目标结论变化", "a target's verdict changed between publishes"
    WAIVER_EXPIRED = "waiver_expired", "豁免到期", "a waiver has expired, what it waived counts again"
    SOURCE_LATE = "source_late", "来源迟到", "a source is later than its calendar"


class _Recipient(Entry):
    name: Identifier
    kinds: tuple[AlertKind, ...] = Field(
        tuple(AlertKind), description="what of; all kinds where not said", min_length=1
    )
    language: Languages = "both"


class Email(_Recipient):
    """Somebody told by e-mail."""

    channel: Literal["email"]
    to: tuple[str, ...] = Field(min_length=1, description="addresses")
    sender: str = Field(description="address that the mail comes from")
    host: str = Field(description="mail server")
    port: int = Field(25, ge=1, le=65535)
    security: Literal["none", "starttls", "tls"] = Field(
        "starttls", description="starttls: encrypted or not sent; tls: encrypted from the first byte (port 465)"
    )
    user: str | None = None
    password_env: VariableName | None = Field(None, description="environment variable that holds the password")

    @model_validator(mode="after")
    def _keeps_its_password(self) -> Self:
        if (self.user is None) != (self.password_env is None):
            raise ValueError("user and password_env go together")
        if self.password_env is not None and self.security == "none":
            raise ValueError("a password is sent over starttls or tls alone")
        return self


class Webhook(_Recipient):
    """A robot or a program told by an HTTP POST."""

    channel: Literal["webhook"]
    url_env: VariableName = Field(description="environment variable that holds the address, with its token")
    body: dict[str, JsonValue] = Field(
        {"title": "{title}", "text": "{text}"},
        description="the JSON sent; {title} and {text} are put in wherever they stand",
    )
    longest: int = Field(2000, ge=200, description="bytes of text that the robot takes; what is over is counted")

    def filled(self, title: str, text: str) -> Any:
        """The body with its places filled."""
        return _filled(self.body, {"{title}": title, "{text}": text})


class AlertSettings(Entry):
    """Everybody who is told of anything; nobody where empty, and then nothing is looked at."""

    recipients: tuple[Annotated[Email | Webhook, Field(discriminator="channel")], ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [r.name for r in self.recipients]
        if len(set(names)) < len(names):
            raise ValueError("each recipient needs a name of its own: the record of what was sent goes by it")
        return self


def _filled(template: JsonValue, words: dict[str, str]) -> JsonValue:
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, words) for value in template]
    if isinstance(template, str):
        before, place, after = template.partition("{text}")
        head, tail = (part.replace("{title}", words["{title}"]) for part in (before, after))
        return head + (words["{text}"] if place else "") + tail
    return template
