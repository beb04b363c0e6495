"""CoGraM on multilayer perceptrons: layers, neurons and weights of A and B tried inside M, with rollback.

Level     for each part of a layer: L_A, L_B of M with the part from A and from B; where |L_A - L_B| lies
          between the level's thresholds the part alpha W_A + (1 - alpha) W_B, alpha = 1/(1 + exp(lambda
          (L_A - L_B))), is proposed, else the next finer level looks.  The layer level adopts; the finer
          ones only what lowers the loss of M (Equation 7).
Adoption  "in turn": every part is looked at in M as it then is.  "together": all parts of a layer are
          assessed in the same M, as "every structure is assessed independently" has it, and those accepted
          enter at once.
Fast      M's signal below the layer is computed once, and all candidates of a level run through the layers
          above in one batched pass; a moved neuron or weight moves the next layer by a rank-one term.
          "in turn" looks ahead: the batch is valid up to the first adoption.
Shapes    x: (n, inputs), y: (n,) labels or (n, outputs) targets; candidates (c, n, units).
Source    CoGraM, Equations 3, 4, 6, 7; Layer, Neuron and Weight Level.  `sim.cogram` is the same
          procedure, exact and one candidate at a time; tests compare them.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nets.perceptron import Loss, Matrices, cross_entropy, outputs, padded

LEVELS = ("layer", "neuron", "weight")
AHEAD = 8
"""Parts that "in turn" assesses in one batch, before it knows whether an earlier one will be adopted."""
NUMBERS = 2**17
"""Numbers in one batch of candidates: about what a processor's cache holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How one iteration goes.

    steepness         lambda of the mixing factor
    floors, ceilings  tau_min and tau_max of the layer and of the neuron level
    finest            the last level that is used; it merges whatever the loss difference is
    adoption          "in turn" or "together"
    """

    steepness: float = 5.5
    floors: tuple[float, float] = (0.0, 0.0)
    ceilings: tuple[float, float] = (math.inf, math.inf)
    finest: str = "layer"
    adoption: str = "in turn"
    loss: Loss = cross_entropy

    def __post_init__(self) -> None:
        if self.finest not in LEVELS:
            raise ValueError(f"finest = {self.finest!r}: expected one of {', '.join(LEVELS)}")
        if self.adoption not in ("in turn", "together"):
            raise ValueError(f"adoption = {self.adoption!r}: expected 'in turn' or 'together'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The network after an iteration, the alphas of the layers merged whole, what was adopted, its cost."""

    network: Matrices
    alphas: tuple[float, ...]
    adopted: dict[str, int]
    evaluations: dict[str, int]


def _above(network: Matrices, layer: int, units: Tensor, y: Tensor, loss: Loss) -> Tensor:
    """Losses (c,) for values (c, n, units) of a layer before its activation; in parts, to bound memory."""
    most = max(1, NUMBERS // (units.shape[1] * max(w.shape[0] for w in network)))
    losses = []
    for part in units.split(most):
        for w in network[layer + 1 :]:
            signal = part.relu()
            part = padded(signal, w) @ w.T
        losses.append(loss(part, y))
    return torch.cat(losses)


def _alpha(gap: Tensor, steepness: float) -> Tensor:
    return torch.sigmoid(-steepness * gap)


@dataclass(frozen=True, slots=True)
class _Level:
    """One layer of M while its parts are tried: its input, its values, those of the next layer, M's loss."""

    layer: int
    signal: Tensor  # (n, inputs), with the bias's one
    units: Tensor  # (n, units) before activation
    above: Tensor | None  # (n, units of the next layer), None for the last layer
    loss: Tensor
    y: Tensor
    settings: Settings


def _level(network: Matrices, layer: int, signal: Tensor, y: Tensor, settings: Settings) -> _Level:
    units = signal @ network[layer].T
    after = network[layer + 1] if layer + 1 < len(network) else None
    above = None if after is None else padded(units.relu(), after) @ after.T
    loss = _above(network, layer, units[None], y, settings.loss)[0]
    return _Level(layer, signal, units, above, loss, y, settings)


def _shift(level: _Level, columns: Tensor | None, change: Tensor) -> Tensor:
    """How far a unit's value moves (c, n): its row moves by `change` (c, inputs), or one weight by (c,)."""
    return change @ level.signal.T if columns is None else change[:, None] * level.signal.T[columns]


def _losses(level: _Level, network: Matrices, rows: Tensor, shift: Tensor) -> Tensor:
    """Losses (c,) of M with one unit moved in each candidate: the next layer moves by a rank-one term."""
    width = level.units.shape[1] if level.above is None else level.above.shape[1]
    most = max(1, NUMBERS // (width * len(shift.T)))
    losses = []
    for row, move in zip(rows.split(most), shift.split(most), strict=True):
        if level.above is None:
            moved = level.units.repeat(len(row), 1, 1)
            moved[torch.arange(len(row)), :, row] += move
            losses.append(_above(network, level.layer, moved, level.y, level.settings.loss))
            continue
        old = level.units.T[row]
        step = (old + move).relu() - old.relu()
        moved = level.above + step[:, :, None] * network[level.layer + 1].T[row][:, None, :]
        losses.append(_above(network, level.layer + 1, moved, level.y, level.settings.loss))
    return torch.cat(losses)


def _propose(
    level: _Level, network: Matrices, pair: tuple[Tensor, Tensor], rows: Tensor, columns: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """(loss difference, proposed part, its loss) for each candidate place, all in the same M."""
    here = network[level.layer]
    old, a, b = (w[rows] if columns is None else w[rows, columns] for w in (here, *pair))
    to_a, to_b = _shift(level, columns, a - old), _shift(level, columns, b - old)
    loss_a, loss_b = _losses(level, network, torch.cat([rows, rows]), torch.cat([to_a, to_b])).chunk(2)
    alpha = _alpha(loss_a - loss_b, level.settings.steepness)[:, None]
    after = _losses(level, network, rows, alpha * to_a + (1 - alpha) * to_b)
    alpha = alpha if columns is None else alpha[:, 0]
    return loss_a - loss_b, alpha * a + (1 - alpha) * b, after


def _with(network: Matrices, layer: int, rows: Tensor, columns: Tensor | None, new: Tensor) -> Matrices:
    changed = network[layer].clone()
    if columns is None:
        changed[rows] = new
    else:
        changed[rows, columns] = new
    return (*network[:layer], changed, *network[layer + 1 :])


def _direct(gap: Tensor, settings: Settings, level: str) -> Tensor:
    """Where a level merges: between its thresholds; everywhere at the finest one, which nothing follows."""
    if level in (settings.finest, "weight"):
        return torch.ones_like(gap, dtype=torch.bool)
    k = LEVELS.index(level)
    return (gap.abs() >= settings.floors[k]) & (gap.abs() <= settings.ceilings[k])


def _columns(level: _Level, row: Tensor) -> tuple[Tensor, Tensor]:
    """The places of all weights of the rows: (rows, columns)."""
    width = level.signal.shape[1]
    return row.repeat_interleave(width), torch.arange(width).repeat(len(row))


def _adopt(
    level: _Level, network: Matrices, rows: Tensor, columns: Tensor | None, new: Tensor, loss: Tensor
) -> _Level:
    """One place changed in the network's matrix, and what is known of the layer brought up to date."""
    here, row = network[level.layer], int(rows)
    old = here[rows] if columns is None else here[rows, columns]
    move = _shift(level, columns, new - old)[0]
    if columns is None:
        here[rows] = new
    else:
        here[rows, columns] = new
    if level.above is not None:
        before = level.units[:, row]
        step = (before + move).relu() - before.relu()
        level.above.add_(torch.outer(step, network[level.layer + 1][:, row]))
    level.units[:, row] += move
    return replace(level, loss=loss)


def _in_turn(
    level: _Level,
    network: Matrices,
    pair: tuple[Tensor, Tensor],
    rows: Tensor,
    columns: Tensor | None,
    tally: dict[str, int],
) -> _Level:
    """The places one after another; a neuron to be refined has its weights looked at at once.

    The layer's matrix is changed in place: `network` holds a copy of its own for it.
    """
    name, start = "neuron" if columns is None else "weight", 0
    while start < len(rows):
        some = slice(start, start + AHEAD)
        part = rows[some], None if columns is None else columns[some]
        gap, new, after = _propose(level, network, pair, *part)
        direct = _direct(gap, level.settings, name)
        event = ~direct | (after < level.loss)
        first = int(event.int().argmax()) if event.any() else len(event) - 1
        seen = direct[: first + 1]
        tally[name] += 2 * len(seen) + int(seen.sum())
        start += first + 1
        if not event[first]:
            continue
        one = part[0][[first]], None if part[1] is None else part[1][[first]]
        if direct[first]:
            level = _adopt(level, network, *one, new[[first]], after[first])
            tally["adopted " + name] += 1
        else:
            level = _in_turn(level, network, pair, *_columns(level, one[0]), tally)
    return level


def _together(
    level: _Level, network: Matrices, pair: tuple[Tensor, Tensor], rows: Tensor, tally: dict[str, int]
) -> Matrices:
    """All neurons, and all weights of those to be refined, assessed in one M; those accepted enter."""
    gap, new, after = _propose(level, network, pair, rows, None)
    direct = _direct(gap, level.settings, "neuron")
    good = direct & (after < level.loss)
    tally["neuron"] += 2 * len(rows) + int(direct.sum())
    tally["adopted neuron"] += int(good.sum())
    result = _with(network, level.layer, rows[good], None, new[good])
    if not direct.all():
        places = _columns(level, rows[~direct])
        _, new, after = _propose(level, network, pair, *places)
        good = after < level.loss
        tally["weight"] += 3 * len(places[0])
        tally["adopted weight"] += int(good.sum())
        result = _with(result, level.layer, places[0][good], places[1][good], new[good])
    return result


@torch.no_grad()
def iterate(
    a: Matrices, b: Matrices, network: Matrices, x: Tensor, y: Tensor, settings: Settings | None = None
) -> Outcome:
    """One iteration: every layer from back to front, merged whole or refined."""
    settings = settings or Settings()
    for name, other in (("a", a), ("b", b)):
        if [w.shape for w in other] != [w.shape for w in network]:
            raise ValueError(f"{name} has layers {[tuple(w.shape) for w in other]}, expected those of the"
                             f" network, {[tuple(w.shape) for w in network]}")  # fmt: skip
    tally = {key: 0 for level in LEVELS for key in (level, f"adopted {level}")}
    alphas: list[float] = []
    for k in reversed(range(len(network))):
        signal = padded(outputs(network[:k], x).relu() if k else x, network[k])
        candidates = torch.stack([signal @ a[k].T, signal @ b[k].T])
        loss_a, loss_b = _above(network, k, candidates, y, settings.loss)
        tally["layer"] += 2
        if _direct((loss_a - loss_b)[None], settings, "layer").item():
            alpha = _alpha(loss_a - loss_b, settings.steepness)
            network = (*network[:k], alpha * a[k] + (1 - alpha) * b[k], *network[k + 1 :])
            alphas.append(alpha.item())
            tally["adopted layer"] += 1
            continue
        level = _level(network, k, signal, y, settings)
        rows, pair = torch.arange(len(network[k])), (a[k], b[k])
        if settings.adoption == "in turn":
            network = (*network[:k], network[k].clone(), *network[k + 1 :])
            _in_turn(level, network, pair, rows, None, tally)
        else:
            network = _together(level, network, pair, rows, tally)
    return Outcome(
        network=network,
        alphas=tuple(reversed(alphas)),
        adopted={level: tally[f"adopted {level}"] for level in LEVELS},
        evaluations={level: tally[level] for level in LEVELS},
    )


def repeat(
    a: Matrices,
    b: Matrices,
    network: Matrices,
    x: Tensor,
    y: Tensor,
    times: int,
    settings: Settings | None = None,
) -> list[Outcome]:
    """Equation 8: every iteration starts from the network of the last."""
    history: list[Outcome] = []
    for _ in range(times):
        history.append(iterate(a, b, history[-1].network if history else network, x, y, settings))
    return history
