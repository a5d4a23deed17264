"""What goes wrong with letters and parcels."""


class AddressDoesNotFit(Exception):
    """The address is no address for an envelope's window; the text says why."""


class LetterDoesNotFit(Exception):
    """A letter needs more than one sheet."""
