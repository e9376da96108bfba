-- grain: strand (a series and its published rates), period, comparison, base period
-- unit: the series' unit; percent or points for published rates
-- formula: the level of a period, the level of its base in the same series, the rate published for the two, and the
--   declared fact, if any, that makes them incomparable; base_period is last year's period, last year's end, the month
--   before, two years back, the year before a plan's window, or what a published rate names
-- reads: observations, series, indicators, sources, series_breaks, plans
WITH valued AS (
    SELECT
        o.*,
        s.family_id,
        i.nature,
        i.unit AS level_unit,
        q.quoted,
        CAST(EXTRACT(YEAR FROM o.period_end) AS INTEGER) AS year,
        SUBSTRING(o.period, 5) AS within_year,
        CASE o.frequency WHEN 'M' THEN '-12' WHEN 'Q' THEN '-Q4' WHEN 'S' THEN '-S2' WHEN 'A' THEN '' END AS year_end
    FROM observations AS o
    INNER JOIN series AS s ON o.series_id = s.series_id
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN sources AS q ON o.source_id = q.source_id
),

levels AS (
    SELECT *
    FROM valued
    WHERE measure = 'level' AND (value IS NOT NULL OR obs_status = 'Q')
),

rates AS (
    SELECT
        *,
        CASE measure
            WHEN 'growth_two_year' THEN 'two_year_average'
            WHEN 'growth_average' THEN 'plan_average'
            WHEN 'net_addition' THEN 'net_addition'
            ELSE 'yoy'
        END AS comparison,
        CASE measure
            WHEN 'growth_two_year' THEN 2
            WHEN 'growth_average' THEN year - EXTRACT(YEAR FROM coverage_from) + 1
            ELSE 1
        END AS years,
        CASE
            WHEN measure = 'net_addition' AND frequency = 'M' AND coverage_from IS NOT NULL
                THEN
                    CONCAT(
                        CAST(EXTRACT(YEAR FROM coverage_from - INTERVAL '1' DAY) AS VARCHAR), '-',
                        LPAD(CAST(EXTRACT(MONTH FROM coverage_from - INTERVAL '1' DAY) AS VARCHAR), 2, '0')
                    )
            WHEN measure = 'net_addition' THEN CONCAT(CAST(year - 1 AS VARCHAR), year_end)
            WHEN measure = 'growth_average'
                THEN CONCAT(CAST(EXTRACT(YEAR FROM coverage_from) - 1 AS VARCHAR), within_year)
            WHEN measure = 'growth_two_year' THEN CONCAT(CAST(year - 2 AS VARCHAR), within_year)
            ELSE CONCAT(CAST(year - 1 AS VARCHAR), within_year)
        END AS base_period
    FROM valued
    WHERE
        value IS NOT NULL
        AND (
            measure IN ('growth_two_year', 'net_addition')
            OR (measure = 'growth_average' AND coverage_from IS NOT NULL)
            OR (measure = 'growth_yoy' AND nature <> 'rate')
            OR (measure = 'change_pp' AND nature = 'rate')
        )
),

points AS (
    SELECT DISTINCT
        family_id,
        price_basis,
        definition_id,
        period,
        frequency,
        basis,
        nature,
        year,
        within_year,
        year_end,
        period_start - INTERVAL '1' DAY AS day_before
    FROM valued
    WHERE
        (measure = 'level' AND (value IS NOT NULL OR obs_status = 'Q'))
        OR (measure = CASE WHEN nature = 'rate' THEN 'change_pp' ELSE 'growth_yoy' END AND value IS NOT NULL)
),

kinds AS (
    SELECT
        'yoy' AS comparison,
        1 AS years
    UNION ALL
    SELECT
        'two_year_average' AS comparison,
        2 AS years
    UNION ALL
    SELECT
        'on_year_end' AS comparison,
        1 AS years
    UNION ALL
    SELECT
        'net_addition' AS comparison,
        1 AS years
),

windows AS (
    SELECT DISTINCT
        EXTRACT(YEAR FROM horizon_from) - 1 AS base_year,
        EXTRACT(YEAR FROM horizon_to) AS last_year
    FROM plans
),

asked AS (
    SELECT
        p.family_id,
        p.price_basis,
        p.definition_id,
        p.period,
        k.comparison,
        k.years,
        CASE
            WHEN k.comparison IN ('yoy', 'two_year_average')
                THEN CONCAT(CAST(p.year - k.years AS VARCHAR), p.within_year)
            ELSE CONCAT(CAST(p.year - 1 AS VARCHAR), p.year_end)
        END AS base_period
    FROM points AS p
    CROSS JOIN kinds AS k
    WHERE
        k.comparison = 'yoy'
        OR (k.comparison = 'two_year_average' AND p.nature <> 'rate')
        OR (k.comparison = 'on_year_end' AND p.basis = 'end' AND p.frequency IN ('M', 'Q', 'S'))
        OR (k.comparison = 'net_addition' AND p.basis = 'end' AND p.nature <> 'rate' AND p.frequency <> 'D')
    UNION
    SELECT
        family_id,
        price_basis,
        definition_id,
        period,
        'net_addition' AS comparison,
        1 AS years,
        CONCAT(
            CAST(EXTRACT(YEAR FROM day_before) AS VARCHAR), '-',
            LPAD(CAST(EXTRACT(MONTH FROM day_before) AS VARCHAR), 2, '0')
        ) AS base_period
    FROM points
    WHERE basis = 'end' AND nature <> 'rate' AND frequency = 'M'
    UNION
    SELECT
        p.family_id,
        p.price_basis,
        p.definition_id,
        p.period,
        'plan_average' AS comparison,
        p.year - w.base_year AS years,
        CONCAT(CAST(w.base_year AS VARCHAR), p.within_year) AS base_period
    FROM points AS p
    INNER JOIN windows AS w ON p.year >= w.base_year + 2 AND p.year <= w.last_year
    WHERE p.nature <> 'rate' AND p.within_year = p.year_end AND (p.frequency = 'A' OR p.basis <> 'period')
    UNION
    SELECT
        family_id,
        price_basis,
        definition_id,
        period,
        comparison,
        years,
        base_period
    FROM rates
),

paired AS (
    SELECT
        a.comparison,
        a.base_period,
        a.years,
        l.*,
        b.series_id AS base_series_id,
        b.value AS base_value,
        b.rounding_unit AS base_rounding_unit,
        b.qualifier AS base_qualifier,
        b.obs_status AS base_status,
        b.stage AS base_stage,
        b.released_on AS base_released_on,
        b.period_start AS base_start,
        COALESCE(b.coverage_from, b.period_start) AS base_from,
        COALESCE(b.coverage_to, b.period_end) AS base_to
    FROM asked AS a
    INNER JOIN levels AS l
        ON
            a.family_id = l.family_id
            AND a.price_basis = l.price_basis
            AND a.definition_id = l.definition_id
            AND a.period = l.period
    LEFT JOIN levels AS b ON l.series_id = b.series_id AND a.base_period = b.period
),

elsewhere AS (
    SELECT
        p.series_id,
        p.period,
        p.base_period,
        MAX(CASE WHEN o.source_id = p.source_id AND o.price_basis <> p.price_basis THEN 1 ELSE 0 END) AS other_prices,
        MAX(CASE WHEN o.source_id = p.source_id AND o.definition_id <> p.definition_id THEN 1 ELSE 0 END)
            AS other_definition,
        MAX(CASE WHEN o.series_id = p.series_id AND o.release_state = 'withdrawn' THEN 1 ELSE 0 END) AS withdrawn,
        MAX(
            CASE
                WHEN
                    o.source_id <> p.source_id
                    AND o.price_basis = p.price_basis
                    AND o.definition_id = p.definition_id
                    AND o.value IS NOT NULL
                    THEN 1
                ELSE 0
            END
        ) AS other_source
    FROM paired AS p
    INNER JOIN valued AS o
        ON
            p.indicator_id = o.indicator_id
            AND p.area_code = o.area_code
            AND p.sector_code = o.sector_code
            AND p.frequency = o.frequency
            AND p.basis = o.basis
            AND p.base_period = o.period
    WHERE p.base_series_id IS NULL AND o.measure = 'level'
    GROUP BY p.series_id, p.period, p.base_period
),

facts AS (
    SELECT
        p.series_id,
        p.period,
        p.base_period,
        k.reason
    FROM paired AS p
    INNER JOIN series_breaks AS k
        ON
            p.source_id = k.source_id
            AND p.indicator_id = k.indicator_id
            AND COALESCE(k.area_code, p.area_code) = p.area_code
    WHERE
        (k.revised_on IS NULL AND p.base_start < k.period_from AND p.period_start >= k.period_from)
        OR (
            k.revised_on IS NOT NULL
            AND p.base_start >= k.period_from
            AND (p.base_released_on < k.revised_on) <> (p.released_on < k.revised_on)
        )
    UNION ALL
    SELECT
        p.series_id,
        p.period,
        p.base_period,
        CASE WHEN m.obs_status = 'B' THEN 'SERIES_BREAK' ELSE 'DEFINITION_CHANGE' END AS reason
    FROM paired AS p
    INNER JOIN levels AS m ON p.series_id = m.series_id
    WHERE
        m.obs_status IN ('B', 'D')
        AND m.period_start <= p.period_start
        AND (m.period_start > p.base_start OR (m.obs_status = 'D' AND m.period_start = p.base_start))
),

broken AS (
    SELECT
        series_id,
        period,
        base_period,
        MIN(reason) AS reason
    FROM facts
    GROUP BY series_id, period, base_period
),

weighed AS (
    SELECT
        p.*,
        CASE
            WHEN p.value IS NULL OR (p.base_series_id IS NOT NULL AND p.base_value IS NULL) THEN 'SUPPRESSED'
            WHEN p.base_series_id IS NULL AND e.other_prices = 1 THEN 'PRICE_BASE_CHANGE'
            WHEN p.base_series_id IS NULL AND e.other_definition = 1 THEN 'DEFINITION_CHANGE'
            WHEN p.base_series_id IS NULL AND e.withdrawn = 1 THEN 'WITHDRAWN'
            WHEN p.base_series_id IS NULL AND e.other_source = 1 THEN 'SOURCE_MISMATCH'
            WHEN p.base_series_id IS NULL THEN 'NO_BASE'
            WHEN p.price_basis = 'previous_year' THEN 'PRICE_BASE_CHANGE'
            WHEN k.reason IS NOT NULL THEN k.reason
            WHEN p.base_status = 'F' THEN 'FUTURE_BASE'
            WHEN p.stage <> p.base_stage THEN 'STAGE_DIFFERENCE'
            WHEN
                p.comparison IN ('yoy', 'two_year_average', 'plan_average')
                AND (
                    COALESCE(p.coverage_from, p.period_start) <> p.base_from + p.years * INTERVAL '1' YEAR
                    OR COALESCE(p.coverage_to, p.period_end) + INTERVAL '1' DAY
                    <> p.base_to + INTERVAL '1' DAY + p.years * INTERVAL '1' YEAR
                )
                THEN 'SCOPE_MISMATCH'
            WHEN p.nature = 'rate' OR p.comparison = 'net_addition' THEN NULL
            WHEN p.base_value = 0 THEN 'ZERO_BASE'
            WHEN p.base_value < 0 THEN 'NEG_BASE'
            WHEN p.value < 0 THEN 'SIGN_CHANGE'
        END AS incomparable
    FROM paired AS p
    LEFT JOIN elsewhere AS e
        ON p.series_id = e.series_id AND p.period = e.period AND p.base_period = e.base_period
    LEFT JOIN broken AS k
        ON p.series_id = k.series_id AND p.period = k.period AND p.base_period = k.base_period
),

reported AS (
    SELECT *
    FROM valued
    WHERE measure = 'base_comparable' AND value > 0 AND qualifier = 'exact' AND nature <> 'rate'
)

SELECT
    COALESCE(l.series_id, g.series_id, y.series_id) AS series_id,
    COALESCE(l.indicator_id, g.indicator_id, y.indicator_id) AS indicator_id,
    COALESCE(l.area_code, g.area_code, y.area_code) AS area_code,
    COALESCE(l.sector_code, g.sector_code, y.sector_code) AS sector_code,
    COALESCE(l.source_id, g.source_id, y.source_id) AS source_id,
    COALESCE(l.frequency, g.frequency, y.frequency) AS frequency,
    COALESCE(l.basis, g.basis, y.basis) AS basis,
    a.price_basis,
    a.definition_id,
    COALESCE(l.nature, g.nature, y.nature) AS nature,
    COALESCE(l.quoted, g.quoted, y.quoted) AS quoted,
    a.comparison,
    a.period,
    COALESCE(l.period_start, g.period_start, y.period_start) AS period_start,
    COALESCE(l.period_end, g.period_end, y.period_end) AS period_end,
    a.base_period,
    CAST(a.years AS BIGINT) AS years,
    l.value,
    l.rounding_unit,
    l.qualifier,
    l.base_value,
    l.base_rounding_unit,
    l.base_qualifier,
    l.unit AS value_unit,
    CASE WHEN l.series_id IS NULL THEN 'NO_LEVEL' ELSE l.incomparable END AS incomparable,
    CASE
        WHEN COALESCE(l.nature, g.nature, y.nature) = 'rate' THEN '百分点'
        WHEN a.comparison = 'net_addition' THEN COALESCE(l.unit, g.unit, y.level_unit)
        ELSE '%'
    END AS growth_unit,
    g.value AS growth_published,
    g.rounding_unit AS growth_published_rounding_unit,
    g.qualifier AS growth_published_qualifier,
    r.value AS base_reported,
    r.rounding_unit AS base_reported_rounding_unit
FROM asked AS a
LEFT JOIN weighed AS l
    ON
        a.family_id = l.family_id
        AND a.price_basis = l.price_basis
        AND a.definition_id = l.definition_id
        AND a.period = l.period
        AND a.comparison = l.comparison
        AND a.base_period = l.base_period
LEFT JOIN rates AS g
    ON
        a.family_id = g.family_id
        AND a.price_basis = g.price_basis
        AND a.definition_id = g.definition_id
        AND a.period = g.period
        AND a.comparison = g.comparison
        AND a.base_period = g.base_period
LEFT JOIN rates AS y
    ON
        a.family_id = y.family_id
        AND a.price_basis = y.price_basis
        AND a.definition_id = y.definition_id
        AND a.period = y.period
        AND y.comparison = 'yoy'
LEFT JOIN reported AS r
    ON
        a.family_id = r.family_id
        AND a.price_basis = r.price_basis
        AND a.definition_id = r.definition_id
        AND a.period = r.period
        AND a.comparison = 'yoy'
