"""What every claim obeys: named clauses, each with broken claims in the tests that trip it.

A breach says that the *file* is wrong (its family, its witnesses, its proof), never the paper.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from proofs_check.cases import Case, Drawn, typed_instances
from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import exact, rough
from proofs_check.sampled import DRAWS, draws
from proofs_check.seeds import generator
from proofs_check.sides import compare, margin, satisfies, sides, values
from proofs_check.verdict import STANDING, StatementResult
from theory.claim import Claim, Statement
from theory.family import Instance, floats, replace
from theory.notation import Vec
from theory.registry import items, same, stem_id

SOME = 25
"""Instances on which the slower clauses look."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the clauses may look at."""

    claim: Claim
    id: str
    drawn: list[Drawn]
    results: list[StatementResult]
    looked: list[list[Case]]
    effort: str

    @property
    def standing(self) -> tuple[Statement, StatementResult] | None:
        """The repaired statement, or the first reading that was not thrown out, with its result."""
        pairs = list(zip(self.claim.statements(), self.results, strict=True))
        if self.claim.repair:
            return pairs[-1]
        return next((p for p in pairs if p[1].verdict not in ("refuted", "ill-posed")), None)


@dataclass(frozen=True, slots=True)
class Clause:
    """One named rule; `check` yields what breaks it."""

    name: str
    text: str
    check: Callable[[Context], Iterator[str]]


def breaches(
    claim: Claim,
    id: str,
    drawn: list[Drawn],
    results: list[StatementResult],
    looked: list[list[Case]],
    effort: str,
) -> tuple[str, ...]:
    """Every breach of the contract as "clause: what is wrong"."""
    context = Context(claim, id, drawn, results, looked, effort)
    return tuple(f"{c.name}: {text}" for c in CLAUSES for text in c.check(context))


def _items(c: Context) -> Iterator[str]:
    if c.id.partition(".")[0] not in {i.partition(".")[0] for i in items()}:
        return  # a user's own claim
    for item in c.claim.items:
        if item not in items():
            yield f"{item!r} is not in the inventory"
    if not same(c.id.partition("@")[0], stem_id(c.claim.items[0])):
        yield f"the file's id {c.id} is not its main item {c.claim.items[0]}"


def _domains(c: Context) -> Iterator[str]:
    for name, instance in typed_instances(c.claim).items():
        if problem := c.claim.family.error(instance):
            yield f"{name}: {problem}"


def _givens(c: Context) -> Iterator[str]:
    first = c.claim.readings[0]
    for d in c.drawn:
        for given in first.givens:
            slack = margin(c.claim, given, d.instance)
            if slack is not None and slack < 0:
                yield f"the family violates {given.text!r} by {-slack:.3g} at {d.instance!r}"
                return


def _satisfiable(c: Context) -> Iterator[str]:
    for statement in c.claim.statements():
        if statement.ray or statement.exists:
            continue
        if not any(satisfies(c.claim, statement, d.instance) for d in c.drawn):
            yield f"no instance satisfies the givens of {statement.text!r}"


def _repr(c: Context) -> Iterator[str]:
    for d in c.drawn[:SOME]:
        if eval(repr(d.instance), {"Instance": Instance, "Fraction": Fraction}) != d.instance:  # noqa: S307
            yield f"repr does not rebuild {d.instance!r}"
            return


def _symbols(c: Context) -> Iterator[str]:
    known = {*c.claim.symbols, *c.claim.laws}
    names = {str(s) for s in known}
    for statement in c.claim.statements():
        parts = statement.right if isinstance(statement.right, tuple) else (statement.right,)
        facts = [g.fact for g in statement.givens if g.fact is not None]
        for part in [sp.sympify(p) for p in (*parts, *facts) if p is not None]:
            bound = {i for s in part.atoms(sp.Sum, sp.Product) for i in s.variables}
            free = {s for s in part.free_symbols if not isinstance(s, sp.Indexed)} - bound
            for symbol in sorted(free, key=str):
                if symbol not in known and str(symbol) not in names:
                    yield f"{symbol} in {sp.sstr(part)} has no value in symbols="


def _definition(c: Context) -> Iterator[str]:
    for statement in c.claim.statements():
        left = statement.left
        if left.expr is None or left.run is None or statement.along or statement.objective:
            continue
        for d in c.drawn[:SOME]:
            if not satisfies(c.claim, statement, d.instance):
                continue
            try:
                said = evaluate(left.expr, values(c.claim, d.instance, False))
                ran = rough((statement.remainder.limit if statement.remainder else left).run(floats(d.instance)))  # type: ignore[misc]
            except (KeyError, TypeError, ZeroDivisionError):
                continue
            if compare(float(ran), "==", float(said), max(left.rounding, 1e-7)).status == "violated":
                yield f"{left.text}: its definition gives {said!r}, it runs to {ran!r} at {d.instance!r}"
                break


def _sampled(c: Context) -> Iterator[str]:
    rng = generator(0, c.id, "contract")
    for left in {id(s.left): s.left for s in c.claim.statements()}.values():
        if left.run is None or left.sample is None:
            continue
        for d in c.drawn[:4]:
            x = draws(left, d.instance, rng, 10 * DRAWS)
            error = x.std(ddof=1) / np.sqrt(len(x))
            ran = float(rough(left.run(floats(d.instance))))
            if abs(x.mean() - ran) > 7 * error + 1e-9 * abs(ran):
                yield f"{left.text}: runs to {ran:.6g}, samples to {x.mean():.6g} at {d.instance!r}"
                break


def _lines(c: Context) -> Iterator[str]:
    for statement in c.claim.statements():
        if statement.proof is None or statement.along or statement.objective or statement.remainder:
            continue
        chain = statement.proof()
        for d in [d for d in c.drawn[:SOME] if satisfies(c.claim, statement, d.instance)]:
            env, before = values(c.claim, d.instance, False), chain.start
            for place, line in enumerate(chain.lines, start=1):
                try:
                    lhs, rhs = evaluate(before, env), evaluate(line.expr, env)
                except (KeyError, TypeError, ZeroDivisionError):
                    before = line.expr
                    continue
                if compare(float(lhs), line.relation, float(rhs), 1e-9).status == "violated":
                    yield f"line {place} of the proof of {statement.text!r} is false at {d.instance!r}"
                    return
                before = line.expr


def _proof(c: Context) -> Iterator[str]:
    for result in c.results:
        if result.proof and not result.proof.ok:
            yield f"the proof of {result.text!r} is refused: {result.proof.reason}"


def _contradiction(c: Context) -> Iterator[str]:
    from proofs_check.core.chain import check_chain

    for statement, result in zip(c.claim.statements(), c.results, strict=True):
        if result.verdict == "refuted" and statement.proof:
            if check_chain(statement.proof(), statement, c.claim).ok:
                yield f"{result.text!r} is both proved and refuted"


def _transcription(c: Context) -> Iterator[str]:
    literal, result = c.claim.readings[0], c.results[0]
    if result.verdict != "refuted" or literal.right is None or literal.left.measured:
        return
    if c.claim.transcription is None:
        yield "the printed formula falls, but it is transcribed only once: transcription= is missing"
        return
    for d in c.drawn[: 4 * SOME]:
        if not satisfies(c.claim, literal, d.instance):
            continue
        first = evaluate(literal.right, values(c.claim, d.instance, False))
        second = rough(c.claim.transcription(floats(d.instance)))
        pairs = zip(first, second, strict=True) if isinstance(first, tuple) else [(first, second)]
        for a, b in pairs:
            if compare(float(a), "==", float(b), 1e-9).status == "violated":
                yield f"the two transcriptions differ, {a!r} and {b!r}, at {d.instance!r}"
                return


def _repair_needed(c: Context) -> Iterator[str]:
    if c.results[0].verdict in ("refuted", "ill-posed") and c.claim.repair is None:
        yield "the literal reading falls, but there is no repair="


def _repair_idle(c: Context) -> Iterator[str]:
    if c.results[0].verdict == "proved" and c.claim.repair is not None:
        yield "the literal reading is proved, yet there is a repair="


def _added(c: Context) -> Iterator[str]:
    repair = c.claim.repair
    for added in repair.added if repair else ():
        at, given = added.fails_without, added.given
        if at is None:
            if given.fact is not None or given.check is not None:
                yield f"{given.text!r} is added without an instance that needs it"
            continue
        slack = margin(c.claim, given, at)
        if slack is None or slack >= 0:
            yield f"{given.text!r} holds at its own witness {at!r}"
            continue
        statement = repair.statement  # type: ignore[union-attr]
        if sides(c.claim, statement, at, sure=True).status not in ("violated", "undefined"):
            yield f"without {given.text!r} the repair still holds at {at!r}"


def _nondegenerate(c: Context) -> Iterator[str]:
    repair = c.claim.repair
    if repair is None or repair.statement.objective or repair.statement.along:
        return
    at = repair.nondegenerate
    if not satisfies(c.claim, repair.statement, at):
        yield f"repair.nondegenerate violates a given: {at!r}"
    elif repair.statement.left.run is not None:
        found = sides(c.claim, repair.statement, at, sure=False)
        if found.lhs is None or not (float(found.lhs) > 0 and float(found.rhs) > 0):
            yield f"repair.nondegenerate: sides {found.lhs} and {found.rhs}, expected both positive"


def _tight(c: Context) -> Iterator[str]:
    pair = c.standing
    for place, instance in enumerate(c.claim.tight_at if pair else ()):
        statement = pair[0]  # type: ignore[index]
        if not satisfies(c.claim, statement, instance):
            yield f"tight_at[{place}] violates a given: {instance!r}"
            continue
        at = sides(c.claim, statement, instance, sure=True)
        if at.status == "violated" or at.lhs is None or abs(at.gap) > 1e-9:
            yield f"tight_at[{place}]: sides {at.lhs} and {at.rhs} differ at {instance!r}"


def _scaling(c: Context) -> Iterator[str]:
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
                if compare(float(b), "==", float(a) * float(k) ** scaling.power, 1e-7).status == "violated":
                    yield f"{scaling.text!r} moves the {name} side from {a} to {b} at {d.instance!r}"
                    return


def _mutants(c: Context) -> Iterator[str]:
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


def _leaves_out(c: Context) -> Iterator[str]:
    if not c.claim.family.leaves_out.strip():
        yield "family.leaves_out is empty: say what the family does not cover"


def _monotone(c: Context) -> Iterator[str]:
    for statement in c.claim.statements():
        if statement.along:
            for d in c.drawn[:SOME]:
                step, field = getattr(d.instance, statement.along.step), statement.along.field
                ahead = replace(d.instance, **{field: getattr(d.instance, field) + step})
                if not step > 0:
                    yield f"{statement.along.step} = {step}, expected a positive step"
                    return
                if satisfies(c.claim, statement, d.instance) and not satisfies(c.claim, statement, ahead):
                    yield f"the givens of {statement.text!r} fail after the step at {d.instance!r}"
                    return


def _vectors(c: Context) -> Iterator[str]:
    for symbol, read in c.claim.symbols.items():
        if isinstance(symbol, Vec | sp.IndexedBase) and c.drawn:
            value: Any = exact(read(c.drawn[0].instance))
            if not isinstance(value, tuple):
                yield f"{symbol} = {value!r}, expected a tuple of numbers"


CLAUSES = (
    Clause("items", "every item is in the inventory and the file is named after the main one", _items),
    Clause("domains", "typed instances lie in the family", _domains),
    Clause("givens", "drawn instances satisfy the givens of the literal reading", _givens),
    Clause("satisfiable", "the givens of every statement hold on some instance", _satisfiable),
    Clause("repr", "the repr of an instance rebuilds it", _repr),
    Clause("symbols", "every symbol has a value", _symbols),
    Clause("vectors", "vectors and indexed symbols are tuples", _vectors),
    Clause("definition", "the symbolic definition is what runs", _definition),
    Clause("sampled", "sampled and run values agree", _sampled),
    Clause("lines", "every line of a proof holds on the searched instances", _lines),
    Clause("proof", "a proof that is given is accepted", _proof),
    Clause("contradiction", "nothing is both proved and refuted", _contradiction),
    Clause("transcription", "a printed formula that falls is transcribed twice, alike", _transcription),
    Clause("repair needed", "a fallen statement carries a repair", _repair_needed),
    Clause("repair idle", "a proved statement carries none", _repair_idle),
    Clause("added", "each added assumption is needed", _added),
    Clause("nondegenerate", "the repair has an instance with both sides positive", _nondegenerate),
    Clause("tight", "points called tight are tight", _tight),
    Clause("scaling", "both sides change alike with the units", _scaling),
    Clause("mutants", "at least three wrong versions, and those with a witness die there", _mutants),
    Clause("step", "monotonicity steps are positive and keep the givens", _monotone),
    Clause("leaves out", "the family says what it leaves out", _leaves_out),
)

