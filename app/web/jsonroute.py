"""How JSON requests are read and answers written: numbers keep the digits they were written with."""

import json
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.errors import TooLargeError


class BodyTooLargeError(TooLargeError):
    """A JSON body is larger than the service takes."""

    slug = "body-too-large"
    title = "The request is too large"


class JsonRequest(Request):
    """A request whose JSON numbers with a fraction are read as exact decimals, and whose body is bounded."""

    limit: ClassVar[int] = 64 * 1024**2

    async def body(self) -> bytes:
        """Read the body, refusing it as soon as it grows past the bound."""
        if not hasattr(self, "_body"):
            limit = getattr(self.app.state, "max_body_bytes", self.limit)
            chunks: list[bytes] = []
            size = 0
            async for chunk in self.stream():
                size += len(chunk)
                if size > limit:
                    message = f"A JSON body may have at most {limit} bytes; send fewer records in one call."
                    raise BodyTooLargeError(message)
                chunks.append(chunk)
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> Any:  # noqa: ANN401 (whatever was sent)
        """Read the body as JSON (RFC 8259: no NaN, no lone surrogates)."""
        body = await self.body()
        try:
            value = _DECODER.decode(body)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            message = "not valid JSON"
            raise json.JSONDecodeError(message, "", 0) from error
        if rb"\u0000" in body and _holds_null(value):
            message = "a null character"
            raise json.JSONDecodeError(message, "", 0)
        return value


def _holds_null(value: object) -> bool:
    """Tell whether any text holds U+0000, which is no character of any report and which PostgreSQL cannot keep."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_null(name) or _holds_null(part) for name, part in value.items())
    return isinstance(value, list) and any(_holds_null(part) for part in value)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > 300:  # noqa: PLR2004 (beyond any quantity, and beyond what a double can hold)
        message = "number out of range"
        raise ValueError(message)
    return number


_DECODER = msgspec.json.Decoder(float_hook=_decimal)


class JsonRoute(APIRoute):
    """A route whose requests are read as `JsonRequest`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request = JsonRequest(request.scope, request.receive)
            if request.method in {
                "POST",
                "PUT",
                "PATCH",
            } and "multipart/form-data" not in request.headers.get("content-type", ""):
                await request.body()
            try:
                return await handler(request)
            except RequestValidationError as error:
                _drop_values(error)
                raise

        return handle


def _drop_values(error: RequestValidationError) -> None:
    """Forget the values that were refused, so that nothing downstream can repeat them."""
    for one in error.errors():
        one.pop("input", None)


def _as_array(value: object) -> object:
    """Give what makes its parts when they are asked for, such as the points of a series, as an array."""
    if isinstance(value, Sequence):
        return tuple(value)
    raise TypeError(type(value))


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=_as_array)


def encode(value: object) -> bytes:
    """Return a value as JSON bytes, fields in their declared order, decimals as written."""
    return _ENCODER.encode(value)


def json_answer(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a value as a JSON answer."""
    return Response(encode(value), status, headers, "application/json")
