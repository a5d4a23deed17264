"""What keys cannot do."""


class BadKey(Exception):
    """The key's serial number, seed or kind cannot be used; the text says why."""


class NoSuchKey(Exception):
    """There is no key with this serial number."""


class KeyExists(Exception):
    """A key with this serial number is there already."""


class WrongPlace(Exception):
    """From where the key is it does not go there; the text says where it is."""


class MovedMeanwhile(Exception):
    """Somebody else moved the key just now."""


class SeedTaken(Exception):
    """A new seed is given only to a key that came back, and never the one that it had."""


class NotBeingProgrammed(Exception):
    """Nobody is programming this key now: it is done, given up, or begun anew by somebody else."""


class SealUsed(Exception):
    """The number of a bag's seal cannot be used, or closes another bag."""


class NoKeyPluggedIn(Exception):
    """Not exactly one YubiKey is plugged in, or it cannot be reached; the text says what to do."""


class KeyRefused(Exception):
    """The YubiKey did not take what should be written; the text says why, as far as anybody knows."""


class NotNow(Exception):
    """Somebody has decided about this file of keys already."""
