"""What members cannot do."""


class AlreadyEntered(Exception):
    """A practice or a person with this number is there already."""


class NotEntered(Exception):
    """There is no practice or person with this number."""
