-- check: 合计关系 | Parts sum to their whole
-- kind: 核实性 explain
-- severity: WARN
-- explanation zh: 各地区之和、登记的分项之和与整体之差超出舍入，或部分之和已大于整体。核对各部分、省直与整体，或说明原因。
-- explanation en: Areas, or the parts of a declared identity, do not sum to their whole within rounding, or some of
--   them already exceed it. Check the parts, 省直 and the whole, or explain.
-- reads: set_cells
WITH sums AS (
    SELECT
        set_id,
        COUNT(CASE WHEN is_needed THEN value END) AS given,
        COUNT(*) - COUNT(value) AS hidden,
        SUM(value) AS total,
        SUM(rounding_unit) AS rounding_unit
    FROM set_cells
    WHERE NOT is_whole
    GROUP BY set_id
)

SELECT
    w.indicator_id,
    w.area_code,
    w.sector_code,
    w.source_id,
    w.series_id,
    w.period,
    w.released_on,
    w.locator,
    w.snapshot_sha256,
    CONCAT(
        w.set_name, ': Σ ', CAST(s.given AS VARCHAR), '/', CAST(w.needed AS VARCHAR), ' = ', CAST(s.total AS VARCHAR),
        CASE WHEN s.given < w.needed OR w.relation = 'at_most' THEN ' > ' ELSE ' ≠ ' END,
        CAST(w.value AS VARCHAR), ' ', w.unit
    ) AS said,
    s.total - w.value AS difference,
    NULL AS explained_zh,
    NULL AS explained_en
FROM set_cells AS w
INNER JOIN sums AS s ON w.set_id = s.set_id
WHERE
    w.is_whole
    AND (
        (s.total - w.value) * 2 > s.rounding_unit + w.rounding_unit
        OR (
            w.relation = 'equals'
            AND s.given = w.needed
            AND s.hidden = 0
            AND (w.value - s.total) * 2 > s.rounding_unit + w.rounding_unit
        )
    )
