-- check: 保密数曾经公布 | A suppressed value was shown before
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 现为保密的数在较早的版本或发布中有值，无法收回。勿引用，并询问发布机构是否要求撤下较早的文件。
-- explanation en: A value now suppressed stands in an earlier version, and so in earlier publishes; it cannot be taken
--   back. Do not quote it; ask the publisher whether the earlier file must be taken down.
-- reads: observations, versions
SELECT
    o.indicator_id,
    o.area_code,
    o.sector_code,
    o.source_id,
    o.series_id,
    o.period,
    v.released_on,
    v.locator,
    v.snapshot_sha256,
    CONCAT('Q ', CAST(o.released_on AS VARCHAR), ', ', CAST(v.released_on AS VARCHAR), ': n = 1') AS said,
    NULL AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM observations AS o
INNER JOIN versions AS v ON o.series_id = v.series_id AND o.period = v.period
WHERE o.obs_status = 'Q' AND v.value IS NOT NULL
