"""Model merging stability, scaling law in the batch size b.

Printed   The stability penalty grows linearly with b_i, through 3 b_i zeta_i^2/n_i; larger batches speed up
          eps_sgd; for small learning rates the benefit dominates.
Repaired  not needed for the bound: (13) grows strictly with b_i, and (24) falls as long as
          24 (L+1) eta^2 lambda K zeta^2 b(b+g)/n stays below the gain in noise.  The true stability does the
          opposite of the bound: for means the distance of neighbouring runs falls with b at fixed K, since a
          larger batch visits the replaced sample as often but weighs it less unevenly.
Shapes    everything scalar: the task whose b_i grows, `others` the rest of the sum.
Units     the stability component that of (24).
Source    Section V-B2; Appendix A-A1, item 2; equations (13) and (24).
"""

from fractions import Fraction

import sympy as sp

from sim.mean_estimation import Task, World, local_stability
from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Calculus, Chain, Entail, Line, Rewrite

b, grow, L, eta, lam, K, n, sigma2, zeta2, gain = sp.symbols(
    "b grow L eta lambda K n sigma^2 zeta^2 A", positive=True
)
others, C, rest = sp.symbols("R C B", nonnegative=True)
R = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "b": Integer(1, 8),
        "grow": Integer(1, 8),
        "spare": Integer(0, 40),
        "K": Integer(1, 12),
        "lam": Real(0, 1, open="lo"),
        "L": R,
        "eta": Real(0, 1, open="lo"),
        "sigma2": R,
        "zeta2": R,
        "others": Real(0, 4),
        "C": Real(0, 4),
        "gain": R,
        "rest": Real(0, 4),
        "share": Real(0, 1, open="both"),
    },
    leaves_out="more than 16 samples a batch",
)


def size(i: Instance):
    """n, at least b + 3 grow so that the step may be taken."""
    return 40 + i.spare


def component(i: Instance, batch):
    """(13) with the task's own term written out."""
    own = i.lam * i.K * (i.sigma2 + 3 * batch * i.zeta2) / size(i)
    return 16 * i.eta**2 * (own + i.others)


def whole(i: Instance, batch):
    """(24): the optimisation error is (2C+1)(gain/b + rest), gain what sigma^2/b is multiplied by."""
    return (i.L + 1) / 2 * component(i, batch) + (2 * i.C + 1) * (i.gain / batch + i.rest)


def apart(i: Instance):
    """E|x_K - x'_K|^2 of two runs that estimate a mean, eta c = share."""
    task = Task(n=size(i), b=i.b, K=i.K, mean=0 * i.share, spread=i.share / i.share)
    world = World(tasks=(task,), weights=(1,), curvature=i.share / i.share, eta=i.share, start=0 * i.share)
    return local_stability(world, task)


SYMBOLS = {
    b: lambda i: i.b,
    grow: lambda i: i.grow,
    L: lambda i: i.L,
    eta: lambda i: i.eta,
    lam: lambda i: i.lam,
    K: lambda i: i.K,
    n: size,
    sigma2: lambda i: i.sigma2,
    zeta2: lambda i: i.zeta2,
    gain: lambda i: i.gain,
    others: lambda i: i.others,
    C: lambda i: i.C,
    rest: lambda i: i.rest,
}
COMPONENT = 16 * eta**2 * (lam * K * (sigma2 / n + 3 * b * zeta2 / n) + others)
WHOLE = (L + 1) / 2 * COMPONENT + (2 * C + 1) * (gain / b + rest)
IN_USE = Given(text="lambda_i, zeta_i > 0", fact=lam > 0)
WORTH = Given(
    text="24 (L+1) eta^2 lambda K zeta^2 b (b+g)/n below the gain (2C+1) A",
    fact=sp.Lt(24 * (L + 1) * eta**2 * lam * K * zeta2 * b * (b + grow) / n, (2 * C + 1) * gain),
)
ALONG = Along(symbol=b, field="b", step="grow")
ONE = Fraction(1)
UNIT = Instance(
    b=1, grow=1, spare=0, K=2, lam=ONE, L=ONE, eta=ONE / 8, sigma2=ONE, zeta2=ONE, others=0 * ONE, C=ONE,
    gain=ONE, rest=0 * ONE, share=ONE / 2,
)  # fmt: skip

CLAIM = Claim(
    items=(
        "stability.sec5.b_law",
        "stability.secA1.b_law",
        "stability.sec5.b_conditional",
        "stability.secA1.b_advice",
    ),
    readings=(
        Statement(
            text="the bound (13) grows strictly with b_i, all else fixed",
            left=Quantity(text="(13)", run=lambda i: component(i, i.b), expr=COMPONENT),
            relation="increasing",
            givens=(IN_USE,),
            along=ALONG,
            proof=lambda: Chain(COMPONENT.subs(b, b + grow), (Line(">", COMPONENT, Calculus(b)),)),
        ),
        Statement(
            text="the bound (24) falls from b to b + g where eta is small enough",
            left=Quantity(
                text="(24) at b + g", run=lambda i: whole(i, i.b + i.grow), expr=WHOLE.subs(b, b + grow)
            ),
            relation="<",
            right=WHOLE,
            givens=(IN_USE, WORTH),
            proof=lambda: Chain(WHOLE.subs(b, b + grow), (Line("<", WHOLE, Entail()),)),
        ),
        Statement(
            text="the distance of neighbouring runs itself grows with b (means of n numbers, fixed K)",
            left=Quantity(text="E|x_K - x'_K|^2", run=apart),
            relation="increasing",
            givens=(IN_USE,),
            along=ALONG,
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=(
        PrintedStep(
            item="stability.secA1.b_law",
            text="linear: what b adds is proportional to it",
            left=COMPONENT.subs(b, 2 * b) - COMPONENT,
            relation="==",
            right=16 * eta**2 * lam * K * 3 * b * zeta2 / n,
            by=Rewrite(),
        ),
    ),
    witnesses=(UNIT,),
    scalings=(
        Scaling(
            text="sigma^2, zeta^2 and the rest times k",
            power=1,
            move=lambda i, k: replace(i, sigma2=k * i.sigma2, zeta2=k * i.zeta2, others=k * i.others),
        ),
    ),
    mutants=(
        Mutant(
            text="b in the denominator",
            left=Quantity(text="(13) at 1/b", run=lambda i: component(i, ONE / i.b)),
            dies_at=UNIT,
        ),
        Mutant(text="the true stability", left=Quantity(text="E|.|^2", run=apart), dies_at=UNIT),
        Mutant(
            text="no heterogeneity",
            left=Quantity(text="(13) without zeta", run=lambda i: component(i, 0)),
            dies_at=UNIT,
        ),
    ),
    effort=0.3,
)
