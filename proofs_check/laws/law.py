"""Laws of implementations: named properties that are searched for a minimal failing input.

A `Law` is data: its cases (a Hypothesis strategy) and a check that says what is wrong, "" if nothing.
`judge_laws` runs laws against an implementation; an exception that the law does not ask for is a failure.
The search is repeatable by `seed` in a process with the same modules loaded (Hypothesis mixes in constants
that it reads from them) and leaves no files behind.
"""

import warnings
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

SETTINGS = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    verbosity=Verbosity.quiet,
    report_multiple_bugs=False,
    print_blob=False,
    suppress_health_check=(HealthCheck.too_slow,),  # so may be an implementation under test
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One property of an implementation.

    check  (implementation, case) -> what is wrong, or ""
    only   names of the definitions that promise it; empty: every implementation does
    """

    name: str
    text: str
    cases: SearchStrategy
    check: Callable[[Callable, Any], str]
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LawResult:
    """Whether no violation was found; else the smallest failing case and what is wrong with it."""

    name: str
    text: str
    ok: bool
    case: str = ""
    problem: str = ""


class _Violation(Exception):
    """Carries one failing case to Hypothesis, which then looks for a smaller one."""


def problem_of(law: Law, implementation: Callable, case: Any) -> str:
    """What is wrong with the implementation on one case, an unexpected exception included."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # overflow warnings of an implementation under test are its own
            return law.check(implementation, case)
    except Exception as error:
        return f"raised {type(error).__name__}: {error}"


def judge_law(
    law: Law, implementation: Callable, random_seed: int = 0, examples: int = 100, shrink: bool = True
) -> LawResult:
    """The outcome of searching `examples` cases for a violation; without `shrink`, the first one is kept."""
    found: list[tuple[Any, str]] = []

    @seed(random_seed)
    @settings(SETTINGS, max_examples=examples, phases=SETTINGS.phases if shrink else (Phase.generate,))
    @given(law.cases)
    def trial(case: Any) -> None:
        kept = deepcopy(case)  # an implementation may change its input
        problem = problem_of(law, implementation, case)
        if problem:
            found.append((kept, problem))
            raise _Violation(problem)

    try:
        trial()
    except (_Violation, Flaky):
        case, problem = found[-1]  # Hypothesis ends with the smallest case
        return LawResult(name=law.name, text=law.text, ok=False, case=repr(case), problem=problem)
    return LawResult(name=law.name, text=law.text, ok=True)


def judge_laws(
    laws: Iterable[Law],
    implementation: Callable,
    random_seed: int = 0,
    examples: int = 100,
    shrink: bool = True,
) -> tuple[LawResult, ...]:
    """One result for each law, in order."""
    return tuple(judge_law(law, implementation, random_seed, examples, shrink) for law in laws)
