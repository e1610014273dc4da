"""Every fault with every kind of request: what is repeated, what is not, how long it waits, what is said at last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from immuta_provider.api import Interrupted, RequestFailed, UnexpectedAnswer, errors

GOOD = {"id": 10}
BROKEN_BODY = "peer closed connection without sending complete message body (received 10 bytes, expected 100)"


class BreaksOff(httpx.SyncByteStream):
    """A body that ends too early."""

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"id": 1'
        raise httpx.RemoteProtocolError(BROKEN_BODY)


def envelope(status: int, message: str = "server words", **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, json={"statusCode": status, "message": message}, headers=names)


@dataclass(frozen=True)
class Fault:
    """One fault: how it shows, whether the request may have been carried out, and the error it ends in."""

    step: Any
    arrived: bool
    error: type[RequestFailed]
    wait: float | None = None


FAULTS = {
    "429": Fault(envelope(429), False, errors.RateLimited),
    "429 Retry-After": Fault(envelope(429, retry_after="7"), False, errors.RateLimited, 7.0),
    "500": Fault(envelope(500), True, errors.ServerUnavailable),
    "502 HTML": Fault(
        lambda _: httpx.Response(502, html="<html><title>Bad Gateway</title></html>"),
        True,
        errors.ServerUnavailable,
    ),
    "503": Fault(envelope(503), True, errors.ServerUnavailable),
    "503 Retry-After": Fault(envelope(503, retry_after="3"), False, errors.ServerUnavailable, 3.0),
    "504": Fault(envelope(504), True, errors.ServerUnavailable),
    "408": Fault(envelope(408), False, errors.RequestTimeout),
    "refused": Fault(httpx.ConnectError("connection refused"), False, errors.ConnectionFailed),
    "proxy": Fault(httpx.ProxyError("403 Forbidden"), False, errors.ConnectionFailed),
    "connect time-out": Fault(httpx.ConnectTimeout("timed out"), False, errors.RequestTimeout),
    "reset while sending": Fault(httpx.WriteError("reset by peer"), True, errors.ConnectionFailed),
    "reset while reading": Fault(httpx.ReadError("reset by peer"), True, errors.ConnectionFailed),
    "closed": Fault(httpx.RemoteProtocolError("Server disconnected"), True, errors.ConnectionFailed),
    "hang": Fault(httpx.ReadTimeout("timed out"), True, errors.RequestTimeout),
    "truncated": Fault(
        lambda _: httpx.Response(200, stream=BreaksOff()),
        True,
        UnexpectedAnswer,
    ),
    "invalid JSON": Fault(lambda _: httpx.Response(200, content=b'{"id": '), True, UnexpectedAnswer),
    "not UTF-8": Fault(lambda _: httpx.Response(200, content=b'"\xff\xfe\xfa"'), True, UnexpectedAnswer),
    "HTML": Fault(lambda _: httpx.Response(200, html="<html>Sign in</html>"), True, UnexpectedAnswer),
}
every_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
repeatable = pytest.mark.parametrize(
    ("method", "extra"),
    [("GET", {}), ("PUT", {}), ("DELETE", {}), ("POST", {"idempotent": True})],
    ids=["GET", "PUT", "DELETE", "upsert"],
)


def good(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=GOOD)


@every_fault
@repeatable
@pytest.mark.parametrize("times", [1, 3])
def test_a_passing_fault_is_outlived(script: Any, fault: Fault, method: str, extra: Any, times: int) -> None:
    tenant = script(*[fault.step] * times, good)
    assert tenant.client.request(method, "/thing", **extra) == GOOD
    assert len(tenant.requests) == times + 1
    assert len(tenant.clock.sleeps) == times


@every_fault
@repeatable
def test_a_lasting_fault_is_the_error_it_is(script: Any, fault: Fault, method: str, extra: Any) -> None:
    tenant = script(fault.step)
    with pytest.raises(fault.error) as caught:
        tenant.client.request(method, "/thing", **extra)
    assert type(caught.value) is fault.error
    assert len(tenant.requests) == 6
    assert caught.value.attempts == 6
    assert caught.value.attempted == f"{method} /thing"
    assert not caught.value.in_doubt


@every_fault
def test_a_post_is_repeated_only_when_it_cannot_have_arrived(script: Any, fault: Fault) -> None:
    tenant = script(fault.step, good)
    if fault.arrived:
        with pytest.raises(fault.error, match="not known whether the server carried the request out"):
            tenant.client.request("POST", "/thing", json={})
        assert len(tenant.requests) == 1
    else:
        assert tenant.client.request("POST", "/thing", json={}) == GOOD
        assert len(tenant.requests) == 2


@every_fault
@pytest.mark.parametrize("times", [1, 3])
def test_a_post_with_a_look_is_made_once(script: Any, fault: Fault, times: int) -> None:
    """The tenant carries out what arrives and then fails: with a look nothing is made twice and nothing is lost."""
    made: list[int] = []

    def faulty(request: httpx.Request) -> httpx.Response:
        if fault.arrived:
            made.append(1)
        if isinstance(fault.step, Exception):
            raise fault.step
        response: httpx.Response = fault.step(request)
        return response

    def works(request: httpx.Request) -> httpx.Response:
        made.append(1)
        return good(request)

    tenant = script(*[faulty] * times, works)
    answer = tenant.client.request("POST", "/thing", json={}, look=lambda: GOOD if made else None)
    assert answer == GOOD
    assert made == [1]


def test_a_look_that_finds_nothing_lets_the_post_be_repeated(script: Any) -> None:
    tenant = script(httpx.ReadError("reset"), good)
    assert tenant.client.request("POST", "/thing", json={}, look=lambda: None) == GOOD
    assert len(tenant.requests) == 2


def test_a_look_follows_the_last_attempt(script: Any) -> None:
    looks = iter([None, GOOD])
    tenant = script(httpx.ReadError("reset"), max_retries=1)
    assert tenant.client.request("POST", "/thing", json={}, look=lambda: next(looks)) == GOOD
    assert len(tenant.requests) == 2


def test_a_late_conflict_with_ones_own_post_is_looked_through(script: Any) -> None:
    """The first POST was still under way when the look found nothing; the second meets its result."""
    looks = iter([None, GOOD])
    tenant = script(httpx.ReadTimeout("timed out"), envelope(409, "already exists"))
    assert tenant.client.request("POST", "/thing", json={}, look=lambda: next(looks)) == GOOD


def test_a_look_that_fails_ends_it_with_the_first_error(script: Any) -> None:
    tenant = script(httpx.ReadError("reset by peer"))
    with pytest.raises(errors.ConnectionFailed, match="POST /thing") as caught:
        tenant.client.request("POST", "/thing", json={}, look=lambda: tenant.client.request("GET", "/things"))
    assert caught.value.in_doubt
    assert tenant.asked == ["POST /thing", *["GET /things"] * 6]


def test_an_interrupted_post_is_looked_after(script: Any) -> None:
    tenant = script(httpx.ReadError("reset"), stop_after=0)
    assert tenant.client.request("POST", "/thing", json={}, look=lambda: GOOD) == GOOD


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.InvalidRequest),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.InvalidRequest),
        (409, errors.Conflict),
        (410, errors.NotFound),
        (415, errors.InvalidRequest),
        (422, errors.InvalidRequest),
        (501, errors.ServerUnavailable),
    ],
)
def test_a_refusal_is_not_repeated(script: Any, status: int, error: type[RequestFailed]) -> None:
    tenant = script(envelope(status, "the reason"))
    with pytest.raises(error) as caught:
        tenant.client.request("GET", "/thing")
    assert type(caught.value) is error
    assert (caught.value.status, caught.value.server_message) == (status, "the reason")
    assert len(tenant.requests) == 1


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_401_that_passes_is_outlived(script: Any, method: str, times: int) -> None:
    """A gateway that has lost its keys for a moment. What was refused has not been carried out."""
    tenant = script(*[envelope(401)] * times, good)
    assert tenant.client.request(method, "/thing") == GOOD
    assert len(tenant.clock.sleeps) == times


def test_a_lasting_401_ends_after_three_more_attempts(script: Any) -> None:
    tenant = script(envelope(401, "the reason"))
    with pytest.raises(errors.Unauthorized, match=r"status 401, after 4 attempts(.|\n)*the reason"):
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 4


def test_a_401_after_other_faults_has_its_attempts_too(script: Any) -> None:
    tenant = script(*[envelope(503)] * 4, envelope(401), good)
    assert tenant.client.request("GET", "/thing") == GOOD


def test_a_401_is_tried_no_oftener_than_max_retries(script: Any) -> None:
    tenant = script(envelope(401), max_retries=1)
    with pytest.raises(errors.Unauthorized):
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 2


def test_a_key_that_was_refused_is_not_waited_for_again(script: Any) -> None:
    tenant = script(envelope(401))
    for _ in range(10):
        with pytest.raises(errors.Unauthorized):
            tenant.client.request("GET", "/thing")
    assert (len(tenant.requests), len(tenant.clock.sleeps)) == (4 + 9, 3)


def test_a_key_that_is_accepted_again_is_waited_for_again(script: Any) -> None:
    tenant = script(*[envelope(401)] * 4, good, envelope(401), good)
    with pytest.raises(errors.Unauthorized):
        tenant.client.request("GET", "/thing")
    assert [tenant.client.request("GET", "/thing") for _ in range(2)] == [GOOD, GOOD]


@pytest.mark.parametrize("status", [400, 403, 409, 422])
def test_the_missing_acknowledgement_is_an_error_of_its_own(script: Any, status: int) -> None:
    tenant = script(envelope(status, "You must first acknowledge the purposes of this project."))
    with pytest.raises(errors.AcknowledgementRequired, match="acknowledge_purposes"):
        tenant.client.request("PUT", "/project/31", json={})


def test_what_has_to_be_done_on_the_platform_is_said(script: Any) -> None:
    action = {"action": "GRANT USAGE ON DATABASE x;", "description": "Lets Immuta in."}
    error = {"code": "CONN002", "message": "Immuta may not enter", "requiredActions": [action]}
    tenant = script(httpx.Response(400, json={"errors": [error]}))
    with pytest.raises(errors.InvalidRequest) as caught:
        tenant.client.request("POST", "/api/connections", json={})
    expected = "Immuta may not enter\nRun on the platform (Lets Immuta in.): GRANT USAGE ON DATABASE x;"
    assert caught.value.server_message == expected


def test_a_text_with_404_does_not_mean_that_the_object_is_gone(script: Any) -> None:
    tenant = script(lambda _: httpx.Response(404, text="default backend - 404"))
    with pytest.raises(errors.UnexpectedAnswer, match="21 bytes that are not JSON"):
        tenant.client.request("GET", "/governance/purpose/10")


def test_a_web_page_with_404_does_not_mean_that_the_object_is_gone(script: Any) -> None:
    tenant = script(lambda _: httpx.Response(404, html="<html><title>nginx: no such page</title></html>"))
    with pytest.raises(UnexpectedAnswer, match="nginx: no such page"):
        tenant.client.request("GET", "/governance/purpose/10")


def test_a_redirect_is_not_followed(script: Any) -> None:
    tenant = script(httpx.Response(302, headers={"location": "https://login.example.com/saml?SAMLRequest=abc"}))
    with pytest.raises(UnexpectedAnswer, match=r"a redirect to https://login\.example\.com/saml\n"):
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 1


def test_no_content_is_none(script: Any) -> None:
    assert script(httpx.Response(204)).client.request("DELETE", "/thing") is None
    assert script(httpx.Response(200)).client.request("POST", "/thing") is None


def test_an_empty_answer_to_a_get_is_unexpected(script: Any) -> None:
    tenant = script(lambda _: httpx.Response(200), good)
    assert tenant.client.request("GET", "/thing") == GOOD
    assert len(tenant.requests) == 2


def test_waits_grow_and_jitter(script: Any) -> None:
    tenant = script(envelope(500), max_retries=8)
    with pytest.raises(errors.ServerUnavailable):
        tenant.client.request("GET", "/thing")
    for number, seconds in enumerate(tenant.clock.sleeps):
        assert min(0.5 * 2**number, 30.0) <= seconds <= min(0.5 * 2**number, 30.0) + 0.5


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 10:00:09 GMT", 9.0),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("86400", 120.0),
        ("Sat, 21 Nov 2099 10:00:00 GMT", 120.0),
    ],
)
def test_retry_after_is_honoured_up_to_two_minutes(script: Any, header: str, seconds: float) -> None:
    tenant = script(envelope(429, retry_after=header, date="Sat, 21 Nov 2026 10:00:00 GMT"), good)
    assert tenant.client.request("GET", "/thing") == GOOD
    assert tenant.clock.sleeps == [seconds]


@pytest.mark.parametrize("header", ["soon", "-5", "", "1e9"])
def test_a_retry_after_that_makes_no_sense_is_ignored(script: Any, header: str) -> None:
    tenant = script(envelope(429, retry_after=header), good)
    tenant.client.request("GET", "/thing")
    assert 0.5 <= tenant.clock.sleeps[0] <= 1.0


def test_the_time_of_a_request_is_bounded(script: Any) -> None:
    tenant = script(envelope(429, retry_after="100"), max_retries=100, max_total_time=250.0)
    with pytest.raises(errors.RateLimited):
        tenant.client.request("GET", "/thing")
    assert tenant.clock.sleeps == [100.0, 100.0]


def test_an_answer_that_drips_for_ever_is_given_up(script: Any) -> None:
    class Drips(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                tenant.clock.time += 20
                yield b" "

    tenant = script(lambda _: httpx.Response(200, stream=Drips()))
    with pytest.raises(errors.RequestTimeout, match="did not end"):
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 1


def test_no_retries_means_one_attempt(script: Any) -> None:
    tenant = script(envelope(500), max_retries=0)
    with pytest.raises(errors.ServerUnavailable):
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 1


def test_a_stop_ends_the_wait(script: Any) -> None:
    tenant = script(envelope(500), stop_after=2)
    with pytest.raises(Interrupted, match="GET /thing: stopped on request") as caught:
        tenant.client.request("GET", "/thing")
    assert len(tenant.requests) == 3
    assert caught.value.code == "api-interrupted"


def test_a_foreign_stop_passes_through(script: Any) -> None:
    class StoppedError(Exception):
        """What another clock raises."""

    tenant = script(envelope(500))

    def sleep(seconds: float) -> None:
        raise StoppedError

    tenant.clock.sleep = sleep
    with pytest.raises(StoppedError):
        tenant.client.request("GET", "/thing")
