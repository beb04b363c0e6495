"""Broken estimators that draw for themselves: for each law one that breaks it, by a slip that people make."""

import numpy as np

from sim.directions import draw
from sim.spsa import two_point


def drawn(law, estimator=two_point):
    """The sound estimator: the mean over n directions of this law."""

    def estimate(loss, x, sigma, n, rng):
        return estimator(loss, x, sigma, draw(law, rng, n, len(x))).mean(0)

    return estimate


def _every_query(loss, x, sigma, n, rng):  # forgets to average
    return two_point(loss, x, sigma, draw("gaussian", rng, n, len(x)))


def _own_generator():
    hidden = np.random.default_rng(0)
    return lambda loss, x, sigma, n, rng: drawn("gaussian")(loss, x, sigma, n, hidden)


def _seeded(loss, x, sigma, n, rng):  # the same seed in each call
    return drawn("gaussian")(loss, x, sigma, n, np.random.default_rng(7))


def _in_place(loss, x, sigma, n, rng):  # there, back twice, and there again
    estimates = []
    for u in draw("gaussian", rng, n, len(x)):
        x += sigma * u
        ahead = loss(x)
        x -= 2 * sigma * u
        estimates.append((ahead - loss(x)) / (2 * sigma) * u)
        x += sigma * u
    return np.mean(estimates, 0)


def _doubled(loss, x, sigma, n, rng):  # divides by sigma where it is 2 sigma
    return 2 * drawn("gaussian")(loss, x, sigma, n, rng)


def _divided(loss, x, sigma, n, rng):  # divides by the number of directions twice
    return drawn("rademacher")(loss, x, sigma, n, rng) / n


def _normalised(loss, x, sigma, n, rng):  # puts K in front, which |u| = 1 does not ask for in this convention
    return len(x) * drawn("sphere")(loss, x, sigma, n, rng)


def _one_direction(loss, x, sigma, n, rng):  # the same direction for all queries: right mean, no averaging
    return drawn("gaussian")(loss, x, sigma, 1, rng)


TWINS = {
    "shape": _every_query,
    "repeatable": _own_generator(),
    "fresh": _seeded,
    "restored": _in_place,
    "scale of gaussian": _doubled,
    "scale of rademacher": _divided,
    "scale of sphere": _normalised,
    "cosine": _one_direction,
}
"""Law -> the estimator that breaks it."""
