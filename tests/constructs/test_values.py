"""Every value that the CDK would lose or refuse much later is an error at the caller's line, with the fix."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import re
import warnings
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import pydantic
import pytest
from constructs import Construct

from immuta_constructs import (
    ImmutaProvider,
    Project,
    ProjectAnyoneMayJoin,
    ProjectJoinAfterApproval,
    ProjectSubscriptionPolicy,
    Purpose,
    ScopeError,
    ValueProblem,
    insecure_literal,
    secret_from_env,
)
from immuta_constructs.engine import cdk
from immuta_constructs.nested import NestedObject
from immuta_constructs.schema import Attribute, Attributes
from immuta_constructs.testing import synth
from immuta_constructs.values import Checker

Stack = cdk.TerraformStack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return Stack(cdk.App(outdir=str(tmp_path_factory.mktemp("out"))), "s")


@pytest.fixture
def other(stack: Any, request: pytest.FixtureRequest) -> Project:
    name = re.sub(r"[^A-Za-z0-9_-]", "_", request.node.name)
    return Project(stack, f"other_{name}", project_key="o", name="O")


class Item(NestedObject):
    ATTRIBUTES: ClassVar[Attributes] = {"name": Attribute("string", required=True), "size": Attribute("number")}
    name: str
    size: float | None = None


KINDS = {
    "string": Attribute("string"),
    "choice": Attribute("string", one_of=("Small", "Large")),
    "number": Attribute("number"),
    "whole": Attribute("number", whole_number=True),
    "bool": Attribute("bool"),
    "list": Attribute(("list", "string")),
    "set": Attribute(("set", "string")),
    "map": Attribute(("map", "string")),
    "maps": Attribute(("map", ("list", "number"))),
    "object": Attribute(("object", {"a": "string", "b": "bool"})),
    "tuple": Attribute(("tuple", ("string", "number"))),
    "dynamic": Attribute("dynamic"),
    "one": Attribute("single", nested=Item),
    "items": Attribute("list", nested=Item),
    "named": Attribute("map", nested=Item),
    "purposes": Attribute(("set", "string"), references=("immuta_purpose", "name")),
    "secret": Attribute("string", sensitive=True),
    "secrets": Attribute(("map", "string"), sensitive=True),
    "id": Attribute("string", computed_only=True),
    "old": Attribute("string", deprecated="use string"),
}


def check(name: str, value: Any) -> Any:
    checker = Checker(lambda: "thing 's/t'", lambda secret, _: f"${{var.{secret.name}}}")
    return checker.one(value, KINDS[name], name)


class Text(enum.Enum):
    A = "a"


class Count(enum.IntEnum):
    ONE = 1


class Model(pydantic.BaseModel):
    name: str
    size: int | None = None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("string", Text.A, "a"),
        ("string", PurePosixPath("a/b"), "a/b"),
        ("string", dt.date(2025, 1, 2), "2025-01-02"),
        ("string", dt.datetime(2025, 1, 2, tzinfo=dt.UTC), "2025-01-02T00:00:00+00:00"),
        ("string", "${var.x}", "${var.x}"),
        ("string", "", ""),
        ("string", "1.5e+290 and <b> at 0x1", "1.5e+290 and <b> at 0x1"),
        ("choice", "Small", "Small"),
        ("choice", "${var.x}", "${var.x}"),
        ("number", Count.ONE, 1),
        ("number", decimal.Decimal(2), 2),
        ("number", decimal.Decimal("0.1"), "0.1"),
        ("number", 2**53, 2**53),
        ("number", 2**53 + 1, "9007199254740993"),
        ("number", "${var.x}", "${var.x}"),
        ("whole", 3.0, 3.0),
        ("whole", 2**53 + 1, "9007199254740993"),
        ("whole", "${var.x}", "${var.x}"),
        ("bool", False, False),
        ("list", ("b", "a"), ["b", "a"]),
        ("list", [], []),
        ("list", "${var.x}", "${var.x}"),
        ("set", {"b", "a"}, ["a", "b"]),
        ("set", frozenset("a"), ["a"]),
        ("map", {"X-Custom-Header": "v"}, {"X-Custom-Header": "v"}),
        ("maps", {"a": (1, 2)}, {"a": [1, 2]}),
        ("object", {"a": "x", "b": None}, {"a": "x"}),
        ("tuple", ("x", 1), ["x", 1]),
        ("dynamic", {"a": (1, True, "x", {"b"})}, {"a": [1, True, "x", ["b"]]}),
        ("dynamic", Model(name="n"), {"name": "n"}),
        ("one", Model(name="n", size=1), {"name": "n", "size": 1}),
        ("one", Item(name="n"), {"name": "n"}),
        ("items", [Item(name="n"), {"name": "m", "size": None}], [{"name": "n"}, {"name": "m"}]),
        ("named", {"a b": {"name": "n"}}, {"a b": {"name": "n"}}),
        ("secret", insecure_literal("s"), "s"),
        ("secret", "${var.x}", "${var.x}"),
        ("secret", secret_from_env("PW"), "${var.PW}"),
        ("secrets", {"a": secret_from_env("PW")}, {"a": "${var.PW}"}),
    ],
)
def test_is_normalised(name: str, value: Any, expected: Any) -> None:
    actual = check(name, value)
    assert actual == expected
    assert type(actual) is type(expected)


REFUSED = [
    ("string", 5, "string: needs a string, got 5. Write '5'."),
    ("string", True, "string: needs a string, got True. Write 'true'."),
    ("string", b"x", "string: needs a string, got a bytes. Decode it: value.decode()."),
    ("string", ("a",), "string: needs a string, got a tuple. Is there a comma too many?"),
    ("string", str, "string: needs a string, got a type. Was a call forgotten: x()?"),
    ("string", dt.datetime(2025, 1, 2), "string: is a datetime without a time zone."),  # noqa: DTZ001
    ("string", "\ud800", "string: holds half of a surrogate pair"),
    ("string", "x <object object at 0x7f0000000000>", "string: holds the Python text of an object"),
    ("choice", "small", "choice: 'small' is not one of 'Small', 'Large'."),
    ("number", True, "number: needs a number, got True."),
    ("number", "many", "number: needs a number, got 'many'."),
    ("number", math.nan, "number: nan cannot be written as JSON."),
    ("number", math.inf, "number: inf cannot be written as JSON."),
    ("whole", 2.5, "whole: needs a whole number, got 2.5."),
    ("whole", decimal.Decimal("2.5"), "whole: needs a whole number, got 2.5."),
    ("bool", 1, "bool: needs True or False, got 1."),
    ("bool", "true", "bool: needs True or False, got 'true'."),
    ("list", "a", "list: needs a list, got 'a'. Write ['a']."),
    ("list", {"a": 1}, "list: needs a list, got a dict."),
    ("list", ["a", None], "list[1]: is None, which the CDK would drop"),
    ("list", ["a", 1], "list[1]: needs a string, got 1."),
    ("map", ["a"], "map: needs a dictionary, got a list."),
    ("map", {"a": None}, "map['a']: is None, which the CDK would drop"),
    ("map", {1: "a"}, "map: has the key 1, which is no string."),
    ("maps", {"a": [1, "x"]}, "maps['a'][1]: needs a number, got 'x'."),
    ("object", {"aa": 1}, "object: has no member 'aa'."),
    ("object", {"b": 1}, "object.b: needs True or False, got 1."),
    ("dynamic", {"a": [1, {"b": 2**60}]}, "dynamic['a'][1]['b']: 1152921504606846976 cannot be written exactly."),
    ("dynamic", {"a": object}, "dynamic['a']: needs a string, got a type."),
    ("one", {"nam": "x"}, "one: has no member 'nam'. Did you mean 'name'?"),
    ("one", {"size": 1}, "one: needs 'name'."),
    ("one", [{"name": "x"}], "one: needs a Item or a dictionary, got a list."),
    ("one", ProjectAnyoneMayJoin(), "one: needs a Item, got a ProjectAnyoneMayJoin."),
    ("items", {"name": "x"}, "items: needs a list, got a dict."),
    ("items", [{"name": "x"}, {"name": 1}], "items[1].name: needs a string, got 1."),
    ("named", {"k": {"name": "x", "size": "y"}}, "named['k'].size: needs a number, got 'y'."),
    ("secret", "hunter2", "secret: is a secret, and a literal would stand in clear in cdk.tf.json."),
    ("secret", 12345, "secret: is a secret"),
    ("secret", b"hunter2", "secret: is a secret"),
    ("secrets", {"a": "hunter2"}, "secrets['a']: is a secret"),
    ("id", "31", "id: is set by Immuta and cannot be given."),
]


@pytest.mark.parametrize(("name", "value", "expected"), REFUSED)
def test_is_refused(name: str, value: Any, expected: str) -> None:
    with pytest.raises(ValueProblem) as caught:
        check(name, value)
    text = str(caught.value)
    assert re.match(r"tests/constructs/test_values\.py:\d+: thing 's/t': ", text)
    assert expected in text
    assert "hunter2" not in text
    assert "12345" not in text


def test_the_line_is_the_users(stack: Any) -> None:
    line = test_the_line_is_the_users.__code__.co_firstlineno + 3
    with pytest.raises(ValueProblem) as caught:
        Purpose(stack, "line", name="P", description=5)  # type: ignore[arg-type]
    assert str(caught.value).startswith(
        f"tests/constructs/test_values.py:{line}: immuta_purpose 's/line': description:"
    )


def test_a_nested_object_names_its_own_line_too(stack: Any) -> None:
    line = test_a_nested_object_names_its_own_line_too.__code__.co_firstlineno + 2
    anyone = ProjectAnyoneMayJoin(description=5)  # type: ignore[arg-type]
    policy = {"anyone": anyone}
    with pytest.raises(ValueProblem) as caught:
        Project(Construct(stack, "group"), "p", project_key="p", name="P", subscription_policy=policy)
    text = str(caught.value)
    assert f"test_values.py:{line + 3}: immuta_project 's/group/p': subscription_policy.anyone.description: " in text
    assert text.endswith(f"(in the ProjectAnyoneMayJoin of tests/constructs/test_values.py:{line})")


def test_nested_objects_are_values() -> None:
    anyone = ProjectAnyoneMayJoin(description="d")
    same = ProjectAnyoneMayJoin(description="d")
    assert (anyone, hash(anyone)) == (same, hash(same))
    assert (anyone.description, anyone.automatic_subscription) == ("d", None)
    assert repr(anyone) == "ProjectAnyoneMayJoin(description='d')"
    with pytest.raises(AttributeError, match="cannot be changed"):
        anyone.description = "e"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: ProjectAnyoneMayJoin(descripton="d"), "has no argument 'descripton'. Did you mean 'desc"),  # type: ignore[call-arg]
        (ProjectJoinAfterApproval, "needs 'approvals'."),
        (lambda: ProjectSubscriptionPolicy(nobody={}), "Known are: anyone, approval, entitlements"),  # type: ignore[call-arg]
    ],
)
def test_nested_objects_check_their_arguments(make: Callable[[], object], expected: str) -> None:
    with pytest.raises(ValueProblem, match=r"^tests/constructs/test_values\.py:\d+: Project[A-Z]") as caught:
        make()
    assert expected in str(caught.value)


LOST = {
    "number beside a dash": (lambda o: f"v-{cdk.Token.as_number(o.id)}", "a reference to a number that is lost"),
    "lazy value in text": (lambda o: f"x {o.allow_masked_joins}", "Use Token.as_string(x) inside it."),
    "list in text": (lambda o: f"x {o.tags}", "is a reference to a list. Take one element with Fn.element(x, 0)"),
    "list index": (lambda o: o.tags[0], "is a reference to a list. Take one element with Fn.element(x, 0)"),
    "construct": (lambda o: o, "needs a string, got the construct Project 's/other"),
}


@pytest.mark.parametrize(("value", "expected"), LOST.values(), ids=LOST)
def test_lost_references_in_text(stack: Any, other: Project, value: Callable[[Any], Any], expected: str) -> None:
    with pytest.raises(ValueProblem, match=r": description: ") as caught:
        Purpose(stack, "lost", name="P", description=value(other))
    assert expected in str(caught.value)


def test_lost_references_in_collections(other: Project) -> None:
    with pytest.raises(ValueProblem, match=r"list: has a reference to a list among its elements\. Use Fn\.concat"):
        check("list", ["a", *other.tags])
    merged = {**cdk.Token.as_string_map(cdk.Fn.lookup({"a": {}}, "a")), "b": "c"}
    with pytest.raises(ValueProblem, match=r"map: has a reference to a map among its keys\. Use Fn\.merge"):
        check("map", merged)


def test_references_in_collections_pass(other: Project) -> None:
    token = cdk.Token.as_string_map(cdk.Fn.lookup({"a": {}}, "a"))
    assert check("list", other.tags) == other.tags
    assert check("map", token) == token
    joined = cdk.Fn.concat([other.tags, ["b"]])
    assert check("list", joined) == joined
    assert check("bool", other.allow_masked_joins) is other.allow_masked_joins
    number = cdk.Token.as_number(other.id)
    assert check("number", number) == number


def test_a_number_reference_that_survives_in_text() -> None:
    def build(stack: Stack) -> None:
        other = Project(stack, "o", project_key="o", name="O")
        Purpose(stack, "p", name="P", description=f"v {cdk.Token.as_number(other.id)} x")

    assert synth(build)["resource"]["immuta_purpose"]["p"]["description"] == "v ${immuta_project.o.id} x"


def test_references_need_the_right_type(stack: Any, other: Project) -> None:
    with pytest.raises(ValueProblem, match=r"purposes\[0\]: needs immuta_purpose constructs \(their 'name'\) or strin"):
        Project(stack, "wrong", project_key="p", name="P", purposes=[other])  # type: ignore[list-item]


def test_a_repeated_object_is_no_single_reference(stack: Any) -> None:
    many = Purpose(stack, "many", name="P", count=2)
    with pytest.raises(ValueProblem, match=re.escape("such as '${immuta_purpose.many[0].name}'")):
        Project(stack, "one", project_key="p", name="P", purposes=[many])


@pytest.mark.parametrize("name", ["a b", "", "ä", "a/b", "${x}", None, 5])
def test_ids_that_would_be_lost(stack: Any, name: Any) -> None:
    with pytest.raises(ScopeError, match=r"test_values\.py:\d+: immuta_purpose .*: a construct id is made of letters"):
        Purpose(stack, name, name="P")


def test_the_hidden_id(stack: Any) -> None:
    with pytest.raises(ScopeError, match="the CDK hides this id"):
        Purpose(stack, "Default", name="P")
    Purpose(Construct(stack, "grouped"), "Default", name="P")


@pytest.mark.parametrize("scope", [None, "stack", object()])
def test_scopes_that_are_none(scope: Any) -> None:
    with pytest.raises(ScopeError, match="needs a construct as its scope"):
        Purpose(scope, "p", name="P")


META = {
    "typo": ({"depend_on": []}, TypeError, "unexpected keyword argument 'depend_on'. Did you mean 'depends_on'?"),
    "attribute typo": ({"descripton": "x"}, TypeError, "Did you mean 'description'?"),
    "empty group": ({"depends_on": ["EMPTY"]}, ValueProblem, "holds no resource yet, so the dependency would be lost"),
    "fqn": ({"depends_on": ["x"]}, ValueProblem, "depends_on: needs constructs, got 'x'. Pass the resource itself"),
    "no list": ({"depends_on": "x"}, ValueProblem, "depends_on: needs a list, got a str"),
    "lifecycle": ({"lifecycle": {"prevent_destory": True}}, ValueProblem, "Did you mean 'prevent_destroy'?"),
    "trigger": (
        {"lifecycle": {"replace_triggered_by": ["${a.b}"]}},
        ValueProblem,
        "replace_triggered_by: takes no interpolation",
    ),
    "count": ({"count": "2"}, ValueProblem, "count: needs a number or TerraformCount, got '2'"),
    "bool": ({"count": True}, ValueProblem, "count: needs a number or TerraformCount, got True"),
    "for_each": ({"for_each": ["a"]}, ValueProblem, "for_each: needs an iterator, got a list"),
    "provider": ({"provider": "immuta"}, ValueProblem, "provider: needs an ImmutaProvider, got a str"),
    "both": (
        {"count": 1, "for_each": cdk.TerraformIterator.from_list(["a"])},
        ValueProblem,
        "count: cannot be given together with for_each",
    ),
}


@pytest.mark.parametrize(("meta", "error", "expected"), META.values(), ids=META)
def test_meta_arguments_are_checked(stack: Any, meta: Any, error: type[Exception], expected: str) -> None:
    if meta.get("depends_on") == ["EMPTY"]:
        meta = {"depends_on": [Construct(stack, "empty")]}
    with pytest.raises(error, match=re.escape(expected)):
        Purpose(stack, "meta", name="P", **meta)


def test_assignments_are_checked(stack: Any) -> None:
    purpose = Purpose(stack, "assigned", name="P")
    with pytest.raises(
        ValueProblem, match=r"test_values\.py:\d+: immuta_purpose 's/assigned': description: needs a str"
    ):
        purpose.description = 5  # type: ignore[assignment]
    with pytest.raises(ValueProblem, match="name: is required and cannot be removed"):
        purpose.name = None
    with pytest.raises(ValueProblem, match="id: is set by Immuta"):
        purpose.id = "x"  # type: ignore[assignment]
    with pytest.raises(AttributeError, match="name_input is read-only; assign to name"):
        purpose.name_input = "x"
    with pytest.raises(ValueProblem, match="depends_on: needs constructs"):
        purpose.depends_on = ["immuta_purpose.x"]


def test_deprecations_warn_at_the_users_line() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check("old", "x")
    assert [str(warning.message) for warning in caught] == ["thing 's/t': old is deprecated: use string"]
    assert Path(caught[0].filename).name == "test_values.py"


def test_secrets_become_sensitive_variables() -> None:
    def build(stack: Stack) -> None:
        ImmutaProvider(stack, "immuta", api_key=secret_from_env("IMMUTA_KEY"))
        ImmutaProvider(stack, "other", alias="other", api_key=secret_from_env("IMMUTA_KEY"))

    output = synth(build)
    assert output["variable"] == {"IMMUTA_KEY": {"type": "string", "sensitive": True}}
    assert [provider["api_key"] for provider in output["provider"]["immuta"]] == ["${var.IMMUTA_KEY}"] * 2


def test_secrets_for_write_only_attributes_are_ephemeral_until_another_needs_them() -> None:
    def build(stack: Stack) -> None:
        for name in ("ONE", "BOTH"):
            assert secret_from_env(name).reference(stack, ephemeral=True)
        secret_from_env("BOTH").reference(stack)

    plain = {"type": "string", "sensitive": True}
    expected = {"ONE": plain | {"ephemeral": True}, "BOTH": plain | {"ephemeral": False}}
    assert synth(build)["variable"] == expected


def test_a_literal_secret_is_refused_without_showing_it(stack: Any) -> None:
    with pytest.raises(ValueProblem) as caught:
        ImmutaProvider(stack, "literal", api_key="hunter2")
    assert "immuta 's/literal': api_key: is a secret" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert repr(insecure_literal("hunter2")) == "insecure_literal(...)"


def test_variable_names_are_checked() -> None:
    with pytest.raises(ValueProblem, match=r"test_values\.py:\d+: secret_from_env\('a b'\)"):
        secret_from_env("a b")


def test_whole_numbers_of_the_provider_block(stack: Any) -> None:
    with pytest.raises(ValueProblem, match=r"immuta 's/whole': max_retries: needs a whole number, got 2\.5\."):
        ImmutaProvider(stack, "whole", max_retries=2.5)
