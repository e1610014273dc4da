"""The messages and services of Terraform's plugin protocol 6 and of go-plugin, written as one table.

Terraform and its plugins exchange protobuf messages. The table below names each message with its fields (name, type,
number); the protobuf classes are built from it when the module is imported. There is no generated code to keep in
step with a protobuf release, and a test holds every line against the definition that the `terraform` binary embeds.

Notation: a line that starts a message stands at the margin, its fields are indented: `name type number`. `*` after a
type marks a repeated field, `map:T` a map from string to T. A message that stands inside another is written with dots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROVIDER_TABLE: Final = """
DynamicValue
  msgpack bytes 1
  json bytes 2
Diagnostic
  severity Diagnostic.Severity 1
  summary string 2
  detail string 3
  attribute AttributePath 4
FunctionError
  text string 1
  function_argument int64 2 optional
AttributePath
  steps AttributePath.Step* 1
AttributePath.Step
  attribute_name string 1 oneof:selector
  element_key_string string 2 oneof:selector
  element_key_int int64 3 oneof:selector
StopProvider
StopProvider.Request
StopProvider.Response
  Error string 1
RawState
  json bytes 1
  flatmap map:string 2
ResourceIdentitySchema
  version int64 1
  identity_attributes ResourceIdentitySchema.IdentityAttribute* 2
ResourceIdentitySchema.IdentityAttribute
  name string 1
  type bytes 2
  required_for_import bool 3
  optional_for_import bool 4
  description string 5
ResourceIdentityData
  identity_data DynamicValue 1
Schema
  version int64 1
  block Schema.Block 2
Schema.Block
  version int64 1
  attributes Schema.Attribute* 2
  block_types Schema.NestedBlock* 3
  description string 4
  description_kind StringKind 5
  deprecated bool 6
Schema.Attribute
  name string 1
  type bytes 2
  nested_type Schema.Object 10
  description string 3
  required bool 4
  optional bool 5
  computed bool 6
  sensitive bool 7
  description_kind StringKind 8
  deprecated bool 9
  write_only bool 11
  deprecation_message string 12
Schema.NestedBlock
  type_name string 1
  block Schema.Block 2
  nesting Schema.NestedBlock.NestingMode 3
  min_items int64 4
  max_items int64 5
Schema.Object
  attributes Schema.Attribute* 1
  nesting Schema.Object.NestingMode 3
  min_items int64 4
  max_items int64 5
Function
  parameters Function.Parameter* 1
  variadic_parameter Function.Parameter 2
  return Function.Return 3
  summary string 4
  description string 5
  description_kind StringKind 6
  deprecation_message string 7
Function.Parameter
  name string 1
  type bytes 2
  allow_null_value bool 3
  allow_unknown_values bool 4
  description string 5
  description_kind StringKind 6
Function.Return
  type bytes 1
ServerCapabilities
  plan_destroy bool 1
  get_provider_schema_optional bool 2
  move_resource_state bool 3
ClientCapabilities
  deferral_allowed bool 1
  write_only_attributes_allowed bool 2
Deferred
  reason Deferred.Reason 1
GetMetadata
GetMetadata.Request
GetMetadata.Response
  server_capabilities ServerCapabilities 1
  diagnostics Diagnostic* 2
  data_sources GetMetadata.DataSourceMetadata* 3
  resources GetMetadata.ResourceMetadata* 4
  functions GetMetadata.FunctionMetadata* 5
  ephemeral_resources GetMetadata.EphemeralMetadata* 6
GetMetadata.EphemeralMetadata
  type_name string 1
GetMetadata.FunctionMetadata
  name string 1
GetMetadata.DataSourceMetadata
  type_name string 1
GetMetadata.ResourceMetadata
  type_name string 1
GetProviderSchema
GetProviderSchema.Request
GetProviderSchema.Response
  provider Schema 1
  resource_schemas map:Schema 2
  data_source_schemas map:Schema 3
  functions map:Function 7
  ephemeral_resource_schemas map:Schema 8
  diagnostics Diagnostic* 4
  provider_meta Schema 5
  server_capabilities ServerCapabilities 6
ValidateProviderConfig
ValidateProviderConfig.Request
  config DynamicValue 1
ValidateProviderConfig.Response
  diagnostics Diagnostic* 2
UpgradeResourceState
UpgradeResourceState.Request
  type_name string 1
  version int64 2
  raw_state RawState 3
UpgradeResourceState.Response
  upgraded_state DynamicValue 1
  diagnostics Diagnostic* 2
GetResourceIdentitySchemas
GetResourceIdentitySchemas.Request
GetResourceIdentitySchemas.Response
  identity_schemas map:ResourceIdentitySchema 1
  diagnostics Diagnostic* 2
UpgradeResourceIdentity
UpgradeResourceIdentity.Request
  type_name string 1
  version int64 2
  raw_identity RawState 3
UpgradeResourceIdentity.Response
  upgraded_identity ResourceIdentityData 1
  diagnostics Diagnostic* 2
ValidateResourceConfig
ValidateResourceConfig.Request
  type_name string 1
  config DynamicValue 2
  client_capabilities ClientCapabilities 3
ValidateResourceConfig.Response
  diagnostics Diagnostic* 1
ValidateDataResourceConfig
ValidateDataResourceConfig.Request
  type_name string 1
  config DynamicValue 2
ValidateDataResourceConfig.Response
  diagnostics Diagnostic* 1
ValidateEphemeralResourceConfig
ValidateEphemeralResourceConfig.Request
  type_name string 1
  config DynamicValue 2
ValidateEphemeralResourceConfig.Response
  diagnostics Diagnostic* 1
ConfigureProvider
ConfigureProvider.Request
  terraform_version string 1
  config DynamicValue 2
  client_capabilities ClientCapabilities 3
ConfigureProvider.Response
  diagnostics Diagnostic* 1
ReadResource
ReadResource.Request
  type_name string 1
  current_state DynamicValue 2
  private bytes 3
  provider_meta DynamicValue 4
  client_capabilities ClientCapabilities 5
  current_identity ResourceIdentityData 6
ReadResource.Response
  new_state DynamicValue 1
  diagnostics Diagnostic* 2
  private bytes 3
  deferred Deferred 4
  new_identity ResourceIdentityData 5
PlanResourceChange
PlanResourceChange.Request
  type_name string 1
  prior_state DynamicValue 2
  proposed_new_state DynamicValue 3
  config DynamicValue 4
  prior_private bytes 5
  provider_meta DynamicValue 6
  client_capabilities ClientCapabilities 7
  prior_identity ResourceIdentityData 8
PlanResourceChange.Response
  planned_state DynamicValue 1
  requires_replace AttributePath* 2
  planned_private bytes 3
  diagnostics Diagnostic* 4
  legacy_type_system bool 5
  deferred Deferred 6
  planned_identity ResourceIdentityData 7
ApplyResourceChange
ApplyResourceChange.Request
  type_name string 1
  prior_state DynamicValue 2
  planned_state DynamicValue 3
  config DynamicValue 4
  planned_private bytes 5
  provider_meta DynamicValue 6
  planned_identity ResourceIdentityData 7
ApplyResourceChange.Response
  new_state DynamicValue 1
  private bytes 2
  diagnostics Diagnostic* 3
  legacy_type_system bool 4
  new_identity ResourceIdentityData 5
ImportResourceState
ImportResourceState.Request
  type_name string 1
  id string 2
  client_capabilities ClientCapabilities 3
  identity ResourceIdentityData 4
ImportResourceState.ImportedResource
  type_name string 1
  state DynamicValue 2
  private bytes 3
  identity ResourceIdentityData 4
ImportResourceState.Response
  imported_resources ImportResourceState.ImportedResource* 1
  diagnostics Diagnostic* 2
  deferred Deferred 3
MoveResourceState
MoveResourceState.Request
  source_provider_address string 1
  source_type_name string 2
  source_schema_version int64 3
  source_state RawState 4
  target_type_name string 5
  source_private bytes 6
MoveResourceState.Response
  target_state DynamicValue 1
  diagnostics Diagnostic* 2
  target_private bytes 3
ReadDataSource
ReadDataSource.Request
  type_name string 1
  config DynamicValue 2
  provider_meta DynamicValue 3
  client_capabilities ClientCapabilities 4
ReadDataSource.Response
  state DynamicValue 1
  diagnostics Diagnostic* 2
  deferred Deferred 3
OpenEphemeralResource
OpenEphemeralResource.Request
  type_name string 1
  config DynamicValue 2
  client_capabilities ClientCapabilities 3
OpenEphemeralResource.Response
  diagnostics Diagnostic* 1
  renew_at google.protobuf.Timestamp 2 optional
  result DynamicValue 3
  private bytes 4 optional
  deferred Deferred 5
RenewEphemeralResource
RenewEphemeralResource.Request
  type_name string 1
  private bytes 2 optional
RenewEphemeralResource.Response
  diagnostics Diagnostic* 1
  renew_at google.protobuf.Timestamp 2 optional
  private bytes 3 optional
CloseEphemeralResource
CloseEphemeralResource.Request
  type_name string 1
  private bytes 2 optional
CloseEphemeralResource.Response
  diagnostics Diagnostic* 1
GetFunctions
GetFunctions.Request
GetFunctions.Response
  functions map:Function 1
  diagnostics Diagnostic* 2
CallFunction
CallFunction.Request
  name string 1
  arguments DynamicValue* 2
CallFunction.Response
  result DynamicValue 1
  error FunctionError 2
"""

PROVIDER_ENUMS: Final = {
    "StringKind": ("PLAIN", "MARKDOWN"),
    "Diagnostic.Severity": ("INVALID", "ERROR", "WARNING"),
    "Schema.NestedBlock.NestingMode": ("INVALID", "SINGLE", "LIST", "SET", "MAP", "GROUP"),
    "Schema.Object.NestingMode": ("INVALID", "SINGLE", "LIST", "SET", "MAP"),
    "Deferred.Reason": ("UNKNOWN", "RESOURCE_CONFIG_UNKNOWN", "PROVIDER_CONFIG_UNKNOWN", "ABSENT_PREREQ"),
}

PROVIDER_RPCS: Final = (
    "GetMetadata",
    "GetProviderSchema",
    "GetResourceIdentitySchemas",
    "UpgradeResourceIdentity",
    "ValidateProviderConfig",
    "ValidateResourceConfig",
    "ValidateDataResourceConfig",
    "UpgradeResourceState",
    "ConfigureProvider",
    "ReadResource",
    "PlanResourceChange",
    "ApplyResourceChange",
    "ImportResourceState",
    "MoveResourceState",
    "ReadDataSource",
    "ValidateEphemeralResourceConfig",
    "OpenEphemeralResource",
    "RenewEphemeralResource",
    "CloseEphemeralResource",
    "GetFunctions",
    "CallFunction",
    "StopProvider",
)

GO_PLUGIN_TABLE: Final = """
Empty
StdioData
  channel StdioData.Channel 1
  data bytes 2
"""
GO_PLUGIN_ENUMS: Final = {"StdioData.Channel": ("INVALID", "STDOUT", "STDERR")}

HEALTH_TABLE: Final = """
HealthCheckRequest
  service string 1
HealthCheckResponse
  status HealthCheckResponse.ServingStatus 1
"""
HEALTH_ENUMS: Final = {"HealthCheckResponse.ServingStatus": ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")}

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS: Final = {
    "string": _Field.TYPE_STRING,
    "bytes": _Field.TYPE_BYTES,
    "bool": _Field.TYPE_BOOL,
    "int64": _Field.TYPE_INT64,
}


def file_descriptor(
    package: str, table: str, enums: Mapping[str, tuple[str, ...]]
) -> descriptor_pb2.FileDescriptorProto:
    """Build the protobuf description of a table, as `protoc` would make it of a `.proto` file of the same content."""
    file = descriptor_pb2.FileDescriptorProto(
        name=f"terraform_plugin/{package}.proto", package=package, syntax="proto3"
    )
    if "google.protobuf.Timestamp" in table:
        file.dependency.append(timestamp_pb2.DESCRIPTOR.name)
    messages: dict[str, descriptor_pb2.DescriptorProto] = {}
    for name, fields in _messages(table):
        parent, _, own = name.rpartition(".")
        message = messages[parent].nested_type.add(name=own) if parent else file.message_type.add(name=own)
        messages[name] = message
        for line in fields:
            _add_field(message, f".{package}.{name}", line, package, enums)
    for name, values in enums.items():
        parent, _, own = name.rpartition(".")
        enum = messages[parent].enum_type.add(name=own) if parent else file.enum_type.add(name=own)
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
    return file


def _messages(table: str) -> Iterator[tuple[str, list[str]]]:
    name, fields = "", list[str]()
    for line in table.strip().splitlines():
        if line.startswith(" "):
            fields.append(line)
            continue
        if name:
            yield name, fields
        name, fields = line, []
    yield name, fields


def _add_field(
    message: descriptor_pb2.DescriptorProto,
    full_name: str,
    line: str,
    package: str,
    enums: Mapping[str, tuple[str, ...]],
) -> None:
    name, kind, number, *options = line.split()
    field = message.field.add(name=name, number=int(number), label=_Field.LABEL_OPTIONAL)
    if kind.startswith("map:"):
        entry_name = name.title().replace("_", "") + "Entry"
        entry = message.nested_type.add(name=entry_name)
        entry.options.map_entry = True
        _add_field(entry, "", "key string 1", package, enums)
        _add_field(entry, "", f"value {kind.removeprefix('map:')} 2", package, enums)
        field.type, field.type_name, field.label = (
            _Field.TYPE_MESSAGE,
            f"{full_name}.{entry_name}",
            _Field.LABEL_REPEATED,
        )
        return
    if kind.endswith("*"):
        kind, field.label = kind[:-1], _Field.LABEL_REPEATED
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_ENUM if kind in enums else _Field.TYPE_MESSAGE
        field.type_name = f".{kind}" if kind.startswith("google.") else f".{package}.{kind}"
    _add_options(message, field, options)


def _add_options(
    message: descriptor_pb2.DescriptorProto, field: descriptor_pb2.FieldDescriptorProto, options: list[str]
) -> None:
    for option in options:
        if option == "optional":
            field.proto3_optional = True
            field.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{field.name}")
        else:
            group = option.removeprefix("oneof:")
            names = [oneof.name for oneof in message.oneof_decl]
            if group not in names:
                message.oneof_decl.add(name=group)
                names.append(group)
            field.oneof_index = names.index(group)


class Messages:
    """The message classes of one package: `tfplugin6["PlanResourceChange.Request"]`."""

    def __init__(self, package: str, table: str, enums: Mapping[str, tuple[str, ...]]) -> None:
        self.package = package
        self._pool = descriptor_pool.Default()
        self._pool.Add(file_descriptor(package, table, enums))
        self._classes: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """The class of the message `name`, written with dots where it stands inside another."""
        if name not in self._classes:
            descriptor = self._pool.FindMessageTypeByName(f"{self.package}.{name}")
            self._classes[name] = message_factory.GetMessageClass(descriptor)
        return self._classes[name]


tfplugin6: Final = Messages("tfplugin6", PROVIDER_TABLE, PROVIDER_ENUMS)
go_plugin: Final = Messages("plugin", GO_PLUGIN_TABLE, GO_PLUGIN_ENUMS)
health: Final = Messages("grpc.health.v1", HEALTH_TABLE, HEALTH_ENUMS)
