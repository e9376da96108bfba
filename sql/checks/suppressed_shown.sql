-- check: 保密数不得带值 | A suppressed value is not shown
-- kind: 强制性 must
-- severity: ERROR
-- explanation zh: 状态为 Q（保密）而仍带数值。改正状态，或撤下数值。
-- explanation en: Its status is Q (suppressed), and yet a value stands. Correct the status, or take the value out.
-- reads: observations
SELECT
    indicator_id,
    area_code,
    sector_code,
    source_id,
    series_id,
    period,
    released_on,
    locator,
    snapshot_sha256,
    'obs_status Q, n = 1' AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM observations
WHERE obs_status = 'Q' AND value IS NOT NULL
