"""`python -m flexnet.cli` is `flexnet`."""

from flexnet.cli import main

main()
