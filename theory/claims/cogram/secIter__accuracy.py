"""CoGraM's iteration: whether a further iteration improves on the last.

Printed   M^(k+1) = CoGraM(M^(k), A, B), a definition; with each iteration "the overall accuracy of network M
          is further improved".
Repaired  with rollback at the layer level too, and "not worsened" for "improved": the loss of M never rises.
          As printed the layer level replaces M's layers by mixtures of A's and B's whatever M was, so that
          a second iteration can lose what the first had gained, also where M starts as a merge of both.
Shapes    as in theory.claims.cogram._merging; R(k) is the loss after k changes of the second iteration.
Units     a loss on both sides, see the scaling.
Source    Methods, Equation 8, "Iterative Procedure"; Idea of the Iterative Approach.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from sim.cogram import Network, iterate, loss
from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.cogram._merging import (
    FAMILY,
    SCALINGS,
    START,
    K,
    by_induction,
    evaluation,
    network,
    outcome,
    rules,
    sequence,
    tiny,
)
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Line

R: Any = sp.Function("R", real=True)
once, safe = sp.symbols(
    "L_1 S_1", nonnegative=True
)  # after the first iteration, as printed and with rollback
again = sp.Symbol("L(M^{(2)})", nonnegative=True)
onwards = sp.Symbol(r"L(\mathrm{CoGram}(M^{(1)},A,B))", nonnegative=True)
ONE, ZERO = Fraction(1), Fraction(0)


def flat(net: Network) -> tuple:
    """The weights of a network in one tuple."""
    return tuple(w for layer in net for neuron in layer for w in neuron)


@lru_cache(maxsize=4096)
def _advanced(i: Instance, layers: bool, kind: type) -> Instance:
    return replace(i, m=flat(outcome(i, True, layers=layers).network))


def advanced(i: Instance, layers: bool = False) -> Instance:
    """The instance whose M is the network that the first iteration left."""
    return _advanced(i, layers, type(i.points[0]))


def loss_after(iterations: int, **changes: Any):
    """instance -> L(M) after so many iterations, each on the network of the last, by a loop."""

    def run(i: Instance):
        a, b, m = (network(i.sizes, weights) for weights in (i.a, i.b, i.m))
        for _ in range(iterations):
            m = iterate(a, b, m, evaluation(i), rules(i, changes)).network
        return loss(m, evaluation(i), i.rectified)

    return run


def second(**changes: Any) -> Quantity:
    """The loss after two iterations as a quantity."""
    return Quantity(
        text="L(M^(2))", run=loss_after(2, **changes), expr=R(K) if changes == {"layers": True} else None
    )


def second_sequence(i: Instance):
    """k -> loss after k adopted changes of the second iteration, with rollback at every level."""
    return sequence(True, layers=True)(advanced(i, layers=True))


GRANTED = (
    Given(
        text="R: a change is accepted only if the loss of the network then falls (equation 7)",
        fact=sp.Le(R(K + 1), R(K)),
        grants=("at_most(R(K+1), R(K))",),
    ),
    Given(text="the loss is not negative", fact=sp.Ge(R(0), 0)),
    Given(
        text="the second iteration starts from the network of the first",
        fact=sp.Eq(R(0), safe),
        because="equation 8",
    ),
)
STAY = tiny((ONE,), (2 * ONE,), (2 * ONE,), (ONE, ZERO))
LOST = Instance(
    sizes=(1, 1, 1),
    m=(ZERO, -ONE),
    a=(ZERO, ZERO),
    b=(2 * ONE, ONE),
    data=1,
    points=(2 * ONE, -2 * ONE),
    rectified=False,
    steepness=ZERO,
    layer_floor=1,
    neuron_floor=0,
)  # the first iteration reaches loss 0, the second leaves it: the layer level merges where it had refined
MERGED = replace(LOST, m=(ZERO, -ONE), a=(-2 * ONE, -2 * ONE), b=(ZERO, -ONE), points=(ONE, ONE))
ROLLBACK = Given(text="the layer level rolls back a mixture that does not lower the loss")

CLAIM = Claim(
    items=(
        "cogram.secIter.accuracy",
        "cogram.eq8",
        "cogram.alg.iteration",
        "cogram.secIter.fluctuations",
    ),
    readings=(
        Statement(
            text="the second iteration does not raise the loss that the first has left",
            left=second(),
            relation="<=",
            right=once,
        ),
        Statement(
            text="the same where M starts as a merge of A and B, as the iterative procedure has it",
            left=second(),
            relation="<=",
            right=once,
            givens=(START,),
        ),
    ),
    family=FAMILY,
    symbols={
        K: lambda i: 2 * len(i.m) + 2,
        R: second_sequence,
        once: loss_after(1),
        safe: loss_after(1, layers=True),
        again: loss_after(2),
        onwards: lambda i: loss_after(1)(advanced(i)),
    },
    steps=(
        PrintedStep(
            item="cogram.eq8",
            text="two iterations, against one from the network that the first has left; A and B stay",
            left=again,
            relation="==",
            right=onwards,
        ),
        PrintedStep(item="cogram.alg.iteration", left=again, relation="==", right=onwards),
    ),
    repair=Repair(
        changes="rollback (equation 7) at the layer level too",
        statement=Statement(
            text="with rollback at every level, the second iteration does not raise the loss",
            left=second(layers=True),
            relation="<=",
            right=safe,
            givens=GRANTED,
            proof=lambda: Chain(R(K), (*by_induction(R).lines, Line("==", safe, Entail(), "equation 8"))),
        ),
        nondegenerate=STAY,
        added=(Added(given=ROLLBACK),),
    ),
    transcription=loss_after(1),
    witnesses=(STAY, MERGED, LOST),
    tight_at=(STAY,),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no rollback at the layer level", left=second(), dies_at=LOST),
        Mutant(text="no rollback at the finer levels", left=second(layers=True, reference="none")),
        Mutant(text="half the loss", right=safe / 2, dies_at=STAY),
    ),
    effort=0.3,
)
