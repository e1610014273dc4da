"""`immuta-tf policy convert`: policies as code. What cannot be converted is told, and does not stop the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from immuta_cli.errors import CommandError
from immuta_cli.mirror import ADDRESS, provider_version
from immuta_cli.policies import hcl_code, python_code
from immuta_cli.policies.checking import refusals
from immuta_cli.policies.exports import TEMPLATE, Exported, Exports, exports
from immuta_cli.policies.naming import Named, named
from immuta_cli.policies.payload import Policy
from immuta_cli.policies.texts import taken_for_references

FORMS: Final = ("python", "hcl")


def convert(files: Sequence[str], to: str, out: Path | None, *, force: bool, importing: bool) -> bool:
    """Write every policy in the files as code, into a folder or to standard output.

    Returns whether all policies were written. Raises CommandError where none can be: black is missing, or the folder
    cannot be a package.
    """
    write = _python if to == "python" else _hcl
    if out is not None:
        _check_folder(out, to)
    found = exports(files)
    policies = named(_convertible(found, to))
    texts = write(policies, out, importing=importing)
    if out is None:
        sys.stdout.write("".join(texts.values()))
    else:
        _store(out, texts, found, force=force)
    found.tell()
    if found.failures:
        print(f"immuta-tf: {len(policies)} converted; what stands above was not", file=sys.stderr)
    return not found.failures


def _check_folder(out: Path, to: str) -> None:
    if to == "python" and not out.resolve().name.isidentifier():
        raise CommandError(f"--out {out}: Python cannot import a package of this name; use letters, digits and _")
    if out.exists() and not out.is_dir():
        raise CommandError(f"--out {out}: this is a file, and a folder is needed")


def _convertible(found: Exports, to: str) -> list[Policy]:
    """The policies that the provider takes, each key once; why not the others goes to the failures."""
    kept: dict[str, Exported] = {}
    doubtful: set[str] = set()
    for each in found.policies:
        reasons = [*_reasons(each.policy, to)]
        first = kept.get(each.policy.key)
        if first is not None and first.policy != each.policy:
            doubtful.add(each.policy.key)
            reasons.append(f"{first.label} has the same policyKey and says something else; leave one of them out")
        found.fail(each.label, reasons)
        if not reasons and first is None:
            kept[each.policy.key] = each
    for key in doubtful:
        found.fail(kept[key].label, [f"another file has its policyKey {key!r} and says something else"])
    return [each.policy for key, each in kept.items() if key not in doubtful]


def _reasons(policy: Policy, to: str) -> Iterator[str]:
    yield from refusals(policy)
    for text in _texts(policy.attributes):
        template = TEMPLATE.search(text)
        if template:
            yield f"{template[0]} is filled in by the Immuta CLI when it saves the file; write the value instead"
    if to == "python":
        for text in taken_for_references(policy.attributes):
            yield f"{text[:60]!r} holds what the CDK takes for a reference of its own; convert it --to hcl"


def _texts(value: Any) -> Iterator[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, str):
        yield value
    for each in inner:
        yield from _texts(each)


def _python(policies: list[Named], out: Path | None, *, importing: bool) -> dict[str, str]:
    formatted = python_code.formatter()
    functions = [python_code.function(each, importing=importing) for each in policies]
    if not functions:
        return {}
    if out is None:
        return {"": formatted(python_code.module(functions))}
    texts = {f"{each.name}.py": python_code.module_of_one(each) for each in functions}
    texts["__init__.py"] = python_code.package(functions)
    return {name: formatted(text) for name, text in texts.items()}


def _hcl(policies: list[Named], out: Path | None, *, importing: bool) -> dict[str, str]:
    texts = {_hcl_file(each.id): hcl_code.blocks(each, importing=importing) for each in policies}
    if out is None:
        return {"": "\n".join(texts.values())} if texts else {}
    alone = not (out.is_dir() and any(out.glob("*.tf*")))
    versions = {"versions.tf": hcl_code.versions(ADDRESS, provider_version())} if alone and texts else {}
    return texts | versions


def _hcl_file(name: str) -> str:
    """A file that Terraform does not take for one that overrides others."""
    return f"{name}_policy.tf" if name == "override" or name.endswith("_override") else f"{name}.tf"


def _store(out: Path, texts: dict[str, str], found: Exports, *, force: bool) -> None:
    if texts:
        out.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        file = out / name
        try:
            with file.open("w" if force else "x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
        except FileExistsError:
            found.fail(str(file), ["it exists already and was left alone; --force writes it anew"])
        else:
            print(f"wrote {file}")
