"""A small shop with one kind of machine, and Terraform's side of a conversation with it: values in, values out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from terraform_plugin import (
    UNKNOWN,
    Context,
    DataSource,
    DiagnosticError,
    Model,
    Path,
    Provider,
    Resource,
    Stop,
    attribute,
)
from terraform_plugin.codec import decode, encode
from terraform_plugin.messages import tfplugin6
from terraform_plugin.servicer import Servicer
from terraform_plugin.validators import length


class Part(Model):
    """A part."""

    name: str = attribute(required=True, same=lambda a, b: (a or "").casefold() == (b or "").casefold())
    size: int = attribute(default=1)
    code: str | None = attribute(computed=True)
    key: str | None = attribute(write_only=True)


class Machine(Model):
    """A machine."""

    id: str = attribute(computed=True, keep_state=True)
    name: str = attribute(required=True, requires_replace=True, validators=[length(1)])
    mode: str = attribute(default="slow")
    parts: list[Part] | None = attribute()
    token: str | None = attribute(write_only=True)
    stamp: str | None = attribute(computed=True)
    forced: bool | None = attribute()


class ApiError(Exception):
    """What the API said, in words for users."""


class MachineResource(Resource[Machine]):
    """Does what the test tells it to."""

    type_name = "shop_machine"
    model = Machine
    version = 2

    def __init__(self) -> None:
        self.act: Callable[[Any, Any], Any] = finished
        self.seen: list[Any] = []

    def validate(self, ctx: Context[Machine], config: Machine) -> None:
        """A rule of its own."""
        if config.mode == "odd":
            ctx.warning("That is odd", path=Path("mode"))

    def plan(self, ctx: Context[Machine], prior: Machine | None, planned: Machine) -> Machine:
        """What is forced gets a new stamp."""
        self.seen.append(prior)
        ctx.private["planned"] = True
        if planned.name == "no-plan":
            raise RuntimeError("plan")
        return planned.replace(stamp=UNKNOWN) if planned.forced else planned

    def plan_destroy(self, ctx: Context[Machine], prior: Machine) -> None:
        """A protected machine stays."""
        if prior.mode == "protected":
            raise DiagnosticError("shop_machine is protected", "Set mode first.")

    def create(self, ctx: Context[Machine], plan: Machine) -> Machine:
        """As told."""
        done: Machine = self.act(ctx, plan)
        return done

    def update(self, ctx: Context[Machine], prior: Machine, plan: Machine) -> Machine:
        """As told."""
        done: Machine = self.act(ctx, plan)
        return done

    def read(self, ctx: Context[Machine], state: Machine) -> Machine | None:
        """As told."""
        found: Machine | None = self.act(ctx, state)
        return found

    def delete(self, ctx: Context[Machine], state: Machine) -> None:
        """As told."""
        self.act(ctx, state)

    def import_state(self, ctx: Context[Machine], import_id: str) -> Machine:
        """By name."""
        if import_id == "missing":
            raise ApiError("404")
        ctx.private["imported"] = import_id
        return Machine(id="7", name=import_id, parts=[Part(name="p")], token="t")

    def upgrade(self, version: int, state: dict[str, Any]) -> dict[str, Any]:
        """Version 1 said title."""
        return {**state, "name": state["title"]} if version == 1 else state


class Plain(Resource[Machine]):
    """Has no handlers at all."""

    type_name = "shop_plain"
    model = Machine


class Look(Model):
    """A look-up."""

    name: str = attribute(required=True, validators=[length(1)])
    limit: int = attribute(default=10)
    found: str | None = attribute(computed=True)


class LookSource(DataSource[Look]):
    """Finds what it is asked for."""

    type_name = "shop_look"
    model = Look

    def read(self, ctx: Context[Look], config: Look) -> Look:
        """Echo."""
        if config.name == "missing":
            raise ApiError("There is none.")
        return config.replace(found=f"{ctx.provider}:{config.limit}")


class Settings(Model):
    """The provider block."""

    host: str = attribute(required=True, validators=[length(3)])
    region: str = attribute(default="eu")


class Shop(Provider[Settings]):
    """A shop."""

    name = "shop"
    version = "1"
    model = Settings
    user_errors = (ApiError,)

    def __init__(self) -> None:
        self.machine = MachineResource()

    def resources(self) -> list[Resource[Any]]:
        """Two."""
        return [self.machine, Plain()]

    def data_sources(self) -> list[DataSource[Any]]:
        """One."""
        return [LookSource()]

    def configure(self, config: Settings, stop: Stop) -> str:
        """Where it is."""
        if config.host == "down":
            raise ApiError("no answer")
        return f"{config.host}/{config.region}"


def finished(ctx: Context[Machine], plan: Machine) -> Machine:
    """A machine with nothing unknown in it."""
    parts = plan.parts and [each.replace(code="c") for each in plan.parts]
    return plan.replace(id="7", stamp="s", parts=parts)


class Client:
    """Terraform's side: values in, values out."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.machine = self.shop.machine
        self.servicer = Servicer(self.shop)

    def call(self, rpc: str, /, **fields: Any) -> Any:
        """One call."""
        return getattr(self.servicer, rpc)(tfplugin6[f"{rpc}.Request"](**fields))

    def configure(self, **values: Any) -> Any:
        """ConfigureProvider."""
        return self.call("ConfigureProvider", config=value({"region": None, **values}, Settings))

    def plan(self, prior: Any, config: Any, private: bytes = b"", type_name: str = "shop_machine") -> Any:
        """PlanResourceChange; Terraform's own proposal is the configuration, for it is only looked at for null."""
        return self.call(
            "PlanResourceChange",
            type_name=type_name,
            prior_state=value(prior),
            proposed_new_state=value(config),
            config=value(config),
            prior_private=private,
        )

    def apply(self, prior: Any, planned: Any, config: Any = None, private: bytes = b"") -> Any:
        """ApplyResourceChange."""
        return self.call(
            "ApplyResourceChange",
            type_name="shop_machine",
            prior_state=value(prior),
            planned_state=value(planned),
            config=value(config if config is not None else planned),
            planned_private=private,
        )

    def read(self, state: Any, private: bytes = b"") -> Any:
        """ReadResource."""
        return self.call("ReadResource", type_name="shop_machine", current_state=value(state), private=private)

    def validate(self, config: Any, *, write_only: bool = True) -> Any:
        """ValidateResourceConfig."""
        return self.call(
            "ValidateResourceConfig",
            type_name="shop_machine",
            config=value(config),
            client_capabilities={"write_only_attributes_allowed": write_only},
        )


def value(values: dict[str, Any] | None, model: type[Model] = Machine) -> Any:
    """Values on the wire."""
    return tfplugin6["DynamicValue"](msgpack=encode(values, model.block.kind))


def values_of(message: Any, model: type[Model] = Machine) -> Any:
    """Values from the wire."""
    return decode(message.msgpack, model.block.kind)


def part(name: Any, **other: Any) -> dict[str, Any]:
    """A part as values."""
    return {"name": name, "size": None, "code": None, "key": None, **other}


def machine(**other: Any) -> dict[str, Any]:
    """A machine as values: a configuration, or with more a state."""
    empty = dict.fromkeys(Machine.block.attributes)
    return {**empty, "name": "m", **other}


def state(**other: Any) -> dict[str, Any]:
    """A machine that exists."""
    return machine(**{"id": "7", "mode": "slow", "stamp": "s", **other})


def said(response: Any) -> list[tuple[int, str, str]]:
    """Severity, summary and detail of each diagnostic."""
    return [(each.severity, each.summary, each.detail) for each in response.diagnostics]


def planned(**other: Any) -> dict[str, Any]:
    """What a create plans."""
    return machine(**{"id": UNKNOWN, "mode": "slow", "stamp": UNKNOWN, **other})
