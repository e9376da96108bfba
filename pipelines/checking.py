"""Checking without keeping: what a run would find, and what files would bring to it if they were handed in.

Everything is made in a temporary folder from the bytes that the clone holds. Nothing under data/ is written, no lock is
taken, Dagster is not loaded: it works beside a run, and in a clone that cannot be written.
"""

import datetime as dt
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from pipelines import audit, computing, console, ingest, warehouse
from pipelines.audit import Audit
from pipelines.audit_checks import Check
from pipelines.expectations import KEPT, Expecting, tasks
from pipelines.ingest import Delivery
from pipelines.marts import Mart, load_marts
from pipelines.workspace import Workspace
from schemas.codes import CheckKind, FindingStatus, Frequency, Severity
from schemas.periods import Period, parse_label
from schemas.reference_data import Reference
from schemas.registry import COMPUTED
from sources.snapshots import Arrival, LedgerBroken, SnapshotStore

_FOUND = """
    SELECT
        FALSE AS refused, c.check_name AS rule, c.kind, c.severity, c.status, f.file_name AS file, c.locator,
        CASE
            WHEN o.obs_status IS DISTINCT FROM 'Q' THEN nullif(concat_ws(' ', v.value_text, v.unit_published), '')
        END AS text,
        c.said, rtrim(rtrim(CAST(c.difference AS VARCHAR), '0'), '.') AS difference, c.indicator_id, c.area_code,
        c.source_id, c.period, CAST(c.released_on AS VARCHAR) AS released_on, NULL AS do_zh, NULL AS do_en,
        c.explained_zh, c.explained_en, c.series_id, c.snapshot_sha256 AS sha256, NULL AS line, NULL AS col
    FROM check_results AS c
    LEFT JOIN (SELECT snapshot_sha256, min(file_name) AS file_name FROM snapshots GROUP BY ALL) AS f
        ON c.snapshot_sha256 = f.snapshot_sha256
    LEFT JOIN versions AS v
        ON c.series_id = v.series_id AND c.period = v.period AND c.released_on = v.released_on
        AND c.snapshot_sha256 = v.snapshot_sha256 AND c.locator = v.locator
    LEFT JOIN observations AS o ON c.series_id = o.series_id AND c.period = o.period
    UNION ALL
    SELECT DISTINCT
        TRUE, rule, 'must', 'ERROR', 'open', file_name, locator, nullif(raw_text, ''), NULL, NULL, NULL, NULL,
        nullif(source_id, 'unclaimed'), NULL, NULL, message_zh, message_en, NULL, NULL, NULL, snapshot_sha256,
        line_number, column_number
    FROM rejections
    ORDER BY refused DESC, file, line, col, rule, length(locator), locator, period, said
"""
"""Refusals, then findings. A value that is suppressed now is not shown, wherever an earlier file has it."""
_FILES = """
    SELECT s.snapshot_sha256, any_value(s.file_name), any_value(s.source_id), any_value(s.cells_taken),
        (SELECT coalesce(sum(r.cells), 0) FROM rejections AS r WHERE r.snapshot_sha256 = s.snapshot_sha256)
    FROM snapshots AS s
    GROUP BY s.snapshot_sha256
    ORDER BY ALL
"""


@dataclass(frozen=True)
class Finding:
    """A cell that a check accuses, or one `refused`; `caused`: held before, and accused because of the files given."""

    refused: bool
    rule: str
    zh: str
    en: str
    kind: CheckKind
    severity: Severity
    status: FindingStatus
    file: str | None
    locator: str | None
    text: str | None
    said: str | None
    difference: str | None
    indicator_id: str | None
    area_code: str | None
    source_id: str | None
    period: str | None
    released_on: str | None
    do_zh: str
    do_en: str
    explained_zh: str | None
    explained_en: str | None
    caused: bool = False

    @property
    def stops(self) -> bool:
        """Whether a run would stop at it, or lose a value by it."""
        return self.severity is Severity.ERROR and self.status is not FindingStatus.WAIVED


@dataclass(frozen=True)
class CheckedFile:
    """A file that was read: its source, the cells taken as values, how many of them were refused."""

    name: str
    source_id: str | None
    cells: int
    refused: int


@dataclass(frozen=True)
class Checked:
    """What a check found."""

    findings: list[Finding]
    rules: tuple[Check, ...]
    files: list[CheckedFile]
    observations: int

    @property
    def stopping(self) -> list[Finding]:
        """What fails the check."""
        return [f for f in self.findings if f.stops]

    @property
    def explained(self) -> list[Finding]:
        """Warnings beside which an explanation stands."""
        return [f for f in self.findings if not f.stops and f.status is not FindingStatus.OPEN]

    @property
    def warnings(self) -> list[Finding]:
        """Warnings that nothing explains."""
        return [f for f in self.findings if not f.stops and f.status is FindingStatus.OPEN]


@dataclass(frozen=True)
class _Aside(Workspace):
    """The workspace with all that is written elsewhere; its inbox, too, which an intake empties."""

    elsewhere: Path = Path()

    @property
    def inbox(self) -> Path:
        return self.elsewhere / "inbox"

    @property
    def snapshots(self) -> Path:
        return self.elsewhere / "snapshots"

    @property
    def warehouse(self) -> Path:
        return self.elsewhere / "warehouse.duckdb"


@dataclass(frozen=True)
class _Found:
    """A finding with what tells it from others."""

    sha256: str | None
    key: tuple[object, ...]
    finding: Finding


def check(
    workspace: Workspace, reference: Reference, given: list[Delivery], *, source_id: str | None, since: dt.date | None
) -> Checked:
    """What checks find in all that is held, or, where files are given, in them and because of them.

    Files are read beside what is held, as releases of their sources: history and other sources see them. Without
    files `source_id` keeps the findings of one source. `since` keeps those of periods that end on the day or later,
    and those of no period.

    Raises:
        OSError: a file cannot be read.
        LedgerBroken: the ledger or a snapshot is damaged.
        StructuralFault, CheckFault, MartFault: code or SQL is at fault.
    """
    everything, marts = audit.load_audit(workspace.sql / "checks", reference), load_marts(workspace.sql)
    now = dt.datetime.now(dt.UTC)
    day = now.astimezone(ingest.OFFICE_TIME).date()
    with (
        _opened_aside(workspace, reference, day) as (aside, connection),
        console.StepProgress(2 if given else 1) as progress,
    ):

        def judged(handed_in: list[Delivery]) -> tuple[list[Arrival], list[_Found]]:
            arrivals = ingest.receive(aside, reference, handed_in, now)
            ingest.take_in(aside, reference, connection, console.track_files)
            progress.started("检查 judging")
            _judge(connection, everything, marts, day, _expecting(workspace, reference, aside))
            progress.finished()
            return arrivals, _findings(connection, everything)

        _, held = judged(ingest.deliveries(workspace, [], []))
        found, names = [f.finding for f in held], dict[str, str]()
        if given:
            arrivals, beside = judged(given)
            for delivery, arrival in zip(given, arrivals, strict=True):
                names.setdefault(arrival.sha256, os.fsencode(delivery.path).decode("utf-8", "replace"))
            found = _of_given(beside, held, names)
        files = [
            CheckedFile(names.get(sha, name), None if source == ingest.UNCLAIMED else source, cells, int(refused))
            for sha, name, source, cells, refused in connection.execute(_FILES).fetchall()
            if not given or sha in names
        ]
        observations = warehouse.count(connection, "observations")
    kept = [f for f in found if (given or source_id in (None, f.source_id)) and _is_since(f, since)]
    return Checked(kept, everything.checks, files, observations)


@contextmanager
def _opened_aside(
    workspace: Workspace, reference: Reference, day: dt.date
) -> Iterator[tuple[_Aside, duckdb.DuckDBPyConnection]]:
    """A workspace in a temporary folder with the ledger and links to its snapshots, and its warehouse, still empty."""
    with tempfile.TemporaryDirectory(prefix="yuexin-check-") as folder:
        aside = _Aside(workspace.root, elsewhere=Path(folder))
        _link_snapshots(workspace, aside)
        try:
            with warehouse.opened(aside.warehouse, "check", lambda _: None) as connection:
                warehouse.replace_reference(connection, reference, day)
                yield aside, connection
        except LedgerBroken as error:
            raise LedgerBroken(str(error).replace(str(aside.snapshots), str(workspace.snapshots))) from error


def period_of(label: str) -> Period | None:
    """The period that a label names, whichever its frequency; None if it is none."""
    for frequency in Frequency:
        try:
            return parse_label(frequency, label)
        except ValueError:
            continue
    return None


def _is_since(finding: Finding, since: dt.date | None) -> bool:
    period = period_of(finding.period) if finding.period else None
    return since is None or period is None or period.end >= since


def _link_snapshots(workspace: Workspace, aside: _Aside) -> None:
    """The ledger as it is now, copied, and links to the bytes that it names."""
    held, store = SnapshotStore(workspace.snapshots), SnapshotStore(aside.snapshots)
    aside.snapshots.mkdir()
    if held.ledger_path.exists():
        store.ledger_path.write_bytes(held.ledger_path.read_bytes())
    for sha256 in {a.sha256 for a in held.arrivals()}:
        link = store.path(sha256)
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(held.path(sha256))


def _expecting(workspace: Workspace, reference: Reference, aside: _Aside) -> Expecting:
    """The suites, with what the last run and the last judgement here said of the same rows."""
    kept = aside.elsewhere / KEPT
    before = workspace.warehouse.parent / KEPT
    if not kept.exists() and before.exists():
        shutil.copyfile(before, kept)
    return Expecting(tasks(reference.suites.values(), workspace.sql), kept)


def _judge(
    connection: duckdb.DuckDBPyConnection, everything: Audit, marts: dict[str, Mart], day: dt.date, suites: Expecting
) -> None:
    """Makes the tables that checks read, and `check_results`."""
    needed = _needed([*everything.reads, "versions"], marts)
    computing.build_all(connection, [t for t in COMPUTED if t.info.name in needed], marts, None)
    with suites:
        audit.judge(connection, everything, day, suites.findings(connection, {}))


def _needed(names: Iterable[str], marts: dict[str, Mart]) -> set[str]:
    """The computed tables among the names, and all that these are made from."""
    computed = {name for name in names if name in marts}
    below = {read for name in computed for read in marts[name].reads if read in marts}
    return computed if below <= computed else _needed(computed | below, marts)


def _findings(connection: duckdb.DuckDBPyConnection, everything: Audit) -> list[_Found]:
    rules = {c.name: c for c in everything.checks}
    result = connection.execute(_FOUND)
    names = [d[0] for d in result.description or ()]
    found = []
    for row in result.fetchall():
        said: dict[str, Any] = dict(zip(names, row, strict=True))
        series_id, sha256, _line, _column = (said.pop(name) for name in ("series_id", "sha256", "line", "col"))
        key = (said["rule"], said["status"], series_id, said["period"], sha256, said["locator"], said["indicator_id"])
        said |= {
            "kind": CheckKind.of(said["kind"]),
            "severity": Severity.of(said["severity"]),
            "status": FindingStatus.of(said["status"]),
        }
        if said["refused"]:
            about = {"zh": "拒收", "en": "Refused when the file was read"}
        else:
            rule = rules[said["rule"]]
            about = {"zh": rule.zh, "en": rule.en, "do_zh": rule.explanation_zh, "do_en": rule.explanation_en}
        found.append(_Found(sha256, key, Finding(**(said | about))))
    return found


def _of_given(found: list[_Found], held: list[_Found], names: dict[str, str]) -> list[Finding]:
    """The findings in the files given, by sha256, under the names given; and those that are there because of them.

    A finding elsewhere is caused by the files if its check accuses its cell more often than without them; that the
    numbers of a formula changed is no new accusation.
    """
    before, now = (Counter(f.key for f in some) for some in (held, found))
    formulas = {(f.key, f.finding.said) for f in held}
    mine: list[Finding] = []
    for f in found:
        if f.sha256 in names:
            mine.append(replace(f.finding, file=names[f.sha256]))
        elif now[f.key] > before[f.key] and (f.key, f.finding.said) not in formulas:
            mine.append(replace(f.finding, caused=True))
    return mine
