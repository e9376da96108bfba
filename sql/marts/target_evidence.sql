-- grain: target, series, period
-- unit: the indicator's unit, percent for growth and shares; percent for way_gone, time_gone and season_gone
-- formula: counted is what the target counts, made of the observation: the value itself; value - base for additions;
--   the sum of whole years for years; part / whole for shares, kept to four places as all values are; the average rate
--   for growth targets; an exact value or a bound on the right side proves a target met or, at its due date, not met,
--   unless the publication does not define what it counts; a yearly flow is proven by whole years or by what of a year
--   already suffices; way_gone = (counted - start) / (aim - start), time_gone = days since the start / days from start
--   to due date, season_gone = last year's same period / last year; ahead_by = way_gone less season_gone, else less
--   time_gone; of growth targets counted - target
-- reads: targets, parameters, observations, indicators, definitions, sources, growth, series_breaks
WITH asked AS (
    SELECT
        t.target_id,
        t.area_code,
        t.indicator_id,
        t.measure,
        t.counts,
        t.comparator,
        t.target_value,
        t.upper_value,
        t.due_on,
        t.base_period,
        t.nature,
        t.of_area_code,
        t.of_indicator_id,
        MAKE_DATE(CAST(t.base_period AS BIGINT), 12, 31) AS base_end,
        CAST(EXTRACT(YEAR FROM t.due_on) AS BIGINT) AS due_year,
        p.assessed_on
    FROM targets AS t
    CROSS JOIN parameters AS p
    WHERE t.not_assessable IS NULL AND NOT t.long_term
),

usable AS (
    SELECT
        o.*,
        d.match AS definition_match,
        CAST(o.value AS DOUBLE) AS number,
        CAST(COALESCE(o.rounding_unit, 0) AS DOUBLE) / 2 AS half_unit,
        CAST(EXTRACT(YEAR FROM o.period_end) AS BIGINT) AS year_of,
        i.nature <> 'flow'
        OR o.frequency = 'A'
        OR (o.basis = 'cumulative' AND EXTRACT(MONTH FROM o.period_end) = 12) AS whole_year,
        i.nature = 'flow' AND (o.coverage_from IS NOT NULL OR o.coverage_to IS NOT NULL) AS covers_less
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN sources AS s ON o.source_id = s.source_id AND s.quoted
    INNER JOIN definitions AS d ON o.indicator_id = d.indicator_id AND o.definition_id = d.definition_id
    WHERE o.value IS NOT NULL AND o.obs_status <> 'Q' AND o.measure IN ('level', 'share', 'growth_average')
),

said AS (
    SELECT
        t.*,
        o.series_id,
        o.source_id,
        o.definition_id,
        o.definition_match,
        o.price_basis,
        o.frequency,
        o.basis,
        o.period,
        o.period_start,
        o.period_end,
        o.released_on,
        o.year_of,
        o.whole_year,
        o.covers_less,
        o.value,
        CAST(NULL AS DECIMAL(18, 4)) AS whole_value,
        o.qualifier,
        o.number,
        o.half_unit
    FROM asked AS t
    INNER JOIN usable AS o
        ON t.indicator_id = o.indicator_id AND t.area_code = o.area_code AND t.measure = o.measure
    WHERE
        o.period_end <= t.assessed_on
        AND (o.whole_year OR t.measure <> 'level' OR (t.counts IN ('year', 'years') AND o.basis = 'cumulative'))
    UNION ALL
    SELECT
        t.*,
        o.series_id,
        o.source_id,
        o.definition_id,
        o.definition_match,
        o.price_basis,
        o.frequency,
        o.basis,
        o.period,
        o.period_start,
        o.period_end,
        o.released_on,
        o.year_of,
        o.whole_year,
        o.covers_less OR w.covers_less AS covers_less,
        o.value,
        w.value AS whole_value,
        CASE WHEN o.qualifier = 'exact' AND w.qualifier = 'exact' THEN 'exact' ELSE 'about' END AS qualifier,
        ROUND(o.number / w.number * 100, 4) AS number,
        (o.half_unit + o.number / w.number * w.half_unit) / w.number * 100 AS half_unit
    FROM asked AS t
    INNER JOIN usable AS o
        ON t.indicator_id = o.indicator_id AND t.area_code = o.area_code AND o.measure = 'level' AND o.whole_year
    INNER JOIN usable AS w
        ON
            COALESCE(t.of_indicator_id, t.indicator_id) = w.indicator_id
            AND COALESCE(t.of_area_code, t.area_code) = w.area_code
            AND o.source_id = w.source_id
            AND o.sector_code = w.sector_code
            AND o.frequency = w.frequency
            AND o.basis = w.basis
            AND o.price_basis = w.price_basis
            AND o.period = w.period
            AND w.measure = 'level'
            AND (t.of_indicator_id IS NOT NULL OR o.definition_id = w.definition_id)
    WHERE t.measure = 'share' AND o.period_end <= t.assessed_on AND w.number > 0
    UNION ALL
    SELECT
        t.*,
        g.series_id,
        g.source_id,
        g.definition_id,
        d.match AS definition_match,
        g.price_basis,
        g.frequency,
        g.basis,
        g.period,
        g.period_start,
        g.period_end,
        CAST(NULL AS DATE) AS released_on,
        CAST(EXTRACT(YEAR FROM g.period_end) AS BIGINT) AS year_of,
        TRUE AS whole_year,
        FALSE AS covers_less,
        CAST(g.growth_quoted AS DECIMAL(18, 4)) AS value,
        CAST(NULL AS DECIMAL(18, 4)) AS whole_value,
        'exact' AS qualifier,
        CAST(g.growth_quoted AS DOUBLE) AS number,
        CASE
            WHEN g.quoted_from = 'computed'
                THEN CAST(COALESCE(g.growth_computed_high - g.growth_computed, 0) AS DOUBLE)
            ELSE 0
        END AS half_unit
    FROM asked AS t
    INNER JOIN growth AS g
        ON
            t.indicator_id = g.indicator_id
            AND t.area_code = g.area_code
            AND t.base_period = g.base_period
            AND g.comparison = 'plan_average'
            AND g.reason IS DISTINCT FROM 'NO_LEVEL'
    INNER JOIN definitions AS d ON g.indicator_id = d.indicator_id AND g.definition_id = d.definition_id
    WHERE t.measure = 'growth_average' AND g.growth_quoted IS NOT NULL AND g.period_end <= t.assessed_on
),

earlier AS (
    SELECT
        o.target_id,
        o.series_id,
        o.period,
        SUM(y.value) AS earlier_sum,
        COUNT(*) AS earlier_years,
        MIN(CASE WHEN y.qualifier = 'exact' THEN 2 WHEN y.qualifier = 'at_least' THEN 1 ELSE 0 END) AS sureness
    FROM said AS o
    INNER JOIN said AS y
        ON
            o.target_id = y.target_id
            AND o.series_id = y.series_id
            AND o.base_end < y.period_end
            AND o.year_of > y.year_of
            AND y.whole_year
    WHERE o.counts = 'years'
    GROUP BY o.target_id, o.series_id, o.period
),

broken AS (
    SELECT
        o.target_id,
        o.series_id,
        o.period,
        MIN(k.reason) AS reason
    FROM said AS o
    INNER JOIN said AS b
        ON o.target_id = b.target_id AND o.series_id = b.series_id AND o.base_end = b.period_end AND b.whole_year
    INNER JOIN series_breaks AS k
        ON
            o.source_id = k.source_id
            AND o.indicator_id = k.indicator_id
            AND COALESCE(k.area_code, o.area_code) = o.area_code
    WHERE
        (k.revised_on IS NULL AND b.period_start < k.period_from AND o.period_start >= k.period_from)
        OR (
            k.revised_on IS NOT NULL
            AND b.period_start >= k.period_from
            AND (b.released_on < k.revised_on) <> (o.released_on < k.revised_on)
        )
    GROUP BY o.target_id, o.series_id, o.period
),

compared AS (
    SELECT
        o.*,
        o.counts = 'year' AND NOT o.whole_year AS inside_year,
        b.number AS base_number,
        b.value AS base_value,
        b.qualifier AS base_qualifier,
        b.half_unit AS base_half_unit,
        e.earlier_sum,
        COALESCE(e.earlier_years, 0) AS earlier_years,
        COALESCE(e.sureness, 2) AS earlier_sureness,
        CASE WHEN l.qualifier = 'exact' AND y.qualifier = 'exact' AND y.number > 0 THEN l.value END
            AS last_year_to_date,
        CASE WHEN l.qualifier = 'exact' AND y.qualifier = 'exact' AND y.number > 0 THEN y.value END AS last_year_total,
        k.reason AS break_reason
    FROM said AS o
    LEFT JOIN said AS b
        ON o.target_id = b.target_id AND o.series_id = b.series_id AND o.base_end = b.period_end AND b.whole_year
    LEFT JOIN earlier AS e ON o.target_id = e.target_id AND o.series_id = e.series_id AND o.period = e.period
    LEFT JOIN said AS l
        ON
            o.target_id = l.target_id
            AND o.series_id = l.series_id
            AND l.period_start = o.period_start - INTERVAL '1' YEAR
            AND NOT o.whole_year
            AND NOT o.covers_less
            AND NOT l.covers_less
    LEFT JOIN said AS y
        ON
            o.target_id = y.target_id
            AND o.series_id = y.series_id
            AND o.year_of = y.year_of + 1
            AND y.whole_year
            AND NOT o.whole_year
            AND NOT y.covers_less
    LEFT JOIN broken AS k ON o.target_id = k.target_id AND o.series_id = k.series_id AND o.period = k.period
    WHERE
        (o.whole_year OR o.counts = 'years' OR o.year_of = o.due_year)
        AND (o.counts IS DISTINCT FROM 'years' OR (o.period_end > o.base_end AND o.year_of <= o.due_year))
),

counted AS (
    SELECT
        *,
        CASE
            WHEN counts = 'additions' THEN number - base_number
            WHEN counts = 'years' THEN number + COALESCE(CAST(earlier_sum AS DOUBLE), 0)
            ELSE number
        END AS counted_number,
        CASE
            WHEN counts = 'additions' AND base_qualifier <> 'exact' THEN 'about'
            WHEN counts = 'years' AND earlier_years < year_of - EXTRACT(YEAR FROM base_end) - 1 THEN 'about'
            WHEN counts = 'years' AND earlier_sureness = 0 THEN 'about'
            WHEN counts = 'years' AND earlier_sureness = 1 AND qualifier IN ('exact', 'at_least') THEN 'at_least'
            WHEN counts = 'years' AND earlier_sureness = 1 THEN 'about'
            ELSE qualifier
        END AS counted_qualifier,
        CASE WHEN counts = 'additions' THEN half_unit + base_half_unit ELSE half_unit END AS counted_half,
        CASE
            WHEN measure = 'growth_average' THEN NULL
            WHEN inside_year OR counts IN ('additions', 'years') THEN 0
            ELSE base_number
        END AS start_number,
        COALESCE(inside_year OR counts IN ('additions', 'years'), FALSE) AS from_nothing,
        CASE WHEN inside_year THEN MAKE_DATE(year_of - 1, 12, 31) ELSE base_end END
            AS start_on,
        period_end >= due_on AND (nature <> 'flow' OR year_of = due_year) AS at_the_end
    FROM compared
),

aimed AS (
    SELECT
        *,
        CASE
            WHEN comparator <> 'between' THEN CAST(target_value AS DOUBLE)
            WHEN start_number < target_value THEN CAST(target_value AS DOUBLE)
            WHEN start_number > upper_value THEN CAST(upper_value AS DOUBLE)
        END AS aim_number,
        CASE
            WHEN definition_match = 'unknown' OR counted_number IS NULL THEN FALSE
            WHEN counts = 'additions' AND period_end > due_on THEN FALSE
            WHEN measure = 'growth_average' THEN year_of = due_year
            WHEN comparator = 'between' OR (comparator = 'at_most' AND counts IN ('year', 'years'))
                THEN COALESCE(at_the_end, due_on IS NULL)
            ELSE TRUE
        END AS may_prove,
        definition_match <> 'unknown'
        AND counted_number IS NOT NULL
        AND NOT covers_less
        AND COALESCE(at_the_end, FALSE) AS may_disprove,
        counted_qualifier IN ('exact', 'at_least') AS bounded_below,
        counted_qualifier IN ('exact', 'at_most') AND NOT covers_less AS bounded_above
    FROM counted
),

judged AS (
    SELECT
        *,
        CASE
            WHEN comparator = 'at_least' THEN bounded_below AND counted_number >= target_value
            WHEN comparator = 'at_most' THEN bounded_above AND counted_number <= target_value
            ELSE
                counted_qualifier = 'exact'
                AND NOT covers_less
                AND counted_number >= target_value
                AND counted_number <= upper_value
        END AS reaches,
        CASE
            WHEN counted_qualifier <> 'exact' OR covers_less THEN FALSE
            WHEN comparator = 'at_least' THEN counted_number + counted_half >= target_value
            WHEN comparator = 'at_most' THEN counted_number - counted_half <= target_value
            ELSE counted_number + counted_half >= target_value AND counted_number - counted_half <= upper_value
        END AS reaches_within_rounding,
        CASE
            WHEN comparator = 'at_least' THEN bounded_above AND counted_number + counted_half < target_value
            WHEN comparator = 'at_most' THEN bounded_below AND counted_number - counted_half > target_value
            ELSE
                (bounded_above AND counted_number + counted_half < target_value)
                OR (bounded_below AND counted_number - counted_half > upper_value)
        END AS misses,
        CASE
            WHEN due_on IS NULL THEN 'NO_CRITERION'
            WHEN measure = 'growth_average' AND period_end > due_on THEN 'OFF_PATH'
            WHEN measure = 'growth_average' AND counted_qualifier <> 'exact' THEN 'BOUND_ONLY'
            WHEN measure = 'growth_average' THEN NULL
            WHEN NOT inside_year AND base_end IS NULL THEN 'NO_BASE'
            WHEN NOT inside_year AND base_end > assessed_on THEN 'FUTURE_BASE'
            WHEN counts = 'additions' AND base_number IS NULL THEN 'STOCK_FLOW_MISMATCH'
            WHEN start_number IS NULL THEN 'NO_BASE'
            WHEN counts = 'years' AND earlier_years < year_of - EXTRACT(YEAR FROM base_end) - 1 THEN 'NO_DATA'
            WHEN period_end <= start_on OR period_end > due_on THEN 'OFF_PATH'
            WHEN counted_qualifier <> 'exact' OR (NOT from_nothing AND base_qualifier <> 'exact') THEN 'BOUND_ONLY'
            WHEN covers_less THEN 'SCOPE_MISMATCH'
            WHEN NOT inside_year AND counts <> 'years' AND price_basis = 'previous_year' THEN 'PRICE_BASE_CHANGE'
            WHEN NOT inside_year AND break_reason IS NOT NULL THEN break_reason
            WHEN aim_number IS NULL OR aim_number = start_number THEN 'MET_AT_BASE'
            WHEN comparator = 'at_least' AND aim_number < start_number THEN 'MET_AT_BASE'
            WHEN comparator = 'at_most' AND aim_number > start_number AND NOT from_nothing THEN 'MET_AT_BASE'
        END AS reason
    FROM aimed
),

placed AS (
    SELECT
        *,
        CASE
            WHEN reason IS NULL AND measure <> 'growth_average'
                THEN (counted_number - start_number) / (aim_number - start_number) * 100
        END AS way,
        CASE WHEN reason IS NULL AND measure <> 'growth_average' THEN DATEDIFF('day', start_on, period_end) END
            AS days_gone,
        CASE WHEN reason IS NULL AND measure <> 'growth_average' THEN DATEDIFF('day', start_on, due_on) END
            AS days_total,
        CASE
            WHEN reason IS NULL AND inside_year
                THEN CAST(last_year_to_date AS DOUBLE) / CAST(last_year_total AS DOUBLE) * 100
        END AS season,
        CASE WHEN reason IS NULL AND NOT inside_year THEN base_end + INTERVAL '1' DAY END AS months_from,
        period_end + INTERVAL '1' DAY AS months_to,
        due_on + INTERVAL '1' DAY AS months_due
    FROM judged
),

paced AS (
    SELECT
        *,
        CAST(days_gone AS DOUBLE) / CAST(days_total AS DOUBLE) * 100 AS time_passed,
        CASE
            WHEN reason IS NULL AND measure = 'growth_average' AND comparator = 'at_least'
                THEN counted_number - CAST(target_value AS DOUBLE)
            WHEN reason IS NULL AND measure = 'growth_average' AND comparator = 'at_most'
                THEN CAST(target_value AS DOUBLE) - counted_number
            WHEN comparator = 'at_most' AND from_nothing
                THEN COALESCE(season, CAST(days_gone AS DOUBLE) / CAST(days_total AS DOUBLE) * 100) - way
            ELSE way - COALESCE(season, CAST(days_gone AS DOUBLE) / CAST(days_total AS DOUBLE) * 100)
        END AS ahead_number
    FROM placed
)

SELECT
    target_id,
    area_code,
    series_id,
    source_id,
    period,
    period_end,
    frequency,
    basis,
    value,
    qualifier,
    definition_id,
    definition_match,
    whole_value,
    CAST(earlier_sum AS DECIMAL(18, 4)) AS earlier_sum,
    CASE WHEN base_number IS NOT NULL THEN base_period END AS base_period,
    base_value,
    CAST(ROUND(counted_number, 4) AS DECIMAL(18, 4)) AS counted,
    counted_qualifier,
    CASE WHEN reason IS NULL THEN CAST(ROUND(start_number, 4) AS DECIMAL(18, 4)) END AS start_value,
    CASE WHEN reason IS NULL THEN CAST(ROUND(aim_number, 4) AS DECIMAL(18, 4)) END AS aim_value,
    CASE WHEN reason IS NULL THEN start_on END AS start_on,
    may_prove AND reaches AS proves_met,
    may_prove AND NOT reaches AND reaches_within_rounding AS met_within_rounding,
    may_disprove AND misses AS disproves,
    days_gone,
    days_total,
    CAST(
        (EXTRACT(YEAR FROM months_to) - EXTRACT(YEAR FROM months_from)) * 12
        + EXTRACT(MONTH FROM months_to) - EXTRACT(MONTH FROM months_from) AS BIGINT
    ) AS months_gone,
    CAST(
        (EXTRACT(YEAR FROM months_due) - EXTRACT(YEAR FROM months_from)) * 12
        + EXTRACT(MONTH FROM months_due) - EXTRACT(MONTH FROM months_from) AS BIGINT
    ) AS months_total,
    CASE WHEN season IS NOT NULL THEN last_year_to_date END AS last_year_to_date,
    CASE WHEN season IS NOT NULL THEN last_year_total END AS last_year_total,
    CAST(ROUND(way, 6) AS DECIMAL(18, 6)) AS way_gone,
    CAST(ROUND(time_passed, 6) AS DECIMAL(18, 6)) AS time_gone,
    CAST(ROUND(season, 6) AS DECIMAL(18, 6)) AS season_gone,
    CAST(ROUND(ahead_number, 6) AS DECIMAL(18, 6)) AS ahead_by,
    reason
FROM paced
