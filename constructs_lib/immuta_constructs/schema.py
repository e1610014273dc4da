"""What a construct knows about an attribute, so that it can be checked at the line where the user wrote it.

The generated classes hold one `Attribute` per argument; nothing here needs the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from immuta_constructs.nested import NestedObject

__all__ = ["Attribute", "Attributes"]


class Attribute(NamedTuple):
    """One attribute of a resource, a data source, the provider or a nested object.

    Args:
        kind: Terraform's type as its JSON schema spells it: "string", ("set", "string"), ("map", ("list", "number")),
            ("object", {"name": "string"}), "dynamic". For nested attributes the nesting mode: "single", "list",
            "set" or "map".
        nested: the class of a nested attribute's objects.
        required: whether it must be given.
        computed_only: whether only the provider sets it.
        one_of: the values that are allowed for a string; empty when all are.
        references: (resource type, attribute): a construct of that type may stand for the attribute's value.
        sensitive: whether a literal is refused (see `immuta_constructs.secrets`).
        write_only: whether Terraform neither plans nor stores it; it may then come from an ephemeral variable.
        whole_number: whether a number must have no fraction.
        deprecated: the text to warn with; empty when it is not deprecated.
    """

    kind: object
    nested: type[NestedObject] | None = None
    required: bool = False
    computed_only: bool = False
    one_of: tuple[str, ...] = ()
    references: tuple[str, str] | None = None
    sensitive: bool = False
    write_only: bool = False
    whole_number: bool = False
    deprecated: str = ""


Attributes = Mapping[str, Attribute]
