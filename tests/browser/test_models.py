"""Models that leave and come back on the page: saved in the browser, as files, and opened again."""

import json
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Join, OpenPage
from tests.browser.rest_teacher import Teacher
from tests.support.process import ServerProcess

LINK = "#dataset=circle&networkShape=3&dataSeed=1&weightsSeed=1"


def test_a_network_is_saved_changed_and_opened_again(open_page: OpenPage) -> None:
    page = open_page(LINK)
    page.keyboard.press("s")
    expect(page.locator("#epoch")).to_have_text("1")
    page.click('[data-action="share"]')
    page.click("#share-models")
    page.fill("#models-name", '<b>"mine"</b>')
    page.click("#models-keep")
    saved = page.locator(".models tbody tr").nth(1)
    expect(saved.locator("th")).to_have_text('<b>"mine"</b>')
    expect(saved).to_contain_text("2–3–1")
    page.keyboard.press("Escape")
    page.click('[data-dataset="xor"]')
    expect(page.locator('[data-dataset="xor"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#epoch")).to_have_text("0")
    page.click('[data-action="share"]')
    page.click("#share-models")
    page.click('.models [data-do="open"]')
    expect(page.locator('[data-dataset="circle"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#epoch")).to_have_text("1")
    page.locator(".models-status button").click()
    expect(page.locator('[data-dataset="xor"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#epoch")).to_have_text("0")
    page.click('.models [data-do="delete"]')
    expect(page.locator(".models tbody tr")).to_have_count(1)


def test_a_name_that_is_taken_is_replaced_or_both_are_kept_as_chosen(open_page: OpenPage) -> None:
    page = open_page(LINK)
    page.click('[data-action="share"]')
    page.click("#share-models")
    rows, status = page.locator(".models tbody tr:not(.present)"), page.locator(".models-status")
    page.fill("#models-name", " mine ")
    page.press("#models-name", "Enter")
    expect(status).to_contain_text("“mine” is saved")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#epoch")).to_have_text("1")
    page.click('[data-action="share"]')
    page.click("#share-models")
    page.fill("#models-name", "mine")
    page.click("#models-keep")
    expect(status).to_contain_text("already saved")
    expect(rows).to_have_count(1)
    expect(rows.locator('[data-label="Epochs"]')).to_have_text("0")
    page.click('[data-choice="both"]')
    expect(rows.locator("th")).to_have_text(["mine (2)", "mine"])
    page.fill("#models-name", "mine")
    page.click("#models-keep")
    page.click('[data-choice="replace"]')
    expect(status).to_contain_text("is replaced")
    expect(rows.locator("th")).to_have_text(["mine", "mine (2)"])
    expect(rows.locator('[data-label="Epochs"]')).to_have_text(["1", "1"])
    status.locator("button").click()
    expect(rows.locator("th")).to_have_text(["mine (2)", "mine"])
    expect(rows.locator('[data-label="Epochs"]')).to_have_text(["1", "0"])


@pytest.mark.slow
def test_exports_are_downloaded_and_a_file_is_opened_or_refused(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(LINK)
    page.click('[data-action="share"]')
    page.click("#share-models")
    page.fill("#models-name", "my net")
    files = {}
    kinds = page.locator(".models [data-format]").evaluate_all("all => all.map(each => each.dataset.format)")
    if find_spec("onnx") is None:
        kinds.remove("onnx")
        page.click('.models [data-format="onnx"]')
        expect(page.locator(".models-status")).to_contain_text("pip install onnx")
    for kind in kinds:
        with page.expect_download() as download:
            page.click(f'.models [data-format="{kind}"]')
        files[kind] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[kind])
    assert files["numpy"].name == "my_net_numpy.py"
    assert "keras.Sequential(" in files["keras"].read_text("utf-8")
    model = json.loads(files["json"].read_text("utf-8"))
    for change, words in (
        ({"version": 99}, "later version"),
        ({"format": "x"}, "no training"),
        ({"config": model["config"] | {"features": ["x1", 7]}}, "config.features[1] should be one of: x1"),
        ({"state": model["state"] | {"epoch": -1}}, "state.epoch"),
    ):
        wrong = tmp_path / "wrong.json"
        wrong.write_text(json.dumps(model | change), "utf-8")
        page.set_input_files("#models-file", wrong)
        expect(page.locator(".models-status")).to_contain_text(words)
        expect(page.locator('[data-dataset="circle"]')).to_have_attribute("aria-pressed", "true")
    text = json.dumps(model, indent=1)
    edited = '"edited": false'
    for broken, words in (
        (text[:40], "breaks off in line 3"),
        (text.replace(edited, f"{edited},,"), "not JSON at line"),
        (text.replace(edited, f"{edited}, {edited}"), "edited should be there only once"),
    ):
        wrong.write_text(broken, "utf-8")
        page.set_input_files("#models-file", wrong)
        expect(page.locator(".models-status")).to_contain_text(words)
    model["config"]["dataset"] = "spiral"
    right = tmp_path / "right.json"
    right.write_text(json.dumps(model), "utf-8")
    page.set_input_files("#models-file", right)
    expect(page.locator(".models-status")).to_contain_text("“my net” is open")
    expect(page.locator('[data-dataset="spiral"]')).to_have_attribute("aria-pressed", "true")


@pytest.mark.slow
@pytest.mark.parametrize("hash_", [LINK, "#problem=multiclass&classes=4&dataSeed=1", "#problem=images"])
def test_pictures_are_vectors_and_large_bitmaps(open_page: OpenPage, tmp_path: Path, hash_: str) -> None:
    page = open_page(hash_, color_scheme="dark")
    page.click('[data-action="share"]')
    page.click("#share-models")
    expect(page.locator(".models .present")).to_be_visible()
    kinds = ("network", "chart") if "images" in hash_ else ("boundary", "network", "chart")
    assert page.locator('[data-picture-of="boundary"]').is_visible() == ("boundary" in kinds)
    for kind in kinds:
        for end in ("svg", "png"):
            with page.expect_download() as download:
                page.click(f'[data-picture="{kind}-{end}"]')
            path = tmp_path / f"{kind}.{end}"
            download.value.save_as(path)
            if end == "png":
                width = int.from_bytes(path.read_bytes()[16:20], "big")
                assert (path.read_bytes()[1:4], width) == (b"PNG", 3000)
                continue
            root = ElementTree.fromstring(path.read_text("utf-8"))
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert ("image" in tags) == (kind == "boundary")
            assert tags & {"path", "line", "circle"}
            assert not tags & {"script", "foreignObject"}


DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const event = new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true });
  (document.querySelector('dialog[open]') ?? document.body).dispatchEvent(event);
}"""


@pytest.mark.slow
def test_a_file_that_is_dropped_on_the_page_is_opened(open_page: OpenPage) -> None:
    page = open_page(LINK)
    page.click('[data-action="share"]')
    page.click("#share-models")
    with page.expect_download() as download:
        page.click('.models [data-format="json"]')
    model = json.loads(Path(download.value.path()).read_text("utf-8"))
    model["config"]["dataset"] = "gaussian"
    page.keyboard.press("Escape")
    page.evaluate(DROP, ["my.json", json.dumps(model)])
    expect(page.locator(".models[open] .models-status")).to_contain_text("is open")
    expect(page.locator('[data-dataset="gaussian"]')).to_have_attribute("aria-pressed", "true")
    page.evaluate(DROP, ["table.csv", "a,b,c"])
    expect(page.locator(".models-status")).to_contain_text("not JSON at line 1, column 1")
    expect(page.locator("dialog[open]")).to_have_count(1)


@pytest.mark.slow
def test_a_learner_takes_the_network_home_and_opens_what_the_room_allows(
    join: Join, teacher: Teacher, open_page: OpenPage
) -> None:
    page = join(teacher.code)
    page.click('[data-action="stepEpoch"]')
    expect(page.locator("#epoch")).to_have_text("1")
    page.click('[data-action="share"]')
    page.click("#share-models")
    with page.expect_download() as download:
        page.click('.models [data-format="json"]')
    text = Path(download.value.path()).read_text("utf-8")
    teacher.ask("PATCH", body={"locks": ["weights"]})
    page.evaluate(DROP, ["my.json", text])
    expect(page.locator(".models-status")).to_have_text("Your teacher has locked this setting.")
    teacher.ask("PATCH", body={"locks": []})
    page.evaluate(DROP, ["my.json", text])
    expect(page.locator(".models-status")).to_contain_text("is open")
    home = open_page("#dataset=xor")
    home.evaluate(DROP, ["my.json", text])
    expect(home.locator(".models-status")).to_contain_text("is open")
    expect(home.locator("#epoch")).to_have_text("1")


ALIEN = """() => [...document.querySelectorAll('*')].filter((each) =>
  each.tagName === 'B' || [...each.attributes].some(({ name }) => name.startsWith('on'))).length"""


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "zh-TW"])
def test_names_of_peoples_own_are_text_wherever_the_page_shows_them(
    open_page: OpenPage, server: ServerProcess, locale: str
) -> None:
    """With `bypass_csp`, so that a script would run if a name could become one."""
    evil = "<img src=x onerror=\"document.title='run'\"><b onclick=x>{{7*7}}${1}\u202e"
    columns = {role: {"name": f"{role} {evil}", "offset": 1.0, "factor": 2.0} for role in ("x1", "x2")}
    points = [[0, 0, -1], [1, 1, 1], [2, 1, 1], [-2, -1, -1], [3, 1, 1], [1, 3, 1]]
    table = columns | {"classes": [f"a {evil}", f"b {evil}"]}
    config = {"dataset": "own", "points": points, "data_columns": table, "hidden_layers": [2]}
    answer = httpx.post(f"{server.url}api/sessions", json={"config": config}).raise_for_status().json()
    page = open_page(f"?session={answer['url'].split('session=')[1]}", locale=locale)
    expect(page.locator(".axis-name.of-x1")).to_have_text(f"x1 {evil}")
    httpx.post(f"{server.url}api/sessions/{answer['id']}/train", json={"epochs": 3}).raise_for_status()
    page.click('[data-action="inside"]')
    for tab in ("training", "point", "quality"):
        page.click(f"#inside-{tab}-tab")
        expect(page.locator(f"#inside-{tab}")).to_be_visible()
    page.keyboard.press("Escape")
    page.click('[data-action="share"]')
    page.click("#share-models")
    page.fill("#models-name", evil)
    page.click("#models-keep")
    expect(page.locator(".models tbody tr").nth(1).locator("th")).to_have_text(evil)
    page.click("#models-keep")
    page.click('[data-choice="both"]')
    expect(page.locator(".models tbody tr").nth(1).locator("th")).to_have_text(f"{evil} (2)")
    for kind in ("boundary", "network", "chart"):
        with page.expect_download():
            page.click(f'[data-picture="{kind}-png"]')
    page.locator('.models [data-do="delete"]').first.click()
    expect(page.locator(".models-status")).to_contain_text(evil)
    assert page.evaluate(ALIEN) == 0
    assert page.title() != "run"
