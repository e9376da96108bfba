"""What the reference files say of one another: identifiers that must exist, names that must lead to one thing."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from schemas import codes
from schemas.audit_forms import form_faults
from schemas.codes import TargetMeasure
from schemas.planning import TargetEntry
from schemas.reference_files import Fault, Loader, close_match

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
    yield from _repeated_names(loaded, loader)


def _target_faults(loaded: "Reference", loader: Loader) -> Iterator[Fault]:
    """Targets bear one identifier each and state units that their indicators can take."""
    owners: dict[str, str] = {}
    for plan in loaded.plans.values():
        where = loader.place(plan.plan_id)
        for target in plan.targets:
            if target.target_id in owners:
                expected = f"one target; the first is of plan {owners[target.target_id]}"
                yield Fault(*where, "target_id", repr(target.target_id), expected)
            owners.setdefault(target.target_id, plan.plan_id)
            for unit, kept in _units_of(target, loaded):
                try:
                    loaded.conversion(unit, kept)
                except ValueError as error:
                    yield Fault(*where, f"{target.target_id}.unit_stated", repr(unit), str(error))


def _units_of(target: TargetEntry, loaded: "Reference") -> Iterator[tuple[str, str]]:
    """Pairs of units that must convert: as stated and as kept, and that of a related indicator."""
    own = loaded.indicators.get(target.indicator_id or "")
    related = loaded.indicators.get(target.related_indicator_id or "")
    if target.measure is not TargetMeasure.LEVEL:
        yield target.unit_stated, "%"
    elif own is not None:
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
    """A part is measured as its whole is: structure, contribution and pull stay inside one measure family."""
    for part in loaded.indicators.values():
        whole = loaded.indicators.get(part.part_of or "")
        if whole is None or whole.unit not in loaded.units:
            continue
        for field_name in ("measure_family", "unit", "nature", "prices"):
            found, expected = str(getattr(part, field_name)), str(getattr(whole, field_name))
            if found != expected:
                place = loader.place(part.indicator_id)
                yield Fault(
                    *place, f"{part.indicator_id}.part_of", found, f"{expected}, the {field_name} of {part.part_of}"
                )


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
    yield from _names_of_forms(loaded)
    yield from _names_of_plans(loaded)


def _names_of_forms(loaded: "Reference") -> Iterator[tuple[str, str, str | None, Iterable[str], str]]:
    indicator = (loaded.indicators, "an indicator of indicators/")
    for form in loaded.forms.values():
        for row in form.rows:
            yield form.form_id, f"{row.code}.indicator_id", row.indicator_id, *indicator


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
