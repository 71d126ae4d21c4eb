"""Named numbers that tell types and themes apart: how a text is made, what it names, which rules it meets."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from cluster.assets import Mention
from cluster.event import Theme
from cluster.kinds.parts import LEAD_TOKENS, Parts
from cluster.kinds.theme_words import Spoken, spoken
from cluster.press_releases import is_press_release

TEASER_WORDS = 60
LONG_CHARACTERS = 5_000
BODY_TOKENS = 300  # further down stand paragraphs on regulation and policy under every kind of news
MAIN_CLAUSE, SIDE_CLAUSE, LEAD = 3.0, 1.8, 1.0  # what a theme's word weighs by its place
LISTED_ASSETS = 3

Cues = dict[str, float]

_MANNERS = {
    "first_person": "i my me we our us",
    "second_person": "you your yours",
    "modal": "could may might would should will can",
    "technical": "rsi macd support resistance ema sma fibonacci chart charts pattern breakout bullish bearish bulls "
    "bears candle indicator wedge triangle overbought oversold retracement uptrend downtrend consolidation",
    "reports": "said says told announced announcement according reported stated confirmed added",
    "promotes": "presale presales join early buyers bonus bonuses roi investors explode potential whitelist tokenomics "
    "rewards casino",
    "rises": "up rises rise surges surge jumps rally rallies soars gains climbs leads lead",
    "falls": "down falls fall drops drop plunges slips slides dips crash tumble",
    "many": "altcoins altcoin coins tokens cryptos cryptocurrencies majors markets market memecoins others sector",
    "stocks": "dow nasdaq stocks futures indices indexes equities",
    "periods": "today weekly daily week month monthly weekend morning hours #date",
    "argues": "must needs never why believe argue think truth wrong should real future vision",
    "foretells": "prediction predictions forecast predicts target outlook expects eyes analyst analysts",
    "acts": "announces launches acquires buys files raises approves signs joins partners unveils adds sues",
}
_MANNER_WORDS = {name: frozenset(words.split()) for name, words in _MANNERS.items()}
_TITLE_MARKS = {"?": "question", "!": "shout", ":": "colon", "|": "bar", ";": "semicolon", ",": "comma", "%": "percent",
                "$": "dollar", "(": "bracket", "…": "ellipsis", "—": "dash", "–": "dash_short"}  # fmt: skip
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATED = re.compile(
    rf"\b\d{{1,2}}[/-]\d{{1,2}}\b|\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}} {_MONTH}\b|\b20\d\d\b", re.IGNORECASE
)
_IN_TEXT = {
    "presale": ("presale", "pre-sale"),
    "press_release": ("press release",),
    "sponsored": ("sponsored",),
    "link": ("http:", "https:", "t.me/"),
    "casino": ("casino",),
    "cloud_mining": ("cloud mining",),
    "price_prediction": ("price prediction",),
    "market_cap": ("market cap",),
    "a_day": ("24 hour", "24-hour"),
    "week": ("this week", "past week", "last week", "weekly"),
    "disclaimer": ("disclaimer", "not financial advice", "not investment advice", "your own research", "dyor"),
}
_IN_OPENING = {
    "digest": re.compile(r"digest|daybook|newsletter|briefing|welcome to|recap|roundup"),
    "guest": re.compile(r"guest (?:post|author|column)|opinion by|op-ed"),
    "wire": re.compile(r"newswire|chainwire|/prn|business ?wire|press release"),
    "sponsor": re.compile(r"sponsor|paid (?:post|content|article)|advert|promot"),
    "dateline": re.compile(r"^\W*[a-z][\w .,'’-]{2,50}\b20\d\d\b"),
}
_IN_CLOSING = {
    "disclaimer": re.compile(r"disclaimer|not (?:financial|investment)|own research|\bdyor\b|for informational"),
    "sponsor": re.compile(r"sponsor|paid (?:post|content|article)|press release"),
    "channels": re.compile(r"telegram|twitter|website|discord"),
    "about": re.compile(r"\babout [a-z0-9]+\b.{0,60} is an? |contact:|media contact|for more information"),
    "own_views": re.compile(r"\bviews\b.{0,80}\bauthor|author['’]s alone|opinions? expressed"),
}


def cues(parts: Parts) -> Cues:
    """Every cue of an article by its name, the same names for every article."""
    return {
        "text.teaser": float(len(parts.body_tokens) < TEASER_WORDS),
        **_shape(parts),
        **_marks(parts.title),
        **_assets(parts),
        **_rules(parts),
        **_manners("title", parts.title_tokens),
        **_manners("lead", parts.lead_tokens),
        **_shares(parts.body_tokens),
        **_phrases_found(parts),
        **_themes(parts),
    }


def _shape(parts: Parts) -> Cues:
    title, row = parts.title, parts.title_tokens
    letters = [one for one in title if one.isalpha()]
    return {
        "text.length": math.log1p(len(parts.plain)),
        "text.empty": float(not parts.body_tokens),
        "text.long": float(len(parts.plain) > LONG_CHARACTERS),
        "title.length": float(len(row)),
        "title.numbers": float(sum(one[0] in "#$" for one in row)),
        "title.starts_with_number": float(bool(row) and row[0][0] == "#"),
        "title.capitals": sum(one.isupper() for one in letters) / max(1, len(letters)),
        "title.dated": float(_DATED.search(title) is not None),
        "title.quotes": float(sum(title.count(one) for one in "“”\"'’‘")),
        "title.clauses": float(len(re.findall(r"[,;:|–—]\s| as | and ", title))),
    }


def _marks(title: str) -> Cues:
    return {f"title.mark.{name}": float(title.count(mark)) for mark, name in _TITLE_MARKS.items()}


def _assets(parts: Parts) -> Cues:
    title = [one.asset.symbol for one in parts.title_assets]
    head = Counter(one.asset.symbol for one in parts.head_assets)
    lead_end = len(" ".join(parts.head.split()[:LEAD_TOKENS]))
    every = max(1, head.total())
    return {
        "title.assets": float(len(set(title))),
        "title.lists_assets": float(lists_assets(parts.title, parts.title_assets)),
        "title.bitcoin": float("BTC" in title),
        "title.bitcoin_first": float(title[:1] == ["BTC"]),
        "title.other_first": float(bool(title) and title[0] != "BTC"),
        "lead.assets": float(len({one.asset.symbol for one in parts.head_assets if one.start < lead_end})),
        "head.assets": float(len(head)),
        "head.mentions": 1000 * head.total() / max(100, len(parts.head)),
        "head.bitcoin_share": head["BTC"] / every,
        "head.largest_share": max(head.values(), default=0) / every,
    }


def lists_assets(title: str, named: Sequence[Mention]) -> bool:
    """Whether a title names LISTED_ASSETS assets in a row: "BTC, ETH and SOL"."""
    row = {named[0].asset} if named else set()
    for left, right in pairwise(named):
        is_gap = re.fullmatch(r"(?:[\s():,&]|\band\b)*", title[left.end : right.start])
        row = row | {right.asset} if is_gap else {right.asset}
        if len(row) >= LISTED_ASSETS:
            return True
    return False


def _rules(parts: Parts) -> Cues:
    found: Cues = {"rule.press_release": float(is_press_release(parts.ends))}
    for kind, patterns in type_patterns().items():
        in_title = [float(pattern.search(parts.plain_title) is not None) for pattern in patterns]
        found |= {f"rule.{kind}.{place}": met for place, met in enumerate(in_title)}
        found[f"rule.{kind}.title"] = sum(in_title)
    for kind in ("opinion", "names_roundup", "paid_opening", "promotes"):
        found[f"rule.{kind}.opening"] = _met(kind, parts.plain_opening)
    found["rule.paid_closing.closing"] = _met("paid_closing", parts.plain_closing)
    return found


def _met(kind: str, text: str) -> float:
    return float(sum(pattern.search(text) is not None for pattern in type_patterns()[kind]))


def _manners(place: str, row: Sequence[str]) -> Cues:
    return {f"{place}.{name}": float(sum(map(words.__contains__, row))) for name, words in _MANNER_WORDS.items()}


def _shares(row: Sequence[str]) -> Cues:
    """Shares of a hundred tokens; none where the text is too short to tell."""
    counts = Counter(row) if len(row) >= 20 else Counter[str]()
    per = 100 / max(1, len(row))
    found = {f"body.{name}": per * sum(map(counts.__getitem__, words)) for name, words in _MANNER_WORDS.items()}
    numbers = {one: times for one, times in counts.items() if one[0] in "#$"}
    found["body.numbers"] = per * sum(numbers.values())
    found["body.percents"] = per * (counts["#%"] + counts["#%%"])
    found["body.prices"] = per * sum(times for one, times in numbers.items() if one[0] == "$")
    found["body.questions"] = per * counts["?"]
    return found


def _phrases_found(parts: Parts) -> Cues:
    opening, closing = parts.plain_opening, parts.plain_closing
    found = {f"text.{name}": math.log1p(sum(map(parts.plain.count, words))) for name, words in _IN_TEXT.items()}
    found |= {f"opening.{name}": float(one.search(opening) is not None) for name, one in _IN_OPENING.items()}
    found |= {f"closing.{name}": float(one.search(closing) is not None) for name, one in _IN_CLOSING.items()}
    found["text.quotations"] = math.log1p(parts.head.count("“") + parts.head.count('"') / 2)
    return found


def _themes(parts: Parts) -> Cues:
    main, side = spoken(parts.main_tokens), spoken(parts.side_tokens)
    lead, body = spoken(parts.lead_tokens), spoken(parts.body_tokens[LEAD_TOKENS:BODY_TOKENS])
    found: Cues = {}
    weights: dict[Theme, float] = {}
    for theme in Theme:
        in_main, in_side, in_lead, in_body = (_sum(place.get(theme)) for place in (main, side, lead, body))
        weights[theme] = MAIN_CLAUSE * in_main + SIDE_CLAUSE * in_side + LEAD * in_lead
        found |= {f"{theme}.main": in_main, f"{theme}.side": in_side}
        found |= {f"{theme}.lead": math.log1p(in_lead), f"{theme}.body": math.log1p(in_body)}
    best = max(weights.values())
    found |= {f"{theme}.share": weight / best if best else 0.0 for theme, weight in weights.items()}
    return found


def _sum(words: Spoken | None) -> float:
    return sum(words.values()) if words else 0.0


@cache
def type_patterns() -> dict[str, list[re.Pattern[str]]]:
    """The regular expressions of article_types.toml by kind, in its order, for texts in lower case."""
    path = Path(__file__).parents[1] / "article_types.toml"
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    return {kind: [re.compile(one) for one in patterns] for kind, patterns in lists.items()}
