"""Any resource, any configuration, any API: Terraform's rules hold over the wire for the whole life of an object."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings

from terraform_plugin import plan, types
from terraform_plugin.codec import canonical_set, decode, encode
from terraform_plugin.messages import tfplugin6
from terraform_plugin.schema import Attribute, Block, Nested
from terraform_plugin.servicer import Servicer
from terraform_plugin.values import Dynamic, is_unknown, wholly_known
from tests.terraform_plugin import rules
from tests.terraform_plugin.worlds import Api, World, holes, reformed, shorter, worlds

pytestmark = pytest.mark.slow

Values = dict[str, Any]
Place = tuple[Any, ...]
patient = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


class Terraform:
    """Terraform's side of the life of one object; every answer is held against its rules at once."""

    def __init__(self, world: World) -> None:
        self.api = Api(world.seed)
        self.block = world.model.block
        self.kind = world.model.block.kind
        self.servicer = Servicer(world.provider(self.api))
        self.servicer.checked = True  # our own checker must not cry wolf
        self.private = b""

    def call(self, name: str, **fields: Any) -> Any:
        """One call; no answer carries a diagnostic."""
        response = getattr(self.servicer, name)(tfplugin6[f"{name}.Request"](type_name="random_object", **fields))
        said = [f"{each.summary}: {each.detail}" for each in response.diagnostics]
        assert said == [], said
        return response

    def refusals(self, name: str, **fields: Any) -> list[Place]:
        """One call that is refused: the paths of what is null."""
        if name == "ValidateResourceConfig":
            fields["client_capabilities"] = {"write_only_attributes_allowed": True}
        response = getattr(self.servicer, name)(tfplugin6[f"{name}.Request"](type_name="random_object", **fields))
        assert {each.summary for each in response.diagnostics} == {"Invalid value in random_object"}
        assert all("is null: give a value" in each.detail for each in response.diagnostics)
        return [tuple(_step(step) for step in each.attribute.steps) for each in response.diagnostics]

    def wire(self, values: Values | None) -> Any:
        """Values as Terraform sends them."""
        return tfplugin6["DynamicValue"](msgpack=encode(values, self.kind))

    def plan(self, prior: Values | None, config: Values) -> tuple[Values, set[Place]]:
        """What is planned, and the paths that need a new object."""
        self.call("ValidateResourceConfig", config=self.wire(config), client_capabilities={
            "write_only_attributes_allowed": True
        })  # fmt: skip
        response = self.call(
            "PlanResourceChange",
            prior_state=self.wire(prior),
            proposed_new_state=self.wire(config),
            config=self.wire(config),
        )
        planned = decode(response.planned_state.msgpack, self.kind)
        assert list(rules.plan_breaches(self.block, prior, config, planned)) == []
        assert list(rules.promise_breaches(self.block, prior, config, planned)) == []
        return planned, {tuple(_step(step) for step in path.steps) for path in response.requires_replace}

    def apply(self, prior: Values | None, planned: Values, config: Values) -> Values:
        """The state after a create or an update."""
        response = self.call(
            "ApplyResourceChange",
            prior_state=self.wire(prior),
            planned_state=self.wire(planned),
            config=self.wire(config),
        )
        state: Values = decode(response.new_state.msgpack, self.kind)
        assert list(rules.result_breaches(self.kind, planned, state)) == []
        assert list(rules.state_breaches(self.block, state)) == []
        return state

    def refresh(self, state: Values) -> Values:
        """The state after it was stored as JSON, read back and refreshed."""
        stored = tfplugin6["RawState"](json=stored_as(state, self.kind).encode())
        upgraded = self.call("UpgradeResourceState", raw_state=stored).upgraded_state
        assert decode(upgraded.msgpack, self.kind) == state
        read: Values = decode(self.call("ReadResource", current_state=upgraded).new_state.msgpack, self.kind)
        assert list(rules.state_breaches(self.block, read)) == []
        return read

    def change(self, prior: Values | None, config: Values) -> tuple[Values, Values]:
        """Plan, settle what was unknown, plan again, apply: the configuration that was applied, and the state."""
        first, reasons = self.plan(prior, config)
        if reasons:
            prior = None
            first, reasons = self.plan(None, config)
        assert reasons == set(), "a new object needs no replacement"
        settled = self.api.settle(self.block, config)
        again, _ = self.plan(prior, settled)
        assert list(rules.result_breaches(self.kind, first, again)) == [], "Terraform: inconsistent final plan"
        return settled, prior if again == prior else self.apply(prior, again, settled)

    def assert_nothing_to_do(self, state: Values, config: Values) -> None:
        """The plan is empty."""
        assert self.plan(state, config) == (state, set())


def _step(step: Any) -> Any:
    selected = step.WhichOneof("selector")
    value = getattr(step, selected)
    return {"key": value} if selected == "element_key_string" and not isinstance(value, str) else value


def stored_as(value: Any, kind: types.Type) -> str:
    """A value as state files hold it."""
    match kind:
        case types.Primitive("dynamic") if isinstance(value, Dynamic):
            return f'{{"type": {json.dumps(value.type.to_json())}, "value": {stored_as(value.value, value.type)}}}'
        case types.Object() if value is not None:
            members = kind.attributes.items()
            return "{" + ", ".join(f"{json.dumps(n)}: {stored_as(value[n], each)}" for n, each in members) + "}"
        case types.Collection() if isinstance(value, dict):
            return "{" + ", ".join(f"{json.dumps(k)}: {stored_as(v, kind.element)}" for k, v in value.items()) + "}"
        case types.Collection() if isinstance(value, list):
            return "[" + ", ".join(stored_as(each, kind.element) for each in value) + "]"
        case types.Tuple() if isinstance(value, list):
            return "[" + ", ".join(map(stored_as, value, kind.elements)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


@patient
@given(worlds())
def test_the_whole_life_of_any_object_keeps_terraforms_rules(world: World) -> None:
    terraform = Terraform(world)
    config, state = terraform.change(None, world.first)
    terraform.assert_nothing_to_do(state, config)
    refreshed = terraform.refresh(state)
    terraform.assert_nothing_to_do(refreshed, config)

    config, state = terraform.change(refreshed, world.second)
    terraform.assert_nothing_to_do(state, config)
    terraform.assert_nothing_to_do(terraform.refresh(state), config)


@patient
@given(worlds())
def test_what_the_server_decides_by_itself_is_never_a_change(world: World) -> None:
    terraform = Terraform(world)
    config, state = terraform.change(None, world.first)
    drifted = terraform.api.answer(terraform.block, state, config, drift=True)
    read = plan.keep_form(terraform.block, state, drifted)
    terraform.assert_nothing_to_do(read, config)


@patient
@given(worlds())
def test_another_form_of_the_same_configuration_is_no_change(world: World) -> None:
    terraform = Terraform(world)
    config, state = terraform.change(None, world.first)
    terraform.assert_nothing_to_do(state, reformed(terraform.block, config))


@patient
@given(worlds())
def test_a_new_object_is_asked_for_exactly_where_it_is_declared(world: World) -> None:
    terraform = Terraform(world)
    _, state = terraform.change(None, world.first)
    planned, reasons = terraform.plan(state, world.second)
    sure, possible = wanted_reasons(terraform.block, world.second, state, planned)
    event(f"{len(sure)} reasons")
    assert sure <= reasons
    assert reasons <= sure | possible


@patient
@given(worlds())
def test_a_null_that_nothing_can_be_made_of_is_refused_wherever_it_stands(world: World) -> None:
    terraform = Terraform(world)
    for place, config in holes(terraform.block, world.first):
        assert terraform.refusals("ValidateResourceConfig", config=terraform.wire(config)) == [place]
        wired = {"proposed_new_state": terraform.wire(config), "config": terraform.wire(config)}
        assert terraform.refusals("PlanResourceChange", **wired, prior_state=terraform.wire(None)) == [place]


def wanted_reasons(
    block: Block, config: Values, prior: Values, planned: Values, path: Place = ()
) -> tuple[set[Place], set[Place]]:
    """The paths that must, and the further ones that may, be a reason for a new object.

    A declared attribute is a reason where its planned value is another one. Where the user left it to the server and
    it is shown as unknown, it may be one: it is if the object around it is new.
    """
    sure: set[Place] = set()
    possible: set[Place] = set()
    for member in block:
        here, before, after = (*path, member.name), prior.get(member.name), planned.get(member.name)
        mine = config.get(member.name)
        left_open = mine is None and not member.has_default
        if before == after:
            continue
        if left_open and is_unknown(after):
            possible.add(here)
        elif _is_reason(member, before, after):
            (possible if member.nested and not wholly_known(after) else sure).add(here)
        elif member.nested and not is_unknown(after):
            inner = member.default if mine is None and member.has_default else mine
            found = _inner(member.nested, inner, before, after, here)
            sure |= found[0]
            possible |= found[1]
    return sure, possible


def _is_reason(member: Attribute, before: Any, after: Any) -> bool:
    if member.requires_replace is shorter and not is_unknown(after):
        return shorter(before, after)
    return bool(member.requires_replace)


def _inner(nested: Nested, mine: Any, before: Any, after: Any, here: Place) -> tuple[set[Place], set[Place]]:
    block = nested.block
    if nested.mode == "single":
        return wanted_reasons(block, mine or {}, before or {}, after or {}, here)
    if nested.mode == "set":
        return (set() if _decisive(block, before) == _decisive(block, after) else {here}), set()
    sure: set[Place] = set()
    possible: set[Place] = set()
    keyed = nested.mode == "map"
    places = {*(before or {}), *(after or {})} if keyed else range(max(len(before or []), len(after or [])))
    for place in places:
        objects = [_object(each, place, keyed=keyed) for each in (mine, before, after)]
        if any(is_unknown(each) for each in objects):
            continue
        found = wanted_reasons(block, *(each or {} for each in objects), (*here, place))
        sure |= found[0]
        possible |= found[1]
    return sure, possible


def _decisive(block: Block, elements: Any) -> list[Any]:
    """Of the elements of a set what needs a new object when it changes, and nothing beside it."""
    parts = [_decisive_part(block, each) for each in elements or []]
    return canonical_set([each for each in parts if each != {}])


def _decisive_part(block: Block, value: Any) -> Any:
    if value is None or is_unknown(value):
        return {}
    part: Values = {}
    for member in block:
        inner = value[member.name]
        if member.requires_replace:
            part[member.name] = inner
        elif member.nested and inner is not None and not is_unknown(inner):
            one = member.nested.mode == "single"
            objects = {"": inner} if one else inner if isinstance(inner, dict) else dict(enumerate(inner))
            if member.nested.mode == "set":
                below: Any = _decisive(member.nested.block, inner)
            else:
                found = {key: _decisive_part(member.nested.block, each) for key, each in objects.items()}
                below = {str(key): each for key, each in found.items() if each}
            if below:
                part[member.name] = below
    return part


def _object(value: Any, place: Any, *, keyed: bool) -> Any:
    if value is None or is_unknown(value):
        return None
    return value.get(place) if keyed else value[place] if place < len(value) else None
