"""Policies of every form, drawn from the provider's models, and what makes two of them mean the same.

The models are what a user can write, so an attribute that is added there and forgotten in the sentences fails a test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from immuta_provider.resources import extra_json
from immuta_provider.resources.data_policy import DataPolicy
from immuta_provider.resources.data_source_policies import DataSourcePolicies
from immuta_provider.resources.equality import false_is_null, same_or_both_empty
from immuta_provider.resources.names import same_when_trimmed
from immuta_provider.resources.policies import circumstances, local, masking, rules, summary, users
from immuta_provider.resources.policies.subscription import JoinByEntitlement
from immuta_provider.resources.subscription_policy import FORMS, SubscriptionPolicy
from terraform_plugin import types
from terraform_plugin.schema import Attribute, Block

MODELS = {"data": DataPolicy, "subscription": SubscriptionPolicy, "local": DataSourcePolicies}
UNIONS: dict[Any, tuple[str, ...]] = {
    circumstances.Circumstance: circumstances.KINDS,
    circumstances.Domain: ("name", "id"),
    masking.ColumnSelector: masking.SELECTORS,
    masking.MaskingConfig: masking.FUNCTIONS,
    masking.RandomizedResponse: ("replacement_rate_percent", "stddev"),
    masking.KAnonymization: ("k_level", "re_id_probability", ""),
    masking.Grouping: ("time_precision", "bucket_size", ""),
    rules.Rule: rules.KINDS,
    rules.EntitlementMatch: ("group", "attribute"),
    rules.RowRestrictionByUserEntitlements: ("matches", "column"),
    local.LocalRule: local.KINDS,
    local.LocalMaskingConfig: local.FUNCTIONS,
    local.LocalMatch: ("group", "attribute", "purpose"),
    local.LocalPolicy: ("rules", "json"),
    JoinByEntitlement: ("groups", "attributes", "advanced"),
    SubscriptionPolicy: FORMS,
}
BELONGS = {"clip": "stddev", "values": "column", "invert": "column", "operator": "matches"}
JOINED = {
    users.Users: users.MEMBERS,
    JoinByEntitlement: ("groups", "attributes"),
    rules.PurposeRestriction: ("purposes",),
    rules.RowRestrictionByUserEntitlements: ("matches",),
    local.LocalRowRestriction: ("matches",),
    DataPolicy: ("circumstances",),
    SubscriptionPolicy: ("circumstances",),
}

PIECES = (
    *("A", "B", "C", "Privacy", "Größe", "é", "1"),
    *("or", "and", "any", "all", "not", "users", "everyone", "tagged", "one", "null", "hashing"),
    *(" or ", " and ", ", ", ". ", ": ", " is ", "(", ")", "{", "}", "%", "/", "-", "@", "'", '"', "\\", "\\n"),
    *("\n", "\t", "\r", " ", "  ", "\u202e", "\u00a0", "\u2028", "\ud800", "\x00"),
    *(" members of group ", "users whose attribute ", "for everyone", " except ", "(known after apply)", "(not given)"),
    *("\n  Condition: ", "\n  Reason:", "\n    | ", "\n2. For everyone else: ", "<ANY PURPOSE>"),
)
CONFUSING = ("A", "B", "or", "A or B", "A, B", 'A" or "B', "A and B", "A\nB", "A\\nB", "A.", "A is B", "users")
confusing = st.sampled_from(CONFUSING)
texts = st.one_of(
    *(confusing,) * 6,
    st.sampled_from(PIECES),
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.text(max_size=8),
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(lambda moment: f"{moment.isoformat()}Z")  # noqa: DTZ001 - the zone is in the text
numbers = st.one_of(st.integers(0, 200), st.floats(0, 1e300), st.sampled_from([86400, 3600, 60, 604800, 12.5]))
values_of_json: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)
objects_of_json = st.dictionaries(texts, values_of_json, max_size=3).map(json.dumps)
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "start_date": moments,
    "end_date": moments,
    "extra_json": objects_of_json,
    "json": objects_of_json,
    "owner_selected": st.just(True),
    "k_level": st.integers(2, 50),
    "time": st.integers(1, 10**7) | st.sampled_from([86400, 604800, 2592000]),
    "purposes": st.lists(st.just("<ANY PURPOSE>") | texts, min_size=1, max_size=3, unique=True),
}


def told(block: Block) -> list[Attribute]:
    """The attributes that the sentences are about."""
    return [
        member
        for member in block
        if member.name not in summary.UNTOLD | {summary.NAME} or block.model not in set(MODELS.values())
    ]


def value_of(member: Attribute) -> st.SearchStrategy[Any]:
    """Every value of an attribute but null."""
    if member.name in SPECIAL and not member.nested:
        return SPECIAL[member.name]
    if member.nested:
        one = objects(member.nested.block)
        return one if member.nested.mode == "single" else st.lists(one, min_size=1, max_size=3)
    if isinstance(member.kind, types.Collection):
        return st.lists(texts, min_size=1, max_size=3, unique=True)
    if member.one_of:
        return st.sampled_from(member.one_of)
    return {types.BOOL: st.booleans(), types.NUMBER: numbers}.get(member.kind, texts)


@st.composite
def objects(draw: st.DrawFn, block: Block) -> dict[str, Any]:
    """An object that the provider would take."""
    chosen = draw(st.sampled_from(UNIONS[block.model])) if block.model in UNIONS else None
    found: dict[str, Any] = {}
    for member in told(block):
        if allowed(block, member, chosen) and (member.required or member.name == chosen or draw(st.booleans())):
            found[member.name] = draw(value_of(member))
    return valid(block, found)


def allowed(block: Block, member: Attribute, chosen: str | None) -> bool:
    """Whether an attribute may stand beside the variant that was chosen."""
    if block.model is JoinByEntitlement and chosen in ("groups", "attributes"):
        return member.name != "advanced"
    if chosen is None or member.name == chosen:
        return True
    return member.name not in UNIONS[block.model] and BELONGS.get(member.name, chosen) == chosen


def valid(block: Block, found: dict[str, Any]) -> dict[str, Any]:
    """The object with an operator where it needs one, and owners' choice in the place of circumstances."""
    if block.model in JOINED and sum(len(found.get(each) or ()) for each in JOINED[block.model]) > 1:
        found.setdefault("circumstance_operator" if "circumstance_operator" in block.attributes else "operator", "all")
    if block.model is users.Users and not any(found.get(each) for each in users.MEMBERS):
        found["groups"] = ["A"]
    if found.get("owner_selected"):
        found.pop("circumstances", None)
    return found


Step = tuple[str, int | None]
SEPARATORS = (" or ", ", ", " and ", '", "', "\n", " ")


def places(block: Block, values: dict[str, Any], path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Every attribute of an object, set or not: the way to what it is in, and its name."""
    for member in told(block):
        yield path, member.name
        value = values.get(member.name)
        if value and member.nested:
            for index, each in [(None, value)] if isinstance(value, dict) else enumerate(value):
                yield from places(member.nested.block, each, (*path, (member.name, index)))


@st.composite
def neighbours(draw: st.DrawFn, block: Block, before: dict[str, Any]) -> dict[str, Any]:
    """The same object, but for one attribute at some depth that may have changed."""
    path, name = draw(st.sampled_from(list(places(block, before))))
    return draw(_changed_at(block, before, path, name))


@st.composite
def _changed_at(draw: st.DrawFn, block: Block, before: Any, path: tuple[Step, ...], name: str) -> Any:
    if not path:
        return draw(_changed(block, before, name))
    (outer, index), *rest = path
    inner, value = block[outer].nested.block, before[outer]
    if index is None:
        return {**before, outer: draw(_changed_at(inner, value, tuple(rest), name))}
    changed = draw(_changed_at(inner, value[index], tuple(rest), name))
    return {**before, outer: [*value[:index], changed, *value[index + 1 :]]}


@st.composite
def _changed(draw: st.DrawFn, block: Block, before: dict[str, Any], name: str) -> dict[str, Any]:
    member, names = block[name], UNIONS.get(block.model, ())
    if name in names or not allowed(block, member, next((each for each in names if each in before), None)):
        others = draw(objects(block))
        return {**before, **others} if name in before and name in others else others
    value = before.get(name)
    changed = {other: each for other, each in before.items() if other != name}
    if isinstance(value, list) and value and draw(st.booleans()):
        changed[name] = draw(_regrouped(value))
    elif member.required or value is None or draw(st.booleans()):
        changed[name] = draw(value_of(member))
    return valid(block, changed)


@st.composite
def _regrouped(draw: st.DrawFn, elements: list[Any]) -> list[Any]:
    """The elements in another order, one less, or two texts as one."""
    first, *rest = draw(st.permutations(elements))
    if not rest or draw(st.booleans()):
        return [*rest, first]
    second, *others = rest
    if isinstance(first, str) and draw(st.booleans()):
        return [f"{first}{draw(st.sampled_from(SEPARATORS))}{second}", *others]
    return rest


def meaning(block: Block, values: dict[str, Any]) -> Any:
    """What an object means: equal for two objects that the API does not tell apart."""
    found = {member.name: _meant(member, values.get(member.name)) for member in told(block)}
    joined = JOINED.get(block.model, ())
    if joined and sum(len(found[each] or ()) for each in joined) < 2:
        found.pop("operator" if "operator" in found else "circumstance_operator")
    return tuple((name, value) for name, value in sorted(found.items()) if value not in (None, False, frozenset()))


def _meant(member: Attribute, value: Any) -> Any:
    if value is None:
        value = member.default if member.has_default else None
    if member.same is same_or_both_empty:
        return _of_kind(member, value or None)
    if member.same is not None:
        return SAME[member.same](value)
    return _of_kind(member, value)


def _of_kind(member: Attribute, value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(member.kind, types.Collection):
        return meaning(member.nested.block, value) if member.nested else ("is", value)
    elements = [meaning(member.nested.block, each) if member.nested else each for each in value]
    return frozenset(elements) if member.kind.kind == "set" else tuple(elements)


def _moment(value: str | None) -> Any:
    return value and datetime.fromisoformat(value).astimezone(UTC)


SAME: dict[Callable[[Any, Any], bool], Callable[[Any], Any]] = {
    false_is_null: bool,
    same_when_trimmed: lambda value: (value or "").strip() or None,
    circumstances.same_time: _moment,
    extra_json.same: lambda value: json.dumps(json.loads(value), sort_keys=True) if value else None,
}


def leaves(block: Block, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every attribute at every depth: its dotted name, and two objects that differ in it alone, or have it or not."""
    for member in told(block):
        name, beside = f"{path}{member.name}", _beside(block, member)
        if member.nested:
            many = member.nested.mode != "single"
            for inner, one, other in leaves(member.nested.block, f"{name}."):
                yield inner, *({**beside, member.name: [each] if many else each} for each in (one, other))
        yield name, *({**beside, member.name: value} if value is not None else beside for value in _two(member))


def _beside(block: Block, member: Attribute) -> dict[str, Any]:
    """What must stand beside an attribute for it to say anything."""
    if member.name in ("operator", "circumstance_operator"):
        sets = [each for each in JOINED[block.model] if each != "attributes"][:1]
        return {each: _pair_of(block[each]) for each in sets}
    needed = BELONGS.get(member.name)
    return {needed: {"name": "A"}} if needed == "column" and needed in block.attributes else {}


def _pair_of(member: Attribute) -> list[Any]:
    if not member.nested:
        return ["A", "B"]
    return [{UNIONS[member.nested.block.model][0]: {"tag": each, "column": each}} for each in "AB"]


def _two(member: Attribute) -> tuple[Any, Any]:
    if member.nested:
        return ([{}] if member.nested.mode != "single" else {}), None
    if isinstance(member.kind, types.Collection):
        return ["A"], ["A", "B"]
    if member.name in ("extra_json", "json"):
        return '{"a": 1}', '{"a": 2}'
    if member.kind == types.BOOL:
        return True, None
    return tuple(member.one_of[:2]) if member.one_of else (1, 2) if member.kind == types.NUMBER else ("A", "B")
