"""`secondsource articles`: what can be done with what was read."""
