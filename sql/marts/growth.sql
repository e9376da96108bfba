-- grain: series, period, comparison
-- unit: percent; percentage points for rates
-- formula: yoy = value / base_value - 1 inside one series; for rates the difference; the interval moves both
--   operands by half a unit of their last published place; base_comparable = value / (1 + published)
-- reads: observations, series, indicators, sources, series_breaks
WITH valued AS (
    SELECT
        o.*,
        s.family_id,
        i.nature,
        q.quoted,
        CASE WHEN i.nature = 'rate' THEN 'change_pp' ELSE 'growth_yoy' END AS published_measure,
        CAST(o.value AS DOUBLE) AS number,
        CAST(COALESCE(o.rounding_unit, 0) AS DOUBLE) / 2 AS half_unit
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN sources AS q ON o.source_id = q.source_id
),

levels AS (
    SELECT *
    FROM valued
    WHERE measure = 'level' AND value IS NOT NULL
),

rates AS (
    SELECT *
    FROM valued
    WHERE measure = published_measure AND value IS NOT NULL
),

siblings AS (
    SELECT
        l.series_id,
        l.period,
        MAX(CASE WHEN b.price_basis <> l.price_basis THEN 1 ELSE 0 END) AS other_prices,
        MAX(CASE WHEN b.definition_id <> l.definition_id THEN 1 ELSE 0 END) AS other_definition,
        MAX(CASE WHEN b.series_id = l.series_id THEN 1 ELSE 0 END) AS withdrawn_base
    FROM levels AS l
    INNER JOIN valued AS b
        ON
            l.family_id = b.family_id
            AND b.measure = 'level'
            AND b.period_start = l.period_start - INTERVAL '1' YEAR
    WHERE b.series_id <> l.series_id OR b.value IS NULL
    GROUP BY l.series_id, l.period
),

broken AS (
    SELECT
        l.series_id,
        l.period,
        MIN(k.reason) AS reason
    FROM levels AS l
    INNER JOIN levels AS b
        ON l.series_id = b.series_id AND b.period_start = l.period_start - INTERVAL '1' YEAR
    INNER JOIN series_breaks AS k
        ON
            l.source_id = k.source_id
            AND l.indicator_id = k.indicator_id
            AND COALESCE(k.area_code, l.area_code) = l.area_code
    WHERE
        (k.revised_on IS NULL AND b.period_start < k.period_from AND l.period_start >= k.period_from)
        OR (
            k.revised_on IS NOT NULL
            AND b.period_start >= k.period_from
            AND (b.released_on < k.revised_on) <> (l.released_on < k.revised_on)
        )
    GROUP BY l.series_id, l.period
),

compared AS (
    SELECT
        l.*,
        b.period AS base_period,
        b.value AS base_value,
        b.number AS base_number,
        b.half_unit AS base_half_unit,
        CASE
            WHEN b.series_id IS NULL AND m.other_prices = 1 THEN 'PRICE_BASE_CHANGE'
            WHEN b.series_id IS NULL AND m.other_definition = 1 THEN 'DEFINITION_CHANGE'
            WHEN b.series_id IS NULL AND m.withdrawn_base = 1 THEN 'WITHDRAWN'
            WHEN b.series_id IS NULL THEN 'NO_BASE'
            WHEN l.price_basis = 'previous_year' THEN 'PRICE_BASE_CHANGE'
            WHEN k.reason IS NOT NULL THEN k.reason
            WHEN
                COALESCE(l.coverage_from, l.period_start)
                <> COALESCE(b.coverage_from, b.period_start) + INTERVAL '1' YEAR
                OR COALESCE(l.coverage_to + INTERVAL '1' DAY, l.period_end + INTERVAL '1' DAY)
                <> COALESCE(b.coverage_to + INTERVAL '1' DAY, b.period_end + INTERVAL '1' DAY) + INTERVAL '1' YEAR
                THEN 'SCOPE_MISMATCH'
            WHEN l.qualifier <> 'exact' OR b.qualifier <> 'exact' THEN 'BOUND_ONLY'
            WHEN l.nature <> 'rate' AND b.value = 0 THEN 'ZERO_BASE'
            WHEN l.nature <> 'rate' AND b.value < 0 THEN 'NEG_BASE'
        END AS reason
    FROM levels AS l
    LEFT JOIN levels AS b
        ON l.series_id = b.series_id AND b.period_start = l.period_start - INTERVAL '1' YEAR
    LEFT JOIN siblings AS m ON l.series_id = m.series_id AND l.period = m.period
    LEFT JOIN broken AS k ON l.series_id = k.series_id AND l.period = k.period
),

computed AS (
    SELECT
        *,
        CASE
            WHEN reason IS NOT NULL THEN NULL
            WHEN nature = 'rate' THEN number - base_number
            ELSE (number / base_number - 1) * 100
        END AS computed,
        CASE
            WHEN reason IS NOT NULL THEN NULL
            WHEN nature = 'rate' THEN number - half_unit - base_number - base_half_unit
            WHEN base_number > base_half_unit
                THEN
                    (
                        LEAST(
                            (number - half_unit) / (base_number + base_half_unit),
                            (number - half_unit) / (base_number - base_half_unit)
                        ) - 1
                    ) * 100
        END AS computed_low,
        CASE
            WHEN reason IS NOT NULL THEN NULL
            WHEN nature = 'rate' THEN number + half_unit - base_number + base_half_unit
            WHEN base_number > base_half_unit
                THEN
                    (
                        GREATEST(
                            (number + half_unit) / (base_number + base_half_unit),
                            (number + half_unit) / (base_number - base_half_unit)
                        ) - 1
                    ) * 100
        END AS computed_high
    FROM compared
)

SELECT
    COALESCE(l.series_id, g.series_id) AS series_id,
    COALESCE(l.indicator_id, g.indicator_id) AS indicator_id,
    COALESCE(l.area_code, g.area_code) AS area_code,
    COALESCE(l.sector_code, g.sector_code) AS sector_code,
    COALESCE(l.source_id, g.source_id) AS source_id,
    COALESCE(l.frequency, g.frequency) AS frequency,
    COALESCE(l.basis, g.basis) AS basis,
    COALESCE(l.price_basis, g.price_basis) AS price_basis,
    COALESCE(l.definition_id, g.definition_id) AS definition_id,
    'yoy' AS comparison,
    COALESCE(l.period, g.period) AS period,
    COALESCE(l.period_start, g.period_start) AS period_start,
    COALESCE(l.period_end, g.period_end) AS period_end,
    l.value,
    l.base_period,
    l.base_value,
    l.unit AS value_unit,
    CAST(ROUND(l.computed, 6) AS DECIMAL(18, 6)) AS growth_computed,
    CAST(ROUND(l.computed_low, 6) AS DECIMAL(18, 6)) AS growth_computed_low,
    CAST(ROUND(l.computed_high, 6) AS DECIMAL(18, 6)) AS growth_computed_high,
    CAST(g.value AS DECIMAL(18, 6)) AS growth_published,
    CASE
        WHEN l.nature <> 'rate' AND l.qualifier = 'exact' AND g.qualifier = 'exact' AND g.value > -100
            THEN CAST(ROUND(l.number / (1 + g.number / 100), 4) AS DECIMAL(18, 4))
    END AS base_comparable,
    CASE
        WHEN COALESCE(l.quoted, g.quoted)
            THEN CAST(COALESCE(CAST(g.value AS DECIMAL(18, 6)), ROUND(l.computed, 6)) AS DECIMAL(18, 6))
    END AS growth_quoted,
    CASE
        WHEN NOT COALESCE(l.quoted, g.quoted) THEN NULL
        WHEN g.value IS NOT NULL THEN 'published'
        WHEN l.computed IS NOT NULL THEN 'computed'
    END AS quoted_from,
    CASE WHEN COALESCE(l.nature, g.nature) = 'rate' THEN '百分点' ELSE '%' END AS unit,
    CASE WHEN l.series_id IS NULL THEN 'NO_LEVEL' ELSE l.reason END AS reason,
    CASE
        WHEN l.computed_low IS NULL OR g.value IS NULL THEN NULL
        WHEN g.number - g.half_unit <= l.computed_high AND g.number + g.half_unit >= l.computed_low THEN 'AGREES'
        ELSE 'UNEXPLAINED'
    END AS agreement
FROM computed AS l
FULL OUTER JOIN rates AS g
    ON
        l.family_id = g.family_id
        AND l.period = g.period
        AND l.price_basis = g.price_basis
        AND l.definition_id = g.definition_id
