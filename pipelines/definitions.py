"""The only assembly of the system for Dagster, and the seam at which tests put another workspace."""

from pathlib import Path

import dagster as dg

from pipelines.assets import all_assets, external_specs
from pipelines.audit import load_audit
from pipelines.automation import LOGGERS, inbox_sensor, job, monthly, watch_sensor
from pipelines.checks import findings_step, freshness_check
from pipelines.session import RESOURCE, session_resource
from pipelines.workspace import Workspace
from schemas.reference_data import Reference

ROOT = Path(__file__).resolve().parents[1]


def build_defs(workspace: Workspace, reference: Reference | None = None) -> dg.Definitions:
    """Everything that Dagster knows of a workspace.

    Raises:
        ReferenceFaults: the reference data cannot be used.
    """
    loaded = reference or Reference.load(workspace.reference)
    everything = load_audit(workspace.sql / "checks", loaded)
    made = all_assets(workspace, loaded, everything.checks)
    return dg.Definitions(
        assets=[*external_specs(loaded), *made, findings_step(everything, loaded)],
        asset_checks=[freshness_check(loaded)],
        jobs=[job],
        schedules=[monthly],
        sensors=[inbox_sensor(workspace), watch_sensor(workspace)],
        resources={RESOURCE: session_resource(workspace, reference)},
        loggers=LOGGERS,
        executor=dg.in_process_executor,
    )


@dg.definitions
def definitions() -> dg.Definitions:
    """The definitions of this clone."""
    return build_defs(Workspace(ROOT))
