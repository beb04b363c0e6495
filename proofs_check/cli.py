"""The command `mergeproof`: arguments in, exit status out.

Only argparse is imported at the top, so that `--help` answers at once; each command imports what it needs.
Exit status: 0 fine, 1 a statement does not stand, 2 wrong use or a broken file, 130 interrupted (Ctrl-C).
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from proofs_check.cli_help import BOUND, EXPLAIN, GUIDE, PAGES, VERIFY


class WrongUse(Exception):
    """Something that the user can mend; the message says how.  Exit status 2."""


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(
        "mergeproof",
        description="Judge the claims of five papers on merging and zeroth-order learning, and your own.",
        epilog=GUIDE,
        formatter_class=raw,
    )
    top.add_argument("--version", action="version", version=f"mergeproof {_version()}")
    commands = top.add_subparsers(metavar="command", required=True)

    verify = commands.add_parser("verify", help="judge claims", description=VERIFY, formatter_class=raw)
    verify.add_argument("selection", nargs="*", metavar="ID|FILE.py", help="default: every claim")
    _paper(verify)
    _effort(verify, "default")
    verify.add_argument(
        "--jobs", type=_whole, default=0, metavar="N", help="processes (default: one per core)"
    )
    verify.add_argument("--seed", type=_whole, default=0, metavar="S", help="seed of the search (default: 0)")
    verify.add_argument(
        "--resume", action="store_true", help="go on with a run of the same kind that was interrupted"
    )
    verify.add_argument("--json", metavar="F", help="write the report as JSON")
    verify.add_argument("--html", metavar="F", help="write the report as one web page")
    verify.add_argument("--pages", metavar="DIR", help="write a short page for each paper")
    verify.set_defaults(run=_verify)

    listing = commands.add_parser("list", help="list the claims", description="List claims; nothing is run.")
    _paper(listing)
    listing.set_defaults(run=_list)

    show = commands.add_parser(
        "show", help="explain one claim", description="Judge one claim and explain it."
    )
    show.add_argument("id", metavar="ID|FILE.py")
    _effort(show, "quick")
    show.set_defaults(run=_show)

    explain = commands.add_parser(
        "explain", help="work out a counterexample", description=EXPLAIN, formatter_class=raw
    )
    explain.add_argument("id", metavar="ID|FILE.py")
    _effort(explain, "quick")
    explain.set_defaults(run=_explain)

    bound = commands.add_parser(
        "bound", help="put numbers into a bound", description=BOUND, formatter_class=raw
    )
    bound.add_argument("id", metavar="ID|FILE.py")
    bound.add_argument("values", nargs="*", metavar="name=value")
    bound.set_defaults(run=_bound)

    figures = commands.add_parser(
        "figures", help="draw the figures", description="Draw figures as PDF and PNG."
    )
    figures.add_argument("names", nargs="*", metavar="NAME", help="default: every figure")
    figures.add_argument("--scale", choices=("quick", "cpu", "full"), default="cpu", help="(default: cpu)")
    figures.add_argument(
        "--out", default="figures", metavar="DIR", help="folder to write to (default: figures)"
    )
    figures.set_defaults(run=_figures)

    pages = commands.add_parser("pages", help="write a short page for each paper", description=PAGES)
    _paper(pages)
    _effort(pages, "default")
    text = "folder to write to (default: docs/papers)"
    pages.add_argument("--out", default="docs/papers", metavar="DIR", help=text)
    pages.set_defaults(run=_pages)

    about = (
        "Train two small experts on real digits, merge them, and print what the claims say about that merge."
    )
    demo = commands.add_parser("demo", help="train, merge and check two small experts", description=about)
    demo.set_defaults(run=_demo)
    return top


def _paper(command: argparse.ArgumentParser) -> None:
    text = "only this paper: glue, sail, flops, cogram or stability (repeatable)"
    command.add_argument("--paper", action="append", default=[], metavar="P", help=text)


def _effort(command: argparse.ArgumentParser, default: str) -> None:
    text = f"quick: cached proofs, no mutants; deep: a long search (default: {default})"
    command.add_argument("--effort", choices=("quick", "default", "deep"), default=default, help=text)


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{value}: expected 0 or more")
    return value


def _version() -> str:
    try:
        return version("mergeproof")
    except PackageNotFoundError:
        return "0 (not installed)"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit status."""
    arguments = parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except KeyboardInterrupt:
        _stop_workers()
        onward = "; `verify --resume` goes on from here" if arguments.run is _verify else ""
        _complain(f"interrupted; no half-written report is left{onward}")
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WrongUse as error:
        _complain(str(error))
        return 2
    except Exception as error:
        if not _is_users(error):
            raise
        _complain(str(error))
        return 2


def _stop_workers() -> None:
    """End this command's worker processes, so that an interruption does not wait for their claims."""
    if "multiprocessing" in sys.modules:
        from multiprocessing import active_children

        for child in active_children():
            child.terminate()


def _is_users(error: Exception) -> bool:
    """A LookupError itself (not KeyError, IndexError) or a broken claim file: the message is for the user."""
    return type(error) is LookupError or type(error).__name__ == "BrokenFile"


def _complain(text: str) -> None:
    print(f"mergeproof: {text}", file=sys.stderr)


def _papers(names: Sequence[str]) -> tuple[str, ...]:
    from theory.registry import PAPERS

    for name in names:
        if name not in PAPERS:
            raise WrongUse(f"unknown paper {name!r}; expected one of {', '.join(PAPERS)}")
    return tuple(dict.fromkeys(names))


def _writable(*paths: str | None, folder: str | None = None) -> None:
    """Refuse an output that cannot be written before the long run, not after it."""
    for path in filter(None, paths):
        folder = os.path.dirname(os.path.abspath(path))
        if os.path.isdir(path) or not os.access(folder, os.W_OK):
            raise WrongUse(f"cannot write {path}: expected a file in an existing, writable folder")
    if folder and os.path.exists(folder) and not os.path.isdir(folder):
        raise WrongUse(f"cannot write to {folder}: expected a folder, or a name for a new one")


def _verify(arguments: argparse.Namespace) -> int:
    papers = _papers(arguments.paper)
    _writable(arguments.json, arguments.html, folder=arguments.pages)
    from rich.console import Console

    from proofs_check import table
    from proofs_check.run import verify
    from proofs_check.summary import exit_status
    from theory import registry

    places = {e.id: item.place for e in registry.listing() if (item := registry.items().get(e.items[0]))}
    total = _count(arguments.selection, papers)
    console = Console(highlight=False)
    with table.live(console, lambda name: places.get(name, ""), total) as report:
        run = verify(
            arguments.selection,
            papers=papers,
            effort=arguments.effort,
            seed=arguments.seed,
            jobs=arguments.jobs,
            resume=arguments.resume,
            on_progress=report,
        )
    table.summary(console, run)
    if arguments.json:
        from proofs_check.report_json import write_json

        write_json(run, arguments.json)
    if arguments.html:
        from proofs_check.report_html import write_html

        write_html(run, arguments.html)
    written = [path for path in (arguments.json, arguments.html) if path]
    if arguments.pages:
        from proofs_check.pages import write_pages

        written += write_pages(run, arguments.pages)
    for path in written:
        console.print(f"wrote {path}", soft_wrap=True)
    return exit_status(run)


def _count(selection: Sequence[str], papers: tuple[str, ...]) -> int:
    """How many claims are to come, for the progress bar; 0 where that is not known beforehand."""
    from fnmatch import fnmatchcase

    from theory.registry import listing

    entries = [e for e in listing() if not papers or e.paper in papers]
    if not selection:
        return len(entries)
    return sum(
        1 if not any(c in name for c in "*?[") else sum(fnmatchcase(e.id, name) for e in entries)
        for name in dict.fromkeys(selection)
    )


def _list(arguments: argparse.Namespace) -> int:
    import textwrap

    papers = _papers(arguments.paper)
    from theory import registry

    for paper in papers or registry.PAPERS:
        entries = [entry for entry in registry.listing() if entry.paper == paper]
        print(f"{paper}: {len(entries)} claims, {len(registry.inventory(paper))} inventory items")
        for entry in entries:
            main_item = registry.items().get(entry.items[0])
            print(f"  {entry.id:<28} {main_item.place if main_item else ''}".rstrip())
            others = [item for item in entry.items if item != entry.id]
            text = f"{'also ' if entry.id in entry.items else ''}decides {', '.join(others)}"
            for line in textwrap.wrap(text, 72, break_on_hyphens=False) if others else ():
                print(f"      {line}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from proofs_check.show import show

    return show(arguments.id, arguments.effort)


def _explain(arguments: argparse.Namespace) -> int:
    from proofs_check.explain_command import command

    return command(arguments.id, arguments.effort)


def _bound(arguments: argparse.Namespace) -> int:
    from proofs_check.bound_command import command

    return command(arguments.id, arguments.values)


def _figures(arguments: argparse.Namespace) -> int:
    from paper_figures.draw import main as draw

    return draw(arguments.names, arguments.scale, arguments.out) or 0


def _pages(arguments: argparse.Namespace) -> int:
    from proofs_check.pages import command

    _writable(folder=arguments.out)
    return command(_papers(arguments.paper), arguments.effort, arguments.out)


def _demo(arguments: argparse.Namespace) -> int:
    from proofs_check.demo import run

    run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
