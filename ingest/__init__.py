"""Publishers' feeds in, Articles out: poll, fetch, read, extract, clean, store."""
