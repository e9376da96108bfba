"""Snapshots (the bytes of files under their sha256) and the ledger (one line an arrival, only ever added to)."""

import datetime as dt
import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.codes import ReleasedOnOrigin


class LedgerBroken(Exception):
    """The ledger or a snapshot is not what it was when it was written."""


class Arrival(BaseModel):
    """One line of the ledger. `released_on` is null where each row of the file says its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recorded_in: int
    sha256: str
    received_at: dt.datetime
    source_id: str | None
    released_on: dt.date | None
    released_on_origin: ReleasedOnOrigin | None
    name: str
    size: int
    by: str


@dataclass(frozen=True)
class Snapshot:
    """A file's bytes as they arrived."""

    sha256: str
    name: str
    content: bytes


def read_snapshot(path: Path, own_name: str | None = None) -> Snapshot:
    """The snapshot that a file would be, under its own name if that is another. Raises OSError if it cannot be read."""
    content = path.read_bytes()
    raw = os.fsencode(own_name or path.name)
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        name = raw.decode("gb18030", "replace")
    return Snapshot(hashlib.sha256(content).hexdigest(), name, content)


class SnapshotStore:
    """The folder data/snapshots: `<first two digits>/<sha256>` and ledger.jsonl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger_path = folder / "ledger.jsonl"

    def path(self, sha256: str) -> Path:
        """Where a snapshot's bytes lie."""
        return self.folder / sha256[:2] / sha256

    def content(self, sha256: str) -> bytes:
        """A snapshot's bytes.

        Raises:
            LedgerBroken: they are gone, or no longer hash to their name.
        """
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise LedgerBroken(
                f"{self.path(sha256)}: a snapshot named in the ledger is gone; restore it from a backup"
            ) from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise LedgerBroken(f"{self.path(sha256)}: the bytes no longer hash to the name; restore it from a backup")
        return content

    def keep(self, snapshot: Snapshot) -> None:
        """Writes the bytes once, durably, before anything refers to them."""
        target = self.path(snapshot.sha256)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        with aside.open("wb") as f:
            f.write(snapshot.content)
            f.flush()
            os.fsync(f.fileno())
        aside.replace(target)
        fsync_folder(target.parent)

    def arrivals(self) -> list[Arrival]:
        """The ledger, line by line.

        Raises:
            LedgerBroken: a whole line does not parse. A last line without its end was never acknowledged
                and is left out.
        """
        return list(self._lines())

    def _lines(self) -> Iterator[Arrival]:
        if not self.ledger_path.exists():
            return
        for number, line in enumerate(self.ledger_path.read_bytes().split(b"\n")[:-1], 1):
            try:
                yield Arrival.model_validate_json(line)
            except ValidationError as error:
                raise LedgerBroken(
                    f"{self.ledger_path}:{number}: not a ledger line ({error.error_count()} faults); "
                    "restore the file from a backup"
                ) from error

    def append(self, arrivals: list[Arrival]) -> None:
        """Adds lines and makes them durable; a torn last line of a killed process is cut off first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        append_lines(self.ledger_path, [json.loads(a.model_dump_json()) for a in arrivals])


def append_lines(path: Path, records: list[dict[str, object]]) -> None:
    """Appends JSON lines durably; what a killed process left of a line is cut off first."""
    with path.open("a+b") as f:
        _cut_torn_line(f.fileno())
        f.write(b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records))
        f.flush()
        os.fsync(f.fileno())
    fsync_folder(path.parent)


def _cut_torn_line(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    content = os.pread(descriptor, size, 0)
    if content and not content.endswith(b"\n"):
        os.ftruncate(descriptor, content.rfind(b"\n") + 1)


def fsync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def current_user() -> str:
    """Who runs this process, for the ledger."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
