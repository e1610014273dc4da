"""A provider with every feature of the schema, whose objects are files: what the plugin server is tested with.

Run as a program it serves Terraform. The folder PROBE_STORE holds one JSON file per object; a test changes or deletes
these files to play the world outside. The process leaves its id in the folder PROBE_PIDS.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import time
from decimal import Decimal
from typing import Any

from terraform_plugin import Context, DataSource, DiagnosticError, Model, Path, Provider, Resource, Stop, attribute
from terraform_plugin.codec import from_json
from terraform_plugin.model import to_model, to_values
from terraform_plugin.validators import exactly_one_of, length, matches
from terraform_plugin.values import Dynamic, is_unknown


def same_text(left: str | None, right: str | None) -> bool:
    """Case, and whether it is null or empty, mean nothing."""
    return (left or "").casefold() == (right or "").casefold()


class Rule(Model):
    """One rule."""

    pattern: str = attribute(required=True)
    weight: int = attribute(default=1)
    token: str | None = attribute(sensitive=True)
    code: str | None = attribute(computed=True)
    number: int | None = attribute(computed=True, keep_state=True)


class Member(Model):
    """One member of a set."""

    name: str = attribute(required=True)
    role: str | None = attribute(one_of=("reader", "writer"))
    note: str | None = attribute(same=same_text)


class Door(Model):
    """A way in."""

    color: str | None = attribute()
    lock: str | None = attribute(requires_replace=True)


class Place(Model, validators=[exactly_one_of("street", "post_box")]):
    """Somewhere."""

    street: str | None = attribute()
    post_box: str | None = attribute()
    country: str = attribute(default="CH", requires_replace=True)
    secret: str | None = attribute(write_only=True)
    doors: list[Door] | None = attribute()


class Limits(Model):
    """What is allowed."""

    most: int | None = attribute(default=10)
    unit: str | None = attribute(computed=True)


class Thing(Model):
    """A thing."""

    id: str = attribute(computed=True, keep_state=True)
    name: str = attribute(required=True, requires_replace=True, validators=[length(1, 40)])
    label: str | None = attribute(same=same_text)
    count_of: int | None = attribute()
    ratio: Decimal | None = attribute()
    share: float | None = attribute()
    flag: bool = attribute(default=False)
    words: list[str] | None = attribute()
    tags: set[str] | None = attribute(optional=True, computed=True, keep_state=True)
    labels: dict[str, str] | None = attribute()
    rules: list[Rule] | None = attribute()
    members: set[Member] | None = attribute()
    place: Place | None = attribute()
    places: dict[str, Place] | None = attribute()
    limits: Limits = attribute(default=Limits(most=5))
    extra: Any = attribute()
    secret: str | None = attribute(sensitive=True, validators=[matches("[a-z -]*", "a text of small letters")])
    secret_wo: str | None = attribute(write_only=True)
    secret_wo_version: int | None = attribute()
    revision: int = attribute(computed=True)
    behave: str | None = attribute(description="How the next call misbehaves.")
    url: str | None = attribute(validators=[matches("https://.*", "an https address")])


def _path(name: str) -> pathlib.Path:
    return pathlib.Path(os.environ["PROBE_STORE"], f"{name}.json")


def _plain(raw: object) -> Any:
    if isinstance(raw, Dynamic):
        return {"type": raw.type.to_json(), "value": raw.value}
    return str(raw)


class ThingResource(Resource[Thing]):
    """Things as files."""

    type_name = "probe_thing"
    model = Thing

    def plan_destroy(self, ctx: Context[Thing], prior: Thing) -> None:
        """Refuse, if the thing says so."""
        if prior.behave == "keep":
            raise DiagnosticError("The thing stays", "It is protected.", Path("behave"))

    def create(self, ctx: Context[Thing], plan: Thing) -> Thing:
        """Write the file."""
        if plan.behave == "fail-before":
            raise DiagnosticError("Cannot create the thing", "The API was not called.")
        if _path(plan.name).exists():
            raise DiagnosticError(f"{plan.name} exists already", f"terraform import probe_thing.x {plan.name}")
        return self._write(ctx, plan, 1)

    def read(self, ctx: Context[Thing], state: Thing) -> Thing | None:
        """Read the file."""
        if state.behave == "fail-read" and "PROBE_HEALED" not in os.environ:
            raise RuntimeError("the disk is on fire")
        try:
            stored = json.loads(_path(state.name).read_text(), parse_float=Decimal)
        except FileNotFoundError:
            return None
        return to_model(Thing, from_json(stored, Thing.block.kind))

    def update(self, ctx: Context[Thing], prior: Thing, plan: Thing) -> Thing:
        """Write the file anew."""
        if plan.behave == "fail-update":
            raise DiagnosticError("Cannot update the thing", "Said the test.")
        return self._write(ctx, plan, prior.revision + 1)

    def delete(self, ctx: Context[Thing], state: Thing) -> None:
        """Remove the file."""
        _path(state.name).unlink(missing_ok=True)

    def import_state(self, ctx: Context[Thing], import_id: str) -> Thing:
        """By name."""
        if not _path(import_id).exists():
            raise DiagnosticError(f"There is no thing {import_id}", "Look at the folder.")
        return Thing(name=import_id)

    def _write(self, ctx: Context[Thing], plan: Thing, revision: int) -> Thing:
        print("a handler that prints")  # it must not spoil the handshake
        ctx.private["writes"] = ctx.private.get("writes", 0) + 1
        done = plan.replace(
            id=f"thing-{plan.name}",
            revision=revision,
            tags=frozenset({"given"}) if is_unknown(plan.tags) else plan.tags,
            limits=plan.limits.replace(unit="per day"),
            rules=plan.rules and [self._numbered(rule, at) for at, rule in enumerate(plan.rules)],
        )
        _path(plan.name).write_text(json.dumps(to_values(done), default=_plain))
        if ctx.config.secret_wo:
            _path(plan.name).with_suffix(".secret").write_text(ctx.config.secret_wo)
        ctx.save(done)
        return self._misbehave(ctx, plan, done)

    @staticmethod
    def _numbered(rule: Rule, place: int) -> Rule:
        number = len(rule.pattern) if is_unknown(rule.number) else rule.number
        return rule.replace(code=f"{place}-{rule.pattern}", number=number)

    @staticmethod
    def _misbehave(ctx: Context[Thing], plan: Thing, done: Thing) -> Thing:
        if plan.behave == "fail-after":
            raise RuntimeError("the line was cut")
        if plan.behave == "inconsistent":
            return done.replace(url="https://other")
        if plan.behave == "slow":
            seconds = float(os.environ.get("PROBE_SLOW", "30"))
            ctx.progress("waiting", seconds=seconds)
            ctx.sleep(seconds)
        if plan.behave == "busy":
            time.sleep(1.5)
        return done


class Echo(Model):
    """A look-up."""

    text: str = attribute(required=True)
    result: str = attribute(computed=True)


class EchoSource(DataSource[Echo]):
    """Answers what it was asked."""

    type_name = "probe_echo"
    model = Echo

    def read(self, ctx: Context[Echo], config: Echo) -> Echo:
        """Repeat, behind the provider's prefix."""
        if config.text == "nothing":
            raise DiagnosticError("There is no echo", "Speak up.", Path("text"))
        return config.replace(result=ctx.provider + config.text.upper())


class Settings(Model):
    """The provider block."""

    prefix: str = attribute(default="")
    key: str | None = attribute(sensitive=True)


class Probe(Provider[Settings]):
    """The probe."""

    name = "probe"
    address = "terraform.local/test/probe"
    version = "1.0.0"
    model = Settings

    def resources(self) -> list[Resource[Any]]:
        """One."""
        print("a provider that prints while it starts")
        return [ThingResource()]

    def data_sources(self) -> list[DataSource[Any]]:
        """One."""
        return [EchoSource()]

    def configure(self, config: Settings, stop: Stop) -> str:
        """The prefix is all there is."""
        return config.prefix


def main() -> int:
    """Serve Terraform; with `--debug` serve one Terraform after the other."""
    from terraform_plugin import server

    if "PROBE_PIDS" in os.environ:
        pathlib.Path(os.environ["PROBE_PIDS"], str(os.getpid())).touch()
    return server.debug(Probe()) if "--debug" in sys.argv[1:] else server.serve(Probe())


if __name__ == "__main__":
    sys.exit(main())
