"""How names, numbers and lists stand in a sentence, so that no name can be taken for a part of the sentence."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final

PENDING: Final = "(known after apply)"


class _Unknown(Enum):
    """An enumeration, because its one member stays itself when it is copied."""

    UNKNOWN = PENDING

    def __repr__(self) -> str:
        return self.name


UNKNOWN: Final = _Unknown.UNKNOWN
"""Stands for a value that is known after apply; a text shows it as `(known after apply)`."""

MISSING: Final = "(not given)"
PLAIN: Final = re.compile(r"\w[\w.@/-]*(?<!\.)")
JOINING: Final = frozenset({"all", "and", "any", "except", "not", "or"})


def shown(text: str) -> str:
    """A text in double quotes, as JSON writes it; characters that nobody can see are written as escapes, too."""
    return _printable(json.dumps(text, ensure_ascii=False))


def _printable(quoted: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in quoted)


def name(value: Any) -> str:
    """A name: as it is where it can be no word of the sentence, else in quotes.

    All words of the sentences are in small letters, but for the first, where no name stands.
    """
    if not isinstance(value, str):
        return anything(value)
    word = (value.isalpha() and value.islower()) or value.lower() in JOINING
    return value if PLAIN.fullmatch(value) and not word else shown(value)


def anything(value: Any) -> str:
    """A value of whatever kind, as JSON: a text in quotes, a number without needless decimals."""
    if value is UNKNOWN:
        return PENDING
    if value is None:
        return MISSING
    if isinstance(value, str):
        return shown(value)
    return as_json(value)


def as_json(value: Any, indent: int | None = None) -> str:
    """A value as JSON, the same text for the same value: members in the order of their names."""
    return _printable(json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, indent=indent))


def _plain(value: Any) -> Any:
    if value is UNKNOWN:
        return {PENDING: True}
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((_plain(each) for each in value), key=as_json)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return _number(value) if isinstance(value, float | Decimal) else value


def _number(value: float | Decimal) -> float:
    """One form of a number: 15.0 is 15."""
    return int(value) if math.isfinite(value) and value == int(value) else float(value)


def each_of(collection: Any, render: Callable[[Any], str]) -> list[str]:
    """The members of a set, rendered: each once, in a stable order."""
    if collection is UNKNOWN:
        return [PENDING]
    return sorted({render(each) for each in collection or ()})


def joined(parts: Collection[str], word: str) -> str:
    """`A`, `A or B`, `A, B or C`."""
    *rest, last = parts
    return f"{', '.join(rest)} {word} {last}" if rest else last


def clauses(parts: Collection[str], word: str) -> str:
    """The same for parts that may contain lists themselves: `A, B or C, or users whose ...`."""
    *rest, last = parts
    nested = any(f" {inner} " in part for part in parts for inner in ("or", "and"))
    return f"{', '.join(rest)}{',' if nested else ''} {word} {last}" if rest else last


def joining(operator: Any, collection: Any, found: Collection[str]) -> tuple[str, str]:
    """The word that joins what was found in a collection, and what to say behind it where the word does not tell.

    Of fewer than two the operator says nothing.
    """
    word, unknown = "and" if operator == "all" else "or", collection is UNKNOWN
    if len(found) < 2 and (operator is None or not unknown):
        return word, ""
    if operator in ("any", "all"):
        return word, "" if len(found) > 1 else f" ({operator} of them)"
    return word, f" (any or all of them: {'not said' if operator is None else anything(operator)})"


def given(mapping: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The members that are set."""
    return {each: mapping[each] for each in names if mapping.get(each) is not None}


def others(mapping: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The members that are set and have none of these names."""
    return {key: each for key, each in mapping.items() if each is not None and key not in names}


def variant(value: Any, forms: Mapping[str, Callable[[Any], str]], what: str) -> str:
    """The text of an object of which one member is set; of all that are, should there be more."""
    if not isinstance(value, Mapping):
        return f"{what} {anything(value)}"
    found = given(value, forms)
    texts, rest = [forms[key](each) for key, each in found.items()], others(value, forms)
    if rest or not texts:
        texts.append(f"{what} of the form {as_json(rest)}")
    return " and also ".join(texts)


def fixed(text: str) -> Callable[[Any], str]:
    """The text of a variant without members."""
    return lambda it: f"{text} or not {PENDING}" if it is UNKNOWN else text


def lines_of(label: str, text: Any) -> str:
    """A text on a line of its own after a label; one of several lines below it, each behind a bar.

    Nothing follows on these lines, so the text needs no quotes, unless part of it could not be seen.
    """
    if not isinstance(text, str):
        return f"  {label}: {anything(text)}"
    lines = text.split("\n")
    if len(lines) == 1:
        return f"  {label}: {_visible(text) if text and text == text.strip() else shown(text)}"
    return "\n".join([f"  {label}:", *(f"    | {_visible(line)}".rstrip() for line in lines)])


def _visible(line: str) -> str:
    """A line as it is where every character of it can be seen, else in quotes."""
    seen = line.replace("\t", "").isprintable() and line == line.rstrip()
    return line if seen and not line.startswith('"') and line not in (PENDING, MISSING) else shown(line)
