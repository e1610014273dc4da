"""What is no plan, or not one that can be explained, gets a message that says what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from immuta_cli.errors import CommandError
from immuta_cli.plans.plan_file import parsed
from tests.immuta_cli.plans.plans import change, data_policy, plan


def _document(**members: Any) -> bytes:
    return json.dumps(members).encode()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "x is empty. Make one with `terraform plan -out=plan.tfplan`"),
        (b"PK\x03\x04rest", "which only terraform can read. Convert it: `terraform show -json x > plan.json`"),
        (b'{"a": ', "x is not JSON: "),
        (b"\xff\x00\x01", "x is not JSON: "),
        (b"[" * 100000, "x is not JSON: "),
        (b"[]", "x is JSON, but not a plan"),
        (b"{}", "it has no format_version"),
        (_document(format_version="0.1"), "x has the plan format 0.1; 1.x is understood"),
        (_document(format_version="2.0"), "x has the plan format 2.0; 1.x is understood"),
        (_document(format_version="1.2", errored=True), "ended with an error, so it does not hold all changes"),
        (_document(format_version="1.0", values={}), "x is a state as `terraform show -json` shows it"),
        (b'{"@level":"info","type":"version"}', "x is the log of `terraform plan -json`"),
        (b'{"@level":"info"}\n{"@level":"info"}', "x is not JSON: Extra data"),
        (_document(format_version="1.2", resource_changes={}), "resource_changes is not a list"),
        (_document(format_version="1.2", resource_changes=[1]), "a member of resource_changes has no change"),
        (plan(change("immuta_purpose", ["dance"])), "The plan has an action that is not known: dance."),
    ],
)
def test_what_is_no_plan(raw: bytes, message: str) -> None:
    with pytest.raises(CommandError) as refused:
        parsed(raw, "x")

    assert message in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_encoding_of_json_is_read(encoding: str) -> None:
    raw = plan(change("immuta_data_policy", ["create"], None, data_policy(name="Übersicht"))).decode().encode(encoding)

    assert parsed(raw, "x").changes[0].after == data_policy(name="Übersicht")


def test_data_sources_and_other_providers_are_left_out() -> None:
    found = parsed(
        plan(
            change("immuta_purpose", ["read"], None, {}, mode="data"),
            change("immuta_policy", ["create"], None, {}, provider_name="registry.terraform.io/acme/other"),
            change("immuta_purpose", ["create"], None, {}, provider_name="registry.example.com/immuta/immuta"),
        ),
        "x",
    )

    assert [each.address for each in found.changes] == ["immuta_purpose.it"]
