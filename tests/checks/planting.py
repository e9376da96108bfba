"""Faults of every kind at random places of realistic files: rows of the figures that ship, and one thing wrong in them.

A place is drawn where the check must find the fault by its own rule; the rule stands in the SQL that draws, or in the
docstring. Each plant has a source of its own and an area and indicator that no other plant has, so that none meet.
"""

import csv
import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from tests.checks.cases import CITIES
from tests.support import ROOT

Row = dict[str, str]
_CELLS = """
    CREATE TEMP VIEW cells AS
    SELECT o.*, i.nature, i.part_of, i.numerator_id, i.can_be_negative, s.file_name AS file,
        CAST(regexp_extract(o.locator, 'line (\\d+)', 1) AS INTEGER) AS line, CAST(o.value AS DOUBLE) AS number,
        o.number_of_month
    FROM (SELECT *, EXTRACT(MONTH FROM period_end) AS number_of_month FROM observations) AS o
    JOIN indicators AS i USING (indicator_id)
    JOIN (SELECT snapshot_sha256, min(file_name) AS file_name FROM snapshots GROUP BY ALL) AS s USING (snapshot_sha256)
    WHERE o.value IS NOT NULL AND o.qualifier = 'exact'
"""


@dataclass
class Plant:
    """Rows of a file, the same with a fault, and what must then be found: rule and index of the row accused."""

    rows: list[Row]
    faulty: list[Row]
    rule: str
    accused: tuple[int | None, ...]
    column: str | None = "value"
    """The column of the cell; None where the row as a whole is accused."""
    held: tuple[Row, ...] = ()
    """Rows of a second source, or of the figures of the same source held before (`OF_ONE_SOURCE`)."""
    drop: int | None = None
    """The row whose first cell is left out of its line, so that all others shift."""

    @property
    def meets(self) -> set[tuple[str, str]]:
        """Indicators and areas of it: where another plant has the same, the two sources could disagree."""
        rows = [*self.rows, *self.faulty, *self.held]
        return {(r["indicator_id"], r["area_code"]) for r in rows}


class Places:
    """The figures that ship, as places to draw from."""

    def __init__(self, database: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.connection = duckdb.connect(database, read_only=True)
        self.connection.execute(_CELLS)
        self.files = {p.name: list(_rows(p)) for p in sorted((ROOT / "data" / "figures").rglob("*.csv"))}

    def one(self, sql: str) -> list[Row]:
        """The rows of a place, which a SELECT gives as a file and the lists or numbers of lines that follow it."""
        places = self.connection.execute(f"SELECT * FROM ({sql}) ORDER BY ALL").fetchall()
        assert places, f"no such place: {sql}"
        file, *lines = self.random.choice(places)
        flat = [n for line in lines for n in (line if isinstance(line, list) else [line])]
        return [dict(self.files[file][n - 2]) for n in flat]

    def elsewhere(self, rows: list[Row]) -> list[Row]:
        """The rows as if a random city had reported them."""
        area = self.random.choice(CITIES)
        return [{**r, "area_code": area} for r in rows]

    def times(self, low: float, high: float) -> Decimal:
        """A random factor."""
        return Decimal(f"{self.random.uniform(low, high):.3f}")


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as f:
        yield from csv.DictReader(f)


def _with(rows: list[Row], index: int, **change: str) -> list[Row]:
    index %= len(rows)
    return [{**r, **change} if i == index else dict(r) for i, r in enumerate(rows)]


def _as(text: str, value: Decimal) -> str:
    """A value with as many decimals as a text has."""
    exponent = min(Decimal(text).as_tuple().exponent, 0)
    return f"{value.quantize(Decimal(1).scaleb(int(exponent))):f}"


def _scaled(rows: list[Row], index: int, factor: Decimal) -> list[Row]:
    text = rows[index]["value"]
    return _with(rows, index, value=_as(text, Decimal(text) * factor))


def _number(row: Row) -> Decimal:
    return Decimal(row["value"])


def unit_slip(places: Places) -> Plant:
    """Months of one year whose paces stay within a factor of 1.9, so that 10^4 stands out on both sides."""
    rows = places.elsewhere(
        places.one(
            "SELECT file, list(line ORDER BY period_end) FROM (SELECT *, number / CASE WHEN basis = 'cumulative' "
            "THEN number_of_month ELSE 1 END AS pace FROM cells WHERE frequency = 'M' AND measure = 'level' "
            "AND nature = 'flow' AND number > 0) GROUP BY file, series_id, unit_published, year(period_end) "
            "HAVING count(*) BETWEEN 4 AND 12 AND max(pace) < 1.9 * min(pace)"
        )
    )
    cumulative = rows[0]["basis"] == "cumulative"
    n = len(rows) - 1 if cumulative else places.random.randrange(len(rows))
    return Plant(rows, _scaled(rows, n, Decimal(10_000)), "unit_slip", (n,))


def decimal_lost(places: Places) -> Plant:
    """A rate with one decimal between two that are half to twice as great; ten times a fall stays above -100 %."""
    rows = places.elsewhere(
        places.one(
            "SELECT file, before, line, after FROM (SELECT file, line, number, value_text, "
            "lag(line) OVER w AS before, lead(line) OVER w AS after, lag(number) OVER w AS b, "
            "lead(number) OVER w AS a, "
            "lag(value_text) OVER w AS b_text, lead(value_text) OVER w AS a_text FROM cells "
            "WHERE measure = 'growth_yoy' "
            "WINDOW w AS (PARTITION BY file, series_id, unit_published ORDER BY period_end)) "
            "WHERE regexp_full_match(value_text, '-?[1-9]\\d*\\.\\d') AND b_text LIKE '%.%' AND a_text LIKE '%.%' "
            "AND number / nullif(b, 0) BETWEEN 0.55 AND 1.9 AND number / nullif(a, 0) BETWEEN 0.55 AND 1.9 "
            "AND number > -10"
        )
    )
    return Plant(rows, _with(rows, 1, value=rows[1]["value"].replace(".", "")), "decimal_lost", (1,))


def columns_swapped(places: Places) -> Plant:
    """Two series of a file in four months of a year, each steady within a quarter, one twice to six times
    the other, neither a part of the other."""
    rows = places.elsewhere(
        places.one(
            "WITH w AS (SELECT file, indicator_id, part_of, unit_published, year(period_end) AS y, "
            "(number_of_month - 1) // 4 AS third, "
            "list(line ORDER BY period_end) AS lines, "
            "avg(number) AS mean FROM cells WHERE frequency = 'M' AND basis = 'period' "
            "AND measure = 'level' GROUP BY ALL HAVING count(*) = 4 AND max(number) < 1.25 * min(number)) "
            "SELECT a.file, a.lines, b.lines FROM w AS a JOIN w AS b ON a.file = b.file AND a.y = b.y "
            "AND a.unit_published = b.unit_published AND a.third = b.third AND a.indicator_id < b.indicator_id "
            "AND coalesce(a.part_of <> b.indicator_id, TRUE) AND coalesce(b.part_of <> a.indicator_id, TRUE) "
            "AND (a.mean / b.mean BETWEEN 2.2 AND 6 OR b.mean / a.mean BETWEEN 2.2 AND 6)"
        )
    )
    half = len(rows) // 2
    n = places.random.randrange(half)
    faulty = _with(_with(rows, n, value=rows[n + half]["value"]), n + half, value=rows[n]["value"])
    return Plant(rows, faulty, "columns_swapped", (n,))


def definition_changed(places: Places) -> Plant:
    """A stock, or a count since the beginning, twice within a year, in more units than rounding takes away."""
    rows = places.elsewhere(
        places.one(
            "SELECT file, before, line FROM (SELECT *, lag(line) OVER w AS before, lag(period_end) OVER w AS b, "
            "lag(number) OVER w AS number_before "
            "FROM cells WHERE measure = 'level' AND nature IN ('stock', 'cumulative_count') "
            "WINDOW w AS (PARTITION BY file, series_id, unit_published ORDER BY period_end)) "
            "WHERE b >= period_end - INTERVAL '1' YEAR AND number > 20 * rounding_unit AND obs_status = 'A' "
            "AND number > number_before * 0.9"
        )
    )
    faulty = _with(rows, 1, value=_as(rows[1]["value"], _number(rows[0]) * places.times(0.4, 0.7)))
    return Plant(rows, faulty, "definition_changed", (1,))


def jump(places: Places) -> Plant:
    """The last of five years of one release and stage that grew by less than 15 % each: over 50 % is thrice that."""
    rows = places.elsewhere(
        places.one(
            "SELECT file, list(line ORDER BY period_end) FROM (SELECT *, lag(number) OVER (PARTITION BY "
            "file, series_id, unit_published ORDER BY period_end) AS b, year(period_end) // 5 AS five "
            "FROM cells WHERE frequency = 'A' "
            "AND measure = 'level' AND nature = 'flow') "
            "GROUP BY file, series_id, unit_published, released_on, stage, five HAVING count(*) = 5 "
            "AND min(number / b) > 0.85 AND max(number / b) < 1.15"
        )
    )
    faulty = _with(rows, -1, value=_as(rows[-1]["value"], _number(rows[-2]) * places.times(1.6, 4)))
    return Plant(rows, faulty, "jump", (len(rows) - 1,))


_AGREEING = (
    "SELECT b.file, b.line, c.line, p.line FROM growth AS g "
    "JOIN cells AS c ON g.series_id = c.series_id AND g.period = c.period "
    "JOIN cells AS b ON g.series_id = b.series_id AND g.base_period = b.period "
    "JOIN cells AS p ON p.indicator_id = c.indicator_id AND p.area_code = c.area_code AND p.source_id = c.source_id "
    "AND p.basis = c.basis AND p.frequency = c.frequency AND p.period = c.period AND p.measure = 'growth_yoy' "
    "WHERE g.agreement = 'AGREES' AND g.comparison = 'yoy' AND b.file = c.file AND p.file = c.file "
    "AND p.number BETWEEN -20 AND 40"
)
"""A base, a value and the rate between them, as published, one file."""


def growth_unexplained(places: Places) -> Plant:
    """A rate that agrees with its levels, moved by two to five points: far beyond the rounding of the three."""
    rows = places.elsewhere(places.one(_AGREEING))
    moved = _number(rows[2]) + places.times(2, 5) * places.random.choice((-1, 1))
    return Plant(rows, _with(rows, 2, value=_as(rows[2]["value"], moved)), "growth_unexplained", (2,))


def stock_not_carried(places: Places) -> Plant:
    """Two year-ends of a stock and the net addition between them."""
    rows = places.elsewhere(
        places.one(
            "SELECT b.file, b.line, c.line FROM cells AS c JOIN cells AS b ON b.series_id = c.series_id "
            "AND b.file = c.file AND b.unit_published = c.unit_published "
            "AND b.period_end = c.period_end - INTERVAL '1' YEAR WHERE c.measure = 'level' "
            "AND c.nature = 'stock' AND c.frequency = 'A' AND c.number > b.number + 20 * c.rounding_unit "
            "AND c.number < 1.3 * b.number"
        )
    )
    added = _number(rows[1]) - _number(rows[0])
    year = rows[1]["period"]
    net = {**rows[1], "measure": "net_addition", "value": f"{added:f}", "coverage_from": f"{year}-01-01"}
    rows.append(net)
    return Plant(rows, _scaled(rows, 2, places.times(1.3, 2)), "stock_not_carried", (1,))


_MONTHS = (
    "SELECT c.file, b.line, c.line, p.line FROM months AS m "
    "JOIN cells AS c ON c.series_id = m.series_id AND c.period = m.period "
    "JOIN cells AS b ON b.series_id = m.series_id "
    "AND b.period_end = last_day(CAST(c.period_end - INTERVAL '1' MONTH AS DATE)) "
    "JOIN cells AS p ON p.indicator_id = c.indicator_id AND p.area_code = c.area_code AND p.source_id = c.source_id "
    "AND p.period = c.period AND p.basis = 'period' AND p.measure = 'level' AND p.frequency = 'M' "
    "AND p.unit_published = c.unit_published AND b.unit_published = c.unit_published "
    "WHERE abs(m.gap) <= c.rounding_unit / 2 AND c.file = b.file AND p.file = c.file AND c.number_of_month > 2 "
    "AND c.released_on = b.released_on AND NOT c.can_be_negative AND p.number > 50 * c.rounding_unit"
)
"""The cumulative value before, the cumulative value, the month, as published and agreeing, one file."""


def month_not_difference(places: Places) -> Plant:
    """A month that is the difference, moved by 10-30 %: more than the rounding of three, less than the year so far."""
    rows = places.elsewhere(places.one(_MONTHS))
    return Plant(rows, _scaled(rows, 2, places.times(1.1, 1.3)), "month_not_difference", (2,))


def month_over_cumulative(places: Places) -> Plant:
    """A month and its cumulative value, without the one before: else the difference would not fit, either."""
    _, total, month = places.elsewhere(places.one(_MONTHS))
    rows = [total, month]
    return Plant(
        rows, _with(rows, 1, value=_as(month["value"], _number(total) * places.times(1.1, 2))),
        "month_over_cumulative", (0,),
    )  # fmt: skip


def cumulative_falls(places: Places) -> Plant:
    """Two cumulative values of successive months."""
    rows = places.elsewhere(places.one(_MONTHS))[:2]
    faulty = _with(rows, 1, value=_as(rows[1]["value"], _number(rows[0]) * places.times(0.5, 0.97)))
    return Plant(rows, faulty, "cumulative_falls", (1,))


def out_of_bounds(places: Places) -> Plant:
    """A rate or share over 100 %, a negative value of what is never negative, or a fall of more than all."""
    kinds: list[tuple[str, Callable[[Decimal], Decimal]]] = [
        ("nature = 'rate' AND measure = 'level' OR measure = 'share'", lambda v: 100 + abs(v) / 2 + 1),
        ("measure = 'level' AND nature <> 'rate' AND NOT can_be_negative AND number > 0", lambda v: -v),
        ("measure = 'growth_yoy'", lambda v: -100 - abs(v) - 1),
    ]
    which, make = places.random.choice(kinds)
    rows = places.elsewhere(places.one(f"SELECT file, line FROM cells WHERE {which}"))
    return Plant(rows, _with(rows, 0, value=_as(rows[0]["value"], make(_number(rows[0])))), "out_of_bounds", (0,))


def part_over_whole(places: Places) -> Plant:
    """A part and its whole, of no declared identity: there the sum would exceed the whole, too."""
    rows = places.elsewhere(
        places.one(
            "SELECT p.file, p.line, w.line FROM cells AS p JOIN cells AS w ON p.part_of = w.indicator_id "
            "AND p.area_code = w.area_code AND p.file = w.file AND p.basis = w.basis AND p.period = w.period "
            "AND p.measure = w.measure AND p.price_basis = w.price_basis AND p.unit_published = w.unit_published "
            "WHERE p.measure = 'level' AND p.number < w.number AND NOT p.can_be_negative AND NOT EXISTS (SELECT 1 "
            "FROM identities WHERE whole_id = w.indicator_id AND part_id = p.indicator_id)"
        )
    )
    faulty = _with(rows, 0, value=_as(rows[0]["value"], _number(rows[1]) * places.times(1.05, 1.9) + 1))
    return Plant(rows, faulty, "part_over_whole", (0,))


def _set(places: Places) -> tuple[list[Row], set[int]]:
    """A whole and all its parts that sum to it; the indices of the parts that are a tenth of it or more."""
    if places.random.random() < 0.5:
        rows = places.elsewhere(
            places.one(
                "SELECT w.file, w.line, list(p.line ORDER BY p.line) FROM (SELECT *, count(*) OVER (PARTITION BY "
                "identity_id) AS n FROM identities WHERE relation = 'equals') AS i JOIN cells AS w "
                "ON w.indicator_id = i.whole_id JOIN cells AS p ON p.indicator_id = i.part_id AND p.file = w.file "
                "AND p.area_code = w.area_code AND p.period = w.period AND p.basis = w.basis AND p.measure = w.measure "
                "AND p.unit_published = w.unit_published AND p.price_basis = w.price_basis WHERE w.measure = 'level' "
                "GROUP BY i.identity_id, i.n, w.file, w.line, w.value, w.rounding_unit HAVING count(*) = i.n "
                "AND abs(sum(p.value) - w.value) * 2 <= w.rounding_unit"
            )
        )
    else:
        parts = places.one(
            "SELECT p.file, list(p.line ORDER BY p.area_code) FROM cells AS p JOIN area_members AS m "
            "ON m.member_code = p.area_code AND m.area_code = 'GBA9' JOIN indicators AS i USING (indicator_id) "
            "WHERE p.measure = 'level' AND i.additivity <> 'not_additive' "
            "GROUP BY p.file, p.indicator_id, p.period, p.basis HAVING count(*) = 9"
        )
        total = sum((_number(p) for p in parts), Decimal(0))
        rows = [{**parts[0], "area_code": "GBA9", "value": f"{total:f}"}, *parts]
    whole = _number(rows[0])
    return rows, {i for i, r in enumerate(rows) if i and _number(r) * 10 >= whole}


def parts_do_not_sum(places: Places) -> Plant:
    """The whole, or a part that counts, moved by a tenth or more; the whole is accused, for all parts stand with it."""
    rows, great = _set(places)
    n = places.random.choice([0, *sorted(great)])
    factor = places.times(1.1, 1.4) if n == 0 else places.times(0.4, 0.8)
    return Plant(rows, _scaled(rows, n, factor), "parts_do_not_sum", (0,))


_QUOTIENTS = (
    "SELECT s.file, n.line, w.line, s.line FROM cells AS s JOIN cells AS n ON s.numerator_id = n.indicator_id "
    "AND s.area_code = n.area_code AND s.file = n.file AND s.period_end = n.period_end JOIN cells AS w "
    "ON n.part_of = w.indicator_id AND n.area_code = w.area_code AND n.file = w.file AND n.period = w.period "
    "AND n.basis = w.basis WHERE s.measure = 'level' AND n.measure = 'level' AND w.measure = 'level'"
)
"""A numerator, its whole, the share as published, one file."""


def _quotient(places: Places) -> list[Row]:
    """A numerator, its whole, its share: any whole that is published, with a random share of it."""
    part, whole, share = places.one(_QUOTIENTS)
    other = places.one(
        f"SELECT file, line FROM cells WHERE indicator_id = '{whole['indicator_id']}' AND measure = 'level'"
    )[0]
    percent = Decimal(places.random.randrange(400, 900)) / 10
    when = {name: other[name] for name in ("frequency", "period", "released_on", "released_on_origin")}
    number = _as(other["value"], _number(other) * percent / 100)
    return places.elsewhere(
        [{**part, **when, "value": number, "unit": other["unit"]}, other, {**share, **when, "value": f"{percent}"}]
    )


def share_not_quotient(places: Places) -> Plant:
    """A published share moved by one to eight points."""
    rows = _quotient(places)
    moved = _number(rows[2]) + places.times(1, 8) * places.random.choice((-1, 1))
    return Plant(rows, _with(rows, 2, value=_as(rows[2]["value"], moved)), "share_not_quotient", (2,))


def sources_disagree(places: Places) -> Plant:
    """A level of which another source, first in precedence, gives the same."""
    rows = places.elsewhere(
        places.one("SELECT file, line FROM cells WHERE measure = 'level' AND number > 50 * rounding_unit")
    )
    return Plant(rows, _scaled(rows, 0, places.times(1.05, 3)), "sources_disagree", (0,), held=tuple(rows))


def areas_listed_twice(places: Places) -> Plant:
    """A table of the nation and Guangdong, in which Guangzhou is listed, too."""
    nation = places.one(
        "SELECT file, line FROM cells WHERE measure = 'level' AND area_code = '000000' AND nature = 'flow' "
        "AND number > 1000 * rounding_unit"
    )[0]
    province = {**nation, "area_code": "440000", "value": _as(nation["value"], _number(nation) / 8)}
    city = {**nation, "area_code": "440100", "value": _as(nation["value"], _number(nation) / 30)}
    return Plant([nation, province], [nation, province, city], "areas_listed_twice", (2,))


def _hidden(rows: list[Row], n: int) -> list[Row]:
    return _with(rows, n, value="", obs_status="Q")


def suppressed_by_total(places: Places) -> Plant:
    """Any cell of a whole set, hidden alone."""
    rows, _ = _set(places)
    n = places.random.randrange(len(rows))
    return Plant(rows, _hidden(rows, n), "suppressed_by_total", (n,))


def suppressed_by_month(places: Places) -> Plant:
    """Any of a month, its cumulative value and the one before, hidden alone."""
    rows = places.elsewhere(places.one(_MONTHS))
    n = places.random.randrange(3)
    return Plant(rows, _hidden(rows, n), "suppressed_by_month", (n,))


def suppressed_by_growth(places: Places) -> Plant:
    """A value or its base, hidden while the rate stands."""
    rows = places.elsewhere(places.one(_AGREEING))
    n = places.random.randrange(2)
    return Plant(rows, _hidden(rows, n), "suppressed_by_growth", (n,))


def suppressed_by_share(places: Places) -> Plant:
    """A numerator hidden beside its share; or a region hidden beside its share of the province."""
    if places.random.random() < 0.5:
        rows = _quotient(places)
        return Plant(rows, _hidden(rows, 0), "suppressed_by_share", (0,))
    share = places.one("SELECT file, line FROM cells WHERE measure = 'share' AND area_code LIKE '44-%'")[0]
    whole = {**share, "area_code": "440000", "measure": "level", "value": "1000.0", "unit": "亿件"}
    if share["indicator_id"].endswith("_REV"):
        whole["unit"] = "亿元"
    part = {**whole, "area_code": share["area_code"], "value": _as("0.1", 10 * _number(share))}
    rows = [part, whole, share]
    return Plant(rows, _hidden(rows, 0), "suppressed_by_share", (0,))


def suppressed_before(places: Places) -> Plant:
    """Any level of which a release a year later says that it is secret; the cell that showed it is accused."""
    rows = places.elsewhere(
        places.one("SELECT file, line FROM cells WHERE measure = 'level' AND released_on < '2025-01-01'")
    )
    later = dt.date.fromisoformat(rows[0]["released_on"]) + dt.timedelta(days=365)
    hidden = {**_hidden(rows, 0)[0], "released_on": later.isoformat()}
    return Plant(rows, [*rows, hidden], "suppressed_before", (0,))


def explanation_unused(places: Places) -> Plant:
    """A finding that is held and explained, and the corrected release that leaves nothing to explain."""
    held = places.elsewhere(
        places.one("SELECT file, line FROM cells WHERE measure = 'level' AND nature = 'flow' AND NOT can_be_negative")
    )
    negative = _with(held, 0, value=f"-{held[0]['value']}")
    later = (dt.date.fromisoformat(held[0]["released_on"]) + dt.timedelta(1)).isoformat()
    given, put_right = (_with(rows, 0, released_on=later) for rows in (negative, held))
    return Plant(given, put_right, "explanation_unused", (None,), held=tuple(negative))


def _any_row(places: Places) -> list[Row]:
    return places.elsewhere(places.one("SELECT file, line FROM cells WHERE measure = 'level' AND number <> 0"))


def key_repeated(places: Places) -> Plant:
    """Two values under one key. They never reach the check of this name: the gate refuses both."""
    rows = _any_row(places)
    other = {**rows[0], "value": rows[0]["value"] + ("1" if "." in rows[0]["value"] else ".1")}
    return Plant(rows, [*rows, other], "value.conflict", (0, 1))


def same_day_differs(places: Places) -> Plant:
    """A second file of the source and day, with another value."""
    rows = _any_row(places)
    return Plant(rows, _with(rows, 0, value=_as(rows[0]["value"], _number(rows[0]) * places.times(1.1, 1.3) + 1)),
                 "same_day_differs", (0,), held=tuple(rows))  # fmt: skip


def _refused(column: str, text: str, rule: str) -> Callable[[Places], Plant]:
    def plant(places: Places) -> Plant:
        rows = _any_row(places)
        return Plant(rows, _with(rows, 0, **{column: text}), rule, (0,))

    return plant


def row_shifted(places: Places) -> Plant:
    """A line that lacks its first cell."""
    rows = _any_row(places)
    return Plant(rows, rows, "row.ragged", (0,), column=None, drop=0)


FAULTS: dict[str, Callable[[Places], Plant]] = {
    **{
        make.__name__: make
        for make in (
            *(unit_slip, decimal_lost, columns_swapped, definition_changed, jump, growth_unexplained),
            *(stock_not_carried, month_not_difference, month_over_cumulative, cumulative_falls, out_of_bounds),
            *(part_over_whole, parts_do_not_sum, share_not_quotient, sources_disagree, areas_listed_twice),
            *(suppressed_by_total, suppressed_by_month, suppressed_by_growth, suppressed_by_share, suppressed_before),
            *(explanation_unused, key_repeated, row_shifted, same_day_differs),
        )
    },
    "code_unknown": _refused("indicator_id", "NO_SUCH", "indicator.unknown"),
    "code_unknown: area": _refused("area_code", "广卅市", "area.unknown"),
    "code_unknown: definition": _refused("definition_id", "no_such", "definition.unknown"),
    "code_unknown: sector": _refused("sector_code", "9999", "sector.unknown"),
    "code_unknown: unit": _refused("unit", "斤两", "unit.conversion"),
    "a text for a number": _refused("value", "约一百", "value.not_a_number"),
    "an exponent": _refused("value", "1e5", "value.not_a_number"),
    "30 February": _refused("released_on", "2021-02-30", "released_on.not_a_date"),
    "a month thirteen": _refused("period", "2020-13", "row.period_label"),
    "a cell left empty": _refused("value", "", "row.value_and_status"),
    "a code of no list": _refused("basis", "monthly", "basis.enum"),
    "given out before it was over": _refused("released_on", "1990-01-01", "row.released_too_early"),
}
"""Every check by its name, and faults that no check sees because the gate refuses the row."""


OF_ONE_SOURCE = ("explanation_unused", "same_day_differs")
"""Plants whose file and the one held are of one source."""


def planted(database: Path, seed: int) -> dict[str, Plant]:
    """A plant of every kind, none of which meets another."""
    places = Places(database, seed)
    taken: set[tuple[str, str]] = set()
    plants: dict[str, Plant] = {}
    for name, draw in FAULTS.items():
        plant = draw(places)
        while plant.meets & taken:
            plant = draw(places)
        taken |= plant.meets
        plants[name] = plant
    return plants
