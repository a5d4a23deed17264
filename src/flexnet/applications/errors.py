"""What applications cannot do."""


class NoSuchApplication(Exception):
    """There is no application with this number."""
