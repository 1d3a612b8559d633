"""Small files of formats that no editor writes, made for tests."""

import gzip
import io
import zipfile
from collections.abc import Sequence
from html import escape


def pdf(pages: Sequence[Sequence[str]], title: str = "") -> bytes:
    """A PDF with a text layer: one list of lines for each page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    kids = []
    for lines in pages:
        shown = " T* ".join(
            "(" + line.replace("(", "\\(").replace(")", "\\)") + ") Tj" for line in lines
        )
        content = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode("latin-1")
        objects.append(b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]"
            b"/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % len(objects)
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    objects.append(f"<</Title({title})>>".encode("latin-1"))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\n" % (len(objects) + 1, len(objects))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def page(title: str, *paragraphs: str, day: str = "", canonical: str = "") -> bytes:
    """A web page with a menu, a footer and an article between them."""
    date = f'<meta property="article:published_time" content="{day}">' if day else ""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{date}'
        f"{link}</head><body><nav><ul><li><a href='/'>Home</a></li><li><a href='/w'>World</a></li>"
        f"</ul></nav><article><h1>{title}</h1>{body}</article><aside>Subscribe to our newsletter"
        f"</aside><footer>Copyright. All rights reserved. Cookies.</footer></body></html>"
    ).encode()


def warc_record(
    url: str,
    body: bytes,
    kind: str = "response",
    status: str = "200 OK",
    media: str = "text/html; charset=utf-8",
) -> bytes:
    """One record of a WARC file, gzipped by itself as Common Crawl does."""
    http = (
        f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2025-01-18T06:00:00Z\r\nWARC-Record-ID: <urn:uuid:{abs(hash(url))}>\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(http)}\r\n\r\n"
    ).encode()
    return gzip.compress(head + http + b"\r\n\r\n")


def item(
    link: str, title: str = "", day: str = "", text: str = "", guid: str = "", content: str = ""
) -> str:
    """One item of an RSS feed; `day` as in "Fri, 17 Jan 2025 10:00:00 GMT"."""
    parts = [
        f"<link>{escape(link)}</link>" if link else "",
        f"<title>{escape(title)}</title>" if title else "",
        f"<pubDate>{day}</pubDate>" if day else "",
        f"<description>{escape(text)}</description>" if text else "",
        f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else "",
        f"<content:encoded>{escape(content)}</content:encoded>" if content else "",
    ]
    return f"<item>{''.join(parts)}</item>"


def rss(*items: str, head: str = "") -> bytes:
    """An RSS feed of these items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">'
        f"<channel><title>News</title>{head}{''.join(items)}</channel></rss>"
    ).encode()


def export_row(url: str, **columns: str) -> str:
    """One row of a GDELT 2.0 export file; columns by their names, the rest empty."""
    columns.setdefault("GLOBALEVENTID", "1")
    cells = [columns.get(name, "") for name in GDELT_COLUMNS]
    cells[-1] = url
    return "\t".join(cells) + "\n"


def zipped(name: str, content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


GDELT_COLUMNS = (
    "GLOBALEVENTID SQLDATE MonthYear Year FractionDate "
    "Actor1Code Actor1Name Actor1CountryCode Actor1KnownGroupCode Actor1EthnicCode "
    "Actor1Religion1Code Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code "
    "Actor2Code Actor2Name Actor2CountryCode Actor2KnownGroupCode Actor2EthnicCode "
    "Actor2Religion1Code Actor2Religion2Code Actor2Type1Code Actor2Type2Code Actor2Type3Code "
    "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions "
    "NumSources NumArticles AvgTone "
    "Actor1Geo_Type Actor1Geo_FullName Actor1Geo_CountryCode Actor1Geo_ADM1Code "
    "Actor1Geo_ADM2Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID "
    "Actor2Geo_Type Actor2Geo_FullName Actor2Geo_CountryCode Actor2Geo_ADM1Code "
    "Actor2Geo_ADM2Code Actor2Geo_Lat Actor2Geo_Long Actor2Geo_FeatureID "
    "ActionGeo_Type ActionGeo_FullName ActionGeo_CountryCode ActionGeo_ADM1Code "
    "ActionGeo_ADM2Code ActionGeo_Lat ActionGeo_Long ActionGeo_FeatureID DATEADDED SOURCEURL"
).split()
