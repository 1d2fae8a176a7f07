"""Nicknames: normalizing, comparing and generating them."""

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
_ADJECTIVES_ZH_TW = """
快樂 勇敢 聰明 溫柔 安靜 機靈 活潑 友善 認真 細心 開朗 樂觀 貼心 熱情 誠實 靈巧 可愛 陽光 幸運
好奇 大方 沉穩 敏捷 踏實 謙虛 善良 自信 堅定 優雅 明亮 輕快 隨和 耐心 勤快 爽朗 機智 俏皮 從容
果決 有禮
""".split()  # noqa: SIM905 - easier to read and extend than a list
_ANIMALS_ZH_TW = """
貓熊 海豚 老虎 獅子 兔子 松鼠 狐狸 貓咪 小鹿 大象 企鵝 海豹 刺蝟 水獺 白鶴 天鵝 燕子 藍鵲 貓頭鷹
蜜蜂 蝴蝶 駿馬 羚羊 長頸鹿 無尾熊 袋鼠 河狸 白鷺鷥 鯨魚 海龜 青蛙 山雀 雲雀 雲豹 金魚 蜻蜓 駱駝
鴿子 孔雀 黑熊
""".split()  # noqa: SIM905 - easier to read and extend than a list
_WORDS: dict[str, tuple[list[str], list[str], str]] = {
    "en": (_ADJECTIVES, _ANIMALS, " "),
    "zh-CN": (_ADJECTIVES_ZH, _ANIMALS_ZH, "的"),
    "zh-TW": (_ADJECTIVES_ZH_TW, _ANIMALS_ZH_TW, "的"),
}

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
