"""The LOINC code of a document: the most specific that its kind, modality and regions bear out, or none."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from app.values.catalogue import fold_name
from app.values.coding import CodeTextError, Loinc
from app.values.data_tables import Row, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentCode:
    """One document code and all that it claims; `label` is in our own words, not LOINC's."""

    kind: str
    modality: str | None
    regions: frozenset[str]
    stated: frozenset[str]
    code: Loinc
    label: str

    @property
    def claims(self) -> int:
        """How much the code says beside the kind."""
        return (self.modality is not None) + len(self.regions) + len(self.stated)


def _names(row: Row) -> Mapping[str, str]:
    return {fold_name(name): key for key in row for name in (key, *row.texts(key))}


_TABLE: Final = read_table("documents")
_MODALITIES: Final = _names(_TABLE.row("modalities"))
_REGIONS: Final = _names(_TABLE.row("regions"))
_SEVERAL_REGIONS: Final = re.compile(r"\s*(?:[,;/+&]|\band\b)\s*", re.IGNORECASE)


def _read_codes() -> tuple[DocumentCode, ...]:
    return tuple(
        _read_code(row, frozenset(_TABLE.row("sources"))) for row in _TABLE.row("documents").rows("row")
    )


def _read_code(row: Row, sources: frozenset[str]) -> DocumentCode:
    regions, modality = frozenset(row.texts("regions")), row.maybe_text("modality")
    if not regions <= set(_REGIONS.values()) or modality not in {None, *_MODALITIES.values()}:
        raise row.fail("its modality or a region is not in the table")
    if row.text("source") not in sources:
        raise row.fail("its source is not among the sources of the table")
    try:
        code = Loinc(row.text("code"))
    except CodeTextError as error:
        raise row.fail("its code is no LOINC code") from error
    return DocumentCode(
        kind=row.text("kind"),
        modality=modality,
        regions=regions,
        stated=frozenset(row.texts("stated")),
        code=code,
        label=row.text("label"),
    )


_CODES: Final = _read_codes()
_BY_CODE: Final = {row.code.code: row for row in reversed(_CODES)}


def document_code(
    kind: str, modality: str | None = None, regions: Collection[str] = (), *, stated: Collection[str] = ()
) -> Loinc | None:
    """Give the most specific LOINC code that fits a document, or `None`.

    A code that claims more than is known does not fit: regions must be exactly those of the document, and
    contrast, tracer, specialty and the like count only where `stated` names them as the table does, such as
    `contrast`, `fdg`, `synoptic`, `aspirate`, `oncology` or `release`.
    """
    known_modality = None if modality is None else _MODALITIES.get(fold_name(modality))
    known_regions = frozenset(_region(part) for region in regions for part in _SEVERAL_REGIONS.split(region))
    fitting = [
        row
        for row in _CODES
        if row.kind == kind
        and row.modality in {None, known_modality}
        and (not row.regions or row.regions == known_regions)
        and row.stated <= set(stated)
    ]
    return max(fitting, key=lambda row: row.claims).code if fitting else None


def find_document_code(code: str) -> DocumentCode | None:
    """Give what the table says of a LOINC document code; `None` for one that is not in it."""
    return _BY_CODE.get(code)


def document_label(code: Loinc) -> str | None:
    """Say what a document code means, in our own words; `None` for a code that is not in the table."""
    return next((row.label for row in _CODES if row.code == code), None)


def _region(text: str) -> str:
    return _REGIONS.get(fold_name(text), text)
