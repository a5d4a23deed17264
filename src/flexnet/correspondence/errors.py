"""What correspondence cannot do."""


class BadMessage(Exception):
    """A message without text, or with a file that is not taken: the page that sent it did not look."""


class TooManyWaiting(Exception):
    """So many of their messages wait for an answer that one more is not taken."""
