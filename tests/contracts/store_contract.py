"""The promises of `graph.store`, one test each; every adapter's test class inherits StoreContract.

An adapter gives the fixture `store`: a migrated, empty store that the fixture closes.
"""

from tests.contracts.store_actors import ActorsContract
from tests.contracts.store_articles import ArticlesContract
from tests.contracts.store_inbox import InboxContract, ReplacingContract
from tests.contracts.store_latest import LatestContract
from tests.contracts.store_lists import ListsContract
from tests.contracts.store_sums import SumsContract
from tests.contracts.store_ties import TiesContract
from tests.contracts.store_writing import WritingContract


class StoreContract(
    WritingContract,
    ListsContract,
    ActorsContract,
    ArticlesContract,
    TiesContract,
    LatestContract,
    SumsContract,
    InboxContract,
    ReplacingContract,
):
    """Every promise; its parts stand in the modules beside this one."""
