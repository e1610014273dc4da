"""Every remote procedure in process: messages in, messages out, handlers that do and do not behave in between."""

from __future__ import annotations

import json
import threading
import time
from decimal import Decimal
from typing import Any

import pytest

from terraform_plugin import UNKNOWN, Context, Path, is_unknown
from terraform_plugin.messages import tfplugin6
from tests.terraform_plugin.shop import (
    ApiError,
    Client,
    Look,
    Machine,
    Part,
    Settings,
    finished,
    machine,
    part,
    planned,
    said,
    state,
    value,
    values_of,
)


@pytest.fixture
def client() -> Client:
    """A shop that has been configured."""
    client = Client()
    assert said(client.configure(host="here")) == []
    return client


# -------------------------------------------------------------------------------------------------------- the provider


def test_the_metadata_and_the_schema_name_everything(client: Client) -> None:
    metadata, schema = client.call("GetMetadata"), client.call("GetProviderSchema")
    assert [each.type_name for each in metadata.resources] == ["shop_machine", "shop_plain"]
    assert [each.type_name for each in metadata.data_sources] == ["shop_look"]
    assert sorted(schema.resource_schemas) == ["shop_machine", "shop_plain"]
    assert list(schema.data_source_schemas) == ["shop_look"]
    assert schema.resource_schemas["shop_machine"].version == 2
    assert [each.name for each in schema.provider.block.attributes] == ["host", "region"]
    assert metadata.server_capabilities.plan_destroy
    assert schema.server_capabilities.plan_destroy


def test_the_provider_block_is_checked_and_taken_with_its_defaults(client: Client) -> None:
    wrong = client.call("ValidateProviderConfig", config=value({"host": "x", "region": None}, Settings))
    assert said(wrong) == [(1, "Invalid value in provider shop", "host: it needs at least 3, and has 1")]
    unknown = client.call("ValidateProviderConfig", config=value({"host": UNKNOWN, "region": None}, Settings))
    assert said(unknown) == []
    assert client.servicer.configured == "here/eu"
    assert said(client.configure(host="down")) == [(1, "Cannot configure provider shop", "no answer")]


def test_what_is_not_offered_is_refused_politely(client: Client) -> None:
    assert list(client.call("GetFunctions").functions) == []
    assert client.call("CallFunction", name="f").error.text == "this provider has no function f"
    for name in (
        "ValidateEphemeralResourceConfig",
        "OpenEphemeralResource",
        "RenewEphemeralResource",
        "CloseEphemeralResource",
    ):
        assert said(client.call(name, type_name="shop_key")) == [(1, "No ephemeral resource shop_key", "")]
    moved = client.call("MoveResourceState", source_type_name="a", target_type_name="b")
    assert "cannot turn a into b" in said(moved)[0][2]


@pytest.mark.parametrize(
    "name",
    ["ValidateResourceConfig", "UpgradeResourceState", "ReadResource", "PlanResourceChange", "ApplyResourceChange",
     "ImportResourceState", "ValidateDataResourceConfig", "ReadDataSource"],
)  # fmt: skip
def test_an_unknown_type_is_an_error_that_lists_what_there_is(client: Client, name: str) -> None:
    ((severity, summary, detail),) = said(client.call(name, type_name="shop_nothing"))
    assert severity == 1
    assert "shop_nothing" in summary
    assert "shop_machine, shop_plain" in detail or "shop_look" in detail


@pytest.mark.parametrize(
    ("name", "field", "kept"),
    [("ReadResource", "current_state", "new_state"), ("ApplyResourceChange", "prior_state", "new_state")],
)
def test_a_request_that_cannot_be_read_loses_no_state(client: Client, name: str, field: str, kept: str) -> None:
    spoiled = tfplugin6["DynamicValue"](msgpack=b"\x81\xa4name\x05")
    response = client.call(name, type_name="shop_machine", **{field: spoiled})
    assert "name: expected string, got int" in said(response)[0][2]
    assert getattr(response, kept) == spoiled


def test_private_state_that_is_not_ours_is_an_error_and_kept(client: Client) -> None:
    response = client.read(state(), private=b"not json")
    assert said(response)[0][1] == 'Cannot read shop_machine "m"'
    assert (response.private, values_of(response.new_state)) == (b"not json", state())


# ---------------------------------------------------------------------------------------------------------- validating


def test_a_configuration_is_checked_by_the_model_and_the_resource(client: Client) -> None:
    response = client.validate(machine(name="", mode="odd"))
    assert said(response) == [
        (1, 'Invalid value in shop_machine ""', "name: it needs at least 1, and has 0"),
        (2, "That is odd", "Attribute: mode"),
    ]
    assert response.diagnostics[0].attribute.steps[0].attribute_name == "name"
    assert said(client.validate(dict.fromkeys(Machine.block.attributes, UNKNOWN))) == []


def test_a_terraform_without_write_only_attributes_is_told_so(client: Client) -> None:
    config = machine(token="t", parts=[part("p", key="k")])
    assert said(client.validate(config)) == []
    assert [each.summary for each in client.validate(config, write_only=False).diagnostics] == [
        'This Terraform cannot keep parts[0].key of shop_machine "m" out of the state',
        'This Terraform cannot keep token of shop_machine "m" out of the state',
    ]
    assert said(client.validate(machine(), write_only=False)) == []


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({"name": None}, ("shop_machine", "name: it is required, and it is null: give a value")),
        ({"parts": [part(None)]},
         ('shop_machine "m"', "parts[0].name: it is required, and it is null: give a value or leave the element out")),
        ({"parts": [part("p"), None]},
         ('shop_machine "m"', "parts[1]: it is null: give a value or leave the element out")),
    ],
)  # fmt: skip
def test_a_null_is_refused_when_it_shows_and_no_handler_sees_it(
    client: Client, config: dict[str, Any], wrong: tuple[str, str]
) -> None:
    refused = [(1, f"Invalid value in {wrong[0]}", wrong[1])]
    assert said(client.validate(machine(mode="odd", **config))) == refused
    assert said(client.plan(None, machine(**config))) == refused
    assert said(client.plan(state(), machine(**config))) == refused
    assert client.machine.seen == []


def test_a_null_that_is_stored_neither_stops_a_refresh_nor_a_destroy(client: Client) -> None:
    stored = state(parts=[part(None, size=1), None])
    client.machine.act = lambda _, now: now
    assert (said(client.read(stored)), values_of(client.read(stored).new_state)) == ([], stored)
    assert said(client.plan(stored, None)) == []
    assert said(client.apply(stored, None)) == []


def test_a_null_is_refused_in_the_provider_block_and_in_a_data_source(client: Client) -> None:
    empty = value({"host": None, "region": None}, Settings)
    for rpc in ("ValidateProviderConfig", "ConfigureProvider"):
        detail = "host: it is required, and it is null: give a value"
        assert said(client.call(rpc, config=empty)) == [(1, "Invalid value in provider shop", detail)]
    assert client.servicer.configured == "here/eu"
    nameless = value({"name": None, "limit": None, "found": None}, Look)
    for rpc in ("ValidateDataResourceConfig", "ReadDataSource"):
        detail = "name: it is required, and it is null: give a value"
        response = client.call(rpc, type_name="shop_look", config=nameless)
        assert said(response) == [(1, "Invalid value in data source shop_look", detail)]


# ------------------------------------------------------------------------------------------------------------ planning


def test_a_create_is_planned_with_defaults_and_unknowns(client: Client) -> None:
    response = client.plan(None, machine(token="t", parts=[part("p", key="k")]))
    assert values_of(response.planned_state) == machine(
        id=UNKNOWN, mode="slow", stamp=UNKNOWN, parts=[part("p", size=1, code=UNKNOWN)]
    )
    assert (list(response.requires_replace), json.loads(response.planned_private)) == ([], {"planned": True})


def test_nothing_to_do_is_planned_as_the_prior_state(client: Client) -> None:
    prior = state(parts=[part("P", size=1, code="c")])
    response = client.plan(prior, machine(parts=[part("p")]))
    assert values_of(response.planned_state) == prior


def test_an_update_and_a_replacement(client: Client) -> None:
    response = client.plan(state(), machine(mode="fast"))
    assert values_of(response.planned_state) == state(mode="fast", stamp=UNKNOWN)
    assert list(response.requires_replace) == []
    response = client.plan(state(), machine(name="other"))
    assert [step.attribute_name for path in response.requires_replace for step in path.steps] == ["name"]


def test_a_hook_may_make_an_update(client: Client) -> None:
    response = client.plan(state(forced=True), machine(forced=True))
    assert is_unknown(values_of(response.planned_state)["stamp"])
    assert client.machine.seen[-1].stamp == "s"


def test_a_hook_is_given_unknowns_and_loses_none(client: Client) -> None:
    config = machine(mode=UNKNOWN, parts=[part(UNKNOWN), UNKNOWN])
    planned = values_of(client.plan(None, config).planned_state)
    assert planned["parts"] == [part(UNKNOWN, size=1, code=UNKNOWN), UNKNOWN]
    assert planned["mode"] is not None
    assert is_unknown(planned["mode"])


def test_an_exception_while_planning_names_the_object(client: Client) -> None:
    response = client.plan(None, machine(name="no-plan"), private=b'{"a": 1}')
    ((_, summary, detail),) = said(response)
    assert summary == 'Cannot plan shop_machine "no-plan"'
    assert detail.startswith("Unexpected RuntimeError: plan.")
    assert "Traceback" not in detail


def test_a_destroy_is_planned_and_may_be_refused(client: Client) -> None:
    response = client.plan(state(), None)
    assert (said(response), values_of(response.planned_state)) == ([], None)
    response = client.plan(state(mode="protected"), None)
    assert said(response) == [(1, "shop_machine is protected", 'shop_machine "m": Set mode first.')]


# ------------------------------------------------------------------------------------------------------------ applying


def test_a_create_an_update_and_a_delete(client: Client) -> None:
    response = client.apply(None, planned())
    assert (said(response), values_of(response.new_state)) == ([], state())
    response = client.apply(state(), state(mode="fast", stamp=UNKNOWN))
    assert (said(response), values_of(response.new_state)) == ([], state(mode="fast"))
    response = client.apply(state(), None)
    assert (said(response), values_of(response.new_state)) == ([], None)


def test_write_only_values_are_in_the_configuration_and_never_in_the_answer(client: Client) -> None:
    config = machine(token="t", parts=[part("p", key="k")])
    seen: list[Any] = []

    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        seen.extend([plan.token, ctx.config.token, ctx.config.parts and ctx.config.parts[0].key, ctx.provider])
        parts = [Part(name="p", size=1, code="c", key="k")]
        ctx.save(plan.replace(id="7", token="t", parts=parts))
        return plan.replace(id="7", stamp="s", token="t", parts=parts)

    client.machine.act = act
    response = client.apply(None, planned(parts=[part("p", size=1, code=UNKNOWN)]), config)
    assert seen == [None, "t", "k", "here/eu"]
    assert values_of(response.new_state) == state(parts=[part("p", size=1, code="c")])


def test_private_state_goes_from_plan_to_apply_to_read(client: Client) -> None:
    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        ctx.private["etag"] = ctx.private.get("etag", 0) + 1
        return finished(ctx, plan)

    client.machine.act = act
    private = client.plan(None, machine()).planned_private
    private = client.apply(None, planned(), private=private).private
    assert json.loads(private) == {"etag": 1, "planned": True}
    assert json.loads(client.read(state(), private=private).private) == {"etag": 2, "planned": True}


def test_an_exception_before_anything_was_made_leaves_no_state(client: Client) -> None:
    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        raise ApiError("The server said 403.")

    client.machine.act = act
    response = client.apply(None, planned())
    assert said(response) == [(1, 'Cannot create shop_machine "m"', "The server said 403.")]
    assert values_of(response.new_state) is None
    response = client.apply(state(), state(mode="fast"))
    assert said(response) == [(1, 'Cannot update shop_machine "m"', "The server said 403.")]
    assert values_of(response.new_state) == state()
    response = client.apply(state(), None)
    assert said(response) == [(1, 'Cannot delete shop_machine "m"', "The server said 403.")]
    assert values_of(response.new_state) == state()


def test_what_was_saved_before_an_exception_is_kept_without_unknowns(client: Client) -> None:
    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        ctx.private["step"] = 1
        ctx.save(plan.replace(id="7", token="t"))
        raise RuntimeError("the line was cut")

    client.machine.act = act
    response = client.apply(None, planned(parts=[part("p", size=1, code=UNKNOWN)]))
    ((_, summary, detail),) = said(response)
    assert summary == 'Cannot create shop_machine "m"'
    assert detail == (
        "Unexpected RuntimeError: the line was cut. This is a defect of the provider; "
        "TF_LOG=DEBUG shows where it happened."
    )
    assert values_of(response.new_state) == state(stamp=None, parts=[part("p", size=1)])
    assert json.loads(response.private) == {"step": 1}


def test_what_was_saved_is_kept_as_far_as_it_fits(client: Client) -> None:
    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        ctx.save(plan.replace(id="7", stamp=5))
        raise RuntimeError("and then this")

    client.machine.act = act
    assert values_of(client.apply(None, planned()).new_state) == state(stamp=None)


def test_an_error_that_is_reported_and_not_raised_keeps_the_result(client: Client) -> None:
    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        ctx.error("Half done", "The rest failed.", Path("parts", 0))
        return finished(ctx, plan)

    client.machine.act = act
    response = client.apply(None, planned())
    assert said(response) == [(1, "Half done", "Attribute: parts[0]\n\nThe rest failed.")]
    assert values_of(response.new_state) == state()


def test_something_left_unknown_is_an_error_that_names_it_and_loses_nothing(client: Client) -> None:
    client.machine.act = lambda _, plan: plan.replace(id="7")
    response = client.apply(None, planned())
    assert "the handler left something unknown in stamp" in said(response)[0][2]
    assert values_of(response.new_state) == state(stamp=None)
    client.machine.act = lambda _, now: now.replace(stamp=UNKNOWN)
    response = client.read(state())
    assert "the handler left something unknown in stamp" in said(response)[0][2]
    assert values_of(response.new_state) == state()


def test_a_value_of_the_wrong_type_is_an_error_that_names_it_and_loses_nothing(client: Client) -> None:
    client.machine.act = lambda _, plan: plan.replace(id="7", stamp=5)
    response = client.apply(None, planned())
    assert "stamp: expected string, got int" in said(response)[0][2]
    assert values_of(response.new_state) == state(stamp=None)


def test_a_handler_that_returns_nothing_is_a_defect_that_is_named(client: Client) -> None:
    client.machine.act = lambda *_: None
    assert said(client.apply(None, planned()))[0][1] == 'Cannot create shop_machine "m"'


def test_the_users_form_is_kept_on_apply_and_on_read(client: Client) -> None:
    def act(ctx: Context[Machine], now: Machine) -> Machine:
        return now.replace(id="7", stamp="s", parts=[Part(name="PART", size=1, code="new")])

    client.machine.act = act
    response = client.apply(None, planned(parts=[part("part", size=1, code=UNKNOWN)]))
    assert values_of(response.new_state)["parts"] == [part("part", size=1, code="new")]
    response = client.read(state(parts=[part("Part", size=1, code="old")]))
    assert values_of(response.new_state)["parts"] == [part("Part", size=1, code="new")]


def test_a_resource_without_handlers_says_so(client: Client) -> None:
    response = client.call("ApplyResourceChange", type_name="shop_plain", planned_state=value(planned()))
    assert "Plain has no such handler" in said(response)[0][2]
    response = client.call("ImportResourceState", type_name="shop_plain", id="x")
    assert said(response)[0][1] == "shop_plain cannot be imported"
    assert values_of(client.plan(state(), None, type_name="shop_plain").planned_state) is None


# --------------------------------------------------------------------------------------- reading and upgrading


def test_what_is_gone_is_null(client: Client) -> None:
    client.machine.act = lambda *_: None
    response = client.read(state())
    assert (said(response), values_of(response.new_state)) == ([], None)


def test_a_failed_read_keeps_the_state(client: Client) -> None:
    def act(ctx: Context[Machine], now: Machine) -> Machine:
        raise TimeoutError("30 s")

    client.machine.act = act
    response = client.read(state(), private=b'{"a": 1}')
    assert said(response)[0][1] == 'Cannot read shop_machine "m"'
    assert (values_of(response.new_state), response.private) == (state(), b'{"a": 1}')


def test_an_import_fills_in_the_defaults_and_keeps_no_secret(client: Client) -> None:
    response = client.call("ImportResourceState", type_name="shop_machine", id="found")
    (imported,) = response.imported_resources
    assert imported.type_name == "shop_machine"
    assert values_of(imported.state) == machine(name="found", id="7", mode="slow", parts=[part("p", size=1)])
    assert json.loads(imported.private) == {"imported": "found"}
    response = client.call("ImportResourceState", type_name="shop_machine", id="missing")
    assert said(response) == [(1, 'Cannot import shop_machine "missing"', "404")]


def upgraded(client: Client, version: int, stored: object) -> Any:
    """UpgradeResourceState."""
    raw = {"json": json.dumps(stored).encode()}
    return client.call("UpgradeResourceState", type_name="shop_machine", version=version, raw_state=raw)


def test_a_stored_state_loses_what_is_unknown_and_gains_what_is_missing(client: Client) -> None:
    stored = {"name": "m", "id": "7", "dropped": [1], "parts": [{"name": "p", "size": 1e0, "dropped": 1}]}
    response = upgraded(client, 2, stored)
    assert said(response) == []
    assert values_of(response.upgraded_state) == machine(id="7", parts=[part("p", size=1)])


def test_a_stored_state_is_upgraded_and_never_downgraded(client: Client) -> None:
    assert values_of(upgraded(client, 1, {"title": "old"}).upgraded_state)["name"] == "old"
    ((_, summary, detail),) = said(upgraded(client, 3, {}))
    assert summary == "The state of shop_machine was written by a newer version of the provider"
    assert "Its schema version is 3, this provider knows 2" in detail
    assert "parts[0].size: not a number: 'x'" in said(upgraded(client, 2, {"parts": [{"size": "x"}]}))[0][2]


# -------------------------------------------------------------------------------------------------------- data sources


def test_a_data_source_reads_with_defaults(client: Client) -> None:
    config = {"name": "x", "limit": None, "found": None}
    response = client.call("ReadDataSource", type_name="shop_look", config=value(config, Look))
    assert values_of(response.state, Look) == {"name": "x", "limit": 10, "found": "here/eu:10"}
    response = client.call("ReadDataSource", type_name="shop_look", config=value({**config, "name": "missing"}, Look))
    assert said(response) == [(1, 'Cannot read data source shop_look "missing"', "There is none.")]
    response = client.call(
        "ValidateDataResourceConfig", type_name="shop_look", config=value({**config, "name": ""}, Look)
    )
    assert said(response)[0][2] == "name: it needs at least 1, and has 0"


# ------------------------------------------------------------------------------------------------------------ stopping


def test_stop_ends_a_wait_at_once_and_keeps_what_was_saved(client: Client) -> None:
    saved = threading.Event()

    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        ctx.save(plan.replace(id="7"))
        saved.set()
        ctx.sleep(30)
        return finished(ctx, plan)

    client.machine.act = act
    answers: list[Any] = []
    worker = threading.Thread(target=lambda: answers.append(client.apply(None, planned())))
    worker.start()
    assert saved.wait(10)
    begun = time.monotonic()
    assert client.call("StopProvider").Error == ""
    worker.join(10)
    assert time.monotonic() - begun < 2
    ((_, summary, detail),) = said(answers[0])
    assert summary == "Interrupted"
    assert detail.startswith('shop_machine "m": Terraform asked to stop')
    assert values_of(answers[0].new_state) == state(stamp=None)


def test_handlers_of_many_objects_do_not_disturb_each_other(client: Client) -> None:
    together = threading.Barrier(16, timeout=20)

    def act(ctx: Context[Machine], plan: Machine) -> Machine:
        together.wait()
        ctx.warning(plan.name)
        ctx.private["name"] = plan.name
        return finished(ctx, plan)

    client.machine.act = act
    answers: dict[str, Any] = {}

    def one(name: str) -> None:
        answers[name] = client.apply(None, planned(name=name))

    workers = [threading.Thread(target=one, args=(f"m{index}",)) for index in range(16)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert {name: values_of(each.new_state)["name"] for name, each in answers.items()} == {n: n for n in answers}
    assert {name: (said(each)[0][1], json.loads(each.private)) for name, each in answers.items()} == {
        f"m{index}": (f"m{index}", {"name": f"m{index}"}) for index in range(16)
    }


def test_decimals_reach_a_handler_whole(client: Client) -> None:
    response = upgraded(client, 2, {"name": "m", "parts": [{"name": "p", "size": 12345678901234567890123}]})
    size = values_of(response.upgraded_state)["parts"][0]["size"]
    assert size == Decimal(12345678901234567890123)
