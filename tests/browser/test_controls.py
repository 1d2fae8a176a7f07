"""Each control of the basic panel changes its setting in the engine and in the URL."""

from time import perf_counter

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TWO_FRAMES, OpenPage, epoch, wait_for_epoch, wait_for_hash

DEFAULT = "#dataSeed=1&weightsSeed=1"

# Text messages from the server are held back in `held` until the test releases them; the page's clock stands
# still.
HOLD_ANSWERS = """() => {
  window.held = [];
  const now = performance.now();
  performance.now = () => now;
  const {send} = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    WebSocket.prototype.send = send;
    const hear = this.onmessage;
    this.onmessage = (event) => typeof event.data === 'string' ? held.push(() => hear(event)) : hear(event);
    return send.call(this, data);
  };
}"""
SECONDS_LATER = "() => { const now = performance.now(); performance.now = () => now + 4000; }"

POINTS = "document.querySelectorAll('.picture-frame canvas')[1].toDataURL()"


def test_a_select_changes_its_setting(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    for control, value, kept in (
        ("activation", "relu", "activation=relu"),
        ("activation", "gelu", "activation=gelu"),
        ("regularization", "l2", "regularization=L2"),
        ("regularization", "elastic_net", "regularization=elasticNet"),
        ("speed", "250", "speed=250"),
        ("problem", "regression", "problem=regression"),
        ("problem", "multiclass", "problem=multiclass"),
    ):
        page.select_option(f"#{control}", value)
        wait_for_hash(page, kept)
        expect(page.locator(f"#{control}")).to_have_value(value)


@pytest.mark.slow
def test_a_learning_rate_is_chosen_or_typed_and_acts_without_a_reset(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    page.click("#learningRate")
    page.get_by_role("option", name="0.3", exact=True).click()
    wait_for_hash(page, "learningRate=0.3&")
    for typed in ("0.05", "1.2"):
        page.fill("#learningRate", typed)
        page.keyboard.press("Enter")
        wait_for_hash(page, f"learningRate={typed}&")
    assert epoch(page) == 1


@pytest.mark.slow
def test_an_invalid_learning_rate_is_refused_and_the_old_one_kept(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    for typed in ("fast", "-1", "0", "1e9", ""):
        page.fill("#learningRate", typed)
        page.keyboard.press("Enter")
        expect(page.locator(".message")).to_be_visible()
        page.locator("#learningRate").blur()
        expect(page.locator("#learningRate")).to_have_value("0.03")
        page.fill("#learningRate", "0.03")
        page.keyboard.press("Enter")
        expect(page.locator(".message")).to_have_count(0)


def test_a_slider_changes_its_setting(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    for slider, kept, rebuilt in (
        ("trainPercent", "percTrainData=60", True),
        ("noise", "noise=5", True),
        ("batchSize", "batchSize=11", False),
    ):
        page.click('[data-action="stepEpoch"]')
        wait_for_epoch(page, 1)
        page.focus(f"#{slider}")
        page.keyboard.press("ArrowRight")
        wait_for_hash(page, kept)
        expect(page.locator("#epoch")).to_have_text("0" if rebuilt else "1")


@pytest.mark.slow
def test_a_full_batch_can_be_set_and_a_nudge_starts_from_what_a_link_brought(open_page: OpenPage) -> None:
    page = open_page(f"{DEFAULT}&batchSize=170")
    page.focus("#batchSize")
    page.keyboard.press("ArrowRight")
    wait_for_hash(page, "batchSize=200")
    page.keyboard.press("End")
    wait_for_hash(page, "batchSize=250")
    page.fill("#batchSizeNumber", "120")
    page.keyboard.press("Enter")
    wait_for_hash(page, "batchSize=120")
    page.fill("#batchSizeNumber", "none")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_be_visible()
    page.locator("#batchSizeNumber").blur()
    expect(page.locator("#batchSizeNumber")).to_have_value("120")


@pytest.mark.slow
def test_a_late_answer_to_an_earlier_key_press_does_not_reset_a_slider(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    page.evaluate(HOLD_ANSWERS)
    page.focus("#noise")
    shown = page.locator("#noiseNumber")
    for keys, answers in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 3)):
        page.keyboard.press(keys)
        page.wait_for_function("answers => held.length >= answers", arg=answers)
    page.evaluate(SECONDS_LATER)
    for _ in range(2):  # they say 5 and 10
        page.evaluate("held.shift()()")
        page.evaluate(TWO_FRAMES)
        expect(shown).to_have_value("5")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("held.length === 2")
    page.evaluate("held.forEach((hear) => hear())")
    wait_for_hash(page, "noise=10")
    expect(shown).to_have_value("10")


@pytest.mark.slow  # every dataset
def test_each_dataset_can_be_chosen(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    offered = {
        "classification": "circle xor gaussian spiral moons rings checkerboard own",
        "regression": "plane multi-gaussian curve own",
        "multiclass": "blobs spirals own",
    }
    link_words = {"gaussian": "gauss", "plane": "reg-plane", "multi-gaussian": "reg-gauss"}
    for problem, names in offered.items():
        page.select_option("#problem", problem)
        if problem != "classification":  # with which the page begins
            wait_for_hash(page, f"problem={problem}")
        expect(page.locator(f'[data-dataset="{names.split()[0]}"]')).to_have_attribute("aria-pressed", "true")
        for name in reversed(names.split()):
            page.click(f'[data-dataset="{name}"]')
            wait_for_hash(page, f"ataset={link_words.get(name, name)}")
            expect(page.locator(f'[data-dataset="{name}"]')).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_custom_points_have_a_noise_of_their_own_and_regenerating_only_splits_them_again(
    open_page: OpenPage,
) -> None:
    page = open_page(DEFAULT + "&noise=20")
    page.click('[data-dataset="own"]')
    wait_for_hash(page, "points=")
    points = page.evaluate("location.hash.match(/points=[^&]*/)[0]")
    expect(page.locator("#noiseNumber")).to_have_value("0")
    page.focus("#noise")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    wait_for_hash(page, "ownNoise=15&points=")
    assert page.evaluate("location.hash.match(/points=[^&]*/)[0]") == points
    other = open_page(page.evaluate("location.hash"))
    expect(other.locator("#noiseNumber")).to_have_value("15")
    expect(page.locator('[data-action="regenerate"]')).to_have_text("New split")
    page.click('[data-dataset="xor"]')
    expect(page.locator("#noiseNumber")).to_have_value("20")
    expect(page.locator('[data-action="regenerate"]')).to_have_text("Regenerate")


@pytest.mark.slow
def test_the_number_of_classes_can_be_set_for_datasets_of_several_classes(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    expect(page.locator("#classes")).to_be_hidden()
    page.select_option("#problem", "multiclass")
    expect(page.locator("#classes")).to_be_visible()
    page.focus("#classes")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    wait_for_hash(page, "classes=8")
    expect(page.locator("#classesNumber")).to_have_value("8")
    page.reload()
    expect(page.locator("#classesNumber")).to_have_value("8")


@pytest.mark.slow
def test_regenerating_draws_other_points_and_keeps_the_weights(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    page.click('[data-action="stepEpoch"]')
    wait_for_epoch(page, 1)
    before = page.evaluate(POINTS)
    page.click('[data-action="regenerate"]')
    page.wait_for_function(f"before => {POINTS} !== before", arg=before)
    assert epoch(page) == 1


def test_inputs_layers_and_neurons_can_be_added_and_removed(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    page.click('[data-feature="sin_x1"]')
    wait_for_hash(page, "sinX=true")
    expect(page.locator("#weights-count")).to_contain_text("29")
    page.click('[data-action="addLayer"]')
    wait_for_hash(page, "networkShape=4,2,2")
    page.locator(".layer-control").nth(0).locator("button").nth(1).click()
    wait_for_hash(page, "networkShape=5,2,2")
    page.locator(".layer-control").nth(1).locator("button").nth(0).click()
    wait_for_hash(page, "networkShape=5,1,2")
    expect(page.locator(".layer-control").nth(1).locator("button").nth(0)).to_be_disabled()
    for _ in range(3):
        page.click('[data-action="removeLayer"]')
    expect(page.locator('[data-action="removeLayer"]')).to_be_disabled()
    expect(page.locator(".layer-control")).to_have_count(0)
    for _ in range(12):
        page.click('[data-action="addLayer"]')
    expect(page.locator('[data-action="addLayer"]')).to_be_disabled()


@pytest.mark.slow
def test_the_last_input_cannot_be_switched_off(open_page: OpenPage) -> None:
    page = open_page(DEFAULT + "&y=false")
    page.click('[data-feature="x1"]')
    expect(page.locator(".message")).to_be_visible()
    expect(page.locator('[data-feature="x1"]')).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_a_display_option_changes_the_heat_map_and_not_the_training(open_page: OpenPage) -> None:
    page = open_page(
        "#dataSeed=1&weightsSeed=1&x=true&y=false&networkShape="
    )  # its line stands at a bias of 0.1
    for toggle, canvas in (("showTest", 1), ("showTrain", 1), ("discretize", 0), ("decisionLine", 2)):
        drawn = f"document.querySelectorAll('.picture-frame canvas')[{canvas}].toDataURL()"
        before = page.evaluate(drawn)
        page.locator(f"#{toggle}").click()
        page.wait_for_function(f"before => {drawn} !== before", arg=before)
        assert epoch(page) == 0


@pytest.mark.slow
def test_the_losses_can_be_shown_on_a_log_scale(open_page: OpenPage) -> None:
    page = open_page(DEFAULT + "&speed=max")
    page.click(".play")
    wait_for_epoch(page, 60)
    page.click(".play")
    drawn = "document.querySelector('#chart canvas').toDataURL()"
    before = page.evaluate(drawn)
    page.locator("#logScale").click()
    page.wait_for_function(f"before => {drawn} !== before", arg=before)


@pytest.mark.slow
def test_settings_that_apply_while_running_do_not_stop_the_training(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    page.click(".play")
    wait_for_epoch(page, 5)
    page.select_option("#regularization", "l1")
    page.fill("#regularizationRate", "0.001")
    page.keyboard.press("Enter")
    wait_for_hash(page, "regularizationRate=0.001")
    page.select_option("#speed", "null")
    at = epoch(page)
    wait_for_epoch(page, at + 20)
    assert at >= 5


@pytest.mark.slow
def test_the_speed_setting_changes_the_epochs_per_second(open_page: OpenPage) -> None:
    page = open_page(DEFAULT + "&speed=2")
    began = perf_counter()
    page.click(".play")
    wait_for_epoch(page, 2)
    assert epoch(page) <= 2 * (perf_counter() - began) + 2
    page.select_option("#speed", "null")
    wait_for_epoch(page, 200)
