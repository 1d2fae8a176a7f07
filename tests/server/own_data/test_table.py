"""What is found out about a table: separator, decimals, header, names, and columns that only count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.own_data.cells import SEPARATORS
from server.own_data.table import Table, clean_name, make_distinct, parse_table

PLAIN = "length,width,kind\n1.5,2.5,a\n2.5,3.5,b\n3.5,1.5,a\n"


def cells(table: Table) -> list[list[str] | None]:
    return [row.cells for row in table.rows]


def names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_found(separator: str) -> None:
    table = parse_table(PLAIN.replace(",", separator))
    assert (table.separator, names(table)) == (separator, ["length", "width", "kind"])
    assert len(table.rows) == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n"])
def test_line_ends_byte_order_marks_and_empty_lines_are_no_values(end: str, start: str) -> None:
    table = parse_table(start + PLAIN.replace("\n", end) + end)
    assert names(table) == ["length", "width", "kind"]
    assert [row.line for row in table.rows] == [number + start.count("\n") for number in (2, 3, 4)]


@pytest.mark.parametrize(
    ("text", "decimal", "first"),
    [
        ("1,5;2,5;a\n1,25;3;b\n", ",", 1.5),
        ("1.5;2.5;a\n", ".", 1.5),
        ('"1,5","2,5",a\n"3,5","4,5",b\n', ",", 1.5),
        ('"1,234.5",2,a\n"1,000.25",3,b\n', ".", 1234.5),
        ("1.234,5;2;a\n1.000,25;3;b\n", ",", 1234.5),
        ("1,234;2;a\n5,678;3;b\n", ",", 1.234),
        ("\u22121.5,2,a\n-2.5,3,b\n", ".", -1.5),
        ("1.5e3,2,a\n", ".", 1500.0),
    ],
)
def test_decimal_points_and_commas_are_told_apart(text: str, decimal: str, first: float) -> None:
    table = parse_table(text)
    assert table.decimal == decimal
    row = table.rows[0].cells
    assert row is not None
    assert table.number(row[0]) == first
    assert not table.has_header


def test_quoted_cells_may_hold_separators_quotes_and_ends_of_lines() -> None:
    table = parse_table('"petal\nlength","a ""b"" c",kind\n"1",2,"x,y"\n3,4,z\n')
    assert names(table) == ["petal length", 'a "b" c', "kind"]
    assert [(row.line, row.cells) for row in table.rows] == [(3, ["1", "2", "x,y"]), (4, ["3", "4", "z"])]


def test_a_quotation_mark_that_is_never_closed_costs_its_line_only() -> None:
    table = parse_table('x,y,kind\n1,2,a\n"3,4,b\n5,6,a\n7,8,b\n9,10,a\n')
    assert [(row.line, row.cells is None) for row in table.rows] == [
        (2, False),
        (3, True),
        (4, False),
        (5, False),
        (6, False),
    ]


def test_lines_that_a_quotation_mark_joins_are_rows_again() -> None:
    text = 'x,y,kind\n1,2,a\n"3,4,b\n5,6,a\n"7",8,b\n9,10,"a\nb"\n11,12,a\n'
    table = parse_table(text)
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ["1", "2", "a"]),
        (3, None),
        (4, ["5", "6", "a"]),
        (5, ["7", "8", "b"]),
        (6, ["9", "10", "a\nb"]),
        (8, ["11", "12", "a"]),
    ]


def test_excel_may_be_told_the_separator() -> None:
    table = parse_table("sep=;\r\nx;y;kind\r\n1;2;a\r\n")
    assert (table.separator, names(table), table.rows[0].line) == (";", ["x", "y", "kind"], 3)


def test_a_column_of_pandas_or_r_that_counts_the_rows_is_known() -> None:
    for text in (
        ",x,y,kind\n0,1,2,a\n1,3,4,b\n2,5,6,a\n",
        '"","x","y","kind"\n"1",1,2,"a"\n"2",3,4,"b"\n',
        '"x","y","kind"\n"1",1,2,"a"\n"2",3,4,"b"\n',
        "Unnamed: 0,x,y,kind\n5,1,2,a\n6,3,4,b\n",
    ):
        table = parse_table(text)
        assert [column.is_index for column in table.columns] == [True, False, False, False], text
        assert names(table)[1:] == ["x", "y", "kind"]
    table = parse_table("x,y,kind\n0,2,a\n1,4,b\n2,6,a\n")
    assert not any(column.is_index for column in table.columns)


def test_trailing_separators_make_no_column() -> None:
    table = parse_table("x;y;kind;;\n1;2;a;;\n3;4;b;;\n")
    assert names(table) == ["x", "y", "kind"]
    assert [*map(table.cells_of, table.rows)] == [["1", "2", "a"], ["3", "4", "b"]]


def test_missing_and_repeated_names_are_made_distinct() -> None:
    table = parse_table("a,,a,a\n1,2,3,4\n5,6,7,8\n")
    assert names(table) == ["a", "column 2", "a (2)", "a (3)"]
    assert names(parse_table("1,2,3\n4,5,6\n")) == ["column 1", "column 2", "column 3"]
    assert names(parse_table("1,2,3\n4,5,6\n", header=True)) == ["1", "2", "3"]


@given(st.lists(st.text(max_size=130), max_size=6))
def test_names_are_short_on_one_line_and_distinct(texts: list[str]) -> None:
    made = make_distinct([clean_name(text) or "?" for text in texts])
    assert len(set(made)) == len(texts)
    assert all(1 <= len(name) <= 100 and name.splitlines() == [name] for name in made)


@given(st.text(alphabet='1.5,;\t" \n\ra-é\x00\ufeff|=sep', max_size=80))
def test_every_text_is_some_table(text: str) -> None:
    table = parse_table(text)
    lines = [row.line for row in table.rows]
    assert lines == sorted(set(lines))
    assert all(
        table.cells_of(row) is None or len(table.cells_of(row) or []) == len(names(table))
        for row in table.rows
    )
