"""Checks and normalises what users pass, before the engine sees it.

The CDK drops, renames or misreads many Python values without a word, and fails on others inside `app.synth()` with
a message that names neither the construct nor the attribute nor a line of Python. Every such case that can be seen in
advance is refused here, in the constructor, with all of that and with the fix.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import os
import re
import uuid
import warnings
from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from constructs import Construct

from immuta_constructs.errors import ValueProblem, at_caller, caller
from immuta_constructs.nested import NestedObject, did_you_mean, made_at, members
from immuta_constructs.schema import Attribute, Attributes
from immuta_constructs.secrets import InsecureLiteral, SecretFromEnv
from immuta_constructs.tokens import (
    is_list_token,
    is_map_token,
    is_reference,
    is_resolvable,
    lost_text,
    merged_list,
    merged_map,
)

__all__ = ["Checker"]

_LARGEST_EXACT_INTEGER = 2**53
_NUMBER_LITERAL = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_DROPPED = "is None, which the CDK would drop without a word. Leave it out, or use Token.null_value()."


class Checker:
    """Checks one construct's arguments.

    Args:
        label: gives "immuta_purpose 'stack/research'" for messages; called only when there is one to write.
        secret: declares a secret's Terraform variable and returns the reference to it.
    """

    def __init__(self, label: Callable[[], str], secret: Callable[[SecretFromEnv, bool], str]) -> None:
        self._label = label
        self._secret = secret
        self._inside: list[NestedObject] = []

    def problem(self, path: str, text: str) -> ValueProblem:
        """The error for one attribute, with the caller's line."""
        made = f" (in the {type(self._inside[-1]).__name__} of {made_at(self._inside[-1])})" if self._inside else ""
        return ValueProblem(at_caller(f"{self._label()}: {path}: {text}{made}"))

    def all(self, values: Mapping[str, Any], attributes: Attributes) -> dict[str, Any]:
        """Plain values of a construct's arguments; what is None is left out."""
        return {name: self.one(value, attributes[name], name) for name, value in values.items() if value is not None}

    def one(self, value: Any, attribute: Attribute, path: str) -> Any:
        """The plain value of one attribute."""
        if type(value) is str and attribute.kind == "string" and attribute[2:] == _UNRESTRICTED:
            return self._text(value, path)
        if attribute.computed_only:
            raise self.problem(path, "is set by Immuta and cannot be given.")
        if attribute.deprecated:
            self._warn(path, attribute.deprecated)
        if attribute.nested is not None:
            return self._nested(value, attribute, path)
        return self._typed(value, attribute.kind, attribute, path)

    def _warn(self, path: str, text: str) -> None:
        file, line = caller()
        warnings.warn_explicit(f"{self._label()}: {path} is deprecated: {text}", DeprecationWarning, file, line)

    def _revealed(self, value: Any, attribute: Attribute, path: str) -> Any:
        if isinstance(value, SecretFromEnv):
            return self._secret(value, attribute.write_only)
        literal = isinstance(value, (str, bytes, int, float)) and not isinstance(value, bool)
        if literal and not isinstance(value, InsecureLiteral) and not is_reference(value):
            raise self.problem(
                path,
                "is a secret, and a literal would stand in clear in cdk.tf.json. Use secret_from_env('NAME') "
                "(Terraform reads TF_VAR_NAME), a reference to a Terraform variable, or insecure_literal('...').",
            )
        return value

    # Nested objects

    def _nested(self, value: Any, attribute: Attribute, path: str) -> Any:
        if is_reference(value) or is_resolvable(value):
            return value
        if attribute.kind == "single":
            return self._object(value, attribute, path)
        if attribute.kind == "map":
            return {key: self._object(item, attribute, f"{path}[{key!r}]") for key, item in self._items(value, path)}
        return [self._object(item, attribute, f"{path}[{i}]") for i, item in enumerate(self._elements(value, path))]

    def _object(self, value: Any, attribute: Attribute, path: str) -> Any:
        nested = attribute.nested or NestedObject
        if hasattr(value, "model_dump"):
            value = value.model_dump(exclude_none=True)
        if isinstance(value, NestedObject):
            return self._typed_object(value, nested, path)
        if is_map_token(value) or is_list_token([value]) or is_reference(value) or is_resolvable(value):
            return value
        if isinstance(value, Mapping):
            if hasattr(value, "misplaced") and (why := value.misplaced(nested.__name__)):
                raise self.problem(path, why)
            return self._members(value, nested, path)
        raise self._unfit(value, f"a {nested.__name__} or a dictionary", path)

    def _typed_object(self, value: NestedObject, nested: type[NestedObject], path: str) -> dict[str, Any]:
        if not isinstance(value, nested):
            raise self.problem(path, f"needs a {nested.__name__}, got a {type(value).__name__}.")
        self._inside.append(value)
        plain = self._members(members(value), nested, path)
        self._inside.pop()
        return plain

    def _members(self, value: Mapping[Any, Any], nested: type[NestedObject], path: str) -> dict[str, Any]:
        known = nested.ATTRIBUTES
        if merged_map(value):
            raise self._merged(path)
        for name in value:
            if name not in known:
                instead = _unpack(value, path) or did_you_mean(str(name), known)
                raise self.problem(path, f"has no member {name!r}. {instead}")
        for name, attribute in known.items():
            if attribute.required and value.get(name) is None:
                raise self.problem(path, f"needs {name!r}.")
        return {n: self.one(item, known[n], f"{path}.{n}") for n, item in value.items() if item is not None}

    # Values by Terraform's type

    def _typed(self, value: Any, kind: Any, attribute: Attribute, path: str) -> Any:
        if attribute.sensitive or attribute.write_only:
            value = self._revealed(value, attribute, path)
        if kind == "string":
            return self._string(value, attribute, path)
        if kind == "dynamic":
            return self._dynamic(value, path)
        if is_reference(value):
            return self._text(str.__str__(value), path)
        if is_resolvable(value):
            return value
        if kind == "number":
            return self._whole(value, path) if attribute.whole_number else self._number(value, path)
        if kind == "bool":
            return self._bool(value, path)
        return self._collection(value, kind, attribute, path)

    def _collection(self, value: Any, kind: Any, attribute: Attribute, path: str) -> Any:
        mode, inner = kind
        if is_list_token(value) or is_map_token(value):
            return value
        if mode == "map":
            return {k: self._typed(item, inner, attribute, f"{path}[{k!r}]") for k, item in self._items(value, path)}
        if mode == "object":
            return self._plain_object(value, inner, attribute, path)
        kinds = inner if mode == "tuple" else None
        return [
            self._typed(item, kinds[i] if kinds else inner, attribute, f"{path}[{i}]")
            for i, item in enumerate(self._elements(value, path))
        ]

    def _plain_object(self, value: Any, kinds: Mapping[str, Any], attribute: Attribute, path: str) -> Any:
        if isinstance(value, Mapping):
            value = {name: item for name, item in value.items() if item is not None}
        plain = {}
        for name, item in self._items(value, path):
            if name not in kinds:
                raise self.problem(path, f"has no member {name!r}. {did_you_mean(name, kinds)}")
            plain[name] = self._typed(item, kinds[name], attribute, f"{path}.{name}")
        return plain

    def _string(self, value: Any, attribute: Attribute, path: str) -> Any:
        text = value if type(value) is str else self._as_string(value, attribute, path)
        if not isinstance(text, str):
            return text
        self._text(text, path)
        if attribute.one_of and text not in attribute.one_of and not is_reference(text):
            allowed = ", ".join(repr(item) for item in attribute.one_of)
            raise self.problem(path, f"{text!r} is not one of {allowed}.")
        return text

    def _as_string(self, value: Any, attribute: Attribute, path: str) -> Any:
        if attribute.references and isinstance(value, Construct):
            return self._referenced(value, attribute.references, path)
        if isinstance(value, enum.Enum) and isinstance(value.value, str):
            return value.value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, os.PathLike):
            return os.fspath(value)
        if isinstance(value, uuid.UUID):
            return str(value)
        if isinstance(value, (dt.date, dt.time)):
            return self._time(value, path)
        if is_resolvable(value):
            return value
        raise self._unfit(value, "a string", path)

    def _time(self, value: dt.date | dt.time, path: str) -> str:
        if isinstance(value, dt.datetime) and value.tzinfo is None:
            raise self.problem(path, "is a datetime without a time zone. Use datetime.now(timezone.utc) or the like.")
        return value.isoformat()

    def _referenced(self, value: Any, wanted: tuple[str, str], path: str) -> str:
        resource, attribute = wanted
        actual = getattr(value, "TERRAFORM_TYPE", None)
        if actual != resource:
            raise self.problem(
                path,
                f"needs {resource} constructs (their {attribute!r}) or strings, got {actual or type(value).__name__} "
                f"{value.node.path!r}.",
            )
        if value.is_repeated:
            raise self.problem(
                path,
                f"{value.node.path!r} has count or for_each and stands for many objects. Pass one of them as text, "
                f"such as '${{{value.terraform_address}[0].{attribute}}}'.",
            )
        return str(value.attribute_reference(attribute))

    def _text(self, value: str, path: str) -> str:
        why = lost_text(value)
        if why:
            raise self.problem(path, why)
        return value

    def _number(self, value: Any, path: str) -> Any:
        if isinstance(value, enum.Enum):
            value = value.value
        if isinstance(value, decimal.Decimal) and value.is_finite():
            value = int(value) if value == value.to_integral_value() else str(value)
        if isinstance(value, str) and _NUMBER_LITERAL.fullmatch(value):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._unfit(value, "a number", path)
        if not math.isfinite(value):
            raise self.problem(path, f"{value} cannot be written as JSON.")
        # JavaScript would round a larger integer; Terraform converts its text exactly.
        return value if isinstance(value, float) or abs(value) <= _LARGEST_EXACT_INTEGER else str(int(value))

    def _whole(self, value: Any, path: str) -> Any:
        number = self._number(value, path)
        if float(number) != int(float(number)):
            raise self.problem(path, f"needs a whole number, got {value}.")
        return number

    def _bool(self, value: Any, path: str) -> bool:
        if not isinstance(value, bool):
            raise self._unfit(value, "True or False", path)
        return value

    def _dynamic(self, value: Any, path: str) -> Any:
        if value is None or isinstance(value, bool) or is_list_token(value) or is_map_token(value):
            return value
        if isinstance(value, enum.Enum):
            return self._dynamic(value.value, path)
        if hasattr(value, "model_dump"):
            return self._dynamic(value.model_dump(exclude_none=True), path)
        if isinstance(value, (int, float, decimal.Decimal)):
            return self._dynamic_number(value, path)
        if isinstance(value, Mapping):
            return {key: self._dynamic(item, f"{path}[{key!r}]") for key, item in self._items(value, path)}
        if isinstance(value, (list, tuple, AbstractSet)):
            return [self._dynamic(item, f"{path}[{i}]") for i, item in enumerate(self._elements(value, path))]
        return self._string(value, Attribute("string"), path)

    def _dynamic_number(self, value: Any, path: str) -> Any:
        number = self._number(value, path)
        if isinstance(number, str):
            raise self.problem(path, f"{value} cannot be written exactly. Pass it as a string.")
        return number

    # Collections

    def _elements(self, value: Any, path: str) -> list[Any]:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Collection):
            raise self._unfit(value, "a list", path)
        items = sorted(value, key=_sort_key) if isinstance(value, AbstractSet) else list(value)
        if merged_list(items):
            raise self.problem(path, "has a reference to a list among its elements. Use Fn.concat([x, [...]]).")
        for index, item in enumerate(items):
            if item is None:
                raise self.problem(f"{path}[{index}]", _DROPPED)
        return items

    def _items(self, value: Any, path: str) -> Collection[tuple[str, Any]]:
        if not isinstance(value, Mapping):
            raise self._unfit(value, "a dictionary", path)
        if merged_map(value):
            raise self._merged(path)
        for key, item in value.items():
            if not isinstance(key, str):
                raise self.problem(path, f"has the key {key!r}, which is no string.")
            if item is None:
                raise self.problem(f"{path}[{key!r}]", _DROPPED)
        return value.items()

    def _merged(self, path: str) -> ValueProblem:
        return self.problem(path, "has a reference to a map among its keys. Use Fn.merge([x, {...}]).")

    def _unfit(self, value: Any, wanted: str, path: str) -> ValueProblem:
        return self.problem(path, f"needs {wanted}, got {_described(value)}.{_hint(value, wanted, path)}")


_UNRESTRICTED = Attribute("string")[2:]


def _sort_key(item: Any) -> tuple[int, str]:
    """Sets have no order of their own, and the output must be the same in every run."""
    if isinstance(item, Construct):
        return (1, item.node.path)
    return (0, str(item))


def _described(value: Any) -> str:
    if isinstance(value, Construct):
        return f"the construct {type(value).__name__} {value.node.path!r}"
    if isinstance(value, (bool, int, float, str)) and not isinstance(value, InsecureLiteral):
        return f"{value!r}"[:80]
    if hasattr(value, "misplaced"):
        return f"{value!r}"
    return f"a {type(value).__name__}"


def _unpack(value: Any, path: str) -> str:
    """For arguments that are made together, such as `where(...)` of `immuta_constructs.policies`."""
    return f"Unpack it: write **x instead of {path}=x." if isinstance(value, dict) and path in value else ""


def _hint(value: Any, wanted: str, path: str) -> str:
    if _unpack(value, path):
        return f" {_unpack(value, path)}"
    if isinstance(value, Construct):
        return " Pass one of its attributes, such as x.id."
    if (isinstance(value, str) or hasattr(value, "misplaced")) and wanted == "a list":
        return f" Write [{value!r}]."
    if isinstance(value, tuple):
        return " Is there a comma too many?"
    if isinstance(value, bytes):
        return " Decode it: value.decode()."
    if isinstance(value, (bool, int, float)) and wanted == "a string":
        return f" Write {str(value).lower()!r}."
    if callable(value):
        return " Was a call forgotten: x()?"
    return ""
