from hypothesis import given
from hypothesis import strategies as st

from server.classroom.model.join_codes import (
    ALPHABET,
    CODE_LENGTH,
    digest,
    new_code,
    new_id,
    new_secret,
    normalize_code,
)


def test_a_code_can_be_read_aloud_and_is_not_taken() -> None:
    codes: set[str] = set()
    for _ in range(500):
        codes.add(new_code(codes))
    assert len(codes) == 500
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert not set(ALPHABET) & set("01IO")


@given(st.text(ALPHABET, min_size=6, max_size=6), st.sampled_from([" ", "-", "  ", "\u3000"]))
def test_a_code_is_read_in_any_case_and_with_spaces(code: str, between: str) -> None:
    assert normalize_code(f" {code[:3].lower()}{between}{code[3:]} ") == code


@given(st.text())
def test_any_text_can_be_normalized(typed: str) -> None:
    assert isinstance(normalize_code(typed), str)
    assert len(digest(typed)) == 64


def test_only_the_digest_of_a_secret_is_stored() -> None:
    secret = new_secret()
    assert len(secret) == 32
    assert secret not in digest(secret)
    assert digest(secret) == digest(secret) != digest(new_secret())
    assert len(new_id()) == 12
