"""What goes wrong with mails."""


class NoSuchMail(Exception):
    """There is no mail with this number or tag."""


class NotNow(Exception):
    """The mail stands elsewhere by now: it waits, was sent, or was settled; the text says which."""


class BadText(Exception):
    """The text of a mail cannot be used; the text says which file, and what to mend."""
