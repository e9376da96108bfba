"""What flips a verdict is told by its cause: between days of release, and between publishes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from pipelines import publishing
from pipelines.marts import load_marts
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from tests.support import built, csv_text, dicts, put, take

JUDGED = dt.date(2021, 6, 30)
PLAN = "plans/guangdong-2018-2020/plan.yaml"
USERS = {"indicator_id": "TV4K_USERS", "unit": "万户", "basis": "end", "definition_id": "tv_users", "period": "2020"}
Row = dict[str, str]


def _given(day: str, value: str, **more: str) -> Row:
    return {**USERS, "released_on": day, "value": value, **more}


def _changes(connection: duckdb.DuckDBPyConnection, occasion: str) -> list[dict[str, Any]]:
    return dicts(
        connection,
        "SELECT * FROM status_changes WHERE target_id = 'T1' AND occasion = ? ORDER BY sequence",
        [occasion],
    )


CORRECTION = """
- {correction_id: users, source_id: gd_tv4k, indicator_id: TV4K_USERS, area_code: '440000', frequency: A, basis: end,
   definition_id: tv_users, period: '2019', released_on: 2020-11-30, unit: 万户, expect: 1990, action: set, value: 2050,
   zh: 示例, en: example, document: 示例, corrected_by: 'team:test', corrected_on: 2021-03-31, reported: null,
   status: confirmed}
"""


def _correct(workspace: Workspace) -> None:
    (workspace.reference / "corrections").mkdir()
    (workspace.reference / "corrections" / "users.yaml").write_text(CORRECTION, "utf-8")


@pytest.mark.parametrize(
    ("files", "verdicts", "cause", "causes"),
    [
        pytest.param({"tv4k.csv": [_given("2021-01-31", "1900"), _given("2021-03-31", "2050")]},
                     ("not_met", "met"), "revision", "revision", id="the value was revised"),
        pytest.param({"tv4k.csv": [_given("2020-02-29", "1900", period="2019"), _given("2021-03-31", "2050")]},
                     ("due_unverified", "met"), "new_period", "new_period", id="a later period came"),
        pytest.param({"tv4k.csv": [_given("2021-01-31", "1900")],
                      "gd_telecom_press.csv": [_given("2021-03-31", "2050")]},
                     ("not_met", "not_met"), None, None, id="a press copy that contradicts leaves what is disproved"),
        pytest.param({"tv4k.csv": [_given("2020-11-30", "1990", period="2019")],
                      "gd_telecom_press.csv": [_given("2021-03-31", "2050", period="2019")]},
                     ("due_unverified", "met"), "source_switch", "source_switch", id="another source decides"),
        pytest.param({"tv4k.csv": [_given("2020-11-30", "1990", period="2019")], "correction": []},
                     ("due_unverified", "met"), "correction", "correction", id="a correction decides"),
        pytest.param({"tv4k.csv": [_given("2020-11-30", "1990", period="2019"),
                                   _given("2021-05-31", "1995", period="2019")], "correction": []},
                     ("due_unverified", "due_unverified"), "correction", "correction", id="it ends with its release"),
    ],
)  # fmt: skip
def test_between_days(
    workspace: Workspace, files: dict[str, list[Row]], verdicts: tuple[str, str], cause: str | None, causes: str | None
) -> None:
    for name, rows in files.items():
        if name == "correction":
            _correct(workspace)
        else:
            put(workspace, name, csv_text(rows))
    take(workspace)
    with built(workspace, JUDGED) as connection:
        assert dicts(connection, "SELECT raw_text, message_en FROM rejections") == []
        days = dicts(
            connection,
            "SELECT verdict FROM target_states WHERE target_id = 'T1' AND occasion = 'release' ORDER BY sequence",
        )
        changes = _changes(connection, "release")
    assert (days[0]["verdict"], days[-1]["verdict"]) == verdicts
    assert [(c["cause"], c["causes"]) for c in changes][:1] == ([(cause, causes)] if cause else [])


def _publish(workspace: Workspace, rows: list[Row], judged: dt.date = JUDGED) -> list[dict[str, Any]]:
    if rows:
        put(workspace, "tv4k.csv", csv_text(rows))
    take(workspace)
    reference, marts = Reference.load(workspace.reference), load_marts(workspace.sql)
    with built(workspace, judged) as connection:
        made = publishing.publish(workspace, connection, reference, marts, judged, 1, force=True)
    with duckdb.connect(made.folder / publishing.DATABASE, read_only=True) as published:
        return _changes(published, "publish")


def _edit(file: str, old: str, new: str) -> Callable[[Workspace], None]:
    def change(workspace: Workspace) -> None:
        path = workspace.reference / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    return change


def _nothing(_: Workspace) -> None:
    """Leaves the reference data as it is."""


BEFORE_DUE = [_given("2020-01-31", "1000", period="2018"), _given("2020-01-31", "1630", period="2019"),
              _given("2020-01-31", "980", period="2017")]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "change", "then", "days", "verdicts", "cause"),
    [
        pytest.param([_given("2021-01-31", "1900")], _edit(PLAN, "value_stated: 2000", "value_stated: 1800"), [],
                     (JUDGED, JUDGED), ("not_met", "met"), "target_change", id="the target was changed"),
        pytest.param([_given("2021-01-31", "1900")], _nothing, [_given("2021-03-31", "2050")],
                     (JUDGED, JUDGED), ("not_met", "met"), "revision", id="the value was revised"),
        pytest.param([_given("2020-02-29", "1900", period="2019")], _nothing, [_given("2021-03-31", "2050")],
                     (JUDGED, JUDGED), ("due_unverified", "met"), "new_period", id="a later period came"),
        pytest.param(BEFORE_DUE, _edit("assessment.yaml", "value: 1\n", "value: 5\n"), [],
                     (dt.date(2020, 6, 30), dt.date(2020, 6, 30)), ("behind", "on_schedule"), "method_change",
                     id="the tolerance was changed"),
        pytest.param(BEFORE_DUE, _nothing, [], (dt.date(2020, 6, 30), JUDGED), ("behind", "due_unverified"),
                     "day_of_judgement", id="the due date passed"),
    ],
)  # fmt: skip
def test_between_publishes(
    workspace: Workspace,
    first: list[Row],
    change: Callable[[Workspace], None],
    then: list[Row],
    days: tuple[dt.date, dt.date],
    verdicts: tuple[str, str],
    cause: str,
) -> None:
    assert _publish(workspace, first, days[0]) == []
    change(workspace)
    (found,) = _publish(workspace, then, days[1])
    assert (found["verdict_before"], found["verdict"]) == verdicts
    assert (found["cause"], found["sequence_before"], found["sequence"]) == (cause, 1, 2)
    assert _publish(workspace, [], days[1]) == [found]


def test_the_states_of_a_day_are_those_of_the_as_of_macro(database: Any) -> None:
    columns = "verdict, reason, series_id, period, value, base_value"
    with duckdb.connect(database, read_only=True) as published:
        days = dicts(
            published,
            f"SELECT target_id, strptime(CAST(sequence AS VARCHAR), '%Y%m%d')::DATE AS day, {columns} "
            "FROM target_states WHERE occasion = 'release'",
        )
        assert len({d["day"] for d in days}) >= 6
        for state in days:
            (meant,) = dicts(
                published,
                f"SELECT {columns} FROM target_status_as_of(?) WHERE target_id = ?",
                [state["day"], state["target_id"]],
            )
            assert meant == {name: state[name] for name in meant}
