"""Check digits for numbers that people read out over the telephone."""


def mod_11_10(digits: str) -> int:
    """ISO 7064, MOD 11,10: notices any one wrong digit, and nearly all of two that changed places."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10
