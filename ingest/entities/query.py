"""The query language of watch topics: what a query is made of, its parser, its printed form.

Belongs here: syntax. Does not: the watch list (``watch``), where a query's terms are found (``topics``).

    query    = and { "OR" and }
    and      = unary { "AND" unary }
    unary    = "NOT" unary | near
    near     = primary [ "NEAR/n" primary ]
    primary  = "(" query ")" | "title:" primary | "agency:" id | term
    term     = [ "=" ] ( word | '"' words '"' )          a "*" behind the last word matches its beginning

So NEAR binds closest, then NOT, AND, OR. Operators are written in capitals. Two terms side by side are a mistake: only
the writer knows whether a phrase, AND or OR was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn, TypeAlias

from ingest.clean.text import normalise_line

MOST_WORDS_BETWEEN = 100
SHORTEST_PREFIX = 3
LONGEST_QUERY = 10_000
_DEEPEST = 40


class QueryError(ValueError):
    """A query that cannot be read; ``position`` counts its characters from 1."""

    def __init__(self, told: str, position: int) -> None:
        super().__init__(f"at character {position}: {told}")
        self.position = position


@dataclass(frozen=True)
class Term:
    """A word or phrase, normalised like text. Case counts only where ``is_exact``; ``is_prefix`` is its ``*``."""

    text: str
    is_exact: bool = False
    is_prefix: bool = False

    def __str__(self) -> str:
        text = self.text + "*" * self.is_prefix
        bare = _BARE.fullmatch(self.text) and not _OPERATOR.fullmatch(text)
        return "=" * self.is_exact + (text if bare else f'"{text}"')


@dataclass(frozen=True)
class Agency:
    """A resolved mention of a body or of one below it."""

    agency_id: str

    def __str__(self) -> str:
        return f"agency:{self.agency_id}"


@dataclass(frozen=True)
class Title:
    """A query that the title alone must satisfy."""

    query: Query

    def __str__(self) -> str:
        return f"title:{_within(self.query, 4)}"


@dataclass(frozen=True)
class Near:
    """Two terms, or groups of alternatives, with at most ``most_between`` words between them, in either order."""

    left: Query
    right: Query
    most_between: int

    def __str__(self) -> str:
        return f"{_within(self.left, 4)} NEAR/{self.most_between} {_within(self.right, 4)}"


@dataclass(frozen=True)
class Not:
    """What must not hold."""

    query: Query

    def __str__(self) -> str:
        return f"NOT {_within(self.query, 2)}"


@dataclass(frozen=True)
class And:
    """What must hold together: two parts or more."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " AND ".join(_within(part, 2) for part in self.parts)


@dataclass(frozen=True)
class Or:
    """Of which at least one must hold: two parts or more."""

    parts: tuple[Query, ...]

    def __str__(self) -> str:
        return " OR ".join(_within(part, 1) for part in self.parts)


Query: TypeAlias = Term | Agency | Title | Near | Not | And | Or
Atom: TypeAlias = Term | Agency

_BINDING: dict[type[Query], int] = {Or: 0, And: 1, Not: 2, Near: 3, Title: 4, Agency: 4, Term: 4}


def _within(query: Query, binding: int) -> str:
    """``query`` in brackets where it binds more loosely than its place asks."""
    return str(query) if _BINDING[type(query)] >= binding else f"({query})"


def atoms(query: Query) -> Iterator[Atom]:
    """The terms and bodies of a query, in its order, those under NOT too."""
    match query:
        case Term() | Agency():
            yield query
        case Title() | Not():
            yield from atoms(query.query)
        case Near():
            yield from atoms(query.left)
            yield from atoms(query.right)
        case And() | Or():
            for part in query.parts:
                yield from atoms(part)


# A letter or digit as the matcher of ``ingest.kernels`` knows them.
WORD_CHARACTER = "0-9A-Za-z_\u00c0-\u1fff\u3000-\uffff"
_WORD = re.compile(f"[{WORD_CHARACTER}]")
_BARE = re.compile(rf'[{WORD_CHARACTER}](?:[^\s"()*=:]*[{WORD_CHARACTER}])?')
_OPERATOR = re.compile(r"AND|OR|NOT|NEAR(?:/.*)?")
_NEAR = re.compile(r"NEAR/([0-9]{1,9})")
_AGENCY_ID = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_QUOTES = '"\u201c\u201d\u201e\u201f'
_TOKEN = re.compile(
    rf"\s*(?:([()])|(title:|agency:)|(=?)(?:[{_QUOTES}]([^{_QUOTES}]*)([{_QUOTES}]?)|([^\s(){_QUOTES}]+)))"
)


@dataclass(frozen=True)
class _Token:
    """``kind`` is a bracket, an operator, a field with its colon, "term", or "end"."""

    kind: str
    position: int
    written: str = ""
    term: Term | None = None


def _tokens(written: str) -> Iterator[_Token]:
    place, last = 0, len(written.rstrip())
    while place < last:
        found = _TOKEN.match(written, place, last)
        assert found is not None  # the last alternative takes what the others leave
        start = place = found.end() - len(found[0].lstrip())
        bracket, field, exact, phrase, closing, word = found.groups()
        place = found.end()
        if bracket or field:
            yield _Token(bracket or field, start + 1, found[0].strip())
        elif phrase is not None:
            if not closing:
                raise QueryError("this quotation mark is never closed", start + 1 + len(exact))
            yield _Token("term", start + 1, found[0].strip(), _term(phrase, bool(exact), start + 1, is_phrase=True))
        elif not exact and _OPERATOR.fullmatch(word):
            yield _Token("NEAR" if word.startswith("NEAR") else word, start + 1, word)
        else:
            yield _Token("term", start + 1, found[0].strip(), _term(word, bool(exact), start + 1, is_phrase=False))
    yield _Token("end", last + 1)


def _term(written: str, is_exact: bool, position: int, *, is_phrase: bool) -> Term:
    """The term of a word or of what stands between quotation marks."""
    text = normalise_line(written)
    is_prefix = text.endswith("*")
    text = text[:-1] if is_prefix else text
    if not _WORD.search(text):
        raise QueryError(f"{written!r} holds no word to look for", position)
    if not _WORD.match(text):
        raise QueryError(f"{written!r} must begin with a letter or a digit", position)
    if "*" in text:
        raise QueryError("* stands only at the end of a term", position)
    if is_prefix and not _WORD.match(text[-1]):
        raise QueryError("* stands directly behind a letter or a digit", position)
    if is_prefix and len(re.split(r"\s", text)[-1]) < SHORTEST_PREFIX:
        raise QueryError(f"* needs at least {SHORTEST_PREFIX} letters before it", position)
    if not is_phrase and not _BARE.fullmatch(text):
        what = "only title: and agency: are known" if ":" in text else "the term holds signs that are no letters"
        raise QueryError(f"{written!r} cannot be read: {what}; put it in quotation marks to look for it", position)
    return Term(text, is_exact, is_prefix)


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._tokens = list(_tokens(written))
        self._next = 0
        self._depth = 0

    def whole(self) -> Query:
        """The query that all tokens make."""
        query = self._or()
        token = self._token
        if token.kind == ")":
            self._refuse("this bracket was never opened")
        if token.kind != "end":
            self._refuse_neighbours()
        if not is_positive(query):
            raise QueryError(
                "the query can hold by NOT alone and would match nearly every article; join each NOT to a term"
                " that must occur (beras AND NOT impor)", 1
            )  # fmt: skip
        return query

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _take(self, kind: str) -> bool:
        if self._token.kind != kind:
            return False
        self._next += 1
        return True

    def _refuse(self, told: str) -> NoReturn:
        raise QueryError(told, self._token.position)

    def _refuse_neighbours(self) -> NoReturn:
        self._refuse(
            f"an operator is missing before {self._token.written}: join the two with AND or OR, in capitals,"
            " or put a phrase in quotation marks"
        )

    def _or(self) -> Query:
        parts = [self._and()]
        while self._take("OR"):
            parts.append(self._and())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def _and(self) -> Query:
        parts = [self._unary()]
        while self._take("AND"):
            parts.append(self._unary())
        if self._token.kind == "NOT":
            self._refuse("write AND NOT")
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def _unary(self) -> Query:
        if not self._take("NOT"):
            return self._near()
        return self._deeper(lambda: Not(self._unary()))

    def _near(self) -> Query:
        start = self._token.position
        left = self._primary()
        token = self._token
        if not self._take("NEAR"):
            return left
        distance = _NEAR.fullmatch(token.written)
        if not distance or int(distance[1]) > MOST_WORDS_BETWEEN:
            raise QueryError(
                f"write NEAR/n, with n the most words between the two, 0 to {MOST_WORDS_BETWEEN}", token.position
            )
        middle = self._token.position
        right = self._primary()
        for side, place in ((left, start), (right, middle)):
            if not _is_near_side(side):
                raise QueryError("NEAR joins two terms, or groups of terms joined by OR in brackets", place)
        if self._token.kind == "NEAR":
            self._refuse("NEAR joins two sides only; write a NEAR/5 b AND b NEAR/5 c")
        return Near(left, right, int(distance[1]))

    def _primary(self) -> Query:
        token = self._token
        if self._take("("):
            return self._deeper(lambda: self._bracketed(token))
        if self._take("title:"):
            return self._deeper(lambda: Title(self._primary()))
        if self._take("agency:"):
            return self._agency(token)
        if token.term is not None:
            self._next += 1
            return token.term
        before = self._tokens[self._next - 1].written if self._next else ""
        missing = f"a term is missing behind {before}" if before else "the query begins without a term"
        return self._refuse("the query is empty" if len(self._tokens) == 1 else missing)

    def _bracketed(self, opening: _Token) -> Query:
        query = self._or()
        if self._token.kind == "end":
            raise QueryError("this bracket is never closed", opening.position)
        if not self._take(")"):
            self._refuse_neighbours()
        return query

    def _agency(self, field: _Token) -> Agency:
        token = self._token
        is_behind = token.position == field.position + len("agency:")
        if token.term is None or not is_behind or not _AGENCY_ID.fullmatch(token.written):
            raise QueryError("agency: is followed by the id of a body, such as agency:kemendagri", field.position)
        self._next += 1
        return Agency(token.written)

    def _deeper(self, read: Callable[[], Query]) -> Query:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(f"brackets and NOT are nested more than {_DEEPEST} deep")
        query = read()
        self._depth -= 1
        return query


def _is_near_side(query: Query) -> bool:
    if isinstance(query, Or):
        return all(isinstance(part, Term | Agency) for part in query.parts)
    return isinstance(query, Term | Agency)


def is_positive(query: Query) -> bool:
    """Whether the query holds only where one of its terms occurs."""
    match query:
        case Not():
            return False
        case Title():
            return is_positive(query.query)
        case And():
            return any(map(is_positive, query.parts))
        case Or():
            return all(map(is_positive, query.parts))
        case _:
            return True


@lru_cache(maxsize=1024)
def parse(written: str) -> Query:
    """The query that ``written`` means. Raises QueryError, which says where and what to write instead."""
    if len(written) > LONGEST_QUERY:
        raise QueryError(f"a query has at most {LONGEST_QUERY:,} characters", LONGEST_QUERY + 1)
    return _Parser(written).whole()
