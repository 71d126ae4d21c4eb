"""The amounts an article gives: normalised, with what each measures, of whom and for which time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from cluster.assets import clear_tickers, mentions
from cluster.magnitudes import MAGNITUDES
from cluster.sentences import MAX_CHARACTERS, sentences, shorten

READ_SENTENCES = 8  # of the text, after the title: twelve held no further disagreement, and some that were none
NEAR_CHARACTERS = 45
LEAST_MONEY = 1e6  # below it stand prices of one coin
MAX_AMOUNTS = 12  # of one sentence; a longer row is a table, and each is held against every other
TEXT_CHARACTERS = 32
OWN_CHARACTERS = 12  # "Bitcoin’s total market cap"

_COINS = {"bitcoin": "BTC", "bitcoins": "BTC", "ether": "ETH"}
_CURRENCIES = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP"}
MONEY = frozenset(_CURRENCIES.values())
_QUALIFIERS = {
    "above": "above", "over": "above", "more than": "above", "at least": "above", "exceeding": "above", "top": "above",
    "tops": "above", "topped": "above", "topping": "above", "past": "above", "surpass": "above", "surpassed": "above",
    "surpasses": "above", "surpassing": "above", "exceed": "above", "exceeds": "above", "exceeded": "above",
    "crosses": "above", "crossed": "above", "below": "below", "under": "below", "less than": "below", "up to": "below",
    "nearly": "nearly", "almost": "nearly", "about": "about", "around": "about", "roughly": "about", "some": "about",
    "approximately": "about", "close to": "about", "an estimated": "about", "estimated": "about", "near": "about",
    "nears": "about", "nearing": "about", "approaches": "about", "approaching": "about", "just shy of": "nearly",
}  # fmt: skip
_VERBS = re.compile(r"(?:top|surpass|exceed|cross|near(?!ly)|approach)", re.IGNORECASE)  # "nears $4T" says "$4T"
_MAGNITUDE = r"thousand|million|billion|trillion|mln|mn|bn|tn|[kmbt]"
_NO_YEAR = r"(?!(?:199|20[0-4])\d\s)"  # "bought in 2024 AVAX and more"; so many coins have a comma
_AMOUNT = re.compile(
    rf"(?P<qualifier>\b(?:{'|'.join(sorted(_QUALIFIERS, key=len, reverse=True))})\s+(?:(?:a record|the)\s+)?)?"
    rf"(?:(?P<currency>US\$|[$€£])\s?(?P<money>\d[\d,]{{0,17}}(?:\.\d{{1,8}})?)(?:[\s-]?(?P<magnitude>{_MAGNITUDE}))?"
    r"|(?<![\d.,])(?P<share>\d{1,6}(?:\.\d{1,8})?)\s?(?:%|percent\b|per cent\b)"
    rf"|(?<![\d.,]){_NO_YEAR}(?P<coins>\d[\d,]{{0,17}}(?:\.\d{{1,8}})?)(?:\s?(?P<of_coins>{_MAGNITUDE}))?"
    rf"\s(?P<coin>BTC|ETH|SOL|XRP|bitcoins?|ether|(?-i:{'|'.join(map(re.escape, clear_tickers()))}))\b(?!&)"
    r"|(?<![\d.,$])(?P<votes>\d{2,3})(?:[-–—]| to )(?P<others>\d{2,3}))(?![\w]|[.,]\d|%)",
    re.IGNORECASE,
)
# Another time's or somebody's guess: "up from $3 billion", "2.7% against 2.6% expected", "could reach $4 billion".
_OTHER = re.compile(
    r"\b(?:by|another|additional|from|than|vs\.?|versus|against|compared (?:to|with)|prior|"
    r"previous(?: \w+){0,2}(?: of)?|expect\w*(?: of| at)?|forecasts?(?: of)?|targets?(?: of)?|towards?|"
    r"(?:could|may|might|would)(?: \w+){1,3}|if\b[^,;]{0,60}|to (?:reach|hit|top|exceed|surpass|become|be)|"
    r"potential \w+ to|upside to)[\s(+]*(?:the )?$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"Meanwhile|Elsewhere|Separately|Similarly|(?:In|By) (?:comparison|contrast)|In other")
_GUESSED = re.compile(r"^\)?,? (?:expected|estimate|forecast|prior|target)\b", re.IGNORECASE)
# What is measured, and the kinds of amount that can measure it.
_MEASURED: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (what, kinds, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for what, kinds, pattern in (
        ("long liquidations", "money", r"longs|long liquidations|long positions"),
        ("short liquidations", "money", r"shorts|short liquidations|short positions"),
        ("liquidations", "money", r"liquidations?|liquidated|wiped out"),
        ("inflows", "money", r"(?:net )?inflows?|influx|flowed into|attract(?:s|ed)|drew in|pulled in"),
        ("outflows", "money", r"(?:net )?outflows?|redemptions|withdrawn"),
        ("amount stolen", "money coins", r"stolen|stole|drained|siphoned|looted|hack|exploit|heist|theft|breach"),
        ("amount recovered", "money coins", r"recovered|returned|frozen|froze"),
        ("funding raised", "money", r"raised?|raises|funding round|series [a-e]|seed round"),
        ("penalty", "money", r"fined?|fines|penalty|penalties|settlement|settles?|settled"),
        ("open interest", "money", r"open interest"),
        ("options expiring", "money", r"options? (?:contracts )?expir\w+|(?:BTC|ETH) options|notional value"),
        ("trading volume", "money", r"trading volume|volumes?"),
        ("market value", "money", r"market cap(?:italization)?|market value|valuation"),
        ("assets managed", "money", r"(?:assets )?under management|AUM|(?:customer|client) assets"),
        ("total value locked", "money", r"tvl|total value locked"),
        ("missed profits", "money", r"(?:missed|lost|potential) profits?|missing out|missed out"),
        ("amount bought", "money coins", r"buys?|bought|purchased?|purchases|acquires?|acquired|acquisition"),
        ("amount sold", "money coins share", r"sold|sold off|sells?|sale|liquidated"),
        ("amount moved", "money coins", r"moves?|moved|transfer(?:s|red)?|deposit(?:s|ed)?"),
        ("holdings", "money coins", r"holdings(?![’'])|holds(?! (?:the )?\w+ place)|held|stash|treasury of"),
        ("deal", "money", r"deal"),
        ("average price", "price", r"average (?:\w+ )?(?:price|cost)|(?:per|a|each) (?:bitcoin|BTC|coin|ETH|ether)"),
        ("inflation", "share", r"inflation|cpi|consumer prices"),
        ("interest rate", "share", r"interest rates?|policy rate|federal funds"),
        ("tariff", "share", r"tariffs?"),
        ("stake", "share", r"stake"),
        ("workforce cut", "share", r"workforce|staff|employees|headcount|jobs"),
        ("vote", "votes", r"votes?|voted|passed|passes|tally|motion|House|Senate"),
    )
)  # fmt: skip
_PERIODS = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for name, pattern in (
        ("in an hour", r"in (?:an|one) hour|(?:past|last|single|one|1)[- ]hour|60 minutes"),
        ("in four hours", r"(?:four|4)[- ]hours?"),
        ("in twelve hours", r"(?:twelve|12)[- ]hours?"),
        ("in a week", r"weekly|(?:this|last|past|in a|the) week|in one week|seven days|7 days"),
        (
            "in some days",
            r"(?:past|last|over|in) (?:just )?(?:\d+|t\w+|f\w+|six|eight|nine) (?:trading )?days",
        ),
        ("in a month", r"monthly|(?:this|last|past|in a|the) month|30 days"),
        (
            "over the year",
            r"yearly|annual|year[- ]to[- ]date|(?:this|last|past) year|(?:first|second|third|fourth) quarter|quarterly|"
            r"(?:first|second) half|H[12]|so far in 20\d\d|in 20\d\d|(?:six|6) months",
        ),
        ("of a part", r"alone"),
        ("in all", r"cumulative|since launch|in total(?! net)|to date|lifetime"),
        (
            "by then",
            r"so far|earlier|by (?:noon|midday|\w+day)|initially|at first|at one point|as of|"
            r"previously|previous record|at the (?:start|beginning|end) of",
        ),
    )
)
# One fund's or venue's part is another figure than the whole.
_PART = re.compile(
    r"\b(IBIT|FBTC|GBTC|ARKB|BITB|ETHA|FETH|ETHE|HODL|BlackRock|Fidelity|Grayscale|Bitwise|VanEck|Ark|Binance|Bybit|OKX|"
    r"Hyperliquid|Coinbase|Deribit|CME|largest single|single largest|one trader|a whale)\b"
)
_WHOLE = re.compile(r"\b(?:total|overall|holdings|holds|entire|aggregate|raising|stash)\b", re.IGNORECASE)
_CRYPTO = re.compile(r"\b(?:crypto(?:currency)?|digital assets?)\b[\w -]{0,30}$", re.IGNORECASE)
_FLOWS = frozenset({"inflows", "outflows", "liquidations", "open interest", "trading volume", "options expiring"})
# What is bought or sold is so once, whenever that was.
_OVER_TIME = _FLOWS | {"long liquidations", "short liquidations", "amount stolen", "inflation", "funding raised"}
_OF_ALL = frozenset({"inflows", "outflows", "market value"})
_CLAUSE = re.compile(r"; |: | (?:as|while|after|amid) |, (?:while|and|with|but) ")
_WORTH = re.compile(
    r"[\s,(—–-]*(?:\w+ ){0,3}?(?:(?:worth|valued|equivalent to|equal to)\b[\w ]*|\(~?|—~?)\s?~?$", re.IGNORECASE
)


_KINDS = {"currency": "money", "share": "share", "coins": "coins", "votes": "votes"}


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure as one report gives it."""

    what: str
    unit: str  # USD, EUR, GBP, %, votes or an asset's symbol
    value: float
    step: float  # what one more in the last digit that is no closing zero would be
    qualifier: str  # FigureValue.qualifier, or nearly
    text: str
    article_id: str


def read_amounts(article_id: str, title: str, text: str) -> list[Amount]:
    """The amounts in a title and the first sentences, in order; `what` is empty where nothing known is measured."""
    told = [sentence for sentence in sentences(text)[:READ_SENTENCES] if not _ASIDE.match(sentence)]
    return [amount for sentence in (title[:MAX_CHARACTERS], *told) for amount in _amounts(sentence, article_id)]


def _amounts(sentence: str, article_id: str) -> Iterator[Amount]:
    found = list(islice(_AMOUNT.finditer(sentence), MAX_AMOUNTS))
    for number, match in enumerate(found):
        made = _amount(match, article_id)
        yield from (replace(made, what=what) for what in _whats(sentence, number, found))


def _whats(sentence: str, number: int, found: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """What an amount measures: what coins are worth is both their value and how much was bought, moved or stolen."""
    match = found[number]
    if not match["votes"] and _is_other(sentence, match):
        return ("",)
    coins = found[number - 1] if number and match["currency"] and found[number - 1]["coins"] else None
    if coins and _WORTH.fullmatch(sentence[coins.end() : match.start()]):
        many = " ".join(filter(None, (coins["coins"], coins["of_coins"], _unit(coins))))
        return f"value of {many}", _measured(sentence, coins, found)
    return (_measured(sentence, match, found),)


def _is_other(sentence: str, match: re.Match[str]) -> bool:
    return bool(_OTHER.search(sentence[: match.start()]) or _GUESSED.match(sentence[match.end() :]))


def _measured(sentence: str, match: re.Match[str], found: Sequence[re.Match[str]]) -> str:
    """What stands nearest to an amount and can be measured by it, with no other amount and no clause between."""
    kind = next(name for group, name in _KINDS.items() if match[group])
    if kind == "money" and not match["magnitude"] and float(match["money"].replace(",", "")) < LEAST_MONEY:
        kind = "price"
    nearest: tuple[int, int, str, re.Match[str]] | None = None
    for order, (what, kinds, pattern) in enumerate(_MEASURED):
        for noun in pattern.finditer(sentence) if kind in kinds else ():
            between = sentence[min(match.end(), noun.end()) : max(match.start(), noun.start())]
            if len(between) > NEAR_CHARACTERS or re.search(r"[;:]|, (?:while|and|with|but)\b", between):
                continue
            if any(_lies_between(other, match, noun) for other in found):
                continue
            if nearest is None or (len(between), order) < nearest[:2]:
                nearest = (len(between), order, what, noun)
    return _told_apart(*nearest[2:], match, sentence) if nearest else ""


def _lies_between(other: re.Match[str], match: re.Match[str], noun: re.Match[str]) -> bool:
    left, right = min(match.end(), noun.end()), max(match.start(), noun.start())
    return other is not match and other.start() >= left and other.end() <= right


def _told_apart(what: str, noun: re.Match[str], match: re.Match[str], sentence: str) -> str:
    """`what` with whom and which period it is said of; nothing where it may be any of several assets'."""
    periods = _PERIODS if what in _OVER_TIME else _PERIODS[-3:]
    period = next((f" {name}" for name, pattern in periods if pattern.search(sentence)), "")
    if what == "average price" and _WHOLE.search(sentence[: match.start()]):
        return f"{what} in all"
    start, end = min(match.start(), noun.start()), max(match.end(), noun.end())
    clause = _CLAUSE.split(sentence[:start])[-1] + sentence[start:end] + _CLAUSE.split(sentence[end:])[0]
    if what in _OF_ALL and (_CRYPTO.search(sentence[:start]) or _CRYPTO.search(sentence[start : noun.start()])):
        return f"crypto {what}{period}"
    if what == "market value" and re.search(r"\bwhich\b", sentence[:start]):
        return ""  # "behind Corvane, which has a market cap of"
    if what == "market value":
        own = [one for one in mentions(sentence[: noun.start()]) if noun.start() - one.end <= OWN_CHARACTERS]
        return " ".join((*(one.asset.symbol for one in own[-1:]), what)) + period
    if what not in _FLOWS:
        return what + period
    assets = {mention.asset.symbol for mention in mentions(clause)}
    if len(assets) > 1:
        return ""
    part = _PART.search(clause)
    return " ".join(filter(None, (part.group(1) if part else "", *assets, what))) + period


def _amount(match: re.Match[str], article_id: str) -> Amount:
    qualifier = _QUALIFIERS.get(re.sub(r"\s+|\b(?:a record|the)\b", " ", match["qualifier"] or "").strip().lower(), "")
    written = match["share"] or match["coins"] or match["votes"] or match["money"]
    magnitude = MAGNITUDES.get((match["magnitude"] or match["of_coins"] or "").lower(), 1.0)
    # The margin of a vote, whichever side is named first.
    value = abs(float(written.replace(",", "")) - float(match["others"] or 0))
    start = match.end("qualifier") if _VERBS.match(match["qualifier"] or "") else match.start()
    text = shorten(match.string[start : match.end()].strip(" ,"), TEXT_CHARACTERS)
    step = 0.0 if match["votes"] else magnitude * _step(written)
    return Amount("", _unit(match), round(value * magnitude, 8), step, qualifier, text, article_id)


def _unit(match: re.Match[str]) -> str:
    if match["coins"]:
        return _COINS.get(match["coin"].lower(), match["coin"].upper())
    return _CURRENCIES[match["currency"].upper()] if match["currency"] else "votes" if match["votes"] else "%"


def _step(written: str) -> float:
    """One in the last written digit; in "50,000" that is the 5."""
    whole, _, decimals = written.replace(",", "").partition(".")
    if decimals:
        return 10.0 ** -len(decimals)
    return 10.0 ** (len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else 1.0
