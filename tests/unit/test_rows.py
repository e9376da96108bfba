"""The model that every value is judged by: forms of numbers, what may be empty, and what its refusals say."""

from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.checks import IdentityEntry
from schemas.codes import Frequency
from schemas.periods import parse_published
from schemas.rows import ValueRow, plain_number

ROW: dict[str, Any] = {
    "indicator_id": "EXP_VOL",
    "area_code": "440000",
    "frequency": "A",
    "basis": "period",
    "period": "2019",
    "value": "12.5",
    "unit": "万",
    "definition_id": "d",
    "authority": "A",
    "publisher": "局",
    "title": "报",
    "released_on": "2020-01-31",
    "released_on_origin": "stated",
}


def refusals(**changes: Any) -> list[tuple[str, str]]:
    """Type and message of each refusal of a row with these changes."""
    with pytest.raises(ValidationError) as caught:
        ValueRow.model_validate({**ROW, **changes})
    return [(e["type"], e["msg"]) for e in caught.value.errors()]


@pytest.mark.parametrize("digit", range(10))
def test_a_full_width_digit_is_the_digit(digit: int) -> None:
    assert plain_number(chr(0xFF10 + digit)) == digit


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("－１．５", "-1.5"), ("＋７", "7"), ("１，２３４．０", "1234.0")),
        *(("−3", "-3"), ("　4　", "4"), ("1,234,567.89", "1234567.89")),
    ],
)
def test_signs_points_commas_and_blanks_of_full_width(text: str, number: str) -> None:
    assert str(plain_number(text)) == number


@pytest.mark.parametrize("text", ["～", "！", "1～", "1５%", "！1", "1,23", "", "一", "٣", "1e5", "NaN"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    assert refusals(value=text) == [("not_a_number", f"{text!r} is not a plain decimal number")]


def test_a_number_that_is_one_already_stays_as_it_is() -> None:
    assert plain_number(Decimal("1E+2")) == Decimal("1E+2")
    assert refusals(value=Decimal("NaN"))[0][0] == "finite_number"


@pytest.mark.parametrize("name", ["indicator_id", "area_code", "unit", "definition_id", "publisher", "title"])
def test_a_text_has_at_least_one_character(name: str) -> None:
    assert getattr(ValueRow.model_validate({**ROW, name: "x"}), name) == "x"
    assert refusals(**{name: ""})[0][0] == "string_too_short"


def test_a_row_is_not_changed_afterwards_and_holds_nothing_else() -> None:
    row = ValueRow.model_validate(ROW)
    with pytest.raises(ValidationError, match="frozen"):
        row.value = Decimal(1)  # type: ignore[misc]
    assert refusals(more="1") == [("extra_forbidden", "Extra inputs are not permitted")]


@pytest.mark.parametrize("status", ["L", "M", "O", "Q"])
def test_a_missing_value_says_why_and_a_value_does_not(status: str) -> None:
    assert ValueRow.model_validate({**ROW, "value": None, "obs_status": status}).value is None
    said = "value and status must fit: a value, or one of the statuses L, M, O, Q that say why there is none; found "
    assert refusals(obs_status=status) == [("value_and_status", f"{said}12.5 with status {status}")]
    assert refusals(value=None) == [("value_and_status", f"{said}none with status A")]


def test_a_value_is_not_released_before_its_period_ended_unless_it_is_foretold() -> None:
    assert ValueRow.model_validate({**ROW, "released_on": "2019-12-31"})
    assert refusals(released_on="2019-12-30") == [
        (
            "released_too_early",
            "released on 2019-12-30, before its period ended on 2019-12-31; only status E or F may be",
        )
    ]
    for status in "EF":
        assert ValueRow.model_validate({**ROW, "released_on": "2019-12-30", "obs_status": status})


@pytest.mark.parametrize(("text", "label"), [("一", "Q1"), ("二", "Q2"), ("三", "Q3"), ("四", "Q4"), ("3", "Q3")])
def test_quarters_are_numbered_in_chinese_too(text: str, label: str) -> None:
    period = parse_published(f"2020年第{text}季度")
    assert (period.frequency, period.label) == (Frequency.Q, f"2020-{label}")


def test_a_period_is_not_changed_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        parse_published("2020年").label = "2021"  # type: ignore[misc]


def test_an_identity_has_a_part() -> None:
    entry = {"identity_id": "i", "zh": "甲", "en": "a", "relation": "equals", "whole": "W", "evidence": "e"}
    assert IdentityEntry.model_validate({**entry, "parts": ["P"]}).parts == ("P",)
    with pytest.raises(ValidationError, match="parts"):
        IdentityEntry.model_validate({**entry, "parts": []})
