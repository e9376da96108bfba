-- grain: target, indicator, year
-- unit: percent for growth and line; the indicator's unit for newest_value
-- formula: yearly growth as quoted, of the source first in precedence; a product's growth is (1+g)(1+h)-1; reaches_line
--   compares the average over the target's window with the line; the summary counts members shown as observations,
--   those with any growth in the window and those that reach the line; nothing is added up, nothing judges the target
-- reads: panel_members, parameters, growth, observations, indicators, sources
WITH yearly AS (
    SELECT
        g.indicator_id,
        g.area_code,
        g.base_period,
        g.comparison,
        g.source_id,
        g.quoted_from,
        CAST(EXTRACT(YEAR FROM g.period_end) AS VARCHAR) AS year_label,
        CAST(g.growth_quoted AS DOUBLE) AS rate,
        ROW_NUMBER() OVER (
            PARTITION BY
                g.indicator_id, g.area_code, g.comparison, EXTRACT(YEAR FROM g.period_end),
                CASE WHEN g.comparison = 'plan_average' THEN g.base_period ELSE '' END
            ORDER BY s.precedence, g.frequency, g.series_id
        ) AS place
    FROM growth AS g
    CROSS JOIN parameters AS p
    INNER JOIN sources AS s ON g.source_id = s.source_id
    WHERE
        g.growth_quoted IS NOT NULL
        AND g.sector_code = '_T'
        AND g.comparison IN ('yoy', 'plan_average')
        AND g.period_end <= p.assessed_on
        AND (g.frequency = 'A' OR (g.basis <> 'period' AND EXTRACT(MONTH FROM g.period_end) = 12))
),

newest AS (
    SELECT
        o.indicator_id,
        o.area_code,
        o.period,
        o.value,
        o.qualifier,
        ROW_NUMBER() OVER (
            PARTITION BY o.indicator_id, o.area_code ORDER BY o.period_end DESC, s.precedence, o.series_id
        ) AS place
    FROM observations AS o
    CROSS JOIN parameters AS p
    INNER JOIN sources AS s ON o.source_id = s.source_id AND s.quoted
    WHERE o.measure = 'level' AND o.value IS NOT NULL AND o.sector_code = '_T' AND o.period_end <= p.assessed_on
),

windowed AS (
    SELECT
        *,
        MAX(period) OVER (PARTITION BY target_id, indicator_id) AS last_period
    FROM panel_members
),

members AS (
    SELECT
        m.*,
        i.unit,
        n.period AS newest_period,
        n.value AS newest_value,
        n.qualifier AS newest_qualifier,
        g.source_id,
        g.quoted_from,
        CASE
            WHEN m.times_indicator_id IS NULL THEN g.rate
            ELSE ((1 + g.rate / 100) * (1 + h.rate / 100) - 1) * 100
        END AS rate,
        CASE
            WHEN m.times_indicator_id IS NULL THEN a.rate
            ELSE ((1 + a.rate / 100) * (1 + b.rate / 100) - 1) * 100
        END AS average
    FROM windowed AS m
    INNER JOIN indicators AS i ON m.indicator_id = i.indicator_id
    LEFT JOIN newest AS n ON m.indicator_id = n.indicator_id AND m.area_code = n.area_code AND n.place = 1
    LEFT JOIN yearly AS g
        ON
            m.indicator_id = g.indicator_id
            AND m.area_code = g.area_code
            AND m.period = g.year_label
            AND g.comparison = 'yoy'
            AND g.place = 1
    LEFT JOIN yearly AS h
        ON
            m.times_indicator_id = h.indicator_id
            AND m.area_code = h.area_code
            AND m.period = h.year_label
            AND h.comparison = 'yoy'
            AND h.place = 1
    LEFT JOIN yearly AS a
        ON
            m.indicator_id = a.indicator_id
            AND m.area_code = a.area_code
            AND m.base_period = a.base_period
            AND m.last_period = a.year_label
            AND a.comparison = 'plan_average'
            AND a.place = 1
    LEFT JOIN yearly AS b
        ON
            m.times_indicator_id = b.indicator_id
            AND m.area_code = b.area_code
            AND m.base_period = b.base_period
            AND m.last_period = b.year_label
            AND b.comparison = 'plan_average'
            AND b.place = 1
),

held AS (
    SELECT
        *,
        average >= line AS reaches_line,
        MAX(CASE WHEN rate IS NOT NULL OR average IS NOT NULL THEN 1 ELSE 0 END) OVER (
            PARTITION BY target_id, indicator_id
        ) AS has_data
    FROM members
),

summed AS (
    SELECT
        target_id,
        COUNT(DISTINCT CASE WHEN has_data = 1 THEN indicator_id END) AS with_data,
        COUNT(DISTINCT CASE WHEN reaches_line THEN indicator_id END) AS reaching,
        REGEXP_REPLACE(CAST(MAX(line) AS VARCHAR), '[.]?0+$', '') AS line_text
    FROM held
    WHERE shown_as = 'observation'
    GROUP BY target_id
)

SELECT
    h.plan_id,
    h.target_id,
    h.area_code,
    h.place,
    h.shown_as,
    h.indicator_id,
    h.times_indicator_id,
    h.unit,
    h.newest_period,
    h.newest_value,
    h.newest_qualifier,
    h.period,
    h.source_id,
    CAST(ROUND(h.rate, 6) AS DECIMAL(18, 6)) AS growth_quoted,
    h.quoted_from,
    CAST(ROUND(h.average, 6) AS DECIMAL(18, 6)) AS plan_average,
    h.line,
    h.reaches_line,
    CONCAT(
        '有数据 ', CAST(s.with_data AS VARCHAR), ' 项，其中年均≥', s.line_text, '% 的 ', CAST(s.reaching AS VARCHAR), ' 项'
    ) AS summary_zh,
    CONCAT(
        CAST(s.with_data AS VARCHAR), ' with data, ', CAST(s.reaching AS VARCHAR), ' of them with ', s.line_text,
        ' % a year or more on average'
    ) AS summary_en
FROM held AS h
LEFT JOIN summed AS s ON h.target_id = s.target_id
