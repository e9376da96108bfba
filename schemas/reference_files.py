"""Loads data/reference into one checked `Reference`; what is wrong is said with file, line and field."""

import csv
import difflib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas import reference
from schemas.codes import TargetMeasure
from schemas.columns import Table

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a reference file."""

    file: str
    line: int
    field: str
    found: str
    expected: str
    close: str | None = None

    def __str__(self) -> str:
        hint = f"; did you mean {self.close!r}?" if self.close else ""
        return f"{self.file}:{self.line}: {self.field}: found {self.found}; expected {self.expected}{hint}"


class ReferenceFaults(Exception):  # noqa: N818 — the plural says that it carries all of them
    """Reference files that cannot be used; lists every fault found."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"参考数据有误 / the reference data cannot be used ({len(faults)}):\n{lines}")


@dataclass
class Reference:
    """Everything under data/reference, checked; dictionaries are keyed by identifier."""

    areas: dict[str, reference.Area] = field(default_factory=dict)
    units: dict[str, reference.UnitOfMeasure] = field(default_factory=dict)
    indicators: dict[str, reference.IndicatorEntry] = field(default_factory=dict)
    sources: dict[str, reference.SourceEntry] = field(default_factory=dict)
    plans: dict[str, reference.PlanEntry] = field(default_factory=dict)
    assessment: reference.Assessment | None = None
    fingerprint: str = ""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads and checks the folder.

        Raises:
            ReferenceFaults: a file is missing, does not parse, breaks its model, or names what does not exist.
        """
        loader = _Loader(folder)
        loaded = cls(
            areas=loader.table("areas.csv", reference.Area, lambda a: a.area_code),
            units=loader.table("units.csv", reference.UnitOfMeasure, lambda u: u.unit),
            indicators=loader.documents(["indicators.yaml"], reference.IndicatorEntry, lambda i: i.indicator_id),
            sources=loader.documents(loader.names("sources/*.yaml"), reference.SourceEntry, lambda s: s.source_id),
            plans=loader.documents(loader.names("plans/*/plan.yaml"), reference.PlanEntry, lambda p: p.plan_id),
            assessment=loader.document("assessment.yaml", reference.Assessment),
        )
        loaded.fingerprint = loader.digest.hexdigest()
        if not loader.faults:
            loader.faults.extend(_cross_faults(loaded, loader))
        if loader.faults:
            raise ReferenceFaults(loader.faults)
        return loaded

    @cached_property
    def area_names(self) -> dict[str, str]:
        """Every name of every area → its code."""
        return _names(
            (name, a.area_code)
            for a in self.areas.values()
            for name in (a.area_code, a.zh, a.en, *(a.aliases or "").split("|"))
        )

    @cached_property
    def indicator_names(self) -> dict[str, str]:
        """Every name of every indicator → its identifier."""
        return _names((n, i.indicator_id) for i in self.indicators.values() for n in (i.indicator_id, i.zh, *i.names))

    @cached_property
    def targets(self) -> list[reference.Target]:
        """All targets of all plans, their values in the indicators' units."""
        return [self._target(plan, entry) for plan in self.plans.values() for entry in plan.targets]

    def _target(self, plan: reference.PlanEntry, entry: reference.TargetEntry) -> reference.Target:
        unit, value = entry.unit_stated, entry.value_stated
        if entry.indicator_id is not None and entry.measure is TargetMeasure.LEVEL:
            unit = self.indicators[entry.indicator_id].unit
            value = value * self.conversion(entry.unit_stated, unit)
        return reference.Target(**entry.model_dump(), plan_id=plan.plan_id, target_value=value, unit=unit)

    def conversion(self, from_unit: str, to_unit: str) -> Decimal:
        """The factor from one unit to another.

        Raises:
            ValueError: a unit is unknown, or their dimensions differ.
        """
        for unit in (from_unit, to_unit):
            if unit not in self.units:
                raise ValueError(f"unit {unit!r} is not in units.csv{_or_close(unit, self.units)}")
        a, b = self.units[from_unit], self.units[to_unit]
        if a.dimension != b.dimension:
            raise ValueError(f"{from_unit} measures {a.dimension}, {to_unit} measures {b.dimension}")
        return a.factor / b.factor

    def rows(self) -> dict[type[Table], list[Table]]:
        """The reference tables, a list of rows each."""
        definitions: list[Table] = [
            reference.Definition(indicator_id=i.indicator_id, **d.model_dump())
            for i in self.indicators.values()
            for d in i.definitions
        ]
        breaks: list[Table] = [
            reference.Break(source_id=s.source_id, indicator_id=i, **b.model_dump(exclude={"indicators"}))
            for s in self.sources.values()
            for b in s.breaks
            for i in b.indicators
        ]
        return {
            reference.Area: list(self.areas.values()),
            reference.UnitOfMeasure: list(self.units.values()),
            reference.Indicator: [_flat(reference.Indicator, i) for i in self.indicators.values()],
            reference.Definition: definitions,
            reference.Source: [_flat(reference.Source, s) for s in self.sources.values()],
            reference.Break: breaks,
            reference.Plan: [_flat(reference.Plan, p) for p in self.plans.values()],
            reference.Target: list(self.targets),
        }


def close_match(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to one that is not known."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def _or_close(word: str, known: Iterable[str]) -> str:
    close = close_match(word, known)
    return f"; did you mean {close!r}?" if close else ""


def _names(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.strip(): code for name, code in pairs if name.strip()}


def _flat(model: type[Table], entry: Table) -> Table:
    return model(**{name: getattr(entry, name) for name in model.model_fields})


class _Loader:
    """Reads files of one folder, keeps the faults and the digest of all bytes, remembers lines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.digest = hashlib.sha256()
        self.lines: dict[str, tuple[str, int]] = {}

    def names(self, pattern: str) -> list[str]:
        return sorted(p.relative_to(self.folder).as_posix() for p in self.folder.glob(pattern))

    def table(self, name: str, model: type[Model], key: Callable[[Model], str]) -> dict[str, Model]:
        text = self._read(name)
        if text is None:
            return {}
        rows: dict[str, Model] = {}
        reader = csv.DictReader(io.StringIO(text), strict=True)
        for row in reader:
            line = reader.line_num
            extra = row.pop(None, None)  # type: ignore[call-overload]
            if extra or None in row.values():
                found = f"{len(row) + len(extra or [])} or fewer cells"
                self.faults.append(Fault(name, line, "row", found, f"{len(reader.fieldnames or [])} cells"))
                continue
            filled = {k: (v if v != "" else None) for k, v in row.items()}
            try:
                entry = model.model_validate(filled)
            except ValidationError as error:
                self._take(name, error, lambda _loc, at=line: at)
                continue
            self._add(rows, key(entry), entry, name, line)
        return rows

    def documents(self, names: list[str], model: type[Model], key: Callable[[Model], str]) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for name in names:
            for entry, line in self._entries(name, model):
                self._add(found, key(entry), entry, name, line)
        return found

    def document(self, name: str, model: type[Model]) -> Model | None:
        return next((entry for entry, _ in self._entries(name, model)), None)

    def _add(self, found: dict[str, Model], key: str, entry: Model, name: str, line: int) -> None:
        if key in found:
            first_file, first_line = self.lines[key]
            self.faults.append(
                Fault(name, line, "identifier", repr(key), f"one entry; the first is at {first_file}:{first_line}")
            )
            return
        found[key] = entry
        self.lines[key] = (name, line)

    def _entries(self, name: str, model: type[Model]) -> Iterator[tuple[Model, int]]:
        text = self._read(name)
        if text is None:
            return
        try:
            node = yaml.compose(text, Loader=yaml.CSafeLoader)
            data = yaml.load(text, Loader=yaml.CSafeLoader)  # noqa: S506 — the C form of the safe loader
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self.faults.append(Fault(name, mark.line + 1 if mark else 1, "file", str(error.problem), "valid YAML"))
            return
        self.faults.extend(_repeated_keys(name, node))
        many = isinstance(data, list)
        for i, item in enumerate(data if many else [data]):
            place = (i,) if many else ()
            try:
                yield model.model_validate(item), _line(node, place)
            except ValidationError as error:
                self._take(name, error, lambda loc, at=place: _line(node, (*at, *loc)))

    def _read(self, name: str) -> str | None:
        path = self.folder / name
        try:
            content = path.read_bytes()
            text = content.decode("utf-8-sig")
        except FileNotFoundError:
            self.faults.append(Fault(name, 1, "file", "no such file", f"a file at {path}"))
            return None
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            self.faults.append(Fault(name, line, "file", repr(content[error.start : error.start + 4]), "UTF-8 text"))
            return None
        self.digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return text

    def _take(self, name: str, error: ValidationError, line_of: Callable[[tuple[str | int, ...]], int]) -> None:
        for e in error.errors(include_url=False):
            loc = e["loc"]
            found, expected, close = repr(e["input"])[:80], e["msg"], None
            if e["type"] == "extra_forbidden":
                found, expected = f"the unknown field {loc[-1]!r}", "a field of the model"
                close = close_match(str(loc[-1]), _FIELD_NAMES)
            elif e["type"] == "missing":
                found, expected = "nothing", f"the field {loc[-1]!r}"
            elif e["type"] in ("enum", "literal_error"):
                choices = [c.strip(" '") for c in e["ctx"]["expected"].replace(" or ", ",").split(",")]
                close = close_match(str(e["input"]), choices)
            self.faults.append(Fault(name, line_of(loc), ".".join(map(str, loc)) or "entry", found, expected, close))


_FIELD_NAMES = sorted(
    {
        name
        for model in vars(reference).values()
        if isinstance(model, type) and issubclass(model, BaseModel)
        for name in model.model_fields
    }
)


def _line(node: yaml.Node | None, loc: tuple[str | int, ...]) -> int:
    """The line of the deepest node that a pydantic location leads to; parts that are no key are passed over."""
    for part in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            node = next((v for k, v in node.value if k.value == str(part)), node)
    return node.start_mark.line + 1 if node is not None else 1


def _repeated_keys(name: str, node: yaml.Node | None) -> Iterator[Fault]:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated_keys(name, child)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield Fault(name, key.start_mark.line + 1, str(key.value), "the key a second time", "each key once")
            seen.add(key.value)
            yield from _repeated_keys(name, value)


def _cross_faults(loaded: Reference, loader: _Loader) -> Iterator[Fault]:
    """What entries say of one another: every identifier that is named must exist."""

    def fault(owner: str, field_name: str, found: str, known: Iterable[str], what: str) -> Fault:
        file, line = loader.lines.get(owner, ("", 1))
        return Fault(file, line, f"{owner}.{field_name}", repr(found), what, close_match(found, known))

    for area in loaded.areas.values():
        if area.parent_code is not None and area.parent_code not in loaded.areas:
            yield fault(area.area_code, "parent_code", area.parent_code, loaded.areas, "an area of areas.csv")
    for i in loaded.indicators.values():
        for name, unit in (("unit", i.unit), ("display_unit", i.display_unit)):
            if unit not in loaded.units:
                yield fault(i.indicator_id, name, unit, loaded.units, "a unit of units.csv")
        if i.numerator_id is not None and i.numerator_id not in loaded.indicators:
            yield fault(i.indicator_id, "numerator_id", i.numerator_id, loaded.indicators, "an indicator")
    for s in loaded.sources.values():
        named = [(n, span.indicators) for n, span in enumerate(s.price_basis)]
        named += [(n, b.indicators) for n, b in enumerate(s.breaks)]
        for _, indicators in named:
            for missing in sorted(set(indicators) - set(loaded.indicators)):
                yield fault(s.source_id, "indicators", missing, loaded.indicators, "an indicator")
    for p in loaded.plans.values():
        for t in p.targets:
            if t.area_code not in loaded.areas:
                yield fault(p.plan_id, f"{t.target_id}.area_code", t.area_code, loaded.areas, "an area")
            if t.indicator_id is not None and t.indicator_id not in loaded.indicators:
                yield fault(p.plan_id, f"{t.target_id}.indicator_id", t.indicator_id, loaded.indicators, "an indicator")
            elif t.indicator_id is not None and t.measure is TargetMeasure.LEVEL:
                try:
                    loaded.conversion(t.unit_stated, loaded.indicators[t.indicator_id].unit)
                except ValueError as error:
                    yield fault(p.plan_id, f"{t.target_id}.unit_stated", t.unit_stated, loaded.units, str(error))
