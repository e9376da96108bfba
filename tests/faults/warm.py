"""Loaded by the fork server alone: what Dagster loads at a first run, so that no run to be killed pays for it."""

import tempfile
from pathlib import Path

import dagster as dg

from pipelines.definitions import build_defs
from pipelines.workspace import Workspace
from tests.faults.processes import instance_at
from tests.support import ROOT


@dg.asset
def _nothing() -> None:
    pass


build_defs(Workspace(ROOT))
with tempfile.TemporaryDirectory() as _folder, instance_at(Path(_folder)) as _instance:
    dg.materialize([_nothing], instance=_instance)
