"""Files with policies, for the tests of the commands."""

from __future__ import annotations

import pathlib
from typing import Any

import yaml

HASHED: dict[str, Any] = {
    "policyKey": "hash names",
    "name": "Hash names",
    "type": "data",
    "circumstances": [{"type": "columnTags", "columnTag": "Rider.Name"}],
    "actions": [
        {
            "rules": [
                {
                    "type": "Masking",
                    "config": {
                        "fields": [{"type": "columnTags", "columnTag": "Rider.Name"}],
                        "maskingConfig": {"type": "Hash"},
                    },
                }
            ]
        }
    ],
}
BY_HAND = {"policyKey": "by hand", "name": "By hand", "type": "subscription", "actions": {"type": "manual"}}


def write(path: pathlib.Path, *payloads: Any) -> pathlib.Path:
    """A file with these payloads, or with this text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [each if isinstance(each, str) else yaml.safe_dump(each) for each in payloads]
    path.write_text("---\n".join(texts), encoding="utf-8")
    return path


def changed(**changes: Any) -> dict[str, Any]:
    """HASHED with other members."""
    return {**HASHED, **changes}


def masked(**config: Any) -> dict[str, Any]:
    """HASHED with another configuration of its rule."""
    rule: Any = HASHED["actions"][0]["rules"][0]
    return changed(actions=[{"rules": [{**rule, "config": {**rule["config"], **config}}]}])
