"""What a user finds in the log: a line per attempt, a line per wait, bodies only at trace."""

from __future__ import annotations

import logging
import re
from typing import Any

import httpx
import pytest

from immuta_provider.api import LoggingLog, RequestFailed


def test_a_line_per_attempt_and_per_wait(script: Any) -> None:
    tenant = script(httpx.Response(503), httpx.ReadError("reset by peer"), httpx.Response(200, json={}), level="debug")
    tenant.client.request("GET", "/project", params={"offset": 0, "tag": ["A", "B C"], "none": None})
    lines = [re.sub(r"in \d+ ms", "in N ms", message) for _, message, _ in tenant.log.lines]
    lines = [re.sub(r"in \d+\.\d s", "in N s", line) for line in lines]
    assert lines == [
        "GET /project?offset=0&tag=A&tag=B+C -> 503 in N ms (attempt 1)",
        "GET /project: the tenant failed to serve the request; next attempt in N s",
        "GET /project?offset=0&tag=A&tag=B+C -> no answer: reset by peer (ReadError) in N ms (attempt 2)",
        "GET /project: the connection to the tenant failed; next attempt in N s",
        "GET /project?offset=0&tag=A&tag=B+C -> 200 in N ms (attempt 3)",
    ]


def test_the_fields_of_an_attempt(script: Any) -> None:
    tenant = script(httpx.Response(200, json={}), level="debug")
    tenant.client.request("GET", "/project", params={"offset": 0})
    [(level, _, fields)] = tenant.log.lines
    assert level == "debug"
    assert fields.pop("ms") >= 0
    assert fields == {"method": "GET", "path": "/project?offset=0", "status": 200, "attempt": 1}


def test_bodies_only_at_trace(script: Any) -> None:
    for level, expected in (("debug", []), ("trace", ["request body of PUT /thing", "response body of PUT /thing"])):
        tenant = script(httpx.Response(200, json={"id": 1}), level=level)
        tenant.client.request("PUT", "/thing", json={"name": "Retention"})
        assert tenant.log.at("trace") == expected


def test_lines_reach_pythons_logging(caplog: pytest.LogCaptureFixture) -> None:
    log = LoggingLog("immuta_provider.api")
    with caplog.at_level(logging.DEBUG, "immuta_provider.api"):
        assert log.enabled("debug")
        assert not log.enabled("trace")
        log("debug", "GET /x -> 200 100%", {"status": 200})
    [record] = caplog.records
    assert (record.getMessage(), record.levelno) == ("GET /x -> 200 100%", logging.DEBUG)
    assert record.__dict__["fields"] == {"status": 200}


def test_nothing_is_masked_or_written_when_nobody_listens(script: Any) -> None:
    tenant = script(httpx.Response(500), level="error", max_retries=1)
    with pytest.raises(RequestFailed):
        tenant.client.request("PUT", "/thing", json={"name": "x"})
    assert tenant.log.lines == []
