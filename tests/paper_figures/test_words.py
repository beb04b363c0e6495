"""Captions speak of claims as the ledger does."""

from dataclasses import replace

from paper_figures.words import judged
from proofs_check.verdict import NOT_AT_QUICK
from tests.paper_figures.test_draw import result


def test_the_verdict_and_the_repair_are_named() -> None:
    """Printed verdict, then what was changed and how that is judged."""
    assert judged(result("proved")) == "judged refuted; repaired (another constant) it is judged proved"
    alone = replace(result("proved"), repair=None)
    assert judged(alone) == "judged refuted"


def test_what_waits_for_wrong_versions_is_not_called_undecided() -> None:
    """At quick effort a statement without proof has only not been refuted, as printed or as repaired."""
    claim = result("undecided")
    assert claim.repair
    open_ = replace(claim.repair.result, reason=NOT_AT_QUICK)
    waiting = replace(claim, repair=replace(claim.repair, result=open_))
    assert judged(waiting).endswith("not proved, and not refuted by a quick search")
    plain = replace(claim, readings=(open_,), repair=None)
    assert judged(plain) == "not proved, and not refuted by a quick search"
