"""What the reference files say of one another: identifiers that must exist, names that must lead to one thing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from schemas import codes
from schemas.audit_forms import form_faults
from schemas.codes import CorrectionStatus, TargetMeasure
from schemas.corrections import CorrectionEntry
from schemas.expectations import Complete, Distribution, History, InSet
from schemas.planning import TargetEntry
from schemas.quantities import converted, fits
from schemas.reference_files import Fault, Loader, close_match
from schemas.registry import BY_NAME

COUNTED: dict[codes.Nature, tuple[codes.Counts, ...]] = {
    codes.Nature.STOCK: (codes.Counts.STATE, codes.Counts.ADDITIONS),
    codes.Nature.CUMULATIVE_COUNT: (codes.Counts.STATE, codes.Counts.ADDITIONS),
    codes.Nature.RATE: (codes.Counts.STATE,),
    codes.Nature.FLOW: (codes.Counts.YEAR, codes.Counts.YEARS),
}
"""What a target may count of an indicator of each nature; the first where it says nothing."""

if TYPE_CHECKING:
    from schemas.reference_data import Reference


def cross_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """What entries say of one another: every identifier that is named must exist, every name stand for one thing.

    What formulas of forms mean follows from the indicators, so it is told where all else is right.
    """
    faults = list(_entry_faults(loaded, loader))
    yield from faults or form_faults(loaded, loader)


def _entry_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    for owner, field_name, named, known, what in _names_of_others(loaded):
        if named is not None and named not in known:
            yield Fault(*loader.place(owner), field_name, repr(named), what, close_match(named, known))
    yield from _target_faults(loaded, loader)
    yield from _category_faults(loaded, loader)
    yield from _part_faults(loaded, loader)
    yield from _correction_faults(loaded, loader)
    yield from _repeated_names(loaded, loader)


def _target_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """Targets bear one identifier each and state units that their indicators can take."""
    owners: dict[str, str] = {}
    others = {t.target_id: t for plan in loaded.other_plans.values() for t in plan.targets}
    known = dict(others)
    for _, entry in loaded.target_entries():
        known.setdefault(entry.target_id, entry)
    for plan_id, target in loaded.target_entries():
        where, own = loader.place(plan_id), target.target_id
        if own in owners:
            yield Fault(*where, "target_id", repr(own), f"one target; the first is of plan {owners[own]}")
        owners.setdefault(own, plan_id)
        for unit, kept in _units_of(target, loaded):
            try:
                loaded.conversion(unit, kept)
            except ValueError as error:
                yield Fault(*where, f"{own}.unit_stated", repr(unit), str(error))
        indicator = loaded.indicators.get(target.indicator_id or "")
        if indicator is not None and target.counts is not None and target.counts not in COUNTED[indicator.nature]:
            expected = (
                f"{' or '.join(COUNTED[indicator.nature])}: {indicator.indicator_id} is a {indicator.nature}; "
                "存量与流量不得相除 (STOCK_FLOW_MISMATCH)"
            )
            yield Fault(*where, f"{own}.counts", repr(str(target.counts)), expected)
        for field_name in ("interim_of", "part_of"):
            yield from _whole_faults(loaded, target, field_name, known, where)
    yield from _division_faults(loaded, loader, known)


def _whole_faults(
    loaded: "Reference", target: TargetEntry, field_name: str, known: Mapping[str, TargetEntry], where: tuple[str, int]
) -> Iterator[Fault]:
    """A target on the way to another, or a part of it, speaks of the same thing; they do not nest."""
    named: str | None = getattr(target, field_name)
    if named is None:
        return
    at, whole = f"{target.target_id}.{field_name}", known.get(named)
    if whole is None:
        yield Fault(*where, at, repr(named), "a target", close_match(named, known))
        return
    if whole.area_code not in loaded.areas or (whole.indicator_id or "") not in loaded.indicators:
        return  # told of the whole itself
    interim = field_name == "interim_of"
    told = (
        (getattr(whole, field_name) is None, f"a target with no {field_name} of its own"),
        (
            (whole.indicator_id, whole.measure) == (target.indicator_id, target.measure),
            f"a target on {target.indicator_id}, {target.measure}",
        ),
        (
            not interim or (target.due_on is not None and whole.due_on is not None and target.due_on < whole.due_on),
            "a target that is due later",
        ),
        (interim == (whole.area_code == target.area_code), "its own area" if interim else "a target of another area"),
    )
    for holds, expected in told:
        if not holds:
            yield Fault(*where, at, repr(named), expected)


def _division_faults(loaded: "Reference", loader: Loader, known: Mapping[str, TargetEntry]) -> Iterator[Fault]:
    """What lies beside a plan names its targets: the cities' parts, and the panel under a growth target."""
    for city in loaded.city_targets:
        owner = f"plans/{city.plan_id}/city_targets.csv {city.target_id} {city.area_code}"
        if city.target_id not in {t.target_id for t in loaded.plans[city.plan_id].targets}:
            yield Fault(*loader.place(owner), "target_id", repr(city.target_id), "a target of the plan")
        if city.area_code not in loaded.areas:
            yield Fault(*loader.place(owner), "area_code", repr(city.area_code), "an area of areas.csv")
    for member in loaded.panel:
        owner = f"plans/{member.plan_id}/panel.csv {member.target_id} {member.indicator_id}"
        target = known.get(member.target_id)
        windowed = target is not None and target.base_period is not None and target.due_on is not None
        if target is None or target.measure is not TargetMeasure.GROWTH_AVERAGE or not windowed:
            expected = "a growth target with base_period and due_on: its value is the panel's line"
            yield Fault(*loader.place(owner), "target_id", repr(member.target_id), expected)
        for named in (member.indicator_id, member.times_indicator_id):
            if named is not None and named not in loaded.indicators:
                close = close_match(named, loaded.indicators)
                yield Fault(*loader.place(owner), "indicator_id", repr(named), "an indicator of indicators/", close)


def _units_of(target: TargetEntry, loaded: "Reference") -> Iterator[tuple[str, str]]:
    """Pairs of units that must convert: as stated and as kept, and that of a related indicator."""
    own = loaded.indicators.get(target.indicator_id or "")
    related = loaded.indicators.get(target.related_indicator_id or "")
    if target.measure is not TargetMeasure.LEVEL:
        yield target.unit_stated, "%"
    elif own is not None and target.not_assessable is not codes.Reason.UNIT_MISMATCH:
        yield target.unit_stated, own.unit
    if own is not None and related is not None and related.unit != own.unit:
        yield related.unit, f"{own.unit}, the unit of {own.indicator_id}"


def _category_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """A component counts in the category of its industries."""
    for i in loaded.indicators.values():
        if i.role is not codes.Role.COMPONENT or i.category is codes.Category.COMPOSITE:
            continue
        for code in i.sectors:
            meant = loaded.category_of("2017", code)
            if meant is not None and meant is not i.category:
                expected = f"{meant}, the category of sector {code} in sectors.csv"
                yield Fault(
                    *loader.place(i.indicator_id), f"{i.indicator_id}.category", repr(str(i.category)), expected
                )


def _part_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """A part is measured as its whole is: structure, contribution, pull and sums stay inside one measure family."""
    indicators, identities = loaded.indicators.values(), loaded.identities.values()
    parts = [(i.indicator_id, f"{i.indicator_id}.part_of", i.indicator_id, i.part_of) for i in indicators]
    parts += [(i.identity_id, f"{i.identity_id}.parts", part, i.whole) for i in identities for part in i.parts]
    for owner, where, part_id, whole_id in parts:
        part, whole = loaded.indicators.get(part_id), loaded.indicators.get(whole_id or "")
        if part is None or whole is None or whole.unit not in loaded.units:
            continue
        for field_name in ("measure_family", "unit", "nature", "prices"):
            found, expected = str(getattr(part, field_name)), str(getattr(whole, field_name))
            if found != expected:
                yield Fault(*loader.place(owner), where, found, f"{expected}, the {field_name} of {whole_id}")


def _correction_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """A correction is in a unit that can be kept, of a definition there is; no value has two that are in force."""
    first: dict[tuple[object, ...], CorrectionEntry] = {}
    for c in loaded.corrections.values():
        where, indicator = loader.place(c.correction_id), loaded.indicators.get(c.indicator_id)
        if indicator is None or c.unit not in loaded.units:
            continue
        definitions = [d.definition_id for d in indicator.definitions]
        if c.definition_id not in definitions:
            close = close_match(c.definition_id, definitions)
            yield Fault(*where, "definition_id", repr(c.definition_id), f"a definition of {c.indicator_id}", close)
        try:
            factor = loaded.conversion(c.unit, loaded.unit_of(c.indicator_id, c.measure))
        except ValueError as error:
            yield Fault(*where, "unit", repr(c.unit), str(error))
            continue
        for field_name, number in (("expect", c.expect), ("value", c.stands)):
            if number is not None and not fits(converted(number, factor)[0]):
                yield Fault(*where, field_name, f"{number} {c.unit}", "14 digits and 4 decimals in the unit kept")
        other = first.setdefault(c.place, c) if c.status is CorrectionStatus.CONFIRMED else c
        if other is not c and (None in (c.price_basis, other.price_basis) or c.price_basis == other.price_basis):
            expected = f"one confirmed correction of a value; {other.correction_id} binds to it, too"
            yield Fault(*where, "correction_id", repr(c.correction_id), expected)


def _repeated_names(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """A name that files use must lead to one area, or to one indicator."""
    for names, file in ((loaded.names_of_areas(), "areas.csv "), (loaded.names_of_indicators(), "")):
        owner: dict[str, str] = {}
        for name, code in names:
            if owner.setdefault(name, code) != code:
                expected = f"a name of one alone; {owner[name]} bears it, too"
                yield Fault(*loader.place(f"{file}{code}"), f"{code}.names", repr(name), expected)


def _names_of_others(loaded: "Reference") -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
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
        yield own, f"{own}.part_of", i.part_of, *indicator
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
    yield from _names_in_checks(loaded)
    yield from _names_in_suites(loaded)
    yield from _names_of_forms(loaded)
    yield from _names_of_plans(loaded)


def _names_in_checks(loaded: "Reference") -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    for identity in loaded.identities.values():
        for named in (identity.whole, *identity.parts):
            yield identity.identity_id, "whole, parts", named, loaded.indicators, "an indicator of indicators/"
    words = [(e.explanation_id, e) for e in loaded.explanations.values()]
    for owner, entry in (*words, *((w.waiver_id, w) for w in loaded.waivers.values())):
        yield owner, "source_id", entry.source_id, loaded.sources, "a source of sources/"
        for named in entry.indicators:
            yield owner, "indicators", named, loaded.indicators, "an indicator of indicators/"
        for named in entry.areas:
            yield owner, "areas", named, loaded.areas, "an area of areas.csv"
    for c in loaded.corrections.values():
        yield c.correction_id, "source_id", c.source_id, loaded.sources, "a source of sources/"
        yield c.correction_id, "indicator_id", c.indicator_id, loaded.indicators, "an indicator of indicators/"
        yield c.correction_id, "area_code", c.area_code, loaded.areas, "an area of areas.csv"
        yield c.correction_id, "unit", c.unit, loaded.units, "a unit of units.csv"


def _names_in_suites(loaded: "Reference") -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    for owner, suite in loaded.suites.items():
        yield owner, "over", suite.over, BY_NAME, "a table of the dictionary"
        yield owner, "source_id", suite.source_id, loaded.sources, "a source of sources/"
        columns = [c.name for c in BY_NAME[suite.over].columns()] if suite.over in BY_NAME else []
        for e in suite.expectations:
            own = e.expectation_id
            if isinstance(e, InSet | History | Distribution) and columns:
                yield owner, f"{own}.column", e.column, columns, f"a column of {suite.over}"
            for named in e.indicators if isinstance(e, Complete) else ():
                yield owner, f"{own}.indicators", named, loaded.indicators, "an indicator of indicators/"
            for named in e.areas if isinstance(e, Complete) else ():
                yield owner, f"{own}.areas", named, loaded.areas, "an area of areas.csv"


def _names_of_forms(loaded: "Reference") -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    indicator = (loaded.indicators, "an indicator of indicators/")
    for form in loaded.forms.values():
        for row in form.rows:
            yield form.form_id, f"{row.code}.indicator_id", row.indicator_id, *indicator
    for source in loaded.sources.values():
        for named in source.forms:
            yield source.source_id, "forms", named, loaded.forms, "a form of forms/"


def _names_of_plans(loaded: "Reference") -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    indicator = (loaded.indicators, "an indicator of indicators/")
    area = (loaded.areas, "an area of areas.csv")
    for p in loaded.plans.values():
        tasks = [t.task_id for t in loaded.tasks if t.plan_id == p.plan_id]
        items = [i.item_id for i in loaded.items if i.plan_id == p.plan_id]
        yield p.plan_id, "area_code", p.area_code, *area
        for t in p.targets:
            if items:
                yield p.plan_id, f"{t.target_id}.item_id", t.item_id, items, "an item of items.csv"
            yield p.plan_id, f"{t.target_id}.area_code", t.area_code, *area
            yield p.plan_id, f"{t.target_id}.of_area_code", t.of_area_code, *area
            yield p.plan_id, f"{t.target_id}.indicator_id", t.indicator_id, *indicator
            yield p.plan_id, f"{t.target_id}.of_indicator_id", t.of_indicator_id, *indicator
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
