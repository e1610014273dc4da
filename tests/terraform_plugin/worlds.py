"""Random resources with everything that the schema layer allows, random configurations, and an API behind them.

A world is a model class, two configurations of it and a seed for the API, which fills in what the server decides,
answers in other forms that mean the same, and changes by itself what nobody configured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st

from terraform_plugin import UNKNOWN, Context, Model, Provider, Resource, attribute, types
from terraform_plugin.codec import canonical_set
from terraform_plugin.model import to_model, to_values
from terraform_plugin.schema import Attribute, Block
from terraform_plugin.values import Dynamic, is_unknown, number
from tests.terraform_plugin.strategies import values

Values = dict[str, Any]

ANNOTATIONS: list[Any] = [
    *(str, str, str, str, int, float, Decimal, bool, Any),
    *(list[str], set[str], dict[str, str], list[Decimal], set[int], dict[str, float], list[list[str]]),
    *(dict[str, set[int]], set[set[str]], list[str | None], dict[str, int | None]),
]


def caseless(left: Any, right: Any) -> bool:
    """A matter of form: the case of texts, and null or empty."""
    return str(left or "").casefold() == str(right or "").casefold()


def shorter(old: Any, new: Any) -> bool:
    """A reason for a new object: a text that shrinks."""
    return len(str(new or "")) < len(str(old or ""))


@st.composite
def models(draw: st.DrawFn, depth: int = 2, *, in_set: bool = False, in_collection: bool = False) -> type[Model]:
    """A model with up to four attributes, each with flags that fit together."""
    body: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    for name in draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True)):
        hints[name], mode = draw(_annotation(depth, in_set=in_set, in_collection=in_collection))
        body[name] = draw(_specification(hints[name], nested=bool(mode), in_set=in_set))
    return type(Model)("Random", (Model,), {"__annotations__": hints, "__module__": __name__, **body})


@st.composite
def _annotation(draw: st.DrawFn, depth: int, *, in_set: bool, in_collection: bool) -> tuple[Any, str]:
    if depth and draw(st.integers(0, 2)) == 0:
        mode = draw(st.sampled_from(["single", "list", "set", "map"]))
        inner: Any = draw(
            models(depth - 1, in_set=in_set or mode == "set", in_collection=in_collection or mode != "single")
        )
        return {"single": inner, "list": list[inner], "set": set[inner], "map": dict[str, inner]}[mode], mode
    plain = [each for each in ANNOTATIONS if each is not Any or not in_collection]
    return draw(st.sampled_from(plain)), ""


@st.composite
def _specification(draw: st.DrawFn, hint: Any, *, nested: bool, in_set: bool) -> Any:
    flags = ["required", "optional", "optional"]
    if not in_set:
        flags += ["computed", "both", "default"] + ["write_only"] * (not nested)
    flag = draw(st.sampled_from(flags))
    given: dict[str, Any] = {"required": flag == "required", "sensitive": draw(st.booleans())}
    if flag in ("computed", "both"):
        given |= {"computed": True, "optional": flag == "both", "keep_state": draw(st.booleans())}
    if flag == "write_only":
        return attribute(write_only=True)
    if flag == "default":
        given["default"] = draw(_default(hint))
    if draw(st.booleans()):
        given["requires_replace"] = shorter if hint is str and not in_set and draw(st.booleans()) else True
    if hint is str and draw(st.booleans()):
        given["same"] = caseless
    return attribute(**given)


@st.composite
def _default(draw: st.DrawFn, hint: Any) -> Any:
    """A default in the form in which an author writes it."""
    if draw(st.integers(0, 4)) == 0:
        return None
    carrier = type(Model)(
        "Carrier", (Model,), {"__annotations__": {"x": hint}, "__module__": __name__, "x": attribute(required=True)}
    )
    member = carrier.block["x"]
    return to_model(carrier, {"x": draw(_value(member, known=True))}).x


@st.composite
def configurations(draw: st.DrawFn, block: Block, *, known: bool = False) -> Values:
    """A configuration that Terraform accepts; some of it may be known only after apply."""
    return {member.name: draw(_configured(member, known=known)) for member in block}


@st.composite
def _configured(draw: st.DrawFn, member: Attribute, *, known: bool) -> Any:
    if not (member.required or member.optional) or (not member.required and draw(st.integers(0, 2)) == 0):
        return None
    if not known and draw(st.integers(0, 7)) == 0:
        return UNKNOWN
    return draw(_value(member, known=known))


@st.composite
def _value(draw: st.DrawFn, member: Attribute, *, known: bool) -> Any:
    """A value of an attribute: not null, and not unknown as a whole."""
    if member.nested:
        one = configurations(member.nested.block, known=known)
        if member.nested.mode == "single":
            return draw(one)
        if member.nested.mode == "map":
            return draw(st.dictionaries(st.sampled_from("xyz"), one, max_size=2))
        elements = draw(st.lists(one, max_size=3))
        return canonical_set(elements) if member.nested.mode == "set" else elements
    if member.kind == types.STRING:  # few, so that equal and equivalent ones are frequent
        return draw(st.sampled_from(["a", "A", "b", "", "aa"]))
    drawn = draw(values(member.kind, known=known).filter(lambda value: value is not None and not is_unknown(value)))
    return _fitting(drawn if member.null_elements else _without_null_elements(drawn), member)


def _without_null_elements(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_null_elements(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_null_elements(each) for each in value if each is not None]
    return value


def holes(block: Block, config: Values) -> Iterator[tuple[tuple[str | int, ...], Values]]:
    """`config` with a null where none is allowed, once for each such place, and the path that ends there."""
    for member in block:
        if member.required:
            yield (member.name,), {**config, member.name: None}
        for place, spoiled in _holes_inside(member, member.kind, config[member.name]):
            yield (member.name, *place), {**config, member.name: spoiled}


def _holes_inside(member: Attribute, kind: types.Type, value: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(kind, types.Object) and isinstance(value, dict) and member.nested:
        yield from holes(member.nested.block, value)
    elif isinstance(kind, types.Collection) and isinstance(value, dict | list):
        for step in list(value) if isinstance(value, dict) else range(len(value)):
            here = () if kind.kind == "set" else (step,)
            if not member.null_elements:
                yield here, _with(kind, value, step, None)
            for place, spoiled in _holes_inside(member, kind.element, value[step]):
                yield (*here, *place), _with(kind, value, step, spoiled)


def _with(kind: types.Collection, value: Any, step: Any, element: Any) -> Any:
    changed = value.copy()
    changed[step] = element
    return canonical_set(changed) if kind.kind == "set" else changed


def _fitting(value: Any, member: Attribute) -> Any:
    """`value` with whole numbers where the model says `int`, and none beyond a float where it says `float`."""
    if isinstance(value, list):
        elements = [_fitting(each, member) for each in value]
        is_set = isinstance(member.kind, types.Collection) and "set" in str(member.kind.to_json())
        return canonical_set(elements) if is_set else elements
    if isinstance(value, dict):
        return {key: _fitting(each, member) for key, each in value.items()}
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    if member.number is int:
        return int(value) if abs(value) < 10**100 else 10**100
    return number(0.1) if member.number is float and abs(value) > 10**300 else value


class Api:
    """The server: whatever Terraform planned comes back complete, in a form and with extras of its own choice."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def settle(self, block: Block, config: Values) -> Values:
        """The configuration at apply, when everything that it refers to is known."""
        return {member.name: self._settled(member, config[member.name]) for member in block}

    def _settled(self, member: Attribute, value: Any) -> Any:
        if is_unknown(value):
            return None if not member.required and self.random.random() < 0.2 else self._configured(member)
        if member.nested:
            return _each(member, value, self.settle)
        return self._known(member.kind, value)

    def _configured(self, member: Attribute) -> Any:
        if not member.nested:
            return self._known(member.kind, UNKNOWN)
        block = member.nested.block
        one = {each.name: UNKNOWN if each.required or each.optional else None for each in block}
        wrapped = {"single": one, "map": {"x": one}}.get(member.nested.mode, [one])
        return _each(member, wrapped, self.settle)

    def answer(self, block: Block, planned: Values, config: Values | None, *, drift: bool = False) -> Values:
        """The object as the server has it after a write; with `drift` also what it decides by itself is new."""
        return {
            member.name: self._answered(member, planned[member.name], (config or {}).get(member.name), drift=drift)
            for member in block
        }

    def _answered(self, member: Attribute, planned: Any, config: Any, *, drift: bool) -> Any:
        if member.write_only:
            return None
        server_decides = config is None and member.computed and not member.has_default
        if is_unknown(planned) or (drift and server_decides and self.random.random() < 0.5):
            return None if self.random.random() < 0.2 else self._made(member)
        if member.same is caseless and self.random.random() < 0.5:
            return planned.swapcase() if planned else self.random.choice([None, ""])
        if not member.nested:
            return self._known(member.kind, planned)
        answered = _each(member, planned, lambda inner, each: self.answer(inner, each, None))
        if member.nested.mode == "set" and planned and len(answered) < len(planned):
            return self._known(member.kind, planned)  # a form of its own must not make one element of two
        return answered

    def _made(self, member: Attribute) -> Any:
        if not member.nested:
            return self._known(member.kind, UNKNOWN)
        one = {each.name: None if each.write_only else UNKNOWN for each in member.nested.block}
        wrapped = {"single": one, "map": {"x": one}}.get(member.nested.mode, [one])
        return _each(member, wrapped, lambda inner, each: self.answer(inner, each, None))

    def _known(self, kind: types.Type, value: Any) -> Any:
        """`value`, in which everything unknown has become something."""
        if is_unknown(value):
            return self._something(kind)
        match kind:
            case types.Collection() if isinstance(value, dict):
                return {key: self._known(kind.element, each) for key, each in value.items()}
            case types.Collection() if value is not None:
                elements = [self._known(kind.element, each) for each in value]
                return canonical_set(elements) if kind.kind == "set" else elements
            case types.Object() if value is not None:
                return {name: self._known(each, value[name]) for name, each in kind.attributes.items()}
            case types.Tuple() if value is not None:
                return [self._known(each, inner) for each, inner in zip(kind.elements, value, strict=True)]
        return Dynamic(value.type, self._known(value.type, value.value)) if isinstance(value, Dynamic) else value

    def _something(self, kind: types.Type) -> Any:
        match kind:
            case types.Collection("map"):
                return {"k": self._something(kind.element)}
            case types.Collection():
                return [self._something(kind.element)]
            case types.Object():
                return {name: self._something(each) for name, each in kind.attributes.items()}
            case types.Tuple():
                return [self._something(each) for each in kind.elements]
        if kind == types.DYNAMIC:
            return Dynamic(types.STRING, "server")
        return {"string": self.random.choice(["a", "B", "zz"]), "number": self.random.choice([0, 7, 2**64])}.get(
            kind.to_json(), True
        )


def reformed(block: Block, config: Values) -> Values:
    """The same configuration as another user would write it."""

    def one(member: Attribute, value: Any) -> Any:
        if member.same is caseless and value is not None:
            return value.swapcase()
        return _each(member, value, reformed) if member.nested else value

    return {member.name: one(member, config[member.name]) for member in block}


def _each(member: Attribute, value: Any, make: Any) -> Any:
    """`make(block, object)` for each object of a nested attribute."""
    assert member.nested
    if value is None:
        return None
    block = member.nested.block
    if member.nested.mode == "single":
        return make(block, value)
    if member.nested.mode == "map":
        return {key: each and make(block, each) for key, each in value.items()}
    elements = [each and make(block, each) for each in value]
    return canonical_set(elements) if member.nested.mode == "set" else elements


def _flags(member: Attribute) -> str:
    names = ("required", "optional", "computed", "write_only", "keep_state", "requires_replace", "same")
    flags = [name for name in names if getattr(member, name)]
    default = [f"default={member.default!r}"] if member.has_default else []
    return " ".join([str(member.nested.mode if member.nested else member.kind.to_json()), *flags, *default])


@dataclass(frozen=True)
class World:
    """A kind of object, a configuration to create one with, one to change it to, and a seed for the API."""

    model: type[Model]
    first: Values
    second: Values
    seed: int

    def __repr__(self) -> str:
        flags = {name: _flags(member) for name, member in self.model.block.walk()}
        return f"World({flags}, {self.first}, {self.second}, {self.seed})"

    def provider(self, api: Api) -> Provider[Any]:
        """A provider with this one resource behind `api`."""
        model = self.model

        class OneResource(Resource[Any]):
            type_name: ClassVar[str] = "random_object"

            def create(self, ctx: Context[Any], plan: Any) -> Any:
                return to_model(model, api.answer(model.block, to_values(plan), to_values(ctx.config), drift=True))

            def update(self, ctx: Context[Any], prior: Any, plan: Any) -> Any:
                return self.create(ctx, plan)

            def read(self, ctx: Context[Any], state: Any) -> Any:
                return to_model(model, api.answer(model.block, to_values(state), None))

        OneResource.model = model

        class Nothing(Model):
            """The provider block."""

        class Random(Provider[Nothing]):
            name: ClassVar[str] = "random"
            version: ClassVar[str] = "1"

            def resources(self) -> list[Resource[Any]]:
                return [OneResource()]

        Random.model = Nothing
        return Random()


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A world in which anything may happen that Terraform allows."""
    model = draw(models())
    first = draw(configurations(model.block))
    second = draw(st.one_of(configurations(model.block), _touched(model.block, first)))
    return World(model, first, second, draw(st.integers(0, 2**32)))


@st.composite
def _touched(draw: st.DrawFn, block: Block, config: Values) -> Values:
    """`config` with one attribute changed, the usual update."""
    other = draw(configurations(block))
    name = draw(st.sampled_from(sorted(block.attributes)))
    return {**config, name: other[name]}
