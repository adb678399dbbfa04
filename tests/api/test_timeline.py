"""The timeline, the series and the arithmetic as they are served."""

from tests.conftest import Api


def test_a_relative_date_is_kept_in_its_words_and_placed_between_what_it_names(api: Api) -> None:
    case_id = api.open_case()
    chemotherapy, scan = api.add(
        case_id,
        {
            "kind": "treatment",
            "category": "systemic",
            "drugs": [{"name": "cisplatin"}],
            "started": "2025-01-10",
            "ended": "2025-04-20",
            "cycle_dates": ["2025-01-10", "2025-01-31", "2025-02-21"],
        },
        {"kind": "imaging_study", "modality": "PET", "date": "2025-05-05"},
    )
    words = "after cycle 3, before the PET"
    (cough,) = api.add(
        case_id,
        {
            "kind": "symptom",
            "symptom": "cough",
            "relative": {
                "words": words,
                "after": [{"record_id": chemotherapy, "cycle": 3}],
                "before": [{"record_id": scan}],
            },
        },
    )
    (vague,) = api.add(case_id, {"kind": "symptom", "symptom": "itch", "relative": {"words": "long ago"}})

    timeline = api.get(f"/v1/cases/{case_id}/timeline", status=200).json()
    shown = next(event for event in timeline["items"] if event["id"] == cough)
    assert (shown["date"]["earliest"], shown["date"]["latest"]) == ("2025-02-21", "2025-05-05")
    assert (shown["dated_by"], shown["order_uncertain"]) == ("relative", True)
    assert shown["facts"]["relative"]["words"] == words
    assert [source["record_id"] for source in shown["sources"]] == [cough, chemotherapy, scan]
    assert [event["id"] for event in timeline["undated"]] == [vague]
    summary = api.get(f"/v1/cases/{case_id}/summary", status=200).text
    assert words in summary
    page = api.get(f"/v1/cases/{case_id}/summary?format=html", status=200).text
    assert words in page


def test_a_relative_date_without_words_is_refused(api: Api) -> None:
    case_id = api.open_case()
    symptom = {"kind": "symptom", "symptom": "cough", "relative": {"after": [{"record_id": "x"}]}}
    problem = api.post(f"/v1/cases/{case_id}/records", json=symptom, status=422).json()
    assert [error["pointer"] for error in problem["errors"]] == ["/relative/words"]


def test_the_rules_of_the_disease_stand_in_the_summary_with_what_lacks(api: Api) -> None:
    case_id = api.open_case(cancer={"text": "myeloma", "disease_group": "myeloma"})
    api.add(
        case_id,
        {"kind": "treatment", "category": "systemic", "regimen": "VRd", "started": "2025-01-10"},
        {"kind": "marker_result", "marker": "M-protein", "value": 3, "unit": "g/dL", "date": "2025-01-05"},
        {"kind": "marker_result", "marker": "M-protein", "value": 1, "unit": "g/dL", "date": "2025-03-05"},
    )
    sections = api.get(f"/v1/cases/{case_id}/summary", status=200).json()["sections"]
    computed = next(one for one in sections if one["key"] == "computed")["statements"]
    (imwg,) = [one for one in computed if one["facts"]["rule"]["id"] == "imwg"]
    assert imwg["facts"]["reason"] == "urine_m_protein_not_recorded"
    assert imwg["facts"]["rule"]["version"]
    assert "urine m protein not recorded" in imwg["text"].casefold()
