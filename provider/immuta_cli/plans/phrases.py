"""Formulas in words: who is meant, which data sources, which columns and rows, as a governor would say it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from immuta_cli.plans.formula import FALSE, TRUE, And, Formula, Literal, Or, negated
from immuta_policy_text import UNKNOWN, users_text
from immuta_policy_text.words import joined, name, shown

_SEVERAL: Final = 5
_SPANS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_LONGEST: Final = 160
Phrase = Callable[..., str]


def people(formula: Formula) -> str:
    """Users: `everyone except members of group Privacy`."""
    if formula in (TRUE, FALSE):
        return "everyone" if formula == TRUE else "nobody"
    meant: list[Formula] = []
    spared: list[Formula] = []
    for part in formula.parts if isinstance(formula, And) else (formula,):
        kind = _polarity(part)
        (spared if kind is False else meant).append(part)
    base = ", who are also ".join(_meant(meant)) or "everyone"
    if not spared:
        return base
    if meant and len(spared) >= _SEVERAL:
        return f"{base}, as far as the policy does not treat them otherwise"
    return f"{base}{', except' if meant else ' except'} {_spared(spared)}"


def _polarity(part: Formula) -> bool | None:
    """True where a part names people, False where it leaves people out, None where it does both."""
    found = {each.holds for each in _literals(part)}
    return found.pop() if len(found) == 1 else None


def _literals(part: Formula) -> list[Literal]:
    return [part] if isinstance(part, Literal) else [each for inner in part.parts for each in _literals(inner)]


def _meant(parts: list[Formula]) -> list[str]:
    single = [part for part in parts if isinstance(part, Literal)]
    found = [_named(single, "all")] if single else []
    for part in parts:
        if isinstance(part, Or) and all(isinstance(each, Literal) and each.holds for each in part.parts):
            found.append(_named(_literals(part), "any"))
        elif not isinstance(part, Literal):
            found.append(" or else ".join(people(option) for option in part.parts))
    return found


def _spared(parts: list[Formula]) -> str:
    single = [negated(part) for part in parts if isinstance(part, Literal)]
    found = [_named([each for each in single if isinstance(each, Literal)], "any")] if single else []
    return " or ".join(found + [people(negated(part)) for part in parts if not isinstance(part, Literal)])


def _named(literals: Iterable[Literal], operator: str) -> str:
    """People by the policy text's own words for them."""
    sets: dict[str, list[Any]] = {"groups": [], "attributes": [], "purposes": []}
    others = []
    for literal in literals:
        kind, key = literal.atom.kind, literal.atom.key
        if kind == "unknown":
            sets[f"{key[0]}s"].append(UNKNOWN)
        elif kind == "attribute":
            sets["attributes"].append({"name": key[0], "value": key[1]})
        elif kind == "expression":
            others.append(f"users for whom {condition(key[0])} holds")
        elif key == ("<ANY PURPOSE>",):
            others.append("users acting under any purpose")
        else:
            sets[f"{kind}s"].append(key[0])
    named = [users_text({"operator": operator, **sets})] if any(sets.values()) else []
    return (" or " if operator == "any" else ", who are also ").join(named + others)


def data_sources(formula: Formula) -> str:
    """Data sources: `data sources with a column tagged X and not tagged Y`."""
    return "all data sources" if formula == TRUE else f"data sources {_qualified(formula, _SOURCES)}"


def columns(formula: Formula) -> str:
    """Columns: `the columns tagged X`."""
    return "all columns" if formula == TRUE else f"the columns {_qualified(formula, _COLUMNS)}"


def _qualified(formula: Formula, phrases: Mapping[str, tuple[Phrase, Phrase]]) -> str:
    if isinstance(formula, Literal):
        return phrases[formula.atom.kind][not formula.holds](*formula.atom.key)
    ordered = sorted(formula.parts, key=lambda part: not any(each.holds for each in _literals(part)))
    parts = [(_qualified(part, phrases), part) for part in ordered]
    if isinstance(formula, Or):
        return joined([text for text, _ in parts], "or")
    return " and ".join(f"({text})" if isinstance(part, Or) else text for text, part in parts)


def condition(text: Any) -> str:
    """A condition in quotes, on one line, not too long."""
    line = " ".join(text.split()) if isinstance(text, str) else text
    return shown(f"{line[:_LONGEST]}..." if len(line) > _LONGEST else line) if isinstance(line, str) else name(line)


def _pattern(regex: Any, alike: Any) -> str:
    return f"{condition(regex)}{' ignoring case' if alike else ''}"


def _pair(phrase: Phrase, opposite: Phrase | None = None) -> tuple[Phrase, Phrase]:
    return phrase, opposite or (lambda *key: f"not {phrase(*key)}")


_UNKNOWN_ONE: Final = _pair(lambda *_: "(known after apply)")
_SOURCES: Final = {
    "tag": _pair(lambda tag: f"tagged {name(tag)}"),
    "column_tag": _pair(
        lambda tag: f"with a column tagged {name(tag)}", lambda tag: f"without a column tagged {name(tag)}"
    ),
    "regex": _pair(
        lambda *key: f"with a column whose name matches {_pattern(*key)}",
        lambda *key: f"without a column whose name matches {_pattern(*key)}",
    ),
    "any_tag": _pair(lambda: "with any tag", lambda: "without tags"),
    "created": _pair(lambda since, until: f"created since {_day(since)}{f' until {_day(until)}' if until else ''}"),
    "server": _pair(lambda server: f"on server {name(server)}"),
    "domain_name": _pair(lambda domain: f"in domain {name(domain)}"),
    "domain_id": _pair(lambda domain: f"in the domain with id {name(domain)}"),
    "selected": _pair(
        lambda: "that a data owner has selected for it", lambda: "that no data owner has selected for it"
    ),
    "certified": _pair(
        lambda anew: f"whose owner has certified it{' again' if anew else ''}",
        lambda anew: f"whose owner has not certified it{' again' if anew else ''}",
    ),
    "owner": _pair(lambda iam, user: f"owned by user {name(user)} of {name(iam)}"),
    "owner_group": _pair(lambda group: f"owned by group {name(group)}"),
    "unknown": _UNKNOWN_ONE,
}
_COLUMNS: Final = {
    "tag": _pair(lambda tag: f"tagged {name(tag)}"),
    "regex": _pair(
        lambda *key: f"whose name matches {_pattern(*key)}", lambda *key: f"whose name does not match {_pattern(*key)}"
    ),
    "any_tag": _pair(lambda: "with any tag", lambda: "without tags"),
    "name": _pair(lambda column: f"named {name(column)}"),
    "unknown": _UNKNOWN_ONE,
}


def _day(moment: Any) -> str:
    text = str(moment)
    return text.partition("T")[0] if "T00:00:00" in text else text.partition(".")[0].replace("+00:00", "")


def rows_text(kind: str, config: Mapping[str, Any]) -> str:
    """The rows that a rule shows: `rows newer than 30 days`."""
    if kind == "minimization":
        return f"{name(config['percent'])} % of the rows"
    if kind == "time_restriction":
        return f"rows {config['is_older_or_newer']} than {_span(config['time'])}"
    if kind == "row_restriction_by_custom_where_clause":
        return f"rows where {condition(config['predicate'])}"
    if config.get("column") is not None:
        values = joined(sorted(map(name, config.get("values") or ())), "or")
        return f"rows in which {_column(config['column'])} is {'not ' if config.get('invert') else ''}{values}"
    found = sorted(map(_match, config.get("matches") or ()))
    return f"rows in which {joined(found, 'and' if config.get('operator') == 'all' else 'or')}"


def _column(it: Mapping[str, Any]) -> str:
    if it.get("column") is not None:
        return f"the column {name(it['column'])}"
    by = it.get("type") or "tag"
    return f"the column {'tagged' if by == 'tag' else f'with {name(by)}'} {name(it.get('name') or it.get('tag'))}"


def _match(match: Mapping[str, Any]) -> str:
    kind, it = next((kind, it) for kind, it in match.items() if it is not None)
    whose = {"group": "a group", "purpose": "a purpose"}.get(kind) or f"the attribute {name(it.get('attribute'))}"
    return f"{_column(it)} equals {whose} of theirs"


def _span(seconds: float) -> str:
    size, unit = next(((size, unit) for size, unit in _SPANS if seconds % size == 0), (1, "second"))
    count = json.dumps(seconds / size if seconds % size else int(seconds // size))
    return f"{count} {unit}{'' if count == '1' else 's'}"
