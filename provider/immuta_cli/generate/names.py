"""Python's names for Terraform's: classes, modules and arguments."""

from __future__ import annotations

import keyword

from immuta_cli.generate.schema import Attribute

# Members of the engine's classes and of our base classes, and arguments that every construct has. A property of the
# same name would replace them without a word, so it gets a trailing underscore.
RESERVED = frozenset(
    """
    self scope id meta alias source version
    provider depends_on lifecycle count for_each provisioners connection
    add_move_target add_override cdktf_stack fqn friendly_unique_id generate_config_for_import get_any_map_attribute
    get_boolean_attribute get_boolean_map_attribute get_list_attribute get_number_attribute get_number_list_attribute
    get_number_map_attribute get_string_attribute get_string_map_attribute has_resource_move import_from
    interpolation_for_attribute is_construct is_terraform_data_source is_terraform_element is_terraform_provider
    is_terraform_resource meta_attributes move_from_id move_to move_to_id node override_logical_id
    reset_override_logical_id terraform_generator_metadata terraform_meta_arguments terraform_provider_source
    terraform_resource_type to_hcl_terraform to_metadata to_string to_terraform with_
    assign attribute_reference cached_reference configured is_moved_away is_repeated synthesized terraform_address
    """.split()
)


def pascal(name: str) -> str:
    """`subscription_policy` -> `SubscriptionPolicy`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def without_provider(terraform_type: str) -> str:
    """`immuta_purpose` -> `purpose`."""
    return terraform_type.partition("_")[2] or terraform_type


def argument(attribute: Attribute) -> str:
    """The argument and property of a construct."""
    computed_id = attribute.name == "id" and not attribute.configurable
    taken = attribute.name in RESERVED and not computed_id
    return f"{attribute.name}_" if taken or keyword.iskeyword(attribute.name) else attribute.name


def member(attribute: Attribute) -> str:
    """The argument of a nested object, which has no other members."""
    taken = keyword.iskeyword(attribute.name) or attribute.name == "self"
    return f"{attribute.name}_" if taken else attribute.name
