"""What Dagster shows of a table beside its row count: numbers to be plotted over the runs, and a look at its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
import duckdb

_ROWS = 12
_HEIGHTS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Preview:
    """What to show of a table.

    Attributes:
        numbers: a SELECT of one row; each column becomes a number that Dagster plots from run to run.
        rows: a SELECT whose first rows are shown as a table.
        years: a SELECT of year and number, shown as bars in a line.
    """

    numbers: str = ""
    rows: str = ""
    years: str = ""


_CODED = "LEFT JOIN codes c ON c.list_name = '{codes}' AND c.code = {column}"
_PREVIEWS = {
    "target_status": Preview(
        "SELECT count(*) FILTER (verdict = 'met') AS met, count(*) FILTER (verdict = 'not_met') AS not_met, "
        "count(*) FILTER (verdict = 'not_assessable') AS not_assessable FROM target_status",
        'SELECT s.target_id, t.zh AS "目标 target", c.zh AS "结论 verdict", s.period AS "时期 period", '
        "coalesce(k.zh, '') AS \"把握 sure\" FROM target_status s JOIN targets t USING (target_id) "
        + _CODED.format(codes="Verdict", column="s.verdict")
        + " LEFT JOIN codes k ON k.list_name = 'Confidence' AND k.code = s.confidence "
        "ORDER BY s.verdict = 'not_assessable', s.plan_id, s.target_id",
    ),
    "growth": Preview(
        "SELECT count(*) FILTER (agreement = 'AGREES') AS agrees, "
        "count(*) FILTER (agreement = 'UNEXPLAINED') AS unexplained, "
        "count(*) FILTER (growth_quoted IS NULL) AS without_rate FROM growth WHERE comparison = 'yoy'",
        "SELECT coalesce(c.zh, '仅有计算值') AS \"公布与计算\", "
        "coalesce(g.agreement, g.reason, 'COMPUTED_ONLY') AS outcome, "
        "count(*) AS n FROM growth g LEFT JOIN codes c ON c.list_name IN ('Agreement', 'Reason') "
        "AND c.code = coalesce(g.agreement, g.reason) WHERE comparison = 'yoy' GROUP BY ALL ORDER BY n DESC",
    ),
    "observations": Preview(
        "SELECT count(DISTINCT series_id) AS series, count(DISTINCT indicator_id) AS indicators FROM observations",
        years="SELECT year(period_end), count(*) FROM observations WHERE value IS NOT NULL GROUP BY ALL ORDER BY ALL",
    ),
    "intake": Preview(
        "SELECT sum(cells_taken) AS cells, sum(new_versions) AS new_versions, sum(rejected) AS rejected FROM intake",
        'SELECT file_name AS "文件 file", source_id AS "来源 source", cells_taken AS cells, new_versions AS new, '
        "unchanged, rejected FROM intake ORDER BY recorded_in DESC, rejected DESC, cells_taken DESC",
    ),
    "conflicts": Preview(
        rows='SELECT indicator_id AS "指标 indicator", area_code AS "地区 area", said AS "采用 quoted", '
        'other_said AS "另一 other", printf(\'%+.1f %%\', difference_percent) AS "差 by", reason AS "原因 reason" '
        "FROM conflicts WHERE NOT other_is_for_checks_alone ORDER BY abs(difference_percent) DESC",
    ),
    "observation_notes": Preview(
        rows='SELECT n.indicator_id AS "指标 indicator", a.zh AS "地区 area", n.period AS "时期 period", '
        'n.said AS "所见 found", coalesce(n.zh, \'待核实 open\') AS "情况说明 explained" '
        "FROM observation_notes n JOIN areas a USING (area_code) "
        "ORDER BY n.status = 'open' DESC, n.kind, n.period_end DESC, n.indicator_id, n.area_code, n.said",
    ),
    "check_results": Preview(
        "SELECT count(*) FILTER (status = 'open') AS open, count(*) FILTER (severity = 'ERROR') AS errors "
        "FROM check_results",
        'SELECT check_name AS "规则 rule", severity AS "程度", count(*) AS n, '
        'count(*) FILTER (status = \'open\') AS "待核实 open", min(first_seen_on) AS "自 since" '
        "FROM check_results GROUP BY ALL ORDER BY 4 DESC, 3 DESC",
    ),
}


def preview(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """Metadata of a table, read from the warehouse; nothing for a table of which only its row count says something."""
    about = _PREVIEWS.get(name)
    if about is None:
        return {}
    said: dict[str, Any] = {}
    if about.numbers:
        result = connection.execute(about.numbers)
        names = [str(d[0]) for d in result.description or ()]
        said |= {n: int(v or 0) for n, v in zip(names, result.fetchall()[0], strict=True)}
    if about.rows:
        result = connection.execute(about.rows)
        head = [str(d[0]) for d in result.description or ()]
        said["preview"] = dg.MetadataValue.md(_markdown(head, result.fetchmany(_ROWS)))
    if about.years:
        said["by_year"] = _bars(connection.execute(about.years).fetchall())
    return said


def _markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [["" if cell is None else str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _bars(counts: Sequence[tuple[int, int]]) -> str:
    """A bar a year in one line of text; an empty place is a year without a value."""
    if not counts:
        return "—"
    held = dict(counts)
    first, last, most = min(held), max(held), max(held.values())
    bars = "".join(_HEIGHTS[-(-held.get(year, 0) * 8 // most)] for year in range(first, last + 1))
    return f"{first} {bars} {last} (最多 most {most})"
