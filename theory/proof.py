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
    """Expectations are evaluated: linearity, independence of the copies in Avg, moments of the laws."""


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


Rule = Rewrite | Lemma | Entail | Expect | Induct | Calculus


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
