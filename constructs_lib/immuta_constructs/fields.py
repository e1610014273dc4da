"""The properties of the generated classes: reading gives a reference, assigning changes the configuration.

`purpose.name` is a reference that Terraform resolves (so whoever uses it waits for the purpose), and
`purpose.name_input` what was configured. References are cached, because each costs a round trip to node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar, overload

if TYPE_CHECKING:
    from immuta_constructs.engine import cdk  # noqa: F401  (named in the base classes below, as text)

__all__ = [
    "AnyField",
    "BoolField",
    "BoolMapField",
    "Input",
    "NumberField",
    "NumberListField",
    "NumberMapField",
    "StringField",
    "StringListField",
    "StringMapField",
]

T = TypeVar("T")
V = TypeVar("V")


class Owner(Protocol):
    """What a field needs of the construct it belongs to."""

    def cached_reference(self, name: str, getter: str) -> Any: ...
    def assign(self, name: str, value: Any) -> None: ...
    def configured(self, name: str) -> Any: ...


class Field(Generic[T, V]):
    """A property that reads as a reference of type T and takes values of type V (None removes the argument).

    Args:
        name: Terraform's name of the attribute.
    """

    _getter = "interpolation_for_attribute"

    def __init__(self, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: Owner, kind: type) -> T: ...
    def __get__(self, owner: Owner | None, kind: type) -> Self | T:
        if owner is None:
            return self
        value: T = owner.cached_reference(self._name, self._getter)
        return value

    def __set__(self, owner: Owner, value: V | None) -> None:
        owner.assign(self._name, value)


class StringField(Field[str, V]):
    """A string."""

    _getter = "get_string_attribute"


class NumberField(Field[float, V]):
    """A number; the reference is a float that must not be calculated with."""

    _getter = "get_number_attribute"


class BoolField(Field["cdk.IResolvable", V]):
    """A boolean; Python cannot hold a reference to one, so it is the engine's lazy value."""

    _getter = "get_boolean_attribute"


class StringListField(Field[list[str], V]):
    """A list or set of strings; take elements with `Fn.element`, and `Fn.tolist` first for a set."""

    _getter = "get_list_attribute"


class NumberListField(Field[list[float], V]):
    """A list or set of numbers."""

    _getter = "get_number_list_attribute"


class StringMapField(Field[dict[str, str], V]):
    """A map of strings; take values with `Fn.lookup`."""

    _getter = "get_string_map_attribute"


class NumberMapField(Field[dict[str, float], V]):
    """A map of numbers."""

    _getter = "get_number_map_attribute"


class BoolMapField(Field[dict[str, bool], V]):
    """A map of booleans."""

    _getter = "get_boolean_map_attribute"


class AnyField(Field["cdk.IResolvable", V]):
    """Anything else; `attribute_reference("path.below")` refers to its members."""


class Input(Generic[T]):
    """What is configured for an attribute, normalised; None when it is not."""

    def __init__(self, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: Owner, kind: type) -> T | None: ...
    def __get__(self, owner: Owner | None, kind: type) -> Self | T | None:
        if owner is None:
            return self
        value: T | None = owner.configured(self._name)
        return value

    def __set__(self, owner: Owner, value: Any) -> None:
        raise AttributeError(f"{self._name}_input is read-only; assign to {self._name}.")
