"""What goes wrong with client software."""


class BadRelease(Exception):
    """These files cannot be published like this; the text says why."""


class NoSuchRelease(Exception):
    """There is no release with this number, or it is withdrawn already."""


class StoreFull(Exception):
    """The disk has no room for the release."""


class NoSuchRequest(Exception):
    """There is no request with this number that waits for an answer."""


class BadRequest(Exception):
    """The request cannot be answered like this; the text says why."""


class NoEmail(BadRequest):
    """The practice has no registered e-mail address."""


class NothingToSend(BadRequest):
    """There is no release for this system."""


class MailboxAway(Exception):
    """The mailbox does not answer, or does not let us in; the text says which."""
