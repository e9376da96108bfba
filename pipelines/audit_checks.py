"""A check: one SELECT that gives what is wrong, under a header that says what it means."""

import re
from dataclasses import dataclass
from pathlib import Path

from schemas.codes import CheckKind, Severity

_HEADER = re.compile(r"-- (?P<key>[a-z][a-z ]*): (?P<text>.*)|--   (?P<more>.*)")
_NEEDED = ("check", "kind", "severity", "explanation zh", "explanation en", "reads")


@dataclass(frozen=True)
class Check:
    """One check: what it is called, what a finding means and what to do, and the SELECT that gives the findings."""

    name: str
    zh: str
    en: str
    kind: CheckKind
    severity: Severity
    explanation_zh: str
    explanation_en: str
    reads: tuple[str, ...]
    sql: str
    suite: str | None = None
    """Of an expectation: the suite that it is of."""


class CheckFault(Exception):
    """A check's file that says too little of itself."""


def load_checks(folder: Path) -> list[Check]:
    """The checks of a folder of SQL files, by name.

    Raises:
        CheckFault: a header lacks a line, or names no kind or severity there is.
    """
    return [_load(path) for path in sorted(folder.glob("*.sql"))]


def header_and_sql(text: str) -> tuple[dict[str, str], str]:
    """The lines `-- key: text` above a SELECT, and the SELECT."""
    said: dict[str, str] = {}
    key = ""
    body = text.splitlines()
    while body and (match := _HEADER.fullmatch(body[0])):
        body.pop(0)
        key = match["key"] or key
        said[key] = f"{said[key]} {match['more']}" if match["more"] else match["text"]
    return said, "\n".join(body).strip()


def _load(path: Path) -> Check:
    said, sql = header_and_sql(path.read_text("utf-8"))
    missing = [key for key in _NEEDED if key not in said]
    if missing:
        raise CheckFault(f"{path}: the header lacks {', '.join(missing)}")
    try:
        zh, en = said["check"].split(" | ")
        return Check(
            name=path.stem,
            zh=zh,
            en=en,
            kind=CheckKind.of(said["kind"].split()[-1]),
            severity=Severity.of(said["severity"]),
            explanation_zh=said["explanation zh"],
            explanation_en=said["explanation en"],
            reads=tuple(said["reads"].split(", ")),
            sql=sql,
        )
    except ValueError as error:
        raise CheckFault(f"{path}: {error}") from error
