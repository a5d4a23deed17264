"""Files of the member register, as a spreadsheet writes them."""

from datetime import date

HEADER = (
    "BSNR;Haupt-BSNR;Praxis;Art;Straße;Zusatz;PLZ;Ort;Telefon;Fax;E-Mail;LANR;Name;Rolle;Von;Bis;"
    "Tätigkeit von;Tätigkeit bis"
)
ANNA, BERND = "123456601", "765432201"
MAIN, SECOND, OTHER = "889999900", "859999900", "879999900"


def row(
    bsnr: str = MAIN,
    lanr: str = ANNA,
    *,
    main: str = "",
    practice: str = "Praxis Sonnenschein",
    kind: str = "BAG",
    street: str = "Breiter Weg 1",
    postcode: str = "39104",
    phone: str = "0391 1234",
    name: str = "Dr. Anna Beispiel",
    role: str = "Inhaberin",
    since: str = "01.01.2020",
    until: str = "",
    active: str = "01.01.2020",
    inactive: str = "",
) -> str:
    town = "Magdeburg" if street else ""
    cells = (bsnr, main, practice, kind, street, "", postcode, town, phone, "", "")
    return ";".join((*cells, lanr, name, role, since, until, active, inactive))


def file(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows, "")).encode("utf-8-sig")


def lanr(number: int) -> str:
    """The LANR with these first six digits."""
    weighted = sum(w * int(d) for w, d in zip((4, 9, 4, 9, 4, 9), f"{number:06}", strict=True))
    return f"{number:06}{-weighted % 10}01"


def crowd(count: int, *, since: date = date(2020, 1, 1)) -> bytes:
    """So many practices of one doctor each."""
    rows = (
        row(
            f"{85 + number % 4}{number:07}",
            lanr(100_000 + number),
            practice=f"Praxis {number}",
            name=f"Dr. {number}",
            since=since.isoformat(),
        )
        for number in range(count)
    )
    return file(*rows)
