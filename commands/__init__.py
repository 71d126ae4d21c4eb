"""What the `secondsource` commands do, each in a file of its own; cli.py only reads their options."""
