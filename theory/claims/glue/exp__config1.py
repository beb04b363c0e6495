"""GLUE: the two heuristic baselines, and where the learnt coefficients start.

Printed   Config 1: alpha_i proportional to n_i, the size of expert i's pretraining data; Config 2: alpha_i
          proportional to Acc_i.  GLUE starts at alpha = (1/K) 1.  Section 5: 2000 images for each expert.
Repaired  not needed.  With 2000 images for every expert Config 1 is the uniform blend, GLUE's own starting
          point: there the comparison with data-size weighting is one of before and after training
          (where a class has too few images for its share of 2000, sizes may differ a little).
          Config 2 weighs between 0.088 and 0.118 on CIFAR-10 if the accuracies are those of Table 1 (taken
          on "the target training dataset" by its caption, test accuracies by the text).
Shapes    n, Acc: (K,), i: one expert.  Units: pure numbers.
Source    GLUE, Section 5, Configs 1 and 2, paragraph 1, Table 1; Section 3.3 (initialisation).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Vector, replace
from theory.family import Real as Interval
from theory.proof import Chain, Entail, Line, Rewrite

K, i_, j = sp.symbols("K i j", positive=True, integer=True)
n: Any = sp.IndexedBase("n", positive=True)
Acc: Any = sp.IndexedBase(r"\text{Acc}", positive=True)
kappa = sp.Symbol("kappa", positive=True)
second, start = (sp.Function(name, real=True) for name in ("correct", "softmax"))
IMAGES = sp.Integer(2000)


def pooled(i: Instance) -> Fraction:
    """All images in one pool: the share whose owner is expert i."""
    owners = [k for k in range(i.K) for _ in range(int(i.n[k]))]
    return Fraction(owners.count(i.i - 1), len(owners))


def correct(i: Instance) -> Any:
    """The share of expert i in all correct answers on a validation set of 1000 images."""
    answers = [1000 * a for a in i.Acc]
    return answers[i.i - 1] / sum(answers[1:], answers[0])


def softmax_of_zero(i: Instance) -> Fraction:
    """alpha_i = softmax(beta)_i at beta = 0."""
    import math

    return Fraction(int(math.exp(0)), sum(int(math.exp(0)) for _ in range(i.K)))


def sizes(i: Instance) -> Fraction:
    """Config 1 with 2000 images for every expert."""
    return Fraction(2000, sum([2000] * i.K))


SHARE = n[i_] / sp.Sum(n[j], (j, 1, K))
WHOLE = Given(text="the weights sum to one", fact=sp.Eq(kappa * sp.Sum(n[j], (j, 1, K)), 1))
EQUAL = IMAGES / sp.Sum(IMAGES, (j, 1, K))


def at(K: int, counts: tuple, i: int = 1) -> Instance:
    """An instance with the accuracies of the first experts of Table 1, CIFAR-10."""
    table = (3860, 4762, 5045, 3756, 4636)
    return Instance(
        K=K, i=i, raw=tuple(v - 1 for v in counts), n=counts, Acc=tuple(Fraction(a, 10000) for a in table[:K])
    )


PAIR, FLAT = at(2, (1, 3)), at(3, (2, 2, 2), 2)

CLAIM = Claim(
    items=("glue.exp.config1", "glue.exp.config2", "glue.alg.prior"),
    readings=(
        Statement(
            text="proportional to n_i and summing to one: the share of expert i in the pooled data",
            left=Quantity(text="alpha_i of Config 1", run=pooled, expr=kappa * n[i_]),
            relation="==",
            right=SHARE,
            givens=(WHOLE,),
            proof=lambda: Chain(kappa * n[i_], (Line("==", SHARE, Entail()),)),
        ),
        Statement(
            text="with the 2000 images for each expert of Section 5, Config 1 is alpha = (1/K) 1",
            left=Quantity(text="alpha_i of Config 1, n_i = 2000", run=sizes, expr=EQUAL),
            relation="==",
            right=1 / K,
            proof=lambda: Chain(EQUAL, (Line("==", 1 / K, Rewrite()),)),
        ),
    ),
    family=Family(
        fields={
            "K": Integer(1, 5),
            "i": Integer(1, "K"),
            "raw": Vector("K", Interval(0, 9)),
            "n": Derived(lambda i: tuple(1 + int(v) for v in i.raw)),
            "Acc": Vector("K", Interval(Fraction(1, 10), 1)),
        },
        leaves_out="more than five experts",
    ),
    symbols={
        K: lambda i: i.K,
        i_: lambda i: i.i,
        n: lambda i: i.n,
        Acc: lambda i: i.Acc,
        kappa: lambda i: Fraction(1, sum(i.n)),
        second: lambda i: lambda k: correct(i),
        start: lambda i: lambda k: softmax_of_zero(i),
    },
    steps=(
        PrintedStep(
            item="glue.exp.config2",
            text="proportional to Acc_i: the share of expert i in all correct answers",
            left=second(i_),
            relation="==",
            right=Acc[i_] / sp.Sum(Acc[j], (j, 1, K)),
        ),
        PrintedStep(
            item="glue.alg.prior",
            text="the softmax of beta = 0, and Config 1 with experts of equal data",
            left=start(i_),
            relation="==",
            right=1 / K,
        ),
    ),
    witnesses=(PAIR, FLAT),
    tight_at=(PAIR, FLAT),
    scalings=(
        Scaling(
            text="k times the images", power=0, move=lambda i, k: replace(i, n=tuple(k * v for v in i.n))
        ),
    ),
    mutants=(
        Mutant(text="uniform", right=1 / K, dies_at=PAIR),
        Mutant(
            text="roots of the sizes", right=sp.sqrt(n[i_]) / sp.Sum(sp.sqrt(n[j]), (j, 1, K)), dies_at=PAIR
        ),
        Mutant(text="proportional to accuracy", right=Acc[i_] / sp.Sum(Acc[j], (j, 1, K)), dies_at=PAIR),
    ),
    effort=0.3,
)
