-- grain: plan, item
-- unit: none
-- formula: what the newest evidence says, undated statements after dated ones; contested where any statement says so;
--   items that a target shows carry its verdict; an outcome is met where its evidence says done, on time by the end of
--   the plan's horizon; other wording gives no test; a batch counts the names that the newest statement lists
-- reads: items, evidence, plans, parameters, targets, target_status
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
),

whole_targets AS (
    SELECT
        t.plan_id,
        t.item_id,
        t.target_id
    FROM targets AS t
    LEFT JOIN targets AS w ON t.part_of = w.target_id AND t.plan_id = w.plan_id
    WHERE t.interim_of IS NULL AND w.target_id IS NULL
),

told AS (
    SELECT
        i.plan_id,
        i.item_id,
        i.task_id,
        i.kind,
        i.shown_by,
        i.verb_strength,
        p.horizon_to <= a.assessed_on AS is_due,
        p.horizon_to,
        CASE
            WHEN s.statements IS NULL THEN 'no_evidence'
            WHEN s.contested = 1 THEN 'contested'
            ELSE r.status
        END AS status,
        r.achieved_on,
        COALESCE(r.achieved_on, r.released_on) AS said_on,
        COALESCE(s.statements, 0) AS statements,
        r.document,
        r.publisher,
        r.statement_zh,
        r.names,
        t.target_id,
        v.verdict AS target_verdict,
        v.on_time AS target_on_time,
        v.met_by AS target_met_by,
        v.reason AS target_reason
    FROM items AS i
    CROSS JOIN parameters AS a
    INNER JOIN plans AS p ON i.plan_id = p.plan_id
    LEFT JOIN ranked AS r ON i.plan_id = r.plan_id AND i.item_id = r.item_id AND r.place = 1
    LEFT JOIN summed AS s ON i.plan_id = s.plan_id AND i.item_id = s.item_id
    LEFT JOIN whole_targets AS t ON i.plan_id = t.plan_id AND i.item_id = t.item_id
    LEFT JOIN target_status AS v ON t.target_id = v.target_id
),

judged AS (
    SELECT
        *,
        CASE
            WHEN target_id IS NOT NULL THEN target_verdict
            WHEN status = 'long_term' THEN 'long_term'
            WHEN verb_strength IS NULL OR verb_strength <> 'outcome' THEN NULL
            WHEN status = 'done' THEN 'met'
            WHEN is_due THEN 'due_unverified'
            ELSE 'not_assessable'
        END AS verdict
    FROM told
)

SELECT
    plan_id,
    item_id,
    task_id,
    kind,
    shown_by,
    status,
    achieved_on,
    statements,
    document,
    publisher,
    statement_zh,
    CASE WHEN names IS NOT NULL THEN LENGTH(names) - LENGTH(REPLACE(names, '|', '')) + 1 END AS batch_count,
    names AS batch_names,
    target_id,
    verdict,
    CASE WHEN target_id IS NOT NULL THEN target_met_by WHEN verdict = 'met' THEN said_on END AS met_on,
    CASE
        WHEN target_id IS NOT NULL THEN target_on_time
        WHEN verdict = 'met' AND said_on <= horizon_to THEN 'proven'
        WHEN verdict = 'met' THEN 'unknown'
    END AS on_time,
    CASE
        WHEN target_id IS NOT NULL THEN target_reason
        WHEN verdict = 'not_assessable' AND statements = 0 THEN 'NO_DATA'
        WHEN verdict = 'not_assessable' THEN 'NO_CRITERION'
    END AS reason
FROM judged
