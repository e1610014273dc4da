"""Which files are read, in which form, and what is told of those that cannot be."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.immuta_cli.policies.files import BY_HAND, HASHED, changed, write


def test_a_file_is_read_once(tmp_path: pathlib.Path, ran: Any) -> None:
    file = write(tmp_path / "a.yaml", HASHED)
    once = ran("explain", file)
    assert ran("explain", file, tmp_path, f"{tmp_path}/./a.yaml") == once
    assert once[0] == 0


def test_standard_input(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, ran: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(yaml.safe_dump(HASHED).encode())))
    code_, printed, told = ran("explain", "-")
    assert (code_, printed[0], told) == (0, 'Hash names (data policy, key "hash names", -)', [])


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "Latin-1": ("name: Zürich\n".encode("latin-1"), "line 1: the byte #xfc is not UTF-8; save the file as UTF-8"),
    "no YAML": (b"a: 1\nb: [1\nc: 2\n", "line 3, column 2: expected ',' or ']', but got ':'"),
    "NUL": (b"name: a\x00b\n", "character 8, #x0000: special characters are not allowed"),
    "a template without quotes": (
        b'name: {{EnvVar "NAME"}}\n',
        (
            "line 1, column 8: found unhashable key; a Go template such as {{EnvVar ...}} must stand in quotes, "
            "or be filled in"
        ),
    ),
}


@pytest.mark.parametrize(("data", "why"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_text(tmp_path: pathlib.Path, ran: Any, data: bytes, why: str) -> None:
    (tmp_path / "1.yaml").write_bytes(data)
    write(tmp_path / "2.yaml", BY_HAND)
    code_, printed, told = ran("explain", tmp_path)
    assert (code_, told) == (1, [f"immuta-tf: {tmp_path}/1.yaml: {why}"])
    assert printed[0].startswith("By hand (")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_marks_of_other_editors(tmp_path: pathlib.Path, ran: Any, encoding: str) -> None:
    (tmp_path / "1.yaml").write_text(yaml.safe_dump(changed(name="Zürich"), allow_unicode=True), encoding=encoding)
    code_, printed, _ = ran("explain", tmp_path)
    assert (code_, printed[0].partition(" (")[0]) == (0, "Zürich")


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Not the user who may read everything, if the tests run as that one."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_files_that_are_not_there_or_not_for_us(tmp_path: pathlib.Path, ran: Any) -> None:
    secret = write(tmp_path / "secret.yaml", HASHED)
    secret.chmod(0)
    (tmp_path / "empty").mkdir()
    with nobody():
        assert ran("explain", secret) == (1, [], [f"immuta-tf: {secret}: Permission denied"])
    assert ran("explain", tmp_path / "gone.yaml", tmp_path / "empty")[2] == [
        f"immuta-tf: {tmp_path}/gone.yaml: No such file or directory",
        f"immuta-tf: {tmp_path}/empty: the folder holds no file that ends with .yaml, .yml, .json",
    ]
