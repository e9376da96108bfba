"""The page of all checks in a publish: plain HTML and CSS, without any script or network, in both languages."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import duckdb

from pipelines.audit_checks import Check
from pipelines.pages import page
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
:root { --bad: #b3261e; --warn: #9a5b00; --told: #1f5fa8; --good: #1a7f4b; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --warn: #ffb74d; --told: #82b8f2; --good: #7fd1a4; } }
h3 { font-size: 1rem; margin: 0; display: flex; flex-wrap: wrap; gap: .25rem .6rem; align-items: baseline; }
.sums { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.1rem 0; }
.sums div { flex: 1 1 8rem; background: var(--band); border: 1px solid var(--line); border-radius: .5rem;
  padding: .6rem .9rem; }
.sums b { display: block; font-size: 1.5rem; line-height: 1.3; }
article { border: 1px solid var(--line); border-left: .3rem solid var(--good); border-radius: .5rem;
  padding: .75rem 1rem; margin: .75rem 0; }
article.explained { border-left-color: var(--told); } article.open { border-left-color: var(--warn); }
article.stops { border-left-color: var(--bad); }
.tag { font-size: .8rem; border: 1px solid var(--line); border-radius: .6rem; padding: 0 .5rem; color: var(--faint);
  white-space: nowrap; }
.tag.stops { color: var(--bad); border-color: currentColor; }
.tag.open { color: var(--warn); border-color: currentColor; }
.tag.explained { color: var(--told); border-color: currentColor; }
article ul { list-style: none; margin: .6rem 0 0; padding: 0; }
article li { background: var(--band); border-radius: .4rem; padding: .5rem .75rem; margin: .4rem 0; }
li code { display: block; margin-top: .1rem; }
@media print { article { break-inside: avoid; } }
"""
_STATES = {
    "stops": "阻止发布 stops the publish",
    "open": "待核实 open",
    "explained": "已说明 explained",
    "clean": "无发现 nothing found",
}


def checks_page(
    connection: duckdb.DuckDBPyConnection, checks: Sequence[Check], title: str, place: str = "check_results"
) -> str:
    """The page of what all checks found: those with findings as articles, most urgent first, the others as a list.

    `place` says where all findings are. The checks are described as `load_audit` gives them; one that has findings and
    no description stands by its name.
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
    about = (
        f'<p class="faint">{escape(title)}</p><div class="sums">{boxes}</div>'
        f"<p>每条发现指明文件与单元格，把数字带入算式，并列出说明；此处只列前 {_PLACES} 个，全部见表 "
        f'<code>{escape(place)}</code>。</p><p class="en">Each finding names file and cell, puts the numbers into the '
        f"formula, and shows what explains it; the first {_PLACES} stand here, all of them in the table "
        f"<code>{escape(place)}</code>.</p>"
    )
    nav = "<b>有发现 findings</b>" + "".join(f'<a href="#{n}">{escape(described[n].zh)}</a>' for n in found)
    main = (
        f"<h2>有发现 <small>Findings</small></h2>{articles or '<p>无 none</p>'}"
        f'<h2 id="clean">无发现 <small>Nothing found</small></h2><table>{clean}</table>'
    )
    return page("检查结果", "Checks", about, f'{nav}<a href="#clean">无发现 nothing found</a>', main, _STYLE)


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
    more = f'<p class="faint">… 共 {n} 个 in all</p>' if n > _PLACES else ""
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
    return f'<li>{where} <span class="faint">自 since {since}</span><code>{escape(said)}</code>{reason}</li>'


def _line(check: Check) -> str:
    return (
        f'<tr id="{check.name}"><td>{escape(check.zh)}<br><code class="faint">{check.name}</code></td>'
        f'<td>{escape(check.explanation_zh if check.suite is None else "")}<span class="en"> {escape(check.en)}</span>'
        f' <span class="tag">{check.kind.zh} {check.severity}</span></td></tr>'
    )
