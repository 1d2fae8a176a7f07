"""Settings as a person changes them on the page: each by its own control."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.lesson_ways import Mouse

BAR = {"activation", "regularization", "problem"}
"""Lists beside the time controls."""

NUMBERS = {
    "learning_rate": "#learningRate",
    "regularization_rate": "#regularizationRate",
    "batch_size": "#batchSizeNumber",
    "noise": "#noiseNumber",
    "train_percent": "#trainPercentNumber",
    "classes": "#classesNumber",
}
"""Fields for numbers in the bar and beside the data."""

LAYER_LISTS = {"normalization", "residual"}
"""Settings with one list for each layer, and one that sets all of them."""


def change_settings(way: Mouse, changes: dict[str, Any]) -> None:
    """Change settings of the training by the page's controls."""
    for field, value in sorted(changes.items(), key=lambda each: each[0] in LAYER_LISTS):
        _change(way, field, value)


def stop_at(way: Mouse, epoch: int) -> None:
    """Have the training stop at an epoch."""
    panel = _open_panel(way)
    way.write(panel.locator("#stopAt"), str(epoch))
    _close_panel(way, panel)


def _change(way: Mouse, field: str, value: Any) -> None:
    page = way.page
    if field == "hidden_layers":
        _build(way, value)
    elif field == "features":
        _choose_inputs(way, value)
    elif field in BAR:
        way.choose(page.locator(f"#{field}"), value)
    elif field in NUMBERS:
        way.write(page.locator(NUMBERS[field]), f"{value}")
    else:
        panel = _open_panel(way)
        if field in LAYER_LISTS:
            assert len(set(value)) == 1, "all layers alike"
            own = f'[role="group"]:has(select[data-help="control.{field}.help"])'
            way.choose(panel.locator(f"{own} .all select"), str(value[0]))
        elif field == "dropout":
            for layer, share in enumerate(value, 1):
                way.write(panel.locator(f"#dropout{layer}"), f"{share}")
        else:
            first, *others = field.split("_")
            way.choose(panel.locator(f"#{first}{''.join(each.title() for each in others)}"), value)
        _close_panel(way, panel)


def _open_panel(way: Mouse) -> Locator:
    panel = way.page.locator("#advanced")
    way.press(way.page.locator('[data-action="advanced"]'))
    expect(panel.locator("#optimizer")).to_be_visible()
    return panel


def _close_panel(way: Mouse, panel: Locator) -> None:
    way.press(panel.locator('[data-action="closeAdvanced"]'))
    expect(panel).to_be_hidden()


def _build(way: Mouse, neurons: list[int]) -> None:
    page = way.page
    layers = page.locator(".layer-control")
    for action, too_few in (("addLayer", True), ("removeLayer", False)):
        while (layers.count() < len(neurons)) if too_few else (layers.count() > len(neurons)):
            before = layers.count()
            way.press(page.locator(f'[data-action="{action}"]'))
            expect(layers).to_have_count(before + (1 if too_few else -1))
    for index, wanted in enumerate(neurons):
        layer = layers.nth(index)
        while (now := int(layer.locator(".count").inner_text())) != wanted:
            control = "addNeuron" if now < wanted else "removeNeuron"
            way.press(layer.locator(f'[data-help="control.{control}.help"]'))
            expect(layer.locator(".count")).to_have_text(str(now + (1 if now < wanted else -1)))


def _choose_inputs(way: Mouse, wanted: list[str]) -> None:
    nodes = way.page.locator(".node[data-feature]")
    names = [node.get_attribute("data-feature") for node in nodes.all()]
    # First those that are missing: the last one cannot be switched off.
    order: list[Callable[[str], bool]] = [lambda name: name in wanted, lambda name: name not in wanted]
    for is_now in order:
        for name in names:
            assert name is not None
            node = way.page.locator(f'.node[data-feature="{name}"]')
            is_on = node.get_attribute("aria-pressed") == "true"
            if is_now(name) and is_on != (name in wanted):
                way.press(node)
                expect(node).to_have_attribute("aria-pressed", str(name in wanted).lower())
