"""Makes publishers' markup plain text, and takes out what is not the article."""

import html
import re
from collections.abc import Iterable
from itertools import takewhile

import nh3

from ingest.entry import MAX_DATE, MAX_GUID, MAX_LINKS, MAX_LINKS_BYTES, MAX_TEXT, MAX_TITLE
from ingest.invisible import visible
from ingest.urls import http_url

BREAKS = re.compile(
    r"<\s*(?:/\s*(?:p|div|li|h[1-6]|tr|blockquote|ul|ol|table|section|article|figure|figcaption)|br(?:\s*/)?)\s*>", re.I
)
# Within these a browser takes tags for text; a publisher who forgets to close one means no such thing.
RAW = re.compile(r"</?(?:iframe|noembed|noframes|noscript|plaintext|textarea|title|xmp)\b[^<>]*>", re.I)
HREF = re.compile(r"""<a\b[^<>]*?\bhref\s*=\s*["']([^"'<>]+)["']""", re.I)
SURROGATES = re.compile(r"(?:&#(?:x0{0,4}d[89a-f][0-9a-f]{2}|0{0,4}5[5-7][0-9]{3});)+", re.I)
# What still looks escaped, or like a tag.
ESCAPED = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});|<[a-z/!?][^<>]*>", re.I)
LANGUAGE = re.compile(r"([a-z]{2,3}(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|\d{3}))?)(?=[-_]|$)", re.I)
FOLDED = re.compile(r"[\W_]+")

APPEARED_FIRST = re.compile(r"(?:^|\s*)The post\b.{3,300}?\bappeared first on\b.{2,120}$", re.I | re.M)
CONTINUED = re.compile(
    r"\s*(?:\[(?:…|\.\.\.)\]|[(\[]?(?:read more|continue reading)(?:: [^.!?\n]{3,200})?[)\]]?)\s*(?:…|\.\.\.|»|→|\?)?$",
    re.I,
)
CONTINUED_LIMIT = 240  # characters, more than that ever takes
BYLINE = re.compile(
    r"(?:words |written |reported |reporting |posted |edited )?by:? \S|author:|(?:up)?dated:|published:", re.I
)
SENTENCE_END = re.compile(r"[.!?][\"'”’)]?$")
DATE_LINE = re.compile(
    r"(?:\w{3,9}day,? )?"
    r"(?:\d{1,2} [a-z]{3,9}\.?,? (?:19|20)\d\d|[a-z]{3,9}\.? \d{1,2},? (?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)"
    r"[\s,·|–-]*(?:at )?[\d:. ]*(?:[ap]\.?m\.?)?[\s,·|–-]*\(?[A-Z+\d:]{0,6}\)?",
    re.I,
)
READING_TIME = re.compile(r"\d{1,2} min(?:ute)?s? read", re.I)
SENTENCE_GAP = re.compile(r"(?<=[.!?”\"…])\s+(?=[A-Z*“\"(\[])")
LABELLED_DISCLAIMER = re.compile(r"^\W*(?:risk |legal )?(?:disclaimer|disclosure)\s*[:.–—-]|^\W*disclaimer\b", re.I)
ADVICE = re.compile(
    r"\b(?:not?|nothing|n['’]t|never)\b.{0,120}\b(?:financial|investment|trading|legal|professional)\b.{0,40}\badvice\b"
    r"|\b(?:do|conduct|doing)\b.{0,20}\b(?:your|their) own (?:research|due diligence)\b",
    re.I,
)
CALL = re.compile(
    r"\W*(?:read more|read also|read next|also read|see also|related(?: (?:articles?|posts?|reading|news))?:"
    r"|continue reading|click here|share this|follow us|advertis(?:e|ing|ement)\b|sponsored\b"
    r"|subscribe (?:to|now|for)|sign up (?:to|for|now)|join our|get (?:our|the latest)|stay (?:tuned|up to date)"
    r"|never miss|don['’]t miss"
    r"|we use cookies|this (?:site|website) uses cookies|cookie (?:policy|settings)|terms of (?:use|service)"
    r"|privacy policy|all rights reserved|©|copyright\b"
    r"|(?:featured |cover )?(?:image|photo)s?(?: credits?)?(?::| (?:by|from|via)))",
    re.I,
)
# A real paragraph may hold the same words; furniture is short.
MAX_MARKUP, MAX_ESCAPES = 20_000, 4  # of a title: characters, times of being escaped
ADVICE_LIMIT, CALL_LIMIT, BYLINE_LIMIT, HEAD = 400, 200, 120, 3  # characters; paragraphs


def without_halves(text: str) -> str:
    """Joins surrogate pairs, written as references or in JSON's way, and drops those that lack their other half.

    Some publishers' software writes an emoji as `&#55357;&#56832;`. Half a pair is no text: neither feedparser nor a
    database takes it.
    """
    return _joined(SURROGATES.sub(_joined_references, text))


def plain_text(markup: str) -> str:
    """The text of an HTML fragment: entities decoded, one line per block, nothing invisible."""
    stripped = nh3.clean(RAW.sub("", BREAKS.sub("\n", without_halves(markup))), tags=set(), link_rel=None)
    return tidy(html.unescape(stripped))


def plain_title(markup: str) -> str:
    """A title on one line, at most MAX_TITLE characters, without markup.

    Feeds escape titles once too often, or more, so what still looks escaped is read again.
    """
    title = plain_text(markup[:MAX_MARKUP])
    for _ in range(MAX_ESCAPES):
        if not ESCAPED.search(title):
            break
        title = plain_text(title)
    title = ESCAPED.sub("", title)
    if ESCAPED.search(title):  # what stood around one that was taken out has become another
        title = title.replace("<", "").replace("&", "")
    return title.replace("\n", " ").strip()[:MAX_TITLE]


def guid_text(stated: str) -> str:
    """What a publisher calls an entry, on one line and fit to be kept."""
    return " ".join(tidy(stated[:MAX_MARKUP]).split())[:MAX_GUID]


def tidy(text: str) -> str:
    """Single spaces, no empty lines, no invisible or direction-changing characters, at most MAX_TEXT of the others."""
    lines = (" ".join(line.split()) for line in visible(text).splitlines())
    return "\n".join(line for line in lines if line)[:MAX_TEXT]


def language_tag(declared: str) -> str | None:
    """Language, script and region of a BCP 47 tag, what follows them left out; None when it does not look like one."""
    found = LANGUAGE.match(declared.strip())
    return found[1].replace("_", "-") if found else None


def raw_date(written: str) -> str:
    """What a publisher wrote for a date, on one line and fit to be kept."""
    return " ".join(tidy(written[:MAX_MARKUP]).split())[:MAX_DATE]


def links_in(markup: str, base: str) -> tuple[str, ...]:
    """The first http(s) links of an HTML fragment, absolute."""
    return first_links(http_url(html.unescape(href), base) for href in HREF.findall(markup))


def first_links(found: Iterable[str | None]) -> tuple[str, ...]:
    """The first of some links, each once: at most MAX_LINKS, and MAX_LINKS_BYTES together."""
    kept: dict[str, None] = {}
    room = MAX_LINKS_BYTES
    for link in found:
        if link and link not in kept:
            room -= len(link.encode())
            if room < 0 or len(kept) == MAX_LINKS:
                break
            kept[link] = None
    return tuple(kept)


def without_furniture(text: str, title: str = "") -> str:
    """The paragraphs that belong to the article: no byline, repeated title, disclaimer or call to subscribe."""
    # The patterns are slow, a quarter of the time that a page takes, and what they look for is rare.
    if "appeared first on" in text.casefold():
        text = APPEARED_FIRST.sub("", text)
    paragraphs = text.split("\n")
    kept = (
        _without_call(_without_disclaimer(paragraph))
        for position, paragraph in enumerate(paragraphs)
        if not _is_furniture(paragraph) and not (position < HEAD and _is_heading(paragraph, title))
    )
    return "\n".join(paragraph for paragraph in kept if paragraph)


def _joined_references(found: re.Match[str]) -> str:
    units = (int(digits[1:], 16) if digits[0] in "xX" else int(digits) for digits in found[0][2:-1].split(";&#"))
    return "".join(f"&#{ord(character)};" for character in _joined("".join(map(chr, units))))


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _is_furniture(paragraph: str) -> bool:
    return len(paragraph) <= CALL_LIMIT and bool(CALL.match(paragraph) or DATE_LINE.fullmatch(paragraph))


def _without_call(paragraph: str) -> str:
    end = paragraph[-CONTINUED_LIMIT:]
    if "[" not in end and "read" not in end.casefold():
        return paragraph
    return paragraph[:-CONTINUED_LIMIT] + CONTINUED.sub("", end)


def _without_disclaimer(paragraph: str) -> str:
    """Sentence by sentence: some publishers end their last paragraph with the disclaimer. Its label ends the text."""
    folded = paragraph.casefold()
    may_advise = "advice" in folded or " own " in folded
    if "discl" not in folded and not (may_advise and ADVICE.search(paragraph)):
        return paragraph
    own = takewhile(lambda sentence: not LABELLED_DISCLAIMER.search(sentence), SENTENCE_GAP.split(paragraph))
    return " ".join(sentence for sentence in own if len(sentence) > ADVICE_LIMIT or not ADVICE.search(sentence))


def _is_heading(paragraph: str, title: str) -> bool:
    """What stands between a page's title and its first sentence."""
    if title and _fold(paragraph) == _fold(title):
        return True
    if len(paragraph) > BYLINE_LIMIT:
        return False
    is_byline = BYLINE.match(paragraph) and not SENTENCE_END.search(paragraph)
    return bool(is_byline or READING_TIME.search(paragraph))


def _fold(text: str) -> str:
    return FOLDED.sub(" ", text.casefold()).strip()
