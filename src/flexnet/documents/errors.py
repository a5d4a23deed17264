"""What documents cannot do."""

from flexnet.documents.rules import CURES, Why


class BadDocument(Exception):
    """The file is not taken."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(CURES[why])


class AlreadyThere(Exception):
    """The same file is there for this site, quarter and kind."""


class AlreadyWithdrawn(Exception):
    """Somebody was quicker."""
