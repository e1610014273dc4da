"""The generator covers any schema, writes the same text every time, and notices what is stale."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import immuta_constructs
from immuta_cli.generate.__main__ import main
from immuta_cli.generate.constructs import HEADER, GenerateError, render
from immuta_cli.generate.names import RESERVED, RESERVED_BY_PROVIDER
from immuta_cli.generate.schema import parse
from immuta_constructs import ValueProblem, secret_from_env
from immuta_constructs.base import Provider, Resource
from immuta_constructs.engine import cdk
from immuta_constructs.testing import synth

SCHEMA = Path(__file__).parent / "data" / "schema.json"


def nested(mode: str, **attributes: Any) -> dict[str, Any]:
    return {"optional": True, "nested_type": {"nesting_mode": mode, "attributes": attributes}}


def optional(kind: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "optional": True, **more}


DEEP = nested(
    "list",
    name={"type": "string", "required": True, "description": 'Quotes """ and \\ backslashes'},
    inner=nested("map", value=optional("number"), innermost=nested("set", **{"from": optional("string")})),
    computed={"type": "string", "computed": True},
)
EVERYTHING: dict[str, Any] = {
    "text": {"type": "string", "required": True, "description": "A very long description. " * 12},
    "number": optional("number", default=3),
    "flag": optional("bool", deprecated=True, deprecation_message="Use `text`."),
    "strings": optional(["list", "string"]),
    "numbers": optional(["set", "number"]),
    "by_name": optional(["map", "string"], requires_replace=True),
    "counts": optional(["map", "number"]),
    "flags": optional(["map", "bool"]),
    "deep_map": optional(["map", ["list", ["set", "number"]]]),
    "shape": optional(["object", {"a": "string", "b": ["list", "bool"]}]),
    "pair": optional(["tuple", ["string", "number"]]),
    "anything": optional("dynamic"),
    "single": nested("single", only=optional("bool")),
    "deep": DEEP,
    "id": optional("string", computed=True),
    "connection": optional("string"),
    "class": optional("string"),
    "to_string": optional("string"),
    "password": optional("string", sensitive=True),
    "login": nested("single", user=optional("string"), keys=nested("list", value=optional("string")))
    | {"sensitive": True},
    "size": optional("number", whole_number=True),
    "token_wo": optional("string", write_only=True, sensitive=True),
    "other": optional(["set", "string"], references={"resource": "immuta_everything", "attribute": "text"}),
    "status": {"type": ["list", "string"], "computed": True, "description": "What it does."},
    "details": {"computed": True, "nested_type": {"nesting_mode": "single", "attributes": {}}},
}
BLOCKS = {"rule": {"nesting_mode": "set", "min_items": 1, "block": {"attributes": {"x": optional("string")}}}}
SYNTHETIC = {
    "provider": {"block": {"attributes": {"headers": optional(["map", "string"]), "source": optional("string")}}},
    "resource_schemas": {"immuta_everything": {"block": {"attributes": EVERYTHING, "block_types": BLOCKS}}},
    "data_source_schemas": {"immuta_nothing": {"block": {}}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic schema, generated."""
    root = tmp_path_factory.mktemp("generated")
    schema = root / "schema.json"
    schema.write_text(json.dumps(SYNTHETIC))
    assert main(["constructs", "--schema", str(schema), "--out", str(root / "out")]) == 0
    return root / "out"


def load(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"generated_{name}", folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_checked_in_files_are_those_of_the_provider(capsys: pytest.CaptureFixture[str]) -> None:
    result = main(["--check"])
    assert (capsys.readouterr().err, result) == ("", 0)


def test_stale_missing_and_surplus_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["constructs", "--schema", str(SCHEMA), "--out", str(tmp_path)]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    (tmp_path / "purpose.py").write_text(HEADER)
    (tmp_path / "project.py").unlink()
    (tmp_path / "gone.py").write_text(HEADER)
    (tmp_path / "by_hand.py").write_text("# mine\n")
    capsys.readouterr()
    assert main([*arguments, "--check"]) == 1
    named = [Path(line.split()[1].rstrip(";")).name for line in capsys.readouterr().err.splitlines()]
    assert sorted(named) == ["gone.py", "project.py", "purpose.py"]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    assert (tmp_path / "by_hand.py").exists()


def test_the_text_is_formatted_clean_and_the_same_every_time(folder: Path) -> None:
    place = Path(immuta_constructs.__file__).parent
    for file in sorted(folder.glob("*.py")):
        for command in (["format", "--check"], ["check"]):
            done = subprocess.run(
                ["ruff", *command, "--stdin-filename", str(place / file.name), "-"],
                input=file.read_text(),
                capture_output=True,
                text=True,
                check=False,
            )
            assert (file.name, done.stdout if done.returncode else "") == (file.name, "")
    assert render(parse(SYNTHETIC), "1.0") == render(parse(SYNTHETIC), "1.0")


def test_every_kind_of_attribute_arrives(folder: Path) -> None:
    module = load(folder, "everything")
    inner = module.EverythingDeepInner(
        value=1, innermost=[module.EverythingDeepInnerInnermost(from_="here"), {"from": "there"}]
    )
    values: dict[str, Any] = {
        "number": 2.5,
        "strings": ("a",),
        "numbers": {2, 1},
        "by_name": {"Some-Key": "v"},
        "counts": {"a": 1},
        "flags": {"a": True},
        "deep_map": {"a": [{1}, {2}]},
        "shape": {"a": "x", "b": [True]},
        "pair": ("x", 1),
        "anything": {"a": [1, "x", False]},
        "single": {"only": False},
        "deep": [module.EverythingDeep(name="n", inner={"k": inner})],
        "connection_": "c",
        "class_": "d",
        "to_string_": "e",
        "id_": "31",
        "rule": [module.EverythingRule(x="y")],
    }

    def build(stack: Any) -> None:
        first = module.Everything(stack, "first", text="t", rule=[])
        module.Everything(stack, "p", text="t", other=[first], token_wo=secret_from_env("TOKEN"), **values)

    output = synth(build)
    assert output["variable"] == {"TOKEN": {"type": "string", "sensitive": True, "ephemeral": True}}
    assert output["resource"]["immuta_everything"]["p"] == {
        "text": "t",
        "number": 2.5,
        "strings": ["a"],
        "numbers": [1, 2],
        "by_name": {"Some-Key": "v"},
        "counts": {"a": 1},
        "flags": {"a": True},
        "deep_map": {"a": [[1], [2]]},
        "shape": {"a": "x", "b": [True]},
        "pair": ["x", 1],
        "anything": {"a": [1, "x", False]},
        "single": {"only": False},
        "deep": [{"name": "n", "inner": {"k": {"value": 1, "innermost": [{"from": "here"}, {"from": "there"}]}}}],
        "connection": "c",
        "class": "d",
        "to_string": "e",
        "id": "31",
        "rule": [{"x": "y"}],
        "token_wo": "${var.TOKEN}",
        "other": ["${immuta_everything.first.text}"],
    }


def test_every_attribute_is_checked_and_can_be_referred_to(folder: Path) -> None:
    everything = load(folder, "everything").Everything

    def build(stack: Any) -> None:
        with pytest.raises(ValueProblem, match=r"password: is a secret"):
            everything(stack, "a", text="t", rule=[], password="x")
        with pytest.raises(ValueProblem, match=r"deep_map\['a'\]\[0\]\[0\]: needs a number, got 'x'"):
            everything(stack, "b", text="t", rule=[], deep_map={"a": [["x"]]})
        with pytest.raises(ValueProblem, match=r"deep\[0\]\.computed: is set by Immuta"):
            everything(stack, "c", text="t", rule=[], deep=[{"name": "n", "computed": "x"}])
        with pytest.raises(ValueProblem, match=r"size: needs a whole number, got 0\.5"):
            everything(stack, "d", text="t", rule=[], size=0.5)
        with pytest.raises(ValueProblem, match=r"login\.keys\[0\]\.value: is a secret"):
            everything(stack, "e", text="t", rule=[], login={"keys": [{"value": "x"}]})
        everything(stack, "f", text="t", rule=[], login={"user": secret_from_env("USER")})
        with pytest.warns(DeprecationWarning, match=r"flag is deprecated: Use `text`\."):
            thing = everything(stack, "p", text="t", rule=[], flag=True)
        for name in everything.ATTRIBUTES:
            property_name = f"{name}_" if name in ("connection", "class", "to_string") else name
            cdk.TerraformOutput(stack, name, value=getattr(thing, property_name))

    outputs = {name: output["value"] for name, output in synth(build)["output"].items()}
    assert outputs == {name: f"${{immuta_everything.p.{name}}}" for name in everything.ATTRIBUTES}


def test_provider_maps_keep_their_keys(folder: Path) -> None:
    provider = load(folder, "provider").ImmutaProvider
    output = synth(lambda stack: provider(stack, "immuta", headers={"X-Custom-Header": "v"}, source_="s"))
    assert output["provider"] == {"immuta": [{"headers": {"X-Custom-Header": "v"}, "source": "s"}]}


def test_a_data_source_without_arguments(folder: Path) -> None:
    nothing = load(folder, "data_immuta_nothing").DataImmutaNothing
    assert synth(lambda stack: nothing(stack, "n"))["data"] == {"immuta_nothing": {"n": {}}}


def test_docstrings_say_what_the_schema_says(folder: Path) -> None:
    text = str(load(folder, "everything").Everything.__doc__)
    for part in (
        "by_name: See Immuta's documentation. Changing it replaces the object.",
        "number: See Immuta's documentation. Default: 3.",
        "other: See Immuta's documentation. `immuta_everything` constructs may be passed themselves.",
        "flag: See Immuta's documentation. Deprecated: Use `text`.",
        "password: See Immuta's documentation. A secret: use `secret_from_env` or a reference.",
    ):
        assert part in " ".join(text.split())
    assert load(folder, "everything").EverythingDeep.__doc__.count("'''") == 1


def test_two_classes_of_one_name_are_refused() -> None:
    resources = {
        "immuta_a": {"block": {"attributes": {"b": nested("single", x=optional("string"))}}},
        "immuta_a_b": {"block": {}},
    }
    with pytest.raises(GenerateError, match="immuta_a and immuta_a_b would both define the class AB"):
        render(parse({"resource_schemas": resources}), "1.0")


def test_an_unknown_target_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["docs_of_the_moon"])
    assert (caught.value.code, "there are: constructs" in capsys.readouterr().err) == (2, True)


def test_every_public_name_can_be_loaded() -> None:
    for name in immuta_constructs.__all__:
        assert getattr(immuta_constructs, name).__name__ == name
    assert sys.modules["immuta_constructs"] is immuta_constructs


@pytest.mark.parametrize(("base", "reserved"), [(Resource, RESERVED), (Provider, RESERVED_BY_PROVIDER)])
def test_no_attribute_can_take_the_place_of_a_member(base: type, reserved: frozenset[str]) -> None:
    members = {name for name in dir(base) if not name.startswith("_") and name.islower()}
    assert members - reserved == set()
