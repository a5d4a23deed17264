"""What access cannot do."""


class NoSuchTerms(Exception):
    """There is no such version of the terms."""


class NoSuchAccess(Exception):
    """There is no access with this user name."""


class AlreadyDeclared(Exception):
    """This person has declared to keep this version of the terms before."""


class KeyTaken(Exception):
    """The key belongs to an access, or the access has a key."""
