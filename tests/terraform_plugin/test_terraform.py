"""The plugin server behind a real `terraform`: the life of objects with every kind of attribute."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from tests.terraform_plugin.conftest import LAUNCHED, Workspace

pytestmark = pytest.mark.terraform

FULL = {
    "label": '"A Label"',
    "count_of": "3",
    "ratio": "0.1",
    "share": "0.25",
    "flag": "true",
    "words": '["b", "a", "b"]',
    "tags": '["y", "x"]',
    "labels": '{ one = "1", "a b" = "2" }',
    "rules": '[{ pattern = "first" }, { pattern = "second", weight = 7, token = "hidden" }]',
    "members": '[{ name = "zoe", role = "reader" }, { name = "ann" }]',
    "place": '{ street = "Main St", secret = "below", doors = [{ color = "red" }, { lock = "brass" }] }',
    "places": '{ home = { post_box = "12", country = "DE" } }',
    "limits": "{ most = 8 }",
    "extra": '{ list = ["a", 1, null], deep = { on = true } }',
    "secret": '"sensitive one"',
    "secret_wo": '"never stored"',
    "secret_wo_version": "1",
    "url": '"https://a.example"',
}

UPDATES = {
    "label": '"Other"',
    "count_of": "4",
    "ratio": "0.2",
    "share": "0.5",
    "flag": "null",
    "words": '["a", "b"]',
    "tags": '["x"]',
    "labels": '{ one = "1" }',
    "rules": '[{ pattern = "new" }, { pattern = "first" }, { pattern = "second", weight = 7, token = "hidden" }]',
    "members": '[{ name = "zoe", role = "writer" }, { name = "ann" }]',
    "place": '{ post_box = "1", secret = "below", doors = [{ color = "blue" }, { lock = "brass" }] }',
    "places": '{ home = { post_box = "13", country = "DE" } }',
    "limits": "null",
    "extra": '"a text"',
    "secret": '"another"',
    "secret_wo_version": "2",
    "url": "null",
}

DRIFT: dict[str, Any] = {
    "label": "changed outside",
    "count_of": 99,
    "ratio": "9.9",
    "share": "0.99",
    "flag": False,
    "words": [],
    "tags": ["z"],
    "labels": {},
    "rules": [],
    "members": [],
    "place": {"street": "Side St", "country": "CH", "doors": [{"color": "red"}, {"lock": "brass"}]},
    "places": {"home": {"post_box": "99", "country": "DE"}},
    "limits": {"most": 9, "unit": "per day"},
    "extra": None,
    "secret": "changed outside",
    "url": None,
}


def flat(text: str) -> str:
    """What Terraform printed, without the breaks and bars that it wraps text with."""
    return re.sub(r"[\s│]+", " ", text)


def thing(name: str, **attributes: str) -> str:
    """One thing in HCL."""
    body = "".join(f"  {key} = {value}\n" for key, value in attributes.items())
    return f'resource "probe_thing" "{name}" {{\n  name = "{name}"\n{body}}}\n'


def changed_attributes(change: dict[str, Any]) -> set[str]:
    """The attributes that a plan changes; those that are unknown as a whole or inside are among them."""
    before, after, unknown = change["before"], change["after"], change["after_unknown"]
    return {name for name in before if anything(unknown.get(name)) or before[name] != after.get(name)}


def anything(marks: Any) -> bool:
    """Whether anything is marked, at whatever depth."""
    if isinstance(marks, dict | list):
        return any(anything(inner) for inner in (marks.values() if isinstance(marks, dict) else marks))
    return bool(marks)


def test_a_full_object_is_made_and_then_there_is_nothing_to_do(workspace: Workspace) -> None:
    workspace.apply(thing("full", **FULL))
    workspace.assert_nothing_to_do()
    workspace.assert_nothing_to_do("-refresh=false")

    state = workspace.state()["probe_thing.full"]
    assert state["rules"][0] == {"code": "0-first", "number": 5, "pattern": "first", "token": None, "weight": 1}
    assert state["limits"] == {"most": 8, "unit": "per day"}
    assert state["words"] == ["b", "a", "b"]
    assert state["tags"] == ["x", "y"]
    assert state["ratio"] == 0.1
    assert state["extra"]["value"] == {"deep": {"on": True}, "list": ["a", 1, None]}
    assert state["place"]["country"] == "CH"
    assert (state["secret_wo"], state["place"]["secret"]) == (None, None)
    assert (workspace.store / "full.secret").read_text() == "never stored"
    assert "never stored" not in (workspace.folder / "terraform.tfstate").read_text()

    workspace.destroy()
    assert workspace.objects() == set()


def test_each_attribute_is_updated_in_place_and_nothing_else_changes(attached: Workspace) -> None:
    attached.apply("".join(thing(name, **FULL) for name in UPDATES))
    changes = attached.plan("".join(thing(name, **{**FULL, name: value}) for name, value in UPDATES.items()))
    assert {address: change["actions"] for address, change in changes.items()} == {
        f"probe_thing.{name}": ["update"] for name in UPDATES
    }
    open_to_change = {"revision", "rules", "limits"}  # computed, or with computed members, and not said to be kept
    assert {address: changed_attributes(change) for address, change in changes.items()} == {
        f"probe_thing.{name}": {name} | open_to_change for name in UPDATES
    }
    rules = changes["probe_thing.rules"]["after"]["rules"]
    assert [rule.get("number") for rule in rules] == [None, 5, 6], "kept values follow their objects in a list"

    attached.run("apply", "plan.bin")
    attached.assert_nothing_to_do()
    assert {attached.object(name)["revision"] for name in UPDATES} == {2}
    assert attached.object("limits")["limits"] == {"most": 5, "unit": "per day"}
    assert [rule["number"] for rule in attached.object("rules")["rules"]] == [3, 5, 6]
    assert attached.object("flag")["flag"] is False


def test_every_drift_is_seen_and_named(attached: Workspace) -> None:
    resources = "".join(thing(name, **FULL) for name in DRIFT)
    attached.apply(resources + thing("gone") + thing("unset"))
    for name, value in DRIFT.items():
        attached.change_outside(name, **{name: value})
    (attached.store / "gone.json").unlink()
    attached.change_outside("unset", tags=["other"], label="")
    changes = attached.plan()
    assert changes.pop("probe_thing.gone")["actions"] == ["create"]
    assert {address: change["actions"] for address, change in changes.items()} == {
        f"probe_thing.{name}": ["update"] for name in DRIFT
    }
    for name in DRIFT:
        change = changes[f"probe_thing.{name}"]
        assert name in changed_attributes(change)
        assert changed_attributes(change) <= {name, "revision", "rules", "limits"}
    attached.run("apply", "plan.bin")
    attached.assert_nothing_to_do()


def test_an_object_is_replaced_exactly_where_declared(attached: Workspace) -> None:
    changed = {
        "top": ("flag", "true"),
        "single": (
            "place",
            '{ street = "Main St", country = "AT", doors = [{ color = "red" }, { lock = "brass" }] }',
        ),
        "deep": ("place", '{ street = "Main St", doors = [{ color = "red" }, { lock = "steel" }] }'),
        "keyed": ("places", '{ home = { post_box = "12" } }'),
        "added": ("places", '{ home = { post_box = "12", country = "DE" }, work = { street = "A" } }'),
    }
    paths = {
        "top": ["name"],
        "single": ["place", "country"],
        "deep": ["place", "doors", 1, "lock"],
        "keyed": ["places", "home", "country"],
        "added": ["places", "work", "country"],
    }
    attached.apply("".join(thing(name, **FULL) for name in changed))
    planned = "".join(thing(name, **{**FULL, key: value}) for name, (key, value) in changed.items())
    changes = attached.plan(planned.replace('name = "top"', 'name = "other"'))
    assert {address: change["replace_paths"] for address, change in changes.items()} == {
        f"probe_thing.{name}": [path] for name, path in paths.items()
    }
    assert {tuple(change["actions"]) for change in changes.values()} == {("delete", "create")}
    attached.run("apply", "plan.bin")
    attached.assert_nothing_to_do()
    assert attached.objects() == {"other", "single", "deep", "keyed", "added"}


UNKNOWN = "terraform_data.source.output"
UNKNOWNS = {
    "text": {"label": UNKNOWN},
    "prefix": {"url": f'"https://${{{UNKNOWN}}}"'},
    "json": {"label": f"jsonencode({{ inner = {UNKNOWN} }})"},
    "number": {"count_of": f"length({UNKNOWN})"},
    "float": {"share": f"length({UNKNOWN}) / 8"},
    "default": {"flag": f'{UNKNOWN} == "b"'},
    "element": {"words": f'["a", {UNKNOWN}]'},
    "whole_list": {"words": f'split(",", {UNKNOWN})'},
    "set_elements": {"tags": f'[{UNKNOWN}, terraform_data.second.output, "c"]'},
    "whole_set": {"tags": f'toset(split(",", {UNKNOWN}))'},
    "map_value": {"labels": f'{{ a = {UNKNOWN}, b = "b" }}'},
    "whole_map": {"labels": f'{{ for each in split(",", {UNKNOWN}) : each => each }}'},
    "member": {"place": f"{{ street = {UNKNOWN}, doors = [{{ color = {UNKNOWN} }}] }}"},
    "object": {"place": f'{{ street = "s", doors = [for each in split(",", {UNKNOWN}) : {{ color = each }}] }}'},
    "whole_object": {"limits": f'{UNKNOWN} == "" ? null : {{ most = length({UNKNOWN}) }}'},
    "list_member": {"rules": f'[{{ pattern = "a" }}, {{ pattern = {UNKNOWN}, weight = length({UNKNOWN}) }}]'},
    "whole_rules": {"rules": f'[for each in split(",", {UNKNOWN}) : {{ pattern = each }}]'},
    "set_member": {"members": f'[{{ name = {UNKNOWN} }}, {{ name = {UNKNOWN}, note = "n" }}, {{ name = "c" }}]'},
    "map_member": {"places": f"{{ a = {{ street = {UNKNOWN} }}, b = {{ post_box = {UNKNOWN} }} }}"},
    "dynamic": {"extra": UNKNOWN},
    "inside_dynamic": {"extra": f"{{ a = {UNKNOWN}, b = [1, {UNKNOWN}] }}"},
    "sensitive": {"secret": UNKNOWN},
    "write_only": {"secret_wo": UNKNOWN},
    "dependent": {"labels": "{ id = probe_thing.text.id, revision = probe_thing.text.revision }"},
}


def test_unknown_values_of_every_kind_are_planned_and_applied(attached: Workspace) -> None:
    def sources(value: str) -> str:
        return "".join(
            f'resource "terraform_data" "{name}" {{ input = "{name[0]}-{value}" }}\n' for name in ("source", "second")
        )

    resources = "".join(thing(name, **attributes) for name, attributes in UNKNOWNS.items())
    attached.apply(sources("one") + resources)
    attached.assert_nothing_to_do()
    assert attached.object("prefix")["url"] == "https://s-one"
    assert attached.object("set_elements")["tags"] == ["c", "s-one"]

    attached.apply(sources("another") + resources)  # now they are unknown in an update
    attached.assert_nothing_to_do()
    assert attached.object("inside_dynamic")["extra"]["value"] == {"a": "s-another", "b": [1, "s-another"]}
    assert attached.object("dependent")["labels"]["revision"] == "2"


NULL_AT_APPLY = f'{UNKNOWN} == "s" ? null : '
NULLS = {
    "words[1]: it is null: give a value or leave the element out": {"words": '["a", %s]'},
    "tags: an element of this set is null: give a value": {"tags": '["a", %s]'},
    'labels["k"]: it is null: give a value': {"labels": "{ k = %s }"},
    "rules[0].pattern: it is required, and it is null: give a value or leave": {"rules": "[{ pattern = %s }]"},
    "members.name: it is required, and it is null: give a value": {"members": "[{ name = %s }]"},
}


def test_a_null_is_refused_in_the_plan_or_in_the_apply_that_shows_it(attached: Workspace) -> None:
    things = "".join(thing(f"n{number}", **body) for number, body in enumerate(NULLS.values()))
    head = 'variable "who" {\n  type    = string\n  default = null\n}\n'
    nameless = head + 'resource "probe_thing" "nameless" { name = var.who }\ndata "probe_echo" "e" { text = var.who }\n'
    attached.write(nameless + things.replace("%s", "var.who"))
    attached.run("validate")
    planned = flat(attached.run("plan", "-no-color", "-input=false", code=1).text)
    required = ("name: it is required, and it is null: give a value", "text: it is required, and it is null: give a")
    assert [text for text in (*NULLS, *required) if text not in planned] == []
    assert "defect" not in planned

    late = things.replace("%s", f"({NULL_AT_APPLY}'x')".replace("'", '"'))
    applied = flat(attached.apply('resource "terraform_data" "source" { input = "s" }\n' + late, code=1).text)
    assert [text for text in NULLS if text not in applied] == []
    assert ("defect" in applied, attached.objects()) == (False, set())


def test_null_is_not_empty_order_is_nothing_and_numbers_keep_their_digits(attached: Workspace) -> None:
    numbers = {
        "most_bits": "18446744073709551615",
        "one_more": "18446744073709551616",
        "googol": "1e100",
        "negative": "-9223372036854775809",
        "beyond_float": "9007199254740993",
    }
    digits = "0.1234567890123456789012345"
    empty = {"words": "[]", "tags": "[]", "labels": "{}", "rules": "[]", "members": "[]", "places": "{}", "label": '""'}
    counts = "".join(thing(name, count_of=value) for name, value in numbers.items())
    rest = thing("digits", ratio=digits, share="0.1") + thing("empty", **empty) + thing("null")
    attached.apply(counts + rest + thing("order", **FULL))
    state = json.loads((attached.folder / "terraform.tfstate").read_text(), parse_float=str)
    attributes = {each["name"]: each["instances"][0]["attributes"] for each in state["resources"]}
    assert {name: int(float(attributes[name]["count_of"])) for name in numbers} == {
        name: int(float(value)) for name, value in numbers.items()
    }
    assert attributes["most_bits"]["count_of"] == 18446744073709551615
    assert attributes["beyond_float"]["count_of"] == 9007199254740993
    assert (attributes["digits"]["ratio"], attributes["digits"]["share"]) == (digits, "0.1")
    assert {name: attributes["empty"][name] for name in empty} == {
        "words": [], "tags": [], "labels": {}, "rules": [], "members": [], "places": {}, "label": ""
    }  # fmt: skip
    assert {name: attributes["null"][name] for name in empty} == {**dict.fromkeys(empty), "tags": ["given"]}

    members = '[{ name = "ann" }, { role = "reader", name = "zoe" }, { name = "ann" }]'
    attached.write(counts + rest + thing("order", **{**FULL, "tags": '["x", "y", "y"]', "members": members}))
    attached.assert_nothing_to_do()
    attached.write(counts + rest.replace("[]", "null").replace("{}", "null") + thing("order", **FULL))
    assert changed_attributes(attached.plan()["probe_thing.empty"]) == {
        "words", "labels", "rules", "members", "places", "revision", "limits"
    }  # fmt: skip


def test_the_form_that_the_user_wrote_is_kept_where_it_means_the_same(attached: Workspace) -> None:
    members = '[{ name = "a", note = "Note" }, { name = "b" }, { name = "c", note = "" }]'
    attached.apply(thing("one", label='"Big"', members=members) + thing("two", tags="[]"))
    attached.change_outside(
        "one", label="BIG", members=[{"name": n, "note": v} for n, v in zip("abc", ("NOTE", "", None), strict=True)]
    )
    attached.change_outside("two", label="")
    attached.assert_nothing_to_do()
    other = '[{ name = "a", note = "NoTe" }, { name = "b", note = "" }, { name = "c" }]'
    attached.write(thing("one", label='"bIG"', members=other) + thing("two", label='""', tags="[]"))
    changes = attached.plan()
    assert {address: changed_attributes(change) for address, change in changes.items()} == {
        "probe_thing.two": {"label", "revision", "limits"}
    }
    changed = other.replace('"c"', '"d"')
    attached.apply(thing("one", label='"bIG"', members=changed) + thing("two", label='""', tags="[]"))
    attached.assert_nothing_to_do()
    assert [each["note"] for each in attached.state()["probe_thing.one"]["members"]] == ["Note", None, None]


def test_what_exists_is_imported_and_old_states_are_read(attached: Workspace) -> None:
    body = {key: value for key, value in FULL.items() if key not in ("secret_wo", "place")}
    attached.apply(thing("old", **body))
    attached.run("state", "rm", "probe_thing.old")
    refused = attached.import_object("probe_thing.old", "missing", code=1)
    assert "There is no thing missing" in flat(refused.text)
    assert 'probe_thing "missing"' in flat(refused.text)
    attached.import_object("probe_thing.old", "old")
    attached.assert_nothing_to_do()

    path = attached.folder / "terraform.tfstate"
    state = json.loads(path.read_text())
    attributes = state["resources"][0]["instances"][0]["attributes"]
    attributes["dropped"] = {"by": "a later version"}
    attributes["rules"][0]["dropped"] = True
    del attributes["limits"], attributes["rules"][0]["weight"]
    path.write_text(json.dumps({**state, "serial": state["serial"] + 1}))
    attached.assert_nothing_to_do()


def test_failures_lose_nothing_and_say_what_they_are_about(attached: Workspace) -> None:
    cases = ("fail-before", "fail-after", "inconsistent")
    failed = attached.apply("".join(thing(name, behave=f'"{name}"') for name in cases), code=1)
    text = flat(failed.text)
    assert "Cannot create the thing" in text
    assert 'probe_thing "fail-before": The API was not called.' in text
    assert 'Cannot create probe_thing "fail-after"' in text
    assert "Unexpected RuntimeError: the line was cut" in text
    assert "inconsistent result after apply" in text
    assert "Traceback" not in text
    kept = {address: each["tainted"] for address, each in attached.state().items()}
    assert kept == {"probe_thing.fail-after": True, "probe_thing.inconsistent": True}

    attached.apply(thing("a") + thing("b") + thing("c", behave='"keep"'))
    assert attached.objects() == {"a", "b", "c"}
    failed = attached.apply(thing("a") + thing("b"), code=1)
    assert 'The thing stays Attribute: behave probe_thing "c": It is protected.' in flat(failed.text)
    failed = attached.apply(thing("a", behave='"fail-update"') + thing("b") + thing("c", behave='"keep"'), code=1)
    assert "Cannot update the thing with probe_thing.a" in flat(failed.text)
    state = attached.state()
    assert (state["probe_thing.a"]["revision"], state["probe_thing.a"]["behave"]) == (1, None)
    assert (state["probe_thing.a"]["tainted"], state["probe_thing.c"]["behave"]) == (False, "keep")

    attached.apply(thing("b", behave='"fail-read"') + thing("c"))
    failed = attached.run("plan", "-no-color", code=1)
    assert 'Cannot read probe_thing "b"' in flat(failed.text)
    assert attached.state()["probe_thing.b"]["revision"] == 2


def test_what_is_wrong_is_said_before_anything_is_done(attached: Workspace) -> None:
    secret = "hunter2-in-full"
    hidden = base64.b64encode(secret.encode()).decode()  # Terraform itself quotes the line that is wrong
    attached.write(
        thing("name").replace('name = "name"', 'name = ""')
        + thing("url", url='"http://a"')
        + thing("members", members='[{ name = "a", role = "boss" }]')
        + thing("count", count_of="1.5")
        + thing("secret", secret=f'base64decode("{hidden}")')
        + thing("places", places='{ home = { street = "a", post_box = "b" }, work = {} }')
        + 'data "probe_echo" "loud" { text = "hello" }\n'
    )
    text = flat(attached.run("validate", "-no-color", code=1).text)
    assert "name: it needs at least 1, and has 0" in text
    assert "url: 'http://a' is not an https address" in text
    assert "members.role: 'boss' is none of 'reader', 'writer'" in text
    assert "count_of: 1.5 is not a whole number" in text
    assert 'places["home"].post_box: exactly one of street, post_box may be set; street and post_box are' in text
    assert 'places["work"]: one of street, post_box must be set' in text
    assert "secret: the value is not a text of small letters" in text
    assert secret not in text


def test_a_data_source_reads_and_the_provider_block_has_defaults(attached: Workspace) -> None:
    read = 'data "probe_echo" "x" { text = "hello" }\noutput "x" { value = data.probe_echo.x.result }\n'
    attached.apply(read)
    assert attached.run("output", "-raw", "x").text.endswith("HELLO")
    attached.apply('provider "probe" { prefix = "> " }\n' + read)
    assert attached.run("output", "-raw", "x").text.endswith("> HELLO")
    failed = attached.apply(read.replace("hello", "nothing"), code=1)
    assert "data source probe_echo: Speak up." in flat(failed.text)


def test_a_message_may_be_larger_than_four_megabytes(attached: Workspace) -> None:
    (attached.folder / "big.txt").write_text("x" * 6_000_000)
    attached.apply(thing("big", url='"https://${file("big.txt")}"'), **LAUNCHED)
    attached.assert_nothing_to_do()
    assert len(attached.object("big")["url"]) == 6_000_008
