"""Intake: one file, read by its source's form, becomes typed values, refusals and counts; no cell disappears."""

import datetime as dt
import fnmatch
import hashlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

from schemas import codes
from schemas.judge import Refusal, judge
from schemas.periods import parse_label
from schemas.quantities import converted, fits
from schemas.reference import FileForm, IndicatorEntry, RecordsLayout, SourceEntry
from schemas.reference_data import Reference
from schemas.reference_files import close_match
from schemas.rows import ValueRow
from sources.layouts import Cell, Place, read_crosstab, read_records
from sources.readers import Unreadable, decode, read_csv

_BASES_OF_NATURE = {
    codes.Nature.STOCK: {codes.Basis.END},
    codes.Nature.CUMULATIVE_COUNT: {codes.Basis.END},
    codes.Nature.FLOW: {codes.Basis.PERIOD, codes.Basis.CUMULATIVE},
    codes.Nature.RATE: set(codes.Basis),
}

_Shown = defaultdict[tuple[str, str, str, str, str], set[str]]
"""Release date, indicator, measure, basis and frequency as a file writes them → the periods that it shows of them."""


@dataclass(frozen=True)
class SeriesKey:
    """What makes a series one; its integer is the first 49 bits of a hash, exact in every spreadsheet."""

    indicator_id: str
    area_code: str
    sector_code: str
    frequency: codes.Frequency
    basis: codes.Basis
    measure: codes.Measure
    price_basis: str
    definition_id: str
    source_id: str

    @cached_property
    def text(self) -> str:
        """The key, readable."""
        return ".".join(str(getattr(self, name)) for name in self.__dataclass_fields__)

    @cached_property
    def series_id(self) -> int:
        """The series' integer."""
        return _hashed(self.text)

    @cached_property
    def family_id(self) -> int:
        """The integer shared by series that differ only in measure, price basis and definition."""
        parts = (
            self.indicator_id,
            self.area_code,
            self.sector_code,
            self.frequency,
            self.basis,
            self.source_id,
        )
        return _hashed(".".join(map(str, parts)))


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 15


@dataclass(frozen=True, slots=True)
class TakenValue:
    """A value accepted: its place, its series, and the rest under the names of `readings`, in the series' unit."""

    cell: Place
    series: SeriesKey
    unit: str
    period: str
    period_start: dt.date
    period_end: dt.date
    value: Decimal | None
    qualifier: codes.Qualifier
    rounding_unit: Decimal | None
    unit_published: str
    obs_status: codes.ObsStatus
    stage: codes.Stage
    coverage_from: dt.date | None
    coverage_to: dt.date | None
    period_origin: codes.PeriodOrigin
    release_state: codes.ReleaseState
    authority: codes.Authority
    publisher: str
    title: str
    place: str | None
    note: str | None
    released_on: dt.date
    released_on_origin: codes.ReleasedOnOrigin

    @property
    def said(self) -> tuple[object, ...]:
        """What must be equal for two values of one key to be the same."""
        state = (self.qualifier, self.obs_status, self.stage, self.release_state, self.coverage_from, self.coverage_to)
        return (self.value, self.rounding_unit, *state)


@dataclass(frozen=True)
class Fault:
    """Why a cell is refused where more than its row must be known: the rule, and what to do in two languages."""

    rule: str
    zh: str
    en: str


@dataclass(frozen=True)
class Refused:
    """A cell, row or file refused, with its place."""

    locator: str
    line: int | None
    column: int | None
    raw: str
    rule: str
    zh: str
    en: str
    cells: int


@dataclass(frozen=True)
class Span:
    """What a full release speaks about; `released_on` is null where the whole file is one release."""

    released_on: dt.date | None
    indicator_id: str
    measure: codes.Measure
    basis: codes.Basis
    frequency: codes.Frequency
    period_from: dt.date
    period_to: dt.date


@dataclass
class Taken:
    """All that one file brought."""

    kind: codes.ReleaseKind = codes.ReleaseKind.PARTIAL
    cells: int = 0
    values: list[TakenValue] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    tallies: Counter[tuple[str, str]] = field(default_factory=Counter)
    spans: list[Span] = field(default_factory=list)

    @property
    def refused_whole(self) -> Refused | None:
        """Why nothing of the file is read; None where anything is."""
        return None if self.cells else next(iter(self.refused), None)

    @property
    def balance(self) -> int:
        """Cells taken less cells accounted for; 0, or something disappeared."""
        accounted = len(self.values) + sum(self.tallies.values()) + sum(r.cells for r in self.refused)
        return self.cells - accounted


@dataclass(frozen=True)
class Claimed:
    """A file with the source and form that claim it; `problem` says why there is none."""

    source: SourceEntry | None
    form: FileForm | None
    problem: Refused | None = None


def claim(name: str, content: bytes, reference: Reference, source_id: str | None) -> Claimed:
    """Which source, and which form of it, a file is.

    A form claims by the file's name or by texts among its first ten lines; a source named by the caller
    narrows the search. None or several: `problem` says so, and what to do.
    """
    try:
        lines = read_csv(content)
        head = [",".join(line.cells) for line in islice(lines, 10)]
        deque(lines, 0)  # a file that cannot be read to its end is nobody's
    except Unreadable as error:
        return Claimed(None, None, _file_refused(error.rule, error.found, error.zh, error.en))
    sources = [s for s in reference.sources.values() if source_id in (None, s.source_id)]
    found = [(s, f) for s in sources for f in s.files if _claims(f, name, head)]
    if not found and source_id is not None and len(sources) == 1 and len(sources[0].files) == 1:
        found = [(sources[0], sources[0].files[0])]
    if len(found) == 1:
        return Claimed(*found[0])
    known = ", ".join(sorted(reference.sources))
    if found:
        names = ", ".join(sorted({s.source_id for s, _ in found}))
        zh = f"多个来源认领此文件：{names}；请用 --source 指明"
        en = f"several sources claim this file: {names}; name one with --source"
        return Claimed(None, None, _file_refused("file.claimed_twice", head[0], zh, en))
    zh = f"没有来源认领此文件；请用 --source 指明其一（{known}），或在 data/reference/sources 中声明新来源"
    en = f"no source claims this file; name one with --source ({known}) or declare one in data/reference/sources"
    return Claimed(None, None, _file_refused("file.unclaimed", head[0][:80], zh, en))


def _claims(form: FileForm, name: str, head: list[str]) -> bool:
    by_name = form.claim.name is None or fnmatch.fnmatchcase(name, form.claim.name)
    by_text = all(any(text in line for line in head) for text in form.claim.first_lines)
    return by_name and by_text


def _file_refused(rule: str, found: str, zh: str, en: str) -> Refused:
    return Refused("file", None, None, found, rule, zh, en, 0)


def take(
    content: bytes,
    source: SourceEntry,
    form: FileForm,
    reference: Reference,
    released_on: tuple[dt.date, codes.ReleasedOnOrigin] | None,
) -> Taken:
    """Everything a file brings, by its source's form.

    Args:
        content: the file's bytes.
        source: the source that claims it.
        form: the form of the source's files that it has.
        reference: names, codes and units to resolve by.
        released_on: release date and its origin, for a file whose rows do not say their own.
    """
    taken = Taken()
    shown: _Shown = defaultdict(set)
    try:
        values = _take_cells(_cells(content, form), source, form, reference, released_on, taken, shown)
    except Unreadable as error:
        return Taken(refused=[_file_refused(error.rule, error.found, error.zh, error.en)])
    if not taken.cells:
        zh, en = "文件只有表头，没有一个值；请重新导出", "the file has a header and not one value; export it again"
        return Taken(refused=[_file_refused("file.no_values", "", zh, en)])
    _settle_repeats(values, taken)
    if form.release is codes.ReleaseKind.FULL and not taken.refused:
        taken.kind = codes.ReleaseKind.FULL
        taken.spans = list(_spans(shown))
    return taken


def _cells(content: bytes, form: FileForm) -> Iterator[Cell]:
    if not isinstance(form.layout, RecordsLayout):
        assert form.values is not None  # the model of FileForm holds this
        yield from read_crosstab(list(read_csv(content)), form.layout, form.values)
        return
    yield from read_records(read_csv(content), form.layout)
    if not content.endswith(b"\n"):
        raise Unreadable(
            "file.cut_off",
            decode(content).rpartition("\n")[2][:80],
            "文件末行没有换行符；文件可能被截断，请重新导出",
            "the last line has no line end; the file may be cut off, export it again",
        )


def _take_cells(
    cells: Iterator[Cell],
    source: SourceEntry,
    form: FileForm,
    reference: Reference,
    released_on: tuple[dt.date, codes.ReleasedOnOrigin] | None,
    taken: Taken,
    shown: _Shown,
) -> list[TakenValue]:
    """The values of the cells that pass; of each cell no more is held than that, once its row is judged."""
    waiting: dict[int, Place] = {}

    def rows() -> Iterator[dict[str, str | None]]:
        number = 0
        for cell in cells:
            taken.cells += 1
            if form.release is codes.ReleaseKind.FULL:
                _show(cell, reference, shown)
            fields = _fields(cell, source, form, reference, released_on, taken)
            if fields is not None:
                number += 1
                waiting[number] = cell.place
                yield fields

    values: list[TakenValue] = []
    known: dict[Any, Any] = {}
    for batch in judge(rows(), ValueRow):
        for refused in batch.refused:
            _refuse(taken, waiting.pop(refused.row), refused.reasons)
        for number, row in batch.objects:
            place = waiting.pop(number)
            value, faults = _value(place, row, source, reference, known)
            _refuse(taken, place, faults)
            values += [value] if value is not None else []
    taken.refused.sort(key=lambda r: (r.line or 0, r.column or 0))
    return values


def _fields(
    cell: Cell,
    source: SourceEntry,
    form: FileForm,
    reference: Reference,
    released_on: tuple[dt.date, codes.ReleasedOnOrigin] | None,
    taken: Taken,
) -> dict[str, str | None] | None:
    """What a cell's row is given to be judged; None where the cell's fate is settled without."""
    if cell.faults:
        _refuse(taken, cell.place, (Fault(rule, zh, en) for rule, zh, en in cell.faults))
        return None
    if cell.no_data:
        taken.tallies["no_data", cell.place.raw] += 1
        return None
    fields = dict(cell.fields)
    outside = _resolve(cell, fields, form, reference)
    if isinstance(outside, str):
        taken.tallies["out_of_scope", outside] += 1
        return None
    if outside:
        _refuse(taken, cell.place, outside)
        return None
    fields.setdefault("publisher", source.publisher)
    if released_on is not None:
        fields |= {"released_on": released_on[0].isoformat(), "released_on_origin": released_on[1]}
    return fields


def _resolve(cell: Cell, fields: dict[str, str | None], form: FileForm, reference: Reference) -> str | list[Fault]:
    """Puts codes for names into `fields`; gives the name that is out of scope, or what is unknown."""
    ignored = () if isinstance(form.layout, RecordsLayout) else form.layout.ignore
    indicator = cell.indicator if cell.indicator is not None else fields.get("indicator_id") or ""
    area = cell.area if cell.area is not None else fields.get("area_code") or ""
    if indicator in ignored or area in ignored:
        return indicator if indicator in ignored else area
    unknown: list[Fault] = []
    if indicator in reference.indicator_names:
        fields["indicator_id"] = reference.indicator_names[indicator]
    else:
        unknown.append(_unknown("indicator", "指标", indicator, reference.indicator_names, "indicators/"))
    if area in reference.area_names:
        found = reference.areas[reference.area_names[area]]
        fields["area_code"] = found.area_code
        if not unknown and not found.monitored:
            return found.zh
    else:
        near = [n for n, code in reference.area_names.items() if reference.areas[code].monitored]
        close = close_match(area, near) or close_match(area, reference.area_names)
        unknown.append(_unknown("area", "地区", area, [close] if close else [], "areas.csv"))
    return unknown


def _unknown(what: str, zh: str, name: str, known: Iterable[str], file: str) -> Fault:
    close = close_match(name, known)
    near = f"，是否为“{close}”" if close else ""
    nearly = f" (did you mean {close!r}?)" if close else ""
    return Fault(
        f"{what}.unknown",
        f"不认识的{zh}“{name}”{near}；请改正，或在 data/reference/{file} 中登记此名",
        f"unknown {what} {name!r}{nearly}; correct it, or enter the name in data/reference/{file}",
    )


def _value(
    cell: Place, row: ValueRow, source: SourceEntry, reference: Reference, known: dict[Any, Any]
) -> tuple[TakenValue | None, list[Fault]]:
    """The value of a row, or why there is none; texts and series that repeat are held once, in `known`."""
    indicator = reference.indicators[row.indicator_id]
    unit = reference.unit_of(row.indicator_id, row.measure)
    faults: list[Fault] = []
    definitions = [d.definition_id for d in indicator.definitions]
    if row.definition_id not in definitions:
        faults.append(_unknown("definition", "定义", row.definition_id, definitions, "indicators/"))
    if row.sector_code != "_T":
        faults.append(_unknown("sector", "行业", row.sector_code, ["_T"], "indicators/"))
    if row.basis not in _BASES_OF_NATURE[indicator.nature]:
        allowed = ", ".join(sorted(_BASES_OF_NATURE[indicator.nature]))
        zh = f"{indicator.zh}是{indicator.nature.zh}，口径应为 {allowed}，不是 {row.basis}"
        en = f"{indicator.indicator_id} is a {indicator.nature}; its basis is {allowed}, not {row.basis}"
        faults.append(Fault("basis.nature", zh, en))
    faults += _january_alone(row, indicator, source)
    try:
        factor = reference.conversion(row.unit, unit)
    except ValueError as error:
        zh = f"单位“{row.unit}”不能换算为“{unit}”；请核对单位"
        faults.append(Fault("unit.conversion", zh, f"{error}; check the unit"))
        return None, faults
    value, step = converted(row.value, factor) if row.value is not None else (None, None)
    if value is not None and not fits(value):
        zh = f"换算为{unit}后是 {value:f}，超出可存范围（14 位整数、4 位小数）；请核对单位"
        en = f"{value:f} {unit} does not fit 14 digits and 4 decimals; check the unit"
        faults.append(Fault("value.overflow", zh, en))
    if faults:
        return None, faults
    price_basis = row.price_basis or source.price_basis_of(row.indicator_id, row.span.end)
    series = SeriesKey(
        row.indicator_id,
        row.area_code,
        row.sector_code,
        row.frequency,
        row.basis,
        row.measure,
        price_basis,
        row.definition_id,
        source.source_id,
    )
    series = known.setdefault(series, series)
    taken = TakenValue(
        cell=cell,
        series=series,
        unit=unit,
        period=known.setdefault(row.period, row.period),
        period_start=row.span.start,
        period_end=row.span.end,
        value=value,
        qualifier=row.qualifier,
        rounding_unit=known.setdefault(step, step),
        unit_published=known.setdefault(row.unit, row.unit),
        obs_status=row.obs_status,
        stage=row.stage,
        coverage_from=row.coverage_from,
        coverage_to=row.coverage_to,
        period_origin=row.period_origin,
        release_state=row.release_state,
        authority=row.authority,
        publisher=known.setdefault(row.publisher, row.publisher),
        title=known.setdefault(row.title, row.title),
        place=known.setdefault(row.place, row.place),
        note=known.setdefault(row.note, row.note),
        released_on=known.setdefault(row.released_on, row.released_on),
        released_on_origin=row.released_on_origin,
    )
    return taken, []


def _january_alone(row: ValueRow, indicator: IndicatorEntry, source: SourceEntry) -> list[Fault]:
    """Where January and February are surveyed together, neither has a value of its own."""
    month = row.span.end.month if row.frequency is codes.Frequency.M else 0
    alone = (row.basis is codes.Basis.PERIOD and month in (1, 2)) or (
        row.basis is codes.Basis.CUMULATIVE and month == 1
    )
    if not alone or not any(s.holds(source.source_id, row.span.end) for s in indicator.jan_feb_combined):
        return []
    zh = (
        f"{indicator.zh} 1、2月合并调查、合并发布，没有单独的{month}月值；"
        f"请报1—2月累计（时期 {row.period[:4]}-02，口径 cumulative）"
    )
    en = (
        f"{indicator.indicator_id}: January and February are surveyed together, month {month} has no value of its own; "
        f"send January-February (period {row.period[:4]}-02, basis cumulative)"
    )
    return [Fault("period.jan_feb", zh, en)]


def _refuse(taken: Taken, cell: Place, refusals: Iterable[Fault | Refusal]) -> None:
    """Every reason becomes a row; the first counts the cell, so that the sum stays true."""
    for i, r in enumerate(refusals):
        taken.refused.append(
            Refused(cell.locator, cell.line, cell.column, cell.raw, r.rule, r.zh, r.en, 1 if i == 0 else 0)
        )


def _settle_repeats(values: list[TakenValue], taken: Taken) -> None:
    """Exact repetitions are counted once; two different values for one place are both refused."""
    groups: dict[tuple[int, str, dt.date], list[TakenValue]] = defaultdict(list)
    for v in values:
        groups[v.series.series_id, v.period, v.released_on].append(v)
    for group in groups.values():
        if len({v.said for v in group}) == 1:
            taken.values.append(group[0])
            if len(group) > 1:
                taken.tallies["duplicate", f"{group[0].series.text} {group[0].period}"] += len(group) - 1
            continue
        places = "; ".join(f"{v.cell.locator}: {v.cell.raw}" for v in group)
        zh = f"同一序列同一时期出现不同的值（{places}）；全部拒收，请核对后重报"
        en = f"one series and period with different values ({places}); all refused, correct and send again"
        for v in group:
            _refuse(taken, v.cell, [Fault("value.conflict", zh, en)])


def _show(cell: Cell, reference: Reference, shown: _Shown) -> None:
    """Notes the period that a cell speaks of."""
    said = cell.fields
    indicator = reference.indicator_names.get(cell.indicator or said.get("indicator_id") or "")
    period, frequency, basis = said.get("period"), said.get("frequency"), said.get("basis")
    if indicator and period and frequency and basis:
        measure = said.get("measure") or codes.Measure.LEVEL
        shown[said.get("released_on") or "", indicator, measure, basis, frequency].add(period)


def _spans(shown: _Shown) -> Iterator[Span]:
    """The periods between the first and the last that a full release shows, for each indicator in it."""
    for (day, indicator, measure, basis, frequency), labels in shown.items():
        try:
            periods = [parse_label(codes.Frequency.of(frequency), label) for label in labels]
            yield Span(
                dt.date.fromisoformat(day) if day else None,
                indicator,
                codes.Measure.of(measure),
                codes.Basis.of(basis),
                codes.Frequency.of(frequency),
                min(periods).start,
                max(periods).end,
            )
        except ValueError:
            continue
