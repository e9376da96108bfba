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

from schemas import codes, reference
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
    area_members: list[reference.AreaMember] = field(default_factory=list)
    sectors: dict[tuple[str, str], reference.Sector] = field(default_factory=dict)
    units: dict[str, reference.UnitOfMeasure] = field(default_factory=dict)
    indicators: dict[str, reference.IndicatorEntry] = field(default_factory=dict)
    sources: dict[str, reference.SourceEntry] = field(default_factory=dict)
    plans: dict[str, reference.PlanEntry] = field(default_factory=dict)
    tasks: list[reference.Task] = field(default_factory=list)
    items: list[reference.Item] = field(default_factory=list)
    task_indicators: list[reference.TaskIndicator] = field(default_factory=list)
    evidence: list[reference.ItemEvidence] = field(default_factory=list)
    composites: dict[str, reference.Composite] = field(default_factory=dict)
    assessment: reference.Assessment | None = None
    fingerprint: str = ""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads and checks the folder.

        Raises:
            ReferenceFaults: a file is missing, does not parse, breaks its model, or names what does not exist.
        """
        loader = _Loader(folder)
        plans = loader.documents(loader.names("plans/*/plan.yaml"), reference.PlanEntry, lambda p: p.plan_id)
        loaded = cls(
            areas=_keyed(loader.table("areas.csv", reference.Area, "area_code"), lambda a: a.area_code),
            area_members=loader.table("area_members.csv", reference.AreaMember, "area_code", "member_code"),
            sectors=_keyed(
                loader.table("sectors.csv", reference.Sector, "edition", "sector_code"),
                lambda s: (s.edition, s.sector_code),
            ),
            units=_keyed(loader.table("units.csv", reference.UnitOfMeasure, "unit"), lambda u: u.unit),
            indicators=loader.documents(
                loader.names("indicators/*.yaml"), reference.IndicatorEntry, lambda i: i.indicator_id
            ),
            sources=loader.documents(loader.names("sources/*.yaml"), reference.SourceEntry, lambda s: s.source_id),
            plans=plans,
            tasks=loader.of_plans(plans, "tasks.csv", reference.Task, "task_id"),
            items=loader.of_plans(plans, "items.csv", reference.Item, "item_id"),
            task_indicators=loader.of_plans(
                plans, "task_indicators.csv", reference.TaskIndicator, "task_id", "indicator_id"
            ),
            evidence=loader.of_plans(
                plans, "evidence.csv", reference.ItemEvidence, "item_id", "area_code", "document", "recorded_on"
            ),
            composites=loader.documents(
                loader.names("composites/*.yaml"), reference.Composite, lambda c: c.composite_id
            ),
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
        return dict(self.names_of_areas())

    @cached_property
    def indicator_names(self) -> dict[str, str]:
        """Every name of every indicator → its identifier."""
        return dict(self.names_of_indicators())

    def names_of_areas(self) -> Iterator[tuple[str, str]]:
        """Name and code, one by one: the code itself, its Chinese and English name, its aliases."""
        for a in self.areas.values():
            for name in {a.area_code, a.zh, a.en, *(a.aliases or "").split("|")}:
                if name.strip():
                    yield name.strip(), a.area_code

    def names_of_indicators(self) -> Iterator[tuple[str, str]]:
        """Name and identifier, one by one: the identifier itself, its Chinese name, what files call it."""
        for i in self.indicators.values():
            for name in {i.indicator_id, i.zh, *i.names}:
                yield name, i.indicator_id

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

    def category_of(self, edition: str, sector_code: str) -> codes.Category | None:
        """The category in which an industry counts: that of the longest code in sectors.csv that begins its code."""
        for length in range(len(sector_code), 1, -1):
            found = self.sectors.get((edition, sector_code[:length]))
            if found is not None:
                return found.category
        return None

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
            reference.Break(
                source_id=s.source_id, indicator_id=i, area_code=a, **b.model_dump(exclude={"indicators", "areas"})
            )
            for s in self.sources.values()
            for b in s.breaks
            for i in b.indicators
            for a in b.areas or (None,)
        ]
        published_by: list[Table] = [
            reference.IndicatorSource(indicator_id=i.indicator_id, place=place, **p.model_dump())
            for i in self.indicators.values()
            for place, p in enumerate(i.published_by, 1)
        ]
        covered: list[Table] = [
            reference.IndicatorSector(indicator_id=i.indicator_id, edition=edition, sector_code=code)
            for i in self.indicators.values()
            for edition, covered_codes in (("2017", i.sectors), ("2011", i.sectors_2011))
            for code in covered_codes
        ]
        parts: list[Table] = [
            reference.CompositeComponent(
                trial_of=c.indicator_id,
                **c.model_dump(include={"composite_id", "watermark_zh", "watermark_en"}),
                **p.model_dump(),
            )
            for c in self.composites.values()
            if c.enabled
            for p in c.parts
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
            reference.AreaMember: list(self.area_members),
            reference.Sector: list(self.sectors.values()),
            reference.IndicatorSource: published_by,
            reference.IndicatorSector: covered,
            reference.Task: list(self.tasks),
            reference.Item: list(self.items),
            reference.TaskIndicator: list(self.task_indicators),
            reference.ItemEvidence: list(self.evidence),
            reference.CompositeComponent: parts,
        }


def close_match(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to one that is not known."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None


def _or_close(word: str, known: Iterable[str]) -> str:
    close = close_match(word, known)
    return f"; did you mean {close!r}?" if close else ""


Key = TypeVar("Key")


def _keyed(entries: list[Model], key: Callable[[Model], Key]) -> dict[Key, Model]:
    return {key(entry): entry for entry in entries}


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

    def table(self, name: str, model: type[Model], *key: str, **constants: str) -> list[Model]:
        """The rows of a CSV file; `key` names the columns whose values together are unique."""
        text = self._read(name)
        if text is None:
            return []
        rows: list[Model] = []
        seen: dict[tuple[str, ...], int] = {}
        reader = csv.DictReader(io.StringIO(text), strict=True)
        for row in reader:
            line = reader.line_num
            extra = row.pop(None, None)
            if extra or None in row.values():
                cells = len([c for c in row.values() if c is not None]) + len(extra or [])
                self.faults.append(Fault(name, line, "row", f"{cells} cells", f"{len(reader.fieldnames or [])} cells"))
                continue
            filled = {k: (v if v != "" else None) for k, v in row.items()}
            try:
                entry = model.model_validate({**filled, **constants})
            except ValidationError as error:
                self._take(name, error, partial(_always, line))
                continue
            identity = tuple(str(getattr(entry, k)) for k in key)
            if identity in seen:
                expected = f"one entry; the first is at line {seen[identity]}"
                self.faults.append(Fault(name, line, "identifier", repr(" ".join(identity)), expected))
                continue
            seen[identity] = line
            self.lines.setdefault(f"{name} {' '.join(identity)}", (name, line))
            rows.append(entry)
        return rows

    def of_plans(self, plans: dict[str, reference.PlanEntry], file: str, model: type[Model], *key: str) -> list[Model]:
        """The rows of a CSV file that lies beside a plan; a plan may do without it."""
        found: list[Model] = []
        for plan_id in plans:
            if (self.folder / "plans" / plan_id / file).exists():
                found += self.table(f"plans/{plan_id}/{file}", model, *key, plan_id=plan_id)
        return found

    def documents(self, names: list[str], model: type[Model], key: Callable[[Model], str]) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for name in names:
            for entry, line in self._entries(name, model):
                self._add(found, key(entry), entry, name, line)
        return found

    def place(self, owner: str) -> tuple[str, int]:
        """File and line of an entry."""
        return self.lines.get(owner, (owner.split(" ", 1)[0], 1))

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
            node = yaml.compose(text, Loader=yaml.CSafeLoader)
            data = yaml.load(text, Loader=yaml.CSafeLoader)
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


def _line(node: yaml.Node | None, loc: Loc) -> int:
    """The line of the deepest node that a pydantic location leads to; parts that are no key are passed over."""
    for part in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            node = next((v for k, v in node.value if k.value == str(part)), node)
    return node.start_mark.line + 1 if node is not None else 1


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
    """What entries say of one another: every identifier that is named must exist, every name stand for one thing."""
    for owner, field_name, named, known, what in _names_of_others(loaded):
        if named is not None and named not in known:
            yield Fault(*loader.place(owner), field_name, repr(named), what, close_match(named, known))
    yield from _unit_faults(loaded, loader)
    yield from _category_faults(loaded, loader)
    yield from _repeated_names(loaded, loader)


def _unit_faults(loaded: Reference, loader: _Loader) -> Iterator[Fault]:
    for plan in loaded.plans.values():
        for target in plan.targets:
            if target.indicator_id not in loaded.indicators or target.measure is not TargetMeasure.LEVEL:
                continue
            try:
                loaded.conversion(target.unit_stated, loaded.indicators[target.indicator_id].unit)
            except ValueError as error:
                where = loader.place(plan.plan_id)
                yield Fault(*where, f"{target.target_id}.unit_stated", repr(target.unit_stated), str(error))


def _category_faults(loaded: Reference, loader: _Loader) -> Iterator[Fault]:
    """A component counts in the category of its industries."""
    for i in loaded.indicators.values():
        if i.role is not codes.Role.COMPONENT or i.category is codes.Category.COMPOSITE:
            continue
        for code in i.sectors:
            meant = loaded.category_of("2017", code)
            if meant is not None and meant is not i.category:
                expected = f"{meant}, the category of sector {code} in sectors.csv"
                yield Fault(*loader.place(i.indicator_id), f"{i.indicator_id}.category", repr(i.category), expected)


def _repeated_names(loaded: Reference, loader: _Loader) -> Iterator[Fault]:
    """A name that files use must lead to one area, or to one indicator."""
    for names in (loaded.names_of_areas(), loaded.names_of_indicators()):
        owner: dict[str, str] = {}
        for name, code in names:
            if owner.setdefault(name, code) != code:
                expected = f"a name of one alone; {owner[name]} bears it, too"
                yield Fault(*loader.place(code), f"{code}.names", repr(name), expected)


def _names_of_others(loaded: Reference) -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    """Every name of another entry: who names it, in which field, the name, what is known, what it should be."""
    indicator = (loaded.indicators, "an indicator of indicators/")
    area = (loaded.areas, "an area of areas.csv")
    unit = (loaded.units, "a unit of units.csv")
    sector = ({code for edition, code in loaded.sectors if edition == "2017"}, "a sector of sectors.csv")
    sector_2011 = ({code for edition, code in loaded.sectors if edition == "2011"}, "a sector of sectors.csv")
    source = (loaded.sources, "a source of sources/")
    for a in loaded.areas.values():
        yield f"areas.csv {a.area_code}", "parent_code", a.parent_code, *area
    for m in loaded.area_members:
        owner = f"area_members.csv {m.area_code} {m.member_code}"
        yield owner, "area_code", m.area_code, *area
        yield owner, "member_code", m.member_code, *area
    for i in loaded.indicators.values():
        own = i.indicator_id
        yield own, f"{own}.unit", i.unit, *unit
        yield own, f"{own}.display_unit", i.display_unit, *unit
        yield own, f"{own}.numerator_id", i.numerator_id, *indicator
        for code in i.sectors:
            yield own, f"{own}.sectors", code, *sector
        for code in i.sectors_2011:
            yield own, f"{own}.sectors_2011", code, *sector_2011
        for span in i.jan_feb_combined:
            yield own, f"{own}.jan_feb_combined", span.source_id, *source
    for s in loaded.sources.values():
        for facts in (s.price_basis, s.breaks):
            for named in (n for fact in facts for n in fact.indicators):
                yield s.source_id, f"{s.source_id}.indicators", named, *indicator
        for named in (n for fact in s.breaks for n in fact.areas):
            yield s.source_id, f"{s.source_id}.areas", named, *area
    for c in loaded.composites.values():
        for named in (c.indicator_id, *(p.indicator_id for p in c.parts)):
            yield c.composite_id, f"{c.composite_id}.indicator_id", named, *indicator
    yield from _names_of_plans(loaded)


def _names_of_plans(loaded: Reference) -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    indicator = (loaded.indicators, "an indicator of indicators/")
    area = (loaded.areas, "an area of areas.csv")
    for p in loaded.plans.values():
        tasks = [t.task_id for t in loaded.tasks if t.plan_id == p.plan_id]
        for t in p.targets:
            yield p.plan_id, f"{t.target_id}.area_code", t.area_code, *area
            yield p.plan_id, f"{t.target_id}.of_area_code", t.of_area_code, *area
            yield p.plan_id, f"{t.target_id}.indicator_id", t.indicator_id, *indicator
            yield p.plan_id, f"{t.target_id}.related_indicator_id", t.related_indicator_id, *indicator
            if tasks:
                yield p.plan_id, f"{t.target_id}.task_id", t.task_id, tasks, "a task of tasks.csv"
    for item in loaded.items:
        owner = f"plans/{item.plan_id}/items.csv {item.item_id}"
        tasks = [t.task_id for t in loaded.tasks if t.plan_id == item.plan_id]
        yield owner, "task_id", item.task_id, tasks, "a task of tasks.csv"
        for code in item.area_codes.split("|"):
            yield owner, "area_codes", code, *area
    for ti in loaded.task_indicators:
        owner = f"plans/{ti.plan_id}/task_indicators.csv {ti.task_id} {ti.indicator_id}"
        tasks = [t.task_id for t in loaded.tasks if t.plan_id == ti.plan_id]
        yield owner, "task_id", ti.task_id, tasks, "a task of tasks.csv"
        yield owner, "indicator_id", ti.indicator_id, *indicator
    for e in loaded.evidence:
        owner = f"plans/{e.plan_id}/evidence.csv {e.item_id} {e.area_code} {e.document} {e.recorded_on}"
        items = [i.item_id for i in loaded.items if i.plan_id == e.plan_id]
        yield owner, "item_id", e.item_id, items, "an item of items.csv"
        yield owner, "area_code", e.area_code, *area
