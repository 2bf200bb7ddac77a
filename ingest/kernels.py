"""The compiled loops: a dictionary matcher over UTF-8 bytes.

Belongs here: loops that polars cannot express and Python cannot afford, each with a slow oracle in
``tests/unit/ingest/test_kernels.py``. Does not: what a match means (ingest.entities).

Importing this module imports numba (about a second): import it inside the function that scans. Machine code is cached
in ``__pycache__`` beside this file; where that cannot be written numba takes the user's cache folder, or the one that
``NUMBA_CACHE_DIR`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numba as nb
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


WORD, LOWER, UPPER = 1, 2, 4


def _byte_kinds() -> Bytes:
    """Which bytes belong to a word, by lead byte, and which of them are ASCII letters of lower and of upper case.

    Letters, digits and ``_`` of ASCII, and everything beyond it but the blocks that hold punctuation and symbols:
    U+0080 to U+00BF (lead byte C2), U+2000 to U+2FFF (E2) and the planes of emoji (F0 and up).
    """
    table = np.zeros(256, dtype=np.uint8)
    table[[*b"0123456789_"]] = WORD
    table[ord("A") : ord("Z") + 1] = WORD | UPPER
    table[ord("a") : ord("z") + 1] = WORD | LOWER
    table[0x80:0xF0] = WORD  # a continuation byte follows its lead byte
    table[[0xC2, 0xE2]] = 0
    return table


KINDS = _byte_kinds()


@dataclass(frozen=True)
class Trie:
    """Patterns compiled to flat arrays. State 0 is the root, and as a target it means that there is no edge.

    ``edges[state * width + classes[byte]]`` is the next state; ``classes`` folds ASCII case and maps the bytes that no
    pattern has to 0. ``variants[state]:variants[state + 1]`` indexes ``order``: the patterns that end in a state,
    exact-case ones first. States are numbered breadth first: those that nearly every word visits lie together.
    """

    edges: NDArray[np.int32]
    width: int
    classes: Bytes
    variants: NDArray[np.int32]
    order: NDArray[np.int32]
    patterns: Bytes
    pattern_starts: Ints
    is_exact: NDArray[np.bool_]


@dataclass(frozen=True)
class Matches:
    """Matches in text order: index of the segment, first byte and byte after the last in the buffer, pattern index."""

    segment: Ints
    start: Ints
    end: Ints
    pattern: Ints


def compile_trie(patterns: Sequence[str], is_exact: Sequence[bool]) -> Trie:
    """The trie of ``patterns``; ``is_exact[i]`` asks that pattern i match in its own case only.

    A pattern must begin with a word byte. Raises ValueError for one that does not, or that is there twice.
    """
    encoded = [pattern.encode() for pattern in patterns]
    for pattern in encoded:
        if not pattern or not KINDS[pattern[0]]:
            raise ValueError(f"not a pattern that begins with a word: {pattern.decode()!r}")
    identities = {text if exact else text.lower() + b"\0" for text, exact in zip(encoded, is_exact, strict=True)}
    if len(identities) != len(encoded):
        raise ValueError("a pattern is there twice")

    folded = [pattern.lower() for pattern in encoded]  # bytes.lower folds ASCII only
    lengths = np.array([len(pattern) for pattern in encoded], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    flat = np.frombuffer(b"".join(folded), dtype=np.uint8)
    classes = np.zeros(256, dtype=np.uint8)
    alphabet = np.unique(flat)
    classes[alphabet] = np.arange(1, len(alphabet) + 1)
    for lower in range(ord("a"), ord("z") + 1):
        classes[lower - 32] = classes[lower]
    width = len(alphabet) + 1

    state = np.zeros(len(encoded), dtype=np.int64)
    keys, targets, count = [], [], 1
    for depth in range(int(lengths.max(initial=0))):
        alive = np.flatnonzero(lengths > depth)
        key, inverse = np.unique(state[alive] * width + classes[flat[starts[alive] + depth]], return_inverse=True)
        keys.append(key)
        targets.append(np.arange(count, count + len(key), dtype=np.int32))
        state[alive] = count + inverse
        count += len(key)
    edges = np.zeros(count * width, dtype=np.int32)
    for key, target in zip(keys, targets, strict=True):
        edges[key] = target

    exact = np.array(is_exact, dtype=np.bool_)
    order = np.lexsort((~exact, state)).astype(np.int32)
    variants = np.searchsorted(state[order], np.arange(count + 1)).astype(np.int32)
    written = np.frombuffer(b"".join(encoded), dtype=np.uint8)
    return Trie(edges, width, classes, variants, order, written, starts[:-1].copy(), exact)


@nb.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba ships no types
def _begins_glued(buffer: Bytes, kinds: Bytes, i: int, first: int, z: int) -> bool:
    """Whether the capital at ``i`` begins a word that was glued to the one before: behind a small letter it does, and
    as the last of several capitals before a small letter.
    """
    one, two = np.uint64(1), np.uint64(2)
    if kinds[buffer[i - one]] & LOWER:
        return True
    return bool(
        i >= first + two
        and i + one < z
        and kinds[buffer[i - one]] & UPPER
        and kinds[buffer[i - two]] & UPPER
        and kinds[buffer[i + one]] & LOWER
    )


@nb.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba ships no types
def _scan(
    buffer: Bytes, segment_starts: Ints, segment_ends: Ints,
    edges: NDArray[np.int32], width: int, classes: Bytes, variants: NDArray[np.int32], order: NDArray[np.int32],
    patterns: Bytes, pattern_starts: Ints, is_exact: NDArray[np.bool_], kinds: Bytes,
    segment: Ints, start: Ints, end: Ints, pattern: Ints,
) -> int:  # fmt: skip
    """Fill the last four arrays as far as they reach and return how many matches there are.

    Indices are unsigned: numba would otherwise test each for wrapping.
    """
    one, step = np.uint64(1), np.uint64(width)
    found = 0
    for d in range(len(segment_starts)):
        i, z = np.uint64(segment_starts[d]), np.uint64(segment_ends[d])
        while i < z:
            if not kinds[buffer[i]]:
                i += one
                while i < z and buffer[i] & 0xC0 == 0x80:
                    i += one
                continue
            best, best_end = -1, i
            state, j = np.uint64(0), i
            while j < z:
                state = np.uint64(edges[state * step + np.uint64(classes[buffer[j]])])
                if state == 0:
                    break
                j += one
                if variants[state] != variants[state + one] and (
                    j == z
                    or not kinds[buffer[j]]
                    or not kinds[buffer[j - one]]
                    or (
                        kinds[buffer[j]] & UPPER  # a word glued on: KemendagriBahtiar, DPRDengan
                        and (
                            kinds[buffer[j - one]] & LOWER
                            or (j - i > 2 and j + one < z and kinds[buffer[j + one]] & LOWER)
                        )
                    )
                ):
                    for v in range(variants[state], variants[state + one]):
                        p = order[np.uint64(v)]
                        is_match = True
                        if is_exact[np.uint64(p)]:
                            q = np.uint64(pattern_starts[np.uint64(p)])
                            for k in range(j - i):
                                if patterns[q + np.uint64(k)] != buffer[i + np.uint64(k)]:
                                    is_match = False
                                    break
                        if is_match:
                            best, best_end = p, j
                            break
            if best >= 0:
                if found < len(segment):
                    segment[found], start[found], end[found], pattern[found] = d, i, best_end, best
                found += 1
                i = best_end
                if not kinds[buffer[i - one]]:
                    continue
            else:
                i += one
            while i < z and kinds[buffer[i]]:
                if kinds[buffer[i]] & UPPER and _begins_glued(buffer, kinds, i, np.uint64(segment_starts[d]), z):
                    break
                i += one
    return found


def scan(trie: Trie, buffer: bytes, segment_starts: Ints, segment_ends: Ints) -> Matches:
    """The leftmost-longest whole-word matches within each segment ``buffer[start:end]`` (bytes; cut at code points).

    A match ends before the next begins; it ends where a word ends, or with a bracket of its own. Text that lost the
    spaces around its links glues words together: a capital behind a small letter begins a word and ends a match, and
    so does the last of three capitals before a small letter. Boundaries and case are checked before the longest match
    is chosen, so that a longer form that does not fit never hides a shorter one.
    """
    return _collected(_scan, trie, buffer, segment_starts, segment_ends)


@nb.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]  # numba ships no types
def _scan_all(
    buffer: Bytes, segment_starts: Ints, segment_ends: Ints,
    edges: NDArray[np.int32], width: int, classes: Bytes, variants: NDArray[np.int32], order: NDArray[np.int32],
    patterns: Bytes, pattern_starts: Ints, is_exact: NDArray[np.bool_], kinds: Bytes,
    is_prefix: NDArray[np.bool_], segment: Ints, start: Ints, end: Ints, pattern: Ints,
) -> int:  # fmt: skip
    """Fill the last four arrays as far as they reach and return how many matches there are."""
    one, step = np.uint64(1), np.uint64(width)
    found = 0
    for d in range(len(segment_starts)):
        i, z = np.uint64(segment_starts[d]), np.uint64(segment_ends[d])
        while i < z:
            if not kinds[buffer[i]]:
                i += one
                while i < z and buffer[i] & 0xC0 == 0x80:
                    i += one
                continue
            state, j = np.uint64(0), i
            while j < z:
                state = np.uint64(edges[state * step + np.uint64(classes[buffer[j]])])
                if state == 0:
                    break
                j += one
                if variants[state] == variants[state + one]:
                    continue
                is_whole = j == z or not kinds[buffer[j]] or not kinds[buffer[j - one]]
                for v in range(variants[state], variants[state + one]):
                    p = order[np.uint64(v)]
                    is_match = is_whole or is_prefix[np.uint64(p)]
                    if is_match and is_exact[np.uint64(p)]:
                        q = np.uint64(pattern_starts[np.uint64(p)])
                        for k in range(j - i):
                            if patterns[q + np.uint64(k)] != buffer[i + np.uint64(k)]:
                                is_match = False
                                break
                    if is_match:
                        if found < len(segment):
                            e = j
                            while not is_whole and e < z and kinds[buffer[e]]:
                                e += one
                            segment[found], start[found], end[found], pattern[found] = d, i, e, p
                        found += 1
            while i < z and kinds[buffer[i]]:
                i += one
    return found


def scan_all(
    trie: Trie, buffer: bytes, segment_starts: Ints, segment_ends: Ints, is_prefix: NDArray[np.bool_]
) -> Matches:
    """All whole-word matches within each segment, overlapping ones too, by where they begin, shorter ones first.

    A pattern of ``is_prefix`` also matches where a word only begins with its last word; the match ends with that word.
    """
    return _collected(_scan_all, trie, buffer, segment_starts, segment_ends, is_prefix)


def _collected(
    kernel: Callable[..., int], trie: Trie, buffer: bytes, segment_starts: Ints, segment_ends: Ints, *more: Any
) -> Matches:
    """The matches of a kernel, run again with room for all where the first guess was too small."""
    data = np.frombuffer(buffer, dtype=np.uint8)
    capacity = len(buffer) // 64 + 64
    while True:
        out = [np.empty(capacity, dtype=np.int64) for _ in range(4)]
        found = kernel(
            data, segment_starts, segment_ends, trie.edges, trie.width, trie.classes, trie.variants, trie.order,
            trie.patterns, trie.pattern_starts, trie.is_exact, KINDS, *more, *out,
        )  # fmt: skip
        if found <= capacity:
            return Matches(*(column[:found] for column in out))
        capacity = found


@dataclass(frozen=True)
class CodePoints:
    """Byte offsets to code point offsets of one UTF-8 buffer, and back.

    Holds the continuation bytes only: text that is nearly all ASCII, as news is, costs nearly nothing.
    """

    continuation: Ints
    rank: Ints

    @classmethod
    def of(cls, buffer: bytes) -> CodePoints:
        """The map of ``buffer``."""
        data = np.frombuffer(buffer, dtype=np.uint8)
        continuation = np.flatnonzero((data & 0xC0) == 0x80).astype(np.int64)
        return cls(continuation, continuation - np.arange(len(continuation)))

    def from_bytes(self, offsets: Ints) -> Ints:
        """The code points before each byte offset (an offset lies where a code point begins)."""
        return offsets - np.searchsorted(self.continuation, offsets)

    def to_bytes(self, offsets: Ints) -> Ints:
        """The bytes before each code point offset."""
        return offsets + np.searchsorted(self.rank, offsets, side="right")
