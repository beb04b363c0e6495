"""Broken estimators: for each law one that breaks it, by a slip that people make."""

import itertools

import numpy as np

from sim.es import antithetic, forward_difference, one_sided
from sim.lr import parameter_noise
from sim.spsa import two_point


def _slopes(loss, x, sigma, directions):  # forgets to multiply by the direction
    return (loss(x + sigma * directions) - loss(x - sigma * directions)) / (2 * sigma)


def _averaged(loss, x, sigma, directions):  # replaces each estimate by the mean over the batch
    estimates = two_point(loss, x, sigma, directions)
    if estimates.ndim == 1:
        return estimates
    return np.broadcast_to(estimates.reshape(-1, estimates.shape[-1]).mean(0), estimates.shape)


def _downhill(loss, x, sigma, directions):  # the difference the wrong way round
    return -two_point(loss, x, sigma, directions)


def _halved(loss, x, sigma, directions):  # divides a one-sided difference by 2 sigma
    return forward_difference(loss, x, sigma, directions) / 2


def _no_sigma(loss, x, sigma, directions):  # forgets to divide by sigma
    return (loss(x + sigma * directions) - loss(x - sigma * directions))[..., None] / 2 * directions


def _own_radius(loss, x, sigma, directions):  # ignores the radius that it was given
    return two_point(loss, x, sigma / 100, directions)


def _blockwise(loss, x, sigma, directions):  # keeps one coordinate at a time, scaled up: right mean, noisier
    mask = np.zeros_like(directions)
    mask[..., 0] = 1
    K = directions.shape[-1]
    estimate = two_point(loss, x, sigma, directions)
    return estimate * np.where(mask, K, 0) if K > 1 else estimate


def _truncated(loss, x, sigma, directions):  # clips slopes "for stability"
    slope = (loss(x + sigma * directions) - loss(x - sigma * directions)) / (2 * sigma)
    return np.clip(slope, -4, 4)[..., None] * directions


def _signed(loss, x, sigma, directions):  # divides by the direction: right for signs, not for Gaussians
    slope = (loss(x + sigma * directions) - loss(x - sigma * directions)) / (2 * sigma)
    return slope[..., None] * np.sign(directions)


def _absolute_radius(loss, x, sigma, directions):  # a smallest radius that knows units
    return two_point(loss, x, np.maximum(sigma, np.asarray(sigma).dtype.type(0.5)), directions)


def _relative(loss, x, sigma, directions):  # a radius relative to the weights
    return two_point(loss, x, sigma * (1 + np.abs(x).max()), directions)


def _indexed(loss, x, sigma, directions):  # another radius for each coordinate
    radius = sigma * (1 + np.arange(len(x), dtype=np.asarray(x).dtype))
    slope = (loss(x + radius * directions) - loss(x - radius * directions)) / 2
    return slope[..., None] * directions / radius


def _counting():
    calls = itertools.count()

    def estimate(loss, x, sigma, directions):  # keeps a running baseline between calls
        return forward_difference(loss, x, sigma, directions) + next(calls)

    return estimate


def _in_place(loss, x, sigma, directions):  # there, back twice, and there again: not the bits it started from
    estimates = []
    for u in directions.reshape(-1, directions.shape[-1]):
        x += sigma * u
        ahead = loss(x)
        x -= 2 * sigma * u
        behind = loss(x)
        x += sigma * u
        estimates.append((ahead - behind) / (2 * sigma) * u)
    return np.array(estimates).reshape(directions.shape)


def _half_precision(loss, x, sigma, directions):  # evaluates the loss at rounded points in low precision
    if np.asarray(x).dtype == np.float64:
        return two_point(loss, x, sigma, directions)
    value = lambda point: loss(point).astype(np.float16).astype(np.float32)
    return two_point(value, x, sigma, directions)


def _orthant(loss, x, sigma, directions):  # u only where its first entry is positive: u and -u differ
    kept = directions[..., :1] >= 0
    return np.where(kept, 2, 0) * two_point(loss, x, sigma, directions)


TWINS = {
    "shape": _slopes,
    "batched": _averaged,
    "sign": _downhill,
    "scale": _halved,
    "radius": _no_sigma,
    "bias": _own_radius,
    "unbiased": two_point,
    "cosine": _blockwise,
    "quadratic": forward_difference,
    "even": _orthant,
    "constant": one_sided,
    "linear": _truncated,
    "units": _absolute_radius,
    "translation": _relative,
    "permutation": _indexed,
    "rotation": _signed,
    "repeatable": _counting(),
    "restored": _in_place,
    "precision": _half_precision,
    "variance of spsa": forward_difference,
    "variance of es": antithetic,
    "variance of es_forward": parameter_noise,
    "variance of es_antithetic": one_sided,
    "variance of lr": forward_difference,
    "variance of forward_gradient": one_sided,
}
"""Law -> the estimator that breaks it."""
