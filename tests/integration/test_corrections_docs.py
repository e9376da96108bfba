"""docs/corrections.md carried out: its file, its correction, its waiver, its queries.

With YUEXIN_RENEW=1 in the environment the outputs are written into the page instead.
"""

import re

import duckdb

from pipelines.workspace import Workspace
from tests.integration.test_readme import compare, rendered
from tests.support import ROOT, published_file, put, take, yuexin

PAGE = "docs/corrections.md"
TEXT = (ROOT / PAGE).read_text("utf-8")
_QUERY = re.compile(r"```sql\n(?P<sql>[^`]+)```\n\n```text\n(?P<text>[^`]*)```")


def test_the_page_is_carried_out(workspace: Workspace) -> None:
    (content,) = re.findall(r"```csv\n([^`]+)```", TEXT)
    put(workspace, "express_example.csv", content)
    declared = re.findall(r"```yaml (\w+)\n([^`]+)```", TEXT)
    assert [folder for folder, _ in declared] == ["corrections", "waivers"]
    for folder, entries in declared:
        (workspace.reference / folder).mkdir(exist_ok=True)
        (workspace.reference / folder / "example.yaml").write_text(entries, "utf-8")
    take(workspace)
    queries = list(_QUERY.finditer(TEXT))
    assert len(queries) == TEXT.count("```sql\n") == 3
    with duckdb.connect(published_file(workspace), read_only=True) as connection:
        assert connection.execute("SELECT * FROM rejections").fetchall() == []
        for shown in queries:
            compare(PAGE, shown, rendered(connection, shown["sql"]))


def test_the_commands_are_those_there_are() -> None:
    commands = re.findall(r"`\./yuexin review (\w+) ID (--\w+)", TEXT)
    assert [command for command, _ in commands] == ["accept", "reject", "assign"]
    for command, option in commands:
        assert option in yuexin(ROOT, "review", command, "--help").stdout
