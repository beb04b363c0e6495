"""Derivations as data: a chain of relations, each line with the rule that is to justify it.

Nothing here checks anything; `proofs_check.core` accepts or refuses.  Expressions are SymPy (see
`theory.notation`); this module does not import it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sympy as sp


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The two sides are equal: their difference has normal form zero (also sums of symbolic length)."""


@dataclass(frozen=True, slots=True)
class Lemma:
    """An instance of a lemma of `proofs_check.lemmas`: its symbols bound to expressions.

    As a rule of a line, the lemma's conclusion, so bound, must be the relation of the line to its
    predecessor (or turn one into the other by replacing one side of an equality by the other).
    As a fact it adds its conclusion to the premises of `Entail`.  Hypotheses are discharged where it is used.
    """

    name: str
    bind: "Mapping[str, sp.Basic]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entail:
    """The line follows from the givens and the listed lemma instances by real polynomial arithmetic (z3)."""

    facts: tuple[Lemma, ...] = ()
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Expect:
    """Expectations are evaluated: linearity, independence of different keys of `laws`, their moments."""


@dataclass(frozen=True, slots=True)
class Induct:
    """The line holds for every integer `var` >= base, by induction.

    base   the first value; the relation there is checked by the rule `start`
    step   lines that lead from the left side at var + 1 to the right side at var + 1; the relation at var
           is among their premises (the induction hypothesis).  Empty for an identity of sums: then
           right(var+1) - right(var) = left(var+1) - left(var) is checked by the normal form.
    """

    var: "sp.Symbol"
    base: int
    step: "tuple[Line, ...]" = ()


@dataclass(frozen=True, slots=True)
class Calculus:
    """Monotonicity by the sign of the derivative in `var` over the givens, decided as in `Entail`."""

    var: "sp.Symbol"
    facts: tuple[Lemma, ...] = ()


@dataclass(frozen=True, slots=True)
class Enclose:
    """The line holds for all values of one or two variables, by certified enclosures on boxes.

    over     the variables; signs and givens bound them (one variable alone may be unbounded)
    touches  where both sides are equal, as {variable: exact constant}: a point, or a face of two variables;
             there the sign of a derivative decides.  Ends of the ranges are tried without being listed
    """

    over: "tuple[sp.Symbol, ...]"
    touches: "tuple[Mapping[sp.Symbol, sp.Expr | int], ...]" = ()
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Gram:
    """times * basis^T matrix basis: a rational matrix, and a factor that is non-negative on the givens."""

    times: "sp.Expr | int"
    basis: "tuple[sp.Expr | int, ...]"
    matrix: tuple[tuple, ...]


@dataclass(frozen=True, slots=True)
class SumOfSquares:
    """The difference is a sum of squares, times factors that the givens make non-negative.

    certificate  the blocks whose sum it is; None: searched for, and then checked in the same way
    zeros        pairs (h, q): h q is added, h = 0 on the givens
    """

    certificate: tuple[Gram, ...] | None = None
    zeros: "tuple[tuple[sp.Expr, sp.Expr], ...]" = ()
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Limit:
    """The SymPy `Limit` nodes in `var` of the line before are replaced by their values."""

    var: "sp.Symbol"
    to: "sp.Expr | int"


@dataclass(frozen=True, slots=True)
class Stationary:
    """f(x) >= f(at) for all x allowed by the givens: f is convex, the constraints are affine (`<=`: concave).

    at           the variables of f -> the minimiser
    multipliers  (constraint, multiplier): givens that mention the variables, with the gradient condition
                 grad f = sum of multiplier * grad (lhs - rhs), for `<=` grad of -f; none if unconstrained
    """

    at: "Mapping[sp.Symbol, sp.Expr]"
    multipliers: "tuple[tuple[sp.Basic, sp.Expr | int], ...]" = ()
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Jensen:
    """sum of w_i f(p_i) >= f(sum of w_i p_i) for a convex f and weights that sum to one (`<=`: concave).

    function  Lambda(t, f(t))
    weights   a tuple, or one expression in `index`, an integer symbol from 1 to `length`
    points    likewise
    within    affine relations in t that hold at every point; f'' has its sign wherever they hold
    """

    function: "sp.Lambda"
    weights: "tuple | sp.Expr"
    points: "tuple | sp.Expr"
    within: tuple = ()
    index: "sp.Symbol | None" = None
    length: "sp.Expr | None" = None


Rule = (
    Rewrite
    | Lemma
    | Entail
    | Expect
    | Induct
    | Calculus
    | Enclose
    | SumOfSquares
    | Limit
    | Stationary
    | Jensen
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a derivation: predecessor (relation) expr, by a rule; `text` says it in words."""

    relation: str
    expr: "sp.Basic"
    by: Rule
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """start, then the lines; start is the definition of the left side, the last line the right side.

    For `decreasing`/`increasing` the chain leads from the expression at `var + step` to the one at `var`, and
    one of its lines at least is strict.
    """

    start: "sp.Basic"
    lines: tuple[Line, ...]
