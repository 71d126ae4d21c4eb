"""`secondsource publishers`: the feeds we poll, a file for each thing that can be done with them."""
