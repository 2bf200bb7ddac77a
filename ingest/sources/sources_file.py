"""Changes to the user's ``sources.yml`` that leave its comments and its order alone.

Belongs here: editing the file. Does not: what it may say (``sources_settings``), which is checked before it changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from ingest.errors import SourceError
from ingest.sources.sources_settings import parse_settings

_NEW_FILE = "# The sources that are collected, and how they are asked: docs/sources.yml shows all that can be said.\n"


def switch(path: Path, source_ids: Iterable[str], *, is_on: bool) -> None:
    """Switch sources on or off in the file, which is made where there is none.

    Raises SourceError where the file cannot be read or written, or is wrong already.
    """
    content = _read(path)
    sources = _sources(content)
    for source_id in source_ids:
        entry = sources.get(source_id)
        if isinstance(entry, dict):
            entry["on"] = _word(entry.get("on"), is_on)
        elif source_id in sources or is_on:  # one that is not mentioned is off
            sources[source_id] = _word(entry, is_on)
    _replace(path, content)


def add(path: Path, source_id: str, entry: Mapping[str, Any]) -> None:
    """Add an own source to the file, which is made where there is none.

    Raises SourceError where there is one of that id, or the file cannot be read, written, or is wrong.
    """
    content = _read(path)
    sources = _sources(content)
    if source_id in sources:
        raise SourceError(f"{path} has a source {source_id} already; choose another id")
    sources[source_id] = dict(entry)
    _replace(path, content)


def _word(before: Any, is_on: bool) -> Any:
    """``on`` or ``off``, in the words of what stood there."""
    return is_on if isinstance(before, bool) else "on" if is_on else "off"


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _read(path: Path) -> CommentedMap:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        text = _NEW_FILE
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from None
    parse_settings(text, path)
    content = _yaml().load(text)  # it has just been read by itself
    if isinstance(content, CommentedMap):
        return content
    content = CommentedMap()
    comment = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.splitlines())
    if comment.strip():
        content.yaml_set_start_comment(comment)
    return content


def _sources(content: CommentedMap) -> Any:
    if content.get("sources") is None:
        content["sources"] = CommentedMap()
    return content["sources"]


def _replace(path: Path, content: CommentedMap) -> None:
    """Put the new text in the file's place, whole or not at all."""
    stream = StringIO()
    _yaml().dump(content, stream)
    text = stream.getvalue()
    parse_settings(text, path)
    target = path.resolve()
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            aside.chmod(target.stat().st_mode)
        aside.replace(target)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        aside.unlink(missing_ok=True)
