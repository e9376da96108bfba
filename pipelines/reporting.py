"""What a run and `status` say on the terminal, read from the published file."""

import datetime as dt
from pathlib import Path

import duckdb

from pipelines import console, ingest, publishing
from pipelines.freshness import freshness
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from sources.snapshots import SnapshotStore

_SHOWN, _PLACES, _LONGEST = 20, 3, 40
Refusal = tuple[str, str, str, str, str, str]
"""File, place, text found, rule, message in Chinese and English."""


def dry_run(path: Path, source_id: str | None, released_on: dt.date | None, reference: Reference) -> bool:
    """Prints what a file would bring; gives whether nothing of it is refused."""
    delivery = ingest.Delivery(path, source_id, released_on)
    claimed_by, taken = ingest.dry_run(path, delivery, reference, dt.datetime.now(dt.UTC))
    fates = ", ".join(f"{fate} {name!r} {n}" for (fate, name), n in taken.tallies.most_common(5))
    console.say(
        f"{path.name}: source {claimed_by or 'none'}; {taken.cells} cells: {len(taken.values)} values, "
        f"{sum(taken.tallies.values())} set aside{f' ({fates} …)' if fates else ''}, "
        f"{sum(r.cells for r in taken.refused)} refused. 未入库 nothing was kept."
    )
    _print_refused([(path.name, r.locator, r.raw, r.rule, r.zh, r.en) for r in taken.refused])
    return not taken.refused


def after_run(workspace: Workspace, held_before: int) -> None:
    """Prints what came in since ingest `held_before`, what changed, the targets, and where the results lie."""
    manifest = publishing.current(workspace.published)
    assert manifest is not None  # a run that succeeded has published
    arrivals = SnapshotStore(workspace.snapshots).arrivals()
    number = max((a.recorded_in for a in arrivals), default=0)
    came = [a for a in arrivals if a.recorded_in == number]
    with _opened(workspace, manifest["publish"]) as connection:
        _print_intake(connection, held_before, number, len(came))
        _print_growth(connection)
        _print_freshness(connection, workspace)
        _print_targets(connection)
    _print_place(workspace, manifest)


def status(workspace: Workspace) -> bool:
    """Prints the newest publish; gives False where there is none."""
    manifest = publishing.current(workspace.published)
    if manifest is None:
        return False
    with _opened(workspace, manifest["publish"]) as connection:
        _print_growth(connection)
        refused = connection.execute(
            "SELECT file_name, locator, raw_text, rule, message_zh, message_en FROM rejections "
            "ORDER BY recorded_in, file_name, line_number, column_number, rule"
        ).fetchall()
        _print_refused(refused)
        _print_freshness(connection, workspace)
        _print_targets(connection)
    _print_place(workspace, manifest)
    return True


def _opened(workspace: Workspace, number: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(workspace.published / str(number) / publishing.DATABASE, read_only=True)


def held(workspace: Workspace) -> int:
    """The number of the last ingest that the newest publish shows; 0 before the first."""
    manifest = publishing.current(workspace.published)
    return int(manifest["ledger"]["recorded_in"]) if manifest else 0


def _print_intake(connection: duckdb.DuckDBPyConnection, held_before: int, number: int, arrivals: int) -> None:
    rows = connection.execute(
        "SELECT file_name, source_id, cells_taken, new_versions, unchanged, duplicates, no_data, out_of_scope, "
        "rejected, withdrawn FROM intake WHERE recorded_in = ? ORDER BY ALL",
        [number],
    ).fetchall()
    again = arrivals - len(rows)
    console.say(f"第 {number} 批 ingest {number}: {arrivals} files arrived, {again} of them known byte for byte")
    if rows:
        console.table(
            "收数核算 what came in: cells = new + unchanged + duplicates + no data + out of scope + refused",
            [
                "文件 file",
                "来源 source",
                "cells",
                "new",
                "unch.",
                "dup.",
                "no data",
                "out",
                "refused",
                "withdrawn",
            ],
            rows,
        )
    refused = connection.execute(
        "SELECT file_name, locator, raw_text, rule, message_zh, message_en FROM rejections "
        "WHERE recorded_in > ? ORDER BY recorded_in, file_name, line_number, column_number, rule",
        [held_before],
    ).fetchall()
    _print_refused(refused)


def _print_refused(refused: list[Refusal]) -> None:
    """A line for each file, rule and message, with its count and first places."""
    if not refused:
        return
    alike: dict[tuple[str, str, str, str], list[str]] = {}
    for file, place, raw, rule, zh, en in refused:
        found = f"{place}: {raw[:_LONGEST]}" if raw else place
        alike.setdefault((file, rule, zh, en), []).append(found)
    shown = [
        (
            file,
            rule,
            len(places),
            "\n".join([*places[:_PLACES], *(["…"] if len(places) > _PLACES else [])]),
            f"{zh}\n{en}",
        )
        for (file, rule, zh, en), places in alike.items()
    ]
    console.table(
        f"拒收 refused: {len(refused)} findings",
        ["文件 file", "规则 rule", "n", "位置与原文 place and text", "说明 what to do"],
        shown[:_SHOWN],
    )
    if len(shown) > _SHOWN:
        console.say(f"… {len(shown) - _SHOWN} more kinds: SELECT * FROM rejections\n")


def _print_growth(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT coalesce(agreement, reason, 'COMPUTED_ONLY') AS outcome, count(*) AS n FROM growth "
        "GROUP BY outcome ORDER BY n DESC, outcome"
    ).fetchall()
    said = " · ".join(f"{outcome} {n}" for outcome, n in rows)
    console.say(f"同比 growth, published beside computed: {said}\n")


def _print_freshness(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    late = [f for f in freshness(connection, Reference.load(workspace.reference)) if f.late]
    if late:
        console.table(
            "迟到 late by their release calendars",
            ["来源 source", "最新 newest held", "应有 due"],
            [(f.source_id, f.newest, f.due) for f in late],
        )


def _print_targets(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT s.target_id, t.zh || '\n' || t.en, strftime(t.due_on, '%Y-%m-%d'), c.zh || '\n' || c.en, "
        "s.sentence_zh || '\n' || s.sentence_en "
        "FROM target_status s JOIN targets t USING (target_id) "
        "JOIN codes c ON c.list_name = 'Verdict' AND c.code = s.verdict ORDER BY s.plan_id, s.target_id"
    ).fetchall()
    console.table("目标 targets", ["", "目标 target", "期限 due", "结论 verdict", "说明 in numbers"], rows)


def _print_place(workspace: Workspace, manifest: dict[str, object]) -> None:
    folder = workspace.published.relative_to(workspace.root)
    console.say(
        f"发布 publish {manifest['publish']}, 评价日期 judged at {manifest['assessed_on']}:\n"
        f"  {folder}/current/{publishing.DATABASE}   (DuckDB; schema zh has Chinese names)\n"
        f"  {folder}/current/parquet/           (one file a table)\n"
        f"  {folder}/current/{publishing.MANIFEST}     (rows, sha256, inputs)"
    )
