"""Runs the job in this process, as the command line does; the run shows in the Dagster UI afterwards."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import dagster as dg

from pipelines import failures
from pipelines.automation import JOB
from pipelines.console import StepProgress
from pipelines.definitions import build_defs
from pipelines.session import session_config
from pipelines.workspace import Workspace
from schemas.reference_data import Reference


@dataclass(frozen=True)
class Outcome:
    """What became of a run: its number in Dagster, and each error in words."""

    run_id: str
    errors: list[str]


def execute(
    workspace: Workspace,
    reference: Reference,
    assessed_on: dt.date | None,
    files: dict[str, Any],
    instance: dg.DagsterInstance,
    *,
    force: bool = False,
) -> Outcome:
    """One run of the whole job.

    Args:
        workspace: where everything lies.
        reference: its reference data.
        assessed_on: the day at which targets are judged; today where None.
        files: config of the step `files`: files handed in beside the shipped ones and the inbox.
        instance: the Dagster instance that keeps the run's history.
        force: publish even if nothing changed.
    """
    job = build_defs(workspace, reference).resolve_job_def(JOB)
    config: dict[str, Any] = session_config(assessed_on, force=force)
    config["ops"] = {"files": {"config": files}}
    with StepProgress(len(job.nodes)):
        result = job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
    broken = [e for e in result.all_events if e.is_step_failure] or [e for e in result.all_events if e.is_failure]
    errors = [failures.words(e) for e in broken]
    return Outcome(result.run_id, [] if result.success else [e for e in errors if e] or ["the run failed"])
