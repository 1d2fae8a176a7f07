"""The schemas of responses about lessons."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, JsonValue

from engine.data import images
from server.lessons.blocks import CheckBlock, Display, Predict, Question
from server.lessons.faults import Fault
from server.lessons.folder import LANGUAGES
from server.lessons.lesson import Lesson, LessonStep, Part

Language = Literal["en", "zh-CN", "zh-TW"]
assert Language.__args__ == LANGUAGES  # type: ignore[attr-defined]


class LessonSummary(BaseModel):
    """A lesson of the list."""

    name: str = Field(description="Its name, which stands in links.", examples=["neuron"])
    title: str = Field(description="Its title.", examples=["What a neuron does"])
    summary: str = Field(description="What it is about.", examples=["One neuron draws one straight line."])
    language: str = Field(description="The language of these texts.", examples=["en"])
    languages: list[str] = Field(description="All its languages.", examples=[["en", "zh-CN", "zh-TW"]])
    steps: int = Field(description="Number of steps.", examples=[4])
    minutes: int | None = Field(description="How long it takes; null: unknown.", examples=[12])
    after: list[str] = Field(description="Lessons to do before.", examples=[["neuron"]])
    shipped: bool = Field(description="Whether it comes with Tinkernet.", examples=[True])
    available: bool = Field(
        description="Whether it can be done on this server; false: the handwritten digits are not installed.",
        examples=[True],
    )
    install: str | None = Field(
        description="The command that makes it available; null: it is.", examples=[None, images.INSTALL]
    )

    @classmethod
    def of(cls, lesson: Lesson, language: str) -> "LessonSummary":
        """Return a lesson's summary in a language, or in its first."""
        found, text = lesson.text(language)
        return cls(
            name=lesson.name,
            title=text.title,
            summary=text.summary,
            language=found,
            languages=list(lesson.texts),
            steps=len(text.steps),
            minutes=lesson.minutes,
            after=list(lesson.after),
            shipped=lesson.is_shipped,
            available=lesson.is_available,
            install=None if lesson.is_available else images.INSTALL,
        )


class FaultPhrase(BaseModel):
    """A phrase in a fault's sentence."""

    code: str = Field(description="The phrase, a stable name.", examples=["at_most"])
    values: dict[str, str] = Field(description="The values in it.", examples=[{"n": "80"}])


class LessonFault(BaseModel):
    """Something wrong with a lesson's file."""

    file: str = Field(description="The file, within the folder of lessons.", examples=["circle/en.md"])
    line: int = Field(description="The line, from 1.", examples=[12])
    code: str = Field(description="What is wrong, a stable name.", examples=["unknown_key"])
    values: dict[str, str] = Field(
        description="The values in the page's words.", examples=[{"got": "noize", "expected": "noise"}]
    )
    phrases: dict[str, FaultPhrase] = Field(
        description="Those of the values that are English phrases, for pages to put into their own words.",
        examples=[{"expected": {"code": "at_most", "values": {"n": "80"}}}],
    )
    hint: FaultPhrase | None = Field(
        description="How it is probably put right, as a code of the page's words; null: nobody knows.",
        examples=[{"code": "did_you_mean", "values": {"names": "noise"}}],
    )
    reason: str = Field(
        description="All of it in English.", examples=["There is no noize here: expected noise."]
    )
    hides: bool = Field(description="Whether the file is left out because of it.", examples=[True])

    @classmethod
    def of(cls, fault: Fault) -> "LessonFault":
        """Return a fault as REST says it."""
        phrases = {
            name: FaultPhrase(code=code, values=values) for name, (code, values) in fault.phrases.items()
        }
        hint = fault.hint and FaultPhrase(**fault.hint._asdict())
        known = fault._asdict() | {"phrases": phrases, "hint": hint}
        return cls(reason=fault.reason, **known)


class LessonList(BaseModel):
    """All lessons of the server, and what is wrong with files of lessons."""

    lessons: list[LessonSummary] = Field(description="The lessons, in order.")
    faults: list[LessonFault] = Field(description="What is wrong with files.")


class TextPart(BaseModel):
    """A piece of text."""

    kind: Literal["text"] = Field("text", description="A piece of text.", examples=["text"])
    html: str = Field(
        description="The text as HTML: paragraphs, lists, tables, links and MathML; no scripts, no images.",
        examples=["<p>One neuron draws <strong>one line</strong>.</p>"],
    )


class PredictPart(BaseModel):
    """A prediction to make."""

    kind: Literal["predict"] = Field("predict", description="A prediction.", examples=["predict"])
    ask: str = Field(description="The question.", examples=["How many neurons will it need?"])
    choices: list[str] = Field(description="What to choose from; empty: a number.", examples=[["1", "3"]])
    at_least: float | None = Field(description="The smallest number; null with choices.", examples=[None])
    at_most: float | None = Field(description="The largest number; null with choices.", examples=[None])
    measure: str | None = Field(
        description="The name of what it is compared with, in `measured` of the step's progress.",
        examples=["epochs"],
    )
    outcome: str | None = Field(description="What comes out, for afterwards.", examples=["Three."])


class QuestionPart(BaseModel):
    """A question to answer in words."""

    kind: Literal["question"] = Field("question", description="A question.", examples=["question"])
    ask: str = Field(description="The question.", examples=["Why do two lines not suffice?"])
    answer: str = Field(description="An answer.", examples=["Two lines enclose nothing."])


class CheckPartOfStep(BaseModel):
    """A check."""

    kind: Literal["check"] = Field("check", description="A check.", examples=["check"])
    text: str = Field(description="What to do.", examples=["Train until the test loss is below 0.1."])
    hint: str | None = Field(description="A hint; null: none.", examples=[None])
    conditions: dict[str, JsonValue] = Field(
        description="The conditions, by their names.", examples=[{"test_loss_at_most": 0.1}]
    )


StepPart = Annotated[TextPart | PredictPart | QuestionPart | CheckPartOfStep, Field(discriminator="kind")]


class StepOfLesson(BaseModel):
    """A step of a lesson."""

    title: str = Field(description="Its title.", examples=["Two clouds and one neuron"])
    parts: list[StepPart] = Field(description="Texts and blocks in their order.")
    setup: dict[str, Any] | None = Field(
        description="The settings that it begins with, all others at their defaults; null: it goes on.",
        examples=[{"dataset": "gaussian", "hidden_layers": []}],
    )
    change: dict[str, Any] | None = Field(
        description="The settings that it changes; null: none.", examples=[None]
    )
    race: dict[str, Any] | None = Field(
        description="What its rival in a race has other than the training; null: no race.", examples=[None]
    )
    speed: float | Literal["max"] | None = Field(
        description="Epochs per second; null: as it is.", examples=[10]
    )
    display: dict[str, bool] = Field(
        description="What the page shows, where that is not as usual.", examples=[{"show_test": True}]
    )
    panel: str | None = Field(description="The panel that it opens; null: none.", examples=["training"])
    show: list[str] = Field(description="The only controls that are shown; empty: all.", examples=[[]])
    highlight: list[str] = Field(description="What it points out.", examples=[["play"]])
    lock: list[str] = Field(description="Settings that cannot be changed.", examples=[["dataset"]])
    reason: str | None = Field(description="Why they cannot.", examples=["This step is about one neuron."])

    @classmethod
    def of(cls, step: LessonStep) -> "StepOfLesson":
        """Return a step as REST says it."""
        block = step.block
        return cls(
            title=step.title,
            parts=[_part_of(part) for part in step.parts],
            display=_set_fields(block.display),
            **block.model_dump(exclude={"display"}),
        )


class NextLesson(BaseModel):
    """The lesson that follows another one in the list."""

    name: str = Field(description="Its name, which stands in links.", examples=["perceptron"])
    title: str = Field(description="Its title.", examples=["The perceptron, and why we soften it"])


class LessonContent(LessonSummary):
    """A lesson in one language."""

    contents: list[StepOfLesson] = Field(description="Its steps.")
    next: NextLesson | None = Field(
        description="The lesson that follows it; null: none, or it is in no list.",
        examples=[{"name": "perceptron", "title": "The perceptron, and why we soften it"}],
    )

    @classmethod
    def of(cls, lesson: Lesson, language: str, following: Lesson | None = None) -> "LessonContent":
        """Return a lesson in a language, or in its first, and which one follows."""
        summary = LessonSummary.of(lesson, language)
        _, text = lesson.text(language)
        return cls(
            **summary.model_dump(),
            contents=[StepOfLesson.of(step) for step in text.steps],
            next=following and NextLesson(name=following.name, title=following.text(language)[1].title),
        )


def _set_fields(display: Display) -> dict[str, bool]:
    return display.model_dump(exclude_none=True)


def _part_of(part: Part) -> TextPart | PredictPart | QuestionPart | CheckPartOfStep:
    match part:
        case str():
            return TextPart(html=part)
        case Predict():
            number = part.number
            return PredictPart(
                at_least=None if number is None else number.at_least,
                at_most=None if number is None else number.at_most,
                **part.model_dump(exclude={"number"}),
            )
        case Question():
            return QuestionPart(**part.model_dump())
        case CheckBlock():
            conditions = part.model_dump(mode="json", exclude={"text", "hint", "solution"}, exclude_none=True)
            if not conditions["settings"]:
                del conditions["settings"]
            return CheckPartOfStep(text=part.text, hint=part.hint, conditions=conditions)
