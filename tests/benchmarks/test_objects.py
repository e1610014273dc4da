from __future__ import annotations

from typing import Any

from benchmarks.objects import CONFIGURED, FLOOR, configuration, floor_of, multiplied

STATE: dict[str, Any] = {
    "serial": 3,
    "resources": [
        {
            "type": "immuta_purpose",
            "instances": [
                {
                    "index_key": 0,
                    "attributes": {"id": "7", "name": "bench-0000", "description": None, "depth": {"a": 1}},
                }
            ],
        }
    ],
}


def test_a_configuration_counts_its_objects_and_tells_them_apart() -> None:
    found = configuration("immuta_purpose", {"name": "bench-0000", "note": "no word"}, 20)
    assert found == {
        "terraform": {"required_providers": {"immuta": {"source": "terraform.local/immuta/immuta"}}},
        "resource": {
            "immuta_purpose": {"x": {"count": 20, "name": 'bench-${format("%04d", count.index)}', "note": "no word"}}
        },
    }


def test_the_floor_needs_no_provider() -> None:
    assert configuration(FLOOR, {"input": 1}, 2) == {"resource": {"terraform_data": {"x": {"count": 2, "input": 1}}}}


def test_the_floor_has_the_attributes_of_ours_but_the_id() -> None:
    assert floor_of(STATE) == {"input": {"name": "bench-0000", "description": None, "depth": {"a": 1}}}


def test_a_state_of_one_becomes_a_state_of_many() -> None:
    many = multiplied(STATE, ["31", "32"])
    assert many["serial"] == 3
    assert many["resources"][0]["instances"] == [
        {"index_key": 0, "attributes": {"id": "31", "name": "bench-0000", "description": None, "depth": {"a": 1}}},
        {"index_key": 1, "attributes": {"id": "32", "name": "bench-0001", "description": None, "depth": {"a": 1}}},
    ]
    assert len(STATE["resources"][0]["instances"]) == 1


def test_every_kind_has_a_name_of_its_own_per_object() -> None:
    assert [kind for kind, attributes in CONFIGURED.items() if "bench-0000" not in attributes["name"]] == []
