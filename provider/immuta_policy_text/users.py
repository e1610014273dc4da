"""Whom a rule is about, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immuta_policy_text.words import PENDING, UNKNOWN, as_json, clauses, each_of, joined, joining, name


def users_text(users: Any) -> str:
    """Users as a noun phrase: `members of group Privacy or users whose attribute Clearance is High`.

    Parameters: `users`, the attributes of `exceptions` or `inclusions` (`operator`, `groups`, `attributes`,
    `purposes`), or of `entitlements` of a subscription policy; or UNKNOWN. Whether any one of several members is
    enough or all are needed follows from the wording; where that is not said, the text says so. Follows the V2 API,
    POST /api/v2/policy.
    """
    if users is UNKNOWN:
        return f"users {PENDING}"
    sets = {each: (users or {}).get(each) for each in ("groups", "attributes", "purposes")}
    unknown = UNKNOWN if any(each is UNKNOWN for each in sets.values()) else None
    found = [*each_of(sets["groups"], name), *each_of(sets["attributes"], as_json), *each_of(sets["purposes"], name)]
    if not found:
        return "nobody"
    word, doubt = joining((users or {}).get("operator"), unknown, found)
    every = word == "and" and (len(found) > 1 or unknown is UNKNOWN)
    return (_everyone(sets) if every else _anyone(sets)) + doubt


def _anyone(users: Mapping[str, Any]) -> str:
    """Any one member is enough."""
    parts = []
    if groups := each_of(users.get("groups"), name):
        parts.append(f"members of group {joined(groups, 'or')}")
    if pairs := _by_name(users.get("attributes"), "or"):
        parts.append(f"users {clauses([f'whose attribute {each}' for each in pairs], 'or')}")
    if purposes := each_of(users.get("purposes"), name):
        parts.append(f"users acting under purpose {joined(purposes, 'or')}")
    return clauses(parts, "or")


def _everyone(users: Mapping[str, Any]) -> str:
    """All members are needed."""
    parts = []
    if groups := each_of(users.get("groups"), name):
        parts.append(f"who are members of group {joined(groups, 'and')}")
    parts += [f"whose attribute {each}" for each in _by_name(users.get("attributes"), "and")]
    if purposes := each_of(users.get("purposes"), name):
        parts.append(f"who act under purpose {joined(purposes, 'and')}")
    return f"users {clauses(parts, 'and')}"


def _by_name(attributes: Any, word: str) -> list[str]:
    """`Clearance is High or Top` for each name of an attribute."""
    if attributes is UNKNOWN:
        return [PENDING]
    values: dict[str, set[str]] = {}
    for each in attributes or ():
        known = each is not UNKNOWN
        values.setdefault(name(each.get("name") if known else each), set()).add(
            name(each.get("value") if known else each)
        )
    return [f"{key} is {joined(sorted(found), word)}" for key, found in sorted(values.items())]
