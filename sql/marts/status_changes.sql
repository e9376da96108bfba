-- grain: target, area, occasion, sequence
-- unit: the indicator's unit
-- formula: a state whose verdict differs from that of the state before; causes names all that apply, cause the first:
--   the target declared otherwise; a correction decides; a later period decides; another source decides; the value or
--   its base changed or fell away; else the rules, else the day of judgement, else other data
-- reads: target_states
WITH ordered AS (
    SELECT
        *,
        LAG(sequence) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS sequence_before,
        LAG(verdict) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS verdict_before,
        LAG(series_id) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS series_before,
        LAG(source_id) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS source_before,
        LAG(correction_id) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS correction_before,
        LAG(period) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS period_before,
        LAG(period_end) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS period_end_before,
        LAG(value) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS value_before,
        LAG(base_value) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS base_value_before,
        LAG(target_value) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS target_value_before,
        LAG(declared) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS declared_before,
        LAG(rules) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS rules_before,
        LAG(assessed_on) OVER (PARTITION BY target_id, occasion ORDER BY sequence) AS assessed_before
    FROM target_states
),

caused AS (
    SELECT
        *,
        CASE WHEN declared <> declared_before THEN 'target_change' END AS target_change,
        CASE
            WHEN
                correction_id IS NOT NULL
                AND (correction_id IS DISTINCT FROM correction_before OR value IS DISTINCT FROM value_before)
                THEN 'correction'
        END AS correction,
        CASE
            WHEN period_end > period_end_before OR (period_end IS NOT NULL AND period_end_before IS NULL)
                THEN 'new_period'
        END AS new_period,
        CASE WHEN source_id <> source_before THEN 'source_switch' END AS source_switch,
        CASE
            WHEN period_end < period_end_before OR (period_end IS NULL AND period_end_before IS NOT NULL)
                THEN 'revision'
            WHEN
                series_id = series_before
                AND (correction_id IS NULL OR correction_id = correction_before)
                AND period = period_before
                AND (value <> value_before OR base_value IS DISTINCT FROM base_value_before)
                THEN 'revision'
        END AS revision
    FROM ordered
    WHERE verdict <> verdict_before
),

named AS (
    SELECT
        *,
        CONCAT_WS('|', target_change, correction, new_period, source_switch, revision) AS facts,
        CASE
            WHEN rules <> rules_before THEN 'method_change'
            WHEN assessed_on <> assessed_before THEN 'day_of_judgement'
            ELSE 'other_data'
        END AS otherwise
    FROM caused
)

SELECT
    target_id,
    area_code,
    occasion,
    sequence,
    sequence_before,
    verdict_before,
    verdict,
    reason,
    COALESCE(target_change, correction, new_period, source_switch, revision, otherwise) AS cause,
    CASE WHEN facts = '' THEN otherwise ELSE facts END AS causes,
    source_before,
    source_id,
    period_before,
    period,
    value_before,
    value,
    target_value_before,
    target_value,
    assessed_before,
    assessed_on
FROM named
