"""The problem of `entails`, by the same translation, given to cvc5 where that is installed."""

import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import z3

from proofs_check.core.polynomial import Untranslatable, _relation, _Translation

SECONDS = 1.0
START = 1.0
"""Seconds that the process may take to start."""
PROGRAMME = """
import cvc5, sys
solver = cvc5.Solver(cvc5.TermManager())
parser = cvc5.InputParser(solver)
parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.stdin.read(), "problem")
while not (command := parser.nextCommand()).isNull():
    print(command.invoke(solver, parser.getSymbolManager()).strip(), flush=True)
"""


def cvc5_answer(premises: Any, goal: Any, seconds: float = SECONDS) -> str:
    """ "unsat" (it follows), "sat" (it does not), "unknown", or "" where cvc5 is not installed."""
    if find_spec("cvc5") is None:
        return ""
    translation = _Translation()
    try:
        formulas = [_relation(translation, p) for p in premises]
        formulas.append(z3.Not(_relation(translation, goal)))
    except Untranslatable:
        return "unknown"
    solver = z3.SolverFor("QF_NRA", ctx=translation.context)
    solver.add(*formulas, *[formula for formula, _ in translation.log])
    return _answer("(set-logic QF_NRA)\n" + solver.to_smt2(), seconds)


def _answer(problem: str, seconds: float) -> str:
    """The answer of a process of its own: cvc5's coverings heed no time limit, a process can be ended."""
    command = [sys.executable, "-c", PROGRAMME]
    try:
        done = subprocess.run(command, input=problem, capture_output=True, text=True, timeout=seconds + START)
    except subprocess.TimeoutExpired:
        return "unknown"
    words = done.stdout.split()
    return words[-1] if words and words[-1] in ("sat", "unsat") else "unknown"
