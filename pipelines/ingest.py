"""Ingest: files arrive, are kept and entered in the ledger; what is new in the ledger is read into the warehouse."""

import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines import warehouse
from pipelines.workspace import Workspace
from schemas import codes, tables
from schemas.columns import Table
from schemas.reference import CrosstabLayout
from schemas.reference_data import Reference
from schemas.registry import TAKEN
from sources.intake import Refused, Taken, TakenValue, claim, take
from sources.snapshots import Arrival, Snapshot, SnapshotStore, current_user, read_snapshot

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
UNCLAIMED = "unclaimed"
_STILL_SECONDS = 2.0
_READINGS_AT_ONCE = 50_000
"""How many readings gather before they are written: files of some hundred rows share a transaction."""
_OF_VALUE = [f.name for f in fields(TakenValue) if f.name in tables.Reading.model_fields]
_COUNT_OF_RELEASES = "SELECT source_id, released_on, count(*) FROM releases GROUP BY source_id, released_on"
_UNFINISHED = (".tmp", ".part", ".crdownload", ".swp")


@dataclass(frozen=True)
class Delivery:
    """A file handed in, with what the deliverer says of it; `name` where it lies under another than its own."""

    path: Path
    source_id: str | None = None
    released_on: dt.date | None = None
    name: str | None = None


def inbox_files(folder: Path) -> list[Path]:
    """The files in the inbox, but not hidden, half-copied or office lock files."""
    if not folder.is_dir():
        return []
    return sorted(
        p
        for p in folder.iterdir()
        if p.is_file() and not p.name.startswith((".", "~$")) and p.suffix.lower() not in _UNFINISHED
    )


def settled(files: list[Path]) -> list[Path]:
    """Those of the files that nobody is writing: touched in the last seconds, they must stay as they are a while."""
    before = {p: (p.stat().st_size, p.stat().st_mtime) for p in files}
    youngest = max((touched for _, touched in before.values()), default=0.0)
    time.sleep(min(max(youngest + _STILL_SECONDS - time.time(), 0.0), _STILL_SECONDS))
    return [p for p in files if (p.stat().st_size, p.stat().st_mtime) == before[p]]


def deliveries(workspace: Workspace, dropped: Iterable[Path], extra: Iterable[Delivery]) -> list[Delivery]:
    """Everything that a run takes in: the figures that ship, files dropped in the inbox, files named by the caller."""
    shipped = sorted(workspace.figures.rglob("*.csv"))
    return [*map(Delivery, [*shipped, *dropped]), *extra]


def receive(workspace: Workspace, reference: Reference, handed_in: list[Delivery], now: dt.datetime) -> list[Arrival]:
    """Keeps the bytes of each file, then enters all arrivals in the ledger, then empties the inbox of them.

    Raises:
        LedgerBroken: the ledger is damaged.
        OSError: a file cannot be read or kept; nothing has been entered then.
    """
    store = SnapshotStore(workspace.snapshots)
    held = store.arrivals()
    first = {a.sha256: a for a in reversed(held)}
    number = max((a.recorded_in for a in held), default=0) + 1
    arrivals: list[Arrival] = []
    read: dict[Path, os.stat_result] = {}
    for delivery in sorted(handed_in, key=lambda d: d.released_on is None and d.source_id is None):
        read[delivery.path] = delivery.path.stat()
        snapshot = read_snapshot(delivery.path, delivery.name)
        store.keep(snapshot)
        arrival = _arrival(delivery, snapshot, first.get(snapshot.sha256), reference, number, now)
        first.setdefault(snapshot.sha256, arrival)
        arrivals.append(arrival)
    store.append(arrivals)
    for delivery in handed_in:
        if delivery.path.parent == workspace.inbox and _is_as_read(delivery.path, read[delivery.path]):
            delivery.path.unlink()
    return arrivals


def _is_as_read(path: Path, before: os.stat_result) -> bool:
    """Whether a file is still the one that was read: one put in its place meanwhile waits for the next run."""
    try:
        now = path.stat()
    except FileNotFoundError:
        return False
    return (now.st_ino, now.st_size, now.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)


def _arrival(
    delivery: Delivery, snapshot: Snapshot, first: Arrival | None, reference: Reference, number: int, now: dt.datetime
) -> Arrival:
    """The ledger's line. Bytes already held keep the source and date of their first arrival, unless others are said."""
    source_id = delivery.source_id or (first.source_id if first else None)
    day, origin = delivery.released_on, codes.ReleasedOnOrigin.STATED if delivery.released_on else None
    known = first is not None and first.source_id is not None and first.source_id == source_id
    if first is not None and known:
        if day is None or first.released_on is None:  # the rows of a file may say their own dates
            day, origin = first.released_on, first.released_on_origin
    else:
        claimed = claim(snapshot.name, snapshot.content, reference, source_id)
        source_id = claimed.source.source_id if claimed.source else source_id
        if claimed.form is not None and not isinstance(claimed.form.layout, CrosstabLayout):
            day, origin = None, None
        elif day is None and claimed.form is not None:
            came = first.received_at if first else now
            day, origin = came.astimezone(OFFICE_TIME).date(), codes.ReleasedOnOrigin.CAPTURED
    return Arrival(
        recorded_in=number,
        sha256=snapshot.sha256,
        received_at=now,
        source_id=source_id,
        released_on=day,
        released_on_origin=origin,
        name=snapshot.name,
        size=len(snapshot.content),
        by=current_user(),
    )


def last_number(workspace: Workspace) -> int:
    """The number of the last ingest that the ledger knows; 0 before the first."""
    return max((a.recorded_in for a in SnapshotStore(workspace.snapshots).arrivals()), default=0)


def take_in(
    workspace: Workspace,
    reference: Reference,
    connection: duckdb.DuckDBPyConnection,
    track: Callable[[list[Arrival]], Iterable[Arrival]],
) -> list[Arrival]:
    """Reads every snapshot of the ledger that the warehouse does not hold yet; gives their arrivals.

    Each file is taken in whole or not at all; the order is the ledger's.
    """
    store = SnapshotStore(workspace.snapshots)
    held = {
        (sha, source, declared)
        for sha, source, declared in connection.execute(
            "SELECT snapshot_sha256, source_id, declared_on FROM snapshots"
        ).fetchall()
    }
    new: dict[tuple[str, str, dt.date | None], Arrival] = {}
    for arrival in store.arrivals():
        key = (arrival.sha256, _source_of(arrival, store, reference), arrival.released_on)
        if key not in held:
            new.setdefault(key, arrival)
    if new:
        intake = _Intake(connection)
        for arrival in track(list(new.values())):
            intake.add(arrival, *_read(store.content(arrival.sha256), arrival, reference))
            if intake.is_full:
                intake.write()
        intake.write()
    return list(new.values())


def _source_of(arrival: Arrival, store: SnapshotStore, reference: Reference) -> str:
    """The source of an arrival; one that none claimed when it came may have been declared since."""
    if arrival.source_id is not None:
        return arrival.source_id
    claimed = claim(arrival.name, store.content(arrival.sha256), reference, None)
    return claimed.source.source_id if claimed.source else UNCLAIMED


def dry_run(delivery: Delivery, reference: Reference, now: dt.datetime) -> tuple[str | None, Taken]:
    """What a file would bring, without keeping anything: the source that claims it, and all it brings."""
    content = delivery.path.read_bytes()
    arrival = Arrival(
        recorded_in=0,
        sha256="",
        received_at=now,
        source_id=delivery.source_id,
        released_on=delivery.released_on,
        released_on_origin=codes.ReleasedOnOrigin.STATED if delivery.released_on else None,
        name=delivery.name or delivery.path.name,
        size=len(content),
        by="",
    )
    return _read(content, arrival, reference)


def _read(content: bytes, arrival: Arrival, reference: Reference) -> tuple[str | None, Taken]:
    claimed = claim(arrival.name, content, reference, arrival.source_id)
    if claimed.source is None or claimed.form is None:
        assert claimed.problem is not None  # claim gives one or the other
        return None, Taken(refused=[claimed.problem])
    dated: tuple[dt.date, codes.ReleasedOnOrigin] | None = None
    if isinstance(claimed.form.layout, CrosstabLayout):
        day = arrival.released_on or arrival.received_at.astimezone(OFFICE_TIME).date()
        dated = (day, arrival.released_on_origin or codes.ReleasedOnOrigin.CAPTURED)
    return claimed.source.source_id, take(content, claimed.source, claimed.form, reference, dated)


class _Intake:
    """The rows that files add to the warehouse: files gather, and those gathered are written in one transaction."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._series: dict[int, str] = dict(connection.execute("SELECT series_id, series_key FROM series").fetchall())
        self._releases = Counter[tuple[str, dt.date]](
            {(s, d): n for s, d, n in connection.execute(_COUNT_OF_RELEASES).fetchall()}
        )
        self._rows: dict[type[Table], list[dict[str, Any]]] = {t: [] for t in TAKEN if t is not tables.Reading}
        self._readings: list[tuple[TakenValue, Arrival, str, int]] = []

    @property
    def is_full(self) -> bool:
        """Whether what has gathered should be written before more is read."""
        return len(self._readings) >= _READINGS_AT_ONCE

    def add(self, arrival: Arrival, claimed_by: str | None, taken: Taken) -> None:
        """Adds a file.

        Raises:
            StructuralFault: cells disappeared, or a series' number stands for two series.
        """
        if taken.balance != 0:
            raise warehouse.StructuralFault(
                f"{arrival.name}: {taken.balance} of {taken.cells} cells are not accounted for; "
                "this is a fault of the code"
            )
        source_id = claimed_by or UNCLAIMED
        by_day: dict[dt.date, list[TakenValue]] = {}
        for value in taken.values:
            by_day.setdefault(value.released_on, []).append(value)
        if not by_day and taken.spans and arrival.released_on is not None:
            by_day[arrival.released_on] = []
        self._rows[tables.SnapshotTaken].append(_snapshot_row(arrival, source_id, taken))
        self._rows[tables.Rejection] += _rejection_rows(arrival, source_id, taken.refused)
        self._rows[tables.Tally] += _tally_rows(arrival, source_id, taken)
        self._rows[tables.Series] += self._new_series(taken.values)
        for day, values in sorted(by_day.items()):
            self._releases[source_id, day] += 1
            seq = self._releases[source_id, day]
            self._rows[tables.Release].append(_release_row(arrival, source_id, day, seq, values, taken))
            self._rows[tables.ReleaseSpan] += [
                {**vars(s), "source_id": source_id, "released_on": day, "release_seq": seq}
                for s in taken.spans
                if s.released_on in (None, day)
            ]
            self._readings += [(v, arrival, source_id, seq) for v in values]

    def _new_series(self, values: list[TakenValue]) -> Iterator[dict[str, Any]]:
        for series_id, value in {v.series.series_id: v for v in values}.items():
            key = value.series.text
            if series_id not in self._series:
                self._series[series_id] = key
                yield _series_row(value)
            elif self._series[series_id] != key:
                raise warehouse.StructuralFault(
                    f"series {series_id} stands for two keys: {self._series[series_id]} and {key}"
                )

    def write(self) -> None:
        """Writes what has gathered, all of it or nothing."""
        with warehouse.transaction(self._connection):
            for table, rows in self._rows.items():
                warehouse.insert(self._connection, table, rows)
                rows.clear()
            for start in range(0, len(self._readings), _READINGS_AT_ONCE):
                some = self._readings[start : start + _READINGS_AT_ONCE]
                warehouse.insert(self._connection, tables.Reading, [_reading_row(*reading) for reading in some])
            self._readings.clear()


def _snapshot_row(arrival: Arrival, source_id: str, taken: Taken) -> dict[str, Any]:
    return {
        "recorded_in": arrival.recorded_in,
        "snapshot_sha256": arrival.sha256,
        "source_id": source_id,
        "declared_on": arrival.released_on,
        "file_name": arrival.name,
        "received_at": arrival.received_at.astimezone(dt.UTC).replace(tzinfo=None),
        "received_by": arrival.by,
        "bytes": arrival.size,
        "cells_taken": taken.cells,
    }


def _rejection_rows(arrival: Arrival, source_id: str, refused: list[Refused]) -> list[dict[str, Any]]:
    return [
        {
            "recorded_in": arrival.recorded_in,
            "snapshot_sha256": arrival.sha256,
            "source_id": source_id,
            "file_name": arrival.name,
            "locator": r.locator,
            "line_number": r.line,
            "column_number": r.column,
            "raw_text": r.raw,
            "rule": r.rule,
            "message_zh": r.zh,
            "message_en": r.en,
            "cells": r.cells,
        }
        for r in refused
    ]


def _tally_rows(arrival: Arrival, source_id: str, taken: Taken) -> list[dict[str, Any]]:
    return [
        {
            "recorded_in": arrival.recorded_in,
            "snapshot_sha256": arrival.sha256,
            "source_id": source_id,
            "fate": fate,
            "name": name,
            "cells": cells,
        }
        for (fate, name), cells in sorted(taken.tallies.items())
    ]


def _series_row(value: TakenValue) -> dict[str, Any]:
    series = value.series
    return {
        **{name: getattr(series, name) for name in series.__dataclass_fields__},
        "series_id": series.series_id,
        "family_id": series.family_id,
        "series_key": series.text,
        "unit": value.unit,
    }


def _release_row(
    arrival: Arrival, source_id: str, day: dt.date, seq: int, values: list[TakenValue], taken: Taken
) -> dict[str, Any]:
    one = values[0] if values else None
    return {
        "snapshot_sha256": arrival.sha256,
        "source_id": source_id,
        "released_on": day,
        "released_on_origin": one.released_on_origin if one else arrival.released_on_origin,
        "release_seq": seq,
        "kind": taken.kind,
        "publisher": one.publisher if one else source_id,
        "title": one.title if one else arrival.name,
        "recorded_in": arrival.recorded_in,
    }


def _reading_row(v: TakenValue, arrival: Arrival, source_id: str, seq: int) -> dict[str, Any]:
    return {
        **{name: getattr(v, name) for name in _OF_VALUE},
        "series_id": v.series.series_id,
        "value_text": v.cell.raw,
        "re_source_needed": v.authority is codes.Authority.P,
        "release_seq": seq,
        "snapshot_sha256": arrival.sha256,
        "locator": v.cell.locator,
        "source_id": source_id,
        "recorded_in": arrival.recorded_in,
    }
