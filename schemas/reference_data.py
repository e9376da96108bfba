"""The reference data as one checked whole: what every identifier and name leads to, and the tables made of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from schemas import audit_forms, checks, codes, expectations, planning, reference
from schemas.codes import TargetMeasure
from schemas.columns import Table
from schemas.corrections import Correction, CorrectionEntry, Waiver, WaiverEntry
from schemas.quantities import UNIT_OF_MEASURE
from schemas.reference_checks import COUNTED, cross_faults
from schemas.reference_files import Fault, Loader, Model, ReferenceFaults, close_match

Key = TypeVar("Key")


@dataclass
class Reference:
    """Everything under data/reference, checked; dictionaries are keyed by identifier, suites by `suite <identifier>`.

    `other_plans` are plans that a plan read alone may name; they bring no rows.
    """

    areas: dict[str, reference.Area] = field(default_factory=dict)
    area_members: list[reference.AreaMember] = field(default_factory=list)
    sectors: dict[tuple[str, str], reference.Sector] = field(default_factory=dict)
    units: dict[str, reference.UnitOfMeasure] = field(default_factory=dict)
    indicators: dict[str, reference.IndicatorEntry] = field(default_factory=dict)
    sources: dict[str, reference.SourceEntry] = field(default_factory=dict)
    plans: dict[str, planning.PlanEntry] = field(default_factory=dict)
    tasks: list[planning.Task] = field(default_factory=list)
    items: list[planning.Item] = field(default_factory=list)
    task_indicators: list[planning.TaskIndicator] = field(default_factory=list)
    evidence: list[planning.ItemEvidence] = field(default_factory=list)
    city_targets: list[planning.CityTarget] = field(default_factory=list)
    panel: list[planning.PanelEntry] = field(default_factory=list)
    other_plans: dict[str, planning.PlanEntry] = field(default_factory=dict)
    composites: dict[str, planning.Composite] = field(default_factory=dict)
    identities: dict[str, checks.IdentityEntry] = field(default_factory=dict)
    explanations: dict[str, checks.ExplanationEntry] = field(default_factory=dict)
    suites: dict[str, expectations.SuiteEntry] = field(default_factory=dict)
    corrections: dict[str, CorrectionEntry] = field(default_factory=dict)
    waivers: dict[str, WaiverEntry] = field(default_factory=dict)
    form_columns: dict[str, audit_forms.FormColumn] = field(default_factory=dict)
    forms: dict[str, audit_forms.FormEntry] = field(default_factory=dict)
    assessment: reference.Assessment | None = None
    fingerprint: str = ""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads and checks the folder.

        Raises:
            ReferenceFaults: a file is missing, does not parse, breaks its model, or names what does not exist.
        """
        loader = Loader(folder)
        plans = loader.documents(loader.names("plans/*/plan.yaml"), planning.PlanEntry, lambda p: p.plan_id)
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
            tasks=loader.of_plans(plans, "tasks.csv", planning.Task, "task_id"),
            items=loader.of_plans(plans, "items.csv", planning.Item, "item_id"),
            task_indicators=loader.of_plans(
                plans, "task_indicators.csv", planning.TaskIndicator, "task_id", "indicator_id"
            ),
            evidence=loader.of_plans(
                plans, "evidence.csv", planning.ItemEvidence, "item_id", "area_code", "document", "recorded_on"
            ),
            city_targets=loader.of_plans(plans, "city_targets.csv", planning.CityTarget, "target_id", "area_code"),
            panel=loader.of_plans(plans, "panel.csv", planning.PanelEntry, "target_id", "indicator_id"),
            composites=loader.documents(
                loader.names("composites/*.yaml"), planning.Composite, lambda c: c.composite_id
            ),
            identities=loader.documents(["identities.yaml"], checks.IdentityEntry, lambda i: i.identity_id),
            explanations=loader.documents(
                loader.names("explanations/*.yaml"), checks.ExplanationEntry, lambda e: e.explanation_id
            ),
            suites=loader.documents(
                loader.names("expectations/*.yaml"), expectations.SuiteEntry, lambda s: f"suite {s.suite_id}"
            ),
            corrections=loader.documents(
                loader.names("corrections/*.yaml"), CorrectionEntry, lambda c: c.correction_id
            ),
            waivers=loader.documents(loader.names("waivers/*.yaml"), WaiverEntry, lambda w: w.waiver_id),
            form_columns=_keyed(loader.table("forms/columns.csv", audit_forms.FormColumn, "name"), lambda c: c.name),
            forms=loader.documents(loader.names("forms/*.yaml"), audit_forms.FormEntry, lambda f: f.form_id),
            assessment=loader.document("assessment.yaml", reference.Assessment),
        )
        loaded.fingerprint = loader.digest.hexdigest()
        if not loader.faults:
            loader.faults.extend(cross_faults(loaded, loader))
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
    def targets(self) -> list[planning.Target]:
        """All targets of all plans, their values in the indicators' units."""
        return [self._target(plan_id, entry) for plan_id, entry in self.target_entries()]

    def target_entries(self) -> Iterator[tuple[str, planning.TargetEntry]]:
        """Plan and target, one by one: those of the plans' files, then what cities take on of them."""
        for plan in self.plans.values():
            for entry in plan.targets:
                yield plan.plan_id, entry
                for city in self.city_targets:
                    if (city.plan_id, city.target_id) == (plan.plan_id, entry.target_id):
                        yield plan.plan_id, city.entry(entry)

    def _target(self, plan_id: str, entry: planning.TargetEntry) -> planning.Target:
        indicator = self.indicators.get(entry.indicator_id or "")
        said = entry.model_dump()
        unit, factor = entry.unit_stated, Decimal(1)
        if indicator is not None and entry.measure is TargetMeasure.LEVEL:
            said["counts"] = entry.counts or COUNTED[indicator.nature][0]
            if entry.not_assessable is not codes.Reason.UNIT_MISMATCH:
                unit, factor = indicator.unit, self.conversion(entry.unit_stated, indicator.unit)
        return planning.Target(
            **said,
            plan_id=plan_id,
            nature=indicator.nature if indicator else None,
            target_value=entry.value_stated * factor,
            upper_value=None if entry.upper_stated is None else entry.upper_stated * factor,
            unit=unit,
        )

    def _panel_members(self) -> Iterator[planning.PanelMember]:
        """Each member of a panel in each year of its target's window."""
        targets = {t.target_id: t for t in self.targets}
        for member in self.panel:
            target = targets[member.target_id]
            assert target.base_period is not None and target.due_on is not None  # the checks ask for both
            for year in range(int(target.base_period) + 1, target.due_on.year + 1):
                yield planning.PanelMember(
                    **member.model_dump(),
                    area_code=target.area_code,
                    base_period=target.base_period,
                    period=str(year),
                    line=target.target_value,
                )

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

    def unit_of(self, indicator_id: str, measure: codes.Measure) -> str:
        """The unit in which values of a measure of an indicator are kept."""
        return UNIT_OF_MEASURE.get(measure, self.indicators[indicator_id].unit)

    def _correction(self, entry: CorrectionEntry) -> Correction:
        unit = self.unit_of(entry.indicator_id, entry.measure)
        return entry.row(unit, self.conversion(entry.unit, unit))

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
        jan_feb: list[Table] = [
            reference.JanFebSpan(indicator_id=i.indicator_id, **span.model_dump())
            for i in self.indicators.values()
            for span in i.jan_feb_combined
        ]
        covered: list[Table] = [
            reference.IndicatorSector(indicator_id=i.indicator_id, edition=edition, sector_code=code)
            for i in self.indicators.values()
            for edition, covered_codes in (("2017", i.sectors), ("2011", i.sectors_2011))
            for code in covered_codes
        ]
        parts: list[Table] = [
            planning.CompositeComponent(
                trial_of=c.indicator_id,
                **c.model_dump(include={"composite_id", "watermark_zh", "watermark_en"}),
                **p.model_dump(),
            )
            for c in self.composites.values()
            if c.enabled
            for p in c.parts
        ]
        price_bases: list[Table] = [
            reference.DeclaredPriceBasis(source_id=s.source_id, indicator_id=i, **p.model_dump(exclude={"indicators"}))
            for s in self.sources.values()
            for p in s.price_basis
            for i in p.indicators
        ]
        identities: list[Table] = [
            checks.IdentityPart(whole_id=i.whole, part_id=part, **i.model_dump(exclude={"whole", "parts"}))
            for i in self.identities.values()
            for part in i.parts
        ]
        explanations: list[Table] = [
            checks.Explanation(indicator_id=i, area_code=a, **e.model_dump(exclude={"indicators", "areas"}))
            for e in self.explanations.values()
            for i in e.indicators or (None,)
            for a in e.areas or (None,)
        ]
        waivers: list[Table] = [
            Waiver(indicator_id=i, area_code=a, **w.model_dump(exclude={"indicators", "areas"}))
            for w in self.waivers.values()
            for i in w.indicators or (None,)
            for a in w.areas or (None,)
        ]
        return {
            reference.Area: list(self.areas.values()),
            reference.UnitOfMeasure: list(self.units.values()),
            reference.Indicator: [_flat(reference.Indicator, i) for i in self.indicators.values()],
            reference.Definition: definitions,
            reference.Source: [_flat(reference.Source, s) for s in self.sources.values()],
            reference.DeclaredPriceBasis: price_bases,
            reference.Break: breaks,
            planning.Plan: [_flat(planning.Plan, p) for p in self.plans.values()],
            planning.Target: list(self.targets),
            reference.AreaMember: list(self.area_members),
            reference.Sector: list(self.sectors.values()),
            reference.IndicatorSource: published_by,
            reference.IndicatorSector: covered,
            reference.JanFebSpan: jan_feb,
            planning.Task: list(self.tasks),
            planning.Item: list(self.items),
            planning.TaskIndicator: list(self.task_indicators),
            planning.ItemEvidence: list(self.evidence),
            planning.CompositeComponent: parts,
            checks.IdentityPart: identities,
            checks.Explanation: explanations,
            Correction: [self._correction(c) for c in self.corrections.values()],
            Waiver: waivers,
            planning.PanelMember: list(self._panel_members()),
        }


def _or_close(word: str, known: Iterable[str]) -> str:
    close = close_match(word, known)
    return f"; did you mean {close!r}?" if close else ""


def _keyed(entries: list[Model], key: Callable[[Model], Key]) -> dict[Key, Model]:
    return {key(entry): entry for entry in entries}


def _flat(model: type[Table], entry: Table) -> Table:
    return model(**{name: getattr(entry, name) for name in model.model_fields})


def check_plan(folder: Path, file: Path) -> tuple[list[planning.Target], list[Fault]]:
    """A plan's file, and what lies beside it, against the reference data: its targets, and every fault.

    Raises:
        ReferenceFaults: the reference data itself cannot be used.
    """
    reference_data = Reference.load(folder)
    loader = Loader(file.parent)
    found = loader.documents([file.name], planning.PlanEntry, lambda p: p.plan_id)
    alone = replace(
        reference_data,
        plans=found,
        other_plans=reference_data.plans,
        tasks=[],
        items=[],
        task_indicators=[],
        evidence=[],
        city_targets=[],
        panel=[],
    )
    for plan_id in found:
        alone = replace(
            alone,
            tasks=loader.beside("tasks.csv", planning.Task, plan_id, "task_id"),
            items=loader.beside("items.csv", planning.Item, plan_id, "item_id"),
            task_indicators=loader.beside(
                "task_indicators.csv", planning.TaskIndicator, plan_id, "task_id", "indicator_id"
            ),
            evidence=loader.beside(
                "evidence.csv", planning.ItemEvidence, plan_id, "item_id", "area_code", "document", "recorded_on"
            ),
            city_targets=loader.beside("city_targets.csv", planning.CityTarget, plan_id, "target_id", "area_code"),
            panel=loader.beside("panel.csv", planning.PanelEntry, plan_id, "target_id", "indicator_id"),
        )
    faults = loader.faults or list(cross_faults(alone, loader))
    return ([] if faults else alone.targets), faults
