"""NicknameMode: normalizing, comparing and generating them."""

import secrets
import unicodedata
from collections.abc import Collection

MAX_NICKNAME_LENGTH = 24
"""Characters of a normalized nickname at most."""

_ADJECTIVES = """
Able Agile Amber Bold Brave Bright Calm Careful Cheerful Clever Cosy Curious Daring Eager Fair
Friendly Gentle Glad Golden Happy Honest Jolly Keen Kind Lively Lucky Merry Mighty Nimble
Patient Playful Polite Quick Quiet Shiny Silver Sunny Swift Warm Wise
""".split()  # noqa: SIM905 - easier to read and extend than a list
_ANIMALS = """
Badger Bear Beaver Bee Camel Cat Crane Deer Dolphin Duck Eagle Falcon Fox Frog Giraffe Hare
Hedgehog Heron Horse Koala Lark Lion Lynx Magpie Marten Moose Newt Otter Owl Panda Penguin
Puffin Rabbit Raven Robin Seal Swan Tiger Turtle Whale
""".split()  # noqa: SIM905 - easier to read and extend than a list
_ADJECTIVES_ZH = """
快乐 勇敢 聪明 温柔 安静 机灵 活泼 友善 认真 耐心 开朗 乐观 细心 热情 诚实 灵巧 可爱 阳光 幸运
好奇 大方 沉着 敏捷 踏实 谦虚 善良 自信 坚定 优雅 明亮 轻快 和气 稳重 勤快 爽朗 机智 淡定 从容
果敢 礼貌
""".split()  # noqa: SIM905 - easier to read and extend than a list
_ANIMALS_ZH = """
熊猫 海豚 老虎 狮子 兔子 松鼠 狐狸 猫咪 小鹿 大象 企鹅 海豹 刺猬 水獭 仙鹤 天鹅 燕子 喜鹊 猫头鹰
蜜蜂 蝴蝶 骏马 羚羊 长颈鹿 考拉 袋鼠 河狸 白鹭 鲸鱼 海龟 青蛙 山雀 云雀 雪豹 金鱼 蜻蜓 骆驼 鸽子
孔雀 绵羊
""".split()  # noqa: SIM905 - easier to read and extend than a list
_WORDS = {"en": (_ADJECTIVES, _ANIMALS, " "), "zh-CN": (_ADJECTIVES_ZH, _ANIMALS_ZH, "的")}
LANGUAGES = tuple(_WORDS)

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories of characters that are invisible or change the direction of text."""


def normalize_nickname(typed: str) -> str | None:
    """Return a nickname with normalized white space and Unicode (NFC), None if it is not valid.

    A valid nickname has at most `MAX_NICKNAME_LENGTH` characters, none of them invisible, and at least one
    letter, digit, punctuation mark or symbol.
    """
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if any(unicodedata.category(each) in _INVISIBLE for each in name):
        return None
    visible = [each for each in name if unicodedata.category(each)[0] in "LNPS"]
    return name if visible and len(name) <= MAX_NICKNAME_LENGTH else None


def comparison_key(name: str) -> str:
    """Return a key that is equal for nicknames that differ only in case and character width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def random_nickname(language: str, taken: Collection[str]) -> str:
    """Return a random, friendly nickname that is not taken.

    Args:
        language: one of `LANGUAGES`; any other counts as English.
        taken: keys of the nicknames in use, as `comparison_key` returns them.
    """
    adjectives, animals, separator = _WORDS.get(language, _WORDS["en"])
    for number in range(1, 10_000):
        name = f"{secrets.choice(adjectives)}{separator}{secrets.choice(animals)}"
        if number > 50:  # most names are taken: make it unique with a number
            name = f"{name} {number}"
        if comparison_key(name) not in taken:
            return name
    raise RuntimeError("a room has more seats than there are nicknames")
