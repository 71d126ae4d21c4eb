"""The banner appears, changes and vanishes with its file."""

import os
from pathlib import Path

from api.banner import Banner


def test_no_file_means_real_news(tmp_path: Path) -> None:
    assert Banner(tmp_path / "banner.txt").text() is None


def test_the_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "banner.txt"
    banner = Banner(file)
    file.write_text("This is an invented day of news.\n")
    first = banner.text()
    file.write_text("Restart to go live.")
    os.utime(file, ns=(1, 1))

    assert (first, banner.text()) == ("This is an invented day of news.", "Restart to go live.")


def test_the_banner_vanishes_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "banner.txt"
    banner = Banner(file)
    file.write_text("Invented.")
    said = banner.text()
    file.unlink()

    assert (said, banner.text()) == ("Invented.", None)


def test_a_fixed_banner_needs_no_file(tmp_path: Path) -> None:
    assert Banner(tmp_path / "banner.txt", "Invented.").text() == "Invented."
