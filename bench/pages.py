"""News pages of articles: in a plain template, or padded with all that sites put around a text, in invented words."""

import html
import json
import random
import re
from collections.abc import Callable, Sequence

from bench.texts import WORDS

NAME, HOME, AT = "Ledgerpost", "https://ledgerpost.example", "2026-03-04T12:00:00+00:00"
SENTENCE_GAP = re.compile(r"(?<=[.?!])\s+")
LONG = 1200  # characters of a text without paragraphs, which is cut at sentences
LISTED = 6
# How one site, another, and one whose class names are made by a program mark what stands around the article.
MARKED = (
    {"menu": 'nav class="main"', "side": 'aside class="rail"', "related": 'section class="related"', "foot": "footer",
     "comments": 'section id="comments"', "banner": 'div id="cookie-consent" role="dialog"'},
    {"menu": 'div class="menu-wrap"', "side": 'div class="sidebar"', "related": 'div class="related-posts"',
     "foot": 'div class="site-footer"', "comments": 'div class="comments-area"', "banner": 'div class="cookie-banner"'},
    {"menu": 'nav class="css-1q7x0a"', "side": 'aside class="css-9b2mfe"', "related": 'div class="css-k31vvd"',
     "foot": 'footer class="css-77asd2"', "comments": 'div class="css-0po2lx"', "banner": 'div class="css-uu1k3c"'},
)  # fmt: skip
# Bytes of each, of all that is added: least and most. What is left is scripts.
SHARES = {"style": (5, 10), "menu": (8, 16), "side": (5, 10), "related": (10, 20), "foot": (5, 10),
          "comments": (5, 20), "banner": (1, 3)}  # fmt: skip


def plain_page(title: str, text: str, others: Sequence[str]) -> bytes:
    """A page of the plain template; `others` are the titles that its side lists."""
    return _page(title, text, others, head="", before="", behind="", end="").encode()


def padded_page(title: str, text: str, others: Sequence[str], dice: random.Random, size: int) -> bytes:
    """The same with what else sites send, to a page of about `size` bytes."""
    bare = len(plain_page(title, text, others))
    marked, room = dice.choice(MARKED), size - bare
    bytes_of = {name: room * dice.randint(*share) // 100 for name, share in SHARES.items()}
    added = {name: _filled(_UNITS[name], size, others, dice) for name, size in bytes_of.items()}
    around = {name: _element(mark, added[name]) for name, mark in marked.items()}
    scripts = [_filled(_state, (room - sum(bytes_of.values())) // 2, others, dice) for _ in range(2)]
    return _page(
        title,
        text,
        others,
        head=f"{_metas(title)}<style>{added['style']}</style>{scripts[0]}",
        before=around["menu"] + around["banner"],
        behind=around["related"] + around["comments"],
        end=around["side"] + around["foot"] + scripts[1],
    ).encode()


def _page(title: str, text: str, others: Sequence[str], *, head: str, before: str, behind: str, end: str) -> str:
    called = html.escape(title)
    body = "".join(f"<p>{html.escape(block)}</p>" for block in _blocks(text))
    side = "".join(f'<li><a href="{_path(one)}">{html.escape(one)}</a></li>' for one in others[:LISTED])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{called} | {NAME}</title>'
        f'<link rel="canonical" href="{HOME}{_path(title)}"><meta property="og:title" content="{called}">'
        f'<meta property="article:published_time" content="{AT}"><meta property="og:site_name" content="{NAME}">{head}'
        '</head><body><header><nav><a href="/">Home</a> <a href="/markets">Markets</a> <a href="/policy">Policy</a>'
        f'</nav><form><input name="q" placeholder="Search"></form></header>{before}<main><article><h1>{called}</h1>'
        f'<p class="byline">By the {NAME} desk · <time datetime="{AT}">04 Mar 2026 12:00 UTC</time></p>{body}'
        f"<p>Disclaimer: nothing published on {NAME} is investment advice. Always do your own research.</p></article>"
        f"{behind}</main><aside><h2>Latest on {NAME}</h2><ul>{side}</ul></aside>{end}<footer>© {NAME}. "
        "Subscribe to our newsletter. Cookie policy. Terms of use.</footer></body></html>"
    )


def _blocks(text: str) -> list[str]:
    blocks = [block.strip() for block in text.split("\n") if block.strip()]
    if len(blocks) == 1 and len(text) > LONG:
        sentences = SENTENCE_GAP.split(text)
        return [" ".join(sentences[first : first + 4]) for first in range(0, len(sentences), 4)]
    return blocks


def _path(title: str) -> str:
    return "/news/" + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _metas(title: str) -> str:
    said = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": title, "datePublished": AT,
            "author": {"@type": "Person", "name": "Ann Ray"}, "publisher": {"@type": "Organization", "name": NAME},
            "image": [f"{HOME}/i/{width}.jpg" for width in (600, 900, 1200)]}  # fmt: skip
    names = ("twitter:card", "twitter:site", "theme-color", "robots", "viewport", "og:type", "og:image", "fb:app_id")
    metas = "".join(f'<meta name="{name}" content="summary_large_image">' for name in names)
    return f'{metas}<script type="application/ld+json">{json.dumps(said)}</script>'


def _filled(unit: Callable[[Sequence[str], random.Random], str], size: int, *given: object) -> str:
    parts: list[str] = []
    while size > 0:
        parts.append(unit(*given))  # type: ignore[arg-type]
        size -= len(parts[-1])
    return "".join(parts)


def _element(mark: str, inside: str) -> str:
    return f"<{mark}>{inside}</{mark.partition(' ')[0]}>"


def _words(dice: random.Random, least: int, most: int) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(least, most)))


def _state(_: Sequence[str], dice: random.Random) -> str:
    kept = {f"{dice.choice(WORDS)}{place}": {"id": dice.randrange(10**6), "slot": _words(dice, 2, 9), "lazy": True,
                                             "sizes": [[300, 250], [728, 90]]} for place in range(12)}  # fmt: skip
    return f"<script>window.__data=window.__data||[];if(a<b&&c>0){{push({json.dumps(kept)})}}</script>"


def _rule(_: Sequence[str], dice: random.Random) -> str:
    return f".c{dice.randrange(10**5)} > a:hover{{margin:0 {dice.randrange(40)}px;color:#{dice.randrange(10**6):06}}}"


def _menu(_: Sequence[str], dice: random.Random) -> str:
    links = "".join(
        f'<li class="item"><a class="link" href="/topic/{dice.randrange(999)}">{_words(dice, 1, 2)}</a></li>'
        for _ in range(8)
    )
    arrow = '<svg viewBox="0 0 24 24"><path d="M7.4 8.6 12 13.2l4.6-4.6L18 10l-6 6-6-6z"></path></svg>'
    return f'<div class="column"><button aria-label="Open">{_words(dice, 1, 1)}{arrow}</button><ul>{links}</ul></div>'


def _card(others: Sequence[str], dice: random.Random) -> str:
    title, number = dice.choice(others), dice.randrange(10**5)
    return (
        f'<div class="card"><a href="{_path(title)}"><img src="/i/{number}.jpg" srcset="/i/{number}-2x.jpg 2x" '
        f'loading="lazy" alt=""><h3 class="card-title">{html.escape(title)}</h3></a><p class="excerpt">'
        f'{_words(dice, 12, 24)}…</p><div class="meta"><span>{_words(dice, 2, 2)}</span> <time datetime="{AT}">3 hours '
        "ago</time></div></div>"
    )


def _listed(others: Sequence[str], dice: random.Random) -> str:
    title = dice.choice(others)
    return f'<div class="row"><span>{dice.randrange(20)}</span><a href="{_path(title)}">{html.escape(title)}</a></div>'


def _comment(_: Sequence[str], dice: random.Random) -> str:
    number = dice.randrange(10**6)
    return (
        f'<div class="comment" id="comment-{number}"><div class="who"><img src="/a/{number}.png" alt=""><b>'
        f"{_words(dice, 1, 2)}</b> <span>2 hours ago</span></div><p>{_words(dice, 8, 60)}.</p>"
        "<button>Reply</button><button>Like</button></div>"
    )


def _purpose(_: Sequence[str], dice: random.Random) -> str:
    return f"<p>We and our partners store {_words(dice, 12, 30)}.</p><label><input type='checkbox'> Allow</label>"


_UNITS: dict[str, Callable[[Sequence[str], random.Random], str]] = {
    "style": _rule,
    "menu": _menu,
    "side": _listed,
    "related": _card,
    "foot": _menu,
    "comments": _comment,
    "banner": _purpose,
}
