"""Snapshots and ledger: bytes kept once, lines only added, what a killed process leaves, what damage is told."""

import datetime as dt
import hashlib
import os
from pathlib import Path

import pytest

from schemas.codes import ReleasedOnOrigin
from sources.snapshots import Arrival, LedgerBroken, Snapshot, SnapshotStore, append_lines, current_user, read_snapshot


def _arrival(number: int = 1, name: str = "快递.csv", **change: object) -> Arrival:
    said: dict[str, object] = {
        "recorded_in": number,
        "sha256": "ab" * 32,
        "received_at": dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC),
        "source_id": "gdpost_monthly",
        "released_on": dt.date(2020, 1, 31),
        "released_on_origin": ReleasedOnOrigin.STATED,
        "name": name,
        "size": 3,
        "by": "甲",
    }
    return Arrival.model_validate(said | change)


def _snapshot(content: bytes = b"a,b\n") -> Snapshot:
    return Snapshot(hashlib.sha256(content).hexdigest(), "a.csv", content)


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "snapshots")


def test_bytes_are_kept_under_their_hash_and_come_back(store: SnapshotStore, tmp_path: Path) -> None:
    path = tmp_path / "快递.csv"
    path.write_bytes("值\r\n".encode("gb18030"))
    snapshot = read_snapshot(path)
    assert snapshot == Snapshot(hashlib.sha256(path.read_bytes()).hexdigest(), "快递.csv", path.read_bytes())
    store.keep(snapshot)
    assert store.content(snapshot.sha256) == snapshot.content
    kept = [p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*") if p.is_file()]
    assert kept == [f"{snapshot.sha256[:2]}/{snapshot.sha256}"]


def test_bytes_already_held_are_not_written_again(store: SnapshotStore) -> None:
    store.keep(_snapshot())
    before = store.path(_snapshot().sha256).stat()
    store.keep(_snapshot())
    after = store.path(_snapshot().sha256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_changed_or_lost_bytes_are_told_with_their_place(store: SnapshotStore) -> None:
    snapshot = _snapshot()
    store.keep(snapshot)
    store.path(snapshot.sha256).write_bytes(b"a,c\n")
    with pytest.raises(LedgerBroken, match=f"{snapshot.sha256}: the bytes no longer hash"):
        store.content(snapshot.sha256)
    store.path(snapshot.sha256).unlink()
    with pytest.raises(LedgerBroken, match=f"{snapshot.sha256}: a snapshot named in the ledger is gone"):
        store.content(snapshot.sha256)


def test_a_file_that_cannot_be_read_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        read_snapshot(tmp_path / "gone.csv")


def test_a_ledger_that_is_not_there_holds_nothing(store: SnapshotStore) -> None:
    assert store.arrivals() == []


def test_arrivals_come_back_as_they_were_entered_in_their_order(store: SnapshotStore) -> None:
    open_date = _arrival(2, "无日期.csv", source_id=None, released_on=None, released_on_origin=None)
    store.append([_arrival(), open_date])
    before = store.ledger_path.read_bytes()
    store.append([_arrival(3)])
    assert store.arrivals() == [_arrival(), open_date, _arrival(3)]
    assert store.ledger_path.read_bytes().startswith(before)
    assert store.ledger_path.read_bytes().count(b"\n") == 3


@pytest.mark.parametrize(
    "name", ['引"号".csv', "a\nb.csv", "a\u2028b.csv", "a\x85b.csv", "a\x0bb\x0cc.csv", "a\x1cb.csv", "😀.csv"]
)
def test_a_file_name_with_any_sign_in_it_neither_breaks_nor_ends_the_ledger(store: SnapshotStore, name: str) -> None:
    store.append([_arrival(1, name), _arrival(2)])
    assert store.arrivals() == [_arrival(1, name), _arrival(2)]


def test_a_file_name_in_gbk_as_old_archives_unpack_it_can_be_entered(store: SnapshotStore, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/" + "快递.csv".encode("gbk")
    Path(os.fsdecode(path)).write_bytes(b"a\n")
    name = read_snapshot(Path(os.fsdecode(path))).name
    store.append([_arrival(1, name)])
    assert [a.name for a in store.arrivals()] == [name]


def test_a_torn_last_line_is_left_out_wherever_it_was_torn_and_cut_off_at_the_next_entry(store: SnapshotStore) -> None:
    store.append([_arrival(1)])
    whole = store.ledger_path.read_bytes()
    store.append([_arrival(2)])
    both = store.ledger_path.read_bytes()
    for end in range(len(whole), len(both)):
        store.ledger_path.write_bytes(both[:end])
        assert store.arrivals() == [_arrival(1)], f"torn after {end - len(whole)} bytes of {both[len(whole) : end]!r}"
        store.append([_arrival(3)])
        assert store.arrivals() == [_arrival(1), _arrival(3)]
        assert store.ledger_path.read_bytes().startswith(whole)


def test_a_first_line_that_was_torn_is_cut_off_whole(store: SnapshotStore) -> None:
    store.folder.mkdir()
    store.ledger_path.write_bytes(b'{"recorded_in": 1')
    assert store.arrivals() == []
    store.append([_arrival()])
    assert store.arrivals() == [_arrival()]


@pytest.mark.parametrize(
    "line",
    [
        b"{}\n",
        b"\n",
        b"[]\n",
        b'{"recorded_in": 1\n',
        b"\xff\xfe\n",
        _arrival().model_dump_json().replace('"size"', '"sise"').encode() + b"\n",
        _arrival().model_dump_json().replace('"stated"', '"told"').encode() + b"\n",
        _arrival().model_dump_json().replace("2020-01-31", "2020-01-32").encode() + b"\n",
    ],
)
@pytest.mark.parametrize("following", [b"", _arrival(3).model_dump_json().encode() + b"\n"])
def test_a_whole_line_that_is_no_arrival_is_told_with_its_number(
    store: SnapshotStore, line: bytes, following: bytes
) -> None:
    store.append([_arrival(1)])
    with store.ledger_path.open("ab") as f:
        f.write(line + following)
    with pytest.raises(LedgerBroken, match=r"ledger\.jsonl:2: not a ledger line .*restore"):
        store.arrivals()


def test_lines_of_any_log_are_added_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    append_lines(path, [{"run": "甲"}, {"run": 2}])
    path.write_bytes(path.read_bytes() + b'{"ru')
    append_lines(path, [])
    append_lines(path, [{"run": 3}])
    assert path.read_text("utf-8") == '{"run": "甲"}\n{"run": 2}\n{"run": 3}\n'


def test_there_is_always_a_name_of_who_ran_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert current_user()

    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert current_user() == f"uid {os.getuid()}"
