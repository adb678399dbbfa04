"""The same results, kept in the words, letters and signs of each language."""
# Tables stand as they are written, line by line and in their own letters.
# ruff: noqa: E501, RUF001

from decimal import Decimal

import pytest

from app.imports.readers.tabular.words import FIELDS, KINDS
from tests.unit.imports.tabular.tables import only_record, reading_of, records_of

SHEETS = {
    "en": "MRN,Date,Test,Result,Unit,Reference range\n17,19 January 2026,Haemoglobin,11.2,g/dL,12 - 16\n",
    "es": "Historia clínica;Fecha;Prueba;Resultado;Unidades;Valores de referencia\n17;19 de enero de 2026;Hemoglobina;11,2;g/dL;12 - 16\n",
    "fr": "IPP;Date de prélèvement;Analyse;Résultat;Unité;Valeurs de référence\n17;19 janvier 2026;Hémoglobine;11,2;g/dL;12 à 16\n",
    "de": "Patientennummer;Entnahmedatum;Laborwert;Ergebnis;Einheit;Referenzbereich\n17;19. Januar 2026;Hämoglobin;11,2;g/dL;12 bis 16\n",
    "ru": "Номер медкарты;Дата взятия;Показатель;Результат;Ед. изм.;Референсные значения\n17;19 января 2026 г.;Гемоглобин;11,2;g/dL;12 - 16\n",
    "ar": "رقم الملف,التاريخ,التحليل,النتيجة,الوحدة,المعدل الطبيعي\n17,١٩ يناير ٢٠٢٦,الهيموغلوبين,١١٫٢,g/dL,١٢ - ١٦\n",
    "hi": "अस्पताल संख्या,दिनांक,जांच,परिणाम,इकाई,सामान्य सीमा\n17,19 जनवरी 2026,हीमोग्लोबिन,११.२,g/dL,१२-१६\n",
    "tr": "Dosya No;Tarih;Tetkik;Sonuç;Birim;Referans Aralığı\n17;19 Ocak 2026;Hemoglobin;11,2;g/dL;12-16\n",
    "zh": "病历号,检验日期,检验项目,结果,单位,参考范围\n17,2026年1月19日,血红蛋白,11.2,g/dL,12～16\n",
    "pt": "Prontuário;Data da coleta;Exame;Resultado;Unidade;Valores de referência\n17;19 de janeiro de 2026;Hemoglobina;11,2;g/dL;12 a 16\n",
    "it": "Numero di cartella;Data prelievo;Esame;Risultato;Unità di misura;Valori di riferimento\n17;19 gennaio 2026;Emoglobina;11,2;g/dL;12 - 16\n",
}  # fmt: skip


@pytest.mark.parametrize("language", SHEETS)
def test_a_laboratory_s_table_is_read_in_each_language(language: str) -> None:
    reading = reading_of(SHEETS[language])
    (record,) = records_of(reading)
    assert (record.kind, record.date, record.value, record.unit) == (
        "lab_result",
        "2026-01-19",
        Decimal("11.2"),
        "g/dL",
    )
    assert (record.reference_low, record.reference_high) == (12, 16)
    assert reading.patients[0].patient.identifiers[0].value == "17"


@pytest.mark.parametrize(
    ("language", "charset"),
    [
        ("es", "cp1252"),
        ("de", "cp1252"),
        ("ru", "cp1251"),
        ("tr", "cp1254"),
        ("zh", "utf-16"),
        ("zh", "gb18030"),
    ],
)
def test_character_sets_from_before_unicode_are_told_by_the_words_of_the_header(
    language: str, charset: str
) -> None:
    assert only_record(SHEETS[language].encode(charset)) == only_record(SHEETS[language])


def test_a_stated_character_set_is_followed() -> None:
    text = "Date,Test,Value,Note\n2026-01-19,CEA,5,Größe\n"
    assert only_record(text.encode("cp1252"), charset="cp1252").note == "Größe"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "Therapie;Beginn;Ende;Zyklen;Ansprechen;Nebenwirkungen\nFOLFOX;13.01.2025;laufend;6;Teilremission;keine\n",
            {"category": "systemic", "regimen": "FOLFOX", "ongoing": True, "response_status": "PR"},
        ),
        (
            "Схема;Начало;Окончание;Количество циклов;Линия\nFOLFOX;13.01.2025;15.06.2025;6;1\n",
            {"started": "2025-01-13", "ended": "2025-06-15", "cycles_given": 6, "line": 1},
        ),
        ("治疗方案,开始日期,疗程,疗效\n卡铂+紫杉醇,2024-07-09,6,完全缓解\n", {"category": "systemic", "response_status": "CR"}),
        ("Medicamento;Dosis;Inicio\nLetrozol;2,5 mg;2024-03-01\n", {"kind": "treatment", "started": "2024-03-01"}),
        ("İlaç;Doz;Başlangıç\nRamipril;5 mg;2020\n", {"kind": "medication", "name": "Ramipril", "started": "2020"}),
        ("Imagerie;Région;Date\nIRM;cerveau;2026-03-06\n", {"modality": "MR", "regions": ("brain",)}),
        ("Sintomo;Data;Gravità;Andamento\nTosse;2026-03-15;lieve;migliorato\n", {"severity": "mild", "trend": "improving"}),
        ("Diagnóstico;Data do diagnóstico\nCâncer de mama;2024-03\n", {"kind": "diagnosis", "date": "2024-03"}),
        ("एलर्जी,प्रतिक्रिया\nपेनिसिलिन,चकत्ते\n", {"kind": "allergy", "substance": "पेनिसिलिन"}),
    ],
)  # fmt: skip
def test_other_kinds_are_read_in_other_languages(text: str, fields: dict[str, object]) -> None:
    record = only_record(text)
    assert {name: getattr(record, name) for name in fields} == fields


def test_every_kind_of_table_speaks_of_fields_that_have_names() -> None:
    for kind in KINDS:
        assert kind.fields <= set(FIELDS)
        assert frozenset().union(*kind.needs) <= kind.fields
