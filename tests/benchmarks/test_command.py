from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator

import pytest

import benchmarks.__main__ as command
from benchmarks.figures import Row, Samples
from benchmarks.processes import ProgramFailed, environment, in_turns


def test_turns_change_their_order_and_keep_their_sides() -> None:
    order: list[str] = []

    def ours() -> str:
        order.append("ours")
        return "ours"

    def peer() -> str:
        order.append("peer")
        return "peer"

    assert list(in_turns(3, ours, peer)) == [("ours", "peer")] * 3
    assert order == ["ours", "peer", "peer", "ours", "ours", "peer"]


def test_programs_may_write_compiled_files_and_see_nothing_of_the_users(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("IMMUTA_API_KEY", "of the user")
    found = environment(tmp_path, EXTRA="1")
    assert (found["HOME"], found["EXTRA"]) == (str(tmp_path), "1")
    assert not found.keys() & {"PYTHONDONTWRITEBYTECODE", "IMMUTA_API_KEY"}


def test_an_unknown_part_is_refused_and_the_others_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--only", "handshake,nonsense"])
    assert ended.value.code == 2
    assert "there is no part 'nonsense'; there are handshake, import" in capsys.readouterr().err


def test_a_part_that_fails_leaves_the_others_standing(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(folder: pathlib.Path, quick: bool) -> Iterator[Row]:
        raise ProgramFailed("it is not there")
        yield

    def sound(folder: pathlib.Path, quick: bool) -> Iterator[Row]:
        yield Row(part="sound", name="one", unit="s", ours=Samples([2.0]))

    monkeypatch.setattr(command, "PARTS", {"broken": broken, "sound": sound})
    monkeypatch.setattr(command.machine, "facts", lambda: {"cores": 2})
    output = tmp_path / "found.json"
    assert command.main(["--output", str(output)]) == 1
    found = json.loads(output.read_text())
    assert [each["median"] for each in found["rows"]] == [2.0]
    assert found["failed"] == {"broken": "it is not there"}
    printed = capsys.readouterr()
    assert "broken could not be measured: it is not there" in printed.err
    assert "[sound]" in printed.out
