"""A small world in which policies are carried out by brute force: what may each user see of each cell?

It shares nothing with the judgement that is tested against it. What the documents leave open is a `Reading`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

GROUPS, ATTRIBUTES, PURPOSES = ("A", "B"), (("Clearance", "High"),), ("Fraud", "Tax")
COLUMN_TAGS, SOURCE_TAGS = ("PII", "PII.Name", "Fin"), ("Fin", "Fin.Ledger")
AGES, RANKS = (1, 20, 45), (5, 20, 50)
DAY = 86400
HIDDEN, RAW = ("hidden",), ("raw",)
PRECISIONS = ("DAY", "MONTH", "YEAR")


@dataclass(frozen=True)
class Reading:
    """What the documents leave open: do exempt users go on in a chain, do tags cover others, which mask wins."""

    goes_on: bool = False
    covers: bool = False
    first_wins: bool = True


READINGS = tuple(Reading(*flags) for flags in itertools.product((False, True), repeat=3))


@dataclass(frozen=True)
class User:
    """A user with groups, attributes, and the purposes that he or she acts under."""

    groups: frozenset[str]
    attributes: frozenset[tuple[str, str]]
    purposes: frozenset[str]


@dataclass(frozen=True)
class Row:
    """A row: its age in days, its rank in a sample, the conditions that hold, whether it matches the user's groups."""

    age: int
    rank: int
    conditions: frozenset[str]
    matches: frozenset[str]


@dataclass(frozen=True)
class Source:
    """A data source: its tags, those of its columns, whether an owner has selected the policy."""

    tags: frozenset[str]
    column_tags: frozenset[str]
    selected: bool


def _subsets(names: Any) -> list[frozenset[Any]]:
    return [frozenset(each) for size in range(len(names) + 1) for each in itertools.combinations(names, size)]


class World:
    """Users, data sources, columns and rows of every kind that the words in `text` can tell apart."""

    def __init__(self, text: str) -> None:
        def named(names: Any) -> list[Any]:
            return [each for each in names if f"'{each if isinstance(each, str) else each[1]}'" in text]

        purposes = [*PURPOSES, "Other"] if "<ANY PURPOSE>" in text else named(PURPOSES)
        people = itertools.product(_subsets(named(GROUPS)), _subsets(named(ATTRIBUTES)), _subsets(purposes))
        self.users = list(itertools.starmap(User, people))
        other = ["Other"] if "any_tag" in text or "no_tags" in text else []
        self.columns = [None, *_subsets([*(named(COLUMN_TAGS) or COLUMN_TAGS[:1]), *other])]
        ages = AGES if "time_restriction" in text else AGES[:1]
        ranks = RANKS if "minimization" in text else RANKS[:1]
        matches = _subsets(["group"] if "entitlements" in text else [])
        rows = itertools.product(ages, ranks, _subsets(named(("p", "q"))), matches)
        self.rows = list(itertools.starmap(Row, rows))
        places = itertools.product(_subsets([*named(SOURCE_TAGS), *other]), _subsets(("PII",)), (False, True))
        self.sources = list(itertools.starmap(Source, places))


def has_tag(tags: frozenset[str], wanted: str, reading: Reading) -> bool:
    return wanted in tags or (reading.covers and any(tag.startswith(f"{wanted}.") for tag in tags))


def is_meant(user: User, who: dict[str, Any]) -> bool:
    held = [name in user.groups for name in who.get("groups") or ()]
    held += [(each["name"], each["value"]) in user.attributes for each in who.get("attributes") or ()]
    held += [_acts_under(user, name) for name in who.get("purposes") or ()]
    return all(held) if who.get("operator") == "all" else any(held)


def _acts_under(user: User, purpose: str) -> bool:
    return bool(user.purposes) if purpose == "<ANY PURPOSE>" else purpose in user.purposes


def applies(policy: dict[str, Any] | None, source: Source, reading: Reading) -> bool:
    if policy is None or policy.get("staged"):
        return False
    if policy.get("owner_selected"):
        return source.selected
    held = [_circumstance(each, source, reading) for each in policy.get("circumstances") or ()]
    if not held:
        return True
    return all(held) if policy.get("circumstance_operator") == "all" else any(held)


def _circumstance(each: dict[str, Any], source: Source, reading: Reading) -> bool:
    if "tag" in each:
        return has_tag(source.tags, each["tag"], reading)
    if "column_tag" in each:
        return has_tag(source.column_tags, each["column_tag"], reading)
    return bool(source.tags) == ("any_tag" in each)


def rules_for(policy: dict[str, Any], user: User, reading: Reading) -> list[dict[str, Any]]:
    """The rule of each action that the user gets."""
    found = (_picked(action["rules"], user, reading) for action in policy["actions"])
    return [rule for rule in found if rule is not None]


def _picked(rules: list[dict[str, Any]], user: User, reading: Reading) -> dict[str, Any] | None:
    for rule in rules:
        if rule.get("inclusions") is not None and not is_meant(user, rule["inclusions"]):
            continue
        if rule.get("exceptions") is None or not is_meant(user, rule["exceptions"]):
            return rule
        if not reading.goes_on:
            return None
    return None


def row_is_shown(rule: dict[str, Any], user: User, row: Row) -> bool:
    if "purpose_restriction" in rule:
        return is_meant(user, rule["purpose_restriction"])
    if "time_restriction" in rule:
        asked = rule["time_restriction"]
        return (row.age * DAY <= asked["time"]) == (asked["is_older_or_newer"] == "newer")
    if "minimization" in rule:
        return row.rank < rule["minimization"]["percent"]
    if "row_restriction_by_custom_where_clause" in rule:
        text = rule["row_restriction_by_custom_where_clause"]["predicate"]
        return text == "1=1" or text in row.conditions
    if "row_restriction_by_user_entitlements" in rule:
        return "group" in row.matches
    return True


def _is_masked(mask: dict[str, Any], tags: frozenset[str], row: Row, reading: Reading) -> bool:
    condition = mask.get("conditional_predicate")
    if condition is not None and condition not in row.conditions:
        return False
    return any(_selected(field, tags, reading) for field in mask["fields"])


def _selected(field: dict[str, Any], tags: frozenset[str], reading: Reading) -> bool:
    if "column_tag" in field:
        return has_tag(tags, field["column_tag"], reading)
    return "all_columns" in field or bool(tags) == ("any_tag" in field)


def seen(rules: list[dict[str, Any]], user: User, tags: Any, row: Row, reading: Reading) -> tuple[Any, ...]:
    """What a user to whom `rules` apply sees of a cell; without `tags`, whether the row is there at all."""
    if not all(row_is_shown(rule, user, row) for rule in rules):
        return HIDDEN
    if tags is None:
        return RAW
    masks = [each["masking"] for each in rules if "masking" in each]
    found = [each["masking_config"] for each in masks if _is_masked(each, tags, row, reading)]
    if not found:
        return RAW
    config = found[0 if reading.first_wins else -1]
    name, value = next(iter(config.items()))
    if name in ("nullify", "constant"):
        return HIDDEN
    return ("masked", name, value["time_precision"] if name == "grouping" else "")


def at_most(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether `one` reveals no more than `other` for sure."""
    if one in (other, HIDDEN) or other == RAW:
        return True
    if one[0] == other[0] == "masked" and one[1] == other[1] == "grouping":
        return PRECISIONS.index(one[2]) >= PRECISIONS.index(other[2])
    return False


def surely_more(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether `one` reveals more than `other` for sure."""
    return not at_most(one, other) and at_most(other, one)


def cells(
    before: dict[str, Any] | None, after: dict[str, Any] | None, reading: Reading
) -> Iterator[tuple[User, tuple[Any, ...], tuple[Any, ...]]]:
    """What each user sees of each cell before and after."""
    world = World(repr((before, after)))
    places: dict[tuple[bool, bool], bool] = {}  # by what is in force, whether columns tagged PII are there
    for each in world.sources:
        there = (applies(before, each, reading), applies(after, each, reading))
        places[there] = places.get(there, False) or has_tag(each.column_tags, "PII", reading)
    for ((one, other), personal), user in itertools.product(places.items(), world.users):
        old = rules_for(before, user, reading) if one and before else []
        new = rules_for(after, user, reading) if other and after else []
        if old != new:
            for tags, row in itertools.product(world.columns, world.rows):
                if tags and has_tag(tags, "PII", reading) and not personal:
                    continue
                yield user, seen(old, user, tags, row, reading), seen(new, user, tags, row, reading)
