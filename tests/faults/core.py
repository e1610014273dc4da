"""Terraform's side of the protocol, in process: what its core sends to a provider to plan, apply, refresh and destroy.

The real servicer answers. A `run` configures the provider anew, as each Terraform command starts it anew; the clock
moves only by sleeping.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from immuta_provider.api import Client, Settings
from immuta_provider.provider import ImmutaProvider
from terraform_plugin import Stop
from terraform_plugin.codec import decode, encode, from_json
from terraform_plugin.messages import tfplugin6
from terraform_plugin.servicer import Servicer
from tests.immuta_provider.api.clock import FakeClock

if TYPE_CHECKING:
    import httpx

    from immuta_tenant import RunningTenant
    from terraform_plugin.schema import Block

Values = dict[str, Any]


class FailedError(Exception):
    """Terraform would end with this error: summary and detail."""


@dataclass
class Instance:
    """One resource instance: its configuration, and what the state file would hold of it."""

    type_name: str
    config: Values
    state: Values | None = None
    private: bytes = b""
    tainted: bool = False


class _JumpingStop(Stop):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def sleep(self, seconds: float) -> None:
        self._clock.sleep(seconds)


class Core:
    """Terraform, and a provider whose requests go through `network`. `block` adds to its provider block."""

    def __init__(self, tenant: RunningTenant, network: httpx.BaseTransport, **block: Any) -> None:
        self._block = {"host": tenant.url, "api_key": tenant.api_key, **block}
        self._network = network
        self.clock = FakeClock()
        self.warnings: list[Any] = []  # those of the last request
        self._servicer = Servicer(ImmutaProvider(self._client))
        self._servicer.stop = _JumpingStop(self.clock)
        self._servicer.checked = True

    def run(self) -> None:
        """Begin a command: a provider that remembers nothing."""
        block = self._servicer.provider.model.block
        config = from_json(self._block, block.kind)
        self._call("ConfigureProvider", config=_message(config, block))

    def apply(self, instance: Instance) -> None:
        """`terraform apply`: refresh, plan, and do what the plan says. Raises FailedError for a diagnostic."""
        self.run()
        self.refresh(instance)
        if instance.tainted:
            self.make_room(instance)
        if instance.state is None:
            return self.create(instance)
        planned = self.plan(instance)
        if planned.requires_replace:
            self.make_room(instance)
            return self.create(instance)
        return None if self._same(instance, planned) else self.update(instance)

    def destroy(self, instance: Instance) -> None:
        """`terraform destroy`."""
        self.run()
        self.refresh(instance)
        if instance.state is not None:
            self.delete(instance)

    def nothing_to_do(self, instance: Instance) -> bool:
        """Whether `terraform plan` is empty."""
        self.run()
        self.refresh(instance)
        return instance.state is not None and self._same(instance, self.plan(instance))

    def refresh(self, instance: Instance) -> None:
        """ReadResource. What was read is kept, as Terraform does, only where it succeeds."""
        if instance.state is None:
            return
        block = self.block(instance.type_name)
        answer = self._call(
            "ReadResource",
            type_name=instance.type_name,
            current_state=_message(instance.state, block),
            private=instance.private,
        )
        instance.state, instance.private = decode(answer.new_state.msgpack, block.kind), answer.private
        instance.tainted = instance.tainted and instance.state is not None

    def refused(self, type_name: str, config: Values) -> list[str]:
        """ValidateResourceConfig: the dotted paths at fault."""
        answer = self._answer(
            "ValidateResourceConfig",
            type_name=type_name,
            config=_message(config, self.block(type_name)),
            client_capabilities={"write_only_attributes_allowed": True},
        )
        return [".".join(step.attribute_name for step in each.attribute.steps) for each in answer.diagnostics]

    def plan(self, instance: Instance) -> Any:
        """PlanResourceChange for the configuration."""
        return self._plan(instance, instance.state, instance.config)

    def create(self, instance: Instance) -> None:
        """Plan and ApplyResourceChange of a create; a state that comes with an error is tainted."""
        planned = self._plan(instance, None, instance.config)
        try:
            self._apply(instance, None, planned, instance.config)
        except FailedError:
            instance.tainted = instance.state is not None
            raise

    def update(self, instance: Instance) -> None:
        """Plan and ApplyResourceChange of an update."""
        self._apply(instance, instance.state, self.plan(instance), instance.config)

    def delete(self, instance: Instance) -> None:
        """Plan and ApplyResourceChange of a delete."""
        self._apply(instance, instance.state, self.plan_deletion(instance), None)
        instance.tainted = False

    def plan_deletion(self, instance: Instance) -> Any:
        """PlanResourceChange of a delete."""
        return self._plan(instance, instance.state, None)

    def make_room(self, instance: Instance) -> None:
        """The deleting half of a replacement, which is not planned: it is given the private data of the creation."""
        block = self.block(instance.type_name)
        creation = self._plan(instance, None, instance.config)
        nothing = _message(None, block)
        planned = tfplugin6["PlanResourceChange.Response"](
            planned_state=nothing, planned_private=creation.planned_private
        )
        self._apply(instance, instance.state, planned, None)
        instance.tainted = False

    def block(self, type_name: str) -> Block:
        """The schema of a resource."""
        return self._servicer.resources[type_name].model.block

    def label(self, instance: Instance) -> str:
        """How messages name the instance."""
        return self._servicer.resources[instance.type_name].label(instance.config)

    def _plan(self, instance: Instance, prior: Values | None, config: Values | None) -> Any:
        block = self.block(instance.type_name)
        return self._call(
            "PlanResourceChange",
            type_name=instance.type_name,
            prior_state=_message(prior, block),
            proposed_new_state=_message(config, block),  # only looked at for null
            config=_message(config, block),
            prior_private=instance.private if prior else b"",
        )

    def _apply(self, instance: Instance, prior: Values | None, planned: Any, config: Values | None) -> None:
        block = self.block(instance.type_name)
        answer = self._answer(
            "ApplyResourceChange",
            type_name=instance.type_name,
            prior_state=_message(prior, block),
            planned_state=planned.planned_state,
            config=_message(config, block),
            planned_private=planned.planned_private,
        )
        instance.state, instance.private = decode(answer.new_state.msgpack, block.kind), answer.private
        _raise(answer)

    def _same(self, instance: Instance, planned: Any) -> bool:
        return bool(decode(planned.planned_state.msgpack, self.block(instance.type_name).kind) == instance.state)

    def _call(self, procedure: str, **fields: Any) -> Any:
        answer = self._answer(procedure, **fields)
        _raise(answer)
        self.warnings = [each for each in getattr(answer, "diagnostics", ()) if each.severity == 2]
        return answer

    def _answer(self, procedure: str, **fields: Any) -> Any:
        return getattr(self._servicer, procedure)(tfplugin6[f"{procedure}.Request"](**fields))

    def _client(self, settings: Settings, _stop: Stop) -> Client:
        return Client(settings, clock=self.clock, transport=self._network)


def _raise(answer: Any) -> None:
    errors = [f"{each.summary}\n{each.detail}" for each in answer.diagnostics if each.severity == 1]
    if errors:
        raise FailedError("\n\n".join(errors))


def _message(values: Values | None, block: Block) -> Any:
    return tfplugin6["DynamicValue"](msgpack=encode(values, block.kind))
