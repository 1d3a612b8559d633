"""Whether the process lives, and whether it can answer."""

from fastapi import APIRouter

from app.deps import StoreDep
from app.responses import problems
from app.schemas import HealthOut

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> HealthOut:
    """The process runs."""
    return HealthOut(status="ok")


@router.get("/readyz", responses=problems(503))
def readyz(store: StoreDep) -> HealthOut:
    """The store can be read and has the schema of this version."""
    store.check()
    return HealthOut(status="ready")
