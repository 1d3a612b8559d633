"""A text in, what it tells out; nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Body

from app.deps import CoderDep, check_length
from app.extracted import Explanation
from app.responses import bounded_route, problems
from app.text_schemas import EXAMPLE, MAX_BODY, ExtractOut, TextIn
from graph.model import Article

router = APIRouter(prefix="/v1", tags=["texts"], route_class=bounded_route(MAX_BODY))

TextBody = Annotated[TextIn, Body(openapi_examples={"a sentence": {"value": EXAMPLE}})]


@router.post("/extract", responses=problems(400, 413, 422, 503))
def extract_events(coder: CoderDep, body: TextBody) -> ExtractOut:
    """The events of a text, each with its sentence and offsets into the text.

    The same as `westphalia extract`. A text in another language than English gives a problem and
    no events. Texts are read one at a time: with too many waiting the answer is 503.
    """
    return ExtractOut.of(coder.code(_article(body)), body.id)


@router.post("/explain", responses=problems(400, 413, 422, 503))
def explain_text(coder: CoderDep, body: TextBody) -> Explanation:
    """What was seen in each sentence of a text, and why it became events or none.

    The same as `westphalia explain --format json`: actors and how each was resolved, the lexicon
    entry of each event, how its status came about, and triggers that led nowhere.
    """
    return Explanation.of(coder.code(_article(body)), body.id)


def _article(body: TextIn) -> Article:
    check_length(body)
    return body.article()
