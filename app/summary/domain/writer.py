"""Writing statements: ids, the patient left out where wanted, and the language check, in one place for all sections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec.json import Encoder

from app.summary.domain.identity import Mask, masked, masked_sources, without_identifying
from app.summary.domain.language import unsafe_words
from app.summary.domain.model import SectionKey, Statement, StatementKind, Summary
from app.summary.domain.wording import readable, told
from app.timeline.domain.event import SourceRef, TimelineEvent

NOT_SHOWN: Final = "Not shown: this sentence did not pass the wording check. Its sources are given."
WITHHELD: Final = "withheld"
WORDING_CHECK: Final = "wording_check"
NOT_FOUND: Final = "not found in the files received"

_ENCODER: Final = Encoder()
_CHECKED: Final = frozenset({"computed", "generated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the statements of one section; with a mask, the patient's name and identifiers never get out."""

    section: SectionKey
    mask: Mask | None

    def say(
        self,
        about: str,
        text: str,
        kind: StatementKind = "recorded",
        *,
        facts: Mapping[str, Any] | None = None,
        sources: tuple[SourceRef, ...] = (),
        caution: str | None = None,
    ) -> Statement:
        """Write one statement; its id is the section and what it is about.

        A computed or generated text with an unsafe word is replaced by the plain word that it isn't shown.
        """
        facts, text = facts or {}, readable(text)
        mask = self.mask
        if mask is not None and (sources or facts or kind != "generated"):
            if mask.may_touch(_ENCODER.encode((text, facts)).decode()):
                text, facts = mask(text), masked(facts, mask)
            facts = without_identifying(facts)
            sources = masked_sources(sources, mask)
        if kind in _CHECKED and (unsafe_words(text) or (caution and unsafe_words(caution))):
            text, facts, caution = NOT_SHOWN, {WITHHELD: WORDING_CHECK}, None
        return Statement(
            id=f"{self.section}/{about}", text=text, kind=kind, facts=facts, sources=sources, caution=caution
        )

    def tell(self, event: TimelineEvent, *more: str, caution: str | None = None) -> Statement:
        """Write one event of the timeline in its recorded words."""
        return self.say(
            event.id, told(event, *more), facts=_dated(event), sources=event.sources, caution=caution
        )

    def absent(self, about: str, what: str) -> Statement:
        """Write that something is not there."""
        return self.say(about, f"{what}: {NOT_FOUND}.", "generated")


def withheld_in(summary: Summary) -> Iterator[str]:
    """Yield the ids of the statements that the wording check held back; the last section says whether there are any."""
    if not any(one.id == f"cautions/{WORDING_CHECK}" for one in summary.section("cautions").statements):
        return
    for section in summary.sections:
        yield from (one.id for one in section.statements if WITHHELD in one.facts)


def _dated(event: TimelineEvent) -> Mapping[str, Any]:
    """Return the facts of an event with what the timeline knows of its date."""
    date = event.date
    return {
        **event.facts,
        "event_id": event.id,
        "event_date": date.text if date else None,
        "asserted_by": event.asserted_by,
    }
