"""Plans as `terraform show -json` prints them, made of the attributes of resources."""

from __future__ import annotations

import json
from typing import Any

PROVIDER = "terraform.local/immuta/immuta"
PII = [{"column_tag": "Discovered.PII"}]


def change(
    type_name: str, actions: list[str], before: Any = None, after: Any = None, name: str = "it", **entry: Any
) -> dict[str, Any]:
    """One of the `resource_changes`; marks go into the change, all else beside it."""
    marks = {"after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}}
    marks |= {key: entry.pop(key) for key in (*marks, "importing") if key in entry}
    return {
        "address": f"{type_name}.{name}",
        "mode": "managed",
        "type": type_name,
        "name": name,
        "provider_name": PROVIDER,
        "change": {"actions": actions, "before": before, "after": after, **marks},
        **entry,
    }


def plan(*changes: dict[str, Any], **document: Any) -> bytes:
    """A whole plan."""
    whole = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [*changes], **document}
    return json.dumps(whole).encode()


def masking(function: dict[str, Any] | None = None, fields: Any = None, **who: Any) -> dict[str, Any]:
    """A masking rule."""
    return {"masking": {"fields": fields or PII, "masking_config": function or {"hash": {}}}, **who}


def data_policy(*rules: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """A data policy of one action."""
    head = {"policy_key": "mask-pii", "name": "Mask PII", "circumstances": PII, "staged": False}
    return {**head, "actions": [{"rules": list(rules or [masking()])}], **attributes}


def subscription(**attributes: Any) -> dict[str, Any]:
    """A subscription policy."""
    return {"policy_key": "open", "name": "Open", "circumstances": [{"tag": "Zone"}], **attributes}


def updated(before: dict[str, Any], after: dict[str, Any], **entry: Any) -> dict[str, Any]:
    """A data policy that changes."""
    return change("immuta_data_policy", ["update"], before, after, **entry)
