"""Python literals that people can read: a long text is broken at its lines and at its spaces, and never changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_WIDTH: Final = 72
# What the CDK takes for a reference of its own, and what our constructs take for one that was lost.
_OF_THE_CDK: Final = re.compile(r"TfToken\[|-\d(\.\d+)?e\+2[89]\d|<[\w.]+ object at 0x")


def for_terraform(value: Any) -> Any:
    """A value whose texts are no templates: the CDK hands them to Terraform, which would fill in `${...}`."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, dict):
        return {for_terraform(name): for_terraform(inner) for name, inner in value.items()}
    return [for_terraform(inner) for inner in value] if isinstance(value, list) else value


def taken_for_references(value: Any) -> Iterator[str]:
    """Texts in which the CDK would see a reference of its own."""
    if isinstance(value, str) and _OF_THE_CDK.search(value):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from taken_for_references(each)


def literal(value: Any, *, alone: bool = False) -> str:
    """A value as Python; `alone` where it is the only argument of a call and needs no brackets of its own."""
    if isinstance(value, str):
        pieces = list(map(repr, _pieces(value)))
        return pieces[0] if len(pieces) == 1 else " ".join(pieces) if alone else f"({' '.join(pieces)})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name!r}: {literal(inner)}' for name, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def _pieces(text: str) -> Iterator[str]:
    if len(repr(text)) <= _WIDTH:
        yield text
        return
    for line in re.split(r"(?<=\n)", text):
        while len(line) > _WIDTH:
            cut = line.rfind(" ", 1, _WIDTH) + 1 or line.find(" ", _WIDTH) + 1 or len(line)
            yield line[:cut]
            line = line[cut:]  # noqa: PLW2901 - the rest of the line is cut next
        if line:
            yield line


def said_twice(attributes: Mapping[str, Any]) -> str:
    """The lists that `extra_json` says as well, and is written over: "actions"; empty where there is none."""
    extra = json.loads(attributes.get("extra_json") or "{}")
    return " and ".join(name for name in ("circumstances", "actions") if isinstance(extra.get(name), list))
