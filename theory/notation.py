"""The few symbols that SymPy lacks: vectors of symbolic dimension, inner products, expectations.

`dot` is bilinear and symmetric over `Vec` symbols and expands at once, so that two spellings of one inner
product are one expression.  `E` and `Avg` stay as they are written: the rules of `proofs_check.core` open
them, and the evaluator enumerates them; those are two roads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp


class Vec(sp.Symbol):
    """A vector of R^d with d symbolic; it may stand in linear combinations and in `dot`."""


class Avg(sp.Function):
    """Avg(X, m): the mean of m independent copies of the random vector expression X."""

    nargs = 2


def is_vector(term: sp.Basic) -> bool:
    """Whether the expression denotes a vector: exactly one factor of a product may."""
    if isinstance(term, Vec | Avg):
        return True
    if isinstance(term, sp.Mul | sp.Add):
        return any(is_vector(a) for a in term.args)
    return False


def _terms(vector: sp.Basic) -> list[tuple[sp.Expr, sp.Basic]]:
    """A linear combination of vectors as (coefficient, vector) pairs."""
    pairs = []
    for term in sp.Add.make_args(sp.expand(vector)):
        factors = sp.Mul.make_args(term)
        vectors = [f for f in factors if is_vector(f)]
        if len(vectors) != 1:
            raise ValueError(f"{term} is not a scalar times one vector")
        pairs.append((sp.Mul(*[f for f in factors if not is_vector(f)]), vectors[0]))
    return pairs


def _form(*parts: Any) -> Any:
    """A block of text for SymPy's two-dimensional printer."""
    from sympy.printing.pretty.stringpict import prettyForm  # only terminals print so

    return prettyForm(*parts)


class dot(sp.Function):
    """dot(a, b): the inner product of two linear combinations of vectors, expanded and ordered."""

    nargs = 2

    @classmethod
    def eval(cls, *args: sp.Basic) -> sp.Expr | None:
        a, b = args
        if a == 0 or b == 0:
            return sp.Integer(0)
        left, right = _terms(a), _terms(b)
        if len(left) == len(right) == 1 and left[0][0] == right[0][0] == 1:
            if a.sort_key() > b.sort_key():
                return cls(b, a)
            return None
        return sp.Add(*[s * t * cls(x, y) for s, x in left for t, y in right])

    def _latex(self, printer: Any, exp: Any = None) -> str:
        a, b = map(printer.doprint, self.args)
        text = rf"\|{a}\|^2" if a == b else rf"\langle {a}, {b}\rangle"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _pretty(self, printer: Any) -> Any:
        a, b = self.args
        if a == b:
            return _form(*printer._print_seq((a,), "|", "|")) ** _form("2")
        left, right = ("\u27e8", "\u27e9") if printer._use_unicode else ("<", ">")
        inside = _form(*printer._print_seq(self.args, delimiter=", ").left(left))
        return _form(*inside.right(right))

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_extended_nonnegative(self) -> bool | None:
        return True if self.args[0] == self.args[1] else None


def norm2(vector: sp.Basic) -> sp.Expr:
    """The squared Euclidean norm dot(v, v)."""
    return dot(vector, vector)  # pyright: ignore[reportReturnType]


class E(sp.Function):
    """E(x): the expectation over every random vector that stands in x."""

    nargs = 1

    def _latex(self, printer: Any, exp: Any = None) -> str:
        text = rf"\mathbb{{E}}\left[{printer.doprint(self.args[0])}\right]"
        return text if exp is None else rf"{text}^{{{exp}}}"

    def _pretty(self, printer: Any) -> Any:
        return _form(*printer._print_seq(self.args, "[", "]").left("E"))

    def _eval_is_extended_real(self) -> bool:
        return True


ISOTROPIC = ("sphere", "gaussian", "rademacher")
DECLARED = ("moments", "bernoulli", "uniform", "distinct", "subset")


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """The law of one key of `Claim.laws`.  Different keys are independent; that is how it is declared.

    A key is a symbol, a `Vec`, a tuple of them (a group with a joint law) or an entry `X[j]` (a family, one
    entry for every j).  A statement that rests on independence or on a moment should say so in a given.

    kind      a Vec of R^dim: "sphere" (unit, uniform), "gaussian" (standard), "rademacher" (signs);
              "moments": a symbol, Vec, group or family (independent entries) of which `moments` is known;
              "bernoulli": a symbol or family (independent entries) with values 1 (chance p) and 0;
              "uniform": an integer symbol, uniform on 1..size;
              "distinct": a tuple of integer symbols, drawn from 1..size without replacement;
              "subset": a family B[j], 1 for the `take` members of a uniform random subset of 1..size, else 0
    moments   product of the group's symbols and inner products -> its mean, such as {X: mu, X*Y: c} or
              {V: v, norm2(V): r} for a vector (then v is a vector too).  That it exists is discharged by a
              given that grants "moment(X, p)", E|X|^p finite, for every X in the product, p >= its degree
    points    instance -> (weights, points): for the isotropic laws finitely many points with the law's
              moments up to degree five; for "moments" finitely many with these moments, each a value, a
              tuple for a Vec or a family, a tuple of these for a group.  The other kinds need none
    """

    kind: str
    dim: sp.Expr | None = None
    points: Callable[[Any], tuple] | None = None
    moments: Mapping[Any, Any] = field(default_factory=dict)
    p: Any = None
    size: Any = None
    take: Any = None

    def __post_init__(self) -> None:
        needs = {"moments": ("moments",), "bernoulli": ("p",), "uniform": ("size",), "distinct": ("size",)}
        needs |= {"subset": ("size", "take"), **dict.fromkeys(ISOTROPIC, ("dim", "points"))}
        for name in needs.get(self.kind, ()):
            if not getattr(self, name) and getattr(self, name) != 0:
                raise ValueError(f"law of kind {self.kind!r} needs {name}=...")


def members(key: Any) -> tuple:
    """The names that a key of `laws` gives a law to: symbols, vectors, or the base of a family."""
    if isinstance(key, tuple):
        return key
    return (key.base,) if isinstance(key, sp.Indexed) else (key,)
