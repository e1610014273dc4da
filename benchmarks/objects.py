"""What Terraform is given: configurations of N equal objects, and states in which they exist already.

Every object is told apart by one word, `bench-0000` for the first. A state of N objects is the state of one, written
N times with the word replaced; so that a thousand need not be applied before their refresh can be measured.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

WORD = "bench-0000"
COUNTED = 'bench-${format("%04d", count.index)}'
SOURCE = "terraform.local/immuta/immuta"
FLOOR = "terraform_data"
CONFIGURED: dict[str, dict[str, Any]] = {
    "immuta_purpose": {
        "name": WORD,
        "description": f"What {WORD} is for",
        "acknowledgement": f"I will use this data for {WORD} only.",
        "k_anon_noise_reduction": "Medium",
    },
    "immuta_project": {
        "project_key": WORD,
        "name": f"Project {WORD}",
        "description": f"What {WORD} is about",
        "tags": ["Discovered.PII"],
    },
    "immuta_data_policy": {
        "policy_key": WORD,
        "name": f"Policy {WORD}",
        "circumstances": [{"column_tag": "Discovered.PII"}],
        "actions": [
            {
                "description": f"Why {WORD} is there",
                "rules": [
                    {
                        "masking": {
                            "fields": [{"column_tag": "Discovered.PII"}],
                            "masking_config": {"constant": WORD},
                        },
                        "exceptions": {"groups": ["Privacy"]},
                    }
                ],
            }
        ],
    },
}

# What the API is given for the same object: path, body and the attribute of the answer that holds its id.
POSTED: dict[str, tuple[str, dict[str, Any], str]] = {
    "immuta_purpose": (
        "/api/v2/purpose",
        {
            "name": WORD,
            "description": f"What {WORD} is for",
            "acknowledgement": f"I will use this data for {WORD} only.",
            "kAnonNoiseReduction": "Medium",
        },
        "purposeId",
    ),
    "immuta_data_policy": (
        "/api/v2/policy",
        {
            "policyKey": WORD,
            "name": f"Policy {WORD}",
            "type": "data",
            "circumstances": [{"type": "columnTags", "columnTag": "Discovered.PII"}],
            "actions": [
                {
                    "description": f"Why {WORD} is there",
                    "rules": [
                        {
                            "type": "Masking",
                            "config": {
                                "fields": [{"type": "columnTags", "columnTag": "Discovered.PII"}],
                                "maskingConfig": {"type": "Constant", "constant": WORD},
                            },
                            "exceptions": {"groups": ["Privacy"]},
                        }
                    ],
                }
            ],
        },
        "policyId",
    ),
}


def word(index: int) -> str:
    """The word of the object with this index."""
    return f"bench-{index:04}"


def posted(kind: str, index: int) -> tuple[str, dict[str, Any], str]:
    """What the API is given for the object with this index."""
    path, body, identifier = POSTED[kind]
    return path, _replaced(body, WORD, word(index)), identifier


def configuration(kind: str, attributes: dict[str, Any], number: int) -> dict[str, Any]:
    """A configuration of `number` objects, in Terraform's JSON syntax."""
    counted = _replaced(attributes, WORD, COUNTED)
    needed = {} if kind == FLOOR else {"terraform": {"required_providers": {"immuta": {"source": SOURCE}}}}
    return {**needed, "resource": {kind: {"x": {"count": number, **counted}}}}


def floor_of(state: dict[str, Any]) -> dict[str, Any]:
    """What `terraform_data` is given: as input the attributes that the state of one object of ours holds."""
    attributes = state["resources"][0]["instances"][0]["attributes"]
    return {"input": {name: value for name, value in attributes.items() if name != "id"}}


def multiplied(state: dict[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The state of one object, as the state of as many as there are `ids`."""
    many = copy.deepcopy(state)
    resource = many["resources"][0]
    (one,) = resource["instances"]
    resource["instances"] = [_instance(one, index, identifier) for index, identifier in enumerate(ids)]
    return many


def _instance(one: dict[str, Any], index: int, identifier: str) -> dict[str, Any]:
    made: dict[str, Any] = _replaced(one, WORD, word(index))
    made["index_key"] = index
    made["attributes"]["id"] = identifier
    return made


def _replaced(value: Any, old: str, new: str) -> Any:
    return json.loads(json.dumps(value).replace(old, json.dumps(new)[1:-1]))
