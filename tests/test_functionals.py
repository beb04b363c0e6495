"""Variances, quantiles, ratios, rates and differences: errors stay inside the level, violations are found."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from proofs_check import functionals, rates
from proofs_check.estimates import SCREEN, estimate
from proofs_check.functionals import confirm_all, draws, reduce
from proofs_check.planning import detectable, plan_test
from proofs_check.rates import slope
from proofs_check.seeds import generator
from proofs_check.sides import NotANumber
from proofs_check.statistics import Confirmation, plan
from proofs_check.two_sides import difference, times
from theory.claim import Quantity
from theory.family import Instance

INF = math.inf
HERE = Instance(x=1)


def quantity(statistic, sample, range=(-INF, INF), tail=None) -> Quantity:
    """A sampled quantity whose sampler does not look at the instance."""
    return Quantity(
        text="q", sample=lambda i, rng, n: sample(rng, n), statistic=statistic, range=range, tail=tail
    )


def pair(rng, n):
    """(2 U, V): means 1 and 1/2, ratio 2."""
    return np.stack([2 * rng.random(n), rng.random(n)], axis=1)


def falling(rng, n):
    """Means 1/2, 1/4, 1/8 at parameters 1, 4, 16: slope -1/2."""
    return rng.random((n, 3)) / np.array([1, 2, 4])


def bernoulli(rng, n):
    """Median 1 of a coin with P(X = 0) = 0.3: a quantile at an atom."""
    return (rng.random(n) >= 0.3).astype(float)


def stretched(rng, n):
    """2 U: variance 1/3."""
    return 2 * rng.random(n)


UNIFORM = quantity("variance", lambda rng, n: rng.random(n), (0, 1))
LAWS = {
    "probability": (quantity("probability", bernoulli), 0.7),
    "variance": (UNIFORM, 1 / 12),
    "variance, heavy": (quantity("variance", lambda rng, n: rng.standard_t(3, n)), 3.0),
    "variance, psi_1": (quantity("variance", lambda rng, n: rng.laplace(size=n), tail=("psi1", 2)), 2.0),
    "trace": (quantity("trace", lambda rng, n: rng.random((n, 3)) - 0.5, (-0.5, 0.5)), 0.25),
    "median": (quantity(("quantile", 0.5), lambda rng, n: rng.standard_cauchy(n) + 1), 1.0),
    "0.9 quantile": (quantity(("quantile", 0.9), lambda rng, n: rng.exponential(size=n)), math.log(10)),
    "atom": (quantity(("quantile", 0.5), bernoulli), 1.0),
    "at an atom": (quantity(("quantile", 0.2), bernoulli), 0.0),
    "edge of an atom": (quantity(("quantile", 0.3), bernoulli), 0.0),
    "ratio": (quantity("ratio", pair, ((0, 2), (0, 1))), 2.0),
    "rate": (quantity(("rate", (1, 4, 16)), falling, (0, 1)), -0.5),
    "mean, variance": (quantity("mean", lambda rng, n: rng.standard_t(3, n), tail=("variance", 3)), 0.0),
    "mean, psi_1": (quantity("mean", lambda rng, n: rng.laplace(size=n), tail=("psi1", 2)), 0.0),
    "difference": (difference(quantity("variance", stretched, (0, 2)), UNIFORM), 0.25),
}


@pytest.mark.parametrize("relation", ["<=", ">=", "=="])
@pytest.mark.parametrize("law", LAWS)
def test_true_statements_are_refuted_within_the_level(law: str, relation: str) -> None:
    """With equality, no more of 100 runs are refuted than Bin(100, alpha) allows; the ends cover alike."""
    q, value = LAWS[law]
    runs, alpha = 100, 0.1
    tests = reduce(q, HERE, relation, value)
    done = [confirm_all(tests, alpha, generator(k, law, relation), 1024) for k in range(runs)]
    most = stats.binom.ppf(1 - 1e-6, runs, alpha)
    assert sum(d.refuted for d in done) <= most
    assert sum(d.low > value + 1e-9 or d.high < value - 1e-9 for d in done) <= 2 * most


FOUND = [
    (law, relation, factor)
    for law in ("probability", "variance", "variance, psi_1", "trace", "median", "0.9 quantile", "ratio")
    for relation, factor in (("<=", 1 / 1.2), (">=", 1.2), ("==", 1 / 1.2), ("==", 1.2))
]
FOUND += [("variance, heavy", "<=", 1 / 1.2), ("rate", "<=", 1.2), ("rate", ">=", 1 / 1.2)]
FOUND += [("rate", "==", 1.2), ("difference", "<=", 1 / 1.2), ("difference", ">", 1.2), ("atom", "<=", 0.9)]


@pytest.mark.parametrize(("law", "relation", "factor"), FOUND)
def test_violations_are_found(law: str, relation: str, factor: float) -> None:
    """A violation of a fifth is refuted at 1e-9, and the interval excludes the right side."""
    q, value = LAWS[law]
    rhs = value * factor
    done = confirm_all(reduce(q, HERE, relation, rhs), 1e-9, generator(0, law), 2**19)
    assert done.refuted
    assert done.low >= rhs - 1e-9 or done.high <= rhs + 1e-9
    assert done.low - 1e-9 <= value <= done.high + 1e-9


@pytest.mark.parametrize("law", ["mean, variance", "mean, psi_1"])
@pytest.mark.parametrize(("relation", "rhs"), [("<=", -0.2), (">=", 0.2), ("==", 0.2), ("==", -0.2)])
def test_unbounded_draws_are_tested_by_a_declared_tail(law: str, relation: str, rhs: float) -> None:
    """Draws without bounds refute in both directions once their variance or psi_1 norm is declared."""
    q, value = LAWS[law]
    done = confirm_all(reduce(q, HERE, relation, rhs), 1e-9, generator(0, law), 2**18)
    assert done.refuted and done.low <= value <= done.high and not done.low < rhs < done.high


def test_the_variance_of_a_ratio_is_bounded() -> None:
    """For Var X, Var Y <= v, Var(X - r Y) <= v (1 + |r|)^2; with it an unbounded numerator is tested."""
    sample = lambda rng, n: np.stack([1 + rng.standard_t(3, n), rng.random(n)], axis=1)
    q = quantity("ratio", sample, ((-INF, INF), (0, 1)), ("variance", 3))
    assert reduce(q, HERE, "<=", -2.0)[0].variance == 27
    for rhs, refuted in ((2.0, False), (1.5, True)):
        assert confirm_all(reduce(q, HERE, "<=", rhs), 1e-9, generator(0), 2**16).refuted is refuted


def test_a_declared_tail_is_what_makes_it_possible() -> None:
    """Without the declaration nothing is drawn and nothing is concluded; neither where it does not help."""
    never = lambda rng, n: pytest.fail("drawn")
    for q, relation in (
        (quantity("mean", never), "<="),
        (quantity("variance", never), ">="),
        (quantity("variance", never, tail=("variance", 3)), ">"),
        (quantity("ratio", never, ((0, INF), (0, INF))), "<="),
        (difference(quantity("mean", never, (0, INF)), quantity("mean", never, (0, INF))), "<="),
    ):
        done = confirm_all(reduce(q, HERE, relation, 1.0), 0.05, generator(0), 2**12)
        assert (done.refuted, done.low, done.high, done.n) == (False, -INF, INF, 0)


def test_infinite_variance_needs_no_moment() -> None:
    """A law without a variance refutes `Var X <= 10`: the true variance is infinite."""
    q = quantity("variance", lambda rng, n: rng.pareto(1.5, n))
    assert confirm_all(reduce(q, HERE, "<=", 10.0), 1e-9, generator(0), 2**18).refuted


def test_strict_relations_at_an_atom() -> None:
    """The 0.7 quantile of a coin with P(X = 0) = 0.3 is 1; at the atom itself `<` is treated like `<=`."""
    q = quantity(("quantile", 0.7), bernoulli)
    run = lambda relation, rhs: (
        confirm_all(reduce(q, HERE, relation, rhs), 1e-9, generator(0, relation), 2**14).refuted
    )
    assert not run(">", 0.0) and not run(">=", 1.0) and not run("<=", 1.0) and not run("==", 1.0)
    assert run("<", 0.9) and run("<=", 0.0) and run("==", 0.0) and run("==", 0.5) and run(">", 1.1)
    assert not run("<", 1.0)


def test_the_level_is_divided_over_the_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """== of a quantile is two comparisons of half the level each; one comparison has it whole."""
    levels = []

    def record(sample, relation, rhs, bounds, alpha, rng, max_draws):
        levels.append(alpha)
        return Confirmation(refuted=False, low=0.0, high=1.0, n=1)

    monkeypatch.setattr(functionals, "confirm", record)
    q, value = LAWS["median"]
    for relation in ("==", "<="):
        confirm_all(reduce(q, HERE, relation, value), 0.05, generator(0), 1024)
    assert levels == [0.025, 0.025, 0.05]


@pytest.mark.parametrize("share", [1e-3, 0.5])
def test_the_cut_of_a_tail_is_allowed_for(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs of a psi_1 law are cut off, and the right side falls by no less than the cut costs."""
    monkeypatch.setattr(functionals, "CUT", share)
    q = quantity("variance", lambda rng, n: 4 * (rng.random(n) < 0.01), tail=("psi1", 4 / math.log(90)))
    value = 16 * 0.01 * 0.99
    [cut] = reduce(q, HERE, ">=", value)
    assert 0 < value - cut.rhs <= share * value and cut.bounds[1] < INF
    chance = 2 * 0.01 * 0.99  # that a pair differs, by 4
    assert chance * min(8.0, cut.bounds[1]) >= cut.rhs


@pytest.mark.parametrize("law", LAWS)
def test_estimates_agree_with_the_truth(law: str) -> None:
    """What the screen sees lies within SCREEN errors of the functional, in twenty of twenty runs."""
    q, value = LAWS[law]
    for k in range(20):
        found, error = estimate(q, HERE, generator(k, law, "look"), 4000)
        assert abs(found - value) <= SCREEN * error + 1e-12


def test_the_seed_fixes_the_answer() -> None:
    """The same stream gives the same outcome and the same plan, another stream another."""
    for q, value in LAWS.values():
        tests = reduce(q, HERE, "==", value)
        a, b, c = (confirm_all(tests, 0.01, generator(s, "seed"), 1024) for s in (0, 0, 1))
        assert a == b and (a != c or not math.isfinite(a.low) or q.statistic[0] == "quantile")
        assert plan_test(tests[0], 0.01, 999, generator(0, "p")) == plan_test(
            tests[0], 0.01, 999, generator(0, "p")
        )


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: quantity("mode", bernoulli), "statistic 'mode': expected one of mean"),
        (lambda: quantity("quantile", bernoulli), "statistic 'quantile': expected one of"),
        (lambda: quantity(("quantile", 1.5), bernoulli), "quantile 1.5: expected a probability"),
        (lambda: quantity("ratio", pair, ((0, 2), (-1, 1))), "range .* of the denominator: expected"),
        (lambda: quantity(("rate", (1, 1)), falling, (0, 1)), r"parameters \[1.0, 1.0\]: expected two"),
        (lambda: quantity(("rate", (0, 1)), falling, (0, 1)), r"parameters \[0.0, 1.0\]: expected two"),
        (lambda: quantity("mean", bernoulli, tail=("psi2", 1)), "tail .'psi2', 1.: expected"),
        (lambda: quantity("mean", bernoulli, tail=("psi1", 0)), "tail .'psi1', 0.: expected"),
        (lambda: difference(LAWS["median"][0], UNIFORM), "expected a statistic among mean, probability"),
        (lambda: difference(UNIFORM, LAWS["ratio"][0]), "expected a statistic among mean, probability"),
    ],
)
def test_bad_declarations_are_named(made, message: str) -> None:
    """A statistic, tail, parameter or range that cannot be used is refused by name and value."""
    with pytest.raises(ValueError, match=message):
        reduce(made(), HERE, "<=", 1.0)


@pytest.mark.parametrize(
    ("statistic", "x", "range", "message"),
    [
        ("trace", np.zeros(4), (0, 1), r"sample gave shape \(4,\)"),
        ("mean", np.zeros((4, 1)), (0, 1), r"sample gave shape \(4, 1\)"),
        ("ratio", np.zeros((4, 3)), (0, 1), r"sample gave shape \(4, 3\)"),
        (("rate", (1, 2)), np.zeros((4, 3)), (0, 1), r"sample gave shape \(4, 3\)"),
        ("probability", np.full(4, 0.5), (0, 1), "neither 0 nor 1"),
        ("variance", np.array([0, 0, 0, math.inf]), (0, 1), "non-finite draws"),
        ("variance", np.array([0, 0, 0, 1.5]), (0, 1), r"draw 1.5 outside \[0.0, 1.0\]"),
        ("ratio", np.array([[1, 0.5]] * 3 + [[1, -0.5]]), ((0, 2), (0, 1)), r"draw -0.5 outside"),
    ],
)
def test_bad_draws_are_named(statistic, x, range, message: str) -> None:
    """Draws of another shape, outside the declared range or without a value are an error of the file."""
    with pytest.raises(NotANumber, match=message):
        draws(quantity(statistic, lambda rng, n: x, range), HERE, generator(0), 4)


def test_times_scales_a_quantity() -> None:
    """k times a variance is tested as such: true at k times the value, refuted ten per cent below."""
    double = times(UNIFORM, 2)
    for rhs, refuted in ((2 / 12, False), (1.8 / 12, True)):
        done = confirm_all(reduce(double, HERE, "<=", rhs), 1e-9, generator(0), 2**17)
        assert done.refuted is refuted


def test_plan_and_test_agree() -> None:
    """The violation called detectable is found in at least 17 of 20 runs with the planned draws, and half of
    what `statistics.plan` asks for that gap is what the plan says."""
    [test] = reduce(UNIFORM, HERE, "<=", 1 / 12)
    p = plan_test(test, 1e-6, 2**14, generator(0, "plan"))
    violated = reduce(UNIFORM, HERE, "<=", 1 / 12 - p.detectable)
    found = sum(confirm_all(violated, 1e-6, generator(k, "found"), p.n).refuted for k in range(20))
    assert found >= 17
    gap = detectable(0.25, 1e-6, 10**6)
    assert plan((0, 1), 1e-6, gap) == pytest.approx(10**6, rel=1e-5)
    assert "would be found by 16384 draws" in str(p) and p.seconds > 0
    nothing = plan_test(reduce(LAWS["variance, heavy"][0], HERE, ">=", 3.0)[0], 1e-6, 2**14, generator(0))
    assert nothing.detectable == INF and "a side has no bound" in str(nothing)


def test_the_ends_of_a_slope_share_the_level(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each end of a slope gets half of alpha."""
    levels = []

    def record(sample, relation, rhs, bounds, alpha, rng, max_draws, early):
        levels.append(alpha)
        return Confirmation(refuted=False, low=0.25, high=0.5, n=1)

    monkeypatch.setattr(rates, "confirm", record)
    found = slope(LAWS["rate"][0], HERE, 0.05, generator(0), 1024)
    assert levels == [0.025, 0.025]
    assert (found.low, found.high) == pytest.approx((-0.25, 0.25))


def test_slopes_are_covered() -> None:
    """At alpha = 0.1 no more of 100 intervals miss the slope than the level allows, and they shrink."""
    q, value = LAWS["rate"]
    done = [slope(q, HERE, 0.1, generator(k, "slope"), 1024) for k in range(100)]
    assert sum(not d.low <= value <= d.high for d in done) <= stats.binom.ppf(1 - 1e-6, 100, 0.1)
    long = slope(q, HERE, 0.1, generator(0, "slope"), 2**16)
    assert 0 < long.high - long.low < 0.05 < done[0].high - done[0].low < 0.5
    assert long.low <= value <= long.high
    open_ended = slope(replace(q, range=(0, INF)), HERE, 0.1, generator(0), 1024)
    assert (open_ended.low, open_ended.high) == (-INF, INF)
