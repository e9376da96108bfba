"""Automation: the one job, its monthly schedule, and the sensor that watches the inbox."""

import hashlib
import json

import dagster as dg

from pipelines import alerts
from pipelines.ingest import OFFICE_TIME, inbox_files
from pipelines.session import close_dead_runs, session_config
from pipelines.step_logger import console_logger
from pipelines.workspace import Workspace

JOB = "monitor"
_MONTHLY = "0 9 20 * *"
"""At 9:00 on the 20th: after the monthly releases of the statistics bureau."""

job = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
    description="从文件到发布的全过程\n\nfrom files to a publish, every step",
    executor_def=dg.in_process_executor,
    config={
        "loggers": {"console": {"config": {}}},
        "ops": {"files": {"config": {"files": [], "source_id": None, "released_on": None}}},
        **session_config(None),
    },
)


@dg.schedule(
    job=job,
    cron_schedule=_MONTHLY,
    execution_timezone="Asia/Shanghai",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="每月20日9时（北京时间）收数、计算、发布\n\n"
    "at 9:00 on the 20th, Asia/Shanghai: takes in, computes, publishes",
)
def monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Runs the job every month, judging targets at the day of the tick."""
    day = context.scheduled_execution_time.astimezone(OFFICE_TIME).date()
    return dg.RunRequest(run_key=day.isoformat(), run_config=session_config(day))


def inbox_sensor(workspace: Workspace) -> dg.SensorDefinition:
    """Asks for a run when files lie still in the inbox: one run for each set of new contents."""

    @dg.sensor(
        name="inbox",
        job=job,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="data/inbox 中的文件大小稳定后运行；同一内容只运行一次\n\n"
        "runs once a file in data/inbox lies still; the same contents once alone",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen = {p.name: [p.stat().st_size, p.stat().st_mtime_ns] for p in inbox_files(workspace.inbox)}
        before = json.loads(context.cursor) if context.cursor else {}
        still = [name for name, size in seen.items() if before.get(name) == size]
        shas = [hashlib.sha256((workspace.inbox / name).read_bytes()).hexdigest() for name in still]
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=sha, tags={"yuexin/file": name}) for sha, name in zip(shas, still, strict=True)
            ],
            cursor=json.dumps(seen),
        )

    return inbox


def watch_sensor(workspace: Workspace) -> dg.SensorDefinition:
    """Closes runs whose process is gone, tells of runs that failed without a word, and sends what is owed."""

    @dg.sensor(
        name="watch",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="把进程已消失的运行记为失败，并发送欠发的提醒\n\n"
        "marks dead runs as failed, sends alerts that are owed",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        close_dead_runs(context.instance, workspace, own_run_id="")
        with alerts.harmless(context.log.warning):
            if alerts.settings(workspace.reference).recipients:
                alerts.tell(workspace, context.instance, alerts.Looked.nothing(), context.log.warning)
        return dg.SkipReason("nothing is started by this sensor")

    return watch


LOGGERS = {"console": console_logger}
