"""SecondSource's whole service under random faults: `python -m tests.faults`, see `--help`."""

import os
import random
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from tests.faults.checking import in_all, told
from tests.faults.disturbed import LEASE, SWEEP
from tests.faults.news import Corpus, corpus_folder, corpus_of, demo_day, newswire
from tests.faults.running import Ended, run
from tests.faults.servers import KINDS
from tests.faults.serving import models

ARTICLES, LONGEST_SECONDS = 2000, 600.0
# Of the time, so that no stage is without work long before the end. The busiest publisher's host gives a page a second.
NEWS_SHARE = 0.6
F1_MAY_DIFFER = 0.01


@click.command()
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Database and broker; both unless given."
)
@click.option("--without", type=click.Choice([SWEEP, LEASE]), help="Switch this off: it has to fail then.")
@click.option("--seed", type=int, help="Of what is done to whom.")
def main(kinds: tuple[str, ...], without: str | None, seed: int | None) -> None:
    """Run the whole service under random faults and check everything afterwards.

    FAULTS_SECONDS (600) is how long each kind of database and broker is disturbed. With SECONDSOURCE_CORPUS there are
    2,000 real articles, in a shorter time fewer, and a run before that nothing disturbs; without it, the bundled day of
    news. The last line counts what was lost, placed twice or otherwise wrong; exit status 1 if anything was.
    """
    seconds = float(os.environ.get("FAULTS_SECONDS", LONGEST_SECONDS))
    seed = random.randrange(1_000_000) if seed is None else seed
    folder = corpus_folder()
    corpus = corpus_of(folder, round(ARTICLES * min(1.0, seconds / LONGEST_SECONDS))) if folder else None
    _say(f"{seconds:.0f} s of faults for each of {', '.join(kinds or KINDS)}; seed {seed}")
    quiet = _run("sqlite", corpus, seconds, None, None, None) if corpus and not without else None
    disturbed = [_run(kind, corpus, seconds, random.Random(seed), without, quiet) for kind in kinds or KINDS]
    total = in_all([one.verdict for one in (quiet, *disturbed) if one])
    click.echo(total)
    sys.exit(0 if total.is_good else 1)


def _run(
    kind: str,
    corpus: Corpus | None,
    seconds: float,
    chance: random.Random | None,
    without: str | None,
    quiet: Ended | None,
) -> Ended:
    """One run in a folder of its own, which stays where anything was wrong; `quiet` is one that nothing disturbed."""
    name = kind if chance else f"{kind}, undisturbed"
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    _say(f"{name}: in {folder}")
    with newswire(corpus, folder, NEWS_SHARE * seconds) if corpus else demo_day() as news:
        ended = run(kind, news, folder, models(), seconds, chance, lambda text: _say(f"{name}: {text}"), without)
    ended = _beside(ended, quiet)
    for line in told(ended.verdict):
        _say(f"{name}: {line}")
    if ended.verdict.is_good:
        shutil.rmtree(folder)
    else:
        _say(f"{name}: database and logs are in {folder}")
    f1_multi = "" if ended.f1_multi is None else f", f1_multi {ended.f1_multi:.3f}"
    _say(f"{name}: {ended.verdict}; {ended.events} events{f1_multi}")
    return ended


def _beside(ended: Ended, quiet: Ended | None) -> Ended:
    """A run, judged too by whether it tells events apart as well as one without faults."""
    if quiet is None or quiet.f1_multi is None or ended.f1_multi is None:
        return ended
    if abs(ended.f1_multi - quiet.f1_multi) <= F1_MAY_DIFFER:
        return ended
    line = f"f1_multi is {ended.f1_multi:.3f}, and {quiet.f1_multi:.3f} undisturbed"
    return replace(ended, verdict=replace(ended.verdict, violations=(*ended.verdict.violations, line)))


def _say(text: str) -> None:
    click.echo(f"{datetime.now():%H:%M:%S} {text}")


if __name__ == "__main__":
    main()
