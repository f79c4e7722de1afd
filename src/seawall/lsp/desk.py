"""A thread that reads documents one after the other, a moment after each was last changed."""

import threading
import time
from collections.abc import Callable

LONGEST_WAIT = 1.0
"""Seconds after which a document is read although somebody still writes in it."""


class Desk:
    """Holds which documents are to be read, and when; `read` runs in the thread."""

    def __init__(self, read: Callable[[str], None], *, close: Callable[[], None]) -> None:
        """`close` runs in the thread when it ends."""
        self._read = read
        self._close = close
        self._due: dict[str, tuple[float, float]] = {}
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._work, name="seawall-desk", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def ask(self, name: str, delay: float = 0.0) -> None:
        """Have a document read after `delay` seconds in which it is not asked for again."""
        now = time.monotonic()
        with self._changed:
            first = self._due.get(name, (0.0, now))[1]
            self._due[name] = (min(now + delay, first + LONGEST_WAIT), first)
            self._changed.notify()

    def forget(self, name: str) -> None:
        """Do not read a document any more."""
        with self._changed:
            self._due.pop(name, None)

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread; what it is reading is read to its end, within `timeout` seconds."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _work(self) -> None:
        try:
            while (name := self._next()) is not None:
                self._read(name)
        finally:
            self._close()

    def _next(self) -> str | None:
        """Wait for the next document that is due; None at the end."""
        with self._changed:
            while not self._ended:
                now = time.monotonic()
                name = min(self._due, key=lambda one: self._due[one][0], default=None)
                if name is None:
                    self._changed.wait()
                elif self._due[name][0] <= now:
                    del self._due[name]
                    return name
                else:
                    self._changed.wait(self._due[name][0] - now)
        return None
