"""The saved pages of the development data as a set for ``kliping evaluate extraction``.

    python -m benchmarks.pages DATA FOLDER

Each ``DATA/pages/expectations/*.test.js`` states the address, date and content of its outlet's pages; ``FOLDER`` gets
``ground-truth.json`` and ``html/``. The texts are the publishers': the folder is not to be committed.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

_FIXTURE = re.compile(r"getContent\('test/fixtures/websites/([\w/-]*singlepage\d*)\.html'\)")
# All five outlets print this clock; a reader that gives a bare day or clock is held to it.
WIB = timezone(timedelta(hours=7))
_STATED = re.compile(r"result\['(\w+)'\], ('(?:[^'\\]|\\.)*'|\d+)\)")


class Expected(NamedTuple):
    """What a page's reader test states; ``published`` is an ISO time to the minute, on Jakarta's clock."""

    page: str
    path: Path
    url: str
    published: str
    text: str


def expectations(data: Path) -> list[Expected]:
    """Every saved article page of which something is stated, by name."""
    found = []
    for script in sorted((data / "pages" / "expectations").glob("*.test.js")):
        pieces = _FIXTURE.split(script.read_text(encoding="utf-8"))[1:]
        for page, section in zip(pieces[::2], pieces[1::2], strict=True):
            stated = {key: str(ast.literal_eval(value)) for key, value in _STATED.findall(section)}
            path = data / "pages" / f"{page}.html"
            if not {"url", "date", "content"} <= stated.keys() or not path.is_file():
                continue
            moment = datetime.fromtimestamp(int(stated["date"]) / 1000, WIB)
            published = moment.isoformat(timespec="minutes")
            found.append(Expected(page, path, stated["url"], published, stated["content"]))
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    write_set(options.data, options.folder)


def write_set(data: Path, folder: Path) -> int:
    """Write the set; the number of its pages."""
    (folder / "html").mkdir(parents=True, exist_ok=True)
    truth = {}
    for one in expectations(data):
        key = one.page.replace("/", "-")
        truth[key] = {"articleBody": one.text, "url": one.url}
        (folder / "html" / f"{key}.html").write_bytes(one.path.read_bytes())
    (folder / "ground-truth.json").write_text(json.dumps(truth, ensure_ascii=False), encoding="utf-8")
    return len(truth)


if __name__ == "__main__":
    main()
