"""Checks beside the assets: is the data of each source as fresh as its release calendar says?"""

from collections.abc import Iterator

import dagster as dg

from pipelines.assets import source_key
from pipelines.freshness import freshness
from pipelines.session import Session
from schemas.reference_data import Reference


def freshness_check(reference: Reference) -> dg.AssetChecksDefinition:
    """One step that judges every source with a calendar."""
    specs = [
        dg.AssetCheckSpec(
            "data_freshness",
            asset=source_key(s.source_id),
            description=f"every {s.calendar.frequency.en} period, {s.calendar.lag_days} days after its end",
            additional_deps=["observations"],
        )
        for s in reference.sources.values()
        if s.calendar is not None
    ]

    @dg.multi_asset_check(name="data_freshness", specs=specs)
    def data_freshness(session: dg.ResourceParam[Session]) -> Iterator[dg.AssetCheckResult]:
        for f in freshness(session.connection, session.reference):
            yield dg.AssetCheckResult(
                check_name="data_freshness",
                asset_key=source_key(f.source_id),
                passed=not f.late,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"newest_period_held": f.newest or "none", "newest_period_due": f.due},
                description=f"newest held {f.newest or 'none'}, due {f.due}",
            )

    return data_freshness
