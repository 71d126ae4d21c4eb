"""Words that are an asset's in one sentence and anything else in the next."""

import pytest

from cluster.article_assets import find_assets
from cluster.assets import mentions
from tests.builders import make_article


def symbols(text: str) -> list[str]:
    return [mention.asset.symbol for mention in mentions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "A court weighs who owns the intellectual property (IP) of the game, a story of three firms",
        "Gas fees fall while the move to cheaper rollups goes on; NOT A HOT TAKE, BUT A SAFE MOVE",
        "A simple agreement for future equity (SAFE) funded Corvane",
        "The MOVE index, which measures the swings of bonds (MOVE), rose",
        "A swing failure pattern (SFP) and a new ATH in sight: the last ATH price was lower",
        "Smart glasses for augmented reality (AR), and artificial intelligence (AI) in them",
        "A zero-knowledge (ZK) proof hides the sum; ZK proofs are small",
        "The S&P 500 (SPX) and DoorDash (DASH) closed lower",
        "The Department of Government Efficiency (DOGE) lets staff go",
        "Kiosks take Romanian lei (RON), Polish zloty (PLN) and euros",
        "The developer Shytoshi Kusama posts about a paper",
        "At 09:00 JST the sun rose over the core team, a kite and a walrus",
        "Sky News and the Sky channel show the trial of a man called Lighter",
        "Compound interest, a yield curve and a maker of chips",
        "The sonic boom shook the mantle clock; aster flowers bloom by the plasma lab",
        "A terra firma for banks, and an aztec mask of gold",
        "Base, the network of Coinbase, has no token",
        "Strategy sells more preferred shares (STRK) and (STRF)",
        "HTX lists three pairs; HTX waives fees",
        "President Trump meets miners; TRUMP SIGNS A BILL ON COINS",
        "Corvane pays USDs 40 for each call to TEL 555 0101",
        "The chain calls its coin useless, a stable and drift of dogs and cows",
        "GLM-5 beats other language models",
        "Wallets gain a Universal Money Address (UMA); the BUIDL Asia meeting of 2026 BUIDL Asia",
        "A court in Hong Kong reads MyEtherWallet (MEW) its rights",
    ],
)
def test_words_that_only_look_like_an_asset_are_none(text: str) -> None:
    assert symbols(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ripple buys a broker in Lisbon",
        "Tether takes a stake in a football club",
        "A fund bought into World Liberty Financial, the family's company",
        "Nexo and KuCoin apply for licences, WhiteBIT and SwissBorg too",
    ],
)
def test_a_firm_is_not_its_token(text: str) -> None:
    assert symbols(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ripple pays its staff in XRP", ["XRP", "XRP"]),
        ("Tether (USDT) and Tether's USDt trade below a dollar", ["USDT"] * 4),
        ("World Liberty Financial unlocks WLFI", ["WLFI", "WLFI"]),
        ("Tether Gold (XAUT) and PAX Gold (PAXG) follow bullion", ["XAUT", "XAUT", "PAXG", "PAXG"]),
        ("Tether Gold gains a XAUt0 on another chain", ["XAUT", "XAUT"]),
        ("Story (IP) leads; $IP adds a tenth", ["IP", "IP"]),
        ("Movement (MOVE) and the MOVE token slide", ["MOVE", "MOVE"]),
        ("Sky Protocol renames its coin; SKY is up", ["SKY", "SKY"]),
        ("Sonic (S), once Fantom, grows as Sonic pays builders", ["S", "S", "S"]),
        ("Mantle (MNT) opens a bank and Mantle's cards ship", ["MNT"] * 3),
        ("Plasma sells XPL", ["XPL", "XPL"]),
        ("Terra (LUNA) fell in 2022, then Terra Classic (LUNC)", ["LUNA", "LUNC", "LUNC"]),
        ("Lighter (LIT) pays traders", ["LIT"]),
        ("The Walrus token and the Ronin network", ["WAL", "RON"]),
        ("Bitcoin SV and Bitcoin part ways", ["BSV", "BTC"]),
        ("Lido's stETH, wstETH and mETH, but not METH", ["LDO", "STETH", "WSTETH", "METH"]),
        ("Ether.fi stakes ether", ["ETHFI", "ETH"]),
        ("The Trump memecoin and $MELANIA sink", ["TRUMP", "MELANIA"]),
        ("Baby Doge Coin is no Dogecoin", ["BABYDOGE", "DOGE"]),
        ("Convex Finance (CVX) rises, Chevron (CVX) falls", ["CVX", "CVX"]),
        ("BlackRock's BUIDL fund takes 20,000 BUIDL", ["BUIDL", "BUIDL"]),
        ("ZKsync pays in ZK tokens", ["ZK", "ZK"]),
        ("Starknet lets holders stake STRK tokens", ["STRK", "STRK"]),
        ("Vaulta was EOS", ["EOS", "EOS"]),
    ],
)
def test_the_same_words_are_assets_where_they_are_meant(text: str, expected: list[str]) -> None:
    assert symbols(text) == expected


def test_what_a_firm_does_with_another_asset_is_about_that_asset() -> None:
    article = make_article(title="Tether moves 400 BTC to its mining arm", text="Tether moved bitcoin on Monday.")

    assert [(found.symbol, found.primary) for found in find_assets(article)] == [("BTC", True)]
