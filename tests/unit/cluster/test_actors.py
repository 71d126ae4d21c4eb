"""Actors are names in running text."""

from cluster.actors import actors_in, in_title


def test_actors_are_names_and_neither_assets_nor_days() -> None:
    text = "On Monday the exchange Corvane met Jo Marsh in March. Then Bitcoin fell while Corvane’s desk closed."

    assert actors_in(text) == {"Corvane", "Jo Marsh"}


def test_of_the_names_in_a_text_its_title_has_some() -> None:
    text = "The regulator told Corvane and Jo Marsh of a loss before the IPO."

    found = in_title(("Corvane", "IPO", "Jo Marsh", "Loss", "Tideway"), "Corvane’s Loss Delays IPO of Tideways", text)

    assert found == ("Corvane",)
