"""What others may listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed a fact about people or practices, with `person`, `by` and `now`.
facts_changed = Signal()
