import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.classroom.model.languages import LANGUAGES
from server.classroom.model.nicknames import (
    MAX_NICKNAME_LENGTH,
    comparison_key,
    normalize_nickname,
    random_nickname,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada", "Ada"),
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("é", "é"),
        ("e\u0301", "é"),
        ("小明", "小明"),
        ("<b>Ada</b> & co", "<b>Ada</b> & co"),
        ("🦊", "🦊"),
        ("x" * 24, "x" * 24),
        ("x" * 25, None),
        ("", None),
        ("   ", None),
        ("\u200b", None),
        ("a\u202eb", None),
        ("a\x00b", None),
        ("a\nb", "a b"),
    ],
)
def test_a_nickname_needs_visible_characters(typed: str, kept: str | None) -> None:
    assert normalize_nickname(typed) == kept


@given(st.text(max_size=40))
def test_normalizing_twice_changes_nothing(typed: str) -> None:
    name = normalize_nickname(typed)
    if name is not None:
        assert normalize_nickname(name) == name
        assert 1 <= len(name) <= MAX_NICKNAME_LENGTH


def test_nicknames_are_compared_without_case_and_width() -> None:
    assert comparison_key("ADA") == comparison_key("ada") == comparison_key("Ａｄａ")
    assert comparison_key("Straße") == comparison_key("STRASSE")
    assert comparison_key("Ada") != comparison_key("Bob")


@pytest.mark.medium
@pytest.mark.parametrize("language", LANGUAGES)
def test_thousands_of_different_nicknames_are_generated(language: str) -> None:
    taken: set[str] = set()
    for _ in range(2000):
        name = random_nickname(language, taken)
        assert normalize_nickname(name) == name
        assert comparison_key(name) not in taken
        taken.add(comparison_key(name))


def test_another_language_gets_english_nicknames() -> None:
    assert random_nickname("tlh", ()).isascii()
