"""One resource's life without any fault, which the cells of the matrix start from and are compared with."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from immuta_tenant import kinds
from immuta_tenant.store import Kind
from terraform_plugin.codec import from_json
from tests.faults.core import Core, Instance
from tests.faults.saboteur import Saboteur, Strike

if TYPE_CHECKING:
    from immuta_tenant import RunningTenant
    from tests.acceptance.suite import Case

META_ARGUMENTS = {"depends_on", "lifecycle", "count", "for_each", "provider"}
# What grows with every attempt and is nobody's object.
RECORDS = {
    kinds.ACTIVITY,
    kinds.BEARER_TOKEN,
    kinds.CONNECTION_TASK,
    kinds.CONNECTION_TASK_DUE,
    kinds.CONNECTION_TASK_RUN,
    kinds.INTEGRATION_FAULT,
    kinds.POLICY_HANDLER,
}
GONE = ("deleted", "disabled")
KINDS = [each for each in vars(kinds).values() if isinstance(each, Kind) and each not in RECORDS]
REFERENCE = re.compile(r"\$\{(\w+)\.(\w+)\.(\w+)\}")
AUTHENTICATE = "/bim/apikey/authenticate"
Objects = dict[str, int]


@dataclass
class Stage:
    """An operation as it goes without a fault: where it starts, what it asks, and what there is when it is done."""

    run: Callable[[Core, Instance], None]
    before: bytes
    instance: Instance
    asked: list[str] = field(default_factory=list)
    after: Objects = field(default_factory=dict)

    @property
    def first_write(self) -> int:
        """The position of the first request that changes something."""
        return next((at for at, name in enumerate(self.asked) if is_write(name)), len(self.asked))


def is_write(name: str) -> bool:
    """Whether a request, named by method and path, changes an object."""
    harmless = ("dryRun=true", "/_search", AUTHENTICATE)
    return not name.startswith("GET ") and not any(each in name for each in harmless)


def objects(tenant: RunningTenant) -> Objects:
    """How many objects of each kind the tenant has, deleted ones left out."""
    found = {kind.name: sum(not _is_gone(each) for each in tenant.store.all(kind)) for kind in KINDS}
    return {name: count for name, count in found.items() if count}


def _is_gone(document: dict[str, Any]) -> bool:
    return bool(document.get("deleted")) or document.get("status") in GONE


class World:
    """A tenant, a network and the stages of one case's life. `block` are further attributes of the provider block."""

    def __init__(self, case: Case, tenant: RunningTenant, **block: Any) -> None:
        self.case = case
        self.tenant = tenant
        self.network = Saboteur(tenant)
        self.core = Core(tenant, self.network, **block)
        self.doubled = 0  # objects without a key that a create left behind
        self.known: dict[tuple[str, str], Instance] = {}
        self.stages = self._live()

    def begin(self, stage: Stage, strike: Strike | None) -> Instance:
        """Go back to the start of a stage, with a fault."""
        self.tenant.clear_faults()
        self.tenant.store.load(stage.before)
        self.core.clock.time = 1000.0
        self.core.run()
        self.network.arm(strike)
        return copy.deepcopy(stage.instance)

    def end(self) -> None:
        """Close the connections."""
        self.network.end()

    def _live(self) -> dict[str, Stage]:
        self.tenant.reset()
        for type_name, named in self.case.requires.items():
            for name, attributes in named.items():
                self._make(type_name, name, attributes)
        block = self.case.resource.model.block
        instance = Instance(self.case.type_name, self._config(self.case.full, block))
        create = self._stage(Core.create, instance)
        read = self._stage(Core.refresh, instance)
        update = self._update(instance)
        delete = self._stage(Core.delete, instance)
        return {"create": create, "read": read, "delete": delete, **({"update": update} if update else {})}

    def _make(self, type_name: str, name: str, attributes: dict[str, Any]) -> None:
        instance = Instance(type_name, self._config(attributes, self.core.block(type_name)))
        self.core.apply(instance)
        self.known[type_name, name] = instance

    def _update(self, instance: Instance) -> Stage | None:
        """The first update of the case that is made in place and by a request; None where all others replace."""
        attributes = dict(self.case.full)
        for name, change in self.case.updates.items():
            if name in self.case.replaces:
                continue
            attributes |= change
            changed = copy.deepcopy(instance)
            changed.config = self._config(attributes, self.case.resource.model.block)
            stage = self._stage(Core.update, changed)
            if stage.first_write < len(stage.asked):
                instance.config, instance.state, instance.private = changed.config, changed.state, changed.private
                return stage
        assert self.case.updates.keys() == self.case.replaces, f"no update of {self.case.type_name} makes a request"
        return None

    def _stage(self, run: Callable[[Core, Instance], None], instance: Instance) -> Stage:
        self.core.run()
        stage = Stage(run, self.tenant.store.dump(), copy.deepcopy(instance))
        self.network.arm(None)
        run(self.core, instance)
        stage.asked, stage.after = self.network.asked, objects(self.tenant)
        return stage

    def _config(self, attributes: dict[str, Any], block: Any) -> dict[str, Any]:
        plain = {name: self._resolved(value) for name, value in attributes.items() if name not in META_ARGUMENTS}
        values: dict[str, Any] = from_json(plain, block.kind)
        return values

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._resolved(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        reference = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if reference is None:
            return value
        state = self.known[reference[1], reference[2]].state
        assert state is not None
        return state[reference[3]]
