"""Small groups stay hidden, whatever is added to and subtracted from what is shown."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.survey_privacy import COMMUNITIES, HOMES, Group, shown

Sizes = Mapping[Hashable, int]


def plain(key: Hashable, *parts: Hashable) -> Group:
    return Group(key, dict.fromkeys(parts, 1.0))


def rank(rows: Iterable[Sequence[Fraction]]) -> int:
    """By plain elimination, in no clever order: the test's own."""
    held = [list(row) for row in rows]
    found = 0
    for column in range(len(held[0]) if held else 0):
        pivot = next((n for n in range(found, len(held)) if held[n][column]), None)
        if pivot is None:
            continue
        held[found], held[pivot] = held[pivot], held[found]
        for n in range(found + 1, len(held)):
            times = held[n][column] / held[found][column]
            held[n] = [a - times * b for a, b in zip(held[n], held[found], strict=True)]
        found += 1
    return found


def given_away(groups: Sequence[Group], sizes: Sizes, least: int) -> list[tuple[Hashable, ...]]:
    """Every set of parts with fewer than `least` answers about which the groups together say something:
    some combination of them is nothing outside the set, which is so exactly when the equations without
    the set's columns have a lower rank."""
    parts = [part for part in sizes if sizes[part]]
    rows = [[Fraction(group.parts.get(part, 0)) for part in parts] for group in groups]
    whole = rank(rows)
    subsets = chain.from_iterable(combinations(parts, n) for n in range(1, len(parts) + 1))
    small = [some for some in subsets if sum(sizes[part] for part in some) < least]
    return [
        some
        for some in small
        if rank([[w for w, p in zip(row, parts, strict=True) if p not in some] for row in rows])
        < whole
    ]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Group], dict[Hashable, int]]:
    """Communities in streets, homes of two kinds, weights of their own; totals over all and any."""
    streets = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    where = [(street, n) for street, count in enumerate(streets) for n in range(count)]
    parts = [(*place, kind) for place in where for kind in "os"]
    sizes: dict[Hashable, int] = {part: draw(st.integers(0, 14)) for part in parts}
    weight = {part: draw(st.sampled_from([1.0, 3.25, 7.5])) for part in parts}

    def group(key: Hashable, wanted: Sequence[tuple[int, int, str]], weighted: bool) -> Group:
        return Group((key, weighted), {p: weight[p] if weighted else 1.0 for p in wanted})

    groups = []
    for weighted in (True, False):
        groups.append(group("all", parts, weighted))
        groups += [group(("kind", k), [p for p in parts if p[2] == k], weighted) for k in "os"]
        groups += [
            group(("street", s), [p for p in parts if p[0] == s], weighted)
            for s in range(len(streets))
        ]
        groups += [group(("place", w), [p for p in parts if p[:2] == w], weighted) for w in where]
        groups += [group(("part", p), [p], weighted) for p in parts]
    return draw(st.permutations(groups)), sizes


@given(tables())
@settings(max_examples=100)
def test_linear_algebra_says_nothing_of_fewer_than_k(
    table: tuple[list[Group], dict[Hashable, int]],
) -> None:
    groups, sizes = table
    keys = shown(groups, sizes, HOMES)
    assert given_away([group for group in groups if group.key in keys], sizes, HOMES) == []


def test_the_attack_of_this_test_finds_what_a_naive_rule_gives_away() -> None:
    """Without complementary suppression: 40 homes in all and 34 of them ordinary give away six."""
    sizes: Sizes = {"ordinary": 34, "special": 6}
    groups = [plain("all", "ordinary", "special"), plain("ordinary", "ordinary")]
    naive = [group for group in groups if group.size(sizes) >= HOMES]
    assert given_away(naive, sizes, HOMES) == [("special",)]
    assert shown(groups, sizes, HOMES) == {"all"}


def test_two_large_parts_and_their_total_are_all_shown() -> None:
    groups = [plain("all", "a", "b"), plain("a", "a"), plain("b", "b")]
    assert shown(groups, {"a": 10, "b": 11}, HOMES) == {"all", "a", "b"}


def test_the_smallest_neighbour_goes_with_a_community_that_is_too_small() -> None:
    """Named in order of size, so what is lost is little."""
    sizes: Sizes = {"a": 40, "b": 30, "c": 12, "d": 4}
    groups = [plain("street", *sizes), *(plain(name, name) for name in sizes)]
    assert shown(groups, sizes, HOMES) == {"street", "a", "b"}


def test_two_that_are_too_small_hide_each_other_only_together() -> None:
    """Six and five are eleven: that their sum follows says nothing of fewer than ten."""
    sizes: Sizes = {"a": 40, "b": 6, "c": 5}
    groups = [plain("all", *sizes), plain("a", "a"), plain("b", "b"), plain("c", "c")]
    assert shown(groups, sizes, HOMES) == {"all", "a"}
    smaller: Sizes = {"a": 40, "b": 5, "c": 4}
    assert shown(groups, smaller, HOMES) == {"all"}


def test_the_weighted_and_the_plain_mean_of_the_same_homes_are_two_equations() -> None:
    """From x+y and 3x+y follows y, so only one of the two is shown beside a small stratum."""
    sizes: Sizes = {"ordinary": 30, "special": 6}
    groups = [Group("weighted", {"ordinary": 3.0, "special": 1.0}), plain("plain", *sizes)]
    assert shown(groups, sizes, HOMES) == {"weighted"}
    assert shown(groups, {"ordinary": 30, "special": 12}, HOMES) == {"weighted", "plain"}


def test_special_homes_of_the_city_are_shown_though_no_communitys_are() -> None:
    sizes: Sizes = {(place, kind): 35 if kind == "o" else 7 for place in range(40) for kind in "os"}
    groups = [plain("city", *sizes), plain("special", *(part for part in sizes if part[1] == "s"))]  # type: ignore[index]
    groups += [plain(place, (place, "o"), (place, "s")) for place in range(40)]
    groups += [plain((place, "s"), (place, "s")) for place in range(40)]
    assert shown(groups, sizes, HOMES) == {"city", "special", *range(40)}


def test_a_departments_score_needs_five_communities() -> None:
    raters: Sizes = dict.fromkeys(range(4), 1)
    assert shown([plain("department", *raters)], raters, COMMUNITIES) == frozenset()
    assert shown([plain("department", *range(5))], dict.fromkeys(range(5), 1), COMMUNITIES)


def test_a_city_of_564_communities_is_decided_in_a_moment() -> None:
    sizes: Sizes = {
        (n, kind): (30 if kind == "o" else 7) * (n % 19 > 0) + n % 3
        for n in range(564)
        for kind in "os"
    }
    groups = [plain("city", *sizes), plain("special", *(part for part in sizes if part[1] == "s"))]  # type: ignore[index]
    groups += [plain(n, (n, "o"), (n, "s")) for n in range(564)]
    keys = shown(groups, sizes, HOMES)
    assert {"city", "special"} <= keys
    assert len(keys) > 500
