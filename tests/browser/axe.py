"""Runs axe-core, the common checker of accessibility, on a page."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RUN = """async () => (await axe.run(document, { resultTypes: ['violations'],
  rules: { 'target-size': { enabled: true } } })).violations"""


def violations(page: Page) -> dict[str, list[str]]:
    """Return the rules that the page breaks as it is now, each with the HTML of where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = {}
    for rule in page.evaluate(RUN):
        found[f"{rule['id']}: {rule['help']}"] = [node["html"][:160] for node in rule["nodes"]]
    return found
