"""The gazetteer of assets is whole: its size, its fields, and no two assets under one name."""

import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

GAZETTEER = tomllib.loads((Path(__file__).parents[2] / "cluster" / "assets.toml").read_text(encoding="utf-8"))
FIELDS = {"symbol", "name", "names", "capitalised", "tickers", "ambiguous", "ambiguous_names"}


def surfaces(asset: dict[str, Any]) -> set[str]:
    written = [*asset.get("names", ()), *asset.get("capitalised", ()), *asset.get("tickers", [asset["symbol"]])]
    return {one.lower() for one in written}


def test_there_are_three_hundred_assets_and_each_symbol_stands_once() -> None:
    symbols = Counter(asset["symbol"] for asset in GAZETTEER["asset"])

    assert len(GAZETTEER["asset"]) == 300
    assert [symbol for symbol, times in symbols.items() if times > 1] == []


def test_no_two_assets_are_found_by_the_same_words() -> None:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for asset in GAZETTEER["asset"]:
        for surface in surfaces(asset):
            owners[surface].append(asset["symbol"])

    assert {surface: owned for surface, owned in owners.items() if len(owned) > 1} == {}


def test_each_asset_has_known_fields_and_a_way_to_be_found() -> None:
    for asset in GAZETTEER["asset"]:
        assert set(asset) <= FIELDS, asset["symbol"]
        assert surfaces(asset), asset["symbol"]
        assert all(name == name.lower() for name in asset.get("names", ())), asset["symbol"]
