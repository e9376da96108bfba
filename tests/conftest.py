"""Fixtures for all tests."""

from pathlib import Path

import pytest

from pipelines.workspace import Workspace
from tests.support import make_workspace, published_file, take


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace with this clone's reference data."""
    return make_workspace(tmp_path)


@pytest.fixture
def shipped(tmp_path: Path) -> Workspace:
    """A workspace with the figures that ship."""
    return make_workspace(tmp_path, figures=True)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that analysts open, of the figures that ship."""
    workspace = make_workspace(tmp_path_factory.mktemp("published"), figures=True)
    take(workspace)
    return published_file(workspace)
