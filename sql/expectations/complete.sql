-- grain: indicator, area, period of the grid that a suite states
-- unit: held is the label of the period where its value is given, null where it is not
-- formula: indicators × areas × periods; the periods run from the first one asked for to the last, or to the newest
--   held; where none is asked for, those that are held at all
-- reads: judged, asked
WITH stepped AS (
    SELECT
        frequency,
        months,
        UNNEST(GENERATE_SERIES(
            first_month, COALESCE(last_month, (SELECT MAX(period_end) FROM judged)), TO_MONTHS(step)
        )) AS day
    FROM asked
),

periods AS (
    SELECT
        CASE frequency
            WHEN 'A' THEN STRFTIME(day, '%Y')
            WHEN 'M' THEN STRFTIME(day, '%Y-%m')
            WHEN 'Q' THEN CONCAT(EXTRACT(YEAR FROM day), '-Q', EXTRACT(MONTH FROM day) / 3)
            ELSE CONCAT(EXTRACT(YEAR FROM day), '-S', EXTRACT(MONTH FROM day) / 6)
        END AS period
    FROM stepped
    WHERE LIST_CONTAINS(months, EXTRACT(MONTH FROM day))
    UNION
    SELECT j.period
    FROM judged AS j
    INNER JOIN asked AS a ON a.first_month IS NULL AND j.frequency = a.frequency
),

places AS (
    SELECT
        indicator_id,
        UNNEST(areas) AS area_code
    FROM (
        SELECT
            UNNEST(indicators) AS indicator_id,
            areas
        FROM asked
    ) AS each_indicator
),

given AS (
    SELECT DISTINCT
        indicator_id,
        area_code,
        period
    FROM judged
)

SELECT
    p.indicator_id,
    p.area_code,
    t.period,
    g.period AS held,
    CONCAT(p.indicator_id, ' ', p.area_code, ' ', t.period, ' = ∅') AS said
FROM places AS p
CROSS JOIN periods AS t
LEFT JOIN given AS g ON p.indicator_id = g.indicator_id AND p.area_code = g.area_code AND t.period = g.period
