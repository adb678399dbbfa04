"""How a sentence stands to a word in it: stated, denied, unclear, past, only possible, or of somebody else.

Read by rules on the words around it, in the manner of NegEx (Chapman 2001) and ConText (Harkema 2009), with change
words as pseudo-negation. Where the rules can't tell, the answer is `unclear`, never `denied`.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from app.summary.domain.emergency_language import Language
from app.summary.domain.instructions import BLANK, listed_under_an_instruction


class Standing(StrEnum):
    """What a sentence says of a word in it."""

    STATED = "stated"
    UNCLEAR = "unclear"
    PAST = "past"
    DENIED = "denied"
    POSSIBLE_ONLY = "possible_only"
    OTHER_PERSON = "other_person"


SHOWN: Final = frozenset({Standing.STATED, Standing.UNCLEAR, Standing.PAST})
"""The standings that an alert is shown for."""

_ABBREVIATIONS: Final = re.compile(
    r"\b(?:e\.g|i\.e|approx|temp|dr|mr|mrs|ms|pt|pts|vs|st|max)\.", re.IGNORECASE
)
_SPACES: Final = re.compile(r"(?<=\n)(?:[^\S\n]*\n)+|[^\S\n]+")
_SENTENCE: Final = re.compile(
    r"(?:[^.!?;\n•。！？；؟؛।]+|[.!?](?=\S)|\n(?=[a-z(,]))+(?:[.!?;。！？；؟؛।]|$)?"
)
_SPLIT: Final = re.compile(r"[!?;•。！？；؟؛।]|\.\s|  |[^\S ]")
_QUESTION_MARKS: Final = ("?", "？", "؟")
"""What a text holds that may be more than one sentence, or whose spaces need mending."""
_ASIDE: Final = re.compile(r"\([^()]*\w[^()]*\)")
_WORD: Final = re.compile(r"\w+")
_WORD_HERE: Final = "X"
"""What stands for a sign's own letters; no rule looks for it."""
_WORD_ENDS: Final = re.compile(r"(?<=X)(?!X)")
_OWN_WORDS: Final = 2
_ITEM_WORDS: Final = 3
_OTHER_WORDS: Final = 4


class Span(NamedTuple):
    """A stretch of a sentence, end exclusive."""

    start: int
    end: int


class Sentence(NamedTuple):
    """One sentence as written and in small letters; whether the next answers it with no, an instruction lists it."""

    text: str
    lowered: str
    is_question: bool
    is_answered_no: bool
    is_instruction: bool = False


def sentences(text: str, words: Language) -> Iterator[Sentence]:
    """Split a text into sentences; a number's point and a broken line do not end one."""
    if not _SPLIT.search(text):
        yield Sentence(text=text, lowered=words.plain(text.lower()), is_question=False, is_answered_no=False)
        return
    plain = _SPACES.sub(
        lambda found: BLANK if "\n" in found.group() else " ", _ABBREVIATIONS.sub(_undotted, text)
    )
    parts = [found.group().replace("\n", " ") for found in _SENTENCE.finditer(plain)]
    parts = [part for part in parts if not part.isspace()]
    instructions = listed_under_an_instruction(parts, words)
    for place, part in enumerate(parts):
        question = part.endswith(_QUESTION_MARKS)
        answer = words.plain(parts[place + 1].lower()) if question and place + 1 < len(parts) else ""
        yield Sentence(
            text=part,
            lowered=words.plain(part.lower()),
            is_question=question,
            is_answered_no=bool(answer and words.answers_no.match(answer)),
            is_instruction=instructions[place],
        )


def _undotted(found: re.Match[str]) -> str:
    return found.group().replace(".", " ")


def standings(sentence: Sentence, spans: tuple[Span, ...], words: Language) -> tuple[Standing, ...]:
    """Say for each stretch of the sentence, in the order given, how the sentence stands to it."""
    masked = sentence.lowered
    for span in spans:
        masked = f"{masked[: span.start]}{_WORD_HERE * (span.end - span.start)}{masked[span.end :]}"
    masked, doubts = words.unsure_denials.subn(_blank, masked)
    masked = words.not_denials.sub(_blank, masked)
    bounds = sorted(
        {0, len(masked)} | {edge for found in words.breaks.finditer(masked) for edge in found.span()}
    )
    return tuple(
        _Reading(
            words=words,
            before=masked[max(edge for edge in bounds if edge <= span.start) : span.start],
            after=masked[span.end : min(edge for edge in bounds if edge >= span.end)],
            sentence=sentence,
            doubts=doubts > 0,
        ).read()
        for span in spans
    )


def _blank(found: re.Match[str]) -> str:
    return "~" * len(found.group())


class _Reading(NamedTuple):
    """The clause around one word: what stands before it and after it."""

    words: Language
    before: str
    after: str
    sentence: Sentence
    doubts: bool

    def read(self) -> Standing:
        """Return the standing: at once where a denial stands right before the word, else by every rule."""
        words = self.words
        if not self.doubts and words.adjacent.search(self.before) and not words.restores.match(self.after):
            return Standing.DENIED
        return self._replace(before=_ASIDE.sub(_blank, self.before)).standing()

    def standing(self) -> Standing:
        denied = self._denial()
        if denied is not None:
            return self._denied(denied)
        if self._is_of_another():
            return Standing.OTHER_PERSON
        if self.sentence.is_answered_no:
            return Standing.DENIED
        if self._is_only_possible():
            return Standing.POSSIBLE_ONLY
        words = self.words
        if (
            self.doubts
            or self.sentence.is_question
            or words.unsure.search(self.before)
            or words.unsure.search(self.after)
            or words.perhaps_others.search(self.before)
            or words.others.search(self.before)
        ):
            return Standing.UNCLEAR
        if self._is_past():
            return Standing.PAST
        return Standing.UNCLEAR if self._is_denied_further_on() else Standing.STATED

    def _denied(self, denied: Standing) -> Standing:
        """Return what a denial amounts to: over, taken back, in doubt, or plain."""
        words, item = self.words, self.before[self._item_start() :]
        if words.no_longer.search(item):
            return Standing.PAST
        if words.restores.match(self.after) or self.doubts or words.unsure.search(item):
            return Standing.UNCLEAR
        return denied

    def _item_start(self) -> int:
        """Where the list item begins that the word stands in."""
        return max((found.end() for found in self.words.separators.finditer(self.before)), default=0)

    def _denial(self) -> Standing | None:
        """Return whether a denial covers the word, for certain or perhaps; None where none does."""
        if self._is_denied_after():
            return (
                Standing.UNCLEAR
                if self.words.denials.search(self.before[self._item_start() :])
                else Standing.DENIED
            )
        if self.words.denies_lists_after and self._is_denied_with_its_list():
            return Standing.DENIED
        cues = list(self.words.denials.finditer(self.before))
        for place in reversed(range(len(cues))):
            cue = cues[place]
            reach = self._covers(self.before[cue.end() :], whole_list=cue.group("list") is not None)
            if reach is Standing.DENIED and place and self._is_doubled(cues[place - 1], cue):
                return Standing.UNCLEAR
            if reach is not None:
                return reach
            if self.words.ends.search(self.before[cue.end() :]):
                return None
        return None

    def _is_denied_after(self) -> bool:
        return bool(self.words.after_alone.match(self.after) or self.words.after.match(self.after))

    def _is_denied_with_its_list(self) -> bool:
        """Whether the list that the word begins ends with a denial of it all, where denials stand last."""
        words = self.words
        for found in _WORD_ENDS.finditer(self.after):
            rest, between = self.after[found.start() :], self.after[: found.start()]
            if words.after.match(rest) or words.after_alone.match(rest):
                return not words.ends.search(between) and not words.ends_in_lists.search(between)
        return False

    def _is_doubled(self, first: re.Match[str], second: re.Match[str]) -> bool:
        between = self.before[first.end() : second.start()]
        if self.words.closing.fullmatch(second.group()):  # "neither fever nor bleeding"
            return False
        return not self.words.separators.search(between) and not self.words.ends.search(between)

    def _covers(self, stretch: str, *, whole_list: bool = False) -> Standing | None:
        """Return how far a denial before `stretch` reaches the word after it."""
        words = self.words
        if words.ends.search(stretch):
            return None
        separators = list(words.separators.finditer(stretch))
        if not separators:
            return Standing.DENIED
        first = separators[0]
        if not _WORD.search(stretch[: first.start()]):
            return None  # "bleeding: no, fever": it denies what stands before it
        if words.ends_in_lists.search(stretch[first.end() :]):
            return None
        if whole_list:
            return Standing.DENIED
        last = separators[-1].group()
        if words.closing.fullmatch(last) or (last == "," and self._list_closes()):
            kinds = {found.group() for found in separators}
            return (
                Standing.DENIED
                if all(kind == "," or words.closing.fullmatch(kind) for kind in kinds)
                else Standing.UNCLEAR
            )
        return Standing.UNCLEAR

    def _list_closes(self) -> bool:
        """Whether the list that the word stands in ends with "or"."""
        words = self.words
        place, limit = 0, _OWN_WORDS
        for found in words.separators.finditer(self.after):
            item = self.after[place : found.start()]
            if (
                len(_WORD.findall(item)) > limit
                or words.ends.search(item)
                or words.ends_in_lists.search(item)
            ):
                return False
            if words.closing.fullmatch(found.group()):
                return True
            place, limit = found.end(), _ITEM_WORDS
        return False

    def _is_only_possible(self) -> bool:
        """Whether the clause speaks of a case that may come, and not of one that goes on."""
        words = self.words
        if words.worries.search(self.before) or words.goes_on.match(self.after.lstrip()):
            return False
        if self.sentence.is_instruction:
            return True
        for cue in words.might.finditer(self.before):
            if not words.might_ends.search(self.before[cue.end() :]):
                return True
        for cue in words.conditions.finditer(self.before):
            stretch = self.before[cue.end() :]
            last = stretch.rpartition(",")[2]
            is_one_list = "," not in stretch or self._list_closes() or words.closing.search(last)
            if is_one_list and not words.might_ends.search(stretch):
                return True
        return False

    def _is_past(self) -> bool:
        words = self.words
        for cue in words.past_before.finditer(self.before):
            stretch = self.before[cue.end() :]
            if not any(
                pattern.search(stretch) for pattern in (words.separators, words.ends, words.ends_in_lists)
            ):
                return True
        own, _, following = self.after.partition(",")
        item = words.separators.split(own)[0]
        return bool(words.past_after.search(item) or words.past_after.match(following.lstrip()))

    def _is_of_another(self) -> bool:
        words = self.words
        for cue in words.others.finditer(self.before):
            stretch = self.before[cue.end() :]
            if "," not in stretch and len(_WORD.findall(stretch)) <= _OTHER_WORDS:
                return not words.back_to_patient.search(stretch)
        return False

    def _is_denied_further_on(self) -> bool:
        """Whether a denial ends the list that the word begins: "fever and bleeding were denied"."""
        words = self.words
        return any(
            words.after.match(self.after[found.start() :])
            or words.after_alone.match(self.after[found.start() :])
            for found in _WORD_ENDS.finditer(self.after)
        )
