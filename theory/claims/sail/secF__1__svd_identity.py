"""SAIL, Appendix F.1: what the truncated decomposition leaves of a weight matrix.

Printed   U~^T theta V~ = (U~^T U) Sigma (V^T V~) = I_{r'} Sigma~ I_{r'}^T = Sigma~, with theta = U Sigma V^T,
          U~ = U[:, 1:r'], V~ = V[:, 1:r'], Sigma~ = Sigma[1:r', 1:r'], r' = min(d'_in, d'_out, r).
Repaired  not needed for the identity itself (searched, not proved: orthonormality in sums of symbolic length
          is beyond the rules).  But U~ is said to be d'_in x r', while U[:, 1:r'] is d_in x r' (step
          secF.1.truncate): rows "truncated or extended" to d'_in would leave no product with theta. And U~^T
          U is r' x r, [I 0], not I_{r'}, unless nothing is cut off.  After substitution theta~ = W_in Sigma~
          W_out^T: nothing of U and V is left, so the transformed layer knows the source through its r'
          largest singular values alone, in whatever basis W_in and W_out choose.
Shapes    U: (d_in, r), V: (d_out, r), Sigma: (r, r); W_in: (d'_in, r'), W_out: (d'_out, r'); x, y: (r',),
          tests.
Units     those of theta, see the scaling.
Source    SAIL, Appendix F.1, from the decomposition to "simplifies to".
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.gaussian_classes import mirror
from theory.claim import Claim, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.sail._width import product, transposed
from theory.family import Derived, Family, Instance, Integer, Matrix, Real, Vector, replace

SMALL = Real(-2, 2)


def columns(matrix: tuple, count: int) -> tuple:
    """matrix[:, 1:count]."""
    return tuple(row[:count] for row in matrix)


def sorted_values(f: Any) -> tuple:
    """Singular values: positive, the largest first."""
    return tuple(sorted(f.raw, reverse=True))


def built(f: Any) -> tuple:
    """theta = U Sigma V^T."""
    u, v = (columns(mirror(normal), f.r) for normal in (f.left, f.right))
    scaled = tuple(tuple(x * s for x, s in zip(row, f.sigma, strict=True)) for row in u)
    return product(scaled, transposed(v))


FAMILY = Family(
    fields={
        "d_in": Integer(1, 3),
        "d_out": Integer(1, 3),
        "left": Vector("d_in", SMALL),
        "right": Vector("d_out", SMALL),
        "r": Derived(lambda f: min(f.d_in, f.d_out)),
        "raw": Vector("r", Real(0, 4, open="lo")),
        "sigma": Derived(sorted_values),
        "theta": Derived(built),
        "e_in": Integer(1, 3),
        "e_out": Integer(1, 3),
        "cut": Derived(lambda f: min(f.e_in, f.e_out, f.r)),
        "W_in": Matrix("e_in", "cut", SMALL),
        "W_out": Matrix("e_out", "cut", SMALL),
        "x": Vector("cut", SMALL),
        "y": Vector("cut", SMALL),
    },
    leaves_out="sizes above 3; rank below min(d_in, d_out); singular vectors other than columns of a mirror",
)

d_in, d_out, e_in, r, cut = sp.symbols("d_in d_out d'_in r r'", integer=True, positive=True)
k, i, j = sp.symbols("k i j", integer=True, positive=True)
sigma = sp.IndexedBase(r"\sigma", positive=True)
U, V, theta, c_in, W, x, y = (
    sp.IndexedBase(n, real=True) for n in ("U", "V", r"\theta", "c_in", "W_in", "x", "y")
)
px, py, wx, wy = (
    sp.IndexedBase(n, real=True)
    for n in ("{W_{in}^Tx}", "{W_{out}^Ty}", r"{\tilde{U}W_{in}^Tx}", r"{\tilde{V}W_{out}^Ty}")
)
entry, first, transformed = sp.symbols(r"\theta_{11} (W_{in}\tilde{U}^T)_{11} x^T\tilde{\theta}y", real=True)
rows = sp.Symbol("rows(U~)", positive=True)
RIGHT = sp.Sum(x[k] * sigma[k] * y[k], (k, 1, cut))


def singular(n: Instance, side: str) -> tuple:
    """U or V."""
    return columns(mirror(getattr(n, side)), n.r)


def kept(n: Instance, side: str) -> tuple:
    """U~ or V~, the first r' columns."""
    return columns(mirror(getattr(n, side)), n.cut)


def quadratic(left: tuple, middle: tuple, right: tuple):
    """left^T middle right."""
    return sum(
        u * v * w for u, row in zip(left, middle, strict=True) for v, w in zip(row, right, strict=True)
    )


def core(n: Instance):
    """x^T (U~^T theta V~) y, by multiplication."""
    middle = product(product(transposed(kept(n, "left")), n.theta), kept(n, "right"))
    return quadratic(n.x, middle, n.y)


def initial(n: Instance) -> tuple:
    """c_in^(0) = W_in U~^T and c_out^(0) = W_out V~^T."""
    return tuple(product(w, transposed(kept(n, s))) for w, s in ((n.W_in, "left"), (n.W_out, "right")))


def tests(n: Instance) -> tuple:
    """A vector for the rows and one for the columns of theta~."""
    return tuple(range(1, n.e_in + 1)), tuple(2 - q for q in range(n.e_out))


def result(n: Instance):
    """u^T theta~ v with theta~ = c_in^(0) theta c_out^(0)^T."""
    first_map, last_map = initial(n)
    return quadratic(tests(n)[0], product(product(first_map, n.theta), transposed(last_map)), tests(n)[1])


def pulled(n: Instance, side: int) -> tuple:
    """W_in^T u or W_out^T v."""
    weights = (n.W_in, n.W_out)[side]
    return tuple(
        sum(a * row[q] for a, row in zip(tests(n)[side], weights, strict=True)) for q in range(n.cut)
    )


def lifted(n: Instance, side: int) -> tuple:
    """U~ W_in^T u or V~ W_out^T v."""
    basis, inner = kept(n, ("left", "right")[side]), pulled(n, side)
    return tuple(sum(a * b for a, b in zip(row, inner, strict=True)) for row in basis)


STEPS = (
    PrintedStep(item="sail.secF.1.svd", text="first entry of theta",
                left=entry, relation="==", right=sp.Sum(U[1, k] * sigma[k] * V[1, k], (k, 1, r))),
    PrintedStep(item="sail.secF.1.truncate", text="rows of U[:, 1:r'], said to be d'_in",
                left=rows, relation="==", right=e_in),
    PrintedStep(item="sail.secF.1.init", text="first entry of c_in",
                left=first, relation="==", right=sp.Sum(W[1, k] * U[1, k], (k, 1, cut))),
    PrintedStep(item="sail.secF.1.substituted", text="u^T theta~ v, theta in the middle", left=transformed,
                relation="==", right=sp.Sum(wx[i] * theta[i, j] * wy[j], (j, 1, d_out), (i, 1, d_in))),
    PrintedStep(item="sail.secF.1.simplified", text="u^T theta~ v, the singular values in the middle",
                left=transformed, relation="==", right=sp.Sum(px[k] * sigma[k] * py[k], (k, 1, cut))),
)  # fmt: skip


def at(left: tuple, right: tuple, values: tuple, W_in: tuple, W_out: tuple, x: tuple, y: tuple) -> Instance:
    """An instance from integers."""
    exact = lambda v: tuple(map(Fraction, v))
    found: dict = {
        "d_in": len(left), "d_out": len(right), "left": exact(left), "right": exact(right),
        "r": min(len(left), len(right)), "raw": exact(values), "sigma": exact(values),
    }  # fmt: skip
    found["theta"] = built(Instance(**found))
    rows_of = lambda m: tuple(map(exact, m))
    return Instance(
        **found, e_in=len(W_in), e_out=len(W_out), cut=len(x), W_in=rows_of(W_in), W_out=rows_of(W_out),
        x=exact(x), y=exact(y),
    )  # fmt: skip


FULL = at((1, 2), (1, 1), (3, 1), ((1, 0), (1, 1)), ((1, 1), (0, 1)), (1, 2), (1, 1))
CUT = at((1, 2), (1, 1, 1), (3, 1), ((1,),), ((2,), (1,), (1,)), (1,), (2,))


def in_units(n: Instance, c) -> Instance:
    """theta -> c theta."""
    grown = {name: tuple(c * v for v in getattr(n, name)) for name in ("raw", "sigma")}
    return replace(n, theta=tuple(tuple(c * v for v in row) for row in n.theta), **grown)


CLAIM = Claim(
    items=(
        "sail.secF.1.svd-identity",
        "sail.secF.1.svd",
        "sail.secF.1.truncate",
        "sail.secF.1.init",
        "sail.secF.1.substituted",
        "sail.secF.1.simplified",
        "sail.alg.width-learn",
        "sail.secF.1.meaningful",
    ),
    readings=(
        Statement(
            text="U~, V~ the first r' columns: x^T (U~^T theta V~) y for any x and y",
            left=Quantity(text="x^T (U~^T theta V~) y", run=core),
            relation="==",
            right=RIGHT,
        ),
    ),
    family=FAMILY,
    symbols={
        d_in: lambda n: n.d_in,
        d_out: lambda n: n.d_out,
        e_in: lambda n: n.e_in,
        r: lambda n: n.r,
        cut: lambda n: n.cut,
        sigma: lambda n: n.sigma,
        U: lambda n: singular(n, "left"),
        V: lambda n: singular(n, "right"),
        theta: lambda n: n.theta,
        W: lambda n: n.W_in,
        x: lambda n: n.x,
        y: lambda n: n.y,
        px: lambda n: pulled(n, 0),
        py: lambda n: pulled(n, 1),
        wx: lambda n: lifted(n, 0),
        wy: lambda n: lifted(n, 1),
        entry: lambda n: n.theta[0][0],
        first: lambda n: initial(n)[0][0][0],
        transformed: result,
        rows: lambda n: len(kept(n, "left")),
    },
    steps=STEPS,
    witnesses=(FULL, CUT),
    tight_at=(FULL, CUT),
    scalings=(Scaling(text="theta -> k theta", power=1, move=in_units),),
    mutants=(
        Mutant(
            text="squared singular values",
            right=sp.Sum(x[k] * sigma[k] ** 2 * y[k], (k, 1, cut)),
            dies_at=FULL,
        ),
        Mutant(text="the first one alone", right=x[1] * sigma[1] * y[1], dies_at=FULL),
        Mutant(text="no singular values", right=sp.Sum(x[k] * y[k], (k, 1, cut)), dies_at=CUT),
    ),
    effort=0.4,
)
