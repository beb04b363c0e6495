"""The adversary: draws instances, climbs towards a violation, and makes what it finds small.

It is steered by a score (the relative gap; positive means violated) and never decides anything: whatever it
proposes is decided elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from proofs_check.draws import Answer, moved, play, simpler, weight
from theory.family import Family, Instance

Score = Callable[[Instance], float]
"""instance -> relative gap; -inf where the givens fail or nothing can be said."""


def pool(family: Family, rng: np.random.Generator, size: int) -> list[tuple[Instance, tuple[Answer, ...]]]:
    """`size` different instances (fewer if the family is small), with the answers that made them."""
    found: dict[Instance, tuple[Answer, ...]] = {}
    for _ in range(3 * size):
        instance, answers = play(family, rng)
        found.setdefault(instance, answers)
        if len(found) == size:
            break
    return list(found.items())


def climb(
    family: Family,
    rng: np.random.Generator,
    starts: Iterable[tuple[float, tuple[Answer, ...]]],
    score: Score,
    steps: int,
) -> tuple[float, Instance | None, tuple[Answer, ...]]:
    """Hill climbing on the answers from each start (score, answers); stops at the first violation."""
    best, at, tape = -np.inf, None, ()
    for value, answers in starts:
        for _ in range(steps):
            instance, trial = play(family, rng, moved(rng, answers))
            reached = score(instance)
            if reached >= value:
                value, answers = reached, trial
                if reached > best:
                    best, at, tape = reached, instance, trial
                if best > 0:
                    return best, at, tape
    return best, at, tape


def shrink(
    family: Family,
    rng: np.random.Generator,
    answers: tuple[Answer, ...],
    bad: Callable[[Instance], bool],
    tries: int = 400,
) -> Instance:
    """A simpler instance of the family that is still bad: each answer in turn is replaced by simpler ones."""
    instance, answers = play(family, rng, answers)
    for _ in range(6):
        before = answers
        for place in range(len(answers)):
            for script in _simplified(answers, place):
                if tries <= 0:
                    return instance
                tries -= 1
                candidate, trial = play(family, rng, script)
                if weight(trial) < weight(answers) and bad(candidate):
                    instance, answers = candidate, trial
                    break
        if answers == before:
            break
    return instance


def _simplified(answers: tuple[Answer, ...], place: int) -> Iterator[tuple[Answer, ...]]:
    """The tape with one answer simpler; a smaller length also with one of the later answers left out."""
    if place >= len(answers):
        return
    old, head, tail = answers[place], answers[:place], answers[place + 1 :]
    for value in simpler(old):
        yield (*head, Answer(old.kind, old.bounds, value), *tail)
    if old.kind == "integer" and old.value > old.bounds[0]:
        less = Answer(old.kind, old.bounds, old.value - 1)
        yield from ((*head, less, *tail[:k], *tail[k + 1 :]) for k in range(len(tail)))
