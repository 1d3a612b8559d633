"""Who is quoted as saying what a claim tells. Imports `claims`, `document`, `mentions`."""

from collections.abc import Sequence

from graph.model import Actor
from ingest.claims import Claim
from ingest.document import Sentence
from ingest.mentions import Mention


def attributed_to(sentence: Sentence, mentions: Sequence[Mention], claim: Claim) -> Actor | None:
    """The principal of the verb of speech above the claim, else of "according to ..."."""
    if claim.speaker is not None:
        return claim.speaker.principal
    for token in sentence.tokens:
        if token.lemma == "accord" and token.text.lower() == "according":
            after = [m for m in mentions if m.start > token.end and m.principal is not None]
            if after and after[0].start - token.end < 60:
                return after[0].principal
    return None
