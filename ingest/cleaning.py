"""Makes publishers' markup plain text, and takes out what is not the article."""

import html
import re
from itertools import takewhile

import nh3

from ingest.urls import http_url

BREAKS = re.compile(
    r"<\s*(?:/\s*(?:p|div|li|h[1-6]|tr|blockquote|ul|ol|table|section|article|figure|figcaption)|br\s*/?)\s*>", re.I
)
HREF = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*["']([^"'<>]+)["']""", re.I)
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.I)
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")
FOLDED = re.compile(r"[\W_]+")

APPEARED_FIRST = re.compile(r"(?:^|\s*)The post\b.{3,300}?\bappeared first on\b.{2,120}$", re.I | re.M)
CONTINUED = re.compile(
    r"\s*(?:\[(?:…|\.\.\.)\]|[(\[]?(?:read more|continue reading)(?:: [^.!?\n]{3,200})?[)\]]?)\s*(?:…|\.\.\.|»|→|\?)?$",
    re.I,
)
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
    r"^\W*(?:read more|read also|read next|also read|see also|related(?: (?:articles?|posts?|reading|news))?:"
    r"|continue reading|click here|share this|follow us|advertis(?:e|ing|ement)\b|sponsored\b"
    r"|subscribe (?:to|now|for)|sign up (?:to|for|now)|join our|get (?:our|the latest)|stay (?:tuned|up to date)"
    r"|never miss|don['’]t miss"
    r"|we use cookies|this (?:site|website) uses cookies|cookie (?:policy|settings)|terms of (?:use|service)"
    r"|privacy policy|all rights reserved|©|copyright\b"
    r"|(?:featured |cover )?(?:image|photo)s?(?: credits?)?(?::| (?:by|from|via)))",
    re.I,
)
# A real paragraph may hold the same words; furniture is short.
ADVICE_LIMIT, CALL_LIMIT, BYLINE_LIMIT, HEAD = 400, 200, 120, 3  # characters; paragraphs


def plain_text(markup: str) -> str:
    """The text of an HTML fragment: entities decoded, one line per block, nothing invisible."""
    stripped = nh3.clean(BREAKS.sub("\n", markup), tags=set(), link_rel=None)
    return tidy(html.unescape(stripped))


def plain_title(markup: str) -> str:
    """A title on one line. Feeds escape titles once too often, so what still looks escaped is read again."""
    title = plain_text(markup)
    if ENTITY.search(title):
        title = plain_text(title)
    return title.replace("\n", " ")


def tidy(text: str) -> str:
    """Single spaces, no empty lines, no invisible or direction-changing characters."""
    lines = (" ".join(line.split()) for line in INVISIBLE.sub("", text).splitlines())
    return "\n".join(line for line in lines if line)


def language_tag(declared: str) -> str | None:
    """A declared language as a BCP 47 tag; None when it does not look like one."""
    found = LANGUAGE.fullmatch(declared.strip())
    return found[0].replace("_", "-")[:20] if found else None


def links_in(markup: str, base: str) -> tuple[str, ...]:
    """The http(s) links of an HTML fragment, absolute, each once."""
    found = (http_url(html.unescape(href), base) for href in HREF.findall(markup))
    return tuple(dict.fromkeys(link for link in found if link))


def without_furniture(text: str, title: str = "") -> str:
    """The paragraphs that belong to the article: no byline, repeated title, disclaimer or call to subscribe."""
    paragraphs = APPEARED_FIRST.sub("", text).split("\n")
    kept = (
        CONTINUED.sub("", _without_disclaimer(paragraph))
        for position, paragraph in enumerate(paragraphs)
        if not _is_furniture(paragraph) and not (position < HEAD and _is_heading(paragraph, title))
    )
    return "\n".join(paragraph for paragraph in kept if paragraph)


def _is_furniture(paragraph: str) -> bool:
    return len(paragraph) <= CALL_LIMIT and bool(CALL.search(paragraph) or DATE_LINE.fullmatch(paragraph))


def _without_disclaimer(paragraph: str) -> str:
    """Sentence by sentence: some publishers end their last paragraph with the disclaimer. Its label ends the text."""
    if not ADVICE.search(paragraph) and "discl" not in paragraph.casefold():
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
