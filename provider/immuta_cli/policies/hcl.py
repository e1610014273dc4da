"""Values and blocks in HCL, laid out as `terraform fmt` leaves them.

A long text of several lines is a here-document; what a here-document cannot hold exactly is a quoted string.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

_INLINE: Final = 80
_SHORT: Final = 50
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ESCAPES: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_STEP: Final = "  "


class Json:
    """A value that stands as JSON text: `jsonencode(...)`."""

    def __init__(self, text: str) -> None:
        self.value = json.loads(text)


def block(heading: str, members: dict[str, Any]) -> str:
    """A block with its attributes, such as `resource "type" "name"`."""
    return f"{heading} {{\n{_members(members, _STEP)}}}\n" if members else f"{heading} {{}}\n"


class Expression(str):
    """A text that is HCL already, such as an address."""

    __slots__ = ()


def _members(members: dict[str, Any], indent: str) -> str:
    """Attributes, one below the other; the equals signs of neighbours that take one line each are aligned."""
    written = [(_key(name), _value(value, indent)) for name, value in members.items()]
    lines, run = [], 0
    for index, (_, value) in enumerate(written):
        if "\n" in value:
            lines += [*_aligned(written[run:index], indent), f"{indent}{written[index][0]} = {value}\n"]
            run = index + 1
    return "".join([*lines, *_aligned(written[run:], indent)])


def _aligned(written: list[tuple[str, str]], indent: str) -> list[str]:
    width = max((len(name) for name, _ in written), default=0)
    return [f"{indent}{name:<{width}} = {value}\n" for name, value in written]


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else quoted(name)


def _value(value: Any, indent: str) -> str:
    if isinstance(value, str) and not isinstance(value, Expression):
        return _heredoc(value, indent) if _fits_heredoc(value) else quoted(value)
    if isinstance(value, Json):
        return f"jsonencode({_value(value.value, indent)})"
    inline = _inline(value)
    if not isinstance(value, dict | list) or (len(indent + inline) <= _INLINE and _is_flat(value)):
        return inline
    deeper = indent + _STEP
    if isinstance(value, dict):
        return f"{{\n{_members(value, deeper)}{indent}}}"
    if len(value) == 1 and isinstance(value[0], dict):
        return f"[{_value(value[0], indent)}]"
    return "[\n" + "".join(f"{deeper}{_element(each, deeper)},\n" for each in value) + f"{indent}]"


def _element(value: Any, indent: str) -> str:
    return quoted(value) if isinstance(value, str) else _value(value, indent)


def _is_flat(value: Any) -> bool:
    """Whether a value reads well on one line: without long texts of several lines, and not deep."""
    return not any(_fits_heredoc(each) for each in _texts(value)) and _depth(value) <= 3


def _texts(value: Any) -> list[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] if isinstance(value, str) else [text for each in inner for text in _texts(each)]


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _inline(value: Any) -> str:
    if isinstance(value, Expression):
        return value
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        members = ", ".join(f"{_key(name)} = {_inline(each)}" for name, each in value.items())
        return f"{{ {members} }}" if members else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value)


def quoted(text: str) -> str:
    """A text as a quoted string: nothing in it is a template."""
    return f'"{_literal("".join(map(_character, text)))}"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"


def _literal(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def _fits_heredoc(text: str) -> bool:
    lines = text.split("\n")
    printable = all(each.isprintable() for each in text.replace("\n", "").replace("\t", ""))
    return len(text) > _SHORT and len(lines) > 2 - text.endswith("\n") and printable


def _heredoc(text: str, indent: str) -> str:
    """A here-document; `chomp` takes away the newline at its end that the text does not have."""
    lines = text.removesuffix("\n").split("\n")
    mark = "EOT"
    while mark in (line.strip() for line in lines):
        mark += "_"
    # Terraform takes away what all lines have in common; it looks at no line that is blank.
    told = [line for line in lines if line.strip()]
    flush = bool(told) and any(not line[0].isspace() for line in told)
    before = indent + _STEP if flush else ""
    body = "".join(f"{before if line.strip() else ''}{_literal(line)}\n" for line in lines)
    document = f"<<{'-' if flush else ''}{mark}\n{body}{indent if flush else ''}{mark}\n"
    if text.endswith("\n"):
        return document.removesuffix("\n")
    return f"chomp({document}{indent})"
