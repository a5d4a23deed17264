"""What billing cannot do."""


class StoreFull(Exception):
    """The store has no room for the file; nothing of it was kept."""


class NoSuchDelivery(Exception):
    """The delivery is not there any more: somebody took it back meanwhile."""


class StoreDamaged(Exception):
    """A file that has a row is missing from the store, or is not as long as its row says."""
