"""Expectations that do not exist because of a heavy tail: |h| p >= c/x on a whole ray, so no first moment.

The certificate is the domination of `core.tail`, which holds on the whole ray without a limit; what the
integral reaches as its upper end grows is computed beside it in floats, for the reader.
"""

import math
from typing import Any

import sympy as sp
from flint import fmpq

from proofs_check.core.box import ball
from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.tail import tail_sign
from theory.claim import Claim, Existence

STARTS = (2, 8, 64, 1024)
DOUBLINGS = (10, 20, 40)
NODES = 64
"""Nodes for each doubling of x."""


def diverges_far(claim: Claim, existence: Existence) -> str:
    """The certificate that the integral diverges at +oo or -oo, whichever `at` names; "" if not shown."""
    x, side = sp.Symbol("x", positive=True), 1 if existence.at > 0 else -1
    env = environment(claim.symbols, claim.laws, existence.where, sure=True)
    known = {s: sp.Rational(int(v.p), int(v.q)) for s, v in env.items() if isinstance(v, fmpq)}
    weighted = (existence.integrand * existence.density).subs(known).subs(existence.variable, side * x)
    if weighted.free_symbols != {x}:
        return ""
    for start in STARTS:
        floor = _floor(weighted, x, start)
        if floor:
            grown = ", ".join(f"{v:.3g}" for v in growth(weighted, x, start))
            ends = ", ".join(f"2^{k}" for k in DOUBLINGS)
            name = existence.variable if side > 0 else f"-{existence.variable}"
            floored = f"at least {floor} / |{existence.variable}| for every {name} >= {start}"
            return (
                f"|{sp.sstr(existence.integrand)}| times the density is {floored}, so the integral diverges;"
                f" up to {ends} times {start} it is {grown}"
            )
    return ""


def _floor(weighted: Any, x: Any, start: int) -> Any:
    """c > 0 with |weighted| >= c/x for every x >= start, a power of two; 0 if none was shown."""
    for sign in (1, -1):
        here, far = (ball((sign * weighted * x).subs(x, at)) for at in (start, start * 2**20))
        if here > 0 and far > 0:
            size = min(float(here.lower()), float(far.lower()))
            c = sp.Integer(2) ** (math.floor(math.log2(size)) - 1) if 0 < size < math.inf else sp.Integer(0)
            if c and tail_sign(sign * weighted * x - c, x, start) == 1:
                return c
    return sp.Integer(0)


def growth(weighted: Any, x: Any, start: int) -> tuple[float, ...]:
    """The integral of |weighted| from start to 2^k start for each k, by the midpoint rule in log x."""
    totals, total = [], 0.0
    step = math.log(2) / NODES
    for node in range(max(DOUBLINGS) * NODES):
        at = start * math.exp((node + 0.5) * step)
        try:
            total += abs(float(evaluate(weighted, {x: at}))) * at * step
        except OverflowError:
            total = math.inf
        if (node + 1) % NODES == 0 and (node + 1) // NODES in DOUBLINGS:
            totals.append(total)
    return tuple(totals)
