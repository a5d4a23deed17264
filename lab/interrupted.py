"""A download that breaks off and is taken up again: `python -m lab.interrupted URL CA`; in JSON what came."""

import hashlib
import http.client
import json
import ssl
import sys
from urllib.parse import urlsplit

_PIECE = 65_536


def main(url: str, ca: str) -> None:
    """A quarter, then the connection is cut, then the rest with Range and If-Range."""
    where, context = urlsplit(url), ssl.create_default_context(cafile=ca)

    def ask(**headers: str) -> tuple[http.client.HTTPSConnection, http.client.HTTPResponse]:
        line = http.client.HTTPSConnection(where.hostname or "", where.port, context=context, timeout=30)
        line.request(
            "GET", where.path, headers={name.replace("_", "-"): said for name, said in headers.items()}
        )
        return line, line.getresponse()

    line, answer = ask()
    size, etag = int(answer.headers["Content-Length"]), answer.headers["ETag"]
    begun = b"".join(answer.read(_PIECE) for _turn in range(size // 4 // _PIECE))
    answer.close()
    line.close()
    line, rest = ask(Range=f"bytes={len(begun)}-", If_Range=etag)
    whole = begun + rest.read()
    line.close()
    told = {"first": answer.status, "second": rest.status, "broke_off_at": len(begun), "size": size}
    print(json.dumps(told | {"sha256": hashlib.sha256(whole).hexdigest()}))


if __name__ == "__main__":
    main(*sys.argv[1:3])
