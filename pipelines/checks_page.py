"""The page of all checks in a publish: plain HTML and CSS, without any script or network, in both languages."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import duckdb

from pipelines.audit_checks import Check
from schemas.codes import CheckKind, FindingStatus, Severity

CHECKS_PAGE = "checks.html"
_PLACES = 3
_COUNTED = f"""
SELECT check_name, count(*), count(*) FILTER (status = '{FindingStatus.OPEN}'),
    bool_or(severity = '{Severity.ERROR}' AND status = '{FindingStatus.OPEN}')
FROM check_results GROUP BY check_name
"""
_FIRST = f"""
SELECT r.check_name, r.status, r.file_name, r.locator, a.zh AS area, r.period, r.said, r.explained_zh, r.explained_en,
    CAST(r.first_seen_on AS VARCHAR) AS since
FROM check_results AS r LEFT JOIN areas AS a USING (area_code)
QUALIFY row_number() OVER (
    PARTITION BY r.check_name ORDER BY r.status DESC, r.file_name, r.period, r.said
) <= {_PLACES}
ORDER BY ALL
"""
_STYLE = """
:root{color-scheme:light dark;--ink:#1d2733;--dim:#5c6b7a;--line:#d9e0e7;--paper:#fff;--soft:#f5f7fa;--bad:#b3261e;
--warn:#9a5b00;--told:#1f5fa8;--good:#1a7f4b}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--dim:#9aa8b6;--line:#36424f;--paper:#161c23;--soft:#1e262f;
--bad:#ff8a80;--warn:#ffb74d;--told:#82b8f2;--good:#7fd1a4}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.6;
font:15px/1.6 "Noto Sans CJK SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 20px 64px}
h1{font-size:26px;margin:0 0 4px}
h2{font-size:18px;margin:36px 0 4px;padding-bottom:6px;border-bottom:2px solid var(--line)}
h3{font-size:16px;margin:0;display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline}
p{margin:4px 0}.en,.dim{color:var(--dim)}.en{font-size:14px}
code{font:13px/1.5 "Noto Sans Mono CJK SC",ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.sums{display:flex;flex-wrap:wrap;gap:10px;margin:18px 0}
.sums div{flex:1 1 130px;background:var(--soft);border:1px solid var(--line);border-radius:8px;padding:10px 14px}
.sums b{display:block;font-size:24px;line-height:1.3}
article{border:1px solid var(--line);
border-left:5px solid var(--good);border-radius:8px;padding:12px 16px;margin:12px 0}
article.explained{border-left-color:var(--told)}article.open{border-left-color:var(--warn)}
article.stops{border-left-color:var(--bad)}
.tag{font-size:12px;border:1px solid var(--line);border-radius:10px;padding:0 8px;color:var(--dim);white-space:nowrap}
.tag.stops{color:var(--bad);border-color:currentColor}.tag.open{color:var(--warn);border-color:currentColor}
.tag.explained{color:var(--told);border-color:currentColor}.tag.clean{color:var(--good);border-color:currentColor}
ul{list-style:none;margin:10px 0 0;padding:0}li{background:var(--soft);border-radius:6px;padding:8px 12px;margin:6px 0}
li code{display:block;margin-top:2px}
table{border-collapse:collapse;width:100%}td{border-top:1px solid var(--line);padding:6px 10px 6px 0;vertical-align:top}
td:first-child{width:34%}
@media(max-width:640px){main{padding:16px 12px 40px}h1{font-size:22px}.sums div{flex-basis:40%}
td,td:first-child{display:block;width:auto;padding:2px 0}
td:first-child{border-top:1px solid var(--line);padding-top:8px}td+td{border:0;padding-bottom:8px}}
@media print{main{max-width:none}article{break-inside:avoid}}
"""
_STATES = {
    "stops": "阻止发布 stops the publish",
    "open": "待核实 open",
    "explained": "已说明 explained",
    "clean": "无发现 nothing found",
}


def checks_page(connection: duckdb.DuckDBPyConnection, checks: Sequence[Check], title: str) -> str:
    """The page of what all checks found: those with findings as articles, most urgent first, the others as a list.

    The checks are described as `load_audit` gives them; one that has findings and no description stands by its name.
    """
    counted = {str(name): (int(n), int(still), bool(stops)) for name, n, still, stops in _rows(connection, _COUNTED)}
    first: dict[str, list[tuple[Any, ...]]] = {}
    for name, *finding in _rows(connection, _FIRST):
        first.setdefault(str(name), []).append(tuple(finding))
    described = {c.name: c for c in checks} | {n: _nameless(n) for n in counted if n not in {c.name for c in checks}}
    state = {name: _state(counted.get(name)) for name in described}
    order = sorted(described, key=lambda name: (list(_STATES).index(state[name]), name))
    found = [name for name in order if state[name] != "clean"]
    articles = "".join(_article(described[n], state[n], counted[n], first[n]) for n in found)
    clean = "".join(_line(described[n]) for n in order if state[n] == "clean")
    sums = {
        "检查 checks": len(described),
        "发现 findings": sum(n for n, *_ in counted.values()),
        "待核实 open": sum(still for _, still, _ in counted.values()),
        "阻止发布 stopping": sum(state[n] == "stops" for n in found),
    }
    boxes = "".join(f"<div><b>{n:,}</b>{label}</div>" for label, n in sums.items())
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>检查结果 <span class="dim">Checks</span></h1><p class="dim">{escape(title)}</p>'
        f'<div class="sums">{boxes}</div>'
        f"<p>每条发现指明文件与单元格，把数字带入算式，并列出说明；此处只列前 {_PLACES} 个，全部见表 "
        '<code>check_results</code>。</p><p class="en">Each finding names file and cell, puts the numbers into the '
        f"formula, and shows what explains it; the first {_PLACES} stand here, all of them in the table "
        "<code>check_results</code>.</p>"
        f"<h2>有发现 Findings</h2>{articles or '<p>无 none</p>'}"
        f"<h2>无发现 Nothing found</h2><table>{clean}</table></main></body></html>\n"
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def _state(counted: tuple[int, int, bool] | None) -> str:
    if counted is None:
        return "clean"
    _, still_open, stops = counted
    return "stops" if stops else "open" if still_open else "explained"


def _nameless(name: str) -> Check:
    return Check(name, name, name, CheckKind.EXPLAIN, Severity.WARN, "", "", (), "")


def _article(check: Check, state: str, counted: tuple[int, int, bool], first: Iterable[tuple[Any, ...]]) -> str:
    n, still_open, _ = counted
    tags = "".join(
        f'<span class="tag {kind}">{text}</span>'
        for kind, text in (
            (state, _STATES[state]),
            ("", f"{n} 个发现 findings"),
            ("", f"{still_open} 待核实 open"),
            ("", f"{check.kind.zh} {check.severity}"),
        )
    )
    places = "".join(_place(*finding) for finding in first)
    more = f'<p class="dim">… 共 {n} 个 in all</p>' if n > _PLACES else ""
    return (
        f'<article class="{state}" id="{check.name}"><h3>{escape(check.zh)}{tags}</h3><p class="en">{escape(check.en)}'
        f" <code>{check.name}</code></p><p>{escape(check.explanation_zh)}</p>"
        f'<p class="en">{escape(check.explanation_en)}</p><ul>{places}</ul>{more}</article>'
    )


def _place(
    status: str,
    file: str | None,
    locator: str | None,
    area: str | None,
    period: str | None,
    said: str,
    zh: str | None,
    en: str | None,
    since: str,
) -> str:
    where = " · ".join(escape(part) for part in (file, locator, area, period) if part)
    reason = f'<p>{escape(zh or "")}</p><p class="en">{escape(en or "")}</p>' if status != FindingStatus.OPEN else ""
    return f'<li>{where} <span class="dim">自 since {since}</span><code>{escape(said)}</code>{reason}</li>'


def _line(check: Check) -> str:
    return (
        f'<tr id="{check.name}"><td>{escape(check.zh)}<br><code class="dim">{check.name}</code></td>'
        f'<td>{escape(check.explanation_zh if check.suite is None else "")}<span class="en"> {escape(check.en)}</span>'
        f' <span class="tag">{check.kind.zh} {check.severity}</span></td></tr>'
    )
