"""What Dagster shows of a table, of the figures that ship."""

from pathlib import Path

import dagster as dg
import duckdb
import pytest

from pipelines.previews import _PREVIEWS, _bars, preview
from schemas.registry import BY_NAME


@pytest.mark.parametrize("name", _PREVIEWS)
def test_a_preview_shows_numbers_and_rows_of_the_table(database: Path, name: str) -> None:
    assert name in BY_NAME
    with duckdb.connect(database, read_only=True) as connection:
        said = preview(connection, name)
        (rows,) = connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0]
    numbers = [v for v in said.values() if isinstance(v, int)]
    assert rows and said and all(n >= 0 for n in numbers)
    if isinstance(shown := said.get("preview"), dg.MarkdownMetadataValue):
        head, _, *lines = shown.value.splitlines()
        assert 1 <= len(lines) <= 12
        assert {line.replace("\\|", "").count("|") for line in lines} == {head.count("|")}


def test_verdicts_and_years_are_shown(database: Path) -> None:
    with duckdb.connect(database, read_only=True) as connection:
        assert "| T1 | 4K电视用户 | 已达到 |" in preview(connection, "target_status")["preview"].value
        assert preview(connection, "observations")["by_year"].startswith("1993 ▁")
        assert preview(connection, "areas") == {}


def test_a_year_without_a_value_is_a_gap() -> None:
    assert _bars([]) == "—"
    assert _bars([(2018, 8), (2020, 1), (2021, 4)]) == "2018 █ ▁▄ 2021 (最多 most 8)"
