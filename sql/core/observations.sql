-- grain: series, period
-- unit: the series' unit
-- formula: the version with the greatest released_on, then the greatest release_seq, then the correction of that
-- reads: versions, series
WITH ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY series_id, period
            ORDER BY released_on DESC, release_seq DESC, correction_id IS NULL
        ) AS newest_first
    FROM versions
)

SELECT
    v.series_id,
    s.indicator_id,
    s.area_code,
    s.sector_code,
    s.source_id,
    s.frequency,
    s.basis,
    s.measure,
    s.price_basis,
    s.definition_id,
    s.unit,
    v.period,
    v.period_start,
    v.period_end,
    v.value,
    v.qualifier,
    v.rounding_unit,
    v.value_text,
    v.unit_published,
    v.obs_status,
    v.stage,
    v.coverage_from,
    v.coverage_to,
    v.period_origin,
    v.release_state,
    v.authority,
    v.re_source_needed,
    v.publisher,
    v.title,
    v.place,
    v.note,
    v.released_on,
    v.released_on_origin,
    v.release_seq,
    v.snapshot_sha256,
    v.locator,
    v.correction_id,
    v.published_text
FROM ranked AS v
INNER JOIN series AS s ON v.series_id = s.series_id
WHERE v.newest_first = 1
