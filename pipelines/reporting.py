"""What a run and `status` say on the terminal, read from the published file."""

import datetime as dt
from pathlib import Path

import duckdb

from pipelines import console, ingest, publishing
from pipelines.freshness import freshness
from pipelines.workspace import Workspace
from schemas.planning import Target
from schemas.reference_data import Reference
from sources.snapshots import SnapshotStore

_SHOWN, _PLACES, _LONGEST = 20, 3, 40
Refusal = tuple[str, str, str, str, str, str]
"""File, place, text found, rule, message in Chinese and English."""


def dry_run(path: Path, source_id: str | None, released_on: dt.date | None, reference: Reference) -> bool:
    """Prints what a file would bring; gives whether nothing of it is refused."""
    delivery = ingest.Delivery(path, source_id, released_on)
    claimed_by, taken = ingest.dry_run(delivery, reference, dt.datetime.now(dt.UTC))
    fates = ", ".join(f"{fate} {name!r} {n}" for (fate, name), n in taken.tallies.most_common(5))
    console.say(
        f"{path.name}: source {claimed_by or 'none'}; {taken.cells} cells: {len(taken.values)} values, "
        f"{sum(taken.tallies.values())} set aside{f' ({fates} …)' if fates else ''}, "
        f"{sum(r.cells for r in taken.refused)} refused. 未入库 nothing was kept."
    )
    _print_refused([(path.name, r.locator, r.raw, r.rule, r.zh, r.en) for r in taken.refused])
    return not taken.refused


def after_run(workspace: Workspace, reference: Reference, held_before: int) -> None:
    """Prints what came in since ingest `held_before`, what changed, the targets, and where the results lie."""
    manifest = publishing.current(workspace.published)
    assert manifest is not None  # a run that succeeded has published
    arrivals = SnapshotStore(workspace.snapshots).arrivals()
    number = max((a.recorded_in for a in arrivals), default=0)
    came = [a for a in arrivals if a.recorded_in == number]
    with _opened(workspace, manifest["publish"]) as connection:
        _print_intake(connection, held_before, number, len(came))
        _print_growth(connection)
        _print_freshness(connection, reference)
        _print_conflicts(connection)
        _print_findings(connection)
        _print_tasks(connection)
        _print_targets(connection)
    _print_place(workspace, manifest)


def status(workspace: Workspace, reference: Reference) -> bool:
    """Prints the newest publish; gives False where there is none."""
    manifest = publishing.current(workspace.published)
    if manifest is None:
        return False
    stopped = publishing.stopped_page(workspace)
    if stopped.exists():
        page = stopped.relative_to(workspace.root)
        console.complain(
            f"最近一次运行被检查阻止，下为此前的发布 a check stopped the newest run, see {page}; before it:"
        )
    with _opened(workspace, manifest["publish"]) as connection:
        _print_growth(connection)
        refused = connection.execute(
            "SELECT file_name, locator, raw_text, rule, message_zh, message_en FROM rejections "
            "ORDER BY recorded_in, file_name, line_number, column_number, rule"
        ).fetchall()
        _print_refused(refused)
        _print_freshness(connection, reference)
        _print_conflicts(connection)
        _print_findings(connection)
        _print_tasks(connection)
        _print_targets(connection)
    _print_place(workspace, manifest)
    return True


def ledger(workspace: Workspace, plan_id: str | None, task_id: str | None) -> bool:
    """Prints the ledger of tasks; gives False where nothing fits or nothing is published."""
    manifest = publishing.current(workspace.published)
    if manifest is None:
        return False
    with _opened(workspace, manifest["publish"]) as connection:
        tasks = connection.execute(
            "SELECT plan_id, task_id, zh, coalesce(owner, '牵头单位未知 leading unit not known') FROM tasks "
            "WHERE plan_id = coalesce(?, plan_id) AND task_id = coalesce(?, task_id) ORDER BY plan_id, task_id",
            [plan_id, task_id],
        ).fetchall()
        for of_plan, of_task, zh, owner in tasks:
            rows = connection.execute(
                "SELECT i.item_id, i.kind, n.quote_zh, c.zh || ' ' || i.status, "
                "coalesce(i.verdict, ''), coalesce(i.statement_zh || ' —— ' || i.publisher || '，' || i.document, '') "
                "FROM item_status i JOIN items n USING (plan_id, item_id) "
                "JOIN codes c ON c.list_name = 'EvidenceStatus' AND c.code = i.status "
                "WHERE i.plan_id = ? AND i.task_id = ? ORDER BY i.item_id",
                [of_plan, of_task],
            ).fetchall()
            console.table(
                f"{of_task} {zh} · {owner}", ["", "", "条目 item", "状态 status", "目标 target", "佐证 evidence"], rows
            )
    return bool(tasks)


def plan_targets(workspace: Workspace, targets: list[Target]) -> None:
    """Prints a plan's targets and what there is to judge them by."""
    manifest = publishing.current(workspace.published)
    held: dict[tuple[str, str], int] = {}
    if manifest is not None:
        with _opened(workspace, manifest["publish"]) as connection:
            counted = connection.execute(
                "SELECT indicator_id, area_code, count(*) FROM observations WHERE value IS NOT NULL GROUP BY ALL"
            ).fetchall()
            held = {(indicator, area): int(n) for indicator, area, n in counted}
    console.table(
        "目标 targets",
        ["", "目标 target", "值 value", "期限 due", "基期 base", "可据 what there is to judge it by"],
        [
            (
                t.target_id,
                t.zh,
                f"{t.comparator.zh} {t.value_stated:f} {t.unit_stated}",
                f"{t.due_on or '—'} ({t.due_origin.zh})",
                f"{t.base_period or '—'} ({t.base_origin.zh})",
                _judged_by(t, held),
            )
            for t in targets
        ],
    )


def _judged_by(target: Target, held: dict[tuple[str, str], int]) -> str:
    if target.not_assessable is not None:
        return f"{target.not_assessable}: {target.not_assessable.en}"
    if target.indicator_id is None:
        return "no indicator: nothing can show it"
    n = held.get((target.indicator_id, target.area_code), 0)
    return f"{target.indicator_id} in {target.area_code}: {n} observations held"


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
    withdrawn = connection.execute(
        "SELECT s.series_key, v.period, p.value_text || ' ' || p.unit_published FROM versions v "
        "JOIN series s USING (series_id) JOIN versions p ON p.series_id = v.series_id AND p.period = v.period "
        "AND p.released_on < v.released_on WHERE v.release_state = 'withdrawn' AND v.recorded_in > ? "
        "QUALIFY row_number() OVER (PARTITION BY v.series_id, v.period ORDER BY p.released_on DESC) = 1 ORDER BY ALL",
        [held_before],
    ).fetchall()
    if withdrawn:
        console.table(
            f"撤回 withdrawn: {len(withdrawn)} values that a full release no longer gives; if it should, send it again",
            ["序列 series", "时期 period", "原值 last value"],
            withdrawn[:_SHOWN],
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
        "WHERE comparison = 'yoy' GROUP BY outcome ORDER BY n DESC, outcome"
    ).fetchall()
    said = " · ".join(f"{outcome} {n}" for outcome, n in rows)
    console.say(f"同比 growth, published beside computed: {said}\n")


def _print_freshness(connection: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    late = [f for f in freshness(connection, reference) if f.late]
    if late:
        console.table(
            "迟到 late by their release calendars",
            ["来源 source", "最新 newest held", "应有 due"],
            [(f.source_id, f.newest, f.due) for f in late],
        )


def _print_conflicts(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT indicator_id, area_code, strftime(period_end, '%Y-%m-%d'), said || ' · ' || source_id, "
        "other_said || ' · ' || other_source_id, printf('%+.1f %%', difference_percent), reason FROM conflicts "
        "WHERE NOT other_is_for_checks_alone ORDER BY indicator_id, area_code, period_end, other_said"
    ).fetchall()
    if rows:
        console.table(
            f"来源冲突 conflicts: {len(rows)}" + (f", the first {_SHOWN}" if len(rows) > _SHOWN else ""),
            ["指标 indicator", "地区 area", "时点 at", "采用 preferred", "另一 other", "", "原因 reason"],
            rows[:_SHOWN],
        )


def _print_findings(connection: duckdb.DuckDBPyConnection) -> None:
    """A line a check that found something: how many findings, how many unexplained, since when, where the first is."""
    rows = connection.execute(
        "SELECT check_name, severity, count(*), count(*) FILTER (status = 'open'), min(first_seen_on), "
        "arg_min(concat_ws(' · ', file_name, locator, said), (status <> 'open', file_name, locator)) "
        "FROM check_results GROUP BY check_name, severity ORDER BY severity, check_name"
    ).fetchall()
    if rows:
        console.table(
            f"检查 checks: {sum(row[2] for row in rows)} findings, {sum(row[3] for row in rows)} of them open",
            ["规则 rule", "", "n", "待核实 open", "自 since", "首例 first"],
            rows,
        )


def _print_tasks(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "SELECT c.plan_id, c.task_id, t.zh, c.kind, c.items_q, c.items_m, c.items_p, c.items_s, c.items_g, "
        "c.items_with_evidence, c.indicators_with_data, c.indicators_published_not_held, c.indicators_form_only, "
        "c.indicators_not_collectable FROM task_coverage c JOIN tasks t USING (plan_id, task_id) "
        "ORDER BY c.plan_id, c.task_id"
    ).fetchall()
    if not rows:
        return
    console.table(
        "任务 tasks: items by kind (Q M P S G), with evidence; indicators with data, not held, form only, none",
        ["", "任务 task", "Q", "M", "P", "S", "G", "佐证 ev.", "有数 data", "未收 not held", "报表 form", "无 none"],
        [(task, zh, *counts) for _plan, task, zh, _kind, *counts in rows],
    )
    numbered = [r for r in rows if r[3] == "task"]
    shown = sum(1 for r in numbered if r[10] > 0)
    console.say(f"{shown} of {len(numbered)} tasks have a figure that ships, {len(numbered) - shown} have none.\n")
    owed = connection.execute(
        "SELECT coalesce(agency, '责任单位未知 not known') AS unit, count(DISTINCT indicator_id), "
        "string_agg(DISTINCT indicator_id, ', ' ORDER BY indicator_id) FROM indicator_coverage WHERE NOT has_data "
        "GROUP BY unit ORDER BY 2 DESC, unit"
    ).fetchall()
    console.table("缺数 what is owed, by unit", ["单位 unit", "n", "指标 indicators"], owed)


def _print_targets(connection: duckdb.DuckDBPyConnection) -> None:
    """The targets of plans that are monitored task by task, and those of other plans that can be judged."""
    rows = connection.execute(
        "SELECT s.target_id, t.zh || '\n' || t.en, strftime(t.due_on, '%Y-%m-%d'), c.zh || '\n' || c.en, "
        "coalesce(k.zh || ' ' || s.confidence, ''), "
        "s.sentence_zh || '\n' || s.sentence_en || coalesce('\n' || p.summaries, '') || coalesce('\n' || n.notes, ''), "
        "s.verdict <> 'not_assessable' "
        "OR s.plan_id IN (SELECT plan_id FROM tasks) AS shown "
        "FROM target_status s JOIN targets t USING (target_id) "
        "JOIN codes c ON c.list_name = 'Verdict' AND c.code = s.verdict "
        "LEFT JOIN codes k ON k.list_name = 'Confidence' AND k.code = s.confidence "
        "LEFT JOIN (SELECT target_id, any_value('观察指标（不构成对目标的评价，不加总）：' || summary_zh || '\n' || "
        "'Watched, no judgement of the target, no sum: ' || summary_en) AS summaries "
        "FROM observation_panel GROUP BY target_id) p USING (target_id) "
        "LEFT JOIN (SELECT series_id, period, string_agg("
        "'情况说明 ' || about || ' (' || said || ')：' || zh || '\n' || en, '\n' ORDER BY kind, note_number) AS notes "
        "FROM observation_notes WHERE zh IS NOT NULL GROUP BY ALL) n "
        "ON s.series_id = n.series_id AND s.period = n.period ORDER BY s.plan_id, s.target_id"
    ).fetchall()
    shown = [row[:-1] for row in rows if row[-1]]
    console.table(
        "目标 targets", ["", "目标 target", "期限 due", "结论 verdict", "把握 sure", "说明 in numbers"], shown
    )
    if len(shown) < len(rows):
        console.say(
            f"另有其他规划的 {len(rows) - len(shown)} 个目标无法评价 more targets of other plans cannot be assessed: "
            "SELECT * FROM target_status\n"
        )
    changed = connection.execute(
        "SELECT s.target_id, b.zh || ' → ' || v.zh, s.verdict_before || ' → ' || s.verdict, c.zh || ' ' || s.cause "
        "FROM status_changes s JOIN codes b ON b.list_name = 'Verdict' AND b.code = s.verdict_before "
        "JOIN codes v ON v.list_name = 'Verdict' AND v.code = s.verdict "
        "JOIN codes c ON c.list_name = 'ChangeCause' AND c.code = s.cause WHERE s.occasion = 'publish' "
        "AND s.sequence = (SELECT max(sequence) FROM target_states WHERE occasion = 'publish') ORDER BY s.target_id"
    ).fetchall()
    if changed:
        console.table(
            "结论变化 verdicts changed since the publish before", ["", "结论", "verdict", "原因 cause"], changed
        )


def _print_place(workspace: Workspace, manifest: dict[str, object]) -> None:
    folder = workspace.published.relative_to(workspace.root)
    console.say(
        f"发布 publish {manifest['publish']}, 评价日期 judged at {manifest['assessed_on']}:\n"
        f"  {folder}/current/{publishing.DATABASE}   (DuckDB; schema zh has Chinese names)\n"
        f"  {folder}/current/parquet/           (one file a table)\n"
        f"  {folder}/current/{publishing.MANIFEST}     (rows, sha256, inputs)"
    )
