"""The office's process."""

from flexnet.web import server


def run() -> None:
    """Until SIGTERM. Raises BadConfiguration, OSError."""
    server.serve("office")
