"""Broken probes: for each law one that breaks it, by a slip that people make."""

import itertools

import torch

from nets.perturb import direction, perturbed, probe


def _move(model, seed, sigma):
    """theta += sigma u, in place."""
    own = dict(model.named_parameters())
    with torch.no_grad():
        for key, u in direction(model, seed):
            own[key].add_(u, alpha=sigma)


def _value(model, loss):
    with torch.no_grad():
        return loss(model).double().item()


def _there_and_back(model, loss, seed, sigma):  # restores by arithmetic: the last bits stay wrong
    _move(model, seed, sigma)
    try:
        ahead = _value(model, loss)
        _move(model, seed, -2 * sigma)
        behind = _value(model, loss)
        _move(model, seed, sigma)
    except FloatingPointError:
        _move(model, seed, sigma)
        raise
    return (ahead - behind) / (2 * sigma)


def _unguarded(model, loss, seed, sigma):  # restores exactly, unless the loss raises
    kept = {k: v.clone() for k, v in model.state_dict().items()}
    _move(model, seed, sigma)
    ahead = _value(model, loss)
    model.load_state_dict(kept)
    _move(model, seed, -sigma)
    behind = _value(model, loss)
    model.load_state_dict(kept)
    return (ahead - behind) / (2 * sigma)


def _switching(model, loss, seed, sigma):  # evaluates in evaluation mode and forgets to go back
    model.eval()
    return probe(model, loss, seed, sigma)


def _global(model, loss, seed, sigma):  # seeds everybody's generator
    torch.manual_seed(seed)
    return probe(model, loss, seed, sigma)


def _counting():
    calls = itertools.count()
    return lambda model, loss, seed, sigma: probe(model, loss, seed + 1000 * next(calls), sigma)


def _deaf(model, loss, seed, sigma):  # one direction for ever
    return probe(model, loss, 0, sigma)


def _one_sided(model, loss, seed, sigma):  # a forward difference
    with perturbed(model, seed, sigma):
        ahead = _value(model, loss)
    with perturbed(model, seed, 0.0):
        return (ahead - _value(model, loss)) / sigma


def _tiny_radius(model, loss, seed, sigma):  # a radius that low precision does not see
    low = next(model.parameters()).dtype == torch.bfloat16
    return probe(model, loss, seed, 1e-4 if low else sigma)


TWINS = {
    "restored": _there_and_back,
    "after an error": _unguarded,
    "untouched": _switching,
    "generator": _global,
    "repeatable": _counting(),
    "seeds": _deaf,
    "slope": _one_sided,
    "precision": _tiny_radius,
}
"""Law -> the probe that breaks it."""
