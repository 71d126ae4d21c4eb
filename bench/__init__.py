"""How fast it is, as ratios within one run: what a number of seconds says changes with the machine."""
