"""What access cannot do."""


class TermsExist(Exception):
    """This version of the terms is published already."""


class NoSuchTerms(Exception):
    """There is no such version of the terms."""


class BadTerms(Exception):
    """The terms cannot be published like this; the text says why."""


class NoSuchAccess(Exception):
    """There is no access with this user name."""


class NoSuchLock(Exception):
    """There is no lock with this number."""


class BadLock(Exception):
    """The lock cannot be reviewed or lifted like this; the text says why."""


class FourEyesNeeded(Exception):
    """A second person has to approve, and it cannot be the one who acts."""


class NoSuchRestriction(Exception):
    """There is no restriction with this number."""


class NoSuchBreach(Exception):
    """There is no open breach with this number."""


class BadBreach(Exception):
    """The breach cannot be decided or closed like this; the text says why."""


class BadNotice(Exception):
    """The notice cannot be given or withdrawn like this; the text says why."""


class NoSuchNotice(Exception):
    """There is no such notice, or it is withdrawn."""


class BadExemption(Exception):
    """The exception cannot be granted like this; the text says why."""


class NoSuchExemption(Exception):
    """There is no such exception, or it is revoked."""


class NoSuchService(Exception):
    """There is no service of this name."""


class ServiceExists(Exception):
    """There is a service of this name already."""


class BadService(Exception):
    """The service's name or rules cannot be used; the text says why."""


class AlreadyDeclared(Exception):
    """This person has declared to keep this version of the terms before."""


class AlreadyGranted(Exception):
    """The access may use this service already."""


class KeyTaken(Exception):
    """The key belongs to an access, or the access has a key."""


class KeyNotHeld(Exception):
    """The key belongs to no access."""
