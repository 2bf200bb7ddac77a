"""Servers that are told of alerts: a webhook and a mail server, on loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any


class Webhook:
    """A real server that keeps what it is sent, answers with ``status``, and waits ``seconds`` before."""

    def __init__(self) -> None:
        self.status, self.seconds = 200, 0.0
        self.bodies: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                sleep(outer.seconds)
                outer.bodies.append(json.loads(body))
                self.send_response(outer.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"json://127.0.0.1:{self.server.server_address[1]}/rahasia-sekali"


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """An SMTP server with just enough of the protocol; the port, and the letters as received."""
    letters: list[str] = []
    started = threading.Event()
    port = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 uji\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                writer.write(b"354 ya\r\n")
                letter = []
                while (part := (await reader.readline()).decode()) != ".\r\n":
                    letter.append(part)
                letters.append("".join(letter))
            writer.write(b"221 ya\r\n" if word == "QUIT" else b"250 ya\r\n")
            if word == "QUIT":
                break
        await writer.drain()
        writer.close()

    async def serve() -> None:
        nonlocal port
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()

    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    started.wait()
    yield port, letters
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()
