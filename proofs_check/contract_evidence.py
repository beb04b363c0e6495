"""Clauses about the evidence: definitions, proofs, transcriptions, repairs, mutants."""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from proofs_check.asymptotic import GROWTH, apart, remainder_order
from proofs_check.contract_record import SOME, Context
from proofs_check.core.chain import check_chain
from proofs_check.core.competition import competitors
from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import approx, exact, rough
from proofs_check.estimates import estimate
from proofs_check.lines import UNREADABLE, broken, read, reader
from proofs_check.sampled import DRAWS
from proofs_check.seeds import generator
from proofs_check.sides import compare, margin, ran, satisfies, sides, values
from proofs_check.verdict import STANDING
from theory.claim import Claim, Statement
from theory.family import Instance, floats, replace


def definition(c: Context) -> Iterator[str]:
    """The symbolic definition is what runs."""
    for statement in c.claim.statements():
        left = statement.left
        if left.expr is None or left.run is None:
            continue
        if statement.objective:
            yield from _objective(c, statement)
            continue
        runs = statement.remainder.limit if statement.remainder else left
        for d in c.drawn[:SOME]:
            if not satisfies(c.claim, statement, d.instance):
                continue
            said = reader(c.claim, left.expr, d.instance)
            executed = lambda sure, i=d.instance, q=runs: ran(q, i if sure else floats(i), sure)
            try:
                differ = broken("==", executed, said, max(left.rounding, 1e-7))
            except UNREADABLE:
                continue
            if differ:
                gives, value = said(False), executed(False)
                yield f"{left.text}: its definition gives {gives!r}, it runs to {value!r} at {d.instance!r}"
                break


def _objective(c: Context, statement: Statement) -> Iterator[str]:
    """The definition at an arbitrary competitor is the objective that runs, wherever that is finite."""
    expr, name, rng = statement.left.expr, statement.left.text, generator(0, c.id, "competitors")
    rivals, compared = competitors(expr, c.claim), False
    if not rivals or any(isinstance(r, sp.IndexedBase) for r in rivals):
        yield f"{name}: competitors {rivals} cannot be compared with the objective: expected plain symbols"
        return
    for d in [d for d in c.drawn[:SOME] if satisfies(c.claim, statement, d.instance)]:
        free = tuple(Fraction(int(k), 4) for k in rng.integers(-8, 9, len(rivals)))
        parts = [int(k) for k in rng.integers(1, 9, len(rivals))]
        weights = tuple(Fraction(k, sum(parts)) for k in parts)  # feasible where weights sum to one
        for point in (free, weights):
            reached = exact(statement.objective(d.instance, point))  # type: ignore[misc]
            if math.isinf(approx(reached)):
                continue
            env = values(c.claim, d.instance, True, expr) | dict(zip(rivals, exact(point), strict=True))
            said, compared = evaluate(expr, env, True), True
            if compare(reached, "==", said, 1e-7).status == "violated":
                shown = f"objective {approx(reached)!r}, definition {approx(said)!r}"
                yield f"{name}: {shown} at {point} on {d.instance!r}"
                return
    if not compared:
        yield f"{name}: the objective is infinite at every competitor that was tried"


def sampled(c: Context) -> Iterator[str]:
    """Sampled and run values agree."""
    rng = generator(0, c.id, "contract")
    for left in {id(s.left): s.left for s in c.claim.statements()}.values():
        if left.run is None or left.sample is None:
            continue
        for d in c.drawn[:4]:
            found, error = estimate(left, d.instance, rng, 10 * DRAWS)
            value = float(ran(left, floats(d.instance), False))
            if abs(found - value) > 7 * error + 1e-9 * abs(value) + 1e-12:
                yield f"{left.text}: runs to {value:.6g}, samples to {found:.6g} at {d.instance!r}"
                break


def repeated(c: Context) -> Iterator[str]:
    """A left side, run once more on the same instance, is the same number."""
    for statement, cases in zip(c.claim.statements(), c.looked, strict=True):
        left, told = statement.left, [k for k in cases if k.sides.lhs is not None and not k.sides.exact]
        if left.run is None or left.measured or statement.remainder:
            continue
        for case in told[:2]:
            first, twice = case.sides, sides(c.claim, statement, replace(case.drawn.instance), sure=False)
            same = twice.lhs is None or compare(first.lhs, "==", twice.lhs, left.rounding).status == "holds"
            if not same:
                yield f"{left.text}: runs to {first.lhs!r}, then {twice.lhs!r} at {case.drawn.instance!r}"
                break


def limit(c: Context) -> Iterator[str]:
    """The left side tends to what a remainder calls its limit."""
    for statement in c.claim.statements():
        for d in [
            d for d in c.drawn[:4] if statement.remainder and satisfies(c.claim, statement, d.instance)
        ]:
            try:
                problem = apart(statement, d.instance)
            except ArithmeticError:
                continue
            if problem:
                yield f"{statement.left.text}: {problem}, from {d.instance!r}"
                break


def lines(c: Context) -> Iterator[str]:
    """Every line of a proof holds on the searched instances."""
    for statement in c.claim.statements():
        for place, (_, at) in enumerate(read(c.claim, statement, list(c.drawn)), start=1):
            if at:
                yield f"line {place} of the proof of {statement.text!r} is false at {at!r}"
                break


def proof(c: Context) -> Iterator[str]:
    """A proof that is given is accepted, or a solver's limit leaves the statement undecided."""
    for result in c.results:
        if result.proof and not (result.proof.ok or result.proof.unanswered):
            yield f"the proof of {result.text!r} is refused: {result.proof.reason}"


def contradiction(c: Context) -> Iterator[str]:
    """Nothing is both proved and refuted."""
    for statement, result in zip(c.claim.statements(), c.results, strict=True):
        if result.verdict == "refuted" and statement.proof:
            if check_chain(statement.proof(), statement, c.claim).ok:
                yield f"{result.text!r} is both proved and refuted"


def existence(c: Context) -> Iterator[str]:
    """An expectation that is said not to exist is shown to diverge: no code may just say so."""
    for statement, result in zip(c.claim.statements(), c.results, strict=True):
        if statement.exists and result.verdict == "ill-posed":
            if all(e.kind != "symbolic" for e in result.evidence):
                texts = ", ".join(e.text for e in statement.exists)
                yield f"{result.text!r} is undefined by its own code: nothing shows that {texts} diverges"


def transcription(c: Context) -> Iterator[str]:
    """A printed formula that falls is transcribed twice, alike."""
    literal, result = c.claim.readings[0], c.results[0]
    if result.verdict != "refuted" or literal.right is None or literal.left.measured:
        return
    if c.claim.transcription is None:
        yield "the printed formula falls, but it is transcribed only once: transcription= is missing"
        return
    for d in [d for d in c.drawn[: 4 * SOME] if satisfies(c.claim, literal, d.instance)]:
        once, twice = reader(c.claim, literal.right, d.instance), _second(c.claim, d.instance)
        try:
            parts = len(once(False)) if isinstance(literal.right, tuple) else 1
            differ = any(broken("==", _part(once, k), _part(twice, k), 1e-9) for k in range(parts))
        except ArithmeticError:
            continue
        if differ:
            yield f"the two transcriptions differ, {once(False)!r} and {twice(False)!r}, at {d.instance!r}"
            return


def _second(claim: Claim, instance: Instance) -> Callable[[bool], Any]:
    run = claim.transcription
    return lambda sure: exact(run(instance)) if sure else rough(run(floats(instance)))  # type: ignore[misc]


def _part(read: Callable[[bool], Any], place: int) -> Callable[[bool], Any]:
    """The entry at `place` of a tuple, or the number itself."""
    return lambda sure: value[place] if isinstance(value := read(sure), tuple) else value


def repair_needed(c: Context) -> Iterator[str]:
    """A fallen statement carries a repair."""
    if c.results[0].verdict in ("refuted", "ill-posed") and c.claim.repair is None:
        yield "the literal reading falls, but there is no repair="


def repair_idle(c: Context) -> Iterator[str]:
    """A proved statement carries none."""
    if c.results[0].verdict == "proved" and c.claim.repair is not None:
        yield "the literal reading is proved, yet there is a repair="


def added(c: Context) -> Iterator[str]:
    """Each added assumption is needed: where it alone fails, the repair fails."""
    repair = c.claim.repair
    for extra in repair.added if repair else ():
        at, given, statement = extra.fails_without, extra.given, repair.statement  # type: ignore[union-attr]
        if at is None:
            if given.fact is not None or given.check is not None:
                yield f"{given.text!r} is added without an instance that needs it"
            continue
        slack = margin(c.claim, given, at)
        if slack is None or slack >= 0:
            yield f"{given.text!r} holds at its own witness {at!r}"
            continue
        others = [g for g in statement.givens if g != given]
        if other := next((g for g in others if (margin(c.claim, g, at) or 0) < 0), None):
            yield f"the witness that {given.text!r} is needed also violates {other.text!r}: {at!r}"
        elif sides(c.claim, statement, at, sure=True).status in ("violated", "undefined"):
            continue
        elif not (statement.remainder and remainder_order(c.claim, statement, at) > GROWTH):
            yield f"without {given.text!r} the repair still holds at {at!r}"


def nondegenerate(c: Context) -> Iterator[str]:
    """The repair has an instance with both sides positive."""
    repair = c.claim.repair
    if repair is None or repair.statement.objective or repair.statement.along:
        return
    at = repair.nondegenerate
    if not satisfies(c.claim, repair.statement, at):
        yield f"repair.nondegenerate violates a given: {at!r}"
    elif repair.statement.left.run is not None:
        found = sides(c.claim, repair.statement, at, sure=False)
        if found.lhs is None or not (found.lhs > 0 and found.rhs > 0):
            yield f"repair.nondegenerate: sides {found.lhs} and {found.rhs}, expected both positive"


def tight(c: Context) -> Iterator[str]:
    """Points called tight are tight."""
    pair = c.standing
    for place, instance in enumerate(c.claim.tight_at if pair else ()):
        statement = pair[0]  # type: ignore[index]
        if not satisfies(c.claim, statement, instance):
            yield f"tight_at[{place}] violates a given: {instance!r}"
            continue
        at = sides(c.claim, statement, instance, sure=True)
        if at.status == "violated" or at.lhs is None or abs(at.gap) > 1e-9:
            yield f"tight_at[{place}]: sides {at.lhs} and {at.rhs} differ at {instance!r}"


def scaling(c: Context) -> Iterator[str]:
    """Both sides change alike with the units."""
    pair = c.standing
    for scaling in c.claim.scalings if pair else ():
        statement = pair[0]  # type: ignore[index]
        for d in [d for d in c.drawn[:SOME] if satisfies(c.claim, statement, d.instance)]:
            k = Fraction(2)
            before = sides(c.claim, statement, d.instance, sure=False)
            after = sides(c.claim, statement, scaling.move(d.instance, k), sure=False)
            if before.lhs is None or after.lhs is None:
                continue
            for name, a, b in (("left", before.lhs, after.lhs), ("right", before.rhs, after.rhs)):
                scaled = approx(a) * float(k) ** scaling.power
                if compare(approx(b), "==", scaled, 1e-7, 1e-12).status == "violated":
                    yield f"{scaling.text!r} moves the {name} side from {a} to {b} at {d.instance!r}"
                    return


def mutants(c: Context) -> Iterator[str]:
    """At least three wrong versions, and those with a witness die there."""
    pair = c.standing
    if pair is None or c.effort == "quick" or pair[1].verdict not in STANDING or pair[0].ray:
        return
    if not any(m.outcome == "killed" for m in pair[1].mutants) or len(pair[1].mutants) < 3:
        yield f"{len(pair[1].mutants)} mutants of {pair[1].text!r}, expected at least three and one that dies"
    by_text = {m.text: m for m in pair[1].mutants}
    for mutant in c.claim.mutants:
        found = by_text[mutant.text]
        if mutant.dies_at and found.at != repr(mutant.dies_at):
            yield f"mutant {mutant.text!r} does not die at its witness {mutant.dies_at!r}"
