"""Webhooks: every change that somebody asks for, sent to an address of theirs, signed, in order and at least once."""
