"""The body of a response, unpacked here and not in the HTTP client, so that a small body that
unpacks to a huge one is noticed before it is in memory. Imports only `graph.errors`.
"""

import zlib
from collections.abc import Iterable

from graph.errors import FetchFailed

_GZIP = 16 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


def read_body(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """All bytes of a body in the given Content-Encoding; FetchFailed above `limit` unpacked."""
    names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
    names = [name for name in names if name != "identity"]
    if not names:
        return _bounded(chunks, limit)
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise FetchFailed(f"a body packed as {encoding[:40]!r}, which was not asked for")
    return _bounded(unpacked(chunks, limit, names[0] == "deflate"), limit)


def gunzip(data: bytes, limit: int) -> bytes:
    """Unpack a file of gzip; FetchFailed if it is damaged or unpacks to more than `limit`."""
    return _bounded(unpacked([data], limit), limit)


def unpacked(chunks: Iterable[bytes], limit: int, deflate: bool = False) -> Iterable[bytes]:
    """Unpack in pieces of `limit` + 1 bytes at most; gzip may consist of several members."""
    engine = None
    ended = True
    for chunk in chunks:
        while chunk:
            if engine is None:
                zlib_header = chunk[0] & 0x0F == 8
                engine = zlib.decompressobj(
                    (zlib.MAX_WBITS if zlib_header else _RAW) if deflate else _GZIP
                )
            try:
                yield engine.decompress(chunk, limit + 1)
            except zlib.error as error:
                raise FetchFailed(f"a damaged {'deflate' if deflate else 'gzip'} body") from error
            ended = engine.eof
            chunk = engine.unconsumed_tail
            if engine.eof:
                chunk, engine = engine.unused_data.lstrip(b"\0"), None
    if not ended:
        raise FetchFailed("a packed body that breaks off", passing=True)


def _bounded(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise FetchFailed(too_large(limit))
    return bytes(body)


def too_large(limit: int) -> str:
    return f"larger than {limit / 1_000_000:g} MB"
