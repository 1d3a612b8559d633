"""Names that a parsed sentence uses like those of actors and that nothing explains.

They are shown and noted as problems, never guessed at. Imports `document`, `gazetteer`,
`mentions`.
"""

from collections.abc import Iterable, Iterator, Sequence

from ingest.document import Sentence, Token
from ingest.gazetteer import TermKind
from ingest.mentions import CALENDAR, Mention

HOW = "unknown: not in the data, and the text does not say for whom it acts"


def unknown_names(sentence: Sentence, known: Sequence[Mention]) -> Iterator[Mention]:
    """Names of two or more words that are subject, object or agent and touch no known mention."""
    at = 0
    tokens = sentence.tokens
    while at < len(tokens):
        end = at
        while end < len(tokens) and _is_name(tokens[end]):
            end += 1
        run = tokens[at:end]
        at = end + 1
        several = len(run) > 1 or (run and " " in run[0].text)
        if several and _acts(sentence, run) and not _touches(run, known):
            start, stop = run[0].start, run[-1].end
            surface = sentence.text[start - sentence.start : stop - sentence.start]
            yield Mention(start, stop, surface, TermKind.NAME, None, None, HOW)


def _is_name(token: Token) -> bool:
    return token.tag == "NNP" and token.text[:1].isupper() and token.text not in CALENDAR


def _acts(sentence: Sentence, run: Sequence[Token]) -> bool:
    head = run[-1]
    if head.dep == "pobj":
        return sentence.head(head).lemma in ("by", "with")
    return head.dep in ("nsubj", "nsubjpass", "dobj")


def _touches(run: Sequence[Token], known: Iterable[Mention]) -> bool:
    return any(m.start < run[-1].end and run[0].start < m.end for m in known)
