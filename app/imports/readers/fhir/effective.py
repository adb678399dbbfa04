"""When an Observation or a report holds."""

from app.imports.domain.fitting import Remarks
from app.imports.readers.fhir.graph import Entry, Graph
from app.imports.readers.fhir.model_findings import DiagnosticReport, Observation, Specimen
from app.imports.readers.fhir.wording import date_of, period_of


def effective_date(resource: Observation | DiagnosticReport) -> str | None:
    """Return the clinically relevant time; None where none is stated.

    Raises:
        BrokenResourceError: a text that should be a date is none.
    """
    kind = resource.resource_type or "Observation"
    found = date_of(resource.effective_date_time, f"{kind}.effectiveDateTime") or period_of(
        resource.effective_period, f"{kind}.effectivePeriod"
    )
    if found is None and isinstance(resource, Observation):
        found = date_of(resource.effective_instant, f"{kind}.effectiveInstant")
        if found is None and resource.effective_timing is not None:
            event = next((one for one in resource.effective_timing.event if one), None)
            found = date_of(event, f"{kind}.effectiveTiming.event")
    return found


def day_of(
    resource: Observation | DiagnosticReport, specimen: Specimen | None, remarks: Remarks
) -> str | None:
    """Return the clinically relevant time, else when the specimen was taken, else when it was issued."""
    found = effective_date(resource) or collected_on(specimen)
    if found is None and resource.issued:
        found = date_of(resource.issued, f"{resource.resource_type}.issued")
        remarks.add("It states no clinically relevant time; the date is that of its release.")
    return found


def collected_on(specimen: Specimen | None) -> str | None:
    """Return when a specimen was taken, as stated; None where only its receipt is."""
    if specimen is None or specimen.collection is None:
        return None
    collection = specimen.collection
    return date_of(collection.collected_date_time, "Specimen.collection.collectedDateTime") or period_of(
        collection.collected_period, "Specimen.collection.collectedPeriod"
    )


def specimen_of(graph: Graph, entry: Entry) -> Specimen | None:
    """Return the specimen that an Observation was made on."""
    found = graph.find(entry.resource.specimen, entry)
    return found.resource if found is not None and isinstance(found.resource, Specimen) else None
