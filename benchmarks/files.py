"""Files for the bench, from a seed: the usual one, with ten kinds of faults, and a hostile one; and their models.

Usual: 11 columns as agencies send them, most of few texts, two numbers of many; 0.1 % of the rows bad, in ten kinds.
Hostile: 11 columns, every text of a column distinct; 5 % bad; a rule on two columns that never repeat.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.judge import EmptyCell, reads

SEED = 20181
BLOCK = 50_000
USUAL_BAD, HOSTILE_BAD = 0.001, 0.05


class Frequency(StrEnum):
    """How often a value is published."""

    A = "A"
    Q = "Q"
    M = "M"


class Usual(BaseModel):
    """A row of the usual file."""

    empty_cell: ClassVar[EmptyCell] = EmptyCell.ABSENT
    model_config = ConfigDict(extra="forbid")

    indicator_id: Annotated[str, Field(pattern=r"^[A-Z]{3}_[0-9]{3}$")]
    area_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    frequency: Frequency
    basis: Literal["period", "cumulative", "end"]
    period: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
    value: Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
    unit: Annotated[str, Field(min_length=1, max_length=8)]
    obs_status: Literal["A", "P", "E"] = "A"
    respondent: Annotated[int, Field(ge=0)]
    decimals: Annotated[int, Field(ge=0, le=4)]
    released_on: dt.date

    @model_validator(mode="after")
    @reads("period", "released_on")
    def _released_after_its_period_began(self) -> Self:
        if self.released_on.isoformat()[:7] < self.period:
            raise PydanticCustomError("released_too_early", "released before the period began")
        return self


class Hostile(BaseModel):
    """A row of the hostile file."""

    model_config = ConfigDict(extra="forbid")

    row_id: Annotated[str, Field(pattern=r"^R[0-9]{9}$")]
    code: Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9A-F]{8}$")]
    name: Annotated[str, Field(min_length=3, max_length=24)]
    note: Annotated[str, Field(min_length=1)]
    number: Annotated[int, Field(ge=0)]
    balance: int
    value: Annotated[Decimal, Field(max_digits=18, decimal_places=4, ge=0)]
    share: Annotated[float, Field(ge=0, le=100)]
    rate: float
    opened: dt.datetime
    closed: dt.datetime

    @model_validator(mode="after")
    @reads("opened", "closed")
    def _closed_after_it_opened(self) -> Self:
        if self.closed < self.opened:
            raise PydanticCustomError("closed_too_early", "closed before it opened")
        return self


_INDICATORS = [f"IND_{i:03d}" for i in range(200)]
_AREAS = [f"44{i:04d}" for i in range(170)]
_UNITS = ["万件", "亿元", "万户", "座", "%"]
_MONTHS = [(year, month) for year in range(2002, 2024) for month in range(1, 13)]
_PERIODS = [f"{year}-{month:02d}" for year, month in _MONTHS]
_RELEASES = [
    [(dt.date(y, m, 1) + dt.timedelta(35 + day)).isoformat() for day in range(40)] for y, m in _MONTHS
]  # some days after the period's end

_USUAL_FAULTS: tuple[tuple[int, str], ...] = (
    (0, "ind_001"),
    (1, "4401"),
    (2, "W"),
    (3, "YTD"),
    (5, "n/a"),
    (5, "1.23456"),
    (5, ""),
    (8, "-1"),
    (10, "2024-02-30"),
    (10, "2001-01-01"),
)
_HOSTILE_FAULTS: tuple[tuple[int, Callable[[str], str]], ...] = (
    (0, str.lower),
    (1, lambda text: text + "0"),
    (2, lambda text: text[:2]),
    (3, lambda _: ""),
    (4, lambda text: "-" + text),
    (5, lambda text: text + ".5"),
    (6, lambda text: text + "1"),
    (7, lambda text: "1" + text.zfill(9)),
    (9, lambda text: text.replace("-", "/")),
    (10, lambda text: "1" + text[1:]),
)


def usual(rows: int) -> Iterator[str]:
    """The lines of the usual file, in blocks."""
    yield ",".join(Usual.model_fields) + "\n"
    chance = random.Random(SEED)
    for start in range(0, rows, BLOCK):
        lines = []
        for _ in range(min(BLOCK, rows - start)):
            cells = _usual_cells(chance)
            if chance.random() < USUAL_BAD:
                column, text = _USUAL_FAULTS[chance.randrange(len(_USUAL_FAULTS))]
                cells[column] = text
            lines.append(",".join(cells))
        yield "\n".join(lines) + "\n"


def _usual_cells(chance: random.Random) -> list[str]:
    drawn = chance.getrandbits(128)
    month, number = drawn % len(_PERIODS), (drawn >> 16) % 10**12
    return [
        _INDICATORS[(drawn >> 60) % 200],
        _AREAS[(drawn >> 68) % 170],
        "AQM"[(drawn >> 76) % 3],
        ("period", "cumulative", "end")[(drawn >> 78) % 3],
        _PERIODS[month],
        f"{number // 10_000}.{number % 10_000:04d}",
        _UNITS[(drawn >> 82) % 5],
        ("A", "A", "P", "")[(drawn >> 86) % 4],
        str((drawn >> 90) % 10**8),
        "01234"[(drawn >> 118) % 5],
        _RELEASES[month][(drawn >> 121) % 40],
    ]


def hostile(rows: int) -> Iterator[str]:
    """The lines of the hostile file, in blocks; no text stands twice in a column."""
    yield ",".join(Hostile.model_fields) + "\n"
    chance = random.Random(SEED)
    for start in range(0, rows, BLOCK):
        lines = []
        for number in range(start, min(start + BLOCK, rows)):
            cells = _hostile_cells(number)
            if chance.random() < HOSTILE_BAD:
                column, spoil = _HOSTILE_FAULTS[chance.randrange(len(_HOSTILE_FAULTS))]
                cells[column] = spoil(cells[column])
            lines.append(",".join(cells))
        yield "\n".join(lines) + "\n"


def _hostile_cells(number: int) -> list[str]:
    mixed = number * 2_654_435_761 % 2**32  # each number another one
    seconds, ago = divmod(mixed, 1_000)
    minute, second = divmod(seconds, 60)
    hour, minute = divmod(minute, 60)
    days, hour = divmod(hour, 24)
    opened = f"{2010 + days // 336}-{days % 336 // 28 + 1:02d}-{days % 28 + 1:02d}"
    return [
        f"R{number:09d}",
        f"{chr(65 + number % 26)}{chr(65 + number // 26 % 26)}-{mixed:08X}",
        f"名称{mixed:010d}",
        f"note {number} of {mixed}",
        str(mixed),
        str(mixed - 2**31),
        f"{mixed}.{number % 10_000:04d}",
        f"{mixed % 100}.{number:09d}",
        f"{number}.{mixed:010d}",
        f"{opened}T{hour:02d}:{minute:02d}:{second:02d}.{ago:03d}",
        f"2023-{days % 12 + 1:02d}-{days % 28 + 1:02d}T{hour:02d}:{minute:02d}:{second:02d}.{ago:03d}000",
    ]


FILES: dict[str, tuple[type[BaseModel], Callable[[int], Iterator[str]]]] = {
    "usual": (Usual, usual),
    "hostile": (Hostile, hostile),
}


def write(name: str, rows: int, path: Path) -> None:
    """Writes one of the files."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(FILES[name][1](rows))
