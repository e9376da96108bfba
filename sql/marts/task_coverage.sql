-- grain: plan, task
-- unit: items and indicators
-- formula: counts of items by kind and of indicators by whether data is held
-- reads: tasks, items, indicator_coverage, evidence
WITH counted_indicators AS (
    SELECT
        plan_id,
        task_id,
        COUNT(*) AS indicators,
        SUM(CASE WHEN has_data THEN 1 ELSE 0 END) AS with_data,
        SUM(CASE WHEN NOT has_data AND collectable = 'published' THEN 1 ELSE 0 END) AS published_not_held,
        SUM(CASE WHEN NOT has_data AND collectable = 'form_only' THEN 1 ELSE 0 END) AS form_only,
        SUM(CASE WHEN NOT has_data AND collectable = 'none' THEN 1 ELSE 0 END) AS not_collectable
    FROM indicator_coverage
    GROUP BY plan_id, task_id
),

evidenced AS (
    SELECT DISTINCT
        plan_id,
        item_id
    FROM evidence
),

counted_items AS (
    SELECT
        i.plan_id,
        i.task_id,
        SUM(CASE WHEN i.kind = 'Q' THEN 1 ELSE 0 END) AS items_q,
        SUM(CASE WHEN i.kind = 'M' THEN 1 ELSE 0 END) AS items_m,
        SUM(CASE WHEN i.kind = 'P' THEN 1 ELSE 0 END) AS items_p,
        SUM(CASE WHEN i.kind = 'S' THEN 1 ELSE 0 END) AS items_s,
        SUM(CASE WHEN i.kind = 'G' THEN 1 ELSE 0 END) AS items_g,
        SUM(CASE WHEN e.item_id IS NOT NULL THEN 1 ELSE 0 END) AS items_with_evidence
    FROM items AS i
    LEFT JOIN evidenced AS e ON i.plan_id = e.plan_id AND i.item_id = e.item_id
    GROUP BY i.plan_id, i.task_id
)

SELECT
    t.plan_id,
    t.task_id,
    t.kind,
    COALESCE(n.items_q, 0) AS items_q,
    COALESCE(n.items_m, 0) AS items_m,
    COALESCE(n.items_p, 0) AS items_p,
    COALESCE(n.items_s, 0) AS items_s,
    COALESCE(n.items_g, 0) AS items_g,
    COALESCE(n.items_with_evidence, 0) AS items_with_evidence,
    COALESCE(c.indicators, 0) AS indicators,
    COALESCE(c.with_data, 0) AS indicators_with_data,
    COALESCE(c.published_not_held, 0) AS indicators_published_not_held,
    COALESCE(c.form_only, 0) AS indicators_form_only,
    COALESCE(c.not_collectable, 0) AS indicators_not_collectable,
    COALESCE(c.with_data, 0) > 0 AS has_figure
FROM tasks AS t
LEFT JOIN counted_items AS n ON t.plan_id = n.plan_id AND t.task_id = n.task_id
LEFT JOIN counted_indicators AS c ON t.plan_id = c.plan_id AND t.task_id = c.task_id
