"""The words of the letters: complete in every language, plain, and no more of the patient than needed."""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from app.cases.domain import CaseBody, Identifier, Patient
from app.completeness.checklists import read_checklists, read_profiles
from app.completeness.domain.chase.asking import asking_table
from app.completeness.domain.chase.catalogue import (
    SOURCE,
    CatalogueError,
    LanguageNotFoundError,
    catalogue_in,
    check_against,
    languages,
    read_catalogue,
)
from app.completeness.domain.chase.letters import About, identifiers_for, letter_of, text_of
from app.completeness.domain.chase.model import (
    Ask,
    AskStanding,
    Holder,
    HolderKind,
    Request,
    Study,
    Wanted,
)
from app.completeness.domain.chase.wording import (
    day_in_words,
    field_in_words,
    holder_in_words,
    study_in_words,
    what_of,
)
from app.completeness.domain.checklist import STATUSES, ItemRule
from app.completeness.domain.needs import Panel, fields_of
from app.completeness.domain.report import RuleRef
from app.summary.domain.language import unsafe_words

ENGLISH = catalogue_in(SOURCE)
CASE = CaseBody(
    reference="R-1",
    patient=Patient(
        name="Ana Pérez",
        birth_date="1961-04-02",
        identifiers=(
            Identifier(system="City Hospital", value="C-77"),
            Identifier(system="passport", value="P-99"),
        ),
    ),
)
REGIONS = next(iter(read_checklists().values())).regions


def about(**changes: Any) -> About:
    told = About(
        case_id="case-1",
        case=CASE,
        as_of=date(2026, 3, 20),
        sender="Navigation",
        answer_to=("Navigation, Desk 4", "desk@example.org"),
        regions=REGIONS,
        identity="full",
    )
    return replace(told, **changes)


def an_ask(**changes: Any) -> Ask:
    ask = Ask(
        key="imaging_prior:missing",
        item="imaging_prior",
        label="Earlier scan",
        cause="missing",
        requirement="required",
        subject=None,
        wanted=Wanted(study=Study(modality="CT", regions=("chest", "liver"), date="2026-03-05")),
        why="Because.",
        action="Ask for it.",
        rule=RuleRef(id="response/imaging_prior", version="1", source="S2"),
        evidence=(),
    )
    return replace(ask, **changes)


def a_request(*asks: Ask, kind: HolderKind = "imaging", **holder: Any) -> Request:
    return Request(
        id="request-1",
        holder=Holder(kind=kind, **holder),
        state="open",
        asks=tuple(AskStanding(ask=ask, state="waiting") for ask in asks or (an_ask(),)),
    )


def rules() -> dict[str, ItemRule]:
    found = {rule.key: rule for checklist in read_checklists().values() for rule in checklist.items}
    own = {change.key: change.item for profile in read_profiles().values() for change in profile.changes}
    return own | found


# --- complete -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_every_catalogue_is_complete_and_fills_in_what_its_source_does(language: str) -> None:
    assert catalogue_in(language).language == language


@pytest.mark.parametrize("key", sorted(rules()))
def test_every_item_of_the_product_has_its_words(key: str) -> None:
    for part in ("label", "why", "missing"):
        assert ENGLISH.find(f"item.{key}.{part}"), part
    assert key in asking_table().items


def test_every_cause_that_a_holder_is_asked_about_has_its_words() -> None:
    table = asking_table()
    for rule in rules().values():
        asking = table.items[rule.key]
        causes = {*rule.actions, "missing", "partial"} - table.own - asking.own_when
        for cause in causes:
            assert ENGLISH.find(f"item.{rule.key}.{cause}") or ENGLISH.find(f"ask.{cause}"), (rule.key, cause)


def test_every_field_that_can_be_lacking_has_a_name() -> None:
    for rule in rules().values():
        names = {field.name for field in fields_of(rule.need)}
        if isinstance(rule.need, Panel):
            names |= {name for name, _ in rule.need.groups}
        for name in (*names, "date", "unit", "second_value", "earlier_studies", "latest_study", "file_type"):
            assert ENGLISH.find(f"field.{name}"), (rule.key, name)


def test_every_region_and_holder_has_a_name() -> None:
    assert {f"region.{name}" for name in REGIONS.values()} <= ENGLISH.messages.keys()
    assert {f"holder.{asking.holder}" for asking in asking_table().items.values()} <= ENGLISH.messages.keys()


def test_no_message_is_about_an_item_or_cause_that_does_not_exist() -> None:
    known = {
        f"item.{rule.key}.{part}"
        for rule in rules().values()
        for part in ("label", "why", *STATUSES, *rule.actions)
    }
    assert {key for key in ENGLISH.messages if key.startswith("item.")} <= known


def test_a_missing_message_or_another_placeholder_is_named() -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "en.toml").read_text(encoding="utf-8")
    broken = text.replace('to = "To"\n', "").replace("Date of the newest that we have: {date}", "{day}")
    with pytest.raises(CatalogueError) as caught:
        check_against(read_catalogue(broken, file="xx.toml"), ENGLISH, file="xx.toml")
    assert "xx.toml: `letter.to` is missing" in str(caught.value)
    assert "`letter.newest` is to fill in ['date']" in str(caught.value)


def test_a_message_that_fills_in_what_its_source_does_not_is_named() -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "en.toml").read_text(encoding="utf-8")
    filled = read_catalogue(text.replace('to = "To"', 'to = "{day}"'), file="xx.toml")
    with pytest.raises(CatalogueError, match=r"^xx\.toml: `letter\.to` is to fill in nothing$"):
        check_against(filled, ENGLISH, file="xx.toml")


def test_a_catalogue_that_is_read_again_is_the_same() -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "en.toml").read_text(encoding="utf-8")
    assert read_catalogue(text, file="en.toml") == ENGLISH
    assert (ENGLISH.name, ENGLISH.locale_name, ENGLISH.review) == ("English", "en-GB", "source")


def test_a_catalogue_of_which_nobody_says_who_read_it_is_unreviewed() -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "es.toml").read_text(encoding="utf-8")
    assert read_catalogue(text.replace('review = "unreviewed"\n', ""), file="es.toml").review == "unreviewed"
    with pytest.raises(CatalogueError, match="`review` is `unreviewed`, or `reviewed` with"):
        read_catalogue(text.replace('review = "unreviewed"', 'review = "draft"'), file="es.toml")


def test_a_catalogue_says_who_read_it_and_when() -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "es.toml").read_text(encoding="utf-8")
    read = text.replace('review = "unreviewed"', 'review = "reviewed"')
    with pytest.raises(
        CatalogueError,
        match=r"^es\.toml: `review` is `reviewed`: say `reviewed_by` and `reviewed_on`$",
    ):
        read_catalogue(read, file="es.toml")
    by = 'review = "reviewed"\nreviewed_by = "A. Speaker"\nreviewed_on = "2026-03-01"'
    found = read_catalogue(text.replace('review = "unreviewed"', by), file="es.toml")
    assert (found.review, found.reviewed_by, found.reviewed_on) == ("reviewed", "A. Speaker", "2026-03-01")
    assert (found.name, len(found.sha256)) == (catalogue_in("es").name, 64)
    assert found.sha256 != catalogue_in("es").sha256


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param('language = "en"', 'language = "xq"', "no language of CLDR", id="language"),
        pytest.param('review = "source"', 'review = "reviewed"', "review", id="review-of-nobody"),
        pytest.param('one = "We ask you for this:"', "", "plural.asked", id="plural"),
        pytest.param('to = "To"', 'to = " "', "`letter.to` is empty", id="empty"),
        pytest.param('to = "To"', 'to = "{"', "brace", id="brace"),
        pytest.param("[letter]", "[letter", "en.toml", id="no-toml"),
    ],
)
def test_what_is_wrong_in_a_catalogue_is_said(old: str, new: str, told: str) -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "en.toml").read_text(encoding="utf-8")
    with pytest.raises(CatalogueError, match=told):
        read_catalogue(text.replace(old, new), file="en.toml")


def test_a_language_is_added_by_a_copy_with_its_own_plural_forms() -> None:
    text = files("app.completeness.domain.chase").joinpath("messages", "en.toml").read_text(encoding="utf-8")
    copied = (
        text.replace('language = "en"', 'language = "pl"')
        .replace('"en-GB"', '"pl"')
        .replace('"source"', '"unreviewed"')
    )
    with pytest.raises(CatalogueError, match=r"`plural\.asked` has the forms few, many, one, other"):
        read_catalogue(copied, file="pl.toml")
    whole = copied.replace("\nother =", '\nfew = "{count}"\nmany = "{count}"\nother =')
    whole = whole.replace('\nfew = "{count}"\nmany = "{count}"\nother = "scan"', '\nother = "scan"')
    polish = read_catalogue(whole, file="pl.toml")
    check_against(polish, ENGLISH, file="pl.toml")
    assert (polish.direction, day_in_words("2026-03-05", polish)) == ("ltr", "5 marca 2026")


def test_a_language_without_catalogue_is_refused_and_the_others_named() -> None:
    with pytest.raises(LanguageNotFoundError, match="en"):
        catalogue_in("tlh")


# --- careful ------------------------------------------------------------------------------------------------------


def test_no_english_message_holds_an_unsafe_word() -> None:
    texts = [
        *ENGLISH.messages.values(),
        *(form for forms in ENGLISH.plurals.values() for form in forms.values()),
    ]
    assert [(text, found) for text in texts if (found := unsafe_words(text))] == []


def test_a_letter_names_the_patient_as_far_as_the_holder_needs() -> None:
    hospital = text_of(letter_of(a_request(facility="City Hospital"), about(), ENGLISH))  # type: ignore[arg-type]
    assert "Ana Pérez" in hospital
    assert "2 April 1961" in hospital
    assert "C-77" in hospital
    assert "P-99" not in hospital, "the passport's number is not the hospital's"
    family = text_of(letter_of(a_request(kind="family"), about(), ENGLISH))  # type: ignore[arg-type]
    assert "Ana Pérez" in family
    assert "1961" not in family
    assert "C-77" not in family


def test_without_identity_the_reference_stands_for_the_patient() -> None:
    text = text_of(letter_of(a_request(), about(identity="none"), ENGLISH))  # type: ignore[arg-type]
    assert "R-1" in text
    assert "reference above" in text
    assert not any(told in text for told in ("Ana", "Pérez", "1961", "C-77", "P-99"))


@pytest.mark.parametrize("facility", ["Village practice", "General hospital", None])
def test_a_holder_that_no_identifier_names_gets_none_of_several(facility: str | None) -> None:
    holder = Holder(kind="imaging", facility=facility)
    assert identifiers_for(holder, CASE.patient) == ()
    only = CASE.patient.identifiers[:1]
    assert identifiers_for(holder, replace(CASE.patient, identifiers=only)) == only
    assert len(identifiers_for(holder, replace(CASE.patient, name=None))) == 2


def test_the_family_is_told_not_to_wait_with_what_is_urgent() -> None:
    assert "emergency" in text_of(letter_of(a_request(kind="family"), about(), ENGLISH))  # type: ignore[arg-type]
    assert "emergency" not in text_of(letter_of(a_request(), about(), ENGLISH))  # type: ignore[arg-type]


def test_the_family_answers_in_its_own_words_and_a_records_office_is_asked_whether_it_needs_consent() -> None:
    family = text_of(letter_of(a_request(kind="family"), about(), ENGLISH))  # type: ignore[arg-type]
    office = text_of(letter_of(a_request(), about(), ENGLISH))  # type: ignore[arg-type]
    assert "Your own words are enough." in family
    assert "DICOM" not in family
    assert "written consent" not in family
    assert "written consent" in office


def test_a_letter_from_right_to_left_keeps_what_it_names_apart_in_plain_text_too() -> None:
    letter = letter_of(a_request(facility="City Hospital"), about(), catalogue_in("ar"))
    assert letter is not None
    text = text_of(letter)
    for named in ("C-77 (City Hospital)", "City Hospital", "desk@example.org", "R-1"):
        assert f"\N{FIRST STRONG ISOLATE}{named}\N{POP DIRECTIONAL ISOLATE}" in text
    assert "\N{FIRST STRONG ISOLATE}" not in text_of(letter_of(a_request(), about(), ENGLISH))  # type: ignore[arg-type]


def test_a_request_of_which_nothing_waits_has_no_letter() -> None:
    request = replace(a_request(), asks=(AskStanding(ask=an_ask(), state="settled"),))
    assert letter_of(request, about(), ENGLISH) is None


A_LETTER = """\
Request for medical records

To: Radiology department, City Hospital
Date: 20 March 2026
Our reference: R-1
Patient: Ana Pérez
Date of birth: 2 April 1961
Identifier: C-77 (City Hospital)

Dear Sir or Madam,

We are putting together the medical records of the patient named above, so that a specialist can read them.

We ask you for these 3 things:

1. Report of the scan before
   Please send us the report of the scan before the latest one, of the same region. A scan that is named \
here is the latest.
   Scan: CT; chest and liver; 5 March 2026
   Why: Change can only be seen against an earlier scan of the same region.

2. Report of the latest scan
   Please send us the report of a newer scan, or write whether one is planned.
   Date of the newest that we have: 1 December 2025
   Counts as current for: 56 days
   Why: It shows how things are now; a report that compares with the scan before says what has changed.

3. Tumour marker over time
   Please send us the other values of the same marker, with dates and units.
   Of: CEA and CA 19-9
   Not stated so far: unit; values of further days
   Why: Values over time may support what scans show; they never stand alone.

Please send your answer to:
   Navigation, Desk 4
   desk@example.org

Copies are enough: papers as PDF files, scans as DICOM files.

If you need written consent before you send anything, please tell us.

If something does not exist, was not done or is not known, please write that. It is an answer too.

This letter asks for papers and facts only. It changes nothing in the treatment; the treating doctors decide on that.

Thank you very much.

Navigation
"""


def test_a_whole_letter_reads_from_address_to_sender_as_it_is_sent() -> None:
    stale = Wanted(newest="2025-12-01", max_age_days=56)
    series = Wanted(names=("CEA", "CA 19-9"), fields=("unit", "second_value"))
    request = a_request(
        an_ask(),
        an_ask(key="b", item="imaging_latest", cause="stale", wanted=stale),
        an_ask(key="c", item="marker_trend", cause="partial", wanted=series),
        facility="City Hospital",
    )
    letter = letter_of(request, about(), ENGLISH)
    assert letter is not None
    assert (letter.request_id, letter.language, letter.direction) == ("request-1", "en", "ltr")
    assert [item.key for item in letter.items] == ["imaging_prior:missing", "b", "c"]
    assert text_of(letter) == A_LETTER


def test_a_case_without_reference_is_named_by_its_id() -> None:
    letter = letter_of(a_request(), about(case=replace(CASE, reference=None)), ENGLISH)
    assert letter is not None
    assert [line.text for line in letter.head if line.label == "Our reference"] == ["case-1"]


def test_where_nobody_said_where_the_answer_goes_two_lines_are_left_to_write_it() -> None:
    lines = text_of(letter_of(a_request(), about(answer_to=()), ENGLISH)).splitlines()  # type: ignore[arg-type]
    after = lines.index("Please send your answer to:")
    assert [line.strip() for line in lines[after + 1 : after + 4]] == ["_" * 60, "_" * 60, ""]


def test_a_doctor_and_a_laboratory_are_addressed_by_name_before_what_they_are() -> None:
    doctor = Holder(kind="treating_doctor", name="Dr A", facility="Clinic")
    assert holder_in_words(doctor, ENGLISH) == ("Dr A", "Clinic", "Treating doctor")
    assert holder_in_words(Holder(kind="laboratory", name="Synlab"), ENGLISH) == ("Synlab", "Laboratory")
    assert holder_in_words(Holder(kind="treating_doctor"), ENGLISH) == ("Treating doctor",)


def test_a_cause_without_words_of_its_own_is_asked_for_as_what_is_missing() -> None:
    known = an_ask(item="symptoms", cause="of_tomorrow")
    assert what_of(replace(known, item="admin"), ENGLISH) == ENGLISH.say("ask.missing")


# --- in words -----------------------------------------------------------------------------------------------------


def test_a_letter_says_what_is_wanted_and_why_number_by_number() -> None:
    other = an_ask(key="b", item="symptoms", wanted=Wanted())
    text = text_of(letter_of(a_request(an_ask(), other), about(), ENGLISH))  # type: ignore[arg-type]
    assert "We ask you for these 2 things:" in text
    assert "1. Report of the scan before" in text
    assert "   Scan: CT; chest and liver; 5 March 2026" in text
    assert "   Why: Change can only be seen" in text
    assert text.endswith("Thank you very much.\n\nNavigation\n")


def test_the_same_asked_of_several_treatments_is_said_once_with_the_details_of_each() -> None:
    asks = [
        an_ask(
            key=f"treatment_history:partial:{day}",
            item="treatment_history",
            cause="partial",
            wanted=Wanted(dated=day, fields=("response",)),
        )
        for day in ("2024-05-01", "2025-05-01")
    ]
    text = text_of(letter_of(a_request(*asks, kind="facility"), about(), ENGLISH))  # type: ignore[arg-type]
    assert "We ask you for this:" in text
    assert text.count("Treatment so far") == 1
    assert text.index("1 May 2024") < text.index("1 May 2025")
    assert text.count("Not stated so far: response as recorded") == 2


def test_an_item_of_the_organisations_own_stands_in_its_words() -> None:
    own = an_ask(item="photo", label="A photo", why="To know.", action="Ask for a photo.")
    text = text_of(letter_of(a_request(own), about(), ENGLISH))  # type: ignore[arg-type]
    assert "1. A photo\n   Ask for a photo." in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-05", "5 March 2026"),
        ("2026-03", "March 2026"),
        ("2026", "2026"),
        ("2026-03~", "2026-03~"),
        ("2026-01/2026-03", "2026-01/2026-03"),
        ("../2026-03", "../2026-03"),
    ],
)
def test_a_date_is_written_as_precisely_as_it_is_known(text: str, shown: str) -> None:
    assert day_in_words(text, ENGLISH) == shown


def test_a_month_is_named_in_the_letters_language() -> None:
    assert day_in_words("2026-03", catalogue_in("es")) == "marzo de 2026"
    assert day_in_words("2024", catalogue_in("zh")) == "2024年"


def test_a_field_that_an_organisation_added_keeps_its_name() -> None:
    assert field_in_words("name_of_the_ward", ENGLISH) == "name of the ward"


@pytest.mark.parametrize("language", languages())
def test_numbers_are_counted_as_the_language_does_and_nothing_is_left_to_fill_in(language: str) -> None:
    words = catalogue_in(language)
    for number in (1, 2, 3, 11, 42, 90):
        assert words.count("days", number)
    old = an_ask(
        cause="stale", wanted=Wanted(newest="2025-12-01", max_age_days=42, names=("CEA",), fields=("date",))
    )
    text = text_of(letter_of(a_request(an_ask(), old), about(), words))  # type: ignore[arg-type]
    assert "42" in text
    assert not any(sign in text for sign in ("{", "}", "duration"))


@pytest.mark.parametrize("language", languages())
def test_each_language_is_marked_with_its_direction_and_review(language: str) -> None:
    words = catalogue_in(language)
    assert words.direction == ("rtl" if language == "ar" else "ltr")
    assert (words.review == "source") == (language == "en")


def test_names_keep_their_direction_in_a_letter_from_right_to_left() -> None:
    assert catalogue_in("ar").apart("CEA") == "\N{FIRST STRONG ISOLATE}CEA\N{POP DIRECTIONAL ISOLATE}"
    assert ENGLISH.apart("CEA") == "CEA"


def test_a_region_is_named_in_the_letters_language_with_the_records_word() -> None:
    study = Study(modality="CT", regions=("chest", "liver", "zzz"), date=None)
    assert study_in_words(study, catalogue_in("es"), REGIONS) == "TC; tórax, abdomen (liver) y zzz"


def test_a_scan_of_which_nothing_is_known_is_a_scan() -> None:
    assert study_in_words(Study(modality=None, regions=(), date=None), ENGLISH, REGIONS) == "scan"
