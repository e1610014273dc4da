"""What a data policy does, as formulas: where it is in force, which columns it masks for whom, which rows it shows.

The rules of an action form a chain of which each user gets one. Where a rule in the middle of a chain has exceptions,
or is for everyone, the documents do not say whether those exempt leave the chain or go on to the next rule: both
readings are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from immuta_cli.plans.conditions import (
    ROWS,
    Unjudged,
    columns,
    contains_unknown,
    known,
    members,
    predicate,
    purposes,
    sources,
    users,
)
from immuta_cli.plans.formula import FALSE, TRUE, Formula, both, either, negated
from immuta_cli.plans.phrases import rows_text

Reading = Literal["leave", "go on"]
READINGS: Final[tuple[Reading, ...]] = ("leave", "go on")
_BESIDE: Final = frozenset({"exceptions", "inclusions"})
_NO_ROWS: Final = "no rows"


@dataclass(frozen=True)
class Mask:
    """A masking rule: for `who`, the columns `which` in the rows `when` look as `function` makes them."""

    who: Formula
    which: Formula
    when: Formula
    function: Mapping[str, Any]
    action: str
    condition: str | None = None

    @property
    def applies(self) -> Formula:
        """The user, the column and the row for which it masks."""
        return both(self.who, self.which, self.when)


@dataclass(frozen=True)
class Limit:
    """A row rule: `who` sees the rows `shown` only; `words` says which these are."""

    who: Formula
    shown: Formula
    words: str
    action: str

    @property
    def keeps(self) -> Formula:
        """The users and rows that it lets through."""
        return either(negated(self.who), self.shown)

    @property
    def hides(self) -> Formula:
        """The users and rows that it does not."""
        return both(self.who, negated(self.shown))


@dataclass(frozen=True)
class Effect:
    """All that a policy does, `where` it is in force.

    `opaque` holds actions in a form that nobody can read, `order` all actions where there are such.
    """

    where: Formula = FALSE
    masks: tuple[Mask, ...] = ()
    limits: tuple[Limit, ...] = ()
    opaque: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def formulas(self) -> Iterator[Formula]:
        """Everything that it is made of."""
        yield self.where
        for mask in self.masks:
            yield mask.applies
        for limit in self.limits:
            yield limit.hides

    @property
    def visible(self) -> Formula:
        """The rows that users see."""
        return both(*(limit.keeps for limit in self.limits))


def of_data_policy(policy: Mapping[str, Any] | None, reading: Reading) -> Effect:
    """The effect of an `immuta_data_policy`; of none, where there is no policy. Raises Unjudged."""
    if policy is None or known(policy.get("staged"), "staged"):
        return Effect()
    return _effect(sources(policy), known(policy.get("actions"), "actions"), reading)


def of_local_policies(resource: Mapping[str, Any] | None, reading: Reading) -> Effect:
    """The effect of an `immuta_data_source_policies` on its one data source. Raises Unjudged."""
    if resource is None:
        return Effect()
    return _effect(TRUE, known(resource.get("policies"), "policies"), reading)


def irregular(actions: Any) -> bool:
    """Whether the two readings of a chain can differ."""
    for action in actions if isinstance(actions, list | tuple) else ():
        rules = action.get("rules") if isinstance(action, Mapping) else None
        for rule in list(rules if isinstance(rules, list | tuple) else ())[:-1]:
            if isinstance(rule, Mapping) and (rule.get("inclusions") is None or rule.get("exceptions") is not None):
                return True
    return False


def _effect(where: Formula, actions: Any, reading: Reading) -> Effect:
    masks: list[Mask] = []
    limits: list[Limit] = []
    opaque: list[str] = []
    order: list[str] = []
    for action in actions or ():
        name = written(known(action, "an action"))
        order.append(name)
        if action.get("json") is not None:
            opaque.append(name)
            continue
        for rule, who in _chain(members(action.get("rules"), "rules"), reading):
            made = _rule(rule, who, name)
            if isinstance(made, Mask):
                masks.append(made)
            else:
                limits.append(made)
    return Effect(where, tuple(masks), tuple(limits), tuple(opaque), tuple(order) if opaque else ())


def _chain(rules: list[Any], reading: Reading) -> Iterator[tuple[Mapping[str, Any], Formula]]:
    """The rules with the users who get them."""
    left: Formula = TRUE
    for rule in rules:
        included, exempt = known(rule, "a rule").get("inclusions"), rule.get("exceptions")
        meant = TRUE if included is None else users(included, "inclusions")
        spared = FALSE if exempt is None else users(exempt, "exceptions")
        yield rule, both(left, meant, negated(spared))
        left = both(left, negated(meant if reading == "leave" else both(meant, negated(spared))))


def _rule(rule: Mapping[str, Any], who: Formula, action: str) -> Mask | Limit:
    given = [(name, value) for name, value in rule.items() if value is not None and name not in _BESIDE]
    if len(given) != 1:
        raise Unjudged("a rule has a form that cannot be read")
    kind, config = given[0][0], known(given[0][1], "a rule")
    if kind == "masking":
        return _mask(config, who, action)
    if kind == "purpose_restriction":
        return Limit(both(who, negated(purposes(config))), FALSE, _NO_ROWS, action)
    if kind in ROWS:
        shown = ROWS[kind](config)
        trivial = {TRUE: "all rows", FALSE: _NO_ROWS}
        return Limit(who, shown, trivial.get(shown) or rows_text(kind, config), action)
    raise Unjudged(f"a rule of the kind {kind} is not known")


def _mask(config: Mapping[str, Any], who: Formula, action: str) -> Mask:
    condition = known(config.get("conditional_predicate"), "a condition")
    when = TRUE if condition is None else predicate(condition)
    function: Mapping[str, Any] = config.get("masking_config") or {}
    if contains_unknown([function]):
        raise Unjudged("a masking function is known only after apply, or sensitive")
    return Mask(who, columns(config), when, function, action, condition)


def written(action: Any) -> str:
    """An action as a text that is the same for the same action; why it is there does not count."""
    return json.dumps(_bare(action), sort_keys=True, default=str)


def _bare(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _bare(each) for name, each in value.items() if each is not None and name != "description"}
    return [_bare(each) for each in value] if isinstance(value, list | tuple) else value
