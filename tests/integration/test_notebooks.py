"""Notebooks: each runs from its first cell to its last on a database published from the figures that ship."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from pipelines import publishing
from pipelines.marts import load_marts
from schemas.reference_data import Reference
from tests.support import ASSESSED_ON, ROOT, built, make_workspace, take

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that analysts open."""
    workspace = make_workspace(tmp_path_factory.mktemp("published"), figures=True)
    take(workspace)
    reference = Reference.load(workspace.reference)
    with built(workspace) as connection:
        made = publishing.publish(workspace, connection, reference, load_marts(workspace.sql), ASSESSED_ON, 1)
    return made.folder / publishing.DATABASE


def _read(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # it has none
    return notebook


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_runs(path: Path, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUEXIN_DB", str(database))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    notebook = _read(path)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    written = [o for c in notebook.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert written == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_stores_no_outputs(path: Path) -> None:
    notebook = _read(path)
    nbformat.validate(notebook)
    stored = [c for c in notebook.cells if c.get("outputs") or c.get("execution_count")]
    assert stored == []
