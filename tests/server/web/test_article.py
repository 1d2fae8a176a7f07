"""The article's own page: in each language, with ways to the lessons."""

import re
from pathlib import Path

import httpx
import pytest

from engine.data import images
from server.app import create_app
from server.lessons.library import Library
from server.settings import Settings
from server.web.article import LESSONS, lesson_links
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
async def test_the_article_has_all_its_texts_and_leads_to_lessons_but_not_in_a_room(locale: str) -> None:
    async with rest_client(create_app(Settings())) as client:
        page = await client.get("article", params={"lang": locale})
        of_room = await client.get("article", params={"lang": locale, "lessons": "false"})
    assert page.headers["content-language"] == locale
    assert f'<html lang="{locale}"' in page.text
    text = re.sub("<[^>]*>", " ", page.text)
    assert not re.findall(r"\b(?:article|control|choice|share|app)\.\w+", text)
    sections = set(re.findall(r'<section id="(\w+)"', page.text))
    assert {"what", "deep", "mend", "images", "controls"} <= sections
    assert set(re.findall(r'data-section="(\w+)"', page.text)) == sections
    assert page.text.count('class="try-it"') == len(LESSONS)
    assert 'id="try"' in page.text  # where an old link to the experiments leads
    assert "lesson=" not in of_room.text
    assert 'href="lessons"' not in of_room.text


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
def test_every_lesson_of_the_article_and_its_step_are_there(locale: str) -> None:
    links = lesson_links(Library().content().lessons, locale)
    assert {part: len(found) for part, found in links.items()} == {
        part: len(places) for part, places in LESSONS.items()
    }
    assert {link["language"] for found in links.values() for link in found} == {locale}


def test_steps_that_are_not_there_and_lessons_without_their_data_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "circle.en.md"
    own.write_text('+++\ntitle = "Mine"\nsummary = "One step."\n+++\n\n## Look\n\nPress play.', "utf-8")
    monkeypatch.setattr(images, "are_available", lambda: False)
    links = lesson_links(Library(tmp_path).content().lessons, "zh-CN")
    assert "images" not in links
    assert "imageLayers" not in links
    assert {"href": "./#lesson=circle&step=1", "title": "Mine", "language": "en"} in links["what"]
    assert all("circle" not in link["href"] for link in links["layers"])


async def test_the_article_answers_a_head_request() -> None:
    async with rest_client(create_app(Settings())) as client:
        page: httpx.Response = await client.head("article")
    assert (page.status_code, page.text) == (200, "")
