"""The keys by which senders name what they send."""

from collections.abc import Iterator, Sequence

from app.imports.domain.reading import AnyItem, FoundDocument, FoundMerge, FoundRecord, NotUsed, Withdrawn


def keys_of(items: Sequence[AnyItem]) -> Iterator[str]:
    """Yield every key that the items speak of."""
    for item in items:
        match item:
            case FoundRecord():
                yield item.key
                for link in item.links:
                    yield from link.keys
            case FoundDocument():
                yield item.key
                if item.replaces is not None:
                    yield item.replaces
            case Withdrawn() | FoundMerge():
                yield item.key
            case NotUsed():
                pass
