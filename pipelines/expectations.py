"""The analysts' suites in a run: their rows in SQL, the process that judges them, what it finds as findings.

Great Expectations takes longer to import than most runs take. It is imported by another process alone
(`pipelines.suites`), which starts as soon as a run knows of something new and loads while tables are made. What it said
of some rows is kept: the same rows and the same expectation are never judged twice.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import duckdb

from pipelines import warehouse
from pipelines.audit_checks import Check, header_and_sql
from schemas import expectations as suites
from schemas.codes import CheckKind, Frequency, Severity
from schemas.expectations import SuiteEntry
from schemas.periods import parse_label
from schemas.registry import BY_NAME

KEPT = "expectations.json"
"""Beside the warehouse: what was said of which rows, and from which inputs the last run knew."""
TIMEOUT_SECONDS = 300
MODULE = "pipelines.suites"
PLACES = (
    *("indicator_id", "area_code", "sector_code", "source_id", "series_id", "period", "released_on", "locator"),
    "snapshot_sha256",
)
_ROOT = Path(__file__).resolve().parents[1]
_STEP_MONTHS = {Frequency.A: 12, Frequency.S: 6, Frequency.Q: 3, Frequency.M: 1}
_QUIET = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "TQDM_DISABLE": "1"}

Kwargs = dict[str, Any]


class NotJudged(Exception):
    """The process that judges expectations failed or took too long; nothing is known of them."""


@dataclass(frozen=True)
class Task:
    """One expectation: the rows it is asked of, and the expectations of Great Expectations that it comes to."""

    check_name: str
    suite: SuiteEntry
    expectation: suites.Expectation
    sql: str
    asks: tuple[tuple[str, Kwargs], ...]


@dataclass(frozen=True)
class Outcome:
    """What was said of one expectation: whether it holds, which rows offend it, what was observed, what was raised."""

    success: bool
    rows: tuple[int, ...] = ()
    observed: str | None = None
    raised: str | None = None


def tasks(entries: Iterable[SuiteEntry], sql: Path) -> list[Task]:
    """Every expectation of every suite, with its SQL; `sql` is the folder that holds `expectations/`."""
    return [
        Task(suite.check_name(e), suite, e, _sql(suite, e, sql / "expectations"), _asks(e))
        for suite in entries
        for e in suite.expectations
    ]


def expectation_checks(entries: Iterable[SuiteEntry]) -> list[Check]:
    """Each expectation as a check among the others; its suite says what to do."""
    return [
        Check(
            name=suite.check_name(e),
            zh=e.zh,
            en=e.en,
            kind=e.kind,
            severity=e.severity,
            explanation_zh=suite.do_zh,
            explanation_en=suite.do_en,
            reads=(_table(suite, e),),
            sql="",
            suite=suite.suite_id,
        )
        for suite in entries
        for e in suite.expectations
    ]


class Expecting:
    """The expectations of a run, from what may be new to what was found; holds the process and its folder."""

    def __init__(self, asked: Sequence[Task], kept: Path) -> None:
        self.asked = asked
        self.kept = kept
        self._open = ExitStack()
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.folder = Path(self._open.enter_context(tempfile.TemporaryDirectory()))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def started(self) -> bool:
        """Whether the process was started."""
        return self._process is not None

    def foresee(self, inputs: Mapping[str, str]) -> None:
        """Starts the process if what determines the tables, the day of judgement aside, is not what was judged last."""
        if self.asked and self._memory().get("inputs") != _lasting(inputs):
            self.start()

    def start(self, *arguments: str) -> None:
        """Starts the process, which loads Great Expectations and then waits for what it is to judge."""
        if self._process is not None:
            return
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        errors = self._open.enter_context((self.folder / "stderr").open("w", encoding="utf-8"))
        self._process = subprocess.Popen(
            [sys.executable, "-m", MODULE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env={**os.environ, **_QUIET, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        )
        self._open.callback(self._end)

    def findings(self, connection: duckdb.DuckDBPyConnection, inputs: Mapping[str, str]) -> list[dict[str, Any]]:
        """What does not hold, as findings with the columns of `check_results`.

        Raises:
            NotJudged: the process failed or took longer than `TIMEOUT_SECONDS`.
        """
        with ThreadPoolExecutor(2) as pool:
            given = list(pool.map(lambda numbered: self._give(connection, *numbered), enumerate(self.asked)))
        known = {key: Outcome(**said) for key, said in self._memory().get("said", {}).items()}
        new = {key: n for n, key in enumerate(given) if isinstance(key, str) and key not in known}
        known |= self._judge(new) if new else {}
        outcomes = [key if isinstance(key, Outcome) else known[key] for key in given]
        keep = {key: known[key].__dict__ for key in given if isinstance(key, str)}
        self._remember({"inputs": _lasting(inputs), "said": keep})
        pairs = list(enumerate(zip(self.asked, outcomes, strict=True)))
        return [finding for n, (task, said) in pairs for finding in self._found(connection, n, task, said)]

    def data_docs(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
        """Writes the pages of Great Expectations' own into a folder; gives what has no page because its SQL fails.

        Raises:
            NotJudged: the process failed or took longer than `TIMEOUT_SECONDS`.
        """
        given = [self._give(connection, n, task) for n, task in enumerate(self.asked)]
        asked = [self._message(n) for n, key in enumerate(given) if isinstance(key, str)]
        self.start("--data-docs", str(folder.resolve()))
        self._ask(asked)
        failed = zip(self.asked, given, strict=True)
        return [f"{task.check_name}: {o.raised}" for task, o in failed if isinstance(o, Outcome) and o.raised]

    def _give(self, connection: duckdb.DuckDBPyConnection, n: int, task: Task) -> str | Outcome:
        """Writes the rows of an expectation; gives the key of what is asked of them, or an outcome where none is."""
        numbered = f"SELECT ROW_NUMBER() OVER () AS row_number, * FROM (SELECT * FROM ({task.sql}) ORDER BY ALL)"
        try:
            with connection.cursor() as own:
                own.execute(f"COPY ({numbered}) TO {warehouse.quoted(self._frame(n))} (FORMAT parquet)")
                if warehouse.count(own, f"({_judged(task.suite, task.expectation)})") == 0:
                    return Outcome(True)  # nothing of it is held, so nothing is expected of it
        except duckdb.Error as error:
            return Outcome(False, raised=str(error).splitlines()[0])
        about = json.dumps([task.asks, version("great-expectations")], ensure_ascii=False, default=str)
        return hashlib.sha256(self._frame(n).read_bytes() + about.encode() + _JUDGE).hexdigest()

    def _frame(self, n: int) -> Path:
        return self.folder / f"{n}.parquet"

    def _message(self, n: int) -> dict[str, Any]:
        task = self.asked[n]
        return {
            "frame": str(self._frame(n)),
            "suite": task.suite.suite_id,
            "check_name": task.check_name,
            "said": f"{task.expectation.zh} | {task.expectation.en}",
            "asks": task.asks,
        }

    def _judge(self, new: Mapping[str, int]) -> dict[str, Outcome]:
        self.start()
        answer = self._ask([{"key": key, **self._message(n)} for key, n in new.items()])
        try:
            return {key: Outcome(**said) for key, said in json.loads(answer).items()}
        except (json.JSONDecodeError, TypeError, AttributeError):
            raise NotJudged(f"the process {MODULE} wrote what is not an answer: {answer[:80]!r}; {_HINT}") from None

    def _ask(self, asked: list[dict[str, Any]]) -> str:
        process = self._process
        assert process is not None
        try:
            answer, _ = process.communicate(json.dumps(asked, default=str), timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotJudged(f"the expectations were not judged within {TIMEOUT_SECONDS} s; {_HINT}") from None
        if process.returncode != 0:
            last = (self.folder / "stderr").read_text("utf-8").strip().splitlines()[-3:]
            raise NotJudged(f"the process {MODULE} ended with {process.returncode}; {_HINT}\n" + "\n".join(last))
        return answer

    def _found(
        self, connection: duckdb.DuckDBPyConnection, n: int, task: Task, said: Outcome
    ) -> Iterator[dict[str, Any]]:
        about: dict[str, Any] = {
            "check_name": task.check_name,
            "kind": task.expectation.kind,
            "severity": task.expectation.severity,
            "source_id": task.suite.source_id,
        }
        if said.raised is not None:
            text = f"{task.check_name}: {said.raised}"
            yield {**about, "kind": CheckKind.MUST, "severity": Severity.ERROR, "locator": _file(task), "said": text}
        elif not said.success and not said.rows:
            asked = "; ".join(f"{name}({_arguments(kwargs)})" for name, kwargs in task.asks)
            yield {**about, "locator": _file(task), "said": f"{asked}: {said.observed}"}
        elif not said.success:
            frame = warehouse.quoted(self._frame(n))
            offending = connection.execute(
                f"SELECT * FROM {frame} WHERE list_contains(?, row_number) ORDER BY row_number", [list(said.rows)]
            )
            names = [d[0] for d in offending.description or ()]
            for row in offending.fetchall():
                held = dict(zip(names, row, strict=True))
                place = {k: held[k] for k in (*PLACES, "difference") if held.get(k) is not None}
                yield {**about, **place, "said": held.get("said") or _row_in_words(task, held)}

    def _memory(self) -> dict[str, Any]:
        """What is kept; nothing where it was never written or cannot be read: then all is judged anew."""
        try:
            memory: dict[str, Any] = json.loads(self.kept.read_text("utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return memory

    def _remember(self, memory: dict[str, Any]) -> None:
        aside = self.kept.with_name(f".{self.kept.name}")
        aside.write_text(json.dumps(memory, ensure_ascii=False) + "\n", "utf-8")
        aside.replace(self.kept)

    def _end(self) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


_JUDGE = (Path(__file__).parent / "suites.py").read_bytes()
_HINT = "the publish before stays. `python -m pipelines.suites < /dev/null` shows whether it starts"


def _lasting(inputs: Mapping[str, str]) -> dict[str, str]:
    return {k: v for k, v in inputs.items() if k != "assessed_on"}


def _file(task: Task) -> str:
    return f"data/reference/expectations, {task.suite.suite_id}.{task.expectation.expectation_id}"


def _row_in_words(task: Task, row: Mapping[str, Any]) -> str:
    names = [n for n in row if n != "row_number" and n not in PLACES]
    name, kwargs = task.asks[0]
    return f"{name}({_arguments(kwargs)}): {', '.join(f'{n} = {row[n]}' for n in names)}"


def _arguments(kwargs: Kwargs) -> str:
    return ", ".join(f"{name} = {value}" for name, value in kwargs.items())


def _table(suite: SuiteEntry, e: suites.Expectation) -> str:
    return "readings" if isinstance(e, suites.RowsPerRelease) else suite.over


def _judged(suite: SuiteEntry, e: suites.Expectation, column: str | None = None) -> str:
    """The rows that an expectation is asked of; `column` is given as `judged`, in DOUBLE."""
    conditions = [f"source_id = '{suite.source_id}'"] if suite.source_id else []
    conditions += [f"({e.where})"] if e.where else []
    kept = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT *{f', CAST({column} AS DOUBLE) AS judged' if column else ''} FROM {_table(suite, e)}{kept}"


def _sql(suite: SuiteEntry, e: suites.Expectation, folder: Path) -> str:
    """The SELECT that gives the rows of an expectation: their places, what is judged, and `said` where rows offend."""
    if isinstance(e, suites.Complete | suites.RowsPerRelease | suites.History):
        _, body = header_and_sql((folder / f"{e.type}.sql").read_text("utf-8"))
        judged = _judged(suite, e, e.column if isinstance(e, suites.History) else None)
        return f"WITH judged AS ({judged}), asked AS ({_asked(e)}) SELECT * FROM ({body})"
    if isinstance(e, suites.Distribution):
        return f"SELECT judged FROM ({_judged(suite, e, e.column)})"
    if isinstance(e, suites.InSet):
        allowed = ", ".join(e.values)
        shown = _columns(suite.over, [e.column])
        said = f"CONCAT('{e.column} = ', {e.column}, ' ∉ {{{_escaped(allowed)}}}')"
        return f"SELECT {', '.join(shown)}, {said} AS said FROM ({_judged(suite, e)})"
    if e.sql:
        return f"WITH judged AS ({_judged(suite, e)}) SELECT * FROM ({e.sql})"
    return f"SELECT {', '.join(_columns(suite.over, _named(e.kwargs)))} FROM ({_judged(suite, e)})"


def _columns(table: str, named: Sequence[str]) -> list[str]:
    """The columns of a table that say where a row stands, its key, and those that are named."""
    held = BY_NAME[table]
    where = [c.name for c in held.columns() if c.name in PLACES]
    return list(dict.fromkeys([*where, *held.info.key, *named]))


def _named(kwargs: Kwargs) -> list[str]:
    """The columns that the arguments of an expectation name."""
    found = [kwargs[k] for k in ("column", "column_A", "column_B") if k in kwargs]
    return [*found, *kwargs.get("column_list", [])]


def _asked(e: suites.Complete | suites.RowsPerRelease | suites.History) -> str:
    """The parameters of a SELECT as a table of one row."""
    values: dict[str, str]
    if isinstance(e, suites.History):
        values = {
            "deviations": f"CAST({e.deviations} AS DOUBLE)",
            "earlier": str(e.earlier),
            "logarithm": str(e.logarithm).lower(),
        }
    elif isinstance(e, suites.RowsPerRelease):
        values = {
            "at_least": str(e.at_least),
            "at_most": _or_null(e.at_most, "BIGINT"),
            "of_before": _or_null(e.of_before, "DOUBLE"),
        }
    else:
        values = {
            "frequency": f"'{e.frequency}'",
            "step": str(_STEP_MONTHS[e.frequency]),
            "months": f"[{', '.join(map(str, _ends(e)))}]",
            "indicators": _texts(e.indicators),
            "areas": _texts(e.areas),
            "first_month": _last_month(e, e.period_from),
            "last_month": _last_month(e, e.period_to),
        }
    return "SELECT " + ", ".join(f"{value} AS {name}" for name, value in values.items())


def _ends(e: suites.Complete) -> list[int]:
    return [m for m in e.months if m % _STEP_MONTHS[e.frequency] == 0]


def _last_month(e: suites.Complete, label: str | None) -> str:
    if label is None:
        return "CAST(NULL AS DATE)"
    return f"DATE '{parse_label(e.frequency, label).end.replace(day=1).isoformat()}'"


def _asks(e: suites.Expectation) -> tuple[tuple[str, Kwargs], ...]:
    """The expectations of Great Expectations that one of ours comes to."""
    pair = "ExpectColumnPairValuesAToBeGreaterThanB"
    if isinstance(e, suites.Complete):
        return (("ExpectColumnValuesToNotBeNull", {"column": "held"}),)
    if isinstance(e, suites.InSet):
        return (("ExpectColumnValuesToBeInSet", {"column": e.column, "value_set": list(e.values)}),)
    if isinstance(e, suites.RowsPerRelease | suites.History):
        value = "n" if isinstance(e, suites.RowsPerRelease) else "value"
        bounds = ((value, "lower"), ("upper", value))
        return tuple((pair, {"column_A": a, "column_B": b, "or_equal": True}) for a, b in bounds)
    if isinstance(e, suites.Distribution):
        quantiles = [q.quantile for q in e.quantiles]
        ranges = {"quantiles": quantiles, "value_ranges": [[q.at_least, q.at_most] for q in e.quantiles]}
        return (("ExpectColumnQuantileValuesToBeBetween", {"column": "judged", "quantile_ranges": ranges}),)
    return ((e.gx, e.kwargs),)


def _texts(values: Sequence[str]) -> str:
    return "[" + ", ".join(f"'{_escaped(v)}'" for v in values) + "]"


def _escaped(text: str) -> str:
    return text.replace("'", "''")


def _or_null(value: float | None, sql_type: str) -> str:
    return f"CAST({'NULL' if value is None else value} AS {sql_type})"
