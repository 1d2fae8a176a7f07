"""What must never happen to the playground in any window: controls covered or cut, play out of reach."""

from playwright.sync_api import Page

FAULTS = """async () => {
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true })
    && !element.closest('.visually-hidden');
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isShown);
  const name = (element) => element.textContent.trim() || element.outerHTML.slice(0, 120);
  const boxOf = (text) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return range.getBoundingClientRect();
  };
  const shownAt = ({ left, top, width, height }) =>
    document.elementFromPoint(left + width / 2, top + height / 2);
  const region = (element) => element.closest('.output, .data, .transport, .settings, .network, .ways');
  scrollTo(0, 0);

  const texts = all(`:is(.bar, .lab) :is(.label, .toggle span, h2, .value, .count, .counter, .counter-batch,
    .dataset span, .text-button span, .first-hint):not(:empty, .network-frame *)`);
  const cut = texts.filter((each) => {
    const [text, place] = [boxOf(each), region(each).getBoundingClientRect()];
    return text.left < place.left - 1 || text.right > place.right + 1 || text.bottom > place.bottom + 1;
  });
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 4 && b.top < a.bottom - 4;
  const overlapping = texts.filter((each) => texts.some((other) => region(other) === region(each)
    && !other.contains(each) && !each.contains(other) && meet(boxOf(each), boxOf(other))));

  const controls = all(":is(.top, .bar, .lab, .room-bar) :is(button, select, input, [tabindex='0'])");
  const covered = controls.filter((each) => {
    each.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const box = each.getBoundingClientRect();
    const at = shownAt(box);
    return box.left < 0 || box.right > innerWidth + 0.5 || !at || !(each.contains(at) || at.contains(each));
  });

  const end = document.documentElement.scrollHeight - innerHeight;
  const withoutPlay = [0, 0.1, 0.2, 0.3, 0.5, 1].filter((part) => {
    scrollTo(0, end * part);
    const box = document.querySelector('.play').getBoundingClientRect();
    return box.top < 0 || box.bottom > innerHeight || !shownAt(box)?.closest('.play');
  });
  scrollTo(0, 0);
  const sideways = Math.max(0, document.documentElement.scrollWidth - innerWidth);
  const names = { cut: cut.map(name), overlapping: overlapping.map(name), covered: covered.map(name) };
  return { ...names, withoutPlay, sideways };
}"""


def faults(page: Page) -> dict[str, object]:
    """Return what is wrong with the page in its window; empty if nothing is."""
    return {name: what for name, what in page.evaluate(FAULTS).items() if what}
