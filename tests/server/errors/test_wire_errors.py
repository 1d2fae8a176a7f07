import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import wire_errors


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_parsed_or_refused_with_an_error(text: str) -> None:
    with pytest.raises(wire_errors.MessageError) as refused:
        wire_errors.parse(text)
    assert refused.value.error.code in {"malformed_json", "unknown_message"}


@pytest.mark.parametrize(
    ("ref", "echoed"),
    [
        ("5", 5),
        ("-1", -1),
        ("true", None),
        ('"5"', None),
        ("1.5", None),
        ("1e999", None),
        ("9" * 30, None),
        ("null", None),
    ],
)
def test_an_error_echoes_a_usable_reference(ref: str, echoed: int | None) -> None:
    with pytest.raises(wire_errors.MessageError) as refused:
        wire_errors.parse(f'{{"type": "fly", "ref": {ref}}}')
    assert refused.value.error.ref == echoed


def test_an_error_stays_small() -> None:
    for text in (
        f'{{"type": "{"x" * 60_000}"}}',
        f'{{"type": "play", "{"y" * 60_000}": 1}}',
        f'"{"z" * 60_000}"',
    ):
        with pytest.raises(wire_errors.MessageError) as refused:
            wire_errors.parse(text)
        assert len(refused.value.error.model_dump_json()) < 1500


def test_a_full_server_names_its_limit() -> None:
    error = wire_errors.server_full(3, 3, ref=7).error
    assert (error.code, error.value, error.ref) == ("server_full", 3, 7)
    assert error.expected == "fewer than 3 trainings"


def test_limits_are_refused_with_their_codes() -> None:
    assert wire_errors.too_fast(5).code == "too_fast"
    assert wire_errors.too_fast(5).expected == "at most 5 messages a second"
    assert wire_errors.address_full(5).error.code == "address_full"
    assert wire_errors.too_large("data", 11, "at most 10 points").error.code == "too_large"
