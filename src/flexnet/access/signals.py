"""What others may listen to."""

from django.dispatch import Signal

# Sent inside the transaction that changed a fact, with `facts` (by access), `by`, `reason`, `now` and
# `act`, the name of the act that ends something; a receiver answers how many browsers it signed out.
facts_changed = Signal()
