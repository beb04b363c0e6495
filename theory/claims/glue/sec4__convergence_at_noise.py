"""GLUE: convergence of the two-point method with noisy minibatches and a fixed step.

Printed   Under standard smoothness and bounded-noise assumptions two-point SPSA converges to first-order
          stationary points.
Repaired  sum_{t<T} E|g_t|^2 <= (2K/eta)(L_0 - inf L) + T (2 beta eta sigma^2 + 5 K beta^2 mu^2/8) for
          eta <= 1/(4 beta) and minibatch losses with beta-Lipschitz gradients, unbiased, of variance
          sigma^2.  A fixed step leaves 2 beta eta sigma^2; smaller steps lessen it and raise the first term.
          Neither constant is claimed to be the best.
Granted   one step on one path (glue.a1, its third reading), averaged by hand; the chain takes the means over
          directions and noise, which is additive here: its law does not depend on alpha.
Shapes    see theory.claims.glue._descent; noise: +-n with equal chance, sigma^2 = |n|^2; inf L = lift.
Units     [L]^2/[alpha]^2, see the scalings.
Source    GLUE, Section 4, paragraph 1 (citing Ghadimi and Lan 2013, Section 3).
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from sim.spsa import two_point
from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.glue._descent import K, T, beta, family, gradient, loss, mu, smoothness, units
from theory.claims.glue._mixing import array, identity, law_of, number
from theory.family import Instance, Integer, Real, Vector, replace
from theory.notation import E, Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Induct, Lemma, Line, Rewrite

t = sp.Symbol("t", integer=True, nonnegative=True)
G: Any = sp.Function("G", nonnegative=True)  # E|g_t|^2
L: Any = sp.Function("L", real=True)  # E L(alpha_t)
least = sp.Symbol(r"\inf\mathcal{L}", real=True)
eta = sp.Symbol("eta", positive=True)
sigma2 = sp.Symbol(r"\sigma^2", nonnegative=True)


@lru_cache(maxsize=256)
def _course(i: Instance, steps: int, floating: bool) -> tuple[tuple, tuple, tuple]:
    # an instance with floats equals that with the same rationals: hence `floating`
    weights, vectors = array(i, (Fraction(1, i.K),) * i.K), array(i, identity(i.K))
    rate, tilt = number(i, i.rate) / number(i, smoothness(i)), array(i, i.noise)
    signs = (1, -1) if any(i.noise) else (1,)  # without noise both batches are the same
    shares, x = array(i, (1,)), array(i, i.start)[None]
    squares, losses, slopes = [], [], []
    for t in range(steps + 1):
        if t:
            ahead = []
            for sign in signs:
                batch = lambda y, sign=sign: loss(i, y) + sign * (y @ tilt)
                step = two_point(batch, x[:, None, :], number(i, i.mu), vectors[None])
                ahead.append((x[:, None, :] - rate * step).reshape(-1, i.K))
            part = (shares[:, None] * weights).reshape(-1) / len(signs)
            x, shares = np.concatenate(ahead), np.concatenate([part] * len(signs))
        found = gradient(i, x)
        squares.append(shares @ (found * found).sum(-1))
        losses.append(shares @ loss(i, x))
        slopes.append((tuple(shares.tolist()), tuple(map(tuple, found.tolist()))))
    return tuple(squares), tuple(losses), tuple(slopes)


def course(i: Instance, steps: int) -> tuple[tuple, tuple, tuple]:
    """As in theory.claims.glue._descent; all sequences of batches and of axes, an isotropic law."""
    return _course(i, steps, isinstance(i.mu, float))


def gradients(i: Instance) -> tuple:
    """The law of g_T: weights and values."""
    return course(i, i.T + 1)[2][i.T]


def whole(i: Instance) -> Any:
    """sum over t < T of E|g_t|^2."""
    found = course(i, i.T + 1)[0][: i.T]
    return sum(found[1:], found[0])


slope, noise, u = Vec("g_T"), Vec("xi_T"), Vec("u")
ALONG, SEEN = dot(slope, u), dot(slope + noise, u)  # s and s'
CHANGE = E(sp.expand(-eta * ALONG * SEEN + eta * ALONG**2 / 4 + beta * eta**2 * SEEN**2))
VALUE = -3 * eta * G(T) / (4 * K) + beta * eta**2 * (G(T) + sigma2) / K
REACHED = L(T) + CHANGE + (eta + beta * eta**2) * beta**2 * mu**2 / 4
FLOOR = 2 * beta * eta * sigma2 + sp.Rational(5, 8) * K * beta**2 * mu**2
ONE_STEP = 2 * K / eta * (L(T) - L(T + 1)) + FLOOR
STEP = Given(
    text="one step, for every T, on every path and then on average",
    fact=sp.Le(L(T + 1), REACHED),
    because="glue.a1 on every path, its third reading, both probes on one minibatch; averaged by hand",
    grants=(("at_most", L(T + 1), REACHED),),
)
DRAWN = Given(
    text="u_T uniform on the unit sphere, the batch's noise of mean 0, both apart from what went before",
    because="that is the method, with additive noise; moments: |g|^2 <= 2 beta (L - inf L), step by step",
    grants=(("moment", slope, 2), ("moment", noise, 2)),
)
BOUNDED = Given(text="L >= inf L > -infinity", fact=sp.And(sp.Ge(L(T), least), sp.Ge(L(0), least)))
SMALL = Given(text="eta <= 1/(4 beta)", fact=sp.Le(4 * beta * eta, 1))
SHRINKING = Given(
    text="T beta sigma^2 eta^2 <= K (L_0 - inf L), so that eta is of the order 1/sqrt(T), and a small radius",
    fact=sp.And(
        sp.Le(T * beta * sigma2 * eta**2, K * (L(0) - least)),
        sp.Le(5 * T * beta**2 * mu**2 * eta, 8 * (L(0) - least)),
    ),
)
SUM: Any = sp.Sum(G(t), (t, 0, T - 1))
BOUND = 2 * K / eta * (L(0) - least) + T * FLOOR


def proof(end: Any) -> Chain:
    """Induction on T: the losses telescope."""
    reached = 2 * K / eta * (L(0) - L(T)) + T * FLOOR
    now = Lemma("at_most", {"a": L(T + 1), "b": REACHED})
    mean = SUM + G(T) + 2 * K / eta * (VALUE - CHANGE)
    steps = (
        Line("==", SUM + G(T), Rewrite(), "the last term"),
        Line("==", mean, Expect(), "E uu' = I/K; the noise has mean 0 and mean square sigma^2"),
        Line("<=", SUM + ONE_STEP, Entail(facts=(now,)), "one step, 4 beta eta <= 1"),
        Line("<=", reached + ONE_STEP, Entail(), "the induction hypothesis"),
        Line("==", reached.subs(T, T + 1), Rewrite(), "the losses telescope"),
    )
    return Chain(
        SUM,
        (
            Line("<=", reached, Induct(T, 0, step=steps)),
            Line("<=", end, Entail(), "the last loss is at least the infimum"),
        ),
    )


LEFT = Quantity(text="sum over t < T of E|g_t|^2", run=whole, expr=SUM)
one = Fraction(1)
LOUD = Instance(
    K=1,
    right=(one,),
    left=(one,),
    start=(0 * one,),
    mu=one / 64,
    rate=one / 4,
    T=2,
    noise=(2 * one,),
    lift=0 * one,
)
ROUND = replace(LOUD, start=(one,), noise=(one,), T=1)
LONG = replace(ROUND, T=2, rate=3 * one, noise=(0 * one,))
AT_REST = replace(  # the point -mu/4 is never left: equal losses at both probes, |g| = 9 beta mu/100
    LOUD, left=(9 * one / 25,), start=(-one / 4,), mu=one, noise=(0 * one,), T=100
)
SILENT = replace(ROUND, noise=(0 * one,), T=4)  # the first term alone, more than half of it used


def longest(i: Any) -> int:
    """Most steps: many where alpha rests, few where the digits double in each step at the kink."""
    x = i.start[0]
    rests = i.K == 1 and i.right[0] * (x + i.mu) ** 2 == i.left[0] * (x - i.mu) ** 2
    return 100 if rests else 8 if i.K == 1 else 2


def loudest(i: Any) -> int:
    """The most noise: none in long runs, since each step with noise doubles the number of paths."""
    return 3 if i.T <= (3 if i.K == 1 else 1) else 0


def transcription(i: Instance) -> Any:
    """The bound for a descent whose noise averages out: (2K/eta)(L_0 - inf L) and the radius term."""
    steep = smoothness(i)
    start = loss(i, array(i, i.start))
    first = 2 * i.K * number(i, steep) / number(i, i.rate) * start
    return first + i.T * i.K * number(i, 5 * steep**2 * i.mu**2) / 8


CLAIM = Claim(
    items=("glue.sec4.convergence",),
    readings=(
        Statement(
            text="bounded noise averages out: the gradients tend to the floor that the radius sets",
            left=LEFT,
            relation="<=",
            right=2 * K / eta * (L(0) - least) + T * sp.Rational(5, 8) * K * beta**2 * mu**2,
            givens=(STEP, DRAWN, BOUNDED),
        ),
        Statement(
            text="step and radius that shrink with the number of steps: the best of T is O(1/(eta T))",
            left=LEFT,
            relation="<=",
            right=5 * K / eta * (L(0) - least),
            givens=(SMALL, STEP, DRAWN, BOUNDED, SHRINKING),
            proof=lambda: proof(5 * K / eta * (L(0) - least)),
        ),
    ),
    family=family(
        start=Vector("K", Real(-64, 64)),
        rate=Real(Fraction(1, 16), Fraction(1, 4)),
        T=Integer(1, longest),
        noise=Vector("K", Real(lambda i: -loudest(i), loudest)),
        lift=Real(-2, 2),
    ),
    symbols={
        K: lambda i: i.K,
        T: lambda i: i.T,
        mu: lambda i: i.mu,
        beta: smoothness,
        eta: lambda i: i.rate / smoothness(i),
        sigma2: lambda i: sum((v * v for v in i.noise), 0 * i.mu),
        least: lambda i: i.lift,
        G: lambda i: lambda n: course(i, i.T + 1)[0][int(n)],
        L: lambda i: lambda n: course(i, i.T + 1)[1][int(n)] + number(i, i.lift),
    },
    laws={
        u: law_of("sphere"),
        slope: Law(kind="moments", moments={norm2(slope): G(T)}, points=gradients),
        noise: Law(
            kind="moments",
            moments={noise: sp.Integer(0), norm2(noise): sigma2},
            points=lambda i: ((Fraction(1, 2),) * 2, (i.noise, tuple(-v for v in i.noise))),
        ),
    },
    repair=Repair(
        changes="a term for the noise, which the step scales, and one for the radius",
        statement=Statement(
            text="the sum of the squared gradients, fixed step and radius",
            left=LEFT,
            relation="<=",
            right=BOUND,
            givens=(SMALL, STEP, DRAWN, BOUNDED),
            proof=lambda: proof(BOUND),
        ),
        nondegenerate=ROUND,
        added=(Added(given=SMALL, fails_without=LONG),),
    ),
    transcription=transcription,
    witnesses=(LOUD, ROUND, AT_REST, SILENT, replace(SILENT, lift=2 * one)),
    scalings=units(2, -2),
    mutants=(
        Mutant(
            text="the noise divided by twelve",
            right=BOUND.subs(sigma2, sigma2 / 12),
            dies_at=replace(LOUD, T=3),
        ),
        Mutant(text="the floor alone", right=T * FLOOR, dies_at=replace(ROUND, noise=(0 * one,))),
        Mutant(text="the first term alone", right=2 * K / eta * (L(0) - least), dies_at=LOUD),
    ),
    effort=0.15,
)
