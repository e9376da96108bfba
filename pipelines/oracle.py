"""The oracle: every published growth rate beside the computed one, counted by what comes of it."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import computing, console, ingest, publishing, states, warehouse
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.codes import Agreement, Reason
from schemas.reference_data import Reference
from schemas.registry import COMPUTED
from sources.intake import claim

WITHOUT_PAIR = (Reason.NO_LEVEL, Reason.NO_BASE, Reason.SOURCE_MISMATCH, Reason.WITHDRAWN)
"""Outcomes of a published rate whose source holds no value, or no value of the base period, to compute from."""
COUNTED = (
    ("公布", "published"),
    ("成对", "pairs"),
    ("一致", "agree"),
    ("有原因", "with a reason"),
    ("未说明", "unexplained"),
    ("原因", "reasons"),
)
"""What `Compared.counts` counts, in Chinese and English."""

_OUTCOMES = """
    SELECT source_id, indicator_id, basis, comparison,
        coalesce(CAST(agreement AS VARCHAR), CAST(reason AS VARCHAR), 'BOUND_ONLY') AS outcome, count(*) AS n
    FROM growth
    WHERE growth_published IS NOT NULL
    GROUP BY ALL
    ORDER BY ALL
"""
"""A rate that is neither compared nor without a computed one was published as a bound."""


@dataclass(frozen=True)
class Compared:
    """The published rates of one kind, counted by outcome: an agreement or a reason."""

    source_id: str
    indicator_id: str
    basis: str
    comparison: str
    outcomes: Counter[str]

    @property
    def published(self) -> int:
        """How many rates were published."""
        return self.outcomes.total()

    @property
    def pairs(self) -> int:
        """How many of them have a value and a base in their source."""
        return self.published - sum(self.outcomes[reason] for reason in WITHOUT_PAIR)

    @property
    def with_reason(self) -> int:
        """How many pairs are not compared because of a declared fact."""
        return self.pairs - self.outcomes[Agreement.AGREES] - self.outcomes[Agreement.UNEXPLAINED]

    @property
    def reasons(self) -> str:
        """The reasons with their counts, the most frequent first."""
        found = sorted(
            ((n, o) for o, n in self.outcomes.items() if o not in set(Agreement)), key=lambda r: (-r[0], r[1])
        )
        return " · ".join(f"{reason} {n}" for n, reason in found)

    @property
    def counts(self) -> tuple[int, int, int, int, int, str]:
        """Published, pairs, agreeing, with a reason, unexplained, the reasons."""
        agrees, unexplained = self.outcomes[Agreement.AGREES], self.outcomes[Agreement.UNEXPLAINED]
        return self.published, self.pairs, agrees, self.with_reason, unexplained, self.reasons


def compared(connection: duckdb.DuckDBPyConnection) -> list[Compared]:
    """Every published rate of a built warehouse or a publish, by source, indicator, basis and comparison."""
    counted: dict[tuple[str, str, str, str], Counter[str]] = {}
    for *kind, outcome, n in connection.execute(_OUTCOMES).fetchall():
        source_id, indicator_id, basis, comparison = kind
        counted.setdefault((source_id, indicator_id, basis, comparison), Counter())[outcome] = n
    return [Compared(*kind, outcomes) for kind, outcomes in counted.items()]


def total(rows: Iterable[Compared]) -> Compared:
    """The sum of rows."""
    outcomes: Counter[str] = Counter()
    for row in rows:
        outcomes += row.outcomes
    return Compared("", "", "", "", outcomes)


@contextmanager
def published(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The newest publish, read-only; None before the first."""
    manifest = publishing.current(workspace.published)
    if manifest is None:
        yield None
        return
    file = workspace.published / str(manifest["publish"]) / publishing.DATABASE
    with duckdb.connect(file, read_only=True) as connection:
        yield connection


@contextmanager
def aside(workspace: Workspace, reference: Reference, files: list[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of these files alone, in a temporary folder: the clone's own is not touched."""
    now = dt.datetime.now(dt.UTC)
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = Workspace(Path(folder))
        ingest.receive(elsewhere, reference, [ingest.Delivery(path) for path in files], now)
        marts = load_marts(workspace.sql)
        with warehouse.opened(elsewhere.warehouse, "aside", lambda _: None) as connection:
            warehouse.replace_reference(connection, reference, now.astimezone(ingest.OFFICE_TIME).date())
            ingest.take_in(elsewhere, reference, connection, lambda arrivals: arrivals)
            computing.build_all(connection, COMPUTED, marts, states.memory(workspace, reference, 1, None))
            yield connection


def claimed(paths: Iterable[Path], reference: Reference) -> tuple[list[Path], list[tuple[Path, str]]]:
    """The files that a source claims, of these and of all in these folders; the others with the rule against them."""
    files = sorted({f for p in paths for f in (p.rglob("*") if p.is_dir() else [p]) if f.is_file()})
    read: list[Path] = []
    unread: list[tuple[Path, str]] = []
    for file in files:
        problem = claim(file.name, file.read_bytes(), reference, None).problem
        if problem is None:
            read.append(file)
        else:
            unread.append((file, problem.rule))
    return read, unread


def lines(rows: list[Compared]) -> Iterator[tuple[str, str, Compared]]:
    """The rows of a table of outcomes: source, series, counts; what has no pair is one line a source."""
    for source_id in dict.fromkeys(row.source_id for row in rows):
        of_source = [row for row in rows if row.source_id == source_id]
        for row in of_source:
            if row.pairs:
                yield source_id, f"{row.indicator_id} {row.basis} {row.comparison}", row
        if alone := [row for row in of_source if not row.pairs]:
            yield source_id, "不成对 without a pair", total(alone)
    yield "", "合计 total", total(rows)


def show(rows: list[Compared], unread: list[tuple[Path, str]]) -> None:
    """Prints the outcomes of each kind of rate, of each source, of all; and the files that no source claims."""
    console.table(
        "公布增速与计算增速 published rates beside computed ones",
        ["来源 source", "序列 series", *(f"{zh} {en}" for zh, en in COUNTED)],
        [(source_id, series, *row.counts) for source_id, series, row in lines(rows)],
    )
    rules = dict.fromkeys(rule for _, rule in unread)
    if unread:
        console.table(
            f"未读的文件 files not read: {len(unread)}",
            ["规则 rule", "n", "文件 files"],
            [
                (rule, len(names), ", ".join(names))
                for rule in rules
                if (names := [path.name for path, why in unread if why == rule])
            ],
        )
