"""What accounts cannot do."""


class BadUserName(Exception):
    """The user name has no usable form; the text says which is."""


class UserNameTaken(Exception):
    """Somebody has this user name."""


class NoSuchStaff(Exception):
    """Nobody of this user name works here."""


class StaffEnded(Exception):
    """They do not work here any more: nothing about them is changed."""


class LastAdministrator(Exception):
    """Nobody would be left who manages staff."""


class NotEnrolling(Exception):
    """The enrolment code was used up, ran out, or another one was issued."""


class FactorTaken(Exception):
    """This security key is registered already."""


class BadFactor(Exception):
    """What the authenticator sent does not fit what it was asked."""


class LastFactor(Exception):
    """The last second factor is not taken away: nobody signs in without."""


class NotDecidable(Exception):
    """The wish cannot be decided by this person, or not any more; `why` says which."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class AlreadySubmitted(Exception):
    """This very form was sent before, and took effect."""
