"""Policies as HCL: a resource and an import block for each."""

from __future__ import annotations

from typing import Any, Final

from immuta_cli.policies.hcl import Expression, Json, block
from immuta_cli.policies.naming import Named
from immuta_cli.policies.texts import said_twice

_EVERYWHERE: Final = """\
# The export names no circumstances: all data sources, or only those whose owners select the policy. Where that is so,
# say owner_selected = true before the first apply: an update would apply the policy to all of them.
"""
_TWICE: Final = """\
# extra_json says {names} again, with members that have no attribute, and is written over what stands here: what
# changes has to change in both.
"""


def blocks(named: Named, *, importing: bool) -> str:
    """The blocks of one policy."""
    kind = f"immuta_{named.policy.type}_policy"
    attributes: dict[str, Any] = dict(named.policy.attributes)
    if "extra_json" in attributes:
        attributes["extra_json"] = Json(attributes["extra_json"])
    note = _EVERYWHERE if named.policy.everywhere else ""
    note += _TWICE.format(names=names) if (names := said_twice(named.policy.attributes)) else ""
    text = note + block(f'resource "{kind}" "{named.id}"', attributes)
    if importing:
        text += "\n" + block("import", {"to": Expression(f"{kind}.{named.id}"), "id": named.import_id})
    return text


def versions(source: str, version: str) -> str:
    """What a folder with nothing else needs: the provider."""
    needs = {"immuta": {"source": source, "version": version}}
    provider = block('provider "immuta"', {})
    return f"terraform {{\n{_indented(block('required_providers', needs))}}}\n\n{provider}"


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
