"""Whether the process lives, whether it can answer, and what it counts."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.clock import today
from app.deps import StoreDep
from app.metrics import newest_day
from app.responses import problems
from app.schemas import HealthOut, ReadyOut

router = APIRouter(tags=["health"])
metrics_router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process runs."""
    return HealthOut(status="ok")


@router.get("/readyz", responses=problems(503))
def readyz(store: StoreDep) -> ReadyOut:
    """The store can be read and has the schema of this version; and how fresh its data is."""
    store.check()
    now = today()
    newest = newest_day(store, now)
    age = None if newest is None else (now - newest).days
    return ReadyOut(status="ready", newest_day=newest, age_days=age)


@metrics_router.get("/metrics", response_class=PlainTextResponse, responses=problems(401, 403, 429))
def metrics(request: Request) -> Response:
    """Requests, latency, the store and its freshness, in the text format of Prometheus."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)
