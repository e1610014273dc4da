"""`python -m immuta_cli.generate [TARGET ...] [--check]` writes the generated files, or says which are stale."""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from immuta_cli.generate import constructs, coverage, docs, policies
from immuta_cli.generate.schema import parse

_LINE_LENGTH = "120"


def _render_constructs(description: Any) -> dict[str, str]:
    return constructs.render(parse(description), version("terraform-provider-immuta"))


def _render_docs(description: Any) -> dict[str, str]:
    return docs.pages(description, _checkout() / "examples")


def _render_coverage(_description: Any) -> dict[str, str]:
    return {coverage.PAGE: coverage.counted((_checkout() / "docs" / coverage.PAGE).read_text(encoding="utf-8"))}


def _render_policies(_description: Any) -> dict[str, str]:
    return policies.pages()


def _constructs_folder() -> Path:
    spec = importlib.util.find_spec("immuta_constructs")
    if spec is None or spec.origin is None:
        raise OSError("the package immuta_constructs is not installed")
    return Path(spec.origin).parent


def _checkout() -> Path:
    return _constructs_folder().parents[1]


# What can be generated: the renderer of the provider's description, and the folder its files go to.
TARGETS: dict[str, tuple[Callable[[Any], dict[str, str]], Callable[[], Path]]] = {
    "constructs": (_render_constructs, _constructs_folder),
    "docs": (_render_docs, lambda: _checkout() / "docs"),
    "coverage": (_render_coverage, lambda: _checkout() / "docs"),
    "policies": (_render_policies, lambda: _checkout() / "docs"),
}
_OWNERS_OF_FOLDERS = {"constructs", "docs"}  # the others write one page in a folder of pages that are not theirs


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check.

    Returns:
        0; with `--check` 1 when a file is missing, stale, or no longer generated.
    """
    options = _options(arguments)
    try:
        files = generated(options)
    except (constructs.GenerateError, ValueError, OSError, subprocess.CalledProcessError) as error:
        print(f"generate: {error}", file=sys.stderr)
        return 2
    return _check(files) if options.check else _write(files)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m immuta_cli.generate", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)}; all when none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the files that are stale")
    parser.add_argument("--schema", type=Path, metavar="FILE", help="JSON instead of the installed provider's schema")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the files go; the package's folder by default")
    options = parser.parse_args(arguments)
    unknown = set(options.targets) - set(TARGETS)
    if unknown:
        parser.error(f"unknown target {', '.join(sorted(unknown))}; there are: {', '.join(TARGETS)}")
    return options


def generated(options: argparse.Namespace) -> dict[Path, str | None]:
    """Every generated file with its text; None for one that is to be deleted."""
    description = _description(options.schema)
    files: dict[Path, str | None] = {}
    for target in options.targets or TARGETS:
        render, usual_folder = TARGETS[target]
        folder = options.out or usual_folder()
        wanted = {folder / name: _formatted(folder / name, text) for name, text in render(description).items()}
        if target in _OWNERS_OF_FOLDERS:
            files |= dict.fromkeys(_no_longer_generated(folder, wanted))
        files |= wanted
    return files


def _description(file: Path | None) -> Any:
    if file is not None:
        return json.loads(file.read_text(encoding="utf-8"))
    from immuta_provider.provider import describe

    return describe()


def _no_longer_generated(folder: Path, wanted: dict[Path, str]) -> list[Path]:
    found = (path for path in sorted((*folder.glob("*.py"), *folder.glob("*/*.md"))) if path not in wanted)
    headers = (constructs.HEADER, docs.HEADER)
    return [path for path in found if path.read_text(encoding="utf-8").startswith(headers)]


def _formatted(path: Path, text: str) -> str:
    if path.suffix != ".py":
        return text
    command = ["ruff", "format", "--line-length", _LINE_LENGTH, "--stdin-filename", str(path), "-"]
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise OSError("ruff is not on PATH; it comes with the extra [dev]") from error
    except subprocess.CalledProcessError as error:
        raise constructs.GenerateError(f"{path.name} is not valid Python: {error.stderr}") from error
    return done.stdout


def _write(files: dict[Path, str | None]) -> int:
    for path, text in files.items():
        if text is None:
            path.unlink()
            print(f"deleted {path}")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    return 0


def _check(files: dict[Path, str | None]) -> int:
    stale = [path for path, text in files.items() if (path.read_text("utf-8") if path.exists() else None) != text]
    for path in stale:
        print(f"stale: {path}; run `make generate`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
