"""Typed models: the schema follows from the class, and values come and go without loss."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from terraform_plugin import UNKNOWN, Model, attribute, types
from terraform_plugin.model import amended, to_model, to_values
from terraform_plugin.validators import at_most_one_of
from terraform_plugin.values import Dynamic


class Item(Model):
    """An item, which has a long story.

    The story is not told to Terraform.
    """

    name: str = attribute(required=True)
    size: int | None = attribute()


class Box(Model):
    """A box."""

    text: str | None = attribute()
    whole: int | None = attribute()
    part: float | None = attribute()
    exact: Decimal | None = attribute()
    flag: bool | None = attribute()
    words: list[str] | None = attribute()
    sizes: list[float] | None = attribute()
    tags: set[str] | None = attribute()
    frozen: frozenset[str] | None = attribute()
    labels: dict[str, str] | None = attribute()
    item: Item | None = attribute()
    items: list[Item] | None = attribute()
    choice: set[Item] | None = attribute()
    by_name: dict[str, Item] | None = attribute()
    extra: Any = attribute()
    secret: str | None = attribute(sensitive=True)
    hidden: str | None = attribute(write_only=True)


class LabelledBox(Box, validators=[at_most_one_of("text", "title")]):
    """A box with a title."""

    title: str | None = attribute()


FULL: dict[str, Any] = {
    "text": "a",
    "whole": 2**70,
    "part": Decimal("0.5"),
    "exact": Decimal("0.1234567890123456789012345"),
    "flag": False,
    "words": ["b", "a", "b"],
    "sizes": [Decimal("0.5"), 2, None],
    "tags": ["x", "y"],
    "frozen": [],
    "labels": {"k": "v", "null": None},
    "item": {"name": "i", "size": None},
    "items": [{"name": "i", "size": 1}],
    "choice": [{"name": "c", "size": 1}, {"name": "d", "size": None}],
    "by_name": {"k": {"name": "i", "size": 1}},
    "extra": Dynamic(types.STRING, "x"),
    "secret": "s",
    "hidden": "h",
}


def test_the_types_follow_from_the_annotations() -> None:
    kinds = {member.name: member.kind.to_json() for member in Box.block}
    item = ["object", {"name": "string", "size": "number"}]
    assert kinds == {
        "text": "string", "whole": "number", "part": "number", "exact": "number", "flag": "bool",
        "words": ["list", "string"], "sizes": ["list", "number"], "tags": ["set", "string"],
        "frozen": ["set", "string"], "labels": ["map", "string"], "item": item, "items": ["list", item],
        "choice": ["set", item], "by_name": ["map", item], "extra": "dynamic", "secret": "string", "hidden": "string",
    }  # fmt: skip


class Gaps(Model):
    """Elements that may be null, and others."""

    full: list[str] | None = attribute()
    gaps: list[str | None] | None = attribute()
    deep: dict[str, list[int | None]] | None = attribute()
    holes: set[Item | None] | None = attribute()
    text: str | None = attribute()


def test_the_elements_of_a_collection_may_be_null_where_the_annotation_says_so() -> None:
    assert [name for name, member in Gaps.block.attributes.items() if member.null_elements] == ["gaps", "deep", "holes"]


def test_values_become_a_model_and_values_again() -> None:
    box = to_model(Box, FULL)
    assert box.item == Item(name="i")
    choice, tags = vars(box)["choice"], vars(box)["tags"]
    assert choice == frozenset({Item(name="c", size=1), Item(name="d")})
    assert tags == frozenset({"x", "y"})
    assert (type(box.part), type(box.exact), box.sizes) == (float, Decimal, [0.5, 2.0, None])
    assert to_values(box) == FULL


def test_null_and_unknown_pass_at_every_depth() -> None:
    values = dict.fromkeys(Box.block.attributes)
    assert to_values(to_model(Box, values)) == values
    values = dict.fromkeys(Box.block.attributes, UNKNOWN)
    assert to_values(to_model(Box, values)) == values
    inside = {
        **dict.fromkeys(Box.block.attributes),
        "items": [UNKNOWN, {"name": UNKNOWN, "size": None}],
        "sizes": [UNKNOWN],
    }
    assert to_values(to_model(Box, inside)) == inside


def test_what_a_hook_leaves_alone_stays_exactly_as_it_is() -> None:
    values = {**dict.fromkeys(Box.block.attributes), "tags": [UNKNOWN, UNKNOWN], "part": FULL["exact"]}
    offered = to_model(Box, values)
    assert amended(values, offered, offered) == values
    assert amended(values, offered, offered.replace(text="new")) == {**values, "text": "new"}


def test_equality_is_by_value_and_elements_of_sets_are_found_again() -> None:
    assert Item(name="a", size=1) == Item(name="a", size=1)
    assert Item(name="a") != Item(name="b")
    assert len({Item(name="a"), Item(name="a"), Item(name="b")}) == 2
    assert Box(tags={"a"}) == Box(tags=frozenset({"a"}))


def test_replace_makes_a_copy_and_changed_names_the_difference() -> None:
    one = Item(name="a", size=1)
    other = one.replace(size=2)
    assert (one.size, other.size, one.changed(other)) == (1, 2, {"size"})


def test_an_attribute_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="Item has no attribute sise"):
        Item(name="a", sise=1)


def test_what_is_secret_is_not_shown() -> None:
    shown = repr(Box(text="t", secret="planted one", hidden="planted two", whole=1))
    assert shown == "Box(text='t', whole=1, secret=(sensitive), hidden=(sensitive))"


def test_the_description_is_the_first_paragraph() -> None:
    assert Item.block.description == "An item, which has a long story."


def test_a_model_inherits_attributes_and_rules() -> None:
    assert list(LabelledBox.block.attributes) == [*Box.block.attributes, "title"]
    assert (len(Box.block.validators), len(LabelledBox.block.validators)) == (0, 1)
    assert LabelledBox(text="a", title="b").replace(title="c").title == "c"


def test_a_default_is_held_in_terraforms_form() -> None:
    model: Any = type(
        "Defaulted",
        (Model,),
        {"__annotations__": {"tags": set[str], "part": float, "item": Item}, "tags": attribute(default={"b", "a"}),
         "part": attribute(default=0.1), "item": attribute(default=Item(name="x"))},
    )  # fmt: skip
    defaults = {member.name: member.default for member in model.block}
    assert defaults == {"tags": ["a", "b"], "part": Decimal("0.1"), "item": {"name": "x", "size": None}}
