"""Writes letters as HTML: one page without a script, each letter on pages of its own when it is printed."""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from app.completeness.domain.chase.catalogue import Catalogue
from app.completeness.domain.chase.letters import LINES_TO_FILL_IN, Letter

if TYPE_CHECKING:
    from jinja2 import Template

_NAMES: Final = ("letters.html.j2", "letters.css")
_FILES: Final = {
    name: files(__package__).joinpath("templates", name).read_text(encoding="utf-8") for name in _NAMES
}
VERSION: Final = sha256("\n".join(_FILES[name] for name in _NAMES).encode()).hexdigest()[:16]
"""Changes with the templates; part of the page's ETag."""
_STYLE: Final = _FILES["letters.css"]
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class LetterPaper(NamedTuple):
    """One page and the policy that it is served under: nothing is loaded, nothing runs, one style counts."""

    html: str
    policy: str


@cache
def _template() -> "Template":
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415 (which only a page needs)

    environment = Environment(loader=DictLoader(_FILES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("letters.html.j2")


def paper_of(
    letters: Sequence[Letter], words: Catalogue, *, reference: str, notes: Sequence[str]
) -> LetterPaper:
    """Write the page; `notes` are for whoever sends the letters, and are not printed."""
    from markupsafe import Markup  # noqa: PLC0415 (a part of the engine)

    html = _template().render(
        letters=letters,
        language=words.language,
        direction=words.direction,
        title=words.say("letter.title"),
        reference=reference,
        notes=notes,
        to_fill_in=LINES_TO_FILL_IN,
        style=Markup(_STYLE),  # noqa: S704 (our own file)
    )
    return LetterPaper(html, _POLICY)
