"""What the constructs become: everything that works on a CDK object works on ours, in JSON and in HCL."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsii
import pytest
from constructs import Construct, IConstruct

from immuta_constructs import (
    DataImmutaPurpose,
    ImmutaProvider,
    Project,
    ProjectEntitlement,
    ProjectJoinByEntitlement,
    ProjectSubscriptionPolicy,
    Purpose,
    ScopeError,
    ValueProblem,
)
from immuta_constructs.engine import NAME, cdk
from immuta_constructs.testing import synth, synth_app, synth_hcl

Stack = cdk.TerraformStack


def attributes(build: Callable[[Any], object], kind: str = "immuta_purpose", name: str = "p") -> Any:
    return synth(build)["resource"][kind][name]


def test_attributes_arrive_under_terraforms_names() -> None:
    def build(stack: Stack) -> None:
        Purpose(stack, "p", name="Research", k_anon_noise_reduction="Very Small", re_acknowledge_required=True)

    expected = {"name": "Research", "k_anon_noise_reduction": "Very Small", "re_acknowledge_required": True}
    assert attributes(build) == expected


def test_typed_objects_and_dictionaries_give_the_same() -> None:
    def typed(stack: Stack) -> None:
        rule = ProjectJoinByEntitlement(
            operator="all",
            groups={"b", "a"},
            attributes=(ProjectEntitlement(name="team", value="x"),),
        )
        Project(stack, "p", project_key="p", name="P", subscription_policy=ProjectSubscriptionPolicy(entitlements=rule))

    def plain(stack: Stack) -> None:
        rule = {"operator": "all", "groups": ["a", "b"], "attributes": [{"name": "team", "value": "x"}]}
        Project(stack, "p", project_key="p", name="P", subscription_policy={"entitlements": rule})

    expected = {
        "entitlements": {"operator": "all", "groups": ["a", "b"], "attributes": [{"name": "team", "value": "x"}]}
    }
    assert attributes(typed, "immuta_project")["subscription_policy"] == expected
    assert attributes(plain, "immuta_project")["subscription_policy"] == expected


def test_objects_stand_for_their_names_and_keep_the_dependency() -> None:
    def build(stack: Stack) -> None:
        research = Purpose(stack, "research", name="Research")
        old = DataImmutaPurpose(stack, "old", name="Old")
        Project(stack, "p", project_key="p", name="P", purposes=[research, old, "Other"])

    expected = ["${immuta_purpose.research.name}", "${data.immuta_purpose.old.name}", "Other"]
    assert attributes(build, "immuta_project")["purposes"] == expected


def test_references_of_every_kind() -> None:
    def build(stack: Stack) -> None:
        project = Project(stack, "p", project_key="p", name="P", tags=["a"])
        values = {
            "string": project.id,
            "list": project.tags,
            "bool": project.allow_masked_joins,
            "inside": project.attribute_reference("subscription_policy.anyone.description"),
            "object": project.subscription_policy,
            "text": f"{project.name}!",
            "element": cdk.Fn.element(project.tags, 0),
        }
        for name, value in values.items():
            cdk.TerraformOutput(stack, name, value=value)

    outputs = {name: output["value"] for name, output in synth(build)["output"].items()}
    assert outputs == {
        "string": "${immuta_project.p.id}",
        "list": "${immuta_project.p.tags}",
        "bool": "${immuta_project.p.allow_masked_joins}",
        "inside": "${immuta_project.p.subscription_policy.anyone.description}",
        "object": "${immuta_project.p.subscription_policy}",
        "text": "${immuta_project.p.name}!",
        "element": "${element(immuta_project.p.tags, 0)}",
    }


def test_engine_values_inside_attributes_are_resolved() -> None:
    def build(stack: Stack) -> None:
        other = Project(stack, "other", project_key="o", name="O")
        flag = cdk.TerraformVariable(stack, "flag", type="bool")
        Project(
            stack,
            "p",
            project_key=cdk.Fn.lower(other.name),
            name="P",
            tags=other.tags,
            allow_masked_joins=flag.boolean_value,
            subscription_policy={"anyone": {"automatic_subscription": other.allow_masked_joins}},
        )

    assert attributes(build, "immuta_project") == {
        "project_key": "${lower(immuta_project.other.name)}",
        "name": "P",
        "tags": "${immuta_project.other.tags}",
        "allow_masked_joins": "${var.flag}",
        "subscription_policy": {"anyone": {"automatic_subscription": "${immuta_project.other.allow_masked_joins}"}},
    }


def test_assignment_changes_and_none_removes() -> None:
    def build(stack: Stack) -> None:
        purpose = Purpose(stack, "p", name="P", description="old", acknowledgement="I agree")
        purpose.description = "new"
        purpose.acknowledgement = None
        assert (purpose.description_input, purpose.acknowledgement_input) == ("new", None)

    assert attributes(build) == {"name": "P", "description": "new"}


def test_what_is_configured_cannot_be_changed_through_a_copy() -> None:
    def build(stack: Stack) -> None:
        project = Project(stack, "p", project_key="p", name="P", tags=["a"])
        configured = project.tags_input
        assert configured is not None
        configured.append("b")

    assert attributes(build, "immuta_project")["tags"] == ["a"]


@jsii.implements(cdk.IAspect)
class Editing:
    def __init__(self, seen: list[Any]) -> None:
        self._seen = seen

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, Purpose):
            self._seen.append((type(node), node.name_input))
            node.description = f"seen: {node.name_input}"
            node.add_override("acknowledgement", "by an aspect")


def test_aspects_read_and_edit() -> None:
    seen: list[Any] = []

    def build(app: cdk.App) -> None:
        stack = Stack(app, "s")
        ImmutaProvider(stack, "immuta")
        Purpose(Construct(stack, "team"), "p", name="P")
        cdk.Aspects.of(stack).add(Editing(seen))
        cdk.Aspects.of(stack).add(Editing(seen))

    (written,) = synth_app(build)["s"]["resource"]["immuta_purpose"].values()
    del written["//"]
    assert written == {"name": "P", "description": "seen: P", "acknowledgement": "by an aspect"}
    assert seen == [(Purpose, "P")] * 2


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("name", "Q", {"name": "Q"}),
        ("tags", ["z"], {"tags": ["z"]}),
        ("tags.1", "z", {"tags": ["a", "z"]}),
        ("tags.2", "z", {"tags": ["a", "b", "z"]}),
        ("tags.0", None, {"tags": ["b"]}),
        ("documentation", None, {"documentation": None}),
        ("not_known_yet", {"a": 1}, {"not_known_yet": {"a": 1}}),
        ("subscription_policy.anyone.description", "D", {"subscription_policy": {"anyone": {"description": "D"}}}),
        ("lifecycle.prevent_destroy", True, {"lifecycle": {"prevent_destroy": True}}),
    ],
)
def test_override_wins(path: str, value: Any, expected: dict[str, Any]) -> None:
    base = {"project_key": "p", "name": "P", "documentation": "D", "tags": ["a", "b"]}

    def build(stack: Stack) -> None:
        project = Project(Construct(stack, "first"), "p", **base)  # type: ignore[arg-type]
        project.override_logical_id("p")
        project.add_override(path, value)

    wanted = {name: item for name, item in (base | expected).items() if item is not None}
    assert attributes(build, "immuta_project") == wanted


def test_an_override_leaves_the_configuration_alone() -> None:
    def build(stack: Stack) -> None:
        project = Project(stack, "p", project_key="p", name="P", tags=["a"])
        project.add_override("tags.0", "z")
        assert project.tags_input == ["a"]
        cdk.Testing.synth(stack)
        assert project.tags_input == ["a"]

    assert attributes(build, "immuta_project")["tags"] == ["z"]


def test_logical_ids_are_asked_at_synthesis() -> None:
    def build(stack: Stack) -> None:
        Purpose(stack, "a", name="A").override_logical_id("renamed")
        reset = Purpose(stack, "b", name="B")
        reset.override_logical_id("other")
        reset.reset_override_logical_id()
        Purpose(Construct(stack, "team"), "Resource", name="C")

    written = synth(build)["resource"]["immuta_purpose"]
    assert sorted(item["name"] for item in written.values()) == ["A", "B", "C"]
    assert {"renamed", "b"} < set(written)


def test_override_after_a_reference_would_be_ignored() -> None:
    def build(stack: Stack) -> None:
        purpose = Purpose(stack, "a", name="A")
        cdk.TerraformOutput(stack, "o", value=purpose.id)
        purpose.override_logical_id("late")

    with pytest.raises(ValueProblem, match=r"override_logical_id: comes after a reference"):
        synth(build)


def test_a_stack_with_its_own_naming() -> None:
    class Named(Stack):
        def _allocate_logical_id(self, tf_element: Any) -> str:
            return "x_" + str(tf_element.node.id)

    def build(app: cdk.App) -> None:
        stack = Named(app, "s")
        ImmutaProvider(stack, "immuta")
        Purpose(stack, "p", name="P")

    assert synth_app(build)["s"]["resource"]["immuta_purpose"]["x_p"]["name"] == "P"


def test_two_objects_of_one_name_are_not_merged() -> None:
    def build(stack: Stack) -> None:
        Purpose(stack, "a", name="A").override_logical_id("same")
        Purpose(stack, "b", name="B").override_logical_id("same")

    with pytest.raises(
        RuntimeError,
        match="immuta_purpose 'stack/b' and immuta_purpose 'stack/a' have the same name in the output, 'same'",
    ):
        synth(build)


def test_meta_arguments() -> None:
    def build(stack: Stack) -> None:
        provider = ImmutaProvider(stack, "immuta", alias="other")
        first = Purpose(stack, "first", name="F")
        group = Construct(stack, "group")
        Purpose(group, "inner", name="I").override_logical_id("inner")
        project = Project(
            stack,
            "p",
            project_key="p",
            name="P",
            provider=provider,
            depends_on=[first, group],
            lifecycle={"prevent_destroy": True, "ignore_changes": ["tags"], "replace_triggered_by": [first]},
            provisioners=[cdk.LocalExecProvisioner(type="local-exec", command="true")],
        )
        again = f"{first.terraform_address}.name"
        Purpose(stack, "q", name="Q", count=2, lifecycle={"replace_triggered_by": [again, first]})
        late = Purpose(stack, "late", name="L")
        late.depends_on = [project]  # type: ignore[list-item]
        late.lifecycle = cdk.TerraformResourceLifecycle(replace_triggered_by=[project])

    written = synth(build)["resource"]
    assert written["immuta_project"]["p"] == {
        "project_key": "p",
        "name": "P",
        "provider": "immuta.other",
        "depends_on": ["immuta_purpose.first", "immuta_purpose.inner"],
        "lifecycle": {
            "prevent_destroy": True,
            "ignore_changes": ["tags"],
            "replace_triggered_by": ["immuta_purpose.first"],
        },
        "provisioner": [{"local-exec": {"command": "true"}}],
    }
    replaced = {"replace_triggered_by": ["immuta_purpose.first.name", "immuta_purpose.first"]}
    assert written["immuta_purpose"]["q"] == {"name": "Q", "count": 2, "lifecycle": replaced}
    expected = {"replace_triggered_by": ["immuta_project.p"]}
    assert written["immuta_purpose"]["late"] == {"name": "L", "depends_on": ["immuta_project.p"], "lifecycle": expected}


def test_for_each() -> None:
    def build(stack: Stack) -> None:
        names = cdk.TerraformIterator.from_list(["A", "B"])
        Purpose(stack, "p", name=names.value, for_each=names)
        members = names.dynamic({"name": names.value, "value": "x"})
        policy = {"entitlements": {"attributes": members}}
        Project(stack, "q", project_key="q", name="Q", subscription_policy=policy)

    written = synth(build)["resource"]
    assert written["immuta_purpose"]["p"] == {"name": "${each.value}", "for_each": '${toset(["A", "B"])}'}
    expression = written["immuta_project"]["q"]["subscription_policy"]["entitlements"]["attributes"]
    assert expression == '${[ for key, val in toset(["A", "B"]): {"name" = val, "value" = "x"}]}'


def test_import_and_moves() -> None:
    def build(stack: Stack) -> None:
        Purpose(stack, "old", name="Old").move_to("target")
        Purpose(stack, "away", name="Away").move_to_id("immuta_purpose.there")
        new = Purpose(stack, "new", name="New")
        new.add_move_target("target")
        new.import_from("id:31")
        Purpose.generate_config_for_import(stack, "found", "Found")

    output = synth(build)
    assert output["resource"]["immuta_purpose"] == {"new": {"name": "New"}}
    assert output["moved"] == [
        {"from": "immuta_purpose.old", "to": "immuta_purpose.new"},
        {"from": "immuta_purpose.away", "to": "immuta_purpose.there"},
    ]
    assert output["import"] == [
        {"id": "id:31", "to": "immuta_purpose.new"},
        {"id": "Found", "to": "immuta_purpose.found"},
    ]


def test_data_source() -> None:
    def build(stack: Stack) -> None:
        data = DataImmutaPurpose(stack, "d", id_="31", depends_on=[Purpose(stack, "p", name="P")])
        data.add_override("name", "N")
        cdk.TerraformOutput(stack, "o", value=data.description)

    output = synth(build)
    assert output["data"] == {"immuta_purpose": {"d": {"id": "31", "name": "N", "depends_on": ["immuta_purpose.p"]}}}
    assert output["output"]["o"]["value"] == "${data.immuta_purpose.d.description}"


def test_references_between_stacks() -> None:
    def build(app: cdk.App) -> None:
        first, second = Stack(app, "first"), Stack(app, "second")
        for stack in (first, second):
            ImmutaProvider(stack, "immuta")
        research = Purpose(first, "research", name="R")
        Project(second, "p", project_key="p", name="P", purposes=[research])

    stacks = synth_app(build)
    (name,) = stacks["first"]["output"]
    assert stacks["first"]["output"][name]["value"] == "${immuta_purpose.research.name}"
    state = "data.terraform_remote_state.cross-stack-reference-input-first"
    assert stacks["second"]["resource"]["immuta_project"]["p"]["purposes"] == [f"${{{state}.outputs.{name}}}"]


def test_the_attributes_element_leaves_no_trace() -> None:
    def build(app: cdk.App) -> None:
        stack = Stack(app, "s")
        ImmutaProvider(stack, "immuta", host="h")
        purpose = Purpose(stack, "p", name="P")
        purpose.add_override("description", "D")

    output = synth_app(build)["s"]
    del output["terraform"]["backend"]
    metadata = {"path": "s/p", "uniqueId": "p"}
    assert output == {
        "//": {"metadata": {"backend": "local", "stackName": "s", "version": "stubbed"}, "outputs": {}},
        "provider": {"immuta": [{"host": "h"}]},
        "resource": {"immuta_purpose": {"p": {"//": {"metadata": metadata}, "name": "P", "description": "D"}}},
        "terraform": {
            "required_providers": {
                "immuta": {"source": ImmutaProvider.SOURCE, "version": ImmutaProvider.VERSION},
            }
        },
    }


def test_provider_arguments() -> None:
    def build(stack: Stack) -> None:
        provider = ImmutaProvider(
            stack, "immuta", host="h", max_retries=3, alias="eu", version="~> 1.0", source="example.com/immuta/immuta"
        )
        provider.add_override("host", "over")
        provider.add_override("headers", {"X-Custom-Header": "kept"})
        other = ImmutaProvider(stack, "us")
        other.alias = "us"
        assert (provider.alias, other.fqn) == ("eu", other.fqn)

    output = synth(build)
    assert output["provider"]["immuta"] == [
        {"host": "over", "max_retries": 3, "headers": {"X-Custom-Header": "kept"}, "alias": "eu"},
        {"alias": "us"},
    ]


def test_an_object_that_is_asked_itself_shows_its_attributes() -> None:
    def build(stack: Stack) -> None:
        purpose = Purpose(stack, "p", name="P", lifecycle={"prevent_destroy": True})
        written = purpose.to_terraform()["resource"]["immuta_purpose"]["p"]
        assert (written["name"], written["lifecycle"]) == ("P", {"prevent_destroy": True})
        purpose.move_to_id("immuta_purpose.there")
        assert purpose.to_terraform().get("resource") is None
        data = DataImmutaPurpose(stack, "d", name="D").to_terraform()["data"]["immuta_purpose"]["d"]
        assert data["name"] == "D"

    synth(build)


def test_a_subclass_may_write_itself() -> None:
    class Tagged(Project):
        def to_terraform(self) -> Any:
            output = super().to_terraform()
            output["resource"]["immuta_project"]["p"]["tags"].append("b")
            return output

    written = attributes(lambda stack: Tagged(stack, "p", project_key="p", name="P", tags=["a"]), "immuta_project")
    assert written == {"project_key": "p", "name": "P", "tags": ["a", "b"]}


def test_hcl() -> None:
    def build(stack: Stack) -> None:
        ImmutaProvider(stack, "immuta", host="h")
        research = Purpose(stack, "research", name='a "b" \\ c\nd', description="[x")
        research.add_override("acknowledgement", "I agree")
        rule = {"groups": ["g"], "attributes": [{"name": "[n", "value": "v"}]}
        project = Project(stack, "p", project_key="p", name="P", purposes=[research], depends_on=[research])
        project.subscription_policy = {"entitlements": rule}
        DataImmutaPurpose(stack, "d", name="D")

    lines = [line.strip() for line in synth_hcl(build).splitlines()]
    assert lines.count('resource "immuta_purpose" "research" {') == 1
    for line in (
        'host = "h"',
        r'name = "${"a \"b\" \\ c\nd"}"',
        'description = "${"[x"}"',
        'acknowledgement = "I agree"',
        '"${immuta_purpose.research.name}"',
        'name = "${"[n"}"',
        'data "immuta_purpose" "d" {',
    ):
        assert line in lines


def test_hcl_and_json_of_one_stack_do_not_disturb_each_other() -> None:
    def build(stack: Stack) -> None:
        Purpose(stack, "p", name="P")
        assert 'name = "P"' in cdk.Testing.synth_hcl(stack)

    assert attributes(build) == {"name": "P"}


def test_inheritance_keeps_a_users_own_methods() -> None:
    class Named(Purpose):
        def __init__(self, scope: Construct, name: str) -> None:
            super().__init__(scope, name, name=name)
            assert scope.node.try_find_child(name) is self

        def to_string(self) -> str:
            return f"<{self.name_input}>"

    seen: list[str] = []

    def build(stack: Stack) -> None:
        seen.append(str(Named(stack, "p").to_string()))

    assert (attributes(build), seen) == ({"name": "p"}, ["<p>"])


def test_synth_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    synth(lambda stack: Purpose(stack, "p", name="P"))
    assert list(tmp_path.iterdir()) == []


def test_missing_provider_is_reported_by_the_engine() -> None:
    with pytest.raises(RuntimeError, match="without a matching provider construct"):
        synth_app(lambda app: Purpose(Stack(app, "s"), "p", name="P"))


def test_the_app_is_no_scope() -> None:
    with pytest.raises(ScopeError, match=r"test_output\.py:\d+: The scope 'App' is in no TerraformStack"):
        synth_app(lambda app: Purpose(app, "p", name="P"))


def test_output_is_the_same_in_every_run() -> None:
    def build(stack: Stack) -> None:
        purposes = {Purpose(stack, f"p{i}", name=f"P{i}") for i in range(5)}
        Project(stack, "p", project_key="p", name="P", purposes=purposes, tags={"c", "a", "b"})

    written = attributes(build, "immuta_project")
    assert written["purposes"] == [f"${{immuta_purpose.p{i}.name}}" for i in range(5)]
    assert json.dumps(written["tags"]) == '["a", "b", "c"]'
    assert NAME in ("cdktf", "cdktn")
