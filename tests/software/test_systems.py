"""What a browser lets on about its computer, against what a release needs (terms, § 4(2))."""

import pytest

from flexnet.software.systems import Support, System, support

_WINDOWS = "Mozilla/5.0 (Windows NT {}; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X {}) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15"
_LINUX = "Mozilla/5.0 (X11; Linux {}; rv:120.0) Gecko/20100101 Firefox/120.0"
_PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


@pytest.mark.parametrize(
    ("agent", "system", "minimum", "found"),
    [
        (_WINDOWS.format("10.0"), System.WINDOWS, "7", Support.SUPPORTED),
        (_WINDOWS.format("10.0"), System.WINDOWS, "10", Support.SUPPORTED),
        (_WINDOWS.format("10.0"), System.WINDOWS, "11", Support.UNKNOWN),  # 11 says the same
        (_WINDOWS.format("6.1"), System.WINDOWS, "7", Support.SUPPORTED),
        (_WINDOWS.format("6.1"), System.WINDOWS, "10", Support.TOO_OLD),
        (_WINDOWS.format("6.3"), System.WINDOWS, "8.1", Support.SUPPORTED),
        (_WINDOWS.format("5.1"), System.WINDOWS, "7", Support.TOO_OLD),
        (_MAC.format("10_15_7"), System.MACOS, "13", Support.UNKNOWN),
        (_MAC.format("10_15_7"), System.MACOS, "10.8", Support.SUPPORTED),
        (_MAC.format("10.7"), System.MACOS, "10.8", Support.TOO_OLD),
        (_LINUX.format("x86_64"), System.LINUX, "3.2", Support.UNKNOWN),  # no browser tells the kernel
        (_LINUX.format("i686"), System.LINUX, "3.2", Support.NOT_64_BIT),
        (_LINUX.format("x86_64"), System.WINDOWS, "7", Support.OTHER_SYSTEM),
        (_PHONE, System.MACOS, "10.8", Support.NO_COMPUTER),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile", System.LINUX, "3.2", Support.NO_COMPUTER),
        ("curl/8.0", System.LINUX, "3.2", Support.UNKNOWN),
        ("", System.WINDOWS, "7", Support.UNKNOWN),
    ],
)
def test_a_hint_and_no_more(agent: str, system: System, minimum: str, found: Support) -> None:
    assert support(agent, system=system, minimum=minimum) is found
