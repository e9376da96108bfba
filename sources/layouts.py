"""Layouts: from cells to rows of names. A layout is data (`schemas.reference`); this reads one by it.

A row is still what the file says: texts and names, each with its place. Codes come in `sources.intake`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.codes import Basis
from schemas.periods import Period, parse_published
from schemas.reference import CrosstabLayout, RecordsLayout, ValueDefaults
from schemas.rows import ValueRow
from sources.readers import Line, Unreadable

_PREAMBLE = re.compile(r"([^：:]+)[：:](.*)", re.DOTALL)
_CUMULATIVE = re.compile(r"\d{4}年\s*1\s*[-—–~～].*")
_UNIT = re.compile(r"(.*)[(（]([^()（）]+)[)）]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands in its file, and the text that stands there."""

    line: int
    column: int
    raw: str

    @property
    def locator(self) -> str:
        """The place, for people."""
        return f"line {self.line}, column {self.column}"


@dataclass(frozen=True)
class Cell:
    """A cell that a layout takes as a value, and what the file says of it.

    `fields` bear the names of `ValueRow`; `indicator` and `area` are names still to be resolved.
    """

    place: Place
    fields: dict[str, str | None]
    indicator: str | None = None
    area: str | None = None
    no_data: bool = False
    faults: tuple[tuple[str, str, str], ...] = ()


def read_records(lines: Iterable[Line], layout: RecordsLayout) -> Iterator[Cell]:
    """One row a value under a header line whose names are those of `ValueRow`.

    Raises:
        Unreadable: a column is unknown, repeated or required and absent; or the lines cannot be read to their end.
    """
    body = iter(lines)
    header = next(body)
    _check_header(header)
    value_column = header.cells.index("value")
    for line in body:
        if not any(line.cells):
            continue
        if len(line.cells) != len(header.cells):
            zh = f"本行有 {len(line.cells)} 个单元格，应为 {len(header.cells)} 个；请检查逗号与引号"
            en = f"the line has {len(line.cells)} cells, the header {len(header.cells)}; check commas and quotes"
            yield Cell(Place(line.number, 1, ",".join(line.cells)[:200]), {}, faults=(("row.ragged", zh, en),))
            continue
        fields = {name: (text or None) for name, text in zip(header.cells, line.cells, strict=True)}
        raw = line.cells[value_column]
        yield Cell(Place(line.number, value_column + 1, raw), fields, no_data=raw in layout.no_data)


def _check_header(header: Line) -> None:
    known = ValueRow.model_fields
    required = {name for name, f in known.items() if f.is_required()} | {"value"}
    unknown = [c for c in header.cells if c not in known]
    repeated = sorted({c for c in header.cells if header.cells.count(c) > 1})
    absent = sorted(required - set(header.cells))
    if unknown or repeated or absent:
        found = f"unknown {unknown}, repeated {repeated}, missing {absent}"
        raise Unreadable(
            "file.header",
            found,
            f"表头不符：未知列 {unknown}，重复列 {repeated}，缺少列 {absent}；应有的列见 docs 与 schemas/rows.py",
            f"the header does not fit: {found}; the columns are those of schemas/rows.py",
        )


def read_crosstab(lines: list[Line], layout: CrosstabLayout, values: ValueDefaults) -> Iterator[Cell]:
    """A table with one dimension down, one across, the rest above (`key：value`) or fixed.

    Raises:
        Unreadable: the header, a preamble line or the end mark is not there, or headings do not parse.
    """
    at = next((i for i, line in enumerate(lines) if line.cells and line.cells[0] == layout.corner), None)
    if at is None:
        raise Unreadable(
            "file.header",
            lines[0].cells[0] if lines[0].cells else "",
            f"找不到以“{layout.corner}”开头的表头行；文件可能被改存，请用原始导出件",
            f"no header line begins with {layout.corner!r}; the file may have been re-saved, send the original export",
        )
    above = _preamble(lines[:at], layout)
    body, ended = _body(lines[at + 1 :], layout)
    if layout.end_mark is not None and not ended:
        raise Unreadable(
            "file.cut_off",
            ",".join(lines[-1].cells)[:80],
            f"文件末尾没有“{layout.end_mark}”；文件可能被截断，请重新导出",
            f"the file does not end with {layout.end_mark!r}; it was cut off, export it again",
        )
    header = lines[at]
    width = len(header.cells) - (1 if header.cells[-1] == "" else 0)
    headings = [_heading(layout.across, text) for text in header.cells[1:width]]
    for line in body:
        side = _heading(layout.down, line.cells[0])
        extra = [c for c in line.cells[width:] if c]
        missing = len(line.cells) < width
        for column, heading in enumerate(headings, 1):
            raw = line.cells[column] if column < len(line.cells) else ""
            cell = _cell(line, column, raw, {**above, **side, **heading}, layout, values)
            if missing or extra:
                zh = f"本行有 {len(line.cells)} 个单元格，表头有 {width} 个；请重新导出"
                en = f"the line has {len(line.cells)} cells, the header {width}; export it again"
                cell = Cell(cell.place, {}, faults=(("row.ragged", zh, en),))
            yield cell


Said = dict[str, str | Period | None]


def _preamble(lines: list[Line], layout: CrosstabLayout) -> Said:
    said: Said = {}
    found: dict[str, str] = {}
    for line in lines:
        match = _PREAMBLE.fullmatch(",".join(c for c in line.cells if c))
        if match is not None:
            found[match[1].strip()] = match[2].strip()
    for dimension, name in layout.fixed.items():
        said |= _heading(dimension, name)
    for key, dimension in layout.above.items():
        if key not in found:
            raise Unreadable(
                "file.preamble",
                ", ".join(found) or "nothing",
                f"表头之上缺少“{key}：…”一行；请用原始导出件",
                f"the line {key!r} above the header is missing; send the original export",
            )
        said |= _heading(dimension, found[key])
    return said


def _body(lines: list[Line], layout: CrosstabLayout) -> tuple[list[Line], bool]:
    body: list[Line] = []
    ended = layout.end_mark is None
    noted = False
    for line in lines:
        text = line.cells[0] if line.cells else ""
        if layout.end_mark is not None and text.startswith(layout.end_mark):
            ended = True
        elif noted or text.startswith(layout.footnotes):
            noted = True  # a note may run on over further lines
        elif any(line.cells):
            body.append(line)
    return body, ended


def _heading(dimension: str, text: str) -> Said:
    """What a heading says: a period, an area's name, or an indicator's name with its unit in brackets."""
    if dimension == "period":
        try:
            return {"period": parse_published(text), "cumulative": "yes" if _CUMULATIVE.fullmatch(text) else None}
        except ValueError as error:
            return {"period": None, "period_fault": str(error)}
    if dimension == "indicator":
        match = _UNIT.fullmatch(text)
        return {
            "indicator": (match[1] if match else text).strip(),
            "unit": match[2].strip() if match else None,
        }
    return {"area": text}


def _cell(line: Line, column: int, raw: str, said: Said, layout: CrosstabLayout, values: ValueDefaults) -> Cell:
    period = said.get("period")
    faults: tuple[tuple[str, str, str], ...] = ()
    fields: dict[str, str | None] = {
        name: str(text) for name, text in values.model_dump(mode="json").items() if text is not None
    }
    fields["value"] = raw
    fields["unit"] = _text(said.get("unit"))
    if isinstance(period, Period):
        fields |= {"frequency": period.frequency, "period": period.label}
        if said.get("cumulative") and values.basis is not Basis.CUMULATIVE:
            zh = f"表头是累计时期，来源声明的口径却是 {values.basis}；请核对来源的声明"
            en = f"the heading is cumulative, the source declares the basis {values.basis}; correct the declaration"
            faults = (("basis.heading", zh, en),)
    else:
        why = str(said.get("period_fault"))
        faults = (("period.unknown", f"无法识别时期：{why}", why),)
    return Cell(
        Place(line.number, column + 1, raw),
        fields,
        indicator=_text(said.get("indicator")),
        area=_text(said.get("area")),
        no_data=raw in layout.no_data,
        faults=faults,
    )


def _text(said: str | Period | None) -> str | None:
    return said if isinstance(said, str) else None
