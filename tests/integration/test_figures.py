"""Every shipped figure says where it is from; a sample of them is found again in the texts they were taken from."""

import csv
import random
import re
import struct
from functools import cache

import pytest

from tests.support import ROOT, SHARED

FIGURES = ROOT / "data" / "figures"
TEXTS = SHARED.parent
needs_texts = pytest.mark.skipif(
    not (TEXTS / "figures.md").is_file(), reason=f"the texts that figures are from are not at {TEXTS}"
)
READ = {".md", ".txt", ".csv", ".json", ".html", ".tsv"}
NEXT_GENERATION = ("TV4K", "BS5G", "U5G")
REJECTED = {
    ("EXP_VOL", "440000", "2018", "110"),
    *((name, "", period, "50") for name in ("CLOUD_FIRMS", "CLOUD_FIRMS_SME") for period in ("2020", "2020-12")),
    *((name, "", period, "1.5") for name in ("IIOT_FIRMS", "IIOT_FIRMS_DIGITAL") for period in ("2020", "2020-12")),
}
"""Indicator, area, period and number of what practice.md says not to ship; an empty area: any."""

Row = dict[str, str]


@cache
def _rows() -> list[Row]:
    found = []
    for path in sorted(FIGURES.glob("*/*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as f:
            found += [{**r, "file": f"{path.parent.name}/{path.name}:{n}"} for n, r in enumerate(csv.DictReader(f), 2)]
    return found


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)[,，\u00a0 ](?=\d{3}(?!\d))", "", text)


@cache
def _numbers() -> frozenset[str]:
    """Every number of the shared texts, without separators and trailing zeros."""
    found: set[str] = set()
    for path in sorted(p for p in TEXTS.rglob("*") if p.suffix.lower() in READ):
        content = path.read_bytes()
        for encoding in ("utf-8", "gb18030", "latin-1"):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
        for part in (text, _plain(text)):
            found.update(_bare(n) for n in re.findall(r"\d+(?:\.\d+)?", part))
    return frozenset(found)


def _bare(number: str) -> str:
    number = number.lstrip("-+").lstrip("0") or "0"
    number = f"0{number}" if number.startswith(".") else number
    return number.rstrip("0").rstrip(".") if "." in number else number


def _rk(packed: bytes) -> float:
    """A number as Excel packs it into four bytes: whole or the top of a double, perhaps in hundredths."""
    (word,) = struct.unpack("<I", packed)
    if word & 2:
        (number,) = struct.unpack("<i", packed)
        value = float(number >> 2)
    else:
        (value,) = struct.unpack("<d", bytes(4) + struct.pack("<I", word & ~3))
    return value / 100 if word & 1 else value


@cache
def _cells() -> frozenset[str]:
    """Every number of the old Excel files (BIFF records NUMBER, RK and MULRK), to two decimals."""
    found: set[float] = set()
    for book in (p.read_bytes() for p in sorted(TEXTS.rglob("*.xls"))):
        for m in re.finditer(rb"\x03\x02\x0e\x00.{6}(.{8})", book, re.DOTALL):
            found.update(struct.unpack("<d", m[1]))
        for m in re.finditer(rb"\x7e\x02\x0a\x00.{6}(.{4})", book, re.DOTALL):
            found.add(_rk(m[1]))
        for m in re.finditer(rb"\xbd\x00(..)", book, re.DOTALL):
            (length,) = struct.unpack("<H", m[1])
            row = book[m.end() : m.end() + length]
            if len(row) == length and length % 6 == 0 and length < 2048:
                found.update(_rk(row[i + 2 : i + 6]) for i in range(4, length - 2, 6))
    return frozenset(_bare(f"{value:.2f}") for value in found if abs(value) < 1e9)


def _is_found(row: Row) -> bool:
    """Whether a number stands, as printed, in a shared text; numbers of one or two digits prove little by it."""
    number = _bare(row["value"])
    return number in _numbers() or number in _cells()


def test_there_are_figures() -> None:
    assert len(_rows()) > 3000


@pytest.mark.parametrize(
    "field", ["publisher", "title", "released_on", "released_on_origin", "authority", "unit", "value"]
)
def test_every_figure_has(field: str) -> None:
    assert [r["file"] for r in _rows() if not r[field].strip()] == []


def test_every_figure_says_where_in_its_publication_it_stands() -> None:
    assert [r["file"] for r in _rows() if not (r["place"] or r.get("note") or "").strip()] == []


def test_release_dates_are_days_with_an_origin() -> None:
    assert {r["released_on_origin"] for r in _rows()} <= {"stated", "captured", "known_by"}
    assert [r["file"] for r in _rows() if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", r["released_on"])] == []


def test_what_needs_a_source_again_can_be_counted() -> None:
    count = {a: sum(r["authority"] == a for r in _rows()) for a in "APUD"}
    assert sum(count.values()) == len(_rows())
    assert count["P"] + count["D"] > 0
    panel = {r["file"].split("/")[0] for r in _rows() if r["authority"] == "U"}
    assert panel <= {"user_panel"}
    derived = [r for r in _rows() if r["authority"] == "D"]
    assert [r["file"] for r in derived if not re.search(r"\d", r["place"])] == []


def test_nothing_that_is_not_to_be_shipped_ships() -> None:
    found = [
        r["file"]
        for r in _rows()
        for indicator, area, period, number in REJECTED
        if (r["indicator_id"], r["period"], _bare(r["value"])) == (indicator, period, number)
        and area in ("", r["area_code"])
    ]
    assert found == []
    assert [r["file"] for r in _rows() if "2018年为110亿件" in "".join(v for v in r.values() if v)] == []


def _sampled() -> list[Row]:
    chosen = [r for r in _rows() if r["indicator_id"].startswith(NEXT_GENERATION)]
    others = [r for r in _rows() if r not in chosen]
    return chosen + random.Random(20181).sample(others, 60)


@needs_texts
def test_a_sample_is_found_in_the_texts() -> None:
    lost = [
        f"{r['file']} {r['indicator_id']} {r['area_code']} {r['period']} {r['value']} {r['unit']} ({r['title']})"
        for r in _sampled()
        if r["authority"] != "D" and not _is_found(r)
    ]
    assert lost == []
