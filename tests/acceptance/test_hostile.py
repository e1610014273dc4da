"""Texts, keys and ids that break what is careless: each is kept exactly, or refused early with its name.

All values of one kind go through one apply: created, planned again with nothing to do, imported by key and by id,
destroyed. What an answer may hold stands in `test_hostile_answers.py`.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from immuta_tenant.kinds import PROJECT, PURPOSE
from terraform_plugin.types import STRING
from tests.acceptance import outside
from tests.acceptance.cases import CASES
from tests.acceptance.suite import Case
from tests.acceptance.terraform import Workspace

pytestmark = pytest.mark.terraform

TEXTS = {
    "quotes": "He said \"yes\", she said 'no' and `both`",
    "newlines": "one\ntwo\r\nthree\rfour\n",
    "templates": "${var.x} %{if true} $${y} %%{z} $$ %% $",
    "backslashes": "C:\\new\\table \\u0041 \\\\server \\",
    "emoji": "👩\u200d👩\u200d👧 and 🇩🇪",
    "composed": "caf\u00e9",
    "decomposed": "cafe\u0301",
    "right to left": "\u202etxt.exe\u202c \u05e9\u05dc\u05d5\u05dd \u200f",
    "controls": "bell \x07, escape \x1b[31m, delete \x7f, next line \x85, line separator \u2028, unit \x1f",
    "nul": "a\x00b",
    "zero width": "zero\u200bwidth\ufeff",
    "spaces": "  before and after  ",
    "markup": "<script>alert(1)</script> &amp; <!-- --> {{ x }}",
    "json": '{"a": [1, null]}',
}
NAMED = [case for case in CASES if case.keys]  # those whose key is any text
PAST_DOUBLES = 2**53


def literal(value: Any) -> Any:
    """The value as Terraform's JSON syntax has it: what would start a template is doubled."""
    if isinstance(value, dict):
        return {name: literal(each) for name, each in value.items()}
    if isinstance(value, list):
        return [literal(each) for each in value]
    return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value


def free(case: Case) -> list[str]:
    """The attributes that take any text."""
    return [
        each.name
        for each in case.resource.model.block
        if each.kind == STRING and each.optional and not each.validators and not each.one_of
    ]


def round_trip(workspace: Workspace, resources: dict[str, dict[str, Any]], tenant: Any) -> None:
    """Everything is imported, by key and by id, with nothing to do afterwards, and destroyed."""
    identities = {case.type_name: case.identity for case in CASES}
    known = workspace.state()
    for by_id in (False, True):
        workspace.forget()
        imports = [
            {
                "to": f"{kind}.{name}",
                "id": f"id:{known[f'{kind}.{name}']['id']}" if by_id else key(each[identities[kind]]),
            }
            for kind, named in resources.items()
            for name, each in named.items()
        ]
        workspace.write(resources, **{"import": imports})
        printed = workspace.apply()
        assert f"{len(imports)} imported, 0 added, 0 changed, 0 destroyed" in printed
        assert workspace.state() == known
    workspace.destroy()
    assert (tenant.purposes(), tenant.projects()) == ([], [])
    assert [each["policyKey"] for each in tenant.policies() if not each["systemGenerated"]] == []


def key(written: str) -> str:
    """The import id for a key."""
    return f"key:{written}" if written.startswith(("id:", "key:")) else written


def test_texts(attached: Workspace, tenant: Any) -> None:
    """Every text is kept as it is; Terraform itself composes what is decomposed (NFC)."""
    resources: dict[str, dict[str, Any]] = {}
    for case in NAMED:
        resources[case.type_name] = {
            f"text_{number}": literal(
                {
                    **case.minimal,
                    case.identity: f"text {number}",
                    **dict.fromkeys(free(case), text),
                    **case.texts(text),
                }
            )
            for number, text in enumerate(TEXTS.values())
        }
    attached.write(resources)
    attached.apply()
    attached.assert_no_changes()
    for number, text in enumerate(TEXTS.values()):
        kept = unicodedata.normalize("NFC", text)
        purpose, project = tenant.purpose(f"text {number}"), tenant.project(f"text {number}")
        assert (purpose["description"], purpose["acknowledgement"]) == (kept, kept)
        assert purpose["policyMetadata"]["adjustmentCertificationText"] == kept
        assert (project["description"], project["documentation"]) == (kept, kept)
        conditions = (project["subscriptionPolicy"] or {}).get("exceptions", {}).get("conditions", [])
        assert not conditions or kept in [each["group"]["name"] for each in conditions[:2]]
    round_trip(attached, resources, tenant)


def test_keys(attached: Workspace, tenant: Any) -> None:
    """Keys with every character that means something in a path, a query, an import id or a template."""
    resources = {
        case.type_name: {
            f"key_{number}": literal({**case.minimal, case.identity: each}) for number, each in enumerate(case.keys)
        }
        for case in NAMED
    }
    attached.write(resources)
    attached.apply()
    attached.assert_no_changes()
    keys = {case.type_name: sorted(case.keys) for case in NAMED}
    assert sorted(each["name"] for each in tenant.purposes()) == keys["immuta_purpose"]
    assert sorted(each["projectKey"] for each in tenant.projects()) == keys["immuta_project"]
    policies = (each["policyKey"] for each in tenant.policies() if not each["systemGenerated"])
    assert sorted(policies) == keys["immuta_data_policy"]
    round_trip(attached, resources, tenant)


@pytest.mark.parametrize("case", [case for case in CASES if case.refused_keys], ids=lambda case: case.title)
def test_keys_that_are_refused(attached: Workspace, tenant: Any, case: Case) -> None:
    """Terraform refuses them before anything is planned, and says for each which attribute is meant."""
    resources = {
        f"key_{number}": {**case.minimal, case.identity: each} for number, each in enumerate(case.refused_keys)
    }
    attached.write({case.type_name: resources})
    printed = attached.run("plan", "-no-color", "-input=false", ok=(1,))
    for name in resources:
        error = next(each for each in printed.split("Error: ") if f"{case.type_name}.{name}," in each)
        assert error.startswith("Invalid value")
        assert case.identity in error
    assert tenant.request_log() == []


def test_ids_past_what_a_double_holds(attached: Workspace, tenant: Any) -> None:
    for kind in (PURPOSE, PROJECT):
        tenant.store._connection.execute("REPLACE INTO counter VALUES (?, ?)", (kind.name, PAST_DOUBLES))
    resources = {
        case.type_name: {"it": dict(case.minimal), "other": {**case.minimal, case.identity: "other"}}
        for case in CASES
        if case.type_name in ("immuta_purpose", "immuta_project")
    }
    attached.write(resources)
    attached.apply()
    attached.assert_no_changes()
    assert {each["id"] for each in attached.state().values()} == {str(PAST_DOUBLES + 1), str(PAST_DOUBLES + 2)}
    changed = {
        kind: {name: {**each, "description": "changed"} for name, each in named.items()}
        for kind, named in resources.items()
    }
    attached.write(changed)
    attached.apply()
    attached.assert_no_changes()
    round_trip(attached, changed, tenant)


@pytest.mark.parametrize("size", [600_000, pytest.param(6_000_000, marks=pytest.mark.soak)])
def test_a_large_text(attached: Workspace, tenant: Any, size: int) -> None:
    """There and back. From a file and with `-json`: Terraform takes a minute to parse and to print 6 MB."""
    text = "0123456789abcde\n" * (size // 16)
    (attached.folder / "large.txt").write_text(text)
    large = '${file("large.txt")}'
    attached.write(
        {
            "immuta_purpose": {"it": {"name": "Large", "description": large}},
            "immuta_project": {"it": {"project_key": "large", "name": "Large", "documentation": large}},
        }
    )
    attached.apply("-json")
    assert tenant.purpose("Large")["description"] == text
    assert tenant.project("large")["documentation"] == text
    attached.run("plan", "-json", "-input=false", "-detailed-exitcode")


def test_a_key_that_somebody_decomposed(attached: Workspace, tenant: Any) -> None:
    """Terraform composes every text; an object whose key is stored decomposed is still the one that is changed."""
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    outside.call(tenant, "POST", "/api/v2/project", json={"projectKey": decomposed, "name": "Theirs"})
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": decomposed})
    attached.write(
        {
            "immuta_project": {"it": {"project_key": composed, "name": "Ours"}},
            "immuta_purpose": {"it": {"name": composed, "description": "ours"}},
        }
    )
    attached.import_object("immuta_project.it", f"id:{tenant.projects()[0]['id']}")
    attached.import_object("immuta_purpose.it", f"id:{tenant.purposes()[0]['id']}")
    attached.apply()
    attached.assert_no_changes()
    assert [(each["projectKey"], each["name"]) for each in tenant.projects()] == [(decomposed, "Ours")]
    assert [(each["name"], each["description"]) for each in tenant.purposes()] == [(decomposed, "ours")]
