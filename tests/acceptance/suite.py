"""The acceptance suite: what every resource must show with real Terraform, a real provider process and a tenant.

A resource joins by declaring a `Case`: a minimal and a full configuration and, per attribute, an update and a change
made outside. The suite fails where an attribute of the schema has neither, unless the schema itself says why.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from terraform_plugin import Resource
    from tests.acceptance.terraform import Workspace

ANY_KEYS = (
    *("a b", "a:b", "a/b", "/", "a%2Fb", "100%", "what?", "#1", "a&b=c+d", "a,b;c", "id:31", "key:x", "quote ' \" `"),
    *("back\\slash", "${x} %{y}", "Umlaut \u00e4", "emoji 👍", "\u202eabc", "case", "CASE", "*", "[a]", "null", "-1"),
)
Outside = Callable[[Any], None]
"""Changes something in the tenant behind Terraform's back; is given the tenant."""

NAME = "it"

# What every resource has beside its object; `timeouts` may be left out of a case's configurations.
LIMITS = dict.fromkeys(("create", "read", "update", "delete"), "2m")
LOCAL_UPDATES: dict[str, dict[str, Any]] = {
    "timeouts": {"timeouts": LIMITS},
    "timeouts.create": {"timeouts": {**LIMITS, "create": "3m"}},
    "timeouts left out": {"timeouts": None},
    "deletion_protection": {"deletion_protection": True},
    "deletion_protection again": {"deletion_protection": False},
}
COVERED_HERE = frozenset({"deletion_protection", *(f"timeouts.{each}" for each in LIMITS)})
FOLLOWS = frozenset({"summary"})  # from the other attributes: tests/immuta_provider/test_policy_summary.py


@dataclass(frozen=True)
class Case:
    """How one resource is put to the test.

    `identity` is the attribute by which people know the object, also where the resource's own identity is its id; where
    it can change in place it needs a change made outside like any other. `requires` are resources that the
    configurations refer to. `updates` gives, by dotted attribute name or any label, the top-level attributes to set;
    `replaces` names those that need a new object. `drifts` gives the change made outside. `gone` deletes the object
    outside; None where that cannot be. `import_ids` are the ways to import the object of the full configuration; None
    stands for `id:` and its id. `after_import` names the attributes that live in the configuration only, and so show
    as one in-place update after an import. `renewed` names what every change that makes a request makes anew, and so
    shows beside it. `covered_by` says for a dotted name which test in the object's own file
    covers it (`tests`, by default named after the type). `keyless` says that nothing tells two such objects apart: one
    whose answer was lost can be doubled, and the fault matrix counts these. `keys` are values of `identity` that have
    to work, by default any text; none where it is no text of one's own. `refused_keys` are refused before any request.
    `opaque` names attributes that an import cannot read where the tenant spells them in a way that nobody documents.
    `texts` gives, for a text, the nested attributes that take one. Where a resource has several cases, `variant` tells
    them apart, and `elsewhere` names the attributes that another of them covers, with all below; `soak` says that
    faults strike this one in `make soak` only, because they take the same way as in another.
    """

    resource: type[Resource[Any]]
    identity: str
    minimal: dict[str, Any]
    full: dict[str, Any]
    updates: dict[str, dict[str, Any]]
    drifts: dict[str, Outside]
    gone: Outside | None
    import_ids: tuple[str | None, ...]
    requires: dict[str, Any] = field(default_factory=dict)
    replaces: frozenset[str] = frozenset()
    after_import: frozenset[str] = frozenset()
    renewed: frozenset[str] = frozenset()
    covered_by: dict[str, str] = field(default_factory=dict)
    keyless: bool = False
    tests: str = ""
    opaque: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ANY_KEYS
    refused_keys: tuple[str, ...] = ()
    texts: Callable[[str], dict[str, Any]] = lambda _: {}
    variant: str = ""
    elsewhere: tuple[str, ...] = ()
    soak: bool = False

    @property
    def type_name(self) -> str:
        """The resource's type."""
        return self.resource.type_name

    @property
    def title(self) -> str:
        """The name of the case."""
        return f"{self.type_name}-{self.variant}" if self.variant else self.type_name

    @property
    def address(self) -> str:
        """The address of the object under test."""
        return f"{self.type_name}.{NAME}"

    def resources(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """The configuration with the object under test."""
        merged = {kind: dict(named) for kind, named in self.requires.items()}
        merged.setdefault(self.type_name, {})[NAME] = attributes
        return merged


def uncovered(case: Case) -> list[str]:
    """The attributes, at every depth, that no update and no outside change reaches and that claim no exemption."""
    missing = []
    for name, attribute in case.resource.model.block.walk():
        if attribute.nested or name == "id":
            continue
        if name in COVERED_HERE | FOLLOWS or name.startswith(tuple(f"{each}." for each in case.elsewhere)):
            continue
        settable = attribute.required or attribute.optional
        if settable and name not in case.updates and name not in case.covered_by:
            missing.append(f"{name}: no update")
        fixed = name == case.identity and attribute.requires_replace is True
        exempt = attribute.unseen or name in case.covered_by or fixed
        if name not in case.drifts and not exempt:
            missing.append(f"{name}: no change made outside")
    return missing


def untested(case: Case, folder: pathlib.Path) -> list[str]:
    """The tests that a case names in `covered_by` and that the test file of its object does not have."""
    path = folder / (case.tests or f"test_{case.type_name.removeprefix('immuta_')}.py")
    source = path.read_text(encoding="utf-8") if path.exists() else ""
    return sorted(each for each in set(case.covered_by.values()) if f"\ndef {each}(" not in source)


def check_create(case: Case, workspace: Workspace, attributes: dict[str, Any]) -> None:
    """Create, plan twice: nothing to do, with and without refresh."""
    workspace.write(case.resources(attributes))
    workspace.apply()
    workspace.assert_no_changes()
    workspace.run("plan", "-no-color", "-input=false", "-detailed-exitcode", "-refresh=false")


def check_updates(case: Case, workspace: Workspace) -> None:
    """Change one attribute after the other: the plan names it alone, in place or by replacement as declared."""
    attributes = dict(case.full)
    workspace.write(case.resources(attributes))
    workspace.apply()
    for name, change in (LOCAL_UPDATES | case.updates).items():
        attributes |= change
        workspace.write(case.resources(attributes))
        planned = workspace.apply_changes().only()
        assert planned.address == case.address, name
        if name in case.replaces:
            assert planned.action == "replaced", name
        else:
            assert (planned.action, planned.attributes - case.renewed) == ("updated in-place", set(change)), name
    workspace.assert_no_changes()


def check_drift(case: Case, workspace: Workspace, tenant: Any) -> None:
    """Change one attribute after the other in the tenant: the plan names it alone, and an apply puts it right."""
    workspace.write(case.resources(case.full))
    workspace.apply()
    for name, change in case.drifts.items():
        change(tenant)
        planned = workspace.apply_changes().only()
        assert planned.address == case.address, name
        shown = planned.attributes - case.renewed
        assert (planned.action, shown) == ("updated in-place", {name.split(".")[0]}), name
    workspace.assert_no_changes()


def check_import(case: Case, workspace: Workspace) -> None:
    """Import the object in every way; the plan afterwards shows what lives in the configuration only, or nothing."""
    workspace.write(case.resources(case.full))
    workspace.apply()
    identifier = workspace.state()[case.address]["id"]
    for import_id in case.import_ids:
        workspace.run("state", "rm", case.address)
        workspace.import_object(case.address, import_id or f"id:{identifier}")
        planned = workspace.plan()
        if case.after_import:
            assert planned.only().action == "updated in-place"
            assert planned.only().attributes - case.renewed == case.after_import
        else:
            assert planned.empty, planned.text
    workspace.apply()
    workspace.assert_no_changes()


def check_gone(case: Case, workspace: Workspace, tenant: Any) -> None:
    """An object that was deleted outside is created again; destroying what is gone succeeds."""
    assert case.gone is not None
    workspace.write(case.resources(case.full))
    workspace.apply()
    case.gone(tenant)
    assert workspace.apply_changes().only().action == "created"
    workspace.assert_no_changes()
    case.gone(tenant)
    workspace.run("destroy", "-no-color", "-input=false", "-auto-approve", "-refresh=false")
    assert workspace.state() == {}
