"""Runs a part that lives inside the server: `python -m bench.inside PART WORD…`, with FLEXNET_CONFIG."""

import importlib
import os
import sys

import django

from flexnet.web import sites

_SITES = {"pages": "office"}  # whose addresses and middleware a part needs

if __name__ == "__main__":
    os.environ[sites.VARIABLE] = _SITES.get(sys.argv[1], "portal")
    django.setup()
    importlib.import_module(f"bench.{sys.argv[1]}").main(*sys.argv[2:])
