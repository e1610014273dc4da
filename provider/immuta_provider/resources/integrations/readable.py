"""The models of the platforms for a data source, which has neither write-only attributes nor anything to replace."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from terraform_plugin import Model, types
from terraform_plugin.schema import Attribute, Block, Nested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform_plugin.schema import BlockValidator

KEPT = " It is kept in the state"


def readable(model: type[Model]) -> type[Model]:
    """`model` without its write-only attributes and their versions, at every depth; its rules stay."""
    attributes = {member.name: _readable(member) for member in _members(model.block)}
    made: type[Model] = type(model.__name__, (Model,), {"__doc__": model.__doc__, "__module__": model.__module__})
    rules = [_of_one_form(rule) for rule in model.block.validators]
    made.block = Block(attributes, rules, made, model.block.description)
    return made


def _of_one_form(rule: BlockValidator) -> BlockValidator:
    """A rule that does not speak of write-only forms."""

    def check(block: Block, values: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        for name, wrong in rule(block, values):
            yield name, re.sub(r", \w+_wo\b", "", wrong)

    return check


def _members(block: Block) -> Iterator[Attribute]:
    for member in block:
        computed_alone = member.computed and not member.optional
        if not (member.write_only or member.name.endswith("_wo_version") or computed_alone):
            yield member


def _readable(member: Attribute) -> Attribute:
    description = member.description.partition(KEPT)[0]
    changed = dataclasses.replace(member, requires_replace=False, keep_state=False, description=description)
    if member.nested is None:
        return changed
    block = readable(member.nested.block.model).block
    kind = block.kind if member.nested.mode == "single" else types.Collection(member.nested.mode, block.kind)
    return dataclasses.replace(changed, kind=kind, nested=Nested(member.nested.mode, block))
