"""What keys cannot do."""


class BadSeed(Exception):
    """The seed or its kind cannot be used; the text says why."""


class KeyExists(Exception):
    """A key with this serial number is there already."""
