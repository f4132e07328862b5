"""Statements for tests of the method, made by hand or drawn at random."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.method.statements import Kind, Said, Statement


def a_statement(
    number: int = 1,
    *,
    kind: Kind = Kind.EXPECTATION,
    wording: str = "",
    position: int | None = None,
    version: int = 1,
    said: Said | None = None,
) -> Statement:
    """A statement with the id `number`, which is also its position by default."""
    return Statement(
        id=number,
        kind=kind,
        version=version,
        wording=wording or f"statement {number}",
        position=number if position is None else position,
        said=said,
    )


# Words that a person types, with the signs and scripts that trip code up.
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]) | st.sampled_from("aAbBßİ-•1.)#*"),
    min_size=1,
    max_size=6,
)
wordings = st.lists(words, min_size=1, max_size=4).map(" ".join)


@st.composite
def lists_of_statements(draw: st.DrawFn, said: st.SearchStrategy[Said | None] | None = None) -> list[Statement]:
    """The statements of a deal: positions count from 1 per kind, ids and kinds are mixed."""
    places = dict.fromkeys(Kind, 0)
    made: list[Statement] = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        kind = draw(st.sampled_from(Kind))
        places[kind] += 1
        made.append(
            a_statement(
                number,
                kind=kind,
                wording=draw(wordings),
                position=places[kind],
                version=draw(st.integers(1, 5)),
                said=draw(said if said is not None else st.sampled_from([None, *Said])),
            )
        )
    return draw(st.permutations(made))
