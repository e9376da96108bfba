-- grain: plan, item
-- unit: none
-- formula: what the newest evidence says, undated statements after dated ones; contested where any statement says so;
--   items that a target shows carry its verdict
-- reads: items, evidence, targets, target_status
WITH ranked AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY plan_id, item_id
            ORDER BY
                recorded_on DESC, CASE WHEN released_on IS NULL THEN 1 ELSE 0 END, released_on DESC, document
        ) AS place
    FROM evidence
),

summed AS (
    SELECT
        plan_id,
        item_id,
        COUNT(*) AS statements,
        MAX(CASE WHEN status = 'contested' THEN 1 ELSE 0 END) AS contested
    FROM evidence
    GROUP BY plan_id, item_id
)

SELECT
    i.plan_id,
    i.item_id,
    i.task_id,
    i.kind,
    i.shown_by,
    CASE
        WHEN s.statements IS NULL THEN 'no_evidence'
        WHEN s.contested = 1 THEN 'contested'
        ELSE r.status
    END AS status,
    r.achieved_on,
    COALESCE(s.statements, 0) AS statements,
    r.document,
    r.publisher,
    r.statement_zh,
    t.target_id,
    v.verdict
FROM items AS i
LEFT JOIN ranked AS r ON i.plan_id = r.plan_id AND i.item_id = r.item_id AND r.place = 1
LEFT JOIN summed AS s ON i.plan_id = s.plan_id AND i.item_id = s.item_id
LEFT JOIN targets AS t ON i.plan_id = t.plan_id AND i.item_id = t.item_id
LEFT JOIN target_status AS v ON t.target_id = v.target_id
