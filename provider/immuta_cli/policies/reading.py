"""A look into a payload that remembers where it is, what was wrong there, and what nobody knows.

Reading goes on after a problem, so that all of them are told at once; what was read is then thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from immuta_cli.policies.documents import BOOLEANS, Plain, is_null, number

T = TypeVar("T")
Steps = tuple[str | int, ...]


@dataclass
class Findings:
    """What was found beside the values: problems, and the places of members that nobody knows."""

    problems: list[str] = field(default_factory=list)
    unknown: list[Steps] = field(default_factory=list)


@dataclass(frozen=True)
class Node:
    """One value of a payload, and the way to it."""

    value: Any
    findings: Findings
    steps: Steps = ()

    @property
    def given(self) -> bool:
        """Whether there is a value that is not null."""
        return not is_null(self.value)

    def problem(self, text: str) -> None:
        """Remember what is wrong here."""
        self.findings.problems.append(f"{place(self.steps)}: {text}" if self.steps else text)

    def object(self, *known: str) -> bool:
        """Whether this is an object; members other than the known ones are remembered, unless they are null."""
        if not isinstance(self.value, dict):
            self.problem(f"an object belongs here, not {_kind(self.value)}")
            return False
        for name, value in self.value.items():
            if name not in known and not is_null(value):
                self.findings.unknown.append((*self.steps, name))
        return True

    def member(self, name: str) -> Node:
        """A member of the object; a node without a value where there is none."""
        value = self.value.get(name) if isinstance(self.value, dict) else None
        return Node(value, self.findings, (*self.steps, name))

    def elements(self) -> list[Node]:
        """The elements of the list; none where it is null or absent."""
        if not self.given:
            return []
        if not isinstance(self.value, list):
            self.problem(f"a list belongs here, not {_kind(self.value)}")
            return []
        return [Node(each, self.findings, (*self.steps, index)) for index, each in enumerate(self.value)]

    def each(self, read: Callable[[Node], T | None]) -> list[T] | None:
        """What `read` makes of the elements, each once; None where there is none."""
        found: list[T] = []
        for element in self.elements():
            value = read(element)
            if value is not None and value not in found:
                found.append(value)
        return found or None

    def text(self) -> str:
        """The text that must stand here, as it is written."""
        if not self.given:
            self.problem("it is null; a text belongs here" if self.value is not None else "it is required")
        elif isinstance(self.value, str):
            return str(self.value)
        elif isinstance(self.value, bool):
            return str(self.value).lower()
        else:
            self.problem(f"a text belongs here, not {_kind(self.value)}")
        return ""

    def optional_text(self) -> str | None:
        """The text, if there is one that is not empty."""
        return (self.text() or None) if self.given else None

    def flag(self) -> bool | None:
        """True, or None for what is false or absent, which mean the same."""
        if isinstance(self.value, bool):
            return self.value or None
        if not self.given:
            return None
        found = BOOLEANS.get(self.value.lower()) if isinstance(self.value, str) else None
        if found is None:
            self.problem(f"true or false belongs here, not {_kind(self.value)}")
        return found or None

    def number(self) -> float | None:
        """The number, if there is one."""
        if not self.given:
            return None
        found = number(str(self.value)) if isinstance(self.value, str | int | float) else None
        if found is None:
            self.problem(f"a number belongs here, not {_kind(self.value)}")
        return found

    def choice(self, known: Mapping[str, T], what: str) -> T | None:
        """What one of the known words stands for, in any letter case; `what` the words are, for the problem."""
        word = self.text()
        found = {_folded(name): value for name, value in known.items()}.get(_folded(word))
        if found is None and word:
            self.problem(f"{word!r} is no {what} that is known; known are {', '.join(known)}")
        return found

    def variant(self, known: Variants, what: str) -> dict[str, Any] | None:
        """What the variant that `type` names has read; `what` the variants are, for the problem."""
        if not isinstance(self.value, dict):
            self.object()
            return None
        found = self.member("type").choice(known, what)
        if found is None:
            return None
        members, read = found
        self.object("type", *members)
        return read(self)


Read = Callable[[Node], dict[str, Any]]
Variants = Mapping[str, tuple[tuple[str, ...], Read]]
"""By the word of `type`: the members beside it, and who reads them."""


def nothing(name: str) -> tuple[tuple[str, ...], Read]:
    """A variant without members."""
    return (), lambda _: {name: {}}


def place(steps: Iterable[str | int]) -> str:
    """The way to a value as people write it: `actions[0].rules`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def given(**members: Any) -> dict[str, Any]:
    """An object without the members that are not there."""
    return {name: value for name, value in members.items() if value is not None}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Plain):
        return value.value
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def _folded(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).casefold()


def _kind(value: Any) -> str:
    if is_null(value):
        return "null"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else repr(plain(value))
