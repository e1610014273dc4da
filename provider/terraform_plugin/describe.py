"""A provider's schema as data: the form of `terraform providers schema -json`, and what that form leaves out.

The generators of constructs and documentation read this. Beyond Terraform's own keys an attribute may have `default`,
`requires_replace`, `one_of`, `references`, `unseen` and `deprecation_message`, and a nested type has `model`, the name
of its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin import types
from terraform_plugin.schema import Attribute, Block

if TYPE_CHECKING:
    from terraform_plugin.resource import Provider

FLAGS = ("required", "optional", "computed", "sensitive", "write_only")


def describe(provider: Provider[Any]) -> dict[str, Any]:
    """Everything that `provider` offers, as plain data for JSON."""
    return {
        "provider": {"version": 0, "block": _block(provider.model.block)},
        "resource_schemas": {
            each.type_name: {
                "version": each.version,
                "import_help": each.import_help,
                "block": _block(each.model.block),
            }
            for each in provider.resources()
        },
        "data_source_schemas": {
            each.type_name: {"version": 0, "block": _block(each.model.block)} for each in provider.data_sources()
        },
    }


def _block(block: Block) -> dict[str, Any]:
    return {"description": block.description, "attributes": {member.name: _attribute(member) for member in block}}


def _attribute(member: Attribute) -> dict[str, Any]:
    described: dict[str, Any] = {"description": member.description}
    if member.nested:
        block = member.nested.block
        described["nested_type"] = {"nesting_mode": member.nested.mode, "model": _name(block), **_block(block)}
    else:
        described["type"] = member.kind.to_json()
    described |= {flag: True for flag in FLAGS if getattr(member, flag)}
    if member.has_default:
        described["default"] = member.default
    if member.requires_replace is True:  # where it depends on the values, the description says on what
        described["requires_replace"] = True
    if member.one_of:
        described["one_of"] = list(member.one_of)
    if member.unseen:
        described["unseen"] = member.unseen
    if member.references:
        described["references"] = dict(zip(("resource", "attribute"), member.references, strict=True))
    if member.deprecated:
        described |= {"deprecated": True, "deprecation_message": member.deprecated}
    if member.number is int and member.kind == types.NUMBER:
        described["whole_number"] = True
    return described


def _name(block: Block) -> str:
    return block.model.__name__ if block.model else ""
