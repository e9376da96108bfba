"""What Dagster shows of a table, made from its model: description, columns, kinds, owners, lineage."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg

from schemas.columns import Table

OWNERS = ["team:statistics"]
LINEAGE = Path(__file__).with_name("lineage.json")


def spec(table: type[Table], *, group: str, kinds: set[str], deps: Sequence[str | dg.AssetKey]) -> dg.AssetSpec:
    """The asset of a table; its key is the table's name."""
    return dg.AssetSpec(
        table.info.name,
        description=f"{table.info.zh}\n\n{table.info.en}",
        group_name=group,
        kinds=kinds,
        owners=OWNERS,
        deps=deps,
        metadata={"dagster/column_schema": column_schema(table), "dagster/table_name": table.info.name},
    )


def column_schema(table: type[Table]) -> dg.TableSchema:
    """The table's columns as Dagster shows them."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                c.name,
                c.sql_type,
                description=c.column.comment,
                constraints=dg.TableColumnConstraints(nullable=c.nullable),
            )
            for c in table.columns()
        ]
    )


@cache
def _lineage() -> dict[str, dict[str, list[list[str]]]]:
    found: dict[str, dict[str, list[list[str]]]] = json.loads(LINEAGE.read_text("utf-8"))
    return found


def column_lineage(name: str) -> dict[str, Any]:
    """Metadata that says from which columns each column of a computed table comes."""
    columns = _lineage().get(name)
    if columns is None:
        return {}
    deps = {
        column: [dg.TableColumnDep(asset_key=dg.AssetKey(t), column_name=c) for t, c in sources]
        for column, sources in columns.items()
    }
    return {"dagster/column_lineage": dg.TableColumnLineage(deps)}
