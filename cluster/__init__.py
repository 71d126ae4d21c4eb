"""Articles in, Events out: embed, find copies, place, describe."""
