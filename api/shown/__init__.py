"""Where events are shown: counted as they are, and told to editors."""
