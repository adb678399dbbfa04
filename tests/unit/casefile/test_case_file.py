from app.casefile.domain.case_file import CaseFile
from tests.builders import a_case_file, a_record


def test_what_several_views_need_is_worked_out_once() -> None:
    asked: list[CaseFile] = []

    def count(case_file: CaseFile) -> int:
        asked.append(case_file)
        return len(case_file.entries)

    case_file = a_case_file(a_record("symptom", symptom="fatigue"))

    assert (case_file.once(count), case_file.once(count)) == (1, 1)
    assert asked == [case_file]
    assert case_file == a_case_file(a_record("symptom", symptom="fatigue"))
