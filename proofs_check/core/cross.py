"""The problem of `entails`, by the same translation, given to cvc5 where that is installed."""

from importlib import import_module
from typing import Any

import z3

from proofs_check.core.polynomial import Untranslatable, _relation, _Translation

SECONDS = 1.0


def cvc5_answer(premises: Any, goal: Any, seconds: float = SECONDS) -> str:
    """ "unsat" (it follows), "sat" (it does not), "unknown", or "" where cvc5 is not installed."""
    try:
        cvc5: Any = import_module("cvc5")
    except ImportError:
        return ""
    translation = _Translation()
    try:
        formulas = [_relation(translation, p) for p in premises]
        formulas.append(z3.Not(_relation(translation, goal)))
    except Untranslatable:
        return "unknown"
    solver = z3.SolverFor("QF_NRA", ctx=translation.context)
    solver.add(*formulas, *[formula for formula, _ in translation.log])
    other = cvc5.Solver(cvc5.TermManager())
    other.setOption("tlimit-per", str(int(1000 * seconds)))
    other.setOption("nl-cov", "false")  # the coverings solver does not heed the time limit
    parser = cvc5.InputParser(other)
    text = "(set-logic QF_NRA)\n" + solver.to_smt2()
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "problem")
    answer = "unknown"
    while not (command := parser.nextCommand()).isNull():
        answer = command.invoke(other, parser.getSymbolManager()).strip() or answer
    return answer if answer in ("sat", "unsat") else "unknown"
