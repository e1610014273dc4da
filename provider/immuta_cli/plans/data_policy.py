"""Who gains and who loses by the change of a data policy, or of a data source's own policies.

Every claim is checked against formulas: `knowledge.loose` answers whether something may be so, `knowledge.tight`
whether it is so in some tenant whatever the undocumented details are. What nobody can gain under the first is no gain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from immuta_cli.plans import masks, phrases
from immuta_cli.plans.effect import READINGS, Effect, Limit, Mask, irregular, of_data_policy, of_local_policies
from immuta_cli.plans.finding import Doubt, Finding, Statement, merged
from immuta_cli.plans.formula import FALSE, TRUE, And, Formula, Literal, Or, atoms, both, either, negated
from immuta_cli.plans.theory import Knowledge, knowledge
from immuta_policy_text import masking_text

Policy = Mapping[str, Any]
_CHAINED: Final = "whether those exempt from a rule go on to the next one is not documented"
_TWICE: Final = "which of two masks wins is not documented"
_FUNCTIONS: Final = "how much these two masks reveal cannot be compared"
_JSON: Final = "JSON is not judged"
_MOST_CASES: Final = 4


def data_policy(before: Policy | None, after: Policy | None) -> Finding:
    """What the change of an `immuta_data_policy` means; None stands for no policy. Raises Unjudged."""
    if before and after and before.get("certification") == after.get("certification"):
        after = {**after, "re_certify": False}
    earlier = None if before is None else {**before, "re_certify": False}
    lists = [policy.get("actions") for policy in (before, after) if policy]
    readings = READINGS if any(map(irregular, lists)) else READINGS[:1]
    found = [compared(of_data_policy(earlier, each), of_data_policy(after, each)) for each in readings]
    return found[0] if len(found) == 1 else merged(found[0], found[1], _CHAINED)


def local_policies(before: Policy | None, after: Policy | None) -> Finding:
    """What the change of an `immuta_data_source_policies` means. Raises Unjudged."""
    lists = [resource.get("policies") for resource in (before, after) if resource]
    readings = READINGS if any(map(irregular, lists)) else READINGS[:1]
    found = []
    for each in readings:
        one, other = of_local_policies(before, each), of_local_policies(after, each)
        found.append(compared(_everywhere(one), _everywhere(other)))
    return found[0] if len(found) == 1 else merged(found[0], found[1], _CHAINED)


def _everywhere(effect: Effect) -> Effect:
    """A data source that has no policies is one whose policies do nothing, and not one without the resource."""
    return replace(effect, where=TRUE)


def compared(before: Effect, after: Effect) -> Finding:
    """Who gains, who loses, what is uncertain between two effects."""
    if before == after:
        return Finding()
    known = knowledge(before.formulas, after.formulas)
    finding = Finding()
    _Direction(before, after, known, finding, gain=True).look()
    _Direction(after, before, known, finding, gain=False).look()
    _in_no_readable_form(before, after, finding)
    finding.gains, finding.loses = list(dict.fromkeys(finding.gains)), list(dict.fromkeys(finding.loses))
    finding.uncertain = list(dict.fromkeys(finding.uncertain))
    return finding


def _in_no_readable_form(before: Effect, after: Effect, finding: Finding) -> None:
    if sorted(before.opaque) != sorted(after.opaque):
        finding.uncertain.append(Doubt("A policy that is given as JSON changes", _JSON))
    elif before.opaque and (before.masks, before.order) != (after.masks, after.order):
        finding.uncertain.append(Doubt("A policy that is given as JSON may be about the same columns", _JSON))


@dataclass
class _Direction:
    """Looks for what `old` hides and `new` shows: gains, or losses with the two the other way round."""

    old: Effect
    new: Effect
    known: Knowledge
    finding: Finding
    gain: bool
    told: bool = False

    def look(self) -> None:
        """Add what there is to the finding."""
        elsewhere = (self.old.where, negated(self.new.where))
        if self.known.loose.possible(*elsewhere):
            self._lifted_elsewhere(both(*elsewhere))
        if not self.known.loose.possible(self.old.where, self.new.where):
            return
        self._limits()
        self._masks()
        if self.gain or not (self.finding.loses or self.finding.uncertain):
            self._masked_twice()

    def _lifted_elsewhere(self, where: Formula) -> None:
        """On some data sources the policy is no longer in force (or was not before)."""
        named = phrases.data_sources(self.known.loose.simplified(where))
        for limit in self.old.limits:
            self._say(both(limit.hides), limit.who, self._rows(limit, FALSE, None), named, context=where)
        for mask in self.old.masks:
            named = phrases.data_sources(self._with_columns(where, mask.which))
            self._say(mask.applies, mask.who, self._values(mask, mask.which, None), named, context=where)

    def _with_columns(self, where: Formula, which: Formula) -> Formula:
        """Those of the data sources that can have such columns; what a policy says of columns anyway is kept."""
        plain = self.known.loose.simplified(where)
        said = (part for part in (plain.parts if isinstance(plain, And) else (plain,)) if isinstance(part, Literal))
        return both(*said, _only(self.known.loose.simplified(where, which), "source"))

    def _limits(self) -> None:
        kept = {(limit.who, limit.shown) for limit in self.new.limits}
        for limit in self.old.limits:
            if (limit.who, limit.shown) in kept or not self._possible(limit.hides, self.new.visible):
                continue
            others = [each for each in self.new.limits if (each.who, each.shown) not in self._kept_limits]
            for other in others:
                region = both(limit.hides, other.who, other.shown, self.new.visible)
                swap = self._swap(other.words, limit.words)
                self._say(region, both(limit.who, other.who), self._rows(limit, limit.who, other), swap=swap)
            free = both(*(negated(other.who) for other in others))
            who = both(limit.who, free)
            self._say(both(limit.hides, free, self.new.visible), who, self._rows(limit, who, None))

    @property
    def _kept_limits(self) -> set[tuple[Formula, Formula]]:
        return {(limit.who, limit.shown) for limit in self.old.limits}

    def _masks(self) -> None:
        for mask in self.old.masks:
            covers = [each for each in self.new.masks if masks.at_least_as_strong(each.function, mask.function)]
            hidden = both(mask.applies, *(negated(each.applies) for each in covers))
            if not self._possible(hidden, self.new.visible, self.old.where, self.new.where):
                continue
            self.told = False
            self._revealed(mask, covers, hidden)
            if not self.told:
                text = f"{_capital(self._columns(mask.which))} are masked by two actions of this policy"
                self._doubt(Doubt(text, _TWICE, widens=self.gain))

    def _revealed(self, mask: Mask, covers: list[Mask], hidden: Formula) -> None:
        """Columns that `mask` hid and that no mask hides as well any more."""
        rivals = [each for each in self._near(mask) if each not in covers and not self._unchanged(each)]
        near = [each for each in self._near(mask) if each in covers]
        shut_out = (limit.who for limit in self.new.limits if limit.shown == FALSE)
        base = both(mask.applies, *map(negated, shut_out), *(negated(each.applies) for each in near))
        for rival in rivals:
            self._say_of_columns(both(hidden, rival.applies), both(base, rival.applies), mask, rival)
        free = both(*(negated(each.applies) for each in self.new.masks if each not in covers))
        related = both(*(negated(each.applies) for each in rivals))
        self._say_of_columns(both(hidden, free), both(base, related), mask, None)

    def _near(self, mask: Mask) -> list[Mask]:
        """The new masks that are about some of the same columns by what they say, and not by chance."""
        return [each for each in self.new.masks if _related(mask.which, each.which) or self._within(mask, each)]

    def _within(self, one: Mask, other: Mask) -> bool:
        return not self.known.tight.possible(one.which, negated(other.which))

    def _unchanged(self, mask: Mask) -> bool:
        return any(each.action == mask.action and each.who == mask.who for each in self.old.masks)

    def _say_of_columns(self, region: Formula, told: Formula, mask: Mask, rival: Mask | None) -> None:
        """Say it once for each way in which people or columns are left over."""
        for case in _cases(told):
            plain = self.known.loose.simplified(case)
            if plain == FALSE or not self._possible(region, case):
                continue
            which = _only(plain, "column")
            what = self._values(mask, which, rival)
            swap = self._swap(_masked(rival), _masked(mask), f"{self._columns(which)} ") if rival else ""
            self._say(both(region, case), _only(plain, "user"), what, swap=swap, pair=(mask, rival))

    def _possible(self, *formulas: Formula) -> bool:
        return self.known.loose.possible(*formulas)

    def _say(
        self,
        region: Formula,
        who: Formula,
        what: str,
        where: str = "",
        *,
        context: Formula = TRUE,
        swap: str = "",
        pair: tuple[Mask, Mask | None] | None = None,
    ) -> None:
        in_force = context if where else both(self.old.where, self.new.where, self.new.visible)
        everything = (region, in_force)
        if not self._possible(*everything):
            return
        self.told = True
        named = phrases.people(self.known.loose.simplified(who))
        statement = Statement(named, what, where)
        why = self._why(everything, pair)
        if why:
            doubtful = Statement(named, swap or what, where)
            self._doubt(Doubt(doubtful.text, why, widens=self.gain))
        else:
            (self.finding.gains if self.gain else self.finding.loses).append(statement)

    def _doubt(self, doubt: Doubt) -> None:
        """A swap of two things that cannot be compared is found from both sides, and told once."""
        if Doubt(doubt.text, doubt.why, widens=True) not in self.finding.uncertain:
            self.finding.uncertain.append(doubt)

    def _why(self, region: tuple[Formula, ...], pair: tuple[Mask, Mask | None] | None) -> str:
        """Why it is only possible; empty where it is certain."""
        if pair and pair[1] and not masks.surely_weaker(pair[1].function, pair[0].function):
            if masks.at_least_as_strong(pair[1].function, pair[0].function):
                return ""
            return _FUNCTIONS
        if not self.known.tight.possible(*region):
            return self.known.why(*region)
        return "" if not pair or self.known.tight.possible(*region, *self._alone(*pair)) else _TWICE

    def _alone(self, mask: Mask, rival: Mask | None) -> Iterator[Formula]:
        """That no other mask meets the two."""
        for found, one in ((self.old.masks, mask), (self.new.masks, rival)):
            if rival is not None and one is not None:
                yield from (negated(each.applies) for each in found if not masks.alike(each.function, one.function))

    def _rows(self, limit: Limit, who: Formula, other: Limit | None) -> str:
        limited = other is None and any(self._possible(who, each.who) for each in self.new.limits)
        there = other.words if other else "rows without that limit" if limited else "all rows"
        if self.gain:
            return f"can see {there} (until now: {limit.words})"
        return (
            f"can see only {limit.words} (until now: {there})"
            if limit.words != "no rows"
            else (f"can see no rows (until now: {there})")
        )

    def _values(self, mask: Mask, which: Formula, rival: Mask | None) -> str:
        columns = self._columns(which)
        there = "unmasked" if rival is None else _masked(rival)
        if self.gain:
            return f"can see {columns} {there} (until now: {_masked(mask)})"
        return f"can see {columns} only {_masked(mask)} (until now: {there})"

    def _columns(self, which: Formula) -> str:
        return phrases.columns(self.known.loose.simplified(which))

    def _swap(self, new: str, old: str, columns: str = "") -> str:
        """What there is after the plan, and before it."""
        after, before = (new, old) if self.gain else (old, new)
        return f"can see {columns}{after} instead of {before}"

    def _masked_twice(self) -> None:
        """A column that several actions mask: unless nothing about these changes, any of them may win."""
        changed = [each for each in self._changes() if each != FALSE]
        if not changed:
            return
        for old in self.old.masks:
            for one in self.new.masks:
                if not masks.at_least_as_strong(one.function, old.function) and self._may_follow(old, one, changed):
                    which = self._columns(both(old.which, one.which))
                    text = f"{_capital(which)} are masked by two actions of this policy"
                    self._doubt(Doubt(text, _TWICE, widens=self.gain))
                    return

    def _may_follow(self, old: Mask, one: Mask, changed: list[Formula]) -> bool:
        """Whether a column that looked as `old` makes it may look as `one` does, because another mask wins.

        Of two actions that stay as they are the same one wins as before.
        """
        before, after = _actions(self.old.masks), _actions(self.new.masks)
        if old.action in after and one.action in before and _in_common(before, after) == _in_common(after, before):
            return False
        others = [each.applies for each in self.new.masks if each.action != one.action]
        others += [each.applies for each in self.old.masks if each.action != old.action]
        return self._possible(old.applies, one.applies, self.new.visible, either(*others), either(*changed))

    def _changes(self) -> Iterator[Formula]:
        """The users, columns and rows for which some mask of a changed action comes, goes or changes."""
        before, after = _actions(self.old.masks), _actions(self.new.masks)
        if _in_common(before, after) != _in_common(after, before):
            yield TRUE
        gone = [found for name, found in before.items() if name not in after]
        come = [found for name, found in after.items() if name not in before]
        for place in range(max(len(gone), len(come))):
            one, other = (each[place] if place < len(each) else [] for each in (gone, come))
            yield from _differences(one, other)
            yield from _differences(other, one)


def _differences(one: list[Mask], other: list[Mask]) -> Iterator[Formula]:
    for mask in one:
        alike = [each.applies for each in other if masks.alike(each.function, mask.function)]
        yield both(mask.applies, *(negated(each) for each in alike))


def _actions(found: tuple[Mask, ...]) -> dict[str, list[Mask]]:
    actions: dict[str, list[Mask]] = {}
    for mask in found:
        actions.setdefault(mask.action, []).append(mask)
    return actions


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_common(actions: dict[str, list[Mask]], others: dict[str, list[Mask]]) -> list[str]:
    return [name for name in actions if name in others]


def _masked(mask: Mask) -> str:
    condition = f" in the rows where {phrases.condition(mask.condition)}" if mask.condition else ""
    return f"masked with {masking_text(mask.function)}{condition}"


def _related(one: Formula, other: Formula) -> bool:
    return TRUE in (one, other) or bool(set(atoms(one)) & set(atoms(other)))


def _cases(formula: Formula) -> list[Formula]:
    """The formula, once for each option of those choices that mix users, columns and rows."""
    found: list[Formula] = [TRUE]
    for part in formula.parts if isinstance(formula, And) else (formula,):
        if not isinstance(part, Or) or len({atom.universe for atom in atoms(part)}) == 1:
            found = [both(each, part) for each in found]
        elif len(found) * len(_options(part)) <= _MOST_CASES:
            found = [both(each, option) for each in found for option in _options(part)]
    return found


def _options(part: Or) -> list[Formula]:
    """The options by universe: the people who are not meant, the columns that are not."""
    by: dict[frozenset[str], list[Formula]] = {}
    for option in part.parts:
        by.setdefault(frozenset(atom.universe for atom in atoms(option)), []).append(option)
    return [either(*options) for options in by.values()]


def _only(formula: Formula, universe: str) -> Formula:
    """The part of a conjunction that is about one universe."""
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return both(*(part for part in parts if {atom.universe for atom in atoms(part)} == {universe}))
