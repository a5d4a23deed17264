"""The command `flexnet-gateway`."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import logging
import sys
from pathlib import Path

from flexnet_gateway import agent, checks, rendering
from flexnet_gateway.configuration import BadConfiguration
from flexnet_gateway.errors import KernelRefused
from flexnet_gateway.layout import Layout


def main() -> None:
    """Exit status: 0 done, 1 a check failed or the agent could not go on, 2 the configuration is wrong."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stderr)
    try:
        sys.exit(arguments.command(arguments))
    except BadConfiguration as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    except (OSError, KernelRefused) as error:
        print(f"flexnet-gateway: {error}", file=sys.stderr)
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="flexnet-gateway", description=__doc__)
    commands = parser.add_subparsers(required=True)
    configure = commands.add_parser("configure", help="make ocserv's, radcli's and nftables' files")
    configure.add_argument("--file", type=Path, required=True, help="gateway.toml")
    configure.add_argument("--into", type=Path, required=True, help="the gateway's folder")
    configure.set_defaults(command=_configure)
    run = commands.add_parser("run", help="the agent, in the foreground")
    run.add_argument("--dir", type=Path, required=True, help="the folder that configure filled")
    run.set_defaults(command=_run)
    check = commands.add_parser("check", help="is everything in its place?")
    check.add_argument("--dir", type=Path, required=True, help="the folder that configure filled")
    check.add_argument("--json", action="store_true", help="one last line of JSON")
    check.set_defaults(command=_check)
    return parser


def _configure(arguments: argparse.Namespace) -> int:
    for path in rendering.configure(arguments.file, arguments.into):
        print(path)
    return 0


def _run(arguments: argparse.Namespace) -> int:
    asyncio.run(agent.Agent(Layout(arguments.dir.resolve())).run())
    return 0


def _check(arguments: argparse.Namespace) -> int:
    found = asyncio.run(checks.findings(Layout(arguments.dir.resolve())))
    for one in found:
        print(f"{'ok  ' if one.is_good else 'BAD '} {one.name}{': ' if one.cure else ''}{one.cure}")
    is_good = all(one.is_good for one in found)
    if arguments.json:
        print(json.dumps({"ok": is_good, "checks": [dataclasses.asdict(one) for one in found]}))
    return 0 if is_good else 1


if __name__ == "__main__":
    main()
