"""Typed models: the class that an author writes, from which the schema follows and which handlers receive.

```python
class Rule(Model):
    pattern: str = attribute(required=True, description="What is matched.")


class Filter(Model):
    '''Keeps some rows.'''

    id: str = attribute(computed=True, keep_state=True)
    name: str = attribute(required=True, requires_replace=True)
    rules: list[Rule] | None = attribute()
```

`str`, `int`, `float`, `Decimal`, `bool`, `Any` (dynamic), another model, and `list`, `set` and `dict[str, ...]` of
these (but `Any`) are the types. An element of a collection is not null, unless the model says so:
`list[str | None]`.
A model that inherits from another has its attributes and rules, too. In a plan a value may be `UNKNOWN`; sets arrive
as `frozenset`.
"""

from __future__ import annotations

import types as python_types
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from inspect import get_annotations
from typing import Any, ClassVar, Final, Self, TypeVar, Union, get_args, get_origin

from terraform_plugin import types
from terraform_plugin.codec import canonical_set, encode
from terraform_plugin.schema import NO_DEFAULT, Attribute, Block, BlockValidator, Nested, SchemaError, Validator, check
from terraform_plugin.validators import wrong_value
from terraform_plugin.values import Unknown, as_float, composed, number, sort_key

NUMBERS: Final = (int, float, Decimal)
COLLECTIONS: Final = {list: "list", set: "set", frozenset: "set", dict: "map"}


M = TypeVar("M", bound="Model")


class _Specification(dict[str, Any]):
    """What `attribute()` was given, until the class is complete."""


def attribute(
    *,
    required: bool = False,
    optional: bool | None = None,
    computed: bool = False,
    default: Any = NO_DEFAULT,
    sensitive: bool = False,
    write_only: bool = False,
    requires_replace: bool | Callable[[Any, Any], bool] = False,
    keep_state: bool = False,
    deprecated: str = "",
    description: str = "",
    validators: Sequence[Validator] = (),
    same: Callable[[Any, Any], bool] | None = None,
    one_of: Sequence[str] = (),
    references: tuple[str, str] | None = None,
    unseen: str = "",
) -> Any:
    """Declare an attribute of a model.

    Without `required` or `computed` it is optional; `computed` alone is read-only, `computed` with `optional` may be
    set by the user or by the server; a `default` makes it optional and computed. The other parameters are those of
    `terraform_plugin.schema.Attribute`.
    """
    has_default = default is not NO_DEFAULT
    if optional is None:
        optional = has_default or not (required or computed)
    return _Specification(
        required=required,
        optional=optional,
        computed=computed or has_default,
        default=default,
        sensitive=sensitive,
        write_only=write_only,
        requires_replace=requires_replace,
        keep_state=keep_state,
        deprecated=deprecated,
        description=description,
        validators=tuple(validators),
        same=same,
        one_of=tuple(one_of),
        references=references,
        unseen=unseen,
    )


class Model:
    """The base of typed models. Instances are immutable by convention: `replace` makes a changed copy.

    Class parameters: `validators`, rules over several attributes (see `terraform_plugin.validators`).
    """

    block: ClassVar[Block]

    def __init_subclass__(cls, *, validators: Sequence[BlockValidator] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        hints = get_annotations(cls, eval_str=True)  # at a third of the cost of `typing.get_type_hints`
        inherited: Block | None = getattr(cls.__base__, "block", None)
        attributes = dict(inherited.attributes) if inherited else {}
        for name, specification in list(vars(cls).items()):
            if isinstance(specification, _Specification):
                delattr(cls, name)
                attributes[name] = _attribute(f"{cls.__name__}.{name}", name, hints[name], specification)
        rules = (*(inherited.validators if inherited else ()), *validators)
        cls.block = Block(attributes, rules, cls, _first_paragraph(cls.__doc__))
        check(cls.block, root=False)

    def __init__(self, **values: Any) -> None:
        unexpected = values.keys() - self.block.attributes.keys()
        if unexpected:
            raise TypeError(f"{type(self).__name__} has no attribute {', '.join(sorted(unexpected))}")
        for name in self.block.attributes:
            value = values.get(name)
            setattr(self, name, frozenset(value) if isinstance(value, set) else value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(sort_key(to_values(self)))

    def __repr__(self) -> str:
        shown = (
            f"{name}={'(sensitive)' if member.sensitive or member.write_only else repr(getattr(self, name))}"
            for name, member in self.block.attributes.items()
            if getattr(self, name) is not None
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def replace(self, **changes: Any) -> Self:
        """A copy with some attributes changed. Raises TypeError for an attribute that the model lacks."""
        return type(self)(**{**vars(self), **changes})

    def changed(self, other: Self) -> set[str]:
        """The names of the attributes in which two models differ."""
        return {name for name in self.block.attributes if getattr(self, name) != getattr(other, name)}


def _first_paragraph(text: str | None) -> str:
    return " ".join((text or "").strip().split("\n\n")[0].split())


def _attribute(label: str, name: str, hint: Any, specification: _Specification) -> Attribute:
    if hasattr(Model, name) or name in Model.__annotations__:
        raise SchemaError(f"{label}: every model has a {name} of its own; choose another name")
    kind, nested, innermost = _kind(label, hint)
    if specification["write_only"] and nested:
        raise SchemaError(f"{label}: make the members write-only, not the object")
    made = Attribute(
        name=name,
        kind=kind,
        nested=nested,
        number=innermost,
        null_elements=_allows_null_elements(hint),
        **specification,
    )
    if made.has_default and made.default is not None:
        object.__setattr__(made, "default", _default(label, made))
    return made


def _default(label: str, member: Attribute) -> Any:
    try:
        value = _plain(member.default, member)
        encode(value, member.kind)
    except (ValueError, TypeError, AttributeError) as error:
        raise SchemaError(f"{label}: the default does not fit the type: {error}") from error
    for wrong in wrong_value(member, value):
        raise SchemaError(f"{label}: the default breaks the attribute's own rule: {wrong}")
    return value


def _kind(label: str, hint: Any) -> tuple[types.Type, Nested | None, type]:
    """The Terraform type of an annotation, its nested block where it has one, and its innermost Python type."""
    hint = _without_none(hint)
    if hint is Any:
        return types.DYNAMIC, None, object
    if isinstance(hint, type) and issubclass(hint, Model):
        return hint.block.kind, Nested("single", hint.block), object
    if hint in NUMBERS:
        return types.NUMBER, None, hint
    if hint in (str, bool):
        return types.STRING if hint is str else types.BOOL, None, hint
    mode = COLLECTIONS.get(get_origin(hint) or hint)
    if mode is None or not get_args(hint) or (mode == "map" and get_args(hint)[0] is not str):
        raise SchemaError(f"{label}: Terraform has no type for {hint}")
    element = _without_none(get_args(hint)[-1])
    kind, nested, innermost = _kind(label, element)
    if mode == "set" and isinstance(kind, types.Collection) and kind.kind != "set":
        raise SchemaError(f"{label}: the elements of a set are handed over hashed, which a list or a dict cannot be")
    if kind == types.DYNAMIC:
        raise SchemaError(f"{label}: all elements of a collection are of one type, which Any is not")
    if nested and nested.mode != "single":
        raise SchemaError(f"{label}: a collection of collections of objects needs an object in between")
    return types.Collection(mode, kind), Nested(mode, nested.block) if nested else None, innermost


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, python_types.UnionType):
        members = [member for member in get_args(hint) if member is not type(None)]
        if len(members) == 1:
            return members[0]
    return hint


def _allows_null_elements(hint: Any) -> bool:
    """Whether an annotation says, at whatever depth, that the elements of a collection may be null."""
    hint = _without_none(hint)
    if get_origin(hint) not in COLLECTIONS:
        return False
    element = get_args(hint)[-1]
    return _without_none(element) is not element or _allows_null_elements(element)


def to_values(model: Model) -> dict[str, Any]:
    """A model as the plain values that the planner and the wire use."""
    return {name: _plain(getattr(model, name), member) for name, member in model.block.attributes.items()}


def _plain(value: Any, member: Attribute) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    return _plain_of_kind(value, member.kind)


def _plain_of_kind(value: Any, kind: types.Type) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(value, Model):
        return to_values(value)
    if isinstance(kind, types.Collection):
        if kind.kind == "map":
            return {composed(key): _plain_of_kind(member, kind.element) for key, member in value.items()}
        elements = [_plain_of_kind(member, kind.element) for member in value]
        return canonical_set(elements) if kind.kind == "set" else elements
    if kind == types.NUMBER:
        return number(value)
    return composed(value) if isinstance(value, str) else value


def amended(values: dict[str, Any], offered: M, returned: M) -> dict[str, Any]:
    """`values` with what a hook changed that was offered them as model; what it left alone stays exactly as it is."""
    return {
        name: values.get(name)
        if getattr(returned, name) is getattr(offered, name)
        else _plain(getattr(returned, name), member)
        for name, member in offered.block.attributes.items()
    }


def to_model(model: type[M], values: dict[str, Any]) -> M:
    """Plain values as an instance of `model`."""
    return model(**{name: _typed(values.get(name), member) for name, member in model.block.attributes.items()})


def _typed(value: Any, member: Attribute) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    return _typed_of_kind(value, member.kind, member)


def _typed_of_kind(value: Any, kind: types.Type, member: Attribute) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    if isinstance(kind, types.Collection):
        return _typed_collection(value, kind, member)
    if isinstance(kind, types.Object) and member.nested:
        return to_model(member.nested.block.model, value)
    if kind == types.NUMBER and member.number in (float, Decimal):
        return as_float(value) if member.number is float else Decimal(value)
    return value


def _typed_collection(value: Any, kind: types.Collection, member: Attribute) -> Any:
    if kind.kind == "map":
        return {key: _typed_of_kind(element, kind.element, member) for key, element in value.items()}
    elements: Iterable[Any] = (_typed_of_kind(element, kind.element, member) for element in value)
    return list(elements) if kind.kind == "list" else frozenset(elements)
