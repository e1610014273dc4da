"""A provider that uses every feature of the schema and keeps its objects as files: what the plugin server is tested with.

Run as a program it serves Terraform. The folder PROBE_STORE holds one JSON file per object; a test changes or deletes
these files to play the world outside.
"""

from __future__ import annotations

import json
import os
import pathlib
import time
from decimal import Decimal
from typing import Any

from terraform_plugin import Context, DataSource, DiagnosticError, Model, Provider, Resource, attribute
from terraform_plugin.validators import exactly_one_of, length, matches


class Rule(Model):
    """One rule."""

    pattern: str = attribute(required=True)
    weight: int = attribute(default=1)
    token: str | None = attribute(sensitive=True)
    code: str | None = attribute(computed=True)


class Member(Model):
    """One member of a set."""

    name: str = attribute(required=True)
    role: str | None = attribute(one_of=("reader", "writer"))


class Place(Model, validators=[exactly_one_of("street", "post_box")]):
    """Somewhere."""

    street: str | None = attribute()
    post_box: str | None = attribute()
    country: str = attribute(default="CH", requires_replace=True)
    secret: str | None = attribute(write_only=True)


class Thing(Model):
    """A thing."""

    id: str = attribute(computed=True, keep_state=True)
    name: str = attribute(required=True, requires_replace=True, validators=[length(1, 40)])
    label: str | None = attribute(same=lambda a, b: (a or "").casefold() == (b or "").casefold())
    count_of: int | None = attribute()
    ratio: Decimal | None = attribute()
    flag: bool = attribute(default=False)
    words: list[str] | None = attribute()
    tags: set[str] | None = attribute(optional=True, computed=True, keep_state=True)
    labels: dict[str, str] | None = attribute()
    rules: list[Rule] | None = attribute()
    members: set[Member] | None = attribute()
    place: Place | None = attribute()
    places: dict[str, Place] | None = attribute()
    secret: str | None = attribute(sensitive=True)
    secret_wo: str | None = attribute(write_only=True)
    secret_wo_version: int | None = attribute()
    revision: int = attribute(computed=True)
    behave: str | None = attribute(description="How the next call misbehaves.")
    url: str | None = attribute(validators=[matches("https://.*", "an https address")])


def _path(name: str) -> pathlib.Path:
    return pathlib.Path(os.environ["PROBE_STORE"], f"{name}.json")


def _stored(plan: Thing) -> dict[str, Any]:
    from terraform_plugin.model import to_values

    return to_values(plan)


def _number(raw: object) -> str:
    assert isinstance(raw, Decimal)
    return str(raw)


class ThingResource(Resource[Thing]):
    """Things as files."""

    type_name = "probe_thing"
    model = Thing

    def create(self, ctx: Context[Thing], plan: Thing) -> Thing:
        """Write the file."""
        if plan.behave == "fail-before":
            raise DiagnosticError("Cannot create the thing", "The API was not called.")
        if _path(plan.name).exists():
            raise DiagnosticError(f"{plan.name} exists already", f"terraform import probe_thing.x {plan.name}")
        return self._write(ctx, plan, 1)

    def read(self, ctx: Context[Thing], state: Thing) -> Thing | None:
        """Read the file."""
        if state.behave == "fail-read":
            raise RuntimeError("the disk is on fire")
        try:
            stored = json.loads(_path(state.name).read_text(), parse_float=Decimal)
        except FileNotFoundError:
            return None
        from terraform_plugin.codec import from_json
        from terraform_plugin.model import to_model

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
        done = plan.replace(
            id=f"thing-{plan.name}",
            revision=revision,
            tags=frozenset({"given"}) if plan.tags is None or not isinstance(plan.tags, frozenset) else plan.tags,
            rules=plan.rules and [rule.replace(code=f"code-{rule.pattern}") for rule in plan.rules],
        )
        _path(plan.name).write_text(json.dumps(_stored(done), default=_number))
        if ctx.config.secret_wo:
            _path(plan.name).with_suffix(".secret").write_text(ctx.config.secret_wo)
        ctx.save(done)
        if plan.behave == "fail-after":
            raise RuntimeError("the line was cut")
        if plan.behave == "inconsistent":
            return done.replace(url="https://other")
        if plan.behave == "slow":
            ctx.progress("waiting", seconds=6)
            ctx.sleep(6)
        if plan.behave == "busy":
            time.sleep(3)
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
        """Repeat."""
        return config.replace(result=config.text.upper())


class Settings(Model):
    """The provider block."""

    prefix: str | None = attribute()


class Probe(Provider[Settings]):
    """The probe."""

    name = "probe"
    version = "1.0.0"
    model = Settings

    def resources(self) -> list[Resource[Any]]:
        """One."""
        return [ThingResource()]

    def data_sources(self) -> list[DataSource[Any]]:
        """One."""
        return [EchoSource()]


if __name__ == "__main__":
    import sys

    from terraform_plugin.server import serve

    sys.exit(serve(Probe()))
