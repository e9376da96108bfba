-- grain: composite, area, year
-- unit: the parts' unit
-- formula: sum over parts of value × final-use share, only where every part has a value; an office's own weights,
--   status E, never part of progress
-- reads: composite_parts, observations, sources
WITH best AS (
    SELECT
        o.indicator_id,
        o.area_code,
        o.period_end,
        o.unit,
        o.value,
        ROW_NUMBER() OVER (
            PARTITION BY o.indicator_id, o.area_code, o.period_end ORDER BY s.precedence ASC, o.series_id ASC
        ) AS place
    FROM observations AS o
    INNER JOIN sources AS s ON o.source_id = s.source_id
    WHERE
        s.quoted AND o.measure = 'level' AND o.qualifier = 'exact' AND o.value IS NOT NULL
        AND (o.frequency = 'A' OR (o.basis = 'cumulative' AND EXTRACT(MONTH FROM o.period_end) = 12))
),

counted AS (
    SELECT
        composite_id,
        COUNT(*) AS parts
    FROM composite_parts
    GROUP BY composite_id
)

SELECT
    c.composite_id,
    c.trial_of,
    b.area_code,
    CAST(EXTRACT(YEAR FROM b.period_end) AS VARCHAR) AS period,
    CAST(ROUND(SUM(CAST(b.value AS DOUBLE) * CAST(c.final_use_share AS DOUBLE)), 4) AS DECIMAL(18, 4)) AS value,
    MIN(b.unit) AS unit,
    'E' AS obs_status,
    MIN(c.watermark_zh) AS watermark_zh,
    MIN(c.watermark_en) AS watermark_en
FROM composite_parts AS c
INNER JOIN counted AS n ON c.composite_id = n.composite_id
INNER JOIN best AS b ON c.indicator_id = b.indicator_id AND b.place = 1
GROUP BY c.composite_id, c.trial_of, b.area_code, b.period_end, n.parts
HAVING COUNT(*) = n.parts AND MIN(b.unit) = MAX(b.unit)
