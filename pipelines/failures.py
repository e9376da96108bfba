"""Why a run failed, in words, from the events that Dagster kept of it."""

import dagster as dg
from dagster import DagsterEventType


def words(event: dg.DagsterEvent) -> str:
    """What a failure event says for people; nothing for any other event."""
    if event.is_job_failure:  # before any step: the writer's lock, the session; or a process that is gone
        found = event.job_failure_data.error if event.event_specific_data else None
        while found is not None and found.cause is not None:
            found = found.cause
        return found.message.strip() if found else ""
    if not event.is_step_failure:
        return ""
    failure = event.step_failure_data
    described = failure.user_failure_data.description if failure.user_failure_data else None
    error = failure.error
    if described is None and error is not None:
        inner = error.cause or error
        described = f"{inner.message.strip()}\n{''.join(inner.stack[-2:])}"
    return f"step {event.step_key}: {described}"


def of_run(instance: dg.DagsterInstance, run_id: str) -> list[tuple[str | None, str]]:
    """Each failure of a run: its step (None where no step failed, but the run) and the words; steps first."""
    kept = instance.all_logs(run_id, of_type={DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE})
    events = [entry.dagster_event for entry in kept if entry.dagster_event is not None]
    steps = [(e.step_key, words(e)) for e in events if e.is_step_failure]
    return steps or [(None, words(e) or e.message or "") for e in events]
