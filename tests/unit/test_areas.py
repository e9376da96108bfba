"""The areas: codes as the lists of GB/T 2260 hold them, names that lead to one code each, wholes and parts."""

import csv
import datetime as dt
import json
import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import pytest

from schemas.columns import Table
from schemas.reference import Area, AreaMember
from tests.support import ROOT, SHARED, needs_shared

FOLDER = ROOT / "data" / "reference"
GB_T_2260 = "GB/T 2260"
REGIONS = {
    "44-PRD": "440100 440300 440400 440600 440700 441200 441300 441900 442000",
    "44-EAST": "440500 441500 445100 445200",
    "44-WEST": "440800 440900 441700",
    "44-NORTH": "440200 441400 441600 441800 445300",
}
NOT_IN_2007 = {"710000", "810000", "820000"}
"""The list of 2007 leaves Taiwan, Hong Kong and Macao out; it does not prove that the codes were new in 2017."""

Row = TypeVar("Row", bound=Table)


def read(name: str, model: type[Row]) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return [model.model_validate({k: v or None for k, v in row.items()}) for row in rows]


AREAS = {area.area_code: area for area in read("areas.csv", Area)}
MEMBERS = read("area_members.csv", AreaMember)
CITIES = {code for code in AREAS if re.fullmatch(r"44\d\d00", code) and code != "440000"}


def names_of(area: Area) -> list[str]:
    return [area.area_code, area.zh, area.en, *(area.aliases.split("|") if area.aliases else [])]


NAMES = {name: area.area_code for area in AREAS.values() for name in names_of(area)}


def in_force(area: Area, day: dt.date) -> bool:
    return (area.valid_from is None or area.valid_from <= day) and (area.valid_to is None or day <= area.valid_to)


def spans_overlap(a: Area, b: Area) -> bool:
    start = max(x.valid_from or dt.date.min for x in (a, b))
    end = min(x.valid_to or dt.date.max for x in (a, b))
    return start <= end


def test_codes_do_not_repeat() -> None:
    assert len(read("areas.csv", Area)) == len(AREAS)
    pairs = [(m.area_code, m.member_code) for m in MEMBERS]
    assert len(pairs) == len(set(pairs))


def test_scheme_says_whose_the_code_is() -> None:
    ours = {code for code, area in AREAS.items() if area.scheme == "yuexin"}
    assert ours == {"000000", *REGIONS, "44-DIRECT", "GBA9", "GBA11"}
    theirs = {code for code, area in AREAS.items() if area.scheme == GB_T_2260}
    assert ours | theirs == set(AREAS)
    assert all(re.fullmatch(r"\d{4}00", code) for code in theirs)


def test_levels_follow_the_code() -> None:
    for area in AREAS.values():
        if area.scheme == GB_T_2260 and area.level != "sar":
            assert area.level == ("province" if area.area_code.endswith("0000") else "prefecture")
    assert {a.area_code for a in AREAS.values() if a.level == "sar"} == {"810000", "820000"}
    assert sum(a.level == "province" for a in AREAS.values()) == 32
    assert [a.area_code for a in AREAS.values() if a.level == "nation"] == ["000000"]


def test_regions_part_the_21_cities() -> None:
    parts = {region: set(codes.split()) for region, codes in REGIONS.items()}
    assert {r: {c for c, a in AREAS.items() if a.parent_code == r} for r in REGIONS} == parts
    assert sum(map(len, parts.values())) == len(set().union(*parts.values())) == len(CITIES) == 21
    assert set().union(*parts.values()) == CITIES


def test_gaps_in_guangdong_stay_gaps() -> None:
    assert not {"441000", "441100", "445000", "445400"} & set(AREAS)
    assert len([c for c in AREAS if c.startswith("44") and c.isdigit()]) == 22


def parent_of(area: Area) -> str | None:
    code = area.area_code
    if code in {"000000", "GBA9", "GBA11"}:
        return None
    if code in REGIONS or code == "44-DIRECT":
        return "440000"
    if code in CITIES:
        return next(region for region, codes in REGIONS.items() if code in codes.split())
    return f"{code[:2]}0000" if area.level == "prefecture" else "000000"


def test_parents() -> None:
    assert {c: a.parent_code for c, a in AREAS.items()} == {c: parent_of(a) for c, a in AREAS.items()}
    assert {a.parent_code for a in AREAS.values() if a.parent_code} <= set(AREAS)


def test_monitored() -> None:
    expected = {"000000", "440000", "810000", "820000", *CITIES, *REGIONS, "44-DIRECT", "GBA9", "GBA11"}
    assert {code for code, area in AREAS.items() if area.monitored} == expected


def test_greater_bay_area() -> None:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for member in MEMBERS:
        members[member.area_code].add(member.member_code)
    prd = set(REGIONS["44-PRD"].split())
    assert members == {"GBA9": prd, "GBA11": prd | {"810000", "820000"}}
    assert not {a.parent_code for a in AREAS.values()} & set(members), "a composite is nobody's parent"


def test_every_name_leads_to_one_code() -> None:
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for area in AREAS.values():
        for name in names_of(area):
            assert name, f"an empty name of {area.area_code}"
            assert name == name.strip(), f"space around {name!r} of {area.area_code}"
            codes[name].append(area.area_code)
    repeated = {name: found for name, found in codes.items() if len(found) > 1}
    assert not repeated, "a name stands twice"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("440100 广州 广州市 Guangzhou 廣州 廣州市 穗", "440100"),
        ("深圳 深圳市 鹏城", "440300"),
        ("东莞 東莞 東莞市", "441900"),
        ("云浮 雲浮市", "445300"),
        ("全省 广东 广东省 廣東省 Guangdong", "440000"),
        ("珠三角 珠三角核心区", "44-PRD"),
        ("粤东 东翼", "44-EAST"),
        ("粤西 西翼", "44-WEST"),
        ("粤北 山区", "44-NORTH"),
        ("省直 不分地区 省本级 省直（不分地区）", "44-DIRECT"),
        ("内地九市 大湾区内地九市", "GBA9"),
        ("粤港澳大湾区", "GBA11"),
        ("香港 香港特别行政区", "810000"),
        ("澳门 澳門 Macao", "820000"),
        ("全国 中国 China", "000000"),
        ("吉林 吉林省", "220000"),
        ("吉林市", "220200"),
        ("海南 海南省", "460000"),
        ("海南藏族自治州", "632500"),
        ("铜仁 铜仁市", "520600"),
        ("铜仁地区", "522200"),
        ("襄阳 襄樊市", "420600"),
    ],
)
def test_forms_that_files_write(names: str, code: str) -> None:
    assert {NAMES[name] for name in names.split()} == {code}


def test_english_of_two_cities_is_told_apart() -> None:
    assert "Suzhou" not in NAMES
    assert (NAMES["Suzhou (Jiangsu)"], NAMES["Suzhou (Anhui)"]) == ("320500", "341300")


def test_one_name_holds_for_one_area_at_a_time() -> None:
    """A prefecture that became a city under another code: the stem of the name is the same, the times are not."""
    same: defaultdict[tuple[str, str], list[Area]] = defaultdict(list)
    for area in AREAS.values():
        assert area.valid_from is None or area.valid_to is None or area.valid_from <= area.valid_to
        if area.level == "prefecture":
            same[area.area_code[:2], re.sub(r"(市|地区)$", "", area.zh)].append(area)
    pairs = [pair for areas in same.values() for pair in combinations(areas, 2)]
    assert len(pairs) == 10, "the ten prefectures that became cities between the lists"
    for a, b in pairs:
        assert not spans_overlap(a, b), f"{a.zh} and {b.zh} at one time"


def test_guangdong_holds_throughout() -> None:
    assert all(AREAS[c].valid_from is None and AREAS[c].valid_to is None for c in {"440000", *CITIES})


def held(path: Path) -> dict[str, str]:
    """A list's provinces and prefectures, and of counties directly under a province the code that they stand under."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["Code"]: row["Name"] for row in csv.DictReader(file, delimiter="\t")}
    found = {code: name for code, name in rows.items() if code.endswith("00")}
    return found | {f"{code[:4]}00": "" for code in rows if code[2:4] == "90"}


@needs_shared
@pytest.mark.parametrize(
    ("name", "day", "left_out", "renamed"),
    [
        ("gb2260_mca_200712.tsv", dt.date(2007, 12, 31), NOT_IN_2007, {"襄樊市": "襄阳市"}),
        ("gb2260_mca_201712.tsv", dt.date(2017, 12, 31), set(), {}),
    ],
)
def test_codes_in_force_are_those_of_the_list(
    name: str, day: dt.date, left_out: set[str], renamed: dict[str, str]
) -> None:
    expected = held(SHARED / "codes" / name)
    ours = {code: area.zh for code, area in AREAS.items() if area.scheme == GB_T_2260 and in_force(area, day)}
    assert set(ours) - left_out == set(expected)
    assert {c: ours[c] for c, n in expected.items() if n} == {c: renamed.get(n, n) for c, n in expected.items() if n}


@needs_shared
def test_codes_in_force_today_are_those_of_the_newest_list() -> None:
    expected: dict[str, str] = {}
    for name in ("pcc_province.csv", "pcc_city.csv"):
        with (SHARED / "codes" / name).open(encoding="utf-8", newline="") as file:
            expected |= {row["code"]: row["name"] for row in csv.DictReader(file)}
    ours = {c for c, a in AREAS.items() if a.scheme == GB_T_2260 and a.valid_to is None}
    assert ours == set(expected)
    assert {name: NAMES.get(name) for name in expected.values()} == {name: code for code, name in expected.items()}


@needs_shared
def test_the_21_cities_are_those_of_the_map() -> None:
    features = json.loads((SHARED / "geo" / "datav_440000_full_21cities.json").read_text(encoding="utf-8"))["features"]
    drawn = {str(f["properties"]["adcode"]): f["properties"]["name"] for f in features}
    assert {code: AREAS[code].zh for code in CITIES} == drawn
