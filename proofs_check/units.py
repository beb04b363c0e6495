"""Known instances in other units: a formula that mixes units breaks where the unit is large or small."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from theory.claim import Claim
from theory.family import Instance

FACTORS = tuple(Fraction(2) ** power for power in (20, -20))


def rescaled(claim: Claim, instances: Iterable[Instance]) -> Iterator[Instance]:
    """The instances in units a million times as large and as small, for each declared change of units.

    A change of units keeps every assumption but the bounds of the searched box, so these may leave the box.
    """
    for instance in instances:
        for scaling in claim.scalings:
            yield from (scaling.move(instance, factor) for factor in FACTORS)
