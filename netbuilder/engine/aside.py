"""Work beside the training: what must be compiled before it is needed, while other steps are already made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait


class Aside:
    """Does some jobs one after the other in a thread of its own."""

    def __init__(self) -> None:
        self._jobs: list[Future[None]] = []

    def begin(self, *jobs: Callable[[], object]) -> None:
        """Begins jobs; those that were begun before come first."""
        earlier = tuple(self._jobs)

        def work() -> None:
            wait(earlier)
            for job in jobs:
                job()

        thread = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._jobs.append(thread.submit(work))
        thread.shutdown(wait=False)

    def done(self, seconds: float | None) -> bool:
        """Whether all is done, at the latest after so many seconds; None waits for it. Raises what a job raised."""
        if wait(self._jobs, seconds).not_done:
            return False
        done, self._jobs = self._jobs, []  # raised once: what is left is compiled when it is needed
        for job in done:
            job.result()
        return True
