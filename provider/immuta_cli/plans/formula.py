"""Propositional formulas, small and exact: who and what a policy is about, and whether a change can matter to anybody.

Immuta's conditions are combinations of a few named facts ("is in group A", "the column is tagged X"). Two policies are
compared by asking whether there is any combination of facts under which they differ, so nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple


class Atom(NamedTuple):
    """A fact that holds or does not: of a user, a data source, a column or a row (its `universe`)."""

    universe: str
    kind: str
    key: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A fact, or its opposite."""

    atom: Atom
    holds: bool = True


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold; without parts it is true."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds; without parts it is false."""

    parts: tuple[Formula, ...] = ()


Formula = Literal | And | Or
TRUE: Final = And()
FALSE: Final = Or()
Facts = dict[Atom, bool]


def both(*parts: Formula) -> Formula:
    """The conjunction of `parts`, flat and each once."""
    found: dict[Formula, None] = {}
    for part in parts:
        if part == FALSE:
            return FALSE
        found.update(dict.fromkeys(part.parts if isinstance(part, And) else (part,)))
    return next(iter(found)) if len(found) == 1 else And(tuple(found))


def either(*parts: Formula) -> Formula:
    """The disjunction of `parts`, flat and each once."""
    found: dict[Formula, None] = {}
    for part in parts:
        if part == TRUE:
            return TRUE
        found.update(dict.fromkeys(part.parts if isinstance(part, Or) else (part,)))
    return next(iter(found)) if len(found) == 1 else Or(tuple(found))


def negated(formula: Formula) -> Formula:
    """The opposite of `formula`."""
    if isinstance(formula, Literal):
        return Literal(formula.atom, not formula.holds)
    opposites = (negated(part) for part in formula.parts)
    return either(*opposites) if isinstance(formula, And) else both(*opposites)


def atoms(formula: Formula) -> Iterator[Atom]:
    """The facts that `formula` names."""
    if isinstance(formula, Literal):
        yield formula.atom
    else:
        for part in formula.parts:
            yield from atoms(part)


def reduced(formula: Formula, facts: Mapping[Atom, bool]) -> Formula:
    """`formula` where `facts` are known."""
    if isinstance(formula, Literal):
        known = facts.get(formula.atom)
        return formula if known is None else TRUE if known == formula.holds else FALSE
    settling, neutral = (FALSE, TRUE) if isinstance(formula, And) else (TRUE, FALSE)
    kept = []
    for part in formula.parts:
        left = reduced(part, facts)
        if isinstance(left, Literal) or left.parts:
            kept.append(left)
        elif type(left) is type(settling):
            return settling
    if len(kept) == len(formula.parts) and all(one is other for one, other in zip(kept, formula.parts, strict=True)):
        return formula
    return kept[0] if len(kept) == 1 else type(neutral)(tuple(kept))


@dataclass(frozen=True)
class Theory:
    """How facts depend on each other: `implied` facts by fact, and those that are `settled`."""

    implied: Mapping[Literal, tuple[Literal, ...]] = field(default_factory=dict)
    settled: tuple[Literal, ...] = ()

    def possible(self, *formulas: Formula) -> bool:
        """Whether all `formulas` can hold at once."""
        found = self._settle([*self.settled, *formulas], {})
        return found is not None and self._any_way(*found)

    def simplified(self, *formulas: Formula) -> Formula:
        """The conjunction of `formulas` without what follows from the rest of it, for people to read."""
        found = self._settle(list(formulas), {})
        if found is None or not self._any_way(*found):
            return FALSE
        facts, choices = found
        literals = [Literal(atom, holds) for atom, holds in facts.items()]
        following = {each for literal in literals for each in self.implied.get(literal, ()) if each != literal}
        kept = [each for each in literals if each not in following]
        return both(*kept, *(self._pruned(choice, formulas) for choice in choices))

    def _pruned(self, choice: Or, formulas: Iterable[Formula]) -> Formula:
        return either(*(option for option in choice.parts if self.possible(option, *formulas)))

    def _any_way(self, facts: Facts, choices: list[Or]) -> bool:
        if not choices:
            return True
        first = min(choices, key=lambda choice: len(choice.parts))
        others = [choice for choice in choices if choice is not first]
        for option in first.parts:
            found = self._settle([option, *others], facts)
            if found is not None and self._any_way(*found):
                return True
        return False

    def _settle(self, formulas: list[Formula], known: Facts) -> tuple[Facts, list[Or]] | None:
        """The facts that follow from `formulas`, and the choices that are left; None where they contradict."""
        facts, choices, pending = dict(known), [], list(formulas)
        while pending:
            while pending:
                part = pending.pop()
                if isinstance(part, And):
                    pending.extend(part.parts)
                elif isinstance(part, Or):
                    choices.append(part)
                elif not self._learn(part, facts):
                    return None
            left = [reduced(choice, facts) for choice in choices]
            if FALSE in left:
                return None
            choices = [each for each in left if isinstance(each, Or)]
            pending = [each for each in left if not isinstance(each, Or)]
        return facts, choices

    def _learn(self, literal: Literal, facts: Facts) -> bool:
        """Add a fact and all that it implies; False where that contradicts what is known."""
        pending = [literal]
        while pending:
            each = pending.pop()
            if each.atom not in facts:
                facts[each.atom] = each.holds
                pending.extend(self.implied.get(each, ()))
            elif facts[each.atom] != each.holds:
                return False
        return True
