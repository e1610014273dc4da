"""A connection on a tenant, and Terraform's side of the protocol played in process: milliseconds instead of seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from immuta_tenant import RunningTenant
from terraform_plugin.codec import decode, encode, from_json
from terraform_plugin.messages import tfplugin6
from tests.acceptance import outside
from tests.acceptance.played import Wire
from tests.faults.core import Core, FailedError, Instance

KEY = "warehouse"
ORDERS = ["SALES", "PUBLIC", "ORDERS"]
OBJECT, SYNC = "immuta_data_object", "immuta_data_object_sync"


@dataclass
class Here:
    """A tenant with a connection, and a Terraform whose waiting lets time pass for both."""

    tenant: RunningTenant
    core: Core
    wire: Wire

    def instance(self, kind: str, **attributes: Any) -> Instance:
        """A resource instance that is not there yet."""
        return Instance(kind, from_json({"connection_key": KEY, **attributes}, self.core.block(kind).kind))

    def apply(self, kind: str, **attributes: Any) -> Instance:
        """Apply the configuration of one new resource."""
        made = self.instance(kind, **attributes)
        self.core.apply(made)
        assert self.core.nothing_to_do(made)
        return made

    def fails(self, kind: str, **attributes: Any) -> str:
        """What is said when that fails."""
        with pytest.raises(FailedError) as caught:
            self.core.apply(self.instance(kind, **attributes))
        return str(caught.value)

    def imported(self, kind: str, import_id: str) -> dict[str, Any]:
        """The state of an object that is imported."""
        self.core.run()
        answer = self.core._call("ImportResourceState", type_name=kind, id=import_id)
        state: dict[str, Any] = decode(answer.imported_resources[0].state.msgpack, self.core.block(kind).kind)
        return state

    def read(self, kind: str, **attributes: Any) -> dict[str, Any]:
        """What a look-up finds."""
        self.core.run()
        block = self.core._servicer.data_sources[kind].model.block
        config = tfplugin6["DynamicValue"](msgpack=encode(from_json(attributes, block.kind), block.kind))
        answer = self.core._call("ReadDataSource", type_name=kind, config=config)
        found: dict[str, Any] = decode(answer.state.msgpack, block.kind)
        return found

    def begin_sync(self, **wanted: Any) -> str:
        """Let somebody else start a sync; returns its task."""
        body = {"type": "DATA_OBJECT_SYNC", "input": wanted}
        task: str = outside.call(self.tenant, "POST", f"/api/connections/{KEY}/tasks", json=body)["taskId"]
        return task

    def syncs(self) -> list[str]:
        """How the syncs of the connection stand, oldest first."""
        tasks = self.tenant.connections.tasks(KEY)
        return [each["status"] for each in tasks if each["type"] == "DATA_OBJECT_SYNC"]
