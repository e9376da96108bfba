"""Pages of a publish: one HTML file each that opens without a network, has no scripts, fits wide and narrow screens."""

import os
from html import escape

PORT = int(os.environ.get("PAGES_PORT", "3001"))
ADDRESS = f"http://127.0.0.1:{PORT}"
"""Where `make serve` shows the folder of the publishes, for the links in Dagster."""
STYLE = """
:root { color-scheme: light dark; --line: #d5dae1; --faint: #5c6672; --paper: #fff; --ink: #1b2430; --band: #f3f5f8;
  --accent: #0b5cab; }
@media (prefers-color-scheme: dark) { :root { --line: #3a424d; --faint: #9aa5b1; --paper: #14181d; --ink: #e4e8ed;
  --band: #1d232b; --accent: #7ab7f5; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.6 system-ui, "Noto Sans CJK SC",
  "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code { font: 0.92em ui-monospace, "Noto Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
header { padding: 1.6rem 2rem 1rem; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.3; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .2rem; }
h1 small, h2 small { font-weight: 400; font-size: .8em; color: var(--faint); }
p { margin: .3rem 0; max-width: 60rem; } .en, .faint { color: var(--faint); }
.page { display: grid; grid-template-columns: 16rem minmax(0, 1fr); }
nav { padding: 1rem 1rem 2rem 2rem; border-right: 1px solid var(--line); font-size: .9rem; position: sticky; top: 0;
  max-height: 100vh; overflow: auto; align-self: start; }
nav b { display: block; margin: 1rem 0 .2rem; } nav a { display: block; padding: .05rem 0; }
main { padding: 0 2rem 4rem; min-width: 0; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th { background: var(--band); font-weight: 600; white-space: nowrap; }
td.tight { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .8rem; margin: .5rem 0; }
dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 800px) {
  .page { display: block; } header { padding: 1rem; } main { padding: 0 1rem 3rem; }
  nav { position: static; max-height: 40vh; border: 0; border-bottom: 1px solid var(--line); padding: .5rem 1rem 1rem; }
  nav a { display: inline-block; margin-right: .8rem; }
  thead { display: none; } tr { display: block; padding: .4rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; border: 0; padding: .05rem 0; } td.tight { white-space: normal; display: inline-block;
    margin-right: .8rem; } td:empty { display: none; } dl { display: block; } dd { margin-bottom: .3rem; }
}
@media print { nav { display: none; } .page { display: block; } }
"""


def page(zh: str, en: str, about: str, nav: str, main: str, style: str = "") -> str:
    """A whole page; `about`, `nav` and `main` are HTML, the titles are text, `style` adds to that of all pages."""
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(zh)} · {escape(en)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n"
        f"<header><h1>{escape(zh)} <small>{escape(en)}</small></h1>{about}</header>\n"
        f'<div class="page"><nav>{nav}</nav><main>{main}</main></div>\n</body>\n</html>\n'
    )


def table(head: list[str], rows: list[list[str]], tight: int = 0) -> str:
    """A table of HTML cells; the first `tight` columns do not wrap."""
    first = "".join(f"<th>{name}</th>" for name in head)
    kinds = [' class="tight"' if i < tight else "" for i in range(len(head))]
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for kind, cell in zip(kinds, row, strict=True)) + "</tr>\n"
        for row in rows
    )
    return f"<table><thead><tr>{first}</tr></thead><tbody>\n{body}</tbody></table>\n"
