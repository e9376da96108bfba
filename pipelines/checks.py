"""Checks: what is wrong in the data, and whether each source is as fresh as its release calendar says."""

from collections.abc import Iterator

import dagster as dg
import duckdb

from pipelines import audit, ingest, pages, publishing, warehouse
from pipelines.assets import source_key
from pipelines.audit import Audit
from pipelines.audit_checks import Check
from pipelines.checks_page import CHECKS_PAGE
from pipelines.describe import spec
from pipelines.expectations import NotJudged
from pipelines.freshness import freshness
from pipelines.previews import preview
from pipelines.session import Session
from schemas.checks import CheckResult, ObservationNote
from schemas.codes import Severity
from schemas.reference_data import Reference
from schemas.registry import JUDGED

_PLACES = 3
NOTED = ("observations", "corrections")
"""The tables that `observation_notes` is made of, beside `check_results`."""


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


def findings_step(everything: Audit, reference: Reference) -> dg.AssetsDefinition:
    """One step that makes `check_results` and gives the result of every check; open errors end the run here."""
    name = CheckResult.info.name

    @dg.multi_asset(
        name="checks",
        specs=[
            spec(CheckResult, group="checks", kinds={"sql", "duckdb"}, deps=[*everything.reads, "snapshots", "series"]),
            spec(ObservationNote, group="checks", kinds={"sql", "duckdb"}, deps=[*NOTED, name]),
        ],
        check_specs=[dg.AssetCheckSpec(n, asset=name, description=said) for n, said in _said(everything, reference)],
    )
    def checks(session: dg.ResourceParam[Session]) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        connection, day = session.connection, session.now.astimezone(ingest.OFFICE_TIME).date()
        if session.standing is None:
            try:
                found = session.expecting.findings(connection, session.inputs)
                audit.judge(connection, everything, day, found)
            except (warehouse.StructuralFault, NotJudged) as error:
                raise dg.Failure(str(error)) from error
            audit.remember(connection, session.workspace, ingest.last_number(session.workspace), day)
        stopping, page = audit.errors(connection), f"{pages.ADDRESS}/current/{CHECKS_PAGE}"
        if stopping:
            shown = publishing.show_stopped(session.workspace, connection, everything.checks)
            shown = shown.relative_to(session.workspace.root)
            stopping.append(f"含义与处理见 what each means and what to do: {shown}, docs/checks.md")
            page = f"{pages.ADDRESS}/{publishing.STOPPED_PAGE}"
        yield from _results(connection, everything, page)
        if stopping:
            raise dg.Failure("a check stops the publish, the one before it stays:\n" + "\n".join(stopping))
        for made in (table.info.name for table in JUDGED):
            rows = warehouse.count(connection, made)
            yield dg.MaterializeResult(
                asset_key=made, metadata={"dagster/row_count": rows, **preview(connection, made)}
            )

    return checks


def _said(everything: Audit, reference: Reference) -> list[tuple[str, str]]:
    """Name and description of each result that Dagster shows: every check, and every suite with what it expects."""
    alone = [
        (c.name, f"{c.zh}\n\n{c.en}\n\n{c.explanation_zh}\n\n{c.explanation_en}")
        for c in everything.checks
        if c.suite is None
    ]
    suites = [
        (s.suite_id, "\n\n".join([f"{s.zh} | {s.en}", *(f"{e.zh} | {e.en}" for e in s.expectations)]))
        for s in reference.suites.values()
    ]
    return alone + [(f"suite_{name}", said) for name, said in suites]


def _results(connection: duckdb.DuckDBPyConnection, everything: Audit, page: str) -> Iterator[dg.AssetCheckResult]:
    """A result for every check and every suite: how many findings, how many open, where they stand, on which page."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for check, severity, status, place in connection.execute(
        "SELECT check_name, severity, status, concat_ws(' ', file_name, locator, said) "
        "FROM check_results WHERE status <> 'waived' ORDER BY status DESC, file_name, locator, said"
    ).fetchall():
        found.setdefault(str(check), []).append((str(severity), str(status), str(place)))
    together: dict[str, list[Check]] = {}
    for one in everything.checks:
        together.setdefault(f"suite_{one.suite}" if one.suite else one.name, []).append(one)
    for name, checks in together.items():
        findings = [f for one in checks for f in found.get(one.name, [])]
        still_open = sum(status == "open" for _, status, _ in findings)
        stops = any(severity == Severity.ERROR for severity, *_ in findings)
        yield dg.AssetCheckResult(
            check_name=name,
            asset_key=CheckResult.info.name,
            passed=not (stops or still_open),
            severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
            metadata={
                "findings": len(findings),
                "open": still_open,
                "first": dg.MetadataValue.json([place for *_, place in findings[:_PLACES]]),
                "page": dg.MetadataValue.url(f"{page}#{checks[0].name}"),
            },
        )
