"""Where a value stands inside a resource: the path that diagnostics and replacements carry."""

from __future__ import annotations

import json
from typing import Any, Final

from terraform_plugin.messages import tfplugin6


class Path:
    """A way into a resource: attribute names, list indexes and map keys.

    `Path("rules") / 0 / "name"` prints as `rules[0].name`. A step into a set has no name of its own: the path ends at
    the set. Attribute names and map keys are told apart by `key()`.
    """

    __slots__ = ("steps",)

    def __init__(self, *steps: str | int | Key) -> None:
        self.steps: tuple[str | int | Key, ...] = steps

    def __truediv__(self, step: str | int | Key) -> Path:
        return Path(*self.steps, step)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    def __repr__(self) -> str:
        return f"Path({str(self)!r})"

    def __str__(self) -> str:
        text = ""
        for step in self.steps:
            if isinstance(step, int):
                text += f"[{step}]"
            elif isinstance(step, Key):
                text += f"[{json.dumps(step.key, ensure_ascii=False)}]"
            else:
                text += f".{step}" if text else step
        return text

    def to_message(self) -> Any:
        """The path as protocol message."""
        message = tfplugin6["AttributePath"]()
        for step in self.steps:
            if isinstance(step, int):
                message.steps.add(element_key_int=step)
            elif isinstance(step, Key):
                message.steps.add(element_key_string=step.key)
            else:
                message.steps.add(attribute_name=step)
        return message


class Key:
    """A step into a map."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.key == other.key

    def __hash__(self) -> int:
        return hash(("key", self.key))


ROOT: Final = Path()
