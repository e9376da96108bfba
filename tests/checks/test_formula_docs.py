"""docs/audit_formulas.md: every example on it is carried out."""

import re
import shutil
from pathlib import Path

import pytest

from schemas.audit_forms import FormColumn
from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from tests.checks.formula_tables import bound, shipped_reference
from tests.support import ROOT

PAGE = (ROOT / "docs" / "audit_formulas.md").read_text("utf-8")
EXAMPLES = [e for block in re.findall(r"```audit\n(.*?)```", PAGE, re.DOTALL) for e in block.strip().split("\n\n")]
FAULTS = [f for block in re.findall(r"```fault\n(.*?)```", PAGE, re.DOTALL) for f in block.strip().split("\n\n")]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_means_what_is_said(example: str) -> None:
    written, printed, gloss = example.splitlines()
    form_name, text = written.split(" ", 1)
    (form,) = [f for f in shipped_reference().forms.values() if f"表{f.number}" == form_name]
    formula = bound(text, form=form)
    assert (formula.zh, formula.en) == (printed, gloss)


@pytest.mark.parametrize("example", FAULTS)
def test_a_mistake_is_told_as_shown(example: str, tmp_path: Path) -> None:
    change, told = example.split("\n", 1)
    match = re.fullmatch(r"(?P<file>\S+): (?P<old>\S+) → (?P<new>\S+)", change)
    assert match is not None
    folder = shutil.copytree(ROOT / "data" / "reference", tmp_path / "reference")
    path = folder / match["file"]
    text = path.read_text("utf-8")
    assert match["old"] in text
    path.write_text(text.replace(match["old"], match["new"], 1), "utf-8")
    with pytest.raises(ReferenceFaults) as refused:
        Reference.load(folder)
    (fault,) = refused.value.faults
    assert str(fault) == f"{fault.file}:{fault.line}: {told}"


def test_the_page_shows_all_kinds() -> None:
    assert len(EXAMPLES) >= 10
    assert len(FAULTS) >= 2
    columns: dict[str, FormColumn] = shipped_reference().form_columns
    named = {word for word in columns if any(word in e for e in EXAMPLES)}
    assert {"本月", "累计", "期末", "上月累计", "上期末", "上年同月", "上年报本月", "本月净增", "累计同比"} <= named
