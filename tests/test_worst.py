"""The worst case of a statement: ratios of bounds, gaps of minima."""

import math
from dataclasses import replace

from proofs_check.cases import Case, Drawn, worst
from proofs_check.judge import judge
from proofs_check.sides import compare
from tests.small_claims import am_gm, pair, projection


def cases(*pairs: tuple[float, float], relation: str = "<=") -> list[Case]:
    return [Case(Drawn(pair(k, 0)), compare(a, relation, b, 1e-9)) for k, (a, b) in enumerate(pairs)]


def test_bounds_are_measured_by_their_ratio() -> None:
    """The largest lhs/rhs for <=, rhs/lhs for >=, where the greater side is positive."""
    ratio, at, cloud = worst(cases((1, 4), (3, 4), (-1, 0)))
    assert ratio == 0.75 and at == repr(pair(1, 0)) and cloud == [(1, 4), (3, 4), (-1, 0)]
    assert worst(cases((4, 1), (4, 3), relation=">="))[0] == 0.75
    assert worst(cases((0, 0)))[:2] == (None, "")


def test_minima_are_measured_by_their_gap() -> None:
    """Near 0 a ratio means nothing: the relative gap is at most 1, and 0 at the optimum."""
    tiny = cases((1e-3, 1e-35), (2.0, 2.0))
    assert (worst(tiny)[0] or 0) > 1e31
    assert math.isclose(worst(tiny, gaps=True)[0] or 0, 1.0)
    assert worst(cases((2.0, 2.0)), gaps=True)[0] == 0.0


def test_judged_minimum_reports_its_gap() -> None:
    """A true minimiser has gap 0 however small the minimum is, a wrong one at most 1."""
    assert judge(projection(), effort="quick").readings[0].ratio == 0.0
    claim = projection()
    wrong = replace(claim, readings=(replace(claim.readings[0], right=(0,)),))
    assert 0 < (judge(wrong, effort="quick").readings[0].ratio or 0) <= 1
    assert judge(am_gm(), effort="quick").readings[0].ratio == 1
