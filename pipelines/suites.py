"""The process that judges expectations: `python -m pipelines.suites`. Nothing else imports Great Expectations.

It loads first and only then reads, from standard input, the list of what to judge: a Parquet file each, and the
expectations asked of its rows, by class and arguments. To standard output it writes, as JSON, what became of each.
With `--data-docs FOLDER` it writes the pages of Great Expectations' own instead, one a suite.
"""

import gc
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from html import escape
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"
gc.disable()  # nothing that loading makes is garbage

import duckdb  # noqa: E402
import great_expectations as gx  # noqa: E402
import great_expectations.expectations as classes  # noqa: E402
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult  # noqa: E402
from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: E402

ROW = "row_number"
_SHOWN = ("indicator_id", "area_code", "period", "target_id", "released_on", "said")
"""What Data Docs show of a row that offends an expectation, where it has such columns."""
_BUNDLED = {
    "maxcdn.bootstrapcdn.com/bootstrap/": ("xstatic-bootstrap", "bootstrap/data/css/bootstrap.min.css"),
    "stackpath.bootstrapcdn.com/bootstrap/": ("xstatic-bootstrap", "bootstrap/data/js/bootstrap.bundle.min.js"),
    "code.jquery.com/jquery": ("xstatic-jquery", "jquery/data/jquery.min.js"),
    "cdnjs.cloudflare.com/ajax/libs/font-awesome/": ("xstatic-font-awesome", "font_awesome/data/css/all.min.css"),
}
"""Beginnings of the addresses that pages of Great Expectations load, and the packages that hold the same files."""
_FONTS = ("xstatic-font-awesome", "font_awesome/data/webfonts")
_LOGO, _ICON = "logo-long.png", "favicon.ico"
_LOADED = re.compile(r'<(link|script|img)\b[^>]*?\b(?:href|src)="https?://([^"]+)"[^>]*>(\s*</script>)?')


def judge_all(asked: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What became of each expectation, by its key: success, offending rows by number, what was observed or raised."""
    frames = _frames()
    said: dict[str, dict[str, Any]] = {}
    for one in asked:
        try:
            found = list(_validated(frames, one, one["key"], [ROW]))
            said[one["key"]] = _together([_in_words(result) for result in found])
        except Exception as error:  # whatever it is, it is told, and is never a pass
            said[one["key"]] = {"success": False, "raised": f"{type(error).__name__}: {_first_line(error)}"}
    return said


def data_docs(asked: list[dict[str, Any]], folder: Path) -> None:
    """Writes a page for each suite as Great Expectations renders it, `index.html`, and what the pages load.

    Vega, bootstrap-table, the date picker and the dark style are left out: they serve charts, a filter and a listing
    that these pages do not have.
    """
    _copy_static(folder / "static")
    frames = _frames()
    suites: dict[str, list[ExpectationValidationResult]] = {}
    lines: dict[str, list[str]] = {}
    for n, one in enumerate(asked):
        columns = duckdb.execute("SELECT * FROM read_parquet(?) LIMIT 0", [one["frame"]]).description or []
        places = [name for name, *_ in columns if name in _SHOWN] or [ROW]
        try:
            found, told = list(_validated(frames, one, str(n), places)), ""
        except Exception as error:  # it has no result that could be drawn; the list tells what it is
            found, told = [], f"{type(error).__name__}: {_first_line(error)}"
        suites.setdefault(one["suite"], []).extend(found)
        mark = "✓" if found and all(r.success for r in found) else "✗"
        lines.setdefault(one["suite"], []).append(f"<li>{mark} {escape(one['said'])} <code>{escape(told)}</code></li>")
    for name, results in suites.items():
        (folder / f"{name}.html").write_text(offline(_page(name, results)), "utf-8")
    listed = "".join(
        f'<h3><a href="{name}.html">{name}</a></h3><ul>{"".join(said)}</ul>' for name, said in lines.items()
    )
    (folder / "index.html").write_text(
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>Data Docs</title>'
        '<link rel="stylesheet" href="static/bootstrap.min.css"></head><body class="container p-4">'
        f"<h1>期望 Expectations</h1>{listed}</body></html>\n",
        "utf-8",
    )


def _page(name: str, results: list[ExpectationValidationResult]) -> str:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer  # noqa: PLC0415
    from great_expectations.render.view.view import DefaultJinjaPageView  # noqa: PLC0415

    passed = sum(bool(r.success) for r in results)
    counts = {
        "evaluated_expectations": len(results),
        "successful_expectations": passed,
        "unsuccessful_expectations": len(results) - passed,
        "success_percent": 100 * passed / len(results) if results else None,
    }
    whole = ExpectationSuiteValidationResult(
        success=passed == len(results), results=results, suite_name=name, statistics=counts, meta={"run_id": {}}
    )
    view: Any = DefaultJinjaPageView()
    return str(view.render(ValidationResultsPageRenderer().render(whole)))


def offline(page: str) -> str:
    """A page of Great Expectations with every resource from the folder `static`, or without it."""

    def local(match: re.Match[str]) -> str:
        tag, address = match[1], match[2]
        if tag == "img":
            return f'<img src="static/{_LOGO}" alt="Great Expectations" style="height: 50px">'
        name = next((Path(path).name for begins, (_, path) in _BUNDLED.items() if address.startswith(begins)), None)
        if name is None:
            return ""
        return (
            f'<script src="static/{name}"></script>'
            if tag == "script"
            else f'<link rel="stylesheet" href="static/{name}">'
        )

    styled = re.sub(r"url\('https?://[^']+'\)", f"url('static/{_LOGO}')", _LOADED.sub(local, page))
    return re.sub(r"(\.\./)+(static/)?(images/)?(index\.html|favicon\.ico)", r"\2\4", styled)


def _copy_static(static: Path) -> None:
    static.mkdir(parents=True, exist_ok=True)
    for package, path in _BUNDLED.values():
        content = _file(package, path).read_text("utf-8").replace("../webfonts/", "webfonts/")
        (static / Path(path).name).write_text(content, "utf-8")
    shutil.copytree(_file(*_FONTS), static / "webfonts", dirs_exist_ok=True)
    for name in (_LOGO, _ICON):
        shutil.copyfile(Path(gx.__file__).parent / "render" / "view" / "static" / "images" / name, static / name)


def _file(package: str, path: str) -> Path:
    return Path(str(distribution(package).locate_file(f"xstatic/pkg/{path}")))


def _frames() -> Any:
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context.data_sources.add_pandas("rows")


def _validated(frames: Any, one: dict[str, Any], name: str, places: list[str]) -> Iterator[ExpectationValidationResult]:
    """The results of what is asked of one frame; the columns `places` say which rows offend."""
    table = duckdb.execute("SELECT * FROM read_parquet(?)", [one["frame"]]).df()
    batch = frames.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all").get_batch({"dataframe": table})
    wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": places}
    for asked, kwargs in one["asks"]:
        yield batch.validate(getattr(classes, asked)(**kwargs), result_format=wanted)


def _in_words(validated: ExpectationValidationResult) -> dict[str, Any]:
    result: Any = validated.to_json_dict()
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
    if asked and len(sys.argv) == 3:
        data_docs(json.loads(asked), Path(sys.argv[2]))
    elif asked:
        answer.write(json.dumps(judge_all(json.loads(asked))))
        answer.flush()
    os._exit(0)  # taking the modules apart would take as long as judging


if __name__ == "__main__":
    main()
