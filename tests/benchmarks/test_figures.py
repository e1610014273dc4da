from __future__ import annotations

from typing import Any

import pytest

from benchmarks.figures import Aim, Row, Samples, paired


def row(ours: list[float], peer: list[float] | None = None, **more: Any) -> Row:
    """A row with these samples."""
    return Row(part="p", name="n", unit="s", ours=Samples(ours), peer=None if peer is None else Samples(peer), **more)


def test_samples_have_a_median_and_a_best() -> None:
    assert (Samples([3.0, 1.0, 2.0]).median, Samples([3.0, 1.0, 2.0]).best) == (2.0, 1.0)
    assert Samples([4.0, 1.0]).median == 2.5


def test_a_ratio_is_the_median_of_the_pairs_and_not_of_the_sides() -> None:
    slow_second_round = row([1.0, 10.0, 2.0], [2.0, 20.0, 1.0])
    assert slow_second_round.ratio == 0.5
    assert Samples([1.0, 10.0, 2.0]).median / Samples([2.0, 20.0, 1.0]).median == 1.0


def test_a_difference_is_the_median_of_the_pairs() -> None:
    assert row([5.0, 50.0, 7.0], [1.0, 40.0, 6.0]).difference == 4.0


def test_without_a_peer_there_is_neither() -> None:
    assert (row([1.0]).ratio, row([1.0]).difference) == (None, None)


def test_sides_of_different_length_are_no_pairs() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired(Samples([1.0, 2.0]), Samples([1.0]), lambda mine, other: mine - other)


@pytest.mark.parametrize(
    ("aim", "met"),
    [
        (Aim(3.0), True),
        (Aim(2.9), False),
        (Aim(1.5, "ratio"), True),
        (Aim(1.4, "ratio"), False),
        (Aim(1.0, "difference"), True),
        (Aim(0.9, "difference"), False),
        (None, None),
    ],
)
def test_an_aim_is_held_against_what_it_is_of(aim: Aim | None, met: bool | None) -> None:
    assert row([3.0], [2.0], aim=aim).met is met


def test_an_aim_of_a_ratio_is_not_met_without_a_peer() -> None:
    assert row([3.0], aim=Aim(9, "ratio")).met is False


@pytest.mark.parametrize(
    ("aim", "text"),
    [(Aim(150), "<= 150 ms"), (Aim(0.75, "ratio"), "<= 0.75 x"), (Aim(50, "difference"), "<= +50 ms")],
)
def test_an_aim_says_what_it_is_of(aim: Aim, text: str) -> None:
    assert aim.text("ms") == text


def test_a_row_as_json_holds_samples_and_what_follows() -> None:
    found = row([3.0], [2.0], peer_name="floor", aim=Aim(1.25, "ratio"), load=0.5, details={"calls": {"GET": 1}})
    assert found.as_json() == {
        "part": "p",
        "name": "n",
        "unit": "s",
        "ours": {"values": [3.0]},
        "peer": {"values": [2.0]},
        "peer_name": "floor",
        "aim": {"limit": 1.25, "of": "ratio"},
        "load": 0.5,
        "details": {"calls": {"GET": 1}},
        "median": 3.0,
        "best": 3.0,
        "peer_median": 2.0,
        "ratio": 1.5,
        "difference": 1.0,
        "met": False,
    }
