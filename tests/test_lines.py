"""Proof lines on searched instances: the second road of lines that have no random points."""

from dataclasses import replace

import numpy as np

from proofs_check.cases import draw
from proofs_check.core.chain import check_chain
from proofs_check.lines import SOME, read, with_instances
from proofs_check.summary import seconded
from tests.sample_run import RUN
from tests.small_claims import am_gm, x, y
from theory.proof import Chain, Entail, Line


def test_a_line_without_points_is_read_on_instances() -> None:
    """An accepted line that no other road has confirmed says on how many instances it holds."""
    claim = am_gm()
    statement, drawn = claim.readings[0], draw(claim, np.random.default_rng(0), "default")
    proof = check_chain(statement.proof(), statement, claim)
    assert with_instances(claim, statement, proof, drawn) is proof  # it has points already
    alone = replace(proof, lines=tuple(replace(line, second="") for line in proof.lines))
    seen = with_instances(claim, statement, alone, drawn)
    assert [line.second for line in seen.lines] == [f"holds on {SOME} searched instances"]
    assert with_instances(claim, statement, alone, []).lines == alone.lines


def test_a_false_line_is_found() -> None:
    """A line that is false somewhere is named with the instance; the true line after it is not."""
    claim = am_gm()
    square = (x + y) ** 2 / 4
    chain = Chain(x * y, (Line("<=", square / 2, Entail()), Line("<=", square, Entail())))
    statement = replace(claim.readings[0], proof=lambda: chain)
    (_, first), (many, second) = read(claim, statement, draw(claim, np.random.default_rng(0), "default"))
    assert first is not None and first.x * first.y > (first.x + first.y) ** 2 / 8
    assert second is None and many == SOME


def test_the_share_of_confirmed_lines_is_shown() -> None:
    """The summary counts lines of accepted proofs alone."""
    claim = am_gm()
    proof = check_chain(claim.readings[0].proof(), claim.readings[0], claim)
    bare = replace(proof, lines=(*proof.lines, replace(proof.lines[0], second="")))
    one = RUN.claims[0]
    readings = tuple(replace(r, proof=None) for r in one.readings)
    judged = replace(one, readings=(replace(readings[0], proof=bare), *readings[1:]), repair=None)
    assert seconded(replace(RUN, claims=(judged,))).startswith("1 of 2 accepted lines")
    refused = replace(judged, readings=(replace(readings[0], proof=replace(bare, ok=False)),))
    assert seconded(replace(RUN, claims=(refused,))).startswith("0 of 0")
