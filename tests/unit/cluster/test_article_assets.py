"""What an article is about: the assets it names, and the one in its centre where there is one."""

import pytest

from cluster.article_assets import find_assets
from tests.builders import make_article

LONG = " Nobody on the floor expected it, and the desk had to be woken." * 6


def primary(title: str, text: str) -> str | None:
    return next((one.symbol for one in find_assets(make_article(title=title, text=text)) if one.primary), None)


def test_the_asset_of_the_title_is_primary_and_cites_the_article() -> None:
    article = make_article(title="Solana halts for an hour", text="Solana stood. Bitcoin rose. Bitcoin held.")
    first, *others = find_assets(article)

    assert (first.symbol, first.primary) == ("SOL", True)
    assert [(one.symbol, one.primary) for one in others] == [("BTC", False)]
    assert first.evidence[0].text in article.title


def test_an_asset_named_once_far_down_is_left_out() -> None:
    article = make_article(title="Solana halts for an hour", text="Validators restarted. " * 40 + "Litecoin was flat.")

    assert [found.symbol for found in find_assets(article)] == ["SOL"]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (
            "Dogecoin leads the rise while bitcoin nears a record",
            "Dogecoin rose 6 %. Bitcoin rose. Bitcoin led.",
            "DOGE",
        ),
        ("Bitcoin, Ethereum and XRP rise", "Bitcoin rose 2 %, Ethereum 3 % and XRP 4 %.", None),
        ("Bitcoin, Ethereum and XRP rise", "Bitcoin rose. Bitcoin held. Bitcoin led. Ethereum came after it.", "BTC"),
        ("Halden Bank opens trading in Bitcoin and Ethereum", "Clients may trade Bitcoin and Ethereum.", None),
        ("Miner doubles its fleet", "It mined 90 BTC. Bitcoin stood at its high. Bitcoin pays for it." + LONG, "BTC"),
        ("Country charges two men", "They had asked for Bitcoin." + LONG, None),
        ("Wallets of the exchange move", "USDT and USDC, USDT and USDC, USDT and USDC left." + LONG, None),
        ("Exchange for Bitcoin loses its licence", "The regulator spoke of its books." + LONG, None),
    ],
    ids=[
        "first of two",
        "a row of equals",
        "a row with one leader",
        "two equals",
        "not in the title, yet everywhere",
        "a passing word",
        "two equals in the text",
        "in the title alone",
    ],
)
def test_one_asset_is_primary_only_where_it_is_in_the_centre(title: str, text: str, expected: str | None) -> None:
    assert primary(title, text) == expected
