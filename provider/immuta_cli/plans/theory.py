"""How the facts in two versions of a policy depend on each other: what is sure, and what may be so.

A change is certain when it matters even if all that is undocumented turns out in the way that makes it matter least;
it is possible when it matters under the plainest reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Final

from immuta_cli.plans.conditions import ANY_PURPOSE
from immuta_cli.plans.formula import Atom, Formula, Literal, Theory, atoms

_OPAQUE: Final = {
    "unknown": "a value is known only after apply",
    "predicate": "the condition is SQL, which is not evaluated",
    "expression": "expressions are not evaluated",
    "regex": "patterns of names are not compared with each other",
}
_HIERARCHY: Final = "whether a name covers the names below it is not documented"
_TAGGED: Final = "whether that counts the tags of columns, of data sources or both is not documented"
_SAME_DOMAIN: Final = "a domain's name and its id cannot be compared"
_SEVERAL_COLUMNS: Final = "several columns may carry that tag"
_CERTIFIED: Final = "until data owners have certified, the policy may not be in force"

Rule = tuple[Literal, Literal]


@dataclass(frozen=True)
class Knowledge:
    """What may be (`loose`), what is so in any case (`tight`), and why the two differ, by reason."""

    loose: Theory
    tight: Theory
    reasons: dict[str, Theory]

    def why(self, *formulas: Formula) -> str:
        """The reasons for which something is possible and not certain."""
        found = [reason for reason, alone in self.reasons.items() if not alone.possible(*formulas)]
        return "; ".join(found or self.reasons)


def knowledge(before: Iterable[Formula], after: Iterable[Formula]) -> Knowledge:
    """What is known of the facts that two versions of a policy name."""
    one = {atom for formula in before for atom in atoms(formula)}
    other = {atom for formula in after for atom in atoms(formula)}
    everything = sorted(one | other, key=repr)
    sure = list(_sure(everything))
    doubts: dict[str, tuple[list[Rule], list[Literal]]] = {}
    for reason, rule in _doubtful(everything, one ^ other):
        doubts.setdefault(reason, ([], []))[0].append(rule)
    if settled := [Literal(atom) for atom in everything if atom.kind == "certified"]:
        doubts[_CERTIFIED] = ([], settled)
    every = [rule for rules, _ in doubts.values() for rule in rules]
    return Knowledge(
        loose=_theory(sure, ()),
        tight=_theory([*sure, *every], settled),
        reasons={reason: _theory([*sure, *rules], facts) for reason, (rules, facts) in doubts.items()},
    )


def _theory(rules: Iterable[Rule], settled: Iterable[Literal]) -> Theory:
    implied: dict[Literal, list[Literal]] = {}
    for one, other in rules:
        implied.setdefault(one, []).append(other)
        implied.setdefault(_not(other), []).append(_not(one))
    return Theory({literal: tuple(each) for literal, each in implied.items()}, tuple(settled))


def _not(literal: Literal) -> Literal:
    return Literal(literal.atom, not literal.holds)


def _sure(everything: list[Atom]) -> Iterator[Rule]:
    for kind in ("share", "newer"):  # more of the rows includes less of them
        ordered = sorted((atom for atom in everything if atom.kind == kind), key=lambda atom: float(str(atom.key[0])))
        yield from ((Literal(less), Literal(more)) for less, more in pairwise(ordered))
    for one, other in _pairs(everything, "regex"):
        if one.key[0] == other.key[0]:
            strict, loose = sorted((one, other), key=lambda atom: bool(atom.key[1]))
            yield Literal(strict), Literal(loose)
    yield from (rule for named, rule in _one_of_each(everything) if named)
    for one, other in _pairs(everything, "created"):
        yield from _spans(one, other)
    for atom in everything:
        anything = Atom("user", "purpose", (ANY_PURPOSE,))
        if atom.kind == "purpose" and atom != anything:
            yield Literal(atom), Literal(anything)
    for atom in everything:  # a data source with such a column is a data source with such a column
        source = Atom("source", {"tag": "column_tag"}.get(atom.kind, atom.kind), atom.key)
        if atom.universe == "column" and source in everything and atom.kind in ("tag", "regex"):
            yield Literal(atom), Literal(source)


def _one_of_each(everything: list[Atom]) -> Iterator[tuple[bool, Rule]]:
    """A column has one value in a row, and one name; the flag tells whether one column is meant for sure."""
    for kind in ("value", "name"):
        for one, other in _pairs(everything, kind):
            if one.key[:-1] == other.key[:-1]:
                yield kind == "name" or one.key[0] == "column", (Literal(one), Literal(other, holds=False))


def _spans(one: Atom, other: Atom) -> Iterator[Rule]:
    for a, b in ((one, other), (other, one)):
        if _within(a.key, b.key):
            yield Literal(a), Literal(b)
        if _ends_before(a.key, b.key):
            yield Literal(a), Literal(b, holds=False)


def _within(inner: tuple[Any, ...], outer: tuple[Any, ...]) -> bool:
    return inner[0] >= outer[0] and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


def _ends_before(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return one[1] is not None and one[1] < other[0]


def _doubtful(everything: list[Atom], changed: set[Atom]) -> Iterator[tuple[str, Rule]]:
    for kind in ("tag", "column_tag", "purpose"):
        for one, other in _pairs(everything, kind):
            for child, parent in ((one, other), (other, one)):
                if str(child.key[0]).startswith(f"{parent.key[0]}."):
                    yield _HIERARCHY, (Literal(child), Literal(parent))
    for atom in everything:
        anything = Atom(atom.universe, "any_tag", ())
        if atom.kind in ("tag", "column_tag") and anything in everything:
            yield _TAGGED, (Literal(atom), Literal(anything))
    yield from _perhaps_one_domain(everything)
    yield from ((_SEVERAL_COLUMNS, rule) for named, rule in _one_of_each(everything) if not named)
    for atom in sorted(changed, key=repr):
        if atom.kind in _OPAQUE:
            yield from _perhaps_anything(atom, everything)


def _perhaps_one_domain(everything: list[Atom]) -> Iterator[tuple[str, Rule]]:
    names = [atom for atom in everything if atom.kind == "domain_name"]
    for atom in everything:
        if atom.kind == "domain_id":
            for name in names:
                yield _SAME_DOMAIN, (Literal(atom), Literal(name))
                yield _SAME_DOMAIN, (Literal(name), Literal(atom))


def _perhaps_anything(opaque: Atom, everything: list[Atom]) -> Iterator[tuple[str, Rule]]:
    """An opaque fact may hold wherever any other does; an unknown name or a condition may be the same as any other."""
    for atom in everything:
        if atom != opaque and atom.universe == opaque.universe:
            yield _OPAQUE[opaque.kind], (Literal(atom), Literal(opaque))
            if opaque.kind != "regex":
                yield _OPAQUE[opaque.kind], (Literal(opaque), Literal(atom))


def _pairs(everything: list[Atom], kind: str) -> Iterator[tuple[Atom, Atom]]:
    for one, other in combinations([atom for atom in everything if atom.kind == kind], 2):
        if one.universe == other.universe:
            yield one, other
