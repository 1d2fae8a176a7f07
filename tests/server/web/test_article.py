"""The article's own page: in each language, with a place for experiments if it is asked for."""

import re

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("locale", ["en", "zh-CN", "zh-TW"])
async def test_the_article_has_all_its_texts_and_experiments_only_if_asked_for(locale: str) -> None:
    async with rest_client(create_app(Settings())) as client:
        page = await client.get("article", params={"lang": locale})
        with_experiments = await client.get("article", params={"lang": locale, "experiments": "true"})
    assert page.headers["content-language"] == locale
    assert f'<html lang="{locale}"' in page.text
    text = re.sub("<[^>]*>", " ", page.text)
    assert not re.findall(r"\b(?:article|control|choice|share|app)\.\w+", text)
    sections = set(re.findall(r'<section id="(\w+)"', page.text))
    assert {"what", "deep", "mend", "images", "controls"} <= sections
    assert set(re.findall(r'data-section="(\w+)"', page.text)) == sections
    assert 'id="experiments"' not in page.text
    assert 'id="experiments"' in with_experiments.text


async def test_the_article_answers_a_head_request() -> None:
    async with rest_client(create_app(Settings())) as client:
        page: httpx.Response = await client.head("article")
    assert (page.status_code, page.text) == (200, "")
