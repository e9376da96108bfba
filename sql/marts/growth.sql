-- grain: series, period, comparison, base period
-- unit: percent; percentage points for rates; the level's unit for net additions
-- formula: yoy and on_year_end = value / base_value - 1, for rates the difference; net_addition = value - base_value;
--   averages over n years = (value / base_value)^(1/n) - 1, chained = (product of 1 + quoted yearly rate)^(1/n) - 1;
--   intervals move both operands by half a unit of their last place; base_comparable = value / (1 + published)
-- reads: comparisons, parameters
WITH numbers AS (
    SELECT
        *,
        (nature = 'rate' OR comparison = 'net_addition') AS is_difference,
        CAST(value AS DOUBLE) AS number,
        CAST(COALESCE(rounding_unit, 0) AS DOUBLE) / 2 AS half_unit,
        CAST(base_value AS DOUBLE) AS base_number,
        CAST(COALESCE(base_rounding_unit, 0) AS DOUBLE) / 2 AS base_half_unit,
        CASE WHEN growth_published_qualifier = 'exact' THEN CAST(growth_published AS DOUBLE) END AS published,
        CAST(COALESCE(growth_published_rounding_unit, 0) AS DOUBLE) / 2 AS published_half_unit,
        CASE WHEN qualifier = 'exact' THEN CAST(base_reported AS DOUBLE) END AS reported,
        CAST(COALESCE(base_reported_rounding_unit, 0) AS DOUBLE) / 2 AS reported_half_unit,
        CASE
            WHEN incomparable IS NOT NULL THEN incomparable
            WHEN qualifier <> 'exact' OR base_qualifier <> 'exact' THEN 'BOUND_ONLY'
        END AS reason,
        CASE
            WHEN incomparable IS NOT NULL OR (qualifier = 'exact' AND base_qualifier = 'exact') THEN NULL
            WHEN qualifier IN ('exact', 'at_least') AND base_qualifier IN ('exact', 'at_most') THEN 'at_least'
            WHEN qualifier IN ('exact', 'at_most') AND base_qualifier IN ('exact', 'at_least') THEN 'at_most'
        END AS growth_bound_kind
    FROM comparisons
),

implied AS (
    SELECT
        *,
        CASE
            WHEN incomparable IS NOT NULL THEN NULL
            WHEN is_difference THEN number - base_number
            ELSE (POWER(number / base_number, 1.0 / years) - 1) * 100
        END AS said,
        CASE
            WHEN incomparable IS NOT NULL THEN NULL
            WHEN is_difference THEN number - half_unit - base_number - base_half_unit
            WHEN number >= half_unit AND base_number > base_half_unit
                THEN (POWER((number - half_unit) / (base_number + base_half_unit), 1.0 / years) - 1) * 100
        END AS low,
        CASE
            WHEN incomparable IS NOT NULL THEN NULL
            WHEN is_difference THEN number + half_unit - base_number + base_half_unit
            WHEN number >= half_unit AND base_number > base_half_unit
                THEN (POWER((number + half_unit) / (base_number - base_half_unit), 1.0 / years) - 1) * 100
        END AS high
    FROM numbers
),

computed AS (
    SELECT
        *,
        CASE WHEN reason IS NULL THEN said END AS computed,
        CASE WHEN reason IS NULL THEN low END AS computed_low,
        CASE WHEN reason IS NULL THEN high END AS computed_high,
        published - published_half_unit AS published_low,
        published + published_half_unit AS published_high,
        (number / reported - 1) * 100 AS on_reported,
        ((number - half_unit) / (reported + reported_half_unit) - 1) * 100 AS on_reported_low,
        ((number + half_unit) / (reported - reported_half_unit) - 1) * 100 AS on_reported_high
    FROM implied
),

yearly AS (
    SELECT
        series_id,
        period,
        price_basis,
        definition_id,
        indicator_id,
        area_code,
        sector_code,
        source_id,
        frequency,
        basis,
        EXTRACT(YEAR FROM period_end) AS year,
        SUBSTRING(period, 5) AS within_year,
        COALESCE(published, on_reported, computed) AS rate,
        COALESCE(published_low, on_reported_low, computed_low) AS rate_low,
        COALESCE(published_high, on_reported_high, computed_high) AS rate_high
    FROM computed
    WHERE comparison = 'yoy' AND NOT is_difference
),

chained AS (
    SELECT
        c.series_id,
        c.period,
        c.comparison,
        c.base_period,
        (EXP(SUM(LN(1 + y.rate / 100)) / MAX(c.years)) - 1) * 100 AS rate,
        (EXP(SUM(LN(1 + y.rate_low / 100)) / MAX(c.years)) - 1) * 100 AS rate_low,
        (EXP(SUM(LN(1 + y.rate_high / 100)) / MAX(c.years)) - 1) * 100 AS rate_high
    FROM computed AS c
    INNER JOIN yearly AS y
        ON
            c.indicator_id = y.indicator_id
            AND c.area_code = y.area_code
            AND c.sector_code = y.sector_code
            AND c.source_id = y.source_id
            AND c.frequency = y.frequency
            AND c.basis = y.basis
            AND c.price_basis = y.price_basis
            AND c.definition_id = y.definition_id
            AND SUBSTRING(c.period, 5) = y.within_year
            AND EXTRACT(YEAR FROM c.period_end) - c.years < y.year
            AND EXTRACT(YEAR FROM c.period_end) >= y.year
    WHERE c.comparison IN ('two_year_average', 'plan_average') AND y.rate_low > -100
    GROUP BY c.series_id, c.period, c.comparison, c.base_period
    HAVING COUNT(*) = MAX(c.years)
),

chosen AS (
    SELECT
        c.*,
        h.rate AS chained,
        h.rate_low AS chained_low,
        h.rate_high AS chained_high,
        CASE
            WHEN NOT c.quoted THEN NULL
            WHEN c.growth_published IS NOT NULL THEN 'published'
            WHEN c.on_reported IS NOT NULL THEN 'comparable_base'
            WHEN h.rate IS NOT NULL THEN 'chained'
            WHEN c.computed IS NOT NULL THEN 'computed'
        END AS quoted_from
    FROM computed AS c
    LEFT JOIN chained AS h
        ON
            c.series_id = h.series_id
            AND c.period = h.period
            AND c.comparison = h.comparison
            AND c.base_period = h.base_period
    WHERE
        c.comparison = 'yoy'
        OR c.base_value IS NOT NULL
        OR c.growth_published IS NOT NULL
        OR h.rate IS NOT NULL
),

quoted AS (
    SELECT
        *,
        CASE quoted_from
            WHEN 'published' THEN CAST(growth_published AS DOUBLE)
            WHEN 'comparable_base' THEN on_reported
            WHEN 'computed' THEN computed
            WHEN 'chained' THEN chained
        END AS growth_quoted,
        CASE
            WHEN comparison = 'yoy' AND NOT is_difference AND qualifier = 'exact' AND published_low > -100
                THEN number / (1 + published / 100)
        END AS base_implied
    FROM chosen
)

SELECT
    q.series_id,
    q.indicator_id,
    q.area_code,
    q.sector_code,
    q.source_id,
    q.frequency,
    q.basis,
    q.price_basis,
    q.definition_id,
    q.comparison,
    q.period,
    q.period_start,
    q.period_end,
    q.value,
    q.base_period,
    q.base_value,
    q.value_unit,
    CAST(ROUND(q.computed, 6) AS DECIMAL(18, 6)) AS growth_computed,
    CAST(ROUND(q.computed_low, 6) AS DECIMAL(18, 6)) AS growth_computed_low,
    CAST(ROUND(q.computed_high, 6) AS DECIMAL(18, 6)) AS growth_computed_high,
    CAST(ROUND(q.chained, 6) AS DECIMAL(18, 6)) AS growth_chained,
    CASE WHEN q.growth_bound_kind IS NOT NULL THEN CAST(ROUND(q.said, 6) AS DECIMAL(18, 6)) END AS growth_bound,
    q.growth_bound_kind,
    CAST(q.growth_published AS DECIMAL(18, 6)) AS growth_published,
    q.growth_published_qualifier,
    CAST(ROUND(q.base_implied, 4) AS DECIMAL(18, 4)) AS base_comparable,
    q.base_reported AS base_comparable_reported,
    CAST(ROUND(q.growth_quoted, 6) AS DECIMAL(18, 6)) AS growth_quoted,
    q.quoted_from,
    CASE
        WHEN q.comparison <> 'yoy' OR q.is_difference THEN NULL
        WHEN q.quoted_from = 'published' THEN CAST(ROUND(q.base_implied, 4) AS DECIMAL(18, 4))
        WHEN q.quoted_from = 'comparable_base' THEN q.base_reported
        WHEN q.quoted_from = 'computed' THEN q.base_value
    END AS base_quoted,
    CAST(
        ROUND(
            CASE
                WHEN q.comparison <> 'yoy' OR q.is_difference THEN NULL
                WHEN q.quoted_from = 'published' AND q.base_implied IS NOT NULL
                    THEN (q.number - q.half_unit) / (1 + q.published_high / 100)
                WHEN q.quoted_from = 'comparable_base' THEN q.reported - q.reported_half_unit
                WHEN q.quoted_from = 'computed' THEN q.base_number - q.base_half_unit
            END, 4
        ) AS DECIMAL(18, 4)
    ) AS base_quoted_low,
    CAST(
        ROUND(
            CASE
                WHEN q.comparison <> 'yoy' OR q.is_difference THEN NULL
                WHEN q.quoted_from = 'published' AND q.base_implied IS NOT NULL
                    THEN (q.number + q.half_unit) / (1 + q.published_low / 100)
                WHEN q.quoted_from = 'comparable_base' THEN q.reported + q.reported_half_unit
                WHEN q.quoted_from = 'computed' THEN q.base_number + q.base_half_unit
            END, 4
        ) AS DECIMAL(18, 4)
    ) AS base_quoted_high,
    q.growth_unit AS unit,
    NOT q.is_difference AND COALESCE(q.growth_quoted > p.small_base_growth, FALSE) AS small_base,
    q.reason,
    CASE
        WHEN q.published IS NULL OR COALESCE(q.computed_low, q.chained_low, q.on_reported_low) IS NULL THEN NULL
        WHEN q.published_low <= q.computed_high AND q.published_high >= q.computed_low THEN 'AGREES'
        WHEN q.published_low <= q.chained_high AND q.published_high >= q.chained_low THEN 'AGREES'
        WHEN q.published_low <= q.on_reported_high AND q.published_high >= q.on_reported_low THEN 'AGREES'
        ELSE 'UNEXPLAINED'
    END AS agreement
FROM quoted AS q
CROSS JOIN parameters AS p
