"""A schema reaches Terraform as it was declared, and what cannot work is refused when the class is defined."""

from __future__ import annotations

import json
from typing import Any

import pytest

from terraform_plugin import Model, Resource, attribute, types
from terraform_plugin.paths import ROOT, Path
from terraform_plugin.schema import Attribute, Block, SchemaError, check, with_path
from tests.terraform_plugin.probe import Thing


class Inner(Model):
    """Inside."""

    text: str | None = attribute()


class Computed(Model):
    """With a computed member."""

    code: str | None = attribute(computed=True)


class Defaulted(Model):
    """With a default."""

    code: str | None = attribute(default="x")


class WriteOnly(Model):
    """With a write-only member."""

    code: str | None = attribute(write_only=True)


class Dynamic(Model):
    """With a dynamic member."""

    code: Any = attribute()


class Conditional(Model):
    """With a condition on its replacement."""

    code: str | None = attribute(requires_replace=lambda old, new: old != new)


class Deep(Model):
    """With something computed further down."""

    inner: list[Computed] | None = attribute()


@pytest.mark.parametrize(
    ("hint", "arguments", "text"),
    [
        (set[list[str]], {}, "the elements of a set are handed over hashed"),
        (set[dict[str, str]], {}, "the elements of a set are handed over hashed"),
        (str, {"required": True, "optional": True}, "required excludes optional and computed"),
        (str, {"required": True, "computed": True}, "required excludes optional and computed"),
        (str, {"required": True, "default": "x"}, "required excludes optional and computed"),
        (str, {"optional": False}, "neither required nor optional nor computed"),
        (str, {"optional": False, "default": "x"}, "a default makes it optional and computed"),
        (str, {"keep_state": True}, "keep_state is for computed attributes without a default"),
        (str, {"keep_state": True, "default": "x"}, "keep_state is for computed attributes without a default"),
        (str, {"write_only": True, "computed": True}, "can be neither computed nor compared"),
        (str, {"write_only": True, "default": "x"}, "can be neither computed nor compared"),
        (str, {"write_only": True, "requires_replace": True}, "can be neither computed nor compared"),
        (Inner, {"write_only": True}, "make the members write-only, not the object"),
        (set[Computed], {}, "inside a set of objects nothing can be computed"),
        (set[Defaulted], {}, "inside a set of objects nothing can be computed"),
        (set[WriteOnly], {}, "inside a set of objects nothing can be computed"),
        (set[Deep], {}, "inner.code: inside a set of objects nothing can be computed"),
        (set[Conditional], {}, "requires_replace cannot depend on the prior value"),
        (list[Dynamic], {}, "none of them can hold a dynamic value"),
        (list[Any], {}, "all elements of a collection are of one type"),
        (list[list[Inner]], {}, "needs an object in between"),
        (dict[int, str], {}, "Terraform has no type for dict[int, str]"),
        (list, {}, "Terraform has no type for <class 'list'>"),
        (bytes, {}, "Terraform has no type for <class 'bytes'>"),
        (str | int, {}, "Terraform has no type for str | int"),
        (int, {"default": "five"}, "the default does not fit the type"),
        (str, {"default": 5}, "the default does not fit the type"),
        (str, {"default": "c", "one_of": ("a", "b")}, "the default breaks the attribute's own rule"),
    ],
)
def test_what_cannot_work_is_refused(hint: Any, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        type("Refused", (Model,), {"__annotations__": {"it": hint}, "it": attribute(**arguments)})
    assert text in str(caught.value)
    assert "it" in str(caught.value)


@pytest.mark.parametrize("name", ["Name", "na-me", "1name", "_name"])
def test_a_name_is_one_that_terraform_takes(name: str) -> None:
    with pytest.raises(SchemaError, match="a name is lower case letters"):
        type("Refused", (Model,), {"__annotations__": {name: str}, name: attribute()})


@pytest.mark.parametrize("name", ["block", "replace", "changed"])
def test_a_name_that_every_model_has_is_refused(name: str) -> None:
    with pytest.raises(SchemaError, match="choose another name"):
        type("Refused", (Model,), {"__annotations__": {name: str}, name: attribute()})


def test_terraforms_own_names_are_refused_at_the_root_alone() -> None:
    counted = Block({"count": Attribute(name="count", kind=types.NUMBER, optional=True)})
    check(counted, root=False)
    with pytest.raises(SchemaError, match="Terraform keeps this name for itself"):
        check(counted)
    model = type("Counted", (Model,), {"__annotations__": {"count": int}, "count": attribute()})
    with pytest.raises(SchemaError, match="Terraform keeps this name for itself"):
        type("CountedResource", (Resource,), {"type_name": "x_counted", "model": model})


def test_the_message_says_what_was_declared() -> None:
    message = Thing.block.to_message(version=3)
    sent = {each.name: each for each in message.block.attributes}
    assert (message.version, message.block.description) == (3, "A thing.")
    assert list(sent) == list(Thing.block.attributes)
    assert (sent["name"].required, sent["name"].optional, sent["name"].computed) == (True, False, False)
    assert (sent["flag"].required, sent["flag"].optional, sent["flag"].computed) == (False, True, True)
    assert (sent["id"].required, sent["id"].optional, sent["id"].computed) == (False, False, True)
    assert (sent["secret"].sensitive, sent["secret"].write_only) == (True, False)
    assert (sent["secret_wo"].sensitive, sent["secret_wo"].write_only) == (False, True)
    assert json.loads(sent["labels"].type) == ["map", "string"]
    assert json.loads(sent["extra"].type) == "dynamic"
    assert {name: sent[name].nested_type.nesting for name in ("place", "rules", "members", "places")} == {
        "place": 1, "rules": 2, "members": 3, "places": 4
    }  # fmt: skip
    assert sent["place"].type == b""
    assert [each.name for each in sent["rules"].nested_type.attributes] == [
        "pattern",
        "weight",
        "token",
        "code",
        "number",
    ]
    doors = next(each for each in sent["place"].nested_type.attributes if each.name == "doors")
    assert [each.name for each in doors.nested_type.attributes] == ["color", "lock"]


def test_a_deprecated_attribute_says_so() -> None:
    member = Attribute(name="old", kind=types.STRING, optional=True, deprecated="use new", description="Old.")
    message = member.to_message()
    assert (message.deprecated, message.deprecation_message, message.description) == (True, "use new", "Old.")


def test_a_block_is_walked_with_dotted_names() -> None:
    names = [name for name, _ in Thing.block.walk()]
    assert {"place", "place.doors.lock", "rules.code", "limits.most"} <= set(names)


def test_the_path_of_a_rule_over_several_attributes() -> None:
    assert with_path(Path("box"), "a") == Path("box", "a")
    assert with_path(ROOT, None) == ROOT


def test_an_identity_cannot_change_in_place() -> None:
    class Named(Model):
        """Has a name."""

        id: str = attribute(computed=True)
        name: str = attribute(required=True)

    with pytest.raises(SchemaError, match="'name': as part of the identity it needs requires_replace"):
        type("R", (Resource,), {"model": Named, "type_name": "x_named", "identity": ("name",)})
    with pytest.raises(SchemaError, match="'title', which is no attribute"):
        type("R", (Resource,), {"model": Named, "type_name": "x_named", "identity": ("title",)})
    type("R", (Resource,), {"model": Named, "type_name": "x_named", "identity": ("id",)})
