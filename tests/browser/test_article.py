"""The article below the lab: how it comes there, its contents, its figures, and the room that it takes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, resize

LAST = """() => {
  const { top } = document.querySelector('#article').getBoundingClientRect();
  const parts = [...document.querySelectorAll('.lab > *')].filter((each) => each.checkVisibility());
  return parts.every((each) => each.getBoundingClientRect().bottom <= top + 1);
}"""

RIGHT = """Math.max(...[...document.querySelectorAll('.article p')].map((each) =>
  each.getBoundingClientRect().right))"""


@pytest.mark.parametrize("locale", ["en-US", pytest.param("zh-CN", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_the_contents_lead_to_each_part_and_the_figures_are_drawn(open_page: OpenPage, locale: str) -> None:
    page = open_page(locale=locale)
    page.locator(".contents").scroll_into_view_if_needed()
    figures = page.locator(".figure")
    expect(page.locator(".figure > svg")).to_have_count(figures.count())
    assert figures.count() == 10
    for figure in figures.all():
        assert figure.locator(":is(polyline, circle, rect, line)").count() > 5
    names = page.locator(".figure text").all_text_contents()
    assert all(names)
    assert not any("choice." in name for name in names)
    for name in ("controls", "play"):
        page.click(f'.contents [data-section="{name}"]')
        heading = page.locator(f"#{name} h2").first
        expect(heading).to_be_focused()
        expect(heading).to_be_in_viewport()


def test_a_way_to_the_article_fetches_it_and_without_a_connection_its_link_stays(open_page: OpenPage) -> None:
    page = open_page(width=390, height=400)  # the article is far below
    assert page.evaluate(LAST)
    page.route("**/article?*", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "/article?" in request.url):
        page.click('.ways [data-section="what"]')
    expect(page.locator('#article > a[href="article"]')).to_be_visible()
    page.unroute("**/article?*")
    # Without scrolling to it: what is near is fetched by itself, and takes the link's place.
    page.locator('#article > a[href="article"]').dispatch_event("click")
    expect(page.locator("#what h2")).to_be_focused()
    expect(page.locator("#what h2")).to_be_in_viewport()
    expect(page.locator("#article > a")).to_have_count(0)
    expect(page.locator(".figure > svg")).to_have_count(page.locator(".figure").count())
    assert page.evaluate(LAST)


def test_the_article_can_be_read_without_javascript(open_page: OpenPage) -> None:
    page = open_page("article", ready=False, java_script_enabled=False)
    page.click('.contents a[href="article#images"]')
    expect(page.locator("#images h2")).to_be_in_viewport()
    expect(page.locator("#images p").first).not_to_be_empty()
    expect(page.locator(".figure").filter(visible=True)).to_have_count(0)
    expect(page.locator("#what .try-it a").first).to_have_attribute("href", "./#lesson=neuron&step=1")
    expect(page.locator('[data-action="descent"]')).to_be_hidden()  # so does the laboratory


@pytest.mark.slow
def test_the_article_uses_the_width_of_the_window_and_never_scrolls_sideways(open_page: OpenPage) -> None:
    page = open_page()
    page.locator(".contents").scroll_into_view_if_needed()
    expect(page.locator(".figure > svg").first).to_be_visible()
    for width, height in ((1280, 720), (1024, 768), (768, 1024), (320, 640)):
        resize(page, width, height)
        assert page.evaluate(RIGHT) > 0.9 * width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_article_leads_to_the_lessons_beside_the_lab(open_page: OpenPage) -> None:
    page = open_page()
    page.click('.ways [data-section="what"]')
    lessons = page.locator("#what .try-it a")
    expect(lessons).to_have_count(2)
    first, second = lessons.all()
    title = first.inner_text()
    first.click()
    expect(page.locator(".lesson-name")).to_have_text(title)
    expect(page.locator(".lesson-panel h2")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1  # the same page
    title = second.inner_text()
    second.click()  # from a lesson to another one
    expect(page.locator(".lesson-name")).to_have_text(title)
    expect(page.locator(".lesson-panel h2")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


@pytest.mark.slow
def test_a_link_that_hides_the_article_hides_the_ways_to_it(open_page: OpenPage) -> None:
    page = open_page("#hideText=true")
    expect(page.locator(".article")).to_be_hidden()
    expect(page.locator('.ways [data-section="what"]')).to_be_hidden()
