"""`immuta-tf policy explain`: policies in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from immuta_cli.policies.exports import Exported, exports
from immuta_policy_text import policy_text

EVERYWHERE: Final = (
    "(The export names no circumstances. A policy that applies only where a data owner selects it looks the same.)"
)


def explain(names: Sequence[str]) -> bool:
    """Print every policy in the files; returns whether all of them could be read."""
    found = exports(names)
    for number, each in enumerate(found.policies):
        print(*([""] if number else []), *_explained(each), sep="\n")
    found.tell()
    return not found.failures


def _explained(exported: Exported) -> Iterator[str]:
    policy = exported.policy
    key = json.dumps(policy.key, ensure_ascii=False)
    yield f"{_shown(policy.attributes['name'])} ({policy.type} policy, key {key}, {exported.label})"
    for line in policy_text(policy.type, policy.attributes).split("\n"):
        yield f"  {line}".rstrip()
    if policy.everywhere:
        yield f"  {EVERYWHERE}"


def _shown(name: Any) -> str:
    """A name on one line; one that holds what is no letter is quoted."""
    text = str(name)
    return text if text.isprintable() else json.dumps(text)
