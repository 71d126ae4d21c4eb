"""What a page says about its being read: paid for, reserved, or no article at all but a wall before it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

Element = Any  # lxml carries no types

AGENT = "secondsource"
RESERVING = frozenset({"noindex", "noarchive", "none"})
LICENCE_TYPE = "application/rsl+xml"  # of Really Simple Licensing: who may use the text, and for what
LICENCE_RULE = re.compile(r"(?:\A|[\r\n])[ \t]{0,20}license[ \t]{0,20}:[ \t]{0,20}https?://", re.IGNORECASE)
# Directives of X-Robots-Tag with a value: what stands before their colon is no agent's name.
WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})

LINKED_DATA = "//script[@type='application/ld+json']"
LARGEST_LINKED_DATA = 200_000  # characters; what is larger is no description of one article
NOT_FREE = re.compile(r'"isAccessibleForFree"\s*:\s*"?false"?', re.IGNORECASE)
PAID_MARKS = (
    "//meta[@itemprop='isAccessibleForFree' and translate(@content, 'FALSE', 'false') = 'false']"
    " | //meta[@property='article:content_tier' and translate(@content, 'LOCKED', 'locked') = 'locked']"
)
MAX_SELECTORS = 20
# What of CSS is read: the last of a chain, where that is a tag, classes and an id.
CHAINED = re.compile(r"[\s>+~]+")
SIMPLE_SELECTOR = re.compile(r"([a-z][a-z\d]*)?((?:[.#][\w-]{1,80}){1,5})", re.IGNORECASE)
CLASS_OR_ID = re.compile(r"([.#])([\w-]+)")
PAID_SENTENCE = re.compile(
    r"\b(?:subscribe|sign (?:in|up)|log ?in|register|join) (?:now )?to (?:continue|keep|read(?:ing)? the (?:full|rest))"
    r"|\bto (?:continue|keep) reading,? (?:please )?(?:subscribe|sign (?:in|up)|log ?in|register)"
    r"|\b(?:article|story|content|post) is (?:only )?(?:for|available to|reserved for|exclusive to) (?:our |paid )?"
    r"(?:subscribers|members)\b",
    re.IGNORECASE,
)

# Real articles have such titles too, "Access denied: court rules against Corvane", and more to say below them.
WALL_AT_MOST = 1500  # characters of text
TEXT_FROM = 250  # characters; fewer are no article
REQUEST_AT_MOST = 200  # characters; a longer paragraph holds words of the article too
WALL_TITLE = re.compile(
    r"(?:just a moment|one moment,? please|please wait|attention required"
    r"|access (?:to this (?:page|site) (?:has been |is )?)?(?:denied|restricted)"
    r"|(?:please )?verify(?:ing)? (?:that )?you(?: are|[’']re) (?:a )?human|are you (?:a )?(?:human|robot|bot)"
    r"|(?:human|bot|browser|security) (?:verification|check)|robot (?:check|or human)|checking your browser"
    r"|ddos[- ](?:protection|guard)|pardon our interruption|before you continue(?: to .{1,60})?|cookie (?:consent|wall)"
    r"|we value your privacy|your privacy(?: choices)?|privacy (?:settings|preferences)|(?:403 )?forbidden"
    r"|request (?:blocked|unsuccessful)|(?:sorry, )?you have been blocked|captcha|enable javascript(?: and cookies)?)"
    r"[\s.…!?]*(?:[|·–—-].{0,80})?",
    re.IGNORECASE,
)
BOT_WALL = re.compile(
    r"verify(?:ing)? (?:that )?you(?: are|[’']re) (?:a |not a )?(?:human|robot|bot)"
    r"|checking (?:if the site connection|your browser)|needs to review the security of your connection"
    r"|enable javascript and cookies to continue|unusual (?:traffic|activity) (?:from|detected)"
    r"|press (?:and|&) hold to confirm|(?:complete|solve) the (?:security check|captcha)"
    r"|(?:sorry, )?you have been blocked|you (?:don[’']t|do not) have permission to access"
    r"|access to this page has been denied|please enable (?:js|javascript) and disable any ad blocker",
    re.IGNORECASE,
)
CONSENT_WALL = re.compile(
    r"before you continue to\b|\bwe (?:value|care about) your privacy|\bwe and our (?:\d+ )?(?:partners|vendors)"
    r"|\baccept (?:all )?(?:the )?cookies? (?:to|and) (?:continue|read|proceed)"
    r"|\b(?:consent to|agree to|accept) (?:the use of |our )?cookies\b.{0,60}\bor\b.{0,30}\b(?:subscribe|pay|reject)",
    re.IGNORECASE,
)
WALL_MARKS = (
    "//*[@id='challenge-form' or @id='challenge-running' or @id='px-captcha' or @id='cf-error-details']"
    " | //script[contains(@src, 'captcha-delivery.com') or contains(@src, '_Incapsula_Resource')]"
    " | //iframe[contains(@src, 'captcha-delivery.com') or contains(@src, '_Incapsula_Resource')]"
)
READ_OF_WALL = 800  # characters of what a page shows first


@dataclass(frozen=True, slots=True)
class Signs:
    """What a page says before anything of it is read."""

    is_paid: bool  # not for everybody to read
    is_reserved: bool  # its text may not be shown


def read_signs(tree: Element) -> Signs:
    """What a page says of itself; what it says is paid for is taken out of the tree.

    That is all of it where it cannot be told which part is meant, and its linked data, which has the text once more.
    """
    unfree = [script for script in tree.xpath(LINKED_DATA) if NOT_FREE.search(script.text or "")]
    signs = Signs(bool(unfree) or bool(tree.xpath(PAID_MARKS)), _is_reserved(tree))
    _take_out_paid(tree, unfree)
    return signs


def is_paid_teaser(tree: Element, text: str) -> bool:
    """Whether a page with little text asks to subscribe for the rest."""
    return len(text) <= WALL_AT_MOST and bool(PAID_SENTENCE.search(_shown(tree, READ_OF_WALL + WALL_AT_MOST)))


def without_requests(text: str) -> str:
    """A text without the short paragraphs that ask to subscribe for the rest of it."""
    lines = text.split("\n")
    return "\n".join(line for line in lines if len(line) > REQUEST_AT_MOST or not PAID_SENTENCE.search(line))


def is_wall(tree: Element, text: str) -> bool:
    """Whether a page checks for humans, asks for consent or denies access, in the place of an article."""
    if len(text) > WALL_AT_MOST:
        return False
    titles = (" ".join(str(title).split()) for title in tree.xpath("//title/text() | //h1//text()")[:3])
    if any(WALL_TITLE.fullmatch(title) for title in titles) or tree.xpath(WALL_MARKS):
        return True
    shown = _shown(tree, READ_OF_WALL)
    # Beside an article's text a request for consent is a banner.
    asks = text[:READ_OF_WALL] if len(text) >= TEXT_FROM else shown
    return bool(BOT_WALL.search(shown) or CONSENT_WALL.search(asks))


def reserves(headers: Mapping[str, str]) -> bool:
    """Whether an answer's headers reserve the use of what it brings; as `Fetched` has them."""
    if "1" in (part.strip() for part in headers.get("tdm-reservation", "").split("\n")):
        return True
    links = headers.get("link", "").lower().replace("\n", ",").split(",")
    licence = any("license" in link and LICENCE_TYPE in link for link in links)
    # Part by part, for an agent that one of them names is not meant by the next.
    return licence or any(map(_forbids, headers.get("x-robots-tag", "").lower().split("\n")))


def names_licence(rules: str) -> bool:
    """Whether a site's robots.txt names a licence, which holds for all that it has and for every agent."""
    return bool(LICENCE_RULE.search(rules))


def linked_data(tree: Element) -> list[str]:
    """What a page says of itself in JSON-LD, as it stands there."""
    return [script.text or "" for script in tree.xpath(LINKED_DATA)]


def _forbids(directives: str) -> bool:
    agent = ""
    for part in directives.split(","):
        name, colon, value = part.strip().partition(":")
        if colon and name not in WITH_VALUE:
            agent, name = name, value.strip()
        if agent in ("", "*", AGENT) and name in RESERVING:
            return True
    return False


def _is_reserved(tree: Element) -> bool:
    for meta in tree.xpath("//meta[@name and @content]"):
        name, content = meta.get("name").strip().lower(), meta.get("content").lower()
        if name in ("robots", AGENT) and RESERVING & {one.strip() for one in content.split(",")}:
            return True
        if name == "tdm-reservation" and content.strip() == "1":
            return True
    return bool(tree.xpath(f"//link[@type='{LICENCE_TYPE}'] | //script[@type='{LICENCE_TYPE}']"))


def _take_out_paid(tree: Element, unfree: list[Element]) -> None:
    """Takes out the elements that JSON-LD names as not free, and the JSON-LD that says so."""
    paths = [_path(selector) for script in unfree for selector in _paid_selectors(script.text)]
    if len(paths) > MAX_SELECTORS or None in paths:
        (tree.xpath("//body") or [tree])[0].clear()
    parts = [part for path in paths[:MAX_SELECTORS] if path for part in tree.xpath(path)]
    for part in dict.fromkeys([*parts, *unfree]):
        if part.getparent() is not None:
            part.drop_tree()


def _path(selector: str) -> str | None:
    """The XPath of what a selector names; of a chain, all that its last one does. None: of another kind."""
    found = SIMPLE_SELECTOR.fullmatch(CHAINED.split(selector)[-1])
    if found is None:
        return None
    conditions = (
        f"[@id='{name}']" if kind == "#" else f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
        for kind, name in CLASS_OR_ID.findall(found[2])
    )
    return f"//{(found[1] or '*').lower()}{''.join(conditions)}"


def _paid_selectors(script: str) -> Iterator[str]:
    """What JSON-LD names as not free; where it cannot be read, everything if it names something."""
    try:
        left = [orjson.loads(script)] if len(script) <= LARGEST_LINKED_DATA else []
    except ValueError:
        left = []
    if not left and "cssSelector" in script:
        yield "*"
    while left:
        one = left.pop()
        if isinstance(one, dict):
            if str(one.get("isAccessibleForFree")).lower() == "false":
                yield from _selectors(one.get("cssSelector"))
            left += one.values()
        elif isinstance(one, list):
            left += one


def _selectors(named: Any) -> Iterator[str]:
    listed = named if isinstance(named, list) else [] if named is None else [named]
    parts = (part.strip() for one in listed for part in str(one).split(","))
    yield from filter(None, parts)


def _shown(tree: Element, limit: int) -> str:
    """The beginning of what a page shows, markup and scripts left out."""
    words: list[str] = []
    length = 0
    for text in tree.xpath("//body//text()[not(parent::script or parent::style or parent::template)]"):
        words += text.split()
        length += len(text.strip()) + 1
        if length > limit:
            break
    return " ".join(words)[:limit]
