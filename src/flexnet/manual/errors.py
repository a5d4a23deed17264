"""What can be wrong with the manual's own files."""


class BadManual(Exception):
    """A chapter or a picture cannot be used; the text names the file, what is wrong, and the cure."""
