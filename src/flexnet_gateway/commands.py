"""Other programs, run without a shell and never waited for in vain."""

from __future__ import annotations

import asyncio


class Failed(Exception):
    """The program was not there, took too long or ended with an error; the message says which."""


async def run(*arguments: str, given: str = "", seconds: float = 5.0) -> str:
    """What the program printed; raises Failed."""
    pipe = asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as error:
        raise Failed(f"{arguments[0]}: {error}") from error
    try:
        async with asyncio.timeout(seconds):
            printed, complaint = await child.communicate(given.encode())
    except TimeoutError:
        child.kill()
        await child.wait()
        raise Failed(f"{arguments[0]} did not end within {seconds} s") from None
    if child.returncode:
        raise Failed(f"{' '.join(arguments)}: {complaint.decode(errors='replace').strip()}")
    return printed.decode(errors="replace")
