"""SAIL lemma 1: the empirical risk and the empirical Rademacher complexity bound the risk.

Printed   For any phi in H, with probability at least 1 - delta: J_{D_i}(phi) <= J^_{U_i}(phi) + 2 R^_{U_i}(L
          o H) + 3 C sqrt(ln(2/delta) / (2 n_i)).
Repaired  not needed.  For a hypothesis that is fixed before the sample the complexity is idle: Hoeffding's
          inequality alone gives (delta/2)^9.  The complexity is there for all hypotheses at once (second
          reading), and hence for one that was trained on U_i: Mohri, Rostamizadeh and Talwalkar, Foundations
          of Machine Learning, 2018, theorem 3.3, for losses in [0, 1].  That reading is searched, not proved
          here.
Shapes    all scalar; see theory.claims.sail._risk.
Units     a probability; the terms of the bound have the units of the loss, see the scaling.
Source    SAIL, Appendix D, Lemma 1, Definition 2, Assumption 6 and the opening.
"""

from fractions import Fraction
from functools import partial
from itertools import product

import sympy as sp

from sim.finite_risk import empirical, mean, samples, total_variation
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.sail import _risk as world
from theory.claims.sail._risk import FAMILY, MANY, C, bound, delta, law, losses, n, p, probability
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Lemma, Line

good, fails = sp.symbols(r"P(J\leq\hat{J}+2\hat{R}+t) P(J-\hat{J}>t)", nonnegative=True)
RIGHT = 1 - delta
LIMIT = 3 * C * sp.sqrt(sp.log(2 / delta) / (2 * n))
SMALL = sp.exp(-9 * sp.log(2 / delta))
LEMMA_1 = partial(bound, tv=0, top=2, least=False)
DEVIATES = Given(
    text="the complexity is not negative, so that the event contains J - J^ <= t",
    fact=sp.Ge(good, 1 - fails),
    because="a maximum over H has at least the expectation of one member, 0",
)
HOEFFDING = Given(
    text="J^ is a mean of n_i independent losses in [0, C], t = 3 C sqrt(ln(2/delta)/(2 n_i))",
    because="they are drawn so",
    grants=(("mean_deviation", fails, n, LIMIT, C),),
)
CONFIDENCE = Given(text="0 < delta < 1", fact=sp.And(sp.Lt(delta, 1), sp.Gt(sp.log(2 / delta), 0)))
GIVENS = (CONFIDENCE, world.BOUNDED, world.SAMPLED, DEVIATES, HOEFFDING)


def event(text: str, every: bool = False, **terms) -> Quantity:
    """The probability of the lemma's event, with some of its terms changed."""
    run = probability(partial(LEMMA_1, **terms), of="p", every=every)
    return Quantity(text=text, run=run, range=(0, 1), expr=None if terms or every else good)


def proof() -> Chain:
    """Hoeffding's inequality; the complexity is dropped."""
    deviation = Lemma("hoeffding", {"p": fails, "n": n, "t": LIMIT, "c": C})
    return Chain(
        good,
        (
            Line(">=", 1 - fails, Entail()),
            Line(">=", 1 - SMALL, deviation),
            Line(">=", RIGHT, Entail(), "delta^9 <= 512 delta"),
        ),
    )


observed, frequency = (
    sp.IndexedBase("o", nonnegative=True),
    sp.Symbol(r"\hat{D}_{U_i}(x_1)", nonnegative=True),
)
j = sp.Symbol("j", integer=True, positive=True)
first, second = sp.IndexedBase("s_0", real=True), sp.IndexedBase("s_1", real=True)
size, many = sp.symbols("m M", integer=True, positive=True)
complexity = sp.Symbol(r"\hat{R}", real=True)
at_one, at_two, worst, true_risk = sp.symbols(r"l{(x_1)} l{(x_2)} \max{l} J_{D_i}", nonnegative=True)
seen, all_one = sp.symbols(r"D_{TV}(\hat{D}_{U_i}) P{(U_i=(x_1...x_1))}", nonnegative=True)
a, b = sp.symbols(r"\hat{p} \hat{q}", nonnegative=True)


def short(i: Instance) -> tuple:
    """The counts of a sample of at most four draws."""
    m = min(i.n, 4)
    return min(i.hits, m), m - min(i.hits, m)


def suprema(i: Instance, hypothesis: int) -> tuple:
    """sum_j sigma_j l(phi(x_j), y_j) along that sample, for each vector of signs."""
    counts, row = short(i), losses(i)[hypothesis]
    values = (row[0],) * counts[0] + (row[1],) * counts[1]
    signs = product((-1, 1), repeat=len(values))
    return tuple(sum(s * v for s, v in zip(sigma, values, strict=True)) for sigma in signs)


STEPS = (
    PrintedStep(item="sail.secD.samples", text="independent draws: n_i times the first point",
                left=all_one, relation="==", right=p**n),
    PrintedStep(item="sail.secD.loss", text="not negative", left=at_one, relation=">=", right=sp.S.Zero),
    PrintedStep(item="sail.a6", text="for every hypothesis and point", left=worst, relation="<=", right=C),
    PrintedStep(item="sail.secD.empirical", text="at the first point",
                left=frequency, relation="==", right=sp.Sum(observed[j], (j, 1, n)) / n),
    PrintedStep(item="sail.secD.tv", text="sup over events, and half the sum",
                left=seen, relation="==", right=(sp.Abs(a - b) + sp.Abs((1 - a) - (1 - b))) / 2),
    PrintedStep(item="sail.def2", text="two hypotheses, all signs", left=complexity, relation="==",
                right=sp.Sum(sp.Max(first[j], second[j]), (j, 1, many)) / many / size),
    PrintedStep(item="sail.secD.risks", text="the true risk",
                left=true_risk, relation="==", right=p * at_one + (1 - p) * at_two),
)  # fmt: skip

ONE = Fraction(1)
COIN = Instance(
    n=8, n_star=1, raw=ONE / 2, p=ONE / 2, q=ONE / 2, y=(0 * ONE, ONE), phi=((0 * ONE, 0 * ONE), (ONE, ONE)),
    slope=ONE, C=ONE, delta=ONE / 16, hits=5, hits_star=1,
)  # fmt: skip
POINT = replace(COIN, n=MANY, raw=ONE, p=ONE, hits=MANY)


def in_units(i: Instance, k) -> Instance:
    """Losses times k."""
    return replace(i, slope=k * i.slope, C=k * i.C)


CLAIM = Claim(
    items=(
        "sail.lem1",
        "sail.secD.samples",
        "sail.secD.loss",
        "sail.a6",
        "sail.secD.empirical",
        "sail.secD.tv",
        "sail.def2",
        "sail.secD.risks",
    ),
    readings=(
        Statement(
            text="for any hypothesis that is fixed before the sample",
            left=event("P(J <= J^ + 2 R^ + deviation), phi fixed"),
            relation=">=",
            right=RIGHT,
            givens=GIVENS,
            proof=proof,
        ),
        Statement(
            text="for all hypotheses at once",
            left=event("P(J <= J^ + 2 R^ + deviation for all phi)", every=True),
            relation=">=",
            right=RIGHT,
            givens=GIVENS[:3],
        ),
    ),
    family=FAMILY,
    symbols=world.SYMBOLS
    | {
        good: probability(LEMMA_1, of="p"),
        fails: world.exceeds(2),
        all_one: lambda i: next(w for counts, w in samples(i.n, law(i.p)) if counts[0] == i.n),
        at_one: lambda i: losses(i)[0][0],
        at_two: lambda i: losses(i)[0][1],
        worst: lambda i: max(max(row) for row in losses(i)),
        observed: lambda i: (1,) * i.hits + (0,) * (i.n - i.hits),
        frequency: lambda i: empirical(world.drawn(i)[0])[0],
        seen: lambda i: total_variation(*map(empirical, world.drawn(i))),
        a: lambda i: Fraction(i.hits, i.n),
        b: lambda i: Fraction(i.hits_star, i.n_star),
        complexity: lambda i: world.complexity(losses(i), short(i)),
        first: lambda i: suprema(i, 0),
        second: lambda i: suprema(i, 1),
        many: lambda i: 2 ** sum(short(i)),
        size: lambda i: sum(short(i)),
        true_risk: lambda i: mean(law(i.p), losses(i)[0]),
    },
    steps=STEPS,
    witnesses=(COIN, POINT),
    scalings=(Scaling(text="losses times k", power=0, move=in_units),),
    mutants=(
        Mutant(text="neither complexity nor deviation", left=event("bare", of="", top=0), dies_at=COIN),
        Mutant(text="twice the confidence", right=1 + delta, dies_at=COIN),
        Mutant(text="the complexity subtracted", left=event("less", factor=-8), dies_at=COIN),
    ),
    effort=0.1,
)
