"""The READMEs: what they show is what the queries and the command line give on the figures that ship.

With YUEXIN_RENEW=1 in the environment the outputs are written into the READMEs instead.
"""

import os
import re
from pathlib import Path

import duckdb
import pytest

from tests.support import ROOT, copy_of_clone, yuexin

READMES = ("README.md", "README.zh.md")
_QUERY = re.compile(r"```sql\n(?P<sql>[^`]+)```\n\n```text\n(?P<text>[^`]*)```")
_REFUSAL = re.compile(
    r"```csv\n(?P<csv>[^`]+)```[^`]+```sh\n\./yuexin (?P<arguments>[^`]+)```\n\n```text\n(?P<text>[^`]*)```"
)
_FAULT = re.compile(r"^  indicators/\w+\.yaml:\d+: .*$", re.MULTILINE)


def rendered(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """A query's result as the READMEs show it: names, then rows, cells parted by ` | `, null as nothing."""
    result = connection.execute(sql)
    names = [str(d[0]) for d in result.description or ()]
    rows = [["" if cell is None else str(cell) for cell in row] for row in result.fetchall()]
    return "".join(" | ".join(line).rstrip() + "\n" for line in [names, *rows])


def compare(readme: str, shown: re.Match[str], found: str) -> None:
    """Holds the output shown against the one found, or writes it into the README."""
    if os.environ.get("YUEXIN_RENEW"):
        path = ROOT / readme
        block = shown[0].replace(f"```text\n{shown['text']}```", f"```text\n{found}```")
        path.write_text(path.read_text("utf-8").replace(shown[0], block), "utf-8")
    else:
        assert found == shown["text"], shown[0]


@pytest.mark.parametrize("readme", READMES)
def test_queries_give_what_is_shown(readme: str, database: Path) -> None:
    text = (ROOT / readme).read_text("utf-8")
    queries = list(_QUERY.finditer(text))
    assert len(queries) == text.count("```sql\n") >= 5
    with duckdb.connect(database, read_only=True) as connection:
        for shown in queries:
            compare(readme, shown, rendered(connection, shown["sql"]))


@pytest.mark.parametrize("readme", READMES)
def test_a_refusal_looks_as_shown(readme: str, tmp_path: Path) -> None:
    shown = _REFUSAL.search((ROOT / readme).read_text("utf-8"))
    assert shown is not None
    arguments = shown["arguments"].split()
    clone = copy_of_clone(tmp_path)
    (clone / arguments[1]).write_text(shown["csv"], "utf-8")
    outcome = yuexin(clone, *arguments)
    assert outcome.returncode == 1, outcome.stderr
    lines = [line.rstrip() for line in outcome.stdout.rstrip().splitlines()]
    compare(readme, shown, "\n".join(lines) + "\n")


@pytest.mark.parametrize("readme", READMES)
def test_a_wrong_reference_file_is_said_as_shown(readme: str, tmp_path: Path) -> None:
    shown = _FAULT.findall((ROOT / readme).read_text("utf-8"))
    clone = copy_of_clone(tmp_path)
    file = clone / "data" / "reference" / "indicators" / "tv4k.yaml"
    file.write_text(file.read_text("utf-8").replace("nature: stock", "nature: stok", 1), "utf-8")
    outcome = yuexin(clone, "run")
    assert outcome.returncode == 2, outcome.stdout
    assert _FAULT.findall(outcome.stderr) == shown
