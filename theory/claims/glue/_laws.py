"""Proposition 1 of GLUE for another law of directions: one record, of which the files fill in the law."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Mutant, Repair
from theory.claims.glue._mixing import (
    FAMILY,
    PRINTED,
    SCALINGS,
    SMOOTH,
    SYMBOLS,
    K,
    S,
    error,
    g,
    h,
    identity,
    law_of,
    linear,
    m,
    printed_right,
    spread,
    u,
    upper_bound,
)
from theory.family import Instance
from theory.notation import Avg, E, Vec, dot, norm2

LINE = linear(1, 1, ((1,),), (1,))
SPACE = linear(3, 3, identity(3), (1, -2, 2))
SHORT = linear(2, 3, identity(2, Fraction(1, 2)), (1, 1))


def under(
    *,
    items: tuple[str, ...],
    law: str,
    name: str,
    constant: sp.Expr,
    normalised: tuple[str, Callable, str, sp.Expr],
    plane: Instance,
    kinked: Instance,
    nondegenerate: Instance,
    wrong: tuple[tuple[str, sp.Expr, Instance], ...],
    factor: tuple[sp.Expr | int, Callable] = (1, lambda i: 1),
    laws: dict[Vec, Any] | None = None,
) -> Claim:
    """The display under a law, times `factor` (symbol, run); the repair with `constant` for (K-1)/(mK).

    normalised   the reading that holds: text, what runs, its law, its definition in the limit
    wrong        (text, constant, where it dies) for each mutant
    """
    ghat = factor[0] * dot(g, u) * u
    mse = E(norm2(Avg(ghat, m) - g))
    text, run, of, expr = normalised
    smooth = (SMOOTH,)
    bound = constant * S * norm2(h)
    repaired = upper_bound(f"the moments of {name}", error, law, mse, bound, constant, factor[1], smooth)
    return Claim(
        items=items,
        readings=(
            upper_bound(f"the display, {name}, any m", error, law, mse, PRINTED, scale=factor[1]),
            upper_bound(
                "the left side is the trace of the covariance matrix",
                spread,
                law,
                mse,
                PRINTED,
                scale=factor[1],
            ),
            upper_bound(text, run, of, expr, PRINTED, value=(K - 1) / (m * K**2), givens=smooth),
        ),
        family=FAMILY,
        symbols=SYMBOLS,
        laws={u: law_of(law), **(laws or {})},
        repair=Repair(
            changes=f"(K-1)/(mK) becomes {constant}; the loss has a bounded third derivative",
            statement=repaired,
            nondegenerate=nondegenerate,
            added=(Added(given=SMOOTH, fails_without=kinked),),
        ),
        transcription=printed_right,
        witnesses=tuple(dict.fromkeys((nondegenerate, plane, kinked))),
        tight_at=(LINE, plane, SPACE, SHORT),
        scalings=SCALINGS,
        mutants=tuple(Mutant(text=t, right=c * S * norm2(h), dies_at=at) for t, c, at in wrong),
        effort=0.5,
    )
