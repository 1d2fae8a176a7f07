"""Every kind of check has words on the page, in all languages, and a row for authors."""

import json
from pathlib import Path

import pytest

from server.lessons.checks import CHECK_KINDS

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "static" / "i18n").glob("*.json")), ids=lambda path: path.stem
)
def test_every_kind_of_check_has_its_words(path: Path) -> None:
    words = json.loads(path.read_text("utf-8"))
    keys = {kind: f"lesson.check.{kind}" for kind in CHECK_KINDS}
    assert [kind for kind, key in keys.items() if key not in words and f"{key}.false" not in words] == []


def test_authors_can_read_of_every_kind_of_check() -> None:
    text = (ROOT / "server" / "lessons" / "README.md").read_text("utf-8")
    assert [kind for kind in CHECK_KINDS if f"`{kind}`" not in text] == []
