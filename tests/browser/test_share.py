"""Links: all settings in the URL, links of the original playground, hidden controls, invalid links."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, state, wait_for_hash

ORIGINAL = (
    "#activation=sigmoid&regularization=L1&batchSize=15&dataset=spiral&regDataset=reg-gauss&learningRate=0.1"
    "&regularizationRate=0.003&noise=20&networkShape=6,3&seed=0.55617&showTestData=true&discretize=true"
    "&percTrainData=70&x=true&y=false&xTimesY=true&xSquared=true&ySquared=false&cosX=false&sinX=true&cosY=false"
    "&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false&tutorial=dl"
)

# Whether the page has applied a link and added the seeds to it.
FOLLOWED = """(href) => {
  const [asked, shown] = [href, location.hash].map((hash) => new URLSearchParams(hash.slice(1)));
  const followed = (key) => (shown.get(key) ?? '') === (asked.get(key) ?? '');
  return shown.has('dataSeed') && followed('activation') && followed('networkShape');
}"""


def test_a_link_of_the_original_gives_the_same_settings(open_page: OpenPage) -> None:
    page = open_page(ORIGINAL)
    expect(page.locator(".message")).to_have_count(0)
    for control, value in {
        "activation": "sigmoid",
        "regularization": "l1",
        "learningRate": "0.1",
        "regularizationRate": "0.003",
        "batchSizeNumber": "15",
        "noiseNumber": "20",
        "trainPercentNumber": "70",
        "problem": "classification",
    }.items():
        expect(page.locator(f"#{control}")).to_have_value(value)
    on = page.locator('.node[data-layer="0"][aria-pressed="true"]')
    assert on.evaluate_all("nodes => nodes.map(node => node.dataset.feature)") == [
        "x1",
        "x1_squared",
        "x1_x2",
        "sin_x1",
    ]
    expect(page.locator(".layer-control .count")).to_have_text(["6", "3"])
    expect(page.locator("#showTest")).to_be_checked()
    expect(page.locator("#discretize")).to_be_checked()
    page.select_option("#problem", "regression")
    expect(page.locator('[data-dataset="multi-gaussian"]')).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_hidden_controls_are_hidden(open_page: OpenPage) -> None:
    page = open_page(
        "#learningRate_hide=true&dataset_hide=true&playButton_hide=true&xSquared_hide=true&hideText=true"
    )
    expect(page.locator("#learningRate")).to_be_hidden()
    expect(page.locator("#datasets")).to_be_hidden()
    expect(page.locator(".play")).to_be_hidden()
    expect(page.locator('[data-feature="x1_squared"]')).to_be_hidden()
    expect(page.locator(".article")).to_be_hidden()
    expect(page.locator("#activation")).to_be_visible()


def test_a_shared_link_opens_the_same_settings_and_hides_the_chosen_controls(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&networkShape=3,2&activation=relu&dataSeed=7&weightsSeed=8")
    page.click('[data-action="share"]')
    link = page.locator("#share-link")
    page.locator("#share-hide summary").click()
    page.locator("#share-choices label", has_text="Noise").locator("input").check()
    expect(link).to_have_value(re.compile("noise_hide=true"))
    shared = link.input_value()
    page.keyboard.press("Escape")
    expect(page.locator("#noise")).to_be_visible()
    other = open_page("#" + shared.split("#")[1])
    expect(other.locator("#noise")).to_be_hidden()
    assert {key: state(other)[key] for key in ("dataset", "networkShape", "dataSeed", "weightsSeed")} == {
        "dataset": "xor",
        "networkShape": "3,2",
        "dataSeed": "7",
        "weightsSeed": "8",
    }
    picture = "document.querySelector('.picture-frame canvas').toDataURL()"
    other.wait_for_function(f"shown => {picture} === shown", arg=page.evaluate(picture))


def test_an_invalid_link_opens_the_defaults_and_names_the_invalid_settings(open_page: OpenPage) -> None:
    page = open_page("#activation=magic&learningRate=NaN&networkShape=9,99&noise=-3&%E0%A4%A&x=maybe&wings=2")
    message = page.locator(".message")
    for name in ("activation", "learningRate", "networkShape", "noise", "wings"):
        expect(message).to_contain_text(name)
    expect(page.locator("#activation")).to_have_value("tanh")
    expect(page.locator("#learningRate")).to_have_value("0.03")
    expect(page.locator(".layer-control .count")).to_have_text(["4", "2"])


@pytest.mark.slow
def test_a_new_hash_is_applied_although_a_pending_update_overwrites_it(open_page: OpenPage) -> None:
    page = open_page("#activation=relu&networkShape=3,2")
    link = "#activation=sigmoid&networkShape=5"
    page.evaluate(
        """link => {
          const before = location.hash;
          location.hash = link;
          history.replaceState(null, "", before); // as the page does if its timer is due at that moment
        }""",
        link,
    )
    page.wait_for_function(FOLLOWED, arg=link)
    expect(page.locator(".layer-control .count")).to_have_text(["5"])


@pytest.mark.slow
def test_a_link_says_at_which_epoch_playing_pauses(open_page: OpenPage) -> None:
    page = open_page("#dataset=xor&speed=max&stopAt=7")
    expect(page.locator('[data-action="advanced"]')).to_have_class(re.compile("changed"))
    page.click(".play")
    expect(page.locator("#epoch")).to_have_text(re.compile("0*7$"))
    expect(page.locator(".play")).to_have_attribute("aria-pressed", "false")
    page.click('[data-action="advanced"]')
    expect(page.locator("#stopAt")).to_have_value("7")
    page.fill("#stopAt", "9")
    page.press("#stopAt", "Enter")
    page.keyboard.press("Escape")
    page.click('[data-action="share"]')
    expect(page.locator("#share-link")).to_have_value(re.compile("&stopAt=9"))
    page.keyboard.press("Escape")
    wait_for_hash(page, "stopAt=9")
    page.goto(f"{page.url.partition('#')[0]}#dataset=xor")  # a link without it plays on
    page.click('[data-action="advanced"]')
    expect(page.locator("#stopAt")).to_have_value("")
