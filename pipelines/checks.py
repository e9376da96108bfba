"""Checks: what is wrong in the data, and whether each source is as fresh as its release calendar says."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb

from pipelines import audit, ingest, warehouse
from pipelines.assets import source_key
from pipelines.audit import Audit
from pipelines.audit_checks import Check
from pipelines.describe import spec
from pipelines.freshness import freshness
from pipelines.pages import CHECKS
from pipelines.previews import preview
from pipelines.session import Session
from pipelines.workspace import Workspace
from schemas.checks import CheckResult
from schemas.codes import Severity
from schemas.reference_data import Reference

_PLACES = 3


def freshness_check(reference: Reference) -> dg.AssetChecksDefinition:
    """One step that judges every source with a calendar."""
    specs = [
        dg.AssetCheckSpec(
            "data_freshness",
            asset=source_key(s.source_id),
            description=f"every {s.calendar.frequency.en} period, {s.calendar.lag_days} days after its end",
            additional_deps=["observations"],
        )
        for s in reference.sources.values()
        if s.calendar is not None
    ]

    @dg.multi_asset_check(name="data_freshness", specs=specs)
    def data_freshness(session: dg.ResourceParam[Session]) -> Iterator[dg.AssetCheckResult]:
        for f in freshness(session.connection, session.reference):
            yield dg.AssetCheckResult(
                check_name="data_freshness",
                asset_key=source_key(f.source_id),
                passed=not f.late,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"newest_period_held": f.newest or "none", "newest_period_due": f.due},
                description=f"newest held {f.newest or 'none'}, due {f.due}",
            )

    return data_freshness


def findings_step(workspace: Workspace, reference: Reference) -> dg.AssetsDefinition:
    """One step that makes `check_results` and gives the result of every check; open errors end the run here."""
    everything = audit.load_audit(workspace.sql / "checks", reference)
    name = CheckResult.info.name

    @dg.multi_asset(
        name="checks",
        specs=[
            spec(CheckResult, group="checks", kinds={"sql", "duckdb"}, deps=[*everything.reads, "snapshots", "series"])
        ],
        check_specs=[dg.AssetCheckSpec(c.name, asset=name, description=_described(c)) for c in everything.checks],
    )
    def checks(session: dg.ResourceParam[Session]) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        connection, day = session.connection, session.now.astimezone(ingest.OFFICE_TIME).date()
        if session.standing is None:
            try:
                audit.judge(connection, everything, day)
            except warehouse.StructuralFault as error:
                raise dg.Failure(str(error)) from error
            audit.remember(connection, session.workspace, ingest.last_number(session.workspace), day)
        published = session.workspace.published.relative_to(session.workspace.root)
        yield from _results(connection, everything, published / "current" / CHECKS)
        stopping = audit.errors(connection)
        if stopping:
            raise dg.Failure("a check stops the publish, the one before it stays:\n" + "\n".join(stopping))
        rows = warehouse.count(connection, name)
        yield dg.MaterializeResult(asset_key=name, metadata={"dagster/row_count": rows, **preview(connection, name)})

    return checks


def _described(check: Check) -> str:
    return f"{check.zh}\n\n{check.en}\n\n{check.explanation_zh}\n\n{check.explanation_en}"


def _results(connection: duckdb.DuckDBPyConnection, everything: Audit, page: Path) -> Iterator[dg.AssetCheckResult]:
    """A result for every check: how many findings, how many of them open, where the first stand, and the page."""
    found = {
        str(check): (int(n), int(still_open), [str(p) for p in places])
        for check, n, still_open, places in connection.execute(
            "SELECT check_name, count(*), count(*) FILTER (status = 'open'), "
            "list(concat_ws(' ', file_name, locator, said) ORDER BY status DESC, file_name, locator) "
            "FROM check_results GROUP BY check_name"
        ).fetchall()
    }
    for check in everything.checks:
        n, still_open, places = found.get(check.name, (0, 0, []))
        yield dg.AssetCheckResult(
            check_name=check.name,
            asset_key=CheckResult.info.name,
            passed=not (n if check.severity is Severity.ERROR else still_open),
            severity=dg.AssetCheckSeverity[check.severity],
            metadata={
                "findings": n,
                "open": still_open,
                "first": dg.MetadataValue.json(places[:_PLACES]),
                "page": dg.MetadataValue.path(f"{page}#{check.name}"),
            },
        )
