"""Worlds: as few warehouses as hold all cases side by side without one seeing another."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import yaml

from pipelines import ingest
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.registry import BY_NAME, REFERENCE
from tests.spec.cases import Case, all_cases
from tests.support import ASSESSED_ON, NOW, built, csv_text, dicts, make_workspace, put

CITIES = tuple(f"44{n:02d}00" for n in (*range(1, 10), *range(12, 21), 51, 52, 53))
WRITTEN_ON = "2026-06-30"
"""The release date of rows that name none."""
Rows = list[dict[str, Any]]


@dataclass
class Found:
    """What a case came to: the rows of each query, or why there are none; and what was refused of its files."""

    answers: list[Rows | str]
    refused: Rows


@dataclass
class World:
    """Cases that share a warehouse: each alone with its indicators, or in a city of its own; targets or none."""

    assessed_on: str | None
    with_targets: bool
    city_of: dict[str, str] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)
    alone: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)

    def takes(self, case: Case) -> bool:
        """Takes a case in if it fits."""
        own = case.indicator_ids
        free = [c for c in CITIES if c not in self.city_of.values()]
        if (case.assessed_on, bool(case.targets)) != (self.assessed_on, self.with_targets) or own & self.alone:
            return False
        if case.names_areas:
            if own & self.shared:
                return False
            self.alone |= own
        else:
            if not free:
                return False
            self.city_of[case.id] = free[0]
            self.shared |= own
        self.cases.append(case)
        return True


@cache
def worlds() -> list[World]:
    """All cases, packed into worlds in their order."""
    made: list[World] = []
    for case in all_cases():
        if not any(world.takes(case) for world in made):
            made.append(World(case.assessed_on, bool(case.targets)))
            assert made[-1].takes(case)
    return made


def world_of(case: Case) -> World:
    """The world that a case lives in."""
    return next(w for w in worlds() if any(c.id == case.id for c in w.cases))


@cache
def results(number: int) -> dict[str, Found]:
    """What each case of a world came to."""
    world = worlds()[number]
    with TemporaryDirectory() as folder:
        workspace = make_workspace(Path(folder))
        for case in world.cases:
            _declare(workspace, case, world.city_of.get(case.id, ""))
        _hand_in(workspace, world)
        day = dt.date.fromisoformat(world.assessed_on) if world.assessed_on else ASSESSED_ON
        with built(workspace, day) as connection:
            return {case.id: _found(connection, case, world) for case in world.cases}


def _found(connection: duckdb.DuckDBPyConnection, case: Case, world: World) -> Found:
    refused = _scoped(connection, case, world, "SELECT locator, raw_text, rule, message_en FROM rejections")
    found = Found([], dicts(connection, refused))
    for asked in case.asked:
        try:
            found.answers.append(dicts(connection, _scoped(connection, case, world, asked.query)))
        except duckdb.Error as error:
            found.answers.append(str(error))
    return found


def _declare(workspace: Workspace, case: Case, city: str) -> None:
    """Writes the case's own sources, indicators and targets as reference files."""
    for source in case.sources:
        declared = {
            "zh": "示例", "en": "example", "publisher": "示例", "licence": "none stated", "owner": "team:statistics",
            "precedence": 10,
            "files": [{"claim": {"name": f"{source['source_id']}*.csv"}, "release": "partial",
                       "layout": {"kind": "records"}}],
            **source,
        }  # fmt: skip
        _write(workspace.reference / "sources" / f"{case.id}-{source['source_id']}.yaml", declared)
    if case.indicators:
        _write(workspace.reference / "indicators" / f"{case.id}.yaml", list(case.indicators))
    if case.targets:
        common = {
            "task_id": "1", "item_id": "1", "zh": case.title.zh, "en": case.title.en, "quote_zh": "示例",
            "area_code": city, "measure": "level", "comparator": "at_least", "due_origin": "stated",
            "base_origin": "none", "scope_id": f"spec-{case.id}",
        }  # fmt: skip
        plan = {
            "plan_id": f"spec-{case.id}", "zh": "示例", "en": "example", "area_code": "440000", "issuer": "示例",
            "targets": [{**common, **target} for target in case.targets],
        }  # fmt: skip
        _write(workspace.reference / "plans" / f"spec-{case.id}" / "plan.yaml", plan)


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def _hand_in(workspace: Workspace, world: World) -> None:
    handed_in = []
    for case in world.cases:
        for n, given in enumerate(case.given):
            rows = given.full_rows(world.city_of.get(case.id, ""))
            text = given.text or csv_text([{"released_on": WRITTEN_ON, "value": "", **row} for row in rows])
            path = put(workspace, f"{given.file}.{case.id}.{n}.csv", text)
            day = dt.date.fromisoformat(given.released_on) if given.released_on else None
            handed_in.append(ingest.Delivery(path, None, day))
    ingest.receive(workspace, Reference.load(workspace.reference), handed_in, NOW)


def _scoped(connection: duckdb.DuckDBPyConnection, case: Case, world: World, query: str) -> str:
    """The query over the case's own rows alone: CTEs of the tables' names stand before it."""
    scopes = [
        f"{name} AS (SELECT * FROM main.{name} WHERE {condition})"
        for name, condition in _scopes(connection, case, world)
        if re.search(rf"\b{name}\b", query)
    ]
    return f"WITH {', '.join(scopes)} {query}" if scopes else query


def _scopes(connection: duckdb.DuckDBPyConnection, case: Case, world: World) -> Iterator[tuple[str, str]]:
    """For each table of facts the condition that holds for the case's rows; of its targets, if it declares any."""
    files = f"file_name LIKE '%.{case.id}.%'"
    sources = f"source_id IN (SELECT source_id FROM main.snapshots WHERE {files})"
    indicators = f"indicator_id IN ({', '.join(repr(i) for i in sorted(case.indicator_ids)) or 'NULL'})"
    area = f" AND area_code = '{world.city_of[case.id]}'" if case.id in world.city_of else ""
    series = connection.execute(f"SELECT series_id FROM main.series WHERE {sources} AND {indicators}{area}").fetchall()
    for name, table in BY_NAME.items():
        if table in REFERENCE:
            continue
        columns = {c.name for c in table.columns()}
        if "target_id" in columns:
            if case.targets:
                yield name, f"target_id IN ({', '.join(repr(str(t['target_id'])) for t in case.targets)})"
        elif "series_id" in columns:
            yield name, f"series_id IN ({', '.join(str(s) for (s,) in series) or 'NULL'})"
        elif "file_name" in columns:
            yield name, files
        elif {"indicator_id", "area_code"} <= columns:
            yield name, f"{indicators}{area}"
