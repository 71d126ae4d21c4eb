"""A release is known by its wire, its dateline or its press contact."""

from cluster.press_releases import is_press_release, wire_name


def test_the_wire_is_named_as_the_text_spells_it() -> None:
    assert wire_name("TALLINN, March 4, 2026 (GLOBE NEWSWIRE) -- Quillon today opened.") == "GLOBE NEWSWIRE"
    assert wire_name("Quillon opened an office.") is None


def test_news_that_mentions_a_release_in_passing_is_none() -> None:
    assert not is_press_release("Quillon said in a press release that it had opened an office. " * 30)
