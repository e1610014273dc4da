"""Generated code without an engine: the calls of constructs in it, and what their arguments stand for."""

from __future__ import annotations

import ast
import json
from typing import Any

import immuta_constructs.policies as words
from immuta_constructs.policies import Word

CONSTRUCTS = ("DataPolicy", "SubscriptionPolicy")


def attributes(text: str) -> list[dict[str, Any]]:
    """The arguments of each construct in a module, as plain values; only names that the module imports are known."""
    module = ast.parse(text)
    names = {alias.name for node in ast.walk(module) if isinstance(node, ast.ImportFrom) for alias in node.names}
    known = {name: getattr(words, name) for name in names if name in words.__all__} | {"json": json}
    return [_arguments(node, known) for node in ast.walk(module) if _is_construct(node)]


def _is_construct(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CONSTRUCTS


def _arguments(call: Any, known: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for keyword in call.keywords:
        value = eval(compile(ast.Expression(keyword.value), "generated", "eval"), known)
        found |= value if keyword.arg is None else {keyword.arg: value}
    return plain(found)


def plain(value: Any) -> Any:
    """Words as dictionaries and lists."""
    if isinstance(value, Word):
        return value.as_dict()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
