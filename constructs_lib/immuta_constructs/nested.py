"""Base of the typed nested objects (`ProjectSubscriptionPolicy(...)`) that are generated beside the resources.

They give completion and type checks for what would else be anonymous dictionaries; plain dictionaries are accepted
wherever they are. They are built without `dataclasses` because executing its generated code costs a millisecond per
class at import, and a policy has dozens of them; type checkers see a frozen, keyword-only dataclass.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, ClassVar, NoReturn, dataclass_transform

from immuta_constructs.errors import ValueProblem, at_caller, caller
from immuta_constructs.schema import Attributes

__all__ = ["NestedObject", "did_you_mean", "made_at", "members", "set_members"]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that offers the nearest known name, or lists them all."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known are: {', '.join(names)}."


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=True)
class NestedObject:
    """A nested object of a resource: keyword arguments only, immutable, compared by value."""

    ATTRIBUTES: ClassVar[Attributes] = {}
    PYTHON_NAMES: ClassVar[dict[str, str]] = {}
    """Arguments whose Terraform name is a Python keyword: `from_` -> `from`."""

    def __init__(self, **values: Any) -> None:
        given = {self.PYTHON_NAMES.get(name, name): value for name, value in values.items()}
        for name in given:
            if name not in self.ATTRIBUTES:
                raise self._problem(f"has no argument {name!r}. {did_you_mean(name, self.ATTRIBUTES)}")
        for name, attribute in self.ATTRIBUTES.items():
            if attribute.required and given.get(name) is None:
                raise self._problem(f"needs {name!r}.")
        self.__dict__.update(values, _members=given, _made_at=caller())

    @classmethod
    def _problem(cls, text: str) -> ValueProblem:
        return ValueProblem(at_caller(f"{cls.__name__} {text}"))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} cannot be changed; make a new one.")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and members(other) == members(self)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in members(self).items())
        return f"{type(self).__name__}({given})"


def members(nested: NestedObject) -> dict[str, Any]:
    """What was given, by Terraform's names; functions instead of methods, so that no attribute name is taken."""
    return {name: value for name, value in nested.__dict__["_members"].items() if value is not None}


def made_at(nested: NestedObject) -> str:
    """`file:line` where the object was made, for messages about its members."""
    file, line = nested.__dict__["_made_at"]
    return f"{file}:{line}"


def set_members(**members: Any) -> dict[str, Any] | None:
    """The members that are set, as a plain object; None when none is, so that the attribute is left out."""
    return {name: value for name, value in members.items() if value is not None} or None
