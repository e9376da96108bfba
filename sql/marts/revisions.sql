-- grain: series, period, version
-- unit: the series' unit; percent for change_percent
-- formula: change = value - value_before of the version before; the cause is what is declared of the two: a correction
--   that sets in or ends, withdrawal, a revision with its date, stage, other decimals of one value; else UNEXPLAINED
-- reads: versions, series, series_breaks
WITH numbered AS (
    SELECT
        v.*,
        s.indicator_id,
        s.area_code,
        s.source_id,
        s.measure,
        s.unit,
        ROW_NUMBER() OVER (
            PARTITION BY v.series_id, v.period
            ORDER BY v.released_on, v.release_seq, v.correction_id IS NOT NULL
        ) AS version_number
    FROM versions AS v
    INNER JOIN series AS s ON v.series_id = s.series_id
),

paired AS (
    SELECT
        n.*,
        b.value AS value_before,
        b.released_on AS released_before,
        b.release_state AS state_before,
        b.stage AS stage_before,
        b.correction_id AS correction_before,
        (COALESCE(n.rounding_unit, 0) + COALESCE(b.rounding_unit, 0)) / 2 AS rounding
    FROM numbered AS n
    INNER JOIN numbered AS b
        ON n.series_id = b.series_id AND n.period = b.period AND n.version_number = b.version_number + 1
),

declared AS (
    SELECT DISTINCT
        p.series_id,
        p.period,
        p.version_number
    FROM paired AS p
    INNER JOIN series_breaks AS k
        ON
            p.source_id = k.source_id
            AND p.indicator_id = k.indicator_id
            AND COALESCE(k.area_code, p.area_code) = p.area_code
            AND p.released_before < k.revised_on
            AND p.released_on >= k.revised_on
            AND p.period_start >= k.period_from
)

SELECT
    p.series_id,
    p.indicator_id,
    p.area_code,
    p.source_id,
    p.measure,
    p.period,
    p.period_end,
    p.unit,
    p.released_on,
    p.release_seq,
    p.version_number,
    p.released_before,
    p.value_before,
    p.value,
    p.value - p.value_before AS change,
    CASE
        WHEN p.measure = 'level' AND p.value_before <> 0
            THEN
                CAST(
                    ROUND((CAST(p.value AS DOUBLE) / CAST(p.value_before AS DOUBLE) - 1) * 100, 6)
                    AS DECIMAL(18, 6)
                )
    END AS change_percent,
    p.stage_before,
    p.stage,
    CASE
        WHEN p.correction_id IS NOT NULL OR p.correction_before IS NOT NULL THEN 'correction'
        WHEN p.release_state = 'withdrawn' THEN 'withdrawn'
        WHEN p.state_before = 'withdrawn' THEN 'reinstated'
        WHEN d.series_id IS NOT NULL THEN 'declared'
        WHEN p.value = p.value_before THEN 'attributes'
        WHEN ABS(p.value - p.value_before) <= p.rounding THEN 'precision'
        WHEN p.stage <> p.stage_before THEN 'stage'
        ELSE 'UNEXPLAINED'
    END AS cause
FROM paired AS p
LEFT JOIN declared AS d
    ON p.series_id = d.series_id AND p.period = d.period AND p.version_number = d.version_number
