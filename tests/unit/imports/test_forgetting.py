"""What readers remember of payloads does not grow without bound."""

from app.imports.domain import fitting
from app.imports.forgetting import Forgetting, remembered


def test_what_payloads_said_is_forgotten_once_much_was_read() -> None:
    fitting.coding("a system", "a code", "words of a payload" * 1_000)
    forgetting = Forgetting(every_bytes=100)
    forgetting.have_read(60)
    assert fitting.coding.cache_info().currsize > 0
    forgetting.have_read(60)
    assert all(one.cache_info().currsize == 0 for one in remembered())
