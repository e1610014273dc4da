"""A provider that uses every feature of the schema layer at every depth, for Terraform to take apart.

Its objects are files like the probe's. The environment says how it differs from itself: PROBE_SCHEMA=grown has one
more attribute at the same schema version, PROBE_SCHEMA=old is the schema version before.
"""

from __future__ import annotations

import json
import os
import pathlib
import sys
import time
from decimal import Decimal
from typing import Any, ClassVar

from terraform_plugin import (
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
from terraform_plugin.codec import from_json
from terraform_plugin.model import to_model, to_values
from terraform_plugin.paths import Key
from terraform_plugin.validators import at_most_one_of, length, matches
from terraform_plugin.values import Dynamic, is_unknown


class Leaf(Model):
    """Every flag that a member of a nested object may have."""

    name: str = attribute(required=True, validators=[length(1, 40)])
    size: int = attribute(default=3)
    note: str | None = attribute(computed=True)
    kept: str | None = attribute(computed=True, keep_state=True)
    either: str | None = attribute(optional=True, computed=True, keep_state=True)
    hidden: str | None = attribute(sensitive=True)
    lock: str | None = attribute(requires_replace=True)
    pass_wo: str | None = attribute(write_only=True)


class Mate(Model):
    """Every flag that a member of an object in a set may have."""

    name: str = attribute(required=True)
    role: str | None = attribute(one_of=("reader", "writer"))
    sizes: set[int] | None = attribute()
    pin: str | None = attribute(sensitive=True)
    lock: str | None = attribute(requires_replace=True)


class Tree(Model, validators=[at_most_one_of("leaf", "leaves")]):
    """Objects inside objects, in every mode."""

    leaf: Leaf | None = attribute()
    leaves: list[Leaf] | None = attribute()
    named: dict[str, Leaf] | None = attribute()
    mates: set[Mate] | None = attribute()
    trunk: Leaf = attribute(default=Leaf(name="trunk"))


class Wood(Model):
    """A dynamic value below the top, and the fourth level of objects."""

    free: Any = attribute()
    tree: Tree | None = attribute()


class Everything(Model):
    """Everything."""

    id: str = attribute(computed=True, keep_state=True)
    name: str = attribute(required=True, requires_replace=True, validators=[length(1, 40)])
    text: str | None = attribute(validators=[matches("[^!]*", "a calm text")])
    whole: int | None = attribute()
    real: float | None = attribute()
    exact: Decimal | None = attribute()
    flag: bool = attribute(default=True)
    words: list[str | None] | None = attribute()
    tags: set[str] | None = attribute(optional=True, computed=True, keep_state=True)
    labels: dict[str, str | None] | None = attribute()
    matrix: list[list[Decimal]] | None = attribute()
    groups: dict[str, set[int]] | None = attribute()
    free: Any = attribute()
    one: Leaf | None = attribute()
    many: list[Leaf] | None = attribute()
    named: dict[str, Leaf] | None = attribute()
    mates: set[Mate] | None = attribute()
    trees: dict[str, Tree] | None = attribute()
    wood: Wood | None = attribute()
    box: Leaf = attribute(default=Leaf(name="box"))
    boxes: list[Leaf] = attribute(default=[Leaf(name="first"), Leaf(name="second", size=9)])
    secret: str | None = attribute(sensitive=True)
    secret_wo: str | None = attribute(write_only=True)
    secret_wo_version: int | None = attribute()
    region: str | None = attribute(optional=True, computed=True, keep_state=True, requires_replace=True)
    room: int | None = attribute(requires_replace=lambda old, new: (new or 0) < (old or 0))
    old: str | None = attribute(deprecated="use `text`")
    stamp: str = attribute(computed=True)
    behave: str | None = attribute()


class Grown(Everything):
    """Everything and one more."""

    extra: str = attribute(default="new")


class Aged(Everything):
    """Everything as the schema version before had it."""

    title: str | None = attribute()


def _path(name: str) -> pathlib.Path:
    return pathlib.Path(os.environ["PROBE_STORE"], f"{name}.json")


def _plain(raw: object) -> Any:
    return {"type": raw.type.to_json(), "value": raw.value} if isinstance(raw, Dynamic) else str(raw)


def _grown_leaf(leaf: Leaf, place: str) -> Leaf:
    return leaf.replace(
        note=f"note of {leaf.name}",
        kept=place if is_unknown(leaf.kept) else leaf.kept,
        either="server" if is_unknown(leaf.either) else leaf.either,
        pass_wo=None,
    )


def _grown_tree(tree: Tree, place: str) -> Tree:
    return tree.replace(
        leaf=tree.leaf and _grown_leaf(tree.leaf, place),
        leaves=tree.leaves and [_grown_leaf(leaf, f"{place}{at}") for at, leaf in enumerate(tree.leaves)],
        named=tree.named and {key: _grown_leaf(leaf, key) for key, leaf in tree.named.items()},
        trunk=_grown_leaf(tree.trunk, place),
    )


class EverythingResource(Resource[Everything]):
    """Files with everything in them."""

    type_name = "probe_everything"
    model = {"grown": Grown, "old": Aged}.get(os.environ.get("PROBE_SCHEMA", ""), Everything)
    version = 1 if os.environ.get("PROBE_SCHEMA") == "old" else 2
    identity = ("name",)
    import_help = "its name"

    def plan(self, ctx: Context[Everything], prior: Everything | None, planned: Everything) -> Everything:
        """Find fault with a plan, deep inside."""
        if planned.behave == "refuse-plan":
            ctx.error("It will not do", "Said the plan.", Path("trees", Key("oak"), "leaves", 1, "name"))
        return planned

    def create(self, ctx: Context[Everything], plan: Everything) -> Everything:
        """Write the file."""
        if plan.behave == "wait-first":
            _path(f"{plan.name}.begun").touch()
            ctx.sleep(30)
        done = self._write(ctx, plan)
        ctx.save(done)
        if plan.behave == "report":
            ctx.error("Created, but it looks ill", "Said the create.", Path("trees", Key("oak"), "leaves", 1, "name"))
        if plan.behave == "wait":
            ctx.sleep(float(os.environ.get("PROBE_SLOW", "30")))
        if plan.behave == "deaf":
            time.sleep(float(os.environ.get("PROBE_SLOW", "5")))
        return done

    def read(self, ctx: Context[Everything], state: Everything) -> Everything | None:
        """Read the file."""
        if not _path(state.name).exists():
            return None
        stored = json.loads(_path(state.name).read_text(), parse_float=Decimal)
        return to_model(self.model, from_json(stored, self.model.block.kind))

    def update(self, ctx: Context[Everything], prior: Everything, plan: Everything) -> Everything:
        """Write the file anew."""
        return self._write(ctx, plan)

    def delete(self, ctx: Context[Everything], state: Everything) -> None:
        """Remove the file."""
        _path(state.name).unlink(missing_ok=True)

    def import_state(self, ctx: Context[Everything], import_id: str) -> Everything:
        """By name."""
        if not _path(import_id).exists():
            raise DiagnosticError(f"There is no {import_id}", "Look at the folder.")
        return self.model(name=import_id)

    def upgrade(self, version: int, state: dict[str, Any]) -> dict[str, Any]:
        """Version 1 said title."""
        return {**state, "text": state.get("title")}

    def _write(self, ctx: Context[Everything], plan: Everything) -> Everything:
        ctx.private["writes"] = ctx.private.get("writes", 0) + 1
        done = plan.replace(
            id=f"id-{plan.name}",
            stamp=f"{ctx.provider}:{ctx.private['writes']}",
            tags=frozenset({"given"}) if is_unknown(plan.tags) else plan.tags,
            region="here" if is_unknown(plan.region) else plan.region,
            one=plan.one and _grown_leaf(plan.one, "one"),
            many=plan.many and [_grown_leaf(leaf, str(at)) for at, leaf in enumerate(plan.many)],
            named=plan.named and {key: _grown_leaf(leaf, key) for key, leaf in plan.named.items()},
            trees=plan.trees and {key: _grown_tree(tree, key) for key, tree in plan.trees.items()},
            wood=plan.wood and plan.wood.replace(tree=plan.wood.tree and _grown_tree(plan.wood.tree, "wood")),
            box=_grown_leaf(plan.box, "box"),
            boxes=[_grown_leaf(leaf, str(at)) for at, leaf in enumerate(plan.boxes)],
        )
        _path(plan.name).write_text(json.dumps(to_values(done), default=_plain))
        secrets = [ctx.config.secret_wo, ctx.config.one and ctx.config.one.pass_wo]
        _path(plan.name).with_suffix(".secrets").write_text(json.dumps(secrets))
        return done


class Other(Model):
    """Another type, with nothing in it but a name."""

    name: str = attribute(required=True, requires_replace=True)


class OtherResource(Resource[Other]):
    """Needs no server."""

    type_name = "probe_other"
    model = Other

    def create(self, ctx: Context[Other], plan: Other) -> Other:
        """Nothing to do."""
        return plan

    def read(self, ctx: Context[Other], state: Other) -> Other:
        """It never changes."""
        return state

    def delete(self, ctx: Context[Other], state: Other) -> None:
        """Nothing to do."""


def _wide_model() -> type[Model]:
    names = [f"a{index:04}" for index in range(2000)]
    body: dict[str, Any] = {name: attribute(description="One of many.") for name in names}
    hints: dict[str, Any] = dict.fromkeys(names, str | None)
    return type(Model)("Wide", (Model,), {"__annotations__": hints, "__module__": __name__, **body})


class WideResource(OtherResource):
    """2,000 attributes."""

    type_name = "probe_wide"
    model: ClassVar[Any] = _wide_model()

    def update(self, ctx: Context[Other], prior: Other, plan: Other) -> Other:
        """Nothing to do."""
        return plan


class Look(Model):
    """A look-up that finds every kind of value."""

    name: str = attribute(required=True)
    limit: int = attribute(default=10)
    one: Leaf | None = attribute(computed=True)
    mates: set[Mate] | None = attribute(computed=True)
    free: Any = attribute(computed=True)
    hidden: str | None = attribute(computed=True, sensitive=True)


class LookSource(DataSource[Look]):
    """Looks into the folder."""

    type_name = "probe_look"
    model = Look

    def read(self, ctx: Context[Look], config: Look) -> Look:
        """Find an object."""
        if not _path(config.name).exists():
            raise DiagnosticError(f"There is no {config.name}", "Make one.", Path("name"))
        stored = json.loads(_path(config.name).read_text(), parse_float=Decimal)
        found = to_model(Everything, from_json(stored, Everything.block.kind))
        return config.replace(one=found.one, mates=found.mates, free=found.free, hidden=found.secret)


class Settings(Model):
    """The provider block."""

    place: str = attribute(default="nowhere")
    token: str | None = attribute(sensitive=True)


class Probe(Provider[Settings]):
    """Everything, as the probe."""

    name = "probe"
    address = "terraform.local/test/probe"
    version = "2.0.0"
    model = Settings

    def resources(self) -> list[Resource[Any]]:
        """All types."""
        return [EverythingResource(), OtherResource(), WideResource()]

    def data_sources(self) -> list[DataSource[Any]]:
        """The look-up."""
        return [LookSource()]

    def configure(self, config: Settings, stop: Stop) -> str:
        """The place is all there is; it may be known only later."""
        return "later" if is_unknown(config.place) else config.place


def main() -> int:
    """Serve Terraform; with `--debug` serve one Terraform after the other."""
    from terraform_plugin import server

    if "PROBE_PIDS" in os.environ:
        pathlib.Path(os.environ["PROBE_PIDS"], str(os.getpid())).touch()
    return server.debug(Probe()) if "--debug" in sys.argv[1:] else server.serve(Probe())


if __name__ == "__main__":
    sys.exit(main())
