"""Guangdong's plan as shipped: every line of it, counted."""

import csv
from collections import Counter
from pathlib import Path
from typing import TypeVar

import pytest
import yaml

from schemas import codes, planning
from schemas.columns import Table

PLANS = Path(__file__).parents[2] / "data" / "reference" / "plans"
PLAN = "guangdong-2018-2020"
PER_TASK = {
    "1": {"Q": 3, "M": 4},
    "2.1.1": {"M": 3, "P": 3, "S": 1, "G": 3},
    "2.1.2": {"P": 1, "S": 1, "G": 4},
    "2.1.3": {"M": 2, "P": 2, "G": 2},
    "2.1.4": {"P": 5, "G": 2},
    "2.2.1": {"M": 2, "P": 3, "G": 1},
    "2.2.2": {"P": 3, "G": 2},
    "2.2.3": {"M": 2, "P": 3, "G": 3},
    "2.2.4": {"M": 4, "P": 4},
    "2.3.1": {"Q": 2, "M": 2, "P": 1, "G": 1},
    "2.3.2": {"M": 1, "P": 7, "G": 1},
    "2.3.3": {"M": 2, "P": 5, "G": 1},
    "2.4.1": {"M": 1, "P": 4, "G": 5},
    "2.4.2": {"M": 1, "G": 5},
    "2.4.3": {"P": 2, "G": 5},
    "2.4.4": {"M": 2, "P": 3, "G": 3},
    "2.5.1": {"M": 1, "P": 1, "G": 3},
    "2.5.2": {"P": 4, "G": 2},
    "2.5.3": {"M": 1, "P": 1, "G": 2},
    "2.6.1": {"Q": 3, "M": 3, "P": 2},
    "2.6.2": {"M": 3, "P": 1, "G": 2},
    "2.6.3": {"M": 4, "P": 4},
    "3.1": {"M": 2},
    "3.2": {"M": 5},
    "3.3": {"M": 5, "P": 1, "G": 1},
    "3.4": {"M": 6},
}
MENTIONS = {
    "440100": ("广州", 10),
    "440300": ("深圳", 6),
    "440400": ("珠海", 3),
    "440600": ("佛山", 1),
    "441200": ("肇庆", 1),
    "441300": ("惠州", 3),
    "441900": ("东莞", 3),
}

Row = TypeVar("Row", bound=Table)


def _rows(model: type[Row], file: str) -> list[Row]:
    with (PLANS / PLAN / file).open(encoding="utf-8", newline="") as f:
        lines = [{k: v or None for k, v in line.items()} for line in csv.DictReader(f, strict=True)]
    return [model.model_validate({**line, "plan_id": PLAN}) for line in lines]


ITEMS = _rows(planning.Item, "items.csv")
TASKS = _rows(planning.Task, "tasks.csv")
EVIDENCE = _rows(planning.ItemEvidence, "evidence.csv")


def _plan(plan_id: str) -> planning.PlanEntry:
    text = (PLANS / plan_id / "plan.yaml").read_text(encoding="utf-8")
    return planning.PlanEntry.model_validate(yaml.safe_load(text))


PLAN_IDS = sorted(p.parent.name for p in PLANS.glob("*/plan.yaml"))


def test_the_plan_has_174_items_of_five_kinds() -> None:
    assert len({item.item_id for item in ITEMS}) == len(ITEMS) == 174
    assert Counter(item.kind.value for item in ITEMS) == {"Q": 8, "M": 56, "P": 60, "S": 2, "G": 48}
    assert all(item.item_id[0] == item.kind for item in ITEMS)


def test_goals_21_tasks_and_4_safeguards() -> None:
    assert Counter(task.kind.value for task in TASKS) == {"goals": 1, "task": 21, "safeguard": 4}
    assert [task.task_id for task in TASKS] == list(PER_TASK)
    groups = Counter(task.task_id[:3] for task in TASKS if task.kind is codes.TaskKind.TASK)
    assert groups == {"2.1": 4, "2.2": 4, "2.3": 3, "2.4": 4, "2.5": 3, "2.6": 3}
    assert {task.task_id: task.owner for task in TASKS if task.owner} == {"3.1": "省经济和信息化委"}


@pytest.mark.parametrize("task_id", list(PER_TASK))
def test_items_of_each_task(task_id: str) -> None:
    found = [item for item in ITEMS if item.task_id == task_id]
    assert Counter(item.kind.value for item in found) == PER_TASK[task_id]


def test_every_item_belongs_to_a_task_and_says_what_would_show_it() -> None:
    assert {item.task_id for item in ITEMS} == {task.task_id for task in TASKS}
    targets = {target.item_id for target in _plan(PLAN).targets}
    assert {item.item_id for item in ITEMS if item.shown_by == "target"} == targets
    assert {item.kind for item in ITEMS if item.shown_by == "target"} == {codes.ItemKind.Q}
    assert {item.kind for item in ITEMS if item.shown_by == "indicator"} == {codes.ItemKind.G}


def test_four_batches_are_uncounted() -> None:
    assert [item.item_id for item in ITEMS if item.uncounted_batch] == ["M18", "M21", "M28", "M49"]
    assert [item.item_id for item in ITEMS if "一批" in item.quote_zh] == ["M18", "M21", "M28", "M49"]


def test_the_two_standards_are_named() -> None:
    assert {item.item_id: item.standard for item in ITEMS if item.standard} == {"S01": "AVS2", "S02": "ISLI"}


def test_a_platform_is_a_phrase_of_the_item_that_names_it() -> None:
    named = {item.item_id: item for item in ITEMS if item.platform}
    assert {item.kind for item in named.values()} == {codes.ItemKind.P}
    words_added = {"P04": "全省", "P05": "面向5G网络的", "P08": "省、市、县"}
    assert all(i.platform in i.quote_zh for k, i in named.items() if k not in words_added and i.platform)


def test_seven_cities_are_named_as_often_as_in_the_text() -> None:
    quotes = {item.quote_zh for item in ITEMS}
    assert {code: sum(zh in q for q in quotes) for code, (zh, _) in MENTIONS.items()} == {
        code: count for code, (_, count) in MENTIONS.items()
    }


def test_an_area_list_holds_the_cities_that_the_area_names() -> None:
    city_lists = [item for item in ITEMS if any(zh in item.area_zh for zh, _ in MENTIONS.values())]
    assert len(city_lists) == 17
    for item in city_lists:
        named = item.area_zh.removesuffix("等").split("、")
        assert [MENTIONS[code][0] for code in item.area_codes.split("|")] == named


def test_areas_that_are_no_city() -> None:
    others = {item.area_zh: item.area_codes for item in ITEMS if item.area_codes[:4] not in {c[:4] for c in MENTIONS}}
    assert others == {
        "全省": "440000",
        "珠三角": "44-PRD",
        "粤东西北": "44-EAST|44-WEST|44-NORTH",
        "粤港澳大湾区": "GBA11",
        "省、市、县": "440000",
        "各市、县": "440000",
        "各市": "440000",
        "各县": "440000",
        "各地": "440000",
        "城乡": "440000",
        "农村": "440000",
    }
    (west_bank,) = [item for item in ITEMS if item.area_zh == "珠江西岸"]
    assert west_bank.area_codes.split("|") == ["440400", "440600", "440700", "441200", "441700", "442000"]


def test_lists_that_end_in_deng_stay_open() -> None:
    open_lists = {item.item_id for item in ITEMS if item.area_list_open}
    assert open_lists == {"P02", "P05", "P42", "P47", "M37", "M47", "M48"}
    assert {item.item_id for item in ITEMS if item.area_zh.endswith("等")} == open_lists - {"M47", "M48"}


def test_only_ten_items_carry_a_verb_that_gives_a_test() -> None:
    outcome = [item.item_id for item in ITEMS if item.verb_strength is codes.VerbStrength.OUTCOME]
    assert outcome == ["Q01", "Q02", "Q03", "M01", "M02", "M03", "M04", "P12", "M22", "M54"]


def test_what_is_known_of_milestones() -> None:
    known = {(e.item_id, e.area_code) for e in EVIDENCE}
    assert {item_id for item_id, _ in known} <= {item.item_id for item in ITEMS}
    contested = [e for e in EVIDENCE if e.status is codes.EvidenceStatus.CONTESTED]
    assert [(e.item_id, e.area_code) for e in contested] == [("M01", "440000")] * 2
    done = {e.item_id for e in EVIDENCE if e.status is codes.EvidenceStatus.DONE}
    assert done == {"M03", "M04", "M47"}
    assert not [e for e in EVIDENCE if e.item_id == "M48"], "of Foshan nothing was found"


@pytest.mark.parametrize("plan_id", PLAN_IDS)
def test_a_plan_lies_in_the_folder_of_its_name(plan_id: str) -> None:
    assert _plan(plan_id).plan_id == plan_id


def test_no_scope_is_shared_between_plans() -> None:
    owner: dict[str, str] = {}
    for plan_id in PLAN_IDS:
        for target in _plan(plan_id).targets:
            assert owner.setdefault(target.scope_id, plan_id) == plan_id


def test_targets_are_named_once_over_all_plans() -> None:
    ids = [target.target_id for plan_id in PLAN_IDS for target in _plan(plan_id).targets]
    assert len(ids) == len(set(ids))


def test_plans_come_in_every_shape() -> None:
    measures = {plan_id: {t.measure.value for t in _plan(plan_id).targets} for plan_id in PLAN_IDS}
    assert measures["fujian"] == {"growth_average"}
    assert measures["chongqing"] == {"level"}
    assert measures["shaanxi-2018"] == {"level", "growth_average", "share"}
    (share,) = [t for t in _plan("shaanxi-2018").targets if t.measure is codes.TargetMeasure.SHARE]
    assert (share.area_code, share.of_area_code) == ("610000", "000000")
    assert not [t for t in _plan("national-2017-40").targets if t.base_period], "the text names no base"
