"""CoGraM's cost: how many losses an iteration evaluates, by level.

Printed   "by setting a granularity limit (e.g. restricting to the layer level), CoGraM can be scaled to
          larger models in terms of runtime"; prototypes mean "fewer evaluations".
Repaired  not needed.  With D layers, o neurons and w weights in all, an iteration that refines everything
          evaluates M with 2 D + 2 o + 3 w candidates, one that stops at the layer level with 2 D; rollback
          asks for the loss of M itself besides, once for each refined layer.  Prototypes make each of these
          losses cheaper, fewer samples being passed through M; they do not change how many losses there are.
Shapes    widths of the layers: a tuple of integers.
Units     evaluations of the loss.
Source    Methods, Layer, Neuron and Weight Level, "Evaluation"; Discussion, paragraph 2; "Prototypes".
"""

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Choice, Derived, Family, Instance

layers, neurons, weights = sp.symbols("D o w", integer=True, positive=True)
FULL = 2 * layers + 2 * neurons + 3 * weights
SIZES = ((1, 1), (2, 1), (3, 2), (2, 3, 2), (4, 3, 3, 2))


def counted(finest: str, index: str = "all"):
    """instance -> evaluations of an iteration on random networks of these widths, everything refined."""

    def run(i: Instance):
        import torch

        from nets.cogram import Settings, iterate

        gen = torch.Generator().manual_seed(0)
        shapes = list(zip(i.sizes[1:], i.sizes[:-1], strict=True))
        a, b, m = (
            tuple(torch.randn(s, generator=gen, dtype=torch.float64) for s in shapes) for _ in range(3)
        )
        x = torch.randn(4, i.sizes[0], generator=gen, dtype=torch.float64)
        y = torch.arange(4) % i.sizes[-1]
        floors = (0.0, 0.0) if finest == "layer" else (1e9, 1e9)
        tally = iterate(a, b, m, x, y, Settings(finest=finest, floors=floors)).evaluations
        return sum(tally.values()) if index == "all" else tally[index]

    return run


def total(of) -> Derived:
    """A count over consecutive widths."""
    return Derived(lambda f: sum(of(i, o) for i, o in zip(f.sizes[:-1], f.sizes[1:], strict=True)))


SMALL = Instance(sizes=(1, 1), D=1, o=1, w=1)
DEEP = Instance(sizes=(4, 3, 3, 2), D=3, o=8, w=27)
ALL = Quantity(text="evaluations, everything refined", run=counted("weight"))

CLAIM = Claim(
    items=("cogram.secDisc.scaling", "cogram.secData.proto_goal"),
    readings=(
        Statement(
            text="refining everything costs 2 o + 3 w evaluations more than the layer level",
            left=ALL,
            relation="==",
            right=FULL,
        ),
        Statement(
            text="the layer level alone costs two evaluations for each layer",
            left=Quantity(text="evaluations at the layer level", run=counted("layer")),
            relation="==",
            right=2 * layers,
        ),
    ),
    family=Family(
        fields={
            "sizes": Choice(SIZES),
            "D": total(lambda i, o: 1),
            "o": total(lambda i, o: o),
            "w": total(lambda i, o: i * o),
        },
        leaves_out="biases, which count as weights; five widths are tried",
    ),
    symbols={layers: lambda i: i.D, neurons: lambda i: i.o, weights: lambda i: i.w},
    witnesses=(SMALL, DEEP),
    mutants=(
        Mutant(text="two evaluations for each weight", right=2 * (layers + neurons + weights), dies_at=SMALL),
        Mutant(text="the layer level's cost", right=2 * layers, dies_at=SMALL),
        Mutant(
            text="weights of the neuron level not counted",
            left=Quantity(text="evaluations of weights", run=counted("weight", "weight")),
            dies_at=DEEP,
        ),
    ),
    effort=0.1,
)
