"""Any plan: the shipped ones load by one model, sums across scopes are refused, a broken one is told with its place."""

import ast
import re
import shutil
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from schemas.codes import TargetMeasure
from schemas.planning import ScopesDiffer, Target, total
from schemas.reference_data import Reference, check_plan
from tests.support import ROOT

SHIPPED = ROOT / "data" / "reference"
PLANS = sorted(p.parent.name for p in SHIPPED.glob("plans/*/plan.yaml"))
KNOWN = re.compile(r"广东|guangdong|440000|2018", re.IGNORECASE)


@cache
def _reference() -> Reference:
    return Reference.load(SHIPPED)


@cache
def _targets() -> dict[str, Target]:
    return {t.target_id: t for t in _reference().targets}


def _of(plan: str) -> list[Target]:
    return [t for t in _reference().targets if t.plan_id == plan]


def test_all_plans_load() -> None:
    assert sorted(_reference().plans) == PLANS
    assert len(PLANS) >= 13
    assert {t.plan_id for t in _reference().targets} == set(PLANS)
    for plan_id in PLANS:
        assert _of(plan_id), plan_id


@pytest.mark.parametrize(
    ("plan", "measures"),
    [
        ("fujian", {TargetMeasure.GROWTH_AVERAGE}),
        ("chongqing", {TargetMeasure.LEVEL}),
        ("jiangsu-2018", {TargetMeasure.LEVEL, TargetMeasure.GROWTH_AVERAGE}),
    ],
)
def test_a_plan_may_state_growth_alone_or_levels_alone(plan: str, measures: set[TargetMeasure]) -> None:
    assert {t.measure for t in _of(plan)} == measures


def test_jiangsu_states_counts_and_shares() -> None:
    assert {t.unit for t in _of("jiangsu-2018") if t.measure is TargetMeasure.LEVEL} >= {"%", "项", "家"}


def test_shaanxi_states_a_share_of_the_nation() -> None:
    shares = [t for t in _of("shaanxi-2018") if t.measure is TargetMeasure.SHARE]
    assert {(t.area_code, t.of_area_code, t.indicator_id, t.unit) for t in shares} >= {
        ("610000", "000000", "IC_SCALE", "%")
    }


def test_a_city_takes_on_a_share_of_the_provincial_counts() -> None:
    assert (_targets()["GZI-3"].target_value, _targets()["GZI-4"].target_value) == (Decimal(2000), Decimal(40000))
    assert (_targets()["T4"].target_value, _targets()["T5"].target_value) == (Decimal(10000), Decimal(200000))


@pytest.mark.parametrize("pair", [("T2", "JS18-1"), ("T2", "CQ-1"), ("T4", "GZI-3"), ("N13-1", "N17-1"), ("T1", "T4")])
def test_targets_of_different_scopes_are_not_summed_and_are_named(pair: tuple[str, str]) -> None:
    with pytest.raises(ScopesDiffer) as refused:
        total([_targets()[t] for t in pair])
    for target in (_targets()[t] for t in pair):
        assert f"{target.target_id} ({target.plan_id}): scope {target.scope_id}" in str(refused.value)


@pytest.mark.parametrize("targets", [("T2", "T3"), ("T3",), ("FJ-1",)])
def test_levels_and_averages_are_not_summed(targets: tuple[str, ...]) -> None:
    with pytest.raises(ScopesDiffer, match=targets[0]):
        total([_targets()[t] for t in targets])


def test_targets_of_one_scope_are_summed() -> None:
    one = _targets()["GZI-3"]
    assert total([one]) == one.target_value
    other = one.model_copy(update={"target_id": "X", "target_value": Decimal(500)})
    assert total([one, other]) == Decimal(2500)
    with pytest.raises(ValueError, match="no targets"):
        total([])


@pytest.mark.parametrize("plan", PLANS)
def test_every_shipped_plan_is_found_right_by_the_check(plan: str) -> None:
    targets, faults = check_plan(SHIPPED, SHIPPED / "plans" / plan / "plan.yaml")
    assert faults == []
    assert targets == _of(plan)


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "field", "said"),
    [
        ("plan.yaml", "comparator: at_least", "comparator: at_leest", "at_leest", "targets.0.comparator", "at_least"),
        ("plan.yaml", "id: TV4K_USERS", "id: TV4K_USER", "plan_id:", "T1.indicator_id", "TV4K_USERS"),
        ("plan.yaml", "    due_on: 2020-12-31\n", "", "target_id: T1", "targets.0", "go together"),
        ("plan.yaml", "unit_stated: 万户", "unit_stated: 万元", "plan_id:", "T1.unit_stated", "万元 measures CNY"),
        ("plan.yaml", "task_id: 2.6.1", "task_id: 2.66.1", "plan_id:", "T6.task_id", "2.6.1"),
        ("items.csv", "Q02,1,", "Q02,11,", "Q02,11,", "task_id", "'1'"),
        ("items.csv", "Q02,1,Q,全省,440000", "Q02,1,Q,全省,4400000", "4400000", "area_codes", "440000"),
        ("tasks.csv", "2.1.2,task", "2.1.2,taks", "taks", "kind", "'task'"),
        ("task_indicators.csv", "1,TV4K_USERS", "1,TV4K_USER", "1,TV4K_USER", "indicator_id", "TV4K_USERS"),
        ("evidence.csv", "M03,", "M003,", "M003,", "item_id", "M03"),
    ],
)
def test_a_broken_plan_is_told_with_file_line_and_field(
    tmp_path: Path, file: str, old: str, new: str, at: str, field: str, said: str
) -> None:
    folder = shutil.copytree(SHIPPED / "plans" / "guangdong-2018-2020", tmp_path / "mine")
    text = (folder / file).read_text("utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    (folder / file).write_text(text, "utf-8")
    targets, faults = check_plan(SHIPPED, folder / "plan.yaml")
    assert targets == []
    first = faults[0]
    assert first.file.endswith(file)
    assert first.line == next(n for n, line in enumerate(text.splitlines(), 1) if at in line)
    assert first.field == field
    assert said in str(first)


def test_a_plan_of_ones_own_is_checked_where_it_lies(tmp_path: Path) -> None:
    text = (SHIPPED / "plans" / "fujian" / "plan.yaml").read_text("utf-8")
    mine = tmp_path / "hunan.yaml"
    mine.write_text(text.replace("plan_id: fujian", "plan_id: hunan").replace("350000", "430000"), "utf-8")
    targets, faults = check_plan(SHIPPED, mine)
    assert faults == []
    assert [(t.plan_id, t.area_code) for t in targets] == [("hunan", "430000")]


def _without_words_about_it(path: Path) -> str:
    """A Python or SQL file without docstrings and comments."""
    text = path.read_text("utf-8")
    if path.suffix == ".sql":
        return "\n".join(line.split("--")[0] for line in text.splitlines())
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))] or [  # type: ignore[attr-defined]
                ast.Pass()
            ]
    return ast.unparse(tree)


@pytest.mark.parametrize("folder", ["schemas", "sources", "pipelines", "sql"])
def test_nothing_in_code_knows_one_province_or_year(folder: str) -> None:
    files = [p for p in sorted((ROOT / folder).rglob("*")) if p.suffix in (".py", ".sql")]
    assert files
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:100]}"
        for path in files
        for line in _without_words_about_it(path).splitlines()
        if KNOWN.search(line) and not line.startswith("_EXAMPLES = ")  # labels of periods, shown in messages
    ]
    assert found == []
