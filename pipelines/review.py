"""The review list: what waits for a person, and what a person does about it; every act is an appended record."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace

import duckdb

from pipelines import console, ingest, publishing, review_log
from pipelines.freshness import freshness
from pipelines.workspace import Workspace
from schemas.codes import CorrectionStatus, ReviewAction, ReviewKind, Severity
from schemas.reference_data import Reference
from schemas.reference_files import close_match
from schemas.reviews import ReviewRecord
from sources.intake import claim
from sources.snapshots import SnapshotStore, current_user

_CLOSES = (ReviewAction.ACCEPT, ReviewAction.REJECT)
_MAY_BE_REJECTED = (ReviewKind.UNCLAIMED, ReviewKind.REFUSED)
_OWNER = re.compile(r"team:[\w-]+|[^@\s]+@[^@\s]+")

_REFUSED = """
    SELECT snapshot_sha256, file_name, rule, sum(cells), min_by(concat_ws(' ', locator, raw_text), line_number),
        min(message_zh), min(message_en)
    FROM rejections GROUP BY ALL ORDER BY file_name, rule
"""
_FINDINGS = """
    SELECT check_name, coalesce(series_key, locator), coalesce(period, ''), finding_number,
        concat_ws(' · ', file_name, locator, said), severity
    FROM check_results LEFT JOIN series USING (series_id)
    WHERE status = 'open' OR (severity = 'ERROR' AND status <> 'waived') ORDER BY check_name, 2, 3, finding_number
"""
_KIND_OF_CHECK = {"growth_unexplained": ReviewKind.GROWTH, "waiver_expired": ReviewKind.WAIVER}
_BY_SOURCE = ("file.unclaimed", "file.claimed_twice")
_TO_DO = {
    ReviewKind.UNCLAIMED: (
        "yuexin review accept ID --source …（指明来源），或 reject ID --reason …（不收）",
        "yuexin review accept ID --source … (whose file it is), or reject ID --reason …",
    ),
    ReviewKind.LATE: ("向来源索要，或运行 yuexin ingest", "ask the source for it, then yuexin ingest"),
    ReviewKind.FINDING: (
        "核对原文；在 data/reference/explanations 写明原因，或更正",
        "compare with the publication; say why in data/reference/explanations, or correct it",
    ),
    ReviewKind.WAIVER: (
        "解决问题，或在 data/reference/waivers 展期",
        "put it right, or prolong it in data/reference/waivers",
    ),
    ReviewKind.CORRECTION: (
        "核对依据，改为 confirmed 或 withdrawn",
        "look at what it rests on, then set its status to confirmed or withdrawn",
    ),
}
_TO_DO[ReviewKind.GROWTH] = _TO_DO[ReviewKind.FINDING]
_MUST = (
    "按 docs/checks.md 中该检查所说改正后重新报送；或在 data/reference/waivers 豁免",
    "put it right as docs/checks.md says of the check and hand it in again; or waive it in data/reference/waivers",
)
"""Of a finding that stops the publish: an explanation does not help it."""


class NotPossible(Exception):
    """What was asked for cannot be done: no such item or source, or not with an item of this kind."""


class NotReadable(Exception):
    """The file cannot be read as this source's."""


@dataclass(frozen=True)
class Item:
    """One thing that waits: its stable id, what it is about, what is the matter, what to do."""

    kind: ReviewKind
    key: str
    about: str
    matter: str
    to_do: tuple[str, str]
    sha256: str | None = None
    assigned_to: str | None = None

    @property
    def item_id(self) -> str:
        """The same for the same thing in every run: eight digits of a hash of what it is."""
        return hashlib.sha256(f"{self.kind} {self.key}".encode()).hexdigest()[:8]


def waiting(workspace: Workspace, reference: Reference) -> list[Item]:
    """Everything that waits, but what was accepted or rejected; files by the ledger, the rest by the newest tables."""
    done = review_log.records(workspace)
    closed = {r.item_id for r in done if r.action in _CLOSES}
    assigned = {r.item_id: r.assigned_to for r in done if r.action is ReviewAction.ASSIGN}
    found = [*_unclaimed(workspace, reference), *_drafts(reference)]
    with _newest_tables(workspace) as connection:
        if connection is not None:
            found += [*_refused(workspace, connection), *_late(connection, reference), *_findings(connection)]
    order = list(ReviewKind)
    found.sort(key=lambda item: order.index(item.kind))
    return [replace(i, assigned_to=assigned.get(i.item_id)) for i in found if i.item_id not in closed]


@contextmanager
def _newest_tables(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The newest publish; after a run that a check stopped that run's tables, unless another run is writing them."""
    with ExitStack() as opened:
        connection = None
        if publishing.stopped_page(workspace).exists():
            with suppress(duckdb.IOException):
                connection = opened.enter_context(duckdb.connect(workspace.warehouse, read_only=True))
        newest = publishing.newest_database(workspace.published)
        if connection is None and newest is not None:
            connection = opened.enter_context(duckdb.connect(newest, read_only=True))
        yield connection


def _unclaimed(workspace: Workspace, reference: Reference) -> Iterator[Item]:
    store = SnapshotStore(workspace.snapshots)
    arrivals = store.arrivals()
    taken = {a.sha256 for a in arrivals if a.source_id is not None}
    for sha, name in {a.sha256: a.name for a in arrivals if a.sha256 not in taken}.items():
        problem = claim(name, store.content(sha), reference, None).problem
        if problem is not None:
            to_do = _TO_DO[ReviewKind.UNCLAIMED] if problem.rule in _BY_SOURCE else (problem.zh, problem.en)
            yield Item(ReviewKind.UNCLAIMED, sha, name, f"{problem.rule}: {problem.raw}", to_do, sha)


def _drafts(reference: Reference) -> Iterator[Item]:
    for c in reference.corrections.values():
        if c.status is CorrectionStatus.DRAFT:
            about = f"{c.correction_id}: {c.source_id} {c.indicator_id} {c.area_code} {c.period}"
            yield Item(ReviewKind.CORRECTION, c.correction_id, about, c.zh, _TO_DO[ReviewKind.CORRECTION])


def _refused(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> Iterator[Item]:
    """What was refused of files that a source takes, by file and rule."""
    unclaimed = {a.sha256 for a in SnapshotStore(workspace.snapshots).arrivals() if a.source_id is None}
    for sha, file, rule, cells, first, zh, en in connection.execute(_REFUSED).fetchall():
        if not (sha in unclaimed and rule.startswith("file.")):
            to_do = (f"{zh}；或 yuexin review reject ID --reason …", f"{en}; or yuexin review reject ID --reason …")
            yield Item(ReviewKind.REFUSED, f"{sha} {rule}", file, f"{rule} × {cells}: {first}", to_do, sha)


def _late(connection: duckdb.DuckDBPyConnection, reference: Reference) -> Iterator[Item]:
    for f in freshness(connection, reference):
        if f.late:
            matter = f"最新 newest held {f.newest or '—'}, 应有 due {f.due}"
            yield Item(ReviewKind.LATE, f"{f.source_id} {f.due}", f.source_id, matter, _TO_DO[ReviewKind.LATE])


def _findings(connection: duckdb.DuckDBPyConnection) -> Iterator[Item]:
    for check, what, period, number, matter, severity in connection.execute(_FINDINGS).fetchall():
        kind = _KIND_OF_CHECK.get(check, ReviewKind.FINDING)
        about = " ".join(filter(None, (check, what, period)))
        yield Item(
            kind,
            f"{check} {what} {period} {number}",
            about,
            matter,
            _MUST if severity == Severity.ERROR else _TO_DO[kind],
        )


def show(workspace: Workspace, reference: Reference) -> None:
    """Prints what waits."""
    items = waiting(workspace, reference)
    if publishing.current(workspace.published) is None and not publishing.stopped_page(workspace).exists():
        console.say("尚未发布，只列文件与更正 nothing is published yet, files and corrections alone: make run")
    if not items:
        console.say("没有待办 nothing waits")
        return
    console.table(
        f"待办 what waits for a person: {len(items)}",
        ["ID", "类别 kind", "所指 about", "指派 assigned", "情况 matter", "处理 what to do"],
        [(i.item_id, f"{i.kind.zh}\n{i.kind}", i.about, i.assigned_to, i.matter, "\n".join(i.to_do)) for i in items],
    )


def accept(
    workspace: Workspace, reference: Reference, item_id: str, source_id: str, day: dt.date | None, by: str | None
) -> str:
    """Records that a file is a source's; the next run takes it.

    Raises:
        NotPossible: no such item or source, a day in the future, or the item is no file that waits.
        NotReadable: none of the source's forms, or several, are the file's.
    """
    item = _item(workspace, reference, item_id)
    if item.kind is not ReviewKind.UNCLAIMED or item.sha256 is None:
        raise NotPossible(f"{item_id} {item.kind.zh} {item.kind}: only a file that no source claims can be accepted")
    if source_id not in reference.sources:
        near = close_match(source_id, reference.sources)
        raise NotPossible(f"--source {source_id}: no such source{f'; did you mean {near}?' if near else ''}")
    now = dt.datetime.now(dt.UTC)
    if day is not None and day > now.astimezone(ingest.OFFICE_TIME).date():
        raise NotPossible(f"--released-on {day}: a release date in the future")
    path = SnapshotStore(workspace.snapshots).path(item.sha256)
    _, taken = ingest.dry_run(ingest.Delivery(path, source_id, day, item.about), reference, now)
    problem = taken.refused_whole
    if problem is not None and problem.rule in _BY_SOURCE:
        raise NotReadable(
            f"{item.about}: 与 {source_id} 的文件格式都不相符，或与多种相符；在 data/reference/sources 中补充其 files\n"
            f"it has none of the forms of {source_id}, or several; add to its files in data/reference/sources"
        )
    if problem is not None:
        raise NotReadable(f"{item.about}: {problem.zh}\n{problem.en}")
    said = {"sha256": item.sha256, "source_id": source_id, "released_on": day}
    _record(workspace, item, ReviewAction.ACCEPT, by, said)
    return f"{item.about} → {source_id}: 下次运行收入 the next run takes it (make run)"


def reject(workspace: Workspace, reference: Reference, item_id: str, reason: str, by: str | None) -> str:
    """Records why a file, or what was refused of one, need not be looked at again.

    Raises:
        NotPossible: no such item, no reason, or the item is neither.
    """
    item = _item(workspace, reference, item_id)
    if item.kind not in _MAY_BE_REJECTED:
        zh, en = item.to_do
        raise NotPossible(
            f"{item_id} {item.kind.zh} {item.kind}: only files and refusals can be rejected; this goes when it is "
            f"settled: {zh}; {en}"
        )
    if not reason.strip():
        raise NotPossible("--reason: say why")
    _record(workspace, item, ReviewAction.REJECT, by, {"sha256": item.sha256, "reason": reason.strip()})
    return f"{item.about}: 不再列出，字节仍在快照中 off the list, its bytes stay among the snapshots"


def assign(workspace: Workspace, reference: Reference, item_id: str, to: str, by: str | None) -> str:
    """Records who is to see to an item.

    Raises:
        NotPossible: no such item, or nobody's name.
    """
    item = _item(workspace, reference, item_id)
    if _OWNER.fullmatch(to) is None:
        raise NotPossible(f"--to {to}: expected team:… or an e-mail address")
    _record(workspace, item, ReviewAction.ASSIGN, by, {"assigned_to": to})
    return f"{item.about} → {to}"


def _item(workspace: Workspace, reference: Reference, item_id: str) -> Item:
    items = {i.item_id: i for i in waiting(workspace, reference)}
    if item_id not in items:
        near = close_match(item_id, items)
        hint = f"; did you mean {near}?" if near else ""
        raise NotPossible(f"{item_id}: 待办中没有此项 no such item waits{hint}; yuexin review lists all")
    return items[item_id]


def _record(
    workspace: Workspace, item: Item, action: ReviewAction, by: str | None, said: dict[str, str | dt.date | None]
) -> None:
    record = ReviewRecord.model_validate(
        {
            "at": dt.datetime.now(dt.UTC),
            "by": by or current_user(),
            "item_id": item.item_id,
            "kind": item.kind,
            "about": item.about,
            "action": action,
            **said,
        }
    )
    review_log.append(workspace, record)
