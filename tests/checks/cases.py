"""What each check must find, and what it must let pass.

A case is a small file, a value a line: indicator, area, frequency, basis, period, value, then what differs from the
defaults. `!` marks the cell that the check accuses, with the difference it gives; nothing else may be reported of
the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

CITIES = [
    *("440100", "440200", "440300", "440400", "440500", "440600", "440700", "440800", "440900", "441200", "441300"),
    *("441400", "441500", "441600", "441700", "441800", "441900", "442000", "445100", "445200", "445300"),
]
GBA9 = ["440100", "440300", "440400", "440600", "440700", "441200", "441300", "441900", "442000"]
EAST = ["440500", "441500", "445100", "445200"]


@dataclass(frozen=True)
class Case:
    """A check, what is special, and the lines of one file, or of two of different sources."""

    check: str
    name: str
    lines: str
    other: str = ""
    tamper: str = ""
    """SQL on the warehouse after its tables are made, for faults that no file brings in."""

    @property
    def fails(self) -> bool:
        """Whether the check must find something."""
        return "!" in self.lines + self.other


def areas(codes: list[str], value: str, indicator: str = "EXP_VOL") -> str:
    """A line for each area."""
    return "\n".join(f"{indicator} {code} A period 2019 {value}" for code in codes)


CORRECTED = (
    "INSERT INTO corrections BY NAME SELECT '{sector}' AS correction_id, source_id, indicator_id, area_code, "
    "sector_code, frequency, basis, measure, definition_id, '2019' AS period, DATE '2026-06-30' AS released_on, unit, "
    "{expect} AS expect, 'set' AS action, 10 AS value, unit AS unit_text, '' AS zh, '' AS en, '' AS document, "
    "'' AS corrected_by, DATE '2026-07-01' AS corrected_on, 'confirmed' AS status "
    "FROM series WHERE sector_code = '{sector}' AND source_id LIKE 'case%' {kept}"
)


def corrected(expect: str, kept: str = "") -> str:
    """A correction of the values of 2019 of the case's own series, or of those that a condition keeps."""
    return CORRECTED.format(expect=expect, sector="{sector}", kept=f"AND {kept}" if kept else "")


WRITTEN = [
    Case(
        "key_repeated",
        "a value stands twice under one key",
        "EXP_VOL 440000 A period 2019 100.0 ! 0",
        tamper="INSERT INTO observations SELECT * REPLACE (series_id + 1000000 AS series_id) FROM observations "
        "WHERE sector_code = '{sector}'",
    ),
    Case(
        "key_repeated",
        "a year and its December are two things",
        "EXP_VOL 440000 A period 2019 100.0\nEXP_VOL 440000 M cumulative 2019-12 100.0",
    ),
    *(
        Case(
            "code_unknown",
            f"no such {column}",
            "EXP_VOL 440000 A period 2019 100.0 !",
            tamper=f"UPDATE observations SET {column} = 'xx' WHERE sector_code = '{{sector}}'",
        )
        for column in ("area_code", "unit", "definition_id", "indicator_id")
    ),
    Case("code_unknown", "all known, with a sector", "EXP_VOL 440000 A period 2019 100.0"),
    Case(
        "parts_do_not_sum",
        "an identity, off by more than rounding",
        """EXP_VOL 440000 A period 2019 100.0 ! -0.3
        EXP_LOCAL_VOL 440000 A period 2019 10.0
        EXP_INTERCITY_VOL 440000 A period 2019 80.0
        EXP_INTL_VOL 440000 A period 2019 9.7""",
    ),
    Case(
        "parts_do_not_sum",
        "an identity, off by just as much as rounding may be",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_LOCAL_VOL 440000 A period 2019 10.0
        EXP_INTERCITY_VOL 440000 A period 2019 80.0
        EXP_INTL_VOL 440000 A period 2019 9.8""",
    ),
    Case(
        "parts_do_not_sum",
        "an identity with a part missing",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_LOCAL_VOL 440000 A period 2019 10.0
        EXP_INTERCITY_VOL 440000 A period 2019 80.0""",
    ),
    Case(
        "parts_do_not_sum",
        "4G and 5G users exceed mobile users",
        """MOB_USERS 440000 M end 2021-06 100.0 ! 10
        MOB4G_USERS 440000 M end 2021-06 60.0
        U5G_TERMINAL 440000 M end 2021-06 50.0""",
    ),
    Case(
        "parts_do_not_sum",
        "4G and 5G users are fewer, 2G users make the rest",
        """MOB_USERS 440000 M end 2021-06 100.0
        MOB4G_USERS 440000 M end 2021-06 60.0
        U5G_TERMINAL 440000 M end 2021-06 30.0""",
    ),
    Case(
        "parts_do_not_sum",
        "packages are no part of mobile users",
        """MOB_USERS 440000 M end 2021-06 100.0
        MOB4G_USERS 440000 M end 2021-06 60.0
        U5G_PACKAGE 440000 M end 2021-06 50.0""",
    ),
    Case(
        "parts_do_not_sum",
        "1000 Mbit/s exceed 100 Mbit/s",
        "BB100_USERS 440000 M end 2021-06 80.0 ! 1\nBB1000_USERS 440000 M end 2021-06 81.0",
    ),
    Case("parts_do_not_sum", "a region's cities", f"EXP_VOL 44-EAST A period 2019 45.0 ! -5\n{areas(EAST, '10.0')}"),
    Case("parts_do_not_sum", "a region's cities sum", f"EXP_VOL 44-EAST A period 2019 40.2\n{areas(EAST, '10.0')}"),
    Case(
        "parts_do_not_sum",
        "some of a region's cities, not all",
        f"EXP_VOL 44-EAST A period 2019 45.0\n{areas(EAST[1:], '10.0')}",
    ),
    Case(
        "parts_do_not_sum",
        "some of a region's cities exceed it",
        f"EXP_VOL 44-EAST A period 2019 25.0 ! 5\n{areas(EAST[1:], '10.0')}",
    ),
    Case(
        "parts_do_not_sum",
        "a province, its cities and 省直",
        f"EXP_VOL 440000 A period 2019 25.0\n{areas(CITIES, '1.0')}\nEXP_VOL 44-DIRECT A period 2019 4.0",
    ),
    Case(
        "parts_do_not_sum",
        "省直 is counted",
        f"EXP_VOL 440000 A period 2019 21.0 ! 4\n{areas(CITIES, '1.0')}\nEXP_VOL 44-DIRECT A period 2019 4.0",
    ),
    Case(
        "parts_do_not_sum",
        "a province and its regions",
        "EXP_VOL 440000 A period 2019 50.0 ! -10\n" + areas(["44-PRD", "44-EAST", "44-WEST", "44-NORTH"], "10.0"),
    ),
    Case("parts_do_not_sum", "a composite area", f"EXP_VOL GBA9 A period 2019 10.0 ! -1\n{areas(GBA9, '1.0')}"),
    Case(
        "parts_do_not_sum",
        "what does not add is not summed",
        f"SW_REV 44-EAST A period 2019 45.0\n{areas(EAST, '10.0', 'SW_REV')}",
    ),
    Case(
        "part_over_whole",
        "published so for December 2021",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元
        EXP_REV 440000 M period 2021-12 211.6 unit=亿元 ! 61000""",
    ),
    Case(
        "part_over_whole",
        "within the rounding of both",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元
        EXP_REV 440000 M period 2021-12 205.6 unit=亿元""",
    ),
    Case(
        "part_over_whole",
        "a whole that is only a lower bound",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元 qualifier=at_least
        EXP_REV 440000 M period 2021-12 211.6 unit=亿元""",
    ),
    Case(
        "part_over_whole",
        "a month beside a cumulative value",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元
        EXP_REV 440000 M cumulative 2021-12 2454.3 unit=亿元""",
    ),
    Case(
        "month_over_cumulative",
        "the month exceeds the year so far",
        "EXP_VOL 440000 M cumulative 2020-03 31.1 ! -0.2\nEXP_VOL 440000 M period 2020-03 31.3",
    ),
    Case(
        "month_over_cumulative",
        "within the rounding of both",
        "EXP_VOL 440000 M cumulative 2020-03 31.1\nEXP_VOL 440000 M period 2020-03 31.2",
    ),
    Case(
        "month_over_cumulative",
        "losses of a month leave a smaller total",
        "SW_PROFIT 440000 M cumulative 2020-03 31.1\nSW_PROFIT 440000 M period 2020-03 40.0",
    ),
    Case(
        "month_not_difference",
        "beyond the rounding of all three",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 30.6 ! 0.2""",
    ),
    Case(
        "month_not_difference",
        "within the rounding of all three",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 30.5""",
    ),
    Case(
        "month_not_difference",
        "robots of 2020, from two releases: 838",
        """IROBOT_OUT 440000 M cumulative 2020-11 206524 released_on=2020-12-20
        IROBOT_OUT 440000 M cumulative 2020-12 237068
        IROBOT_OUT 440000 M period 2020-12 29706 ! -838""",
    ),
    Case(
        "cumulative_falls",
        "by more than rounding",
        "EXP_VOL 440000 M cumulative 2020-03 120.5\nEXP_VOL 440000 M cumulative 2020-04 120.3 ! -0.2",
    ),
    Case(
        "cumulative_falls",
        "within rounding",
        "EXP_VOL 440000 M cumulative 2020-03 120.5\nEXP_VOL 440000 M cumulative 2020-04 120.4",
    ),
    Case(
        "cumulative_falls",
        "profits may",
        "SW_PROFIT 440000 M cumulative 2020-03 120.5\nSW_PROFIT 440000 M cumulative 2020-04 100.0",
    ),
    Case(
        "growth_unexplained",
        "the published rate is not that of the levels",
        """EXP_VOL 440000 A period 2018 100.0
        EXP_VOL 440000 A period 2019 110.0
        EXP_VOL 440000 A period 2019 12.0 measure=growth_yoy unit=% ! 2""",
    ),
    Case(
        "growth_unexplained",
        "points of a rate",
        """FTTH_SHARE 440000 M end 2018-06 80.0
        FTTH_SHARE 440000 M end 2019-06 85.0
        FTTH_SHARE 440000 M end 2019-06 6.0 measure=change_pp unit=百分点 ! 1""",
    ),
    Case(
        "growth_unexplained",
        "a two-year average",
        """EXP_VOL 440000 A period 2017 100.0
        EXP_VOL 440000 A period 2019 121.0
        EXP_VOL 440000 A period 2019 12.0 measure=growth_two_year unit=% ! 2""",
    ),
    Case(
        "growth_unexplained",
        "within the rounding of all three",
        """EXP_VOL 440000 A period 2018 100.0
        EXP_VOL 440000 A period 2019 110.0
        EXP_VOL 440000 A period 2019 10.1 measure=growth_yoy unit=%""",
    ),
    Case(
        "stock_not_carried",
        "the addition published is not the difference",
        """FBB_USERS 440000 M end 2018-05 3376.1
        FBB_USERS 440000 M end 2018-06 3431.8 ! 0.7
        FBB_USERS 440000 M end 2018-06 55.0 measure=net_addition coverage_from=2018-06-01""",
    ),
    Case(
        "stock_not_carried",
        "it is",
        """FBB_USERS 440000 M end 2018-05 3376.1
        FBB_USERS 440000 M end 2018-06 3431.8
        FBB_USERS 440000 M end 2018-06 55.6 measure=net_addition coverage_from=2018-06-01""",
    ),
    Case(
        "unit_slip",
        "ten thousand times its neighbours",
        """MOB_USERS 440000 M end 2020-01 100.0
        MOB_USERS 440000 M end 2020-02 101.0
        MOB_USERS 440000 M end 2020-03 1020000 ! 1019899
        MOB_USERS 440000 M end 2020-04 103.0""",
    ),
    Case(
        "unit_slip",
        "the newest value, a hundred-millionth of those before it",
        """EXP_VOL 440000 M period 2020-01 300000000
        EXP_VOL 440000 M period 2020-02 310000000
        EXP_VOL 440000 M period 2020-03 3.2 ! -309999996.8""",
    ),
    Case(
        "unit_slip",
        "the first value, by the two after it",
        """EXP_VOL 440000 M period 2020-01 3000000 ! 2999680
        EXP_VOL 440000 M period 2020-02 310
        EXP_VOL 440000 M period 2020-03 320""",
    ),
    Case(
        "unit_slip",
        "two values alone: the later is accused",
        "EXP_VOL 440000 M period 2020-02 310\nEXP_VOL 440000 M period 2020-03 3200000 ! 3199690",
    ),
    Case(
        "unit_slip",
        "a lost point in a cumulative series",
        """EXP_VOL 440000 M cumulative 2020-01 10.0
        EXP_VOL 440000 M cumulative 2020-02 20.0
        EXP_VOL 440000 M cumulative 2020-03 30.0
        EXP_VOL 440000 M cumulative 2020-04 400.0 ! 370""",
    ),
    Case(
        "unit_slip",
        "seven times is no slip",
        """EXP_VOL 440000 M period 2020-01 10.0
        EXP_VOL 440000 M period 2020-02 10.5
        EXP_VOL 440000 M period 2020-03 70.0
        EXP_VOL 440000 M period 2020-04 10.2""",
    ),
    Case(
        "unit_slip",
        "a thousand times is no slip",
        """EXP_VOL 440000 M period 2020-01 10
        EXP_VOL 440000 M period 2020-02 11
        EXP_VOL 440000 M period 2020-03 11000
        EXP_VOL 440000 M period 2020-04 12""",
    ),
    Case(
        "unit_slip",
        "December is not twelve Januaries",
        "EXP_VOL 440000 M cumulative 2019-12 120.0\nEXP_VOL 440000 M cumulative 2020-01 11.0",
    ),
    Case(
        "unit_slip",
        "a year beside years",
        "EXP_VOL 440000 A period 2017 100.0\nEXP_VOL 440000 A period 2018 100.0\nEXP_VOL 440000 A period 2019 100.0",
    ),
    Case(
        "decimal_lost",
        "7.3 as 73",
        """EXP_VOL 440000 A period 2017 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2018 73 measure=growth_yoy unit=% ! 65.9
        EXP_VOL 440000 A period 2019 7.6 measure=growth_yoy unit=%""",
    ),
    Case(
        "decimal_lost",
        "a rate's level",
        """FTTH_SHARE 440000 M end 2019-01 8.1
        FTTH_SHARE 440000 M end 2019-02 82 ! 73.9
        FTTH_SHARE 440000 M end 2019-03 8.3""",
    ),
    Case(
        "decimal_lost",
        "73.0 has its point",
        """EXP_VOL 440000 A period 2017 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2018 73.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 7.6 measure=growth_yoy unit=%""",
    ),
    Case(
        "decimal_lost",
        "whole numbers throughout",
        """EXP_VOL 440000 A period 2017 7 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2018 73 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 8 measure=growth_yoy unit=%""",
    ),
    Case(
        "decimal_lost",
        "30 after 7.1",
        """EXP_VOL 440000 A period 2017 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2018 30 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 7.6 measure=growth_yoy unit=%""",
    ),
    Case(
        "columns_swapped",
        "phones and computers",
        """PHONE_OUT 440000 M period 2020-03 300.0
        PC_OUT 440000 M period 2020-03 100.0
        PHONE_OUT 440000 M period 2020-04 303.0
        PC_OUT 440000 M period 2020-04 99.0
        PHONE_OUT 440000 M period 2020-05 98.0
        PC_OUT 440000 M period 2020-05 306.0 ! 208
        PHONE_OUT 440000 M period 2020-06 309.0
        PC_OUT 440000 M period 2020-06 97.0""",
    ),
    Case(
        "columns_swapped",
        "two cities, in the newest month",
        """PHONE_OUT 440300 M period 2020-03 300.0
        PHONE_OUT 441300 M period 2020-03 100.0
        PHONE_OUT 440300 M period 2020-04 303.0
        PHONE_OUT 441300 M period 2020-04 99.0
        PHONE_OUT 440300 M period 2020-05 98.0 ! -208
        PHONE_OUT 441300 M period 2020-05 306.0""",
    ),
    Case(
        "columns_swapped",
        "one falls, the other rises, to no value of each other",
        """PHONE_OUT 440000 M period 2020-03 300.0
        PC_OUT 440000 M period 2020-03 100.0
        PHONE_OUT 440000 M period 2020-04 303.0
        PC_OUT 440000 M period 2020-04 99.0
        PHONE_OUT 440000 M period 2020-05 98.0
        PC_OUT 440000 M period 2020-05 450.0""",
    ),
    Case(
        "columns_swapped",
        "nearly equal series cross",
        """PHONE_OUT 440000 M period 2020-03 110.0
        PC_OUT 440000 M period 2020-03 100.0
        PHONE_OUT 440000 M period 2020-04 112.0
        PC_OUT 440000 M period 2020-04 101.0
        PHONE_OUT 440000 M period 2020-05 102.0
        PC_OUT 440000 M period 2020-05 113.0""",
    ),
    Case(
        "columns_swapped",
        "other areas' other indicators",
        """PHONE_OUT 440300 M period 2020-03 300.0
        PC_OUT 441300 M period 2020-03 100.0
        PHONE_OUT 440300 M period 2020-04 98.0
        PC_OUT 441300 M period 2020-04 306.0""",
    ),
    Case(
        "definition_changed",
        "5G users fall by 32 %",
        """U5G_TERMINAL 440000 M end 2020-06 1434.4
        U5G_TERMINAL 440000 M end 2020-08 2074
        U5G_TERMINAL 440000 M end 2020-11 3053.3
        U5G_TERMINAL 440000 M end 2021-03 2083.5 ! -969.8""",
    ),
    Case(
        "definition_changed",
        "by a fifth, no more",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2021-06 80.0",
    ),
    Case(
        "definition_changed",
        "a count since the beginning falls at all",
        "CLOUD_FIRMS 440000 Q end 2021-Q1 100\nCLOUD_FIRMS 440000 Q end 2021-Q2 98 ! -2",
    ),
    Case(
        "definition_changed",
        "within rounding",
        "CLOUD_FIRMS 440000 Q end 2021-Q1 100\nCLOUD_FIRMS 440000 Q end 2021-Q2 99",
    ),
    Case(
        "definition_changed",
        "declared by its status",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2021-06 50.0 obs_status=B",
    ),
    Case(
        "definition_changed",
        "declared as a break of the source",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2020-12 50.0",
        tamper="INSERT INTO series_breaks BY NAME SELECT source_id, indicator_id, 'DEFINITION_CHANGE' AS reason, "
        "DATE '2020-12-01' AS period_from, 'test' AS evidence FROM observations WHERE sector_code = '{sector}' LIMIT 1",
    ),
    Case(
        "definition_changed",
        "three years apart",
        "FBB_USERS 440000 M end 2017-06 100.0\nFBB_USERS 440000 M end 2020-06 50.0",
    ),
    Case(
        "jump",
        "beyond the threshold and thrice its usual growth",
        """EXP_VOL 440000 A period 2015 100
        EXP_VOL 440000 A period 2016 110
        EXP_VOL 440000 A period 2017 121
        EXP_VOL 440000 A period 2018 133
        EXP_VOL 440000 A period 2019 300 ! 167""",
    ),
    Case(
        "jump",
        "downwards",
        """EXP_VOL 440000 A period 2015 100
        EXP_VOL 440000 A period 2016 110
        EXP_VOL 440000 A period 2017 121
        EXP_VOL 440000 A period 2018 133
        EXP_VOL 440000 A period 2019 90 ! -43""",
    ),
    Case(
        "jump",
        "a series that always grows so",
        """EXP_VOL 440000 A period 2016 100
        EXP_VOL 440000 A period 2017 160
        EXP_VOL 440000 A period 2018 250
        EXP_VOL 440000 A period 2019 420""",
    ),
    Case(
        "jump",
        "thrice its usual growth, below the threshold",
        """EXP_VOL 440000 A period 2016 100
        EXP_VOL 440000 A period 2017 101
        EXP_VOL 440000 A period 2018 102
        EXP_VOL 440000 A period 2019 150""",
    ),
    Case(
        "jump",
        "the publisher says so, too",
        """EXP_VOL 440000 A period 2016 100
        EXP_VOL 440000 A period 2017 110
        EXP_VOL 440000 A period 2018 121
        EXP_VOL 440000 A period 2019 300
        EXP_VOL 440000 A period 2019 147.9 measure=growth_yoy unit=%""",
    ),
    Case("jump", "no history to speak of", "EXP_VOL 440000 A period 2018 100\nEXP_VOL 440000 A period 2019 300"),
    Case("out_of_bounds", "107 %, as published", "FTTH_HOME_RATE 440100 A end 2017 107 ! 7"),
    Case("out_of_bounds", "a share above 100 %", "EXP_VOL 44-PRD A period 2019 101.0 measure=share unit=% ! 1"),
    Case("out_of_bounds", "a rate below zero", "FTTH_HOME_RATE 440100 A end 2017 -3 ! -3"),
    Case("out_of_bounds", "a negative volume", "EXP_VOL 440000 A period 2019 -5 ! -5"),
    Case(
        "out_of_bounds", "a fall of more than all", "EXP_VOL 440000 A period 2019 -101.0 measure=growth_yoy unit=% ! -1"
    ),
    Case("out_of_bounds", "100 %", "FTTH_HOME_RATE 440100 A end 2017 100"),
    Case("out_of_bounds", "a loss", "SW_PROFIT 440000 A period 2019 -5"),
    Case("out_of_bounds", "more than doubled", "EXP_VOL 440000 A period 2019 137.9 measure=growth_yoy unit=%"),
    Case(
        "share_not_quotient",
        "a point off",
        """FTTH_USERS 440000 M end 2018-06 2994.5
        FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_SHARE 440000 M end 2018-06 88.3 ! 1.0426""",
    ),
    Case(
        "share_not_quotient",
        "a point off, below",
        """FTTH_USERS 440000 M end 2018-06 2994.5
        FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_SHARE 440000 M end 2018-06 86.3 ! -0.9574""",
    ),
    Case(
        "share_not_quotient",
        "as published for June 2018",
        """FTTH_USERS 440000 M end 2018-06 2994.5
        FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_SHARE 440000 M end 2018-06 87.3""",
    ),
    Case(
        "sources_disagree",
        "by more than rounding: the one second in precedence is accused",
        "EXP_VOL 440000 A period 2019 100.0",
        other="EXP_VOL 440000 A period 2019 101.0 ! 1",
    ),
    Case(
        "sources_disagree",
        "a base that a rate implies",
        "EXP_VOL 440000 A period 2018 100.0",
        other="EXP_VOL 440000 A period 2019 121.0 ! 10\nEXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%",
    ),
    Case(
        "sources_disagree",
        "one has more decimals",
        "EXP_VOL 440000 A period 2019 100.0",
        other="EXP_VOL 440000 A period 2019 100.04",
    ),
    Case(
        "areas_listed_twice",
        "Guangzhou and Shenzhen beside Guangdong",
        """EXP_VOL 000000 A period 2019 1000.0
        EXP_VOL 440000 A period 2019 300.0
        EXP_VOL 440100 A period 2019 90.0 ! 170
        EXP_VOL 440300 A period 2019 80.0""",
    ),
    Case(
        "areas_listed_twice",
        "a provincial table",
        "EXP_VOL 440000 A period 2019 300.0\nEXP_VOL 440100 A period 2019 90.0\nEXP_VOL 440300 A period 2019 80.0",
    ),
    Case(
        "areas_listed_twice",
        "all cities of the province",
        f"EXP_VOL 000000 A period 2019 1000.0\nEXP_VOL 440000 A period 2019 21.0\n{areas(CITIES, '1.0')}",
    ),
    Case(
        "suppressed_by_total",
        "one city hidden",
        f"""EXP_VOL 44-EAST A period 2019 40.0
        EXP_VOL 440500 A period 2019 - obs_status=Q !
        {areas(EAST[1:], "10.0")}""",
    ),
    Case(
        "suppressed_by_total",
        "two cities hidden",
        f"""EXP_VOL 44-EAST A period 2019 40.0
        EXP_VOL 440500 A period 2019 - obs_status=Q
        EXP_VOL 441500 A period 2019 - obs_status=Q
        {areas(EAST[2:], "10.0")}""",
    ),
    Case(
        "suppressed_by_total",
        "one hidden, another not listed",
        f"""EXP_VOL 44-EAST A period 2019 40.0
        EXP_VOL 440500 A period 2019 - obs_status=Q
        {areas(EAST[2:], "10.0")}""",
    ),
    Case(
        "suppressed_by_total",
        "the whole hidden, all parts shown",
        f"EXP_VOL 44-EAST A period 2019 - obs_status=Q !\n{areas(EAST, '10.0')}",
    ),
    Case(
        "suppressed_by_total",
        "no whole",
        f"EXP_VOL 440500 A period 2019 - obs_status=Q\n{areas(EAST[1:], '10.0')}",
    ),
    Case(
        "suppressed_by_total",
        "省直 alone hidden",
        f"""EXP_VOL 440000 A period 2019 25.0
        {areas(CITIES, "1.0")}
        EXP_VOL 44-DIRECT A period 2019 - obs_status=Q !""",
    ),
    Case(
        "suppressed_by_total",
        "a part of an identity",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_LOCAL_VOL 440000 A period 2019 10.0
        EXP_INTERCITY_VOL 440000 A period 2019 80.0
        EXP_INTL_VOL 440000 A period 2019 - obs_status=Q !""",
    ),
    Case(
        "suppressed_by_total",
        "a part of what only bounds",
        """MOB_USERS 440000 M end 2021-06 100.0
        MOB3G_USERS 440000 M end 2021-06 10.0
        MOB4G_USERS 440000 M end 2021-06 60.0
        U5G_TERMINAL 440000 M end 2021-06 - obs_status=Q""",
    ),
    Case(
        "suppressed_by_month",
        "a month between two cumulative values",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 - obs_status=Q !""",
    ),
    Case(
        "suppressed_by_month",
        "a cumulative value",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 - obs_status=Q !
        EXP_VOL 440000 M period 2020-03 30.4""",
    ),
    Case(
        "suppressed_by_month",
        "the cumulative value before",
        """EXP_VOL 440000 M cumulative 2020-02 - obs_status=Q !
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 30.4""",
    ),
    Case(
        "suppressed_by_month",
        "January, which is its own total",
        "EXP_VOL 440000 M cumulative 2020-01 45.0\nEXP_VOL 440000 M period 2020-01 - obs_status=Q !",
    ),
    Case(
        "suppressed_by_month",
        "two of three hidden",
        """EXP_VOL 440000 M cumulative 2020-02 - obs_status=Q
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 - obs_status=Q""",
    ),
    Case(
        "suppressed_by_month",
        "the month before is not held",
        "EXP_VOL 440000 M cumulative 2020-03 120.5\nEXP_VOL 440000 M period 2020-03 - obs_status=Q",
    ),
    Case(
        "suppressed_by_growth",
        "a value, by its base and rate",
        """EXP_VOL 440000 A period 2018 100.0
        EXP_VOL 440000 A period 2019 - obs_status=Q !
        EXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "suppressed_by_growth",
        "a base, by the value and its rate",
        """EXP_VOL 440000 A period 2018 - obs_status=Q !
        EXP_VOL 440000 A period 2019 110.0
        EXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "suppressed_by_growth",
        "a base, by the one that a form reports",
        """EXP_VOL 440000 A period 2018 - obs_status=Q !
        EXP_VOL 440000 A period 2019 110.0
        EXP_VOL 440000 A period 2019 100.0 measure=base_comparable""",
    ),
    Case(
        "suppressed_by_growth",
        "the rate is not shown",
        "EXP_VOL 440000 A period 2018 100.0\nEXP_VOL 440000 A period 2019 - obs_status=Q",
    ),
    Case(
        "suppressed_by_growth",
        "both are hidden",
        """EXP_VOL 440000 A period 2018 - obs_status=Q
        EXP_VOL 440000 A period 2019 - obs_status=Q
        EXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "a region, by its share of the province",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q !
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "a city, by its share of the province",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 440300 A period 2019 - obs_status=Q !
        EXP_VOL 440300 A period 2019 26.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "a numerator, by its share and the whole",
        """FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_USERS 440000 M end 2018-06 - obs_status=Q !
        FTTH_SHARE 440000 M end 2018-06 87.3""",
    ),
    Case(
        "suppressed_by_share",
        "the share is not shown",
        "EXP_VOL 440000 A period 2019 100.0\nEXP_VOL 44-PRD A period 2019 - obs_status=Q",
    ),
    Case(
        "suppressed_by_share",
        "the whole is not shown",
        "EXP_VOL 44-PRD A period 2019 - obs_status=Q\nEXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%",
    ),
    Case(
        "suppressed_before",
        "shown a year earlier",
        """DRONE_OUT 440300 A period 2019 7 released_on=2020-06-30 !
        DRONE_OUT 440300 A period 2019 - obs_status=Q""",
    ),
    Case(
        "suppressed_before",
        "never shown",
        """DRONE_OUT 440300 A period 2019 - released_on=2020-06-30 obs_status=Q
        DRONE_OUT 440300 A period 2019 - obs_status=Q""",
    ),
    Case("out_of_bounds", "just above 100 %", "FTTH_HOME_RATE 440100 A end 2017 100.1 ! 0.1"),
    Case("out_of_bounds", "just below zero", "FTTH_HOME_RATE 440100 A end 2017 -0.1 ! -0.1"),
    Case("out_of_bounds", "nothing at all", "FTTH_HOME_RATE 440100 A end 2017 0\nEXP_VOL 440000 A period 2019 0"),
    Case("out_of_bounds", "a fall of all", "EXP_VOL 440000 A period 2019 -100 measure=growth_yoy unit=%"),
    Case("out_of_bounds", "a level above 100", "EXP_VOL 440000 A period 2019 101 measure=net_addition"),
    Case("out_of_bounds", "a negative addition", "FBB_USERS 440000 M end 2018-06 -5.0 measure=net_addition"),
    Case(
        "out_of_bounds",
        "a rate that falls by points",
        "FTTH_SHARE 440000 M end 2019-06 -6.0 measure=change_pp unit=百分点",
    ),
    Case(
        "part_over_whole",
        "a part that is only an upper bound",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元
        EXP_REV 440000 M period 2021-12 211.6 unit=亿元 qualifier=at_most""",
    ),
    Case(
        "part_over_whole",
        "bounds that prove it",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元 qualifier=at_most
        EXP_REV 440000 M period 2021-12 211.6 unit=亿元 qualifier=at_least ! 61000""",
    ),
    Case(
        "part_over_whole",
        "a part that grows faster",
        """POST_REV 440000 M period 2021-12 5.5 measure=growth_yoy unit=%
        EXP_REV 440000 M period 2021-12 11.6 measure=growth_yoy unit=%""",
    ),
    Case(
        "part_over_whole",
        "by three units of the last place",
        """POST_REV 440000 M period 2021-12 205.5 unit=亿元
        EXP_REV 440000 M period 2021-12 205.8 unit=亿元 ! 3000""",
    ),
    Case(
        "month_over_cumulative",
        "bounds that prove nothing",
        """EXP_VOL 440000 M cumulative 2020-03 31.1 qualifier=at_least
        EXP_VOL 440000 M period 2020-03 31.3""",
    ),
    Case(
        "month_over_cumulative",
        "a month that is at most so much",
        """EXP_VOL 440000 M cumulative 2020-03 31.1
        EXP_VOL 440000 M period 2020-03 31.3 qualifier=at_most""",
    ),
    Case(
        "month_not_difference",
        "about so much in the month",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 36.0 qualifier=about""",
    ),
    Case(
        "growth_unexplained",
        "an average over a plan's years",
        """EXP_VOL 440000 A period 2017 100.0
        EXP_VOL 440000 A period 2020 133.1
        EXP_VOL 440000 A period 2020 12.0 measure=growth_average unit=% coverage_from=2018-01-01 ! 2""",
    ),
    Case(
        "definition_changed",
        "growth, not a fall",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2020-12 120.0",
    ),
    Case(
        "definition_changed",
        "a flow may fall, in a month",
        "EXP_VOL 440000 M period 2020-06 100.0\nEXP_VOL 440000 M period 2020-12 50.0",
    ),
    Case(
        "definition_changed",
        "by more than a fifth, exactly a year apart",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2021-06 79.0 ! -21",
    ),
    Case(
        "definition_changed",
        "back from what stood five times too high",
        """FBB_USERS 440000 M end 2020-01 100.0
        FBB_USERS 440000 M end 2020-02 700.0
        FBB_USERS 440000 M end 2020-03 101.0""",
    ),
    Case(
        "definition_changed",
        "a break of another indicator",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2020-12 50.0 ! -50",
        tamper="INSERT INTO series_breaks BY NAME SELECT source_id, 'MOB_USERS' AS indicator_id, "
        "'DEFINITION_CHANGE' AS reason, DATE '2020-12-01' AS period_from, 'test' AS evidence FROM observations "
        "WHERE sector_code = '{sector}' LIMIT 1",
    ),
    *(
        Case(
            "definition_changed",
            f"a break {when}",
            "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2020-12 50.0 ! -50",
            tamper="INSERT INTO series_breaks BY NAME SELECT source_id, indicator_id, 'DEFINITION_CHANGE' AS reason, "
            f"DATE '{day}' AS period_from, {area} AS area_code, 'test' AS evidence FROM observations "
            "WHERE sector_code = '{sector}' LIMIT 1",
        )
        for when, day, area in (
            ("before both", "2020-06-01", "NULL"),
            ("after both", "2021-01-01", "NULL"),
            ("of another area", "2020-12-01", "'440300'"),
        )
    ),
    Case(
        "jump",
        "a year after a year of rest",
        """EXP_VOL 440000 A period 2017 100
        EXP_VOL 440000 A period 2018 100
        EXP_VOL 440000 A period 2019 160 ! 60""",
    ),
    Case(
        "jump",
        "the published rate is lower",
        """EXP_VOL 440000 A period 2016 100 qualifier=exact
        EXP_VOL 440000 A period 2017 110
        EXP_VOL 440000 A period 2018 121
        EXP_VOL 440000 A period 2018 10.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 300 ! 179""",
    ),
    Case(
        "jump",
        "a stock falls: no business of this check",
        """FBB_USERS 440000 A end 2016 100
        FBB_USERS 440000 A end 2017 101
        FBB_USERS 440000 A end 2018 102
        FBB_USERS 440000 A end 2019 60 obs_status=B""",
    ),
    Case(
        "jump",
        "points of a rate",
        """FTTH_SHARE 440000 A end 2016 10.0
        FTTH_SHARE 440000 A end 2017 11.0
        FTTH_SHARE 440000 A end 2018 12.0
        FTTH_SHARE 440000 A end 2019 80.0""",
    ),
    Case(
        "unit_slip",
        "growth by one half on each side",
        """EXP_VOL 440000 M period 2020-01 1.0
        EXP_VOL 440000 M period 2020-02 9.0
        EXP_VOL 440000 M period 2020-03 90.0""",
    ),
    Case(
        "unit_slip",
        "a rate is the business of another check",
        """FTTH_HOME_RATE 440100 A end 2016 8.0
        FTTH_HOME_RATE 440100 A end 2017 80.0
        FTTH_HOME_RATE 440100 A end 2018 8.0""",
    ),
    Case(
        "code_unknown",
        "no such source",
        "EXP_VOL 440000 A period 2019 100.0 !",
        tamper="UPDATE observations SET source_id = 'xx' WHERE sector_code = '{sector}'",
    ),
    Case(
        "code_unknown",
        "no such sector",
        "EXP_VOL 440000 A period 2019 100.0 !",
        tamper="UPDATE observations SET sector_code = 'xx' WHERE sector_code = '{sector}'",
    ),
    Case(
        "code_unknown",
        "the total of all sectors",
        "EXP_VOL 440000 A period 2019 100.0",
        tamper="UPDATE observations SET sector_code = '_T' WHERE sector_code = '{sector}'",
    ),
    Case(
        "unit_slip",
        "three values: the one between is accused, not those beside it",
        """MOB_USERS 440000 M end 2020-01 100.0
        MOB_USERS 440000 M end 2020-02 1020000 ! 1019900
        MOB_USERS 440000 M end 2020-03 103.0""",
    ),
    Case(
        "unit_slip",
        "about so much is no value to compare",
        """MOB_USERS 440000 M end 2020-01 100.0
        MOB_USERS 440000 M end 2020-02 1020000 qualifier=about
        MOB_USERS 440000 M end 2020-03 103.0""",
    ),
    Case(
        "unit_slip",
        "a quarter beside quarters, a year so far beside its months",
        """EXP_VOL 440000 Q period 2019-Q3 30.0
        EXP_VOL 440000 Q period 2019-Q4 31.0
        EXP_VOL 440000 Q period 2020-Q1 300.0 ! 269
        EXP_VOL 440000 Q period 2020-Q2 31.5""",
    ),
    Case(
        "unit_slip",
        "growth rates are the business of another check",
        """EXP_VOL 440000 A period 2017 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2018 70.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 7.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "unit_slip",
        "nothing before and after",
        """EXP_VOL 440000 M period 2020-01 0
        EXP_VOL 440000 M period 2020-02 10
        EXP_VOL 440000 M period 2020-03 0""",
    ),
    *(
        Case(
            "decimal_lost",
            f"{was}, {lost}, {then}",
            f"""EXP_VOL 440000 A period 2017 {was} measure=growth_yoy unit=%
            EXP_VOL 440000 A period 2018 {lost} measure=growth_yoy unit=% {accused}
            EXP_VOL 440000 A period 2019 {then} measure=growth_yoy unit=%""",
        )
        for was, lost, then, accused in (
            *(("8.0", "44", "8.0", "! 36"), ("2.0", "41", "2.0", ""), ("7", "73", "7.6", ""), ("7.1", "73", "8", "")),
            *(
                ("8.0", "44", "4.4", "! 36"),
                ("2.0", "41", "4.0", ""),
                ("4.0", "41", "2.0", ""),
                ("8.0", "38", "7.0", ""),
            ),
            *(("7.0", "38", "8.0", ""), ("0.0", "38", "4.0", ""), ("4.0", "38", "0.0", "")),
        )
    ),
    *(
        Case(
            "decimal_lost",
            f"no rate: {measure}",
            f"""FBB_USERS 440000 M end 2018-01 7.1 measure={measure}
            FBB_USERS 440000 M end 2018-02 50 measure={measure}
            FBB_USERS 440000 M end 2018-03 7.6 measure={measure}""",
        )
        for measure in ("net_addition", "base_comparable")
    ),
    Case(
        "decimal_lost",
        "levels are the business of another check",
        """EXP_VOL 440000 M period 2018-01 7.1
        EXP_VOL 440000 M period 2018-02 50
        EXP_VOL 440000 M period 2018-03 7.6""",
    ),
    *(
        Case(
            "share_not_quotient",
            f"5.0 of 10.0 as {share} %",
            f"""FTTH_USERS 440000 M end 2018-06 5.0
            FBB_USERS 440000 M end 2018-06 10.0
            FTTH_SHARE 440000 M end 2018-06 {share} {accused}""",
        )
        for share, accused in (
            *(("50.9", "! 0.9"), ("50.8", ""), ("50.7", ""), ("49.1", "! -0.9"), ("49.3", "")),
            *(("52", "! 2"), ("51", ""), ("49", ""), ("48", "! -2")),
        )
    ),
    *(
        Case(
            "share_not_quotient",
            f"{said} of row {row}",
            "\n".join(
                f"{line} {said}" if i == row else line
                for i, line in enumerate(
                    [
                        "FTTH_USERS 440000 M end 2018-06 2994.5",
                        "FBB_USERS 440000 M end 2018-06 3431.8",
                        "FTTH_SHARE 440000 M end 2018-06 88.3",
                    ]
                )
            ),
        )
        for row, said in (
            *((0, "qualifier=about"), (1, "qualifier=about"), (2, "qualifier=about")),
            *((0, "measure=net_addition"), (1, "measure=net_addition"), (2, "measure=change_pp unit=百分点")),
        )
    ),
    Case(
        "share_not_quotient",
        "no whole to speak of",
        """FTTH_USERS 440000 M end 2018-06 0.0
        FBB_USERS 440000 M end 2018-06 0.0
        FTTH_SHARE 440000 M end 2018-06 88.3""",
    ),
    Case(
        "columns_swapped",
        "other units",
        """PHONE_OUT 440000 M period 2020-03 300.0
        IC_OUT 440000 M period 2020-03 100.0
        PHONE_OUT 440000 M period 2020-04 303.0
        IC_OUT 440000 M period 2020-04 99.0
        PHONE_OUT 440000 M period 2020-05 98.0
        IC_OUT 440000 M period 2020-05 306.0""",
    ),
    Case(
        "columns_swapped",
        "rates may cross",
        """PHONE_OUT 440000 M period 2020-03 30.0 measure=growth_yoy unit=%
        PC_OUT 440000 M period 2020-03 10.0 measure=growth_yoy unit=%
        PHONE_OUT 440000 M period 2020-04 30.3 measure=growth_yoy unit=%
        PC_OUT 440000 M period 2020-04 9.9 measure=growth_yoy unit=%
        PHONE_OUT 440000 M period 2020-05 9.8 measure=growth_yoy unit=%
        PC_OUT 440000 M period 2020-05 30.6 measure=growth_yoy unit=%""",
    ),
    *(
        Case(
            "columns_swapped",
            f"{a1}, {a2}, {a3} and {b1}, {b2}, {b3}",
            f"""PC_OUT 440000 M period 2020-03 {a1}
            PHONE_OUT 440000 M period 2020-03 {b1}
            PC_OUT 440000 M period 2020-04 {a2} {accused}
            PHONE_OUT 440000 M period 2020-04 {b2}
            PC_OUT 440000 M period 2020-05 {a3}
            PHONE_OUT 440000 M period 2020-05 {b3}""",
        )
        for a1, a2, a3, b1, b2, b3, accused in (
            ("10.0", "20.0", "10.0", "20.0", "10.0", "20.0", "! 10"),
            ("20.0", "10.0", "20.0", "10.0", "20.0", "10.0", "! -10"),
            ("10.0", "14.0", "10.0", "14.0", "10.0", "14.0", ""),
            ("10.0", "20.0", "10.0", "15.0", "10.0", "20.0", ""),
            ("10.0", "20.0", "10.0", "20.0", "10.0", "15.0", ""),
            ("10.0", "20.0", "15.0", "20.0", "10.0", "20.0", ""),
            ("15.0", "20.0", "10.0", "20.0", "10.0", "20.0", ""),
            ("10.0", "20.0", "10.0", "27.0", "10.0", "20.0", ""),
            ("10.0", "20.0", "10.0", "20.0", "10.0", "27.0", ""),
            ("10.0", "20.0", "10.0", "20.0", "7.0", "20.0", ""),
            ("7.0", "20.0", "10.0", "20.0", "10.0", "20.0", ""),
            ("100", "3000", "100", "3000", "150", "3000", ""),
            ("100", "3000", "100", "3000", "60", "3000", ""),
            ("100", "4500", "100", "3000", "100", "3000", ""),
            ("100", "1900", "100", "3000", "100", "3000", ""),
            ("100", "3900", "100", "3000", "100", "3000", "! 3800"),
            ("100", "3000", "100", "3000", "130", "3000", "! 2870"),
            ("100", "3000", "100", "3900", "100", "3900", "! 2900"),
            ("130", "3000", "130", "3000", "100", "3000", "! 2900"),
            ("20", "30", "20", "30", "19", "30", ""),
            ("20", "31", "20", "30", "20", "30", ""),
            ("20", "25", "20", "30", "19", "30", ""),
            ("20", "31", "20", "30", "24", "30", ""),
            ("20", "0", "20", "0", "20", "0", "! -20"),
        )
    ),
    Case(
        "columns_swapped",
        "two months alone",
        """PC_OUT 440000 M period 2020-03 100
        PHONE_OUT 440000 M period 2020-03 3000
        PC_OUT 440000 M period 2020-04 3000 ! 2900
        PHONE_OUT 440000 M period 2020-04 100""",
    ),
    Case(
        "columns_swapped",
        "a month and a year so far",
        """PC_OUT 440000 M period 2020-03 300
        PHONE_OUT 440000 M cumulative 2020-03 300
        PC_OUT 440000 M period 2020-04 303
        PHONE_OUT 440000 M cumulative 2020-04 396
        PC_OUT 440000 M period 2020-05 98
        PHONE_OUT 440000 M cumulative 2020-05 1530""",
    ),
    Case(
        "columns_swapped",
        "two files",
        """PC_OUT 440000 M period 2020-03 100
        PC_OUT 440000 M period 2020-04 3000""",
        other="""PHONE_OUT 440000 M period 2020-03 3000
        PHONE_OUT 440000 M period 2020-04 100""",
    ),
    Case(
        "suppressed_by_share",
        "another indicator's share",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_REV 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "another region's level",
        """EXP_VOL 44-EAST A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "another indicator's level",
        """EXP_REV 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "a rate of something else",
        """FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_USERS 440000 M end 2018-06 - obs_status=Q
        BB100_SHARE 440000 M end 2018-06 87.3""",
    ),
    Case(
        "suppressed_by_share",
        "growth of the whole, not its level",
        """EXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "growth of the part, not its share",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 5.0 measure=pull unit=百分点""",
    ),
    Case(
        "suppressed_by_share",
        "the share is hidden, too",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 - measure=share unit=% obs_status=Q""",
    ),
    Case(
        "suppressed_by_share",
        "the part is shown",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 76.4
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "the whole is hidden, too",
        """EXP_VOL 440000 A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "parts_do_not_sum",
        "rates of growth are not summed",
        "EXP_VOL 44-EAST A period 2019 45.0 measure=growth_yoy unit=%\n"
        + "\n".join(f"EXP_VOL {code} A period 2019 10.0 measure=growth_yoy unit=%" for code in EAST),
    ),
    Case(
        "parts_do_not_sum",
        "about so much is not summed",
        f"""EXP_VOL 44-EAST A period 2019 45.0
        EXP_VOL 440500 A period 2019 10.0 qualifier=about
        {areas(EAST[1:], "10.0")}""",
    ),
    Case(
        "parts_do_not_sum",
        "a whole that is about so much",
        f"EXP_VOL 44-EAST A period 2019 45.0 qualifier=about\n{areas(EAST, '10.0')}",
    ),
    Case(
        "suppressed_by_month",
        "nothing hidden",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 30.4""",
    ),
    Case(
        "suppressed_by_month",
        "about so much",
        """EXP_VOL 440000 M cumulative 2020-02 90.1 qualifier=about
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 - obs_status=Q""",
    ),
    Case(
        "suppressed_by_month",
        "rates tell nothing",
        """EXP_VOL 440000 M cumulative 2020-02 9.1 measure=growth_yoy unit=%
        EXP_VOL 440000 M cumulative 2020-03 12.5 measure=growth_yoy unit=%
        EXP_VOL 440000 M period 2020-03 - measure=growth_yoy unit=% obs_status=Q""",
    ),
    Case(
        "areas_listed_twice",
        "rates are never summed",
        """EXP_VOL 000000 A period 2019 10.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 11.0 measure=growth_yoy unit=%
        EXP_VOL 440100 A period 2019 12.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "areas_listed_twice",
        "regions beside the province",
        """EXP_VOL 000000 A period 2019 1000.0
        EXP_VOL 440000 A period 2019 300.0
        EXP_VOL 44-PRD A period 2019 250.0""",
    ),
    Case(
        "suppressed_before",
        "shown, and still shown",
        "DRONE_OUT 440300 A period 2019 7 released_on=2020-06-30\nDRONE_OUT 440300 A period 2019 8",
    ),
    Case(
        "correction_misses",
        "the value is no longer the one that was corrected",
        "EXP_VOL 440000 A period 2019 100.0 ! 1",
        tamper=corrected("99"),
    ),
    Case(
        "correction_misses",
        "beside the value stand others that are not meant",
        """EXP_VOL 440000 A period 2019 100.0 ! 1
        EXP_REV 440000 A period 2019 100.0
        EXP_VOL 440100 A period 2019 100.0
        EXP_VOL 440000 A cumulative 2019 100.0
        EXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%""",
        other="EXP_VOL 440000 A period 2019 100.0",
        tamper=corrected(
            "99",
            "indicator_id = 'EXP_VOL' AND area_code = '440000' AND basis = 'period' AND measure = 'level'",
        ),
    ),
    Case(
        "correction_misses",
        "another definition is not meant",
        """TV4K_USERS 440000 A end 2019 100.0 definition_id=stb_users ! 1
        TV4K_USERS 440000 A end 2019 100.0 definition_id=tv_users""",
        tamper=corrected("99", "definition_id = 'stb_users'"),
    ),
    Case(
        "correction_misses",
        "other prices are not meant",
        """TEL_REV 440000 A period 2019 100.0 price_basis=constant_2015 ! 1
        TEL_REV 440000 A period 2019 100.0 price_basis=constant_2010""",
        tamper=corrected("99", "price_basis = 'constant_2015'").replace("measure, def", "measure, price_basis, def"),
    ),
    Case(
        "correction_misses",
        "other years are not meant",
        """EXP_VOL 440000 A period 2018 90.0
        EXP_VOL 440000 A period 2019 100.0 ! 1
        EXP_VOL 440000 A period 2020 110.0""",
        tamper=corrected("99"),
    ),
    Case(
        "correction_misses",
        "other releases are not meant",
        """EXP_VOL 440000 A period 2019 98.0 released_on=2026-05-30
        EXP_VOL 440000 A period 2019 100.0 ! 1
        EXP_VOL 440000 A period 2019 102.0 released_on=2026-07-30""",
        tamper=corrected("99"),
    ),
    Case(
        "correction_misses",
        "a draft is not applied yet",
        "EXP_VOL 440000 A period 2019 100.0",
        tamper=corrected("99").replace("'confirmed'", "'draft'"),
    ),
    Case(
        "correction_misses",
        "a correction that took",
        "EXP_VOL 440000 A period 2019 100.0",
        tamper=corrected("100")
        + "; UPDATE versions SET correction_id = '{sector}' WHERE series_id IN (SELECT series_id FROM series "
        "WHERE sector_code = '{sector}')",
    ),
    *(
        Case(
            "same_day_differs",
            f"a second file of the day: {name}",
            f"EXP_VOL 440000 A period 2019 100.0 {found}",
            tamper="INSERT INTO versions SELECT * REPLACE (release_seq + 1 AS release_seq, "
            f"{changed}) FROM versions "
            "WHERE series_id IN (SELECT series_id FROM series WHERE sector_code = '{sector}')",
        )
        for name, changed, found in (
            ("another value", "value + 1 AS value, '101.0' AS value_text", "! 1"),
            ("suppressed now", "NULL AS value, '' AS value_text, 'Q' AS obs_status", "!"),
            ("a correction of it", "value + 1 AS value, 'x' AS correction_id", ""),
            ("the day after", "value + 1 AS value, released_on + INTERVAL 1 DAY AS released_on", ""),
        )
    ),
    Case(
        "key_repeated",
        "two values of one key",
        "EXP_VOL 440000 A period 2019 100.0 ! 1",
        tamper="INSERT INTO observations SELECT * REPLACE (series_id + 1000000 AS series_id, value + 1 AS value) "
        "FROM observations WHERE sector_code = '{sector}'",
    ),
    Case(
        "unit_slip",
        "a suppressed value between two is no neighbour",
        """MOB_USERS 440000 M end 2020-01 100.0
        MOB_USERS 440000 M end 2020-02 - obs_status=Q
        MOB_USERS 440000 M end 2020-03 1020000 ! 1019900""",
    ),
    *(
        Case(
            "unit_slip",
            f"{before}, {between}, {after}",
            f"""{indicator} 440000 M period 2020-01 {before}
            {indicator} 440000 M period 2020-02 {between}
            {indicator} 440000 M period 2020-03 {after}""",
        )
        for indicator, before, between, after in (
            ("EXP_VOL", "100.0", "2511886", "199.5"),
            ("EXP_VOL", "199.5", "2511886", "100.0"),
            ("EXP_VOL", "63.1", "1000.0", "89.1"),
            ("EXP_VOL", "89.1", "1000.0", "63.1"),
            ("EXP_VOL", "10", "0", "11"),
            ("SW_PROFIT", "100", "-5", "110"),
        )
    ),
    Case(
        "decimal_lost",
        "growth since January is not spread over months",
        """EXP_VOL 440000 M cumulative 2018-02 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 M cumulative 2018-05 73 measure=growth_yoy unit=% ! 65.9
        EXP_VOL 440000 M cumulative 2018-06 7.6 measure=growth_yoy unit=%""",
    ),
    Case(
        "decimal_lost",
        "the first",
        """EXP_VOL 440000 A period 2017 73 measure=growth_yoy unit=% ! 65.4
        EXP_VOL 440000 A period 2018 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 7.6 measure=growth_yoy unit=%""",
    ),
    Case(
        "decimal_lost",
        "the last",
        """EXP_VOL 440000 A period 2017 7.1 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2018 7.6 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 73 measure=growth_yoy unit=% ! 65.4""",
    ),
    Case(
        "cumulative_falls",
        "twice, and rises between",
        """EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M cumulative 2020-04 120.3 ! -0.2
        EXP_VOL 440000 M cumulative 2020-05 130.0
        EXP_VOL 440000 M cumulative 2020-06 129.0 ! -1""",
    ),
    Case(
        "definition_changed",
        "back from exactly five times as many",
        """FBB_USERS 440000 M end 2020-01 100.0
        FBB_USERS 440000 M end 2020-02 500.0
        FBB_USERS 440000 M end 2020-03 101.0""",
    ),
    Case(
        "definition_changed",
        "a year and the leap day",
        "FBB_USERS 440000 M end 2019-02 100.0\nFBB_USERS 440000 M end 2020-02 79.0 ! -21",
    ),
    Case(
        "definition_changed",
        "a break on the last day",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2020-12 50.0",
        tamper="INSERT INTO series_breaks BY NAME SELECT source_id, indicator_id, 'DEFINITION_CHANGE' AS reason, "
        "DATE '2020-12-31' AS period_from, 'test' AS evidence FROM observations WHERE sector_code = '{sector}' LIMIT 1",
    ),
    Case(
        "definition_changed",
        "a break on the last day of the period before, and a fall after it",
        """FBB_USERS 440000 M end 2020-06 100.0
        FBB_USERS 440000 M end 2020-12 50.0 ! -50""",
        tamper="INSERT INTO series_breaks BY NAME SELECT source_id, indicator_id, 'DEFINITION_CHANGE' AS reason, "
        "DATE '2020-06-30' AS period_from, 'test' AS evidence FROM observations WHERE sector_code = '{sector}' LIMIT 1",
    ),
    Case(
        "definition_changed",
        "a break of one of two falls",
        """FBB_USERS 440000 M end 2020-06 100.0
        FBB_USERS 440000 M end 2020-12 50.0
        FBB_USERS 440000 M end 2021-06 20.0 ! -30""",
        tamper="INSERT INTO series_breaks BY NAME SELECT source_id, indicator_id, 'DEFINITION_CHANGE' AS reason, "
        "DATE '2020-12-01' AS period_from, 'test' AS evidence FROM observations WHERE sector_code = '{sector}' LIMIT 1",
    ),
    Case(
        "definition_changed",
        "its growth falls",
        """FBB_USERS 440000 M end 2020-06 10.0 measure=growth_yoy unit=%
        FBB_USERS 440000 M end 2020-12 5.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "definition_changed",
        "another definition, by its status",
        "FBB_USERS 440000 M end 2020-06 100.0\nFBB_USERS 440000 M end 2021-06 50.0 obs_status=D",
    ),
    Case(
        "definition_changed",
        "a stock falls in a year: no jump",
        """FBB_USERS 440000 A end 2016 100
        FBB_USERS 440000 A end 2017 101
        FBB_USERS 440000 A end 2018 102
        FBB_USERS 440000 A end 2019 60 ! -42""",
    ),
    *(
        Case(
            "jump",
            f"{name}, exactly the threshold",
            f"""EXP_VOL 440000 A period 2016 200
            EXP_VOL 440000 A period 2017 202
            EXP_VOL 440000 A period 2018 202
            EXP_VOL 440000 A period 2019 {value}""",
        )
        for name, value in (("+50 %", "303"), ("-30 %", "141.4"))
    ),
    *(
        Case(
            "growth_unexplained",
            f"a published rate of {name} is another rate",
            f"""TEL_REV 440000 A period 2018 100.0
            TEL_REV 440000 A period 2019 110.0
            TEL_REV 440000 A period 2019 12.0 measure=growth_yoy unit=% ! 2
            {other}""",
        )
        for name, other in (
            ("other prices", "TEL_REV 440000 A period 2019 12.0 measure=growth_yoy unit=% price_basis=constant_2015"),
            (
                "a definition",
                "TEL_REV 440000 A period 2019 12.0 measure=growth_yoy unit=% definition_id=basic_operators",
            ),
            ("another year", "TEL_REV 440000 A period 2018 12.0 measure=growth_yoy unit=%"),
        )
    ),
    Case(
        "growth_unexplained",
        "an average over a plan's years, by the rates of its years",
        """EXP_VOL 440000 A period 2018 10.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2019 10.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2020 10.0 measure=growth_yoy unit=%
        EXP_VOL 440000 A period 2020 12.0 measure=growth_average unit=% coverage_from=2018-01-01 ! 2""",
    ),
    Case(
        "stock_not_carried",
        "of a rate, beside its change in a year",
        """FTTH_SHARE 440000 M end 2018-05 80.0
        FTTH_SHARE 440000 M end 2018-06 81.0 ! -1
        FTTH_SHARE 440000 M end 2018-06 2.0 measure=net_addition coverage_from=2018-06-01
        FTTH_SHARE 440000 M end 2018-06 3.0 measure=change_pp unit=百分点""",
    ),
    Case("out_of_bounds", "a loss of more than a hundred", "SW_PROFIT 440000 A period 2019 -500"),
    Case(
        "parts_do_not_sum",
        "1000 Mbit/s exceed 100 Mbit/s by just as much as rounding may be",
        "BB100_USERS 440000 M end 2021-06 80.0\nBB1000_USERS 440000 M end 2021-06 80.1",
    ),
    Case(
        "parts_do_not_sum",
        "all generations are fewer than mobile users",
        """MOB_USERS 440000 M end 2021-06 100.0
        MOB3G_USERS 440000 M end 2021-06 10.0
        MOB4G_USERS 440000 M end 2021-06 60.0
        U5G_TERMINAL 440000 M end 2021-06 20.0""",
    ),
    Case(
        "parts_do_not_sum",
        "two of four hidden, the others exceed their region",
        f"""EXP_VOL 44-EAST A period 2019 15.0 ! 5
        EXP_VOL 440500 A period 2019 - obs_status=Q
        EXP_VOL 441500 A period 2019 - obs_status=Q
        {areas(EAST[2:], "10.0")}""",
    ),
    *(
        Case(
            "parts_do_not_sum",
            f"a region without decimals, its cities with one, {name} by just as much as rounding may be",
            f"""EXP_VOL 44-EAST A period 2019 40
            EXP_VOL 440500 A period 2019 {value}
            {areas(EAST[1:], "10.0")}""",
        )
        for name, value in (("above", "10.7"), ("below", "9.3"))
    ),
    Case(
        "parts_do_not_sum",
        "cities of another province are not summed for the nation",
        "EXP_VOL 000000 A period 2019 25.0\nEXP_VOL 440100 A period 2019 30.0",
        tamper="UPDATE observations SET area_code = '510100' WHERE sector_code = '{sector}' AND area_code = '440100'",
    ),
    Case(
        "month_over_cumulative",
        "bounds that prove it",
        """EXP_VOL 440000 M cumulative 2020-03 31.1 qualifier=at_most ! -0.2
        EXP_VOL 440000 M period 2020-03 31.3 qualifier=at_least""",
    ),
    Case(
        "month_over_cumulative",
        "a rate of a month beside that of the year so far",
        "FTTH_SHARE 440000 M cumulative 2020-03 31.1\nFTTH_SHARE 440000 M period 2020-03 40.0",
    ),
    Case(
        "month_over_cumulative",
        "growth of a month beside that of the year so far",
        """EXP_VOL 440000 M cumulative 2020-03 31.1 measure=growth_yoy unit=%
        EXP_VOL 440000 M period 2020-03 40.0 measure=growth_yoy unit=%""",
    ),
    Case(
        "month_over_cumulative",
        "a quarter is no month",
        "EXP_VOL 440000 Q cumulative 2020-Q1 31.1\nEXP_VOL 440000 Q period 2020-Q1 40.0",
    ),
    Case(
        "month_not_difference",
        "by just as much as the rounding of one without decimals may be",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120
        EXP_VOL 440000 M period 2020-03 30.5""",
    ),
    Case(
        "month_not_difference",
        "one month of two",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 120.5
        EXP_VOL 440000 M period 2020-03 30.6 ! 0.2
        EXP_VOL 440000 M cumulative 2020-04 150.0
        EXP_VOL 440000 M period 2020-04 29.5""",
    ),
    *(
        Case(
            "share_not_quotient",
            f"{part} of 10 as {share} %, just what rounding may make of it",
            f"""FTTH_USERS 440000 M end 2018-06 {part}
            FBB_USERS 440000 M end 2018-06 10
            FTTH_SHARE 440000 M end 2018-06 {share}""",
        )
        for part, share in (("2.897", "31"), ("5.408", "51"))
    ),
    Case(
        "suppressed_by_total",
        "not published is not suppressed",
        f"""EXP_VOL 44-EAST A period 2019 40.0
        EXP_VOL 440500 A period 2019 - obs_status=O
        {areas(EAST[1:], "10.0")}""",
    ),
    Case(
        "suppressed_by_month",
        "no month beside the cumulative values",
        "EXP_VOL 440000 M cumulative 2020-02 - obs_status=Q\nEXP_VOL 440000 M cumulative 2020-03 120.5",
    ),
    Case(
        "suppressed_by_month",
        "a cumulative value that is not published",
        """EXP_VOL 440000 M cumulative 2020-02 90.1
        EXP_VOL 440000 M cumulative 2020-03 - obs_status=O
        EXP_VOL 440000 M period 2020-03 - obs_status=Q""",
    ),
    Case(
        "suppressed_by_month",
        "rates are not subtracted",
        """FTTH_SHARE 440000 M cumulative 2020-02 80.0
        FTTH_SHARE 440000 M cumulative 2020-03 81.0
        FTTH_SHARE 440000 M period 2020-03 - obs_status=Q""",
    ),
    Case(
        "suppressed_by_growth",
        "a value whose base a form reports",
        """EXP_VOL 440000 A period 2018 100.0
        EXP_VOL 440000 A period 2019 - obs_status=Q
        EXP_VOL 440000 A period 2019 100.0 measure=base_comparable""",
    ),
    Case(
        "suppressed_by_growth",
        "a base, no rate",
        "EXP_VOL 440000 A period 2018 - obs_status=Q\nEXP_VOL 440000 A period 2019 110.0",
    ),
    Case(
        "suppressed_by_share",
        "two years hidden, the whole of one of them shown",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q !
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%
        EXP_VOL 44-PRD A period 2016 - obs_status=Q
        EXP_VOL 44-PRD A period 2016 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_share",
        "a numerator of the nation, which is part of no area",
        """FBB_USERS 000000 M end 2018-06 3431.8
        FTTH_USERS 000000 M end 2018-06 - obs_status=Q !
        FTTH_SHARE 000000 M end 2018-06 87.3""",
    ),
    Case(
        "suppressed_by_share",
        "the change of a share is not the share",
        """FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_USERS 440000 M end 2018-06 - obs_status=Q
        FTTH_SHARE 440000 M end 2018-06 3.0 measure=change_pp unit=百分点""",
    ),
    Case(
        "suppressed_by_share",
        "the share of a numerator is hidden, too",
        """FBB_USERS 440000 M end 2018-06 3431.8
        FTTH_USERS 440000 M end 2018-06 - obs_status=Q
        FTTH_SHARE 440000 M end 2018-06 - obs_status=Q""",
    ),
    Case(
        "suppressed_by_share",
        "growth is hidden, not the level",
        """EXP_VOL 440000 A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 76.4
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%
        EXP_VOL 44-PRD A period 2019 - measure=growth_yoy unit=% obs_status=Q""",
    ),
    Case(
        "suppressed_by_month",
        "months alone, the one before hidden",
        "EXP_VOL 440000 M period 2020-02 - obs_status=Q\nEXP_VOL 440000 M period 2020-03 30.4",
    ),
    Case(
        "decimal_lost",
        "a rate since January is not spread over months",
        """FTTH_SHARE 440000 M cumulative 2018-02 7.1
        FTTH_SHARE 440000 M cumulative 2018-05 73 ! 65.9
        FTTH_SHARE 440000 M cumulative 2018-06 7.6""",
    ),
    Case(
        "part_over_whole",
        "a part beside the growth of the whole",
        """POST_REV 440000 M period 2021-12 5.5 measure=growth_yoy unit=%
        EXP_REV 440000 M period 2021-12 211.6 unit=亿元""",
    ),
    Case(
        "parts_do_not_sum",
        "two identities of one place and time",
        """MOB_USERS 440000 M end 2021-06 100.0
        MOB3G_USERS 440000 M end 2021-06 10.0
        MOB4G_USERS 440000 M end 2021-06 60.0
        U5G_TERMINAL 440000 M end 2021-06 20.0
        FBB_USERS 440000 M end 2021-06 40.0
        BB_URBAN_USERS 440000 M end 2021-06 30.0
        BB_RURAL_USERS 440000 M end 2021-06 10.0""",
    ),
    Case(
        "share_not_quotient",
        "a whole of one",
        """FTTH_USERS 440000 M end 2018-06 0.500
        FBB_USERS 440000 M end 2018-06 1.000
        FTTH_SHARE 440000 M end 2018-06 60.0 ! 10""",
    ),
    Case(
        "sources_disagree",
        "in one year of two",
        "EXP_VOL 440000 A period 2018 90.0\nEXP_VOL 440000 A period 2019 100.0",
        other="EXP_VOL 440000 A period 2018 90.0\nEXP_VOL 440000 A period 2019 101.0 ! 1",
    ),
    Case(
        "suppressed_by_share",
        "a numerator and its whole, no share",
        "FBB_USERS 440000 M end 2018-06 3431.8\nFTTH_USERS 440000 M end 2018-06 - obs_status=Q",
    ),
    Case(
        "suppressed_by_share",
        "another indicator's whole",
        """POST_REV 44-PRD A period 2019 100.0
        EXP_VOL 44-PRD A period 2019 - obs_status=Q
        EXP_VOL 44-PRD A period 2019 76.4 measure=share unit=%""",
    ),
    Case(
        "suppressed_by_total",
        "the whole and a part hidden",
        f"""EXP_VOL 44-EAST A period 2019 - obs_status=Q
        EXP_VOL 440500 A period 2019 - obs_status=Q
        {areas(EAST[1:], "10.0")}""",
    ),
]

OTHER_SECTOR = (
    "INSERT INTO sectors BY NAME SELECT '2017' AS edition, '{sector}x' AS sector_code, '' AS zh, '' AS en, "
    "false AS overrides; UPDATE observations SET sector_code = '{sector}x' WHERE sector_code = '{sector}' "
    "AND locator LIKE '%s'"
)
_OTHER_BASIS = {"period": "cumulative", "cumulative": "period"}


def apart(name: str, check: str, row: int, *keys: str) -> Iterator[Case]:
    """A case that fails, with one row put under another key: its cells no longer belong together, and it passes."""
    case = next(c for c in WRITTEN if c.check == check and c.name == name)
    lines = [line.partition("!")[0].strip() for line in case.lines.splitlines()]
    indicator, area, frequency, basis, period, value, *others = lines[row].split()
    for key in keys:
        apart_case = replace(case, name=f"{name}: row {row} of another {key}", lines="\n".join(lines))
        if key == "sector":
            yield replace(apart_case, tamper=OTHER_SECTOR % f"line {row + 2},%")
        elif key == "source":
            rest = "\n".join(line for i, line in enumerate(lines) if i != row)
            yield replace(apart_case, lines=rest, other=lines[row])
        else:
            changed = {
                "area": [indicator, "440600", frequency, basis, period, value, *others],
                "period": [indicator, area, frequency, basis, f"{int(period[:4]) - 3}{period[4:]}", value, *others],
                "prices": [indicator, area, frequency, basis, period, value, *others, "price_basis=constant_2015"],
                "basis": [indicator, area, frequency, _OTHER_BASIS.get(basis, basis), period, value, *others],
            }[key]
            yield replace(apart_case, lines="\n".join([*lines[:row], " ".join(changed), *lines[row + 1 :]]))


def beside(name: str, check: str, *rows: int, **others: str) -> Iterator[Case]:
    """A case that fails, with copies of rows that differ in one column alone and so belong to nothing in it."""
    case = next(c for c in WRITTEN if c.check == check and c.name == name)
    places = " OR ".join(f"locator LIKE 'line {row + 2},%'" for row in rows)
    for column, value in others.items():
        yield replace(
            case,
            name=f"{name}: rows {rows} stand beside with another {column}",
            tamper="INSERT INTO sectors BY NAME "
            "SELECT '2017' AS edition, '{sector}x' AS sector_code, '' AS zh, '' AS en, false AS overrides; "
            "INSERT INTO definitions BY NAME SELECT DISTINCT indicator_id, 'beside' AS definition_id, "
            "'' AS zh, '' AS en, 'same' AS match FROM observations WHERE sector_code = '{sector}'; "
            f"INSERT INTO observations SELECT * REPLACE ('{value}' AS {column}, series_id + 1 AS series_id) "
            f"FROM observations WHERE sector_code = '{{sector}}' AND ({places})",
        )


BESIDE = {
    "sector_code": "{sector}x",
    "source_id": "gdpost_monthly",
    "price_basis": "constant_2015",
    "period": "2015",
}

CASES = [
    *WRITTEN,
    *beside(
        "Guangzhou and Shenzhen beside Guangdong",
        "areas_listed_twice",
        2,
        **BESIDE,
        indicator_id="EXP_REV",
        basis="cumulative",
        definition_id="beside",
        snapshot_sha256="beside",
    ),
    *beside(
        "a region's cities",
        "parts_do_not_sum",
        4,
        **BESIDE,
        indicator_id="EXP_REV",
        basis="cumulative",
        definition_id="beside",
    ),
    *beside(
        "an identity, off by more than rounding",
        "parts_do_not_sum",
        3,
        **BESIDE,
        area_code="440600",
        basis="cumulative",
    ),
    *beside(
        "beyond the rounding of all three",
        "month_not_difference",
        2,
        **BESIDE,
        area_code="440600",
        indicator_id="EXP_REV",
        definition_id="beside",
    ),
    *beside("published so for December 2021", "part_over_whole", 1, **BESIDE, area_code="440600", basis="cumulative"),
    *beside(
        "a point off",
        "share_not_quotient",
        1,
        **BESIDE,
        area_code="440600",
        basis="period",
        indicator_id="MOB_USERS",
    ),
    *apart(
        "an identity, off by more than rounding", "parts_do_not_sum", 3, "sector", "area", "period", "prices", "source"
    ),
    *apart("a region's cities", "parts_do_not_sum", 4, "sector", "period", "prices", "source"),
    *apart("published so for December 2021", "part_over_whole", 1, "sector", "area", "period", "prices", "source"),
    *apart(
        "the month exceeds the year so far", "month_over_cumulative", 1, "sector", "area", "period", "prices", "source"
    ),
    *apart(
        "beyond the rounding of all three", "month_not_difference", 2, "sector", "area", "period", "prices", "source"
    ),
    *apart("beyond the rounding of all three", "month_not_difference", 0, "area", "period", "prices", "source"),
    *apart("by more than rounding", "cumulative_falls", 0, "area", "period", "prices", "source", "basis"),
    *apart(
        "the published rate is not that of the levels", "growth_unexplained", 2, "area", "period", "prices", "source"
    ),
    *apart("phones and computers", "columns_swapped", 5, "sector", "area", "period", "prices", "source"),
    *apart("a point off", "share_not_quotient", 0, "sector", "area", "period", "source"),
    *apart("a point off", "share_not_quotient", 2, "sector", "area", "period", "source"),
    *apart("a point off", "share_not_quotient", 1, "sector", "area", "period", "prices", "source"),
    *apart(
        "Guangzhou and Shenzhen beside Guangdong",
        "areas_listed_twice",
        0,
        "sector",
        "period",
        "prices",
        "source",
        "basis",
    ),
    *apart(
        "Guangzhou and Shenzhen beside Guangdong",
        "areas_listed_twice",
        1,
        "sector",
        "period",
        "prices",
        "source",
        "basis",
    ),
    *apart("one city hidden", "suppressed_by_total", 0, "sector", "period", "prices", "source"),
    *apart("one city hidden", "suppressed_by_total", 4, "sector", "period", "prices", "source"),
    *apart("a part of an identity", "suppressed_by_total", 1, "sector", "area", "period", "prices", "source"),
    *apart(
        "a month between two cumulative values",
        "suppressed_by_month",
        1,
        "sector",
        "area",
        "period",
        "prices",
        "source",
    ),
    *apart(
        "a month between two cumulative values",
        "suppressed_by_month",
        0,
        "area",
        "period",
        "prices",
        "source",
    ),
    *apart("a value, by its base and rate", "suppressed_by_growth", 2, "area", "period", "prices", "source"),
    *apart("a region, by its share of the province", "suppressed_by_share", 2, "sector", "area", "period"),
    *apart("a region, by its share of the province", "suppressed_by_share", 0, "sector", "period", "basis"),
    *apart("a numerator, by its share and the whole", "suppressed_by_share", 0, "sector", "area", "period"),
    *apart("a numerator, by its share and the whole", "suppressed_by_share", 2, "sector", "area", "period"),
]
