"""Rounds at the command line: for listed homes, for some by lot, and the draw made again."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Run = Callable[..., Result]
SURVEY, OWN = "resident-rates-community", "own.yaml"

PLAIN = """\
format: linli-survey-1
id: own
version: 1
title: 问一问
minimum_group: 5
minimum_reason: 来吃饭的人家少
sections:
  - {id: one, title: 一, items: [{id: eats, kind: choice, text: 来吃过吗？, options: [吃过, 没吃过]}]}
"""


def test_listed_homes_are_named_as_the_register_names_them(run: Run) -> None:
    Path("homes.txt").write_text("3幢-502\n9幢-999\n\n", encoding="utf-8")
    wanted = ("rounds", "launch", SURVEY, "test-place", "--by", "head", "--homes", "homes.txt")
    refused = run(*wanted)
    assert refused.exit_code == 2
    assert "line 2: 9幢-999" in refused.output
    Path("homes.txt").write_bytes("3幢-502".encode("gbk"))
    assert "is not UTF-8" in run(*wanted).output
    assert "Either --homes or --sample" in run(*wanted, "--sample", "2").output
    assert run("rounds", "list").output == "No round is open.\n", "nothing was opened"
    stranger = ("rounds", "launch", SURVEY, "test-place", "--by", "granny")
    assert "does not oversee this community" in run(*stranger).output

    Path("homes.txt").write_text("3幢-502\n1幢-201\n", encoding="utf-8-sig")
    assert "Round 1 is open" in run(*wanted).output
    listed = run("rounds", "list").output
    assert "test-place  asks list  2 sampled, 0 answered  RR1 0.0%, RR2 0.0%" in listed
    assert "still open there" in run(*wanted).output


def test_homes_that_nobody_lives_in_are_taken_out_of_the_sample(run: Run) -> None:
    wanted = ("rounds", "launch", SURVEY, "test-place", "--by", "head", "--homes", "homes.txt")
    Path("homes.txt").write_text("3幢-502\n1幢-201\n", encoding="utf-8")
    run(*wanted)
    Path("empty.txt").write_text("1幢-201\n1幢-202\n", encoding="utf-8")
    assert "1 of 2 homes" in run("rounds", "empty", "1", "--homes", "empty.txt").output
    said = run("rounds", "outcomes", "1").output.splitlines()
    assert " 4.10        1  ineligible" in said
    assert said[-1].endswith("2  sampled  RR1 0.0%, RR2 0.0%")
    assert sum(int(line.split()[1]) for line in said[:-1]) == 2, "nobody vanishes"
    assert "no open round 7" in run("rounds", "empty", "7", "--homes", "empty.txt").output
    assert "no round 7" in run("rounds", "outcomes", "7").output


def test_a_draw_is_made_again_and_a_survey_without_aspects_is_asked_in_full(run: Run) -> None:
    by = ("test-place", "--by", "head", "--seed", "2026", "--sample", "10")
    assert "its seed is 2026" in run("rounds", "launch", SURVEY, *by).output
    again = run("rounds", "draw", "1").output
    assert "ordinary: 9 of 29 homes, design weight 3.222: the same again" in again
    assert "special: 1 of 1 homes, design weight 1.000: the same again" in again
    assert "no round 7" in run("rounds", "draw", "7").output

    Path(OWN).write_text(PLAIN, encoding="utf-8")
    assert run("survey", "load", OWN).exit_code == 0
    assert "has no short form" in run("survey", "preview", OWN, "--short").output
    assert run("rounds", "launch", "own", *by).exit_code == 0
    with sqlite3.connect("linli.sqlite3") as kept:
        forms = kept.execute("SELECT form FROM survey_rounds ORDER BY id").fetchall()
    assert forms == [("short",), ("full",)]
