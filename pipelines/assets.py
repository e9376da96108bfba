"""The assets: one step for reference data, one for files, one for each computed table, one for the publish."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg
import duckdb
from pydantic import Field

from pipelines import computing, console, ingest, publishing, review_log, runs, states, warehouse
from pipelines.audit_checks import Check
from pipelines.checks_page import CHECKS_PAGE
from pipelines.describe import OWNERS, column_lineage, spec
from pipelines.dictionary import DICTIONARY_PAGE as DICTIONARY
from pipelines.marts import Mart, load_marts
from pipelines.pages import ADDRESS
from pipelines.previews import preview
from pipelines.session import Session
from pipelines.workspace import Workspace
from schemas import monitoring
from schemas.columns import Table
from schemas.reference_data import Reference
from schemas.reference_files import ReferenceFaults
from schemas.registry import CORE, GROWTH, JUDGED, MARTS, REFERENCE, REMEMBERED, TAKEN, TARGETS, TASKS
from schemas.tables import Intake
from sources.snapshots import LedgerBroken


class HandedIn(dg.Config):
    """Files handed in beside those that ship and those in the inbox."""

    files: list[str] = Field(default_factory=list)
    source_id: str | None = None
    released_on: str | None = None


def source_key(source_id: str) -> dg.AssetKey:
    """The asset key of a source."""
    return dg.AssetKey(["source", source_id])


def reference_asset() -> dg.AssetsDefinition:
    """Reference data into its tables; these are assets of their own outside the job, for columns and lineage."""

    @dg.multi_asset(
        name="reference",
        specs=[
            dg.AssetSpec(
                "reference",
                description="参考数据：规划、指标、地区、单位、来源\n\nreference data, checked and loaded",
                group_name="reference",
                kinds={"yaml", "duckdb"},
                owners=OWNERS,
            )
        ],
    )
    def reference(session: dg.ResourceParam[Session]) -> Iterator[dg.MaterializeResult[None]]:
        try:
            rows = warehouse.replace_reference(session.connection, session.reference, session.assessed_on)
        except (ReferenceFaults, warehouse.StructuralFault) as error:
            raise dg.Failure(str(error)) from error
        counts = dg.MetadataValue.json(rows)
        yield dg.MaterializeResult(
            asset_key="reference", metadata={"dagster/row_count": sum(rows.values()), "rows": counts}
        )

    return reference


def external_specs(reference: Reference) -> list[dg.AssetSpec]:
    """Assets outside the job: the tables of reference data, and the sources, of which `files` says when a file came."""
    tables_made = [spec(t, group="reference", kinds={"yaml", "duckdb"}, deps=["reference"]) for t in REFERENCE]
    return [*tables_made, *source_specs(reference)]


def source_specs(reference: Reference) -> list[dg.AssetSpec]:
    """The sources: made outside; the step `files` says of each when a new file of it was delivered and read."""
    return [
        dg.AssetSpec(
            source_key(s.source_id),
            description=f"{s.zh}\n\n{s.en}",
            group_name="sources",
            kinds={"file"},
            owners=[s.owner],
            metadata={"publisher": s.publisher, "licence": s.licence},
        )
        for s in reference.sources.values()
    ]


def files_asset(reference: Reference) -> dg.AssetsDefinition:
    """Files into snapshots, ledger, readings and rejections, a table each."""
    keys = [source_key(s) for s in reference.sources]

    @dg.multi_asset(
        name="files",
        specs=[spec(t, group="intake", kinds={"python", "duckdb"}, deps=["reference", *keys]) for t in TAKEN],
    )
    def files(
        context: dg.AssetExecutionContext, config: HandedIn, session: dg.ResourceParam[Session]
    ) -> Iterator[dg.MaterializeResult[None]]:
        released_on = dt.date.fromisoformat(config.released_on) if config.released_on else None
        extra = [ingest.Delivery(Path(f), config.source_id, released_on) for f in config.files]
        session.workspace.inbox.mkdir(parents=True, exist_ok=True)
        waiting = ingest.inbox_files(session.workspace.inbox)
        try:
            dropped = ingest.settled(waiting)
            for path in sorted(set(waiting) - set(dropped)):
                context.log.warning(f"{path.name} is still being written; the next run takes it")
            extra += review_log.accepted(session.workspace)
            handed_in = ingest.deliveries(session.workspace, dropped, extra)
            arrivals = ingest.receive(session.workspace, session.reference, handed_in, session.now)
            session.expecting.foresee(session.inputs)
            number = ingest.last_number(session.workspace)
            runs.log(
                session.workspace,
                "began",
                number,
                run_id=context.run.run_id,
                assessed_on=session.assessed_on.isoformat(),
                arrivals=len(arrivals),
            )
            read = ingest.take_in(session.workspace, session.reference, session.connection, console.track_files)
            rows = {t.info.name: warehouse.count(session.connection, t.info.name) for t in TAKEN}
        except (LedgerBroken, warehouse.StructuralFault, OSError) as error:
            raise dg.Failure(str(error)) from error
        context.log.info(f"{len(arrivals)} files arrived, {len(read)} read for the first time")
        context.instance.add_run_tags(context.run.run_id, {"yuexin/new_files": str(len(read))})
        delivered = {d.name or d.path.name for d in handed_in if session.workspace.figures not in d.path.parents}
        said = [a for a in read if a.name in delivered and a.source_id in session.reference.sources]
        for source_id in sorted({str(a.source_id) for a in said}):
            names = ", ".join(a.name for a in said if a.source_id == source_id)
            context.log_event(dg.AssetMaterialization(source_key(source_id), metadata={"files": names}))
        for name, n in rows.items():
            yield dg.MaterializeResult(asset_key=name, metadata={"dagster/row_count": n})

    return files


def computed_asset(name: str, tables: Sequence[type[Table]], marts: dict[str, Mart], group: str) -> dg.AssetsDefinition:
    """One step that makes computed tables, each from the SELECT of its name."""
    balance = [dg.AssetCheckSpec("nothing_disappears", asset="intake", blocking=True)] if Intake in tables else []
    remembers = monitoring.StatusChange in tables
    made: list[type[Table]] = []
    for table in tables:
        made += (*REMEMBERED, table) if table is monitoring.StatusChange else (table,)

    def reads(table: type[Table]) -> list[str]:
        return ["versions", "target_status"] if table in REMEMBERED else list(marts[table.info.name].reads)

    @dg.multi_asset(
        name=name,
        specs=[spec(t, group=group, kinds={"sql", "duckdb"}, deps=reads(t)) for t in made],
        check_specs=balance,
    )
    def computed(session: dg.ResourceParam[Session]) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        stands = session.standing
        if stands is None:
            try:
                rows = computing.build_all(session.connection, tables, marts, memory(session) if remembers else None)
            except warehouse.StructuralFault as error:
                raise dg.Failure(str(error)) from error
        else:
            rows = {t.info.name: stands["tables"][t.info.name]["rows"] for t in made}
        lost = lost_cells(session.connection) if Intake in tables else []
        if lost:
            raise dg.Failure(f"cells disappeared: {lost}")
        for table_name, count in rows.items():
            said = {"formula": marts[table_name].formula, **column_lineage(table_name)} if table_name in marts else {}
            since = {"unchanged_since_publish": stands["publish"]} if stands else {}
            shown = {**preview(session.connection, table_name), **since, **said}
            yield dg.MaterializeResult(asset_key=table_name, metadata={"dagster/row_count": count, **shown})
        for check in balance:
            yield dg.AssetCheckResult(check_name=check.name, asset_key=check.asset_key, passed=True)

    return computed


def memory(session: Session) -> states.Memory:
    """What `target_states` adds to: the states that the newest publish remembers."""
    published = session.workspace.published
    number, before = publishing.next_number(published), publishing.newest_database(published)
    return states.memory(session.workspace, session.reference, number, before)


def lost_cells(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Files whose cells are not all accounted for: name and how many are missing."""
    found = connection.execute(
        "SELECT file_name, cells_taken - new_versions - unchanged - duplicates - no_data - out_of_scope - rejected "
        "AS missing FROM intake WHERE missing <> 0"
    ).fetchall()
    return [(str(name), int(missing)) for name, missing in found]


def publish_asset(marts: dict[str, Mart], checks: Sequence[Check]) -> dg.AssetsDefinition:
    """The publish; `checks` are described on its page."""

    @dg.multi_asset(
        name="publish",
        specs=[
            dg.AssetSpec(
                "publish",
                description="发布：不可变的编号文件夹\n\nan immutable numbered folder that readers open",
                group_name="publish",
                kinds={"duckdb", "parquet"},
                owners=OWNERS,
                deps=[*(t.info.name for t in (*REFERENCE, *TAKEN, *CORE, *REMEMBERED, *MARTS, *JUDGED))],
            )
        ],
        check_specs=[dg.AssetCheckSpec("opens_and_agrees_with_as_of", asset="publish", blocking=True)],
    )
    def publish(
        context: dg.AssetExecutionContext, session: dg.ResourceParam[Session]
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        workspace = session.workspace
        number = ingest.last_number(workspace)
        session.frame.result()
        try:
            made = publishing.publish(
                workspace,
                session.connection,
                session.reference,
                marts,
                session.assessed_on,
                number,
                force=session.force,
                checks=checks,
            )
        except publishing.PublishFault as error:
            raise dg.Failure(f"the build was refused, the publish before it stays: {error}") from error
        session.done()
        runs.log(workspace, "ended", number, publish=made.number, new=made.new)
        found = {"yuexin/publish": str(made.number), "yuexin/new": "yes" if made.new else "no"}
        context.instance.add_run_tags(context.run.run_id, found)
        shown = made.folder.relative_to(workspace.root)
        yield dg.MaterializeResult(
            asset_key="publish",
            metadata={
                "publish": made.number,
                "new": made.new,
                "assessed_on": session.assessed_on.isoformat(),
                "dagster/row_count": sum(made.rows.values()),
                "database": dg.MetadataValue.path(shown / publishing.DATABASE),
                "dictionary": dg.MetadataValue.url(f"{ADDRESS}/{made.number}/{DICTIONARY}"),
                "checks": dg.MetadataValue.url(f"{ADDRESS}/{made.number}/{CHECKS_PAGE}"),
            },
        )
        yield dg.AssetCheckResult(check_name="opens_and_agrees_with_as_of", asset_key="publish", passed=True)

    return publish


def all_assets(workspace: Workspace, reference: Reference, checks: Sequence[Check]) -> list[dg.AssetsDefinition]:
    """Every asset that the job makes, in the order of the way of the data."""
    marts = load_marts(workspace.sql)
    return [
        reference_asset(),
        files_asset(reference),
        *(computed_asset(t.info.name, [t], marts, "core") for t in CORE),
        computed_asset("growth_marts", GROWTH, marts, "marts"),
        computed_asset("target_marts", TARGETS, marts, "targets"),
        computed_asset("task_marts", TASKS, marts, "tasks"),
        publish_asset(marts, checks),
    ]
