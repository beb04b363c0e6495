"""Pilot queries: how well n of them know a trace, and what allocating by the estimate costs.

Gaussian directions, SPSA on a loss linear along them, gradient g in dimension P; That the unbiased sample
variance of n queries (`nets.traces`), T = (P+1)|g|^2.  With N = P - 1 and c = N (n-1)/n exactly

    (n-1)^2 Var(That) / |g|^4 = 2N [3(n-2) + (n+2)/n] + 96 n + 8(n+2)(n+3)/n - 48(n+3)
                                + 2n c^2 + 24 n c - 8(n+2) c

so that Var(That)/T^2 -> 2/n as P grows: a pilot of 20 queries is off by 32 % in any network, and no number
of parameters averages that out, since all of them share the one slope of each query.
Why.      a_i = g.u_i/|g|, v_i the rest of u_i, A = sum a_i^2: (n-1) That/|g|^2 = sum a_i^4 - A^2/n +
          sum_k v_k' M v_k over the N other coordinates, M = diag(a^2) - aa'/n.  Variance by conditioning on
          a; A is independent of a/|a|, which gives the mixed moments of sum a^4 and A.
Cost      shares ~ sqrt(That) in place of sqrt(T), many samples, P large (That = T chi^2_n / n, independent):
          the objective is E sqrt(X) E 1/sqrt(X) times the optimum = G((n+1)/2) G((n-1)/2) / G(n/2)^2, about
          1 + 1/(2n); pilot and allocation pay if the optimum beats equal shares by more than that and the
          queries spent.
Reuse     Counts that depend on the pilot, and a mean that contains it, give a biased gradient: large slopes
          raise That, hence A, and lower their own weight 1/A.  Where it can be enumerated it is too short.
Shapes    n >= 2, P >= 1 integers.  No units: relative to |g|^4 or to the optimum.
"""

from fractions import Fraction

import numpy as np
from scipy.special import gammaln


def trace_variance(n: int, P: int) -> Fraction:
    """Var(That) / |g|^4, exactly."""
    if n < 2 or P < 1:
        raise ValueError(f"n = {n}, P = {P}: expected n >= 2 queries and P >= 1 parameters")
    N, one = P - 1, Fraction(1, n)
    c = N * (1 - one)
    inner = 2 * N * (3 * (n - 2) + (n + 2) * one)
    outer = 96 * n + 8 * (n + 2) * (n + 3) * one - 48 * (n + 3)
    return (inner + outer + 2 * n * c * c + 24 * n * c - 8 * (n + 2) * c) / (n - 1) ** 2


def relative_error(n: int, P: int) -> float:
    """The standard deviation of That over T = (P+1)|g|^2."""
    return float(np.sqrt(float(trace_variance(n, P))) / (P + 1))


def allocation_factor(n: int) -> float:
    """What shares from estimated traces cost, for many samples and parameters."""
    if n < 2:
        raise ValueError(f"n = {n}: expected at least two queries, one has no variance")
    return float(np.exp(gammaln([(n + 1) / 2, (n - 1) / 2, n / 2, n / 2]) @ np.array([1, 1, -1, -1])))
