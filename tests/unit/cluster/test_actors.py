"""Names in a title are what its text writes with a capital too, and nowhere small."""

import pytest

from cluster.actors import title_actors

TEXT = (
    "On Monday the exchange Corvane met Ines Halloran in March. Halloran told the Tideway desk of a loss before the "
    "summer, while KVX and Corvane rose by 30 to 1,200. The Korean firm Hill & Vale Trust was there."
)


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Corvane’s Loss Delays Summer Listing", ("Corvane",)),
        ("New Chief Ines Halloran Leaves", ("Ines Halloran", "Halloran")),
        ("Tideway Desk Counts Corvane's Coins", ("Tideway", "Corvane")),
        ("KVX jumps in March as Bitcoin falls on Monday", ("KVX",)),
        ("Halloran and Marsh agree", ("Halloran",)),
        ("Korean Hill & Vale Trust Rises by 1,200", ("Hill & Vale Trust",)),
        ("Nobody is named here", ()),
    ],
    ids=["a possessive", "a person", "two firms", "capitals, an asset, a day", "not in the text", "an and", "none"],
)
def test_names_of_a_title_are_names_in_its_text(title: str, found: tuple[str, ...]) -> None:
    assert title_actors(title, TEXT) == found


def test_a_headline_that_the_text_repeats_confirms_nothing() -> None:
    title = "Bold Move Unveils Hidden Reserve"
    text = f"{title}. Read More: Bold Move Shakes Every Hidden Market Today. The desk said nothing."

    assert title_actors(title, text) == ()


def test_a_word_that_only_opens_sentences_is_no_name() -> None:
    assert title_actors("Traders Wait", "Traders wait for news. Traders hold.") == ()
    assert title_actors("Tideway Traders Wait", "Tideway Traders wait for news.") == ("Tideway Traders",)


def test_what_begins_with_an_asset_names_nobody() -> None:
    text = "Today Bitcoin Vault Trust opened a Vault for KVX."

    assert title_actors("Bitcoin Vault Trust opens for KVX", text) == ("KVX",)
