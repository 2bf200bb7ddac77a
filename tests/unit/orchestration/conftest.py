"""What tests of alerts share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.servers.alert_targets import Webhook


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    hook = Webhook()
    thread = threading.Thread(target=lambda: hook.server.serve_forever(poll_interval=0.02))
    thread.start()
    yield hook
    hook.server.shutdown()
    thread.join()
    hook.server.server_close()
