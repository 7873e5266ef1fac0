"""`python -m bot guides …`: the guides as files, drafts, versions; for whoever keeps them."""

import getpass
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands import run, settings_of, stop

if TYPE_CHECKING:  # what the commands load when they run, so that --help does not wait for it
    from domain.content import Change, Signed, Version
    from storage.database import Database
    from wording import Say

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Keep the guides: export, edit, import, preview, publish, go back.",
)

File = Annotated[
    Path, typer.Argument(help="Its ending says the format: .xlsx, .yaml, .zip, .json.")
]
Format = Annotated[
    str,
    typer.Option(
        "--format", help="guides (all of it), hsds (Open Referral 3), items (政务服务事项)."
    ),
]
Name = Annotated[str, typer.Argument(help="A guide's id.")]
Ids = Annotated[list[str] | None, typer.Argument(help="Ids of guides.")]
Names = Annotated[list[str] | None, typer.Argument(help="Ids of guides; without any, all drafts.")]
By = Annotated[str, typer.Option(help="Who does it; your login name otherwise.")]
Why = Annotated[str, typer.Option(help="Why: it stands in the history.")]
In = Annotated[str, typer.Option("--language", help="Of headings and problems: zh or en.")]
Questions = Annotated[
    Path, typer.Option(help="A test set of questions whose answers are compared.")
]

_TESTED = Path("tests/knowledge/questions.yaml")


def _with(work: Callable[["Database"], Awaitable[None]]) -> None:
    """Run with the database, its tables and the shipped guides up to date."""
    from bot.content import bring_in
    from bot.parts import tables
    from knowledge.guides import shipped_guides

    async def whole() -> None:
        async with tables(settings) as database:
            await bring_in(database, shipped_guides())
            await work(database)

    settings = settings_of()
    run(settings, whole())


def _say(language: str) -> "Say":
    from domain.people import Language
    from wording import Phrases

    return Phrases.shipped()[Language.from_tag(language)]


def _signed(by: str, why: str) -> "Signed":
    from domain.content import Signed

    return Signed(by or getpass.getuser(), why)


@app.command()
def export(
    file: File,
    style: Format = "guides",
    language: In = "zh",
    waiting: Annotated[
        bool, typer.Option("--drafts", help="With drafts in the place of what residents read.")
    ] = False,
) -> None:
    """Write what residents read now into a file; `hsds` holds the communities' facilities, too."""
    from bot import preview, shelf
    from bot.places import placed
    from bot.standards.places import services
    from knowledge.words import unwritten
    from storage import content, drafts

    async def work(database: "Database") -> None:
        async with database.reading() as reading:
            book, wanted = await shelf.current(reading), await drafts.wanted(reading)
            if waiting:
                book = preview.with_drafts(book, await content.drafts(reading))
            beside = [s for of in await placed(reading) for s in services(of)]
        wanted = unwritten(book, wanted)
        made = shelf.to_file(book, file, style, _say(language), wanted, beside)
        file.write_bytes(made)
        typer.echo(f"{len(book.guides)} guides written to {file}.")

    _with(work)


@app.command("import")
def import_(
    file: File, why: Why, style: Format = "guides", by: By = "", language: In = "zh"
) -> None:
    """Read a file and keep what differs as drafts; residents see nothing of it yet."""
    from bot import shelf

    async def work(database: "Database") -> None:
        async with database.writing() as writing:
            now = await shelf.current(writing)
            book, left_out = shelf.from_file(
                file, style, _say(language), now, database.clock().date()
            )
            done = await shelf.bring(writing, book, _signed(by, why))
        for line in left_out:
            typer.secho(line, fg="yellow")
        for old, number in done.replaced:
            look = f"python -m bot guides diff {old.guide_id} {old.number} {number}"
            told = f"{old.guide_id}: draft {old.number} by {old.by} ({old.why}) is replaced; look: {look}"
            typer.secho(told, fg="yellow")
        typer.echo(_listed(f"{len(done.drafts)} drafts, {done.same} as they are", done.drafts))
        if done.drafts:
            typer.echo("Look at them with: python -m bot guides preview")

    if not file.exists():
        raise stop(f"{file} does not exist")
    _with(work)


@app.command()
def preview(names: Names = None, questions: Questions = _TESTED, language: In = "zh") -> None:
    """Show what residents would read, and which questions would be answered otherwise."""
    from bot import preview as previewing
    from bot import shelf
    from domain.content import changes
    from handlers.reader import Reader
    from knowledge import Knowledge
    from knowledge.guides import Guide
    from storage import content

    async def work(database: "Database") -> None:
        async with database.reading() as reading:
            drafts = _chosen(await content.drafts(reading), names)
            book, live = await shelf.current(reading), await content.live(reading)
            recent = await content.recent_questions(reading)
        before = previewing.knowing(Knowledge.shipped(), book)
        reader = Reader(_say(language), database.clock().date(), before)
        guides = [Guide.model_validate(draft.body) for draft in drafts]
        for draft, guide in zip(drafts, guides, strict=True):
            typer.secho(
                f"\n── {guide.id}: draft {draft.number} by {draft.by} ({draft.why})", bold=True
            )
            typer.echo(previewing.shown(reader, guide))
            _tell_changes(changes(live[guide.id].body if guide.id in live else {}, draft.body))
        after = previewing.knowing(before, previewing.with_drafts(book, drafts))
        asked = previewing.asked(recent, questions, guides)
        found = previewing.turned(before, after, asked)
        typer.secho(
            f"\n── {len(found)} of {len(set(asked))} questions change their answer", bold=True
        )
        for each in found:
            typer.echo(f"{each.question}\n    {each.before}  →  {each.after}")

    _with(work)


@app.command()
def publish(
    names: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="All drafts.")] = False,
) -> None:
    """Let residents read drafts; every running process takes them up within seconds. New guides that
    nobody has filled in go out by name only."""
    from bot import shelf
    from knowledge.blank import is_blank
    from knowledge.guides import Guide
    from storage import content

    if not names and not every:
        raise stop("Name the guides, or say --all.")

    async def work(database: "Database") -> None:
        async with database.writing() as writing:
            chosen = _chosen(await content.drafts(writing), names)
            blank = [d for d in chosen if not names and is_blank(Guide.model_validate(d.body))]
            done = await shelf.publish(writing, [d for d in chosen if d not in blank])
        for draft in blank:
            told = f"{draft.guide_id}: left out, nobody has filled it in; publish it by name"
            typer.secho(told, fg="yellow")
        typer.echo(_listed(f"{len(done)} published", done))

    _with(work)


@app.command()
def drop(names: Names = None) -> None:
    """Let drafts go; they stay in the history."""
    from storage import content

    async def work(database: "Database") -> None:
        async with database.writing() as writing:
            drafts = _chosen(await content.drafts(writing), names)
            for draft in drafts:
                await content.drop(writing, draft.guide_id)
        typer.echo(f"{len(drafts)} let go.")

    _with(work)


@app.command()
def withdraw(name: Name) -> None:
    """Take a guide off the shelf; its versions stay, and rollback brings it back."""
    from bot import shelf
    from storage import content

    async def work(database: "Database") -> None:
        async with database.writing() as writing:
            done = await content.withdraw(writing, name)
            shelf.checked(await content.stock(writing))
        typer.echo(f"{name} is off the shelf." if done else f"{name} was not on the shelf.")

    _with(work)


@app.command()
def history(name: Name) -> None:
    """All versions of a guide: who, when, why."""
    from storage import content

    async def work(database: "Database") -> None:
        async with database.reading() as reading:
            versions = await content.history(reading, name)
        if not versions:
            raise stop(f"No guide has the id {name!r}.")
        for v in versions:
            typer.echo(f"{v.number:>4}  {v.state:<9}  {v.made_at:%Y-%m-%d %H:%M}  {v.by}: {v.why}")

    _with(work)


@app.command()
def diff(name: Name, older: int, newer: int) -> None:
    """What differs between two versions of a guide."""
    from domain.content import changes
    from storage import content

    async def work(database: "Database") -> None:
        async with database.reading() as reading:
            before = await content.get(reading, name, older)
            after = await content.get(reading, name, newer)
        if before is None or after is None:
            raise stop(f"{name!r} has no such version: python -m bot guides history {name}")
        _tell_changes(changes(before.body, after.body))

    _with(work)


@app.command()
def rollback(name: Name, number: int, by: By = "", why: Why = "") -> None:
    """Say again what an earlier version said, as a new version, at once."""
    from bot import shelf

    async def work(database: "Database") -> None:
        async with database.writing() as writing:
            reason = why or f"back to version {number}"
            new = await shelf.roll_back(writing, name, number, _signed(by, reason))
        if new is None:
            raise stop(f"{name!r} has no version {number} to go back to.")
        typer.echo(f"{name}: version {new.number} says what version {number} said.")

    _with(work)


@app.command()
def own(
    person: Annotated[str, typer.Argument(help="The person's code in the loaded register.")],
    names: Ids = None,
    category: Annotated[str, typer.Option(help="All guides of a category.")] = "",
) -> None:
    """Say who keeps guides: reviews that are due become that person's duties."""
    from bot import shelf
    from storage import content, people

    if not (names or category):
        raise stop("Name the guides, or say --category.")

    async def work(database: "Database") -> None:
        async with database.writing() as writing:
            owner = await people.person_by_code(writing, person)
            if owner is None:
                raise stop(f"Nobody in the register has the code {person!r}.")
            book, known = await shelf.current(writing), await content.known_ids(writing)
            ids = [*(names or ()), *(guide.id for guide in book.guides_in(category))]
            if wrong := [name for name in names or () if name not in known]:
                raise stop(f"No guide has the id {wrong[0]!r}.")
            if not ids:
                raise stop(f"No guide is in the category {category!r}.")
            await content.keep(writing, ids, owner_id=owner.id)
        typer.echo(f"{owner.name} keeps {len(ids)} guides.")

    _with(work)


@app.command()
def check() -> None:
    """Say what is overdue, what nobody has verified, what waits to be published, and what is wanted."""
    from bot import shelf
    from knowledge.words import unwritten
    from storage import content
    from storage import drafts as misses

    async def work(database: "Database") -> None:
        async with database.reading() as reading:
            book, kept = await shelf.current(reading), await content.keeping(reading)
            drafts = await content.drafts(reading)
            wanted = unwritten(book, await misses.wanted(reading))
        today = database.clock().date()
        for guide in book.guides:
            due = kept[guide.id].review_on
            faults = [f"review was due on {due}"] if due is None or due <= today else []
            faults += [] if guide.verified else ["not verified"]
            faults += [f"unverified: {', '.join(guide.unverified_fields)}"] * bool(
                guide.unverified_fields
            )
            if faults:
                typer.echo(f"{guide.id}  {guide.short_name}: {'; '.join(faults)}")
        for draft in drafts:
            typer.echo(f"{draft.guide_id}  {draft.name}: draft {draft.number} waits ({draft.why})")
        for miss in wanted:
            typer.echo(f"wanted, asked {miss.times} times: {miss.text}")

    _with(work)


def _chosen(drafts: "list[Version]", names: list[str] | None) -> "list[Version]":
    if not names:
        return drafts
    if missing := set(names) - {draft.guide_id for draft in drafts}:
        raise stop(f"There is no draft of {', '.join(sorted(missing))}.")
    return [draft for draft in drafts if draft.guide_id in names]


def _listed(says: str, names: Collection[str]) -> str:
    return f"{says}: {' '.join(names)}" if names else f"{says}."


def _tell_changes(changed: "Iterable[Change]") -> None:
    """Each field with what goes and what comes; of a list, only the entries that do."""
    for change in changed:
        typer.secho(f"{change.field}:", bold=True)
        before, after = _entries(change.before), _entries(change.after)
        for gone in (each for each in before if each not in after):
            typer.secho(f"  - {gone}", fg="red")
        for come in (each for each in after if each not in before):
            typer.secho(f"  + {come}", fg="green")


def _entries(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
