"""The portal's process."""

from datetime import UTC, datetime

from flexnet.billing import actions as billing
from flexnet.web import server


def run() -> None:
    """Until SIGTERM. Raises BadConfiguration, OSError."""
    billing.clear_interrupted(now=datetime.now(UTC))
    server.serve("portal")
