"""SAIL, Section 4.3: how many parameters the base model has.

Printed   6 layers and a hidden dimension of 384 "amount to approximately 21 million parameters" (GPT-2,
          nanoGPT).
Repaired  V d + T d + n (12 d^2 + 13 d) + 2 d for vocabulary V, context T, width d and n layers, output and
          input embeddings tied: 30.3 million with GPT-2's vocabulary and context, of which 10.6 million are
          in the layers. Neither count, nor a character vocabulary, gives 21 million to within a tenth.
Shapes    attention: (d, 3d) and (d, d) with biases; MLP: (d, 4d) and (4d, d) with biases; two norms of 2 d
          per layer.
Units     a count.
Source    SAIL, Section 4.3, Base Models; Radford et al., 2019 (GPT-2).
"""

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.family import Choice, Family, Instance
from theory.proof import Chain, Line, Rewrite

V, T, d, n = sp.symbols("V T d n", integer=True, positive=True)
layer = sp.Symbol("l", integer=True, positive=True)
FAMILY = Family(
    fields={
        "vocabulary": Choice((50257, 50304, 65)),
        "context": Choice((1024, 256)),
        "width": Choice((384,)),
        "layers": Choice((6,)),
    },
    leaves_out="other architectures; variants without biases (under one in a hundred parameters fewer)",
)


def shapes(i: Instance) -> dict:
    """Every tensor of the model by name."""
    w = i.width
    found = {"wte": (i.vocabulary, w), "wpe": (i.context, w), "ln_f.weight": (w,), "ln_f.bias": (w,)}
    inner = {
        "ln_1.weight": (w,), "ln_1.bias": (w,), "attn.weight": (w, 3 * w), "attn.bias": (3 * w,),
        "proj.weight": (w, w), "proj.bias": (w,), "ln_2.weight": (w,), "ln_2.bias": (w,),
        "fc.weight": (w, 4 * w), "fc.bias": (4 * w,), "out.weight": (4 * w, w), "out.bias": (w,),
    }  # fmt: skip
    return found | {f"h.{k}.{name}": shape for k in range(i.layers) for name, shape in inner.items()}


def count(i: Instance, leave_out: tuple = ()) -> int:
    """How many numbers all tensors hold, apart from those named."""
    total = 0
    for name, shape in shapes(i).items():
        size = 1
        for extent in shape:
            size *= extent
        total += 0 if name in leave_out else size
    return total


PRINTED = sp.Integer(21_000_000)
IN_LAYER = 2 * d + (3 * d**2 + 3 * d) + (d**2 + d) + 2 * d + (4 * d**2 + 4 * d) + (4 * d**2 + d)
EXPR = V * d + T * d + 2 * d + sp.Sum(IN_LAYER, (layer, 1, n))
FORMULA = V * d + T * d + n * (12 * d**2 + 13 * d) + 2 * d


def off(i: Instance, leave_out: tuple = ()):
    """The distance of the count from 21 million."""
    return abs(count(i, leave_out) - 21_000_000)


GPT2 = Instance(vocabulary=50257, context=1024, width=384, layers=6)
CHARACTERS = Instance(vocabulary=65, context=256, width=384, layers=6)
TENTH = PRINTED / 10

CLAIM = Claim(
    items=("sail.sec4.3.params",),
    readings=(
        Statement(
            text="all parameters, embeddings tied: within a tenth of 21 million",
            left=Quantity(text="|count - 21 million|", run=off),
            relation="<=",
            right=TENTH,
        ),
        Statement(
            text="without the embeddings: within a tenth of 21 million",
            left=Quantity(text="|count - 21 million|", run=lambda i: off(i, ("wte", "wpe"))),
            relation="<=",
            right=TENTH,
        ),
    ),
    family=FAMILY,
    symbols={
        V: lambda i: i.vocabulary,
        T: lambda i: i.context,
        d: lambda i: i.width,
        n: lambda i: i.layers,
    },
    repair=Repair(
        changes="30.3 million with GPT-2's vocabulary and context; the formula",
        statement=Statement(
            text="the count in closed form",
            left=Quantity(text="number of parameters", run=count, expr=EXPR),
            relation="==",
            right=FORMULA,
            proof=lambda: Chain(EXPR, (Line("==", FORMULA, Rewrite()),)),
        ),
        nondegenerate=GPT2,
    ),
    transcription=lambda i: 2_100_000,
    witnesses=(GPT2, CHARACTERS),
    tight_at=(GPT2, CHARACTERS),
    mutants=(
        Mutant(text="untied", right=FORMULA + V * d, dies_at=GPT2),
        Mutant(text="without biases and norms", right=V * d + T * d + 12 * n * d**2, dies_at=GPT2),
        Mutant(text="the layers alone", right=n * (12 * d**2 + 13 * d), dies_at=CHARACTERS),
    ),
    effort=0.1,
)
