"""As-of: the macros of a publish equal a build from only what was released by the day, bit for bit."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from pipelines import publishing
from pipelines.marts import as_of_macro, load_marts
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from tests.support import ASSESSED_ON, built, dicts, make_workspace, take

AS_OF = ("versions", "observations", "growth", "target_evidence", "target_status", "progress")


def _publish(workspace: Workspace) -> Path:
    reference = Reference.load(workspace.reference)
    with built(workspace) as connection:
        made = publishing.publish(workspace, connection, reference, load_marts(workspace.sql), ASSESSED_ON, 1)
    return made.folder / publishing.DATABASE


def test_every_day_on_which_anything_changed(tmp_path: Path) -> None:
    whole = make_workspace(tmp_path / "whole", figures=True)
    take(whole)
    database = _publish(whole)
    with duckdb.connect(database, read_only=True) as published:
        days = [day for (day,) in published.execute("SELECT DISTINCT released_on FROM versions ORDER BY 1").fetchall()]
        assert len(days) >= 6
        for day in reversed([days[0] - dt.timedelta(days=1), *days]):
            with built(whole, released_by=day) as only:
                for name in AS_OF:
                    columns = ", ".join(c[0] for c in published.execute(f"DESCRIBE {name}").fetchall())
                    meant = only.execute(f"SELECT {columns} FROM {name} ORDER BY ALL").fetchall()
                    found = published.execute(f"SELECT {columns} FROM {name}_as_of(?) ORDER BY ALL", [day]).fetchall()
                    assert found == meant, f"{name} as of {day}"


def test_the_last_day_is_the_table(shipped: Workspace) -> None:
    take(shipped)
    database = _publish(shipped)
    with duckdb.connect(database, read_only=True) as published:
        for name in AS_OF:
            assert dicts(published, f"SELECT * FROM {name} ORDER BY ALL") == dicts(
                published, f"SELECT * FROM {name}_as_of('9999-12-31') ORDER BY ALL"
            )


def test_gdp_of_2017_as_known_in_2018_and_in_2026(shipped: Workspace) -> None:
    take(shipped)
    with duckdb.connect(_publish(shipped), read_only=True) as published:
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
