"""A lesson: its steps in each of its languages, built from files with the same structure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from engine.config import TrainingConfig
from engine.data import images
from server.lessons.blocks import (
    HEADER,
    KINDS,
    BlockKind,
    CheckBlock,
    LessonHeader,
    Predict,
    Question,
    StepBlock,
)
from server.lessons.faults import Faults
from server.lessons.semantics import check_race, check_semantics
from server.lessons.source import Block, Source, SourceStep
from server.lessons.validation_faults import report_invalid
from server.protocol.strict_model import StrictModel

Part = str | Predict | Question | CheckBlock
"""A part of a step: text as HTML, or a block."""


@dataclass(frozen=True)
class LessonStep:
    """A step in one language.

    Attributes:
        title: its title.
        parts: texts and blocks in the order of the file.
        block: what it does to the training and the page.
        config: the settings at the beginning of the step, if the learner changed nothing.
        has_seeds: whether the lesson sets the seeds, so that all learners get the same numbers.
        held: names of settings that have the value in `config` for all who do the step: they are locked, and
            were not left to the learner in any step since the set-up.
    """

    title: str
    parts: tuple[Part, ...]
    block: StepBlock
    config: TrainingConfig
    has_seeds: bool = False
    fixed_settings: frozenset[str] = frozenset()

    @property
    def checks(self) -> list[CheckBlock]:
        """Its checks, in the order of the file."""
        return [part for part in self.parts if isinstance(part, CheckBlock)]


@dataclass(frozen=True)
class LessonText:
    """A lesson in one language."""

    title: str
    summary: str
    steps: tuple[LessonStep, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes:
        name: its name in links.
        order: the sort key of lists, ascending.
        minutes: how long it takes, if the author says so.
        after: the names of the lessons that should be done before.
        texts: its text by language, the original first.
        is_shipped: whether it came with Tinkernet.
    """

    name: str
    order: int
    minutes: int | None
    after: tuple[str, ...]
    texts: Mapping[str, LessonText]
    is_shipped: bool = False

    @property
    def needs_images(self) -> bool:
        """Whether a step trains on the handwritten digits, which need scikit-learn."""
        return any(step.config.problem == "images" for step in next(iter(self.texts.values())).steps)

    @property
    def is_available(self) -> bool:
        """Whether this server has the data of all steps."""
        return not self.needs_images or images.are_available()

    def text(self, language: str) -> tuple[str, LessonText]:
        """Return the lesson in a language if it has it, otherwise in its original one, with that language."""
        found = language if language in self.texts else next(iter(self.texts))
        return found, self.texts[found]

    def step(self, number: int) -> LessonStep | None:
        """Return a step by its number from 1, in the original language; None if there is none."""
        steps = next(iter(self.texts.values())).steps
        return steps[number - 1] if 1 <= number <= len(steps) else None


def build_lesson(name: str, sources: Mapping[str, tuple[Source, Faults]]) -> Lesson | None:
    """Build a lesson from its files; return None if the original has errors.

    Args:
        name: its name.
        sources: by language, the original first: the file, and where its faults are added. A translation with
            errors is left out.
    """
    (first, (reference, reference_faults)), *others = sources.items()
    built = _build_text(reference, reference, reference_faults)
    if built is None:
        return None
    header, text = built
    texts = {first: text}
    for language, (source, faults) in others:
        if _same_structure(source, faults, reference, reference_faults.file):
            other = _build_text(source, reference, faults)
            if other is not None:
                texts[language] = other[1]
    return Lesson(name, header.order, header.minutes, tuple(header.after), texts)


def _has_errors(faults: Faults) -> bool:
    return any(fault.hides for fault in faults.found)


def _build_text(source: Source, reference: Source, faults: Faults) -> tuple[LessonHeader, LessonText] | None:
    header = _validated(source.header, reference.header, HEADER, faults, reference.header is source.header)
    config, steps, has_seeds, fixed_settings = TrainingConfig(), [], False, frozenset[str]()
    for step, known in zip(source.steps, reference.steps, strict=True):
        made = _build_step(step, known, config, faults)
        config, block, locks = made.config, made.block, frozenset(made.block.lock)
        if block.setup is not None:
            has_seeds = {"data_seed", "weights_seed"} <= block.setup.keys()
        fixed_settings = (
            locks if block.setup is not None else locks & fixed_settings.union(block.change or ())
        )
        made = replace(made, has_seeds=has_seeds, fixed_settings=fixed_settings)
        steps.append(made)
    if _has_errors(faults) or not isinstance(header, LessonHeader):
        return None
    return header, LessonText(header.title, header.summary, tuple(steps))


def _build_step(source: SourceStep, known: SourceStep, config: TrainingConfig, faults: Faults) -> LessonStep:
    is_first = source is known
    block: StrictModel | None = StepBlock()
    given = source.step_block
    if known.step_block is not None:
        given = given or Block("step", {}, source.line, "")
        block = _validated(given, known.step_block, KINDS["step"], faults, is_first)
    if not isinstance(block, StepBlock):
        block = StepBlock()
    elif given is not None:
        config = (
            _config_of(block, config, given, faults) if is_first else _config_ignoring_faults(block, config)
        )
        if is_first and block.race is not None:
            check_race(block.race, config, given, faults)
    parts: list[Part] = []
    known_blocks = iter(known.blocks)
    for part in source.parts:
        if part.block is None:
            parts.append(part.html)
            continue
        made = _validated(part.block, next(known_blocks), KINDS[part.block.kind], faults, is_first)
        if isinstance(made, Predict | Question | CheckBlock):
            parts.append(made)
            if is_first:
                check_semantics(made, part.block, config, block, faults)
    if not parts and not _has_errors(faults):
        faults.add(source.line, "missing_key", expected="The step's text")
    return LessonStep(source.title, tuple(parts), block, config)


def _config_ignoring_faults(block: StepBlock, config: TrainingConfig) -> TrainingConfig:
    """Return the settings after a step whose errors, if any, are reported elsewhere."""
    return _config_of(block, config, Block("step", {}, 1, ""), Faults(""))


def _config_of(block: StepBlock, config: TrainingConfig, given: Block, faults: Faults) -> TrainingConfig:
    """Return the settings after a step has begun; report invalid ones."""
    if block.setup is not None and block.change is not None:
        faults.add(given.line_of("change"), "value", key="change", expected="no setup beside it", got="both")
        return config
    name = "change" if block.setup is None else "setup"
    try:
        if block.setup is not None:
            return TrainingConfig.model_validate(block.setup)
        return config if block.change is None else config.changed(block.change)
    except ValidationError as invalid:
        report_invalid(invalid, given, (name,), faults, keys=list(TrainingConfig.model_fields))
        return config


def _validated(
    given: Block, known: Block, kind: BlockKind, faults: Faults, is_first: bool
) -> StrictModel | None:
    """Return a block as its model; None if it is invalid, which is reported.

    Args:
        given: the block.
        known: the same block of the original, with the fields that a translation leaves out.
        kind: the kind of both.
        faults: faults are added here.
        is_first: whether the block is of the original itself.
    """
    values = given.values
    if not is_first:
        for name, value in values.items():
            if name not in kind.texts and value != known.values.get(name):
                faults.add(given.line_of(name), "differs", key=name, expected="the first language")
        for name in known.values.keys() & kind.texts - values.keys():
            faults.add(given.line, "missing_key", expected=name)
        for name in values.keys() & kind.texts - known.values.keys():
            faults.add(given.line_of(name), "unknown_key", got=name, expected="what the first language has")
        if len(values.get("choices", ())) != len(known.values.get("choices", ())):
            faults.add(given.line_of("choices"), "differs", key="choices", expected="the first language")
        shared = {name: value for name, value in known.values.items() if name not in kind.texts}
        values = {**shared, **values}
    try:
        return kind.model.model_validate(values)
    except ValidationError as invalid:
        report_invalid(invalid, given, (), faults, keys=list(kind.model.model_fields))
        return None


def _same_structure(source: Source, faults: Faults, reference: Source, first: str) -> bool:
    """Return whether two files have the same steps with the same blocks; report the first difference.

    Either may be wrong, so both are named. `first` is the path of the file of `reference`.
    """
    if len(source.steps) != len(reference.steps):
        counts = [_steps(len(each.steps)) for each in (reference, source)]
        faults.add(1, "structure", first=first, second=faults.file, expected=counts[0], got=counts[1])
        return False
    for number, (step, known) in enumerate(zip(source.steps, reference.steps, strict=True), 1):
        got, expected = (_blocks_of(each, known) for each in (step, known))
        if got != expected:
            faults.add(
                step.line,
                "structure_blocks",
                step=number,
                first=first,
                first_line=known.line,
                second=faults.file,
                second_line=step.line,
                expected=", ".join(expected) or "no block",
                got=", ".join(got) or "no block",
            )
            return False
    return True


def _blocks_of(step: SourceStep, known: SourceStep) -> list[str]:
    """Return the kinds of a step's blocks; `step` only if the original does not have it."""
    has_more = known.step_block is None and step.step_block is not None
    return [*(["step"] if has_more else []), *(block.kind for block in step.blocks)]


def _steps(number: int) -> str:
    return "1 step" if number == 1 else f"{number} steps"
