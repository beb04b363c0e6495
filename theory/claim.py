"""The records of the ledger: what a paper prints, how it may be read, and what would show it wrong.

A claim is data.  Everything that happens to it (searching, proving, reporting) is a plain function in
`proofs_check` over these records; nothing here computes a verdict, and nothing here imports SymPy.

Sides     A `Statement` compares a *run* left side (the algorithm itself) with a right side given as one
          SymPy expression in the claim's symbols: two roads to every number, one form of each formula.
Numbers   Fields of an `Instance` are int, Fraction, str, bool or nested tuples of these, so that what the
          search finds can be decided exactly and pasted back.
Units     Every quantity carries the units of its formula; `Scaling` states how both sides change with them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.family import Family, Instance

if TYPE_CHECKING:  # listing claims must not load SymPy or NumPy
    import numpy as np
    import sympy as sp

    from theory.notation import Law
    from theory.proof import Chain, Rule

Number = int | float | Fraction

POINT = ("<=", "<", ">=", ">", "==")
RELATIONS = (*POINT, "argmin", "increasing", "decreasing", "O", "psd")
"""The closed list.  Each is reduced to a signed gap: on an instance (`<= < >= > == argmin`), on a pair of
instances (`increasing`, `decreasing`), or along a ray of instances (`O`, and any point relation with a
`Remainder`).  `psd`: `left.run` returns a rational symmetric matrix, positive semidefinite; no right.
A probability statement P(event) >= p is `>=` with a left side of range (0, 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One assumption.  Its nature follows from what it carries.

    fact     a SymPy relation in the claim's symbols: decidable on an instance, usable in a proof
    check    a predicate of the instance, where no formula exists: decidable
    because  the reason why every instance has it by construction
    (none)   about the world (independence, sampling): recorded, never decided
    grants   names of properties, such as "smooth(J, L)", that lemmas may ask for
    """

    text: str
    fact: "sp.Basic | None" = None
    check: Callable[[Instance], bool] | None = None
    because: str = ""
    grants: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.fact, bool):  # as x == y is; sp.Eq(x, y) is meant
            raise ValueError(
                f"given {self.text!r}: fact {self.fact}: expected a SymPy relation (sp.Eq for =)"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that is computed by running something.

    run       instance -> value.  An int, Fraction or python-flint `arb` (a certified enclosure) counts as
              exact; a float as correct up to `rounding` (relative).  It must accept exact and float fields.
    sample    (instance with float fields, generator, n) -> (n,) independent draws; their shape and what is
              meant by the quantity follow from `statistic`
    statistic what the quantity is of the law of a draw; quantities other than the mean are reduced to means
              of bounded or half-bounded draws (proofs_check/functionals.py):
              "mean", "probability" (draws 0 or 1), "variance" of a draw, "trace" (of the covariance of draws
              (n, d)), ("quantile", p) (the least x with P(X <= x) >= p), "ratio" (E[X]/E[Y], draws (n, 2),
              Y >= 0), ("rate", (t_1, ..., t_k)) (slope of log E[X_j] against log t_j from the least to the
              largest t, draws (n, k), X >= 0)
    range     bounds of one draw: two numbers, or a function of the instance that returns two; for "trace" of
              every coordinate; for "ratio" two such pairs, of X and of Y; for a rate one pair for all columns
    tail      for draws without a bound on a side, where the author can declare one: ("variance", v) with
              Var X <= v, or ("psi1", k) with E exp(|X - E[X]|/k) <= 2 (sub-exponential), for each column;
              or a function of the instance that returns one
    expr      the symbolic definition: first line of the proof, compared with `run` on every instance
    shows     words that let a reader check a violation at an exact instance (a vector, a witness)
    measured  True where the value comes from trained networks: evidence is then a measurement
    """

    text: str
    run: Callable[[Instance], Any] | None = None
    sample: "Callable[[Instance, np.random.Generator, int], np.ndarray] | None" = None
    range: tuple | Callable[[Instance], tuple] = (float("-inf"), float("inf"))
    rounding: float = 1e-9
    expr: "sp.Basic | None" = None
    measured: bool = False
    statistic: str | tuple = "mean"
    tail: tuple[str, float] | Callable[[Instance], tuple[str, float]] | None = None
    shows: Callable[[Instance], str] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.rounding < float("inf"):
            raise ValueError(f"{self.text}: rounding {self.rounding!r}: expected a finite number >= 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """The statement holds up to O(scale) as `field` tends to `to`.

    `limit` runs the left side in the limit itself (its own road: a derivative, not a small number), so
    that "left <= right + O(scale)" can be refuted exactly: limit > right with a scale that vanishes.
    """

    field: str
    scale: "sp.Expr"
    limit: Quantity
    to: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ray:
    """A one-parameter family of instances for an O statement: `at(instance, t)`, t tending to `to`.

    `closed_form(t)` is the left side along the ray from `start` as a SymPy expression; it is compared
    with the run at many t, and its exact limit against the right side decides the statement.
    """

    start: Instance
    at: Callable[[Instance, Number], Instance]
    closed_form: "Callable[[sp.Symbol], sp.Expr] | None" = None
    to: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """The direction of a monotonicity statement: `symbol` (field `field`) grows by `step` (a field > 0)."""

    symbol: "sp.Symbol"
    field: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Existence:
    """An expectation that the statement needs: E[integrand(X)], X with this density, as SymPy expressions.

    It diverges if |integrand| * density >= c/|x - at| on an interval beside `at` with c > 0: the judge
    certifies c with interval arithmetic; with `at` infinite, if it is >= c/|x| on a whole ray.  `where` is
    the instance for which it is asked.
    """

    text: str
    variable: "sp.Symbol"
    density: "sp.Expr"
    integrand: "sp.Expr"
    at: Number
    where: Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """What a statement calls constant: `value(instance)`, exact, may depend on the fields `depends` alone."""

    text: str
    value: Callable[[Instance], Any]
    depends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One reading of a display: givens => left (relation) right.

    text       how it is read, one sentence
    right      a SymPy expression in the claim's symbols (for `argmin` the printed minimiser, a tuple of
               expressions; None for monotonicity); or a second `Quantity`: then the two are compared by
               their difference, on independent draws where they are sampled
    objective  argmin only: (instance, candidate tuple) -> value, +inf where infeasible; `left` then runs
               the best value over all competitors by an independent road
    constants  what it calls constant: a second value on another instance makes it ill-posed
    """

    text: str
    left: Quantity
    relation: str
    right: Any = None
    givens: tuple[Given, ...] = ()
    objective: Callable[[Instance, tuple], Any] | None = None
    along: Along | None = None
    remainder: Remainder | None = None
    ray: Ray | None = None
    exists: tuple[Existence, ...] = ()
    constants: tuple[Constant, ...] = ()
    proof: "Callable[[], Chain] | None" = None

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise ValueError(f"relation {self.relation!r}: expected one of {', '.join(RELATIONS)}")
        needs = {"argmin": "objective", "increasing": "along", "decreasing": "along", "O": "ray"}
        attribute = needs.get(self.relation)
        if attribute and getattr(self, attribute) is None:
            raise ValueError(f"relation {self.relation!r} needs {attribute}=...")
        if self.relation not in ("increasing", "decreasing", "psd") and self.right is None:
            raise ValueError(f"relation {self.relation!r} needs right=...")
        if self.left.run is None and (self.left.sample is None or self.relation not in POINT):
            lacks = f"no run= ({self.relation})" if self.left.sample else "neither run= nor sample="
            raise ValueError(f"left side {self.left.text!r} has {lacks}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """An assumption that a repair adds, with an instance on which the repaired bound fails without it."""

    given: Given
    fails_without: Instance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The smallest change of the printed statement that makes it true."""

    changes: str
    statement: Statement
    nondegenerate: Instance
    added: tuple[Added, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStep:
    """A step of the paper's own proof, with two questions: does it hold, and does it follow?

    holds    `left relation right`, SymPy expressions, on every instance, and by `by` for all parameters: one
             rule, or a chain from left to right
    follows  from `after`, the relations that stand before it in the paper (SymPy relations), and the givens
    """

    item: str
    left: "sp.Expr"
    relation: str
    right: "sp.Expr"
    text: str = ""
    by: "Rule | Chain | None" = None
    after: tuple = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A wrong version that must be caught: another right side, another algorithm, or a given dropped."""

    text: str
    right: Any = None
    left: Quantity | None = None
    objective: Callable[[Instance, tuple], Any] | None = None
    dies_at: Instance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """A change of units: `move(instance, k)` multiplies both sides by k**power."""

    text: str
    power: int
    move: Callable[[Instance, Fraction], Instance]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement of a paper with all that is needed to judge it.

    items          inventory ids that it decides, the main one first (a literal tuple, read without import)
    readings       the literal display first, then each other reading that the paper's own text allows
    family         the instances that satisfy the givens, and what it leaves out
    symbols        every SymPy symbol -> function of the instance
    laws           what is random in the symbolic definitions -> its `Law`; keys are independent
    transcription  the printed right side once more, as a plain function by another pair of eyes; needed
                   where the printed formula falls
    witnesses      instances that the search tries first (evidence: whether they violate anything is judged)
    tight_at       instances where the standing statement holds with equality
    """

    items: tuple[str, ...]
    readings: tuple[Statement, ...]
    family: Family
    symbols: "Mapping[sp.Basic, Callable[[Instance], Any]]"
    laws: "Mapping[sp.Basic, Law]" = field(default_factory=dict)
    repair: Repair | None = None
    steps: tuple[PrintedStep, ...] = ()
    transcription: Callable[[Instance], Any] | None = None
    witnesses: tuple[Instance, ...] = ()
    tight_at: tuple[Instance, ...] = ()
    scalings: tuple[Scaling, ...] = ()
    mutants: tuple[Mutant, ...] = ()
    effort: float = 1.0
    """Share of the default number of searched instances: below 1 where one evaluation is expensive."""

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("items: expected at least one inventory id")
        if not self.readings:
            raise ValueError(f"{self.items[0]}: readings: expected at least the literal display")

    def statements(self) -> Iterator[Statement]:
        """All statements that are judged: the readings in order, then the repaired one."""
        yield from self.readings
        if self.repair:
            yield self.repair.statement
