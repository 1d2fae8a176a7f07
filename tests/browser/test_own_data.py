"""Points from a table: pasted, dropped, chosen; trained on, linked and undone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, wait_for_epoch

START = "#dataSeed=1&weightsSeed=1&speed=60"

TABLE = "\n".join(
    [
        ";Länge;width;kind",
        *(f"{at};{1 + at % 7 / 10:.1f};{2 + at % 5};setosa" for at in range(20)),
        *(f"{at};{4 + at % 7 / 10:.1f};{7 + at % 5};virginica" for at in range(20, 40)),
    ]
).replace(".", ",")

DROP = """([text, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, {type: 'text/csv'}));
  document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def open_dialog(open_page: OpenPage) -> Page:
    """Return a page on which the dialog for a table is open."""
    page = open_page(START)
    page.click('[data-dataset="own"]')
    page.click('[data-action="table"]')
    return page


def test_a_pasted_table_is_trained_on_and_stands_in_the_link(open_page: OpenPage) -> None:
    page = open_dialog(open_page)
    page.fill("#table-text", TABLE)
    expect(page.locator(".table-form")).to_contain_text("40 lines · separated by semicolons · decimal comma")
    expect(page.locator(".table-classes")).to_contain_text("setosa: 20")
    page.click('[data-table="use"]')
    expect(page.locator(".own-columns")).to_contain_text("1 to 4.6")
    expect(page.locator(".axis-name.of-x2")).to_have_text("width")
    page.click('[data-action="play"]')
    wait_for_epoch(page, 20)
    link = page.wait_for_function(
        "/[&]points=.{200}.*[&]columns=L%C3%A4nge,/.test(location.hash) && location.hash"
    ).json_value()
    other = open_page(link)
    expect(other.locator(".own-columns")).to_contain_text("virginica")


@pytest.mark.slow
def test_a_dropped_file_opens_the_dialog_and_undo_brings_back_what_was_there(open_page: OpenPage) -> None:
    page = open_page(START)
    page.click('[data-dataset="own"]')
    expect(page.locator('[data-action="table"]')).to_be_visible()
    page.evaluate(DROP, [TABLE + "\n40;5,0;wide;setosa\n41;5", "flowers.csv"])
    expect(page.locator(".table-file")).to_contain_text("flowers.csv")
    expect(page.locator(".table-faults")).to_contain_text("Line 42, width: expected a number, found “wide”")
    expect(page.locator(".table-faults")).to_contain_text("Line 43: expected 4 cells, found 2")
    expect(page.locator('[data-table="use"]')).to_be_enabled()
    page.uncheck(".table-faults input")
    expect(page.locator('[data-table="use"]')).to_be_disabled()
    page.check(".table-faults input")
    page.click('[data-table="use"]')
    expect(page.locator(".own-columns")).to_contain_text("Länge")
    page.click('[data-action="undo"]')
    expect(page.locator(".own-columns dt")).to_have_count(0)
    expect(page.locator(".axis-name.of-x2")).to_be_hidden()
    page.click('[data-action="redo"]')
    expect(page.locator(".own-columns")).to_contain_text("Länge")
    page.click('[data-dataset="circle"]')
    expect(page.locator(".own-columns")).to_be_hidden()
    page.click('[data-dataset="own"]')
    expect(page.locator(".own-columns")).to_contain_text("Länge")


@pytest.mark.slow
def test_columns_and_problem_can_be_chosen_and_a_regression_is_read_in_its_unit(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_dialog(open_page)
    path = tmp_path / "cars.csv"
    rows = [f"{at},{100 + 3 * at},{at % 9},{2000 + 50 * at}" for at in range(40)]
    path.write_text("\n".join(["id,weight,age,price", *rows]), "utf-8")
    page.set_input_files('.table-dialog input[type="file"]', path)
    expect(page.locator('[data-choice="target"]')).to_have_value("3")
    expect(page.locator('[data-choice="x1"]')).to_have_value("1")
    page.select_option('[data-choice="x1"]', label="age")
    expect(page.locator('[data-choice="x2"]')).to_have_value("1")
    page.click('[data-table="use"]')
    expect(page.locator(".own-columns")).to_contain_text("2000 to 3950")
    expect(page.locator(".colour-scale")).to_contain_text("3,000")
    expect(page.locator("#problem")).to_have_value("regression")


@pytest.mark.slow
def test_a_table_that_gives_no_points_changes_nothing_and_says_why(open_page: OpenPage) -> None:
    page = open_dialog(open_page)
    before = page.wait_for_function("/points=/.test(location.hash) && location.hash").json_value()
    for text, reason in (
        ("hello", "needs three columns"),
        ('{"points": [[1, 2, 1]]}', "This is JSON"),
        ("1,2,a\n3,4,a", "The target is the same in every line"),
        ("1,2,a\n1,2,b", "All points lie on one spot"),
        ("<script>alert(1)</script>,2,a\n", "At least two lines"),
    ):
        page.fill("#table-text", text)
        expect(page.locator(".table-dialog .fault:visible")).to_contain_text(reason)
        expect(page.locator('[data-table="use"]')).to_be_disabled()
    page.keyboard.press("Escape")
    assert page.evaluate("location.hash") == before


@pytest.mark.slow
def test_many_points_are_shared_by_a_link_that_names_them_and_say_so_when_they_are_gone(
    open_page: OpenPage,
) -> None:
    page = open_dialog(open_page)
    rows = [f"{at % 37},{at * 7 % 41},{'abc'[at % 3]}" for at in range(600)]
    page.fill("#table-text", "\n".join(["left,right,kind", *rows]))
    page.click('[data-table="use"]')
    expect(page.locator(".own-columns")).to_contain_text("right")
    page.click('[data-action="share"]')
    expect(page.locator("#share-link")).to_have_value(re.compile(r"#activation=.*&data=[\w-]{22}$"))
    link = page.locator("#share-link").input_value()
    assert len(link) < 300
    expect(page.locator("#share-status")).to_contain_text("for 14 days")
    page.locator("#share-embed summary").click()
    expect(page.locator("#share-code")).to_have_value(re.compile(r'&amp;embed=true&amp;data=[\w-]{22}"'))
    expect(page.locator("#share-lasting")).to_contain_text("for 14 days")
    page.fill("#share-width", "700")
    expect(page.locator("#share-code")).to_have_value(re.compile(r'&amp;data=[\w-]{22}" width="700"'))
    other = open_page(link[link.index("#") :])
    expect(other.locator(".own-columns")).to_contain_text("right")
    expect(other.locator("#problem")).to_have_value("multiclass")
    expect(other.locator(".field:has(#batchSize) .unit")).to_have_text("/ 300")
    gone = open_page("#dataset=xor&data=nothing")
    expect(gone.locator("#messages")).to_contain_text("no longer kept")
    expect(gone.locator('[data-dataset="xor"]')).to_have_attribute("aria-pressed", "true")


def test_a_chinese_file_is_read_on_an_english_page_by_keyboard(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_dialog(open_page)
    path = tmp_path / "花.csv"
    path.write_bytes("长度,宽度,类别\n1.5,2.5,甲\n2.5,4.5,乙\n3.5,1.5,甲\n".encode("gb18030"))
    page.set_input_files('.table-dialog input[type="file"]', path)
    expect(page.locator('.table-reading [data-choice="encoding"]')).to_be_visible()  # as it is a guess
    expect(page.locator(".table-reading summary")).to_contain_text("WINDOWS-1252")
    page.focus('.table-reading [data-choice="encoding"]')
    page.keyboard.type("simpl")
    expect(page.locator(".table-rows thead")).to_contain_text("长度")
    expect(page.locator(".table-reading summary")).to_contain_text("GB18030")
    expect(page.locator('[data-choice="encoding"]')).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.locator('[data-choice="separator"]')).to_be_focused()
    page.keyboard.type("semi")
    expect(page.locator(".table-faults")).to_contain_text("needs three columns")
    expect(page.locator('[data-choice="separator"]')).to_be_focused()
    page.keyboard.press("Home")  # typed letters would join those before, if they come soon after
    expect(page.locator(".table-classes")).to_contain_text("甲: 2")
    expect(page.locator('[data-table="use"]')).to_be_enabled()  # while a table is read, Tab passes it by
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.table") == "use":
            break
    page.keyboard.press("Enter")
    expect(page.locator(".own-columns")).to_contain_text("宽度")
    page.click('[data-action="table"]')
    page.fill("#table-text", TABLE)
    expect(page.locator(".table-form")).to_contain_text("40 lines")
    expect(page.locator('.table-reading [data-choice="encoding"]')).to_have_count(0)
    page.select_option('[data-choice="decimal"]', label="Point 1.5")
    expect(page.locator(".table-faults")).to_contain_text("1,5")


def test_hints_name_line_and_value_and_how_the_column_is_read_can_be_changed(open_page: OpenPage) -> None:
    page = open_dialog(open_page)
    rows = [
        f"{at},{1e6 if at == 20 else at * at % 17:g},{'two' if at in (7, 9) else at % 2}" for at in range(40)
    ]
    page.fill("#table-text", "\n".join(["left,right,kind", *rows]))
    hints = page.locator(".table-hints")
    expect(hints).to_contain_text("kind: 2 of 40 cells are not numbers, such as “two” in line 9.")
    expect(hints).to_contain_text("right: 1 value, 1000000 in line 22, is far from all others")
    expect(page.locator(".table-classes")).to_contain_text("0: 20")
    page.focus(".table-hints button")
    page.keyboard.press("Enter")
    expect(page.locator(".table-classes")).to_contain_text("two: 2")
    expect(hints.get_by_role("button")).to_have_text("Read as numbers")
    page.locator('[data-choice="outliers"]').check()
    expect(hints).to_contain_text("1 line is left out")
    expect(page.locator('[data-choice="outliers"]')).to_be_focused()
    page.click('[data-table="use"]')
    expect(page.locator(".own-columns")).to_contain_text("0 to 16")
    expect(page.locator("#problem")).to_have_value("multiclass")


@pytest.mark.slow
def test_points_of_a_table_are_text_in_its_units_and_those_beyond_the_picture_are_told(
    open_page: OpenPage,
) -> None:
    page = open_dialog(open_page)
    page.fill("#table-text", TABLE)
    page.click('[data-table="use"]')
    expect(page.locator(".own-columns")).to_contain_text("width")
    page.click('[data-tool="text"]')
    field = page.locator("#points-text")
    expect(field).to_have_value(re.compile(r"^1, 2, setosa\n1\.1, 3, setosa\n"))
    words = page.locator("#points-help")
    expect(words).to_contain_text("Länge, width, Target. The target is one of: setosa, virginica.")
    expect(words).to_contain_text("units of the table")
    field.fill("1, 2, setosa\n9, 5, virginica\n4, 9, rose")
    page.click('[data-points="use"]')
    fault = page.locator(".points-dialog .fault")
    expect(fault).to_contain_text("Line 3, “4, 9, rose”")
    field.fill("1, 2, setosa\n9, 5, virginica\n4, 9, virginica")
    page.click('[data-points="use"]')
    expect(fault).to_contain_text("1 point lies beyond the picture: line 2, “9, 5, virginica”")
    page.click('[data-points="use"]')
    expect(field).to_be_hidden()
    expect(page.locator(".own-columns")).to_contain_text("1 to 9")
    page.click('[data-tool="text"]')
    expect(field).to_have_value("1, 2, setosa\n9, 5, virginica\n4, 9, virginica")


@pytest.mark.slow
def test_three_irises_bring_their_three_classes(open_page: OpenPage) -> None:
    page = open_page("#problem=multiclass&classes=5")
    page.click('[data-dataset="iris-3"]')
    expect(page.locator(".own-columns")).to_contain_text("virginica")
    expect(page.locator("#classesNumber")).to_have_value("3")
    page.wait_for_function("location.hash.includes('classDataset=iris-3')")
    other = open_page(page.evaluate("location.hash"))
    expect(other.locator('[data-dataset="iris-3"]')).to_have_attribute("aria-pressed", "true")
    expect(other.locator(".own-columns li")).to_have_text(["setosa", "versicolor", "virginica"])


@pytest.mark.slow
def test_a_workbook_is_refused_with_what_to_do(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_dialog(open_page)
    path = tmp_path / "flowers.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 4)
    page.set_input_files('.table-dialog input[type="file"]', path)
    expect(page.locator(".table-faults")).to_contain_text("Save the sheet as CSV")
    expect(page.locator('[data-table="use"]')).to_be_disabled()
    page.keyboard.press("Escape")
    expect(page.locator(".drawing")).to_be_visible()
