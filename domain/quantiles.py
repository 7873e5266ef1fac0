"""Student's distribution, for intervals from few answers; nothing else of statistics needs a library.

Sources: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4 (the
distribution for whole degrees of freedom, exact), 26.7.5 (its quantiles from the normal ones).
"""

from functools import cache
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_MANY = 200
"""Above so many degrees of freedom the expansion 26.7.5 is right to nine digits."""


def within(t: float, df: int) -> float:
    """The probability that Student's t with `df` degrees of freedom lies between -|t| and |t|."""
    if df < 1:
        raise ValueError(f"{df} degrees of freedom")
    if df > _MANY:
        return _within_many(abs(t), df)
    angle = atan(abs(t) / sqrt(df))
    across = cos(angle)
    first = 1 if df % 2 == 0 else 2
    term = 1.0 if df % 2 == 0 else across
    total = 0.0
    for power in range(first, df, 2):
        total += term
        term *= across * across * power / (power + 1)
    return sin(angle) * total if df % 2 == 0 else 2 / pi * (angle + sin(angle) * total)


def _within_many(t: float, df: int) -> float:
    low, high = 0.0, 40.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _expanded(middle, df) < t else (low, middle)
    return 2 * _NORMAL.cdf(low) - 1


@cache
def student(level: float, df: int) -> float:
    """How many standard errors to either side hold `level` of the distribution."""
    if not 0 < level < 1:
        raise ValueError(f"a level of {level}")
    if df > _MANY:
        return _expanded(_NORMAL.inv_cdf((1 + level) / 2), df)
    low, high = 0.0, 1.0
    while within(high, df) < level:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, df) < level else (low, middle)
    return (low + high) / 2


def _expanded(x: float, df: int) -> float:
    """The quantile of t that belongs to the normal quantile x (26.7.5)."""
    g1 = (x**3 + x) / 4
    g2 = (5 * x**5 + 16 * x**3 + 3 * x) / 96
    g3 = (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384
    return x + g1 / df + g2 / df**2 + g3 / df**3
