"""What goes wrong with letters and parcels."""


class AddressDoesNotFit(Exception):
    """The address is no address for an envelope's window; the text says why."""


class LetterDoesNotFit(Exception):
    """A letter needs more than one sheet."""


class NoSuchQueue(Exception):
    """No print queue has this name."""


class PrinterGone(Exception):
    """The printer did not take the letters, or not all of them; nobody knows what came out."""


class QueueBusy(Exception):
    """A batch at this printer is not settled yet."""


class WrongPaper(Exception):
    """This kind of letter is not printed on this queue; the text says why."""


class NothingChosen(Exception):
    """No letter was chosen, or none of those chosen can be printed; or too many."""


class NoSuchBatch(Exception):
    """There is no batch with this number, or not at this stage: it was printed or settled before."""


class NoSuchItem(Exception):
    """There is no letter with this number, or not at this stage; the text says which."""


class DoesNotBalance(Exception):
    """The numbered sheets do not add up; `expected` ought to lie on top, None: no sheet."""

    def __init__(self, expected: int | None) -> None:
        super().__init__(
            f"The sheet on top ought to be {expected if expected is not None else 'none at all'}."
        )
        self.expected = expected


class BadSheets(Exception):
    """Sheets cannot be entered or written off like this; the text says why."""
