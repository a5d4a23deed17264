"""Reports keys as lost, one for each serial number on stdin: `bench.inside locking`, in the KV's own LAN."""

import json
import sys
import time
from datetime import UTC, datetime

from flexnet.access import locking
from flexnet.access.models import Access


def main() -> None:
    """Answers with a line of JSON: when (Unix time, s) it was begun, and how long (s) the act took."""
    Access.objects.first()  # whoever works here has a connection already
    for line in sys.stdin:
        at = time.time()
        locking.report_key_lost(
            serial=line.strip(), by="cli:bench", reason="Messung", now=datetime.fromtimestamp(at, UTC)
        )
        print(json.dumps({"at": at, "took": time.time() - at}), flush=True)
