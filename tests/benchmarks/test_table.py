from __future__ import annotations

from benchmarks.figures import Aim, Row, Samples
from benchmarks.table import shown, summary, table

FIRST = Row(
    part="handshake",
    name="start",
    unit="ms",
    ours=Samples([150.4, 149.0]),
    peer=Samples([10.0, 10.0]),
    peer_name="python",
    aim=Aim(150),
    load=0.25,
)
SECOND = Row(part="many", name="memory", unit="MB", ours=Samples([81.0]), aim=Aim(80), details={"calls": {"GET": 2}})
THIRD = Row(part="many", name="apply", unit="s", ours=Samples([1.234]), details={"CPU s": 0.5, "calls": {}})


def test_a_table_has_a_line_per_row_below_its_part() -> None:
    assert table([FIRST, SECOND, THIRD]).splitlines() == [
        "figure  median    best  peer    median    ratio  aim        met  load  details",
        "------  ------  ------  ------  ------  -------  ---------  ---  ----  ----------------------",
        "[handshake]",
        "start   150 ms  149 ms  python   10 ms  14.97 x  <= 150 ms  yes   0.2",
        "[many]",
        "memory   81 MB   81 MB                           <= 80 MB   NO    0.0  calls GET 2",
        "apply   1.23 s  1.23 s                                            0.0  CPU s 0.50, calls none",
    ]


def test_seconds_are_shown_with_hundredths_and_all_else_whole() -> None:
    assert (shown(0.456, "s"), shown(149.6, "ms")) == ("0.46 s", "150 ms")


def test_a_table_without_rows_is_its_heading() -> None:
    assert len(table([]).splitlines()) == 2


def test_a_summary_leaves_out_what_a_row_does_not_have() -> None:
    assert summary(SECOND) == "memory  81 MB  81 MB  <= 80 MB  NO  0.0  calls GET 2"
