import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission
from server.classroom.model.task import Task
from server.classroom.reports.results import Result, results_of
from server.classroom.reports.results_csv import BOM, FORMULA_PREFIXES, RESULT_COLUMNS, escape_formula, to_csv
from server.goals.goals import TrainingStatus
from server.sessions.view_ids import view_id
from server.web.public_urls import PageUrls

HERE = PageUrls(base="http://here", others="http://there")


def room(*members: Member, **fields: Any) -> Room:
    made = Room(id="r", key_hash="", name="7b", code="ABCDEF", language="en", created=0, ends=1, **fields)
    made.members = {member.id: member for member in members}
    return made


def member(name: str, submission: Submission | None = None) -> Member:
    made = Member(id=name, room="r", nickname=name, token_hash="", session="s", joined=0, spent=12.34)
    made.attempts = [] if submission is None else [submission]
    made.submission = submission
    return made


def submission(**fields: Any) -> Submission:
    return Submission(
        **{
            "at": 1_767_261_600.0,
            "config": TrainingConfig(learning_rate=0.1).model_dump(mode="json"),
            "parameters": [0.0] * 25,
            "shape": [2, 4, 2, 1],
            "epoch": 300,
            "train_loss": 0.012,
            "test_loss": 0.015,
            "train_accuracy": 1.0,
            "test_accuracy": 0.996,
            "edited": False,
            "spent": 840.04,
            "runs": 7,
            "met": True,
            "session": "copy",
            **fields,
        }
    )


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


TASK = Task.model_validate({"title": "T", "text": "", "goal": {"test_loss_at_most": 0.05}})


def test_a_result_has_all_of_a_hand_in() -> None:
    (result,) = results_of(room(member("Ada", submission(goal=TASK.goal)), task=TASK), HERE)
    assert result.learner == "Ada"
    assert result.handed_in == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert result.reached is True
    assert (result.epochs, result.runs, result.seconds, result.weights) == (300, 7, 840.0, 25)
    assert result.link == f"http://here/?session={view_id('copy')}"
    assert result.config == TrainingConfig(learning_rate=0.1)


def test_a_learner_without_a_hand_in_has_a_result() -> None:
    (result,) = results_of(room(member("Ada")), HERE)
    assert (result.learner, result.seconds, result.runs) == ("Ada", 12.3, 0)
    assert (result.handed_in, result.config, result.link) == (None, None, None)


def test_without_a_hand_in_the_result_has_the_present_network() -> None:
    ada = member("Ada")
    ada.status = TrainingStatus(
        TrainingConfig(), (2, 4, 2, 1), 25, 80, 0.1, 0.2, 0.9, 0.8, 0.2, 80.5, edited=True, runs=3
    )
    (result,) = results_of(room(ada), HERE)
    assert (result.handed_in, result.reached, result.link) == (None, None, None)
    assert (result.epochs, result.test_loss, result.shape, result.runs) == (80, 0.2, [2, 4, 2, 1], 3)
    assert result.edited
    assert result.config == TrainingConfig()


def test_an_anonymous_room_has_numbers() -> None:
    results = results_of(room(member("Ada"), member("Bo"), anonymous=True), HERE)
    assert [result.learner for result in results] == ["1", "2"]


@pytest.mark.parametrize(
    ("fields", "reached"),
    [
        ({"met": False}, False),
        ({"wanted_runs": 10, "wanted_solved": 8}, None),
        ({"wanted_runs": 10, "wanted_solved": 8, "met": False}, False),
        ({"wanted_runs": 10, "wanted_solved": 8, "solved": 8}, True),
        ({"wanted_runs": 10, "wanted_solved": 8, "solved": 7}, False),
    ],
)
def test_the_goal_is_unknown_until_verification_is_done(fields: dict[str, Any], reached: bool | None) -> None:
    (result,) = results_of(room(member("Ada", submission(goal=TASK.goal, **fields)), task=TASK), HERE)
    assert result.reached is reached


def test_without_a_goal_nothing_is_reached() -> None:
    (result,) = results_of(room(member("Ada", submission())), HERE)
    assert result.reached is None


def test_the_table_has_a_line_for_each_and_all_settings() -> None:
    text = to_csv(
        results_of(room(member("Ada", submission(goal=TASK.goal)), member("小明"), task=TASK), HERE)
    )
    ada, ming = rows(text)
    assert list(ada) == [*RESULT_COLUMNS, *TrainingConfig.model_fields]
    assert ada["handed_in"] == "2026-01-01 10:00:00"
    assert (ada["reached"], ada["edited"], ada["learning_rate"]) == ("yes", "no", "0.1")
    assert (ada["shape"], ada["hidden_layers"], ada["features"]) == ("2 4 2 1", "4 2", "x1 x2")
    assert ming["learner"] == "小明"
    assert {ming[name] for name in TrainingConfig.model_fields} == {""}
    assert "\r\n" in text


def test_custom_points_are_one_cell() -> None:
    config = TrainingConfig(dataset="own", points=((-1.0, 2.0, 1.0), (0.0, 1.0, -1.0)))
    (row,) = rows(
        to_csv(results_of(room(member("A", submission(config=config.model_dump(mode="json")))), HERE))
    )
    assert row["points"] == "[[-1.0, 2.0, 1.0], [0.0, 1.0, -1.0]]"


ATTACKS = [
    '=HYPERLINK("http://evil","x")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\r=1",
    "\n=1",
    "=1+1",
    "\0=1",
    "\N{NO-BREAK SPACE}=1",
]


@pytest.mark.parametrize("nickname", ATTACKS)
def test_no_nickname_is_a_formula(nickname: str) -> None:
    (row,) = rows(to_csv([Result(learner=nickname, seconds=0, runs=0)]))
    assert row["learner"].startswith("'")


@given(st.text() | st.text(alphabet="=+a ;\t\n'@"))
def test_no_text_begins_as_a_formula_and_none_is_lost(text: str) -> None:
    cell = escape_formula(text)
    assert isinstance(cell, str)
    for part in re.split("[;\t\r\n]", cell):
        assert not part.strip().startswith(FORMULA_PREFIXES)
    assert cell.replace("'", "") == text.replace("\0", "").replace("'", "")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a; @x;b", "a;' @x;b"),
        (";;=1", ";;'=1"),
        ("1;2", "1;2"),
        ("a\n=1", "a\n'=1"),
    ],
)
def test_no_part_behind_a_semicolon_is_a_formula(text: str, safe: str) -> None:
    assert escape_formula(text) == safe
    line = to_csv([Result(learner=text, seconds=0, runs=0)]).split("\r\n", 1)[1]
    for part in re.split("[;\t\r\n]", line):
        assert not part.strip().startswith(FORMULA_PREFIXES)


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_cells_never_flow_into_others(nicknames: list[str]) -> None:
    results = rows(to_csv(Result(learner=name, seconds=1.5, runs=2) for name in nicknames))
    assert [row["learner"] for row in results] == [escape_formula(name) for name in nicknames]
    assert {row["runs"] for row in results} == {"2"}


@given(st.floats() | st.integers())
def test_a_number_stays_a_number(value: float) -> None:
    assert escape_formula(value) is value


def test_results_have_every_attempt_at_every_task() -> None:
    earlier = submission(task="Before", task_key="before", goal=TASK.goal, met=False)
    worse = submission(goal=TASK.goal, order="lowest_test_loss", test_loss=0.02, at=1_767_261_700.0)
    ada, bo = member("Ada"), member("Bo")
    ada.attempts = [earlier, submission(goal=TASK.goal), worse]
    made = room(ada, bo, task=TASK, leaderboard="lowest_test_loss")
    made.choose_best(ada, bo)
    present, none, before = results_of(made, HERE)
    assert (present.learner, none.learner, before.learner) == ("Ada", "Bo", "Ada")
    assert [(each.score, each.counts) for each in present.attempts] == [(0.015, True), (0.02, False)]
    assert (before.task, before.reached, len(before.attempts)) == ("Before", False, 1)
    table = rows(to_csv([present, none, before]))
    assert [(row["task"], row["attempts"]) for row in table] == [("", "2"), ("T", "0"), ("Before", "1")]
