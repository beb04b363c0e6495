"""CoGraM's loss: whether probabilities closer to the target give a lower cross-entropy.

Printed   L_n = -(1/C) sum_c y_c^T log softmax(f(x_c; W)); "the closer the softmax probabilities are to the
          target classes, the lower the resulting loss".
Repaired  "closer" as total variation to a one-hot target, at every prototype: exp(-L) is the product of the
          1 - TV.  In Euclidean distance the sentence is false from three classes on: (18, 11, 11)/40 is
          closer to the first class than (20, 19, 1)/40, and has the larger loss.  For the mean total
          variation over several prototypes it is false too: a mean of logarithms is no function of a mean.
Compared  exp(-C L), the product of the probabilities of the targets, which falls as L grows and is rational.
Shapes    p, q: (C, classes), rows on the simplex; the target of every prototype is the first class.
Units     none.
Source    Methods, Equation 2 with its caption; "Loss Measurement".
"""

import math
from collections.abc import Callable
from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.family import Choice, Derived, Family, Instance, Integer, Matrix, Real
from theory.proof import Chain, Entail, Line

p_1, p_2, q_1, q_2 = sp.symbols("p_1 p_2 q_1 q_2", positive=True)
tv_p1, tv_p2, tv_q1, tv_q2 = sp.symbols("TV_{p1} TV_{p2} TV_{q1} TV_{q2}", nonnegative=True)
loss_run, captured = sp.symbols(r"L_n \sigma_1", real=True)
logit = sp.IndexedBase("f", real=True)
classes = sp.Symbol("K", integer=True, positive=True)
k = sp.Symbol("k", integer=True, positive=True)


def distance(probabilities: tuple, measure: str) -> Fraction:
    """To the targets: squared Euclidean, or total variation, the mean over prototypes."""
    total = Fraction(0)
    for row in probabilities:
        off = [Fraction(v) - (place == 0) for place, v in enumerate(row)]
        total += sum(v * v for v in off) if measure == "euclidean" else sum(map(abs, off)) / 2
    return total / len(probabilities)


def _normalised(raw: tuple) -> tuple:
    return tuple(tuple(v / sum(row) for v in row) for row in raw)


def ordered(i) -> tuple:
    """Both sets of probabilities, the one closer to the targets first."""
    pair = [_normalised(i.raw_p), _normalised(i.raw_q)]
    near, far = sorted(pair, key=lambda p: distance(p, i.measure))
    if distance(near, i.measure) == distance(far, i.measure):
        worse = tuple((row[0] / 2, *[v + row[0] / (2 * (len(row) - 1)) for v in row[1:]]) for row in far)
        return near, worse
    return near, far


def likelihood(which: int):
    """instance -> exp(-C L): every target picks its probability out of the softmax of the logits."""

    def run(i: Instance):
        result = Fraction(1)
        for row in i.pair[which]:
            one_hot = [place == 0 for place in range(len(row))]
            result = result * sum(v for v, hit in zip(row, one_hot, strict=True) if hit)
        return result

    return run


def hit(which: int, row: int):
    """The probability of the target class at a prototype; 1 where there is no such prototype."""
    return lambda i: i.pair[which][row][0] if row < i.C else 1


def apart(which: int, row: int):
    """Total variation between a prototype's probabilities and its target; 0 where there is no prototype."""
    return lambda i: distance(i.pair[which][row : row + 1], "tv") if row < i.C else 0


def first_logits(i: Instance) -> tuple:
    """Logits of the first prototype: small integers, not those of p."""
    return tuple((3 * place + i.C) % 4 - 1 for place in range(i.classes))


def cross_entropy(i: Instance):
    """Equation 2 for one prototype by log-sum-exp: the largest logit is taken out first."""
    logits = first_logits(i)
    top = max(logits)
    return float(top - logits[0]) + math.log(sum(math.exp(v - top) for v in logits))


def closer(text: str, *measures: str, most: int = 2) -> Given:
    """p is strictly closer than q in the distance of the instance, which is one of these."""

    def check(i: Instance) -> bool:
        near, far = (distance(p, i.measure) for p in i.pair)
        return i.measure in measures and i.C <= most and near < far

    return Given(text=text, check=check)


LEFT = Quantity(text="exp(-C L) of the closer probabilities", run=likelihood(0), expr=p_1 * p_2)
EITHER = closer("p is closer to the targets than q, in whichever of the two distances", "euclidean", "tv")
EUCLIDEAN = closer("closer in Euclidean distance, one prototype", "euclidean", most=1)
VARIATION = Given(
    text="closer in total variation at every prototype: for a one-hot target that is 1 - p_1",
    fact=sp.And(sp.Le(tv_p1, tv_q1), sp.Le(tv_p2, tv_q2)),
)
ONE_HOT = Given(
    text="one-hot targets: total variation is one minus the probability of the class",
    fact=sp.And(*[sp.Eq(tv, 1 - v) for tv, v in ((tv_p1, p_1), (tv_p2, p_2), (tv_q1, q_1), (tv_q2, q_2))]),
    because="the other probabilities of a row sum to 1 - p_1",
)
EACH = "closer in total variation, at every prototype"


def at(measure: str, p: tuple, q: tuple) -> Instance:
    """An instance with these rows of positive numbers, normalised."""
    raw = {"C": len(p), "classes": len(p[0]), "measure": measure, "raw_p": p, "raw_q": q}
    return Instance(**raw, pair=ordered(Instance(**raw)))


def whole(*rows_of: tuple) -> tuple:
    """Rows of integers as Fractions."""
    return tuple(tuple(Fraction(v) for v in row) for row in rows_of)


SPREAD = at("euclidean", whole((18, 11, 11)), whole((20, 19, 1)))
TWO = at("tv", whole((1, 19), (19, 1)), whole((12, 13), (12, 13)))
BETTER = at("tv", whole((3, 1)), whole((1, 1)))
SKEW = at("tv", whole((2, 1, 1)), whole((16, 9, 9)))


def reading(text: str, *givens: Given, proof: Callable | None = None) -> Statement:
    """The smaller distance has the smaller loss, under these meanings of closer."""
    return Statement(text=text, left=LEFT, relation=">=", right=q_1 * q_2, givens=givens, proof=proof)


def product() -> Chain:
    """Both factors are no smaller: p_1 p_2 >= q_1 p_2 >= q_1 q_2."""
    return Chain(p_1 * p_2, (Line(">=", q_1 * p_2, Entail()), Line(">=", q_1 * q_2, Entail())))


CLAIM = Claim(
    items=(
        "cogram.secData.closer_lower",
        "cogram.eq2",
        "cogram.secData.eq2_caption",
        "cogram.secData.softmax",
    ),
    readings=(
        reading("closer in Euclidean distance or in total variation, whichever is meant", EITHER),
        reading("closer in Euclidean distance, one prototype", EUCLIDEAN),
        reading(
            "closer in mean total variation over the prototypes",
            closer("closer in mean total variation", "tv"),
        ),
        reading(EACH, VARIATION, ONE_HOT, proof=product),
    ),
    family=Family(
        fields={
            "C": Integer(1, 2),
            "classes": Integer(2, 3),
            "measure": Choice(("euclidean", "tv")),
            "raw_p": Matrix("C", "classes", Real(Fraction(1, 8), 20)),
            "raw_q": Matrix("C", "classes", Real(Fraction(1, 8), 20)),
            "pair": Derived(ordered),
        },
        leaves_out="soft targets, more than two prototypes or three classes",
    ),
    symbols={
        p_1: hit(0, 0),
        p_2: hit(0, 1),
        q_1: hit(1, 0),
        q_2: hit(1, 1),
        tv_p1: apart(0, 0),
        tv_p2: apart(0, 1),
        tv_q1: apart(1, 0),
        tv_q2: apart(1, 1),
        classes: lambda i: i.classes,
        logit: first_logits,
        loss_run: cross_entropy,
        captured: lambda i: math.exp(-cross_entropy(i)),
    },
    repair=Repair(
        changes="closer in total variation at every prototype, targets one-hot",
        statement=reading(EACH, VARIATION, ONE_HOT, proof=product),
        nondegenerate=BETTER,
        added=(Added(given=VARIATION, fails_without=TWO),),
    ),
    steps=(
        PrintedStep(
            item="cogram.eq2",
            text="one prototype with a one-hot target, by log-sum-exp",
            left=loss_run,
            relation="==",
            right=sp.log(sp.Sum(sp.exp(logit[k]), (k, 1, classes))) - logit[1],
        ),
        PrintedStep(
            item="cogram.secData.eq2_caption",
            text="exp(-L) is the softmax entry of the target class",
            left=captured,
            relation="==",
            right=sp.exp(logit[1]) / sp.Sum(sp.exp(logit[k]), (k, 1, classes)),
        ),
    ),
    transcription=lambda i: hit(1, 0)(i) * hit(1, 1)(i),
    witnesses=(SPREAD, TWO, BETTER, SKEW),
    mutants=(
        Mutant(text="twice the likelihood", right=q_1 * q_2 * 2, dies_at=SKEW),
        Mutant(text="the root of the likelihood", right=sp.sqrt(q_1 * q_2), dies_at=SKEW),
        Mutant(
            text="probabilities of the second class",
            left=Quantity(text="exp(-C L) with the wrong target", run=lambda i: i.pair[0][0][1]),
            dies_at=BETTER,
        ),
    ),
    effort=0.4,
)
