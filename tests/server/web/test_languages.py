"""Every language of the page: it is whole, and written in its own characters and words."""

import json
import re
from pathlib import Path

import pytest

from server.classroom.model.builtin_tasks import builtin_tasks
from server.classroom.model.languages import LANGUAGES, Language
from server.classroom.model.nicknames import random_nickname
from server.web.translations import NAMES

STATIC = Path(__file__).parents[3] / "static"
CHARACTER_SETS: dict[Language, str] = {"zh-CN": "gb2312", "zh-TW": "big5"}
"""Character sets that have the characters of one region and lack those of the other."""

NOT_OF_TAIWAN = re.compile(
    "網絡|數據|默認|服務器|鼠標|屏幕|打印|程序|軟件|硬件|信息|鏈接|文件夾|用戶|粘貼|撤銷|重置|激活|噪聲|優化器"
    "|偏置|回歸|正態|鏈式法則|離群點|批量|課堂|異或|坐標|視頻|登錄|保存為|界面|刷新|提交|運行"
)
"""Words of mainland China for which Taiwan has others."""


def texts(language: Language) -> dict[str, str]:
    """Return all texts in a language: the page's, the built-in tasks', and a few hundred nicknames."""
    found: dict[str, str] = json.loads((STATIC / "i18n" / f"{language}.json").read_text("utf-8"))
    for task in builtin_tasks(language):
        found |= {f"title of {task.title}": task.title, f"text of {task.title}": task.text}
    names = [random_nickname(language, ()) for _ in range(300)]
    return found | {name: name for name in names}


def test_every_language_has_a_name_tasks_and_nicknames() -> None:
    codes = {path.stem for path in (STATIC / "i18n").glob("*.json")}
    assert codes == set(LANGUAGES) == set(NAMES)
    tasks = {language: {task.title for task in builtin_tasks(language)} for language in LANGUAGES}
    assert {len(titles) for titles in tasks.values()} == {9}
    assert len(frozenset.union(*map(frozenset, tasks.values()))) == 9 * len(LANGUAGES)


@pytest.mark.parametrize("language", CHARACTER_SETS)
def test_chinese_is_written_in_the_characters_of_its_region(language: Language) -> None:
    han = {key: "".join(re.findall("[一-鿿]", text)) for key, text in texts(language).items()}
    assert sum(map(len, han.values())) > 5000
    kept = {
        key: text.encode(CHARACTER_SETS[language], "ignore").decode(CHARACTER_SETS[language])
        for key, text in han.items()
    }
    assert kept == han


def test_traditional_chinese_has_the_words_of_taiwan() -> None:
    found = {key: NOT_OF_TAIWAN.findall(text) for key, text in texts("zh-TW").items()}
    assert {key: words for key, words in found.items() if words} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_regularization_and_normalization_have_different_words(language: Language) -> None:
    found = texts(language)
    regularization = found["control.regularization.label"]
    assert {key for key, text in found.items() if "normalization" in key and regularization in text} == set()


@pytest.mark.parametrize(("language", "own", "other"), [("zh-CN", "SC", "TC"), ("zh-TW", "TC", "SC")])
def test_chinese_is_shown_in_the_fonts_of_its_region(language: str, own: str, other: str) -> None:
    """A character looks different in each region, and `system-ui` has the faces of the computer's own."""
    base = (STATIC / "css" / "base.css").read_text("utf-8")
    rule = re.search(rf":root:lang\({language}\) \{{\s*--sans: ([^;]+);", base)
    assert rule is not None
    assert rule[1].index(f"PingFang {own}") < rule[1].index("system-ui")
    assert not re.search(rf"\b{other}\b", rule[1])
