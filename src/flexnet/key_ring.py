"""The process's key ring, read once from its file."""

import functools

from flexnet import configuration
from flexnet.lib import sealed


@functools.cache
def current() -> sealed.KeyRing:
    """Raises sealed.BadKeyRing. After a rotation, `cache_clear` or a restart reads it anew."""
    return sealed.KeyRing.load(configuration.current().key_ring)
