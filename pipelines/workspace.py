"""The workspace: where everything lies, who may write, and which code it is."""

import fcntl
import hashlib
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

LOCK_WAIT_SECONDS = 600
_INTAKE_CODE = ("schemas/**/*.py", "sources/**/*.py")
_CODE = (*_INTAKE_CODE, "pipelines/**/*.py", "sql/**/*.sql")


class Busy(Exception):
    """Another run holds the writer's lock and did not let go in time."""


@dataclass(frozen=True)
class Workspace:
    """The project's folder; every path of the system is a property of it."""

    root: Path

    @property
    def reference(self) -> Path:
        """The reference data, committed."""
        return self.root / "data" / "reference"

    @property
    def figures(self) -> Path:
        """The real figures that ship, committed."""
        return self.root / "data" / "figures"

    @property
    def inbox(self) -> Path:
        """Where people drop files."""
        return self.root / "data" / "inbox"

    @property
    def snapshots(self) -> Path:
        """Bytes of files, the ledger and the run log."""
        return self.root / "data" / "snapshots"

    @property
    def run_log(self) -> Path:
        """One line when a run begins, one when it ends."""
        return self.snapshots / "runs.jsonl"

    @property
    def findings_log(self) -> Path:
        """One line a run: which findings of checks appeared, which are gone."""
        return self.snapshots / "findings.jsonl"

    @property
    def alerts_log(self) -> Path:
        """What people were to be told, and who was told; only ever added to, and only where alerts are set up."""
        return self.snapshots / "alerts.jsonl"

    @property
    def review_log(self) -> Path:
        """One line for everything that a person did about what waited."""
        return self.snapshots / "reviews.jsonl"

    @property
    def warehouse(self) -> Path:
        """The warehouse: made from snapshots, ledger, reference data and code; may be deleted."""
        return self.root / "data" / "warehouse" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Numbered publishes, `current`, `current.json`, `latest/`."""
        return self.root / "data" / "published"

    @property
    def sql(self) -> Path:
        """What is computed."""
        return self.root / "sql"

    @cached_property
    def intake_code(self) -> str:
        """A digest of the code by which files are read; when it changes, all snapshots are read again."""
        return _digest(self.root, _INTAKE_CODE)

    @cached_property
    def code_version(self) -> str:
        """The project's version and a digest of all its code."""
        return f"0.1.0+{_digest(self.root, _CODE)[:12]}"

    @contextmanager
    def alive(self, run_id: str) -> Iterator[None]:
        """Marks a run as alive for as long as its process holds this lock."""
        path = self._alive_path(run_id)
        while True:
            with _open_lock(path) as f:
                fcntl.flock(f, fcntl.LOCK_EX)
                if not _is_still(path, f):
                    continue  # another process took the mark for a dead run's between the two calls above
                try:
                    yield
                finally:
                    path.unlink(missing_ok=True)
                return

    def is_alive(self, run_id: str) -> bool | None:
        """Whether a run's process lives; None if the run never marked itself."""
        path = self._alive_path(run_id)
        if not path.exists():
            return None
        with _open_lock(path) as f:
            try:
                fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            path.unlink(missing_ok=True)
            return False

    def _alive_path(self, run_id: str) -> Path:
        return self.warehouse.parent / "alive" / run_id

    @contextmanager
    def writer(self, say: Callable[[str], None], wait_seconds: float = LOCK_WAIT_SECONDS) -> Iterator[None]:
        """The right to write: one process at a time; it ends with the process, however that dies.

        Raises:
            Busy: another process kept it for longer than `wait_seconds`.
        """
        path = self.warehouse.parent / "writer.lock"
        with _open_lock(path) as f:
            deadline = time.monotonic() + wait_seconds
            told = False
            while True:
                try:
                    fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    holder = path.read_text("utf-8").strip()
                    if time.monotonic() >= deadline:
                        raise Busy(
                            f"another run is writing ({holder}); waited {wait_seconds:.0f} s. "
                            "Wait for it to end, or stop that process, and run again"
                        ) from None
                    if not told:
                        say(f"waiting: another run is writing ({holder})")
                        told = True
                    time.sleep(0.2)
            f.truncate(0)
            f.write(f"pid {os.getpid()} on {socket.gethostname()}")
            f.flush()
            yield


def _is_still(path: Path, f: TextIO) -> bool:
    return path.exists() and path.stat().st_ino == os.fstat(f.fileno()).st_ino


def _open_lock(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+", encoding="utf-8")


def _digest(root: Path, patterns: tuple[str, ...]) -> str:
    digest = hashlib.sha256(f"duckdb {version('duckdb')}".encode())
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
