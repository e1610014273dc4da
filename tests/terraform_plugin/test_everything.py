"""Every feature of the schema layer at every depth, through a real `terraform`: values, paths, commands, old states."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from typing import Any

import pytest

from tests.terraform_plugin.conftest import CHECKED, EVERYTHING, LAUNCHED, REATTACH, Workspace, running_probe

pytestmark = pytest.mark.terraform

NEWEST = (sys.executable, "-m", "immuta_cli.terraform")
SECRETS = ("top-secret-value", "leaf-hidden-value", "mate-pin-value", "top-wo-value", "leaf-wo-value")

FULL = """
  text   = "calm"
  whole  = 18446744073709551616
  real   = 0.1
  exact  = 0.1234567890123456789012345
  words  = ["b", "a", "b", null]
  tags   = ["y", "x"]
  labels = { one = "1", "a b" = null }
  matrix = [[1, 0.5], [], [1e100]]
  groups = { g = [3, 1, 3] }
  free   = { list = tolist(["a", "b"]), deep = [{ n = 1e30, on = true, none = null }] }
  one    = { name = "one", size = 5, hidden = "leaf-hidden-value", pass_wo = "leaf-wo-value", either = "mine" }
  many   = [{ name = "m0" }, { name = "m1", lock = "brass", pass_wo = "leaf-wo-value" }]
  named  = { "key with spaces" = { name = "n" } }
  mates  = [{ name = "zoe", role = "reader", sizes = [2, 1], pin = "mate-pin-value" }, { name = "ann" }]
  trees  = {
    oak = { leaves = [{ name = "l0" }, { name = "l1", size = 1 }], mates = [{ name = "bob", lock = "k" }] }
    elm = { leaf = { name = "single" }, named = { n = { name = "deep" } } }
  }
  wood              = { free = ["x", 1], tree = { leaf = { name = "fourth level" } } }
  boxes             = [{ name = "own" }]
  secret            = "top-secret-value"
  secret_wo         = "top-wo-value"
  secret_wo_version = 1
  room              = 3
"""


def thing(name: str, body: str = "", **meta: str) -> str:
    """One object."""
    more = "".join(f"  {key} = {value}\n" for key, value in meta.items())
    return f'resource "probe_everything" "{name}" {{\n  name = "{name}"\n{body}\n{more}}}\n'


def flat(text: str) -> str:
    """What Terraform printed on one line, without the bars."""
    return re.sub(r"[\s│╷╵]+", " ", text)


def state_file(workspace: Workspace) -> dict[str, Any]:
    """The state as it is stored, fractions as text."""
    stored: dict[str, Any] = json.loads((workspace.folder / "terraform.tfstate").read_text(), parse_float=str)
    return stored


def test_everything_is_made_shown_exported_imported_and_generated(everything: Workspace) -> None:
    look = 'data "probe_look" "full" { name = probe_everything.full.name }\n'
    out = 'output "free" { value = data.probe_look.full.free }\n'
    log = everything.folder / "terraform.log"
    full = thing("full", FULL)
    made = everything.apply(full + look + out, TF_LOG="TRACE", TF_LOG_PATH=str(log), **LAUNCHED)
    everything.assert_nothing_to_do()
    everything.assert_nothing_to_do("-refresh=false")
    (managed,) = (each for each in state_file(everything)["resources"] if each["mode"] == "managed")
    attributes = managed["instances"][0]["attributes"]
    assert attributes["exact"] == "0.1234567890123456789012345"
    assert (attributes["real"], int(float(attributes["whole"]))) == ("0.1", 2**64)
    assert (attributes["words"], attributes["labels"]) == (["b", "a", "b", None], {"one": "1", "a b": None})
    assert attributes["free"]["type"][1]["list"] == ["list", "string"], "a list stays a list and no tuple"
    assert attributes["one"]["either"] == "mine"
    assert (attributes["many"][1]["kept"], attributes["many"][1]["either"]) == ("1", "server")
    assert [leaf["size"] for leaf in attributes["trees"]["oak"]["leaves"]] == [3, 1]
    assert attributes["trees"]["elm"]["trunk"]["note"] == "note of trunk", "a default below a map of objects"
    assert attributes["wood"]["tree"]["leaf"]["kept"] == "wood"
    assert [attributes["secret_wo"], attributes["one"]["pass_wo"], attributes["many"][1]["pass_wo"]] == [None] * 3
    assert json.loads((everything.store / "full.secrets").read_text()) == ["top-wo-value", "leaf-wo-value"]

    own = [line for line in log.read_text().splitlines() if "terraform-provider-probe" in line]
    assert [each for each in SECRETS if any(each in line for line in own)] == []
    assert [each for each in SECRETS if each in made.text] == []
    written = (everything.folder / "terraform.tfstate").read_text()
    assert [each for each in SECRETS if each in written] == list(SECRETS[:3])

    shown = json.loads(everything.run("show", "-json").text.strip().splitlines()[-1])
    (resource,) = [r for r in shown["values"]["root_module"]["resources"] if r["mode"] == "managed"]
    assert (resource["schema_version"], resource["values"]["groups"]) == (2, {"g": [1, 3]})
    assert resource["sensitive_values"]["one"]["hidden"] is True
    assert "top-secret-value" not in everything.run("show", "-no-color").text
    schema = json.loads(everything.run("providers", "schema", "-json").text.strip().splitlines()[-1])
    (provider,) = schema["provider_schemas"].values()
    declared = provider["resource_schemas"]["probe_everything"]["block"]["attributes"]
    assert declared["trees"]["nested_type"]["attributes"]["leaf"]["nested_type"]["attributes"]["pass_wo"]["write_only"]
    assert declared["free"]["type"] == "dynamic"
    assert (declared["old"]["deprecated"], declared["boxes"]["computed"]) == (True, True)

    everything.run("state", "rm", "probe_everything.full")
    everything.write('import {\n  to = probe_everything.full\n  id = "full"\n}\n')
    everything.run("plan", "-no-color", "-input=false", "-generate-config-out=made.tf", code=None)
    generated = (everything.folder / "made.tf").read_text()
    assert re.search(r'name\s+= "full"', generated)
    assert [each for each in SECRETS if each in generated] == []
    (everything.folder / "made.tf").unlink()
    adopted = everything.apply(full + 'import {\n  to = probe_everything.full\n  id = "full"\n}\n')
    assert "1 imported, 0 added, 0 changed, 0 destroyed" in adopted.text
    everything.write(full)
    everything.assert_nothing_to_do()


SOURCE = "terraform_data.source.output"
OPEN = {
    "list_in_dynamic": f"free = tolist([{SOURCE}, 'x'])",
    "object_in_dynamic": f"free = {{ known = 1, open = {SOURCE}, list = [{SOURCE}] }}",
    "dynamic_below": f"wood = {{ free = {{ a = {SOURCE} }} }}",
    "json": f"text = jsonencode({{ inner = {SOURCE} }})",
    "prefix": f"text = 'known-${{{SOURCE}}}'",
    "omitted_in_list": f"many = [{{ name = {SOURCE} }}, {{ name = 'b' }}]",
    "omitted_in_set": f"mates = [{{ name = {SOURCE} }}, {{ name = 'b', sizes = [length({SOURCE})] }}]",
    "whole_tree": f"trees = {{ for each in split(',', {SOURCE}) : each => {{ leaf = {{ name = each }} }} }}",
    "deep": f"trees = {{ t = {{ leaves = [{{ name = 'a', lock = {SOURCE} }}], mates = [{{ name = {SOURCE} }}] }} }}",
    "maybe_null": f"one = {SOURCE} == 'one' ? null : {{ name = {SOURCE} }}",
    "null_in_map": f"labels = {{ a = null, b = {SOURCE} == 'one' ? null : 'x' }}",
    "number_as_text": f"exact = '${{length({SOURCE})}}.5'",
    "nested_default": f"trees = {{ t = {{ trunk = {{ name = {SOURCE} }} }} }}",
    "boxes": f"boxes = [for each in split(',', {SOURCE}) : {{ name = each }}]",
    "write_only": f"one = {{ name = 'a', pass_wo = {SOURCE} }}",
}


@pytest.mark.parametrize(
    "program", [pytest.param(("terraform",), id="installed", marks=pytest.mark.soak), pytest.param(NEWEST, id="newest")]
)
def test_values_that_are_known_after_apply_at_every_depth(everything: Workspace, program: tuple[str, ...]) -> None:
    everything.program = program
    resources = "".join(thing(name, body.replace("'", '"')) for name, body in OPEN.items())
    for value in ("one", "two,three"):
        everything.apply(f'resource "terraform_data" "source" {{ input = "{value}" }}\n' + resources)
        everything.assert_nothing_to_do()
    state = everything.state()
    assert state["probe_everything.list_in_dynamic"]["free"] == {
        "type": ["list", "string"],
        "value": ["two,three", "x"],
    }
    assert state["probe_everything.object_in_dynamic"]["free"]["value"]["list"] == ["two,three"]
    assert [each["name"] for each in state["probe_everything.boxes"]["boxes"]] == ["two", "three"]
    assert state["probe_everything.maybe_null"]["one"]["name"] == "two,three"
    assert sorted(state["probe_everything.whole_tree"]["trees"]) == ["three", "two"]


def test_a_new_object_is_asked_for_at_every_depth_and_only_there(everything: Workspace) -> None:
    base = (
        'many = [{ name = "a", lock = "x" }]\n  mates = [{ name = "m", lock = "x" }]\n  room = 3\n  region = "here"\n'
        '  trees = { t = { leaves = [{ name = "l", lock = "x" }], mates = [{ name = "m", lock = "x" }] } }'
    )
    changes = {
        "list": ('many = [{ name = "a", lock = "x"', 'many = [{ name = "a", lock = "y"', ["many", 0, "lock"]),
        "set": ('  mates = [{ name = "m", lock = "x"', '  mates = [{ name = "m", lock = "y"', ["mates"]),
        "deep": ('name = "l", lock = "x"', 'name = "l", lock = null', ["trees", "t", "leaves", 0, "lock"]),
        "deep_set": ('mates = [{ name = "m", lock = "x" }] } }', "mates = [] } }", ["trees", "t", "mates"]),
        "smaller": ("room = 3", "room = 2", ["room"]),
        "computed": ('region = "here"', 'region = "there"', ["region"]),
        "larger": ("room = 3", "room = 4", None),
        "left_open": ('region = "here"', "region = null", None),
        "beside": ('name = "l", lock = "x"', 'name = "l", size = 7, lock = "x"', None),
        "set_member": ('  mates = [{ name = "m", lock', '  mates = [{ name = "m", role = "reader", lock', None),
    }  # fmt: skip
    everything.apply("".join(thing(name, base) for name in changes))
    assert all(base.count(old) == 1 for old, _, _ in changes.values() if old.startswith("name"))
    planned = everything.plan(
        "".join(thing(name, base.replace(old, new, 1)) for name, (old, new, _) in changes.items())
    )
    reasons = {name: [path] for name, (_, _, path) in changes.items() if path}
    assert {a.split(".")[1]: c["replace_paths"] for a, c in planned.items() if c.get("replace_paths")} == reasons
    everything.run("apply", "plan.bin")
    everything.assert_nothing_to_do()


def test_the_life_cycle_rules_of_terraform_itself(everything: Workspace) -> None:
    trigger = 'resource "terraform_data" "version" { input = "VERSION" }\n'
    head = (
        'provider "probe" { place = "home" }\n'
        'provider "probe" {\n  alias = "away"\n  place = terraform_data.version.output\n}\n'
    )
    ignoring = 'text = "TEXT"\n  many = [{ name = "TEXT" }]\n  lifecycle { ignore_changes = [text, many[0].name] }'
    first = 'text = "TEXT"\n  room = ROOM\n  lifecycle { create_before_destroy = true }'
    body = (
        thing("triggered", "lifecycle { replace_triggered_by = [terraform_data.version] }")
        + thing("ignoring", ignoring)
        + thing("first", first).replace('"first"\n', '"first-ROOM"\n')
        + thing("far", provider="probe.away")
        + 'resource "probe_other" "it" { name = "it" }\n'
    )

    def config(version: str, text: str, room: str) -> str:
        return (head + trigger + body).replace("VERSION", version).replace("TEXT", text).replace("ROOM", room)

    # A probe that runs already would know one of the two provider blocks only, the one that Terraform sent last.
    everything.apply(config("v1", "one", "5"), **LAUNCHED)
    everything.assert_nothing_to_do()
    state = everything.state()
    assert state["probe_everything.far"]["stamp"] == "v1:1", "a provider block that was unknown while planning"
    assert state["probe_everything.first"]["stamp"] == "home:1"
    changes = everything.plan(config("v2", "two", "4"))
    assert {address: change["actions"] for address, change in changes.items()} == {
        "probe_everything.triggered": ["delete", "create"],
        "probe_everything.first": ["create", "delete"],
        "terraform_data.version": ["update"],
    }
    everything.run("apply", "plan.bin")
    everything.assert_nothing_to_do()
    assert {"first-4"} == {name for name in everything.objects() if name.startswith("first")}

    moved = config("v2", "two", "4").replace('resource "probe_other" "it" { name = "it" }\n', thing("it"))
    moved += "moved {\n  from = probe_other.it\n  to   = probe_everything.it\n}\n"
    refused = flat(everything.apply(moved, code=1).text)
    assert "A `moved` block cannot turn probe_other into probe_everything." in refused
    assert "`terraform state rm`" in refused
    renamed = config("v2", "two", "4").replace('"probe_everything" "triggered"', '"probe_everything" "renamed"')
    everything.write(renamed + "moved {\n  from = probe_everything.triggered\n  to   = probe_everything.renamed\n}\n")
    assert "0 to add, 0 to change, 0 to destroy" in everything.run("plan", "-no-color").text


def test_schemas_that_grow_shrink_and_change_version_read_each_others_states(everything: Workspace) -> None:
    everything.apply(thing("it", 'title = "old title"\n  many = [{ name = "m" }]'), PROBE_SCHEMA="old", **LAUNCHED)
    everything.change_outside("it", text="old title")
    upgraded = everything.plan(thing("it", 'text = "old title"\n  many = [{ name = "m" }]'))
    assert upgraded == {}, "the state of the version before is upgraded without a change"
    everything.apply()
    settings = {"PROBE_STORE": str(everything.store), "PROBE_SCHEMA": "grown", **CHECKED}
    with running_probe(everything.folder / "grown", EVERYTHING, **settings) as probe:
        later = replace(everything, environment=everything.environment | {REATTACH: probe.reattach})
        grown = later.plan()["probe_everything.it"]
        assert (grown["actions"], grown["before"]["extra"], grown["after"]["extra"]) == (["update"], None, "new")
        later.run("apply", "plan.bin")
        later.assert_nothing_to_do()
    everything.assert_nothing_to_do()  # the attribute is gone again, at the same schema version
    refused = everything.run("plan", "-no-color", "-input=false", code=1, PROBE_SCHEMA="old", **LAUNCHED)
    assert "newer" in flat(refused.text)
    assert state_file(everything)["resources"][0]["instances"][0]["schema_version"] == 2


LINES = """
  trees = {
    oak = {
      leaves = [
        { name = "fine" },
        { name = "LEAF" },
      ]
    }
  }
"""


@pytest.mark.parametrize(("program", "exact"), [(("terraform",), False), (NEWEST, True)], ids=["installed", "newest"])
def test_a_nested_diagnostic_names_its_path_and_its_line(
    everything: Workspace, program: tuple[str, ...], exact: bool
) -> None:
    everything.program = program
    config = thing("it", LINES.replace("LEAF", "wrong" * 9))
    everything.write(config)
    line = 1 + (everything.folder / "main.tf").read_text().splitlines().index(f'        {{ name = "{"wrong" * 9}" }},')
    validated = everything.run("validate", "-no-color", code=1)
    texts = [validated.text]
    for behave in ("refuse-plan", "report"):
        done = everything.apply(thing("it", LINES, behave=f'"{behave}"'), code=1)
        texts.append(done.text)
    for text in texts:
        assert 'trees["oak"].leaves[1].name' in flat(text)
        assert "probe_everything" in text
        newest_terraform = exact or f"on main.tf line {line}" in flat(text)
        assert (f"on main.tf line {line}," in flat(text)) == newest_terraform
    kept = everything.state()["probe_everything.it"]
    assert (kept["id"], kept["tainted"]) == ("id-it", True), "an error that was reported together with the state"


def test_the_newest_terraform_imports_by_identity_and_needs_no_call_that_is_not_served(everything: Workspace) -> None:
    everything.program = NEWEST
    full = thing("full", FULL)
    everything.apply(full, **LAUNCHED)
    everything.assert_nothing_to_do()
    assert state_file(everything)["resources"][0]["instances"][0]["identity"] == {"name": "full"}
    everything.run("state", "rm", "probe_everything.full")
    block = 'import {\n  to = probe_everything.full\n  identity = { name = "full" }\n}\n'
    everything.write(block)
    everything.run("plan", "-no-color", "-input=false", "-generate-config-out=made.tf", code=None)
    assert re.search(r'name\s+= "full"', (everything.folder / "made.tf").read_text())
    (everything.folder / "made.tf").unlink()
    assert "1 imported, 0 added, 0 changed, 0 destroyed" in everything.apply(full + block).text
    everything.write(full)
    everything.assert_nothing_to_do()
    assert '"resource_identity_schemas"' in everything.run("providers", "schema", "-json").text
    everything.destroy()
    assert everything.objects() == set()
