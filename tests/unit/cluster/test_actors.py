"""Actors are names in running text."""

from cluster.actors import actors_in


def test_actors_are_names_and_neither_assets_nor_days() -> None:
    text = "On Monday the exchange Corvane met Jo Marsh in March. Then Bitcoin fell while Corvane’s desk closed."

    assert actors_in(text) == {"Corvane", "Jo Marsh"}
