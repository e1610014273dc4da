"""The documentation pages of the provider, in the layout of the Terraform registry.

Each page is made of the schema's own descriptions and of a runnable example, in HCL and in Python.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

PREFIX: Final = "immuta_"
COLLECTIONS: Final = {"list": "List", "set": "Set", "map": "Map"}


def pages(schema: dict[str, Any], examples: pathlib.Path) -> dict[str, str]:
    """Every page by its path below `docs/`.

    Parameters: `schema`, what `immuta_provider.provider.describe` returns; `examples`, the folder with
    `resources/NAME/main.tf` and `main.py`, and the same below `data-sources`. Raises FileNotFoundError where an object
    has no example.
    """
    made = {"index.md": _index(schema["provider"]["block"])}
    for name, described in schema["resource_schemas"].items():
        made[f"resources/{name.removeprefix(PREFIX)}.md"] = _page(
            name, "Resource", described, examples / "resources" / name
        )
    for name, described in schema["data_source_schemas"].items():
        made[f"data-sources/{name.removeprefix(PREFIX)}.md"] = _page(
            name, "Data Source", described, examples / "data-sources" / name
        )
    return made


def _index(block: dict[str, Any]) -> str:
    return "\n".join(
        [
            "# Immuta Provider",
            "",
            block["description"],
            "",
            "```terraform",
            "terraform {",
            "  required_providers {",
            '    immuta = { source = "terraform.local/immuta/immuta" }',
            "  }",
            "}",
            "",
            'provider "immuta" {} # IMMUTA_HOST and IMMUTA_API_KEY come from the environment',
            "```",
            "",
            "## Schema",
            "",
            *_attributes(block["attributes"]),
            "",
        ]
    )


def _page(name: str, what: str, described: dict[str, Any], example: pathlib.Path) -> str:
    block = described["block"]
    lines = [f"# {name} ({what})", "", block["description"], "", "## Example Usage", ""]
    lines += ["```terraform", (example / "main.tf").read_text().strip(), "```", ""]
    lines += ["```python", (example / "main.py").read_text().strip(), "```", ""]
    lines += ["## Schema", "", *_attributes(block["attributes"]), ""]
    if described.get("import_help"):
        lines += ["## Import", "", f"`terraform import {name}.NAME ID`, where ID is {described['import_help']}.", ""]
    unseen = list(_unseen(block["attributes"]))
    if unseen:
        lines += ["## Not seen", "", "A change that is made outside Terraform is not seen for:", "", *unseen, ""]
    return "\n".join(lines)


def _attributes(attributes: dict[str, Any], depth: int = 0) -> Iterator[str]:
    for title, wanted in (("Required", "required"), ("Optional", "optional"), ("Read-Only", "")):
        chosen = {name: each for name, each in attributes.items() if _group(each) == wanted}
        if chosen and depth == 0:
            yield from (f"### {title}", "")
        for name in sorted(chosen):
            yield from _attribute(name, chosen[name], depth)
        if chosen and depth == 0:
            yield ""


def _group(attribute: dict[str, Any]) -> str:
    return "required" if attribute.get("required") else "optional" if attribute.get("optional") else ""


def _attribute(name: str, attribute: dict[str, Any], depth: int) -> Iterator[str]:
    facts = [_type(attribute)]
    facts += [word for key, word in (("sensitive", "Sensitive"), ("write_only", "Write-only")) if attribute.get(key)]
    text = f"{'  ' * depth}- `{name}` ({', '.join(facts)}"
    if depth and attribute.get("required"):
        text += ", required"
    yield f"{text}) {' '.join(_sentences(attribute))}".rstrip()
    if "nested_type" in attribute:
        yield from _attributes(attribute["nested_type"]["attributes"], depth + 1)


def _sentences(attribute: dict[str, Any]) -> Iterator[str]:
    yield attribute["description"]
    if attribute.get("one_of"):
        yield f"One of {', '.join(f'`{choice}`' for choice in attribute['one_of'])}."
    if "default" in attribute:
        yield f"Default: `{json.dumps(attribute['default'])}`."
    if attribute.get("references"):
        yield f"Refers to `{attribute['references']['resource']}`."
    if attribute.get("requires_replace"):
        yield "A change needs a new object."
    if attribute.get("deprecated"):
        yield f"**Deprecated:** {attribute['deprecation_message']}"


def _type(attribute: dict[str, Any]) -> str:
    if "nested_type" in attribute:
        mode = attribute["nested_type"]["nesting_mode"]
        return "Attributes" if mode == "single" else f"{COLLECTIONS[mode]} of Attributes"
    return _spelled(attribute["type"])


def _spelled(kind: Any) -> str:
    if isinstance(kind, str):
        return kind.capitalize()
    return f"{COLLECTIONS[kind[0]]} of {_spelled(kind[1])}"


def _unseen(attributes: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, attribute in attributes.items():
        if attribute.get("unseen"):
            yield f"- `{prefix}{name}`: {attribute['unseen']}."
        if "nested_type" in attribute:
            yield from _unseen(attribute["nested_type"]["attributes"], f"{prefix}{name}.")
