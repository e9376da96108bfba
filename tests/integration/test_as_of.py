"""As-of: the macros of a publish equal a build from only what was released by the day, bit for bit."""

import datetime as dt
import os
from pathlib import Path

import duckdb
import pytest

from pipelines import warehouse
from pipelines.marts import Mart, as_of_macro, load_marts
from pipelines.workspace import Workspace
from schemas.registry import COMPUTED
from tests.support import built, dicts, make_workspace, published_file, take

STEP = int(os.environ.get("YUEXIN_DAY_STEP", "4"))
"""Of the days on which anything changed the suite tries every fourth; `make soak` tries each."""
AS_OF = (
    "versions",
    "observations",
    "growth",
    "conflicts",
    "target_evidence",
    "target_status",
    "progress",
    "observation_panel",
    "indicator_coverage",
    "task_coverage",
    "item_status",
)


def test_the_days_on_which_anything_changed(tmp_path: Path) -> None:
    whole = make_workspace(tmp_path / "whole", figures=True)
    take(whole)
    database = published_file(whole)
    marts = load_marts(whole.sql)
    with duckdb.connect(database, read_only=True) as published:
        days = [day for (day,) in published.execute("SELECT DISTINCT released_on FROM versions ORDER BY 1").fetchall()]
        days = [days[0] - dt.timedelta(days=1), *days[::STEP]]
        assert len(days) >= 6
        with built(whole) as only:
            for day in reversed(days):
                _keep_released_by(only, day, marts)
                for name in AS_OF:
                    columns = ", ".join(c[0] for c in published.execute(f"DESCRIBE {name}").fetchall())
                    meant = only.execute(f"SELECT {columns} FROM {name} ORDER BY ALL").fetchall()
                    found = published.execute(f"SELECT {columns} FROM {name}_as_of(?) ORDER BY ALL", [day]).fetchall()
                    assert found == meant, f"{name} as of {day}"


def _keep_released_by(connection: duckdb.DuckDBPyConnection, day: dt.date, marts: dict[str, Mart]) -> None:
    """Leaves in a warehouse what was released by a day, and makes every computed table of it."""
    for name in ("readings", "releases", "release_spans"):
        connection.execute(f"DELETE FROM {name} WHERE released_on > ?", [day])
    connection.execute("DELETE FROM evidence WHERE coalesce(released_on, recorded_on) > ?", [day])
    for table in COMPUTED:
        warehouse.build(connection, table, marts[table.info.name])


def test_the_last_day_is_the_table(database: Path) -> None:
    with duckdb.connect(database, read_only=True) as published:
        for name in AS_OF:
            assert dicts(published, f"SELECT * FROM {name} ORDER BY ALL") == dicts(
                published, f"SELECT * FROM {name}_as_of('9999-12-31') ORDER BY ALL"
            )


def test_gdp_of_2017_as_known_in_2018_and_in_2026(database: Path) -> None:
    with duckdb.connect(database, read_only=True) as published:
        said = {
            year: dicts(
                published,
                "SELECT value, unit, value_text FROM observations_as_of(?) "
                "WHERE indicator_id = 'GDP' AND area_code = '440000' AND source_id = 'nbs_province_annual' "
                "AND period = '2017'",
                [f"{year}-12-31"],
            )
            for year in (2017, 2018, 2026)
        }
    assert said[2017] == []
    assert [(r["value_text"], r["unit"], float(r["value"])) for r in said[2018]] == [("89705.23", "万元", 897052300.0)]
    assert [(r["value_text"], float(r["value"])) for r in said[2026]] == [("93004.8", 930048000.0)]


@pytest.mark.parametrize("name", ["intake"])
def test_what_does_not_follow_from_versions_alone_has_no_as_of(workspace: Workspace, name: str) -> None:
    assert as_of_macro(load_marts(workspace.sql), name) is None
