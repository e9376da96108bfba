"""The SQL files: each one SELECT under a header, and the as-of macro made from the same text."""

import re
from dataclasses import dataclass
from pathlib import Path

from schemas.registry import COMPUTED

_HEADER = re.compile(r"-- (?P<key>grain|unit|formula|reads): (?P<text>.*)|--   (?P<more>.*)")
KNOWN_ON = "known_on"
DATED = {"versions": "known_from", "evidence": "coalesce(released_on, recorded_on)"}
"""What came to be known day by day, and the day of each row: an undated document counts from its entry."""


@dataclass(frozen=True)
class Mart:
    """A computed table's SELECT and what its header says."""

    name: str
    sql: str
    grain: str
    unit: str
    formula: str
    reads: tuple[str, ...]


class MartFault(Exception):
    """A SQL file that is missing or whose header is incomplete."""


def load_marts(folder: Path) -> dict[str, Mart]:
    """All marts by name, in the registry's order, which must be an order of dependence.

    Raises:
        MartFault: a computed table has no SQL file, or a header lacks grain, unit, formula or reads.
    """
    return {t.info.name: _load(folder, t.info.name) for t in COMPUTED}


def _load(folder: Path, name: str) -> Mart:
    found = sorted(folder.glob(f"*/{name}.sql"))
    if len(found) != 1:
        raise MartFault(f"table {name}: expected one file {folder}/*/{name}.sql, found {len(found)}")
    text = found[0].read_text("utf-8")
    said: dict[str, str] = {}
    key = ""
    body = text.splitlines()
    while body and (match := _HEADER.fullmatch(body[0])):
        body.pop(0)
        key = match["key"] or key
        said[key] = f"{said[key]} {match['more']}" if match["more"] else match["text"]
    missing = sorted({"grain", "unit", "formula", "reads"} - said.keys())
    if missing:
        raise MartFault(f"{found[0]}: the header lacks {', '.join(missing)}")
    reads = tuple(said["reads"].split(", "))
    return Mart(name, "\n".join(body).strip(), said["grain"], said["unit"], said["formula"], reads)


def as_of_macro(marts: dict[str, Mart], name: str) -> str | None:
    """The macro `<name>_as_of(known_on)`: the mart's own text over the versions released by that day.

    CTEs of the upstream names shadow the tables, so table and macro come from one SQL text. What documents
    say of items is known from their day, too. None for a mart that does not follow from `versions`.
    """
    upstream = _follows_from_versions(marts, name)
    if upstream is None:
        return None
    shadows = [
        f"{dated} AS (SELECT * FROM main.{dated} WHERE {day} <= CAST({KNOWN_ON} AS DATE))"
        for dated, day in DATED.items()
    ]
    shadows += [f"{u} AS ({marts[u].sql})" for u in upstream]
    body = "SELECT * FROM versions" if name == "versions" else f"SELECT * FROM ({marts[name].sql})"
    return f"CREATE OR REPLACE MACRO {name}_as_of({KNOWN_ON}) AS TABLE WITH {', '.join(shadows)} {body}"


def _follows_from_versions(marts: dict[str, Mart], name: str) -> list[str] | None:
    """The marts between `versions` and `name`, in order; None if `name` also reads what is not as-of."""
    if name == "versions":
        return []
    between: list[str] = []
    follows = False
    for read in marts[name].reads:
        if read not in marts:
            continue
        above = _follows_from_versions(marts, read)
        if above is None:
            return None
        follows = True
        between += [m for m in (*above, read) if m not in between and m != "versions"]
    return between if follows and "snapshots" not in marts[name].reads else None
