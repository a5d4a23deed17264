"""What billing cannot do."""


class StoreFull(Exception):
    """The store has no room for the file; nothing of it was kept."""


class NoSuchDelivery(Exception):
    """The delivery is not there any more: somebody took it back meanwhile."""


class StoreDamaged(Exception):
    """A file that has a row is missing from the store, or is not as long as its row says."""


class NoSuchPackage(Exception):
    """There is no package of this number."""


class WrongCheckSum(Exception):
    """Somebody acknowledged a package and named another check sum: they do not have what was laid out."""


class NoDrop(Exception):
    """No folder is configured from which the billing department fetches."""
