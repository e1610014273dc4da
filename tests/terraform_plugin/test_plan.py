"""The planner keeps Terraform's rules, whatever the schema, the configuration and the prior state are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terraform_plugin import Model, plan, types
from terraform_plugin import attribute as declared
from terraform_plugin.codec import canonical_set, decode, encode
from terraform_plugin.paths import Key, Path
from terraform_plugin.schema import NO_DEFAULT, Attribute, Block, Nested
from terraform_plugin.values import UNKNOWN, is_unknown, wholly_known
from tests.terraform_plugin.strategies import values

Values = dict[str, Any]


def caseless(left: Any, right: Any) -> bool:
    """A matter of form: the case of texts, and null or empty."""
    return str(left or "").casefold() == str(right or "").casefold()


# ------------------------------------------------------------------------------------------------------- any schema


@st.composite
def attributes(draw: st.DrawFn, name: str, depth: int, *, in_set: bool) -> Attribute:
    """An attribute that the schema's own rules allow."""
    kinds = (
        ["required", "optional"] if in_set else ["required", "optional", "computed", "both", "default", "write_only"]
    )
    flag = draw(st.sampled_from(kinds))
    nested = None
    kind: types.Type = types.STRING
    if depth and flag != "write_only" and draw(st.booleans()):
        mode = draw(st.sampled_from(["single", "list", "set", "map"]))
        block = draw(blocks(depth - 1, in_set=in_set or mode == "set"))
        nested = Nested(mode, block)
        kind = block.kind if mode == "single" else types.Collection(mode, block.kind)
    elif draw(st.booleans()):
        kind = draw(st.sampled_from([types.NUMBER, types.set_of(types.STRING), types.list_of(types.STRING)]))
    default = draw(values(kind, known=True)) if flag == "default" and nested is None else NO_DEFAULT
    return Attribute(
        name=name,
        kind=kind,
        nested=nested,
        required=flag == "required",
        optional=flag in ("optional", "both", "default", "write_only"),
        computed=flag in ("computed", "both") or default is not NO_DEFAULT,
        write_only=flag == "write_only",
        default=default,
        keep_state=flag in ("computed", "both") and draw(st.booleans()),
        requires_replace=flag != "write_only" and draw(st.booleans()),
        same=caseless
        if kind == types.STRING and flag in ("required", "optional", "both") and draw(st.booleans())
        else None,
    )


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2, *, in_set: bool = False) -> Block:
    """A schema."""
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True))
    return Block({name: draw(attributes(name, depth, in_set=in_set)) for name in names})


@st.composite
def configs(draw: st.DrawFn, block: Block, *, known: bool = False) -> Values:
    """A configuration that Terraform would accept."""
    return {member.name: draw(_configured(member, known=known)) for member in block}


def _configured(member: Attribute, *, known: bool) -> st.SearchStrategy[Any]:
    if not (member.required or member.optional):
        return st.none()
    if member.nested:
        given_values = _objects(member.nested, known=known)
    elif member.kind == types.STRING:  # few, so that equal and equivalent ones are frequent
        given_values = st.sampled_from(["a", "A", "b", "", *([] if known else [UNKNOWN])])
    else:
        given_values = values(member.kind, known=known)
    if member.required:
        return given_values.filter(lambda value: value is not None)
    return st.one_of(st.none(), given_values)


def _objects(nested: Nested, *, known: bool) -> st.SearchStrategy[Any]:
    one = configs(nested.block, known=known)
    of_mode = {
        "single": one,
        "list": st.lists(one, max_size=3),
        "set": st.lists(one, max_size=3).map(canonical_set),
        "map": st.dictionaries(st.sampled_from("xyz"), one, max_size=2),
    }[nested.mode]
    return of_mode if known else st.one_of(of_mode, of_mode, st.just(UNKNOWN))


def filled(value: Any, kind: types.Type, letter: str) -> Any:
    """What an API might make of a planned value: everything unknown gets one."""
    if is_unknown(value):
        return {"string": letter, "number": 7}.get(getattr(kind, "name", ""))
    if value is None:
        return None
    if isinstance(kind, types.Object):
        return {name: filled(value[name], member, letter) for name, member in kind.attributes.items()}
    if isinstance(kind, types.Collection) and isinstance(value, dict):
        return {key: filled(each, kind.element, letter) for key, each in value.items()}
    if isinstance(kind, types.Collection):
        elements = [filled(each, kind.element, letter) for each in value]
        return canonical_set(elements) if kind.kind == "set" else elements
    return value


def planned_by(block: Block, config: Values, prior: Values | None) -> Values:
    """What the servicer plans for a resource without a hook."""
    proposed = plan.propose(block, config, prior)
    if prior is None or proposed == prior:
        return proposed
    return plan.mark_unknown(block, config, proposed, proposed)


def applied(block: Block, planned: Values, letter: str = "z") -> Values:
    """The state after an apply."""
    return plan.keep_form(block, planned, filled(planned, block.kind, letter))


# ------------------------------------------------------------------------- Terraform's rules, in Terraform's own words


def assert_plan_valid(block: Block, prior: Values | None, config: Values, planned: Values, where: str = "") -> None:
    """Terraform's AssertPlanValid."""
    for member in block:
        here = f"{where}.{member.name}"
        before = prior.get(member.name) if prior else None
        _assert_value_valid(member, before, config.get(member.name), planned.get(member.name), here)


def _assert_value_valid(member: Attribute, prior: Any, config: Any, planned: Any, where: str) -> None:
    if member.write_only:
        assert planned is None, f"{where}: a write-only value is planned"
        return
    kept = prior is not None and config is not None and planned == prior
    if planned == config or kept or (config is None and member.computed):
        return
    assert member.nested, f"{where}: planned {planned!r} is neither {config!r} nor {prior!r}"
    assert config is not None, f"{where}: planned, though it is not configured"
    assert planned is not None, f"{where}: configured, but not planned"
    assert not is_unknown(planned), f"{where}: unknown, though configured"
    _assert_objects_valid(member.nested, prior, config, planned, where)


def _assert_objects_valid(nested: Nested, prior: Any, config: Any, planned: Any, where: str) -> None:
    if nested.mode == "single":
        assert_plan_valid(nested.block, prior, config, planned, where)
        return
    assert len(planned) == len(config), f"{where}: another number of objects"
    if nested.mode == "set":
        return
    places = config if isinstance(config, dict) else range(len(config))
    for place in places:
        before = plan._at(prior, place) if prior is not None else None
        if isinstance(config[place], dict):
            assert_plan_valid(nested.block, before, config[place], planned[place], f"{where}[{place}]")


def assert_compatible(planned: Any, actual: Any, where: str = "") -> None:
    """Terraform's AssertObjectCompatible: what was planned as known has come out so."""
    if is_unknown(planned):
        return
    if isinstance(planned, dict) and isinstance(actual, dict):
        assert planned.keys() == actual.keys(), where
        for name in planned:
            assert_compatible(planned[name], actual[name], f"{where}.{name}")
    elif isinstance(planned, list) and not wholly_known(planned):
        assert isinstance(actual, list), where
    else:
        assert planned == actual, where


def write_only_values(block: Block, given_values: Values) -> list[Path]:
    """Where something write-only has a value."""
    return list(plan.write_only_paths(block, given_values))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Block, Values, Values]:
    """A schema, a configuration to create with, and one to update with."""
    block = draw(blocks())
    return block, draw(configs(block)), draw(configs(block))


@pytest.mark.slow
@given(histories())
def test_a_random_history_keeps_terraforms_rules(history: tuple[Block, Values, Values]) -> None:
    block, first, second = history
    created = planned_by(block, first, None)
    assert_plan_valid(block, None, first, created)
    assert write_only_values(block, created) == []
    for member in block:
        if member.computed and not member.has_default and first[member.name] is None:
            assert is_unknown(created[member.name])

    first = filled(first, block.kind, "z")
    state = applied(block, planned_by(block, first, None))
    assert_compatible(planned_by(block, first, None), state)
    assert planned_by(block, first, state) == state, "the second plan is not empty"
    assert plan.keep_form(block, state, state) == state

    updated = planned_by(block, second, state)
    assert_plan_valid(block, state, second, updated)
    assert write_only_values(block, updated) == []
    second = filled(second, block.kind, "y")
    after = applied(block, planned_by(block, second, state), "y")
    assert_compatible(planned_by(block, second, state), after)
    assert planned_by(block, second, after) == after, "the plan after an update is not empty"


@pytest.mark.slow
@given(histories())
def test_what_is_planned_can_be_sent(history: tuple[Block, Values, Values]) -> None:
    block, first, _ = history
    created = planned_by(block, first, None)
    assert decode(encode(created, block.kind), block.kind) == created


@pytest.mark.slow
@given(histories())
def test_replacement_is_asked_for_only_where_it_is_declared(history: tuple[Block, Values, Values]) -> None:
    block, first, second = history
    state = applied(block, planned_by(block, filled(first, block.kind, "z"), None))
    proposed = plan.propose(block, second, state)
    assert plan.replacements(block, state, state) == []
    for path in plan.replacements(block, state, proposed):
        names = [step for step in path.steps if isinstance(step, str)]
        member = block[names[0]]
        for name in names[1:]:
            assert member.nested
            member = member.nested.block[name]
        inner = member.nested.block.walk() if member.nested and member.nested.mode == "set" else ()
        assert member.requires_replace or any(each.requires_replace for _, each in inner)
    changed = {member.name for member in block if state[member.name] != proposed[member.name]}
    declared = {member.name for member in block if member.requires_replace is True} & changed
    assert declared <= {path.steps[0] for path in plan.replacements(block, state, proposed)}


# --------------------------------------------------------------------------------------------------------- one by one


def attribute(name: str, kind: types.Type = types.STRING, **other: Any) -> Attribute:
    """An optional attribute."""
    flags = {"optional": not other.get("required") and not other.get("only_computed")}
    other.pop("only_computed", None)
    return Attribute(name=name, kind=kind, **{**flags, **other})


def block_of(*members: Attribute) -> Block:
    """A schema of these."""
    return Block({member.name: member for member in members})


def nested(name: str, mode: str, block: Block, **other: Any) -> Attribute:
    """An optional attribute of objects."""
    kind = block.kind if mode == "single" else types.Collection(mode, block.kind)
    return attribute(name, kind, nested=Nested(mode, block), **other)


ITEM = block_of(
    attribute("name", required=True),
    attribute("number", types.NUMBER, computed=True, keep_state=True, only_computed=True),
    attribute("stamp", computed=True, only_computed=True),
)
LIST = block_of(nested("items", "list", ITEM))


def item(name: Any, number: Any = None, stamp: Any = None) -> Values:
    """An element of LIST."""
    return {"name": name, "number": number, "stamp": stamp}


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (["new", "a", "b"], [UNKNOWN, 1, 2]),
        (["a", "new", "b"], [1, UNKNOWN, 2]),
        (["b"], [2]),
        (["b", "a"], [2, 1]),
        (["a", "changed"], [1, 2]),
        (["a", "b", "new"], [1, 2, UNKNOWN]),
        (["changed", "b", "new"], [UNKNOWN, 2, UNKNOWN]),
        (["a", "a", "b"], [1, UNKNOWN, 2]),
    ],
)
def test_kept_values_follow_their_object_in_a_list(wanted: list[str], numbers: list[Any]) -> None:
    prior = {"items": [item("a", 1, "s1"), item("b", 2, "s2")]}
    planned = planned_by(LIST, {"items": [item(name) for name in wanted]}, prior)
    assert planned["items"] == [item(name, number, UNKNOWN) for name, number in zip(wanted, numbers, strict=True)]


def test_the_form_of_a_moved_element_is_not_taken_along() -> None:
    block = block_of(
        nested(
            "items", "list", block_of(attribute("name", same=caseless), attribute("n", computed=True, keep_state=True))
        )
    )
    prior = {"items": [{"name": "A", "n": "1"}, {"name": "B", "n": "2"}]}
    config = {"items": [{"name": "b", "n": None}, {"name": "a", "n": None}]}
    planned = planned_by(block, config, prior)
    assert planned["items"] == [{"name": "b", "n": "2"}, {"name": "a", "n": "1"}]
    assert_plan_valid(block, prior, config, planned)


def test_an_unknown_list_object_and_member_stay_where_they_are() -> None:
    prior = {"items": [item("a", 1, "s1"), item("b", 2, "s2")]}
    assert planned_by(LIST, {"items": UNKNOWN}, prior) == {"items": UNKNOWN}
    assert planned_by(LIST, {"items": [UNKNOWN, item("b")]}, prior)["items"] == [UNKNOWN, item("b", 2, UNKNOWN)]
    assert planned_by(LIST, {"items": [item("a"), item(UNKNOWN)]}, prior)["items"][1] == item(UNKNOWN, 2, UNKNOWN)
    deep = block_of(nested("outer", "list", block_of(nested("box", "single", ITEM), nested("items", "list", ITEM))))
    config = {"outer": [{"box": UNKNOWN, "items": None}, {"box": None, "items": UNKNOWN}]}
    assert planned_by(deep, config, {"outer": [{"box": item("a", 1, "s"), "items": [item("b", 2, "s")]}] * 2}) == config
    assert planned_by(deep, config, {"outer": [{"box": None, "items": [item("b", 2, "s")]}] * 2}) == config


def test_an_optional_and_computed_object_that_is_not_configured_is_kept() -> None:
    block = block_of(nested("box", "single", ITEM, computed=True), attribute("name"))
    prior = {"box": item("a", 1, "s"), "name": "x"}
    assert planned_by(block, {"box": None, "name": "x"}, None)["box"] is UNKNOWN
    assert planned_by(block, {"box": None, "name": "x"}, prior) == prior
    assert planned_by(block, {"box": None, "name": "y"}, prior) == {"box": UNKNOWN, "name": "y"}


def test_a_nested_default_has_its_inner_defaults_and_unknowns() -> None:
    inner = block_of(
        attribute("most", types.NUMBER, default=10, computed=True),
        attribute("unit", computed=True, only_computed=True),
    )
    block = block_of(
        nested("limits", "single", inner, computed=True, default={"most": None, "unit": None}), attribute("x")
    )
    config = {"limits": None, "x": "a"}
    assert planned_by(block, config, None)["limits"] == {"most": 10, "unit": UNKNOWN}
    state = {"limits": {"most": 10, "unit": "day"}, "x": "a"}
    assert planned_by(block, config, state) == state
    assert planned_by(block, {**config, "x": "b"}, state)["limits"] == {"most": 10, "unit": UNKNOWN}
    assert plan.with_defaults(block, {"limits": {"most": None}, "x": None})["limits"]["most"] == 10


def test_a_default_of_null_is_known() -> None:
    block = block_of(attribute("a", default=None, computed=True))
    assert planned_by(block, {"a": None}, None) == {"a": None}


def test_only_a_new_version_of_a_write_only_value_is_a_change() -> None:
    block = block_of(
        attribute("secret", write_only=True),
        attribute("version", types.NUMBER),
        attribute("stamp", computed=True, only_computed=True),
    )
    state = {"secret": None, "version": 1, "stamp": "s"}
    assert planned_by(block, {"secret": "other", "version": 1, "stamp": None}, state) == state
    assert planned_by(block, {"secret": "other", "version": 2, "stamp": None}, state) == {
        "secret": None, "version": 2, "stamp": UNKNOWN
    }  # fmt: skip


def test_a_configured_value_is_never_planned_as_null_for_the_sake_of_form() -> None:
    block = block_of(attribute("text", same=caseless))
    assert planned_by(block, {"text": ""}, {"text": None}) == {"text": ""}
    assert planned_by(block, {"text": None}, {"text": ""}) == {"text": None}
    assert plan.keep_form(block, {"text": None}, {"text": ""}) == {"text": None}


def test_a_default_keeps_the_form_of_the_prior_state() -> None:
    block = block_of(attribute("text", same=caseless, default="CH", computed=True))
    assert planned_by(block, {"text": None}, {"text": "ch"}) == {"text": "ch"}


def test_the_elements_of_a_set_keep_their_form_one_by_one() -> None:
    inner = block_of(attribute("name", same=caseless))
    block = block_of(nested("all", "set", inner))
    config = {"all": [{"name": "a"}, {"name": "c"}]}
    assert planned_by(block, config, {"all": [{"name": "A"}, {"name": "B"}]})["all"] == [{"name": "A"}, {"name": "c"}]
    both = {"all": [{"name": "A"}, {"name": "a"}]}
    assert planned_by(block, both, both) == both
    assert planned_by(block, both, {"all": [{"name": "A"}]}) == both
    two = {"all": [{"name": "Ab"}, {"name": "ab"}]}
    assert len(planned_by(block, two, {"all": [{"name": "AB"}]})["all"]) == 2
    deep = block_of(nested("outer", "set", block))
    prior = {"outer": [{"all": [{"name": "A"}]}]}
    assert planned_by(deep, {"outer": [{"all": [{"name": "a"}]}]}, prior) == prior


def test_a_whole_object_may_have_its_own_meaning() -> None:
    inner = block_of(attribute("a"), attribute("b"))
    block = block_of(nested("box", "single", inner, same=lambda x, y: x["a"] == y["a"]))
    prior = {"box": {"a": "1", "b": "2"}}
    assert planned_by(block, {"box": {"a": "1", "b": None}}, prior) == prior
    assert planned_by(block, {"box": {"a": "2", "b": None}}, prior) == {"box": {"a": "2", "b": None}}


def test_floats_mean_the_same_as_far_as_a_float_can_tell() -> None:
    block = block_of(attribute("f", types.NUMBER, number=float), attribute("d", types.NUMBER))
    from decimal import Decimal

    exact, rounded = Decimal("0.1234567890123456789"), Decimal("0.12345678901234568")
    assert plan.keep_form(block, {"f": exact, "d": exact}, {"f": rounded, "d": rounded}) == {"f": exact, "d": rounded}


def test_what_a_hook_sets_is_not_marked_unknown() -> None:
    block = block_of(attribute("x"), attribute("hash", computed=True, only_computed=True))
    config, proposed = {"x": "b", "hash": None}, {"x": "b", "hash": "old"}
    assert plan.mark_unknown(block, config, proposed, {"x": "b", "hash": "new"}) == {"x": "b", "hash": "new"}
    assert plan.mark_unknown(block, config, proposed, proposed) == {"x": "b", "hash": UNKNOWN}


REPLACED = block_of(attribute("key", requires_replace=True), attribute("other"))


@pytest.mark.parametrize(
    ("mode", "before", "after", "paths"),
    [
        ("single", {"key": "a", "other": "1"}, {"key": "a", "other": "2"}, []),
        ("single", {"key": "a", "other": "1"}, {"key": "b", "other": "1"}, [Path("box", "key")]),
        ("single", {"key": "a", "other": "1"}, None, [Path("box", "key")]),
        ("single", {"key": "a", "other": "1"}, UNKNOWN, []),
        ("single", {"key": "a", "other": "1"}, {"key": UNKNOWN, "other": "1"}, [Path("box", "key")]),
        ("list", [{"key": "a", "other": "1"}], [{"key": "b", "other": "1"}], [Path("box", 0, "key")]),
        ("list", [{"key": "a", "other": "1"}], [{"key": "a", "other": "2"}, {"key": None, "other": "3"}], []),
        ("map", {"m": {"key": "a", "other": "1"}}, {"m": {"key": "b", "other": "1"}}, [Path("box", Key("m"), "key")]),
        ("set", [{"key": "a", "other": "1"}], [{"key": "a", "other": "2"}], []),
        ("set", [{"key": "a", "other": "1"}], [{"key": "b", "other": "1"}], [Path("box")]),
    ],
)
def test_replacement_at_each_depth(mode: str, before: Any, after: Any, paths: list[Path]) -> None:
    block = block_of(nested("box", mode, REPLACED))
    assert plan.replacements(block, {"box": before}, {"box": after}) == paths


def test_a_computed_value_that_is_only_shown_as_unknown_replaces_nothing() -> None:
    block = block_of(attribute("x"), attribute("host", computed=True, requires_replace=True))
    state = {"x": "a", "host": "h"}
    proposed = plan.propose(block, {"x": "b", "host": None}, state)
    assert plan.replacements(block, state, proposed) == []
    assert plan.mark_unknown(block, {"x": "b", "host": None}, proposed, proposed)["host"] is UNKNOWN


def test_a_function_decides_about_replacement_except_for_the_unknown() -> None:
    block = block_of(attribute("size", types.NUMBER, requires_replace=lambda old, new: new < old))
    assert plan.replacements(block, {"size": 2}, {"size": 3}) == []
    assert plan.replacements(block, {"size": 2}, {"size": 1}) == [Path("size")]
    assert plan.replacements(block, {"size": 2}, {"size": UNKNOWN}) == [Path("size")]


def test_what_is_unfinished_is_stored_as_null() -> None:
    assert plan.without_unknowns({"a": UNKNOWN, "b": [UNKNOWN, "x"]}) == {"a": None, "b": [None, "x"]}


def test_write_only_values_are_found_at_every_depth() -> None:
    inner = block_of(attribute("wo", write_only=True))
    block = block_of(
        attribute("wo", write_only=True),
        nested("one", "single", inner),
        nested("many", "list", inner),
        nested("by", "map", inner),
    )
    config = {"wo": "s", "one": {"wo": "s"}, "many": [{"wo": None}, {"wo": "s"}], "by": {"k": {"wo": "s"}}}
    paths = [Path("wo"), Path("one", "wo"), Path("many", 1, "wo"), Path("by", Key("k"), "wo")]
    assert write_only_values(block, config) == paths
    assert write_only_values(block, plan.propose(block, config, None)) == []
    assert write_only_values(block, plan.without_write_only(block, config)) == []
    assert write_only_values(block, plan.keep_form(block, config, config)) == []


class Flagged(Model):
    """Has a flag."""

    name: str = declared(required=True)
    flag: bool | None = declared(same=lambda left, right: bool(left) == bool(right))


class Holder(Model):
    """Holds one, and several."""

    one: Flagged | None = declared()
    several: list[Flagged] | None = declared()


def test_what_is_not_configured_is_not_planned_from_an_equal_prior() -> None:
    """Of two equal objects the configured one is planned, where the prior one holds what is not configured."""

    prior = {"one": {"name": "a", "flag": False}, "several": [{"name": "b", "flag": False}]}
    config = {"one": {"name": "a", "flag": None}, "several": [{"name": "b", "flag": None}]}
    assert plan.propose(Holder.block, config, prior) == config
