"""Headlines that try to be more than text, made here: whatever shows them has to leave them inert."""

from dataclasses import replace

from cluster.event import Event, Member, Role
from tests.unit.api.builders import make_article, make_event, make_member

OWNED = "document.title='owned'"
# Where a headline may find itself, and how it would get out of there.
_BREAKS = ("", "\"'>", "</a></p></li></title></textarea>")
_FRAGMENTS = (
    f"<script>{OWNED}</script>",
    f'<img src=x onerror="{OWNED}">',
    f"<svg/onload={OWNED}>",
    f'<iframe srcdoc="<script>parent.{OWNED}</script>">',
    f'<a href="javascript:{OWNED}">read</a>',
    f"<details open ontoggle={OWNED}>",
    f"<input autofocus onfocus={OWNED}>",
    "<style>@import 'https://evil.example/x'; * { display: none }</style>",
    "<base href=//evil.example><meta http-equiv=refresh content=0>",
    f"]]><script>{OWNED}</script><![CDATA[",
    f"--><script>{OWNED}</script><!--",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    f"&lt;script&gt;{OWNED}&lt;/script&gt; &amp;amp; &#60;b&#62;",
    f"{{{{constructor.constructor('{OWNED}')()}}}} {{% raw %}} ${{{OWNED}}}",
    f"javascript:{OWNED}",
    "\x08\x0b\x1b[31m\x7f\u202eevil\u2066\ufffe\uffff",
    f"<same-story url=x onclick={OWNED}></same-story><slot>",
    f'<math><mi xlink:href="data:x,<script>{OWNED}</script>">',
    f"<template><script>{OWNED}</script></template><noscript><p title='</noscript><img src=x onerror={OWNED}>'>",
    "<h1 id=location name=body>Clobbered</h1><form id=document>",
)
HEADLINES = tuple(f"{before}{fragment} {number}" for before in _BREAKS for number, fragment in enumerate(_FRAGMENTS))


def hostile_event() -> Event:
    """An event of one plain report, `art_1`, and one of each headline, by a publisher whose name is no better."""
    return make_event(make_member(make_article(), Role.ORIGINAL), *(_member(*one) for one in enumerate(HEADLINES)))


def _member(number: int, title: str) -> Member:
    article = make_article(f"hostile_{number}", f"Outlet {number}", title, minutes=1)
    named = replace(article, publisher=replace(article.publisher, name=title))
    return make_member(named, origin=f"org_{number + 2}")
