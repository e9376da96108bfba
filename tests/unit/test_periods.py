"""Periods: labels, their first and last days, headings as publishers write them, what is due on a day."""

import datetime as dt
from collections.abc import Iterator

import pytest

from schemas.codes import Frequency
from schemas.periods import Period, newest_due, parse_label, parse_published

A, S, Q, M, D = Frequency.A, Frequency.S, Frequency.Q, Frequency.M, Frequency.D


@pytest.mark.parametrize(
    ("frequency", "label", "first", "last"),
    [
        (A, "2018", "2018-01-01", "2018-12-31"),
        (S, "2018-S1", "2018-01-01", "2018-06-30"),
        (S, "2018-S2", "2018-07-01", "2018-12-31"),
        (Q, "2018-Q1", "2018-01-01", "2018-03-31"),
        (Q, "2018-Q2", "2018-04-01", "2018-06-30"),
        (Q, "2018-Q4", "2018-10-01", "2018-12-31"),
        (M, "2018-01", "2018-01-01", "2018-01-31"),
        (M, "2018-12", "2018-12-01", "2018-12-31"),
        (M, "2019-02", "2019-02-01", "2019-02-28"),
        (M, "2020-02", "2020-02-01", "2020-02-29"),
        (M, "1900-02", "1900-02-01", "1900-02-28"),
        (D, "2020-02-29", "2020-02-29", "2020-02-29"),
        (A, "0001", "0001-01-01", "0001-12-31"),
        (A, "9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_a_label_spans_its_first_and_last_day(frequency: Frequency, label: str, first: str, last: str) -> None:
    period = parse_label(frequency, label)
    assert period == Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last), frequency, label)


@pytest.mark.parametrize(
    ("frequency", "label"),
    [
        *[(A, text) for text in ("18", "2018-01", "2018年", "0000", "20181", "", " 2018", "2018\n")],
        *[(S, text) for text in ("2018-S0", "2018-S3", "2018S1", "2018-s1", "2018")],
        *[(Q, text) for text in ("2018-Q0", "2018-Q5", "2018Q1", "2018-03")],
        *[(M, text) for text in ("2018-00", "2018-13", "2018-1", "201801", "2018", "2018-M01")],
        *[(D, text) for text in ("2019-02-29", "2018-04-31", "2018-06-00", "2018-06-32", "2018-06", "2018/06/30")],
    ],
)
def test_a_label_of_another_form_is_refused(frequency: Frequency, label: str) -> None:
    with pytest.raises(ValueError, match=r"not a period|no such year|day is out of range"):
        parse_label(frequency, label)


@pytest.mark.parametrize(("frequency", "label"), [(A, "２０１８"), (Q, "２０１８-Q1"), (M, "2018-0６"), (A, "٢٠١٨")])
def test_a_label_in_other_digits_is_refused_since_one_period_has_one_label(frequency: Frequency, label: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        parse_label(frequency, label)


def test_periods_sort_by_time() -> None:
    labels = [(M, "2018-12"), (A, "2018"), (Q, "2019-Q1"), (M, "2018-02")]
    assert [p.label for p in sorted(parse_label(f, label) for f, label in labels)] == [
        "2018",
        "2018-02",
        "2018-12",
        "2019-Q1",
    ]


@pytest.mark.parametrize(
    ("heading", "frequency", "label"),
    [
        ("2017年", A, "2017"),
        ("2017", A, "2017"),
        (" 2017 年 ", A, "2017"),
        ("2020年第四季度", Q, "2020-Q4"),
        ("2020年第1季度", Q, "2020-Q1"),
        ("2020年 第三季度", Q, "2020-Q3"),
        ("2020Q2", Q, "2020-Q2"),
        ("2016年1月", M, "2016-01"),
        ("2016年12月", M, "2016-12"),
        ("2018年1-6月", M, "2018-06"),
        ("2018年1—2月", M, "2018-02"),
        ("2018年1～11月", M, "2018-11"),
        ("201801", M, "2018-01"),
        ("2018-12", M, "2018-12"),
        ("2018.03", M, "2018-03"),
        ("2018/03", M, "2018-03"),
    ],
)
def test_a_heading_names_its_period(heading: str, frequency: Frequency, label: str) -> None:
    assert parse_published(heading) == parse_label(frequency, label)


@pytest.mark.parametrize(
    "heading",
    [
        *("", "年", "地区", "17年", "20017年", "0000年", "2016年度数", "最近10年", "2016-", "1993-2017"),
        *("201813", "201800", "2018年13月", "2018年0月", "2018年2-6月", "2018年1-13月", "1-6月", "6月"),
        *("2020年第五季度", "2020年第0季度", "2020Q5", "第四季度", "2018年上半年", "Unnamed: 3", "28014.94"),
    ],
)
def test_a_heading_that_is_no_period_is_refused_with_its_text(heading: str) -> None:
    with pytest.raises(ValueError, match=r"not a period|no such year") as refused:
        parse_published(heading)
    assert repr(heading[:4])[1:-1] in str(refused.value)


@pytest.mark.parametrize("heading", ["２０１７年", "２０１７年１月", "２０２０年第四季度"])
def test_a_full_width_heading_never_makes_a_second_label_of_a_period(heading: str) -> None:
    try:
        label = parse_published(heading).label
    except ValueError:
        return
    assert label.isascii()


def _labels(frequency: Frequency) -> Iterator[str]:
    suffixes = {A: [""], S: ["-S1", "-S2"], Q: [f"-Q{i}" for i in range(1, 5)], M: [f"-{i:02d}" for i in range(1, 13)]}
    for year in range(2014, 2023):
        yield from (f"{year}{suffix}" for suffix in suffixes[frequency])


@pytest.mark.parametrize("frequency", [A, S, Q, M])
@pytest.mark.parametrize("lag", [0, 1, 30, 35, 59, 60, 90, 365, 400])
def test_the_newest_period_due_is_the_last_that_ended_early_enough(frequency: Frequency, lag: int) -> None:
    periods = [parse_label(frequency, label) for label in _labels(frequency)]
    due = iter(periods)
    newest, following = next(due), next(due)
    day = dt.date(2018, 1, 1)
    while day < dt.date(2021, 1, 3):
        while following.end + dt.timedelta(days=lag) <= day:
            newest, following = following, next(due)
        assert newest_due(frequency, lag, day) == newest, f"{frequency} {lag} {day}"
        day += dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("frequency", "lag", "day", "label"),
    [
        (A, 0, "2018-12-30", "2017"),
        (A, 0, "2018-12-31", "2018"),
        (A, 400, "2020-02-03", "2017"),
        (A, 400, "2020-02-04", "2018"),
        (M, 0, "2020-02-28", "2020-01"),
        (M, 0, "2020-02-29", "2020-02"),
        (M, 35, "2018-02-03", "2017-11"),
        (M, 35, "2018-02-04", "2017-12"),
        (Q, 30, "2018-04-29", "2017-Q4"),
        (Q, 30, "2018-04-30", "2018-Q1"),
        (S, 0, "2018-06-29", "2017-S2"),
        (S, 0, "2018-06-30", "2018-S1"),
    ],
)
def test_a_period_falls_due_on_the_day_and_not_the_day_before(
    frequency: Frequency, lag: int, day: str, label: str
) -> None:
    assert newest_due(frequency, lag, dt.date.fromisoformat(day)).label == label
