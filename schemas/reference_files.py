"""Loads data/reference into one checked `Reference`; what is wrong is said with file, line and field."""

import csv
import difflib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import Self, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas import reference
from schemas.codes import TargetMeasure
from schemas.columns import Table

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[str | int, ...]
"""A pydantic location: keys and indexes from the top of a document."""


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


class ReferenceFaults(Exception):
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
        price_bases: list[Table] = [
            reference.DeclaredPriceBasis(source_id=s.source_id, indicator_id=i, **p.model_dump(exclude={"indicators"}))
            for s in self.sources.values()
            for p in s.price_basis
            for i in p.indicators
        ]
        return {
            reference.Area: list(self.areas.values()),
            reference.UnitOfMeasure: list(self.units.values()),
            reference.Indicator: [_flat(reference.Indicator, i) for i in self.indicators.values()],
            reference.Definition: definitions,
            reference.Source: [_flat(reference.Source, s) for s in self.sources.values()],
            reference.DeclaredPriceBasis: price_bases,
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
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        numbered: list[tuple[int, list[str]]] = []
        before = 0
        try:
            for cells in reader:
                if cells:
                    numbered.append((before + 1, cells))
                before = reader.line_num
        except csv.Error as error:
            self.faults.append(Fault(name, before + 1, "row", str(error), "whole CSV"))
            return {}
        if len(numbered) < 2:
            self.faults.append(Fault(name, 1, "file", "no rows", "a header and at least one row"))
            return {}
        header = numbered[0][1]
        repeated = sorted({c for c in header if header.count(c) > 1})
        if repeated:
            self.faults.append(Fault(name, 1, "header", f"repeated columns {repeated}", "each column once"))
            return {}
        for line, cells in numbered[1:]:
            if len(cells) != len(header):
                self.faults.append(Fault(name, line, "row", f"{len(cells)} cells", f"{len(header)} cells"))
                continue
            filled = {k: (v if v != "" else None) for k, v in zip(header, cells, strict=True)}
            try:
                entry = model.model_validate(filled)
            except ValidationError as error:
                self._take(name, error, partial(_always, line))
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
                Fault(
                    name,
                    line,
                    "identifier",
                    repr(key),
                    f"one entry; the first is at {first_file}:{first_line}",
                )
            )
            return
        found[key] = entry
        self.lines[key] = (name, line)

    def _entries(self, name: str, model: type[Model]) -> Iterator[tuple[Model, int]]:
        text = self._read(name)
        if text is None:
            return
        try:
            node = yaml.compose(text, Loader=_Yaml)
            data = yaml.load(text, Loader=_Yaml)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self.faults.append(Fault(name, mark.line + 1 if mark else 1, "file", str(error.problem), "valid YAML"))
            return
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            self.faults.append(Fault(name, line, "file", f"the sign #x{error.character:04x}", "valid YAML"))
            return
        if data == []:
            self.faults.append(Fault(name, 1, "file", "no entries", "at least one entry"))
            return
        self.faults.extend(_repeated_keys(name, node))
        many = isinstance(data, list)
        for i, item in enumerate(data if many else [data]):
            place = (i,) if many else ()
            try:
                yield model.model_validate(item), _line(node, place)
            except ValidationError as error:
                self._take(name, error, partial(_line_under, node, place))

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

    def _take(self, name: str, error: ValidationError, line_of: Callable[[Loc], int]) -> None:
        errors = error.errors(include_url=False)
        for e in errors:
            loc = e["loc"]
            if e["type"] == "too_short" and any(o["loc"][: len(loc)] == loc != o["loc"] for o in errors):
                continue
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


class _Yaml(yaml.CSafeLoader):
    """Dates stay texts, so that a day that does not exist is told by its model with its line."""


_Yaml.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _line(node: yaml.Node | None, loc: Loc) -> int:
    """The line of the deepest node that a pydantic location leads to; parts that are no key are passed over."""
    named = node
    for part in loc:
        named = node
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            named = node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            named, node = next(((k, v) for k, v in node.value if k.value == str(part)), (node, node))
    return named.start_mark.line + 1 if named is not None else 1


def _line_under(node: yaml.Node | None, place: Loc, loc: Loc) -> int:
    return _line(node, (*place, *loc))


def _always(line: int, _loc: Loc) -> int:
    return line


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
    yield from _named_faults(loaded, loader)
    yield from _repeated_names(loaded, loader)
    owners: dict[str, str] = {}
    for plan in loaded.plans.values():
        for target in plan.targets:
            if target.target_id in owners:
                file, line = loader.lines[plan.plan_id]
                first = owners[target.target_id]
                yield Fault(
                    file, line, "target_id", repr(target.target_id), f"one target; the first is of plan {first}"
                )
            owners.setdefault(target.target_id, plan.plan_id)
    for plan in loaded.plans.values():
        for target in plan.targets:
            growth = target.measure is not TargetMeasure.LEVEL
            if not growth and target.indicator_id not in loaded.indicators:
                continue
            try:
                kept = "%" if growth else loaded.indicators[target.indicator_id or ""].unit
                loaded.conversion(target.unit_stated, kept)
            except ValueError as error:
                file, line = loader.lines[plan.plan_id]
                yield Fault(file, line, f"{target.target_id}.unit_stated", repr(target.unit_stated), str(error))


def _repeated_names(loaded: Reference, loader: _Loader) -> Iterator[Fault]:
    """A name that stands for two things cannot be resolved."""
    for pairs in (_area_pairs(loaded), _indicator_pairs(loaded)):
        owners: dict[str, str] = {}
        for name, code in pairs:
            if name.strip() and owners.setdefault(name.strip(), code) != code:
                file, line = loader.lines[code]
                yield Fault(file, line, f"{code}.name", repr(name), f"one owner of a name; {owners[name]} bears it")


def _area_pairs(loaded: Reference) -> Iterator[tuple[str, str]]:
    for a in loaded.areas.values():
        for name in (a.area_code, a.zh, a.en, *(a.aliases or "").split("|")):
            yield name, a.area_code


def _indicator_pairs(loaded: Reference) -> Iterator[tuple[str, str]]:
    return ((n, i.indicator_id) for i in loaded.indicators.values() for n in (i.indicator_id, i.zh, *i.names))


def _named_faults(loaded: Reference, loader: _Loader) -> Iterator[Fault]:
    for owner, field_name, named, known, what in _names_of_others(loaded):
        if named is not None and named not in known:
            file, line = loader.lines[owner]
            yield Fault(file, line, f"{owner}.{field_name}", repr(named), what, close_match(named, known))


def _names_of_others(loaded: Reference) -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    """Every name of another entry: who names it, in which field, the name, what is known, what it should be."""
    indicator = (loaded.indicators, "an indicator of indicators.yaml")
    area = (loaded.areas, "an area of areas.csv")
    unit = (loaded.units, "a unit of units.csv")
    for a in loaded.areas.values():
        yield a.area_code, "parent_code", a.parent_code, *area
    for i in loaded.indicators.values():
        yield i.indicator_id, "unit", i.unit, *unit
        yield i.indicator_id, "display_unit", i.display_unit, *unit
        yield i.indicator_id, "numerator_id", i.numerator_id, *indicator
    for s in loaded.sources.values():
        for spans in (s.price_basis, s.breaks):
            for named in (n for span in spans for n in span.indicators):
                yield s.source_id, "indicators", named, *indicator
    for p in loaded.plans.values():
        for t in p.targets:
            yield p.plan_id, f"{t.target_id}.area_code", t.area_code, *area
            yield p.plan_id, f"{t.target_id}.indicator_id", t.indicator_id, *indicator
