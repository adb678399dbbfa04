"""Medicines ordered (RDE, OMP), dispensed (RDS), given (RAS, RGV): treatments of the cancer, and other medicines."""

from dataclasses import dataclass, field

from app.imports.domain.facts import Medicine, medicine_record
from app.imports.domain.fitting import Remarks
from app.imports.domain.oncology import is_cancer_medicine
from app.imports.readers.hl7v2.fields import Coded, coded, coded_field, people, when
from app.imports.readers.hl7v2.groups import comments_of, entity
from app.imports.readers.hl7v2.message import Segment
from app.imports.readers.hl7v2.results import read_results
from app.imports.readers.hl7v2.sent import Sent

_CANCELLED = frozenset({"CA", "OC"})
_STOPPED = frozenset({"DC", "OD"})
_NOT_GIVEN = {"RE": "The patient refused it.", "NA": "It was not given."}
"""Table 0322, completion status (RXA-20)."""
_UNKNOWN_AMOUNT = "999"


@dataclass(slots=True)
class _Order:
    """One order and what became of it."""

    orc: Segment | None
    ordered: Segment | None = None
    """RXE, else RXO."""
    timing: Segment | None = None
    route: Segment | None = None
    supplied: Segment | None = None
    """RXD or RXG."""
    given: list[Segment] = field(default_factory=list)
    parts: list[Segment] = field(default_factory=list)
    notes: list[Segment] = field(default_factory=list)

    @property
    def number(self) -> str:
        """The placer's number, which all messages about an order share; else the filler's."""
        return (entity(self.orc, 2) or entity(self.orc, 3)) if self.orc else ""


def read_medicines(sent: Sent) -> None:
    """Read every order of a message."""
    for order in _orders(sent):
        if order.given:
            for rxa in order.given:
                _read_given(sent, order, rxa)
        elif order.ordered is not None or order.supplied is not None:
            _read_order(sent, order)
        elif order.orc is not None:
            sent.skip(order.orc, "The order names no medicine.", "Send RXE or RXO with the order.")
    read_results(sent, only_known=True)


def _orders(sent: Sent) -> list[_Order]:
    sent.used |= {"ORC", "RXO", "RXE", "RXD", "RXG", "RXA", "RXR", "RXC", "TQ1", "NTE", "CDO"}
    orders: list[_Order] = []
    for segment in sent.segments:
        if segment.id == "ORC":
            orders.append(_Order(segment))
        elif segment.id[:2] == "RX" or segment.id in {"TQ1", "NTE"}:
            if not orders:
                if segment.id == "NTE":
                    continue
                orders.append(_Order(None))
            _take(orders[-1], segment)
    return orders


def _take(order: _Order, segment: Segment) -> None:
    match segment.id:
        case "RXE":
            order.ordered, order.route, order.parts = segment, None, []
        case "RXO":
            order.ordered = order.ordered or segment
        case "RXD" | "RXG":
            order.supplied = segment
        case "RXA":
            order.given.append(segment)
        case "RXR":
            order.route = order.route or segment
        case "RXC":
            order.parts.append(segment)
        case "TQ1":
            order.timing = segment
        case "NTE":
            order.notes.append(segment)
        case _:
            pass


def _read_order(sent: Sent, order: _Order) -> None:
    segment = order.ordered or order.supplied
    if segment is None:
        return
    entry = coded_field(segment, _CODE_FIELD[segment.id])
    key = sent.key("order", order.number or f"{sent.identity}/{sent.control_id}", entry.identity)
    control = order.orc.part(1).upper() if order.orc else ""
    if control in _CANCELLED:
        sent.withdraw(segment, key, "The order was cancelled.")
        return
    stopped = (
        when(order.orc.part(15)) or when(order.orc.part(9)) if order.orc and control in _STOPPED else None
    )
    started, ended = _times(order, segment)
    note = [_SAID[segment.id], *comments_of(order.notes)]
    medicine = Medicine(
        name=entry.text or None,
        codes=entry.codings,
        date=when(order.orc.part(9)) if order.orc else None,
        dose=_dose(segment),
        route=_route(order),
        frequency=_frequency(order, segment),
        started=started,
        ended=stopped or ended,
        ongoing=False if stopped else None,
        reason=_reason(order, segment),
        reason_ended=_reason_ended(order) if stopped else None,
        author=people(order.orc, 12) if order.orc else None,
        note="\n".join(note),
        external_id=order.number.split("^", 1)[0] or None,
    )
    _add(sent, segment, medicine, key)
    _read_parts(sent, order, medicine, key)


def _read_parts(sent: Sent, order: _Order, whole: Medicine, key: str) -> None:
    """Read the medicines against the cancer that an infusion is mixed of, where it is called by its base."""
    if whole.name and is_cancer_medicine(whole.name, whole.codes):
        return
    for part in order.parts:
        entry = coded_field(part, 2)
        if entry.text and is_cancer_medicine(entry.text, entry.codings):
            dose = " ".join(filter(None, (part.text(3), coded_field(part, 4).text)))
            medicine = Medicine(
                name=entry.text,
                codes=entry.codings,
                date=whole.date,
                dose=dose or None,
                route=whole.route,
                frequency=whole.frequency,
                started=whole.started,
                ended=whole.ended,
                author=whole.author,
                note=whole.note,
                external_id=whole.external_id,
            )
            _add(sent, part, medicine, f"{key}/{entry.identity}")


def _read_given(sent: Sent, order: _Order, rxa: Segment) -> None:
    entry = coded_field(rxa, 5)
    started = when(rxa.part(3))
    number = order.number or sent.identity
    key = sent.key("given", number, entry.identity, started or f"{sent.control_id}/{rxa.text(2)}")
    if rxa.part(21).upper() == "D":
        sent.withdraw(rxa, key, "The sender deletes the administration.")
        return
    not_given = _NOT_GIVEN.get(rxa.part(20).upper())
    if not_given:
        sent.skip(rxa, not_given, "Nothing has to be done.")
        return
    amount = rxa.part(6)
    dose = (
        " ".join(filter(None, (amount, coded_field(rxa, 7).text)))
        if amount not in {"", _UNKNOWN_AMOUNT}
        else None
    )
    note = ["Given in part." if rxa.part(20).upper() == "PA" else "", *comments_of(order.notes)]
    _add(
        sent,
        rxa,
        Medicine(
            name=entry.text or None,
            codes=entry.codings,
            date=started,
            dose=dose,
            route=_route(order),
            started=started,
            ended=when(rxa.part(4)) or started,
            reason=coded_field(rxa, 19).text or None,
            author=people(rxa, 10),
            facility=sent.facility,
            note="\n".join(part for part in note if part) or None,
            external_id=order.number.split("^", 1)[0] or None,
        ),
        key,
    )


_CODE_FIELD = {"RXE": 2, "RXO": 1, "RXD": 2, "RXG": 4}
_DOSE_FIELDS = {"RXE": (3, 4, 5), "RXO": (2, 3, 4), "RXD": (12, 0, 0), "RXG": (5, 6, 7)}
_SAID = {
    "RXE": "The message is an order; it does not say that the medicine was given.",
    "RXO": "The message is an order; it does not say that the medicine was given.",
    "RXD": "The message says that the medicine was dispensed.",
    "RXG": "The message says when the medicine is to be given.",
}


def _dose(segment: Segment) -> str | None:
    low, high, unit = _DOSE_FIELDS[segment.id]
    least, most = segment.part(low), segment.part(high) if high else ""
    amount = f"{least}-{most}" if least and most and least != most else least or most
    words = coded_field(segment, unit).text if unit else segment.part(low, 2)
    return " ".join(filter(None, (amount, words))) or None


def _route(order: _Order) -> str | None:
    return coded_field(order.route, 1).text or None if order.route else None


def _frequency(order: _Order, segment: Segment) -> str | None:
    """Return how often: TQ1-3, else the interval of an older timing (RXE-1.2, ORC-7.2), else the instructions."""
    if order.timing is not None and order.timing.part(3):
        return order.timing.part(3, 1, 2) or order.timing.part(3)
    if segment.id == "RXE" and segment.part(1, 2):
        return segment.part(1, 2)
    if order.orc is not None and order.orc.part(7, 2):
        return order.orc.part(7, 2)
    return _instructions(segment)


def _instructions(segment: Segment) -> str | None:
    if segment.id not in {"RXE", "RXO"}:
        return None
    entries: list[Coded] = [coded(raw, segment.marks) for raw in segment.repetitions(7)]
    return " ".join(entry.text for entry in entries if entry.text) or None


def _times(order: _Order, segment: Segment) -> tuple[str | None, str | None]:
    timing, orc = order.timing, order.orc
    starts = [timing.part(7) if timing else "", segment.part(1, 4) if segment.id == "RXE" else ""]
    ends = [timing.part(8) if timing else "", segment.part(1, 5) if segment.id == "RXE" else ""]
    if segment.id == "RXD":
        starts.append(segment.part(3))
    if orc is not None:
        starts += [orc.part(7, 4), orc.part(15)]
        ends.append(orc.part(7, 5))
    started = next(filter(None, map(when, starts)), None)
    ended = next(filter(None, map(when, ends)), None)
    return started, ended if ended is None or started is None or started[:10] <= ended[:10] else None


def _reason(order: _Order, segment: Segment) -> str | None:
    del order
    number = {"RXE": 27, "RXO": 20}.get(segment.id)
    return coded_field(segment, number).text or None if number else None


def _reason_ended(order: _Order) -> str | None:
    return coded_field(order.orc, 16).text or None if order.orc else None


def _add(sent: Sent, segment: Segment, medicine: Medicine, key: str) -> None:
    remarks = Remarks()
    record = medicine_record(medicine, "hl7v2", remarks)
    if record is None:
        sent.skip(
            segment,
            " ".join(remarks.all()) or "It names no medicine.",
            "Name the medicine by a code or in words.",
        )
        return
    sent.found(segment, record, key, remarks)
