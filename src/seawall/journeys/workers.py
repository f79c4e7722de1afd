"""Spread work over forked processes; a worker that dies loses its batch, not the scan."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

Batch = TypeVar("Batch")
Result = TypeVar("Result")

_work: Callable[[Any], Any] | None = None
"""Set only inside a worker, by the fork that made it."""


def spread(
    batches: Sequence[Batch], work: Callable[[Batch], Result], *, jobs: int
) -> Iterator[tuple[Batch, Result | None]]:
    """Yield each batch with its result as workers finish; None where the worker died.

    Workers are forked, so `work` may close over anything; batches and results are pickled.
    """
    executor = ProcessPoolExecutor(
        min(jobs, len(batches)),
        mp_context=multiprocessing.get_context("fork"),
        initializer=_start,
        initargs=(work,),
    )
    # A few batches ahead of the workers are enough, and keep the queue small.
    ahead = jobs * 3
    waiting = list(reversed(batches))
    running: dict[Future[Result], Batch] = {}
    try:
        while waiting or running:
            while waiting and len(running) < ahead:
                batch = waiting.pop()
                running[executor.submit(_run, batch)] = batch
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                result = future.result()
                yield running.pop(future), result
    except BrokenProcessPool:
        for batch in [*running.values(), *waiting]:
            yield batch, None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _start(work: Callable[[Any], Any]) -> None:
    """Make the worker ready: Ctrl-C is the parent's affair."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _run(batch: Any) -> Any:
    if _work is None:
        sys.exit("a worker was not started by spread")
    return _work(batch)
