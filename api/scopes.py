"""What a key may be for."""

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a key allows; a key has one or more."""

    READ = "read"  # what everybody may read, more often
    WEBHOOKS = "webhooks"
    METRICS = "metrics"
    EDITOR = "editor"  # what editors do at the desk; recorded under the key's name


SCOPE_WORDS = {
    Scope.READ: "What everybody may read, more often",
    Scope.WEBHOOKS: "Webhooks of its own",
    Scope.METRICS: "/metrics, for Prometheus",
    Scope.EDITOR: "What editors do, under the key’s name",
}
