"""Corrections: bound to one value of one release, shown beside the value published, known from a day of their own."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines import audit, warehouse
from pipelines.assets import lost_cells
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from schemas.registry import BY_NAME
from tests.support import (
    ASSESSED_ON,
    ROW,
    built,
    copy_of_clone,
    csv_text,
    dicts,
    make_workspace,
    published_file,
    put,
    take,
    yuexin,
)

FIRST, SECOND, THIRD = "2020-06-30", "2021-06-30", "2022-06-30"
CORRECTION: dict[str, Any] = {
    "correction_id": "example",
    "source_id": "gdpost_monthly",
    "indicator_id": "EXP_VOL",
    "area_code": "440000",
    "frequency": "A",
    "basis": "period",
    "definition_id": "standard",
    "period": "2019",
    "released_on": FIRST,
    "unit": "亿件",
    "expect": "1.00",
    "action": "set",
    "value": "2.50",
    "zh": "抄录错误",
    "en": "a slip of the pen",
    "document": "示例",
    "corrected_by": "team:statistics",
    "corrected_on": "2021-12-31",
    "reported": None,
    "status": "confirmed",
}


def _declare(workspace: Workspace, *changes: dict[str, Any]) -> None:
    folder = workspace.reference / "corrections"
    folder.mkdir(exist_ok=True)
    entries = [{k: v for k, v in {**CORRECTION, **change}.items() if v != "absent"} for change in changes]
    (folder / "example.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), "utf-8")


def _give(workspace: Workspace, day: str, value: str, **more: str) -> None:
    put(workspace, f"express_{day}.csv", csv_text([{"released_on": day, "value": value, "unit": "亿件", **more}]))
    take(workspace)


def _versions(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str | None, str, str | None, str | None]]:
    """Release, value as written, known from, correction, text as published; in the order in which they count."""
    return [
        (str(day), text, str(known), correction, published)
        for day, text, known, correction, published in connection.execute(
            "SELECT released_on, value_text, known_from, correction_id, published_text FROM versions "
            "ORDER BY released_on, release_seq, correction_id IS NOT NULL"
        ).fetchall()
    ]


def test_the_value_stands_corrected_beside_the_one_published(workspace: Workspace) -> None:
    _give(workspace, FIRST, "1.00")
    _declare(workspace, {})
    with built(workspace) as connection:
        assert audit.errors(connection) == []
        assert lost_cells(connection) == []
        assert _versions(connection) == [
            (FIRST, "1.00", FIRST, None, None),
            (FIRST, "2.50", "2021-12-31", "example", "1.00 亿件"),
        ]
        (held,) = dicts(connection, "SELECT * FROM observations")
        assert (held["value"], held["rounding_unit"], held["unit_published"]) == (25000, 100, "亿件")
        assert (held["correction_id"], held["published_text"]) == ("example", "1.00 亿件")
        assert (held["authority"], held["note"], held["locator"]) == ("D", "抄录错误", "line 2, column 7")
        (reading,) = dicts(connection, "SELECT value_text FROM readings")
        assert reading["value_text"] == "1.00", "what was published stays what was published"
        (revision,) = dicts(connection, "SELECT value_before, value, cause FROM revisions")
        assert revision == {"value_before": 10000, "value": 25000, "cause": "correction"}
        (note,) = dicts(connection, "SELECT kind, about, value, said, zh, en FROM observation_notes")
        assert note == {"kind": "correction", "about": "example", "value": 25000, "said": "公布 published 1.00 亿件",
                        "zh": "抄录错误", "en": "a slip of the pen"}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "value", "status", "text"),
    [
        ({"action": "drop", "value": "absent"}, None, "O", None),
        ({"action": "scale", "value": "absent", "power": -1}, 1000, "A", "0.100"),
        ({"action": "flag", "value": "absent", "obs_status": "U"}, 10000, "U", "1.00"),
        ({"unit": "万件", "expect": "10000", "value": "12000"}, 12000, "A", "12000"),
        ({"status": "draft"}, 10000, "A", "1.00"),
        ({"status": "withdrawn", "expect": "7"}, 10000, "A", "1.00"),
    ],
    ids=["drop", "scale", "flag", "another unit", "a draft", "withdrawn"],
)
def test_each_action(workspace: Workspace, change: dict[str, Any], value: int | None, status: str, text: str) -> None:
    _give(workspace, FIRST, "1.00")
    _declare(workspace, change)
    with built(workspace) as connection:
        assert audit.errors(connection) == []
        (held,) = dicts(connection, "SELECT value, obs_status, value_text FROM observations")
    assert held == {"value": value, "obs_status": status, "value_text": text}


@pytest.mark.parametrize("repeated", ["1.00", "2.50", "3.00"], ids=["the same again", "put right", "another"])
def test_a_later_release_always_stands_above_it(workspace: Workspace, repeated: str) -> None:
    _give(workspace, FIRST, "1.00")
    _give(workspace, SECOND, repeated)
    _declare(workspace, {})
    with built(workspace) as connection:
        assert audit.errors(connection) == []
        assert lost_cells(connection) == []
        (held,) = dicts(connection, "SELECT value_text, correction_id FROM observations")
        causes = [c for (c,) in connection.execute("SELECT cause FROM revisions ORDER BY version_number").fetchall()]
    assert held == {"value_text": repeated, "correction_id": None}
    assert causes == ["correction", "correction"]


@pytest.mark.parametrize(
    ("found", "change", "said"),
    [
        ("1.10", {}, ["correction_misses: express_2020-06-30.csv, line 2, column 7", "expect 10000 万件",
                      "found 11000 (1.1 亿件)", "withdraw"]),
        ("1.00", {"period": "2018"}, ["-, example: example: expect 10000 万件", "binds to no value"]),
        ("1.00", {"released_on": "2020-07-01"}, ["binds to no value"]),
    ],
    ids=["the publisher put it right", "another period", "another release"],
)  # fmt: skip
def test_it_fails_loudly_where_it_does_not_find_what_it_expects(
    workspace: Workspace, found: str, change: dict[str, Any], said: list[str]
) -> None:
    _give(workspace, FIRST, found)
    _declare(workspace, change)
    with built(workspace) as connection:
        (line,) = audit.errors(connection)
        (held,) = dicts(connection, "SELECT value_text, correction_id FROM observations")
    assert all(text in line for text in said), line
    assert held == {"value_text": found, "correction_id": None}, "it is not applied to what it does not expect"


def test_the_last_file_of_the_day_is_the_release(workspace: Workspace) -> None:
    _give(workspace, FIRST, "1.00")
    put(workspace, "express_again.csv", csv_text([{"released_on": FIRST, "value": "1.20", "unit": "亿件"}]))
    take(workspace)
    _declare(workspace, {})
    with built(workspace) as connection:
        assert ["found 12000 (1.2 亿件)" in line for line in audit.errors(connection)] == [True]
    _declare(workspace, {"expect": "1.20"})
    with built(workspace) as connection:
        assert audit.errors(connection) == []
        assert dicts(connection, "SELECT value_text FROM observations") == [{"value_text": "2.50"}]


def test_a_bound_price_basis_is_named_where_there_are_two(workspace: Workspace) -> None:
    change = {"indicator_id": "POST_VOL", "unit": "亿元", "definition_id": "standard"}
    rows = [{**change, "value": "1.00", "price_basis": f"constant_{year}"} for year in ("2010", "2020")]
    put(workspace, "express.csv", csv_text([{"released_on": FIRST, **row} for row in rows]))
    take(workspace)
    _declare(workspace, change)
    with built(workspace) as connection:
        assert dicts(connection, "SELECT message_en FROM rejections") == []
        assert ["price_basis" in line for line in audit.errors(connection)] == [True, True]
    _declare(workspace, {**change, "price_basis": "constant_2010"})
    with built(workspace) as connection:
        assert audit.errors(connection) == []
        assert len(dicts(connection, "SELECT value FROM observations WHERE correction_id IS NOT NULL")) == 1


def test_as_of_a_day_is_what_was_known_on_it_corrections_among_it(tmp_path: Path) -> None:
    whole = make_workspace(tmp_path)
    for day, value in ((FIRST, "1.00"), (SECOND, "1.00"), (THIRD, "3.00")):
        _give(whole, day, value)
    _give(whole, "2022-12-31", "5.00", period="2020")
    _declare(
        whole,
        {},
        {"correction_id": "later", "released_on": SECOND, "corrected_on": "2022-01-31", "value": "2.80"},
        {"correction_id": "year_after", "released_on": "2022-12-31", "period": "2020", "expect": "5.00",
         "corrected_on": "2023-05-05", "value": "6.00"},
    )  # fmt: skip
    database, marts = published_file(whole), load_marts(whole.sql)
    with duckdb.connect(database, read_only=True) as published:
        days = [d for (d,) in published.execute("SELECT DISTINCT known_from FROM versions ORDER BY 1").fetchall()]
        assert len(days) == 6
        current = "SELECT value_text FROM observations_as_of(?) WHERE period = '2019'"
        said = [published.execute(current, [day]).fetchall()[0][0] for day in days]
        assert said == ["1.00", "1.00", "2.80", "3.00", "3.00", "3.00"]
        with built(whole) as only:
            for day in reversed(days):
                for name, column in (("readings", "released_on"), ("releases", "released_on"),
                                     ("corrections", "corrected_on")):  # fmt: skip
                    only.execute(f"DELETE FROM {name} WHERE {column} > ?", [day])
                for name in ("versions", "observations", "comparisons", "growth"):
                    warehouse.build(only, BY_NAME[name], marts[name])
                    columns = ", ".join(c[0] for c in published.execute(f"DESCRIBE {name}").fetchall())
                    meant = only.execute(f"SELECT {columns} FROM {name} ORDER BY ALL").fetchall()
                    found = published.execute(f"SELECT {columns} FROM {name}_as_of(?) ORDER BY ALL", [day]).fetchall()
                    assert found == meant, f"{name} as of {day}"


def test_before_its_day_the_published_value_stands(workspace: Workspace) -> None:
    _give(workspace, FIRST, "1.00")
    _declare(workspace, {})
    with duckdb.connect(published_file(workspace), read_only=True) as published:
        for day, text in (("2021-12-30", "1.00"), ("2021-12-31", "2.50")):
            found = published.execute("SELECT value_text FROM observations_as_of(?)", [day]).fetchall()
            assert found == [(text,)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([{"source_id": "gdpost_month"}], "example.yaml:1: source_id: found 'gdpost_month'; expected a source of "
         "sources/; did you mean 'gdpost_monthly'?"),
        ([{"unit": "万元"}], "万元 measures CNY, 万件 measures parcels"),
        ([{"definition_id": "standart"}], "expected a definition of EXP_VOL; did you mean 'standard'?"),
        ([{"value": "1.00"}], "it changes nothing"),
        ([{"action": "scale", "value": "absent"}], "power belongs to action scale"),
        ([{"corrected_on": "2020-06-29"}], "corrected_on lies before released_on"),
        ([{"period": "2019-13"}], "'2019-13' is not a period of frequency A"),
        ([{"reported": "absent"}], "the field 'reported'"),
        ([{}, {"correction_id": "second", "value": "9"}], "one confirmed correction of a value; example binds to it"),
        ([{"value": "0.123456789"}], "14 digits and 4 decimals"),
    ],
)  # fmt: skip
def test_a_fault_in_its_file_is_told(workspace: Workspace, changes: list[dict[str, Any]], said: str) -> None:
    _declare(workspace, *changes)
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(workspace.reference)
    assert said in str(refused.value)


def test_a_run_stops_where_it_misses_and_says_so_where_it_took(tmp_path: Path) -> None:
    clone = copy_of_clone(tmp_path)
    for path in (clone / "data" / "figures").rglob("*.csv"):
        path.unlink()
    workspace = Workspace(clone)
    users = {**ROW, "indicator_id": "TV4K_USERS", "unit": "万户", "basis": "end", "definition_id": "tv_users",
             "period": "2020", "released_on": "2021-01-31", "value": "190"}  # fmt: skip
    put(workspace, "tv4k.csv", csv_text([users]))
    bound = {"source_id": "gd_tv4k", "unit": "万户", "released_on": "2021-01-31", "value": "2050"}
    bound |= {name: users[name] for name in ("indicator_id", "basis", "definition_id", "period")}
    _declare(workspace, {**bound, "expect": "191"})
    stopped = yuexin(clone, "run", "--assessed-on", str(ASSESSED_ON))
    assert stopped.returncode == 1
    assert "correction_misses: tv4k.csv, line 2, column 7" in stopped.stdout + stopped.stderr
    assert not (workspace.published / "current.json").exists()
    _declare(workspace, {**bound, "expect": "190"})
    ran = yuexin(clone, "run", "--assessed-on", str(ASSESSED_ON))
    assert ran.returncode == 0, ran.stderr
    for text in ("情况说明 example", "公布 published 190 万户", "抄录错误", "a slip of the pen"):
        assert text in ran.stdout
    assert yuexin(clone, "verify").returncode == 0
    with duckdb.connect(workspace.published / "current" / "indicators.duckdb", read_only=True) as published:
        changes = dicts(
            published, "SELECT verdict, cause FROM status_changes WHERE target_id = 'T1' AND occasion = 'release'"
        )
    assert changes == [{"verdict": "met", "cause": "correction"}]
