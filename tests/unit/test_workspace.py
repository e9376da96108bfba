"""The digests of the code: no module, however deep it lies, can change without them."""

import shutil
from pathlib import Path

import pytest

from pipelines.workspace import Workspace
from tests.support import ROOT

MODULES = sorted(
    p.relative_to(ROOT).as_posix() for floor in ("schemas", "sources") for p in (ROOT / floor).rglob("*.py")
)


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("code")
    for floor in ("schemas", "sources"):
        shutil.copytree(ROOT / floor, folder / floor, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.mark.parametrize("module", MODULES)
def test_a_change_in_any_module_that_reads_files_is_seen(code: Path, module: str) -> None:
    before, content = Workspace(code), (code / module).read_bytes()
    intake, version = before.intake_code, before.code_version
    (code / module).write_bytes(content + b"\n")
    changed = Workspace(code)
    assert changed.intake_code != intake
    assert changed.code_version != version
    (code / module).write_bytes(content)
