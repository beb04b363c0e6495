"""Lemmas as data, and their use: bind the symbols, discharge the hypotheses, ask the givens for the rest.

A lemma is either proved by its own chain from its hypotheses, or `because` says which standard theorem it
is: then it is trusted, and the README of this folder lists it.  Both kinds are searched on random instances.
Each module of `proofs_check.lemmas` defines one `LEMMA`; its name is the module's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from proofs_check.core.moments import NoMoment, expected
from proofs_check.core.normal import equal
from proofs_check.core.polynomial import entails, senseless
from proofs_check.core.relation import name_of
from proofs_check.core.sense import bound_names, free_names
from theory.family import Family
from theory.notation import E, is_vector, members
from theory.proof import Chain, Lemma

FOLDER = Path(__file__).parent.parent / "lemmas"


@dataclass(frozen=True, slots=True, kw_only=True)
class LemmaRecord:
    """hypotheses and needs => conclusion, for all values of the symbols.

    symbols     name in `bind` -> the symbol (or unknown function) that stands for it here
    index       names of arbitrary symbols: summation indices, or what a hypothesis says "for every"; they
                are bound to symbols that stand nowhere else, so a hypothesis shown for them is shown for all
    terms       names that may contain an index (terms of a sum)
    constants   names that may not be random: no vector with a law stands in them outside an expectation
    hypotheses  SymPy relations, shown by `entails` where the lemma is used
    needs       properties such as "smooth({f}, {L})" that a given must grant
    conclusion  a SymPy relation
    proof       its own chain, from the left side of the conclusion to its right side; or
    because     "standard: author, year, theorem"
    family      random instances that satisfy hypotheses and needs
    values      symbol -> function of the instance (index symbols have none)
    mutants     (text, relation): wrong versions that the search must catch
    laws        laws of random placeholders, for the numeric search only
    """

    name: str
    text: str
    source: str
    symbols: Mapping[str, Any]
    conclusion: Any
    family: Family
    values: Mapping[Any, Any]
    mutants: tuple[tuple[str, Any], ...]
    hypotheses: tuple = ()
    needs: tuple[str, ...] = ()
    index: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    proof: Chain | None = None
    because: str = ""
    laws: Mapping[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.proof is None) == (not self.because):
            raise ValueError(f"lemma {self.name}: expected exactly one of proof= and because=")
        if not self.mutants:
            raise ValueError(f"lemma {self.name}: mutants: expected at least one wrong version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a line may rest on: relations, granted properties, laws, and the names that may stand in them."""

    facts: tuple = ()
    every: tuple = ()  # (symbol, relation): relations that hold for every value of the symbol
    grants: tuple = ()
    laws: Mapping[Any, Any] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    along: tuple | None = None
    lemmas: Mapping[str, LemmaRecord] | None = None


def lemma_names() -> tuple[str, ...]:
    """The names of all lemmas: the modules of the folder."""
    return tuple(sorted(p.stem for p in FOLDER.glob("*.py") if p.stem != "__init__"))


def find(name: str, context: Context | None = None) -> LemmaRecord:
    """The record of a lemma; an unknown name is an error that lists the known ones."""
    if context is not None and context.lemmas is not None and name in context.lemmas:
        return context.lemmas[name]
    if name not in lemma_names():
        raise KeyError(f"lemma {name!r}: expected one of {', '.join(lemma_names())}")
    return import_module(f"proofs_check.lemmas.{name}").LEMMA


def use(lemma: Lemma, context: Context, seconds: float = 5.0) -> tuple[Any, str]:
    """(the bound conclusion, "") or (None, why the lemma may not be used here)."""
    try:
        record = find(lemma.name, context)
        swap = _binding(record, lemma.bind, context)
    except (KeyError, ValueError) as error:
        return None, str(error.args[0])
    indices = [swap[record.symbols[name]] for name in record.index]
    facts = [*context.facts, *[f.subs(s, i) for s, f in context.every for i in indices if fits(i, s)]]
    numbers = [h for h in swap if isinstance(h, sp.Expr) and not is_vector(h)]
    signs = [sp.Gt(h, 0, evaluate=False) for h in numbers if h.is_positive]
    signs += [sp.Ge(h, 0, evaluate=False) for h in numbers if h.is_nonnegative]
    values = [getattr(v, "expr", v) for v in swap.values() if not isinstance(v, UndefinedFunction)]
    if problem := senseless(values, facts, seconds):
        return None, f"lemma {record.name}: {problem}"
    for hypothesis in (*signs, *record.hypotheses):
        bound = _bound(hypothesis, swap)
        ok, reason = _discharged(bound, facts, context, seconds)
        if not ok:
            return None, f"lemma {record.name}: hypothesis {bound} not discharged ({reason})"
    known = replace(context, names={**names_of(*lemma.bind.values()), **context.names})
    for need in record.needs:
        wanted = read_property(re.sub(r"[{}]", "", need), dict(lemma.bind))
        if not granted((wanted[0], *wanted[1]), known):
            shown = f"{wanted[0]}({', '.join(map(str, wanted[1]))})"
            return None, f"lemma {record.name}: no given grants {shown}"
    return _bound(record.conclusion, swap), ""


def conclusion_of(lemma: Lemma, context: Context) -> Any:
    """The bound conclusion alone, for a lemma whose use has been accepted: nothing is discharged here."""
    record = find(lemma.name, context)
    return _bound(record.conclusion, _binding(record, lemma.bind, context))


def granted(wanted: tuple, context: Context) -> bool:
    """Whether a given grants the property (name, *arguments)."""
    return any(
        _same((wanted[0], wanted[1:]), read_property(grant, context.names)) for grant in context.grants
    )


def granting(context: Context) -> Callable[[tuple], bool]:
    """Which properties the givens grant, for the rules of expectations."""
    return lambda wanted: granted(wanted, context)


def fits(value: Any, symbol: Any) -> bool:
    """Whether a relation for every value of `symbol` may be read at `value`."""
    asked = [(symbol.is_integer, "is_integer"), (symbol.is_positive, "is_positive")]
    asked += [(symbol.is_nonnegative, "is_nonnegative")]
    return is_vector(value) == is_vector(symbol) and all(getattr(value, a) for want, a in asked if want)


def _discharged(bound: Any, facts: list, context: Context, seconds: float) -> tuple[bool, str]:
    """A hypothesis holds if it follows from the facts; equal expectations may also be evaluated."""
    if isinstance(bound, sp.Eq) and bound.atoms(E):
        try:
            left, right = (expected(side, context.laws, granting(context)) for side in bound.args)
        except NoMoment as error:
            return False, str(error)
        return equal(left, right), f"the expectation is {left}"
    answer, reason = entails(facts, bound, seconds)
    return answer is True, reason


def _binding(record: LemmaRecord, bind: Mapping[str, Any], context: Context) -> dict:
    """Placeholder -> expression, after checks of names, kinds and captured indices."""
    if set(bind) != set(record.symbols):
        raise ValueError(f"lemma {record.name}: bound {sorted(bind)}, expected {sorted(record.symbols)}")
    indices = {bind[name] for name in record.index}
    taken = {name for key in context.laws for name in members(key)}.union(
        *[f.free_symbols for f in context.facts]
    )
    for name in record.index:
        if not isinstance(bind[name], sp.Symbol) or bind[name] in taken or bind[name].name in context.names:
            raise ValueError(f"lemma {record.name}: {name} = {bind[name]}, expected a symbol of no other use")
        known = record.symbols[name].assumptions0
        if any(known.get(key) is not value for key, value in bind[name].assumptions0.items()):
            raise ValueError(f"lemma {record.name}: {name} = {bind[name]} is more special than every {name}")
    if len(indices) < len(record.index):
        raise ValueError(f"lemma {record.name}: one symbol for two indices")
    for name, given in bind.items():
        holder: Any = record.symbols[name]
        value: Any = given if isinstance(given, UndefinedFunction) else sp.sympify(given)
        if isinstance(holder, UndefinedFunction):
            if not isinstance(value, sp.Lambda | UndefinedFunction):
                raise ValueError(f"lemma {record.name}: {name} = {value}, expected a Lambda or a function")
            bound = bound_names(value) if isinstance(value, sp.Lambda) else set()
            if indices & free_names(value) or bound & free_names(*bind.values()):
                raise ValueError(f"lemma {record.name}: {name} = {value} captures an index")
            continue
        if is_vector(holder) and value != 0 and not is_vector(value):
            raise ValueError(f"lemma {record.name}: {name} = {value}, expected a vector")
        if not is_vector(holder) and isinstance(value, sp.Expr) and is_vector(value):
            raise ValueError(f"lemma {record.name}: {name} = {value}, expected a number")
        if holder.is_integer and getattr(value, "is_integer", None) is not True:
            raise ValueError(f"lemma {record.name}: {name} = {value}, expected an integer")
        if name not in (*record.index, *record.terms) and indices & getattr(value, "free_symbols", set()):
            raise ValueError(f"lemma {record.name}: {name} = {value} contains the summation index")
        if name in record.constants and _random(value, context):
            raise ValueError(f"lemma {record.name}: {name} = {value} is random, expected a constant")
    return {record.symbols[name]: value for name, value in bind.items()}


def _random(value: Any, context: Context) -> bool:
    """Whether a vector with a law stands in the expression outside every expectation."""
    outside = value.xreplace({node: sp.Dummy() for node in value.atoms(E)})
    named = {name for key in context.laws for name in members(key)}
    return bool((outside.free_symbols | outside.atoms(sp.IndexedBase)) & named)


def _bound(expr: Any, swap: dict) -> Any:
    """Simultaneous replacement; relations are rebuilt unevaluated, so that no assumption decides them."""
    if isinstance(expr, sp.core.relational.Relational):
        sides = [_bound(side, swap) for side in expr.args]
        return expr.func(*sides, evaluate=False)
    functions = {k: v for k, v in swap.items() if isinstance(k, UndefinedFunction)}
    plain = {
        k: sp.sympify(v) for k, v in swap.items() if isinstance(v, sp.Basic | int) and k not in functions
    }
    expr = expr.xreplace(plain)
    for name, value in functions.items():
        expr = expr.replace(name, value)
    return expr


def identifier(name: str) -> str:
    r"""A name as it may be typed in a grant: \theta^{+} is theta_plus, g^* is g_star, J_{x} is J_x."""
    plain = name.replace("+", "_plus").replace("*", "_star").replace("\\", "")
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def names_of(*values: Any) -> dict:
    """Symbols and unknown functions in the expressions, by name: what the words of a grant may mean."""
    found: dict = {}
    for value in values:
        if isinstance(value, UndefinedFunction):
            found[value.__name__] = value
        elif isinstance(value, sp.Basic):
            found.update({s.name: s for s in value.free_symbols if isinstance(s, sp.Symbol)})
            found.update({b.name: b for b in value.atoms(sp.IndexedBase)})
            found.update({a.func.__name__: a.func for a in value.atoms(AppliedUndef)})
    typed = [identifier(name) for name in found]
    plain = {identifier(n): s for n, s in found.items() if typed.count(identifier(n)) == 1}
    return {**plain, **found}


def read_property(text: Any, names: Mapping[str, Any]) -> tuple[str, tuple]:
    """A property as name and arguments: ("smooth", J, L), or "smooth(J, L)" read with these names."""
    if not isinstance(text, str):
        return text[0], tuple(text[1:])
    match = re.fullmatch(r"\s*(\w+)\s*\((.*)\)\s*", text)
    if not match:
        return text.strip(), ()
    known = tuple(
        (word, names[word]) for word in dict.fromkeys(re.findall(r"\w+", match[2])) if word in names
    )
    return match[1], _arguments(match[2], known)


@lru_cache(maxsize=4096)
def _arguments(text: str, names: tuple) -> tuple:
    parse: Any = sp.sympify
    return tuple(parse(f"({text},)", locals=dict(names)))


def _same(a: tuple[str, tuple], b: tuple[str, tuple]) -> bool:
    return (
        a[0] == b[0] and len(a[1]) == len(b[1]) and all(_equal(x, y) for x, y in zip(a[1], b[1], strict=True))
    )


def _equal(x: Any, y: Any) -> bool:
    return x == y or (isinstance(x, sp.Expr) and isinstance(y, sp.Expr) and sp.expand(x - y) == 0)


def check_lemma(record: LemmaRecord, check_derivation: Any) -> Any:
    """The ProofResult of a lemma's own proof under its hypotheses; None for a standard one.

    Hypotheses that contain an index are known for every value of it.
    """
    if record.proof is None:
        return None
    indices = {record.symbols[name] for name in record.index}
    shared = [
        (min(h.free_symbols & indices, key=str), h) for h in record.hypotheses if h.free_symbols & indices
    ]
    facts = tuple(h for h in record.hypotheses if not h.free_symbols & indices)
    context = Context(facts=facts, every=tuple(shared))
    left, right = record.conclusion.args
    return check_derivation(record.proof, left, name_of(record.conclusion), right, context)


def depends(grant: Any, var: Any, names: Mapping[str, Any]) -> set:
    """The vectors that stand in a grant together with `var`: they belong to one value of it."""
    symbols = set().union(*[getattr(a, "free_symbols", set()) for a in read_property(grant, names)[1]])
    return {s for s in symbols if is_vector(s)} if var in symbols else set()
