"""The values of an object in a plan: what is not known yet is `UNKNOWN`, what is sensitive is never shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from immuta_policy_text import UNKNOWN


class Secrets:
    """Stand-ins for the sensitive texts of one object.

    A text that is sensitive in one place is hidden in every place, before and after: so it is seen that it stays the
    same, and it cannot be read where it stands by chance without a mark.
    """

    def __init__(self) -> None:
        self._stand_ins: dict[str, str] = {}

    def note(self, value: Any, sensitive: Any) -> None:
        """Take up the sensitive texts in `value`; `sensitive` follows its form and has true where it is so."""
        if sensitive is True:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str):
                    self._stand_ins.setdefault(each, f"(sensitive value {len(self._stand_ins) + 1})")
        elif isinstance(value, Mapping):
            for name, each in value.items():
                self.note(each, _member(sensitive, name))
        elif isinstance(value, list):
            for place, each in enumerate(value):
                self.note(each, _element(sensitive, place))

    def hidden(self, text: str) -> str:
        """`text`, or what is shown instead of it."""
        return self._stand_ins.get(text, text)


def shown(value: Any, unknown: Any, sensitive: Any, secrets: Secrets) -> Any:
    """`value` with `UNKNOWN` where it is known after apply, and stand-ins where it is sensitive.

    Parameters: `unknown` and `sensitive`, which follow the form of the value and have true where it is so; `secrets`,
    which has noted the value. What is sensitive and no text is `UNKNOWN`, as nothing about it may be told.
    """
    if unknown is True:
        return UNKNOWN
    if isinstance(value, str):
        return secrets.hidden(value)
    if sensitive is True and value is not None and not _texts(value):
        return UNKNOWN
    if isinstance(value, Mapping) or isinstance(unknown, Mapping):
        given: Mapping[str, Any] = value or {}
        names = dict.fromkeys([*given, *(unknown if isinstance(unknown, Mapping) else ())])
        return {
            name: shown(given.get(name), _member(unknown, name), _member(sensitive, name), secrets) for name in names
        }
    if isinstance(value, list):
        return [
            shown(each, _element(unknown, place), _element(sensitive, place), secrets)
            for place, each in enumerate(value)
        ]
    return value


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _member(marks: Any, name: str) -> Any:
    return marks.get(name, False) if isinstance(marks, Mapping) else marks is True


def _element(marks: Any, place: int) -> Any:
    return marks[place] if isinstance(marks, list) and place < len(marks) else False
