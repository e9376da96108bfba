"""docs/add.md carried out: an alias, an indicator, a source with its file and a plan, by reference data alone."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

from pipelines.workspace import Workspace
from schemas.reference_data import Reference, check_plan
from tests.support import ROOT, built, dicts, take

_BLOCK = re.compile(r"```(?:csv|yaml) (?P<file>\S+)(?: (?P<how>from|to|append))?\n(?P<text>.*?)```", re.DOTALL)


def _carry_out(root: Path) -> None:
    replaced = ""
    for block in _BLOCK.finditer((ROOT / "docs" / "add.md").read_text("utf-8")):
        path, how, text = root / block["file"], block["how"], block["text"]
        if how == "from":
            replaced = text.strip()
        elif how == "to":
            content = path.read_text("utf-8")
            assert content.count(replaced) == 1, f"{replaced!r} does not stand once in {block['file']}"
            path.write_text(content.replace(replaced, text.strip()), "utf-8")
        elif how == "append":
            path.write_text(path.read_text("utf-8") + text, "utf-8")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")


def test_every_step_of_the_guide_works(workspace: Workspace) -> None:
    _carry_out(workspace.root)
    reference = Reference.load(workspace.reference)
    assert reference.area_names["韶州"] == "440200"
    _, faults = check_plan(workspace.reference, workspace.reference / "plans" / "example-2030" / "plan.yaml")
    assert faults == []
    take(workspace)
    with built(workspace, dt.date(2026, 6, 30)) as connection:
        assert dicts(connection, "SELECT * FROM rejections") == []
        (growth,) = dicts(connection, "SELECT * FROM growth WHERE comparison = 'yoy' AND period = '2025'")
        (status,) = dicts(connection, "SELECT * FROM target_status WHERE target_id = 'EX1'")
    assert (growth["area_code"], growth["growth_computed"]) == ("440200", Decimal(25))
    assert status["verdict"] == "on_schedule"
