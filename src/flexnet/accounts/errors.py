"""What accounts cannot do."""


class BadUserName(Exception):
    """The user name has no usable form; the text says which is."""


class UserNameTaken(Exception):
    """Somebody has this user name."""
