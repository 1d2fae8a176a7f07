"""The advanced panel: every setting can be changed, is kept in the URL, and is explained."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.advanced_panel import ALL_SETTINGS, DEFAULT, open_advanced
from tests.browser.conftest import OpenPage, state, wait_for_hash


@pytest.mark.slow  # every choice of every list
@pytest.mark.parametrize(
    ("hash_", "choices"),
    [
        (
            "",
            {
                "outputActivation": "sigmoid",
                "loss": "cross_entropy",
                "inputScaling": "standardized",
                "initializer": "zeros small_normal xavier_uniform xavier_normal he_uniform he_normal",
                "optimizer": "momentum nesterov rmsprop adam adamw",
                "schedule": "step exponential inverse_time cosine warmup",
            },
        ),
        ("&problem=regression", {"loss": "huber"}),
    ],
)
def test_a_choice_is_explained_and_kept_in_the_url(
    open_page: OpenPage, hash_: str, choices: dict[str, str]
) -> None:
    page = open_page(DEFAULT + hash_)
    open_advanced(page)
    for control, values in choices.items():
        for value in values.split():
            page.select_option(f"#{control}", value)
            wait_for_hash(page, "initZero=true" if value == "zeros" else f"{control}={value}")
        page.hover("#advanced h2")
        tooltip = page.locator("#tooltip")
        expect(tooltip).to_be_hidden()
        page.hover(f'label[for="{control}"]')
        expect(tooltip).to_be_visible()
        said = tooltip.inner_text().split("\n")
        assert len(said) == 2
        assert all(sentence.endswith(".") for sentence in said)
    again = open_page("#" + page.url.split("#")[1])
    open_advanced(again)
    for control, values in choices.items():
        expect(again.locator(f"#{control}")).to_have_value(values.rsplit(maxsplit=1)[-1])


@pytest.mark.parametrize(
    ("hash_", "typed"),
    [
        pytest.param(
            "&optimizer=adamw&schedule=step&regularization=elasticNet",
            {
                "beta1": "0.85",
                "beta2": "0.99",
                "epsilon": "1e-6",
                "weightDecay": "0.1",
                "scheduleEpochs": "30",
                "scheduleFactor": "0.5",
                "gradientClip": "1",
                "l1Ratio": "0.7",
                "initialBias": "-0.2",
                "dataSeed": "7",
                "weightsSeed": "8",
            },
            marks=pytest.mark.slow,
        ),
        ("&optimizer=momentum&problem=regression&loss=huber", {"momentum": "0.8", "huberDelta": "1"}),
        pytest.param("&optimizer=rmsprop", {"rho": "0.95"}, marks=pytest.mark.slow),
    ],
)
@pytest.mark.slow
def test_typed_numbers_are_kept_in_the_url(open_page: OpenPage, hash_: str, typed: dict[str, str]) -> None:
    page = open_page(DEFAULT + hash_)
    open_advanced(page)
    for control, value in typed.items():
        page.fill(f"#{control}", value)
        page.keyboard.press("Enter")
        wait_for_hash(page, f"{control}={float(value):.6f}".rstrip("0").rstrip("."))
    page.reload()
    open_advanced(page)
    for control, value in typed.items():
        expect(page.locator(f"#{control}")).to_have_value(value)


@pytest.mark.slow
def test_the_help_text_follows_a_choice_made_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    open_advanced(page)
    page.keyboard.press("Tab")
    expect(page.locator("#tooltip")).to_have_text("Close this panel. The settings are kept.")
    page.keyboard.press("Tab")
    expect(page.locator("#tooltip")).to_contain_text("Tanh: ")
    page.keyboard.press("ArrowUp")  # of the first layer alone
    expect(page.locator("#tooltip")).to_contain_text("ReLU: ")


@pytest.mark.slow
def test_a_tap_on_a_dataset_or_an_input_explains_it(open_page: OpenPage) -> None:
    page = open_page(DEFAULT, width=390, height=844, has_touch=True)
    page.locator('[data-dataset="moons"]').tap()
    expect(page.locator("#tooltip")).to_contain_text("half moons")
    page.locator('[data-feature="sin_x1"]').tap()
    expect(page.locator("#tooltip")).to_contain_text("sine")


@pytest.mark.slow
def test_an_invalid_number_is_refused_and_the_old_one_kept(open_page: OpenPage) -> None:
    page = open_page(DEFAULT + "&optimizer=momentum")
    open_advanced(page)
    page.fill("#momentum", "1")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("0.999")
    page.locator("#momentum").blur()
    expect(page.locator("#momentum")).to_have_value("0.9")


@pytest.mark.slow
def test_only_settings_with_an_effect_are_shown(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    open_advanced(page)
    parameters = (
        "momentum",
        "rho",
        "beta1",
        "epsilon",
        "weightDecay",
        "scheduleEpochs",
        "huberDelta",
        "l1Ratio",
    )

    def shown() -> set[str]:
        return {name for name in parameters if page.locator(f"#{name}").is_visible()}

    assert shown() == set()
    page.select_option("#optimizer", "adamw")
    expect(page.locator("#beta1")).to_be_visible()
    assert shown() == {"beta1", "epsilon", "weightDecay"}
    page.select_option("#schedule", "step")
    expect(page.locator("#scheduleEpochs")).to_be_visible()
    page.select_option("#regularization", "elastic_net")
    expect(page.locator("#l1Ratio")).to_be_visible()
    page.select_option("#optimizer", "sgd")
    expect(page.locator("#beta1")).to_be_hidden()


def test_each_layer_can_have_its_own_activation(open_page: OpenPage) -> None:
    page = open_page(DEFAULT + "&networkShape=4,2,2")
    open_advanced(page)
    layers = page.locator(".per-layer").first.locator("select")
    layers.nth(1).select_option("relu")
    wait_for_hash(page, "activations=tanh,relu,tanh")
    expect(page.locator("#activation option:checked")).to_have_text("Per layer")
    for layer in (0, 2):
        layers.nth(layer).select_option("relu")
    wait_for_hash(page, "activation=relu&")
    page.wait_for_function("!location.hash.includes('activations=')")
    expect(page.locator("#activation option:checked")).to_have_text("ReLU")


@pytest.mark.slow
def test_the_basic_panel_sets_the_activation_of_all_layers(open_page: OpenPage) -> None:
    page = open_page(DEFAULT + "&activations=sine,step")
    expect(page.locator("#activation option:checked")).to_have_text("Per layer")
    page.select_option("#activation", "elu")
    wait_for_hash(page, "activation=elu&")
    assert "activations" not in state(page)
    expect(page.locator("#activation option:checked")).to_have_text("ELU")


@pytest.mark.slow
def test_dropout_is_set_for_each_layer_and_follows_changes_of_the_layers(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    open_advanced(page)
    page.fill("#dropout1", "0.3")
    page.keyboard.press("Enter")
    wait_for_hash(page, "dropout=0.3,0")
    page.keyboard.press("Escape")
    page.click('[data-action="addLayer"]')
    wait_for_hash(page, "dropout=0.3,0,0")


@pytest.mark.slow
def test_advanced_inputs_can_be_switched_on_and_appear_in_the_network(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    open_advanced(page)
    for name, key in (("cos x₁", "cosX"), ("x₂³", "yCubed"), ("x₁ + x₂", "xPlusY")):
        page.get_by_role("button", name=name, exact=True).first.click()
        wait_for_hash(page, f"{key}=true")
    expect(page.locator("#weights-count")).to_contain_text("37")
    expect(page.locator('.node[data-feature="x2_cubed"]')).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
def test_settings_that_differ_from_the_default_are_marked_and_can_be_reset(
    open_page: OpenPage,
) -> None:
    page = open_page(DEFAULT)
    button = page.locator('[data-action="advanced"]')
    expect(button).not_to_have_class(re.compile("changed"))
    page.goto(page.url.split("#")[0] + DEFAULT + "&optimizer=adam&dropout=0.5,0&cosX=true")
    expect(button).to_have_class(re.compile("changed"))
    expect(button).to_contain_text("Optimizer, Dropout per layer, and More inputs")
    open_advanced(page)
    expect(page.locator("#advanced .label.changed")).to_have_count(3)
    page.click('[data-action="restore"]')
    expect(button).not_to_have_class(re.compile("changed"))
    expect(page.locator('[data-action="restore"]')).to_be_disabled()
    page.wait_for_function("!/optimizer|dropout|cosX/.test(location.hash)")
    assert state(page)["dataSeed"] == "1"


@pytest.mark.slow
def test_the_panel_closes_by_key_or_button_and_returns_the_focus(open_page: OpenPage) -> None:
    page = open_page(DEFAULT)
    panel = open_advanced(page)
    for way in ("key", "button"):
        if way == "key":
            page.keyboard.press("Escape")
        else:
            page.click('[data-action="closeAdvanced"]')
        expect(panel).to_be_hidden()
        expect(page.locator('[data-action="advanced"]')).to_be_focused()
        page.keyboard.press("Enter")
        expect(panel).to_be_visible()


@pytest.mark.slow
def test_every_control_of_the_panel_has_a_name_a_help_text_and_a_tab_position(
    open_page: OpenPage,
) -> None:
    page = open_page(DEFAULT + ALL_SETTINGS)
    open_advanced(page)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('#advanced button, #advanced select, #advanced input')]
          .filter((each) => each.checkVisibility() && !each.getAttribute('aria-hidden')
            && !each.getAttribute('aria-label') && !each.labels?.length && !each.innerText.trim())
          .map((each) => each.outerHTML)"""
    )
    assert nameless == []
    helpless = page.evaluate(
        "() => [...document.querySelectorAll('#advanced .label')].filter((each) => !each.dataset.help).length"
    )
    assert helpless == 0
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.dataset.action"))
    expected = {"restore", "closeAdvanced", "optimizer", "beta2", "scheduleFactor", "dropout6", "l1Ratio"}
    assert expected <= reached


@pytest.mark.slow
def test_every_text_of_the_panel_is_translated(open_page: OpenPage) -> None:
    for locale in ("en-US", "zh-CN"):
        page = open_page(DEFAULT + ALL_SETTINGS, locale=locale)
        text = open_advanced(page).inner_text()
        assert not re.search(r"(control|choice|group|hint|panel)\.\w", text)
