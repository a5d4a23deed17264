"""What members cannot do."""


class AlreadyEntered(Exception):
    """A practice, person or fact of this kind is there already."""


class NotEntered(Exception):
    """There is no practice, person or fact of this kind."""


class BadPeriod(Exception):
    """A last day before the first."""
