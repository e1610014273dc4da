"""What the conditions of a policy say, as formulas: which users, data sources, columns and rows."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from immuta_cli.plans.formula import FALSE, TRUE, Atom, Formula, Literal, both, either, negated
from immuta_policy_text import UNKNOWN

ANY_PURPOSE: Final = "<ANY PURPOSE>"
_ALWAYS, _NEVER = frozenset({"1=1", "true"}), frozenset({"1=0", "1=2", "0=1", "false"})
_numbers = itertools.count()


class Unjudged(Exception):
    """Part of a policy has a value or a form about which nothing can be said; the text says which."""


def known(value: Any, what: str) -> Any:
    """`value`, unless it is known after apply or hidden. Raises Unjudged."""
    if value is UNKNOWN:
        raise Unjudged(f"{what} is known only after apply, or sensitive")
    return value


def fact(universe: str, kind: str, *key: Any) -> Literal:
    """A fact with a name; one whose name is not known yet is a fact of its own."""
    if any(each is UNKNOWN for each in key):
        return Literal(Atom(universe, "unknown", (kind, next(_numbers))))
    return Literal(Atom(universe, kind, key))


def members(value: Any, what: str) -> list[Any]:
    """The members of a set, none where it is unset. Raises Unjudged."""
    return list(known(value, what) or ())


def joined(operator: Any, parts: list[Formula], what: str) -> Formula:
    """The parts joined by `any` or `all`. Raises Unjudged where there are several and nothing joins them."""
    if len(parts) > 1 and operator not in ("any", "all"):
        raise Unjudged(f"the operator of {what} is not known")
    return both(*parts) if operator == "all" else either(*parts)


def users(given: Any, what: str, operator: str | None = None) -> Formula:
    """Which users are meant by `exceptions`, `inclusions` or `entitlements`. Raises Unjudged."""
    it = known(given, what)
    if not isinstance(it, Mapping):
        raise Unjudged(f"{what} cannot be read")
    found: list[Formula] = [fact("user", "group", each) for each in members(it.get("groups"), what)]
    found += [_attribute(each) for each in members(it.get("attributes"), what)]
    found += [purpose(each) for each in members(it.get("purposes"), what)]
    if not found:
        raise Unjudged(f"{what} names nobody")
    return joined(known(it.get("operator") or operator, what), found, what)


def _attribute(each: Any) -> Literal:
    if each is UNKNOWN:
        return fact("user", "attribute", UNKNOWN)
    return fact("user", "attribute", each.get("name"), each.get("value"))


def purpose(name: Any) -> Literal:
    """Acting under a purpose."""
    return fact("user", "purpose", name)


def purposes(asked: Mapping[str, Any]) -> Formula:
    """Which users a purpose restriction lets through. Raises Unjudged."""
    names = members(asked.get("purposes"), "a purpose")
    return joined(known(asked.get("operator"), "an operator"), [purpose(each) for each in names], "purposes")


def sources(policy: Mapping[str, Any]) -> Formula:
    """Which data sources a global policy applies to when it is active. Raises Unjudged."""
    found = [_source(each) for each in members(policy.get("circumstances"), "a circumstance")]
    operator = known(policy.get("circumstance_operator"), "circumstance_operator")
    where = joined(operator, found, "circumstances") if found else TRUE
    if known(policy.get("owner_selected"), "owner_selected"):
        where = both(where, fact("source", "selected"))
    return both(where, _owners(known(policy.get("owner_restrictions"), "owner_restrictions")), _certified(policy))


def _certified(policy: Mapping[str, Any]) -> Formula:
    certification = known(policy.get("certification"), "certification")
    if certification is None:
        return TRUE
    again = json.dumps(certification, sort_keys=True, default=str) if policy.get("re_certify") else ""
    return fact("source", "certified", again)


def _owners(owners: Mapping[str, Any] | None) -> Formula:
    if owners is None:
        return TRUE
    users_ = members(owners.get("users"), "an owner")
    named = [fact("source", "owner", known(each, "an owner").get("iamid"), each.get("username")) for each in users_]
    found = named + [fact("source", "owner_group", each) for each in members(owners.get("groups"), "an owner")]
    return either(*found) if found else TRUE


def _source(each: Any) -> Formula:
    name, value = _variant(each, "a circumstance")
    if name == "column_regex":
        return _pattern("source", value)
    if name == "time":
        span = known(value, "a span of time")
        return fact("source", "created", moment(span.get("start_date")), moment(span.get("end_date")))
    if name == "domains":
        return either(*(fact("source", f"domain_{key}", found) for key, found in map(_domain, members(value, name))))
    if name in ("any_tag", "no_tags"):
        return Literal(Atom("source", "any_tag", ()), name == "any_tag")
    if name in ("tag", "column_tag", "server"):
        return fact("source", name, value)
    raise Unjudged(f"a circumstance of the kind {name} is not known")


def _domain(it: Any) -> tuple[str, Any]:
    return _variant(it, "a domain")


def moment(value: Any) -> Any:
    """A moment as a number that can be compared, whatever its spelling; as it is where it is none."""
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return found.astimezone(UTC).isoformat(timespec="microseconds") if found.tzinfo else value


def columns(rule: Mapping[str, Any]) -> Formula:
    """Which columns a masking rule is about. Raises Unjudged."""
    if rule.get("columns") is not None:
        return either(*(fact("column", "name", each) for each in members(rule["columns"], "a column")))
    return either(*map(_column, members(rule.get("fields"), "a column")))


def _column(each: Any) -> Formula:
    name, value = _variant(each, "a column")
    if name == "all_columns":
        return TRUE
    if name == "column_regex":
        return _pattern("column", value)
    if name in ("any_tag", "no_tags"):
        return Literal(Atom("column", "any_tag", ()), name == "any_tag")
    if name == "column_tag":
        return fact("column", "tag", value)
    raise Unjudged(f"a column selector of the kind {name} is not known")


def _pattern(universe: str, value: Any) -> Formula:
    it = known(value, "a pattern")
    return fact(universe, "regex", it.get("regex"), bool(known(it.get("case_insensitive"), "a pattern")))


def _variant(each: Any, what: str) -> tuple[str, Any]:
    """The one member that is set."""
    given = [(name, value) for name, value in known(each, what).items() if value is not None]
    if len(given) != 1:
        raise Unjudged(f"{what} cannot be read")
    return given[0]


def predicate(text: Any) -> Formula:
    """A condition in SQL, which is compared letter by letter; only the trivial ones are understood."""
    squeezed = re.sub(r"\s+", "", text).lower() if isinstance(text, str) else text
    if squeezed in _ALWAYS:
        return TRUE
    return FALSE if squeezed in _NEVER else fact("row", "predicate", known(text, "a condition"))


def _percent(it: Mapping[str, Any]) -> Formula:
    share = known(it.get("percent"), "percent")
    return TRUE if share >= 100 else FALSE if share <= 0 else fact("row", "share", share)


def _age(it: Mapping[str, Any]) -> Formula:
    newer = fact("row", "newer", known(it.get("time"), "time"))
    return newer if known(it.get("is_older_or_newer"), "a time restriction") == "newer" else negated(newer)


def _entitled(it: Mapping[str, Any]) -> Formula:
    if it.get("column") is not None:
        column = known(it["column"], "a column")
        by = (column.get("type") or "tag", column.get("name"))
        values = [fact("row", "value", *by, each) for each in members(it.get("values"), "a value")]
        return negated(either(*values)) if known(it.get("invert"), "invert") else either(*values)
    found = [_match(each) for each in members(it.get("matches"), "a match")]
    return joined(known(it.get("operator"), "an operator"), found, "matches")


def _match(each: Any) -> Formula:
    kind, value = _variant(each, "a match")
    it = known(value, "a match")
    by = ("column", it["column"]) if it.get("column") is not None else ("tag", it.get("tag"))
    return fact("row", "match", kind, it.get("attribute"), *by)


ROWS: Final[Mapping[str, Callable[[Mapping[str, Any]], Formula]]] = {
    "minimization": _percent,
    "time_restriction": _age,
    "row_restriction_by_user_entitlements": _entitled,
    "row_restriction_by_custom_where_clause": lambda it: predicate(it.get("predicate")),
}


def contains_unknown(values: Iterable[Any]) -> bool:
    """Whether a value that is known after apply is among `values` or inside of them."""
    for each in values:
        inner = each.values() if isinstance(each, Mapping) else each if isinstance(each, list | tuple) else ()
        if each is UNKNOWN or contains_unknown(inner):
            return True
    return False
