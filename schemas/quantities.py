"""Quantities as they are kept: in which unit, converted how, within which limits."""

from decimal import Decimal, localcontext

from schemas.codes import Measure

_PERCENT, _PERCENTAGE_POINTS = "%", "百分点"
_LARGEST = Decimal(10) ** 14
_STEP = Decimal("0.0001")
_FACTOR_DIGITS = 40
UNIT_OF_MEASURE = {
    Measure.GROWTH_YOY: _PERCENT,
    Measure.GROWTH_AVERAGE: _PERCENT,
    Measure.GROWTH_TWO_YEAR: _PERCENT,
    Measure.SHARE: _PERCENT,
    Measure.CONTRIBUTION: _PERCENT,
    Measure.CHANGE_PP: _PERCENTAGE_POINTS,
    Measure.PULL: _PERCENTAGE_POINTS,
}
"""The units of what is not measured in its indicator's own."""


def converted(number: Decimal, factor: Decimal) -> tuple[Decimal, Decimal]:
    """A number in the kept unit, exactly, and one unit in its last place published."""
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)  # no reader lets NaN or infinity pass
    with localcontext() as exact:
        exact.prec = len(digits) + abs(exponent) + _FACTOR_DIGITS
        return number * factor, max(Decimal(1).scaleb(exponent) * factor, _STEP)


def fits(value: Decimal) -> bool:
    """Whether a value can be kept exactly: 14 digits and 4 decimals."""
    with localcontext() as exact:
        exact.prec = len(value.as_tuple().digits) + _FACTOR_DIGITS
        return abs(value) < _LARGEST and value == value.quantize(_STEP)
