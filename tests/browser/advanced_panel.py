"""The advanced panel, as its tests open it."""

from playwright.sync_api import Locator, Page, expect

DEFAULT = "#dataSeed=1&weightsSeed=1"
ALL_SETTINGS = (
    "&networkShape=8,8,8,8,8,8&activations=relu,tanh,step,sine,gelu,leaky_relu&dropout=0.2,0,0,0,0,0"
    "&optimizer=adamw&schedule=cosine&regularization=elasticNet&outputActivation=sigmoid&cosX=true"
)


def open_advanced(page: Page) -> Locator:
    """Open the panel; it is loaded on first use."""
    page.click('[data-action="advanced"]')
    panel = page.locator("#advanced")
    expect(panel.locator("#optimizer")).to_be_visible()
    return panel
