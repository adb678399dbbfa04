"""Which observations, images and papers make one report, and what each report becomes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, TypeAlias

from app.imports.domain.fitting import Remarks, text, word
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.effective import day_of, effective_date
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.imaging import imaging_study, imaging_words, is_of_specimen
from app.imports.readers.fhir.making import IN_ERROR, Making, nothing_said, skipped, withdrawn
from app.imports.readers.fhir.model_findings import DiagnosticReport, ImagingStudyResource, Observation
from app.imports.readers.fhir.pathology import pathology_report
from app.imports.readers.fhir.procedures import is_examination
from app.imports.readers.fhir.wording import codes_of, known, note_of, words_of
from app.records.domain.statements import Opinion

Sort: TypeAlias = Literal["pathology", "imaging", "genomics", "other"]

_SORTS: Final[dict[str, Sort]] = {
    "pathology_report": "pathology",
    "imaging_report": "imaging",
    "molecular_report": "genomics",
    "cytogenetics": "genomics",
}
_BY_CATEGORY: Final[dict[str, Sort]] = {
    "LP29684-5": "imaging", "RAD": "imaging", "CUS": "imaging", "RUS": "imaging", "NMR": "imaging", "NMS": "imaging",
    "VUS": "imaging", "LP7839-6": "pathology", "SP": "pathology", "PAT": "pathology", "CP": "pathology",
    "GE": "genomics", "CG": "genomics",
}  # fmt: skip
"""HL7 v2 table 0074 and US Core's categories of reports."""
_STATED: Final = {
    "partial": "The sender marks the report as partial.",
    "preliminary": "The sender marks the report as preliminary.",
    "amended": "The sender marks the report as amended.",
    "corrected": "The sender marks the report as corrected.",
    "appended": "The sender marks the report as appended.",
    "unknown": "The sender does not know the report's status.",
}
_NOT_A_REPORT: Final = {
    "registered": "It is registered; there is no report yet.",
    "cancelled": "It was cancelled; there is no report.",
}


def sort_of(resource: DiagnosticReport) -> Sort:
    """Return what sort of report it is: by its document code, else by its category, else by its words."""
    codes = codes_of(Remarks(), resource.code)
    by_code = _SORTS.get(paper_of(codes).kind) if codes else None
    by_category = known(_BY_CATEGORY, *resource.category)
    by_words = _SORTS.get(paper_of((), words_of(resource.code)).kind)
    return by_code or by_category or by_words or "other"


class Reports:
    """Joins reports with what they report on; answers for each what became of it."""

    def __init__(self, making: Making, entries: list[Entry], kind_of: Callable[[Entry], str | None]) -> None:
        self._making = making
        self._kind_of = kind_of
        self._findings: dict[str, list[Entry]] = defaultdict(list)
        self._stains: dict[str, list[Entry]] = defaultdict(list)
        self._sizes: dict[str, list[Entry]] = defaultdict(list)
        self._said: dict[str, list[Entry]] = defaultdict(list)
        self._studies: dict[str, Entry] = {}
        self._of_genes: dict[str, Entry] = {}
        self._done: dict[str, Entry] = {}
        reports = [one for one in entries if one.kind == "DiagnosticReport" and _is_in_force(one)]
        for report in sorted(reports, key=lambda one: (one.resource.issued or "", one.key), reverse=True):
            self._gather(report)
        self._gather_alone(entries)
        self._examinations(entries)

    def genomics_report(self, entry: Entry) -> Entry | None:
        """Return the report that a variant or a region belongs to."""
        return self._of_genes.get(entry.key)

    def _gather(self, report: Entry) -> None:
        sort = sort_of(report.resource)
        if sort == "imaging":
            self._gather_images(report)
        for result in self._results(report.resource.result, report, 0):
            kind = self._kind_of(result)
            if result.claimed is None and kind is not None:
                self._gather_result(report, sort, result, kind)

    def _gather_images(self, report: Entry) -> None:
        for study in self._making.graph.all(report.resource.imaging_study, report):
            # The first in order is the newest report; an older one stays a record of its own.
            if isinstance(study.resource, ImagingStudyResource) and study.claimed is None:
                self._studies[report.key] = study
                study.claimed = report.place
                return

    def _gather_result(self, report: Entry, sort: Sort, result: Entry, kind: str) -> None:
        of_tissue = kind == "pathology" or (kind == "tumour_size" and is_of_specimen(result, self._making))
        part = None
        if sort == "pathology" and of_tissue:
            part = self._findings
        elif sort == "pathology" and kind == "measured":
            # A stain stays a biomarker of its own beside the report that lists it.
            self._stains[report.key].append(result)
        elif sort == "imaging" and kind == "tumour_size":
            part = self._sizes
        elif sort == "imaging" and kind == "measured" and is_told_in_words(result.resource):
            part = self._said
        elif kind in {"variant", "region"}:
            self._of_genes.setdefault(result.key, report)
        if part is not None:
            part[report.key].append(result)
            result.claimed = report.place

    def _results(self, references: Iterable[Any], within: Entry, depth: int) -> Iterator[Entry]:
        for found in self._making.graph.all(references, within):
            if isinstance(found.resource, Observation):
                yield found
                if depth < 4:  # noqa: PLR2004 (panels of panels of panels)
                    yield from self._results(found.resource.has_member, found, depth + 1)

    def _gather_alone(self, entries: list[Entry]) -> None:
        """Join findings without a report by their specimen, and sizes by the images or the day measured on."""
        by_specimen: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
        by_study: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.claimed is not None or entry.kind != "Observation":
                continue
            kind = self._kind_of(entry)
            on_tissue = kind == "pathology" or (kind == "tumour_size" and is_of_specimen(entry, self._making))
            if on_tissue:
                specimen = self._making.graph.key_of(entry.resource.specimen, entry)
                by_specimen[(entry.patient, specimen or entry.key)].append(entry)
            elif kind == "tumour_size":
                by_study[self._study_key(entry)].append(entry)
        for gathered, groups in ((self._findings, by_specimen), (self._sizes, by_study)):
            for several in groups.values():
                leader, *others = sorted(several, key=lambda one: one.key)
                gathered[leader.key] = [leader, *others]
                for other in others:
                    other.claimed = leader.place

    def _examinations(self, entries: list[Entry]) -> None:
        """Join an examination to its images: the procedure that they name, or the only one of their visit."""
        procedures = [one for one in entries if one.kind == "Procedure" and is_examination(one.resource)]
        for study in (one for one in entries if one.kind == "ImagingStudy"):
            named = self._making.graph.find(study.resource.procedure_reference, study)
            visit = self._making.graph.key_of(study.resource.encounter, study)
            of_visit = [
                one
                for one in procedures
                if visit is not None
                and one.claimed is None
                and self._making.graph.key_of(one.resource.encounter, one) == visit
            ]
            of_visit = of_visit if len(of_visit) == 1 else []
            for one in [named] if named is not None else of_visit:
                one.claimed = study.place
                self._done[study.key] = one

    def _study_key(self, entry: Entry) -> tuple[Any, ...]:
        found = self._making.graph.all((*entry.resource.derived_from, *entry.resource.part_of), entry)
        for one in found:
            if isinstance(one.resource, ImagingStudyResource):
                return entry.patient, one.key
        return entry.patient, (effective_date(entry.resource) or entry.key)[:10]

    def read_report(self, entry: Entry) -> Iterator[AnyItem]:
        """Return what a report says beside its results, which are read by themselves where they are more than it."""
        resource: DiagnosticReport = entry.resource
        if resource.status == "entered-in-error":
            yield withdrawn(entry, IN_ERROR)
            if resource.presented_form:
                yield withdrawn(entry, IN_ERROR, suffix="#presentedForm")
            return
        if resource.status in _NOT_A_REPORT:
            yield skipped(entry, _NOT_A_REPORT[resource.status])
            return
        if resource.status in _STATED:
            entry.remarks.add(_STATED[resource.status])
        sort = sort_of(resource)
        if sort == "imaging":
            yield from self._imaging(entry)
        elif sort == "pathology":
            yield from self._pathology(entry)
        else:
            yield from self._other(entry)

    def _imaging(self, entry: Entry) -> Iterator[AnyItem]:
        study = self._studies.get(entry.key)
        record = imaging_study(
            entry, self._making, study=study, report=entry, sizes=self._sizes.get(entry.key, ()),
            said=self._said.get(entry.key, ()),
            done=self._done.get(study.key) if study is not None else None,
        )  # fmt: skip
        key = study.key if study is not None else self._key_of_study(entry)
        yield self._making.record(entry, record, key=key, sources=(study,) if study is not None else ())

    def _key_of_study(self, entry: Entry) -> str | None:
        """Return the key of a study that is not in the payload: report and images are one record."""
        references = entry.resource.imaging_study
        if len(references) != 1 or self._making.graph.find(references[0], entry) is not None:
            return None
        return self._making.graph.key_of(references[0], entry)

    def _pathology(self, entry: Entry) -> Iterator[AnyItem]:
        record = pathology_report(
            entry,
            self._making,
            self._findings.get(entry.key, ()),
            self._stains.get(entry.key, ()),
            entry.resource,
        )
        yield from self._other(entry) if record is None else (self._making.record(entry, record),)

    def _other(self, entry: Entry) -> Iterator[AnyItem]:
        resource: DiagnosticReport = entry.resource
        diagnoses = [words_of(one) for one in resource.conclusion_code]
        said = note_of((), resource.conclusion, *diagnoses)
        statement = text(said, entry.remarks, "conclusion")
        if statement is None:
            held = (
                "Its results are read by themselves."
                if resource.result
                else "It holds no result and no conclusion."
            )
            yield skipped(
                entry, held + (" Its own form is kept as a document." if resource.presented_form else "")
            )
            return
        behind = self._making.behind(entry, *resource.results_interpreter, *resource.performer)
        yield self._making.record(
            entry,
            Opinion(
                kind="opinion",
                role=word(words_of(resource.code), entry.remarks, "code"),
                institution=word(behind["facility"], entry.remarks, "performer"),
                statement=statement,
                origin="fhir",
                date=day_of(resource, None, entry.remarks),
                codes=codes_of(entry.remarks, resource.code),
                author=word(behind["author"], entry.remarks, "author"),
                asserted_by=behind["asserted_by"],
                facility=word(behind["facility"], entry.remarks, "performer"),
                external_id=word(behind["external_id"], entry.remarks, "id"),
            ),
        )

    def read_findings(self, entry: Entry) -> Iterator[AnyItem]:
        """Return findings of pathology that no report of the payload holds, as the report of their specimen."""
        record = pathology_report(entry, self._making, self._findings.get(entry.key, ()))
        if record is not None:
            yield self._making.record(entry, record)
        elif entry.resource.has_member:
            yield skipped(entry, "It is a panel; its members are read by themselves.")
        else:
            yield nothing_said(entry)

    def read_imaged(self, entry: Entry) -> Iterator[AnyItem]:
        """Return what was seen on images and told in words, as the study's impression, where no report holds it."""
        yield self._making.record(entry, imaging_words(entry, self._making))

    def read_sizes(self, entry: Entry) -> Iterator[AnyItem]:
        """Return tumour sizes that no report holds: on tissue as pathology, on images as a study's lesions."""
        if entry.key in self._findings:
            yield from self.read_findings(entry)
            return
        record = imaging_study(entry, self._making, sizes=self._sizes.get(entry.key, ()))
        yield self._making.record(entry, record) if record.lesions else nothing_said(entry)

    def read_study(self, entry: Entry) -> Iterator[AnyItem]:
        """Return a study whose report is not in the payload."""
        resource: ImagingStudyResource = entry.resource
        if resource.status == "entered-in-error":
            yield withdrawn(entry, IN_ERROR)
        elif entry.claimed is not None:
            yield skipped(entry, f"It is read as one record with {entry.claimed}.")
        elif resource.status in {"registered", "cancelled"}:
            yield skipped(entry, "The study has no images yet, or was cancelled.")
        else:
            done = self._done.get(entry.key)
            yield self._making.record(entry, imaging_study(entry, self._making, study=entry, done=done))


def is_told_in_words(resource: Observation) -> bool:
    """Tell whether an observation of images is told in words, without a number that is a test's result."""
    return resource.value_quantity is None and resource.value_integer is None and not resource.component


def _is_in_force(entry: Entry) -> bool:
    return entry.fault is None and entry.resource.status not in {"entered-in-error", *_NOT_A_REPORT}
