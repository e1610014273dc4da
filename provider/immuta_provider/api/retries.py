"""When a request is tried again: often enough to outlive a hiccup, never so that something is done twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api.errors import Interrupted, RequestFailed, RequestTimeout, Unauthorized
from immuta_provider.api.limits import deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenacity import RetryCallState, Retrying

    from immuta_provider.api.calls import Call
    from immuta_provider.api.clock import Clock
    from immuta_provider.api.request_log import RequestLog
    from immuta_provider.api.settings import Settings

LONGEST_RETRY_AFTER: Final = 120.0
FIRST_WAIT: Final = 0.5
JITTER: Final = 0.5
LONGEST_WAIT: Final = 30.0
MOST_RETRIES_OF_401: Final = 3


class Retries:
    """Runs a call until it succeeds, cannot succeed, or has used up its attempts or its time.

    A 401 may be a gateway's hiccup, so it is tried again a few times. Once a call has ended with it, the credentials
    count as refused: until one call succeeds, each of the others is tried once, so that they do not all wait.
    """

    def __init__(self, settings: Settings, clock: Clock, log: RequestLog) -> None:
        self._settings = settings
        self._clock = clock
        self._log = log
        self._refused = False

    def run(self, call: Call, send: Callable[[Call, int], Any]) -> Any:
        """What `send` returns at last. Raises the RequestFailed of the last attempt, or Interrupted."""
        if self._clock.now() >= deadline(self._clock, self._settings.max_total_time):
            raise RequestTimeout(
                call.attempted, detail="the time of the whole operation (`timeouts`) was used up before"
            )
        attempts = _Attempts(call, send)
        try:
            answer = self._retrying(call, attempts)(attempts)
        except Exception as error:
            found = attempts.look_at_last()
            if found is not None:
                return found
            if isinstance(error, RequestFailed):
                error.in_doubt = attempts.doubt is not None
                error.may_have_arrived = attempts.may_have_arrived
            self._refused = self._refused or isinstance(error, Unauthorized)
            raise
        self._refused = self._refused and not call.authenticated
        return answer

    def _enough(self, attempts: _Attempts, state: RetryCallState) -> bool:
        most_refusals = 0 if self._refused else MOST_RETRIES_OF_401
        refused = isinstance(_error(state), Unauthorized) and attempts.refusals > most_refusals
        return refused or state.attempt_number > self._settings.max_retries

    def _retrying(self, call: Call, attempts: _Attempts) -> Retrying:
        import tenacity

        until = deadline(self._clock, self._settings.max_total_time)
        backoff = tenacity.wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + tenacity.wait_random(0, JITTER)

        def too_late(state: RetryCallState) -> bool:
            return self._clock.now() + state.upcoming_sleep > until

        def wait(state: RetryCallState) -> float:
            asked = _error(state).retry_after
            return backoff(state) if asked is None else min(asked, LONGEST_RETRY_AFTER)

        return tenacity.Retrying(
            sleep=lambda seconds: self._pause(call, seconds),
            stop=lambda state: self._enough(attempts, state) or too_late(state),
            wait=wait,
            retry=tenacity.retry_if_exception(lambda error: may_retry(call, error)),
            before_sleep=lambda state: self._log.waiting(call, _error(state), state.upcoming_sleep),
            reraise=True,
        )

    def _pause(self, call: Call, seconds: float) -> None:
        try:
            self._clock.sleep(seconds)
        except Interrupted as error:
            raise Interrupted(call.attempted, detail="the wait before the next attempt was ended") from error


class _Attempts:
    """The attempts of one call.

    `may_have_arrived` says whether the server may have carried out any of them, `refusals` how many ended in 401;
    `doubt` is the error of one that may have been carried out and must not be repeated.
    """

    def __init__(self, call: Call, send: Callable[[Call, int], Any]) -> None:
        self._call = call
        self._send = send
        self._number = 0
        self._blind = call.look is None
        self.doubt: RequestFailed | None = None
        self.may_have_arrived = False
        self.refusals = 0

    def __call__(self) -> Any:
        self._number += 1
        found = self._look()
        if found is not None:
            return found
        try:
            return self._send(self._call, self._number)
        except RequestFailed as error:
            error.attempts = max(self._number, error.attempts)
            self.refusals += isinstance(error, Unauthorized)
            self.may_have_arrived = self.may_have_arrived or error.may_have_arrived
            if error.may_have_arrived and not self._call.idempotent:
                self.doubt = error
            raise

    def look_at_last(self) -> Any:
        """What an attempt in doubt did after all; None where nothing is in doubt or nothing can be seen."""
        try:
            return self._look()
        except RequestFailed:
            return None

    def _look(self) -> Any:
        if self._blind or self.doubt is None or self._call.look is None:
            return None
        try:
            return self._call.look()
        except RequestFailed as error:
            # The look has had its own retries: without it, another attempt could do the thing twice.
            self._blind = True
            self.doubt.transient = False
            raise self.doubt from error


def may_retry(call: Call, error: BaseException) -> bool:
    """Whether another attempt may help and can do no harm."""
    if not isinstance(error, RequestFailed) or not error.transient:
        return False
    return call.idempotent or not error.may_have_arrived or call.look is not None


def _error(state: RetryCallState) -> RequestFailed:
    assert state.outcome is not None
    error = state.outcome.exception()
    assert isinstance(error, RequestFailed)
    return error
