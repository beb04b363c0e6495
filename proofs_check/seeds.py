"""The one place where generators are made.

A stream is named by a seed and words: `generator(0, "glue.prop1@sphere", "confirm")`.  Streams with different
names are independent, the same name gives the same numbers on every machine and in every order of work, and
nothing is remembered between calls.  So a search and the confirmation of what it found never share a draw.
"""

import json
from hashlib import sha256
from numbers import Integral

import numpy as np


def generator(seed: int, *keys: str) -> np.random.Generator:
    """The generator of the stream that `seed` and `keys` name.

    The name is hashed by SHA-256 as a JSON list, so ("ab", "c") and ("a", "bc") are different streams, and
    the 256 bits are the entropy of a `SeedSequence` (Python's own `hash` changes from process to process).

    Raises TypeError for a seed that is no integer or a key that is no string.
    """
    if not isinstance(seed, Integral) or isinstance(seed, bool):
        raise TypeError(f"seed {seed!r}: expected an integer")
    for key in keys:
        if not isinstance(key, str):
            raise TypeError(f"key {key!r}: expected a string")
    name = json.dumps([int(seed), *keys])
    entropy = int.from_bytes(sha256(name.encode()).digest(), "little")
    return np.random.default_rng(np.random.SeedSequence(entropy))
