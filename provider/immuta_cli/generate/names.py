"""Python's names for Terraform's: classes, modules and arguments."""

from __future__ import annotations

import keyword

from immuta_cli.generate.schema import Attribute

# Members of the engine's classes and of our base classes, and arguments that every construct has. A property of the
# same name would replace them without a word, so it gets a trailing underscore.
_CONSTRUCT = ("self", "scope", "id", "meta")
_META = ("provider", "depends_on", "lifecycle", "count", "for_each", "provisioners", "connection")
_PROVIDER = ("alias", "source", "version")
_MEMBERS = (
    "add_move_target",
    "add_override",
    "address_dependencies",
    "assign",
    "attribute_reference",
    "cached_reference",
    "cdktf_stack",
    "configured",
    "construct_path",
    "dependency_groups",
    "direct_dependencies",
    "fqn",
    "friendly_unique_id",
    "generate_config_for_import",
    "get_any_map_attribute",
    "get_boolean_attribute",
    "get_boolean_map_attribute",
    "get_list_attribute",
    "get_number_attribute",
    "get_number_list_attribute",
    "get_number_map_attribute",
    "get_string_attribute",
    "get_string_map_attribute",
    "has_resource_move",
    "import_from",
    "interpolation_for_attribute",
    "is_construct",
    "is_moved_away",
    "is_repeated",
    "is_terraform_data_source",
    "is_terraform_element",
    "is_terraform_provider",
    "is_terraform_resource",
    "label",
    "logical_id",
    "meta_attributes",
    "move_from_id",
    "move_to",
    "move_to_id",
    "node",
    "node_dependencies_at",
    "override_logical_id",
    "reset_override_logical_id",
    "synthesized",
    "terraform_address",
    "terraform_generator_metadata",
    "terraform_meta_arguments",
    "terraform_provider_source",
    "terraform_resource_type",
    "to_hcl_terraform",
    "to_metadata",
    "to_string",
    "to_terraform",
    "with_",
    "writes_itself",
)
RESERVED = frozenset((*_CONSTRUCT, *_META, *_MEMBERS))
RESERVED_BY_PROVIDER = RESERVED | frozenset(_PROVIDER)


def pascal(name: str) -> str:
    """`subscription_policy` -> `SubscriptionPolicy`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def without_provider(terraform_type: str) -> str:
    """`immuta_purpose` -> `purpose`."""
    return terraform_type.partition("_")[2] or terraform_type


def argument(attribute: Attribute, reserved: frozenset[str] = RESERVED) -> str:
    """The argument of a construct."""
    taken = attribute.name in reserved or keyword.iskeyword(attribute.name)
    return f"{attribute.name}_" if taken else attribute.name


def property_(attribute: Attribute) -> str:
    """The property of a construct; `id` is taken as an argument only."""
    return "id" if attribute.name == "id" else argument(attribute)


def member(attribute: Attribute) -> str:
    """The argument of a nested object, which has no other members."""
    taken = keyword.iskeyword(attribute.name) or attribute.name == "self"
    return f"{attribute.name}_" if taken else attribute.name
