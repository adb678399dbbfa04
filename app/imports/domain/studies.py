"""One thing that comes in several payloads: what was known of it stays, and the images of a study are counted once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from app.imports.domain.reading import FoundRecord
from app.records.domain.findings import ImagingStudy
from app.records.domain.kinds import AnyRecord

_JOINED = {frozenset({"PET", "CT"}): "PET-CT", frozenset({"PET", "MR"}): "PET-MR"}


def added(item: FoundRecord, known: AnyRecord) -> FoundRecord:
    """Return a found record with what the one of before states and it is silent on; sources are told anew."""
    record = item.record
    if type(record) is not type(known):
        return item
    silent = {
        name: value
        for name in record.__struct_fields__
        if name != "sources"
        and getattr(record, name) in _SILENT
        and (value := getattr(known, name)) not in _SILENT
    }
    return structs.replace(item, record=structs.replace(record, **silent))


_SILENT: Final[tuple[object, ...]] = (None, (), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Images of a study: hashes of their UIDs, with those of their series."""

    series_of: Mapping[str, str]

    def __or__(self, other: "Counted") -> "Counted":
        return Counted(series_of={**other.series_of, **self.series_of})

    def __sub__(self, other: "Counted") -> "Counted":
        new = {image: series for image, series in self.series_of.items() if image not in other.series_of}
        return Counted(series_of=new)


def hashed(case_id: str, uid: str) -> str:
    """Return what an image or a series is remembered by."""
    return hashlib.sha256(f"{case_id}\n{uid}".encode()).hexdigest()[:32]


NO_IMAGES: Final = Counted(series_of={})


def counted_in(case_id: str, item: FoundRecord) -> Counted:
    """Return the images of a found study."""
    return Counted(
        series_of={hashed(case_id, instance): hashed(case_id, series) for series, instance in item.instances}
    )


def grown(item: FoundRecord, found: Counted, before: Counted, known: ImagingStudy) -> FoundRecord | None:
    """Return a study as it is with the images that came before; None where no image is new.

    What was known of it stays, and is added to: another payload of a study may be a part of it.
    """
    record = item.record
    if not isinstance(record, ImagingStudy) or not (found - before).series_of:
        return None
    whole = (found | before).series_of
    joined = structs.replace(
        record,
        modality=_joined(known.modality, record.modality),
        regions=tuple(dict.fromkeys((*known.regions, *record.regions)))[:50],
        date=known.date or record.date,
        accession=known.accession or record.accession,
        facility=known.facility or record.facility,
        contrast=known.contrast or record.contrast,
        note=known.note or record.note,
        series_count=len(set(whole.values())),
        instance_count=len(whole),
    )
    return structs.replace(item, record=joined)


def _joined(known: str | None, found: str | None) -> str | None:
    """Return the modality of the whole: two that make one examination are that one, else the first that was known."""
    if known is None or found is None:
        return known or found
    return _JOINED.get(frozenset({known, found}), known)
