"""Three ways to use the page as people do: by mouse, by keyboard alone, and by touch on a phone."""

from typing import Any, ClassVar

from playwright.sync_api import Locator, Page, expect

MAX_TABS = 250
MAX_SPEED = "null"
"""The highest speed in its list."""

IS_BEFORE = """(target) => {
  const way = document.activeElement.compareDocumentPosition(target);
  return Boolean(way & Node.DOCUMENT_POSITION_PRECEDING);
}"""

FROM_TO = """(select, value) => {
  const to = [...select.options].findIndex((each) => each.value === value);
  return [select.selectedIndex, to];
}"""


class Mouse:
    """A mouse on a desk."""

    options: ClassVar[dict[str, Any]] = {}
    """What a page of this way is opened with."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Press a button, a link, a box or a node."""
        target.click()

    def choose(self, select: Locator, value: str) -> None:
        """Choose from a list."""
        select.select_option(value)

    def write(self, field: Locator, text: str) -> None:
        """Write into a field, and confirm it."""
        self.press(field)
        field.fill(text)
        field.press("Enter")

    def pick(self, radio: Locator) -> None:
        """Choose one of several answers."""
        radio.check()

    def play(self) -> None:
        """Start or pause the training."""
        self.press(self.page.locator('[data-action="play"]'))

    def hurry(self) -> None:
        """Choose the highest speed."""
        self.choose(self.page.locator("#speed"), MAX_SPEED)

    def forward(self, button: Locator) -> None:
        """Go to the next step of a lesson."""
        self.press(button)

    def edit_output_bias(self, value: str) -> None:
        """Set the bias of the output by hand."""
        self.press(self.page.locator("#network .bias").last)
        self.write(self.page.locator("#editor input").last, value)
        self.press(self.page.locator("#editor header button"))

    def to_lab(self) -> None:
        """Have the lab in sight."""

    def to_lesson(self) -> None:
        """Have the lesson in sight."""


class Keyboard(Mouse):
    """No pointer at all: everything is reached by Tab, arrows and the page's own keys."""

    def reach(self, target: Locator) -> None:
        """Move the focus to an element with Tab, as one does who sees no other way."""
        expect(target).to_be_visible()
        expect(target).to_be_enabled()
        before = target.evaluate(IS_BEFORE)
        for _ in range(MAX_TABS):
            if target.evaluate("(el) => el === document.activeElement"):
                return
            self.page.keyboard.press("Shift+Tab" if before else "Tab")
        raise AssertionError(f"{target} cannot be reached with Tab")

    def press(self, target: Locator) -> None:
        self.reach(target)
        kind = target.evaluate("(el) => el.type")
        self.page.keyboard.press("Space" if kind == "checkbox" else "Enter")

    def choose(self, select: Locator, value: str) -> None:
        self.reach(select)
        at, to = select.evaluate(FROM_TO, value)
        assert to >= 0, f"{value} cannot be chosen"
        for _ in range(abs(to - at)):
            self.page.keyboard.press("ArrowDown" if to > at else "ArrowUp")
        expect(select).to_have_value(value)

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        if field.evaluate("(el) => el.localName") != "textarea":
            self.page.keyboard.press("Enter")

    def pick(self, radio: Locator) -> None:
        # Tab reaches the first or the chosen one of a group, arrows the others.
        group = radio.locator("xpath=ancestor::*[@role='radiogroup']").get_by_role("radio")
        self.reach(group.first)
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError("arrow keys do not reach the answer")

    def play(self) -> None:
        typing = self.page.evaluate(
            "document.activeElement.matches('button, a, input, select, textarea, summary, [tabindex=\"0\"]')"
        )
        if typing:  # a letter or a space would go there
            super().play()
        else:
            self.page.keyboard.press("Space")

    def hurry(self) -> None:
        if self._is_in_a_field():
            self.reach(self.page.locator('[data-action="play"]'))
        speed = self.page.locator("#speed")
        for _ in range(speed.locator("option").count()):
            if speed.input_value() == MAX_SPEED:
                return
            self.page.keyboard.press("+")
        expect(speed).to_have_value(MAX_SPEED)

    def _is_in_a_field(self) -> bool:
        return bool(self.page.evaluate("document.activeElement.matches('input, textarea, select')"))

    def forward(self, button: Locator) -> None:
        if self._is_in_a_field():
            self.reach(button)
        self.page.keyboard.press(".")

    def edit_output_bias(self, value: str) -> None:
        self.press(self.page.locator("#network .node").last)
        self.write(self.page.locator("#editor input").last, value)
        self.page.keyboard.press("Escape")


class Phone(Mouse):
    """A finger on a phone, where the lesson is a sheet that is pulled up and down."""

    options: ClassVar[dict[str, Any]] = {
        "width": 390,
        "height": 844,
        "has_touch": True,
        "is_mobile": True,
    }

    def press(self, target: Locator) -> None:
        target.tap()

    def pick(self, radio: Locator) -> None:
        radio.tap()
        expect(radio).to_be_checked()

    def to_lab(self) -> None:
        self._pull(up=False)

    def to_lesson(self) -> None:
        self._pull(up=True)

    def _pull(self, *, up: bool) -> None:
        handle = self.page.locator(".lesson-pull")
        if (handle.get_attribute("aria-expanded") == "true") != up:
            handle.tap()
        expect(handle).to_have_attribute("aria-expanded", str(up).lower())
        content = self.page.locator(".lesson-content")
        expect(content).to_be_visible() if up else expect(content).to_be_hidden()
