"""The figures an event's reports give, normalised, what they measure, and whether the reports agree on them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from cluster.assets import mentions
from cluster.event import Figure, FigureValue
from cluster.magnitudes import MAGNITUDES
from cluster.report import Report
from cluster.sentences import MAX_CHARACTERS, sentences, shorten

READ_SENTENCES = 4  # of the text, after the title: further down stand older figures and other people's
NEAR_CHARACTERS = 45
STATED_FROM = 2  # a figure of one report alone is that report's, not the event's
SAME_WITHIN = 0.02
ROUNDED_WITHIN = 0.05  # "$1 billion" is no rounding of 700 million
DISPUTED_TO = 1.5  # times the lower value; what is further apart measures different things
LEAST_MONEY = 1e6  # below it stand prices of one coin
MAX_FIGURES = 4
MAX_AMOUNTS = 12  # of one sentence; a longer row is a table, and each is held against every other
TEXT_CHARACTERS = 32

_COINS = {"bitcoin": "BTC", "bitcoins": "BTC", "ether": "ETH"}
_CURRENCIES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP"}
_QUALIFIERS = {
    "above": "above", "over": "above", "more than": "above", "at least": "above", "exceeding": "above", "top": "above",
    "tops": "above", "topped": "above", "past": "above", "surpass": "above", "surpassed": "above", "exceed": "above",
    "exceeds": "above", "exceeded": "above", "below": "below", "under": "below", "less than": "below", "up to": "below",
    "nearly": "about", "almost": "about", "about": "about", "around": "about", "roughly": "about", "some": "about",
    "approximately": "about", "close to": "about", "an estimated": "about", "estimated": "about",
}  # fmt: skip
_MAGNITUDE = r"thousand|million|billion|trillion|mln|mn|bn|tn|[kmbt]"
_AMOUNT = re.compile(
    rf"(?P<qualifier>\b(?:{'|'.join(sorted(_QUALIFIERS, key=len, reverse=True))})\s+(?:a record\s+)?)?"
    rf"(?:(?P<currency>US\$|[$€£])\s?(?P<money>\d[\d,]{{0,17}}(?:\.\d{{1,8}})?)(?:[\s-]?(?P<magnitude>{_MAGNITUDE}))?"
    r"|(?<![\d.,])(?P<share>\d{1,6}(?:\.\d{1,8})?)\s?(?:%|percent\b|per cent\b)"
    r"|(?<![\d.,])(?P<coins>\d[\d,]{0,17}(?:\.\d{1,8})?)\s(?P<coin>BTC|ETH|SOL|XRP|bitcoins?|ether)\b)(?![\w]|\.\d)",
    re.IGNORECASE,
)
# What is measured, and the kinds of amount that can measure it.
_MEASURED: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (what, kinds, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for what, kinds, pattern in (
        ("long liquidations", "money", r"longs|long liquidations|long positions"),
        ("short liquidations", "money", r"shorts|short liquidations|short positions"),
        ("liquidations", "money", r"liquidations?|liquidated|wiped out"),
        ("inflows", "money", r"(?:net )?inflows?|flowed into"),
        ("outflows", "money", r"(?:net )?outflows?|redemptions|withdrawn"),
        ("stolen", "money", r"stolen|stole|drained|siphoned|looted|hack|exploit|heist|theft|breach"),
        ("recovered", "money", r"recovered|returned|frozen|froze"),
        ("funding raised", "money", r"raised?|raises|funding round|series [a-e]|seed round"),
        ("penalty", "money", r"fined?|fines|penalty|penalties|settlement|settles?|settled"),
        ("open interest", "money", r"open interest"),
        ("trading volume", "money", r"trading volume|volumes?"),
        ("market value", "money", r"market cap(?:italization)?|market value|valuation"),
        ("total value locked", "money", r"tvl|total value locked"),
        ("bought", "money coins", r"buys?|bought|purchased?|purchases|acquires?|acquired|acquisition"),
        ("sold", "money coins", r"sold|sells?|sale"),
        ("holdings", "money coins", r"holdings|holds|held|stash|treasury of"),
        ("inflation", "share", r"inflation|cpi|consumer prices"),
        ("interest rate", "share", r"interest rates?|policy rate|federal funds"),
        ("tariff", "share", r"tariffs?"),
        ("workforce cut", "share", r"workforce|staff|employees|headcount|jobs"),
    )
)  # fmt: skip
_PERIODS = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for name, pattern in (
        ("last hour", r"in (?:an|one) hour|(?:past|last|single|one|1)[- ]hour|60 minutes"),
        ("four hours", r"(?:four|4)[- ]hours?"),
        ("twelve hours", r"(?:twelve|12)[- ]hours?"),
        ("week", r"weekly|(?:this|last|past|in a|the) week|seven days|7 days"),
        ("month", r"monthly|(?:this|last|past|in a|the) month|30 days"),
        (
            "year",
            r"yearly|annual|year[- ]to[- ]date|(?:this|last|past) year|(?:first|second|third|fourth) quarter|quarterly",
        ),
        ("in all", r"cumulative|since launch|in total|to date|lifetime"),
    )
)
# One fund's or venue's part is another figure than the whole.
_PART = re.compile(
    r"\b(IBIT|FBTC|GBTC|ARKB|BITB|ETHA|FETH|ETHE|HODL|BlackRock|Fidelity|Grayscale|Bitwise|VanEck|Ark|Binance|Bybit|OKX|"
    r"Hyperliquid|Coinbase|Deribit|CME|largest single|single largest|one trader|a whale)\b"
)
_FLOWS = frozenset({"inflows", "outflows", "liquidations", "open interest", "market value", "trading volume"})
# A deal has many amounts (planned, raised, spent, held before and after), each true: two values are no dispute.
_OF_A_DEAL = ("bought", "sold", "holdings", "funding raised", "recovered", "market value", "workforce cut")


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure as one report gives it."""

    what: str
    unit: str  # USD, EUR, GBP, % or an asset's symbol
    value: float
    step: float  # what one more in the last written digit would be
    qualifier: str
    text: str
    article_id: str


def find_figures(reports: Sequence[Report]) -> tuple[Figure, ...]:
    """The figures that at least two reports give. `reports` holds no copies: they would only repeat their original."""
    stated: dict[tuple[str, str], list[Amount]] = {}
    for report in reports:
        for amount in read_amounts(report.id, report.article.title, report.article.text):
            stated.setdefault((amount.what, amount.unit), []).append(amount)
    comparable = [_comparable(amounts) for amounts in stated.values()]
    shared = [_figure(amounts) for amounts in comparable if len(amounts) >= STATED_FROM]
    kept = [one for one in shared if one.status == "agreed" or not one.what.split(",")[0].endswith(_OF_A_DEAL)]
    kept.sort(key=lambda figure: -sum(len(value.article_ids) for value in figure.values))
    return tuple(kept[:MAX_FIGURES])


def read_amounts(article_id: str, title: str, text: str) -> list[Amount]:
    """The first amount an article gives of each thing it measures; what measures nothing recognised is left out."""
    first: dict[tuple[str, str], Amount] = {}
    for sentence in (title[:MAX_CHARACTERS], *sentences(text)[:READ_SENTENCES]):
        for amount in _amounts(sentence, article_id):
            first.setdefault((amount.what, amount.unit), amount)
    return list(first.values())


def agree(one: Amount, other: Amount) -> bool:
    """Whether two amounts can both be true, given how they are rounded and qualified."""
    low, high = sorted((one, other), key=lambda amount: amount.value)
    if low.qualifier == "above" or high.qualifier == "below":
        return True
    room = max(SAME_WITHIN * high.value, min(_looseness(one) + _looseness(other), ROUNDED_WITHIN * high.value))
    return high.value - low.value <= room


def _looseness(amount: Amount) -> float:
    """How far the true value may lie from the one written: "$1.2 billion" may be anything up to 1.25."""
    if amount.qualifier == "about":
        return ROUNDED_WITHIN * amount.value
    return 0.0 if amount.qualifier else amount.step / 2


def _comparable(amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts near enough to the one most reports give that they can be meant as the same."""
    most = max(amounts, key=lambda amount: sum(agree(amount, other) for other in amounts)).value
    return [one for one in amounts if most / DISPUTED_TO <= one.value <= most * DISPUTED_TO]


def _figure(amounts: Sequence[Amount]) -> Figure:
    apart = next((pair for pair in combinations(amounts, 2) if not agree(*pair)), ())
    values: dict[tuple[float, str], FigureValue] = {}
    for amount in (*apart, *(one for one in amounts if one not in apart)):
        known = values.get((amount.value, amount.qualifier))
        ids = (*known.article_ids, amount.article_id) if known else (amount.article_id,)
        text = known.text if known else amount.text
        values[amount.value, amount.qualifier] = FigureValue(amount.value, amount.qualifier, text, ids)
    first = amounts[0]
    return Figure(first.what, first.unit, "disputed" if apart else "agreed", tuple(values.values()))


def _amounts(sentence: str, article_id: str) -> Iterator[Amount]:
    found = list(islice(_AMOUNT.finditer(sentence), MAX_AMOUNTS))
    for match in found:
        made = _amount(match, article_id)
        what = _measured(sentence, match, found)
        what = _told_apart(what, sentence) if what else None
        if what and (match["currency"] is None or made.value >= LEAST_MONEY):
            yield replace(made, what=what)


def _measured(sentence: str, match: re.Match[str], found: Sequence[re.Match[str]]) -> str | None:
    """What stands nearest to an amount and can be measured by it, with no other amount and no clause between."""
    kind = "money" if match["currency"] else "share" if match["share"] else "coins"
    nearest: tuple[int, int, str] | None = None
    for order, (what, kinds, pattern) in enumerate(_MEASURED):
        for noun in pattern.finditer(sentence) if kind in kinds else ():
            between = sentence[min(match.end(), noun.end()) : max(match.start(), noun.start())]
            if len(between) > NEAR_CHARACTERS or re.search(r"[;:]|, (?:while|and|with|but)\b", between):
                continue
            if any(_lies_between(other, match, noun) for other in found):
                continue
            nearest = min(nearest or (NEAR_CHARACTERS + 1, 0, ""), (len(between), order, what))
    return nearest[2] if nearest else None


def _lies_between(other: re.Match[str], match: re.Match[str], noun: re.Match[str]) -> bool:
    left, right = min(match.end(), noun.end()), max(match.start(), noun.start())
    return other is not match and other.start() >= left and other.end() <= right


def _told_apart(what: str, sentence: str) -> str | None:
    """`what` with the asset, the part and the period it is said of; None where a flow may be any of several assets'."""
    period = next((f", {name}" for name, pattern in _PERIODS if pattern.search(sentence)), "")
    if what not in _FLOWS:
        return what + period
    assets = {mention.asset.symbol for mention in mentions(sentence)}
    if len(assets) > 1:
        return None
    part = _PART.search(sentence)
    return " ".join(filter(None, (part.group(1) if part else "", *assets, what))) + period


def _amount(match: re.Match[str], article_id: str) -> Amount:
    qualifier = _QUALIFIERS.get(" ".join((match["qualifier"] or "").lower().replace("a record", "").split()), "")
    written = match["share"] or match["coins"] or match["money"]
    unit, magnitude = "%", 1.0
    if match["coins"]:
        unit = _COINS.get(match["coin"].lower(), match["coin"].upper())
    elif match["money"]:
        unit, magnitude = (
            _CURRENCIES[match["currency"].upper()],
            MAGNITUDES.get((match["magnitude"] or "").lower(), 1.0),
        )
    value = round(float(written.replace(",", "")) * magnitude, 8)
    step = magnitude / 10 ** len(written.partition(".")[2])
    return Amount("", unit, value, step, qualifier, shorten(match.group().strip(), TEXT_CHARACTERS), article_id)
