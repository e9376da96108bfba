"""Worked cases, written as data in `tests/spec/cases/*.yaml`: a small table in, a small table out.

The same cases are run by `test_cases` and rendered by `methodology` to docs/methodology.
"""

import re
import typing
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field, model_validator

from schemas import tables
from schemas.codes import Code
from schemas.columns import ColumnSpec, Table
from schemas.reference import Entry
from schemas.registry import BY_NAME
from schemas.rows import ValueRow

FOLDER = Path(__file__).parent / "cases"
Row = dict[str, str]


class Text(Entry):
    """The same in both languages."""

    zh: str
    en: str


class Given(Entry):
    """A file handed in: a figures file (`every` row's facts and the `rows` that differ), or its text as it lies."""

    file: str = Field(description="the beginning of its name, by which its source claims it")
    every: Row = Field({}, description="what holds for every row")
    rows: str = ""
    text: str | None = None
    released_on: str | None = None

    @property
    def table(self) -> list[Row]:
        """The rows as written, cells that are empty left out."""
        return [{k: v for k, v in row.items() if v} for row in read_table(self.rows)]

    def full_rows(self, area_code: str) -> list[Row]:
        """The rows with what holds for every one; those that name no area are of `area_code`."""
        return [{"area_code": area_code, **self.every, **row} for row in self.table]


class Asked(Entry):
    """A query and the rows that it must give: `rows` of a table `where` something holds, or of a SELECT."""

    table: str | None = None
    where: str | None = None
    sql: str | None = None
    rows: str

    @model_validator(mode="after")
    def _one_of_the_two(self) -> "Asked":
        if (self.table is None) == (self.sql is None):
            raise ValueError("give either a table or a sql")
        return self

    @property
    def columns(self) -> list[str]:
        """The names of the columns asked for."""
        return read_header(self.rows)

    @property
    def query(self) -> str:
        """The SELECT."""
        if self.sql is not None:
            return self.sql
        condition = f" WHERE {self.where}" if self.where else ""
        return f"SELECT {', '.join(self.columns)} FROM {self.table}{condition}"

    @property
    def expected(self) -> list[Row]:
        """The rows that must come, in any order."""
        return read_table(self.rows)

    @property
    def model(self) -> type[Table] | None:
        """The model of the table asked; None for a SELECT of its own."""
        return BY_NAME[self.table] if self.table else None


class Case(Entry):
    """A worked case."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    vectors: tuple[int, ...] = ()
    examples: tuple[str, ...] = Field((), description="numbers of the worked examples that it carries")
    title: Text
    teaches: Text
    made_up: bool = Field(False, description="whether the figures were made up to show one thing")
    cited: Text | None = Field(None, description="where figures come from that are neither made up nor ship")
    given: tuple[Given, ...] = ()
    about: tuple[str, ...] = Field((), description="indicators that a file given as text speaks of")
    sources: tuple[dict[str, Any], ...] = Field((), description="sources declared for the case, as reference files")
    indicators: tuple[dict[str, Any], ...] = Field((), description="indicators declared for the case")
    targets: tuple[dict[str, Any], ...] = Field((), description="targets declared for the case")
    assessed_on: str | None = None
    asked: tuple[Asked, ...] = Field(min_length=1)

    @property
    def names_areas(self) -> bool:
        """Whether its areas are part of what it shows; else any city will do."""
        said = [r for g in self.given for r in (g.every, *g.table)]
        return any(g.text for g in self.given) or any("area_code" in r for r in (*said, *self.targets))

    @property
    def indicator_ids(self) -> set[str]:
        """The indicators of its rows and targets."""
        rows = [r for g in self.given for r in g.full_rows("")] + list(self.targets)
        return {*self.about, *(str(r["indicator_id"]) for r in rows if r.get("indicator_id"))}


class Section(Entry):
    """A chapter: what its cases have in common, the formulas in words, the cases."""

    section: str
    order: int
    title: Text
    intro: Text
    formulas: tuple[Text, ...] = ()
    cases: tuple[Case, ...]


@cache
def sections() -> tuple[Section, ...]:
    """All sections in their order."""
    found = [Section.model_validate(yaml.safe_load(p.read_text("utf-8"))) for p in FOLDER.glob("*.yaml")]
    return tuple(sorted(found, key=lambda s: s.order))


def all_cases() -> list[Case]:
    """All cases in their order."""
    return [case for section in sections() for case in section.cases]


def read_header(text: str) -> list[str]:
    """The first line's cells, parted by `|`."""
    return [cell.strip() for cell in text.strip().splitlines()[0].split("|")]


def read_table(text: str) -> list[Row]:
    """The lines below the header as rows; raises ValueError where a line has another number of cells."""
    header, *lines = text.strip().splitlines() or [""]
    names = read_header(header) if header else []
    return [dict(zip(names, (c.strip() for c in line.split("|")), strict=True)) for line in lines]


def is_as_expected(expected: str, found: object) -> bool:
    """Whether a cell holds what is expected: nothing, a text, a whole number exactly, or a number so far rounded."""
    if expected == "" or found is None:
        return expected == "" and found is None
    if isinstance(found, bool) or not isinstance(found, (Decimal, int, float)):
        return expected == (str(found).lower() if isinstance(found, bool) else str(found))
    if not re.fullmatch(r"-?\d+(\.\d+)?", expected):
        return False
    meant, held = Decimal(expected), Decimal(str(found))
    return held == meant if "." not in expected else held.quantize(meant, ROUND_HALF_UP) == meant


def column_of(name: str, model: type[Table] | None) -> ColumnSpec | None:
    """What a column is called and means: that of the table asked, or of the values that files hold."""
    specs = [c for table in (model, tables.Observation) if table for c in table.columns()]
    return next((c for c in specs if c.name == name), None)


def code_list_of(name: str, model: type[BaseModel] | None) -> type[Code] | None:
    """The code list of a column, or of a cell of a figures file."""
    for owner in (model, ValueRow):
        if owner is not None and name in owner.model_fields:
            annotation = owner.model_fields[name].annotation
            kinds = typing.get_args(annotation) or (annotation,)
            return next((k for k in kinds if isinstance(k, type) and issubclass(k, Code)), None)
    return None
