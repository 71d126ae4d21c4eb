"""The original is the print that others credit, else the earliest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cluster.originals import CREDITS, prints_of
from ingest.article import Article, Standing
from tests.builders import NOON, make_article, make_publisher

TEXT = "Vault operator Tamber admits that two of its five signers kept their keys on the same laptop."
LEDGERPOST = make_publisher("ledgerpost", home="https://news.ledgerpost.example")


def _print(id: str, publisher: str, minutes: int, **changed: object) -> Article:
    by = LEDGERPOST if publisher == "ledgerpost" else make_publisher(publisher)
    return make_article(id, by, published_at=NOON + timedelta(minutes=minutes), **({"text": TEXT} | changed))


def _copies(*articles: Article) -> dict[str, str | None]:
    return {one.article_id: one.copy_of for one in prints_of(articles)}


def test_the_earliest_published_is_the_original_whatever_the_order() -> None:
    first, second, third = (_print(id, id, minutes) for minutes, id in enumerate("abc"))

    assert _copies(third, first, second) == {"a": None, "b": "a", "c": "a"}


@pytest.mark.parametrize(
    "credit",
    [
        {"links": ("https://ledgerpost.example/tamber",)},
        {"text": f"{TEXT} This article was originally published by Ledgerpost and is used with permission."},
        {"text": f"{TEXT} First published on news.ledgerpost.example."},
        {"text": f"Republished with the kind permission of the Ledgerpost. {TEXT}"},
    ],
    ids=["a link", "a closing line", "a site's name", "an opening line"],
)
def test_a_print_that_is_credited_is_the_original_though_it_is_dated_later(credit: dict[str, object]) -> None:
    copy, original = _print("copy", "mirror", 0, **credit), _print("original", "ledgerpost", 9)

    (told, said) = prints_of([copy, original])

    assert _copies(copy, original) == {"copy": "original", "original": None}
    assert [one.code for one in told.because] == [CREDITS]
    assert told.because[0].text == "credits Ledgerpost with the text"
    assert said.because == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{TEXT} The Ledgerpost had asked for a comment.",
        f"{TEXT} This was first published by Coinherald. The Ledgerpost wrote of it too.",
        f"{TEXT} Originally published by Ledgerposters.",
    ],
    ids=["named", "another is credited", "a longer name"],
)
def test_a_publisher_that_is_merely_named_is_not_credited(text: str) -> None:
    assert _copies(_print("a", "mirror", 0, text=text), _print("b", "ledgerpost", 9)) == {"a": None, "b": "a"}


def test_two_that_credit_each_other_are_told_apart_by_their_dates() -> None:
    one = _print("one", "mirror", 0, links=("https://ledgerpost.example/a",))
    other = _print("other", "ledgerpost", 9, links=("https://mirror.example/a",))

    assert _copies(one, other) == {"one": None, "other": "one"}
    assert [print.because for print in prints_of([one, other])] == [(), ()]


def test_an_unrated_site_is_the_original_only_where_a_newsroom_credits_it() -> None:
    early = _print("early", "blog", 0)
    unrated = replace(early, publisher=replace(early.publisher, standing=Standing.UNRATED))
    mirror = replace(unrated, id="mirror", links=("https://blog.example/tamber",))
    crediting = _print("own", "harbor", 9, links=("https://blog.example/tamber",))

    assert _copies(unrated, _print("own", "harbor", 9)) == {"own": None, "early": "own"}
    assert _copies(unrated, mirror, _print("own", "harbor", 9)) == {"own": None, "early": "own", "mirror": "own"}
    assert _copies(unrated, crediting) == {"early": None, "own": "early"}
