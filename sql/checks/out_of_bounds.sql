-- check: 超出界限 | Values lie inside their bounds
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 比率或占比在0—100%之外，或不应为负的数为负，或下降超过100%。界限不是绝对的（光纤入户率107%为公布数），核对原文或说明。
-- explanation en: A rate or share outside 0-100 %, a negative value of what is never negative, or a fall of more than
--   100 %. Bounds are not absolute (a fibre rate of 107 % was published). Compare with the publication, or explain.
-- reads: observations, indicators
SELECT
    o.indicator_id,
    o.area_code,
    o.sector_code,
    o.source_id,
    o.series_id,
    o.period,
    o.released_on,
    o.locator,
    o.snapshot_sha256,
    CONCAT(
        o.measure, ' ', CAST(o.value AS VARCHAR), ' ', CASE WHEN o.measure LIKE 'growth%' THEN '%' ELSE o.unit END,
        CASE WHEN o.value > 100 THEN ' > 100' WHEN o.measure LIKE 'growth%' THEN ' < -100' ELSE ' < 0' END
    ) AS said,
    CASE
        WHEN o.value > 100 THEN o.value - 100
        WHEN o.measure LIKE 'growth%' THEN o.value + 100
        ELSE o.value
    END AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM observations AS o
INNER JOIN indicators AS i ON o.indicator_id = i.indicator_id
WHERE
    (((i.nature = 'rate' AND o.measure = 'level') OR o.measure = 'share') AND NOT o.value BETWEEN 0 AND 100)
    OR (o.measure = 'level' AND NOT i.can_be_negative AND o.value < 0)
    OR (o.measure LIKE 'growth%' AND o.value < -100)
