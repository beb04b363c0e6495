"""The steps of FLOPS's proof of Theorem 1, Appendix A.2, and both lower bounds in closed form.

Steps (17) to (24) are derived for a batch of two samples, vectors of any dimension; (23) and (24) once more
for a batch of any size along one coordinate, over which both sides add up.  Queries have any law of finite
variance.
"""

import sympy as sp

from theory.claim import PrintedStep
from theory.claims.flops._improvement import OF_BATCH, PER_SAMPLE
from theory.claims.flops._queries import (
    A1,
    A2,
    G1,
    G2,
    T1,
    T2,
    A,
    A1_else,
    A2_else,
    A_else,
    A_rival,
    B,
    L,
    T,
    V,
    Y,
    Y_else,
    c,
    closed_of_batch,
    closed_per_sample,
    drawn,
    eta,
    first,
    g,
    g_first,
    g_last,
    j,
    last,
    m,
    objective,
    p,
    y,
)
from theory.notation import Avg, E, dot, norm2
from theory.proof import Expect, Rewrite

GAIN = objective(A_rival) - drawn(objective)  # J(Q) - J(P)
RIGHT, RIGHT_16 = eta**2 * L / 2 * GAIN, eta**2 * L / (2 * B) * GAIN
BY_8, BY_16 = (
    drawn(closed_per_sample) - closed_per_sample(A_rival),
    drawn(closed_of_batch) - closed_of_batch(A_rival),
)

X1, X2, Z1 = Avg(G1, A1), Avg(G2, A2), Avg(G1 - first, A1)
HALF = (X1 + X2) / 2  # ghat for a batch of two
LINEAR, SQUARE = eta * dot(HALF, g_first + g_last), norm2(HALF)
MIDDLE = (first + last) / 2
MEANS, SLOPES = norm2(first + last), dot(first + last, g_first + g_last)


def pair_bound(n, k):
    """E of (16) for a batch of two with n and k queries."""
    half = (Avg(G1, n) + Avg(G2, k)) / 2
    return E(eta * dot(half, g_first + g_last) - eta**2 * L * norm2(half))


def printed_24(n, k):
    """eq. (24) for a batch of two with n and k queries."""
    return eta / 2 * SLOPES - 2 * eta**2 * L / 8 * (MEANS + T1 / n + T2 / k)


def whole(term):
    """The sum over the batch."""
    return sp.Sum(term, (j, 1, B))


def of_batch(estimates):
    """E of (16), one coordinate of the estimates."""
    mean = whole(estimates[j]) / B
    return E(sp.Sum(eta * mean * g[j] - eta**2 * L / 2 * mean**2, (j, 1, B)))


def coordinate_24(counts):
    """The right side of eq. (24) for fixed counts, one coordinate."""
    square = whole(y[j]) ** 2 + whole(V[j] / counts[j])
    return eta / B * whole(y[j]) * whole(g[j]) - whole(eta**2 * L / B**2 * square) / 2


def step(
    item: str, left, right, text: str = "", by=None, after: tuple = (), relation: str = "=="
) -> PrintedStep:
    item = f"flops.{item}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by, after=after)


TWO_QUERIES = E(dot(X1, X2)), dot(first, last)
STEPS = (
    step("a1", E(norm2(Z1)), T1 / A1, "for any law of a query with this covariance: normality is not used",
         Expect()),
    step("eq9", sp.Sum(T[j] * (p / A[j] + (1 - p) / A_else[j]), (j, 1, B)), drawn(objective),
         "only E[1/A_j] enters", Rewrite()),
    step("sec2.noise_space", (E(norm2(X1 - MIDDLE)) + E(norm2(X2 - MIDDLE))) / 2,
         (T1 / A1 + T2 / A2) / 2 + norm2(first - last) / 4,
         "one of two samples drawn: queries lower the first term, sampling the second", Expect()),
    step("sec4_2.independent", BY_8, BY_8.xreplace({c[j]: c[j] / 2 + 1, m[j]: 3 * m[j]}),
         "other means and slopes, the same comparison; L is a factor, which has to be positive", Rewrite()),
    step("thm1.step1", PER_SAMPLE, OF_BATCH,
         "eq. (8) has ghat_j in place of ghat: LB_t changes its meaning here; two paths of the queries"),
    step("thm1.step2", E(norm2(Z1)), T1 / A1, "read as Sigma / A_j, as in Assumption 1", Expect()),
    step("thm1.step3", p * E(LINEAR - eta**2 * L * SQUARE) + (1 - p) * pair_bound(A1_else, A2_else),
         p * (E(LINEAR) - eta**2 * L * E(SQUARE)) + (1 - p) * pair_bound(A1_else, A2_else),
         "a batch of two; the outer mean is over what P draws", Expect()),
    step("thm1.step4", E(eta * dot(HALF, g_first)), eta / 2 * dot(first + last, g_first), "a batch of two",
         Expect()),
    step("thm1.step5", E(SQUARE), (E(norm2(X1)) + 2 * E(dot(X1, X2)) + E(norm2(X2))) / 4, "a batch of two",
         Expect()),
    step("thm1.step6", *TWO_QUERIES, "needs perturbations of different samples to be uncorrelated", Expect()),
    step("thm1.step7", E(dot(X1 - first, g_first)), sp.Integer(0), "Z has mean zero; normality is not needed",
         Expect()),
    step("thm1.step8", E(norm2(X1)), norm2(first) + E(norm2(Z1)), by=Expect()),
    step("thm1.step9", E(norm2(Z1)), T1 / A1, by=Expect()),
    step("thm1.step10", E(SQUARE), (MEANS + T1 / A1 + T2 / A2) / 4, "a batch of two", Expect()),
        step("thm1.step10", E((whole(Y[j]) / B) ** 2), (whole(y[j]) ** 2 + whole(V[j] / A[j])) / B**2,
         "any batch, one coordinate, over which both sides add up", Expect()),
    step("thm1.step11", p * of_batch(Y) + (1 - p) * of_batch(Y_else),
         p * coordinate_24(A) + (1 - p) * coordinate_24(A_else), "any batch, one coordinate", Expect()),
    step("thm1.step11", p * pair_bound(A1, A2) + (1 - p) * pair_bound(A1_else, A2_else),
         p * printed_24(A1, A2) + (1 - p) * printed_24(A1_else, A2_else), "a batch of two", Expect()),
    step("thm1.step12", E(dot(X1, g_first)), E(dot(Avg(G1, A1_else), g_first)),
         "for at least one query; a sample with zero queries has no estimate", Expect()),
    step("thm1.step13", objective(A_rival) - 2 * B / (eta**2 * L) * BY_16, drawn(objective),
         "J_t as it follows from (24): LB_t falls by eta^2 L / (2B) for each unit of J_t", Rewrite()),
)  # fmt: skip
