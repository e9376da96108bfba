-- grain: target, series, period
-- unit: the indicator's unit; percent for way_gone and time_gone
-- formula: an exact value or a bound on the right side proves a target met or, at or after its due date, not met,
--   unless the publication does not define what it counts;
--   a flow speaks by whole years alone, and only the due year disproves;
--   way_gone = (value - base) / (target - base), time_gone = days since base / days from base to due date
-- reads: targets, parameters, observations, indicators, definitions, sources
WITH spoken AS (
    SELECT
        t.target_id,
        t.area_code,
        t.comparator,
        t.target_value,
        t.due_on,
        t.base_period,
        o.series_id,
        o.period,
        o.period_end,
        o.value,
        o.qualifier,
        o.definition_id,
        d.match AS definition_match,
        i.nature,
        COALESCE(o.rounding_unit, 0) / 2 AS half_unit
    FROM targets AS t
    CROSS JOIN parameters AS p
    INNER JOIN observations AS o
        ON t.indicator_id = o.indicator_id AND t.area_code = o.area_code AND t.measure = o.measure
    INNER JOIN sources AS s ON o.source_id = s.source_id AND s.quoted
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    INNER JOIN definitions AS d ON o.indicator_id = d.indicator_id AND o.definition_id = d.definition_id
    WHERE
        o.value IS NOT NULL AND o.period_end <= p.assessed_on AND t.not_assessable IS NULL
        AND (
            i.nature <> 'flow'
            OR t.measure <> 'level'
            OR o.frequency = 'A'
            OR (o.basis = 'cumulative' AND o.frequency = 'M' AND EXTRACT(MONTH FROM o.period_end) = 12)
        )
),

based AS (
    SELECT
        s.*,
        b.value AS base_value,
        b.period_end AS base_end,
        s.qualifier = 'exact' AND b.qualifier = 'exact' AND s.period_end > b.period_end AS on_path
    FROM spoken AS s
    LEFT JOIN observations AS b
        ON s.series_id = b.series_id AND s.base_period = b.period AND b.value IS NOT NULL
)

SELECT
    target_id,
    area_code,
    series_id,
    period,
    period_end,
    value,
    qualifier,
    definition_id,
    definition_match,
    CASE
        WHEN definition_match = 'unknown' THEN FALSE
        WHEN comparator = 'at_least' THEN qualifier IN ('exact', 'at_least') AND value >= target_value
        ELSE qualifier IN ('exact', 'at_most') AND value <= target_value
    END AS proves_met,
    CASE
        WHEN definition_match = 'unknown' THEN FALSE
        WHEN comparator = 'at_least'
            THEN qualifier = 'exact' AND value < target_value AND value + half_unit >= target_value
        ELSE qualifier = 'exact' AND value > target_value AND value - half_unit <= target_value
    END AS met_within_rounding,
    CASE
        WHEN due_on IS NULL OR period_end < due_on OR definition_match = 'unknown' THEN FALSE
        WHEN nature = 'flow' AND EXTRACT(YEAR FROM period_end) > EXTRACT(YEAR FROM due_on) THEN FALSE
        WHEN comparator = 'at_least' THEN qualifier IN ('exact', 'at_most') AND value + half_unit < target_value
        ELSE qualifier IN ('exact', 'at_least') AND value - half_unit > target_value
    END AS disproves,
    CASE WHEN base_value IS NOT NULL THEN base_period END AS base_period,
    base_value,
    CASE
        WHEN on_path AND target_value <> base_value
            THEN
                CAST(
                    ROUND(CAST(value - base_value AS DOUBLE) / CAST(target_value - base_value AS DOUBLE) * 100, 6)
                    AS DECIMAL(18, 6)
                )
    END AS way_gone,
    CASE
        WHEN on_path AND target_value <> base_value AND due_on > base_end
            THEN
                CAST(
                    ROUND(
                        CAST(DATEDIFF('day', base_end, LEAST(period_end, due_on)) AS DOUBLE)
                        / CAST(DATEDIFF('day', base_end, due_on) AS DOUBLE) * 100, 6
                    )
                    AS DECIMAL(18, 6)
                )
    END AS time_gone
FROM based
