"""A page's own word on being read: paid for, reserved, or a wall in the article's place."""

import json
from collections.abc import Mapping

import pytest

from ingest.entry import Page
from ingest.page_signs import reserves
from ingest.pages import read_page
from tests.unit.ingest.test_pages import PARAGRAPHS, URL, page

BRIEF = f"<article><h1>Corvane halts</h1><p>{PARAGRAPHS[0]}</p></article>"
LEGAL = "They store and read what your browser tells of you, to measure and to choose what is shown. " * 8


def shown(body: str, title: str = "Ledgerpost", head: str = "") -> Page:
    return read_page(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode(), URL)


def test_an_ordinary_page_has_no_signs() -> None:
    read = read_page(page(after="<p>Already a subscriber? Sign in. We use cookies.</p>"), URL)

    assert (read.is_paid, read.is_reserved, read.is_wall) == (False, False, False)


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>',
        '<script type="application/ld+json">[{"isAccessibleForFree":"False"}]</script>',
        '<meta itemprop="isAccessibleForFree" content="false">',
        '<meta property="article:content_tier" content="locked">',
    ],
)
def test_a_page_that_is_not_free_is_paid(head: str) -> None:
    assert read_page(page(head), URL).is_paid


@pytest.mark.parametrize("line", ["Subscribe to continue reading.", "This article is for subscribers."])
def test_few_words_and_a_request_to_subscribe_are_a_paid_page(line: str) -> None:
    read = shown(f"{BRIEF}<p>{line}</p>")

    assert read.is_paid
    assert "ubscri" not in read.text


def of_parts(selector: object, text: str = "") -> Page:
    """A page of four paragraphs, the last two of them named as paid for."""
    said = {
        "isAccessibleForFree": False,
        "articleBody": text,
        "hasPart": {"isAccessibleForFree": "False", "cssSelector": selector},
    }
    head = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    free, paid = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS[:2]), PARAGRAPHS[2:]
    hidden = f'<div class="text paid"><p>{paid[0]}</p></div><div id="more"><p class="paid">{paid[1]}</p></div>'
    return shown(f'<article class="body">{"".join(free)}{hidden}</article>', head=head)


@pytest.mark.parametrize(
    "selector",
    [
        ".paid, #more",
        [".paid", "#more"],
        ".body .paid",
        ".body > div.text.paid, #more > p.paid",
        "article[data-a] .paid",
        "DIV#more,, div.paid",
    ],
)
def test_the_part_that_is_paid_for_is_not_read(selector: object) -> None:
    read = of_parts(selector, "\n".join(PARAGRAPHS))

    assert read.is_paid
    assert read.text == "\n".join(PARAGRAPHS[:2])


@pytest.mark.parametrize("selector", [".nobody", "p.text", "p#more", "", None])
def test_a_selector_that_names_nothing_takes_nothing_away(selector: object) -> None:
    assert of_parts(selector).text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "selector",
    ["*", "body > p", "'] | //*['", ".paid:not(p)", "p:not(.free)", "[data-paid]", "[a=',.paid,']", 7, ".a," * 25],
)
def test_of_a_page_that_names_what_is_paid_for_in_another_way_no_text_is_read(selector: object) -> None:
    read = of_parts(selector, "\n".join(PARAGRAPHS))

    assert (read.is_paid, read.is_wall, read.text) == (True, False, "")


def test_of_a_page_whose_word_on_what_is_paid_for_cannot_be_read_no_text_is() -> None:
    said = '{"isAccessibleForFree": false, "cssSelector": ".paid",}'

    assert read_page(page(f'<script type="application/ld+json">{said}</script>'), URL).text == ""


def test_what_is_not_free_is_not_read_from_linked_data_either() -> None:
    said = json.dumps({"isAccessibleForFree": False, "articleBody": " ".join(PARAGRAPHS * 2)})

    assert shown("", head=f'<script type="application/ld+json">{said}</script>').text == ""


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="robots" content="NOINDEX, nofollow">',
        '<meta name="robots" content="index,noarchive">',
        '<meta name="robots" content="none">',
        '<meta name="SecondSource" content="noarchive">',
        '<meta name="tdm-reservation" content="1">',
        '<link rel="license" type="application/rsl+xml" href="https://ledgerpost.com/license.xml">',
        '<script type="application/rsl+xml"><rsl xmlns="https://rslstandard.org/rsl"></rsl></script>',
    ],
)
def test_a_page_reserves_its_text(head: str) -> None:
    assert read_page(page(head), URL).is_reserved


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="robots" content="index, follow, max-snippet:-1">',
        '<meta name="googlebot" content="noarchive">',
        '<meta name="tdm-reservation" content="0">',
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">',
    ],
)
def test_what_reserves_nothing(head: str) -> None:
    assert not read_page(page(head), URL).is_reserved


@pytest.mark.parametrize(
    ("headers", "is_reserved"),
    [
        ({}, False),
        ({"x-robots-tag": "noindex"}, True),
        ({"x-robots-tag": "nofollow, NoArchive"}, True),
        ({"x-robots-tag": "max-snippet: 20, noarchive"}, True),
        ({"x-robots-tag": "googlebot: noindex, noarchive"}, False),
        ({"x-robots-tag": "googlebot: nofollow, secondsource: noindex"}, True),
        ({"x-robots-tag": "unavailable_after: 25 Jun 2026 15:00:00 GMT"}, False),
        ({"x-robots-tag": "googlebot: nofollow\nnoarchive"}, True),
        ({"x-robots-tag": "noarchive\ngooglebot: nofollow"}, True),
        ({"x-robots-tag": "googlebot: nofollow\nbingbot: noarchive"}, False),
        ({"tdm-reservation": "1"}, True),
        ({"tdm-reservation": "1\n1"}, True),
        ({"tdm-reservation": "0"}, False),
        ({"link": '</a.css>; rel=preload, </rsl.xml>; rel="license"; type="application/rsl+xml"'}, True),
        ({"link": '</rsl.xml>; rel="license"; type="application/rsl+xml"\n</wp-json>; rel="x"'}, True),
        ({"link": '</cc>; rel="license"'}, False),
        ({"link": '</cc>; rel="license"\n</a>; type="application/rsl+xml"'}, False),
    ],
)
def test_an_answers_headers_reserve_what_it_brings(headers: Mapping[str, str], is_reserved: bool) -> None:
    assert reserves(headers) is is_reserved


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Just a moment...", "<p>ledgerpost.com needs to review the security of your connection.</p>"),
        ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>"),
        ("Access Denied", "<p>You don't have permission to access this page on this server. Reference #18.</p>"),
        ("ledgerpost.com", "<p>Please verify you are a human by pressing the button until it turns green.</p>"),
        ("Ledgerpost", '<div id="px-captcha"></div><p>Press &amp; hold to confirm.</p>'),
        ("Pardon Our Interruption", "<p>Something about your browser made us think you were a bot.</p>"),
        ("Before you continue to Ledgerpost", f"<p>{LEGAL}</p>"),
        ("Ledgerpost", f"<article><p>We value your privacy. We and our 842 partners: {LEGAL}</p></article>"),
        ("Ledgerpost", f"<article><p>Accept all cookies to continue. {LEGAL}</p></article>"),
        ("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"),
        ("", '<script src="https://ct.captcha-delivery.com/c.js"></script><p>Please enable JS and disable any ad '
         "blocker</p>"),
    ],
)  # fmt: skip
def test_a_check_or_a_consent_page_is_a_wall(title: str, body: str) -> None:
    assert shown(body, title).is_wall


@pytest.mark.parametrize("title", ["Access denied", "Just a moment", "Are you human", "Your privacy"])
def test_an_article_that_is_called_like_a_wall_is_none(title: str) -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 5)

    assert not shown(f"<article><h1>{title}</h1>{text}</article>", title).is_wall


def test_a_short_report_about_a_block_is_no_wall() -> None:
    assert not shown(BRIEF, "Access denied: court bars Corvane from its wallets").is_wall
