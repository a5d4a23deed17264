"""Runs a part that lives inside the server: `python -m bench.inside PART WORD…`, with FLEXNET_CONFIG."""

import importlib
import sys

import django

if __name__ == "__main__":
    django.setup()
    importlib.import_module(f"bench.{sys.argv[1]}").main(*sys.argv[2:])
