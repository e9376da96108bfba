"""Files made from the code and kept in the repository: column lineage, JSON Schemas, the list of checks.

`make generate` writes them, CI checks that they are current. sqlglot, which this alone needs, is for developers.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipelines.audit import Audit, load_audit
from pipelines.describe import LINEAGE
from pipelines.marts import Mart, load_marts
from pipelines.workspace import Workspace
from schemas import alerts, audit_forms, checks, corrections, expectations, planning, reference
from schemas.reference_data import Reference
from schemas.registry import BY_NAME

ROOT = Path(__file__).resolve().parents[1]

_SCHEMAS: dict[str, Any] = {
    "alerts": alerts.AlertSettings,
    "assessment": reference.Assessment,
    "corrections": list[corrections.CorrectionEntry],
    "expectations": expectations.SuiteEntry,
    "explanations": list[checks.ExplanationEntry],
    "identities": list[checks.IdentityEntry],
    "form": audit_forms.FormEntry,
    "indicators": list[reference.IndicatorEntry],
    "plan": planning.PlanEntry,
    "source": reference.SourceEntry,
    "waivers": list[corrections.WaiverEntry],
}
_LIST_BEGINS, _LIST_ENDS = "<!-- checks: made by make generate -->\n", "<!-- /checks -->"


def generated(workspace: Workspace) -> dict[Path, str]:
    """Every generated file and its text."""
    files = {
        workspace.reference / "schema" / f"{name}.json": _json(TypeAdapter(model).json_schema())
        for name, model in _SCHEMAS.items()
    }
    marts = load_marts(workspace.sql)
    docs = workspace.root / "docs" / "checks.md"
    before, _, rest = docs.read_text("utf-8").partition(_LIST_BEGINS)
    after = rest.partition(_LIST_ENDS)[2]
    audit = load_audit(workspace.sql / "checks", Reference.load(workspace.reference))
    files[docs] = before + _LIST_BEGINS + check_list(audit) + _LIST_ENDS + after
    files[LINEAGE] = _json({name: lineage(mart) for name, mart in marts.items()})
    return files


def check_list(audit: Audit) -> str:
    """The table of all checks for docs/checks.md, from their headers."""
    lines = ["| 规则 rule | 类型 kind | 检查 check | 含义与处理 meaning, what to do |", "|---|---|---|---|"]
    lines += [
        f"| `{c.name}` | {c.kind.zh}<br>{c.severity} | {c.zh}<br>{c.en} | {c.explanation_zh}<br>{c.explanation_en} |"
        for c in audit.checks
    ]
    return "\n".join(lines) + "\n"


def lineage(mart: Mart) -> dict[str, list[list[str]]]:
    """For each column of a mart, the (table, column) pairs that it is made from, sorted."""
    import sqlglot.lineage as sl  # noqa: PLC0415 — only developers have sqlglot
    from sqlglot import exp, parse_one  # noqa: PLC0415
    from sqlglot.optimizer import build_scope, qualify  # noqa: PLC0415

    schema: dict[str, object] = {name: {c.name: c.sql_type for c in BY_NAME[name].columns()} for name in mart.reads}
    qualified = qualify.qualify(parse_one(mart.sql, dialect="duckdb"), schema=schema, dialect="duckdb")
    nodes = sl.lineage(None, qualified, schema, dialect="duckdb", scope=build_scope(qualified), copy=False)
    assert isinstance(nodes, dict)  # without a column it gives all of them
    found: dict[str, list[list[str]]] = {}
    for name, node in nodes.items():
        leaves = {
            (leaf.source.name, leaf.name.split(".")[-1].strip('"'))
            for leaf in node.walk()
            if isinstance(leaf.source, exp.Table)
        }
        found[name] = [list(pair) for pair in sorted(leaves) if pair[1] != "*"]
    return found


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Writes every generated file."""
    for path, text in generated(Workspace(ROOT)).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
