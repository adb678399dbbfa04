"""What a reading says of patients and papers, without the characters that no store keeps.

Facts are judged by the checks of records, and their texts fitted by the readers. Whom a payload is about decides which
case it goes into, before anything is judged: so it is fitted here, for every format alike.
"""

from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

from msgspec import structs

from app.imports.domain.reading import (
    AnyItem,
    FoundDocument,
    FoundMerge,
    Reading,
    ReadPatient,
)

T = TypeVar("T")

_NUL: Final = "\0"


def storable(reading: Reading) -> Reading:
    """Return a reading whose patients, papers and places can be stored; what stays empty identifies nobody."""
    return replace(
        reading,
        patients=tuple(map(_patient, reading.patients)),
        payloads=tuple(
            replace(one, body=_plain(one.body), file_name=_plain(one.file_name)) for one in reading.payloads
        ),
        items=tuple(map(_item, reading.items)),
    )


def _patient(one: ReadPatient) -> ReadPatient:
    patient = _plain(one.patient)
    identifiers = tuple(each for each in patient.identifiers if each.system.strip() and each.value.strip())
    plain = replace(
        patient, identifiers=identifiers, **{name: getattr(patient, name) or None for name in _TEXTS}
    )
    # Its key names it within the reading only, and stays what the items call it.
    return replace(one, patient=plain, place=_plain(one.place), names=tuple(filter(None, _plain(one.names))))


_TEXTS: Final = ("name", "birth_date", "deceased")


def _item(item: AnyItem) -> AnyItem:
    if isinstance(item, FoundDocument):
        return structs.replace(
            item, place=_plain(item.place), body=_plain(item.body), file_name=_plain(item.file_name)
        )
    if isinstance(item, FoundMerge):
        surviving, retired = _plain(item.surviving), _plain(item.retired)
        return structs.replace(item, place=_plain(item.place), surviving=surviving, retired=retired)
    place = _plain(item.place)
    return item if place is item.place else structs.replace(item, place=place)


def _plain(value: T) -> T:
    """Return a value with every text in it as it can be kept; the very same where there is nothing to change."""
    plain: Any = value
    if isinstance(value, str):
        plain = value if value.isascii() and _NUL not in value else _kept(value)
    elif isinstance(value, tuple):
        plain = tuple(map(_plain, value))
    elif is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        if any(changed[name] is not getattr(value, name) for name in changed):
            plain = replace(value, **changed)
    return plain  # type: ignore[no-any-return]  # of the type of the value


def _kept(text: str) -> str:
    """Leave NUL out, which stands for nothing (formats fill up with it), and put `?` for half a surrogate pair."""
    return text.replace(_NUL, "").encode("utf-8", "replace").decode()
