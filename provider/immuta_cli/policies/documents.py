"""YAML and JSON as texts stand in them: whether `1.10` is a number or a text is decided by who reads it, not by YAML.

PyYAML's own reading would turn `2024-01-31` into a date, `on` into true and `1:30` into 90, wherever it stands: also
in names of groups and in values of attributes.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, Self

import yaml

NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_WHOLE: Final = re.compile(r"[-+]?\d+")
_SCALARS: Final = ("str", "null", "bool", "int", "float", "timestamp")


class Unreadable(Exception):
    """A file is not YAML or JSON; the text says where and why."""


class Plain(str):
    """The text of a scalar that stands without quotes, and is no text by the rules of YAML 1.2 or JSON.

    Attributes: `value`, what it is by those rules: None, a boolean, or a number.
    """

    __slots__ = ("value",)
    value: bool | float | None

    @classmethod
    def of(cls, text: str, value: bool | float | None) -> Self:
        """A scalar with its text and its value."""
        plain = cls(text)
        plain.value = value
        return plain


def documents(text: str) -> list[Any]:
    """The documents of a file, without empty ones; a list at the top stands for its elements.

    Raises:
        Unreadable: the text is neither YAML nor JSON.
    """
    try:
        found = _json(text) if text.lstrip().startswith(("{", "[")) else _yaml(text)
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    _check_json(found)
    listed = [each if isinstance(each, list) else [each] for each in found]
    return [inner for each in listed for inner in each if not is_null(inner)]


def _check_json(found: list[Any]) -> None:
    """Refuse what YAML can say and JSON cannot: loops, binary values, half characters."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable("it holds half of a surrogate pair, which is no character") from None
    except (TypeError, ValueError) as error:
        raise Unreadable(f"it refers to itself, or holds what is no JSON: {error}") from None


def is_null(value: Any) -> bool:
    """Whether a value is null, in one of YAML's spellings."""
    return value is None or (isinstance(value, Plain) and value.value is None)


def number(text: str) -> float | None:
    """The number that a text is, a whole one as `int`; None where it is none."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else None


def _json(text: str) -> list[Any]:
    try:
        return [json.loads(text, object_pairs_hook=_members, parse_int=_plain, parse_float=_plain)]
    except json.JSONDecodeError:
        return _yaml(text)  # YAML begins like this, too


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise Unreadable(f"the member {name!r} stands twice in one object")
        members[name] = value
    return members


def _plain(text: str) -> str:
    if text in NULLS:
        return Plain.of(text, None)
    if text.lower() in ("true", "false"):
        return Plain.of(text, text.lower() == "true")
    found = number(text)
    return text if found is None else Plain.of(text, found)


class _Loader(yaml.SafeLoader):
    """Only `<<` has a meaning of its own; what other plain scalars mean is left open."""

    yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("<<"))]}  # noqa: RUF012 - as the base has it

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the member {key.value!r} stands twice in one object", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def _scalar(_: _Loader, node: yaml.ScalarNode) -> str:
    text: str = node.value
    quoted = node.style and node.tag.endswith(":str")
    return text if quoted else _plain(text)


for _name in _SCALARS:
    _Loader.add_constructor(f"tag:yaml.org,2002:{_name}", _scalar)


def _yaml(text: str) -> list[Any]:
    try:
        return list(yaml.load_all(text, _Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Unreadable(f"{where}{error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise Unreadable(f"character {error.position + 1}, #x{code:04x}: {error.reason}") from None
