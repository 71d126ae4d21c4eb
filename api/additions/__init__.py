"""Articles that editors add by their addresses: the asking, and how each request stands."""
