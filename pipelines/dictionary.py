"""The dictionary as a page of the publish: every table, column and code, from the models and the headers of the SQL."""

from html import escape

from pipelines.marts import Mart
from pipelines.pages import page, table
from schemas.codes import CODE_LISTS, Code
from schemas.columns import ColumnSpec, Table
from schemas.registry import CORE, GROWTH, PUBLISHED, REFERENCE, REMEMBERED, TAKEN, TARGETS, TASKS

DICTIONARY_PAGE = "dictionary.html"
_GROUPS: tuple[tuple[str, str, tuple[type[Table], ...]], ...] = (
    ("观测值与历史", "values and their history", CORE),
    ("增长、构成、比较", "growth, structure, comparison", GROWTH),
    ("目标与进度", "targets and progress", (*TARGETS, *REMEMBERED)),
    ("任务与条目", "tasks and items", TASKS),
    ("参考数据", "reference data", REFERENCE),
    ("收数", "intake", TAKEN),
)
_LISTS: dict[tuple[str, ...], type[Code]] = {tuple(m.value for m in codes): codes for codes in CODE_LISTS}
_HEADER = (("grain", "一行 a row"), ("unit", "单位 unit"), ("formula", "算法 formula"), ("reads", "取自 from"))


def dictionary_page(marts: dict[str, Mart]) -> str:
    """The page; the same for every publish of one code version."""
    grouped = {t for _, _, tables in _GROUPS for t in tables}
    rest = tuple(t for t in PUBLISHED if t not in grouped)
    groups = [
        (zh, en, [t for t in tables if t in PUBLISHED])
        for zh, en, tables in (*_GROUPS, ("检查、运行、字典", "checks, runs, dictionary", rest))
    ]
    nav = "".join(
        f"<b>{zh}</b>" + "".join(f'<a href="#{t.info.name}">{escape(t.info.zh_name)}</a>' for t in tables)
        for zh, _, tables in groups
    )
    nav += "<b>代码表 code lists</b>" + "".join(
        f'<a href="#codes-{codes.__name__}"><code>{codes.__name__}</code></a>' for codes in CODE_LISTS
    )
    main = "".join(_table(t, marts.get(t.info.name)) for _, _, tables in groups for t in tables)
    main += "".join(_codes(codes) for codes in CODE_LISTS)
    about = (
        f"<p>{len(PUBLISHED)} 张表、{len(CODE_LISTS)} 个代码表。英文名是 <code>main</code> 中的列名，"
        "中文名是视图 <code>zh</code> 中的列名；同样内容在表 <code>dictionary</code> 与 <code>codes</code>。</p>"
        f'<p class="en">{len(PUBLISHED)} tables, {len(CODE_LISTS)} code lists. English names are those of the schema '
        "<code>main</code>, Chinese ones of the views in <code>zh</code>; the tables <code>dictionary</code> and "
        "<code>codes</code> say the same.</p>"
    )
    return page("数据字典", "Data dictionary", about, nav, main)


def _table(of: type[Table], mart: Mart | None) -> str:
    about = of.info
    said = "".join(f"<dt>{label}</dt><dd>{escape(_text(mart, key))}</dd>" for key, label in _HEADER) if mart else ""
    rows = [_column(c, key=c.name in about.key) for c in of.columns()]
    return (
        f'<section id="{about.name}"><h2>{escape(about.zh_name)} <small><code>{about.name}</code></small></h2>'
        f'<p>{escape(about.zh.partition("：")[2] or about.zh)}</p><p class="en">{escape(about.en)}</p>'
        + (f"<dl>{said}</dl>" if said else "")
        + table(["列 column", "中文名", "类型 type", "含义 meaning"], rows, tight=3)
        + "</section>\n"
    )


def _text(mart: Mart, key: str) -> str:
    found = getattr(mart, key)
    return ", ".join(found) if isinstance(found, tuple) else str(found)


def _column(column: ColumnSpec, *, key: bool) -> list[str]:
    codes = _LISTS.get(column.allowed)
    listed = f' <a href="#codes-{codes.__name__}">代码 codes</a>' if codes else ""
    mark = ' <span class="faint">主键 key</span>' if key else ""
    null = ' <span class="faint">可空</span>' if column.nullable else ""
    more = column.column.zh.partition("：")[2]
    zh = f"{escape(more)}<br>" if more else ""
    return [
        f"<code>{column.name}</code>{mark}",
        escape(column.column.zh_name),
        f"<code>{column.sql_type}</code>{null}",
        f'{zh}<span class="en">{escape(column.column.en)}</span>{listed}',
    ]


def _codes(codes: type[Code]) -> str:
    doc = escape((codes.__doc__ or "").strip().splitlines()[0])
    rows = [[f"<code>{m.value}</code>", escape(m.zh), f'<span class="en">{escape(m.en)}</span>'] for m in codes]
    return (
        f'<section id="codes-{codes.__name__}"><h2>代码表 <code>{codes.__name__}</code></h2><p class="en">{doc}</p>'
        + table(["代码 code", "中文", "含义 meaning"], rows, tight=2)
        + "</section>\n"
    )
