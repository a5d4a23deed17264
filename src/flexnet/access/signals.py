"""What others may listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed a fact, with `facts` (by access), `by`, `reason` and `now`.
facts_changed = Signal()
