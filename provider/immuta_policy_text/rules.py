"""Rules in words, alone and as a chain of which each user gets one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from immuta_policy_text.masking import columns_text, masking_text
from immuta_policy_text.users import users_text
from immuta_policy_text.words import (
    PENDING,
    UNKNOWN,
    anything,
    as_json,
    clauses,
    each_of,
    given,
    joined,
    joining,
    lines_of,
    name,
    others,
)

ANY_PURPOSE: Final = "<ANY PURPOSE>"
SPANS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def rule_text(rule: Any) -> str:
    """A rule as a sentence: `Mask with hashing the columns tagged X, for everyone except members of group Y.`.

    Parameters: `rule`, one of the `rules` of an action of a data policy or of a local policy; or UNKNOWN. A condition
    in SQL follows on lines of its own. Follows the V2 API, POST /api/v2/policy.
    """
    if rule is UNKNOWN:
        return f"A rule {PENDING}."
    sentence, conditions = _what(rule)
    return "\n".join([f"{sentence[:1].upper()}{sentence[1:]}, for {_who(rule, 'everyone')}.", *conditions])


def chain_text(rules: Sequence[Any], *reason: str) -> str:
    """The rules of one action with its reason: one rule alone is a sentence, several are a numbered chain."""
    if len(rules) == 1:
        return "\n".join([rule_text(rules[0]), *reason])
    head = "The first of these rules that is for a user applies:" if rules else "No rules."
    return "\n".join([head, *reason, *(_numbered(place, rule) for place, rule in enumerate(rules))])


def _numbered(place: int, rule: Any) -> str:
    if rule is UNKNOWN:
        return f"{place + 1}. A rule {PENDING}."
    sentence, conditions = _what(rule)
    who = _who(rule, "everyone else" if place else "everyone")
    return "\n".join([f"{place + 1}. For {who}: {sentence}.", *conditions])


def _who(rule: Mapping[str, Any], everyone: str) -> str:
    included, exempt = rule.get("inclusions"), rule.get("exceptions")
    who = everyone if included is None else users_text(included)
    if exempt is None:
        return who
    return f"{who}{'' if included is None else ','} except {users_text(exempt)}"


def _what(rule: Mapping[str, Any]) -> tuple[str, list[str]]:
    """What the rule does, and the lines below it."""
    known = given(rule, KINDS)
    texts = [KINDS[kind](config) for kind, config in known.items()]
    lines = [line for config in known.values() for line in _conditions(config)]
    rest = others(rule, (*KINDS, "exceptions", "inclusions"))
    if rest or not texts:
        texts.append(f"do what a rule of the form {as_json(rest)} does")
    return " and also ".join(texts), lines


def _conditions(config: Any) -> list[str]:
    if config is UNKNOWN:
        return []
    return [lines_of("Condition", text) for text in given(config, ("conditional_predicate", "predicate")).values()]


def _masking(it: Any) -> str:
    if it is UNKNOWN:
        return f"mask columns {PENDING}"
    columns = columns_text(it.get("fields") if it.get("columns") is None else it["columns"])
    rows = " in the rows that meet the condition" if it.get("conditional_predicate") is not None else ""
    return f"mask with {masking_text(it.get('masking_config'))} {columns}{rows}"


def _share(it: Any) -> str:
    return f"show only {PENDING if it is UNKNOWN else anything(it.get('percent'))}% of the rows"


def _purposes(it: Any) -> str:
    if it is UNKNOWN:
        return f"require purpose {PENDING}"
    found = each_of(it.get("purposes"), lambda each: "any" if each == ANY_PURPOSE else name(each))
    if found == ["any"]:
        return "require any purpose"
    word, doubt = joining(it.get("operator"), it.get("purposes"), found)
    return f"require purpose {joined(found, word)}{doubt}" if found else "require no purpose"


def _age(it: Any) -> str:
    if it is UNKNOWN:
        return f"show only rows of an age {PENDING}"
    age = it.get("is_older_or_newer")
    return f"show only rows {age if age in ('newer', 'older') else anything(age)} than {_span(it.get('time'))}"


def _span(seconds: Any) -> str:
    if not isinstance(seconds, int | float | Decimal) or seconds <= 0 or seconds % 1:
        return f"{anything(seconds)} seconds"
    size, unit = next((size, unit) for size, unit in SPANS if seconds % size == 0)
    count = int(seconds // size)
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _entitled(it: Any) -> str:
    if it is UNKNOWN:
        return f"show only rows by entitlements {PENDING}"
    if it.get("column") is not None:
        return f"show only rows in which {_values(it)}"
    found = each_of(it.get("matches"), _match)
    word, doubt = joining(it.get("operator"), it.get("matches"), found)
    return f"show only rows in which {clauses(found, word)}{doubt}" if found else "show rows by no entitlement"


def _values(it: Mapping[str, Any]) -> str:
    values, invert = each_of(it.get("values"), name), it.get("invert")
    listed = joined(values, "or") if values else "one of no values"
    negation = f"or is not, {PENDING}, " if invert is UNKNOWN else "not " if invert else ""
    return f"{_referred(it['column'])} is {negation}{listed}"


def _referred(column: Any) -> str:
    if column is UNKNOWN or column.get("type") in (None, "tag"):
        return _column(column if column is UNKNOWN else {"tag": column.get("name")})
    return f"the column whose {name(column['type'])} is {name(column.get('name'))}"


def _match(it: Any) -> str:
    if it is UNKNOWN:
        return PENDING
    texts = []
    if it.get("group") is not None:
        texts.append(f"{_column(it['group'])} is one of the user's groups")
    if it.get("attribute") is not None:
        wanted = it["attribute"]
        attribute = PENDING if wanted is UNKNOWN else name(wanted.get("attribute"))
        texts.append(f"{_column(wanted)} is a value of the user's attribute {attribute}")
    if it.get("purpose") is not None:
        texts.append(f"{_column(it['purpose'])} is a purpose that the user acts under")
    return " and also ".join(texts) or f"a match of the form {as_json(it)} holds"


def _column(it: Any) -> str:
    if it is UNKNOWN:
        return f"the column {PENDING}"
    return (
        f"the column tagged {name(it.get('tag'))}" if it.get("column") is None else f"the column {name(it['column'])}"
    )


def _where(it: Any) -> str:
    return f"show only rows {PENDING}" if it is UNKNOWN else "show only the rows that meet the condition"


KINDS: Final[dict[str, Callable[[Any], str]]] = {
    "masking": _masking,
    "minimization": _share,
    "purpose_restriction": _purposes,
    "time_restriction": _age,
    "row_restriction_by_user_entitlements": _entitled,
    "row_restriction_by_custom_where_clause": _where,
}
