"""CoGraM's loss: whether probabilities closer to the target give a lower cross-entropy.

Printed   L_n = -(1/C) sum_c y_c^T log softmax(f(x_c; W)); "the closer the softmax probabilities are to the
          target classes, the lower the resulting loss".
Repaired  not needed with "closer" as total variation to a one-hot target, which is one minus the probability
          of the class, at every prototype: exp(-C L) is the product of the 1 - TV.  The text names no
          distance.  In Euclidean distance the sentence is false from three classes on: (18, 11, 11)/40 is
          closer to the first class than (20, 19, 1)/40, and has the larger loss.  For the mean total
          variation over several prototypes it is false too: a mean of logarithms is no function of a mean.
Compared  exp(-C L), the product of the probabilities of the targets, which falls as L grows and is rational.
Shapes    p, q: (C, classes), rows on the simplex; the target of every prototype is the first class; n, f
          are p and q with the two rows of each prototype sorted by their distance, the nearer one in n.
Units     none.
Source    Methods, Equation 2 with its caption; "Loss Measurement".
"""

import math
from collections.abc import Sequence
from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.family import Choice, Derived, Family, Instance, Integer, Matrix, Real
from theory.proof import Chain, Entail, Line

p_1, p_2, q_1, q_2 = sp.symbols("p_1 p_2 q_1 q_2", positive=True)
n_1, n_2, f_1, f_2 = sp.symbols("n_1 n_2 f_1 f_2", positive=True)  # the nearer row of each prototype
tv_n1, tv_n2, tv_f1, tv_f2 = sp.symbols("TV_{n1} TV_{n2} TV_{f1} TV_{f2}", nonnegative=True)
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


def _product(rows: Sequence[tuple]) -> Fraction:
    """exp(-C L): every target picks its probability out of a row."""
    result = Fraction(1)
    for row in rows:
        one_hot = [place == 0 for place in range(len(row))]
        result = result * sum(v for v, hit in zip(row, one_hot, strict=True) if hit)
    return result


def likelihood(which: int):
    """instance -> exp(-C L) of p (0) or q (1)."""
    return lambda i: _product(i.pair[which])


def hit(which: int, row: int):
    """The probability of the target class at a prototype; 1 where there is no such prototype."""
    return lambda i: i.pair[which][row][0] if row < i.C else 1


def row_of(i: Instance, which: int, row: int) -> tuple:
    """Of the two rows of a prototype the nearer (0) or the farther (1) in total variation."""
    return sorted((p[row] for p in i.pair), key=lambda v: distance((v,), "tv"))[which]


def hit_in_row(which: int, row: int):
    """The probability of the target class in that row; 1 where there is no such prototype."""
    return lambda i: row_of(i, which, row)[0] if row < i.C else 1


def apart(which: int, row: int):
    """Total variation between that row and its target; 0 where there is no prototype."""
    return lambda i: distance((row_of(i, which, row),), "tv") if row < i.C else 0


def nearer_everywhere(i: Instance) -> Fraction:
    """exp(-C L) of the nearer row of every prototype."""
    return _product([row_of(i, 0, row) for row in range(i.C)])


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
EUCLIDEAN = closer("closer in Euclidean distance, one prototype", "euclidean", most=1)
VARIATION = Given(
    text="closer in total variation at every prototype: for a one-hot target that is 1 - p_1",
    fact=sp.And(sp.Le(tv_n1, tv_f1), sp.Le(tv_n2, tv_f2)),
    because="the rows are sorted so, prototype by prototype",
)
ONE_HOT = Given(
    text="one-hot targets: total variation is one minus the probability of the class",
    fact=sp.And(*[sp.Eq(tv, 1 - v) for tv, v in ((tv_n1, n_1), (tv_n2, n_2), (tv_f1, f_1), (tv_f2, f_2))]),
    because="the other probabilities of a row sum to 1 - p_1",
)


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


def reading(text: str, given: Given) -> Statement:
    """The smaller distance has the smaller loss, under this meaning of closer."""
    return Statement(text=text, left=LEFT, relation=">=", right=q_1 * q_2, givens=(given,))


def product() -> Chain:
    """Both factors are no smaller: n_1 n_2 >= f_1 n_2 >= f_1 f_2."""
    return Chain(n_1 * n_2, (Line(">=", f_1 * n_2, Entail()), Line(">=", f_1 * f_2, Entail())))


CLAIM = Claim(
    items=(
        "cogram.secData.closer_lower",
        "cogram.eq2",
        "cogram.secData.eq2_caption",
        "cogram.secData.softmax",
    ),
    readings=(
        Statement(
            text="closer in total variation, at every prototype",
            left=Quantity(text="exp(-C L) of the nearer rows", run=nearer_everywhere, expr=n_1 * n_2),
            relation=">=",
            right=f_1 * f_2,
            givens=(VARIATION, ONE_HOT),
            proof=product,
        ),
        reading("closer in Euclidean distance, one prototype", EUCLIDEAN),
        reading(
            "closer in mean total variation over the prototypes",
            closer("closer in mean total variation", "tv"),
        ),
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
        **{v: hit_in_row(w, k) for v, w, k in ((n_1, 0, 0), (n_2, 0, 1), (f_1, 1, 0), (f_2, 1, 1))},
        **{v: apart(w, k) for v, w, k in ((tv_n1, 0, 0), (tv_n2, 0, 1), (tv_f1, 1, 0), (tv_f2, 1, 1))},
        classes: lambda i: i.classes,
        logit: first_logits,
        loss_run: cross_entropy,
        captured: lambda i: math.exp(-cross_entropy(i)),
    },
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
    witnesses=(SPREAD, TWO, BETTER, SKEW),
    mutants=(
        Mutant(text="twice the likelihood", right=f_1 * f_2 * 2, dies_at=SKEW),
        Mutant(text="the root of the likelihood", right=sp.sqrt(f_1 * f_2), dies_at=SKEW),
        Mutant(
            text="probabilities of the second class",
            left=Quantity(text="exp(-C L) with the wrong target", run=lambda i: i.pair[0][0][1]),
            dies_at=BETTER,
        ),
    ),
    effort=0.4,
)
