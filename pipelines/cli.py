"""The command line `yuexin`. Dagster is imported only by what runs the job: the rest answers at once."""

import datetime as dt
import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer

from pipelines import check_formats, checking, console, expectations, reporting, review
from pipelines import oracle as rates
from pipelines.audit_checks import CheckFault
from pipelines.check_formats import Format
from pipelines.ingest import OFFICE_TIME, Delivery
from pipelines.marts import MartFault
from pipelines.verification import verify_all
from pipelines.warehouse import StructuralFault
from pipelines.workspace import Workspace
from schemas.planning import ScopesDiffer, total
from schemas.reference_data import Reference, check_plan
from schemas.reference_files import ReferenceFaults, close_match
from sources.snapshots import LedgerBroken

ROOT = Path(__file__).resolve().parents[1]
FAILED, COULD_NOT_RUN = 1, 2

app = typer.Typer(
    help="粤信：规划指标监测。Monitors the targets of a government plan, from agencies' files to a published answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

plan_app = typer.Typer(help="规划：check and sum plans", no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(plan_app, name="plan")

review_app = typer.Typer(help="待办：what waits for a person", invoke_without_command=True, rich_markup_mode="rich")
app.add_typer(review_app, name="review")

By = Annotated[str | None, typer.Option("--by", help="处理人：who does it (default: the user of this computer)")]
ItemId = Annotated[str, typer.Argument(metavar="ID", help="待办代码 the item, as the list shows it")]

AssessedOn = Annotated[
    dt.datetime | None,
    typer.Option("--assessed-on", formats=["%Y-%m-%d"], help="评价日期：judge targets at this day (default: today)"),
]


@app.command(epilog="例 example: [bold]yuexin run --assessed-on 2020-12-31[/bold]")
def run(assessed_on: AssessedOn = None) -> None:
    """收数、计算、发布：take in what ships and what lies in data/inbox, compute, publish."""
    _run(assessed_on, files={})


@app.command(
    epilog="例 examples: [bold]yuexin ingest 分省年度数据.csv --released-on 2026-02-01[/bold] · "
    "[bold]yuexin ingest *.csv --source gd_tv4k --dry-run[/bold]"
)
def ingest(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="文件 files")],
    source: Annotated[str | None, typer.Option(help="来源代码：the source, where none claims the file")] = None,
    released_on: Annotated[
        dt.datetime | None,
        typer.Option("--released-on", formats=["%Y-%m-%d"], help="发布日期：when the publisher gave the file out"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不收：show what it would bring, keep nothing")
    ] = False,
    assessed_on: AssessedOn = None,
) -> None:
    """收文件：take in files, with everything that waits, and publish."""
    reference = _reference()
    day = _said_of_files(reference, source, released_on)
    if dry_run:
        clean = [reporting.dry_run(path, source, day, reference) for path in files]
        raise typer.Exit(0 if all(clean) else FAILED)
    _run(
        assessed_on,
        files={
            "files": [str(p.resolve()) for p in files],
            "source_id": source,
            "released_on": day.isoformat() if day else None,
        },
    )


@app.command(epilog="例 example: [bold]yuexin status[/bold]")
def status() -> None:
    """现状：the newest publish: targets, late sources, what was refused."""
    if not reporting.status(Workspace(ROOT), _reference()):
        console.complain("nothing is published yet: make run")
        raise typer.Exit(COULD_NOT_RUN)


@app.command(epilog="例 example: [bold]yuexin publish --assessed-on 2019-06-30[/bold]")
def publish(assessed_on: AssessedOn = None) -> None:
    """发布：publish anew even if nothing changed."""
    _run(assessed_on, files={}, force=True)


@app.command(epilog="例 example: [bold]yuexin verify[/bold]")
def verify() -> None:
    """核验：check snapshots, ledger and the newest publish, and make its tables once more from the bytes."""
    faults = verify_all(Workspace(ROOT), _reference(), console.say)
    for fault in faults:
        console.complain(fault)
    raise typer.Exit(FAILED if faults else 0)


@app.command("data-docs", epilog="例 example: [bold]yuexin data-docs /tmp/pages[/bold]")
def data_docs(folder: Annotated[Path, typer.Argument(file_okay=False, help="文件夹 folder")]) -> None:
    """期望页：the pages of Great Expectations' own, of what the warehouse holds; they load nothing from the network."""
    workspace, reference = Workspace(ROOT), _reference()
    if not workspace.warehouse.exists():
        console.complain("nothing is published yet: make run")
        raise typer.Exit(COULD_NOT_RUN)
    asked = expectations.tasks(reference.suites.values(), workspace.sql)
    kept = workspace.warehouse.parent / expectations.KEPT
    with workspace.writer(console.complain), duckdb.connect(workspace.warehouse, read_only=True) as connection:
        try:
            with expectations.Expecting(asked, kept) as expecting:
                failed = expecting.data_docs(connection, folder)
        except expectations.NotJudged as error:
            console.complain(str(error))
            raise typer.Exit(COULD_NOT_RUN) from None
    for line in failed:
        console.complain(line)
    console.say(f"{folder / 'index.html'}")
    raise typer.Exit(FAILED if failed else 0)


@app.command(
    epilog="例 examples: [bold]yuexin check[/bold] · "
    "[bold]yuexin check 分省年度数据.csv --format junit > report.xml[/bold]"
)
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="文件 files; none: all held")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="输出形式：form of the result")] = Format.TEXT,
    source: Annotated[
        str | None, typer.Option(help="来源代码：the source of the files; without files: findings of this source alone")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="起始时期或日期：only periods that end then or later (2020, 2020-06, 2020-06-30)")
    ] = None,
    released_on: Annotated[
        dt.datetime | None,
        typer.Option("--released-on", formats=["%Y-%m-%d"], help="发布日期：when the publisher gave the files out"),
    ] = None,
) -> None:
    """检查：rows, identities, history, secrecy; of all that is held, or of files beside it; keeps nothing."""
    reference = _reference()
    day = _said_of_files(reference, source, released_on)
    if day is not None and not files:
        console.complain("--released-on: it says when files were given out; name the files, too")
        raise typer.Exit(COULD_NOT_RUN)
    period = checking.period_of(since) if since else None
    if since and period is None:
        console.complain(
            f"--since {since}: neither a day nor a period; write 2020-06-30, 2020-06, 2020-Q2, 2020-S1 or 2020"
        )
        raise typer.Exit(COULD_NOT_RUN)
    given = [Delivery(path, source, day) for path in files or []]
    try:
        checked = checking.check(
            Workspace(ROOT), reference, given, source_id=source, since=period.start if period else None
        )
    except (
        OSError,
        LedgerBroken,
        StructuralFault,
        CheckFault,
        MartFault,
        expectations.NotJudged,
        duckdb.Error,
    ) as error:
        console.complain(f"the check could not run: {error}")
        raise typer.Exit(COULD_NOT_RUN) from None
    check_formats.show(checked, form)
    raise typer.Exit(FAILED if checked.stopping else 0)


@app.command(epilog="例 examples: [bold]yuexin oracle[/bold] · [bold]yuexin oracle data/inbox[/bold]")
def oracle(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, readable=True, help="文件或文件夹 files or folders")
    ] = None,
) -> None:
    """对照：every published growth rate beside the computed one; of the newest publish, or of files read aside."""
    workspace, reference = Workspace(ROOT), _reference()
    if files:
        read, unread = rates.claimed(files, reference)
        with rates.aside(workspace, reference, read) as connection:
            rates.show(rates.compared(connection), unread)
        return
    with rates.published(workspace) as newest:
        if newest is None:
            console.complain("nothing is published yet: make run")
            raise typer.Exit(COULD_NOT_RUN)
        rates.show(rates.compared(newest), [])


@app.command(epilog="例 examples: [bold]yuexin ledger[/bold] · [bold]yuexin ledger --task 2.6.1[/bold]")
def ledger(
    task: Annotated[str | None, typer.Option("--task", help="任务代码：only this task")] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="规划代码：only this plan")] = None,
) -> None:
    """任务台账：what is known of each item, by task and leading unit."""
    if not reporting.ledger(Workspace(ROOT), plan, task):
        console.complain("nothing is published yet, or no such plan or task: make run, yuexin status")
        raise typer.Exit(COULD_NOT_RUN)


@app.command(epilog="例 examples: [bold]yuexin alerts[/bold] · [bold]yuexin alerts --try[/bold]")
def alerts(
    attempt: Annotated[bool, typer.Option("--try", help="试发：send each recipient a message")] = False,
) -> None:
    """提醒：who is told of what, and what is owed; data/reference/alerts.yaml."""
    from pipelines import alerts as told  # noqa: PLC0415 — it imports Dagster, which takes a second

    try:
        said = told.overview(Workspace(ROOT), attempt=attempt)
    except told.AlertFaults as error:
        console.complain(str(error))
        raise typer.Exit(COULD_NOT_RUN) from None
    console.table("提醒 alerts", ["收件人 recipient", "方式 by", "事项 of", "未发 owed", "试发 tried"], said)
    if any(row[-1] not in ("", told.SENT) for row in said):
        raise typer.Exit(FAILED)


@plan_app.command("check", epilog="例 example: [bold]yuexin plan check data/reference/plans/fujian/plan.yaml[/bold]")
def plan_check(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="plan.yaml")]) -> None:
    """检查规划文件：what is wrong in a plan's file, and what its targets can be judged by."""
    try:
        targets, faults = check_plan(Workspace(ROOT).reference, file)
    except ReferenceFaults as error:
        console.complain(str(error))
        raise typer.Exit(COULD_NOT_RUN) from None
    for fault in faults:
        console.complain(str(fault))
    if faults:
        raise typer.Exit(FAILED)
    reporting.plan_targets(Workspace(ROOT), targets)


@plan_app.command("total", epilog="例 example: [bold]yuexin plan total T2 JS1[/bold]")
def plan_total(targets: Annotated[list[str], typer.Argument(help="目标代码 targets")]) -> None:
    """目标合计：the sum of targets of one scope; of different scopes it is refused by name."""
    known = {t.target_id: t for t in _reference().targets}
    unknown = [t for t in targets if t not in known]
    if unknown:
        console.complain(f"no such targets: {', '.join(unknown)} (known: {', '.join(sorted(known))})")
        raise typer.Exit(COULD_NOT_RUN)
    if len(set(targets)) < len(targets):
        console.complain(f"a target is named twice: {', '.join(targets)}")
        raise typer.Exit(COULD_NOT_RUN)
    chosen = [known[t] for t in targets]
    try:
        console.say(f"{total(chosen):f} {chosen[0].unit}")
    except ScopesDiffer as error:
        console.complain(str(error))
        raise typer.Exit(FAILED) from None


def _said_of_files(reference: Reference, source: str | None, released_on: dt.datetime | None) -> dt.date | None:
    """The release date said of files, once source and date are known to be possible."""
    if source is not None and source not in reference.sources:
        near = close_match(source, reference.sources)
        hint = f"; did you mean {near}?" if near else ""
        console.complain(f"--source {source}: no such source{hint} (known: {', '.join(sorted(reference.sources))})")
        raise typer.Exit(COULD_NOT_RUN)
    day = released_on.date() if released_on else None
    if day is not None and day > dt.datetime.now(OFFICE_TIME).date():
        console.complain(f"--released-on {day}: a release date in the future; give the day on which the file came out")
        raise typer.Exit(COULD_NOT_RUN)
    return day


@review_app.callback(epilog="例 example: [bold]yuexin review accept 3f9a2c41 --source gd_tv4k[/bold]")
def review_list(context: typer.Context) -> None:
    """待办清单：files no source claims, refusals, late sources, open findings, expired waivers."""
    if context.invoked_subcommand is None:
        review.show(Workspace(ROOT), _reference())


@review_app.command("accept", epilog="例 example: [bold]yuexin review accept 3f9a2c41 --source gd_tv4k[/bold]")
def review_accept(
    item: ItemId,
    source: Annotated[str, typer.Option("--source", help="来源代码：the source that it is taken as")],
    released_on: Annotated[
        dt.datetime | None,
        typer.Option("--released-on", formats=["%Y-%m-%d"], help="发布日期：when the publisher gave it out"),
    ] = None,
    by: By = None,
) -> None:
    """认领：the next run takes the file as this source's."""
    workspace, reference = Workspace(ROOT), _reference()
    day = released_on.date() if released_on else None
    _review(lambda: review.accept(workspace, reference, item, source, day, by))


@review_app.command("reject", epilog="例 example: [bold]yuexin review reject 3f9a2c41 --reason 重复报送[/bold]")
def review_reject(
    item: ItemId, reason: Annotated[str, typer.Option("--reason", help="理由 why")], by: By = None
) -> None:
    """不收：a file or a refusal leaves the list for good; its bytes stay among the snapshots."""
    workspace, reference = Workspace(ROOT), _reference()
    _review(lambda: review.reject(workspace, reference, item, reason, by))


@review_app.command("assign", epilog="例 example: [bold]yuexin review assign 3f9a2c41 --to team:statistics[/bold]")
def review_assign(
    item: ItemId, to: Annotated[str, typer.Option("--to", help="team:… 或邮箱 or an e-mail address")], by: By = None
) -> None:
    """指派：somebody is to see to it; it stays on the list under that name."""
    workspace, reference = Workspace(ROOT), _reference()
    _review(lambda: review.assign(workspace, reference, item, to, by))


def _review(act: Callable[[], str]) -> None:
    """Says what was done about an item; what cannot be done ends with exit 2, a file that cannot be read with 1."""
    try:
        console.say(act())
    except review.NotReadable as error:
        console.complain(str(error))
        raise typer.Exit(FAILED) from None
    except review.NotPossible as error:
        console.complain(str(error))
        raise typer.Exit(COULD_NOT_RUN) from None


def _reference() -> Reference:
    try:
        return Reference.load(Workspace(ROOT).reference)
    except ReferenceFaults as error:
        console.complain(str(error))
        raise typer.Exit(COULD_NOT_RUN) from None


def _run(assessed_on: dt.datetime | None, files: dict[str, Any], *, force: bool = False) -> None:
    """Runs the job in this process, under the instance that `make serve` shows."""
    try:
        reference = Reference.load(Workspace(ROOT).reference)
    except ReferenceFaults as error:
        console.complain(str(error))
        _tell_of(error)
        raise typer.Exit(COULD_NOT_RUN) from None
    os.environ["DAGSTER_HOME"] = str(ROOT)
    os.chdir(ROOT)
    with console.waiting("正在加载 Dagster · loading Dagster"):
        from pipelines.execution import execute  # noqa: PLC0415 — importing Dagster takes a second
        from pipelines.history import instance_of  # noqa: PLC0415

    gc.freeze()  # what is loaded now lives to the end; neither the run's collections nor the exit's look at it again
    gc.set_threshold(100_000, 50, 50)  # what a run makes lives as long as the run
    gc.enable()
    held_before = reporting.held(Workspace(ROOT))
    day = assessed_on.date() if assessed_on else None
    with instance_of(ROOT) as instance:
        outcome = execute(Workspace(ROOT), reference, day, files, instance, force=force)
    for message in outcome.errors:
        console.complain(message)
    if outcome.errors:
        console.complain("the run failed; nothing was published, the publish before it stays")
        raise typer.Exit(FAILED)
    reporting.after_run(Workspace(ROOT), reference, held_before)


def _tell_of(error: ReferenceFaults) -> None:
    """Tells those who are told of failed runs that none can begin."""
    from pipelines import alerts as told  # noqa: PLC0415 — it imports Dagster, which takes a second
    from pipelines.history import instance_of  # noqa: PLC0415

    workspace = Workspace(ROOT)
    with told.harmless(console.complain):
        if told.settings(workspace.reference).recipients:
            with instance_of(ROOT) as instance:
                told.tell(workspace, instance, told.Looked.not_begun(str(error)), console.complain)
