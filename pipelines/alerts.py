"""Alerts: what people are to be told of after a run, told once, in words that say where it is and what to do.

A run looks at what stands: a failure, late sources, findings that stop the publish, verdicts that changed. What did
not stand before is raised, a line in `data/snapshots/alerts.jsonl` with its message; what was raised and no longer
stands is cleared, and is raised anew when it comes back. Each recipient gets what is owed to him in one message; what
could not be sent stays owed, and the next run tries again. Nothing of this fails a run.
"""

import datetime as dt
import fcntl
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import dagster as dg
import duckdb
from dagster import DagsterRunStatus

from pipelines import failures
from pipelines.freshness import freshness
from pipelines.workspace import Workspace
from schemas.alerts import AlertKind, AlertSettings, Email, Webhook
from schemas.codes import Severity
from schemas.reference_data import Reference
from schemas.reference_files import Loader
from sources.snapshots import append_lines

SETTINGS = "alerts.yaml"
SENT = "已发出 sent"
_SHOWN, _LONGEST = 10, 600
_DATA_STEPS = ("checks", "publish")
"""Steps that fail only after every table was made: what stands in the data is known then, too."""


@dataclass(frozen=True)
class Alert:
    """One thing to be told.

    Attributes:
        key: what it is; the same key is not raised again while it stands.
        kind: what sort of thing it is.
        zh, en: what happened, where, what to do.
        passes: whether it is an event (told once for ever), not a state that can be cleared.
    """

    key: str
    kind: AlertKind
    zh: str
    en: str
    passes: bool = False


class AlertFaults(Exception):
    """Settings that cannot be used; says where, and never what stood there: it may be a secret in the wrong place."""


def settings(folder: Path) -> AlertSettings:
    """Who is told of what, from the reference folder; nobody where there is no file.

    Raises:
        AlertFaults: the file breaks its model.
    """
    if not (folder / SETTINGS).exists():
        return AlertSettings()
    loader = Loader(folder)
    found = loader.document(SETTINGS, AlertSettings)
    if found is None or loader.faults:
        raise AlertFaults("; ".join(f"{f.file}:{f.line}: {f.field}: expected {f.expected}" for f in loader.faults))
    return found


# What stands after a run.


def failed(step: str | None, said: str, run_id: str | None) -> Alert:
    """A run that failed in a step, or before any; without an id it could not begin for what `said` names."""
    said = said.strip()[:_LONGEST]
    where = f"步骤 {step}" if step else "尚未开始任何步骤，或进程中断"
    where_en = f"in step {step}" if step else "before any step, or its process is gone"
    place = f"make serve 后打开 /runs/{run_id}" if run_id else "data/reference"
    place_en = f"make serve, then /runs/{run_id}" if run_id else "data/reference"
    cause = re.sub(r"\d+", "#", said.splitlines()[0] if said else "")
    return Alert(
        f"{AlertKind.RUN_FAILED}:{step}:{cause}",
        AlertKind.RUN_FAILED,
        f"运行失败（{where}）。未发布任何内容，前一次发布不变。\n{said}\n"
        f"位置：{place}。\n处理：按上述提示改正后运行 make run。",
        f"A run failed ({where_en}). Nothing was published, the publish before it stays.\n{said}\n"
        f"Where: {place_en}.\nWhat to do: put right what is said above, then make run.",
    )


def _late(connection: duckdb.DuckDBPyConnection, reference: Reference) -> Iterator[Alert]:
    for f in freshness(connection, reference):
        if not f.late:
            continue
        source = reference.sources[f.source_id]
        file = f"data/reference/sources/{f.source_id}.yaml"
        yield Alert(
            f"{AlertKind.SOURCE_LATE}:{f.source_id}",
            AlertKind.SOURCE_LATE,
            f"来源迟到：{source.zh}（{f.source_id}，{source.publisher}）。最新持有 {f.newest or '无'}，"
            f"按发布日程应有 {f.due}。\n位置：./yuexin status；日程在 {file}。\n"
            "处理：取得该文件，放入 data/inbox 后运行 make run；停止发布的，改日程。",
            f"Late: {source.en} ({f.source_id}, {source.publisher}). Newest held {f.newest or 'none'}, due {f.due}.\n"
            f"Where: ./yuexin status; its calendar is in {file}.\nWhat to do: get the file, put it into data/inbox, "
            "make run; if it is published no more, change the calendar.",
        )


def _errors(connection: duckdb.DuckDBPyConnection) -> Iterator[Alert]:
    found = connection.execute(
        "SELECT c.check_name, coalesce(s.series_key, ''), coalesce(c.period, ''), c.finding_number, "
        "coalesce(c.file_name, '-'), coalesce(c.locator, '-'), c.said FROM check_results c LEFT JOIN series s USING "
        f"(series_id) WHERE c.severity = '{Severity.ERROR}' AND c.status = 'open' ORDER BY ALL"
    ).fetchall()
    for name, series, period, number, file, locator, said in found:
        shown = str(said)[:_LONGEST]
        yield Alert(
            f"{AlertKind.ERROR_FOUND}:{name}:{series}:{period}:{number}",
            AlertKind.ERROR_FOUND,
            f"强制性检查 {name} 不通过，发布已停止：{shown}\n"
            f"位置：文件 {file}，{locator}；序列 {series}，时期 {period}。\n"
            "处理：改正该文件后重新交来并运行 make run；检查的含义见 docs/checks.md。",
            f"The check {name} fails and stops the publish: {shown}\nWhere: file {file}, {locator}; series {series}, "
            f"period {period}.\nWhat to do: correct the file, hand it in again, make run; docs/checks.md says what the "
            "check means.",
        )


def _verdicts(connection: duckdb.DuckDBPyConnection) -> Iterator[Alert]:
    changed = connection.execute(
        "SELECT s.target_id, s.area_code, s.sequence, t.zh, t.en, b.zh, b.code, v.zh, v.code, c.zh, c.en, "
        "coalesce(st.sentence_zh, ''), coalesce(st.sentence_en, '') FROM status_changes s "
        "JOIN targets t USING (target_id) LEFT JOIN target_status st USING (target_id) "
        "JOIN codes b ON b.list_name = 'Verdict' AND b.code = s.verdict_before "
        "JOIN codes v ON v.list_name = 'Verdict' AND v.code = s.verdict "
        "JOIN codes c ON c.list_name = 'ChangeCause' AND c.code = s.cause WHERE s.occasion = 'publish' "
        "AND s.sequence = (SELECT max(sequence) FROM target_states WHERE occasion = 'publish') ORDER BY ALL"
    ).fetchall()
    for target, area, n, zh, en, was_zh, was, is_zh, now, cause_zh, cause_en, sentence_zh, sentence_en in changed:
        yield Alert(
            f"{AlertKind.VERDICT_CHANGED}:{target}:{area}:{n}",
            AlertKind.VERDICT_CHANGED,
            f"目标 {target}（{zh}）的结论变化：{was_zh} → {is_zh}；原因：{cause_zh}。{sentence_zh}\n"
            f"位置：data/published/{n}，表 status_changes、target_status。\n"
            "处理：引用前核对所据的数与来源（./yuexin status）。",
            f"The verdict of target {target} ({en}) changed: {was} → {now}; cause: {cause_en}. {sentence_en}\n"
            f"Where: data/published/{n}, tables status_changes, target_status.\n"
            "What to do: look at the value and source that decide (./yuexin status) before you quote it.",
            passes=True,
        )


def _expired_waivers(connection: duckdb.DuckDBPyConnection) -> Iterator[Alert]:
    """Waivers whose last day is before the day of judgement."""
    expired = connection.execute(
        "SELECT DISTINCT waiver_id, check_name, coalesce(source_id, '*'), \"until\", waived_by, zh, en FROM waivers "
        'WHERE "until" < (SELECT assessed_on FROM parameters) ORDER BY ALL'
    ).fetchall()
    for waiver, check, source, until, who, zh, en in expired:
        yield Alert(
            f"{AlertKind.WAIVER_EXPIRED}:{waiver}:{until}",
            AlertKind.WAIVER_EXPIRED,
            f"豁免 {waiver} 已于 {until} 到期，检查 {check}（来源 {source}）的发现重新计入。豁免人 {who}：{zh}\n"
            "位置：data/reference/waivers。\n处理：改正数据，或由豁免人写明新的期限与理由；不再需要的删去。",
            f"The waiver {waiver} expired on {until}; findings of the check {check} (source {source}) count again. "
            f"Waived by {who}: {en}\nWhere: data/reference/waivers.\nWhat to do: put the data right, or let who waived "
            "it give a new day and reason; remove it when it is needed no more.",
        )


def standing(connection: duckdb.DuckDBPyConnection, reference: Reference, *, published: bool) -> list[Alert]:
    """What stands in the data of a run whose tables were all made."""
    changed = _verdicts(connection) if published else ()
    return [*_errors(connection), *_late(connection, reference), *_expired_waivers(connection), *changed]


# The record of what was raised and sent.


@dataclass
class _Record:
    """What the record says: lines raised by number, who was told of which, which stand, which runs were looked at."""

    raised: dict[int, dict[str, Any]] = field(default_factory=dict)
    sent: set[tuple[int, str]] = field(default_factory=set)
    active: dict[str, int] = field(default_factory=dict)
    past: set[str] = field(default_factory=set)
    looked_at: set[str] = field(default_factory=set)
    since: dt.datetime | None = None


def _read(path: Path) -> _Record:
    record = _Record()
    for line in path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []:
        if not line.endswith("\n"):
            continue
        said = json.loads(line)
        if said["event"] == "looked":
            record.looked_at |= set(said["runs"])
            record.since = record.since or dt.datetime.fromisoformat(said["at"])
        elif said["event"] == "raised":
            record.raised[said["number"]] = said
            if said["passes"]:
                record.past.add(said["key"])
            else:
                record.active[said["key"]] = said["number"]
        elif said["event"] == "cleared":
            record.active.pop(said["key"], None)
        else:
            record.sent.add((said["number"], said["to"]))
    return record


@dataclass(frozen=True)
class Looked:
    """What one run, or the daemon between runs, has seen.

    Attributes:
        runs: the runs whose end is told by this.
        alerts: what stands or happened.
        known: the kinds of which `alerts` names all that stand; of other kinds nothing is cleared.
        at: when it began; failures of other runs count from the first such moment.
    """

    runs: tuple[str, ...]
    alerts: list[Alert]
    known: frozenset[AlertKind]
    at: dt.datetime

    @classmethod
    def nothing(cls) -> "Looked":
        """Between runs: only what other runs left behind, and what is owed."""
        return cls((), [], frozenset(), dt.datetime.now(dt.UTC))

    @classmethod
    def not_begun(cls, said: str) -> "Looked":
        """A run that could not begin, and why; what stood before stands still."""
        return cls((), [failed(None, said, None)], frozenset(), dt.datetime.now(dt.UTC))


class Ended(Protocol):
    """Of a run that is about to end: when it began, whether it published, and its tables."""

    now: dt.datetime
    published: bool

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The warehouse."""

    @property
    def reference(self) -> Reference:
        """The reference data."""


def look(instance: dg.DagsterInstance, run_id: str, run: Ended) -> Looked | None:
    """What a run has seen at its end; None where it neither published nor failed: it was cancelled."""
    broken = failures.of_run(instance, run_id)
    if not broken and not run.published:
        return None
    alerts = [failed(step, said, run_id) for step, said in broken]
    known = {AlertKind.RUN_FAILED}
    if all(step in _DATA_STEPS for step, _ in broken):
        alerts += standing(run.connection, run.reference, published=run.published)
        known |= set(AlertKind)
    return Looked((run_id,), alerts, frozenset(known), run.now)


@contextmanager
def harmless(say: Callable[[str], None]) -> Iterator[None]:
    """Nothing that goes wrong in telling people fails a run; it is said, by what sort of fault it was alone."""
    try:
        yield
    except AlertFaults as error:
        say(f"提醒设置有误，未提醒任何人 the settings of alerts cannot be used, nobody was told: {error}")
    except Exception as error:  # its text may hold anything
        say(f"提醒出错，下次运行再试 alerts failed, the next run tries again: {type(error).__name__}")


def tell(workspace: Workspace, instance: dg.DagsterInstance, looked: Looked, say: Callable[[str], None]) -> None:
    """Raises what is new, clears what is over, and sends what is owed; says what could not be sent.

    Raises:
        AlertFaults: the settings cannot be used.
    """
    to = settings(workspace.reference)
    workspace.snapshots.mkdir(parents=True, exist_ok=True)
    with _alone(workspace):
        record = _read(workspace.alerts_log)
        others = _other_failures(instance, record, looked)
        runs = [*looked.runs, *others]
        if runs or looked.alerts or record.since is None:
            alerts = [*looked.alerts, *others.values()]
            append_lines(workspace.alerts_log, _changes(record, alerts, looked, runs, to))
            record = _read(workspace.alerts_log)
        for recipient in to.recipients:
            owed = [
                said
                for number, said in record.raised.items()
                if recipient.name in said["to"] and (number, recipient.name) not in record.sent
            ]
            if owed:
                _send(workspace.alerts_log, record, recipient, owed, say)


def _other_failures(instance: dg.DagsterInstance, record: _Record, looked: Looked) -> dict[str, Alert]:
    """Runs that failed since alerts were set up and that nobody was told of: they died, or never had a session."""
    filters = dg.RunsFilter(statuses=[DagsterRunStatus.FAILURE], updated_after=record.since or looked.at)
    found = {}
    for run in instance.get_runs(filters):
        if run.run_id not in record.looked_at and run.run_id not in looked.runs:
            step, said = (failures.of_run(instance, run.run_id) or [(None, "")])[0]
            alert = failed(step, said, run.run_id)
            found[run.run_id] = Alert(run.run_id, alert.kind, alert.zh, alert.en, passes=True)
    return found


def _changes(
    record: _Record, alerts: list[Alert], looked: Looked, runs: list[str], to: AlertSettings
) -> list[dict[str, object]]:
    """The lines to be added: which runs were looked at, what is over, what is new and whom it is for."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    stand = {a.key for a in alerts}
    kinds = {key: record.raised[number]["kind"] for key, number in record.active.items()}
    over = [key for key, kind in kinds.items() if kind in looked.known and key not in stand]
    new = [a for a in alerts if a.key not in record.active and a.key not in record.past]
    lines: list[dict[str, object]] = [
        {"event": "looked", "at": (at if record.since else looked.at.isoformat()), "runs": runs}
    ]
    lines += [{"event": "cleared", "at": at, "key": key} for key in over]
    for number, alert in enumerate(new, max(record.raised, default=0) + 1):
        names = [r.name for r in to.recipients if alert.kind in r.kinds]
        lines.append({"event": "raised", "at": at, "number": number, **asdict(alert), "to": names})
    return lines


def _send(
    log: Path, record: _Record, to: Email | Webhook, owed: list[dict[str, Any]], say: Callable[[str], None]
) -> None:
    from pipelines import channels  # noqa: PLC0415 — mail and HTTP are loaded only where something is sent

    title, text = message(to.language, owed, set(record.active.values()))
    try:
        channels.send(to, title, text)
    except channels.NotSent as error:
        say(
            f"提醒未能发给 {to.name}，下次运行再试 {len(owed)} alerts could not be sent to {to.name}, "
            f"the next run tries again: {error}"
        )
        return
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    append_lines(log, [{"event": "sent", "at": at, "number": said["number"], "to": to.name} for said in owed])


def message(language: str, raised: list[dict[str, Any]], active: set[int]) -> tuple[str, str]:
    """Title and text of what was raised, by kind; of what no longer stands it is said."""
    kinds = [(kind, [r for r in raised if r["kind"] == kind]) for kind in AlertKind]
    kinds = [(kind, of) for kind, of in kinds if of]
    titles = {
        "zh": "粤信：" + "，".join(f"{kind.zh} {len(of)}" for kind, of in kinds),
        "en": "Yuexin: " + ", ".join(f"{kind.value.replace('_', ' ')} {len(of)}" for kind, of in kinds),
    }
    over = {"zh": "（补发：此事后已解除）", "en": "(sent late: this no longer stands)"}
    more = {"zh": "… 另有 {} 项：./yuexin status", "en": "… {} more: ./yuexin status"}
    languages = ("zh", "en") if language == "both" else (language,)
    parts = []
    for tongue in languages:
        for kind, of in kinds:
            parts.append(f"【{kind.zh}】" if tongue == "zh" else f"[{kind.en}]")
            for said in of[:_SHOWN]:
                stands = said["passes"] or said["number"] in active
                parts.append(said[tongue] + ("" if stands else f"\n{over[tongue]}") + "\n")
            if len(of) > _SHOWN:
                parts.append(more[tongue].format(len(of) - _SHOWN) + "\n")
    return " · ".join(titles[tongue] for tongue in languages), "\n".join(parts).rstrip() + "\n"


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """One process at a time writes the record and sends: nobody is told twice."""
    path = workspace.warehouse.parent / "alerts.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


def overview(workspace: Workspace, *, attempt: bool) -> list[tuple[str, str, str, int, str]]:
    """A row a recipient: name, channel, kinds, how many alerts are owed; and, where tried, what became of a message.

    Raises:
        AlertFaults: the settings cannot be used.
    """
    from pipelines import channels  # noqa: PLC0415 — as above

    record = _read(workspace.alerts_log)
    rows: list[tuple[str, str, str, int, str]] = []
    for to in settings(workspace.reference).recipients:
        owed = [n for n, said in record.raised.items() if to.name in said["to"] and (n, to.name) not in record.sent]
        tried = ""
        if attempt:
            try:
                channels.send(
                    to, "粤信：试发 · Yuexin: a trial", "这是一条试发的提醒。\nThis is a trial of an alert.\n"
                )
                tried = SENT
            except channels.NotSent as error:
                tried = str(error)
        rows.append((to.name, to.channel, ", ".join(to.kinds), len(owed), tried))
    return rows
