"""What the store holds in numbers, and the vocabulary that events are told in."""

from fastapi import APIRouter

from app.catalog_schemas import OntologyOut, StatsOut
from app.deps import ReferenceDep, StoreDep
from app.responses import TaggedRoute, problems
from app.summaries import StoreSummary
from graph.ontology import load_ontology

router = APIRouter(prefix="/v1", tags=["catalog"], route_class=TaggedRoute)


@router.get("/stats", responses=problems(422, 503))
def get_stats(store: StoreDep, reference: ReferenceDep) -> StatsOut:
    """Counts over the whole store, its first and last day, and the day of the curated data."""
    counts = StoreSummary.of(store.statistics())
    return StatsOut(**counts.model_dump(), reference_as_of=reference.as_of)


@router.get("/ontology", responses=problems(422, 503))
def get_ontology() -> OntologyOut:
    """Every relation with its PLOVER types, CAMEO code, quad class and score; the same words as
    in `relation`, `event_type` and `status`."""
    return OntologyOut.of(load_ontology())
