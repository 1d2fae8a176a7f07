"""The page of all lessons."""

from pathlib import Path

import pytest

from engine.data import images
from server.app import create_app
from server.settings import Settings
from tests.server.lessons.test_files import HEADER
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio

WORDS = {
    "en": "This lesson cannot be done here",
    "zh-CN": "这一课在这里做不了",
    "zh-TW": "這一課在這裡做不了",
}


@pytest.mark.parametrize("locale", WORDS)
async def test_where_the_digits_are_missing_their_lesson_says_so_and_does_not_begin(
    locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def item(available: bool) -> str:
        monkeypatch.setattr(images, "are_available", lambda: available)
        page = (await client.get("lessons", params={"lang": locale})).text
        return page.partition('data-name="handwriting"')[2].partition("</li>")[0]

    async with rest_client(create_app(Settings())) as client:
        there, missing = await item(available=True), await item(available=False)
    assert "lesson=handwriting" in there
    assert WORDS[locale] not in there
    assert "lesson=handwriting" not in missing
    assert WORDS[locale] in missing
    assert "tinkernet[digits]" in missing


@pytest.mark.parametrize(("locale", "told"), [("en", "1 step · 3 min"), ("zh-CN", "1 步 · 约 3 分钟")])
async def test_a_lesson_of_one_step_has_no_plural(locale: str, told: str, tmp_path: Path) -> None:
    text = HEADER.replace('"S"', '"S"\nminutes = 3') + "\n## One\n\nText.\n"
    (tmp_path / "short.en.md").write_text(text, "utf-8")
    async with rest_client(create_app(Settings(lessons=tmp_path))) as client:
        page = (await client.get("lessons", params={"lang": locale})).text
    assert told in page.partition('data-name="short"')[2].partition("</li>")[0]
