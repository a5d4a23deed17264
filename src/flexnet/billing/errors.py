"""What billing cannot do."""

from flexnet.billing.findings import Finding
from flexnet.billing.reply_rules import CURES, Why


class StoreFull(Exception):
    """The store has no room for the file; nothing of it was kept."""


class NoSuchDelivery(Exception):
    """The delivery is not there any more: somebody took it back meanwhile."""


class StoreDamaged(Exception):
    """A file that has a row is missing from the store, or is not as long as its row says."""


class NoSuchPackage(Exception):
    """There is no package of this number."""


class WrongCheckSum(Exception):
    """Somebody acknowledged a package and named another check sum: they do not have what was laid out."""


class NoDrop(Exception):
    """No folder is configured from which the billing department fetches."""


class NoSuchUpload(Exception):
    """The upload is not there: it ran out, was removed, was ended, or is somebody else's."""


class WrongOffset(Exception):
    """The upload stands somewhere else than whoever sends believes."""


class BytesRefused(Exception):
    """Bytes that are not the announced ones; nothing of them counts."""

    def __init__(self, why: str, *, is_checksum: bool = False) -> None:
        super().__init__(why)
        self.is_checksum = is_checksum


class NotTaken(Exception):
    """The file cannot be taken, and it can be said before it is there."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class NumberTaken(Exception):
    """A program used the same number for another file."""


class Stopped(Exception):
    """The worker ends; what it was at is done again."""


class BadReply(Exception):
    """The file is not taken as a reply."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(CURES[why])


class NotSubmitted(Exception):
    """Nobody has handed the delivery in."""


class AlreadyReplied(Exception):
    """The same reply is there for this delivery."""


class AlreadyWithdrawn(Exception):
    """Somebody was quicker."""


class NoWindow(Exception):
    """The KV has named no days for a quarter."""


class NoLonger(Exception):
    """What was to be an extension is none."""


class Revoked(Exception):
    """Somebody was quicker."""
