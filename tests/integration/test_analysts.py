"""docs/analysts.md: every question's SQL gives the answer shown, every piece of Python runs, on the figures that ship.

With YUEXIN_RENEW=1 in the environment the answers are written into the guide instead.
"""

import csv
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.workspace import Workspace
from tests.integration.test_readme import _QUERY, compare, rendered
from tests.support import ROOT

GUIDE = "docs/analysts.md"
_QUESTION = re.compile(r"^## \d+\. \S+[？?] · .+\?$", re.MULTILINE)
_PYTHON = re.compile(r"```python\n(?P<code>[^`]+)```")


@pytest.fixture(scope="module")
def both(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, with two publishes of the same data beside it."""
    folder = tmp_path_factory.mktemp("publishes")
    with duckdb.connect(database, read_only=True) as connection:
        for name in ("before", "after"):
            shutil.copyfile(database, folder / f"{name}.duckdb")
            connection.execute(f"ATTACH '{folder / name}.duckdb' AS {name} (READ_ONLY)")
        yield connection


def test_every_question_has_the_answer_shown(both: duckdb.DuckDBPyConnection) -> None:
    text = (ROOT / GUIDE).read_text("utf-8")
    queries = list(_QUERY.finditer(text))
    assert len(queries) == len(_QUESTION.findall(text)) == text.count("```sql\n") == 20
    for shown in queries:
        compare(GUIDE, shown, rendered(both, shown["sql"]))


def test_only_the_question_about_two_publishes_may_have_no_answer(both: duckdb.DuckDBPyConnection) -> None:
    empty = [s for s in _QUERY.finditer((ROOT / GUIDE).read_text("utf-8")) if len(s["text"].splitlines()) < 2]
    assert ["before.main" in shown["sql"] for shown in empty] == [True]


def test_a_change_between_two_publishes_is_found(database: Path, tmp_path: Path) -> None:
    (sql,) = [s["sql"] for s in _QUERY.finditer((ROOT / GUIDE).read_text("utf-8")) if "before.main" in s["sql"]]
    for name in ("before", "after"):
        shutil.copyfile(database, tmp_path / f"{name}.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{tmp_path}/before.duckdb' AS before; ATTACH '{tmp_path}/after.duckdb' AS after")
        connection.execute(
            "UPDATE before.observations SET value = value + 1, value_text = 'another' "
            "WHERE indicator_id = 'TV4K_USERS' AND period = '2021-05-09'"
        )
        connection.execute("DELETE FROM before.observations WHERE indicator_id = 'TV4K_HOURS' AND period = '2018'")
        found = connection.execute(sql).fetchall()
    assert [(row[1], row[2], row[4]) for row in found] == [("2018", None, "1"), ("2021-05-09", "another", "2400")]


def test_the_pieces_of_python_run_and_excel_gets_its_mark(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Workspace(tmp_path).published
    folder.mkdir(parents=True)
    (folder / "current").symlink_to(database.parent)
    monkeypatch.chdir(tmp_path)
    pieces = [m["code"] for m in _PYTHON.finditer((ROOT / GUIDE).read_text("utf-8"))]
    assert len(pieces) == 4
    for code in pieces:
        exec(compile(code, GUIDE, "exec"), {})
    written = (tmp_path / "observations.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf" + "指标代码,地区代码".encode())
    rows = list(csv.DictReader(written.decode("utf-8-sig").splitlines()))
    with duckdb.connect(database, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM observations").fetchall() == [(len(rows),)]
    assert rows[0].keys() == {"指标代码", "地区代码", "时期", "数值", "计量单位"}
