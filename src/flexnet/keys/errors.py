"""What keys cannot do."""


class BadKey(Exception):
    """The key's serial number, seed or kind cannot be used; the text says why."""


class NoSuchKey(Exception):
    """There is no key with this serial number."""


class KeyExists(Exception):
    """A key with this serial number is there already."""
