"""Fixtures for all tests."""

from pathlib import Path

import pytest

from pipelines.workspace import Workspace
from tests.support import make_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace with this clone's reference data."""
    return make_workspace(tmp_path)


@pytest.fixture
def shipped(tmp_path: Path) -> Workspace:
    """A workspace with the figures that ship."""
    return make_workspace(tmp_path, figures=True)
