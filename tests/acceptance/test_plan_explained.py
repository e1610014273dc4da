"""A plan of real Terraform, explained: the form of `terraform show -json` is what the explanation takes it for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from immuta_cli.plans import machine, plan_file
from immuta_cli.plans.explanation import explained
from tests.acceptance.terraform import Workspace

pytestmark = pytest.mark.terraform

PII = [{"column_tag": "Discovered.PII"}]


def policy(key: str, *groups: str, **attributes: Any) -> dict[str, Any]:
    rule = {
        "masking": {"fields": PII, "masking_config": {"hash": {}}},
        "exceptions": {"operator": "any", "groups": [*groups]},
    }
    return {"policy_key": key, "name": key, "circumstances": PII, "actions": [{"rules": [rule]}], **attributes}


def test_a_plan_of_terraform(attached: Workspace) -> None:
    attached.write({"immuta_data_policy": {name: policy(name, "Privacy") for name in ("more", "less", "gone", "same")}})
    attached.apply()
    variables = {"variable": {"secret": {"type": "string", "sensitive": True, "default": "hush-hush"}}}
    policies = {
        "more": policy("more", "Privacy", "${var.secret}"),
        "less": policy("less", "Audit", "${terraform_data.later.output}"),
        "same": policy("same", "Privacy"),
        "new": policy("new", "Privacy", staged=True),
    }
    attached.write(
        {"immuta_data_policy": policies, "terraform_data": {"later": {"input": "${timestamp()}"}}}, **variables
    )
    attached.plan()

    raw = attached.run("show", "-json", "plan").encode()
    found = machine.document(explained(plan_file.parsed(raw, "plan")))

    assert {each["name"]: (each["action"], each["verdict"]) for each in found["policies"]} == {
        "more": ("update", "widens"),
        "gone": ("delete", "widens"),
        "less": ("update", "may_widen"),
        "new": ("create", "unchanged"),
    }
    text = json.dumps(found)
    assert "hush" not in text
    assert "known after apply" in text
    assert found["untouched"] == 1
