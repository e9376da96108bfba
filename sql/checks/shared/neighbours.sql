-- grain: series, period; every exact value of a series that has another one beside it
-- unit: the series' unit; pace: what has come together since the year began, per month
-- formula: before and before2 are the nearest earlier values of the series; one and other are the two nearest of all:
--   before and after, or at an end of the series the two on its one side
-- reads: observations, indicators
WITH paced AS (
    SELECT
        o.*,
        i.nature,
        CAST(o.value AS DOUBLE)
        / CASE
            WHEN i.nature = 'flow' AND o.measure = 'level' AND o.basis = 'cumulative'
                THEN EXTRACT(MONTH FROM o.period_end)
            ELSE 1
        END AS pace
    FROM observations AS o
    INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
    WHERE o.value IS NOT NULL AND o.qualifier = 'exact'
),

placed AS (
    SELECT
        *,
        LAG(pace) OVER in_time AS pace_before,
        LAG(pace, 2) OVER in_time AS pace_before2,
        LEAD(pace) OVER in_time AS pace_after,
        LEAD(pace, 2) OVER in_time AS pace_after2,
        LAG(value) OVER in_time AS value_before,
        LAG(rounding_unit) OVER in_time AS rounding_unit_before,
        LAG(period) OVER in_time AS period_before,
        LAG(period_end) OVER in_time AS period_end_before,
        LAG(value, 2) OVER in_time AS value_before2,
        LAG(rounding_unit, 2) OVER in_time AS rounding_unit_before2,
        LAG(period, 2) OVER in_time AS period_before2,
        LEAD(value) OVER in_time AS value_after,
        LEAD(rounding_unit) OVER in_time AS rounding_unit_after,
        LEAD(period) OVER in_time AS period_after,
        LEAD(value, 2) OVER in_time AS value_after2,
        LEAD(rounding_unit, 2) OVER in_time AS rounding_unit_after2,
        LEAD(period, 2) OVER in_time AS period_after2
    FROM paced
    WINDOW in_time AS (PARTITION BY series_id ORDER BY period_end)
)

SELECT
    *,
    COALESCE(pace_before, pace_after2) AS pace_one,
    COALESCE(value_before, value_after2) AS value_one,
    COALESCE(rounding_unit_before, rounding_unit_after2) AS rounding_unit_one,
    COALESCE(period_before, period_after2) AS period_one,
    COALESCE(pace_after, pace_before2) AS pace_other,
    COALESCE(value_after, value_before2) AS value_other,
    COALESCE(rounding_unit_after, rounding_unit_before2) AS rounding_unit_other,
    COALESCE(period_after, period_before2) AS period_other
FROM placed
WHERE pace_before IS NOT NULL OR pace_after2 IS NOT NULL
