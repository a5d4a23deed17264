"""How many sign-ins were refused, by reason, as the audit trail has it: `bench.inside refusals`."""

import json
from collections import Counter

from flexnet.audit.models import Event, Tally


def main() -> None:
    """Prints one line of JSON; counts of the running minute are tallies, older ones entries."""
    counts: Counter[str] = Counter()
    for reason, count in Tally.objects.values_list("reason", "count"):
        counts[reason] += count
    for data in Event.objects.filter(kind="sign_in.refused").values_list("data", flat=True):
        told = json.loads(data)
        counts[told["reason"]] += told["count"]
    print(json.dumps(counts))
