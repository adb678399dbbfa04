"""Writes a laid out summary as HTML: one page with its style inside, without a script, that stands by itself."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from app.summary.domain.drawing.shapes import MarkKind
from app.summary.domain.sheet import Sheet

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_NAMES: Final = ("summary.html.j2", "parts.html.j2", "summary.css")
_FILES: Final = {
    name: files(__package__).joinpath("templates", name).read_text(encoding="utf-8") for name in _NAMES
}
VERSION: Final = sha256("\n".join(_FILES[name] for name in _NAMES).encode()).hexdigest()[:16]
"""Changes with the templates; part of the page's ETag."""

_MARKS: Final[Mapping[MarkKind, str]] = {
    "dot": "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "square": "M-3.5 -3.5h7v7h-7z",
    "triangle": "M0 -4.5L4.5 3.5H-4.5z",
    "diamond": "M0 -5L5 0L0 5L-5 0z",
    "down": "M0 6L-5 -3H5z",
    "up": "M0 -6L5 3H-5z",
    "ring": "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    "cross": "M-4 -4L4 4M-4 4L4 -4",
}
_NOTHING_ELSE: Final = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FOOT_STYLE: Final = "font: 8pt sans-serif; color: #4a5460;"
_DAY: Final = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_NOT_IN_FOOT: Final = re.compile(r"[^A-Za-z0-9 .,:-]")


class Paper(NamedTuple):
    """One page and the policy that it is served under: nothing is loaded, nothing runs, one style counts."""

    html: str
    policy: str


@cache
def _template() -> "Template":
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415 (which only a page needs)

    environment = Environment(
        loader=DictLoader(_FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    environment.globals["marks"] = _MARKS
    environment.filters["whole_days"] = _whole_days
    return environment.get_template("summary.html.j2")


def _whole_days(text: str) -> "Markup":
    """Return a text for the page in which no line ends inside a date."""
    from markupsafe import Markup, escape  # noqa: PLC0415 (a part of the engine)

    return Markup(_DAY.sub(r'<span class="day">\g<0></span>', str(escape(text))))  # noqa: S704 (escaped before)


def paper_of(sheet: Sheet) -> Paper:
    """Write the page."""
    from markupsafe import Markup  # noqa: PLC0415 (a part of the engine)

    style = f"{_FILES['summary.css']}{_foot(sheet)}"
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; {_NOTHING_ELSE}"
    return Paper(_template().render(sheet=sheet, style=Markup(style)), policy)  # noqa: S704 (our own file)


def _foot(sheet: Sheet) -> str:
    """Return the style of a printed page: its size, its number, and which summary it is a page of."""
    named = _NOT_IN_FOOT.sub("", f"Case {sheet.case_id}, revision {sheet.revision}, {sheet.as_of}")
    return (
        "@page { size: A4; margin: 15mm 14mm 18mm; "
        f'@bottom-left {{ content: "{named}"; {_FOOT_STYLE} }} '
        f'@bottom-right {{ content: "Page " counter(page) " of " counter(pages); {_FOOT_STYLE} }} }}\n'
    )
