import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.classroom.model.nicknames import LANGUAGES, LONGEST, drawn, read_nickname, same


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
def test_a_nickname_is_what_can_be_seen(typed: str, kept: str | None) -> None:
    assert read_nickname(typed) == kept


@given(st.text(max_size=40))
def test_a_nickname_that_is_taken_stays_as_it_is(typed: str) -> None:
    name = read_nickname(typed)
    if name is not None:
        assert read_nickname(name) == name
        assert 1 <= len(name) <= LONGEST


def test_case_and_width_make_no_other_nickname() -> None:
    assert same("ADA") == same("ada") == same("Ａｄａ")
    assert same("Straße") == same("STRASSE")
    assert same("Ada") != same("Bob")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nicknames_are_given_until_there_are_thousands(language: str) -> None:
    taken: set[str] = set()
    for _ in range(2000):
        name = drawn(language, taken)
        assert read_nickname(name) == name
        assert same(name) not in taken
        taken.add(same(name))


def test_another_language_gets_english_ones() -> None:
    assert drawn("tlh", ()).isascii()
