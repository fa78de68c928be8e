"""The SDK over our own HTTP: one deadline over all calls of a question, and NOT_DONE told from UNKNOWN by where a call broke."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn, TypeVar

from onlinepayments.sdk.api_exception import ApiException
from onlinepayments.sdk.communication.communication_exception import CommunicationException
from onlinepayments.sdk.communication.connection import URI, Connection, RequestBody
from onlinepayments.sdk.communication.not_found_exception import NotFoundException
from onlinepayments.sdk.communication.request_header import RequestHeader
from onlinepayments.sdk.communication.response_exception import ResponseException
from onlinepayments.sdk.json.marshaller_syntax_exception import MarshallerSyntaxException

from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import PspCode
from gemeentelijke_koppelingen.http_exchange import Endpoint, ExchangeCode, exchange
from gemeentelijke_koppelingen.soap_client import clean_code

_T = TypeVar("_T")
_IN_PROGRESS = frozenset({"1409", "30001002"})  # error codes of "the first call with this key is not finished"
# What the SDK and we stumble over in an answer that is not what it should be.
_STUMBLES = (
    NotFoundException,
    CommunicationException,
    ResponseException,
    MarshallerSyntaxException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
)


class DeadlineConnection(Connection):
    """What the SDK speaks through: `endpoint` says how, the deadline (seconds from now) holds for all calls together.

    It logs nothing: the SDK's logging of messages can't be switched on here.
    """

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        self._endpoint = endpoint
        self._until = time.monotonic() + timeout

    def get(self, url: URI, request_headers: Sequence[RequestHeader]) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """GET."""
        return self._send("GET", url, request_headers, None)

    def delete(
        self, url: URI, request_headers: Sequence[RequestHeader]
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """DELETE."""
        return self._send("DELETE", url, request_headers, None)

    def post(
        self, url: URI, request_headers: Sequence[RequestHeader], body: RequestBody
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """POST."""
        return self._send("POST", url, request_headers, body)

    def put(
        self, url: URI, request_headers: Sequence[RequestHeader], body: RequestBody
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        """PUT."""
        return self._send("PUT", url, request_headers, body)

    def enable_logging(self, communicator_logger: object) -> None:
        """Nothing: messages hold personal data and don't belong in a log."""

    def disable_logging(self) -> None:
        """Nothing: see above."""

    def set_body_obfuscator(self, body_obfuscator: object) -> None:
        """Nothing: nothing is logged."""

    def set_header_obfuscator(self, header_obfuscator: object) -> None:
        """Nothing: nothing is logged."""

    def _send(
        self, method: str, url: URI, headers: Sequence[RequestHeader], body: RequestBody
    ) -> tuple[int, Mapping[str, str], Iterable[bytes]]:
        left = self._until - time.monotonic()
        neighbour = self._endpoint.neighbour
        if left <= 0:  # a second call of one question; the first was answered and the question was not
            raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.NO_ANSWER_IN_TIME, neighbour=neighbour)
        address = url if isinstance(url, str) else url.geturl()
        content = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else None
        given = {header.name: header.value for header in headers}
        answer = exchange(replace(self._endpoint, url=address), method, content, given, timeout=left)
        if answer.status in (401, 403):
            raise NeighbourError(Outcome.REFUSED, PspCode.MISCONFIGURED, neighbour=neighbour)
        if answer.status == 429:
            raise NeighbourError(Outcome.NOT_DONE, ExchangeCode.TOO_BUSY, neighbour=neighbour)
        if answer.status >= 500:
            raise NeighbourError(Outcome.UNKNOWN, f"HTTP_{answer.status}", neighbour=neighbour)
        if not answer.content.strip():
            raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.ANSWER_EMPTY, neighbour=neighbour)
        return answer.status, {"Content-Type": answer.media_type}, (answer.content,)


def asked(neighbour: str, work: Callable[[], _T]) -> _T:
    """Run a call of the SDK and take its answer apart; whatever goes wrong is one NeighbourError, without a body.

    A 4xx with Worldline's own error in it is its refusal, 402 "declined" as well; anything that is not understood proves nothing.
    """
    try:
        return work()
    except ApiException as error:
        _refused(neighbour, error.status_code, [(one.error_code or "", one.id or "") for one in error.errors or ()])
    except _STUMBLES:
        raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.ANSWER_NOT_UNDERSTOOD, neighbour=neighbour) from None


def _refused(neighbour: str, status: int, errors: list[tuple[str, str]]) -> NoReturn:
    codes = {code for code, _ in errors}
    if status == 409 and (codes & _IN_PROGRESS or not codes):
        raise NeighbourError(Outcome.UNKNOWN, "IN_PROGRESS", neighbour=neighbour) from None
    if status == 402:  # declined: a definite answer, not trouble on the way
        raise NeighbourError(Outcome.REFUSED, PspCode.DECLINED, neighbour=neighbour) from None
    if status == 408 or not 400 <= status < 500 or not errors:
        raise NeighbourError(Outcome.UNKNOWN, ExchangeCode.ANSWER_NOT_UNDERSTOOD, neighbour=neighbour) from None
    if status in (404, 410):
        raise NeighbourError(Outcome.REFUSED, PspCode.ORDER_UNKNOWN, neighbour=neighbour) from None
    code, name = errors[0]
    number = f"WL_{code}" if code.isascii() and code.isdigit() and len(code) <= 12 else ""
    raise NeighbourError(Outcome.REFUSED, number or clean_code(name), neighbour=neighbour) from None
