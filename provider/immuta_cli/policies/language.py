"""Attributes of policies in the words of `immuta_constructs.policies`.

Each expression is computed while it is written, and what it stands for is compared with the attributes: where the
language has no word, or refuses the combination, the plain dictionary is written, which the constructs take as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import immuta_constructs.policies
from immuta_cli.policies.texts import literal
from immuta_constructs.errors import ValueProblem
from immuta_constructs.policies import Word

_LONG_JOIN: Final = 4
_ANY_PURPOSE: Final = ["<ANY PURPOSE>"]
_ALL: Final = "all"


@dataclass(frozen=True)
class Said:
    """An expression: its text, its value, and the words in it."""

    text: str
    value: Any
    words: frozenset[str] = frozenset()

    def plain(self) -> Any:
        """The value as dictionaries and lists."""
        return _plain(self.value)

    def then(self, method: str, argument: Said) -> Said:
        """A method of the value, such as `.unless(...)`."""
        value = getattr(self.value, method)(argument.value)
        return Said(f"{self.text}.{method}({argument.text})", value, self.words | argument.words)


class Unsaid(Exception):
    """The language has no words for something."""


def written(value: Any) -> Said:
    """A value as it is, in Python."""
    return Said(literal(value), value)


def word(name: str, *arguments: Any, **named: Any) -> Said:
    """A call of a word; arguments are expressions or plain values, named ones are left out where they are None."""
    alone = len(arguments) == 1 and not any(each is not None for each in named.values())
    positional = [_argument(each, alone=alone) for each in arguments]
    keywords = {key: _argument(each) for key, each in named.items() if each is not None}
    text = ", ".join([*(each.text for each in positional), *(f"{key}={each.text}" for key, each in keywords.items())])
    value = getattr(immuta_constructs.policies, name)(
        *(each.value for each in positional), **{key: each.value for key, each in keywords.items()}
    )
    inner = (each.words for each in (*positional, *keywords.values()))
    return Said(f"{name}({text})", value, frozenset({name}).union(*inner))


def _argument(value: Any, *, alone: bool = False) -> Said:
    return value if isinstance(value, Said) else Said(literal(value, alone=alone), value)


def joined(operator: str | None, parts: list[Said]) -> Said:
    """Users, circumstances or matches joined by `|` or `&`; by a word where there are many."""
    if not parts:
        raise Unsaid
    if len(parts) > _LONG_JOIN:
        return word("all_of" if operator == _ALL else "any_of", *parts)
    found = parts[0]
    sign = "&" if operator == _ALL else "|"
    for each in parts[1:]:
        value = found.value & each.value if operator == _ALL else found.value | each.value
        found = Said(f"{found.text} {sign} {each.text}", value, found.words | each.words)
    return found


def circumstances(attributes: dict[str, Any]) -> dict[str, Said]:
    """The arguments that say where a policy applies; one without a name is unpacked."""
    found, operator = attributes["circumstances"], attributes.get("circumstance_operator")
    try:
        parts = [circumstance(each) for each in found]
        if len(parts) == 1 and parts[0].plain() == found[0]:
            return {"circumstances": Said(f"[{parts[0].text}]", found, parts[0].words)}
        said = word("where", joined(operator, parts))
        if said.plain() == {"circumstances": found, "circumstance_operator": operator}:
            return {"**where": said}
    except (Unsaid, ValueProblem):
        pass
    return {
        name: written(attributes[name]) for name in ("circumstances", "circumstance_operator") if name in attributes
    }


def circumstance(it: dict[str, Any]) -> Said:
    """One circumstance."""
    ((kind, value),) = it.items()
    match kind:
        case "tag":
            return word("tagged", value)
        case "time":
            return word("created", value["start_date"], *([value["end_date"]] if "end_date" in value else []))
        case "server":
            return word("on_server", value)
        case "domains":
            names, ids = ([each[key] for each in value if key in each] for key in ("name", "id"))
            return word("in_domains", *names, ids=ids or None)
    return columns(it)


def columns(it: dict[str, Any]) -> Said:
    """A column selector."""
    ((kind, value),) = it.items()
    match kind:
        case "column_tag":
            return word("columns_tagged", value)
        case "column_regex":
            return word("columns_named", value["regex"], ignore_case=value.get("case_insensitive"))
    return word({"any_tag": "with_any_tag", "no_tags": "without_tags", "all_columns": "all_columns"}[kind])


def users(it: dict[str, Any]) -> Said:
    """Groups, attributes and purposes."""
    parts = [word("in_group", each) for each in it.get("groups", ())]
    parts += [word("has_attribute", each["name"], each["value"]) for each in it.get("attributes", ())]
    parts += [word("for_purpose", each) for each in it.get("purposes", ())]
    return joined(it.get("operator"), parts)


def function(it: dict[str, Any]) -> Said:
    """A masking function."""
    ((kind, value),) = it.items()
    match kind:
        case "constant" | "custom_function":
            return word(kind, value)
        case "k_anonymization":
            return word("k_anonymity", k=value.get("k_level"), re_identification=value.get("re_id_probability"))
        case "randomized_response" if "stddev" in value:
            return word("random_noise", value["stddev"], clip=value.get("clip"))
        case "randomized_response":
            return word("random_category", value["replacement_rate_percent"])
        case "regular_expression":
            flags = {"ignore_case": value.get("case_insensitive"), "every": value.get("global_match")}
            return word("replacing", value["regex"], value["replacement"], **flags)
        case "grouping":
            return word("rounding", *value.values())
    return word({"hash": "hashing", "nullify": "null"}.get(kind, kind))


def action(it: dict[str, Any]) -> Said:
    """An action with its chain of rules; a plain dictionary where there are no words for it."""
    return _or_written(it, lambda: _chain(it))


def _chain(it: dict[str, Any]) -> Said:
    said, *others = (_rule(each) for each in it["rules"])
    for each in others:
        said = said.then("otherwise", each)
    if "description" in it:
        said = said.then("because", Said(literal(it["description"], alone=True), it["description"]))
    return said


def _rule(it: dict[str, Any]) -> Said:
    kind = next(name for name in it if name not in ("exceptions", "inclusions"))
    said = RULES[kind](it[kind])
    for member, method in (("inclusions", "for_only"), ("exceptions", "unless")):
        if member in it:
            said = said.then(method, users(it[member]))
    return said


def _mask(it: dict[str, Any]) -> Said:
    fields = [columns(each) for each in it["fields"]]
    return word("mask", *fields, using=function(it["masking_config"]), where=it.get("conditional_predicate"))


def _purposes(it: dict[str, Any]) -> Said:
    names = it["purposes"]
    if names == _ANY_PURPOSE:
        return word("require_purpose", word("any_purpose"))
    if len(names) == 1:
        return word("require_purpose", names[0])
    return word("require_purpose", joined(it.get("operator"), [word("for_purpose", each) for each in names]))


def _age(it: dict[str, Any]) -> Said:
    sizes = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
    unit, size = next((unit, size) for unit, size in sizes.items() if it["time"] % size == 0)
    return word("show_rows", word(f"{it['is_older_or_newer']}_than", **{unit: it["time"] // size}))


def _entitled(it: dict[str, Any]) -> Said:
    if "column" in it:
        if it["column"].keys() != {"name"} or "values" not in it:
            raise Unsaid
        name = "value_not_in" if it.get("invert") else "value_in"
        return word("show_rows_where", word(name, word("columns_tagged", it["column"]["name"]), *it["values"]))
    return word("show_rows_where", joined(it.get("operator"), [_match(each) for each in it["matches"]]))


def _match(it: dict[str, Any]) -> Said:
    if "group" in it:
        return word("group_matches", word("columns_tagged", it["group"]["tag"]))
    found = it["attribute"]
    return word("attribute_matches", found["attribute"], word("columns_tagged", found["tag"]))


RULES: Final[dict[str, Callable[[Any], Said]]] = {
    "masking": _mask,
    "minimization": lambda it: word("show_percent", it["percent"]),
    "purpose_restriction": _purposes,
    "time_restriction": _age,
    "row_restriction_by_user_entitlements": _entitled,
    "row_restriction_by_custom_where_clause": lambda it: word("show_rows_where", it["predicate"]),
}


def subscription(form: str, it: dict[str, Any]) -> dict[str, Said]:
    """The argument that says who may subscribe; one without a name is unpacked."""
    try:
        said = FORMS[form](it)
        if said.plain() == {form: it}:
            return {"**form": said}
    except (Unsaid, ValueProblem):
        pass
    return {form: written(it)}


def _approved(it: dict[str, Any]) -> Said:
    found = it["approvals"]
    return word(
        "approved_by",
        *(
            word("named", each["required_permission"])
            if each.get("specific_approver_required")
            else each["required_permission"]
            for each in found
        ),
    )


def _by_entitlement(it: dict[str, Any]) -> Said:
    who = word("expression", it["advanced"]) if "advanced" in it else users(it)
    flags = {"automatically": it.get("automatic_subscription"), "discoverable": it.get("allow_discovery")}
    return word("entitled", who, **flags)


FORMS: Final[dict[str, Callable[[Any], Said]]] = {
    "anyone": lambda it: word("anyone", automatically=it.get("automatic_subscription")),
    "approval": _approved,
    "entitlements": _by_entitlement,
    "manual": lambda _: word("by_hand"),
}


def owners(it: dict[str, Any]) -> Said:
    """The owners that a policy is limited to."""
    pairs = [(each["iamid"], each["username"]) for each in it.get("users", ())]
    users_ = Said(repr(pairs), pairs) if pairs else None
    return _or_written(it, lambda: word("owned_by", users=users_, groups=it.get("groups")))


def certification(it: dict[str, Any]) -> Said:
    """What owners certify."""
    return _or_written(it, lambda: word("certification", it["label"], it["text"], tags=it.get("tags")))


def _or_written(it: dict[str, Any], say: Callable[[], Said]) -> Said:
    """What `say` makes, if it stands for the same; else the plain dictionary."""
    try:
        said = say()
        if said.plain() == it:
            return said
    except (Unsaid, ValueProblem):
        pass
    return written(it)


def _plain(value: Any) -> Any:
    if isinstance(value, Word):
        return value.as_dict()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
