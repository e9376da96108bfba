"""Periods: SDMX labels, the days they span, and the forms in which publishers write them."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from schemas.codes import Frequency

_LABELS = {
    Frequency.A: re.compile(r"(?P<year>\d{4})", re.ASCII),
    Frequency.S: re.compile(r"(?P<year>\d{4})-S(?P<part>[12])", re.ASCII),
    Frequency.Q: re.compile(r"(?P<year>\d{4})-Q(?P<part>[1-4])", re.ASCII),
    Frequency.M: re.compile(r"(?P<year>\d{4})-(?P<part>0[1-9]|1[0-2])", re.ASCII),
    Frequency.D: re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])", re.ASCII),
}
_MONTHS_IN_PART = {Frequency.A: 12, Frequency.S: 6, Frequency.Q: 3, Frequency.M: 1}
_EXAMPLES = {
    Frequency.A: "2018",
    Frequency.S: "2018-S1",
    Frequency.Q: "2018-Q1",
    Frequency.M: "2018-06",
    Frequency.D: "2018-06-30",
}

_PUBLISHED = (
    (re.compile(r"(\d{4})年?", re.ASCII), Frequency.A),
    (re.compile(r"(\d{4})年?(?:第([一二三四1-4])季度|Q([1-4]))", re.ASCII), Frequency.Q),
    (re.compile(r"(\d{4})年(?:1\s*[-—–~～]\s*)?(\d{1,2})月", re.ASCII), Frequency.M),
    (re.compile(r"(\d{4})[-/.]?(0[1-9]|1[0-2])", re.ASCII), Frequency.M),
)
_ORDINALS = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of time with its SDMX label; a single day for frequency D."""

    start: dt.date
    end: dt.date
    frequency: Frequency
    label: str


@lru_cache(maxsize=4096)  # rows by the million name a few hundred periods
def parse_label(frequency: Frequency, label: str) -> Period:
    """The period that an SDMX label names.

    Raises:
        ValueError: the label is not one of that frequency, or names a day that does not exist.
    """
    match = _LABELS[frequency].fullmatch(label)
    if match is None:
        raise ValueError(
            f"{label!r} is not a period of frequency {frequency}; expected a form like {_EXAMPLES[frequency]}"
        )
    year = int(match["year"])
    if not 1 <= year <= 9999:
        raise ValueError(f"{label!r} has no such year")
    if frequency is Frequency.D:
        day = dt.date(year, int(match["month"]), int(match["day"]))
        return Period(day, day, frequency, label)
    months = _MONTHS_IN_PART[frequency]
    part = int(match["part"]) if "part" in match.re.groupindex else 1
    last_month = part * months
    start = dt.date(year, last_month - months + 1, 1)
    end = dt.date(year, last_month, calendar.monthrange(year, last_month)[1])
    return Period(start, end, frequency, label)


def parse_published(text: str) -> Period:
    """The period that a publisher's heading names: 2017年, 2020年第四季度, 2016年1月, 2018年1-6月, 201801.

    Raises:
        ValueError: no known form matches.
    """
    compact = re.sub(r"\s+", "", text)
    for pattern, frequency in _PUBLISHED:
        match = pattern.fullmatch(compact)
        if match is None:
            continue
        year, *rest = [g for g in match.groups() if g is not None]
        if frequency is Frequency.A:
            return parse_label(frequency, year)
        number = _ORDINALS.get(rest[0]) or int(rest[0])
        label = f"{year}-Q{number}" if frequency is Frequency.Q else f"{year}-{number:02d}"
        return parse_label(frequency, label)
    raise ValueError(
        f"{text!r} is not a period this reader knows; expected a form like 2017年, 2020年第四季度, 2016年1月"
    )


def newest_due(frequency: Frequency, lag_days: int, on: dt.date) -> Period:
    """The newest period of a frequency that is due on a day: one that ended at least `lag_days` before it."""
    latest_end = on - dt.timedelta(days=lag_days)
    months = _MONTHS_IN_PART[frequency]
    first_free = latest_end + dt.timedelta(days=1)
    parts = (first_free.year * 12 + first_free.month - 1) // months
    year, part = divmod(parts - 1, 12 // months)
    label = {
        Frequency.A: f"{year:04d}",
        Frequency.S: f"{year:04d}-S{part + 1}",
        Frequency.Q: f"{year:04d}-Q{part + 1}",
        Frequency.M: f"{year:04d}-{part + 1:02d}",
    }[frequency]
    return parse_label(frequency, label)
