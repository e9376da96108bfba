"""Freshness of data: the newest period that a source holds against the newest that its calendar makes due."""

from dataclasses import dataclass

import duckdb

from schemas.periods import newest_due
from schemas.reference_data import Reference


@dataclass(frozen=True)
class Freshness:
    """The newest period that a source holds, and the newest that is due by its calendar."""

    source_id: str
    newest: str | None
    due: str
    late: bool


def freshness(connection: duckdb.DuckDBPyConnection, reference: Reference) -> list[Freshness]:
    """Each source with a calendar, judged on the build's `assessed_on`: by data, not by runs."""
    assessed_on = connection.execute("SELECT assessed_on FROM parameters").fetchall()[0][0]
    newest = dict(
        connection.execute(
            "SELECT source_id, max_by(struct_pack(period_end, period), period_end) FROM observations "
            "WHERE value IS NOT NULL GROUP BY source_id"
        ).fetchall()
    )
    found = []
    for source in reference.sources.values():
        if source.calendar is None:
            continue
        due = newest_due(source.calendar.frequency, source.calendar.lag_days, assessed_on)
        held = newest.get(source.source_id)
        late = held is None or held["period_end"] < due.end
        found.append(Freshness(source.source_id, held["period"] if held else None, due.label, late))
    return found
