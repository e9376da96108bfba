-- grain: cumulative series, month; a cumulative value of a flow, its month alone, and the cumulative value before
-- unit: the indicator's unit
-- formula: known says of the three, in this order: = a number stands, Q it is suppressed; nothing precedes January
-- reads: observations, indicators
WITH flows AS (
    SELECT
        o.*,
        i.can_be_negative,
        EXTRACT(MONTH FROM o.period_end) AS month,
        CASE WHEN o.obs_status = 'Q' THEN 'Q' WHEN o.value IS NOT NULL AND o.qualifier = 'exact' THEN '=' END AS state
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    WHERE i.nature = 'flow' AND o.measure = 'level' AND o.frequency = 'M'
)

SELECT
    t.*,
    p.series_id AS month_series_id,
    p.value AS month_value,
    p.rounding_unit AS month_rounding_unit,
    p.qualifier AS month_qualifier,
    p.released_on AS month_released_on,
    p.locator AS month_locator,
    p.snapshot_sha256 AS month_snapshot_sha256,
    b.period AS period_before,
    b.value AS value_before,
    b.rounding_unit AS rounding_unit_before,
    b.released_on AS released_on_before,
    b.release_seq AS release_seq_before,
    CONCAT(t.state, p.state, CASE WHEN t.month = 1 THEN '=' ELSE b.state END) AS known
FROM flows AS t
INNER JOIN flows AS p
    ON
        t.indicator_id = p.indicator_id
        AND t.area_code = p.area_code
        AND t.sector_code = p.sector_code
        AND t.source_id = p.source_id
        AND t.price_basis = p.price_basis
        AND t.definition_id = p.definition_id
        AND t.period = p.period
LEFT JOIN flows AS b
    ON t.series_id = b.series_id AND LAST_DAY(CAST(t.period_end - INTERVAL '1' MONTH AS DATE)) = b.period_end
WHERE t.basis = 'cumulative' AND p.basis = 'period'
