"""What is not configured and keeps its state comes back from an apply as it was planned."""

from __future__ import annotations

from terraform_plugin import UNKNOWN, Model, attribute
from terraform_plugin.plan import keep_unmanaged


class Part(Model):
    """A part."""

    name: str = attribute(required=True)
    color: str | None = attribute(optional=True, computed=True, keep_state=True)


class Thing(Model):
    """A thing."""

    tags: str | None = attribute(optional=True, computed=True, keep_state=True)
    revision: str | None = attribute(computed=True)
    part: Part | None = attribute()
    parts: list[Part] | None = attribute()


def test_known_plans_are_kept_at_every_depth_and_all_else_is_new() -> None:
    config = {
        "tags": None,
        "revision": None,
        "part": {"name": "p", "color": None},
        "parts": [{"name": "q", "color": "red"}],
    }
    planned = {
        "tags": "old",
        "revision": "1",
        "part": {"name": "p", "color": "old"},
        "parts": [{"name": "q", "color": "red"}],
    }
    new = {
        "tags": "new",
        "revision": "2",
        "part": {"name": "p", "color": "new"},
        "parts": [{"name": "q", "color": "blue"}],
    }
    assert keep_unmanaged(Thing.block, config, planned, new) == {
        "tags": "old",
        "revision": "2",
        "part": {"name": "p", "color": "old"},
        "parts": [{"name": "q", "color": "blue"}],
    }


def test_what_was_planned_as_unknown_is_new() -> None:
    config = {"tags": None, "revision": None, "part": None, "parts": None}
    planned = {**config, "tags": UNKNOWN}
    assert keep_unmanaged(Thing.block, config, planned, {**config, "tags": "new"})["tags"] == "new"
