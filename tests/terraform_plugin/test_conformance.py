"""What the newest Terraform speaks and we do not: every call and every field is left out on purpose, for a reason."""

from __future__ import annotations

import pathlib

import pytest

from terraform_plugin import messages
from tests.terraform_plugin.descriptor import embedded
from tests.terraform_plugin.test_messages import calls, enums, fields, library, names, our_calls, terraform_binary

pytestmark = pytest.mark.terraform

NO_LISTS = "for `terraform query`, which lists what could be imported; a list resource is announced before it is asked"
NO_ACTIONS = "for actions, which are announced before they are called"
NO_STORES = "for state stores, an experiment; a store is announced before it is used"
NOT_SERVED = {
    "ValidateListResourceConfig": NO_LISTS,
    "ListResource": NO_LISTS,
    "GenerateResourceConfig": "asked only with the capability `generate_resource_config`; else Terraform generates it",
    "ValidateActionConfig": NO_ACTIONS,
    "PlanAction": NO_ACTIONS,
    "InvokeAction": NO_ACTIONS,
    "ValidateStateStoreConfig": NO_STORES,
    "ConfigureStateStore": NO_STORES,
    "ReadStateBytes": NO_STORES,
    "WriteStateBytes": NO_STORES,
    "LockState": NO_STORES,
    "UnlockState": NO_STORES,
    "GetStates": NO_STORES,
    "DeleteState": NO_STORES,
}
NOT_SPOKEN = {
    "GetMetadata.Response.list_resources": NO_LISTS,
    "GetMetadata.Response.actions": NO_ACTIONS,
    "GetMetadata.Response.state_stores": NO_STORES,
    "GetProviderSchema.Response.list_resource_schemas": NO_LISTS,
    "GetProviderSchema.Response.action_schemas": NO_ACTIONS,
    "GetProviderSchema.Response.state_store_schemas": NO_STORES,
    "MoveResourceState.Request.source_identity": "every move between types is refused",
    "MoveResourceState.Request.source_identity_schema_version": "every move between types is refused",
    "MoveResourceState.Response.target_identity": "every move between types is refused",
    "Schema.Block.deprecation_message": "no block is deprecated, only attributes are",
    "ServerCapabilities.generate_resource_config": NOT_SERVED["GenerateResourceConfig"],
}
BELONG_TO_THEM = (
    *("ActionSchema", "RequestChunkMeta", "StateRange", "StateStoreClientCapabilities", "StateStoreServerCapabilities"),
    *("ValidateStateStore", "GetMetadata.ActionMetadata", "GetMetadata.ListResourceMetadata"),
    *("GetMetadata.StateStoreMetadata", "GetProviderSchema.Response.ActionSchemasEntry"),
    *("GetProviderSchema.Response.ListResourceSchemasEntry", "GetProviderSchema.Response.StateStoreSchemasEntry"),
)


@pytest.mark.parametrize("binary", [terraform_binary(), library()], ids=["installed", "newest"])
def test_every_field_of_every_message_that_we_speak_is_theirs(binary: pathlib.Path) -> None:
    ours = messages.file_descriptor("tfplugin6", messages.PROVIDER_TABLE, messages.PROVIDER_ENUMS)
    theirs = embedded(binary, "tfplugin6.proto")
    shared = names(ours).keys() & names(theirs).keys()
    mine, others = fields(ours), fields(theirs)
    assert len(shared) > 80
    assert {name: names(ours)[name] for name in shared} == {name: names(theirs)[name] for name in shared}
    assert {name: mine[name] for name in mine.keys() & others.keys()} == {
        name: others[name] for name in mine.keys() & others.keys()
    }
    assert {name: enums(ours)[name] for name in enums(theirs)} == enums(theirs)
    numbers = {(name.rpartition(".")[0], kind[0]): name.rpartition(".")[2] for name, kind in others.items()}
    clashes = {
        name: other
        for name, kind in mine.items()
        if (other := numbers.get((name.rpartition(".")[0], kind[0]), name.rpartition(".")[2]))
        != name.rpartition(".")[2]
    }
    assert clashes == {}, "a number that means one thing to us and another to them"


def test_every_call_of_the_newest_terraform_is_served_or_left_out_for_a_reason() -> None:
    assert calls(embedded(library(), "tfplugin6.proto")).keys() - our_calls().keys() == NOT_SERVED.keys()


def test_every_field_of_the_newest_terraform_is_spoken_or_left_out_for_a_reason() -> None:
    ours = messages.file_descriptor("tfplugin6", messages.PROVIDER_TABLE, messages.PROVIDER_ENUMS)
    newest = embedded(library(), "tfplugin6.proto")
    missing = names(newest).keys() - names(ours).keys()
    unexplained = {name for name in missing if name.partition(".")[0] not in NOT_SERVED and name not in BELONG_TO_THEM}
    assert {name for name in unexplained if name.partition(".")[0] not in BELONG_TO_THEM} == set()
    left_out = {name for name in fields(newest).keys() - fields(ours).keys() if name.rpartition(".")[0] not in missing}
    assert left_out == NOT_SPOKEN.keys()


@pytest.mark.parametrize(
    ("file", "package", "table", "values"),
    [
        ("grpc_controller.proto", "plugin", "Empty", {}),
        ("grpc_stdio.proto", "plugin", messages.GO_PLUGIN_TABLE.replace("Empty", ""), messages.GO_PLUGIN_ENUMS),
        ("health.proto", "grpc.health.v1", messages.HEALTH_TABLE, messages.HEALTH_ENUMS),
    ],
)
def test_what_go_plugin_adds_is_the_same_in_the_newest_terraform(
    file: str, package: str, table: str, values: dict[str, tuple[str, ...]]
) -> None:
    theirs = embedded(library(), file)
    mine = messages.file_descriptor(package, table, values)
    assert fields(mine).items() <= fields(theirs).items()
    assert enums(mine) == enums(theirs)
