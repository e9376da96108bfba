-- grain: cumulative series, month
-- unit: the series' unit
-- formula: a month = its cumulative value less that of the month before, of one price basis; January is its own
--   cumulative value, or February's less the month of February; a published month is never replaced; a difference
--   stands for one only inside one set of versions: both of one day and stage, or the minuend given out once, later
-- reads: observations, versions, series, indicators, jan_feb_spans, series_breaks
WITH flows AS (
    SELECT
        o.*,
        i.can_be_negative,
        CAST(EXTRACT(YEAR FROM o.period_end) AS INTEGER) AS year,
        CAST(EXTRACT(MONTH FROM o.period_end) AS INTEGER) AS month
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    WHERE i.nature = 'flow' AND o.measure = 'level' AND o.frequency = 'M' AND o.value IS NOT NULL
),

firsts AS (
    SELECT
        series_id,
        period,
        MIN(released_on) AS first_released_on
    FROM versions
    GROUP BY series_id, period
),

totals AS (
    SELECT
        f.*,
        v.first_released_on
    FROM flows AS f
    INNER JOIN firsts AS v ON f.series_id = v.series_id AND f.period = v.period
    WHERE f.basis = 'cumulative'
),

singles AS (
    SELECT *
    FROM flows
    WHERE basis = 'period'
),

pairs AS (
    SELECT
        t.series_id,
        t.period,
        t.period_start,
        t.period_end,
        t.month,
        t.value AS minuend,
        CASE WHEN t.month = 1 THEN 0 ELSE b.value END AS subtrahend,
        t.qualifier = 'exact' AND COALESCE(b.qualifier, 'exact') = 'exact' AS exact,
        t.month = 1
        OR (
            t.stage = b.stage
            AND (
                t.released_on = b.released_on
                OR (b.released_on < t.released_on AND t.first_released_on = t.released_on)
            )
        ) AS one_version_set
    FROM totals AS t
    LEFT JOIN totals AS b ON t.series_id = b.series_id AND t.year = b.year AND t.month = b.month + 1
    UNION ALL
    SELECT
        t.series_id,
        CONCAT(CAST(t.year AS VARCHAR), '-01') AS period,
        b.period_start - INTERVAL '1' MONTH AS period_start,
        b.period_start - INTERVAL '1' DAY AS period_end,
        1 AS month,
        t.value AS minuend,
        b.value AS subtrahend,
        t.qualifier = 'exact' AND b.qualifier = 'exact' AS exact,
        t.stage = b.stage AND t.released_on = b.released_on AS one_version_set
    FROM totals AS t
    INNER JOIN singles AS b
        ON
            t.indicator_id = b.indicator_id
            AND t.area_code = b.area_code
            AND t.sector_code = b.sector_code
            AND t.source_id = b.source_id
            AND t.price_basis = b.price_basis
            AND t.definition_id = b.definition_id
            AND t.period = b.period
    LEFT JOIN totals AS j ON t.series_id = j.series_id AND t.year = j.year AND j.month = 1
    WHERE t.month = 2 AND j.series_id IS NULL
),

named AS (
    SELECT
        p.*,
        s.indicator_id,
        s.area_code,
        s.sector_code,
        s.source_id,
        s.price_basis,
        s.definition_id,
        s.unit,
        i.can_be_negative
    FROM pairs AS p
    INNER JOIN series AS s ON p.series_id = s.series_id
    INNER JOIN indicators AS i ON s.indicator_id = i.indicator_id
),

declared AS (
    SELECT
        n.series_id,
        n.period,
        'JAN_FEB' AS reason
    FROM named AS n
    INNER JOIN jan_feb_spans AS s
        ON
            n.indicator_id = s.indicator_id
            AND COALESCE(s.source_id, n.source_id) = n.source_id
            AND n.period_end >= s.valid_from
            AND n.period_end <= COALESCE(s.valid_to, n.period_end)
    WHERE n.month <= 2
    UNION
    SELECT
        n.series_id,
        n.period,
        'PRICE_BASE_CHANGE' AS reason
    FROM named AS n
    INNER JOIN totals AS o
        ON
            n.indicator_id = o.indicator_id
            AND n.area_code = o.area_code
            AND n.sector_code = o.sector_code
            AND n.source_id = o.source_id
            AND n.price_basis <> o.price_basis
            AND n.period_start = o.period_start + INTERVAL '1' MONTH
    WHERE n.subtrahend IS NULL AND n.month > 1
    UNION
    SELECT
        n.series_id,
        n.period,
        k.reason
    FROM named AS n
    INNER JOIN series_breaks AS k
        ON
            n.source_id = k.source_id
            AND n.indicator_id = k.indicator_id
            AND COALESCE(k.area_code, n.area_code) = n.area_code
            AND k.revised_on IS NULL
            AND n.period_start = k.period_from
    WHERE n.month > 1
),

known AS (
    SELECT
        series_id,
        period,
        MIN(reason) AS reason
    FROM declared
    GROUP BY series_id, period
),

subtracted AS (
    SELECT
        n.*,
        CASE
            WHEN k.reason IS NOT NULL THEN k.reason
            WHEN n.subtrahend IS NULL THEN 'NO_BASE'
            WHEN NOT n.exact THEN 'BOUND_ONLY'
            WHEN n.minuend < n.subtrahend AND NOT n.can_be_negative THEN 'NEGATIVE_DIFFERENCE'
        END AS difference_reason,
        m.value AS value_published
    FROM named AS n
    LEFT JOIN known AS k ON n.series_id = k.series_id AND n.period = k.period
    LEFT JOIN singles AS m
        ON
            n.indicator_id = m.indicator_id
            AND n.area_code = m.area_code
            AND n.sector_code = m.sector_code
            AND n.source_id = m.source_id
            AND n.price_basis = m.price_basis
            AND n.definition_id = m.definition_id
            AND n.period = m.period
),

settled AS (
    SELECT
        *,
        CASE WHEN difference_reason IS NULL THEN minuend - subtrahend END AS value_by_difference,
        CASE
            WHEN value_published IS NOT NULL THEN 'published'
            WHEN difference_reason IS NULL AND one_version_set THEN 'difference'
        END AS origin
    FROM subtracted
)

SELECT
    series_id,
    indicator_id,
    area_code,
    sector_code,
    source_id,
    price_basis,
    definition_id,
    period,
    CAST(period_end AS DATE) AS period_end,
    unit,
    CASE origin WHEN 'published' THEN value_published WHEN 'difference' THEN value_by_difference END AS value,
    origin,
    CASE
        WHEN origin IS NOT NULL THEN NULL
        ELSE COALESCE(difference_reason, 'VERSION_MISMATCH')
    END AS reason,
    value_published,
    value_by_difference,
    minuend,
    subtrahend,
    difference_reason,
    value_published - value_by_difference AS gap
FROM settled
