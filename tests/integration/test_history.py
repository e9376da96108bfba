"""History: versions are only ever added, the newest release is current, and no cell disappears on the way."""

import datetime as dt
import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import ingest
from pipelines.assets import lost_cells
from pipelines.workspace import Workspace
from schemas.reference_data import Reference
from schemas.registry import COMPUTED
from sources.snapshots import Snapshot, SnapshotStore
from tests.support import NOW, ROW, built, csv_text, dicts, make_workspace, put, take

GIVEN: dict[int, dt.date] = {n: dt.date(2021 + n, 1, 31) for n in range(6)}
"""Days on which releases are given out."""
Row = dict[str, str]


def _released(n: int, *rows: Row) -> str:
    return csv_text([{"released_on": GIVEN[n].isoformat(), **row} for row in rows])


def export(values: Mapping[str, Sequence[str]], years: Sequence[int], indicator: str = "地区生产总值(亿元)") -> bytes:
    """A file in the form that the statistics bureau's data site exports: area → a value for each year."""
    lines = [
        "数据库：分省年度数据",
        f"指标：{indicator}",
        f"时间：{years[-1]}-{years[0]}",
        ",".join(["地区", *(f"{year}年" for year in years)]),
        *(",".join([area, *row]) for area, row in values.items()),
        "注：按当年价格计算",
        "数据来源：国家统计局",
    ]
    return ("\n".join(lines) + "\n").encode("gb18030")


def _deliver(workspace: Workspace, content: str | bytes, released_on: dt.date | None = None) -> None:
    put(workspace, "express.csv" if isinstance(content, str) else "分省年度数据.csv", content)
    take(workspace, released_on=released_on)


def _tables(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    with built(workspace) as connection:
        assert lost_cells(connection) == []
        return {t.info.name: dicts(connection, f"FROM {t.info.name} ORDER BY ALL") for t in COMPUTED}


def _read(workspace: Workspace, sql: str) -> list[dict[str, Any]]:
    with built(workspace) as connection:
        assert lost_cells(connection) == []
        return dicts(connection, sql)


CURRENT = "SELECT area_code, period, value_text, release_state FROM observations ORDER BY ALL"


def _current(workspace: Workspace) -> dict[tuple[str, str], str | None]:
    """Area and year → the current value as published; None where it is withdrawn."""
    rows = _read(workspace, CURRENT)
    assert all((r["value_text"] is None) == (r["release_state"] == "withdrawn") for r in rows)
    return {(r["area_code"], r["period"]): r["value_text"] for r in rows}


def _said(workspace: Workspace) -> list[tuple[str | None, dt.date]]:
    rows = _read(workspace, "SELECT value_text, released_on FROM versions ORDER BY released_on, release_seq")
    return [(r["value_text"], r["released_on"]) for r in rows]


def test_running_twice_changes_nothing_but_the_ledger(shipped: Workspace) -> None:
    files = []
    tables = []
    for _ in range(2):
        take(shipped)
        tables.append(_tables(shipped))
        files.append({p.name: p.stat().st_mtime_ns for p in shipped.snapshots.rglob("*") if p.is_file()})
    assert tables[0] == tables[1]
    assert {name for name in files[1] if files[1][name] != files[0].get(name)} == {"ledger.jsonl"}
    first, second = itertools.groupby(SnapshotStore(shipped.snapshots).arrivals(), lambda a: a.recorded_in)
    about = [[a.model_dump(exclude={"recorded_in"}) for a in arrivals] for _, arrivals in (first, second)]
    assert len(about) == 2


def test_an_older_release_that_arrives_later_does_not_become_current(workspace: Workspace) -> None:
    _deliver(workspace, _released(5, {"value": "5"}))
    _deliver(workspace, _released(3, {"value": "3"}))
    assert _current(workspace) == {("440000", "2019"): "5"}
    assert _said(workspace) == [("3", GIVEN[3]), ("5", GIVEN[5])]


def test_a_value_that_returns_is_a_third_version(workspace: Workspace) -> None:
    for n, value in enumerate("ABA"):
        _deliver(workspace, _released(n, {"value": str(ord(value))}))
    assert _said(workspace) == [("65", GIVEN[0]), ("66", GIVEN[1]), ("65", GIVEN[2])]


def test_it_is_so_also_where_the_third_file_is_the_first_byte_for_byte(workspace: Workspace) -> None:
    first, second = export({"广东省": ["1.0"]}, [2019]), export({"广东省": ["2.0"]}, [2019])
    for n, content in enumerate((first, second, first)):
        _deliver(workspace, content, GIVEN[n])
    assert len({p.name for p in workspace.snapshots.glob("??/*")}) == 2
    assert _said(workspace) == [("1.0", GIVEN[0]), ("2.0", GIVEN[1]), ("1.0", GIVEN[2])]


@pytest.mark.parametrize("form", ["records", "export"])
def test_old_bytes_delivered_again_without_a_date_change_nothing(workspace: Workspace, form: str) -> None:
    for n, value in enumerate(("1.0", "2.0")):
        if form == "records":
            _deliver(workspace, _released(n, {"value": value}))
        else:
            _deliver(workspace, export({"广东省": [value]}, [2019]), GIVEN[n])
    before = _tables(workspace)
    _deliver(workspace, _released(0, {"value": "1.0"}) if form == "records" else export({"广东省": ["1.0"]}, [2019]))
    assert _tables(workspace) == before


def test_one_file_named_twice_in_a_run_counts_as_what_was_said_of_it(workspace: Workspace) -> None:
    """`yuexin ingest data/inbox/f.csv --released-on …` hands the file in twice: as waiting, and with its date."""
    path = put(workspace, "分省年度数据.csv", export({"广东省": ["1.0"]}, [2019]))
    reference = Reference.load(workspace.reference)
    waiting = ingest.inbox_files(workspace.inbox)
    handed_in = ingest.deliveries(workspace, waiting, [ingest.Delivery(path, None, GIVEN[0])])
    ingest.receive(workspace, reference, handed_in, NOW)
    assert _said(workspace) == [("1.0", GIVEN[0])]


YEARS = (2018, 2017, 2016)
WHOLE = {"广东省": ("18.0", "17.0", "16.0"), "深圳市": ("8.0", "7.0", "6.0")}
SHENZHEN, GUANGDONG = "440300", "440000"


def _of(area: str, *values: str | None, years: Sequence[int] = YEARS) -> dict[tuple[str, str], str | None]:
    return {(area, str(year)): value for year, value in zip(years, values, strict=True)}


@pytest.mark.parametrize(
    ("second", "current"),
    [
        pytest.param(
            export({"广东省": WHOLE["广东省"]}, YEARS),
            _of(GUANGDONG, *WHOLE["广东省"]) | _of(SHENZHEN, None, None, None),
            id="a row that is dropped is withdrawn",
        ),
        pytest.param(
            export({area: (row[0], row[2]) for area, row in WHOLE.items()}, [2018, 2016]),
            _of(GUANGDONG, "18.0", None, "16.0") | _of(SHENZHEN, "8.0", None, "6.0"),
            id="a column inside the span that is dropped is withdrawn",
        ),
        pytest.param(
            export({area: row[:2] for area, row in WHOLE.items()}, [2018, 2017]),
            _of(GUANGDONG, *WHOLE["广东省"]) | _of(SHENZHEN, *WHOLE["深圳市"]),
            id="a column outside the span stays",
        ),
        pytest.param(
            export({**WHOLE, "深圳市": ("8.0", "", "6.0")}, YEARS),
            _of(GUANGDONG, *WHOLE["广东省"]) | _of(SHENZHEN, "8.0", None, "6.0"),
            id="a cell that is blanked is withdrawn",
        ),
        pytest.param(
            export({**WHOLE, "深圳市": ("8.0", "many", "")}, YEARS),
            _of(GUANGDONG, *WHOLE["广东省"]) | _of(SHENZHEN, *WHOLE["深圳市"]),
            id="a release with a refused cell withdraws nothing",
        ),
        pytest.param(
            export({"广东省": WHOLE["广东省"]}, YEARS, "年末常住人口(万人)"),
            _of(GUANGDONG, *WHOLE["广东省"]) | _of(SHENZHEN, *WHOLE["深圳市"]),
            id="a release of another indicator withdraws nothing",
        ),
    ],
)
@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "the older arrives later"])
def test_a_full_release_withdraws_what_it_covers_and_no_longer_gives(
    workspace: Workspace, second: bytes, current: dict[tuple[str, str], str | None], order: Sequence[int]
) -> None:
    releases = [(export(WHOLE, YEARS), GIVEN[0]), (second, GIVEN[1])]
    for n in order:
        _deliver(workspace, *releases[n])
    found = _read(workspace, CURRENT.replace("WHERE", "").replace("ORDER", "WHERE indicator_id = 'GDP' ORDER"))
    assert {(r["area_code"], r["period"]): r["value_text"] for r in found} == current
    (counted,) = _read(workspace, "SELECT coalesce(sum(withdrawn), 0) AS n FROM intake")
    assert counted["n"] == sum(value is None for value in current.values())


def test_a_later_release_restores_a_withdrawn_value(workspace: Workspace) -> None:
    shown = {"深圳市": ["8.0"], "广东省": ["18.0"]}
    for n, values in enumerate((shown, {"广东省": ["18.0"]}, {"广东省": ["18.0"]}, shown)):
        _deliver(workspace, export(values, [2018]), GIVEN[n])
    said = _read(
        workspace,
        f"SELECT value_text, release_state, released_on FROM versions WHERE period = '2018' AND series_id IN "
        f"(SELECT series_id FROM series WHERE area_code = '{SHENZHEN}') ORDER BY released_on",
    )
    assert [tuple(row.values()) for row in said] == [
        ("8.0", "public", GIVEN[0]),
        (None, "withdrawn", GIVEN[1]),
        ("8.0", "public", GIVEN[3]),
    ]


def test_a_partial_release_withdraws_nothing(workspace: Workspace) -> None:
    _deliver(workspace, _released(0, {"period": "2018"}, {"period": "2019"}, {"period": "2020"}))
    _deliver(workspace, _released(1, {"period": "2018"}, {"period": "2020"}))
    assert set(_current(workspace).values()) == {"100.0"}


PLACE_OF_ARRIVAL = {"release_seq", "snapshot_sha256", "locator", "recorded_in"}


def _statistics(workspace: Workspace, *tables: str) -> list[list[tuple[object, ...]]]:
    """Tables without what says only how a value came to us."""
    with built(workspace) as connection:
        assert lost_cells(connection) == []
        found = []
        for name in tables:
            columns = [d[0] for d in connection.execute(f"DESCRIBE {name}").fetchall()]
            kept = ", ".join(c for c in columns if c not in PLACE_OF_ARRIVAL)
            found.append(connection.execute(f"SELECT {kept} FROM {name} ORDER BY ALL").fetchall())
        return found


RELEASES: list[tuple[str | bytes, dt.date | None]] = [
    (_released(0, {"value": "1"}, {"value": "9", "period": "2018"}), None),
    (_released(2, {"value": "2"}), None),
    (_released(4, {"value": "1"}, {"value": "bad"}), None),
    (export(WHOLE, YEARS), GIVEN[1]),
    (export({"广东省": ["18.5", "17.0"]}, [2018, 2017]), GIVEN[3]),
]


def test_the_order_of_arrival_does_not_change_what_is_known(tmp_path: Path) -> None:
    orders = list(itertools.permutations(range(len(RELEASES))))[:: 120 // 9]
    found = []
    for i, order in enumerate(orders):
        workspace = make_workspace(tmp_path / str(i))
        for n in order:
            _deliver(workspace, *RELEASES[n])
        found.append(_statistics(workspace, "observations", "versions", "growth", "progress"))
    assert len(orders) >= 9
    assert all(one == found[0] for one in found)


def test_splitting_a_file_does_not_change_what_is_known(tmp_path: Path) -> None:
    rows: list[Row] = [
        {"value": f"{year}.{n}", "period": str(year), "released_on": GIVEN[n].isoformat()}
        for year in range(2000, 2006)
        for n in range(3)
    ]
    found = []
    for size in (len(rows), 7, 1):
        workspace = make_workspace(tmp_path / str(size))
        for at in range(0, len(rows), size):
            put(workspace, f"express_{at}.csv", csv_text(rows[at : at + size]))
        take(workspace)
        found.append(_statistics(workspace, "observations", "versions", "growth", "progress"))
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    ("contents", "fates"),
    [
        pytest.param(
            [_released(0, {"period": "2018"}, {"period": "2018"}, {"value": "x"}, {"area_code": "110000"})],
            [{"cells_taken": 4, "new_versions": 1, "duplicates": 1, "rejected": 1, "out_of_scope": 1}],
            id="each fate once",
        ),
        pytest.param(
            [_released(0, {"value": "1"}, {"value": "2"})],
            [{"cells_taken": 2, "rejected": 2}],
            id="two values for one place",
        ),
        pytest.param(
            [_released(0, {}), _released(1, {}, {"period": "2018"})],
            [{"cells_taken": 1, "new_versions": 1}, {"cells_taken": 2, "new_versions": 1, "unchanged": 1}],
            id="unchanged",
        ),
        pytest.param(
            [export({"广东省": ["1.0", ""], "北京市": ["2.0", ""]}, [2019, 2018])],
            [{"cells_taken": 4, "new_versions": 1, "no_data": 2, "out_of_scope": 1}],
            id="no data and out of scope",
        ),
        pytest.param(["no header of ours\n"], [{"cells_taken": 0, "rejected": 0}], id="a file that cannot be read"),
    ],
)
def test_the_fates_of_a_files_cells_sum_up(
    workspace: Workspace, contents: list[str | bytes], fates: list[dict[str, int]]
) -> None:
    for n, content in enumerate(contents):
        _deliver(workspace, content, GIVEN[n] if isinstance(content, bytes) else None)
    rows = _read(workspace, "FROM intake ORDER BY recorded_in")
    names = ("cells_taken", "new_versions", "unchanged", "duplicates", "no_data", "out_of_scope", "rejected")
    assert [{n: row[n] for n in names} for row in rows] == [{**dict.fromkeys(names, 0), **said} for said in fates]


def test_series_ids_are_the_same_in_every_build(tmp_path: Path) -> None:
    ids = []
    for name, years in (("one", (2018, 2019)), ("other", (2019,))):
        workspace = make_workspace(tmp_path / name)
        for year in years:
            put(workspace, f"express_{year}.csv", csv_text([{"period": str(year)}]))
        take(workspace)
        ids.append(_read(workspace, "SELECT series_id, family_id, series_key FROM series"))
    assert ids[0] == ids[1]
    assert ids[0] == [
        {
            "series_id": ids[0][0]["series_id"],
            "family_id": ids[0][0]["family_id"],
            "series_key": "EXP_VOL.440000._T.A.period.level.none.standard.gdpost_monthly",
        }
    ]
    assert 0 < ids[0][0]["series_id"] < 2**49


NEW_SOURCE = """
source_id: newcomer
zh: 新来源
en: A newcomer
publisher: 测试
licence: none stated
owner: team:statistics
precedence: 50
files:
  - claim: {name: 'newcomer*.csv'}
    release: partial
    layout: {kind: records}
"""


@pytest.mark.parametrize("again", [False, True], ids=["read anew", "delivered again"])
def test_a_file_that_no_source_claimed_is_taken_once_one_is_declared(workspace: Workspace, again: bool) -> None:
    """What the refusal tells the reader to do must help."""
    text = csv_text([{}])
    put(workspace, "newcomer.csv", text)
    take(workspace)
    assert _read(workspace, "SELECT rule FROM rejections") == [{"rule": "file.unclaimed"}]
    (workspace.reference / "sources" / "newcomer.yaml").write_text(NEW_SOURCE.lstrip(), "utf-8")
    if again:
        put(workspace, "newcomer.csv", text)
        take(workspace)
    assert _current(workspace) == {("440000", "2019"): "100.0"}
    assert _read(workspace, "SELECT sum(new_versions) AS new FROM intake") == [{"new": 1}]


ODD_NAMES = [
    pytest.param("express 快递，6月.csv".encode(), id="Chinese"),
    pytest.param("express\u2028.csv".encode(), id="a line separator"),
    pytest.param("express\x85.csv".encode(), id="a next-line character"),
    pytest.param(b"express\n.csv", id="a line feed"),
    pytest.param("express 快递.csv".encode("gbk"), id="GBK bytes, as archives of Windows leave them"),
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_files_name_may_be_odd(workspace: Workspace, name: bytes) -> None:
    workspace.inbox.mkdir(parents=True)
    (workspace.inbox / os.fsdecode(name)).write_text(csv_text([{}]), "utf-8")
    take(workspace)
    assert len(SnapshotStore(workspace.snapshots).arrivals()) == 1
    assert _current(workspace) == {("440000", "2019"): "100.0"}


def test_a_warehouse_that_does_not_open_is_made_anew(workspace: Workspace) -> None:
    _deliver(workspace, _released(0, {}))
    before = _tables(workspace)
    workspace.warehouse.write_bytes(b"not a database")
    assert _tables(workspace) == before
    with duckdb.connect(workspace.warehouse) as connection:
        connection.execute("UPDATE warehouse_state SET fingerprint = 'of other code'")
        connection.execute("DELETE FROM readings")
    assert _tables(workspace) == before


def test_the_row_that_tests_begin_with_is_taken(workspace: Workspace) -> None:
    _deliver(workspace, csv_text([{}]))
    assert _current(workspace) == {(ROW["area_code"], ROW["period"]): ROW["value"]}


def test_a_file_put_in_the_place_of_one_being_read_waits_for_the_next_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(workspace, "express.csv", csv_text([{"value": "1"}]))
    keep = SnapshotStore.keep

    def replaced_meanwhile(store: SnapshotStore, snapshot: Snapshot) -> None:
        keep(store, snapshot)
        path.unlink()
        put(workspace, "express.csv", csv_text([{"value": "2", "released_on": "2020-07-31"}]))

    monkeypatch.setattr(SnapshotStore, "keep", replaced_meanwhile)
    take(workspace)
    assert path.exists()
    monkeypatch.setattr(SnapshotStore, "keep", keep)
    take(workspace)
    assert not path.exists()
    assert _current(workspace) == {("440000", "2019"): "2"}


def test_a_date_said_of_a_file_whose_rows_say_their_own_changes_nothing(workspace: Workspace) -> None:
    for day in (None, dt.date(2026, 1, 1)):
        put(workspace, "express.csv", csv_text([{}]))
        take(workspace, released_on=day)
    assert _read(workspace, "SELECT count(*) AS n FROM snapshots") == [{"n": 1}]


def test_a_note_may_run_on_over_further_lines(workspace: Workspace) -> None:
    content = export({"广东省": ["1.0"]}, [2019]).decode("gb18030")
    assert "数据来源" in content
    noted = content.replace("数据来源", "注：一。\n　　　2.二。\n数据来源", 1)
    put(workspace, "分省年度数据.csv", noted.encode("gb18030"))
    take(workspace, released_on=dt.date(2026, 1, 1))
    assert _read(workspace, "SELECT rule FROM rejections") == []
    assert _current(workspace) == {("440000", "2019"): "1.0"}
