-- grain: two claims on one thing
-- unit: the indicator's unit
-- formula: two current values of one indicator, area, sector, measure and time, from different series, whose rounding
--   intervals do not overlap; an annual value stands beside December's cumulative one, a published value beside the
--   base that another source's value and rate imply: value / (1 + rate); the smaller precedence is preferred
-- reads: observations, series, sources
WITH valued AS (
    SELECT
        o.*,
        s.family_id,
        CAST(o.value AS DOUBLE) AS number,
        CAST(COALESCE(o.rounding_unit, 0) AS DOUBLE) / 2 AS half_unit,
        CASE
            WHEN o.basis = 'end' THEN 'end'
            WHEN o.frequency = 'A' THEN 'year'
            WHEN o.basis = 'cumulative' AND o.frequency = 'M' AND EXTRACT(MONTH FROM o.period_end) = 12 THEN 'year'
            ELSE CONCAT(o.frequency, ' ', o.basis)
        END AS stretch
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    WHERE o.value IS NOT NULL AND o.qualifier = 'exact'
),

claims AS (
    SELECT
        indicator_id,
        area_code,
        sector_code,
        measure,
        period_end,
        stretch,
        series_id,
        source_id,
        definition_id,
        price_basis,
        stage,
        value,
        value_text,
        unit_published,
        unit,
        number - half_unit AS low,
        number + half_unit AS high,
        FALSE AS implied
    FROM valued
    UNION ALL
    SELECT
        l.indicator_id,
        l.area_code,
        l.sector_code,
        'level' AS measure,
        CAST(l.period_end - INTERVAL '1' YEAR AS DATE) AS period_end,
        l.stretch,
        l.series_id,
        l.source_id,
        l.definition_id,
        l.price_basis,
        'unstated' AS stage,
        CAST(ROUND(l.number / (1 + g.number / 100), 4) AS DECIMAL(18, 4)) AS value,
        CONCAT(l.value_text, ' ÷ (1 + ', g.value_text, ' %)') AS value_text,
        l.unit_published,
        l.unit,
        (l.number - l.half_unit) / (1 + (g.number + g.half_unit) / 100) AS low,
        (l.number + l.half_unit) / (1 + (g.number - g.half_unit) / 100) AS high,
        TRUE AS implied
    FROM valued AS l
    INNER JOIN valued AS g
        ON
            l.family_id = g.family_id
            AND l.period = g.period
            AND l.definition_id = g.definition_id
            AND l.price_basis = g.price_basis
    WHERE l.measure = 'level' AND g.measure = 'growth_yoy' AND g.number > -100
)

SELECT
    a.indicator_id,
    a.area_code,
    a.sector_code,
    a.measure,
    a.period_end,
    a.stretch,
    a.unit,
    a.series_id,
    a.source_id,
    a.value,
    CONCAT(a.value_text, ' ', a.unit_published) AS said,
    b.series_id AS other_series_id,
    b.source_id AS other_source_id,
    b.value AS other_value,
    CONCAT(b.value_text, ' ', b.unit_published) AS other_said,
    b.implied AS other_is_implied,
    NOT q.quoted AS other_is_for_checks_alone,
    CASE
        WHEN a.value <> 0
            THEN
                CAST(
                    ROUND((CAST(b.value AS DOUBLE) / CAST(a.value AS DOUBLE) - 1) * 100, 6) AS DECIMAL(18, 6)
                )
    END AS difference_percent,
    CASE
        WHEN a.definition_id <> b.definition_id THEN 'DEFINITION'
        WHEN a.price_basis <> b.price_basis THEN 'PRICE_BASE'
        WHEN b.implied THEN 'IMPLIED_BASE'
        WHEN a.stage <> b.stage AND a.stage <> 'unstated' AND b.stage <> 'unstated' THEN 'STAGE_DIFFERENCE'
        ELSE 'SOURCE_MISMATCH'
    END AS reason
FROM claims AS a
INNER JOIN claims AS b
    ON
        a.indicator_id = b.indicator_id
        AND a.area_code = b.area_code
        AND a.sector_code = b.sector_code
        AND a.measure = b.measure
        AND a.period_end = b.period_end
        AND a.stretch = b.stretch
        AND a.series_id <> b.series_id
INNER JOIN sources AS p ON a.source_id = p.source_id
INNER JOIN sources AS q ON b.source_id = q.source_id
WHERE
    NOT a.implied
    AND (a.low > b.high OR b.low > a.high)
    AND (
        (b.implied AND a.source_id <> b.source_id)
        OR (
            NOT b.implied
            AND (p.precedence < q.precedence OR (p.precedence = q.precedence AND a.series_id < b.series_id))
        )
    )
