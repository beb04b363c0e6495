"""Sampled comparisons: errors stay inside the budget for every law, and violations are found."""

import math
from functools import partial

import numpy as np
import pytest
from scipy import stats

from proofs_check.bounds import Table, betting_lower, clopper_pearson_lower
from proofs_check.seeds import generator
from proofs_check.statistics import FIRST_LOOK, Confirmation, confirm, looks

INF = math.inf
UNIT = (0, 1)


def coin(p: float):
    """A sampler of 0 and 1."""
    return lambda rng, n: (rng.random(n) < p).astype(float)


def tainted_coin(rng, n):
    """A coin of mean 1/2 that now and then falls between its ends: it looks like a coin at first."""
    x = (rng.random(n) < 0.5).astype(float)
    return np.where(rng.random(n) < 1e-3, 0.5, x)


def pareto(rng, n, tail):
    """Draws of at least 1 with P(X > x) = x^-tail, mean tail / (tail - 1)."""
    return 1 + rng.pareto(tail, n)


BOUNDARY = {
    "coin": (coin(0.3), 0.3, UNIT),
    "tainted coin": (tainted_coin, 0.5, UNIT),
    "beta": (lambda rng, n: rng.beta(2, 5, n), 2 / 7, UNIT),
    "uniform": (lambda rng, n: rng.uniform(-3, 1, n), -1.0, (-3, 1)),
    "rare": (lambda rng, n: 100.0 * (rng.random(n) < 0.01), 1.0, (0, INF)),
    "Pareto": (partial(pareto, tail=1.5), 3.0, (1, INF)),
}


@pytest.mark.parametrize("relation", ["<=", ">=", "=="])
@pytest.mark.parametrize("law", BOUNDARY)
def test_true_statements_are_refuted_within_the_level(law: str, relation: str) -> None:
    """With equality, no more of 200 runs are refuted than Bin(200, alpha) allows; the bounds hold alike."""
    sample, mean, bounds = BOUNDARY[law]
    runs, alpha = 200, 0.1
    done = [
        confirm(sample, relation, mean, bounds, alpha, generator(k, law, relation), 2048) for k in range(runs)
    ]
    most = stats.binom.ppf(1 - 1e-6, runs, alpha)
    assert sum(d.refuted for d in done) <= most
    assert sum(d.low > mean for d in done) <= most
    assert sum(d.high < mean for d in done) <= most


def test_the_normal_test_would_fail_this() -> None:
    """The check above has teeth: a z-test at the same looks refutes a true statement too often."""
    runs, alpha, limit = 200, 0.1, stats.norm.ppf(0.9)
    wrong = 0
    for k in range(runs):
        x = coin(0.3)(generator(k, "z"), 4096)
        wrong += any((x[:n].mean() - 0.3) / x[:n].std() * math.sqrt(n) > limit for n in looks(4096))
    assert wrong > stats.binom.ppf(1 - 1e-6, runs, alpha)


@pytest.mark.parametrize("tail", [1.05, 1.2, 2.5])
def test_heavy_tails_do_not_refute_what_is_true(tail: float) -> None:
    """With finite mean and infinite variance, 40 runs of a true statement at 1e-4 refute nothing."""
    law, mean = partial(pareto, tail=tail), tail / (tail - 1)
    for k in range(40):
        assert not confirm(law, "<=", mean, (1, INF), 1e-4, generator(k, "heavy"), 2**14).refuted


@pytest.mark.parametrize(
    ("sample", "relation", "rhs", "bounds"),
    [
        (coin(0.5), "<=", 0.45, UNIT),
        (coin(0.5), ">=", 0.55, UNIT),
        (coin(0.5), "==", 0.45, UNIT),
        (coin(0.5), "==", 0.55, UNIT),
        (partial(pareto, tail=1.5), "<=", 2.5, (1, INF)),
        (partial(pareto, tail=1.5), "==", 2.5, (1, INF)),
        (lambda rng, n: -pareto(rng, n, 1.5), ">", -2.5, (-INF, -1)),
        (lambda rng, n: -pareto(rng, n, 1.5), "==", -2.5, (-INF, -1)),
        (lambda rng, n: rng.uniform(0.5, 0.6, n), "<", 0.54, UNIT),
    ],
)
def test_violations_are_found(sample, relation: str, rhs: float, bounds) -> None:
    """A violation of ten per cent or so is refuted at 1e-9, and the interval excludes the right side."""
    done = confirm(sample, relation, rhs, bounds, 1e-9, generator(0, relation), 2**18)
    assert done.refuted and not done.low <= rhs <= done.high
    assert done.n in looks(2**18)


def recorded(sample, *arguments) -> tuple[Confirmation, Table]:
    """The outcome, and the table of the draws that it saw."""
    seen = []

    def record(rng, n):
        seen.append(sample(rng, n))
        return seen[-1]

    done = confirm(record, *arguments)
    return done, Table(*np.unique(np.concatenate(seen), return_counts=True))


def test_levels_are_divided_over_sides_methods_and_looks() -> None:
    """Each side of == gets alpha/2, half of it for betting and half for the exact bound at all looks."""
    alpha, n = 1e-3, 1024
    done, seen = recorded(coin(0.3), "==", 0.3, UNIT, alpha, generator(0, "levels"), n)
    back = Table(1 - seen.values[::-1], seen.counts[::-1])
    ends = []
    for side in (seen, back):
        exact = clopper_pearson_lower(int(side.counts[1]), n, alpha / 4 / len(looks(n)))
        ends.append(max(exact, betting_lower(side, alpha / 4)))
    assert (done.low, done.high) == pytest.approx((ends[0], 1 - ends[1]), rel=1e-12)
    assert done.n == n


def test_one_bound_and_one_side_get_the_whole_level() -> None:
    """With one finite bound there is one method, and == has one side: both use alpha undivided."""
    sample, mean, bounds = BOUNDARY["rare"]
    for relation in ("<=", "=="):
        done, seen = recorded(sample, relation, mean, bounds, 1e-3, generator(0, "levels"), 1024)
        assert done.low == pytest.approx(betting_lower(seen, 1e-3), rel=1e-12)
        assert done.high == INF


def test_the_exact_bound_is_for_coins_alone() -> None:
    """One draw between the ends withdraws the exact bound: what is left is the betting bound."""
    x = np.r_[np.ones(200), np.zeros(56)]
    y = np.r_[np.ones(200), np.zeros(55), 2.0**-12]
    run = lambda draws: confirm(lambda rng, n: draws, "<=", 0.7, UNIT, 0.01, generator(0), 256)  # one look
    low = [run(draws).low for draws in (x, y)]
    assert low[0] == pytest.approx(clopper_pearson_lower(200, 256, 0.005))
    assert low[1] < low[0] - 1e-3


@pytest.mark.parametrize(
    ("relation", "bounds"),
    [("<=", (-INF, 1)), ("<", (-INF, INF)), (">=", (0, INF)), (">", (-INF, INF)), ("==", (-INF, INF))],
)
def test_without_the_needed_bound_nothing_is_concluded(relation: str, bounds) -> None:
    """If the law is unbounded on the side that could refute, the answer is undecided and nothing is drawn."""

    def never(rng, n):
        raise AssertionError("drawn")

    nothing = Confirmation(refuted=False, low=-INF, high=INF, n=0)
    assert confirm(never, relation, 0.5, bounds, 0.05, generator(0), 10**6) == nothing


def test_drawing_stops_when_it_is_decided() -> None:
    """A gross violation and a statement with much room are settled at the first look, a close one is not."""
    for rhs, refuted in ((0.1, True), (0.9, False)):
        done = confirm(coin(0.5), "<=", rhs, UNIT, 1e-6, generator(0), 2**20)
        assert (done.refuted, done.n) == (refuted, FIRST_LOOK)
    assert confirm(coin(0.5), "<=", 0.5, UNIT, 1e-6, generator(0), 5000).n == 5000


def test_no_call_asks_for_too_much() -> None:
    """The sampler is asked for all the draws, in calls of bounded size."""
    sizes = []

    def record(rng, n):
        sizes.append(n)
        return np.full(n, 0.5)

    done = confirm(record, "<=", 0.5, UNIT, 1e-6, generator(0), 300_000)
    assert sum(sizes) == done.n == 300_000 and max(sizes) <= 2**16


def test_mirrored_statements_are_mirrored() -> None:
    """-X >= -r is treated as X <= r, number by number."""
    law = partial(pareto, tail=1.5)
    up = confirm(law, "<=", 2.7, (1, INF), 1e-3, generator(0), 2**12)
    down = confirm(lambda rng, n: -law(rng, n), ">=", -2.7, (-INF, -1), 1e-3, generator(0), 2**12)
    assert (up.refuted, up.n, up.low, up.high) == (down.refuted, down.n, -down.high, -down.low)


def test_the_seed_fixes_the_answer() -> None:
    """The same stream gives the same numbers, another stream others."""
    run = partial(confirm, lambda rng, n: rng.beta(2, 5, n), "<=", 0.28, UNIT, 1e-3)
    a, b, c = (run(generator(seed, "s"), 2**12) for seed in (0, 0, 1))
    assert a == b and a != c


def test_a_smaller_level_widens_the_interval() -> None:
    """On the same draws, a smaller alpha gives a wider interval."""
    low, high = zip(
        *(
            (d.low, d.high)
            for alpha in (0.1, 1e-3, 1e-9)
            for d in [confirm(coin(0.5), "==", 0.5, UNIT, alpha, generator(0), 1024)]
        ),
        strict=True,
    )
    assert list(low) == sorted(low, reverse=True) and list(high) == sorted(high)


@pytest.mark.parametrize(
    ("draw", "bounds", "message"),
    [
        (math.nan, UNIT, r"draw nan: expected a finite number in \[0.0, 1.0\]"),
        (INF, (0, INF), r"draw inf: expected a finite number in \[0.0, inf\]"),
        (1.1, UNIT, r"draw 1.1: expected a finite number in \[0.0, 1.0\]"),
        (-1e-6, UNIT, r"draw -1e-06: expected"),
        (-1e-300, (0, INF), r"draw -1e-300: expected"),
    ],
)
def test_bad_draws_are_named(draw: float, bounds, message: str) -> None:
    """A draw that is not finite or leaves its declared bounds is an error that names it and them."""

    def sample(rng, n):
        x = np.full(n, 0.5)
        x[n // 2] = draw
        return x

    with pytest.raises(ValueError, match=message):
        confirm(sample, "<=", 0.5, bounds, 0.05, generator(0), 1000)


def test_draws_of_the_wrong_shape_are_named() -> None:
    """A sampler that returns something else than (n,) draws is named by the shape it returned."""
    with pytest.raises(ValueError, match=r"sample returned shape \(256, 2\): expected \(256,\)"):
        confirm(lambda rng, n: np.zeros((n, 2)), "<=", 0.5, UNIT, 0.05, generator(0), 1000)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"alpha": 0}, "alpha 0: expected a probability"),
        ({"alpha": 1.5}, "alpha 1.5: expected a probability"),
        ({"alpha": math.nan}, "alpha nan: expected a probability"),
        ({"relation": "!="}, "relation '!=': expected one of <=, <, >=, >, =="),
        ({"rhs": math.nan}, "rhs nan: expected a number"),
        ({"bounds": (1, 0)}, r"bounds \(1, 0\): expected lo <= hi"),
        ({"bounds": (math.nan, 1)}, r"bounds \(nan, 1\): expected lo <= hi"),
        ({"max_draws": 0}, "max_draws 0: expected at least 1"),
    ],
)
def test_bad_arguments_are_named(changes: dict, message: str) -> None:
    """Each argument out of range is refused with its name, its value and what was expected."""
    good = {"sample": coin(0.5), "relation": "<=", "rhs": 0.5, "bounds": UNIT, "alpha": 0.05, "max_draws": 10}
    with pytest.raises(ValueError, match=message):
        confirm(**(good | changes), rng=generator(0))


def test_rounding_errors_refute_nothing() -> None:
    """0.1 + 0.2 is not more than 0.3, whatever its last digit, and a draw at 1 + 2e-16 is at 1."""
    for bounds in ((0, 1), (0.3, INF), (0.3, 0.3)):
        for relation in ("<=", "=="):
            noisy = lambda rng, n: np.full(n, 0.1 + 0.2)
            assert not confirm(noisy, relation, 0.3, bounds, 0.05, generator(0), 2**14).refuted
    done = confirm(lambda rng, n: np.full(n, 1 + 2.3e-16), "==", 1, UNIT, 0.05, generator(0), 2**10)
    assert not done.refuted and done.high == 1


def test_declared_bounds_decide_what_they_can() -> None:
    """A right side outside the bounds is refuted by them; an infinite one never is."""
    run = partial(confirm, coin(0.5), bounds=UNIT, alpha=1e-6, rng=generator(0), max_draws=1000)
    assert run("<=", -0.1).refuted and run(">=", 1.1).refuted and run("==", 2).refuted
    assert not run("<=", INF).refuted and not run(">=", -INF).refuted
    constant = confirm(lambda rng, n: np.full(n, 2.0), "<=", 1.9, (2, 2), 1e-6, generator(0), 1000)
    assert constant.refuted and constant.low == constant.high == 2
