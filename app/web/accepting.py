"""Which form of an answer a caller would rather have: JSON, unless it says something else."""

from collections.abc import Mapping
from typing import Final, Literal, TypeVar

FormT = TypeVar("FormT", bound=str)

_HTML: Final = "text/html"
_JSON: Final = "application/json"


def accepted(header: str | None) -> Literal["json", "html"]:
    """Return the form that an Accept header asks for (RFC 9110, 12.5.1); JSON where it wants neither more.

    A caller that accepts neither gets JSON, which the standard allows.
    """
    weights = dict(_weights(header or ""))
    html = weights.get(_HTML, weights.get("text/*", 0.0))
    json = weights.get(_JSON, weights.get("application/*", weights.get("*/*", 0.0)))
    return "html" if html > json else "json"


def preferred(header: str | None, offers: Mapping[str, FormT]) -> FormT:
    """Return the form that an Accept header wants most of those offered by media type; the first where none more."""
    weights = dict(_weights(header or ""))

    def weight(media: str) -> float:
        return weights.get(media, weights.get(f"{media.partition('/')[0]}/*", weights.get("*/*", 0.0)))

    return offers[max(offers, key=weight)]


def _weights(header: str) -> list[tuple[str, float]]:
    """Return the media ranges of an Accept header with their weights."""
    found = []
    for part in header.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                weight = _number(value)
        found.append((media, weight))
    return found


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0 <= number <= 1 else 0.0
