"""No null in a configuration, at whatever depth of whatever resource or data source, looks like a defect of ours."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_provider.provider import ImmutaProvider
from terraform_plugin import types
from terraform_plugin.codec import encode
from terraform_plugin.messages import tfplugin6
from terraform_plugin.schema import Attribute, Block
from terraform_plugin.servicer import Servicer
from tests.terraform_plugin.worlds import holes

SERVICER = Servicer(ImmutaProvider())
ONE_OF_EACH: dict[types.Type, Any] = {types.STRING: "a", types.NUMBER: 1, types.BOOL: True}


def filled(block: Block, depth: int = 3) -> dict[str, Any]:
    """A configuration in which everything is set that can be, objects of objects down to `depth`."""
    return {member.name: _filled(member, member.kind, depth) for member in block}


def _filled(member: Attribute, kind: types.Type, depth: int) -> Any:
    if not (member.required or (member.optional and depth)):
        return None
    if isinstance(kind, types.Collection):
        element = _filled(member, kind.element, depth)
        return {"k": element} if kind.kind == "map" else [element]
    if isinstance(kind, types.Object) and member.nested:
        return filled(member.nested.block, max(depth - 1, 0))
    return ONE_OF_EACH[kind]


def refused(rpc: str, type_name: str, block: Block, config: dict[str, Any]) -> list[str]:
    """What is said against a configuration."""
    wire = {"config": tfplugin6["DynamicValue"](msgpack=encode(config, block.kind))}
    if rpc == "PlanResourceChange":
        wire |= {"proposed_new_state": wire["config"]}
    if rpc == "ValidateResourceConfig":
        wire["client_capabilities"] = {"write_only_attributes_allowed": True}
    response = getattr(SERVICER, rpc)(tfplugin6[f"{rpc}.Request"](type_name=type_name, **wire))
    return [each.detail for each in response.diagnostics]


@pytest.mark.parametrize("name", sorted(SERVICER.resources))
def test_a_null_in_a_resource_is_refused_in_words(name: str) -> None:
    block = SERVICER.resources[name].model.block
    for place, config in holes(block, filled(block)):
        for rpc in ("ValidateResourceConfig", "PlanResourceChange"):
            (detail,) = refused(rpc, name, block, config)
            assert "is null: give a value" in detail, (place, detail)


@pytest.mark.parametrize("name", sorted(SERVICER.data_sources))
def test_a_null_in_a_data_source_is_refused_in_words(name: str) -> None:
    block = SERVICER.data_sources[name].model.block
    for place, config in holes(block, filled(block)):
        for rpc in ("ValidateDataResourceConfig", "ReadDataSource"):
            (detail,) = refused(rpc, name, block, config)
            assert "is null: give a value" in detail, (place, detail)
