-- grain: plan, task, indicator
-- unit: none
-- formula: an indicator has data where a quotable source holds a value of the plan's area or one inside it; the agency
--   first in the order of precedence owes it
-- reads: plans, task_indicators, indicators, indicator_sources, areas, observations, sources
WITH inside AS (
    SELECT
        p.plan_id,
        a.area_code
    FROM plans AS p
    CROSS JOIN areas AS a
    LEFT JOIN areas AS b ON a.parent_code = b.area_code
    WHERE p.area_code IN (a.area_code, a.parent_code, b.parent_code)
),

shown AS (
    SELECT
        i.plan_id,
        o.indicator_id,
        MAX(CASE WHEN i.area_code = p.area_code AND o.measure = 'level' THEN 1 ELSE 0 END) AS whole_area,
        MAX(o.period_end) AS newest
    FROM inside AS i
    INNER JOIN plans AS p ON i.plan_id = p.plan_id
    INNER JOIN observations AS o ON i.area_code = o.area_code
    INNER JOIN sources AS s ON o.source_id = s.source_id
    WHERE o.value IS NOT NULL AND s.quoted
    GROUP BY i.plan_id, o.indicator_id
)

SELECT
    t.plan_id,
    t.task_id,
    t.indicator_id,
    i.collectable,
    s.indicator_id IS NOT NULL AS has_data,
    COALESCE(s.whole_area = 1, FALSE) AS has_level_of_whole_area,
    s.newest AS newest_period_end,
    a.agency
FROM task_indicators AS t
INNER JOIN indicators AS i ON t.indicator_id = i.indicator_id
LEFT JOIN indicator_sources AS a ON t.indicator_id = a.indicator_id AND a.place = 1
LEFT JOIN shown AS s ON t.plan_id = s.plan_id AND t.indicator_id = s.indicator_id
