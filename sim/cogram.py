"""Granular merging with rollback (CoGraM) on small networks: layer, neuron and weight passes.

Shapes    a network is a tuple of layers, a layer a tuple of neurons, a neuron a tuple of incoming weights
          (no biases); hidden units are rectified or linear; data are (input, target) pairs of tuples.
Loss      mean squared error over the data: exact for int and Fraction.  The mixing factor is Fraction(1, 2)
          where its exponent is 0, else a float, and everything that follows from it is then a float.
Rules     how a finer change is judged is a setting, because the paper words it in three ways.
Refined   a layer outside case 3 is not fused: its neurons are tried in M as it stands.  Where the text means
          that the fused layer enters first, start from the network that has it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Network = tuple[tuple[tuple[Any, ...], ...], ...]
Data = tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...]

REFERENCES = ("current", "coarser", "none")
ADOPTIONS = ("in turn", "together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Settings of the procedure; the defaults are the display of equation 7 on the current state.

    steepness  lambda of the mixing factor
    floors     tau_min and
    ceilings   tau_max, each for (layer, neuron)
    reference  the previous loss that a change must beat: of the "current" network, of the network when the
               "coarser" level was left, or "none" (no rollback)
    adoption   accepted changes enter "in turn", or are judged independently and enter "together"
    ties       whether a change that leaves the loss equal is accepted
    layers     whether the layer level has rollback too (in the paper it has none)
    towards    +1: the mixture leans to the better candidate; -1: to the worse
    """

    steepness: Any = Fraction(11, 2)
    floors: tuple[Any, Any] = (0, 0)
    ceilings: tuple[Any, Any] = (math.inf, math.inf)
    reference: str = "current"
    adoption: str = "in turn"
    ties: bool = False
    layers: bool = False
    towards: int = 1
    rectified: bool = False

    def __post_init__(self) -> None:
        if self.reference not in REFERENCES:
            raise ValueError(f"reference {self.reference!r}: expected one of {', '.join(REFERENCES)}")
        if self.adoption not in ADOPTIONS:
            raise ValueError(f"adoption {self.adoption!r}: expected one of {', '.join(ADOPTIONS)}")


@dataclass(frozen=True, slots=True)
class Adoption:
    """One change that entered the network: its level, and the loss before and after."""

    level: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """The network after a pass and every adoption on the way."""

    network: Network
    adopted: tuple[Adoption, ...]


def loss(network: Network, data: Data, rectified: bool = False) -> Any:
    """Mean squared error of the network over the data."""
    total = 0
    for inputs, targets in data:
        signal = inputs
        for depth, layer in enumerate(network):
            signal = tuple(sum((w * s for w, s in zip(row, signal, strict=True)), start=0) for row in layer)
            if rectified and depth < len(network) - 1:
                signal = tuple(max(s, 0) for s in signal)
        total += sum(((s - t) ** 2 for s, t in zip(signal, targets, strict=True)), start=0)
    return Fraction(1, len(data)) * total if not isinstance(total, float) else total / len(data)


def mixing(steepness: Any, gap: Any) -> Any:
    """The weight of candidate A: 1 / (1 + exp(steepness * gap)), gap = L_A - L_B."""
    exponent = steepness * gap
    if exponent == 0:
        return Fraction(1, 2)
    return 1 / (1 + math.exp(min(float(exponent), 700.0)))


def _replace(items: tuple, index: int, value: Any) -> tuple:
    return (*items[:index], value, *items[index + 1 :])


def part(network: Network, place: tuple[int, ...]) -> Any:
    """The layer (l,), neuron (l, j) or weight (l, j, k) of a network."""
    found: Any = network
    for index in place:
        found = found[index]
    return found


def insert(network: Any, place: tuple[int, ...], value: Any) -> Any:
    """The network with that layer, neuron or weight replaced."""
    if not place:
        return value
    return _replace(network, place[0], insert(network[place[0]], place[1:], value))


def _blend(alpha: Any, a: Any, b: Any) -> Any:
    if isinstance(a, tuple):
        return tuple(_blend(alpha, x, y) for x, y in zip(a, b, strict=True))
    return alpha * a + (1 - alpha) * b


@dataclass(frozen=True, slots=True)
class _World:
    a: Network
    b: Network
    data: Data
    rules: Rules

    def loss(self, network: Network) -> Any:
        return loss(network, self.data, self.rules.rectified)

    def gap(self, network: Network, place: tuple[int, ...]) -> Any:
        """L_A - L_B: the losses of the network with the part from A and from B."""
        with_a = insert(network, place, part(self.a, place))
        return self.loss(with_a) - self.loss(insert(network, place, part(self.b, place)))

    def mixed(self, network: Network, place: tuple[int, ...]) -> Any:
        """The part that equation 6 makes of the two candidates."""
        alpha = mixing(self.rules.towards * self.rules.steepness, self.gap(network, place))
        return _blend(alpha, part(self.a, place), part(self.b, place))

    def accepts(self, post: Any, pre: Any) -> bool:
        """Equation 7."""
        return self.rules.reference == "none" or post < pre or (self.rules.ties and post == pre)


def difference(
    a: Network, b: Network, network: Network, data: Data, rules: Rules, place: tuple[int, ...]
) -> Any:
    """L_A - L_B at a place: the losses of the network with the part from A and with that from B."""
    return _World(a, b, data, rules).gap(network, place)


def mixture(
    a: Network, b: Network, network: Network, data: Data, rules: Rules, place: tuple[int, ...]
) -> Any:
    """The layer, neuron or weight that equation 6 proposes for a place; nothing is adopted yet."""
    return _World(a, b, data, rules).mixed(network, place)


def decision(gap: Any, rules: Rules, level: int) -> str:
    """What the thresholds of a level make of a loss difference: "merge", "uncertain" or "coarse".

    A difference that is below the floor and above the ceiling at once is called uncertain.
    """
    if _within(gap, rules, level):
        return "merge"
    return "uncertain" if abs(gap) < rules.floors[level] else "coarse"


def _within(gap: Any, rules: Rules, level: int) -> bool:
    return rules.floors[level] <= abs(gap) <= rules.ceilings[level]


def _places(world: _World, network: Network, layer: int) -> Iterator[tuple[int, ...]]:
    """The neurons of a layer, or the weights of those whose loss difference asks for refinement."""
    for j, neuron in enumerate(network[layer]):
        if _within(world.gap(network, (layer, j)), world.rules, 1):
            yield (layer, j)
        else:
            yield from ((layer, j, k) for k in range(len(neuron)))


def _refine_in_turn(world: _World, network: Network, layer: int) -> Outcome:
    adopted = []
    coarser = world.loss(network)
    for j in range(len(network[layer])):
        whole = _within(world.gap(network, (layer, j)), world.rules, 1)
        places = [(layer, j)] if whole else [(layer, j, k) for k in range(len(network[layer][j]))]
        neuron_loss = world.loss(network)
        for place in places:
            before = world.loss(network)
            changed = insert(network, place, world.mixed(network, place))
            stale = coarser if whole else neuron_loss
            after = world.loss(changed)
            if world.accepts(after, before if world.rules.reference == "current" else stale):
                network = changed
                adopted.append(Adoption("neuron" if whole else "weight", before, after))
    return Outcome(network, tuple(adopted))


def _refine_together(world: _World, network: Network, layer: int) -> Outcome:
    before, result = world.loss(network), network
    for place in _places(world, network, layer):
        value = world.mixed(network, place)
        if world.accepts(world.loss(insert(network, place, value)), before):
            result = insert(result, place, value)
    if result == network:
        return Outcome(network, ())
    return Outcome(result, (Adoption("neuron", before, world.loss(result)),))


def refine(a: Network, b: Network, network: Network, data: Data, rules: Rules, layer: int) -> Outcome:
    """The neuron level on one layer, with the weight level where the neuron level refines."""
    world = _World(a, b, data, rules)
    work = _refine_in_turn if rules.adoption == "in turn" else _refine_together
    return work(world, network, layer)


def finer_pass(a: Network, b: Network, network: Network, data: Data, rules: Rules) -> Outcome:
    """The neuron and weight levels on every layer, from back to front."""
    adopted: list[Adoption] = []
    for layer in reversed(range(len(network))):
        outcome = refine(a, b, network, data, rules, layer)
        network = outcome.network
        adopted += outcome.adopted
    return Outcome(network, tuple(adopted))


def iterate(a: Network, b: Network, network: Network, data: Data, rules: Rules) -> Outcome:
    """One iteration of the whole procedure: layers from back to front, refined outside case 3."""
    world = _World(a, b, data, rules)
    adopted: list[Adoption] = []
    for layer in reversed(range(len(network))):
        if not _within(world.gap(network, (layer,)), rules, 0):
            outcome = refine(a, b, network, data, rules, layer)
            network = outcome.network
            adopted += outcome.adopted
            continue
        before = world.loss(network)
        changed = insert(network, (layer,), world.mixed(network, (layer,)))
        after = world.loss(changed)
        if not rules.layers or world.accepts(after, before):
            network = changed
            adopted.append(Adoption("layer", before, after))
    return Outcome(network, tuple(adopted))
