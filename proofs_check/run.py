"""A run of the judge over a selection of claims: the main job."""

import fnmatch
import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import active_children, get_context
from pathlib import Path
from queue import Empty
from typing import Any

from proofs_check import resume as unfinished
from proofs_check.consistency import check
from proofs_check.coverage import rows
from proofs_check.statistics import share
from proofs_check.verdict import ClaimResult, FileError, Run
from theory import registry
from theory.registry import Entry

Progress = Callable[[str, str, ClaimResult | None], None]
EFFORTS = ("quick", "default", "deep")
FAMILY = 1e-6
"""The chance that a whole run refutes any true statement by bad luck: one budget for everything."""
PATIENCE = 5.0
"""Seconds that a terminated worker is waited for."""
PER_CLAIM = 8
"""Statistical tests that one claim may spend: the budget is divided by the registry's size times this."""


def verify(
    selection: Sequence[str] = (),
    *,
    papers: Sequence[str] = (),
    effort: str = "default",
    seed: int = 0,
    jobs: int = 0,
    family: float = FAMILY,
    resume: bool = False,
    on_progress: Progress = lambda id, stage, result: None,
) -> Run:
    """Judge the selected claims (ids, globs, files; all of them if empty) and gather the ledger's rows.

    Raises LookupError for an unknown id or paper and ValueError for an unknown effort.  A broken claim file
    becomes a `FileError` row.  The result does not depend on `jobs`.  `resume` takes the claims that an
    interrupted run of the same kind has finished, and the run is the one that it would have been.
    """
    started = time.perf_counter()
    if effort not in EFFORTS:
        raise ValueError(f"effort {effort!r}: expected one of {', '.join(EFFORTS)}")
    entries = select(selection, papers)
    alpha = share(family, PER_CLAIM * max(len(all_files()), len(entries)))
    tasks = [(entry, effort, seed, alpha) for entry in entries]
    done = {k: found for k, t in enumerate(tasks) if resume and (found := unfinished.kept(t))}
    for result in done.values():
        on_progress(result.id, "done", result)
    left = [task for k, task in enumerate(tasks) if k not in done]
    judged = iter((_parallel if _workers(jobs, left) > 1 else _serial)(left, jobs, on_progress))
    results = [done[k] if k in done else next(judged) for k in range(len(tasks))]
    unfinished.clear(tasks)
    claims = tuple(r for r in results if isinstance(r, ClaimResult))
    errors = tuple(r for r in results if isinstance(r, FileError))
    chosen = _papers(entries, papers, selection)
    return Run(
        seed=seed,
        effort=effort,
        version=package_version(),
        papers=chosen,
        claims=claims,
        items=rows(claims, chosen),
        errors=errors,
        family=family,
        spent=sum(c.alpha_spent for c in claims),
        consistency=check([c.id for c in claims], () if selection else chosen, effort, seed),
        seconds=time.perf_counter() - started,
    )


def package_version() -> str:
    """The installed version of the distribution."""
    try:
        return version("mergeproof")
    except PackageNotFoundError:
        return "0+source"


def all_files() -> tuple[Path, ...]:
    """Every claim file of the registry, readable or not."""
    return tuple(p for paper in registry.PAPERS for p in (registry.ROOT / "claims" / paper).glob("[!_]*.py"))


def select(selection: Sequence[str], papers: Sequence[str]) -> list[Entry]:
    """The entries that ids, globs, item ids and file names stand for, in the registry's order."""
    for paper in papers:
        if paper not in registry.PAPERS:
            raise LookupError(f"paper {paper!r}: expected one of {', '.join(registry.PAPERS)}")
    listing = registry.listing()
    chosen: dict[str, Entry] = {}
    if not selection:
        chosen = {e.id: e for e in listing}
    for name in selection:
        if name.endswith(".py"):
            path = Path(name)
            if not path.is_file():
                raise LookupError(f"no file {name}: expected a Python file that defines CLAIM")
            chosen[str(path.resolve())] = Entry(path.stem, "", (), path)
        elif any(c in name for c in "*?["):
            matched = {e.id: e for e in listing if fnmatch.fnmatch(e.id, name)}
            if not matched:
                raise LookupError(f"no claim matches {name!r}; `mergeproof list` shows all")
            chosen |= matched
        else:
            entry = registry.resolve(name)
            chosen[entry.id] = entry
    return [e for e in chosen.values() if not papers or e.paper in papers]


def _papers(entries: list[Entry], papers: Sequence[str], selection: Sequence[str]) -> tuple[str, ...]:
    wanted = set(papers) or ({e.paper for e in entries} if selection else set(registry.PAPERS))
    return tuple(p for p in registry.PAPERS if p in wanted)


def _workers(jobs: int, tasks: list) -> int:
    return min(jobs or os.cpu_count() or 1, len(tasks)) or 1


def _serial(tasks: list, jobs: int, on_progress: Progress) -> list:
    results = []
    for task in tasks:
        on_progress(task[0].id, "start", None)
        result = one(*task, stage=lambda name, id=task[0].id: on_progress(id, name, None))
        _finish(task, result, on_progress)
        results.append(result)
    return results


def _finish(task: tuple, result: Any, on_progress: Progress) -> None:
    """Keep a result before anybody hears of it, so that an interruption loses nothing that was shown."""
    if isinstance(result, ClaimResult):
        unfinished.keep(task, result)
    on_progress(task[0].id, "done", result if isinstance(result, ClaimResult) else None)


def one(entry: Entry, effort: str, seed: int, alpha: float, stage: Callable[[str], None]) -> Any:
    """One claim judged: a ClaimResult, or a FileError that says what is wrong with its file."""
    from proofs_check.bent import with_bent_lines
    from proofs_check.cache import memory
    from proofs_check.judge import judge

    try:
        claim, kept = registry.load(entry), memory(entry.path, seed)
        result = judge(claim, id=entry.id, effort=effort, seed=seed, alpha=alpha, memory=kept, stage=stage)
        if effort == "quick":
            return result
        stage("bending proofs")
        return with_bent_lines(claim, result, effort)
    except (Exception, SystemExit) as error:  # whatever a claim file does, the run goes on and names it
        text = str(error) if isinstance(error, registry.BrokenFile) else registry.blame(entry.path, error)
        return FileError(path=str(entry.path), message=text)


_QUEUE: Any = None


def _start(queue: Any) -> None:
    """Worker set-up: the way back for progress; Ctrl-C is the parent's to handle, which ends its workers."""
    global _QUEUE
    _QUEUE = queue
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _worker(task: tuple) -> Any:
    id = task[0].id
    _QUEUE.put((id, "start"))
    return one(*task, stage=lambda name: _QUEUE.put((id, name)))


def _parallel(tasks: list, jobs: int, on_progress: Progress) -> list:
    """The results in the order of the tasks, with progress as it happens."""
    context = get_context("spawn")
    queue = context.Queue()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    others = set(active_children())
    with ProcessPoolExecutor(_workers(jobs, tasks), context, _start, (queue,)) as pool:
        futures = [pool.submit(_worker, task) for task in tasks]
        waiting = set(range(len(tasks)))
        try:
            while waiting:
                for k in [k for k in sorted(waiting) if futures[k].done()]:
                    waiting.discard(k)
                    _finish(tasks[k], futures[k].result(), on_progress)
                try:
                    while True:
                        id, stage = queue.get(timeout=0.05)
                        on_progress(id, stage, None)
                except Empty:
                    pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            workers = set(active_children()) - others
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.join(PATIENCE)
            raise
        return [f.result() for f in futures]
