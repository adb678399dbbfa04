"""What a reading holds, by sort; for the tests of every format."""

from app.imports.domain.reading import FoundDocument, FoundRecord, NotUsed, Reading, Withdrawn


def found(reading: Reading) -> list[FoundRecord]:
    """Return the records with what surrounds them."""
    return [item for item in reading.items if isinstance(item, FoundRecord)]


def documents(reading: Reading) -> list[FoundDocument]:
    """Return the documents."""
    return [item for item in reading.items if isinstance(item, FoundDocument)]


def unused(reading: Reading) -> list[NotUsed]:
    """Return what was not used."""
    return [item for item in reading.items if isinstance(item, NotUsed)]


def withdrawn(reading: Reading) -> list[Withdrawn]:
    """Return what was taken back."""
    return [item for item in reading.items if isinstance(item, Withdrawn)]
