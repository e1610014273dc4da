"""Terraform's meta arguments (`provider`, `depends_on`, `lifecycle`, `count`, `for_each`, ...), typed and checked.

The CDK passes several of them on in a form that does nothing or that Terraform refuses: a construct without resources
in `depends_on` becomes an empty list, a construct in `replace_triggered_by` an expression that is not allowed there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict

from constructs import Construct, IConstruct

from immuta_constructs.dependencies import below
from immuta_constructs.engine import NAME, cdk
from immuta_constructs.nested import did_you_mean

if TYPE_CHECKING:
    from immuta_constructs.provider import ImmutaProvider

__all__ = ["Config", "DataSourceMeta", "Lifecycle", "ResourceMeta", "address_of", "config"]

Problem = Callable[[str, str], Exception]
PROVIDER_NAME = "immuta"
_GENERATOR = cdk.TerraformProviderGeneratorMetadata(provider_name=PROVIDER_NAME)


class Lifecycle(TypedDict, total=False):
    """Terraform's `lifecycle` block; the engine's `TerraformResourceLifecycle` is accepted as well.

    `replace_triggered_by` takes constructs, or text such as "immuta_purpose.research.name".
    """

    create_before_destroy: bool
    prevent_destroy: bool
    ignore_changes: Sequence[str] | Literal["all"]
    replace_triggered_by: Sequence[IConstruct | str]
    precondition: Sequence[cdk.Precondition | Mapping[str, Any]]
    postcondition: Sequence[cdk.Postcondition | Mapping[str, Any]]


class DataSourceMeta(TypedDict, total=False):
    """Meta arguments of every data source."""

    provider: ImmutaProvider | None
    depends_on: Sequence[IConstruct] | None
    lifecycle: Lifecycle | cdk.TerraformResourceLifecycle | None
    count: float | cdk.TerraformCount | None
    for_each: cdk.ITerraformIterator | None


class ResourceMeta(DataSourceMeta, total=False):
    """Meta arguments of every resource."""

    provisioners: Sequence[cdk.FileProvisioner | cdk.LocalExecProvisioner | cdk.RemoteExecProvisioner] | None
    connection: cdk.SSHProvisionerConnection | cdk.WinrmProvisionerConnection | None


class Config:
    """The engine's configuration struct. Its own class checks eleven arguments by reflection, for 0.2 ms each time."""

    __jsii_type__ = f"{NAME}.TerraformResourceConfig"
    __jsii_name_mapping__: ClassVar[dict[str, str]] = {
        "terraform_resource_type": "terraformResourceType",
        "terraform_generator_metadata": "terraformGeneratorMetadata",
        "connection": "connection",
        "count": "count",
        "depends_on": "dependsOn",
        "for_each": "forEach",
        "lifecycle": "lifecycle",
        "provider": "provider",
        "provisioners": "provisioners",
    }
    terraform_generator_metadata: Any = _GENERATOR
    connection: Any = None
    count: Any = None
    depends_on: Any = None
    for_each: Any = None
    lifecycle: Any = None
    provider: Any = None
    provisioners: Any = None

    def __init__(self, terraform_resource_type: str) -> None:
        self.terraform_resource_type = terraform_resource_type


def config(terraform_type: str, meta: Mapping[str, Any], problem: Problem) -> Config:
    """The configuration of one resource or data source, from checked meta arguments."""
    made = Config(terraform_type)
    for name, value in meta.items():
        if value is not None:
            check = _CHECKS.get(name)
            setattr(made, name, check(value, problem) if check else value)
    if made.count is not None and made.for_each is not None:
        raise problem("count", "cannot be given together with for_each.")
    return made


def address_of(construct: Any, problem: Problem, argument: str) -> str:
    """`immuta_purpose.research`, as Terraform's configuration language names a resource or data source."""
    if isinstance(construct, cdk.TerraformResource):
        return f"{construct.terraform_resource_type}.{construct.friendly_unique_id}"
    if isinstance(construct, cdk.TerraformDataSource):
        return f"data.{construct.terraform_resource_type}.{construct.friendly_unique_id}"
    raise problem(argument, f"needs resources or data sources, got {type(construct).__name__}.")


def dependables(value: Any, problem: Problem) -> list[Any]:
    """What `depends_on` names: a construct that only groups others stands for every resource below it."""
    found: list[Any] = []
    for item in _listed(value, "depends_on", problem):
        if not isinstance(item, Construct):
            raise problem("depends_on", f"needs constructs, got {item!r}. Pass the resource itself, not its fqn.")
        found.extend(_resources(item, problem))
    return found


def dependency_addresses(items: Iterable[Any], problem: Problem) -> list[str]:
    """The same as text, for the output and for the engine's setter."""
    return [_dependency_address(item, problem) for item in items]


def _dependency_address(item: Any, problem: Problem) -> str:
    if isinstance(item, cdk.TerraformModule):
        return f"module.{item.friendly_unique_id}"
    return address_of(item, problem, "depends_on")


def _resources(item: Construct, problem: Problem) -> list[Any]:
    found = below(item)
    if not found:
        raise problem(
            "depends_on",
            f"{item.node.path!r} holds no resource yet, so the dependency would be lost. Create its resources first.",
        )
    return found


def _listed(value: Any, argument: str, problem: Problem) -> list[Any]:
    if isinstance(value, (str, Construct, Mapping)) or not isinstance(value, Iterable):
        raise problem(argument, f"needs a list, got a {type(value).__name__}. Write [x].")
    return list(value)


def lifecycle(value: Any, problem: Problem) -> Any:
    """The engine's lifecycle struct, with `replace_triggered_by` in the only form that Terraform accepts."""
    known = tuple(Lifecycle.__annotations__)
    given = dict(value) if isinstance(value, Mapping) else {name: getattr(value, name, None) for name in known}
    for name in given:
        if name not in known:
            raise problem("lifecycle", f"has no argument {name!r}. {did_you_mean(name, known)}")
    triggers = given.get("replace_triggered_by")
    if triggers is not None:
        triggers = _listed(triggers, "lifecycle.replace_triggered_by", problem)
        given["replace_triggered_by"] = [_trigger(item, problem) for item in triggers]
    return cdk.TerraformResourceLifecycle(**{name: item for name, item in given.items() if item is not None})


def _trigger(item: Any, problem: Problem) -> str:
    argument = "lifecycle.replace_triggered_by"
    if not isinstance(item, str):
        return address_of(item, problem, argument)
    if "${" in item:
        raise problem(
            argument,
            "takes no interpolation. Pass the construct itself, or text such as x.terraform_address + '.name'.",
        )
    return item


def _count(value: Any, problem: Problem) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, cdk.TerraformCount)):
        raise problem(
            "count", f"needs a number or TerraformCount, got {value!r}. For a reference use Token.as_number(x)."
        )
    return value


def _for_each(value: Any, problem: Problem) -> Any:
    if not isinstance(value, cdk.TerraformIterator) and not hasattr(type(value), "__jsii_ifaces__"):
        raise problem(
            "for_each",
            f"needs an iterator, got a {type(value).__name__}. Use TerraformIterator.from_list(...) or from_map(...).",
        )
    return value


def _provider(value: Any, problem: Problem) -> Any:
    if not isinstance(value, cdk.TerraformProvider) or value.terraform_resource_type != PROVIDER_NAME:
        raise problem("provider", f"needs an ImmutaProvider, got a {type(value).__name__}.")
    return value


_CHECKS: dict[str, Callable[[Any, Problem], Any]] = {
    "lifecycle": lifecycle,
    "count": _count,
    "for_each": _for_each,
    "provider": _provider,
}
