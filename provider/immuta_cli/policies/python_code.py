"""Policies as Python: one function for each, which makes the construct and imports what exists."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from immuta_cli.errors import CommandError
from immuta_cli.policies import language
from immuta_cli.policies.language import Said, written
from immuta_cli.policies.naming import Named
from immuta_cli.policies.subscription import FORMS
from immuta_cli.policies.texts import for_terraform, literal, said_twice

CLASSES: Final = {"data": "DataPolicy", "subscription": "SubscriptionPolicy"}
_DOCSTRING: Final = '"""{what}, written by `immuta-tf policy convert`; from now on, this is where {they} changed."""'
_EVERYWHERE: Final = """\
    # The export names no circumstances: all data sources, or only those whose owners
    # select the policy. Where that is so, say owner_selected=True before the first apply:
    # an update would apply the policy to all of them.
"""
_TWICE: Final = """\
    # extra_json says {names} again, with members that have no attribute, and is written
    # over what stands here: what changes has to change in both.
"""
_FORMS: Final = frozenset(name for name, *_ in FORMS.values())


@dataclass(frozen=True)
class Function:
    """The function of one policy, and what it needs: words of the language, the class of the construct, json."""

    name: str
    text: str
    words: frozenset[str]
    construct: str
    json: bool


def formatter() -> Callable[[str], str]:
    """Black, as its defaults have it. Raises CommandError where it is not installed."""
    try:
        import black
    except ImportError:
        raise CommandError(
            "Python code is formatted with black, which is not installed. Install it with an engine: "
            "pip install 'terraform-provider-immuta[cdktf]' (or [cdktn])"
        ) from None
    return lambda text: str(black.format_str(text, mode=black.Mode()))


def module(functions: list[Function]) -> str:
    """All functions in one module, with one that calls them."""
    text = "\n\n".join(each.text for each in functions)
    return f"{_docstring(functions)}\n{_imports(functions)}\n\n{text}\n\n{_together(functions)}"


def module_of_one(function: Function) -> str:
    """A module with one function."""
    return f"{_docstring([function])}\n{_imports([function])}\n\n{function.text}"


def package(functions: list[Function]) -> str:
    """The `__init__.py` of a package with a module for each function."""
    imports = "".join(f"from .{each.name} import {each.name}\n" for each in functions)
    start = "from __future__ import annotations\n\nfrom constructs import Construct\n\n"
    public = '__all__ = ["add_policies"]'
    return f"{_docstring(functions)}\n{start}{imports}\n{public}\n\n{_together(functions)}"


def function(named: Named, *, importing: bool) -> Function:
    """The function of one policy."""
    policy = named.policy
    attributes = for_terraform(policy.attributes)
    arguments = _arguments(attributes)
    construct = CLASSES[policy.type]
    parts = [f"{name}{said.text}" if name.startswith("**") else f"{name}={said.text}" for name, said in arguments]
    made = f"{construct}(scope, {named.id!r}, {', '.join(parts)})"
    body = f"    return {made}\n"
    if importing:
        body = f"    policy = {made}\n    policy.import_from({literal(for_terraform(named.import_id), alone=True)})\n"
        body += "    return policy\n"
    note = _EVERYWHERE if policy.everywhere else ""
    note += _TWICE.format(names=names) if (names := said_twice(attributes)) else ""
    words = frozenset[str]().union(*(said.words for _, said in arguments))
    text = f"def {named.function}(scope: Construct) -> {construct}:\n{note}{body}"
    return Function(named.function, text, words, construct, "extra_json" in attributes)


def _arguments(attributes: dict[str, Any]) -> list[tuple[str, Said]]:
    """The arguments by name; `**` for those that are unpacked."""
    found: list[tuple[str, Said]] = []
    for name, value in attributes.items():
        if name == "circumstances":
            found += language.circumstances(attributes).items()
        elif name in _FORMS:
            found += language.subscription(name, value).items()
        elif name != "circumstance_operator":
            found.append((name, _argument(name, value)))
    return [("**" if name.startswith("**") else name, said) for name, said in found]


def _argument(name: str, value: Any) -> Said:
    match name:
        case "actions":
            said = [language.action(each) for each in value]
            words = frozenset[str]().union(*(each.words for each in said))
            return Said(f"[{', '.join(each.text for each in said)}]", value, words)
        case "owner_restrictions":
            return language.owners(value)
        case "certification":
            return language.certification(value)
        case "extra_json":
            return Said(f"json.dumps({literal(json.loads(value), alone=True)})", value)
    return written(value)


def _docstring(functions: list[Function]) -> str:
    one = len(functions) == 1
    return _DOCSTRING.format(what="A policy" if one else "Policies", they="it is" if one else "they are")


def _imports(functions: list[Function]) -> str:
    words = sorted(frozenset[str]().union(*(each.words for each in functions)))
    lines = ["from __future__ import annotations", ""]
    lines += ["import json", ""] if any(each.json for each in functions) else []
    lines += ["from constructs import Construct"]
    lines += [f"from immuta_constructs import {', '.join(sorted({each.construct for each in functions}))}"]
    lines += [f"from immuta_constructs.policies import ({', '.join(words)})"] if words else []
    return "\n".join(lines)


def _together(functions: Iterable[Function]) -> str:
    calls = "".join(f"    {each.name}(scope)\n" for each in functions)
    return f'def add_policies(scope: Construct) -> None:\n    """Add all of them to a stack."""\n{calls}'
