"""What the statements about CoGraM's rollback have in common: small networks, their data, runs of a pass.

World     networks of one or two layers (linear or rectified, no biases), candidates A and B, a start M, and
          squared error on one or two data points, which Section "Loss Measurement" names for regression.
Shapes    `sizes` are the widths of the layers, inputs first; `m`, `a`, `b` hold all weights of a network in
          one tuple, layer by layer, neuron by neuron; `points` is (inputs, targets) of each datum in a row.
Units     losses are squared outputs; thresholds are losses; steepness an inverse loss.
"""

from functools import lru_cache
from typing import Any

import sympy as sp

from sim.cogram import Network, Outcome, Rules, finer_pass, iterate, loss
from theory.claim import Given, Quantity, Scaling
from theory.family import Choice, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Induct, Lemma, Line

K = sp.Symbol("K", integer=True, nonnegative=True)
SIZES = ((1, 1), (2, 1), (1, 2), (1, 1, 1), (2, 2, 1))


def weights(sizes: tuple[int, ...]) -> int:
    """How many weights a network of these widths has."""
    return sum(i * o for i, o in zip(sizes[:-1], sizes[1:], strict=True))


WEIGHT = Real(-3, 3)
FAMILY = Family(
    fields={
        "sizes": Choice(SIZES),
        "m": Vector(lambda f: weights(f.sizes), WEIGHT),
        "a": Vector(lambda f: weights(f.sizes), WEIGHT),
        "b": Vector(lambda f: weights(f.sizes), WEIGHT),
        "data": Integer(1, 2),
        "points": Vector(lambda f: f.data * (f.sizes[0] + f.sizes[-1]), WEIGHT),
        "rectified": Choice((False, True)),
        "steepness": Real(0, 8),
        "layer_floor": Choice((0, 1, 1000)),
        "neuron_floor": Choice((0, 1, 1000)),
    },
    leaves_out="cross-entropy, prototypes, biases, finite ceilings; more than two layers or data points",
)


def merged(i: Instance) -> bool:
    """Whether every weight of M lies between those of A and B."""
    return all(min(a, b) <= m <= max(a, b) for m, a, b in zip(i.m, i.a, i.b, strict=True))


START = Given(text="each weight of M lies between those of A and B", check=merged)


def network(sizes: tuple[int, ...], flat: tuple) -> Network:
    """The nested network of a flat tuple of weights."""
    layers, rest = [], iter(flat)
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers.append(tuple(tuple(next(rest) for _ in range(inputs)) for _ in range(outputs)))
    return tuple(layers)


def evaluation(i: Instance) -> tuple:
    """The data as (input, target) pairs."""
    width = i.sizes[0] + i.sizes[-1]
    rows = [i.points[k * width : (k + 1) * width] for k in range(i.data)]
    return tuple((row[: i.sizes[0]], row[i.sizes[0] :]) for row in rows)


def rules(i: Instance, changes: dict[str, Any]) -> Rules:
    """The settings of the instance with some of them changed."""
    given = {
        "steepness": i.steepness,
        "floors": (i.layer_floor, i.neuron_floor),
        "rectified": i.rectified,
    }
    return Rules(**{**given, **changes})


def start_loss(i: Instance):
    """The loss of M before anything is done."""
    return loss(network(i.sizes, i.m), evaluation(i), i.rectified)


@lru_cache(maxsize=8192)
def _outcome(i: Instance, whole: bool, changes: tuple, kind: type) -> Outcome:
    run = iterate if whole else finer_pass
    a, b, m = (network(i.sizes, flat) for flat in (i.a, i.b, i.m))
    return run(a, b, m, evaluation(i), rules(i, dict(changes)))


def outcome(i: Instance, whole: bool, **changes: Any) -> Outcome:
    """A whole iteration, or the neuron and weight levels on every layer, under changed rules.

    Kept by kind of number: 1/2 and 0.5 are equal keys.
    """
    return _outcome(i, whole, tuple(sorted(changes.items())), type(i.points[0]))


def final_loss(whole: bool, **changes: Any) -> Quantity:
    """The loss of the network that comes out."""

    def run(i: Instance):
        return loss(outcome(i, whole, **changes).network, evaluation(i), i.rectified)

    return Quantity(text="L(M) after the pass", run=run)


def losses(i: Instance, whole: bool, **changes: Any) -> list:
    """The loss at the start and after each adopted change."""
    return [start_loss(i), *[step.after for step in outcome(i, whole, **changes).adopted]]


def sequence(whole: bool, **changes: Any):
    """The symbol's value: k -> loss after k adopted changes, constant after the last."""

    def of(i: Instance):
        steps = losses(i, whole, **changes)
        return lambda k: steps[min(int(k), len(steps) - 1)]

    return of


def falling(whole: bool, **changes: Any):
    """Whether no adopted change raises the loss."""

    def holds(i: Instance) -> bool:
        steps = losses(i, whole, **changes)
        return all(late <= early for early, late in zip(steps[:-1], steps[1:], strict=True))

    return holds


def never_rises(sequence: Any, whole: bool, **changes: Any) -> tuple[Given, Given, Given]:
    """What equation 7 gives: no adopted change raises the loss, for the step after K and for every step."""
    text = f"{sequence}: a change is accepted only if the loss of the network then falls (equation 7)"
    rule = f"at_most({sequence}(K+1), {sequence}(K))"
    return (
        Given(text=text, fact=sp.Le(sequence(K + 1), sequence(K)), grants=(rule,)),
        Given(text="the same for every change", check=falling(whole, **changes)),
        Given(text="the loss is not negative", fact=sp.Ge(sequence(0), 0)),
    )


def by_induction(sequence: Any) -> Chain:
    """loss(K) <= loss(0): no change raises it."""
    step = Entail(facts=(Lemma("at_most", {"a": sequence(K + 1), "b": sequence(K)}),))
    lines = (Line("<=", sequence(K), step, "equation 7"), Line("<=", sequence(0), Entail()))
    return Chain(sequence(K), (Line("<=", sequence(0), Induct(K, 0, step=lines)),))


def stretched(i: Instance, k: Any) -> Instance:
    """Inputs times k with weights of the first layer divided by k: nothing changes (k > 0)."""
    first = i.sizes[0] * i.sizes[1]
    scaled = {
        name: tuple(w / k for w in getattr(i, name)[:first]) + getattr(i, name)[first:] for name in "mab"
    }
    width = i.sizes[0] + i.sizes[-1]
    points = tuple(k * v if j % width < i.sizes[0] else v for j, v in enumerate(i.points))
    return replace(i, points=points, **scaled)


SCALINGS = (Scaling(text="inputs times k, first weights divided by k", power=0, move=stretched),)


def tiny(m: tuple, a: tuple, b: tuple, point: tuple, **changes: Any) -> Instance:
    """A single neuron on one datum; both levels merge where the candidates differ by any amount."""
    fields = {
        "sizes": (len(m), 1),
        "m": m,
        "a": a,
        "b": b,
        "data": 1,
        "points": point,
        "rectified": False,
        "steepness": 0,
        "layer_floor": 0,
        "neuron_floor": 0,
    }
    return Instance(**{**fields, **changes})
