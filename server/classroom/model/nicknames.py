"""Nicknames: which ones are taken, and kind ones for those who get one given."""

import secrets
import unicodedata
from collections.abc import Collection

MAX_NICKNAME_LENGTH = 24

_ADJECTIVES = """
Able Agile Amber Bold Brave Bright Calm Careful Cheerful Clever Cosy Curious Daring Eager Fair
Friendly Gentle Glad Golden Happy Honest Jolly Keen Kind Lively Lucky Merry Mighty Nimble
Patient Playful Polite Quick Quiet Shiny Silver Sunny Swift Warm Wise
""".split()  # noqa: SIM905 - words are read and added to more easily so
_ANIMALS = """
Badger Bear Beaver Bee Camel Cat Crane Deer Dolphin Duck Eagle Falcon Fox Frog Giraffe Hare
Hedgehog Heron Horse Koala Lark Lion Lynx Magpie Marten Moose Newt Otter Owl Panda Penguin
Puffin Rabbit Raven Robin Seal Swan Tiger Turtle Whale
""".split()  # noqa: SIM905 - words are read and added to more easily so
_ADJECTIVES_ZH = """
快乐 勇敢 聪明 温柔 安静 机灵 活泼 友善 认真 耐心 开朗 乐观 细心 热情 诚实 灵巧 可爱 阳光 幸运
好奇 大方 沉着 敏捷 踏实 谦虚 善良 自信 坚定 优雅 明亮 轻快 和气 稳重 勤快 爽朗 机智 淡定 从容
果敢 礼貌
""".split()  # noqa: SIM905 - words are read and added to more easily so
_ANIMALS_ZH = """
熊猫 海豚 老虎 狮子 兔子 松鼠 狐狸 猫咪 小鹿 大象 企鹅 海豹 刺猬 水獭 仙鹤 天鹅 燕子 喜鹊 猫头鹰
蜜蜂 蝴蝶 骏马 羚羊 长颈鹿 考拉 袋鼠 河狸 白鹭 鲸鱼 海龟 青蛙 山雀 云雀 雪豹 金鱼 蜻蜓 骆驼 鸽子
孔雀 绵羊
""".split()  # noqa: SIM905 - words are read and added to more easily so
_WORDS = {"en": (_ADJECTIVES, _ANIMALS, " "), "zh-CN": (_ADJECTIVES_ZH, _ANIMALS_ZH, "的")}
LANGUAGES = tuple(_WORDS)

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Kinds of characters that nobody sees, or that turn the text around them."""


def normalize_nickname(typed: str) -> str | None:
    """Return a nickname as it is kept, None if it cannot be one."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if any(unicodedata.category(each) in _INVISIBLE for each in name):
        return None
    visible = [each for each in name if unicodedata.category(each)[0] in "LNPS"]
    return name if visible and len(name) <= MAX_NICKNAME_LENGTH else None


def comparison_key(name: str) -> str:
    """Return what two nicknames share that look alike but for case and width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def random_nickname(language: str, taken: Collection[str]) -> str:
    """Return a kind nickname that is not taken.

    Args:
        language: one of `LANGUAGES`; others get the first.
        taken: the nicknames that are, as `comparison_key` returns them.
    """
    adjectives, animals, between = _WORDS.get(language, _WORDS["en"])
    for number in range(1, 10_000):
        name = f"{secrets.choice(adjectives)}{between}{secrets.choice(animals)}"
        if number > 50:  # few are left: count them
            name = f"{name} {number}"
        if comparison_key(name) not in taken:
            return name
    raise RuntimeError("a room has more seats than there are nicknames")
