"""The schema as data says what generators of constructs and documentation need."""

from __future__ import annotations

import json
from typing import Any

from terraform_plugin.describe import describe
from tests.terraform_plugin.probe import Probe


def attributes(described: dict[str, Any]) -> dict[str, Any]:
    """The attributes of the thing."""
    found: dict[str, Any] = described["resource_schemas"]["probe_thing"]["block"]["attributes"]
    return found


def test_every_flag_and_type_is_described() -> None:
    described = attributes(describe(Probe()))
    assert described["name"] == {"description": "", "type": "string", "required": True, "requires_replace": True}
    assert described["flag"] == {
        "description": "",
        "type": "bool",
        "optional": True,
        "computed": True,
        "default": False,
    }
    assert described["count_of"] == {"description": "", "type": "number", "optional": True, "whole_number": True}
    assert described["secret_wo"] == {"description": "", "type": "string", "optional": True, "write_only": True}
    assert described["labels"]["type"] == ["map", "string"]
    members = described["members"]["nested_type"]
    assert (members["nesting_mode"], members["attributes"]["role"]["one_of"]) == ("set", ["reader", "writer"])


def test_the_description_is_json() -> None:
    described = describe(Probe())
    assert json.loads(json.dumps(described)) == described
    assert set(described) == {"provider", "resource_schemas", "data_source_schemas"}
    assert set(described["data_source_schemas"]) == {"probe_echo"}
