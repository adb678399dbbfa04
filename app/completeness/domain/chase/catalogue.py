"""The words of the letters, language by language: data files that are complete or are not read at all."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from string import Formatter
from typing import TYPE_CHECKING, Any, Final, Literal

from app.errors import NotFoundError

if TYPE_CHECKING:  # loaded when the first letter is written: the start would wait for it
    from babel import Locale

Review = Literal["source", "unreviewed", "reviewed"]
SOURCE: Final = "en"
"""The language that the others follow."""
_HEAD: Final = frozenset({"language", "locale", "name", "review", "reviewed_by", "reviewed_on"})
_PLURAL: Final = "plural."
_FIRST_STRONG, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


class LanguageNotFoundError(NotFoundError):
    """There is no catalogue of the language."""

    slug = "language-not-found"
    title = "There are no letters in this language"


class CatalogueError(ValueError):
    """A catalogue is wrong: it names the file, the message and what is to be mended."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages of one language, by dotted key; plural forms by key and CLDR category."""

    language: str
    name: str
    review: Review
    reviewed_by: str | None
    reviewed_on: str | None
    locale_name: str
    """The language with the country whose way of writing dates is followed."""
    messages: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    sha256: str
    """Hash of the file, for ETags."""

    @property
    def locale(self) -> "Locale":
        """CLDR's data of the language."""
        return _locale(self.locale_name)

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way it is written."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def find(self, key: str) -> str | None:
        """Return a message without anything to fill in, None where there is none."""
        return self.messages.get(key)

    def say(self, key: str, **values: str) -> str:
        """Return a message, filled in; what is filled in keeps its own direction."""
        return self.messages[key].format_map({name: self.apart(value) for name, value in values.items()})

    def count(self, key: str, number: int) -> str:
        """Return the form of a message that fits a number, by CLDR's plural rules."""
        forms = self.plurals[key]
        return forms[self.locale.plural_form(number)].format_map({"count": str(number)})

    def apart(self, value: str) -> str:
        """Keep a name or a number from being turned round within a text from right to left."""
        return isolated(value) if self.direction == "rtl" else value


def isolated(value: str) -> str:
    """Keep the direction of a text apart from that of the text around it."""
    return f"{_FIRST_STRONG}{value}{_POP}"


@lru_cache(maxsize=64)
def _locale(name: str) -> "Locale":
    """Load CLDR's data of a language.

    Raises:
        ValueError: CLDR has none of that name.
    """
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 (see above)

    try:
        return Locale.parse(name, sep="-")
    except UnknownLocaleError as error:
        raise ValueError(str(error)) from error


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Name the languages that there are catalogues of, the source first."""
    names = sorted(
        file.name.removesuffix(".toml")
        for file in files(__package__).joinpath("messages").iterdir()
        if file.name.endswith(".toml")
    )
    return (SOURCE, *(name for name in names if name != SOURCE))


@lru_cache(maxsize=32)
def catalogue_in(language: str) -> Catalogue:
    """Return the catalogue of a language.

    Raises:
        LanguageNotFoundError: there is none.
        CatalogueError: it is not complete, or fills in something else than its source.
    """
    if language not in languages():
        message = f"Use one of: {', '.join(languages())}."
        raise LanguageNotFoundError(message)
    file = files(__package__).joinpath("messages", f"{language}.toml")
    read = read_catalogue(file.read_text(encoding="utf-8"), file=f"{language}.toml")
    if read.language != language:
        message = f"{language}.toml: `language` is to be `{language}`, as the file's name"
        raise CatalogueError(message)
    if language != SOURCE:
        check_against(read, catalogue_in(SOURCE), file=f"{language}.toml")
    return read


def read_catalogue(text: str, *, file: str) -> Catalogue:
    """Read one catalogue.

    Raises:
        CatalogueError: it is no catalogue; the file and the message are named.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file}: {error}"
        raise CatalogueError(message) from None
    flat = dict(_flat({name: part for name, part in data.items() if name not in _HEAD}))
    plurals: dict[str, dict[str, str]] = {}
    for key in [key for key in flat if key.startswith(_PLURAL)]:
        name, _, category = key.removeprefix(_PLURAL).rpartition(".")
        plurals.setdefault(name, {})[category] = flat.pop(key)
    read = Catalogue(
        language=str(data.get("language")),
        name=str(data.get("name")),
        review=data.get("review", "unreviewed"),
        reviewed_by=data.get("reviewed_by"),
        reviewed_on=data.get("reviewed_on"),
        locale_name=str(data.get("locale", data.get("language"))),
        messages=flat,
        plurals=plurals,
        sha256=sha256(text.encode()).hexdigest(),
    )
    found = list(_faults(read))
    if found:
        message = f"{file}: {'; '.join(found)}"
        raise CatalogueError(message)
    return read


def check_against(read: Catalogue, source: Catalogue, *, file: str) -> None:
    """Go on only if a catalogue says all that its source says, and fills in the same.

    Raises:
        CatalogueError: messages are missing or too many, or fill in something else; each is named.
    """
    found = [
        *(f"`{key}` is missing" for key in source.messages if key not in read.messages),
        *(f"`{key}` is no message of {SOURCE}.toml" for key in read.messages if key not in source.messages),
        *(
            f"`{key}` is to fill in {sorted(placeholders(text)) or 'nothing'}"
            for key, text in source.messages.items()
            if key in read.messages and placeholders(read.messages[key]) != placeholders(text)
        ),
        *(f"`plural.{key}` is missing" for key in source.plurals if key not in read.plurals),
    ]
    if found:
        message = f"{file}: {'; '.join(found)}"
        raise CatalogueError(message)


def placeholders(text: str) -> frozenset[str]:
    """Name what is filled in.

    Raises:
        ValueError: a brace is not closed.
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _faults(read: Catalogue) -> Iterator[str]:
    try:
        wanted = {*_locale(read.language).plural_form.tags, "other"}
        _locale(read.locale_name)
    except ValueError:
        yield f"`language` {read.language} is no language of CLDR"
        return
    if read.review not in ("source", "unreviewed", "reviewed") or (
        (read.review == "source") != (read.language == SOURCE)
    ):
        yield "`review` is `unreviewed`, or `reviewed` with `reviewed_by` and `reviewed_on`"
    if read.review == "reviewed" and not (read.reviewed_by and read.reviewed_on):
        yield "`review` is `reviewed`: say `reviewed_by` and `reviewed_on`"
    for key, text in read.messages.items():
        try:
            placeholders(text)
        except ValueError:
            yield f"`{key}` has a brace that is not closed"
        if not text.strip():
            yield f"`{key}` is empty"
    for key, forms in read.plurals.items():
        if set(forms) != wanted:
            yield f"`plural.{key}` has the forms {', '.join(sorted(wanted))}"


def _flat(part: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in part.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", str(value)
