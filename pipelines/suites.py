"""The process that judges expectations: `python -m pipelines.suites`. Nothing else imports Great Expectations.

It loads first and only then reads, from standard input, the list of what to judge: a Parquet file each, and the
expectations asked of its rows, by class and arguments. To standard output it writes, as JSON, what became of each.
"""

import gc
import json
import os
import sys
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"
gc.disable()  # nothing that loading makes is garbage

import duckdb  # noqa: E402
import great_expectations as gx  # noqa: E402
import great_expectations.expectations as classes  # noqa: E402
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402

ROW = "row_number"


def judge_all(asked: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What became of each expectation, by its key: success, offending rows by number, what was observed or raised."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    frames = context.data_sources.add_pandas("rows")
    said: dict[str, dict[str, Any]] = {}
    for one in asked:
        try:
            table = duckdb.execute("SELECT * FROM read_parquet(?)", [one["frame"]]).df()
            asset = frames.add_dataframe_asset(one["key"])
            batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": table})
            said[one["key"]] = _together([_judged(batch, name, kwargs) for name, kwargs in one["asks"]])
        except Exception as error:  # whatever it is, it is told, and is never a pass
            said[one["key"]] = {"success": False, "raised": f"{type(error).__name__}: {_first_line(error)}"}
    return said


def _judged(batch: Any, name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    expectation = getattr(classes, name)(**kwargs)
    wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]}
    result = batch.validate(expectation, result_format=wanted).to_json_dict()
    about = result["exception_info"]
    for told in [about] if "raised_exception" in about else about.values():
        if told["raised_exception"]:
            raise RuntimeError(told["exception_message"])
    found = result["result"]
    return {
        "success": bool(result["success"]),
        "rows": [int(place[ROW]) for place in found.get("unexpected_index_list") or []],
        "observed": None if "observed_value" not in found else str(found["observed_value"]),
    }


def _together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    failed = [p for p in parts if not p["success"]]
    return {
        "success": not failed,
        "rows": sorted({row for p in failed for row in p["rows"]}),
        "observed": "; ".join(p["observed"] for p in failed if p["observed"] is not None) or None,
    }


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


def main() -> None:
    """Reads what is asked, writes what became of it; whatever else is printed goes to the error output."""
    answer, sys.stdout = sys.stdout, sys.stderr
    asked = sys.stdin.read()
    if asked:
        answer.write(json.dumps(judge_all(json.loads(asked))))
        answer.flush()
    os._exit(0)  # taking the modules apart would take as long as judging


if __name__ == "__main__":
    main()
