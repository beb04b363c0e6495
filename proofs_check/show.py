"""`mergeproof show`: one claim in the terminal, from what is printed to what stands."""

from typing import Any

import sympy as sp
from rich.console import Console
from rich.text import Text

from proofs_check.bound_command import claim_named
from proofs_check.run import verify
from proofs_check.summary import broken, main_statement, mutant_counts, place, printed, strength
from proofs_check.symbols import readable
from proofs_check.table import MAX_WIDTH, STYLES, wrapped
from proofs_check.verdict import Counterexample, StatementResult
from theory.claim import Claim, Statement
from theory.registry import items


def show(name: str, effort: str) -> int:
    """Judge the claim, print it; 2 if its file is broken, else 0."""
    console = Console(highlight=False)
    id, claim = claim_named(name)
    with console.status(f"judging {id} ({effort})") if console.is_terminal else _nothing():
        run = verify([name], effort=effort, jobs=1)
    if run.claims:
        result = run.claims[0]
        _say(console, Text.assemble((id, "bold"), "  ", (result.verdict, STYLES[result.verdict])))
        _say(console, Text(place(run, result) or _place(claim), "dim"))
        _section(console, "Printed", printed(run, result) or _printed(claim))
        statements = [*zip(claim.readings, result.readings, strict=False)]
        for k, (statement, judged) in enumerate(statements):
            _statement(console, claim, "As read" if k == 0 else "Read otherwise", statement, judged)
        _assumptions(console, claim.readings[0])
        if claim.repair and result.repair:
            _section(console, "Repair", claim.repair.changes)
            _statement(console, claim, "Repaired", claim.repair.statement, result.repair.result)
            _assumptions(console, claim.repair.statement, "Assumptions of the repair")
        standing = next((s for s, r in statements if r is main_statement(result)), None)
        _proof(console, claim, claim.repair.statement if claim.repair else standing, main_statement(result))
        _strength(console, main_statement(result))
        if effort == "quick":
            _say(
                console,
                Text(f"\nNext: mergeproof show {name} --effort default also tries wrong versions", "dim"),
            )
    for file in broken(run):
        _say(console, Text.assemble(("claim file to mend ", "bold red"), file.message))
    return 2 if broken(run) else 0


def _nothing():
    from contextlib import nullcontext

    return nullcontext()


def _place(claim: Claim) -> str:
    item = items().get(claim.items[0])
    return item.place if item else ""


def _printed(claim: Claim) -> str:
    item = items().get(claim.items[0])
    return (item.printed or item.says) if item else ""


def _say(console: Console, text: Text | str, indent: int = 0) -> None:
    for part in (Text(text) if isinstance(text, str) else text).split("\n"):
        console.print(wrapped(console, part, indent=indent))


def _section(console: Console, name: str, text: str) -> None:
    if text:
        _say(console, Text(f"\n{name}", "bold"))
        _say(console, text, 2)


def pretty(expr: Any, claim: Claim, width: int) -> str:
    """SymPy's two-dimensional form with the claim's LaTeX names made readable; tuples entry by entry."""
    if isinstance(expr, tuple):
        return "\n".join(pretty(e, claim, width) for e in expr)
    if not isinstance(expr, sp.Basic | int):
        return str(expr)
    return sp.pretty(readable(expr, claim.symbols), num_columns=width, wrap_line=True)


def _statement(
    console: Console, claim: Claim, title: str, statement: Statement, judged: StatementResult
) -> None:
    _say(console, Text.assemble((f"\n{title} ", "bold"), (judged.verdict, STYLES[judged.verdict])))
    _say(console, statement.text, 2)
    width = min(console.width, MAX_WIDTH) - 6
    left = statement.left.expr if statement.left.expr is not None else statement.left.text
    _say(console, pretty(left, claim, width), 4)
    if statement.right is None:
        _say(console, f"is {statement.relation}", 4)
    else:
        _say(console, statement.relation, 2)
        _say(console, pretty(statement.right, claim, width), 4)
    if statement.remainder:
        _say(
            console,
            f"+ O({statement.remainder.scale}) as {statement.remainder.field} -> {statement.remainder.to}",
            4,
        )
    if judged.reason:
        _say(console, judged.reason, 2)
    for evidence in judged.evidence:
        _say(console, Text.assemble((f"{evidence.kind} ", "italic"), evidence.text), 2)
    if judged.plan:
        _say(console, f"planned at most {judged.plan.n} draws, about {judged.plan.seconds:.2g} s", 2)
    if judged.counterexample:
        _counterexample(console, judged.counterexample, " ".join(e.text for e in judged.evidence))


def _counterexample(console: Console, found: Counterexample, said: str) -> None:
    how = "exact" if found.exact else "floating point or sampled"
    _say(console, Text(f"violated at (left side {found.lhs}, right side {found.rhs}, {how})", "red"), 2)
    console.print(found.repr, soft_wrap=True, markup=False)  # on a line of its own, unbroken: to be pasted
    if found.note and found.note not in said:
        _say(console, found.note, 2)


def _assumptions(console: Console, statement: Statement, title: str = "Assumptions") -> None:
    if statement.givens:
        _say(console, Text(f"\n{title}", "bold"))
    for given in statement.givens:
        nature = f" ({given.because})" if given.because else ""
        _say(console, f"{given.text}{nature}", 2)


def _proof(
    console: Console, claim: Claim, statement: Statement | None, judged: StatementResult | None
) -> None:
    if statement is None or statement.proof is None or judged is None or judged.proof is None:
        return
    chain, width = statement.proof(), min(console.width, MAX_WIDTH) - 6
    _say(console, Text("\nProof", "bold"))
    _say(console, pretty(chain.start, claim, width), 4)
    checked = [line for line in judged.proof.lines if line.relation] or list(judged.proof.lines)
    for k, line in enumerate(chain.lines):
        seen = checked[k] if k < len(checked) else None
        told = (", ".join(seen.lemmas), seen.second) if seen else ()
        words = "; ".join(filter(None, (type(line.by).__name__, line.text, *told)))
        mark = "" if seen is None or seen.ok else f" NOT ACCEPTED: {seen.reason}"
        _say(console, Text.assemble(line.relation, "  ", (words, "dim"), (mark, "red")), 2)
        _say(console, pretty(line.expr, claim, width), 4)
    end = "every line and both ends accepted" if judged.proof.ok else f"not accepted: {judged.proof.reason}"
    _say(console, Text(end, "green" if judged.proof.ok else "red"), 2)


def _strength(console: Console, judged: StatementResult | None) -> None:
    if judged is None:
        return
    _section(console, "Strength", strength(judged))
    if strength(judged) and judged.ratio_at:
        console.print(f"at {judged.ratio_at}", soft_wrap=True, markup=False)
    counts = mutant_counts(judged)
    if counts["total"]:
        names = ("killed", "weaker", "sharper", "survived")
        _say(console, f"wrong versions: {', '.join(f'{counts[n]} {n}' for n in names if counts[n])}", 2)
    for mutant in judged.mutants:
        if mutant.outcome in ("sharper", "survived"):
            _say(console, f"{mutant.outcome}: {mutant.text}", 2)
